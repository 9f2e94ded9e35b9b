"""A list of things as CSV or as a workbook: one head, one line each; no text in it can run (P30)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from xlsxwriter import Workbook

from hub.domain.interchange import neutralise

Value = str | int | date | None
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_WIDEST = 60


def write_list_csv(head: Sequence[str], lines: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with a byte order mark, RFC 4180; days as ``22/11/2026``; text that could begin a formula neutralised."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([[_text(value) for value in line] for line in lines])
    return buffer.getvalue().encode("utf-8-sig")


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value) if isinstance(value, int) else neutralise(value)


def write_list_xlsx(sheet: str, head: Sequence[str], lines: Iterable[Sequence[Value]]) -> bytes:
    """One sheet whose head stays, with filters; whole numbers and days are such, all else is text."""
    buffer = io.BytesIO()
    with Workbook(buffer, _SAFE) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        days = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        page = book.add_worksheet(sheet)
        page.freeze_panes(1, 1)
        widths = [len(name) for name in head]
        for column, name in enumerate(head):
            page.write_string(0, column, name, bold)
        count = 0
        for count, line in enumerate(lines, start=1):
            for column, value in enumerate(line):
                if value is None:
                    continue
                if isinstance(value, date):
                    page.write_datetime(count, column, value, days)
                elif isinstance(value, int):
                    page.write_number(count, column, value)
                else:
                    page.write_string(count, column, value)
                widths[column] = max(widths[column], len(_text(value)))
        for column, width in enumerate(widths):
            page.set_column(column, column, min(width + 2, _WIDEST))
        page.autofilter(0, 0, count, len(head) - 1)
    return buffer.getvalue()
