"""Two versions of a report: which record became which, what changed in words, and texts that come back whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.comparison import aligned, form_pairs, percent, text_pairs, words_of
from hub.domain.values import FormValues, Values


def record(name: str, kind: str = "1", area: str = "2.50") -> dict:
    return {"c01": name, "c02": kind, "c04": Decimal(area)}


@pytest.fixture
def fates(small_edition):
    """``fates(old, new) -> list``: (what became of it, old number, new number) of each record of the list."""

    def make(old, new):
        versions = [Values({"F2": FormValues(records=list(records))}) for records in (old, new)]
        pair = form_pairs(small_edition.forms, *versions)[1]
        return [(each.fate, each.old_number, each.new_number) for each in pair.records], pair

    return make


A, B, C, D = (record(name, area=f"{n}.00") for n, name in enumerate(("Ao Sen", "Bến Tre", "Cồn Cỏ", "Đầm Dơi"), 1))


def test_a_record_put_in_between_moves_nothing(fates):
    found, pair = fates([A, B, C], [A, D, B, C])
    assert found == [("same", 1, 1), ("added", None, 2), ("same", 2, 3), ("same", 3, 4)]
    assert pair.changes == 1


def test_a_record_taken_out_stands_where_it_was(fates):
    assert fates([A, B, C], [A, C])[0] == [("same", 1, 1), ("removed", 2, None), ("same", 3, 2)]


def test_a_record_with_one_cell_changed_is_the_same_record(fates):
    found, pair = fates([A, B, C], [A, B | {"c04": Decimal("9.00")}, C])
    assert found[1] == ("changed", 2, 2)
    assert pair.changes == 1
    assert [cell.column.code for cell in pair.records[1].cells if cell.changed] == ["c04"]
    assert pair.records[1].cells[3].difference == Decimal("7.00")


def test_a_record_that_moved_is_told_once(fates):
    found = fates([A, B, C], [B, C, A])[0]
    assert sorted(fate for fate, _, _ in found) == ["moved", "same", "same"]
    assert ("moved", 1, 3) in found


def test_a_quite_different_record_is_another_record(fates):
    other = record("Gò Vấp", "2", "7.00")
    assert {fate for fate, _, _ in fates([A], [other])[0]} == {"added", "removed"}


small = st.lists(st.fixed_dictionaries({"a": st.integers(0, 2), "b": st.integers(0, 2)}), max_size=7)


@given(small, small)
def test_every_record_stands_in_exactly_one_pair(old, new):
    pairs = aligned(old, new).pairs
    assert sorted(index for index, _ in pairs if index is not None) == list(range(len(old)))
    assert sorted(number for _, number in pairs if number is not None) == list(range(len(new)))
    assert all(old[i] == new[j] for i, j in pairs if j in aligned(old, new).moved)


def test_two_very_long_lists_without_anything_in_common_are_paired_by_position():
    old = [{"a": number} for number in range(900)]
    new = [{"a": -number - 1} for number in range(900)]
    assert set(aligned(old, new).pairs) == {(number, number) for number in range(900)}


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_words_of_both_texts_come_back_whole(old, new):
    runs = words_of(old, new)
    assert "".join(run.text for run in runs if run.fate != "added") == old
    assert "".join(run.text for run in runs if run.fate != "removed") == new


def test_only_the_word_that_changed_is_marked():
    runs = words_of("Tình hình ổn định.", "Tình hình khá ổn định.")
    assert [(run.fate, run.text.strip()) for run in runs if run.fate != "same"] == [("added", "khá")]


def test_cells_and_texts_that_did_not_change_are_not_counted(small_edition):
    values = Values({"F1": FormValues(cells={("r02", "c02"): Decimal(3)})}, {"s1": "Ổn"})
    pairs = form_pairs(small_edition.forms, values, values)
    assert [pair.changes for pair in pairs] == [0, 0]
    assert not any(text.changed for text in text_pairs(small_edition, values, values))


def test_saying_that_there_is_nothing_to_report_is_a_change(small_edition):
    nil = Values({"F2": FormValues(nil=True)})
    assert form_pairs(small_edition.forms, Values(), nil)[1].changes == 1


def test_a_change_from_zero_has_no_per_cent():
    assert percent(Decimal(0), Decimal(5)) is None
    assert percent(Decimal(3), Decimal(4)) == Decimal("33.3")
    assert percent(Decimal(-4), Decimal(-2)) == Decimal("50.0")
    assert percent("text", Decimal(4)) is None
