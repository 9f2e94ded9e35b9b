"""Series of what was rolled up and stored: every figure comes with who is in it and how far it may be trusted."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from hub.domain.period import Period
from hub.errors import NotFound
from hub.services import figures
from hub.services.figures import Ask

NOW = datetime(2026, 12, 15, 3, 0, tzinfo=UTC)
EVERYONE = ("X11", "X12", "X13", "X21", "X22", "G01", "G12")


@pytest.fixture
def people(core, central):
    """The measure of all people."""
    return figures.measure(core, central, "THU-01/F1.r01.c01", NOW)


@pytest.fixture
def two_months(report, roll_up):
    """September from everybody, October from X11 and X21 alone."""
    for unit in EVERYONE:
        report(unit, 9, men=len(unit), women=10)
    for unit in ("X11", "X21"):
        report(unit, 10, men=5, women=5)
    roll_up(9)
    roll_up(10)


def shown(series):
    return {(each.unit_id, each.period.code): each.value for each in series.observations}


def test_every_figure_of_the_latest_edition_is_a_measure(core, central):
    known = figures.measures(core, central, NOW)
    assert [str(each.address) for each in known][:2] == ["F1.r01.c01", "F1.r01.c02"]
    rate = next(each for each in known if str(each.address) == "F1.r02.c05")
    assert (rate.label.vi, rate.unit, rate.rollup, rate.decimals) == ("Nam: Tỷ lệ mới", "%", "ratio", 1)
    assert figures.measure(core, central, rate.key, NOW) == rate
    assert figures.measure(core, central, "THU-01/F2/*/#", NOW).label.en == "A list: Records"


def test_a_measure_that_is_not_there_is_not_found(core, central):
    for key in ("THU-01/F1.r09.c01", "KHAC/F1.r01.c01", "THU-01", ""):
        with pytest.raises(NotFound):
            figures.measure(core, central, key, NOW)


def test_a_series_holds_the_nation_and_all_units_below_it(core, central, people, two_months):
    series = figures.series(core, central, Ask((people,)), NOW)
    assert series.units == ("VN", "G01", "G12", "P1", "P2")
    assert [period.code for period in series.periods] == ["2026-M09", "2026-M10"]
    found = shown(series)
    assert found["VN", "2026-M09"] == Decimal(7 * 13)
    assert found["P1", "2026-M09"] == Decimal(39)
    assert (found["P1", "2026-M10"], found["VN", "2026-M10"]) == (Decimal(10), Decimal(20))
    assert found["G01", "2026-M10"] is None
    order = [(series.units.index(each.unit_id), series.periods.index(each.period)) for each in series.observations]
    assert order == sorted(order)


def test_beside_a_figure_stands_who_is_in_it(core, central, people, two_months):
    series = figures.series(core, central, Ask((people,), level="nation"), NOW)
    september, october = series.observations
    assert (september.accepted, september.obliged, september.contributors) == (7, 7, 7)
    assert (october.accepted, october.obliged, october.waiting) == (2, 7, 0)
    assert (september.standing, october.standing) == ("final", "provisional")


def test_a_figure_is_provisional_until_the_last_deadline_is_over(core, central, people, two_months):
    ask = Ask((people,), level="nation", first=Period.parse("2026-M09"), last=Period.parse("2026-M09"))
    standings = [
        figures.series(core, central, ask, datetime(2026, 9, day, 16, 59, tzinfo=UTC)).observations[0].standing
        for day in (24, 25, 26)
    ]
    assert standings == ["provisional", "provisional", "final"]


def test_periods_and_units_are_narrowed(core, central, people, two_months):
    october = Period.parse("2026-M10")
    assert shown(figures.series(core, central, Ask((people,), first=october, level="province"), NOW)) == {
        ("P1", "2026-M10"): Decimal(10), ("P2", "2026-M10"): Decimal(10)
    }  # fmt: skip
    only = figures.series(core, central, Ask((people,), last=Period.parse("2026-M09"), units=("P2",)), NOW)
    assert shown(only) == {("P2", "2026-M09"): Decimal(26)}
    assert figures.series(core, central, Ask((people,), frequency="yearly"), NOW).observations == ()


def test_a_units_own_people_see_their_own_figures_alone(core, people, two_months, make_actor):
    mine = make_actor("approver", "P1")
    assert people in figures.measures(core, mine, NOW)
    assert set(shown(figures.series(core, mine, Ask((people,)), NOW))) == {("P1", "2026-M09"), ("P1", "2026-M10")}
    assert shown(figures.series(core, mine, Ask((people,), units=("P2", "VN")), NOW)) == {}


def test_the_owner_of_a_regime_sees_all_of_it_and_another_ministry_its_own(core, people, two_months, make_actor):
    owner, other = make_actor("officer", "G12"), make_actor("officer", "G01")
    assert len(figures.series(core, owner, Ask((people,)), NOW).units) == 5
    assert figures.series(core, other, Ask((people,)), NOW).units == ("G01",)


def test_who_reports_to_a_regime_in_no_way_finds_none_of_its_measures(core, people, make_actor):
    stranger = make_actor("approver", "VN-không-có")
    assert figures.measures(core, stranger, NOW) == []
    for ask in (
        lambda: figures.series(core, stranger, Ask((people,)), NOW),
        lambda: figures.periods(core, stranger, "THU-01", NOW),
    ):
        with pytest.raises(NotFound):
            ask()


def test_the_periods_that_have_figures_come_newest_first(core, central, two_months):
    assert [each.code for each in figures.periods(core, central, "THU-01", NOW)] == ["2026-M10", "2026-M09"]
