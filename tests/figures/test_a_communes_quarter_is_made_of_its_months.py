"""Communes one by one over longer periods that nobody reports itself: from their own shorter reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hub.catalog.catalog import Catalog
from hub.domain.org import OrgRegister
from hub.domain.period import Period
from hub.domain.regime import Regime
from hub.services import figures
from hub.services.figures import Ask

NOW = datetime(2026, 12, 15, 3, 0, tzinfo=UTC)
THIRD = Period.parse("2026-Q3")


@pytest.fixture
def small_catalog(small_catalog: Catalog, make_small_edition, small_orgs: OrgRegister) -> Catalog:
    """The small regime asked by the month alone; X12 begins within the third quarter, from nobody that is known."""
    edition = make_small_edition(frequencies=("monthly",), swing=None)
    units = [
        replace(unit, valid_from=date(2026, 8, 1)) if unit.id == "X12" else unit for unit in small_orgs.units.values()
    ]
    catalog = replace(small_catalog, regimes={"THU-01": Regime("THU-01", (edition,))})
    register = OrgRegister(units, small_orgs.successions)
    catalog.__dict__.update(orgs=register, calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def third_quarter(report, roll_up):
    for unit, month, men, women in (
        ("X11", 7, 10, 0), ("X11", 8, 20, 4), ("X11", 9, 30, 0), ("X12", 8, 5, 0), ("X12", 9, 7, 0),
        ("X13", 7, 3, 0), ("X13", 8, 1, 0),
    ):  # fmt: skip
        report(unit, month, men=men, women=women)
    for month in (7, 8, 9):
        roll_up(month)
    roll_up("2026-Q3")


@pytest.fixture
def quarter(core, central):
    """``quarter(name, **narrowed) -> {unit: observation}`` of the third quarter, commune by commune."""

    def ask(name: str, **narrowed):
        measure = figures.measure(core, central, f"THU-01/F1.{name}", NOW)
        asked = Ask((measure,), level="commune", within="P1", **narrowed)
        found = figures.series(core, central, asked, NOW).observations
        return {each.unit_id: each for each in found if each.period == THIRD}

    return ask


@pytest.mark.parametrize(
    "narrowed",
    [
        {},
        {"frequency": "quarterly"},
        {"known_at": NOW},
        {"basis": "today"},
        {"known_at": NOW, "frequency": "quarterly"},
    ],
)
def test_flows_are_summed_of_a_stock_the_last_part_counts_and_ratios_are_made_again(quarter, third_quarter, narrowed):
    flow = quarter("r01.c01", **narrowed)
    assert {unit: each.value for unit, each in flow.items()} == {
        "X11": Decimal(64), "X12": Decimal(12), "X13": Decimal(4)
    }  # fmt: skip
    assert [(each.accepted, each.obliged) for each in flow.values()] == [(3, 3), (2, 2), (2, 3)]
    assert [each.standing for each in flow.values()] == ["final", "final", "provisional"]
    stock = quarter("r01.c03", **narrowed)
    assert [each.value for each in stock.values()] == [Decimal(29), Decimal(6), None], "X13 is silent of September"
    rate = quarter("r01.c05", **narrowed)
    assert rate["X11"].value == Decimal("6.3"), "4 new of 64, not the mean of the months"


def test_a_commune_that_began_within_the_quarter_is_marked(quarter, third_quarter):
    for narrowed in ({}, {"basis": "today"}, {"known_at": NOW}):
        found = quarter("r01.c01", **narrowed)
        assert {unit: each.exactness for unit, each in found.items()} == {
            "X11": "as_reported", "X12": "inexact", "X13": "as_reported"
        }  # fmt: skip


def test_communes_make_what_their_province_shows(core, central, quarter, third_quarter):
    measure = figures.measure(core, central, "THU-01/F1.r02.c04", NOW)
    found = figures.series(core, central, Ask((measure,), units=("P1",)), NOW).observations
    (above,) = [each for each in found if each.period == THIRD]
    assert above.value == sum(each.value for each in quarter("r02.c04").values())


def test_without_a_month_there_is_no_quarter(core, central, report, roll_up, quarter):
    report("X11", 7)
    roll_up(7)
    assert quarter("r01.c01") == {}
    assert quarter("r01.c01", known_at=NOW) == {}
