"""A publication on paper: its sources and its tables as plain data for its PDF and its Word file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import docx
from docx.shared import Pt

from hub.domain.form import Label
from hub.domain.tables import Cell, Document, Table, issued_on, numbering, placed_header
from hub.writers.official_docx import add_form, add_line, set_page, steady
from hub.writers.official_table import Line, breakable, laid_out, number_text
from hub.writers.typesetting import typeset

MISSING, NOT_APPLICABLE, PROVISIONAL = "…", "x", "*"
LEGEND = f"{MISSING}: chưa có số liệu; {NOT_APPLICABLE}: không áp dụng; {PROVISIONAL}: số tạm tính, còn đơn vị chưa đủ."
TAGGED_CELLS = 6_000
"""Above this a PDF carries no structure for readers aloud: they read the report on its page."""


def write_publication_pdf(document: Document, attached: bytes) -> bytes:
    """PDF/A-3 in the layout of an administrative document, with the publication's own JSON attached; always the same
    bytes for the same document."""
    data = printed(document)
    cells = sum(len(table.rows) * len(table.column_codes) for table in document.tables)
    return typeset("publication", data | {"document": attached.decode()}, tagged=cells <= TAGGED_CELLS)


def write_publication_docx(document: Document) -> bytes:
    """The same as a Word file, for reading and reusing; the same bytes for the same document."""
    data = printed(document)
    word = docx.Document()
    style = word.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    word.core_properties.title = document.title.vi
    set_page(word.sections[0], False)
    _head(word, data)
    _facts(word, data)
    for table in data["tables"]:
        add_form(word, table)
        for note in table["notes"]:
            add_line(word, note, italic=True, centre=False)
    _signatures(word)
    return steady(word)


def printed(document: Document) -> dict[str, Any]:
    """All that the printed publication says, as texts in Vietnamese."""
    day = issued_on(document)
    return {
        "issuer": document.issuer.vi.upper(),
        "body": document.issuer.vi,
        "title": breakable(document.title.vi),
        "subtitle": document.subtitle.vi,
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "said_day": f"ngày {day.day:02} tháng {day.month:02} năm {day.year}",
        "facts": [
            [label.vi, breakable(text.vi if isinstance(text, Label) else text)] for label, text in document.facts
        ],
        "tables": [_table(table) for table in document.tables],
        "demonstration": document.demonstration,
    }


def _table(table: Table) -> dict[str, Any]:
    marked = any(cell.mark for row in table.rows for cell in row.cells)
    stub, lines = _columns(table)
    return {
        "code": table.code,
        "title": table.title.vi,
        "unit": table.unit.vi if table.unit is not None else "",
        "notes": [*(note.vi for note in table.notes), *([LEGEND] if marked else [])],
        **laid_out(stub, lines, [row.level for row in table.rows]),
    }


def _columns(table: Table) -> tuple[Line, list[Line]]:
    """The column of names, with the lines' numbers, and those of figures with what stands above each."""
    stacks: list[list[str]] = [[] for _ in range(len(table.column_codes) + 1)]
    for _, column, cell in placed_header(table):
        for stack in stacks[column : column + cell.span_cols]:
            stack.append(cell.label.vi)
    numbers = numbering(table.rows)
    lines = zip(numbers, table.rows, strict=True)
    names = [breakable(f"{number}. {row.label.vi}" if number else row.label.vi) for number, row in lines]
    longest = max(map(len, names), default=8)
    stub = Line(stacks[0][0] if stacks[0] else "", (), "A", names, "", False, min(longest, 16), min(longest, 34))
    return stub, [
        _column(stack or [code], f"({place})", [row.cells[place - 1] for row in table.rows])
        for place, (code, stack) in enumerate(zip(table.column_codes, stacks[1:], strict=True), 1)
    ]


def _column(stack: list[str], code: str, cells: list[Cell]) -> Line:
    *group, label = stack
    texts = [_text(cell) for cell in cells]
    longest = max(map(len, texts), default=1)
    words = max((len(word) for word in label.split()), default=1)
    numeric = not any(isinstance(cell.value, str) and len(cell.value) > 12 for cell in cells)
    if numeric:
        return Line(label, tuple(group), code, texts, "", True, max(longest, min(words, 8), 4), max(longest, 9))
    wanted = min(max(longest, words), 28)
    return Line(label, tuple(group), code, texts, "", False, min(wanted, 12), wanted)


def _text(cell: Cell) -> str:
    if isinstance(cell.value, Decimal | int):
        figure = number_text(cell.value, cell.decimals)
        return figure + PROVISIONAL if cell.mark == "provisional" else figure
    if cell.value is None:
        return {"missing": MISSING, "na": NOT_APPLICABLE}.get(cell.mark, "")
    return breakable(cell.value)


def _head(word: Any, data: dict[str, Any]) -> None:
    if data["demonstration"]:
        add_line(word, "DỮ LIỆU TRÌNH DIỄN – KHÔNG PHẢI SỐ LIỆU THẬT", bold=True)
    left, right = word.add_table(rows=1, cols=2).rows[0].cells
    add_line(left, data["issuer"], bold=True)
    add_line(left, "Số: ........./BC")
    add_line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True)
    add_line(right, "Độc lập – Tự do – Hạnh phúc", bold=True)
    add_line(right, f"Hà Nội, {data['said_day']}", italic=True)
    for text in ("BÁO CÁO", data["title"], data["subtitle"]):
        add_line(word, text, bold=True)


def _facts(word: Any, data: dict[str, Any]) -> None:
    add_line(word, "Nguồn số liệu", bold=True, centre=False)
    for label, text in data["facts"]:
        add_line(word, f"{label}: {text}", centre=False)
    add_line(word, f"Số liệu chi tiết tại {len(data['tables'])} biểu kèm theo.", centre=False)


def _signatures(word: Any) -> None:
    left, right = word.add_table(rows=1, cols=2).rows[0].cells
    add_line(left, "NGƯỜI LẬP BIỂU", bold=True)
    add_line(left, "(Ký, ghi rõ họ tên)", italic=True)
    add_line(right, "NGƯỜI CÓ THẨM QUYỀN KÝ", bold=True)
    add_line(right, "(Ký, đóng dấu, ghi rõ họ tên)", italic=True)
