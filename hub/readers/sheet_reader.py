"""One form's sheet → RawForm. The table must stand where the layout says; every odd cell gets a finding."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hub.domain.envelope import Raw, RawForm
from hub.domain.findings import Finding, Place
from hub.domain.form import Address
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition
from hub.domain.sheet_layout import (
    HEADER_ROW,
    NIL_MARK,
    OUTLINE_SHEET,
    TEXT_COLUMN,
    TEXT_FIRST_ROW,
    SheetLayout,
    cell_name,
    column_letters,
    previous_text,
)
from hub.domain.totals import computed
from hub.readers.book import Sheet, text_at, value_at
from hub.readers.document_builder import FORBIDDEN, whole
from hub.readers.limits import Limits
from hub.readers.sheet_standing import Astray, Standing, as_given_out, find_standing, moved_codes, spaced
from hub.readers.workbook_problems import workbook_problem
from hub.readers.workbook_values import Odd, ReadCell, cell_reader, read_text

LEFT_OUT = ""
"""In place of a code: the cell counts as blank, and nobody needs to be told."""
_SHOWN_CELLS = 20
_MOST_DOUBTED = 5_000
_NOTHING: frozenset[int] = frozenset()
_EXTERNAL = re.compile(r"\[[0-9]+\]|\.xls[xmb]?\]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


@per_edition
def layouts(edition: Edition) -> dict[str, SheetLayout]:
    """The layout of every form of an edition."""
    return {form.code: SheetLayout(form) for form in edition.forms}


@per_edition
def _readers(edition: Edition) -> dict[str, tuple[tuple[str, ReadCell], ...]]:
    """(code, reader) of every column of every form."""
    return {form.code: tuple((column.code, cell_reader(column)) for column in form.columns) for form in edition.forms}


@dataclass(slots=True)
class WorkbookPlaces:
    """Sheet and cell of an address. ``rows[form]``: the sheet's row of each record; blank rows may lie between.

    ``standings[form]``: where its table was found, if it was read; else the layout says where it should stand.
    """

    layouts: dict[str, SheetLayout]
    rows: dict[str, list[int]] = field(default_factory=dict)
    sections: tuple[str, ...] = ()
    standings: dict[str, Standing] = field(default_factory=dict)

    def __call__(self, address: Address) -> Place:
        if address.form == "outline" and address.column in self.sections:
            row = TEXT_FIRST_ROW + self.sections.index(address.column)
            return Place(sheet=OUTLINE_SHEET, cell=cell_name(row, TEXT_COLUMN))
        layout = self.layouts.get(address.form)
        if layout is None:
            return Place(sheet=address.form)
        standing = self.standings.get(address.form) or as_given_out(layout)
        try:
            row, column = standing.cell_of(address)
        except KeyError:
            return Place(sheet=standing.sheet)
        if address.row.isdigit() and layout.form.kind == "list":
            rows = self.rows.get(address.form, [])
            row = rows[int(address.row) - 1] if int(address.row) <= len(rows) else row
        return Place(sheet=standing.sheet, cell=cell_name(row, column))


@dataclass(slots=True)
class Problems:
    """The findings of one workbook, no more than ``limits.max_problems`` and one that stands for the rest."""

    limits: Limits
    found: list[Finding]

    def add(
        self,
        code: str,
        sheet: str,
        cell: str | None = None,
        *,
        address: Address | None = None,
        found: str | None = None,
        expected: str | None = None,
    ) -> None:
        if len(self.found) < self.limits.max_problems:
            place = Place(sheet=sheet, cell=cell)
            self.found.append(workbook_problem(code, place, address=address, found=found, expected=expected))
        elif len(self.found) == self.limits.max_problems:
            self.found.append(workbook_problem("too_many_problems", Place(sheet=sheet)))


def listed_cells(cells: Iterable[str]) -> str:
    """The first cells by name, and how many there are in all."""
    names = list(cells)
    more = f" … ({len(names)})" if len(names) > _SHOWN_CELLS else ""
    return ", ".join(names[:_SHOWN_CELLS]) + more


def _unquoted(formula: str) -> str:
    """A formula without its texts."""
    return _QUOTED.sub("", formula) if '"' in formula else formula


def odd_cells(sheet: Sheet, uncalculated: bool, is_total: Callable[[int, int], bool]) -> dict[tuple[int, int], str]:
    """Cells whose stored value cannot be believed → the code that says why.

    ``uncalculated``: the writer of the file left formulas to be calculated later, so a stored 0 may never have been
    computed (trap 9). A total that was not calculated is :data:`LEFT_OUT`: its rule computes it, so it is not missing.
    """
    facts = sheet.facts
    odd = dict.fromkeys(facts.bad_numbers, "number_impossible")
    for cell, formula in facts.formulas.items():
        if "|" in formula.text and "|" in _QUOTED.sub("", formula.text):
            odd[cell] = "formula_dde"
        elif not formula.has_value:
            odd[cell] = LEFT_OUT if is_total(*cell) else "formula_without_value"
        elif uncalculated and value_at(sheet, *cell) == 0:
            odd[cell] = LEFT_OUT if is_total(*cell) else "formula_not_calculated"
    odd.update(dict.fromkeys(facts.errors, "error_cell"))
    return odd


class SheetReader:
    """Reads one form's sheet into :attr:`raw`; what is wrong goes to ``problems``.

    ``doubted`` takes the addresses whose mistake has its finding, so that nothing more is said of them.
    """

    def __init__(
        self,
        sheet: Sheet,
        layout: SheetLayout,
        edition: Edition,
        uncalculated: bool,
        problems: Problems,
        doubted: set[Address],
    ) -> None:
        self.sheet, self.layout, self.form = sheet, layout, layout.form
        self.edition, self.uncalculated, self.problems, self.doubted = edition, uncalculated, problems, doubted
        self.readers = _readers(edition)[layout.form.code]
        self.odd: dict[tuple[int, int], str] = {}
        self.raw = RawForm()
        self.record_rows: list[int] = []
        self.standing = as_given_out(layout)

    def read(self) -> None:
        """Read the sheet wherever its table stands for certain; else one finding says why, and nothing is read."""
        found = find_standing(self.sheet, self.layout)
        if isinstance(found, Astray):
            place = cell_name(*found.cell)
            self.problems.add(
                found.code, self.sheet.name, place, address=whole(self.form), found=found.found, expected=found.expected
            )
            self.doubted.add(whole(self.form))
            return
        self.standing = found
        self.odd = odd_cells(self.sheet, self.uncalculated, self._is_total)
        self._mark_percents()
        self._read_nil()
        if self.form.kind == "grid":
            self._read_grid()
        else:
            self._read_list()
        self._tell_odd()
        self._tell_external()
        self._tell_merges()
        self._tell_hidden()
        self._tell_moved()
        self._tell_labels()
        self._tell_outside()

    def _add(self, code: str, row: int, column: int, found: Any = None, expected: str | None = None) -> None:
        address = self.standing.address_at(row, column)
        if address is not None and self.form.kind == "list":
            address = self._record_address(row, address)
        shown = None if found is None else str(found)
        name = cell_name(row, column)
        self.problems.add(code, self.sheet.name, name, address=address, found=shown, expected=expected)

    def _record_address(self, row: int, address: Address) -> Address:
        """The address by the record's number, which blank rows above it make smaller than its place."""
        return address._replace(row=str(bisect_left(self.record_rows, row) + 1))

    def _is_total(self, row: int, column: int) -> bool:
        address = self.standing.address_at(row, column)
        if address is None:
            return True
        key = "@" if self.form.kind == "list" else address.row
        return (self.form.code, key, address.column) in _totals(self.edition)

    # -- values -------------------------------------------------------------------------------------------------------

    def _read_nil(self) -> None:
        cell = self.standing.nil
        if cell is None:
            return
        said = text_at(self.sheet, *cell)
        self.raw.nil = said.lower() == NIL_MARK
        if said and not self.raw.nil:
            expected = f"{NIL_MARK}, (trống / empty)"
            self.problems.add("nil_unknown", self.sheet.name, cell_name(*cell), found=said, expected=expected)

    def _mark_percents(self) -> None:
        """A figure under a percent format is a hundred times smaller than what is seen."""
        for row, column in self.sheet.facts.percents:
            address = self.standing.address_at(row, column)
            if address is not None and self.form.column(address.column).numeric:
                value = value_at(self.sheet, row, column)
                if isinstance(value, float) and value:
                    self.odd.setdefault((row, column), "percent_format")

    def _read_grid(self) -> None:
        cells, blocked = self.raw.cells, self.form.blocked
        for row, at in self.standing.rows.items():
            for code, raw in self._line(at):
                if blocked and (row, code) in blocked:
                    self._add("blocked_cell", at, self.standing.columns[code], raw)
                else:
                    cells[row, code] = raw

    def _read_list(self) -> None:
        """Every row with a value is a record; blank rows may lie between."""
        most = min(self.form.max_records, self.problems.limits.max_records)
        for at in range(self.standing.first_data_row, len(self.sheet.rows)):
            record = dict(self._line(at))
            if not record:
                continue
            if len(self.raw.records) >= most or at > self.standing.last_data_row:
                self._add("too_many_records", at, self.standing.first_column, expected=f"≤ {most}")
                return
            self.record_rows.append(at)
            self.raw.records.append(record)

    def _line(self, at: int) -> list[tuple[str, Raw]]:
        """(column code, raw value) of the filled cells of a row; odd ones get their finding instead."""
        filled: list[tuple[str, Raw]] = []
        if at >= len(self.sheet.rows):
            return filled
        odd, columns = self.odd, self.standing.columns
        for (code, read), value in zip(self.readers, self._cells(at), strict=False):
            if value == "" or (odd and (at, columns[code]) in odd):
                continue
            raw = read(value)
            if isinstance(raw, Odd):
                self._add(raw.code, at, columns[code], value)
            elif isinstance(raw, str) and FORBIDDEN.search(raw):
                self._add("forbidden_character", at, columns[code], raw)
            elif raw is not None:
                filled.append((code, raw))
        return filled

    def _cells(self, at: int) -> list[Any]:
        """The values of a line in the order of the form's columns."""
        line, standing = self.sheet.rows[at], self.standing
        if standing.in_order:
            return line[standing.first_column : standing.last_column + 1]
        return [line[column] if column < len(line) else "" for column in standing.columns.values()]

    # -- what people should know --------------------------------------------------------------------------------------

    def _tell_odd(self) -> None:
        for row, column in sorted(self.odd):
            if self.odd[row, column] != LEFT_OUT and self.standing.address_at(row, column) is not None:
                self._add(self.odd[row, column], row, column, self._stored(row, column))

    def _stored(self, row: int, column: int) -> str:
        """What is stored in an odd cell: its error, its formula, or its value."""
        facts = self.sheet.facts
        if (row, column) in facts.errors:
            return facts.errors[row, column]
        formula = facts.formulas.get((row, column))
        return f"={formula.text}" if formula is not None else str(value_at(self.sheet, row, column))

    def _tell_external(self) -> None:
        formulas = self.sheet.facts.formulas
        for row, column in sorted(cell for cell, each in formulas.items() if _EXTERNAL.search(_unquoted(each.text))):
            if (row, column) not in self.odd and self.standing.address_at(row, column) is not None:
                self._add("formula_external", row, column, f"={formulas[row, column].text}")

    def _tell_merges(self) -> None:
        standing = self.standing
        merged = [
            area
            for area in self.sheet.facts.merges
            if area[:2] != area[2:]
            and (area[0] <= standing.last_data_row and area[2] >= standing.first_data_row)
            and (area[1] <= standing.last_column and area[3] >= standing.first_column)
        ]
        if merged:
            names = [f"{cell_name(*area[:2])}:{cell_name(*area[2:])}" for area in merged]
            first = names[0].partition(":")[0]
            self.problems.add("merged_cells", self.sheet.name, first, found=listed_cells(names))
            self.doubted.update(address for area in merged for address in self._within(*area))

    def _within(self, top: int, left: int, bottom: int, right: int) -> Iterator[Address]:
        """The addresses of the cells in an area, whose values nobody can be sure of; of a whole table, the form."""
        rows = range(max(top, self.standing.first_data_row), min(bottom, len(self.sheet.rows)) + 1)
        columns = range(max(left, self.standing.first_column), min(right, self.standing.last_column) + 1)
        if len(rows) * len(columns) > _MOST_DOUBTED:
            yield whole(self.form)
            return
        for row in rows:
            for column in columns:
                address = self.standing.address_at(row, column)
                if address is not None:
                    yield self._record_address(row, address) if self.form.kind == "list" else address

    def _tell_hidden(self) -> None:
        facts = self.sheet.facts
        anything_hidden = facts.hidden_rows or facts.hidden_columns
        filled = [cell for cell in self._filled() if self._is_hidden(*cell)] if anything_hidden else []
        if filled:
            rows = {at for at, _ in filled if at in facts.hidden_rows}
            columns = {column for at, column in filled if at not in rows}
            names = [f"hàng {row + 1}" for row in sorted(rows)]
            names += [f"cột {column_letters(column)}" for column in sorted(columns)]
            self.problems.add("hidden_values", self.sheet.name, cell_name(*filled[0]), found=listed_cells(names))
        if self.sheet.hidden and next(iter(self._filled()), None) is not None:
            self.problems.add("sheet_hidden", self.sheet.name)

    def _is_hidden(self, row: int, column: int) -> bool:
        facts = self.sheet.facts
        return row in facts.hidden_rows or any(first <= column <= last for first, last in facts.hidden_columns)

    def _filled(self) -> Iterator[tuple[int, int]]:
        """Cells that were read."""
        columns = self.standing.columns
        for row, code in self.raw.cells:
            yield self.standing.rows[row], columns[code]
        for at, record in zip(self.record_rows, self.raw.records, strict=True):
            for code in record:
                yield at, columns[code]

    def _tell_moved(self) -> None:
        """A note where the table was found elsewhere than it was given out."""
        moved = moved_codes(self.standing)
        if moved:
            place = moved[0].rpartition(" ")[2]
            self.problems.add("table_moved", self.sheet.name, place, found=listed_cells(moved))

    def _tell_labels(self) -> None:
        """A note where the words of a label were changed: the codes decide, not the words."""
        changed = [
            (row, column, text, found)
            for row, column, text in self.standing.labels()
            if (found := value_at(self.sheet, row, column)) != text
            and not isinstance(found, float)
            and spaced(str(found)) != spaced(text)
        ]
        if changed:
            row, column, text, found = changed[0]
            names = listed_cells(cell_name(*each[:2]) for each in changed)
            self.problems.add("labels_changed", self.sheet.name, cell_name(row, column), found=names, expected=text)

    def _tell_outside(self) -> None:
        outside = list(self._outside())
        if outside:
            found = listed_cells(cell_name(*cell) for cell in outside)
            self.problems.add("values_outside", self.sheet.name, cell_name(*outside[0]), found=found)

    def _outside(self) -> Iterator[tuple[int, int]]:
        """Cells with a value that the layout knows nothing of; numbers typed over headings and labels are such too."""
        standing = self.standing
        head = HEADER_ROW + standing.shift
        table = {*standing.columns.values(), *self._previous()}
        stub, labels = {standing.stub}, {standing.stub, standing.stub + 1}
        lines = set(standing.rows.values()) if standing.is_grid else None
        beyond = standing.last_column + 1 if standing.compact else 0
        for at, line in enumerate(self.sheet.rows):
            first, words_only = 0, at <= standing.code_row
            known: set[int] | frozenset[int]
            if words_only:
                known = labels if at < head else table | labels
            elif lines is None:
                known, first = table | stub, beyond
            elif at in lines:
                yield from self._numbers_in(at, line, labels)
                known, first = table | labels, beyond
            else:
                known = _NOTHING
            for column, value in enumerate(line[first:] if first else line, first):
                if value == "" or (column in known and not (words_only and isinstance(value, float))):
                    continue
                if not isinstance(value, str) or (value.strip() and not (words_only and self._is_heading(value))):
                    yield at, column

    def _is_heading(self, text: str) -> bool:
        """True for the hub's own words, which stand elsewhere where lines were inserted among them."""
        return spaced(text) in self.standing.words

    def _numbers_in(self, at: int, line: list[Any], columns: set[int]) -> Iterator[tuple[int, int]]:
        for column in sorted(columns):
            if column < len(line) and isinstance(line[column], float):
                yield at, column

    def _previous(self) -> set[int]:
        """The columns in which last period's figures were given out, if their headings are still there."""
        standing, layout = self.standing, self.layout
        row = standing.label_row
        shown = {previous_text(code) for code in layout.previous_columns}
        line = self.sheet.rows[row] if row < len(self.sheet.rows) else []
        return {column for column, text in enumerate(line) if column > standing.last_column and text in shown}


@per_edition
def _totals(edition: Edition) -> frozenset[tuple[str, str, str]]:
    return frozenset(cell.target for cell in computed(edition))


def read_text_cell(sheet: Sheet, row: int, column: int, odd: dict[tuple[int, int], str], problems: Problems) -> str:
    """The text of a cell of the outline or explanation sheet; ``""`` if there is none or it got a finding."""
    value = value_at(sheet, row, column)
    name = cell_name(row, column)
    if (row, column) in odd:
        problems.add(odd[row, column], sheet.name, name, found=sheet.facts.errors.get((row, column)))
        return ""
    text = read_text(value)
    if isinstance(text, Odd):
        problems.add(text.code, sheet.name, name, found=str(value))
    elif isinstance(text, str) and FORBIDDEN.search(text):
        problems.add("forbidden_character", sheet.name, name, found=text)
    elif isinstance(text, str):
        return text
    return ""
