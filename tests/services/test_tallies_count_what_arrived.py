"""Central staff see how many arrivals came through each door and what was found in them."""

from __future__ import annotations

import pytest

from hub.domain.access import SYSTEM
from hub.errors import Forbidden
from hub.services import tallies


def test_arrivals_are_counted_by_door_and_findings_by_code(opened, submit, document):
    submit("X11", via="api")
    submit("X12", content=document("X12", cells={"r01.c01": 99}))
    counted = tallies.arrivals(opened, SYSTEM)
    assert counted.doors == {("json", "api", "accepted"): 1, ("json", "", "refused"): 1}
    assert counted.findings["error", "rule", "THU-R1"] == 1


def test_a_unit_may_not_count_the_nation(opened, make_actor):
    with pytest.raises(Forbidden):
        tallies.arrivals(opened, make_actor("approver", "X11"))
