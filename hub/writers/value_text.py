"""A stored value as the text that a document carries; read back, it is the same value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from hub.domain.envelope import NOT_APPLICABLE, Notation
from hub.domain.form import Column, Form
from hub.domain.interchange import NOT_APPLICABLE_TEXT
from hub.domain.values import FormValues, Value, figure_text


def value_text(column: Column, value: Value, notation: Notation = "canonical") -> str:
    """The text of a value: all declared decimals, ISO days, ``N/A``. With ``vi`` the decimal mark is a comma.

    ValueError if a figure does not fit its column.
    """
    if value is NOT_APPLICABLE:
        return NOT_APPLICABLE_TEXT
    if isinstance(value, Decimal):
        digits = figure_text(value, column.decimals)
        return digits.replace(".", ",") if notation == "vi" else digits
    return value.isoformat() if isinstance(value, date) else str(value)


def grid_values(form: Form, values: FormValues) -> Iterator[tuple[str, Column, Value]]:
    """(row code, column, value) of every cell that has a value, in the form's order."""
    for row, column in form.cells():
        value = values.cells.get((row.code, column.code))
        if value is not None:
            yield row.code, column, value


def record_values(form: Form, record: dict[str, Value]) -> Iterator[tuple[Column, Value]]:
    """(column, value) of every value of a record, in the form's order."""
    for column in form.columns:
        value = record.get(column.code)
        if value is not None:
            yield column, value
