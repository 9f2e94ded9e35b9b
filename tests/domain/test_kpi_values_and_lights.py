"""Steering indicators: exact values, lights by direction and target, an index in which nothing missing is a zero."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.form import Address, Label
from hub.domain.kpi import (
    Formula,
    Index,
    Kpi,
    Sent,
    Target,
    Thresholds,
    index_of,
    light_of,
    quotient,
    target_for,
    valued,
    valued_as_sent,
)
from hub.domain.observation import Measure, Observation
from hub.domain.period import Period

MONTH = Period.parse("2027-M03")
D = Decimal
BOUNDS = Thresholds(D(90), D(70), "choice")


def label(text):
    return Label(text, text)


def kpi(code="1.1", **changes):
    fields = {
        "group": "1", "label": label(code), "unit": "%", "decimals": 2, "direction": "higher",
        "formula": Formula(None, "R/F1.r01.c01", "R/F1.r01.c02", D(100)), "thresholds": BOUNDS, "full_at": D(80),
    }  # fmt: skip
    return Kpi(code, **fields | changes)


def seen(value, *, standing="final", accepted=3, obliged=3):
    measure = Measure("R", Address("F1", "r01", "c01"), label("x"), 0, "", "sum", "sum")
    return Observation(
        measure, "P1", MONTH, None if value is None else D(value), standing, "as_reported", "R/1", accepted, obliged
    )


def test_a_ratio_is_rounded_half_away_from_zero():
    assert quotient(D(1), D(8), D(1), 2) == (D("0.13"), "")
    assert quotient(D(-1), D(8), D(1), 2) == (D("-0.13"), "")
    assert quotient(D(2), D(3), D(100), 2) == (D("66.67"), "")


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_ratio_lies_within_half_a_unit_of_its_last_place(top, bottom):
    value, _ = quotient(D(top), D(bottom), D(100), 2)
    assert abs(Fraction(value) - Fraction(top * 100, bottom)) <= Fraction(1, 200)


def test_missing_undefined_and_zero_are_three_things():
    missing = valued(kpi(), "P1", MONTH, [seen(None, standing="missing"), seen(4)], None)
    undefined = valued(kpi(), "P1", MONTH, [seen(0), seen(0)], None)
    zero = valued(kpi(), "P1", MONTH, [seen(0), seen(4)], None)
    assert [(one.value, one.lack, one.light) for one in (missing, undefined, zero)] == [
        (None, "missing", "none"), (None, "undefined", "none"), (D("0.00"), "", "red")
    ]  # fmt: skip


def test_a_value_is_as_complete_as_the_least_complete_of_its_parts():
    value = valued(kpi(), "P1", MONTH, [seen(1), seen(4, standing="provisional", accepted=2)], None)
    assert (value.accepted, value.obliged, value.provisional, value.complete) == (2, 3, True, False)


@pytest.mark.parametrize(
    ("direction", "bounds", "values"),
    [("higher", BOUNDS, {"90": "green", "89.99": "amber", "70": "amber", "69.99": "red"}),
     ("lower", Thresholds(D(10), D(20), "choice"), {"10": "green", "10.01": "amber", "20": "amber", "20.01": "red"})],
)  # fmt: skip
def test_a_light_begins_exactly_at_its_bound(direction, bounds, values):
    its = kpi(direction=direction, thresholds=bounds)
    assert {value: light_of(its, D(value)) for value in values} == values


def test_a_target_takes_the_place_of_the_green_bound():
    assert light_of(kpi(), D(85), D(80)) == "green"
    assert light_of(kpi(), D(92), D(95)) == "amber"
    assert light_of(kpi(), D(65), D(60)) == "green"
    assert light_of(kpi(), D(59), D(60)) == "red"
    assert light_of(kpi(thresholds=None), D(59), D(60)) == "none"


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_a_better_value_never_has_a_worse_light(first, second, target):
    order = ("red", "amber", "green")
    low, high = sorted((first, second))
    assert order.index(light_of(kpi(), D(low), D(target))) <= order.index(light_of(kpi(), D(high), D(target)))


def test_full_marks_come_at_their_value_and_in_proportion_below():
    def share(value):
        return valued_as_sent(kpi(), "P1", MONTH, Sent(D(value)), None).share

    assert (share(40), share(80), share(99), share(0)) == (Fraction(1, 2), 1, 1, 0)


def test_the_index_leaves_out_what_has_no_value_and_says_how_many_it_counts():
    kpis = [kpi("1"), kpi("2"), kpi("3"), kpi("4", full_at=None)]
    values = {
        code: valued_as_sent(kpi(code), "P1", MONTH, Sent(D(value)), None) for code, value in (("1", 80), ("2", 40))
    }
    assert index_of(kpis, values) == Index(D("75.00"), 2, 3)
    assert index_of(kpis, {}) == Index(None, 0, 3)


def test_points_of_the_source_weigh():
    kpis = [kpi("1", points=D(3)), kpi("2", points=D(1))]
    values = {
        code: valued_as_sent(kpi(code), "P1", MONTH, Sent(D(value)), None) for code, value in (("1", 80), ("2", 0))
    }
    assert index_of(kpis, values).value == D("75.00")


def test_what_another_system_sent_is_a_value_or_a_ratio():
    its = kpi(formula=Formula(scale=D(100)))
    assert valued_as_sent(its, "P1", MONTH, Sent(None, D(1), D(3), "H26"), None).value == D("33.33")
    assert valued_as_sent(its, "P1", MONTH, Sent(D("12.345"), source="H26"), None).value == D("12.35")
    assert valued_as_sent(its, "P1", MONTH, Sent(None, D(1), D(0), "H26"), None).lack == "undefined"


def test_the_nearest_target_holds():
    everywhere = [
        Target("1.1", "", "", D(50)), Target("1.1", "", "2027-Y", D(60)), Target("1.1", "", "2027-M03", D(65)),
        Target("1.1", "P1", "", D(70)), Target("1.1", "P1", "2026-Y", D(99)), Target("9", "P1", "2027-M03", D(98)),
    ]  # fmt: skip
    assert target_for(everywhere, "1.1", "P1", MONTH) == D(70)
    assert target_for(everywhere, "1.1", "P2", MONTH) == D(65)
    assert target_for(everywhere, "1.1", "P2", Period.parse("2027-M04")) == D(60)
    assert target_for(everywhere, "1.1", "P2", Period.parse("2028-M04")) == D(50)
    assert target_for([], "1.1", "P2", MONTH) is None
