"""A published table as CSV for spreadsheets and programs; no text in it can run (P30)."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from hub.domain.interchange import NOT_APPLICABLE_TEXT, neutralise
from hub.domain.tables import Cell, Table, TableRow, shown_number


def write_table_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, RFC 4180: row code, label in both languages, one column a code, then the marks.

    Figures have all their decimals and a point. A missing cell is blank, a not-applicable one ``N/A``. ``marks`` says
    ``c01:missing c03:provisional``. Text that could begin a formula has one apostrophe in front
    (:func:`hub.domain.interchange.restore` takes it off).
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["row", "label_vi", "label_en", *map(neutralise, table.column_codes), "marks"])
    for row in table.rows:
        writer.writerow(_line(row, table))
    return buffer.getvalue().encode("utf-8-sig")


def _line(row: TableRow, table: Table) -> list[str]:
    pairs = list(zip(table.column_codes, row.cells, strict=True))
    marks = " ".join(f"{code}:{cell.mark}" for code, cell in pairs if cell.mark)
    texts = [neutralise(text) for text in (row.code, row.label.vi, row.label.en)]
    return [*texts, *(_text(cell) for _, cell in pairs), neutralise(marks)]


def _text(cell: Cell) -> str:
    """A figure stays a number (``-5`` is one, not a formula); all other text is neutralised."""
    if isinstance(cell.value, Decimal | int):
        return shown_number(cell.value, cell.decimals)
    if cell.value is None:
        return NOT_APPLICABLE_TEXT if cell.mark == "na" else ""
    return neutralise(cell.value)
