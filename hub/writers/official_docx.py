"""A version of a report as a plain Word file, for reading and reusing; what is signed is the PDF."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from hub.writers.official_table import BREAK

_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_official_docx(data: dict[str, Any]) -> bytes:
    """``data``: what :func:`hub.writers.official_pdf.report_data` gives; the same bytes for the same data."""
    word = Document()
    style = word.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    set_page(word.sections[0], False)
    _head(word, data)
    _narrative(word, data)
    for form in data["forms"]:
        if not form["empty"]:
            add_form(word, form)
    return steady(word)


def set_page(section: Any, landscape: bool) -> None:
    width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.left_margin, section.right_margin = Mm(20 if landscape else 30), Mm(20 if landscape else 15)
    section.top_margin = section.bottom_margin = Mm(20)


def add_line(parent: Any, text: str, *, bold: bool = False, italic: bool = False, centre: bool = True) -> Any:
    paragraph = parent.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centre else WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.space_after = Pt(3)
    run = paragraph.add_run(text.replace(BREAK, ""))
    run.bold, run.italic = bold, italic
    return paragraph


def _head(word: Any, data: dict[str, Any]) -> None:
    if data["demonstration"]:
        add_line(word, "DỮ LIỆU MINH HỌA – KHÔNG PHẢI SỐ LIỆU THẬT", bold=True)
    left, right = word.add_table(rows=1, cols=2).rows[0].cells
    for text in [data["superior"]] if data["superior"] else []:
        add_line(left, text)
    for text in data["heading"]:
        add_line(left, text, bold=True)
    add_line(left, "Số: ........./BC")
    add_line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True)
    add_line(right, "Độc lập – Tự do – Hạnh phúc", bold=True)
    add_line(right, f"{data['place']}, {data['said_day']}", italic=True)
    for text in ("BÁO CÁO", data["title"], data["period"]):
        add_line(word, text, bold=True)
    add_line(word, f"Kính gửi: {data['receiver']}.")


def _narrative(word: Any, data: dict[str, Any]) -> None:
    begun = f"Thực hiện quy định tại {data['basis']}, " if data["basis"] else ""
    add_line(word, f"{begun}{data['body']} xin báo cáo như sau:", centre=False)
    for number, section in enumerate(data["sections"], 1):
        add_line(word, f"{number}. {section['title']}", bold=True, centre=False)
        for paragraph in section["paragraphs"] or ["Không có nội dung."]:
            add_line(word, paragraph, centre=False)
    for form in data["forms"]:
        if form["empty"]:
            said = "không phát sinh trong kỳ" if form["nil"] else "không có số liệu"
            add_line(word, f"Biểu {form['code']} ({form['title']}): {said}.", centre=False)
    add_line(word, f"Phiên bản {data['version']}, SHA-256 {data['sha256']}.", italic=True, centre=False)


def add_form(word: Any, form: dict[str, Any]) -> None:
    set_page(word.add_section(), form["landscape"])
    add_line(word, f"Biểu {form['code']}. {form['title']}", bold=True)
    if form["unit"]:
        add_line(word, f"Đơn vị tính: {form['unit']}", italic=True)
    for part in form["blocks"]:
        _table(word, part, form["size"])
        word.add_paragraph()


def _table(word: Any, part: dict[str, Any], size: float) -> None:
    depth, width = len(part["head"]), len(part["codes"])
    lines = [*part["rows"], *([part["sums"]] if part["sums"] else [])]
    table = word.add_table(rows=depth + 1 + len(lines), cols=width)
    table.style = "Table Grid"
    rows = list(table.rows)  # looking a row up by its number walks the whole table
    for row in rows[: depth + 1]:
        _repeat(row)
    _headings(table, part["head"], width)
    for row, texts in zip(rows[depth:], [part["codes"], *lines], strict=True):
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(text.replace(BREAK, ""))
            run.font.size = Pt(size)
            if part["numeric"][place]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _headings(table: Any, head: list[list[dict[str, Any]]], width: int) -> None:
    taken: set[tuple[int, int]] = set()
    for line, shapes in enumerate(head):
        column = 0
        for shape in shapes:
            while (line, column) in taken:
                column += 1
            last = table.cell(line + shape["rows"] - 1, column + shape["columns"] - 1)
            cell = table.cell(line, column).merge(last)
            cell.paragraphs[0].add_run(shape["text"].replace(BREAK, "")).bold = True
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            taken |= {(line + y, column + x) for y in range(shape["rows"]) for x in range(shape["columns"])}


def _repeat(row: Any) -> None:
    """A line of the head that stands again on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def steady(word: Any) -> bytes:
    """The file with no moment of writing in it."""
    first, output = io.BytesIO(), io.BytesIO()
    word.save(first)
    with zipfile.ZipFile(first) as read, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as written:
        for name in sorted(read.namelist()):
            written.writestr(zipfile.ZipInfo(name, _EPOCH), read.read(name), zipfile.ZIP_DEFLATED)
    return output.getvalue()
