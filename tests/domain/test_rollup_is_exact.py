"""Roll-up over units and over time: exact, order-free, honest about what is missing."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.form import Address, Column, Form, Label, Rollup, Row
from hub.domain.packing import MISSING, NIL, PRESENT, FigureOverflow
from hub.domain.recompute import recompute_totals
from hub.domain.rollup import (
    Matrix,
    Vector,
    as_decimals,
    by_group,
    coverage_of,
    over_time,
    rounded,
    scaled_quotient,
    unpack_vector,
    whole,
)

A, B, RATE, STOCK, TOP, MEAN, NOTE = (Address("F1", "r01", f"c0{n}") for n in range(1, 8))


@pytest.fixture
def edition(make_small_edition):
    """One row with a column of each kind of roll-up."""
    columns = (
        Column("c01", Label("a", "a"), "integer", rollup=Rollup("sum", "sum")),
        Column("c02", Label("b", "b"), "money", 2, rollup=Rollup("sum", "first")),
        Column("c03", Label("r", "r"), "percent", 1, rollup=Rollup("ratio", "recompute", "c02", "c01", Decimal(100))),
        Column("c04", Label("s", "s"), "integer", rollup=Rollup("last", "last")),
        Column("c05", Label("m", "m"), "integer", minimum=None, rollup=Rollup("max", "max")),
        Column("c06", Label("w", "w"), "decimal", 1, rollup=Rollup("weighted", "none", weight="c01")),
        Column("c07", Label("n", "n"), "integer", rollup=Rollup("none", "none")),
    )
    form = Form("F1", Label("F", "F"), "grid", columns, (Row("r01", Label("r", "r")),))
    return make_small_edition(forms=(form,), rules=())


def matrix(rows: list[dict[Address, int]], edition, presence: int = PRESENT) -> Matrix:
    width = len(edition.figures)
    figures = np.zeros((len(rows), width), np.int64)
    seen = np.zeros((len(rows), width), np.uint8)
    for number, row in enumerate(rows):
        for address, value in row.items():
            figures[number, edition.slot[address]] = value
            seen[number, edition.slot[address]] = presence
    return Matrix(figures, seen)


def test_each_kind_of_figure_is_brought_together_its_own_way(edition):
    rows = matrix(
        [
            {A: 3, B: 150, STOCK: 5, TOP: -4, MEAN: 10, NOTE: 9},
            {A: 1, B: 100, STOCK: 7, TOP: -9, MEAN: 50, NOTE: 9},
        ],
        edition,
    )
    got = as_decimals(edition, whole(edition, rows))
    assert got == {
        A: Decimal(4),
        B: Decimal("2.50"),
        RATE: Decimal("62.5"),
        STOCK: Decimal(12),
        TOP: Decimal(-4),
        MEAN: Decimal("2.0"),  # (3 * 1.0 + 1 * 5.0) / 4
    }


def test_a_ratio_is_never_a_mean_of_ratios(edition):
    rows = matrix([{A: 1, B: 100}, {A: 99, B: 0}], edition)
    assert as_decimals(edition, whole(edition, rows))[RATE] == Decimal("1.0")


def test_a_ratio_over_nothing_is_missing_not_zero(edition):
    assert RATE not in as_decimals(edition, whole(edition, matrix([{A: 0, B: 5}], edition)))


def test_missing_is_not_zero_and_nil_counts_as_a_contribution(edition):
    nothing = whole(edition, matrix([{B: 1}], edition))
    assert nothing.presence[0] == MISSING
    nil = whole(edition, matrix([{A: 0}, {A: 0}], edition, NIL))
    assert (nil.presence[0], nil.contributors[0], int(nil.figures[0])) == (PRESENT, 2, 0)


def test_a_total_beyond_64_bits_is_an_error_naming_the_figure_never_a_wrap(edition):
    rows = matrix([{A: 2**62}, {A: 2**62}], edition)
    with pytest.raises(FigureOverflow) as caught:
        whole(edition, rows)
    assert caught.value.address == A


def test_large_figures_of_both_signs_are_added_without_loss(edition):
    rows = matrix([{A: 2**62}, {A: 2**62}, {A: -(2**62)}, {A: 3}], edition)
    assert as_decimals(edition, whole(edition, rows))[A] == 2**62 + 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_groups_add_up_to_the_whole_and_order_does_not_matter(make_small_edition, data):
    edition = make_small_edition()
    width = len(edition.figures)
    values = st.integers(-(10**15), 10**15)
    rows = data.draw(st.lists(st.lists(values, min_size=width, max_size=width), min_size=1, max_size=8))
    order = data.draw(st.permutations(range(len(rows))))
    figures = np.array(rows, np.int64)
    seen = np.ones_like(figures, np.uint8)
    split = data.draw(st.integers(0, len(rows) - 1))
    starts = [0, split] if split else [0]
    groups = by_group(edition, Matrix(figures, seen), starts)
    nation = whole(edition, Matrix(figures, seen))
    shuffled = whole(edition, Matrix(figures[order], seen[order]))
    assert nation.packed() == shuffled.packed()
    for index, figure in enumerate(edition.figures):
        if figure.rollup.kind in {"sum", "last"}:
            assert sum(int(group.figures[index]) for group in groups) == int(nation.figures[index])
            assert int(nation.figures[index]) == sum(row[index] for row in rows)


@given(st.integers(-(10**18), 10**18), st.integers(-(10**9), 10**9).filter(bool))
def test_rounding_is_half_away_from_zero_exactly(top, bottom):
    exact = Decimal(top) / Decimal(bottom)
    if exact * 2 == (exact * 2).to_integral_value() or abs(exact % 1) != Decimal("0.5"):
        assert rounded(top, bottom) == int((Decimal(top) / Decimal(bottom)).quantize(Decimal(1), ROUND_HALF_UP))


def test_a_scaled_quotient_minds_the_decimals_of_both_sides():
    assert scaled_quotient(250, 2, 4, 0, Decimal(100), 1) == 625  # 2.50 / 4 * 100 = 62.5
    assert scaled_quotient(1, 0, 3, 0, Decimal(1), 2) == 33
    assert scaled_quotient(-1, 0, 2, 0, Decimal(1), 0) == -1


def test_packed_bytes_give_the_vector_back(edition):
    vector = whole(edition, matrix([{A: 3, B: 150}], edition))
    again = unpack_vector(*vector.packed())
    assert again.packed() == vector.packed()


def test_over_time_sums_flows_takes_the_first_opening_the_last_stock_and_recomputes_ratios(edition):
    months = [
        whole(edition, matrix([{A: 10, B: 100, STOCK: 5, TOP: 4}], edition)),
        whole(edition, matrix([{A: 30, B: 900, STOCK: 8, TOP: 9}], edition)),
    ]
    got = as_decimals(edition, over_time(edition, months))
    assert got == {A: Decimal(40), B: Decimal("1.00"), RATE: Decimal("2.5"), STOCK: Decimal(8), TOP: Decimal(9)}


def test_a_stock_whose_last_month_is_missing_is_missing(edition):
    first = whole(edition, matrix([{A: 1, STOCK: 5}], edition))
    got = as_decimals(edition, over_time(edition, [first, None]))
    assert STOCK not in got
    assert got[A] == 1


def test_totals_over_time_are_recomputed_by_the_forms_own_rule(make_small_edition):
    small = make_small_edition()
    form = small.form("F1")
    columns = tuple(
        column if column.code != "c01" else Column("c01", column.label, "integer", rollup=Rollup("sum", "recompute"))
        for column in form.columns
    )
    edition = make_small_edition(forms=(Form("F1", form.title, "grid", columns, form.rows),))
    slot = edition.slot

    def month(new: int, old: int) -> Vector:
        rows = [
            {Address("F1", "r02", "c01"): new + old, Address("F1", "r02", "c02"): new, Address("F1", "r02", "c03"): old}
        ]
        return whole(edition, matrix(rows, edition))

    quarter = over_time(
        edition, [month(1, 5), month(2, 7)], lambda known, wanted: recompute_totals(edition, known, wanted)
    )
    assert int(quarter.figures[slot[Address("F1", "r02", "c01")]]) == 3 + 7, "new of both months, the last stock"


def test_coverage_counts_the_obliged_without_the_excluded_and_names_the_missing():
    lines = [
        ("VN/P1/X1", "accepted", False),
        ("VN/P1/X2", "submitted", False),
        ("VN/P1/X3", "draft", False),
        ("VN/P1/X4", "draft", True),
    ]
    got = coverage_of(lines, {"VN/P1/X1"})
    assert (got.obliged, got.accepted, got.waiting, got.missing, got.excluded) == (3, 1, 1, ("X2", "X3"), ("X4",))
    assert not got.complete
    assert type(got).from_json(got.as_json()) == got
