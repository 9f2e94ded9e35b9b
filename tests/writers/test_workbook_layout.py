"""The layout says the same to the writer and the reader: every address has one cell, and every cell its address."""

from __future__ import annotations

import pytest

from hub.domain.form import Address, Column, Form, Label
from hub.domain.sheet_layout import SheetLayout, cell_index, cell_name, choice_text, column_index, column_letters
from hub.domain.workbook_identity import WorkbookIdentity

LABEL = Label("x", "x")


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_are_named_as_excel_names_them(index, letters):
    assert (column_letters(index), column_index(letters)) == (letters, index)


def test_cell_names_go_both_ways():
    assert cell_name(6, 1) == "B7"
    assert cell_index("XFD1048576") == (1048575, 16383)
    for bad in ("", "7B", "a1", "A0", "A1 ", "AAAA1"):
        with pytest.raises(ValueError):
            cell_index(bad)


def test_every_address_of_a_grid_has_a_cell_and_back(small_edition):
    layout = SheetLayout(small_edition.form("F1"))
    cells = set()
    for row in layout.form.rows:
        for column in layout.form.columns:
            address = Address("F1", row.code, column.code)
            assert layout.address_at(*layout.cell_of(address)) == address
            cells.add(layout.a1(address))
    assert len(cells) == 18
    assert layout.a1(Address("F1", "r01", "c01")) == "C12"


def test_every_record_of_a_list_has_its_row_up_to_the_last_one_allowed(small_edition):
    layout = SheetLayout(small_edition.form("F2"))
    last = str(layout.form.max_records)
    for number in ("1", "2", "501", last):
        address = Address("F2", number, "c03")
        assert layout.address_at(*layout.cell_of(address)) == address
    assert layout.a1(Address("F2", "*", "c04")) == "E12"
    for number in ("0", str(layout.form.max_records + 1), "x", "１"):
        with pytest.raises(KeyError):
            layout.cell_of(Address("F2", number, "c03"))


def test_what_lies_outside_the_table_has_no_address(small_edition):
    layout = SheetLayout(small_edition.form("F1"))
    for row, column in ((layout.first_data_row - 1, 2), (layout.last_data_row + 1, 2), (layout.first_data_row, 1)):
        assert layout.address_at(row, column) is None
    assert layout.address_at(layout.first_data_row, layout.last_column + 1) is None
    with pytest.raises(KeyError):
        layout.cell_of(Address("F9", "r01", "c01"))


def test_group_headings_push_the_table_down():
    def grid(*group: Label) -> SheetLayout:
        return SheetLayout(Form("F1", LABEL, "grid", (Column("c01", LABEL, "integer", group=group),)))

    assert grid(LABEL, LABEL).code_row == grid().code_row + 2


def test_last_periods_figures_stand_beside_the_table_with_a_gap(small_edition):
    layout = SheetLayout(small_edition.form("F1"))
    assert min(layout.previous_columns.values()) == layout.last_column + 2
    assert list(layout.previous_columns) == ["c01", "c02", "c03", "c04", "c05"]
    assert layout.right_edge == max(layout.previous_columns.values())


def test_choices_are_listed_with_their_code(small_edition):
    assert choice_text(small_edition.form("F2").column("c02"), "2") == "2 - Hai"


def test_identity_reads_back_from_cell_and_properties():
    identity = WorkbookIdentity("THU-01", "2025-07-01", "ab" * 32, "H26", "2027-M01", "own")
    assert WorkbookIdentity.from_cell(identity.cell_text("F1")) == (identity, "F1")
    assert WorkbookIdentity.from_properties(identity.properties() | {"other": "x"}) == identity
    assert WorkbookIdentity.from_properties({"hub_regime": "THU-01"}) is None
    assert WorkbookIdentity.from_cell("HUB | x") is None
