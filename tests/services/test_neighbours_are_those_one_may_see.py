"""A report under review: beside which other units it stands, and what is told of each figure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hub.domain.form import Address
from hub.services import filings, neighbours, opening, review

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
MONEY = Address("F1", "r02", "c04")


@pytest.fixture
def look(opened, filing_of):
    """``look(actor, unit) -> (Review, Cell)``: the report under review, and one of its figures."""

    def do(actor, unit="X11"):
        view = filings.open_one(opened, actor, filing_of(unit).id, NOW)
        found = neighbours.review_of(opened, actor, view, NOW)
        return found, next(cell for cell in found.cells if cell.address == MONEY)

    return do


def test_the_neighbours_are_the_other_units_that_were_sent_or_accepted(submit, accept, look, make_actor, document):
    for unit, men in (("X11", 4), ("X12", 10), ("X13", 20)):
        submit(unit, content=document(unit, men=men))
    accept("X12")
    found, cell = look(make_actor("officer", "P1"))
    assert found.units == 2
    assert (cell.own, cell.spread.low, cell.spread.high) == (Decimal("8.50"), Decimal("20.50"), Decimal("40.50"))
    assert cell.spread.median == Decimal("30.50")
    assert cell.spread.rank == 3


def test_a_draft_an_excluded_and_a_returned_report_are_no_neighbours(
    opened, submit, look, make_actor, document, filing_of
):
    officer = make_actor("officer", "P1")
    submit("X11")
    submit("X12", intent="draft")
    submit("X13", content=document("X13", men=20))
    row = filing_of("X13")
    review.send_back(opened, officer, row.id, revision=row.revision, reason="Sai", now=NOW)
    found, cell = look(officer)
    assert (found.units, cell.spread) == (0, None)


def test_another_provinces_units_are_not_told_of(submit, accept, look, make_actor, document):
    for unit in ("X11", "X21"):
        submit(unit, content=document(unit, men=10))
        accept(unit)
    assert look(make_actor("officer", "P1"))[0].units == 0
    assert look(make_actor("central", "VN"))[0].units == 1


def test_only_the_receivers_side_reviews_and_only_what_came_in(opened, submit, make_actor, filing_of):
    officer = make_actor("officer", "P1")
    submit("X11", intent="draft")
    assert not neighbours.reviews(opened, officer, filing_of("X11"), NOW)
    submit("X11")
    row = filing_of("X11")
    assert neighbours.reviews(opened, officer, row, NOW)
    assert neighbours.reviews(opened, make_actor("central", "VN"), row, NOW)
    for other in (("reporter", "X11"), ("approver", "X11"), ("reporter", "P1"), ("officer", "P2")):
        assert not neighbours.reviews(opened, make_actor(*other), row, NOW), other


def test_last_periods_figure_and_a_leap_from_it_are_told(opened, submit, accept, look, make_actor, document):
    opening.open_due(opened, NOW, since=date(2026, 8, 1))
    submit("X11", content=document("X11", period="2026-M08", men=4))
    told = submit("X11", content=document("X11", men=400)).findings
    explained = {each.key: "Tách xã" for each in told}
    assert submit("X11", content=document("X11", men=400, explanations=explained)).state == "submitted"
    _, cell = look(make_actor("officer", "P1"))
    assert cell.before == Decimal("8.50")
    assert cell.reasons[0][0] == "gấp 94 lần kỳ trước"
    assert cell.notable


def test_a_warning_stands_beside_its_cell_with_what_the_unit_explained(
    opened, submit, look, make_actor, document, filing_of
):
    author = make_actor("approver", "X11")
    cells = {"r02.c04": "9000.50", "r01.c04": "9013.00"}
    submit("X11", author, content=document("X11", cells=cells), intent="draft")
    row = filing_of("X11")
    view = filings.open_one(opened, author, row.id, NOW)
    keys = [finding.key for finding in view.findings if finding.severity == "warning"]
    filings.explain(opened, author, row.id, dict.fromkeys(keys, "Mua thiết bị lớn"), NOW)
    filings.check(opened, author, row.id, revision=filing_of("X11").revision, now=NOW)
    filings.send(opened, author, row.id, revision=filing_of("X11").revision, now=NOW)
    found, _ = look(make_actor("officer", "P1"))
    warned = [cell for cell in found.cells if cell.findings]
    assert warned
    assert all(told == "Mua thiết bị lớn" for cell in warned for _, told in cell.findings)
    assert all(cell.notable for cell in warned)
