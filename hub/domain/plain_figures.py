"""A grid of which every cell that is there is plain digits, read in one go: as nearly every grid that a machine sends.

Nothing is decided here that a cell's own reader would decide otherwise: what is not plain in any way is left to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import add, le
from typing import cast

from hub.domain.envelope import Raw
from hub.domain.form import Column, Form
from hub.domain.number_text import MAX_DIGITS, scale_of

Key = tuple[str, str]


class PlainFigures:
    """The open cells of a grid of figures, in order, each with its decimals and its bounds."""

    def __init__(self, form: Form) -> None:
        cells = [((row.code, column.code), column) for row, column in form.cells()]
        self.possible = form.kind == "grid" and bool(cells) and all(column.numeric for _, column in cells)
        if self.possible:
            self.keys = [key for key, _ in cells]
            self.tails = {key: "." + "0" * column.decimals if column.decimals else "" for key, column in cells}
            self.bounds = {key: _bounds(column) for key, column in cells}
            self.most_digits = MAX_DIGITS - max(column.decimals for _, column in cells)
            self.whole = not any(self.tails.values())
            self.lowest = max(low for low, _ in self.bounds.values())
            self.highest = min(high for _, high in self.bounds.values())

    def read(self, cells: Mapping[Key, Raw]) -> dict[Key, Decimal] | None:
        """The figures by row and column, in the form's order, just as each cell's reader gives them; None: ask it."""
        if not self.possible:
            return None
        keys = self.keys if len(cells) == len(self.keys) else [key for key in self.keys if key in cells]
        given = list(map(cells.get, keys))
        if len(keys) != len(cells) or set(map(type, given)) != {str}:
            return None
        texts = cast("list[str]", given)
        digits = "".join(texts)
        lengths = set(map(len, texts))
        if not (digits.isascii() and digits.isdigit()) or 0 in lengths or max(lengths) > self.most_digits:
            return None
        figures = list(map(Decimal, texts if self.whole else map(add, texts, map(self.tails.__getitem__, keys))))
        return dict(zip(keys, figures, strict=True)) if self._within(keys, figures) else None

    def _within(self, keys: Sequence[Key], figures: Sequence[Decimal]) -> bool:
        if self.lowest <= min(figures) and max(figures) <= self.highest:  # the narrowest bounds of all
            return True
        lows, highs = zip(*map(self.bounds.__getitem__, keys), strict=True)
        return all(map(le, lows, figures)) and all(map(le, figures, highs))


def _bounds(column: Column) -> tuple[Decimal, Decimal]:
    greatest = scale_of(column.decimals).greatest
    low = -greatest if column.minimum is None else max(column.minimum, -greatest)
    return low, greatest if column.maximum is None else min(column.maximum, greatest)
