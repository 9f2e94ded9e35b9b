"""Published tables as a workbook that looks like the annex of an official document; nothing in it is active (P30).

A sheet a table, a sheet of charts over them, a sheet of sources, then each table once more as plain data (header in row
1, codes as text) for whoever goes on working with the figures.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from hub.domain.form import Label
from hub.domain.tables import (
    Cell,
    Document,
    HeaderCell,
    Table,
    TableRow,
    issued_on,
    numbering,
    placed_header,
    shown_number,
)
from hub.writers.row_height import height
from hub.writers.tables_charts import CHARTS, DEMONSTRATION, Drawn, write_charts
from hub.writers.tables_data_sheets import write_data_sheet
from hub.writers.workbook_digits import write_figure

SOURCES = "Nguồn số liệu"
DATA = "DL "
"""Begins the name of the sheet that holds a table as plain data."""
MISSING, NOT_APPLICABLE = "…", "x"
_SIGNS = {"missing": MISSING, "na": NOT_APPLICABLE}
_NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO = "Độc lập - Tự do - Hạnh phúc"
_LEGEND = (
    f"{MISSING}: chưa có số liệu / missing; {NOT_APPLICABLE}: không áp dụng / not applicable; "
    "chữ nghiêng: số tạm tính / italics: provisional"
)
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
LABEL_WIDTH, COLUMN_WIDTH, NUMBER_WIDTH = 42, 16, 7
_READING = (
    "Mỗi biểu có một trang trình bày để in và một trang “DL …” chứa cùng số liệu ở dạng bảng thuần: dòng 1 là tên cột, "
    "mã ghi dạng chữ. / Each table stands on a sheet laid out for print and on a sheet “DL …” with the same figures as "
    "plain data: names of columns in row 1, codes as text.",
    "Số liệu trên 15 chữ số có nghĩa được ghi dạng chữ để không mất chữ số nào. / Figures of more than 15 significant "
    "digits are text, so that no digit is lost.",
)
_LONGEST_TEXT = 32_767
_NUMBER = Label("STT", "No.")
_SIGNATURES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("NGƯỜI LẬP BIỂU", "NGƯỜI CÓ THẨM QUYỀN KÝ", {"bold": True}),
    ("(Ký, ghi rõ họ tên)", "(Ký, đóng dấu, ghi rõ họ tên)", {"italic": True, "font_size": 11}),
)
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def write_tables_xlsx(document: Document) -> bytes:
    """Annex sheets, charts, sources and plain data. The same document gives the same bytes.

    A figure of more than 15 significant digits is a text cell, since a workbook's numbers hold no more; text longer
    than a cell can hold is cut and ends in ``…``. No formulas, no links, no protection. ValueError if a row has not as
    many cells as its table has columns.
    """
    return _written(document)[0]


def figure_cells(document: Document) -> dict[str, str]:
    """Where each traceable figure stands in the workbook of :func:`write_tables_xlsx`: ``T1!C9`` → its reference."""
    return _written(document)[1]


def _written(document: Document) -> tuple[bytes, dict[str, str]]:
    buffer = io.BytesIO()
    workbook = Workbook(buffer, _SAFE)
    references: dict[str, str] = {}
    workbook.set_properties(
        {"title": document.title.vi, "subject": document.subtitle.vi, "created": document.created_at}
    )
    workbook.set_calc_mode("auto")
    styles = _Styles(workbook)
    names, data_names = _sheet_names([table.code for table in document.tables])
    drawn: list[Drawn] = []
    for name, table in zip(names, document.tables, strict=True):
        sheet = _TableSheet(workbook.add_worksheet(name), styles, document, table)
        sheet.write()
        references |= {f"{name}!{place}": reference for place, reference in sheet.references.items()}
        drawn.append(Drawn(name, table, sheet.body, sheet.stub))
    write_charts(workbook, drawn, document.demonstration)
    _write_sources(workbook.add_worksheet(SOURCES), styles, document)
    for name, table in zip(data_names, document.tables, strict=True):
        found = write_data_sheet(workbook.add_worksheet(name), table, styles, document.demonstration)
        references |= {f"{name}!{place}": reference for place, reference in found.items()}
    workbook.close()
    return buffer.getvalue(), references


def _sheet_names(codes: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names that Excel allows, two a code: of its sheet and of its data; none the same when case is ignored."""
    names: list[str] = []
    taken = {SOURCES.casefold(), CHARTS.casefold(), "nguồn", "history"}
    for code in codes:
        stem = _SHEET_NAME.sub("_", code).strip("' ")[:24] or "Biểu"
        name, number = stem, 2
        while not taken.isdisjoint({name.casefold(), (DATA + name).casefold()}):
            name, number = f"{stem}_{number}", number + 1
        taken |= {name.casefold(), (DATA + name).casefold()}
        names.append(name)
    return names, [DATA + name for name in names]


class _Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(_FONT | properties)
        return self._made[key]


class _TableSheet:
    """One table on one sheet: heading, title, header, body, notes, from the top down."""

    def __init__(self, sheet: Worksheet, styles: _Styles, document: Document, table: Table) -> None:
        self.sheet, self.styles, self.document, self.table = sheet, styles, document, table
        self.stub = 0 if document.layout == 1 else 1
        self.last = self.stub + max(len(table.column_codes), 1)
        self.line = self.body = 0
        self.references: dict[str, str] = {}

    def write(self) -> None:
        """The whole sheet, ready to print."""
        self._set_columns()
        self._write_heading()
        self._write_title()
        self._write_header()
        self.sheet.freeze_panes(self.line, self.stub + 1)
        self.body = self.line
        for row, number in zip(self.table.rows, numbering(self.table.rows), strict=True):
            self._write_row(row, number)
        self._write_notes()
        self._write_signatures()

    def _set_columns(self) -> None:
        if self.stub:
            self.sheet.set_column(0, 0, NUMBER_WIDTH)
        self.sheet.set_column(self.stub, self.stub, LABEL_WIDTH)
        self.sheet.set_column(self.stub + 1, self.last, COLUMN_WIDTH)
        self.sheet.set_paper(9)
        if self.last > 5:
            self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.center_horizontally()
        self.sheet.set_margins(left=0.6, right=0.5, top=0.7, bottom=0.7)
        self.sheet.set_footer("&C&P/&N")

    def _write_heading(self) -> None:
        bold = self.styles(bold=True, align="center", text_wrap=True)
        half = self._half()
        self._across(0, half, self.document.issuer.vi.upper(), bold)
        self._across(half + 1, self.last, _NATION, bold)
        width = COLUMN_WIDTH * (self.last - half)  # what stands right of the middle is all figures
        self.sheet.set_row(self.line, height([(_NATION, width * 0.8), (self.document.issuer.vi, LABEL_WIDTH)]))
        self.line += 1
        self._across(half + 1, self.last, _MOTTO, self.styles(bold=True, align="center", underline=1))
        self.line += 1
        made, day = self.styles(italic=True, align="center"), issued_on(self.document)
        self._across(half + 1, self.last, f"Hà Nội, ngày {day.day:02} tháng {day.month:02} năm {day.year}", made)
        self.line += 1
        if self.document.demonstration:
            self._across(0, self.last, DEMONSTRATION, self.styles(bold=True, align="center", font_color="#C00000"))
            self.line += 1

    def _half(self) -> int:
        """The last column of the left half of the page, by width."""
        room, right = self.last - self.stub, 2 if self.last - self.stub > 1 else 1
        while right < room and right * COLUMN_WIDTH < LABEL_WIDTH + (room - right) * COLUMN_WIDTH:
            right += 1
        return max(self.stub, self.last - right)

    def _write_title(self) -> None:
        table, document = self.table, self.document
        centre = self.styles(align="center", text_wrap=True)
        bold = self.styles(bold=True, align="center", text_wrap=True, font_size=14)
        italic = self.styles(italic=True, align="center", text_wrap=True)
        self._whole_line(f"{table.code}. {table.title.vi}", bold)
        self._whole_line(table.title.en, italic)
        self._whole_line(document.title.vi, centre)
        self._whole_line(document.subtitle.vi, centre)
        if table.unit is not None:
            text = f"Đơn vị tính: {table.unit.vi} / Unit: {table.unit.en}"
            self._whole_line(text, self.styles(italic=True, align="right"))

    def _write_header(self) -> None:
        top, lines = self.line, max(len(self.table.header), 1)
        style = self.styles(bold=True, align="center", text_wrap=True, border=1, bg_color="#E7EEF7")
        texts: dict[int, list[tuple[str, float]]] = {}
        for line, column, cell in placed_header(self.table):
            self._header_cell(top + line, self.stub + column, cell, style)
            width = LABEL_WIDTH if column == 0 else COLUMN_WIDTH
            texts.setdefault(line + cell.span_rows - 1, []).append((_both(cell.label), width * cell.span_cols))
        for line, cells in texts.items():
            self.sheet.set_row(top + line, height(cells))
        if self.stub and self.table.header:
            self._header_cell(top, 0, HeaderCell(_NUMBER, 1, lines), style)
        self.line += len(self.table.header)
        codes = self.styles(italic=True, align="center", border=1, font_size=10)
        if self.stub:
            self.sheet.write_string(self.line, 0, "" if self.table.header else _both(_NUMBER), codes)
        self.sheet.write_string(self.line, self.stub, "Mã / Code", codes)
        for column, code in enumerate(self.table.column_codes, self.stub + 1):
            self.sheet.write_string(self.line, column, _fitting(code), codes)
        self.sheet.repeat_rows(top, self.line)
        self.line += 1

    def _header_cell(self, line: int, column: int, cell: HeaderCell, style: Format) -> None:
        text = _both(cell.label)
        last_line, last_column = line + cell.span_rows - 1, column + cell.span_cols - 1
        if (last_line, last_column) != (line, column):
            self.sheet.merge_range(line, column, last_line, last_column, "", style)
        self.sheet.write_string(line, column, text, style)

    def _write_row(self, row: TableRow, number: str) -> None:
        bold = row.level == 0
        label = self.styles(bold=bold, border=1, indent=min(row.level, 15), text_wrap=True)
        if self.stub:
            self.sheet.write_string(self.line, 0, number, self.styles(bold=bold, border=1, align="center"))
        self.sheet.write_string(self.line, self.stub, _fitting(row.label.vi), label)
        self.sheet.set_row(self.line, height([(row.label.vi, LABEL_WIDTH - row.level)]))
        cells = zip(self.table.column_codes, row.cells, strict=True)
        for column, (_, cell) in enumerate(cells, self.stub + 1):
            self._write_cell(column, cell, bold)
            if cell.ref is not None:
                self.references[xl_rowcol_to_cell(self.line, column)] = cell.ref
            if cell.note:
                self.sheet.write_comment(self.line, column, _fitting(cell.note))
        self.line += 1

    def _write_cell(self, column: int, cell: Cell, bold: bool) -> None:
        look: dict[str, Any] = {"bold": bold, "border": 1, "italic": cell.mark == "provisional"}
        value = cell.value
        if isinstance(value, Decimal | int):
            write_figure(self.sheet, self.line, column, shown_number(value, cell.decimals), self.styles, look)
        elif value is None and cell.mark in _SIGNS:
            self.sheet.write_string(self.line, column, _SIGNS[cell.mark], self.styles(**look, align="center"))
        elif value is None:
            self.sheet.write_blank(self.line, column, None, self.styles(**look))
        else:
            self.sheet.write_string(self.line, column, _fitting(value), self.styles(**look, text_wrap=True))

    def _write_notes(self) -> None:
        self.line += 1
        small = self.styles(italic=True, font_size=10, text_wrap=True)
        marked = any(cell.mark for row in self.table.rows for cell in row.cells)
        for text in [*map(_both, self.table.notes), *([_LEGEND] if marked else [])]:
            self._whole_line(text, small)

    def _write_signatures(self) -> None:
        """Room for who drew the table up and for who signs it (Decree 30/2020, Annex I)."""
        if not self.stub:
            return
        self.line += 1
        half = self._half()
        for left, right, look in _SIGNATURES:
            style = self.styles(align="center", text_wrap=True, **look)
            self._across(0, half, left, style)
            self._across(half + 1, self.last, right, style)
            self.line += 1

    def _whole_line(self, text: str, style: Format) -> None:
        if text:
            self._across(0, self.last, text, style)
            self.line += 1

    def _across(self, first: int, last: int, text: str, style: Format) -> None:
        """Text over several columns of the current line; a blank string leaves them free."""
        if not text:
            return
        if last > first:
            self.sheet.merge_range(self.line, first, self.line, last, "", style)
        self.sheet.write_string(self.line, first, _fitting(text), style)


def _write_sources(sheet: Worksheet, styles: _Styles, document: Document) -> None:
    """What the figures stand on: coverage, cut-off, manifest and hashes, one fact a line."""
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 90)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, "Nguồn số liệu / Sources", styles(bold=True, font_size=14))
    line = 1
    if document.demonstration:
        sheet.write_string(line, 0, DEMONSTRATION, styles(bold=True, font_color="#C00000"))
        line += 1
    name, text_style = styles(bold=True, border=1, text_wrap=True), styles(border=1, text_wrap=True)
    for label, text in document.facts:
        sheet.write_string(line, 0, _both(label), name)
        said = _both(text) if isinstance(text, Label) else _fitting(text)
        sheet.write_string(line, 1, said, text_style)
        sheet.set_row(line, height([(_both(label), 44), (said, 90)]))
        line += 1
    line += 1
    for text in _READING:
        sheet.merge_range(line, 0, line, 1, "", styles(italic=True, text_wrap=True))
        sheet.write_string(line, 0, text, styles(italic=True, text_wrap=True))
        sheet.set_row(line, height([(text, 134)]))
        line += 1


def _both(label: Label) -> str:
    return _fitting(label.vi if label.vi == label.en or not label.en else f"{label.vi}\n{label.en}")


def _fitting(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
