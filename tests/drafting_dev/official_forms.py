"""Makes workbooks and documents that look like ministries' forms: title block, merged headings, numbers, signatures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

THIN = Side(style="thin")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def heading_cells(paths: Sequence[Sequence[str]]) -> tuple[int, list[tuple[int, int, int, int, str]]]:
    """(height, merged cells as (row, column, rows, columns, text)) of headings given as paths."""
    height = max(len(path) for path in paths)
    cells = []
    for row in range(height):
        column = 0
        while column < len(paths):
            path = paths[column]
            if row >= len(path):
                column += 1
                continue
            if row == len(path) - 1:
                cells.append((row, column, height - row, 1, path[row]))
                column += 1
                continue
            end = column
            while (
                end + 1 < len(paths)
                and len(paths[end + 1]) > row + 1
                and list(paths[end + 1][: row + 1]) == list(path[: row + 1])
            ):
                end += 1
            cells.append((row, column, 1, end - column + 1, path[row]))
            column = end + 1
    return height, cells


def put_table(
    sheet: Any, top: int, paths: Sequence[Sequence[str]], numbers: Sequence[object] | None, body: Sequence[Sequence[object]],  # noqa: E501
    *, borders: bool = True, merge: bool = True,
) -> int:  # fmt: skip
    """Writes a table from row ``top`` (1-based); gives the first row below it."""
    height, cells = heading_cells(paths)
    for row, column, rows, columns, text in cells:
        sheet.cell(top + row, column + 1, text).font = Font(bold=True)
        if merge and (rows > 1 or columns > 1):
            sheet.merge_cells(
                start_row=top + row, start_column=column + 1, end_row=top + row + rows - 1, end_column=column + columns
            )
    row = top + height
    if numbers is not None:
        for column, number in enumerate(numbers, 1):
            sheet.cell(row, column, number)
        row += 1
    for line in body:
        for column, value in enumerate(line, 1):
            if value is not None:
                sheet.cell(row, column, value)
        row += 1
    if borders:
        for r in range(top, row):
            for c in range(1, len(paths) + 1):
                sheet.cell(r, c).border = BOX
    return row


def put_title(sheet: Any, width: int, number: str, basis: str, title: str, *more: str) -> int:
    """The block above the table; gives the first free row."""
    sheet["A1"] = f"Biểu số: {number}\n{basis}"
    sheet.cell(1, max(3, width - 3), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").font = Font(bold=True)
    sheet.cell(2, max(3, width - 3), "Độc lập - Tự do - Hạnh phúc")
    sheet.cell(4, 1, title).font = Font(bold=True)
    sheet.merge_cells(start_row=4, start_column=1, end_row=4, end_column=max(2, width))
    sheet.cell(4, 1).alignment = Alignment(horizontal="center")
    row = 5
    for text in more:
        sheet.cell(row, 1, text)
        row += 1
    return row + 1


def put_signature(sheet: Any, row: int, width: int) -> None:
    sheet.cell(row + 1, max(2, width - 2), "…, ngày … tháng … năm …")
    sheet.cell(row + 2, 1, "NGƯỜI LẬP BIỂU")
    sheet.cell(row + 2, max(2, width - 2), "THỦ TRƯỞNG ĐƠN VỊ")
    sheet.cell(row + 3, 1, "(Ký, họ tên)")


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def workbook(
    paths: Sequence[Sequence[str]], numbers: Sequence[object] | None, body: Sequence[Sequence[object]], *, number: str = "01/BC",  # noqa: E501
    basis: str = "Ban hành theo Thông tư số 05/2024/TT-BTC ngày 10/5/2024 của Bộ trưởng Bộ Tài chính",
    title: str = "BÁO CÁO TỔNG HỢP KẾT QUẢ", more: Sequence[str] = ("Kỳ báo cáo: quý",), borders: bool = True, merge: bool = True,  # noqa: E501
    notes: Sequence[str] = (),
) -> bytes:  # fmt: skip
    """A whole form of one table."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Biểu 01"
    top = put_title(sheet, len(paths), number, basis, title, *more)
    row = put_table(sheet, top, paths, numbers, body, borders=borders, merge=merge)
    for note in notes:
        sheet.cell(row, 1, note)
        row += 1
    put_signature(sheet, row, len(paths))
    return saved(book)


def document_table(
    document: Any, paths: Sequence[Sequence[str]], numbers: Sequence[object] | None, body: Sequence[Sequence[object]]
) -> Any:
    """Adds a table with merged headings to a document."""
    height, cells = heading_cells(paths)
    table = document.add_table(rows=height + (numbers is not None) + len(body), cols=len(paths))
    table.style = "Table Grid"
    for row, column, rows, columns, text in cells:
        first = table.cell(row, column)
        if rows > 1 or columns > 1:
            first = first.merge(table.cell(row + rows - 1, column + columns - 1))
        first.text = text
    lines = ([numbers] if numbers is not None else []) + list(body)
    for offset, line in enumerate(lines):
        for column, value in enumerate(line):
            if value is not None:
                table.cell(height + offset, column).text = str(value)
    return table


def document_bytes(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def word(
    paths: Sequence[Sequence[str]], numbers: Sequence[object] | None, body: Sequence[Sequence[object]], *, lines: Sequence[str] = (),  # noqa: E501
    after: Sequence[str] = (),
) -> bytes:  # fmt: skip
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document_table(document, paths, numbers, body)
    for line in after:
        document.add_paragraph(line)
    return document_bytes(document)


GREY = PatternFill("solid", fgColor="FFBFBFBF")
