"""Where a form's table stands on the sheet that came back: where the layout says, or elsewhere if that is certain.

Each row and column carries its code. Where every code stands exactly once, in one line and one column, the table is
read from there, however rows and columns were moved, sorted or inserted. Anything less is one mistake, and nothing is
read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from hub.domain.form import Address
from hub.domain.sheet_layout import (
    IDENTITY_CELL,
    NIL_CELL,
    NIL_TEXT,
    SheetLayout,
    both,
    cell_name,
    code_text,
    column_letters,
    column_text,
)
from hub.readers.book import Sheet, text_at, value_at

Cell = tuple[int, int]
_ROWS, _COLUMNS = 2_000, 500
"""How far the codes are looked for."""
_IDENTITY_MARK = "HUB | "
_EMPTY = "(trống / empty)"


@dataclass(frozen=True)
class Standing:
    """Where the table stands. ``rows``: the line of each row code (grid); ``columns``: the column of each column code.

    ``label_row``: the line of the columns' labels. ``stub``: the column of row codes or numbering. ``nil``: the cell
    that says that a form is nil, None if it is gone.
    """

    layout: SheetLayout
    sheet: str
    label_row: int
    code_row: int
    columns: dict[str, int]
    rows: dict[str, int] = field(default_factory=dict)
    stub: int = 0
    nil: Cell | None = NIL_CELL

    @cached_property
    def shift(self) -> int:
        """By how many lines the table's head stands lower than in the layout."""
        return self.code_row - self.layout.code_row

    @cached_property
    def is_grid(self) -> bool:
        return self.layout.form.kind == "grid"

    @cached_property
    def first_data_row(self) -> int:
        return min(self.rows.values(), default=self.code_row + 1) if self.is_grid else self.code_row + 2

    @cached_property
    def last_data_row(self) -> int:
        if self.is_grid:
            return max(self.rows.values(), default=self.code_row)
        return self.first_data_row + self.layout.form.max_records - 1

    @cached_property
    def first_column(self) -> int:
        return min(self.columns.values())

    @cached_property
    def last_column(self) -> int:
        return max(self.columns.values())

    @cached_property
    def in_order(self) -> bool:
        """True if the columns stand side by side in the form's order, so that a line can be read in one piece."""
        return list(self.columns.values()) == list(range(self.first_column, self.first_column + len(self.columns)))

    @cached_property
    def words(self) -> frozenset[str]:
        """What the layout itself writes above the table."""
        columns = self.layout.form.columns
        said = {column_text(column) for column in columns} | {column.unit or "" for column in columns}
        said |= {both(group) for column in columns for group in column.group}
        return frozenset(spaced(text) for text in said)

    @cached_property
    def compact(self) -> bool:
        """True if the table begins in column A and nothing stands between its columns."""
        return self.in_order and self.stub == 0 and self.first_column == self.layout.first_column

    @cached_property
    def _row_at(self) -> dict[int, str]:
        return {at: code for code, at in self.rows.items()}

    @cached_property
    def _column_at(self) -> dict[int, str]:
        return {at: code for code, at in self.columns.items()}

    def address_at(self, row: int, column: int) -> Address | None:
        """The address whose cell this is; of a list by the line, as if no line above were blank."""
        code = self._column_at.get(column)
        if code is None:
            return None
        if self.is_grid:
            line = self._row_at.get(row)
        else:
            line = str(row - self.first_data_row + 1) if self.first_data_row <= row <= self.last_data_row else None
        return None if line is None else Address(self.layout.form.code, line, code)

    def cell_of(self, address: Address) -> Cell:
        """(row, column) of an address; of a record by its number, as if no line above were blank. KeyError if none."""
        row, column = self.layout.cell_of(address)
        at = self.columns.get(address.column, column)
        if self.is_grid:
            return self.rows[address.row], at
        return row + self.shift, at

    def labels(self) -> Iterator[tuple[int, int, str]]:
        """(row, column, text) of every label that should stand by its row or column code."""
        layout = self.layout
        for row, column, text in layout.labels:
            if row == layout.label_row and column >= layout.first_column:
                yield self.label_row, self.columns[layout.form.columns[column - layout.first_column].code], text
            else:
                code = layout.form.rows[row - layout.first_data_row].code
                yield self.rows[code], self.stub + 1, text


@dataclass(frozen=True)
class Astray:
    """Why a table cannot be read: the code of a workbook problem, with the cell to look at."""

    code: str
    cell: Cell
    found: str = _EMPTY
    expected: str | None = None


def as_given_out(layout: SheetLayout) -> Standing:
    """The standing of a sheet that nobody moved."""
    return Standing(layout, layout.form.code, layout.label_row, layout.code_row, layout.column_of, layout.row_of)


def find_standing(sheet: Sheet, layout: SheetLayout) -> Standing | Astray:
    """Where the table stands, or the one mistake that keeps it from being read."""
    standing = _where_given_out(sheet, layout)
    found = standing or _searched(sheet, layout)
    if isinstance(found, Astray):
        return found
    return _mixed_labels(sheet, found) or _lost_totals(sheet, found) or found


def identity_cell(sheet: Sheet) -> Cell:
    """Where the sheet says which filing it is for: where the layout puts it, or the first cell that looks like it."""
    if text_at(sheet, *IDENTITY_CELL).startswith(_IDENTITY_MARK):
        return IDENTITY_CELL
    for row, line in enumerate(sheet.rows[:60]):
        for column, value in enumerate(line[:30]):
            if isinstance(value, str) and value.lstrip().startswith(_IDENTITY_MARK):
                return row, column
    return IDENTITY_CELL


def moved_codes(standing: Standing) -> list[str]:
    """``r02 → A14`` for each row and column code that stands elsewhere than in the layout; the head's line first."""
    layout = standing.layout
    moved = [
        f"{code} → {column_letters(at)}{standing.code_row + 1}"
        for code, at in standing.columns.items()
        if (standing.code_row, at) != (layout.code_row, layout.column_of[code])
    ]
    moved += [
        f"{code} → {cell_name(at, standing.stub)}"
        for code, at in standing.rows.items()
        if (at, standing.stub) != (layout.row_of[code], 0)
    ]
    return moved


def spaced(text: str) -> str:
    """A label for comparing: programs break lines and widen spaces as they like."""
    return " ".join(unicodedata.normalize("NFC", text).split())


# --- looking ---------------------------------------------------------------------------------------------------------


def _where_given_out(sheet: Sheet, layout: SheetLayout) -> Standing | None:
    """The layout's own standing, if every code is where the layout says."""
    for column, text in layout.code_line():
        if value_at(sheet, layout.code_row, column) != text and text_at(sheet, layout.code_row, column) != text:
            return None
    for code, row in layout.row_of.items():
        if value_at(sheet, row, 0) != code and text_at(sheet, row, 0) != code:
            return None
    return Standing(layout, sheet.name, layout.label_row, layout.code_row, layout.column_of, layout.row_of)


def _searched(sheet: Sheet, layout: SheetLayout) -> Standing | Astray:
    head = _find_head(sheet, layout)
    if isinstance(head, Astray):
        return head
    code_row, columns = head
    stub, rows = 0, dict[str, int]()
    if layout.form.kind == "grid":
        lines = _find_lines(sheet, layout, code_row)
        if isinstance(lines, Astray):
            return lines
        stub, rows = lines
    label_row = _find_labels(sheet, layout, code_row, columns)
    return Standing(layout, sheet.name, label_row, code_row, columns, rows, stub, _find_nil(sheet, code_row))


def _find_head(sheet: Sheet, layout: SheetLayout) -> tuple[int, dict[str, int]] | Astray:
    """The one line that holds every column code once."""
    codes = {code_text(code): code for code in layout.column_of}
    lines = {row: _places(line, codes) for row, line in enumerate(sheet.rows[:_ROWS])}
    whole = [row for row, places in lines.items() if len(places) == len(codes)]
    if len(whole) > 1:
        return Astray("table_twice", (whole[1], 0), ", ".join(str(row + 1) for row in whole), f"{whole[0] + 1}")
    best = whole[0] if whole else max(lines, key=lambda row: (len(lines[row]), -row), default=layout.code_row)
    places = lines.get(best, {})
    again = {text: at for text, at in places.items() if len(at) > 1}
    if again:
        text, at = next(iter(again.items()))
        found = ", ".join(cell_name(best, column) for column in at)
        return Astray("code_twice", (best, at[1]), f"{text}: {found}", cell_name(best, at[0]))
    if not whole:
        return _missing_columns(sheet, layout, best, places)
    return best, {code: places[text][0] for text, code in codes.items()}


def _missing_columns(sheet: Sheet, layout: SheetLayout, row: int, places: dict[str, list[int]]) -> Astray:
    row = row if places else layout.code_row
    missing = [(at, text) for at, text in layout.code_line() if text not in places]
    cell = row, missing[0][0]
    return Astray("column_lost", cell, text_at(sheet, *cell) or _EMPTY, ", ".join(text for _, text in missing[:20]))


def _find_lines(sheet: Sheet, layout: SheetLayout, code_row: int) -> tuple[int, dict[str, int]] | Astray:
    """(column of the row codes, line of each), below the head."""
    wanted = {row.code for row in layout.form.rows}
    stubs: dict[int, dict[str, list[int]]] = {}
    for at in range(code_row + 1, min(len(sheet.rows), _ROWS + len(wanted))):
        for column, value in enumerate(sheet.rows[at][:_COLUMNS]):
            text = value.strip() if isinstance(value, str) else ""
            if text in wanted:
                stubs.setdefault(column, {}).setdefault(text, []).append(at)
    stub = max(stubs, key=lambda column: (len(stubs[column]), -column), default=0)
    lines = stubs.get(stub, {})
    again = next(((code, at) for code, at in lines.items() if len(at) > 1), None)
    if again is not None:
        code, at_all = again
        found = ", ".join(cell_name(at, stub) for at in at_all)
        return Astray("code_twice", (at_all[1], stub), f"{code}: {found}", cell_name(at_all[0], stub))
    missing = [row.code for row in layout.form.rows if row.code not in lines]
    if missing:
        cell = _expected_at(layout, missing[0], lines, code_row), stub
        return Astray("row_lost", cell, text_at(sheet, *cell) or _EMPTY, ", ".join(missing[:20]))
    return stub, {row.code: lines[row.code][0] for row in layout.form.rows}


def _expected_at(layout: SheetLayout, code: str, lines: dict[str, list[int]], code_row: int) -> int:
    """The line where a row that is gone should stand: after the one before it."""
    at = code_row
    for row in layout.form.rows:
        if row.code == code:
            break
        at = lines.get(row.code, [at + 1])[0]
    return at + 1


def _places(line: list[object], codes: Iterable[str]) -> dict[str, list[int]]:
    """The columns of each code that stands in a line."""
    wanted, places = set(codes), dict[str, list[int]]()
    for column, value in enumerate(line[:_COLUMNS]):
        text = value.strip() if isinstance(value, str) else ""
        if text in wanted:
            places.setdefault(text, []).append(column)
    return places


def _find_labels(sheet: Sheet, layout: SheetLayout, code_row: int, columns: dict[str, int]) -> int:
    """The line above the codes that shows the most column labels; two lines above them if none does."""
    wanted = {columns[column.code]: spaced(column_text(column)) for column in layout.form.columns}
    usual = max(code_row - 2, 0)

    def shown(row: int) -> int:
        return sum(spaced(text_at(sheet, row, column)) == text for column, text in wanted.items())

    return max(range(max(code_row - 30, 0), code_row), key=lambda row: (shown(row), row == usual), default=usual)


def _find_nil(sheet: Sheet, code_row: int) -> Cell | None:
    """The cell left of the words about it, above the table's head."""
    for row in range(min(code_row, len(sheet.rows))):
        for column, value in enumerate(sheet.rows[row][:_COLUMNS]):
            if column and isinstance(value, str) and value.startswith(NIL_TEXT):
                return row, column - 1
    return None


# --- doubts ----------------------------------------------------------------------------------------------------------


def _mixed_labels(sheet: Sheet, standing: Standing) -> Astray | None:
    """A label of another row or column beside a code: only a part of the line was sorted or moved."""
    labels: set[str] | None = None
    for row, column, text in standing.labels():
        found = value_at(sheet, row, column)
        if found != text and isinstance(found, str) and (said := spaced(found)) and said != spaced(text):
            labels = labels or {spaced(each) for _, _, each in standing.layout.labels}
            if said in labels:
                return Astray("labels_mixed", (row, column), found, text)
    return None


def _lost_totals(sheet: Sheet, standing: Standing) -> Astray | None:
    """Words in a list's line of totals: that line was deleted or sorted away, and a record stands in its place."""
    if standing.is_grid:
        return None
    at = standing.code_row + 1
    for column in standing.layout.form.columns:
        value = value_at(sheet, at, standing.columns[column.code])
        if not column.numeric and value != "" and not (isinstance(value, str) and not value.strip()):
            return Astray("totals_lost", (at, standing.columns[column.code]), str(value), _EMPTY)
    return None
