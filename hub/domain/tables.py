"""Published tables: what a report shows, before anybody decides whether it becomes a page, a workbook or a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from hub.domain.form import Label
from hub.domain.period import local_day

Mark = Literal["", "provisional", "missing", "na"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One published value. ``ref`` names it for tracing, e.g. ``VN:F1.r01.c03``; ``note`` is a remark for the reader.

    ``decimals`` is how many a ``Decimal`` is shown with. A missing or not-applicable cell has no value and says so in
    ``mark``; a ``provisional`` cell has a value that later acceptances may still change.
    """

    value: Decimal | str | int | None = None
    decimals: int | None = None
    ref: str | None = None
    note: str | None = None
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A heading that covers ``span_cols`` columns and ``span_rows`` header lines, as in an HTML table."""

    label: Label
    span_cols: int = 1
    span_rows: int = 1


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line: ``level`` 0 is a total, each level below it is indented once more."""

    code: str
    label: Label
    cells: Sequence[Cell]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a stub of row labels. ``header`` covers the stub (its first cell) and the columns together.

    ``column_codes`` names the value columns, so ``len(row.cells) == len(column_codes)`` for every row, and the header's
    spans fill ``len(column_codes) + 1`` columns. An empty header means: show the codes. ``across``: what its columns
    are where they are all of one kind; a chart of periods is a line through them.
    """

    code: str
    title: Label
    header: Sequence[Sequence[HeaderCell]]
    column_codes: Sequence[str]
    rows: Sequence[TableRow]
    notes: Sequence[Label] = ()
    unit: Label | None = None
    across: Literal["", "units", "periods"] = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A publication: its tables, and ``facts`` (sources, coverage, hashes) as pairs of what and the text
    (a Label where the languages say it differently).

    ``created_at`` is given, never read from a clock, so that the same document is always the same bytes. ``layout``:
    how its workbook is laid out, so that a figure of an old one is still found by its cell: 2 numbers the lines, 1 did
    not.
    """

    title: Label
    subtitle: Label
    facts: Sequence[tuple[Label, str | Label]]
    tables: Sequence[Table]
    demonstration: bool = False
    created_at: datetime = datetime(2025, 1, 1)  # noqa: DTZ001 - workbook dates carry no zone
    issuer: Label = field(default_factory=lambda: Label("", ""))
    layout: int = 2


def issued_on(document: Document) -> date:
    """The day of Viet Nam on which a document was made."""
    return local_day(document.created_at.replace(tzinfo=UTC))


def placed_header(table: Table) -> list[tuple[int, int, HeaderCell]]:
    """Every header cell with its (line, column), 0-based, after the spans above and to its left are taken."""
    taken: set[tuple[int, int]] = set()
    placed: list[tuple[int, int, HeaderCell]] = []
    for line, cells in enumerate(table.header):
        column = 0
        for cell in cells:
            while (line, column) in taken:
                column += 1
            taken.update(
                (line + down, column + right) for down in range(cell.span_rows) for right in range(cell.span_cols)
            )
            placed.append((line, column, cell))
    return placed


def numbering(rows: Sequence[TableRow]) -> list[str]:
    """The column “STT” of each line: ``1``, ``1.1``, ``2``; nothing for the one total above all others."""
    tops = [row for row in rows if row.level == 0]
    above_all = len(tops) == 1 and len(rows) > 1 and rows[0].level == 0
    counts: list[int] = []
    numbers: list[str] = []
    for place, row in enumerate(rows):
        depth = row.level - (1 if above_all else 0)
        if above_all and place == 0:
            numbers.append("")
            continue
        counts = [*counts[: depth + 1], *[0] * (depth + 1 - len(counts))]
        counts[depth] += 1
        numbers.append(".".join(str(count) for count in counts if count))
    return numbers


def drawn_lines(table: Table) -> range:
    """The lines that a chart of the table shows: all, without the one total that stands above the others."""
    tops = sum(row.level == 0 for row in table.rows)
    return range(1 if tops == 1 and len(table.rows) > 1 and table.rows[0].level == 0 else 0, len(table.rows))


def drawn_column(table: Table) -> int | None:
    """The first column with figures on two lines or more that one chart may show; None where there is none.

    A chart has one scale: lines that are no units of one kind must share the table's unit of measure.
    """
    if table.across == "periods":
        return 0 if any(_figures_in(row) > 1 for row in table.rows) else None
    lines = drawn_lines(table)
    alike = (
        table.unit is not None
        or table.across != ""
        or (lines.start == 1 and len({table.rows[line].level for line in lines}) == 1)
    )
    for column in range(len(table.column_codes)) if alike else ():
        if sum(isinstance(table.rows[line].cells[column].value, Decimal | int) for line in lines) > 1:
            return column
    return None


def _figures_in(row: TableRow) -> int:
    return sum(isinstance(cell.value, Decimal | int) for cell in row.cells)


def column_words(table: Table) -> list[Label]:
    """What is written above each value column, from the top down, in one text; its code where there is no head."""
    stacks: list[list[Label]] = [[] for _ in range(len(table.column_codes) + 1)]
    for _, column, cell in placed_header(table):
        for stack in stacks[column : column + cell.span_cols]:
            stack.append(cell.label)
    return [
        Label(": ".join(each.vi for each in stack), ": ".join(each.en or each.vi for each in stack))
        if stack
        else Label(code, code)
        for code, stack in zip(table.column_codes, stacks[1:], strict=True)
    ]


def shown_number(value: Decimal | int, decimals: int | None) -> str:
    """Plain digits with ``decimals`` decimals (as many as the value has, where None); no exponent, never ``-0``."""
    exact = Decimal(value)
    text = f"{exact:f}" if decimals is None else f"{exact:.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text
