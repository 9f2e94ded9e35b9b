"""Lays out the annexes of circulars as XLSX and DOCX, and writes beside each what a careful person reads in it.

A document is a sequence of text lines and tables. The same tree of columns gives the merged header cells and the
expected paths, so that the two never differ by a slip; what a heading shows beyond its label (line breaks, a unit in
brackets, a number) is given as its text.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import yaml
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

MADE = datetime(2024, 1, 2, tzinfo=UTC).replace(
    tzinfo=None
)  # a fixed time in the documents' properties, so that they come out the same
GREY = "BFBFBF"
Change = Callable[[str], str]


@dataclass(frozen=True)
class Column:
    """A heading; a leaf (without ``parts``) is a figure to report."""

    text: str
    type: str | list[str] = "integer"
    unit: str | None = None
    parts: tuple[Column, ...] = ()
    label: str | None = None
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.label or plain(self.text)

    def leaves(self, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Column]]:
        if not self.parts:
            yield above, self
        for part in self.parts:
            yield from part.leaves((*above, self.name))

    @property
    def depth(self) -> int:
        return 1 + max((part.depth for part in self.parts), default=0)

    @property
    def width(self) -> int:
        return sum(part.width for part in self.parts) or 1


def num(text: str, unit: str | None = None, **more: Any) -> Column:
    return Column(text, "integer", unit, **more)


def dec(text: str, unit: str | None = None, **more: Any) -> Column:
    return Column(text, "decimal", unit, **more)


def either(text: str, unit: str | None = None, **more: Any) -> Column:
    """A figure of which the sheet does not tell whether it is whole."""
    return Column(text, ["integer", "decimal"], unit, **more)


def money(text: str, unit: str | None = None, **more: Any) -> Column:
    return Column(text, "money", unit, **more)


def rate(text: str, **more: Any) -> Column:
    return Column(text, "percent", "%", **more)


def words(text: str, **more: Any) -> Column:
    return Column(text, "text", None, **more)


def day(text: str, **more: Any) -> Column:
    return Column(text, "date", None, **more)


def choice(text: str, *choices: str, **more: Any) -> Column:
    return Column(text, "choice", None, choices=choices, **more)


def group(text: str, *parts: Column, label: str | None = None) -> Column:
    return Column(text, parts=parts, label=label)


@dataclass(frozen=True)
class Row:
    """A row of the body. ``stub`` is shown in the first columns; ``of`` names the ``key`` of the row it is part of.

    ``shown`` rows are not figures of the form (example units, dots, empty lines); a ``heading`` row may be read as a
    row or as a heading only. ``cells`` is what stands in the figures' cells, ``blocked`` those greyed or crossed.
    """

    stub: tuple[str, ...]
    key: str | None = None
    of: str | None = None
    label: str | None = None
    unit: str | None = None
    cells: tuple[str, ...] = ()
    blocked: tuple[int, ...] = ()
    mark: str = "x"
    bold: bool = False
    shown: bool = False
    heading: bool = False
    across: bool = False


def row(*stub: str, **more: Any) -> Row:
    return Row(stub, **more)


def shown(*stub: str, **more: Any) -> Row:
    return Row(stub, shown=True, **more)


@dataclass(frozen=True)
class Table:
    """A table and what is to be read in it. One that ``continues`` the table before it is no form of its own: the
    first part then names all its ``expected_rows``."""

    stubs: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    numbers: tuple[str, ...] = ()
    unit_row: tuple[str, ...] = ()
    title: str = ""
    kind: str = "grid"
    name_at: int = 1
    one_row: bool = False
    rules: tuple[Mapping[str, Any], ...] = ()
    formulas: Callable[[Callable[[int, int], str]], Mapping[tuple[int, int], str]] | None = None
    widths: tuple[float, ...] = ()
    continues: bool = False
    expected_rows: tuple[Row, ...] = ()

    def leaves(self) -> list[tuple[tuple[str, ...], Column]]:
        return [leaf for column in self.columns for leaf in column.leaves()]


@dataclass(frozen=True)
class Line:
    """One to three texts side by side: left, centre, right."""

    texts: tuple[str, ...]
    bold: bool = False
    italic: bool = False
    align: str = "center"


def pair(left: str, right: str, bold: bool = True) -> Line:
    return Line((left, right), bold=bold)


def three(left: str, middle: str, right: str) -> Line:
    return Line((left, middle, right))


def centre(text: str, bold: bool = True, italic: bool = False) -> Line:
    return Line((text,), bold, italic)


def left(text: str, bold: bool = False, italic: bool = False) -> Line:
    return Line((text,), bold, italic, "left")


def right(text: str, bold: bool = False, italic: bool = True) -> Line:
    return Line((text,), bold, italic, "right")


SPACE = Line(("",))
Block = Line | Table


@dataclass(frozen=True)
class Sheet:
    name: str
    blocks: tuple[Block, ...]
    first_column: int = 1
    split_lines: bool = False
    freeze: bool = False


@dataclass(frozen=True)
class Annex:
    """A file: ``sheets`` of a workbook, or one sequence of ``blocks`` of a text document."""

    name: str
    source: str
    sheets: tuple[Sheet, ...] = ()
    blocks: tuple[Block, ...] = ()
    frequencies: tuple[str, ...] = ()
    landscape: bool = True
    change: Change = field(default=str)
    font: str = "Times New Roman"
    capitals_font: str = ""

    @property
    def tables(self) -> list[Table]:
        blocks = self.blocks or [block for sheet in self.sheets for block in sheet.blocks]
        return [block for block in blocks if isinstance(block, Table)]


# --- what is expected -------------------------------------------------------------------------------------------------

_NUMBERING = re.compile(r"^(?:[-+–•*]\s*|(?:[IVX]+|[A-ZĐ]|\d+(?:\.\d+)*|[a-zđ])[.)]\s+|\d+(?:\.\d+)+\s+)")
_UNIT_TAIL = re.compile(
    r"\s*\((?:người|vụ|việc|cặp|hộ|trường|tổ|ha|kg|m2|m²|%|đồng|tr\.?\s?đ|trđ|(?:1\.?000|nghìn|triệu|tỷ) (?:đồng|đ|USD)"
    r"|1\.?000đ|tấn|lít|con|liều|tuổi|lượt người|vụ việc|cơ sở|chiếc|xe|tháng)\)$"
)


def plain(text: str) -> str:
    """The label a person would copy: one line, without numbering and without the unit in brackets at its end."""
    text = unicodedata.normalize("NFC", " ".join(text.replace("\u00a0", " ").split()))
    text = re.sub(r"(?<=[\w,]) -\s(?=\w)", " - ", text)
    previous = ""
    while previous != text:
        previous, text = text, _UNIT_TAIL.sub("", _NUMBERING.sub("", text)).strip()
    return text.rstrip(":").strip()


def expected(annex: Annex) -> dict[str, Any]:
    """What a careful person draws from this file, as plain data."""
    forms = [_expected_form(table) for table in annex.tables if not table.continues]
    return {"source": annex.source, "frequencies": list(annex.frequencies), "forms": forms}


def _expected_form(table: Table) -> dict[str, Any]:
    columns = [
        {"n": n, "label": column.name, "group": list(above), "type": column.type, "unit": column.unit}
        | ({"choices": list(column.choices)} if column.choices else {})
        for n, (above, column) in enumerate(table.leaves(), 1)
    ]
    form = {"title": table.title, "kind": table.kind, "columns": columns, "rows": _expected_rows(table)}
    return form | {"blocked": _expected_blocked(table), "rules": [dict(rule) for rule in table.rules]}


def _figures(table: Table) -> list[Row]:
    return [] if table.kind == "list" else [row for row in table.expected_rows or table.rows if not row.shown]


def _expected_rows(table: Table) -> list[dict[str, Any]]:
    if table.one_row:
        return [{"n": 1, "label": "*", "parent": None, "unit": None}]
    rows = _figures(table)
    place = {row.key: n for n, row in enumerate(rows, 1) if row.key}
    return [
        {
            "n": n,
            "label": row.label or plain(row.stub[min(table.name_at, len(row.stub) - 1)]),
            "parent": place[row.of] if row.of else None,
            "unit": row.unit,
        }
        | ({"heading": True} if row.heading else {})
        for n, row in enumerate(rows, 1)
    ]


def _expected_blocked(table: Table) -> list[str]:
    return [f"{n}.{column}" for n, row in enumerate(_figures(table), 1) for column in row.blocked]


def equality(total: int, *parts: int, scope: str = "column", optional: bool = False) -> dict[str, Any]:
    """``total`` = sum of ``parts`` (a negative number is subtracted)."""
    rule = {"kind": "equality", "scope": scope, "total": total, "parts": list(parts)}
    return rule | ({"optional": True} if optional else {})


def part(total: int, *parts: int, scope: str = "column", optional: bool = False) -> dict[str, Any]:
    """Each of ``parts`` is at most ``total``."""
    rule = {"kind": "part", "scope": scope, "total": total, "parts": list(parts)}
    return rule | ({"optional": True} if optional else {})


def ratio(total: int, over: list[int], under: list[int], optional: bool = False) -> dict[str, Any]:
    """``total`` = sum of ``over`` divided by sum of ``under`` (whatever the scale)."""
    rule = {"kind": "ratio", "scope": "column", "total": total, "parts": over, "of": under}
    return rule | ({"optional": True} if optional else {})


# --- a table as cells with spans ------------------------------------------------------------------------------------


@dataclass
class Cell:
    text: str
    down: int = 1
    across: int = 1
    bold: bool = False
    align: str = "center"
    grey: bool = False


def cells(table: Table) -> tuple[list[list[Cell | None]], int]:
    """The rows of cells (None: covered by a span) and how many of them are heading rows."""
    depth = max(column.depth for column in table.columns)
    width = len(table.stubs) + sum(column.width for column in table.columns)
    head: list[list[Cell | None]] = [[None] * width for _ in range(depth)]
    for place, stub in enumerate(table.stubs):
        head[0][place] = Cell(stub, down=depth, bold=True)
    place = len(table.stubs)
    for column in table.columns:
        _place(head, column, 0, place, depth)
        place += column.width
    for extra in (table.unit_row, table.numbers):
        if extra:
            assert len(extra) == width, (table.title, len(extra), width)
            head.append([Cell(text) for text in extra])
    return head + [_body(table, row, width) for row in table.rows], len(head)


def _place(head: list[list[Cell | None]], column: Column, at: int, place: int, depth: int) -> None:
    down = 1 if column.parts else depth - at
    head[at][place] = Cell(column.text, down, column.width, bold=True)
    for part_ in column.parts:
        _place(head, part_, at + 1, place, depth)
        place += part_.width


def _body(table: Table, row: Row, width: int) -> list[Cell | None]:
    if row.across:
        return [Cell(row.stub[0], across=width, bold=row.bold, align="left"), *[None] * (width - 1)]
    stub = [*row.stub, *[""] * (len(table.stubs) - len(row.stub))]
    found: list[Cell | None] = [
        Cell(text, bold=row.bold, align="left" if place == table.name_at else "center")
        for place, text in enumerate(stub)
    ]
    for n in range(1, width - len(table.stubs) + 1):
        text = row.cells[n - 1] if n <= len(row.cells) else ""
        grey = n in row.blocked and row.mark == "grey"
        found.append(Cell(row.mark if n in row.blocked and not grey else text, bold=row.bold, grey=grey))
    return found


# --- XLSX -----------------------------------------------------------------------------------------------------------

_THIN = Side(style="thin", color="000000")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def workbook(annex: Annex, path: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = MADE
    book.properties.creator = "Bộ"
    for sheet in annex.sheets:
        _Paper(annex, book.create_sheet(annex.change(sheet.name)), sheet).draw()
    data = io.BytesIO()
    book.save(data)
    path.write_bytes(_without_times(data.getvalue()))


class _Paper:
    def __init__(self, annex: Annex, page: Any, sheet: Sheet) -> None:
        self.annex, self.page, self.sheet = annex, page, sheet
        self.at = 1
        self.width = max(len(cells(table)[0][0]) for table in sheet.blocks if isinstance(table, Table))
        page.page_setup.orientation = "landscape"
        page.page_setup.paperSize = page.PAPERSIZE_A4
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr.fitToPage = True

    def draw(self) -> None:
        for block in self.sheet.blocks:
            self._table(block) if isinstance(block, Table) else self._line(block)

    def _put(self, cell: Cell, column: int, boxed: bool, italic: bool = False) -> None:
        text = cell.text if cell.text.startswith("=") else self.annex.change(cell.text)
        found = self.page.cell(self.at, column, _value(text) if boxed else text or None)
        font = self.annex.capitals_font if cell.text.isupper() and self.annex.capitals_font else self.annex.font
        found.font = Font(name=font, size=11 if boxed else 12, bold=cell.bold, italic=italic)
        found.alignment = Alignment(horizontal=cell.align, vertical="center", wrap_text=boxed or "\n" in text)
        if cell.down > 1 or cell.across > 1:
            self.page.merge_cells(
                start_row=self.at, end_row=self.at + cell.down - 1, start_column=column,
                end_column=column + cell.across - 1,
            )  # fmt: skip
        if cell.grey:
            found.fill = PatternFill("solid", start_color=GREY, end_color=GREY)
        if boxed:
            for down in range(cell.down):
                for across in range(cell.across):
                    self.page.cell(self.at + down, column + across).border = _BOX

    def _line(self, line: Line) -> None:
        spans = _spans(len(line.texts), self.width)
        parts = [text.split("\n") if self.sheet.split_lines else [text] for text in line.texts]
        for n in range(max(len(part_) for part_ in parts)):
            for (start, length), part_ in zip(spans, parts, strict=True):
                text = part_[n] if n < len(part_) else ""
                if text:
                    bold = line.bold and (n == 0 or len(line.texts) == 2)
                    self._put(Cell(text, across=length, bold=bold, align=line.align),
                              self.sheet.first_column + start, False, line.italic)  # fmt: skip
            tallest = max(part_[n].count("\n") + 1 if n < len(part_) else 1 for part_ in parts)
            self.page.row_dimensions[self.at].height = 16 * tallest
            self.at += 1

    def _table(self, table: Table) -> None:
        rows, head = cells(table)
        start, first = self.at, self.sheet.first_column
        formulas = table.formulas(lambda r, c: f"{get_column_letter(first + c - 1)}{start + head + r - 1}") if (
            table.formulas) else {}  # fmt: skip
        for index, cells_ in enumerate(rows):
            for place, cell in enumerate(cells_):
                if cell is not None:
                    formula = formulas.get((index - head + 1, place + 1))
                    self._put(Cell(formula) if formula else cell, first + place, True)
            if index < head - bool(table.numbers) - bool(table.unit_row):
                self.page.row_dimensions[self.at].height = 48 if any(
                    cell and cell.across == 1 and len(cell.text) > 9 for cell in cells_
                ) else 18  # fmt: skip
            self.at += 1
        self._choices(table, start + head, self.at - 1)
        for place in range(len(rows[0])):
            letter = get_column_letter(first + place)
            size = table.widths[place] if place < len(table.widths) else _width(table, place)
            known = self.page.column_dimensions
            known[letter].width = max(size, known[letter].width if letter in known else 0)
        if self.sheet.freeze:
            self.page.freeze_panes = self.page.cell(start + head, first + len(table.stubs))

    def _choices(self, table: Table, top: int, bottom: int) -> None:
        for place, (_, column) in enumerate(table.leaves()):
            if column.choices:
                letter = get_column_letter(self.sheet.first_column + len(table.stubs) + place)
                listed = DataValidation(type="list", formula1='"' + ",".join(column.choices) + '"', allow_blank=True)
                listed.add(f"{letter}{top}:{letter}{bottom}")
                self.page.add_data_validation(listed)


def _width(table: Table, place: int) -> float:
    if place >= len(table.stubs):
        return 12
    return 34 if place == table.name_at else 6 if place < table.name_at else 10


def _value(text: str) -> str | int | None:
    return int(text) if text.isdigit() and len(text) < 4 and not text.startswith("0") else text or None


def _spans(count: int, width: int) -> list[tuple[int, int]]:
    """Where ``count`` texts stand side by side over a table of that many columns: (first, how many)."""
    if count == 1:
        return [(0, width)]
    edges = [round(width * n / count) for n in range(count + 1)]
    return [(edges[n], max(1, edges[n + 1] - edges[n])) for n in range(count)]


def _without_times(data: bytes) -> bytes:
    """The same archive with one time for every member, so that it is the same whenever it is made."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info.filename)
            if info.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2024-01-02T00:00:00Z", content)
            plain_info = zipfile.ZipInfo(info.filename, (2024, 1, 2, 0, 0, 0))
            plain_info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(plain_info, content)
    return made.getvalue()


# --- DOCX -----------------------------------------------------------------------------------------------------------

_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


def document(annex: Annex, path: Path) -> None:
    made = docx.Document()
    made.core_properties.created = made.core_properties.modified = MADE
    made.core_properties.author = "Bộ"
    style = made.styles["Normal"]
    style.font.name, style.font.size = annex.font, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), annex.font)
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if annex.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Cm(1.5)
    for block in annex.blocks:
        if isinstance(block, Table):
            _docx_table(made, annex, block)
        else:
            _docx_line(made, annex, block)
    data = io.BytesIO()
    made.save(data)
    path.write_bytes(_without_times(data.getvalue()))


def _docx_line(made: Any, annex: Annex, line: Line) -> None:
    if len(line.texts) == 1:
        _write(made.add_paragraph(), annex, line.texts[0], line.bold, line.italic, line.align)
        return
    side = made.add_table(rows=1, cols=len(line.texts))
    for place, text in enumerate(line.texts):
        _fill(side.rows[0].cells[place], annex, text, line.bold, line.align)
    made.add_paragraph()


def _write(paragraph: Any, annex: Annex, text: str, bold: bool, italic: bool, align: str) -> None:
    paragraph.alignment = _ALIGN[align]
    paragraph.paragraph_format.space_after = Pt(0)
    for n, part_ in enumerate(annex.change(text).split("\n")):
        run = paragraph.add_run(part_)
        run.bold, run.italic = bold, italic
        if n < text.count("\n"):
            run.add_break()


def _fill(cell: Any, annex: Annex, text: str, bold: bool, align: str) -> None:
    """Text into a cell, one paragraph for each line, as word processors do."""
    for n, part_ in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        _write(paragraph, annex, part_, bold, False, align)


def _docx_table(made: Any, annex: Annex, table: Table) -> None:
    rows, head = cells(table)
    grid = made.add_table(rows=len(rows), cols=len(rows[0]))
    grid.style = "Table Grid"
    for down, cells_ in enumerate(rows):
        for place, cell in enumerate(cells_):
            if cell is None:
                continue
            found = grid.cell(down, place)
            if cell.down > 1 or cell.across > 1:
                found = found.merge(grid.cell(down + cell.down - 1, place + cell.across - 1))
            _fill(found, annex, cell.text, cell.bold, cell.align)
            if cell.grey:
                shade = OxmlElement("w:shd")
                shade.set(qn("w:val"), "clear")
                shade.set(qn("w:fill"), GREY)
                found._tc.get_or_add_tcPr().append(shade)
    for down in range(head):
        repeat = OxmlElement("w:tblHeader")
        grid.rows[down]._tr.get_or_add_trPr().append(repeat)


# --- writing --------------------------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    pass


def _sequence(dumper: yaml.SafeDumper, data: Sequence[Any]) -> yaml.Node:
    """Records of a form each on a line of their own, as forms are written in the schemas."""
    flat = all(not isinstance(item, dict) for item in data)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flat)


def _mapping(dumper: yaml.SafeDumper, data: Mapping[str, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style="n" in data or "scope" in data)


_Dumper.add_representer(list, _sequence)
_Dumper.add_representer(dict, _mapping)


def write(annex: Annex, folder: Path) -> None:
    """The file and its ``.expected.yaml`` into ``folder``; the same bytes every time."""
    if annex.sheets:
        workbook(annex, folder / f"{annex.name}.xlsx")
    else:
        document(annex, folder / f"{annex.name}.docx")
    text = yaml.dump(expected(annex), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    (folder / f"{annex.name}.expected.yaml").write_text(text, encoding="utf-8")
