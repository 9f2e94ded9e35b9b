"""Series on today's units: the 63 provinces of the past on the 34, ministries on their successors, nothing by guess."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from hub.catalog.orgunits import load_orgs
from hub.domain.form import Address, Column, Form, Label, Rollup, Row
from hub.domain.org import OrgRegister, OrgUnit, Succession
from hub.domain.period import Period
from hub.domain.rebasing import Homes, additive, exactness_of, forerunners, together
from hub.domain.rollup import Vector, joined

TODAY = date(2026, 11, 22)
BEFORE, AFTER = Period.parse("2025-M05"), Period.parse("2025-M08")


@pytest.fixture(scope="module")
def orgs() -> OrgRegister:
    return load_orgs()


@pytest.fixture(scope="module")
def homes(orgs) -> Homes:
    return Homes(orgs, TODAY)


TRAPS = {  # new name: (today's unit, GSO code that came from, units of the past that went into it)
    "Lào Cai": ("P15-20250701", {"P10-20080801", "P15-20080801"}),
    "Bắc Ninh": ("P24-20260920", {"P24-20080801", "P27-20080801"}),
    "Quảng Trị": ("P44-20250701", {"P44-20080801", "P45-20080801"}),
    "Gia Lai": ("P52-20250701", {"P52-20080801", "P64-20080801"}),
    "Tây Ninh": ("P80-20250701", {"P72-20080801", "P80-20080801"}),
    "Đồng Tháp": ("P82-20250701", {"P82-20080801", "P87-20080801"}),
    "An Giang": ("P91-20250701", {"P89-20080801", "P91-20080801"}),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_code_or_name_that_lives_on_with_another_owner_takes_over_exactly_its_own(orgs, homes, name):
    today, past = TRAPS[name]
    assert name in orgs.get(today).name.vi
    provinces = [unit.id for unit in orgs.on(date(2025, 5, 31), "province")]
    assert {unit for unit in provinces if homes.of(unit, BEFORE).unit_id == today} == past
    assert all(homes.of(unit, BEFORE).exact for unit in past)
    same_code = next(unit for unit in past if orgs.get(unit).code == orgs.get(today).code)
    same_name = next(unit for unit in past if orgs.get(unit).identifier == orgs.get(today).identifier)
    assert same_code != same_name, "the trap: code and identifier lead to two different units"
    assert exactness_of(orgs, today, tuple(past), exact=True) == "rebased"


def test_every_province_of_the_past_goes_whole_into_one_of_the_34(orgs, homes):
    past = [unit.id for unit in orgs.on(date(2025, 5, 31), "province")]
    found = [homes.of(unit, BEFORE) for unit in past]
    assert len(past) == 63
    assert all(home.exact for home in found)
    assert {home.unit_id for home in found} == {unit.id for unit in orgs.on(TODAY, "province")}
    assert len({home.unit_id for home in found}) == 34


@pytest.mark.parametrize(
    ("before", "today"),
    [
        ("P46-20080801", "P46-20250101"),  # tỉnh Thừa Thiên Huế → thành phố Huế
        ("P24-20250701", "P24-20260920"),  # tỉnh → thành phố Bắc Ninh
        ("P22-20080801", "P22-20260901"),  # tỉnh → thành phố Quảng Ninh
    ],
)
def test_a_province_that_became_a_city_is_the_same_body(orgs, homes, before, today):
    assert homes.of(before, BEFORE).unit_id == today
    assert exactness_of(orgs, today, (before,), exact=True) == "as_reported"


def test_a_city_of_2026_holds_what_both_provinces_before_the_merger_reported(orgs):
    assert {"P75-20080801", "P70-20080801"} <= forerunners(orgs, "P75-20260430")


def test_a_province_that_was_never_changed_stands_for_itself(orgs, homes):
    assert homes.of("P01-20080801", BEFORE).unit_id == "P01-20080801"
    assert exactness_of(orgs, "P01-20080801", ("P01-20080801",), exact=True) == "as_reported"


def test_the_nation_stands_for_itself(homes):
    assert homes.of("VN", BEFORE) == homes.of("VN", AFTER)


def test_a_commune_is_its_own_from_its_first_day_and_before_it_nothing_is_told(orgs, homes):
    assert homes.of("X00004-20250701", AFTER).exact
    assert not homes.of("X00004-20250701", BEFORE).exact


def test_a_unit_that_the_register_does_not_know_stays_where_it_is(homes):
    assert homes.of("X99999-20200101", BEFORE).unit_id == "X99999-20200101"
    assert not homes.of("X99999-20200101", BEFORE).exact


# --- ministries


def where(orgs: OrgRegister, owner: str, unit: str, period: str = "2025-M02") -> tuple[str, bool]:
    home = Homes(orgs, TODAY, owner).of(unit, Period.parse(period))
    return home.unit_id, home.exact


@pytest.mark.parametrize(
    ("before", "today"),
    [
        ("G05-20080801", "G12-20250301"),
        ("G12-20080801", "G12-20250301"),
        ("G24-20080801", "G12-20250301"),
        ("G13-20080801", "G10-20250301"),
        ("G17-20080801", "G17-20250301"),
        ("G21-20080801", "G21-20250301"),
    ],
)
def test_merged_ministries_go_into_the_ministry_that_took_them_over(orgs, before, today):
    assert where(orgs, "G18-20080801", before) == (today, True)


def test_a_ministry_that_gave_functions_away_is_left_as_it_was_where_it_cannot_be_told(orgs):
    for giver in ("G07-20080801", "G04-20080801", "G14-20080801", "G09-20080801", "G15-20080801"):
        assert where(orgs, "G22-20080801", giver) == (giver, False)


def test_a_function_that_moved_takes_its_figures_along_to_the_regimes_owner(orgs):
    assert where(orgs, "G03-20080801", "G07-20080801") == ("G03-20080801", True), "vocational training"
    assert where(orgs, "G10-20250301", "G07-20080801") == ("G10-20250301", True), "poverty reduction"
    assert where(orgs, "G21-20250301", "G09-20080801") == ("G21-20250301", True), "religion"


def test_a_regime_of_the_body_that_took_over_keeps_what_stayed_there(orgs):
    assert where(orgs, "G09-20250301", "G07-20080801") == ("G09-20250301", True), "labour"
    assert where(orgs, "G15-20080801", "G15-20080801") == ("G15-20080801", True), "justice itself"


def test_a_period_after_the_transfer_is_the_ministrys_own(orgs):
    assert where(orgs, "G22-20080801", "G15-20080801", "2025-M03") == ("G15-20080801", True)
    assert where(orgs, "G22-20080801", "G15-20080801", "2025-Q1") == ("G15-20080801", False), "part of it was before"


def test_a_split_unit_is_marked_and_left():
    def unit(name: str, first: date, last: date | None) -> OrgUnit:
        return OrgUnit(name, name, name, Label(name, name), "province", "tỉnh", first, last, "VN", True)

    change = date(2026, 1, 1)
    units = [unit("A", date(2008, 8, 1), date(2025, 12, 31)), unit("B", change, None), unit("C", change, None)]
    register = OrgRegister(units, [Succession("A", each, change, "absorb") for each in ("B", "C")])
    home = Homes(register, TODAY).of("A", BEFORE)
    assert (home.unit_id, home.exact) == ("A", False)
    assert exactness_of(register, "A", ("A",), exact=home.exact) == "inexact"


# --- what several make together


def column(code: str, kind: str, over: str = "sum", decimals: int = 0, **more: object) -> Column:
    label = Label(code, code)
    return Column(code, label, "decimal", decimals, required=False, rollup=Rollup(kind, over, **more))  # type: ignore[arg-type]


@pytest.fixture
def edition(make_small_edition):
    grid = Form(
        "F1", Label("Biểu", "Form"), "grid",
        (
            column("c01", "sum"), column("c02", "sum"), column("c04", "max", "max"), column("c05", "none", "none"),
            column("c03", "ratio", "recompute", 1, numerator="c01", denominator="c02", scale=Decimal(100)),
            column("c06", "weighted", "none", 1, weight="c02"), column("c07", "last", "last"),
            column("c08", "ratio", "none", 1, numerator="c01", denominator="c02"),
        ),
        (Row("r01", Label("Một", "One")),),
    )  # fmt: skip
    return make_small_edition(forms=(grid,), rules=())


def vector(*figures: int | None) -> Vector:
    present = np.array([value is not None for value in figures], np.uint8)
    return Vector(np.array([value or 0 for value in figures], np.int64), present, present.astype(np.int32))


def slot(edition, code: str) -> int:
    return edition.slot[Address("F1", "r01", code)]


def test_two_units_make_together_what_a_roll_up_would_make_of_them(edition):
    units = [vector(10, 40, 7, None, 250, 15, 3, 2), vector(20, 60, 9, None, 333, 25, 4, 3)]
    made = joined(edition, units)
    for place in range(len(edition.figures)):
        whole = int(made.figures[place]) if made.presence[place] else None
        assert together(edition, place, units) == whole, edition.figures[place].address
    assert together(edition, slot(edition, "c03"), units) == 300, "30 of 100, not the mean of 25.0 and 33.3"
    assert together(edition, slot(edition, "c06"), units) == 21, "(1.5 × 40 + 2.5 × 60) / 100"


def test_a_unit_without_a_figure_adds_nothing(edition):
    some, none = vector(10, None, 7, None, 250, 15, None, 2), vector(*[None] * 8)
    assert together(edition, slot(edition, "c01"), [none, some]) == 10
    assert together(edition, slot(edition, "c07"), [none, some]) is None
    assert together(edition, slot(edition, "c03"), [none, some]) is None, "there is no denominator"
    assert together(edition, slot(edition, "c04"), [none, none]) is None


def test_sums_of_many_large_figures_are_exact(edition):
    most = 2**63 - 1
    assert together(edition, 0, [vector(most, *[None] * 7)] * 3) == 3 * most


def test_what_cannot_be_made_from_a_longer_periods_figures_is_told(edition):
    assert additive(edition, slot(edition, "c03"), longer=True)
    assert not additive(edition, slot(edition, "c08"), longer=True)
    assert additive(edition, slot(edition, "c08"), longer=False)
    assert not additive(edition, slot(edition, "c06"), longer=True)
    assert not additive(edition, slot(edition, "c05"), longer=False)
