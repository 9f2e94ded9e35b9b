"""Published tables as a workbook that looks like the annex of an official document; nothing in it is active (P30)."""

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
from hub.domain.tables import Cell, Document, HeaderCell, Table, TableRow, placed_header, shown_number
from hub.writers.row_height import height

SOURCES = "Nguồn"
MISSING, NOT_APPLICABLE = "…", "x"
_SIGNS = {"missing": MISSING, "na": NOT_APPLICABLE}
_NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO = "Độc lập - Tự do - Hạnh phúc"
_DEMONSTRATION = "DỮ LIỆU TRÌNH DIỄN, KHÔNG PHẢI SỐ LIỆU THẬT / DEMONSTRATION DATA, NOT REAL FIGURES"
_LEGEND = (
    f"{MISSING}: chưa có số liệu / missing; {NOT_APPLICABLE}: không áp dụng / not applicable; "
    "chữ nghiêng: số tạm tính / italics: provisional"
)
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
LABEL_WIDTH, COLUMN_WIDTH = 42, 16
_LONGEST_TEXT = 32_767
_MOST_DIGITS = 15
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def write_tables_xlsx(document: Document) -> bytes:
    """A sheet a table and a sheet ``Nguồn`` with the sources. The same document gives the same bytes.

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
    names = _sheet_names([table.code for table in document.tables])
    for name, table in zip(names, document.tables, strict=True):
        sheet = _TableSheet(workbook.add_worksheet(name), styles, document, table)
        sheet.write()
        references |= {f"{name}!{place}": reference for place, reference in sheet.references.items()}
    _write_sources(workbook.add_worksheet(SOURCES), styles, document)
    workbook.close()
    return buffer.getvalue(), references


def _sheet_names(codes: Sequence[str]) -> list[str]:
    """Names that Excel allows, one a code, none the same when case is ignored."""
    names: list[str] = []
    taken = {SOURCES.casefold(), "history"}
    for code in codes:
        stem = _SHEET_NAME.sub("_", code).strip("' ")[:27] or "Biểu"
        name, number = stem, 2
        while name.casefold() in taken:
            name, number = f"{stem}_{number}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


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
        self.last = max(len(table.column_codes), 1)
        self.line = 0
        self.references: dict[str, str] = {}

    def write(self) -> None:
        """The whole sheet, ready to print."""
        self._set_columns()
        self._write_heading()
        self._write_title()
        self._write_header()
        self.sheet.freeze_panes(self.line, 1)
        for row in self.table.rows:
            self._write_row(row)
        self._write_notes()

    def _set_columns(self) -> None:
        self.sheet.set_column(0, 0, LABEL_WIDTH)
        self.sheet.set_column(1, self.last, COLUMN_WIDTH)
        self.sheet.set_paper(9)
        if self.last > 4:
            self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.6, right=0.5, top=0.7, bottom=0.7)
        self.sheet.set_footer("&C&P/&N")

    def _write_heading(self) -> None:
        bold = self.styles(bold=True, align="center", text_wrap=True)
        half = self.last // 2
        self._across(0, half, self.document.issuer.vi.upper(), bold)
        self._across(half + 1, self.last, _NATION, bold)
        width = COLUMN_WIDTH * (self.last - half)
        self.sheet.set_row(self.line, height([(_NATION, width * 0.8), (self.document.issuer.vi, LABEL_WIDTH)]))
        self.line += 1
        self._across(half + 1, self.last, _MOTTO, self.styles(bold=True, align="center", underline=1))
        self.line += 2
        if self.document.demonstration:
            self._across(0, self.last, _DEMONSTRATION, self.styles(bold=True, align="center", font_color="#C00000"))
            self.line += 1

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
        top = self.line
        style = self.styles(bold=True, align="center", text_wrap=True, border=1, bg_color="#E7EEF7")
        texts: dict[int, list[tuple[str, float]]] = {}
        for line, column, cell in placed_header(self.table):
            self._header_cell(top + line, column, cell, style)
            width = LABEL_WIDTH if column == 0 else COLUMN_WIDTH
            texts.setdefault(line + cell.span_rows - 1, []).append((_both(cell.label), width * cell.span_cols))
        for line, cells in texts.items():
            self.sheet.set_row(top + line, height(cells))
        self.line += len(self.table.header)
        codes = self.styles(italic=True, align="center", border=1, font_size=10)
        self.sheet.write_string(self.line, 0, "Mã / Code", codes)
        for column, code in enumerate(self.table.column_codes, 1):
            self.sheet.write_string(self.line, column, _fitting(code), codes)
        self.sheet.repeat_rows(top, self.line)
        self.line += 1

    def _header_cell(self, line: int, column: int, cell: HeaderCell, style: Format) -> None:
        text = _both(cell.label)
        last_line, last_column = line + cell.span_rows - 1, column + cell.span_cols - 1
        if (last_line, last_column) != (line, column):
            self.sheet.merge_range(line, column, last_line, last_column, "", style)
        self.sheet.write_string(line, column, text, style)

    def _write_row(self, row: TableRow) -> None:
        bold = row.level == 0
        label = self.styles(bold=bold, border=1, indent=min(row.level, 15), text_wrap=True)
        self.sheet.write_string(self.line, 0, _fitting(row.label.vi), label)
        self.sheet.set_row(self.line, height([(row.label.vi, LABEL_WIDTH - row.level)]))
        for column, (_, cell) in enumerate(zip(self.table.column_codes, row.cells, strict=True), 1):
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
            digits = shown_number(value, cell.decimals)
            number = Decimal(digits)
            if _significant(number) > _MOST_DIGITS:
                self.sheet.write_string(self.line, column, digits, self.styles(**look, align="right"))
            else:
                style = self.styles(**look, align="right", num_format=_number_format(number))
                self.sheet.write_number(self.line, column, number, style)
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
        sheet.write_string(line, 0, _DEMONSTRATION, styles(bold=True, font_color="#C00000"))
        line += 1
    name, text_style = styles(bold=True, border=1, text_wrap=True), styles(border=1, text_wrap=True)
    for label, text in document.facts:
        sheet.write_string(line, 0, _both(label), name)
        sheet.write_string(line, 1, _both(text) if isinstance(text, Label) else _fitting(text), text_style)
        line += 1


def _both(label: Label) -> str:
    return _fitting(label.vi if label.vi == label.en or not label.en else f"{label.vi}\n{label.en}")


def _fitting(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def _significant(number: Decimal) -> int:
    """Digits from the first that is not zero to the last that is not."""
    digits = "".join(map(str, number.as_tuple().digits))
    return len(digits.strip("0"))


def _number_format(number: Decimal) -> str:
    exponent = number.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return "#,##0" + ("." + "0" * decimals if decimals else "")
