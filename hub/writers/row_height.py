"""How high a row must be to show its wrapped texts whole: nothing fits the rows of a generated workbook on opening."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

LINE_HEIGHT = 15.75


def height(cells: Iterable[tuple[str, float]]) -> float:
    """The height in points of a row with these (text, column width in characters) cells; one line at least."""
    return LINE_HEIGHT * max((_lines(text, width) for text, width in cells), default=1)


def _lines(text: str, width: float) -> int:
    return max(1, sum(ceil(len(line) * 1.05 / width) for line in text.split("\n")))
