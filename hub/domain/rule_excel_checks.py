"""The lines of a workbook's sheet of checks: each rule at each place as a formula that says whether it holds.

A line is skipped, as on the server, where the form is nil and where something that the rule needs is missing though it
is required, or cannot be read. A total that Excel computes is as good as what it is computed from. The rules of a list
are one line for all its records: array formulas count the records that fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Column
from hub.domain.interchange import NOT_APPLICABLE_TEXT
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition, Rule
from hub.domain.rule_excel import (
    ALWAYS,
    MAX_FORMULA,
    NEVER,
    TooLong,
    Writer,
    at_row,
    out_of_bounds,
    unreadable,
)
from hub.domain.rule_grammar import Comparison, Name, Node
from hub.domain.rule_kinds import THIS
from hub.domain.rule_settling import AskedRule
from hub.domain.rule_totals import Formula
from hub.domain.sheet_layout import CHECK_SHEET, cell_name, column_letters
from hub.domain.sheet_places import Book, Cell, Places
from hub.domain.totals import computed

HOLDS, FAILS, SKIPPED = "Đạt", "Sai", "—"
"""What the state of a line says: the rule holds, it fails, or it could not be asked (yet)."""

Place = tuple[Cell, bool]
"""A cell, and whether it stands for a whole column of a list."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One rule at one place. Formulas have no leading ``=`` and are array formulas.

    ``row``: a row of a grid, ``@`` for all records of a list, ``""`` for a rule asked once. ``cell``: the address that
    the rule's finding stands at, whose cell is marked. ``state`` gives HOLDS, FAILS or SKIPPED; where ``count`` is set
    the state follows from it: how many records fail, and ``first`` the number of the first of them; ``mark`` is the
    conditional format of their cells. All are None where Excel cannot have the rule. ``shown``: the figures its message
    names.
    """

    rule: Rule
    form: str | None
    row: str
    cell: Name
    state: str | None = None
    count: str | None = None
    first: str | None = None
    mark: str | None = None
    shown: Mapping[str, Node] = field(default_factory=dict)


def check_lines(edition: Edition, rules: Iterable[AskedRule], book: Book) -> list[CheckLine]:
    """Every rule at every place it can fail at, in the edition's order."""
    return [line for asked in rules for line in _lines(edition, asked, book)]


def _lines(edition: Edition, asked: AskedRule, book: Book) -> Iterator[CheckLine]:
    bound = asked.bound
    if bound.scope != "once" and bound.form not in book.layouts:
        return
    if bound.scope == "record":
        yield _list_line(edition, asked, book)
        return
    for row in asked.rows or ("",):
        line = _place_line(edition, asked, row, book)
        if line is not None:
            yield line


# --- one place -------------------------------------------------------------------------------------------------------


def _place_line(edition: Edition, asked: AskedRule, row: str, book: Book) -> CheckLine | None:
    """None where the rule can never fail, since what it compares is closed there."""
    form, at, column = asked.subject.parts
    cell = Name((form, row if at == THIS else at, column))
    line = CheckLine(asked.rule, asked.bound.form, row, cell, shown=asked.shown)
    places = Places(book, CHECK_SHEET)
    try:
        state = _state(edition, asked, row, places)
    except TooLong:
        return line
    if state is None:
        return None
    return replace(line, state=state if len(state) <= MAX_FORMULA else None)


def _state(edition: Edition, asked: AskedRule, row: str, places: Places) -> str | None:
    writer = Writer(edition, places, asked.rule.tolerance, nil_forms=_nil_forms(asked))
    test = at_row(asked.test, row)
    asks = writer.holds(at_row(asked.when, row)) if asked.when is not None else ALWAYS
    judged = _judged(writer, test)
    if judged is None or asks == NEVER:
        return None
    if asks != ALWAYS:
        judged = f'IF({asks},{judged},"{SKIPPED}")'
    skip = writer.any_of([*_nil(asked, places), *_wrong(edition, asked, row, places)])
    if skip != NEVER:
        judged = f'IF({skip},"{SKIPPED}",{judged})'
    return f'IFERROR({judged},"{SKIPPED}")'


def _judged(writer: Writer, test: Node) -> str | None:
    if isinstance(test, Comparison):
        known, holds = writer.comparison(test)
        decided = f'IF({holds},"{HOLDS}","{FAILS}")'
        return None if known == NEVER else decided if known == ALWAYS else f'IF({known},{decided},"{SKIPPED}")'
    fails = writer.fails(test)
    if fails == NEVER:
        return None
    return f'IF({fails},"{FAILS}",IF({writer.holds(test)},"{HOLDS}","{SKIPPED}"))'


def _nil_forms(asked: AskedRule) -> frozenset[str]:
    """The forms that may be nil while the rule is asked."""
    if asked.bound.scope == "once":
        return asked.own_forms if len(asked.own_forms) > 1 else frozenset()
    return asked.own_forms - {asked.bound.form or ""}


def _nil(asked: AskedRule, places: Places) -> list[str]:
    """Where the rule is not asked: its form is nil."""
    form = asked.bound.form
    if asked.bound.scope == "once":
        form = next(iter(asked.own_forms)) if len(asked.own_forms) == 1 else None
    return [places.nil(form)] if form is not None and places.has(form) else []


def _wrong(edition: Edition, asked: AskedRule, row: str, places: Places) -> list[str]:
    counted = _Needed(edition, asked, places).wrong([at_row(name, row) for name in asked.needed])  # type: ignore[misc]
    return [f"{counted}>0"] if counted else []


# --- all records of a list -------------------------------------------------------------------------------------------


def _list_line(edition: Edition, asked: AskedRule, book: Book) -> CheckLine:
    form = asked.bound.form or ""
    layout = book.layouts[form]
    first, last = layout.first_data_row + 1, book.last_line(form) + 1
    places = Places(book, CHECK_SHEET, (str(first), str(last)))
    line = CheckLine(asked.rule, form, THIS, asked.subject, shown=asked.shown)
    try:
        fails = _failing_records(edition, asked, places)
        mark = _mark(edition, asked, book, first)
    except TooLong:
        return line
    if fails == NEVER:
        return replace(line, count="0", first='""')
    nil = places.nil(form)
    number = f"ROW({places.lines(form, layout.form.columns[0].code)})-{first - 1}"
    count = f"IF({nil},0,IFERROR(SUM(IF({fails},1,0)),0))"
    earliest = f'IFERROR(IF(SUM(IF({fails},1,0))>0,MIN(IF({fails},{number})),""),"")'
    if max(len(count), len(earliest)) > MAX_FORMULA:
        return line
    return replace(line, count=count, first=earliest, mark=mark)


def _failing_records(edition: Edition, asked: AskedRule, places: Places) -> str:
    writer = Writer(edition, places, asked.rule.tolerance, by_element=True, nil_forms=_nil_forms(asked))
    fails = writer.fails(asked.test)
    if asked.when is not None:
        fails = writer.all_of([writer.holds(asked.when), fails])
    alone = all(name.parts[1] == THIS for name in asked.needed) and not _asks_for_blanks(edition, asked)
    conditions = [] if alone else [_is_said(asked.bound.form or "", places)]
    wrong = _Needed(edition, asked, places).wrong(list(asked.needed))
    if wrong:
        conditions.append(f"{wrong}=0")
    guard = writer.all_of(conditions)
    return fails if guard == ALWAYS or fails == NEVER else f"IF({guard},{fails},FALSE)"


def _is_said(form: str, places: Places) -> str:
    """A formula that is TRUE where the record at hand is there at all."""
    columns = places.book.layouts[form].form.columns
    return f'({"&".join(places.cell(Name((form, THIS, column.code))) for column in columns)})<>""'


def _asks_for_blanks(edition: Edition, asked: AskedRule) -> bool:
    """True if the rule may fail where all its cells are blank."""
    nothing = Writer(edition, Places(Book(()), CHECK_SHEET))
    asks = nothing.holds(asked.when) if asked.when is not None else ALWAYS
    return asks != NEVER and nothing.fails(asked.test) != NEVER


def _mark(edition: Edition, asked: AskedRule, book: Book, line: int) -> str | None:
    """The conditional format of one record's cell: TRUE where the record fails. Its names are those of ``book``."""
    form = asked.bound.form or ""
    places = Places(book, form, (str(line), str(line)), book.names)
    fails = _failing_records(edition, asked, places)
    return None if fails == NEVER or len(fails) > MAX_FORMULA else fails


# --- what a rule needs -----------------------------------------------------------------------------------------------


class _Needed:
    """Counts, in a formula, what a rule needs and cannot use.

    ``own``: the list whose record is at hand, judged element by element.
    """

    def __init__(self, edition: Edition, asked: AskedRule, places: Places, own: str | None = None) -> None:
        self.edition, self.asked, self.places = edition, asked, places
        self.book = places.book
        self.own = own or (asked.bound.form if asked.bound.scope == "record" else None)
        self.totals = _totals(edition)

    def wrong(self, needed: list[Name]) -> str | None:
        """How many cells are wrong, of the record at hand element by element; None if none can be."""
        cells: dict[Place, bool] = {}
        for name in needed:
            if self.places.has(name.parts[0]):
                form, row, column = name.parts
                self._spread((form, row, column), cells, whole=False)
        parts = [part for group in self._groups(cells) for part in group]
        kept = [part for part in dict.fromkeys(parts) if part != "0"]
        return "+".join(kept) if len(kept) == 1 else f"({'+'.join(kept)})" if kept else None

    def _spread(self, cell: Cell, cells: dict[Place, bool], *, whole: bool) -> None:
        """A name as cells, and a required total that Excel computes as what it is computed from too."""
        form, row, column = cell
        if ALL_RECORDS in (row, column) or column == RECORD_COUNT:
            for one in self._cells_of(cell):
                self._spread(one, cells, whole=True)
            return
        layout = self.book.layouts[form].form
        place = cell, whole and layout.kind == "list"
        if place in cells or (row, column) in layout.blocked:
            return
        formulas = self._formulas(cell)
        cells[place] = bool(formulas)
        for name in self._inputs(cell, formulas) if layout.column(column).required else ():
            self._spread((name.parts[0], name.parts[1], name.parts[2]), cells, whole=whole)

    def _formulas(self, cell: Cell) -> list[Formula]:
        """How Excel computes the cell; nothing for one that is filled in by hand."""
        return self.totals.get(cell, []) if cell not in self.book.typed else []

    def _inputs(self, cell: Cell, formulas: list[Formula]) -> list[Name]:
        named = [name for formula in formulas for name in formula.needed if self.places.has(name.parts[0])]
        return [Name((form, cell[1] if row == THIS else row, column)) for form, row, column in (n.parts for n in named)]

    def _cells_of(self, name: Cell) -> Iterator[Cell]:
        form, row, column = name
        layout = self.book.layouts[form].form
        if column == RECORD_COUNT:
            return
        if layout.kind == "list":
            yield form, THIS, column
            return
        for each, of in layout.cells():
            if column == of.code or row == each.code:
                yield form, each.code, of.code

    def _groups(self, cells: dict[Place, bool]) -> Iterator[list[str]]:
        grids: list[tuple[tuple[str, bool, str], Cell]] = []
        for (cell, whole), is_total in cells.items():
            if cell[1] == THIS:
                yield [self._of_record(cell, is_total, whole)]
            elif is_total and not self._column(cell).required:
                yield [self._optional_total(cell, self.places)]
            else:
                grids.append((self._sort_key(cell, is_total), cell))
        for key, alike in groupby(sorted(grids), key=lambda each: each[0]):
            yield list(self._of_grid([cell for _, cell in alike], key[1]))

    def _column(self, cell: Cell) -> Column:
        return self.book.layouts[cell[0]].form.column(cell[2])

    def _sort_key(self, cell: Cell, is_total: bool) -> tuple[str, bool, str]:
        column = self._column(cell)
        return cell[0], is_total, f"{_signature((cell[1], column))}|{column.required}"

    def _of_record(self, cell: Cell, is_total: bool, whole: bool) -> str:
        """Cells of the record at hand, element by element; of a whole column, those of records that are there."""
        at_hand = not whole and cell[0] == self.own
        places = self.places if at_hand else self._over_all(cell[0])
        if is_total and not self._column(cell).required:
            judged = self._optional_total(cell, places)
        else:
            judged = self._judged(self._column(cell), places.cell(Name(cell)), Name(cell), is_total, always_said=True)
        return judged if at_hand or judged == "0" else f"SUM(IF({self.places.record_said(cell[0])},{judged},0))"

    def _over_all(self, form: str) -> Places:
        """Places whose record at hand is every line of a list."""
        layout = self.book.layouts[form]
        lines = str(layout.first_data_row + 1), str(self.book.last_line(form) + 1)
        return Places(self.book, self.places.home, lines, self.places.names)

    def _optional_total(self, cell: Cell, places: Places) -> str:
        """A total that may be missing is only wrong where it is there: by its size, or by what it is computed from."""
        form, row, column = cell
        layout = self.book.layouts[form]
        at = places.cell(Name(cell))
        if row != THIS:
            line, position = layout.row_of[row], layout.column_of[column]
            at = places.rectangle(form, line, position, line, position)
        own = form if row == THIS else self.own
        inputs = _Needed(self.edition, self.asked, places, own).wrong(self._inputs(cell, self._formulas(cell)))
        bounds = out_of_bounds(self._column(cell), at, decimals=False)
        judged = "+".join(part for part in (bounds, inputs) if part and part != "0")
        return f"IF(ISNUMBER({at}),{judged},0)" if judged else "0"

    def _of_grid(self, alike: list[Cell], is_total: bool) -> Iterator[str]:
        form, name = alike[0][0], Name(alike[0])
        layout, column = self.book.layouts[form], self.places.column(name)
        for block in _rectangles({(layout.row_of[row], layout.column_of[code]) for _, row, code in alike}):
            judged = self._judged(column, self.places.rectangle(form, *block), name, is_total, self._surely_said())
            yield judged if judged == "0" or block[:2] == block[2:] else f"SUM({judged})"

    def _surely_said(self) -> bool:
        """A blank cell of a form of which nothing was said is no mistake; it only matters where a rule could decide."""
        return len(self.asked.own_forms) == 1 and not _asks_for_blanks(self.edition, self.asked)

    def _judged(self, column: Column, at: str, name: Name, is_total: bool, always_said: bool) -> str:
        """How many of these cells cannot be used: element by element, 0 where all can."""
        blank = "" if always_said else f"*({self.places.said(name.parts[0])}>0)"
        if not is_total and not column.required:
            return f"({unreadable(column, at, self.places.choices(name))})"
        if not is_total and not column.numeric:
            return f'(({at}="")*1{blank}+{unreadable(column, at, self.places.choices(name))})'
        bounds = out_of_bounds(column, at, decimals=not is_total)
        if not column.required:
            return "0" if bounds == "0" else f"IF(ISNUMBER({at}),{bounds},0)"
        not_said = f'({at}<>"{NOT_APPLICABLE_TEXT}")'
        if always_said:
            return f"IF(ISNUMBER({at}),{bounds},{not_said}*1)"
        return f'IF(ISNUMBER({at}),{bounds},({at}="")*1{blank}+({at}<>"")*{not_said})'


@per_edition
def _totals(edition: Edition) -> dict[Cell, list[Formula]]:
    return {cell.target: cell.formulas for cell in computed(edition)}


def _rectangles(cells: set[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """The cells as few blocks (top, left, bottom, right): runs along a row, and the same run in the rows below it."""
    runs: dict[tuple[int, int], list[int]] = {}
    for row, line in groupby(sorted(cells), key=lambda cell: cell[0]):
        columns = [column for _, column in line]
        start = columns[0]
        for one, following in zip(columns, [*columns[1:], None], strict=True):
            if following != one + 1:
                runs.setdefault((start, one), []).append(row)
                start = following if following is not None else 0
    blocks = []
    for (left, right), rows in runs.items():
        top = rows[0]
        for one, following in zip(rows, [*rows[1:], None], strict=True):
            if following != one + 1:
                blocks.append((top, left, one, right))
                top = following if following is not None else 0
    return sorted(blocks)


# --- the state of a form ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FormLine:
    """What the sheet of checks counts of one form: cells filled, required ones missing, ones that cannot be read."""

    form: str
    said: str
    missing: str
    unreadable: str


def form_line(edition: Edition, form: str, book: Book) -> FormLine:
    """The counts of one form as array formulas; 0 for a nil form."""
    counter = _grid_counts if book.layouts[form].form.kind == "grid" else _list_counts
    said, missing, bad = counter(edition, form, book)
    nil = Places(book, CHECK_SHEET).nil(form)
    return FormLine(form, *(f"IF({nil},0,IFERROR({formula},0))" for formula in (said, missing, bad)))


def _given(edition: Edition, form: str, book: Book) -> list[tuple[str, Column]]:
    """The open cells of a grid that people fill in: all but the totals that Excel computes."""
    totals = {cell.target for cell in computed(edition)} - book.typed
    cells = book.layouts[form].form.cells()
    return [(row.code, column) for row, column in cells if (form, row.code, column.code) not in totals]


def _blocks(book: Book, form: str, cells: Iterable[tuple[str, Column]]) -> list[tuple[int, int, int, int]]:
    layout = book.layouts[form]
    return _rectangles({(layout.row_of[row], layout.column_of[column.code]) for row, column in cells})


def _alike(cells: list[tuple[str, Column]]) -> Iterator[tuple[Column, list[tuple[str, Column]]]]:
    """Cells that are judged alike, with the column of one of them."""
    for _, group in groupby(sorted(cells, key=_signature), key=_signature):
        alike = list(group)
        yield alike[0][1], alike


def _signature(cell: tuple[str, Column]) -> str:
    column = cell[1]
    own = column.code if column.type == "choice" else ""
    return f"{column.type}|{column.decimals}|{column.minimum}|{column.maximum}|{column.max_length}|{own}"


def _grid_counts(edition: Edition, form: str, book: Book) -> tuple[str, str, str]:
    places = Places(book, CHECK_SHEET)
    given = _given(edition, form, book)

    def ranges(cells: Iterable[tuple[str, Column]]) -> list[str]:
        return [places.rectangle(form, *block) for block in _blocks(book, form, cells)]

    said = "+".join(f"COUNTA({at})" for at in ranges(given)) or "0"
    missing = "+".join(f"COUNTBLANK({at})" for at in ranges(each for each in given if each[1].required)) or "0"
    bad = [
        f"SUM(({unreadable(column, at, places.choices(Name((form, '', column.code))))}>0)*1)"
        for column, cells in _alike(given)
        for at in ranges(cells)
    ]
    return said, missing, "+".join(bad) or "0"


def _list_counts(edition: Edition, form: str, book: Book) -> tuple[str, str, str]:
    layout, places = book.layouts[form], Places(book, CHECK_SHEET)
    columns = [layout.form.column(code) for code in book.given_columns(form)]
    lines = {column.code: places.lines(form, column.code) for column in columns}
    record = places.record_said(form)
    said = f"SUMPRODUCT(({record})*1)"
    missing = "+".join(f'SUMPRODUCT(({record})*({lines[c.code]}=""))' for c in columns if c.required) or "0"
    bad = [
        f"SUM(({unreadable(column, lines[column.code], places.choices(Name((form, '', column.code))))}>0)*1)"
        for column in columns
    ]
    return said, missing, "+".join(bad)


@dataclass(frozen=True, slots=True)
class Mark:
    """A conditional format: a block of cells (top, left, bottom, right), and the formula as its first cell reads it."""

    kind: str
    block: tuple[int, int, int, int]
    formula: str


def form_marks(edition: Edition, form: str, book: Book) -> list[Mark]:
    """How cells show what the hub would refuse (``unreadable``) and what is required and blank (``missing``)."""
    if book.layouts[form].form.kind == "list":
        return list(_list_marks(form, book))
    return list(_grid_marks(edition, form, book))


def _grid_marks(edition: Edition, form: str, book: Book) -> Iterator[Mark]:
    places = Places(book, form, names=book.names)
    given = _given(edition, form, book)
    for column, cells in _alike(given):
        for block in _blocks(book, form, cells):
            judged = unreadable(column, cell_name(*block[:2]))
            if judged != "0":
                yield Mark("unreadable", block, f"({judged})>0")
    for block in _blocks(book, form, (each for each in given if each[1].required)):
        yield Mark("missing", block, f'AND({places.said(form)}>0,{cell_name(*block[:2])}="")')


def _list_marks(form: str, book: Book) -> Iterator[Mark]:
    layout = book.layouts[form]
    first, last = layout.first_data_row, book.last_line(form)
    said = [f"${column_letters(at)}{first + 1}" for at in layout.column_of.values()]
    for code in book.given_columns(form):
        column, at = layout.form.column(code), layout.column_of[code]
        cell, block = cell_name(first, at), (first, at, last, at)
        judged = unreadable(column, cell)
        if judged != "0":
            yield Mark("unreadable", block, f"({judged})>0")
        if column.required:
            yield Mark("missing", block, f'AND(({"&".join(said)})<>"",{cell}="")')
