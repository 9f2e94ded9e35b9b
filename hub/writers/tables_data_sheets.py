"""A published table as plain data on a sheet of its own: names of columns in row 1, one line a row, codes as text."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from hub.domain.tables import Table, shown_number
from hub.writers.workbook_digits import write_figure

STUB = ("row", "level", "label_vi", "label_en")
_LONGEST_TEXT = 32_767


def write_data_sheet(
    sheet: Worksheet, table: Table, styles: Callable[..., Format], demonstration: bool
) -> dict[str, str]:  # fmt: skip
    """Where each traceable figure stands: ``F9`` → its reference. What is missing or not applicable is a blank cell.

    The last column, ``marks``, says as in the CSV files which cells are missing, not applicable or provisional.
    """
    head, plain = styles(bold=True, bottom=1), styles()
    names = [*STUB, *table.column_codes, "marks", *(["demonstration"] if demonstration else [])]
    for column, name in enumerate(names):
        sheet.write_string(0, column, name[:_LONGEST_TEXT], head)
    sheet.set_column(0, 1, 12)
    sheet.set_column(2, 3, 34)
    sheet.set_column(len(STUB), len(names) - 1, 14)
    sheet.freeze_panes(1, len(STUB))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    references: dict[str, str] = {}
    for line, row in enumerate(table.rows, 1):
        for column, text in enumerate((row.code, str(row.level), row.label.vi, row.label.en)):
            sheet.write_string(line, column, text[:_LONGEST_TEXT], plain)
        marks = []
        for column, (code, cell) in enumerate(zip(table.column_codes, row.cells, strict=True), len(STUB)):
            if isinstance(cell.value, Decimal | int):
                write_figure(sheet, line, column, shown_number(cell.value, cell.decimals), styles, {})
            elif cell.value is not None:
                sheet.write_string(line, column, cell.value[:_LONGEST_TEXT], plain)
            if cell.mark:
                marks.append(f"{code}:{cell.mark}")
            if cell.ref is not None:
                references[xl_rowcol_to_cell(line, column)] = cell.ref
        sheet.write_string(line, len(STUB) + len(table.column_codes), " ".join(marks)[:_LONGEST_TEXT], plain)
        if demonstration:
            sheet.write_string(line, len(names) - 1, "DỮ LIỆU TRÌNH DIỄN", plain)
    return references
