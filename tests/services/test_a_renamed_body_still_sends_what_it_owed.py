"""A body that was renamed keeps its duties: its account of today sends what it owed under its earlier name."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.form import Label
from hub.domain.org import OrgRegister, OrgUnit, Succession
from hub.services import filings, intake, opening

NOW = datetime(2026, 9, 24, 3, 0, tzinfo=UTC)


def ministry(unit_id: str, first: date, last: date | None) -> OrgUnit:
    name = Label(unit_id, unit_id)
    return OrgUnit(unit_id, "G12", "G12", name, "ministry", "ministry", first, last, "VN", True)


@pytest.fixture
def renamed(core):
    """The small hub, its ministry renamed on 20 September 2026 from ``OLD`` to ``NEW``."""
    others = [unit for unit in core.orgs.units.values() if unit.id != "G12"]
    old = ministry("OLD", date(2008, 8, 1), date(2026, 9, 19))
    new = ministry("NEW", date(2026, 9, 20), None)
    change = Succession("OLD", "NEW", date(2026, 9, 20), "rename")
    core.catalog.__dict__["orgs"] = OrgRegister([*others, old, new], [change])
    opening.open_due(core, datetime(2026, 9, 12, tzinfo=UTC), since=date(2026, 9, 1))
    return core


def test_todays_account_sends_what_the_body_owed_under_its_earlier_name(renamed, make_actor, document):
    owed = filings.search(renamed, SYSTEM, FilingQuery(unit_id="OLD", period="2026-M09"), NOW)
    assert owed.total == 1
    sender = make_actor("approver", "NEW")
    receipt = intake.receive(renamed, sender, Envelope(document("OLD"), "json", intent="send"), NOW)
    assert (receipt.verdict, receipt.state) == ("accepted", "submitted")


@pytest.mark.parametrize("name", ["OLD", "NEW", "G12"])
def test_a_document_may_name_the_body_as_of_the_window_or_as_of_today(renamed, make_actor, document, name):
    """The window ended before the rename and the period after it: whatever name is used, the same report is meant."""
    receipt = intake.receive(renamed, make_actor("approver", "NEW"), Envelope(document(name), "json"), NOW)
    assert (receipt.verdict, [finding.code for finding in receipt.findings]) == ("accepted", [])
    owed = filings.search(renamed, SYSTEM, FilingQuery(unit_id="OLD", period="2026-M09"), NOW).rows[0]
    assert receipt.filing_id == owed.id
    again = Envelope(document(name, men=9), "json", filing_id=owed.id)
    assert intake.receive(renamed, make_actor("approver", "NEW"), again, NOW).verdict == "accepted", (
        "on its own page too"
    )
