"""How a figure stands among those of other units: exact quartiles, ranks, and reasons in words."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace
from decimal import Decimal

import pytest

from hub.domain.form import Address
from hub.domain.neighbours import ENOUGH, Spread, growths, neighbourhood, reasons
from hub.domain.packing import pack
from hub.domain.values import FormValues, Values

MONEY = Address("F1", "r02", "c04")


@pytest.fixture
def packed(small_edition):
    """``packed(amounts) -> list``: reports of as many units that hold one amount each, or nothing for None."""

    def make(amounts):
        cells = [{} if amount is None else {("r02", "c04"): Decimal(amount)} for amount in amounts]
        return [pack(small_edition, Values({"F1": FormValues(cells=each)})) for each in cells]

    return make


@pytest.fixture
def beside(small_edition, packed):
    """``beside(amounts) -> Spread``: how one amount stands among others."""

    def make(amounts, own=None):
        rows = packed(amounts)
        found = neighbourhood(small_edition, [row.figures for row in rows], [row.presence for row in rows])
        return found.spread(small_edition.slot[MONEY], own, dots=60)

    return make


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 33, 100])
def test_the_spread_is_that_of_another_computation(count, beside):
    chance = random.Random(count)
    amounts = [Decimal(chance.randrange(-5_000, 5_000_000)).scaleb(-2) for _ in range(count)]
    spread = beside(amounts, amounts[0])
    assert (spread.count, spread.low, spread.high) == (count, min(amounts), max(amounts))
    assert spread.median == statistics.median(amounts)
    if count > 1:
        assert [spread.q1, spread.median, spread.q3] == statistics.quantiles(amounts, n=4, method="inclusive")
    assert spread.rank == 1 + sum(amount > amounts[0] for amount in amounts)


def test_who_reports_nothing_is_not_counted_as_a_zero(beside):
    assert beside([None, "3.00", None]).count == 1
    assert beside([None, "3.00", None]).low == Decimal(3)
    assert beside([None, None]) is None
    assert beside([]) is None


def test_figures_at_the_ends_of_what_can_be_packed_stay_exact(beside):
    most = Decimal(2**63 - 1).scaleb(-2)
    spread = beside([str(most), str(-most), None])
    assert (spread.low, spread.high) == (-most, most)


def test_thousands_of_units_are_drawn_as_a_few_dots(beside):
    spread = beside([str(number) for number in range(3_000)])
    assert len(spread.dots) <= 61
    assert (spread.dots[0], spread.dots[-1]) == (0, 2_999)


def _spread(*amounts: int) -> Spread:
    ordered = [Decimal(amount) for amount in sorted(amounts)]
    q1, median, q3 = statistics.quantiles(ordered, n=4, method="inclusive")
    return Spread(len(ordered), ordered[0], q1, median, q3, ordered[-1], 1)


USUAL = tuple(range(100, 133))


@pytest.mark.parametrize(
    ("own", "before", "said"),
    [
        (1_200, 100, "gấp 12 lần kỳ trước"),
        (1_234_000, 1_000, "gấp 1.234 lần kỳ trước"),
        (110, 900, "giảm 8,2 lần so với kỳ trước"),
        (110, 0, "kỳ trước bằng 0"),
        (0, 110, "kỳ này bằng 0, kỳ trước thì không"),
        (-120, 110, "đổi dấu so với kỳ trước"),
    ],
)
def test_a_change_since_last_period_is_named(own, before, said):
    assert [vi for vi, en in reasons(Decimal(own), 0, Decimal(before), None)] == [said]


@pytest.mark.parametrize(("own", "before"), [(9, 1), (499, 100), (100, 100), (100, None), (1, 0)])
def test_a_small_or_usual_change_is_not(own, before):
    assert reasons(Decimal(own), 0, None if before is None else Decimal(before), None) == []


def test_what_lies_beyond_every_other_unit_says_so():
    spread = _spread(*USUAL)
    assert reasons(Decimal(1_000), 0, None, spread)[0][0] == "cao hơn mọi đơn vị khác trong 33 đơn vị"
    assert reasons(Decimal(1), 0, None, spread)[0][0] == "thấp hơn mọi đơn vị khác trong 33 đơn vị"
    assert reasons(Decimal(140), 0, None, spread) == [], "the highest, but not far from the others"


def test_one_strange_unit_does_not_hide_another():
    spread = replace(_spread(*USUAL, 5_000), rank=2)
    assert reasons(Decimal(900), 0, None, spread)[0][0] == "cao bất thường so với 34 đơn vị khác (đứng thứ 2)"


def test_a_large_unit_that_is_as_large_as_ever_is_not_marked():
    spread = _spread(*USUAL)
    assert reasons(Decimal(1_000), 0, Decimal(950), spread) == []
    assert reasons(Decimal(1_000), 0, Decimal(400), spread) != []


def test_few_neighbours_make_nothing_unusual():
    few = _spread(*range(100, 100 + ENOUGH - 1))
    enough = _spread(*range(100, 100 + ENOUGH))
    assert reasons(Decimal(9_000), 0, None, few) == []
    assert reasons(Decimal(9_000), 0, None, enough) != []


def test_where_nearly_all_say_zero_a_single_case_is_not_marked_but_hundreds_are():
    spread = _spread(*[0] * 30, 1, 2, 3)
    assert reasons(Decimal(4), 0, None, spread) == []
    assert reasons(Decimal(400), 0, None, spread) != []


def test_growth_is_judged_among_growths_whatever_the_sizes(small_edition, packed):
    slot = small_edition.slot[MONEY]
    before = [Decimal(10) ** (n % 5) * 100 for n in range(20)]
    now = [amount * Decimal("1.1") for amount in before]
    found = growths(small_edition, packed(now), packed(before))
    assert found.reason(slot, Decimal(1_100_000), Decimal(1_000_000)) is None
    said = found.reason(slot, Decimal(4_000), Decimal(1_000))
    assert said is not None
    assert said[0] == "bằng 4 lần kỳ trước, các đơn vị khác thường 1,1 lần"
    assert found.reason(slot, Decimal(4_000), None) is None
    none = growths(small_edition, packed([]), packed([]))
    assert none.reason(slot, Decimal(4_000), Decimal(1_000)) is None
