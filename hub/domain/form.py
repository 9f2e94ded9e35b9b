"""Forms: rows, columns, cells, and the fixed order in which an edition packs its figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

CellType = Literal["integer", "decimal", "money", "percent", "text", "choice", "date"]
FormKind = Literal["grid", "list"]
RollupKind = Literal["sum", "ratio", "weighted", "last", "max", "none"]
OverTime = Literal["sum", "first", "last", "max", "recompute", "none"]

NUMERIC: frozenset[str] = frozenset({"integer", "decimal", "money", "percent"})
ALL_RECORDS = "*"
"""The row of a list form that stands for all its records together: ``F1.*.c04`` is the column's total."""
RECORD_COUNT = "#"
"""The column that stands for the number of records: ``F1.*.#``."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text in both languages; Vietnamese is the legal one."""

    vi: str
    en: str


class Address(NamedTuple):
    """Where a value belongs: (form, row code, column code) in a grid, (form, record number, column code) in a list.

    Record numbers are 1-based and written as digits, so ``str`` gives ``F1.r01.c03`` and ``F1[3].c03``.
    """

    form: str
    row: str
    column: str

    def __str__(self) -> str:
        if self.row.isascii() and self.row.isdigit():
            return f"{self.form}[{self.row}].{self.column}"
        return f"{self.form}.{self.row}.{self.column}"


@dataclass(frozen=True, slots=True)
class Rollup:
    """How a column is brought together: ``kind`` across units, ``over_time`` across parts of a longer period.

    ``ratio``: sum of ``numerator`` times ``scale`` over sum of ``denominator``, never a mean of ratios (R29).
    ``weighted``: mean weighted by the ``weight`` column. ``last``: a stock, summed across units, last over time.
    ``recompute`` over time: the column's own rule is applied to the parts after they were brought together.
    """

    kind: RollupKind = "none"
    over_time: OverTime = "none"
    numerator: str | None = None
    denominator: str | None = None
    scale: Decimal = Decimal(1)
    weight: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: Label


Breakdown = tuple[tuple[str, str], ...]
"""What part of a whole a row or column counts: (breakdown, item) pairs in order, such as ``(("sex", "female"),)``."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a form. ``of``: the column this one is a part of; ``inferred``: what the source did not print."""

    code: str
    label: Label
    type: CellType
    decimals: int = 0
    unit: str | None = None
    required: bool = True
    of: str | None = None
    rollup: Rollup = Rollup()
    inferred: bool = False
    choices: tuple[Choice, ...] = ()
    indicator: str | None = None
    minimum: Decimal | None = Decimal(0)
    maximum: Decimal | None = None
    max_length: int = 2000
    group: tuple[Label, ...] = ()
    breakdown: Breakdown = ()

    @property
    def numeric(self) -> bool:
        return self.type in NUMERIC


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a grid. Its ``unit``, where it has one, is that of its figures instead of the columns'."""

    code: str
    label: Label
    of: str | None = None
    inferred: bool = False
    unit: str | None = None
    indicator: str | None = None
    breakdown: Breakdown = ()


def indicator_of(column: Column, row: Row | None = None) -> str | None:
    """The indicator that a figure is bound to: its row's, else its column's."""
    return (row.indicator if row is not None else None) or column.indicator


def breakdown_of(column: Column, row: Row | None = None) -> Breakdown:
    """The part of the indicator that a figure counts: what its row and its column say together, sorted."""
    return tuple(sorted({*column.breakdown, *(row.breakdown if row is not None else ())}))


@dataclass(frozen=True, slots=True)
class Form:
    """A data form. A *grid* has fixed rows; a *list* has records. ``frequencies`` empty means: in every period."""

    code: str
    title: Label
    kind: FormKind
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    row_axis: Label = Label("", "")
    blocked: frozenset[tuple[str, str]] = frozenset()
    frequencies: tuple[str, ...] = ()
    max_records: int = 20_000
    required: bool = True

    def column(self, code: str) -> Column:
        """The column of that code; KeyError if there is none."""
        for column in self.columns:
            if column.code == code:
                return column
        raise KeyError(code)

    def row(self, code: str) -> Row:
        """The row of that code; KeyError if there is none."""
        for row in self.rows:
            if row.code == code:
                return row
        raise KeyError(code)

    def cells(self) -> Iterator[tuple[Row, Column]]:
        """Every open cell of a grid, row by row; nothing for a list."""
        for row in self.rows:
            for column in self.columns:
                if (row.code, column.code) not in self.blocked:
                    yield row, column

    def applies_to(self, frequency: str) -> bool:
        return not self.frequencies or frequency in self.frequencies


@dataclass(frozen=True, slots=True)
class Figure:
    """One slot of an edition's packed vector: a grid cell, a list column's total, or a list's record count."""

    address: Address
    decimals: int
    rollup: Rollup


def figures_of(forms: tuple[Form, ...]) -> tuple[Figure, ...]:
    """The packed order of an edition's figures: form by form, row by row, column by column.

    A list form contributes the total of each numeric column and then its record count.
    """
    return tuple(figure for form in forms for figure in _figures_of_form(form))


def _figures_of_form(form: Form) -> Iterator[Figure]:
    if form.kind == "grid":
        for row, column in form.cells():
            if column.numeric:
                yield Figure(Address(form.code, row.code, column.code), column.decimals, column.rollup)
        return
    for column in form.columns:
        if column.numeric:
            yield Figure(Address(form.code, ALL_RECORDS, column.code), column.decimals, column.rollup)
    yield Figure(Address(form.code, ALL_RECORDS, RECORD_COUNT), 0, Rollup("sum", "none"))
