"""A text document → one sheet of lines and tables, with automatic numbers written out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from hub.domain.legacy_fonts import LegacyFont, legacy_font
from hub.drafting.cleaning import clean
from hub.drafting.grid import Block, Cell, Line, Sheet, Source, Table
from hub.drafting.word_numbers import Numbers
from hub.errors import BadRequest

MOST_CELLS = 50_000
_GREY_FROM, _GREY_TO = 0x40, 0xE8
_SUPERSCRIPTS = {"2": "²", "3": "³"}


def read_word(content: bytes) -> Source:
    """The document's body. BadRequest if it holds far more than a form does."""
    document = Document(io.BytesIO(content))
    reader = _Reader(document)
    blocks = tuple(reader.blocks(document.element.body))
    if reader.cells > MOST_CELLS:
        raise BadRequest(
            "Tệp chứa quá nhiều ô: hãy gửi riêng phần biểu mẫu.", "The file holds too many cells: give the form alone."
        )
    remarks = (("old_font", "", {"font": str(reader.font)}),) if reader.font else ()
    return Source((Sheet("", blocks),), remarks)


class _Reader:
    """Walks a document's body; counts tables, so that every cell can say where it stands."""

    def __init__(self, document: Any) -> None:
        self.numbers = Numbers(document)
        self.tables = 0
        self.lines = 0
        self.cells = 0
        texts = (node.text or "" for node in document.element.body.iter(qn("w:t")))
        self.font: LegacyFont | None = legacy_font(clean(" ".join(texts)[:20_000]))

    def blocks(self, parent: Any) -> Iterator[Block]:
        for element in parent:
            if element.tag == qn("w:p"):
                yield from self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                yield from self._table(element)
            elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:smartTag")):
                yield from self.blocks(element)

    # lines

    def _paragraph(self, element: Any) -> Iterator[Line]:
        self.lines += 1
        text = self._text_of(element)
        alignment = element.find(f"{qn('w:pPr')}/{qn('w:jc')}")
        centered = alignment is not None and alignment.get(qn("w:val")) == "center"
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        level = self.numbers.heading_level(style.get(qn("w:val")) if style is not None else None)
        for line in text.split("\n"):
            if line.strip():
                yield Line(line.strip(), f"đoạn {self.lines}", _is_bold(element), centered, level)

    def _text_of(self, paragraph: Any) -> str:
        pieces: list[str] = []
        for node in paragraph.iter():
            if node.tag == qn("w:t"):
                pieces.append(_with_superscript(node))
            elif node.tag in (qn("w:tab"), qn("w:ptab")) and node.getparent().tag == qn("w:r"):
                pieces.append("   ")
            elif node.tag in (qn("w:br"), qn("w:cr")):
                pieces.append("\n")
            elif node.tag == qn("w:noBreakHyphen"):
                pieces.append("-")
        raw = "".join(pieces)
        text = clean(raw, self._font_of(paragraph, raw))
        number = self.numbers.next_of(paragraph)
        return f"{number} {text}".strip() if number and text else text or number

    def _font_of(self, paragraph: Any, raw: str) -> LegacyFont | None:
        if any("\u1ea0" <= letter <= "\u1ef9" for letter in raw):
            return None
        for node in paragraph.iter(qn("w:rFonts")):
            name = node.get(qn("w:ascii")) or ""
            if name.startswith(".Vn"):
                return "TCVN3"
            if name.upper().startswith("VNI"):
                return "VNI"
        return self.font

    # tables

    def _table(self, element: Any) -> Iterator[Block]:
        self.tables += 1
        number = self.tables
        nested = [inner for inner in element.iter(qn("w:tbl")) if inner is not element]
        cells = self._cells_of(element, f"bảng {number}")
        self.cells += len(cells)
        yield Table(tuple(cells), f"bảng {number}", bordered=_has_borders(element))
        for inner in nested:
            if _parent_table(inner) is element:
                yield from self._table(inner)

    def _cells_of(self, table: Any, place: str) -> list[Cell]:
        open_cells: dict[int, int] = {}
        found: list[Cell] = []
        rows = [row for row in table.iter(qn("w:tr")) if _parent_table(row) is table]
        for row_number, row in enumerate(rows):
            column = _skipped(row)
            for element in _own_cells(row):
                span, merge = _span(element), _merge(element)
                where = f"{place}, dòng {row_number + 1}, cột {column + 1}"
                cell = self._cell(element, row_number, column, span, where)
                if merge == "continue" and column in open_cells and found[open_cells[column]].columns == span:
                    index = open_cells[column]
                    found[index] = _taller(found[index], row_number, cell.text)
                else:
                    found.append(cell)
                    if merge is not None:
                        open_cells[column] = len(found) - 1
                    else:
                        open_cells.pop(column, None)
                column += span
        return found

    def _cell(self, element: Any, row: int, column: int, span: int, place: str) -> Cell:
        paragraphs = [p for p in element.iter(qn("w:p")) if _parent_table(p) is _parent_table(element)]
        lines = [self._text_of(paragraph) for paragraph in paragraphs]
        text = "\n".join(line for line in lines if line)
        bold = bool(text) and all(_is_bold(p) for p, line in zip(paragraphs, lines, strict=True) if line)
        indent = max((_indent(p) for p in paragraphs), default=0)
        choices = tuple(
            dict.fromkeys(
                clean(item.get(qn("w:displayText")) or item.get(qn("w:value")) or "")
                for item in element.iter(qn("w:listItem"))
                if item.get(qn("w:value"))
            )
        )
        return Cell(row, column, text, 1, span, bold, _is_grey(element), indent, choices=choices, place=place)


def _parent_table(element: Any) -> Any:
    parent = element.getparent()
    while parent is not None and parent.tag != qn("w:tbl"):
        parent = parent.getparent()
    return parent


def _own_cells(row: Any) -> Iterator[Any]:
    for element in row:
        if element.tag == qn("w:tc"):
            yield element
        elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml")):
            yield from _own_cells(element)


def _skipped(row: Any) -> int:
    before = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    return int(before.get(qn("w:val")) or 0) if before is not None else 0


def _span(cell: Any) -> int:
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return min(max(int(span.get(qn("w:val")) or 1), 1), 300) if span is not None else 1


def _merge(cell: Any) -> str | None:
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return None if merge is None else merge.get(qn("w:val")) or "continue"


def _taller(cell: Cell, row: int, text: str) -> Cell:
    joined = "\n".join(part for part in (cell.text, text) if part)
    return replace(cell, rows=row - cell.row + 1, text=joined)


def _is_grey(cell: Any) -> bool:
    shade = cell.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
    if shade is None:
        return False
    if (shade.get(qn("w:val")) or "clear") not in ("clear", "nil", "solid"):
        return True
    fill = shade.get(qn("w:fill")) or "auto"
    try:
        red, green, blue = (int(fill[i : i + 2], 16) for i in (0, 2, 4))
    except ValueError:
        return False
    return max(red, green, blue) - min(red, green, blue) <= 12 and max(red, green, blue) <= _GREY_TO


def _is_bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.iter(qn("w:r")) if any((t.text or "").strip() for t in run.iter(qn("w:t")))]
    return bool(runs) and all(_on(run.find(f"{qn('w:rPr')}/{qn('w:b')}")) for run in runs)


def _on(flag: Any) -> bool:
    return flag is not None and flag.get(qn("w:val")) not in ("0", "false", "none")


def _indent(paragraph: Any) -> int:
    """Steps of about half a centimetre that the paragraph stands to the right."""
    indent = paragraph.find(f"{qn('w:pPr')}/{qn('w:ind')}")
    if indent is None:
        return 0
    try:
        left = int(float(indent.get(qn("w:left")) or indent.get(qn("w:start")) or 0))
        first = int(float(indent.get(qn("w:firstLine")) or 0)) - int(float(indent.get(qn("w:hanging")) or 0))
    except ValueError:
        return 0
    return max(0, (left + first) // 280)


def _has_borders(table: Any) -> bool:
    borders = table.find(f"{qn('w:tblPr')}/{qn('w:tblBorders')}")
    if borders is not None:
        inside = borders.find(qn("w:insideH"))
        return inside is not None and inside.get(qn("w:val")) not in (None, "nil", "none")
    style = table.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}")
    if style is not None and "grid" in (style.get(qn("w:val")) or "").lower():
        return True
    return any(border.tag == qn("w:tcBorders") for border in table.iter(qn("w:tcBorders")))


def _with_superscript(node: Any) -> str:
    """The run's text; a raised 2 or 3 becomes ² or ³, any other raised text (a footnote's number) is left out."""
    text = node.text or ""
    raised = node.getparent().find(f"{qn('w:rPr')}/{qn('w:vertAlign')}")
    if raised is None or raised.get(qn("w:val")) != "superscript":
        return text
    return _SUPERSCRIPTS.get(text.strip(), "")
