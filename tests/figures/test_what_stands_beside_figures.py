"""Beside a figure: how much is missing, what was revised since it was published, what was known on any day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, event

from hub.catalog.catalog import Catalog
from hub.domain.form import Label
from hub.domain.period import Period
from hub.domain.report_definition import ReportDefinition, Section
from hub.errors import BadRequest
from hub.services import extensions, figures, publication, review
from hub.services.figures import Ask

NOW = datetime(2026, 12, 15, 3, 0, tzinfo=UTC)
EVERYONE = ("X11", "X12", "X13", "X21", "X22", "G01", "G12")
SEPTEMBER, OCTOBER = Period.parse("2026-M09"), Period.parse("2026-M10")


@pytest.fixture
def small_catalog(small_catalog: Catalog) -> Catalog:
    """The small catalog with one national report of the grid, for the nation and unit by unit."""
    sections = (Section("nation", "F1"), Section("units", "F1", columns=("c01",)))
    report = ReportDefinition("thu", Label("Báo cáo thử", "A test report"), "regime", "THU-01", sections)
    catalog = replace(small_catalog, reports={"thu": report})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def ask(core, central):
    """``ask(names, **narrowed) -> Series`` of figures of the grid, such as ``r01.c01``."""

    def do(*names: str, actor=central, now: datetime = NOW, **narrowed):
        measures = tuple(figures.measure(core, central, f"THU-01/F1.{name}", NOW) for name in names or ("r01.c01",))
        return figures.series(core, actor, Ask(measures, **narrowed), now)

    return do


def by_unit(series, period: Period = OCTOBER) -> dict:
    return {each.unit_id: each for each in series.observations if each.period == period}


# --- how much is missing


def test_the_missing_weigh_what_they_held_of_the_last_total(report, roll_up, ask):
    for unit, men in zip(EVERYONE, (10, 20, 30, 40, 50, 60, 80), strict=True):
        report(unit, 9, men=men, women=0)
    for unit, men in (("X11", 11), ("X12", 21), ("X21", 41), ("X22", 51), ("G12", 81)):
        report(unit, 10, men=men, women=0)
    roll_up(9)
    roll_up(10)
    found = by_unit(ask())
    assert found["VN"].missing_weight == Decimal("0.3103"), "X13 and G01 held 30 + 60 of 290"
    assert found["P1"].missing_weight == Decimal("0.5000"), "30 of 60"
    assert found["P2"].missing_weight == Decimal("0.0000")
    assert found["G01"].missing_weight == Decimal("1.0000")
    assert by_unit(ask(), SEPTEMBER)["VN"].missing_weight == Decimal("0.0000")
    assert by_unit(ask("r01.c05", level="nation"))["VN"].missing_weight == Decimal("0.3103"), "by the denominator"
    assert by_unit(ask(level="nation", first=OCTOBER))["VN"].missing_weight == Decimal("0.3103"), "asked for alone too"
    assert by_unit(ask(units=("P1",)))["P1"].missing_weight == Decimal("0.5000")


def test_where_nothing_was_reported_before_no_weight_is_claimed(report, roll_up, ask):
    report("X11", 9)
    report("X11", 10)
    roll_up(9)
    roll_up(10)
    assert by_unit(ask(), SEPTEMBER)["VN"].missing_weight is None, "there is no period before"
    assert by_unit(ask())["VN"].missing_weight is None, "those missing now did not report last time either"
    assert by_unit(ask())["P1"].missing_weight is None


# --- what was revised


def test_a_figure_that_differs_from_the_published_one_is_marked_revised(
    core, central, report, roll_up, ask, row_of, make_actor
):  # fmt: skip
    for unit in ("X11", "X21"):
        report(unit, 9, men=10, women=10)
    roll_up(9, at=NOW)
    publication.issue(core, central, "thu", "2026-M09", NOW)
    later = NOW + timedelta(hours=1)
    assert {each.revised for each in ask(now=later).observations} == {False}
    report("X12", 9, men=1, women=1, at=later)
    roll_up(9, at=later)
    found = by_unit(ask("r01.c01", now=later), SEPTEMBER)
    assert {unit for unit, each in found.items() if each.revised} == {"VN", "P1"}
    assert by_unit(ask("r02.c05", now=later, level="nation"), SEPTEMBER)["VN"].revised, "a ratio has moved, too"
    publication.issue(core, central, "thu", "2026-M09", later, "Bổ sung xã X12")
    assert {each.revised for each in ask(now=later).observations} == {False}, "the newest edition shows it"


def test_what_is_published_in_no_report_cannot_be_revised(core, central, report, roll_up, ask):
    report("X11", 9)
    roll_up(9, at=NOW)
    publication.issue(core, central, "thu", "2026-M09", NOW)
    report("X12", 9, at=NOW + timedelta(hours=1))
    roll_up(9, at=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    assert not by_unit(ask("r02.c04", units=("P1",), now=later), SEPTEMBER)["P1"].revised, "units show c01 alone"


# --- as known on any day


def test_any_past_day_is_seen_as_it_was(report, send, accept, roll_up, ask, row_of, core, make_actor):
    at = [datetime(2026, 9, day, 3, 0, tzinfo=UTC) for day in range(15, 30)]
    report("X11", 9, men=10, women=0, at=at[0])
    send("X12", 9, men=20, women=0, at=at[2])
    accept("X12", 9, at=at[4])
    row = row_of("X11", "2026-M09")
    officer = make_actor("officer", row.receiver_id)
    review.send_back(core, officer, row.id, revision=row.revision, reason="Sai", now=at[6])
    send("X11", 9, men=11, women=0, at=at[8])
    accept("X11", 9, at=at[10])
    roll_up(9)

    def known(moment: datetime):
        (one,) = ask(level="nation", known_at=moment).observations
        return one.value, one.accepted, one.waiting, one.standing

    assert ask(level="nation", known_at=at[0] - timedelta(seconds=1)).observations == ()
    assert known(at[0]) == (Decimal(10), 1, 0, "provisional")
    assert known(at[2]) == (Decimal(10), 1, 1, "provisional")
    assert known(at[4]) == (Decimal(30), 2, 0, "provisional")
    assert known(at[6]) == (Decimal(20), 1, 0, "provisional")
    assert known(at[8]) == (Decimal(20), 1, 1, "provisional")
    assert known(NOW) == (Decimal(31), 2, 0, "provisional")
    now, then = ask(), ask(known_at=NOW)
    assert [replace(each, at=None) for each in now.observations] == [
        replace(each, at=None) for each in then.observations
    ]


def test_an_edition_issued_at_a_moment_shows_what_was_known_at_it(core, central, report, roll_up, ask, row_of):
    for unit in ("X11", "X21", "G01"):
        report(unit, 9, men=len(unit), women=7)
    first = datetime(2026, 9, 27, 3, 0, tzinfo=UTC)
    roll_up(9, at=first)
    issued = publication.issue(core, central, "thu", "2026-M09", first)
    report("X12", 9, men=100, women=100, at=first + timedelta(days=1))
    roll_up(9)
    names = [f"r0{row}.c0{column}" for row in (1, 2, 3) for column in (1, 2, 3, 4, 5)]
    known = {
        f"THU-01@{each.unit_id}:{each.measure.address}": (each.value, f"{each.accepted}/{each.obliged}")
        for each in ask(*names, known_at=first).observations
    }
    document = publication.view(core, central, issued.id, NOW).document
    cells = [cell for table in document.tables for line in table.rows for cell in line.cells if cell.ref is not None]
    assert len(cells) > 20
    for cell in cells:
        assert known[cell.ref][0] == cell.value, cell.ref
    for line in document.tables[1].rows:
        assert known[f"THU-01@{line.code}:F1.r01.c01"][1] == line.cells[0].value


def test_a_figure_of_the_past_was_provisional_before_its_deadline(report, roll_up, ask):
    for unit in EVERYONE:
        report(unit, 9)
    roll_up(9)
    standings = [
        ask(level="nation", known_at=datetime(2026, 9, day, 17, 0, tzinfo=UTC)).observations[0].standing
        for day in (16, 24, 25)
    ]
    assert standings == ["provisional", "provisional", "final"]


def test_more_time_given_later_does_not_reach_back(report, roll_up, ask, row_of, core, make_actor):
    """All were accepted and the deadline over; then one came back and was given more time."""
    for unit in EVERYONE:
        report(unit, 9)
    over = datetime(2026, 9, 28, 3, 0, tzinfo=UTC)
    row = row_of("X11", "2026-M09")
    officer = make_actor("officer", row.receiver_id)
    row = review.send_back(core, officer, row.id, revision=row.revision, reason="Sai", now=over)
    until = over + timedelta(days=10)
    extensions.grant(core, officer, row.id, until=until, reason="Bão", now=over + timedelta(hours=1))
    roll_up(9)
    then = ask(level="nation", known_at=over - timedelta(seconds=1)).observations[0]
    assert (then.standing, then.accepted) == ("final", 7)
    assert ask(level="nation").observations[0].standing == "provisional"


# --- communes


def test_a_provinces_communes_are_shown_one_by_one(report, send, roll_up, ask, core, row_of, make_actor):
    report("X11", 9, men=10, women=5)
    send("X12", 9)
    report("X21", 9)
    row = row_of("X13", "2026-M09")
    officer = make_actor("officer", row.receiver_id)
    review.exclude(core, officer, row.id, revision=row.revision, reason="Chưa thành lập", now=NOW)
    roll_up(9)
    for more in ({}, {"known_at": NOW}):
        found = by_unit(ask(level="commune", within="P1", **more), SEPTEMBER)
        assert list(found) == ["X11", "X12", "X13"]
        assert (found["X11"].value, found["X11"].accepted, found["X11"].obliged) == (Decimal(15), 1, 1)
        assert (found["X12"].standing, found["X12"].waiting, found["X12"].accepted) == ("missing", 1, 0)
        assert (found["X13"].standing, found["X13"].excluded) == ("not_applicable", 1)
        assert by_unit(ask(level="commune", within="P1", units=("X12",), **more), SEPTEMBER).keys() == {"X12"}


def test_communes_are_asked_for_within_a_province(ask):
    for within in (None, "VN", "P9"):
        with pytest.raises(BadRequest):
            ask(level="commune", within=within)


def test_a_commune_sees_itself_and_its_province_all_its_communes(report, roll_up, ask, make_actor):
    for unit in ("X11", "X12", "X21"):
        report(unit, 9)
    roll_up(9)
    own, above, other = (make_actor("approver", unit) for unit in ("X11", "P1", "X21"))
    assert by_unit(ask(level="commune", within="P1", actor=own), SEPTEMBER).keys() == {"X11"}
    assert by_unit(ask(level="commune", within="P1", actor=above), SEPTEMBER).keys() == {"X11", "X12", "X13"}
    assert by_unit(ask(level="commune", within="P1", actor=other), SEPTEMBER) == {}
    assert ask(actor=own).observations == ()


# --- in bulk


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are asked meanwhile."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_the_number_of_statements_does_not_grow(core, central, report, roll_up, ask):
    """One unit, one period, one measure; and all of them."""
    for month, units in ((9, EVERYONE), (10, EVERYONE[:4])):
        for unit in units:
            report(unit, month)
        roll_up(month)
    everything = [f"r0{row}.c0{column}" for row in (1, 2, 3) for column in (1, 2, 3, 4, 5)]
    for narrowed in ({}, {"known_at": NOW}, {"level": "commune", "within": "P1"}):
        with counted() as little:
            ask("r01.c01", first=OCTOBER, units=("P1", "X11"), **narrowed)
        with counted() as much:
            ask(*everything, **narrowed)
        assert len(little) == len(much) <= 14, [statement[:80] for statement in much]
