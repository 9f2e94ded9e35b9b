"""A value as the kind of workbook cell that holds it exactly."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Column
from hub.domain.interchange import NOT_APPLICABLE_TEXT
from hub.domain.sheet_layout import choice_text
from hub.domain.values import Value
from hub.writers.value_text import value_text
from hub.writers.workbook_figures import MOST_DIGITS, significant_digits
from hub.writers.workbook_styles import put_text


def put_value(
    sheet: Worksheet, row: int, at: int, column: Column, value: Value | None, style: Format, as_text: Format
) -> None:
    """The value in the cell; ``as_text`` is how figures look that no number of a workbook holds for certain."""
    if value is None:
        sheet.write_blank(row, at, None, style)
    elif value is NOT_APPLICABLE:
        put_text(sheet, row, at, NOT_APPLICABLE_TEXT, style)
    elif isinstance(value, Decimal) and significant_digits(value) <= MOST_DIGITS:
        sheet.write_number(row, at, float(value), style)
    elif isinstance(value, Decimal):
        put_text(sheet, row, at, value_text(column, value, "vi"), as_text)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, datetime.combine(value, time()), style)
    elif column.type == "choice":
        put_text(sheet, row, at, choice_text(column, str(value)), style)
    else:
        put_text(sheet, row, at, str(value), style)
