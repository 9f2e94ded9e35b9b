"""R17: what was owed stays with the unit of its time; who took it over whole sends it, and receives what it received.

Provinces P1 and P2 became N1 on 1 September 2026, the ministry G01 went into G12. The reports of August were owed
before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.catalog.catalog import Catalog
from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.form import Label
from hub.domain.org import OrgRegister, OrgUnit, Succession
from hub.domain.regime import Regime, Reporter
from hub.errors import NotFound
from hub.services import filings, intake, notifications, opening, review
from hub.services.worklist import WorkQuery, worklist

REFORM = date(2026, 9, 1)
BEFORE, AFTER = datetime(2026, 8, 20, 3, 0, tzinfo=UTC), datetime(2026, 9, 3, 3, 0, tzinfo=UTC)
AUGUST = "2026-M08"


def unit(name: str, level: str, parent: str | None, code: str = "", first=date(2008, 8, 1), last=None) -> OrgUnit:
    return OrgUnit(name, code or name, name, Label(name, name), level, level, first, last, parent, True)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def merged() -> OrgRegister:
    eve = REFORM - timedelta(days=1)
    units = [unit("VN", "nation", None), unit("G12", "ministry", "VN"), unit("G01", "ministry", "VN", last=eve)]
    units += [unit(name, "province", "VN", last=eve) for name in ("P1", "P2")]
    units += [unit("N1", "province", "VN", "P1", REFORM), unit("P3", "province", "VN", last=eve)]
    units += [unit(name, "province", "VN", first=REFORM) for name in ("S1", "S2")]
    units += [unit("X11", "commune", "P1")]
    units += [unit("X21", "commune", "P2", "X21", last=eve), unit("Y21", "commune", "P1", "X21", first=REFORM)]
    moves = [Succession(old, "N1", REFORM, "merge") for old in ("P1", "P2")]
    moves += [Succession("P3", each, REFORM, "merge") for each in ("S1", "S2")]
    moves += [Succession("X21", "Y21", REFORM, "rename"), Succession("G01", "G12", REFORM, "absorb")]
    return OrgRegister(units, moves)


@pytest.fixture
def small_catalog(small_catalog: Catalog, make_small_edition, merged) -> Catalog:
    reporters = (
        Reporter("commune", "own", "province"), Reporter("province", "own", "owner"),
        Reporter("ministry", "own", "owner"),
    )  # fmt: skip
    edition = make_small_edition(frequencies=("monthly",), reporters=reporters)
    catalog = replace(small_catalog, regimes={"THU-01": Regime("THU-01", (edition,))})
    catalog.__dict__.update(orgs=merged, calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def owed(core):
    """``owed(unit) -> FilingRow`` of August, opened before the merger."""
    opening.open_due(core, BEFORE, since=date(2026, 8, 1))

    def find(unit_id: str):
        page = filings.search(core, SYSTEM, FilingQuery(unit_id=unit_id, period=AUGUST), AFTER)
        (row,) = page.rows
        return row

    return find


@pytest.fixture
def send(core, make_actor, owed, document):
    """``send(unit, by)``: an approver of the unit ``by`` sends what ``unit`` owed."""

    def do(unit_id: str, by: str):
        content = document(unit_id, period=AUGUST)
        envelope = Envelope(content, "json", filing_id=owed(unit_id).id, intent="send")
        return intake.receive(core, make_actor("approver", by), envelope, AFTER)

    return do


@pytest.mark.parametrize(
    ("owing", "sender", "receiver"),
    [("X11", "X11", "N1"), ("X21", "Y21", "N1"), ("P2", "N1", "G12"), ("G01", "G12", "G12")],
)
def test_the_heir_sends_what_was_owed_and_the_receivers_heir_accepts_it(
    core, make_actor, owed, send, owing, sender, receiver
):
    before = owed(owing)
    assert send(owing, sender).state == "submitted"
    officer = make_actor("officer", receiver)
    row = filings.open_one(core, officer, before.id, AFTER).row
    assert (row.unit_id, row.unit_path, row.receiver_id) == (before.unit_id, before.unit_path, before.receiver_id)
    assert review.accept(core, officer, row.id, revision=row.revision, now=AFTER).state == "accepted"


def test_the_heir_is_told_that_a_report_of_its_forerunner_came_back(core, make_actor, send):
    sent = send("P2", "N1")
    people = {name: make_actor("reporter", name) for name in ("N1", "S1")}
    officer = make_actor("officer", "G12")
    row = filings.open_one(core, officer, sent.filing_id, AFTER).row
    review.send_back(core, officer, row.id, revision=row.revision, reason="Sai", now=AFTER)
    told = {name: [each.kind for each in notifications.listing(core, who).rows] for name, who in people.items()}
    assert told == {"N1": ["returned"], "S1": []}


def test_the_heirs_list_of_work_holds_what_its_forerunners_owe(core, make_actor, owed):
    owed("P1")
    work = worklist(core, make_actor("approver", "N1"), WorkQuery(), AFTER)
    found = {line.row.unit_id for group in work.groups for line in group.items if line.row.period == AUGUST}
    assert {"P1", "P2"} <= found


@pytest.mark.parametrize("stranger", ["X11", "G12", "S1"])
def test_nobody_else_sends_it(core, make_actor, owed, stranger):
    """Not a commune of the heir, not a ministry; of a province that was split no heir does, it cannot be told which."""
    for owing in ("P2", "P3"):
        with pytest.raises(NotFound):
            filings.open_one(core, make_actor("approver", stranger), owed(owing).id, AFTER)


def test_before_its_first_day_an_heir_sees_nothing_of_them(core, make_actor, owed):
    with pytest.raises(NotFound):
        filings.open_one(core, make_actor("approver", "N1"), owed("P2").id, BEFORE)
