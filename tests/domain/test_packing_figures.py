"""Packed figures: exact, in the edition's order, with four kinds of presence."""

from __future__ import annotations

import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Address
from hub.domain.packing import MISSING, NIL, NOT_APPLICABLE_MARK, PRESENT, FigureOverflow, Packed, pack, unpack
from hub.domain.values import FormValues, Values


def test_each_kind_of_presence_has_its_mark(small_edition) -> None:
    values = Values(
        {
            "F1": FormValues(cells={("r01", "c01"): Decimal(0), ("r01", "c05"): NOT_APPLICABLE}),
            "F2": FormValues(nil=True),
        }
    )
    packed = pack(small_edition, values)
    slot = small_edition.slot
    assert packed.presence[slot[Address("F1", "r01", "c01")]] == PRESENT
    assert packed.presence[slot[Address("F1", "r01", "c05")]] == NOT_APPLICABLE_MARK
    assert packed.presence[slot[Address("F1", "r02", "c01")]] == MISSING
    assert packed.presence[slot[Address("F2", "*", "c04")]] == NIL
    assert packed.presence[slot[Address("F2", "*", "#")]] == NIL
    assert unpack(small_edition, packed) == {Address("F1", "r01", "c01"): Decimal(0)}


def test_figures_are_little_endian_and_scaled_by_their_decimals(small_edition) -> None:
    packed = pack(small_edition, Values({"F1": FormValues(cells={("r01", "c04"): Decimal("-12.34")})}))
    at = small_edition.slot[Address("F1", "r01", "c04")]
    assert struct.unpack_from("<q", packed.figures, 8 * at) == (-1234,)
    assert len(packed.figures) == 8 * len(packed.presence) == 8 * len(small_edition.figures)


def test_a_list_packs_its_totals_and_its_number_of_records(small_edition) -> None:
    records = [{"c04": Decimal("1.25")}, {"c01": "không có diện tích"}, {"c04": Decimal("2.50")}]
    figures = unpack(small_edition, pack(small_edition, Values({"F2": FormValues(records=records)})))
    assert figures == {Address("F2", "*", "c04"): Decimal("3.75"), Address("F2", "*", "#"): Decimal(3)}


def test_a_column_without_any_figure_is_missing_though_there_are_records(small_edition) -> None:
    packed = pack(small_edition, Values({"F2": FormValues(records=[{"c01": "A"}])}))
    assert packed.presence[small_edition.slot[Address("F2", "*", "c04")]] == MISSING
    packed = pack(small_edition, Values({"F2": FormValues(records=[{"c04": NOT_APPLICABLE}])}))
    assert packed.presence[small_edition.slot[Address("F2", "*", "c04")]] == NOT_APPLICABLE_MARK


def test_a_figure_beyond_64_bits_names_its_address_and_never_wraps(small_edition) -> None:
    largest = Decimal(2**63 - 1)
    fits = Values({"F1": FormValues(cells={("r02", "c01"): largest})})
    assert unpack(small_edition, pack(small_edition, fits))[Address("F1", "r02", "c01")] == largest
    with pytest.raises(FigureOverflow) as overflow:
        pack(small_edition, Values({"F1": FormValues(cells={("r02", "c01"): largest + 1})}))
    assert overflow.value.address == Address("F1", "r02", "c01")


def test_a_total_that_overflows_though_its_records_fit_is_named(small_edition) -> None:
    record = {"c04": Decimal("90000000000000000.00")}
    with pytest.raises(FigureOverflow) as overflow:
        pack(small_edition, Values({"F2": FormValues(records=[record, record])}))
    assert overflow.value.address == Address("F2", "*", "c04")


@pytest.mark.parametrize("wrong", [Decimal("1.5"), "12"])
def test_what_is_no_figure_of_the_column_is_never_packed(small_edition, wrong: object) -> None:
    with pytest.raises(ValueError):
        pack(small_edition, Values({"F1": FormValues(cells={("r01", "c01"): wrong})}))  # type: ignore[dict-item]


def test_a_vector_of_another_size_is_not_unpacked(small_edition) -> None:
    with pytest.raises(ValueError):
        unpack(small_edition, Packed(bytes(8), bytes(1)))


@given(st.lists(st.integers(-(10**18) + 1, 10**18 - 1), min_size=9, max_size=9))
def test_any_figures_come_back_exactly(small_edition_once, scaled: list[int]) -> None:
    keys = [(row, column) for row in ("r01", "r02", "r03") for column in ("c01", "c02", "c03")]
    cells = {key: Decimal(number) for key, number in zip(keys, scaled, strict=True)}
    figures = unpack(small_edition_once, pack(small_edition_once, Values({"F1": FormValues(cells=cells)})))
    assert figures == {Address("F1", *key): value for key, value in cells.items()}


def test_the_sum_of_a_hundred_thousand_decimals_is_exact(small_edition_once) -> None:
    parts = [Decimal(index * 7919 % 100_003).scaleb(-2) for index in range(100_000)]
    values = Values({"F2": FormValues(records=[{"c04": part} for part in parts])})
    total = unpack(small_edition_once, pack(small_edition_once, values))[Address("F2", "*", "c04")]
    assert total == sum(parts)
