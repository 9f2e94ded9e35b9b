"""Three-way merging of an entry form's texts: base, mine, theirs."""

from __future__ import annotations

import string
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.field_texts import alike, is_field, may_be_kept, texts_of
from hub.domain.merging import merge
from hub.domain.values import FormValues, Values

A, B, C = "cell.F1.r02.c02", "cell.F1.r02.c03", "cell.F1.r03.c02"


@pytest.fixture
def merged(small_edition):
    return lambda base, mine, theirs: merge(base, mine, theirs, partial(alike, small_edition))


def test_what_only_i_changed_stays_mine_and_what_only_they_changed_is_theirs(merged):
    found = merged({A: "1", B: "2"}, {A: "9", B: "2"}, {A: "1", B: "8"})
    assert dict(found.texts) == {A: "9", B: "8"}
    assert found.taken == (B,)
    assert found.clashes == ()


def test_what_both_changed_alike_is_no_clash_however_it_is_written(merged):
    assert merged({"cell.F1.r02.c04": ""}, {"cell.F1.r02.c04": "1234,5"}, {"cell.F1.r02.c04": "1.234,50"}).clashes == ()


def test_what_both_changed_differently_is_a_clash_and_mine_is_kept(merged):
    found = merged({A: "1"}, {A: "2"}, {A: "3"})
    assert [(clash.name, clash.base, clash.mine, clash.theirs) for clash in found.clashes] == [(A, "1", "2", "3")]
    assert found.texts[A] == "2"


def test_what_they_emptied_and_i_left_alone_is_empty(merged):
    assert merged({A: "1"}, {A: "1"}, {}).texts.get(A, "") == ""


def test_what_i_emptied_and_they_changed_is_a_clash(merged):
    assert [clash.name for clash in merged({A: "1"}, {A: ""}, {A: "5"}).clashes] == [A]


def test_a_text_without_meaning_is_merged_as_it_is_written(merged):
    assert [clash.mine for clash in merged({A: ""}, {A: "mười"}, {A: "10"}).clashes] == ["mười"]


def test_sections_of_the_narrative_are_merged_one_by_one_whatever_the_line_ends(merged):
    base = {"outline.s1": "Một\nHai"}
    assert merged(base, {"outline.s1": "Một\r\nHai "}, {"outline.s1": "Ba"}).texts == {"outline.s1": "Ba"}


def test_a_tick_for_nothing_to_report_is_a_field_like_others(merged):
    assert merged({}, {"nil.F2": "1"}, {A: "3"}).texts == {"nil.F2": "1", A: "3"}


def test_records_are_merged_in_their_places_while_their_number_is_the_same(merged):
    base = {"rec.F2.1.c01": "An", "rec.F2.2.c01": "Bình"}
    found = merged(base, base | {"rec.F2.1.c01": "Ân", "rec.F2.3.c01": "Chi"}, base | {"rec.F2.2.c01": "Bính"})
    assert found.clashes == ()
    assert dict(found.texts) == {"rec.F2.1.c01": "Ân", "rec.F2.2.c01": "Bính", "rec.F2.3.c01": "Chi"}


def test_a_list_whose_records_moved_is_one_thing(merged):
    base = {"rec.F2.1.c01": "An", "rec.F2.2.c01": "Bình"}
    shorter = {"rec.F2.1.c01": "Bình"}
    assert merged(base, base, shorter).texts == shorter
    found = merged(base, base | {"rec.F2.2.c01": "Bính"}, shorter)
    assert [(clash.name, clash.mine, clash.theirs) for clash in found.clashes] == [("rec.F2", "2", "1")]
    assert found.clashes[0].whole_list
    assert found.texts["rec.F2.2.c01"] == "Bính"


texts = st.dictionaries(
    st.sampled_from([A, B, C, "outline.s1", "rec.F2.1.c01", "rec.F2.2.c01"]),
    st.text(string.digits, min_size=1, max_size=2),
)


@given(base=texts, mine=texts, theirs=texts)
def test_nothing_that_i_typed_is_dropped_and_nothing_of_theirs_is_replaced_unsaid(base, mine, theirs):
    same = lambda _, one, other: one == other  # noqa: E731
    found = merge(base, mine, theirs, same)
    said = {clash.name for clash in found.clashes}
    for name in {*base, *mine, *theirs}:
        before, my, their, now = (each.get(name, "") for each in (base, mine, theirs, found.texts))
        clashes = name in said or (name.startswith("rec.") and "rec.F2" in said)
        if my not in {before, their}:
            assert now == my
        if their not in {before, my} and now != their:
            assert clashes


@given(base=texts, mine=texts)
def test_merging_with_what_nobody_else_changed_gives_mine(base, mine):
    same = lambda _, one, other: one == other  # noqa: E731
    found = merge(base, mine, base, same)
    assert found.clashes == ()
    assert dict(found.texts) == mine


# --- fields ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [A, "rec.F2.1.c01", "rec.F2.20000.c04", "nil.F1", "outline.s1", "explain.X@F1.r01.c01"]
)
def test_a_field_of_the_edition_is_known(name, small_edition):
    assert is_field(small_edition, name)


@pytest.mark.parametrize(
    "name",
    ["", "cell", "cell.F1.r02", "cell.F1.r09.c01", "cell.F2.1.c01", "rec.F2.0.c01", "rec.F2.01.c01", "rec.F2.20001.c01",
     "rec.F2.1.c99", "rec.F2.1.c01.x", "rec.F1.1.c01", "nil.F9", "outline.s9", "explain.", "explain.a\nb", "csrf_token",
     "explain." + "x" * 200],
)  # fmt: skip
def test_any_other_name_is_no_field(name, small_edition):
    assert not is_field(small_edition, name)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 100_001])
def test_a_text_that_no_database_holds_or_that_is_endless_is_not_kept(text, small_edition):
    assert not may_be_kept(small_edition, "outline.s1", text)


def test_a_computed_total_is_blank_on_the_page_and_may_be_written_out(small_edition):
    parts = {("r01", "c02"): Decimal(1200), ("r01", "c03"): Decimal(1)}
    own = texts_of(small_edition, Values({"F1": FormValues(parts | {("r01", "c01"): Decimal(1201)})}), {})
    assert own.text("cell.F1.r01.c02") == "1.200"
    assert own.text("cell.F1.r01.c01") == ""
    assert own.holds("cell.F1.r01.c01", "")
    assert own.holds("cell.F1.r01.c01", "1201")
    assert own.plain({"cell.F1.r01.c01": "1201"}) == {"cell.F1.r01.c01": ""}
    other = texts_of(small_edition, Values({"F1": FormValues(parts | {("r01", "c01"): Decimal(1300)})}), {})
    assert other.text("cell.F1.r01.c01") == "1.300"
