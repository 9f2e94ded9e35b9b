"""Pure pieces of the pages: numbers, headings, turned tables, days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Column, Form, Label, Row
from hub.domain.number_text import read_number
from hub.domain.regime import Rule
from hub.domain.tables import Cell, HeaderCell, Table, TableRow
from hub.domain.values import FormValues, Values
from hub.errors import BadRequest
from hub.web.entry_form import Line, computed_cells, entry_form, headings, is_turned, turned_lines
from hub.web.listing import end_of_named_day, whole_number
from hub.web.rendering import number_vi, value_vi
from hub.web.reports import turned
from hub.web.uploads import safe_name


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Decimal("1234.5"), 2, "1.234,50"),
        (Decimal("-1234567"), 0, "-1.234.567"),
        (Decimal("-0.00"), 2, "0,00"),
        (Decimal("999"), 0, "999"),
        (12, None, "12"),
    ],
)
def test_numbers_are_written_the_vietnamese_way(value, decimals, text):
    assert number_vi(value, decimals) == text


@given(st.integers(-(10**15), 10**15), st.integers(0, 4))
def test_a_shown_number_is_read_back_to_exactly_the_same_figure(scaled, decimals):
    value = Decimal(scaled).scaleb(-decimals)
    assert read_number(number_vi(value, decimals), decimals, "vi") == value


def test_each_kind_of_absence_is_shown_differently():
    assert (value_vi(None), value_vi(NOT_APPLICABLE), value_vi(Decimal(0), 0)) == ("", "N/A", "0")
    assert value_vi(date(2026, 12, 5)) == "05/12/2026"


def _column(code: str, *groups: str) -> Column:
    return Column(code, Label(code, code), "integer", group=tuple(Label(name, name) for name in groups))


def test_groups_stand_above_their_columns_and_lone_columns_reach_through():
    form = Form(
        "F1", Label("F", "F"), "grid", (_column("a"), _column("b", "G", "H"), _column("c", "G", "H"), _column("d", "G"))
    )
    shape = [[(head.label.vi, head.columns, head.rows) for head in line] for line in headings(form)]
    assert shape == [[("a", 1, 3), ("G", 3, 1)], [("H", 2, 1), ("d", 1, 2)], [("b", 1, 1), ("c", 1, 1)]]


def test_a_grid_of_one_row_and_many_columns_is_turned():
    wide = Form("F1", Label("F", "F"), "grid", tuple(_column(f"c{n}") for n in range(9)), (Row("r1", Label("r", "r")),))
    assert is_turned(wide)
    assert not is_turned(replace(wide, rows=tuple(Row(f"r{n}", Label("r", "r")) for n in range(3))))
    assert not is_turned(replace(wide, kind="list"))


def test_columns_that_go_down_the_page_stand_under_the_words_of_their_groups():
    part = replace(_column("c3", "G", "H"), of="c2")
    columns = (_column("c1"), _column("c2", "G", "H"), part, _column("c4", "G"), _column("c5", "H"))
    form = Form("F1", Label("F", "F"), "grid", columns, (Row("r1", Label("r", "r")),))
    lines = turned_lines(form, (Line("r", tuple(range(5))),))
    shape = [(line.label.vi, tuple((words.vi, at) for words, at in line.heads), line.level) for line in lines]
    assert shape == [
        ("c1", (), 0), ("c2", (("G", 0), ("H", 1)), 2), ("c3", (), 3), ("c4", (), 1), ("c5", (("H", 0),), 1),
    ]  # fmt: skip


def test_a_part_that_is_printed_before_its_whole_is_not_moved_in():
    columns = (replace(_column("c1"), of="c2"), _column("c2"))
    form = Form("F1", Label("F", "F"), "grid", columns, (Row("r1", Label("r", "r")),))
    assert [line.level for line in turned_lines(form, (Line("r", (1, 2)),))] == [0, 0]


def test_whole_rows_and_columns_that_a_rule_computes_are_marked(small_edition):
    form = small_edition.form("F1")
    assert computed_cells(small_edition, form) == {("r01", "c01"), ("r02", "c01"), ("r03", "c01")}


def test_a_computed_column_of_a_list_stays_blank_to_type_in_and_shows_what_it_comes_to(make_small_edition):
    rule = Rule("THU-R9", "F2", "c04 = 2.5", "error", "hub", Label("", ""), computes="c04")
    edition = make_small_edition(rules=(rule,))
    values = Values({"F2": FormValues(records=[{"c01": "Ngô", "c04": Decimal("2.50")}])})
    view = SimpleNamespace(
        edition=edition, values=values, previous=None, findings=[], forms=edition.forms, explanations={}
    )  # fmt: skip
    fields = entry_form(view, editable=True).tables[1].lines[0].fields
    assert [(field.text, field.computed, field.hint) for field in (fields[0], fields[3])] == [
        ("Ngô", False, ""), ("", True, "2,50"),
    ]  # fmt: skip
    assert entry_form(view, editable=False).tables[1].lines[0].fields[3].text == "2,50"


def test_a_published_table_of_one_wide_row_is_shown_going_down():
    codes = [f"c{n}" for n in range(8)]
    header = [
        [HeaderCell(Label("Dòng", ""), 1, 2), HeaderCell(Label("Nhóm", ""), 2, 1)]
        + [HeaderCell(Label(code, ""), 1, 2) for code in codes[2:]],
        [HeaderCell(Label("c0", "")), HeaderCell(Label("c1", ""))],
    ]
    row = TableRow("r1", Label("Cả nước", ""), [Cell(n) for n in range(8)])
    table = Table("T", Label("T", "T"), header, codes, [row])
    assert [(name, cell.value) for name, cell in turned(table)][:3] == [("Nhóm: c0", 0), ("Nhóm: c1", 1), ("c2", 2)]
    assert turned(replace(table, rows=[row, row])) == []


def test_a_named_day_ends_at_midnight_in_viet_nam():
    assert end_of_named_day("25/12/2026") == datetime(2026, 12, 25, 17, tzinfo=UTC)
    assert end_of_named_day("2026-12-25") == end_of_named_day(" 25/12/2026 ")
    assert end_of_named_day("") is None


@pytest.mark.parametrize("text", ["31/02/2026", "25-12-2026", "２５/12/2026", "ngày mai", "1/1/0000"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(BadRequest):
        end_of_named_day(text)


@pytest.mark.parametrize("text", ["", "1.0", "-1", "１", "1_0", " 1", "1\n", "9" * 10])
def test_whole_numbers_are_read_strictly(text):
    with pytest.raises(BadRequest):
        whole_number(text)


def test_a_file_name_keeps_only_its_last_printable_part():
    assert safe_name("C:\\thu muc\\báo cáo\x00.xlsx") == "báo cáo.xlsx"
    assert safe_name("../../etc/passwd") == "passwd"
