"""Where everything stands on a form's sheet: the one place that both the workbook writer and the workbook reader ask.

Rows and columns are counted from 0 here; ``a1`` gives the names people see. A sheet is, from the top: titles, unit,
period, notice, the identity line, the nil line, the table's header (groups, labels, units of measure, column codes such
as ``(c01)``), for a list one line of totals, then the data. Column A holds row codes (grid) or is free for numbering
(list). Last period's figures stand to the right of a narrow grid, one column apart, or, for a wide grid or a list, on a
sheet of their own at the same addresses (decision 24); nothing is ever read from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Address, Column, Form, Label, Row

LAYOUT_VERSION = "1"
GUIDE_SHEET = "Hướng dẫn"
OUTLINE_SHEET = "Đề cương"
EXPLANATION_SHEET = "Giải trình"
CHOICE_SHEET = "Danh mục"
CHECK_SHEET = "Kiểm tra"
"""What formulas make of the rules while people type; nothing is ever read from it.

Its name is that of no form: codes of forms have no space and no accents."""
FINDINGS_SHEET = "Kết quả kiểm tra"
"""What was wrong, put first into the workbook that is given back; nothing is ever read from it."""
FINDINGS_NAME = "hub_findings"
"""The workbook's defined name that points to that sheet, whatever it is called by now."""
PREVIOUS_SHEET = "Kỳ trước "
"""How the name of a sheet with last period's values begins; the form's code follows. Nothing is ever read from it."""
WIDEST_BESIDE = 6
"""Columns of figures beside which last period's figures still stand in sight."""

TITLE_ROW, TITLE_EN_ROW, BASIS_ROW, UNIT_ROW, PERIOD_ROW, NOTICE_ROW, IDENTITY_ROW, NIL_ROW, HEADER_ROW = range(9)
IDENTITY_CELL = (IDENTITY_ROW, 1)
NIL_CELL = (NIL_ROW, 0)
NIL_MARK = "x"
NIL_TEXT = "← Không phát sinh"
"""How the text beside the nil cell begins, by which the cell is found again where rows were inserted above it."""
BLANK_RECORDS = 500
"""Records for which a generated list sheet draws lines; what stands below them is read all the same."""

TEXT_FIRST_ROW = HEADER_ROW + 1
"""First line of the outline and explanation sheets: code in column A, title in B, the text in C."""
TEXT_CODE_COLUMN, TEXT_TITLE_COLUMN, TEXT_COLUMN = range(3)

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,30}", re.ASCII)
_A1 = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)


def column_letters(column: int) -> str:
    """Letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def column_index(letters: str) -> int:
    """The inverse of :func:`column_letters`."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def cell_name(row: int, column: int) -> str:
    """``B7`` for (6, 1)."""
    return f"{column_letters(column)}{row + 1}"


def cell_index(name: str) -> tuple[int, int]:
    """(row, column) of a name such as ``B7``. ValueError if it is none."""
    match = _A1.fullmatch(name)
    if match is None:
        raise ValueError(name)
    return int(match[2]) - 1, column_index(match[1])


def code_text(code: str) -> str:
    """How the header's last line names a column: ``(c01)``."""
    return f"({code})"


def previous_text(code: str) -> str:
    """How the header names a column of last period's figures."""
    return f"Kỳ trước / Last period: {code}"


def previous_sheet(code: str) -> str:
    """The name of the sheet with last period's values of a form."""
    return f"{PREVIOUS_SHEET}{code}"


def is_previous_sheet(name: str) -> bool:
    """True for a sheet of last period's values: codes of forms have no spaces, people's own names mostly have."""
    code = name.removeprefix(PREVIOUS_SHEET)
    return code != name and _CODE.fullmatch(code) is not None


def both(label: Label) -> str:
    """A label as a workbook shows it: Vietnamese, and English behind a stroke where it says something else."""
    return label.vi if label.vi == label.en or not label.en else f"{label.vi} / {label.en}"


def star(inferred: bool) -> str:
    """What marks a row or column that the source did not print."""
    return " *" if inferred else ""


def column_text(column: Column) -> str:
    """A column's heading."""
    return both(column.label) + star(column.inferred)


def row_text(row: Row) -> str:
    """A row's label with its unit of measure."""
    unit = f" ({row.unit})" if row.unit else ""
    return both(row.label) + unit + star(row.inferred)


def choice_text(column: Column, code: str) -> str:
    """What the list of choices shows for a code: the code, and its label where the two differ."""
    for choice in column.choices:
        if choice.code == code:
            return code if choice.label.vi == code else f"{code} - {choice.label.vi}"
    return code


@dataclass(frozen=True)
class SheetLayout:
    """The sheet of one form; its name is the form's code."""

    form: Form

    @cached_property
    def header_depth(self) -> int:
        """Lines of group headings above the column labels."""
        return max((len(column.group) for column in self.form.columns), default=0)

    @cached_property
    def label_row(self) -> int:
        return HEADER_ROW + self.header_depth

    @cached_property
    def unit_row(self) -> int:
        return self.label_row + 1

    @cached_property
    def code_row(self) -> int:
        """The line with the column codes, by which a reader sees whether the table was moved."""
        return self.label_row + 2

    @cached_property
    def total_row(self) -> int | None:
        """The line of a list's totals, above its records so that these may go on without end; None for a grid."""
        return self.code_row + 1 if self.form.kind == "list" else None

    @cached_property
    def first_data_row(self) -> int:
        return self.code_row + (2 if self.form.kind == "list" else 1)

    @cached_property
    def last_data_row(self) -> int:
        """The last line that may hold data: of a grid its last row, of a list the record ``max_records``."""
        count = len(self.form.rows) if self.form.kind == "grid" else self.form.max_records
        return self.first_data_row + count - 1

    @cached_property
    def first_column(self) -> int:
        """The column of the form's first column: after row code and row label, or after a list's numbering."""
        return 2 if self.form.kind == "grid" else 1

    @cached_property
    def last_column(self) -> int:
        return self.first_column + len(self.form.columns) - 1

    @cached_property
    def previous_columns(self) -> dict[str, int]:
        """Where last period's figures may stand beside a grid: column code → column."""
        if self.form.kind != "grid":
            return {}
        start = self.last_column + 2
        return {code: start + index for index, code in enumerate(c.code for c in self.form.columns if c.numeric)}

    @cached_property
    def previous_beside(self) -> bool:
        """True if last period's figures stand beside the table, False if they have a sheet of their own."""
        return 0 < len(self.previous_columns) <= WIDEST_BESIDE

    @cached_property
    def labels(self) -> tuple[tuple[int, int, str], ...]:
        """(row, column, text) of every label by which people know a row or column."""
        headings = [(self.label_row, self.column_of[column.code], column_text(column)) for column in self.form.columns]
        stubs = [(at, 1, row_text(row)) for at, row in self.row_line()] if self.form.kind == "grid" else []
        return (*headings, *stubs)

    @cached_property
    def right_edge(self) -> int:
        """The last column that belongs to the layout, last period's figures included."""
        return max([self.last_column, *self.previous_columns.values()])

    @cached_property
    def column_of(self) -> dict[str, int]:
        return {column.code: self.first_column + index for index, column in enumerate(self.form.columns)}

    @cached_property
    def row_of(self) -> dict[str, int]:
        return {row.code: self.first_data_row + index for index, row in enumerate(self.form.rows)}

    def code_line(self) -> Iterator[tuple[int, str]]:
        """(column, text) of every column code in the header's last line."""
        for code, column in self.column_of.items():
            yield column, code_text(code)

    def row_line(self) -> Iterator[tuple[int, Row]]:
        """(row, form row) of every line of a grid."""
        for index, row in enumerate(self.form.rows):
            yield self.first_data_row + index, row

    def cell_of(self, address: Address) -> tuple[int, int]:
        """(row, column) of an address; ``F2.*.c04`` is a list column's total. KeyError if it has no cell here."""
        if address.form != self.form.code:
            raise KeyError(address)
        if self.form.kind == "grid":
            return self.row_of[address.row], self.column_of[address.column]
        if address.row == ALL_RECORDS:
            assert self.total_row is not None
            return self.total_row, 0 if address.column == RECORD_COUNT else self.column_of[address.column]
        if not (address.row.isascii() and address.row.isdigit()) or not 1 <= int(address.row) <= self.form.max_records:
            raise KeyError(address)
        return self.first_data_row + int(address.row) - 1, self.column_of[address.column]

    def address_at(self, row: int, column: int) -> Address | None:
        """The address whose cell this is, blocked cells of a grid included; None outside the table's data."""
        if not (self.first_data_row <= row <= self.last_data_row and self.first_column <= column <= self.last_column):
            return None
        code = self.form.columns[column - self.first_column].code
        index = row - self.first_data_row
        line = self.form.rows[index].code if self.form.kind == "grid" else str(index + 1)
        return Address(self.form.code, line, code)

    def a1(self, address: Address) -> str:
        """The cell's name as people see it, e.g. ``D14``."""
        return cell_name(*self.cell_of(address))

    def column_range(self, code: str) -> str:
        """All data cells of a column, e.g. ``D14:D20013``."""
        column = self.column_of[code]
        return f"{cell_name(self.first_data_row, column)}:{cell_name(self.last_data_row, column)}"


@dataclass(frozen=True)
class CheckLayout:
    """The sheet of checks: a counter, a line for each form, then a line for each rule and place."""

    forms: tuple[Form, ...]

    COUNTER_ROW = NIL_ROW
    FORM_HEADER_ROW = HEADER_ROW
    STATE, MESSAGE, PLACE, COUNT, SEVERITY, LINK, FIRST = range(7)
    """Columns of a rule's line; a form's line has its code, title, state and three counts in the first six."""
    CODE, TITLE, FORM_STATE, SAID, MISSING, UNREADABLE = range(6)

    @cached_property
    def form_rows(self) -> dict[str, int]:
        return {form.code: self.FORM_HEADER_ROW + 1 + index for index, form in enumerate(self.forms)}

    @property
    def line_header_row(self) -> int:
        return self.FORM_HEADER_ROW + len(self.forms) + 2

    @property
    def first_line_row(self) -> int:
        return self.line_header_row + 1

    def said_cell(self, form: str) -> tuple[int, int]:
        """The cell that counts how much of a form is filled; 0 for a nil form."""
        return self.form_rows[form], self.SAID

    def form_column(self, column: int) -> str:
        """A count of all forms, e.g. ``$E$11:$E$14``."""
        first, last = self.FORM_HEADER_ROW + 1, self.FORM_HEADER_ROW + max(1, len(self.forms))
        letters = column_letters(column)
        return f"${letters}${first + 1}:${letters}${last + 1}"

    def line_column(self, column: int, lines: int) -> str:
        """A column of all rules' lines, e.g. ``$A$18:$A$90``."""
        letters, first = column_letters(column), self.first_line_row + 1
        return f"${letters}${first}:${letters}${first + max(lines, 1) - 1}"
