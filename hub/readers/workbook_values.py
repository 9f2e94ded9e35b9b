"""One value of a workbook cell as a Raw value, or the code of what is odd about it. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, NamedTuple

from hub.domain.envelope import Raw
from hub.domain.form import Column
from hub.domain.sheet_layout import choice_text

_EXCEL_DIGITS = 1e15
"""From here on a workbook's number may have lost digits: doubles are shown with 15."""
_SMALL = tuple(map(Decimal, range(1_000)))
"""Most figures are some of these: long lists hold each once."""
_FIRST_CERTAIN_DAY = date(1900, 3, 1)
"""Excel's calendar has a 29 February 1900, so that earlier days are off by one between programs."""


class Odd(NamedTuple):
    """Why a cell's value cannot be taken: the code of a workbook problem."""

    code: str


ReadCell = Callable[[Any], Raw | Odd | None]
"""A cell's value as calamine gives it → Raw, or Odd, or None for a blank."""


def cell_reader(column: Column) -> ReadCell:
    """The reader of a column's cells."""
    if column.numeric:
        return read_figure
    if column.type == "date":
        return read_day
    return _choice_reader(column) if column.type == "choice" else read_text


def read_figure(value: Any) -> Raw | Odd | None:
    """A figure at the 15 significant digits that Excel shows; text stays text, to be read like typed text."""
    kind = value.__class__
    if kind is float:
        if not isfinite(value):
            return Odd("number_impossible")
        if not -_EXCEL_DIGITS < value < _EXCEL_DIGITS:
            return Odd("number_beyond_excel")
        if not value.is_integer():
            return Decimal(f"{value:.15g}")
        return _SMALL[int(value)] if 0 <= value < len(_SMALL) else Decimal(int(value))
    if kind is str:
        return value if value.strip() else None
    return Odd("boolean_in_cell" if kind is bool else "date_in_number")


def read_text(value: Any) -> Raw | Odd | None:
    """Text as it stands. A whole number is the digits that Excel shows; other numbers are not shown as stored."""
    kind = value.__class__
    if kind is str:
        return value if value.strip() else None
    if kind is float:
        certain = value.is_integer() and -_EXCEL_DIGITS < value < _EXCEL_DIGITS
        return str(int(value)) if certain else Odd("number_in_text")
    return Odd("boolean_in_cell" if kind is bool else "date_in_text")


def read_day(value: Any) -> Raw | Odd | None:
    """A day; text stays text. A number without a date's format may be anything."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, datetime) or (isinstance(value, date) and value < _FIRST_CERTAIN_DAY):
        return Odd("date_impossible")
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return Odd("boolean_in_cell")
    return Odd("number_in_date" if isinstance(value, float) else "date_impossible")


def _choice_reader(column: Column) -> ReadCell:
    """The code of what was chosen from the list; other text stays as it is."""
    codes = {choice_text(column, choice.code): choice.code for choice in column.choices}

    def read(value: Any) -> Raw | Odd | None:
        text = read_text(value)
        return codes.get(text.strip(), text) if isinstance(text, str) else text

    return read
