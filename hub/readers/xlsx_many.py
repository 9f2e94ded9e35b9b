"""The door of the workbook of many units (``hub.domain.many_layout``): one Reading for each unit and period in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hub.domain.envelope import Identity, Raw, Reading
from hub.domain.findings import Place
from hub.domain.form import Address, Form
from hub.domain.many_layout import MANY_LAYOUT, NIL, PERIOD, SEARCHED_ROWS, UNIT, code_in
from hub.domain.sheet_layout import OUTLINE_SHEET, cell_name
from hub.domain.workbook_identity import PREFIX
from hub.readers.book import Book, Sheet, open_book, read_properties, value_at
from hub.readers.document_builder import DocumentBuilder, EditionLookup, refused
from hub.readers.document_places import Places
from hub.readers.document_problems import problem
from hub.readers.guard import Refusal
from hub.readers.limits import Limits
from hub.readers.sheet_reader import odd_cells
from hub.readers.workbook_problems import workbook_problem
from hub.readers.workbook_values import Odd, cell_reader, read_text

Key = tuple[str, str]
"""Unit and period as the rows name them."""


@dataclass(slots=True)
class Table:
    """One sheet: its columns by their codes, and the rows of each unit and period."""

    sheet: Sheet
    columns: dict[str, int]
    code_row: int
    rows: dict[Key, list[int]] = field(default_factory=dict)
    filled: set[Key] = field(default_factory=set)
    """Those with more than their names in a row."""


@dataclass(slots=True)
class _ManyPlaces(Places):
    """The cell of an address: a grid's row stands in one line of its sheet, a record in its own."""

    tables: dict[str, Table] = field(default_factory=dict)
    key: Key = ("", "")

    def __call__(self, address: Address) -> Place:
        table = self.tables.get(address.form)
        if table is None:
            return Place(sheet=address.form)
        number = self.record_number(address)
        row = table.rows.get(self.key, [0])[0] if number is None else number - 1
        column = table.columns.get(f"{address.row}.{address.column}" if number is None else address.column)
        return Place(sheet=address.form, cell=cell_name(row, column) if column is not None else None)


def is_many(content: bytes, limits: Limits) -> bool:
    """True for a workbook whose properties say that it holds many units."""
    try:
        return read_properties(content, limits).get(f"{PREFIX}layout") == MANY_LAYOUT
    except Refusal:
        return False


def read(content: bytes, lookup: EditionLookup, expected: Identity | None, limits: Limits) -> Iterator[Reading]:
    """One Reading a unit and period, in the order of their first rows. Bad input never raises."""
    try:
        book = open_book(content, limits)
    except Refusal as refusal:
        place = Place(sheet=refusal.sheet, cell=refusal.cell)
        yield refused("xlsx_many", "vi", expected, workbook_problem(refusal.code, place, found=refusal.found))
        return
    tables = tables_of(book)
    keys = keys_of(tables)
    if not keys or len(keys) > limits.max_reports:
        code = "too_many_reports" if keys else "no_report"
        yield refused("xlsx_many", "vi", expected, problem(code))
        return
    odd = {name: _odd(table, book) for name, table in tables.items()}
    for key in keys:
        yield _Report(book, tables, odd, key, limits).read(lookup, expected)


def tables_of(book: Book) -> dict[str, Table]:
    """The sheets that have a line of codes, by their names; of the units that somebody wrote something for.

    The workbook is given out with every unit named: one left empty on all sheets is no report, and what stands of
    its own in the hub stays.
    """
    default = book.properties.get(f"{PREFIX}period", "")
    found = {sheet.name: _table(sheet, default) for sheet in book.sheets}
    tables = {name: table for name, table in found.items() if table is not None}
    filled = set[Key]().union(*(table.filled for table in tables.values()))
    for table in tables.values():
        table.rows = {key: rows for key, rows in table.rows.items() if key in filled}
    return tables


def keys_of(tables: dict[str, Table]) -> list[Key]:
    """Every unit and period, in the order of their first rows: the numbers of the reports."""
    return list(dict.fromkeys(key for table in tables.values() for key in table.rows))


def _table(sheet: Sheet, default: str) -> Table | None:
    for at, line in enumerate(sheet.rows[:SEARCHED_ROWS]):
        columns: dict[str, int] = {}
        for column, text in enumerate(line):
            if (code := code_in(text)) is not None:
                columns.setdefault(code, column)
        if UNIT in columns:
            table = Table(sheet, columns, at)
            for row in range(at + 1, len(sheet.rows)):
                written = {code for code, column in columns.items() if value_at(sheet, row, column) != ""}
                if written:
                    table.rows.setdefault(_key(table, row, default), []).append(row)
                if written - _NAMING:
                    table.filled.add(_key(table, row, default))
            return table
    return None


def _key(table: Table, row: int, default: str) -> Key:
    unit = _text(table.sheet, row, table.columns[UNIT])
    period = _text(table.sheet, row, table.columns[PERIOD]) if PERIOD in table.columns else ""
    return unit, period or default


def _text(sheet: Sheet, row: int, column: int) -> str:
    """A code as people see it: 12 and not 12.0."""
    raw = read_text(value_at(sheet, row, column))
    return raw.strip() if isinstance(raw, str) else ""


def _odd(table: Table, book: Book) -> dict[tuple[int, int], str]:
    odd = odd_cells(table.sheet, book.uncalculated, lambda _row, _column: False)
    for row, column in table.sheet.facts.percents:
        value = value_at(table.sheet, row, column)
        if isinstance(value, float) and value:
            odd.setdefault((row, column), "percent_format")
    return odd


class _Report:
    """Puts the rows of one unit and period into its Reading."""

    def __init__(
        self, book: Book, tables: dict[str, Table], odd: dict[str, dict[tuple[int, int], str]], key: Key, limits: Limits
    ) -> None:
        self.book, self.tables, self.odd, self.key = book, tables, odd, key
        self.places = _ManyPlaces(tables=tables, key=key)
        self.builder = DocumentBuilder("xlsx_many", "vi", limits, self.places)

    def read(self, lookup: EditionLookup, expected: Identity | None) -> Reading:
        """Identity, then each sheet on which the unit has rows."""
        said = {"unit": self.key[0], "period": self.key[1]}
        for name in ("regime", "edition", "scope"):
            said[name] = self.book.properties.get(f"{PREFIX}{name}", "")
        first = next(table for table in self.tables.values() if self.key in table.rows)
        here = Place(sheet=first.sheet.name, cell=cell_name(first.rows[self.key][0], first.columns[UNIT]))
        if self.builder.identify(said, expected, lookup, lambda _name: here):
            for name, table in self.tables.items():
                if self.key in table.rows:
                    self._read_sheet(name, table, table.rows[self.key])
        return self.builder.reading

    def _read_sheet(self, name: str, table: Table, rows: list[int]) -> None:
        if name == OUTLINE_SHEET:
            for row in rows:
                for code, column in table.columns.items():
                    text = read_text(value_at(table.sheet, row, column))
                    if code not in _LEADING and isinstance(text, str):
                        self.builder.section(code, text, Place(sheet=name, cell=cell_name(row, column)))
            return
        form = self.builder.form(name, Place(sheet=name))
        if form is None:
            return
        for row in rows:
            if NIL in table.columns and str(value_at(table.sheet, row, table.columns[NIL])).strip().lower() == "x":
                self.builder.nil(form)
            if form.kind == "list":
                self._read_record(form, table, row)
            else:
                self._read_grid(form, table, row)

    def _read_grid(self, form: Form, table: Table, row: int) -> None:
        columns = {column.code: column for column in form.columns}
        for code, at in table.columns.items():
            line, dot, column = code.partition(".")
            if code in _LEADING or not dot:
                continue
            address = Address(form.code, line, column)
            known = columns.get(column)
            raw = self._value(table, row, at, address, known)
            if raw is not None:
                self.builder.cell(form, line, column, raw)

    def _read_record(self, form: Form, table: Table, row: int) -> None:
        cells = []
        for column in form.columns:
            at = table.columns.get(column.code)
            if at is not None:
                address = self.builder.next_record(form, column.code)
                raw = self._value(table, row, at, address, column)
                if raw is not None:
                    cells.append((column.code, raw))
        if cells:
            self.builder.record(form, row + 1, cells)

    def _value(self, table: Table, row: int, at: int, address: Address, column: Any) -> Raw | None:
        """The cell's value; what is odd about it is said at its place, and of that address nothing more."""
        value = value_at(table.sheet, row, at)
        code = self.odd[table.sheet.name].get((row, at))
        if code is None:
            if value == "":
                return None
            raw = cell_reader(column)(value) if column is not None else str(value)
            if not isinstance(raw, Odd):
                return raw
            code = raw.code
        place = Place(sheet=table.sheet.name, cell=cell_name(row, at))
        found = workbook_problem(code, place, address=address, found=str(value) or None)
        self.builder.reading.problems.append(found)
        self.builder.reading.doubted.add(address)
        return None


_NAMING = frozenset({UNIT, "name", PERIOD})
_LEADING = _NAMING | {NIL}
