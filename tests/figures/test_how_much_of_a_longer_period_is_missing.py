"""The weight of what is missing in a quarter: pairs of a unit and a month, by what stood in their places before.

The figures are counted by hand: men of r01 in the second quarter, and who is missing in the third.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from hub.catalog.catalog import Catalog
from hub.domain.confidence import weighing_parts
from hub.domain.form import Address, Column, Label, Rollup
from hub.domain.period import Period
from hub.domain.regime import Regime
from hub.services import figures
from hub.services.figures import Ask

NOW = datetime(2026, 12, 15, 3, 0, tzinfo=UTC)
SECOND, THIRD = Period.parse("2026-Q2"), Period.parse("2026-Q3")
BEFORE = {"X11": (10, 20, 30), "X12": (1, 2, 3), "X21": (100, 100, 100)}
AFTER = {"X11": (10, None, 30), "X12": (1, 2, 3), "X13": (None, None, 5), "X21": (100, 100, None)}


@pytest.fixture
def small_catalog(small_catalog: Catalog, make_small_edition) -> Catalog:
    """The small regime, asked by the month alone: its quarters are made of months."""
    edition = make_small_edition(frequencies=("monthly",), swing=None)
    catalog = replace(small_catalog, regimes={"THU-01": Regime("THU-01", (edition,))})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def two_quarters(report, roll_up):
    for first, figures_of in ((4, BEFORE), (7, AFTER)):
        for unit, months in figures_of.items():
            for month, men in enumerate(months, first):
                if men is not None:
                    report(unit, month, men=men, women=0)
        for month in range(first, first + 3):
            roll_up(month)
    roll_up("2026-Q2")
    roll_up("2026-Q3")


def test_a_quarter_misses_what_its_missing_months_held_in_the_quarter_before(core, central, two_quarters):
    def weights(name: str, **narrowed) -> dict[str, Decimal | None]:
        measure = figures.measure(core, central, f"THU-01/F1.{name}", NOW)
        found = figures.series(core, central, Ask((measure,), **narrowed), NOW).observations
        return {each.unit_id: each.missing_weight for each in found if each.period == THIRD}

    flow = {"P1": Decimal("0.3030"), "P2": Decimal("0.3333"), "VN": Decimal("0.3279"), "G01": None, "G12": None}
    assert weights("r01.c01") == flow, "20 of 66 (May for August), 100 of 300 (June for September), 120 of 366"
    assert weights("r01.c05") == flow, "a ratio by its denominator"
    stock = weights("r01.c03")
    assert stock["P1"] == Decimal("0.0000"), "only earlier months are missing there"
    assert stock["P2"] == Decimal("1.0000"), "99 of 99 in June"
    assert stock["VN"] == Decimal("0.7615"), "99 of 29 + 2 + 99; one man of each is new"
    for narrowed in ({"frequency": "quarterly"}, {"first": THIRD, "last": THIRD}, {"known_at": NOW}, {"basis": "today"},
                     {"known_at": NOW, "first": THIRD, "frequency": "quarterly"}):  # fmt: skip
        assert weights("r01.c01", **narrowed) == flow, narrowed
    assert weights("r01.c01", units=("P1",)) == {"P1": Decimal("0.3030")}
    assert weights("r01.c01", units=("P1",), known_at=NOW) == {"P1": Decimal("0.3030")}


def test_a_quarter_with_none_before_it_claims_no_weight(core, central, two_quarters):
    measure = figures.measure(core, central, "THU-01/F1.r01.c01", NOW)
    found = figures.series(core, central, Ask((measure,), frequency="quarterly", last=SECOND), NOW).observations
    assert {each.missing_weight for each in found} == {None}


@pytest.mark.parametrize(
    ("rollup", "counted"),
    [
        (Rollup("sum", "sum"), range(3)),
        (Rollup("sum", "first"), range(1)),
        (Rollup("last", "last"), range(2, 3)),
        (Rollup("max", "max"), None),
        (Rollup("sum", "max"), None),
        (Rollup("sum", "recompute"), None),
        (Rollup("ratio", "recompute", numerator="c02", denominator="c01", scale=Decimal(100)), range(3)),
        (Rollup("ratio", "last", numerator="c02", denominator="c01", scale=Decimal(100)), None),
        (Rollup("weighted", "none", weight="c01"), None),
    ],
)
def test_the_parts_that_count_are_those_the_figure_is_made_of(make_small_edition, rollup, counted):
    (grid,) = (form for form in make_small_edition().forms if form.code == "F1")
    its = Column("c07", Label("Cột", "Column"), "decimal", 1, required=False, rollup=rollup)
    edition = make_small_edition(forms=(replace(grid, columns=(*grid.columns, its)),))
    assert weighing_parts(edition, edition.slot[Address("F1", "r01", "c07")], 3) == counted
