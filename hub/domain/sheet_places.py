"""Where the names of bound rules stand in a workbook, as formulas name them: cells, ranges, nil marks, counts.

:mod:`hub.domain.sheet_layout` says where each address is; here it becomes text such as ``D14``, ``'F1'!D14:D513`` or a
defined name. Forms that a period does not ask for have no sheet, so nothing of them is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Column, Form
from hub.domain.rule_grammar import Name
from hub.domain.rule_kinds import THIS
from hub.domain.sheet_layout import (
    BLANK_RECORDS,
    CHECK_SHEET,
    NIL_CELL,
    CheckLayout,
    SheetLayout,
    cell_name,
    column_letters,
)

ROW_AT_HAND = "\x00"
"""Stands for the line of a record in a formula that is written once and used on every line."""

Cell = tuple[str, str, str]
"""(form, row, column); the row is ``@`` for the record at hand and ``*`` for all records of a list."""


@dataclass(frozen=True)
class Book:
    """The sheets of one workbook: its forms, how many lines each list draws, and what formulas fill.

    ``computed``: by list form the columns that formulas fill. ``choices``: the range that lists a column's choices, by
    (form, column). ``typed``: computed cells that hold a given value instead of their formula; the row is ``@`` for a
    column of a list.
    """

    forms: tuple[Form, ...]
    drawn: Mapping[str, int] = field(default_factory=dict)
    computed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    choices: Mapping[tuple[str, str], str] = field(default_factory=dict)
    typed: frozenset[Cell] = frozenset()
    names: dict[str, str] = field(default_factory=dict)
    """Defined names that conditional formats came to need, and what each refers to."""

    @cached_property
    def layouts(self) -> dict[str, SheetLayout]:
        return {form.code: SheetLayout(form) for form in self.forms}

    @cached_property
    def checks(self) -> CheckLayout:
        return CheckLayout(self.forms)

    def last_line(self, form: str) -> int:
        """The last line drawn of a list, counted from 0."""
        return self.layouts[form].first_data_row + self.drawn.get(form, BLANK_RECORDS) - 1

    def given_columns(self, form: str) -> list[str]:
        """The columns of a list that people fill in: those that no formula fills."""
        filled = self.computed.get(form, frozenset())
        return [column.code for column in self.layouts[form].form.columns if column.code not in filled]


class Places:
    """How the formulas on one sheet name cells.

    ``home``: the sheet the formula stands on. ``record``: the lines that ``@`` means, as text (first, last): one line,
    or the whole list. ``names``: where given, what stands on another sheet is called by a defined name, which this maps
    to its place, since conditional formats must not name other sheets.
    """

    def __init__(
        self, book: Book, home: str, record: tuple[str, str] | None = None, names: dict[str, str] | None = None
    ) -> None:
        self.book, self.home, self.record, self.names = book, home, record, names

    def has(self, form: str) -> bool:
        """True if the form has a sheet."""
        return form in self.book.layouts

    def column(self, name: Name) -> Column:
        return self.book.layouts[name.parts[0]].form.column(name.parts[2])

    def is_blocked(self, name: Name) -> bool:
        form, row, column = name.parts
        return (row, column) in self.book.layouts[form].form.blocked

    def cell(self, name: Name) -> str:
        """A bound name of one cell, or of the record at hand."""
        form, row, column = name.parts
        layout = self.book.layouts[form]
        at = layout.column_of[column]
        if row == THIS:
            assert self.record is not None
            first, last = self.record
            letters = column_letters(at)
            if first == last:
                return self._on(form, f"${letters}{first}" if self.names is not None else f"{letters}{first}", column)
            return self.lines(form, column)
        place = cell_name(layout.row_of[row], at)
        return self._on(form, _fixed(place) if self.names is not None else place, row, column)

    def whole(self, name: Name) -> list[str]:
        """The ranges of a whole column or row, only those columns of a row that hold figures."""
        form, row, column = name.parts
        layout = self.book.layouts[form]
        if row == ALL_RECORDS:
            if column == RECORD_COUNT:
                return [self.lines(form, each.code) for each in layout.form.columns]
            place = layout.column_range(column)
            return [self._on(form, _fixed(place) if self.names is not None else place, "all", column)]
        runs: list[list[int]] = []
        for each in layout.form.columns:
            at = layout.column_of[each.code]
            if not each.numeric:
                continue
            if runs and runs[-1][-1] == at - 1:
                runs[-1].append(at)
            else:
                runs.append([at])
        line = layout.row_of[row]
        return [self.rectangle(form, line, run[0], line, run[-1]) for run in runs]

    def rectangle(self, form: str, top: int, left: int, bottom: int, right: int) -> str:
        """A block of cells, counted from 0."""
        place = cell_name(top, left)
        if (top, left) != (bottom, right):
            place += f":{cell_name(bottom, right)}"
        return self._on(form, _fixed(place) if self.names is not None else place, place.replace(":", "_"))

    def lines(self, form: str, column: str) -> str:
        """A column of a list as far as it is drawn."""
        layout = self.book.layouts[form]
        at = layout.column_of[column]
        return self.rectangle(form, layout.first_data_row, at, self.book.last_line(form), at)

    def record_said(self, form: str) -> str:
        """A formula that is TRUE, line by line, where a record is there at all."""
        columns = self.book.layouts[form].form.columns
        return f'({"&".join(self.lines(form, column.code) for column in columns)})<>""'

    def nil(self, form: str) -> str:
        """A formula that is TRUE where the whole form has nothing to report."""
        cell = self._on(form, _fixed(cell_name(*NIL_CELL)), "nil")
        return f'{cell}="x"'

    def said(self, form: str) -> str:
        """How many cells of the form are filled: the check sheet counts them."""
        at = _fixed(cell_name(*self.book.checks.said_cell(form)))
        return self._on(CHECK_SHEET, at, form, "said")

    def choices(self, name: Name) -> str | None:
        """The range of a column's choices; None where a formula here may not name it."""
        if self.names is not None:
            return None
        return self.book.choices.get((name.parts[0], name.parts[2]))

    def _on(self, sheet: str, place: str, *parts: str) -> str:
        if sheet == self.home:
            return place
        if self.names is None:
            return f"'{sheet}'!{place}"
        name = "_".join(["hub", *(() if sheet == CHECK_SHEET else (sheet,)), *parts])
        self.names[name] = f"='{sheet}'!{place}"
        return name


def _fixed(place: str) -> str:
    """``D14`` as ``$D$14``."""
    return ":".join(_fixed_cell(part) for part in place.split(":"))


def _fixed_cell(name: str) -> str:
    letters = name.rstrip("0123456789")
    return f"${letters}${name[len(letters) :]}"
