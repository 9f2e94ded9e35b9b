"""R28: an excluded unit is in no sum, and what is in force is never excluded; so sums and coverage tell of the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.domain.access import SYSTEM
from hub.domain.org import NATION
from hub.domain.period import Period
from hub.errors import Refused
from hub.services import aggregation, filings, review

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"


def test_an_excluded_unit_cannot_be_accepted(opened, submit, filing_of, accept, make_actor):
    submit("X11")
    officer = make_actor("officer", "P1")
    row = filing_of("X11")
    review.exclude(opened, officer, row.id, revision=row.revision, reason="Sáp nhập", now=NOW)
    with pytest.raises(Refused):
        accept("X11")


def test_a_unit_whose_accepted_report_is_being_amended_cannot_be_excluded(
    opened, submit, accept, filing_of, make_actor
):
    submit("X11")
    row = accept("X11")
    officer = make_actor("officer", "P1")
    row = review.finalise(opened, officer, row.id, revision=row.revision, now=NOW)
    amender = make_actor("approver", "X11")
    row = filings.amend(opened, amender, row.id, revision=row.revision, reason="Sai số", now=NOW)
    with pytest.raises(Refused):
        review.exclude(opened, officer, row.id, revision=row.revision, reason="Sáp nhập", now=NOW)
    aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
    with opened.database.read() as connection:
        made = aggregation.roll_up(
            opened, connection, opened.catalog.edition(EDITION), Period.parse(PERIOD), "run", NOW
        )
    nation = next(each for each in made if each.unit_id == NATION)
    assert (nation.coverage.obliged, nation.coverage.accepted) == (7, 1)
