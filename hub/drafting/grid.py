"""What every form is read into before anything is understood: sheets of lines and tables, whatever the file was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table, at its top left corner; ``rows`` and ``columns`` are what it spans.

    ``text`` is clean (NFC, no-break spaces gone, line breaks kept). ``formula`` is a spreadsheet's, without "=".
    ``filled``: greyed out. ``look`` is what the number format says: integer, decimal, percent, date, text or nothing.
    """

    row: int
    column: int
    text: str = ""
    rows: int = 1
    columns: int = 1
    bold: bool = False
    filled: bool = False
    indent: int = 0
    formula: str = ""
    look: str = ""
    decimals: int = 0
    choices: tuple[str, ...] = ()
    place: str = ""

    @property
    def line(self) -> str:
        """The text on one line."""
        return " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Line:
    """A text outside all tables."""

    text: str
    place: str = ""
    bold: bool = False
    centered: bool = False
    heading: int = 0
    """The level of a heading style, 0 for none."""


@dataclass(frozen=True)
class Table:
    """Cells from (0, 0); ``top`` and ``left`` say where that is in the sheet, so that formulas can be followed."""

    cells: tuple[Cell, ...]
    place: str = ""
    top: int = 0
    left: int = 0
    bordered: bool = True

    @cached_property
    def covering(self) -> dict[tuple[int, int], Cell]:
        """(row, column) → the cell that covers it."""
        return {
            (row, column): cell
            for cell in self.cells
            for row in range(cell.row, cell.row + cell.rows)
            for column in range(cell.column, cell.column + cell.columns)
        }

    @cached_property
    def height(self) -> int:
        return max((cell.row + cell.rows for cell in self.cells), default=0)

    @cached_property
    def width(self) -> int:
        return max((cell.column + cell.columns for cell in self.cells), default=0)

    def at(self, row: int, column: int) -> Cell:
        """The cell that covers the place; an empty one where the file has none."""
        return self.covering.get((row, column)) or Cell(row, column, place=self.place)

    def row(self, row: int) -> list[Cell]:
        """The distinct cells that cover a row, from left to right."""
        found: list[Cell] = []
        for column in range(self.width):
            cell = self.at(row, column)
            if not found or found[-1] is not cell:
                found.append(cell)
        return found

    def texts(self, row: int) -> tuple[str, ...]:
        return tuple(cell.line for cell in self.row(row) if cell.line)

    def rows_of(self, rows: Iterable[int]) -> Table:
        """The table of these rows only (ascending); spans are cut to what is left."""
        kept = sorted(set(rows))
        new = {old: index for index, old in enumerate(kept)}
        cells = tuple(_cut(cell, new) for cell in self.cells if any(r in new for r in _span(cell)))
        return Table(cells, self.place, self.top + (kept[0] if kept else 0), self.left, self.bordered)


def _span(cell: Cell) -> range:
    return range(cell.row, cell.row + cell.rows)


def _cut(cell: Cell, new: dict[int, int]) -> Cell:
    rows = [new[row] for row in _span(cell) if row in new]
    return replace(cell, row=rows[0], rows=rows[-1] - rows[0] + 1)


Block = Line | Table


@dataclass(frozen=True)
class Sheet:
    """A worksheet, or the whole of a text document, in reading order."""

    name: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Source:
    """A file as read. ``remarks`` are (kind, place, facts) of what the reader itself was unsure of."""

    sheets: tuple[Sheet, ...] = ()
    remarks: tuple[tuple[str, str, dict[str, str]], ...] = field(default=())

    def tables(self) -> Iterator[Table]:
        for sheet in self.sheets:
            for block in sheet.blocks:
                if isinstance(block, Table):
                    yield block
