"""The sheet of findings, written by hand: every text is an inline string, so nothing on it can become a formula.

Head with title, facts and counts; then one table, gravest first. Findings that say the same stand under one line with
their count. Each line leads to its cell. Hidden at the right: what the next round must know to take the marks off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from xml.sax.saxutils import quoteattr

from lxml import etree

from hub.domain.form import Label
from hub.domain.sheet_layout import cell_name, column_letters
from hub.writers.marked_workbook.contents import KINDS, MAX_LINES, Cell, Group, Head, Item
from hub.writers.marked_workbook.sheet_map import MAIN
from hub.writers.marked_workbook.styles import StyleBook
from hub.writers.marked_workbook.text import looks_like_formula, quoted_sheet, xml_text

_COLUMNS: tuple[tuple[Label, float], ...] = (
    (Label("STT", "No."), 6),
    (Label("Mức độ", "Severity"), 14),
    (Label("Trang tính", "Sheet"), 11),
    (Label("Ô", "Cell"), 9),
    (Label("Hàng", "Row"), 26),
    (Label("Cột", "Column"), 24),
    (Label("Đã ghi", "Found"), 15),
    (Label("Yêu cầu", "Expected"), 17),
    (Label("Chênh lệch", "Difference"), 13),
    (Label("Nội dung và cách xử lý", "Message"), 58),
    (Label("Giải trình", "Explanation"), 22),
)
NUMBER, KIND, SHEET, CELL, ROW, COLUMN, FOUND, EXPECTED, DIFFERENCE, MESSAGE, EXPLANATION = range(len(_COLUMNS))
_RECORD = 16
"""First of the hidden columns (Q, R, S): sheet, fill, cells."""
_LONGEST_RECORD = 30_000
_LINE_HEIGHT = 15.0
_FONT = "Times New Roman"
_TALLEST = 400.0
_INK, _QUIET, _NAVY, _EDGE, _GROUP = "1F2933", "667085", "1F3A5F", "C9D1DA", "F1F4F7"
_TONES = {
    "error": ("B3261E", "FBE4E2"),
    "missing": ("7A5B00", "FFF6CF"),
    "warning": ("8A4B00", "FFEDD0"),
    "note": ("234E7D", "E6EFF8"),
}
_COUNTED = {
    "error": Label("lỗi phải sửa", "errors"),
    "missing": Label("chỗ còn thiếu", "missing"),
    "warning": Label("cảnh báo", "warnings"),
    "note": Label("lưu ý", "notes"),
}
_HOW = Label(
    "Bấm vào cột “Ô” để đến chỗ cần sửa. Sửa xong, lưu tệp và gửi lại chính tệp này; trang này và các dấu tô màu, "
    "ghi chú của hệ thống sẽ được bỏ qua khi đọc, không cần xóa.",
    "Click a cell's name to go there. Correct, save and upload this very file again; this sheet, colours and notes of "
    "the hub are ignored when it is read and need not be removed.",
)
_NOTHING = Label("Không có lỗi, cảnh báo hay lưu ý nào.", "There is no error, warning or note.")


@dataclass
class Looks:
    """The few styles of the sheet, each made once in the workbook's own styles."""

    book: StyleBook
    _made: dict[tuple[object, ...], int] = field(default_factory=dict)

    def __call__(
        self,
        *,
        colour: str = _INK,
        ground: str = "",
        size: float = 11,
        bold: bool = False,
        italic: bool = False,
        link: bool = False,
        edge: bool = True,
        align: str = "left",
        middle: bool = False,
        wrap: bool = True,
        quote: bool = False,
    ) -> int:
        key = (colour, ground, size, bold, italic, link, edge, align, middle, wrap, quote)
        if key not in self._made:
            font, fill, border = self._font(colour, size, bold, italic, link), self._fill(ground), self._border(edge)
            upright = "center" if middle else "top"
            wrapped, quoted = ' wrapText="1"' if wrap else "", ' quotePrefix="1"' if quote else ""
            indent = ' indent="1"' if align == "left" and edge else ""
            xf = etree.fromstring(
                f'<xf xmlns="{MAIN}" numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" '
                f'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"{quoted}>'
                f'<alignment horizontal="{align}" vertical="{upright}"{indent}{wrapped}/></xf>'
            )
            self._made[key] = self.book.add_style(xf)
        return self._made[key]

    def _font(self, colour: str, size: float, bold: bool, italic: bool, link: bool) -> int:
        said = f"{'<b/>' if bold else ''}{'<i/>' if italic else ''}{'<u/>' if link else ''}"
        look = f'<sz val="{size:g}"/><color rgb="FF{colour}"/><name val="{_FONT}"/><family val="1"/>'
        xml = f'<font xmlns="{MAIN}">{said}{look}</font>'
        return self.book.add("fonts", etree.fromstring(xml))

    def _fill(self, ground: str) -> int:
        inner = (
            f'<patternFill patternType="solid"><fgColor rgb="FF{ground}"/><bgColor indexed="64"/></patternFill>'
            if ground
            else '<patternFill patternType="none"/>'
        )
        return self.book.add("fills", etree.fromstring(f'<fill xmlns="{MAIN}">{inner}</fill>'))

    def _border(self, edge: bool) -> int:
        line = f' style="thin"><color rgb="FF{_EDGE}"/></' if edge else ""
        sides = "".join(
            f"<{side}{line}{side}>" if edge else f"<{side}/>" for side in ("left", "right", "top", "bottom")
        )
        return self.book.add("borders", etree.fromstring(f'<border xmlns="{MAIN}">{sides}<diagonal/></border>'))


@dataclass
class _Writer:
    """Rows as they are written, and what stands at the sheet's end."""

    looks: Looks
    rows: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    records: list[tuple[str, str, str]] = field(default_factory=list)
    at: int = 0

    def row(self, cells: Sequence[tuple[int, str, int]], height: float, *, inner: bool = False) -> None:
        """The next row, of (column, text as XML or "" for a blank, style)."""
        said = "".join(_cell(self.at, column, content, style) for column, content, style in cells)
        if self.at < len(self.records):
            said += "".join(
                _cell(self.at, _RECORD + index, f"<t>{xml_text(text)}</t>", 0)
                for index, text in enumerate(self.records[self.at])
            )
        level = ' outlineLevel="1"' if inner else ""
        tall = f' ht="{min(height, _TALLEST):g}" customHeight="1"' if height else ""
        self.rows.append(f'<row r="{self.at + 1}"{tall}{level}>{said}</row>')
        self.at += 1

    def merge(self, first: int, last: int) -> None:
        """The row just to be written is one cell between these columns."""
        self.merges.append(f"{cell_name(self.at, first)}:{cell_name(self.at, last)}")

    def link(self, column: int, sheet: str, cell: str) -> None:
        location = quoteattr(f"{quoted_sheet(sheet)}!{cell}")
        self.links.append(
            f'<hyperlink ref="{cell_name(self.at, column)}" location={location} display={quoteattr(cell)}/>'
        )


def _cell(row: int, column: int, content: str, style: int) -> str:
    name = cell_name(row, column)
    if not content:
        return f'<c r="{name}" s="{style}"/>'
    return f'<c r="{name}" s="{style}" t="inlineStr"><is>{content}</is></c>'


def _plain(text: str) -> str:
    return f'<t xml:space="preserve">{xml_text(text)}</t>' if text else ""


def _two(label: Label, *, colour: str = _INK, bold: bool = False, size: float = 11, apart: str = "\n") -> str:
    """Vietnamese, and the English quietly after it."""
    if not label.en or label.en == label.vi:
        return _rich(label.vi, colour, bold, False, size)
    return _rich(label.vi, colour, bold, False, size) + _rich(apart + label.en, _QUIET, False, True, size - 1)


def _rich(text: str, colour: str, bold: bool, italic: bool, size: float) -> str:
    said = f"{'<b/>' if bold else ''}{'<i/>' if italic else ''}"
    look = f'<sz val="{size:g}"/><color rgb="FF{colour}"/><rFont val="{_FONT}"/><family val="1"/>'
    return f"<r><rPr>{said}{look}</rPr>{_plain(text)}</r>"


def _height(*cells: tuple[str, float]) -> float:
    """Points that a row needs for these (text, width in characters)."""
    lines = (sum(max(1, ceil(len(line) * 0.8 / (width - 2))) for line in text.split("\n")) for text, width in cells)
    return _LINE_HEIGHT * max(lines, default=1) + 3


@dataclass(frozen=True)
class FindingsSheet:
    """What is written: the sheet's XML, the range of its table, and the row of the table's heading, from 1."""

    content: bytes
    table: str
    heading_row: int


def write_findings(
    head: Head,
    groups: Sequence[Group],
    looks: Looks,
    present: frozenset[str],
    explain_at: Mapping[str, tuple[str, str]],
    originals: Mapping[tuple[str, str], Sequence[Cell]],
) -> FindingsSheet:
    """The sheet. ``present``: the sheets that links may lead to; ``explain_at``: finding key → (sheet, cell) to explain
    it in; ``originals``: (sheet, fill) → the marked cells that had this fill before.
    """
    writer = _Writer(looks, records=_records(originals))
    _write_head(writer, head, groups)
    heading = writer.at
    _write_heading(writer)
    _write_groups(writer, groups, present, explain_at)
    last = max(writer.at - 1, heading)
    _write_rest(writer, groups)
    while writer.at < len(writer.records):
        writer.row([], 0)
    table = f"{cell_name(heading, 0)}:{cell_name(last, len(_COLUMNS) - 1)}"
    return FindingsSheet(_sheet(writer, heading, table), table, heading + 1)


# --- head ----------------------------------------------------------------------------------------------------------


def _write_head(writer: _Writer, head: Head, groups: Sequence[Group]) -> None:
    looks, width = writer.looks, sum(width for _, width in _COLUMNS)
    free = looks(edge=False)
    title = Label(f"KẾT QUẢ KIỂM TRA: {head.title.vi}", f"Findings: {head.title.en}" if head.title.en else "Findings")
    _line(writer, _rich(title.vi, _NAVY, True, False, 16), looks(size=16, middle=True, edge=False), 26)
    _line(writer, _rich(title.en, _QUIET, False, True, 11), free, 18)
    for name, value in head.facts:
        content = _rich(f"{name.vi} / {name.en}: ", _QUIET, False, False, 11) + _rich(value, _INK, True, False, 11)
        _line(writer, content, free, _height((f"{name.vi}{name.en}{value}", width)))
    _line(writer, "", free, 6)
    if head.verdict is not None:
        _line(writer, _two(head.verdict, bold=True, apart="  ·  "), free, 20)
    _write_counts(writer, groups)
    for text in (head.notice, _HOW if groups else None):
        if text is not None:
            _line(writer, _two(text, size=10.5), free, _height((f"{text.vi}\n{text.en}", width * 1.05)))
    _line(writer, "", free, 6)


def _line(writer: _Writer, content: str, style: int, height: float) -> None:
    """One line of the head, from edge to edge."""
    if content:
        writer.merge(0, len(_COLUMNS) - 1)
    writer.row([(0, content, style)] if content else [], height)


def _write_counts(writer: _Writer, groups: Sequence[Group]) -> None:
    """How many of each kind, as a row of quiet labels in the kinds' own colours."""
    cells: list[tuple[int, str, int]] = []
    spans = ((0, 1), (2, 3), (4, 4), (5, 5))
    for (first, last), (kind, said) in zip(spans, _COUNTED.items(), strict=True):
        count = sum(len(group.items) for group in groups if group.kind == kind)
        colour, ground = _TONES[kind] if count else (_QUIET, "F5F6F8")
        style = writer.looks(colour=colour, ground=ground, align="center", middle=True)
        content = _rich(f"{count:,}".replace(",", "."), colour, True, False, 14) + _rich(
            f"  {said.vi} / {said.en}", colour, False, False, 10
        )
        cells += [(column, content if column == first else "", style) for column in range(first, last + 1)]
        if last > first:
            writer.merge(first, last)
    writer.row(cells, 30)


def _write_heading(writer: _Writer) -> None:
    style = writer.looks(colour="FFFFFF", ground=_NAVY, bold=True, align="center", middle=True)
    cells = []
    for column, (label, _) in enumerate(_COLUMNS):
        content = _rich(label.vi, "FFFFFF", True, False, 11) + _rich(f"\n{label.en}", "D5DFEA", False, True, 10)
        cells.append((column, content, style))
    writer.row(cells, 34)


# --- table ---------------------------------------------------------------------------------------------------------


def _write_groups(
    writer: _Writer,
    groups: Sequence[Group],
    present: frozenset[str],
    explain_at: Mapping[str, tuple[str, str]],
) -> None:
    number = 0
    if not groups:
        writer.merge(0, len(_COLUMNS) - 1)
        writer.row([(0, _two(_NOTHING, apart="  ·  "), writer.looks(ground="E6F3E8", colour="1E6B1E"))], 22)
    for group in groups:
        if number >= MAX_LINES:
            return
        together = len(group.items) > 1
        if together:
            _write_group_line(writer, group)
        for item in group.items[: MAX_LINES - number]:
            number += 1
            _write_item(writer, number, item, present, explain_at.get(item.finding.key), inner=together)


def _write_group_line(writer: _Writer, group: Group) -> None:
    """What many findings say alike, said once, with how many they are."""
    colour, ground = _TONES[group.kind]
    plain, message = writer.looks(ground=_GROUP, bold=True), group.message
    said = {
        KIND: _plain(KINDS[group.kind].vi),
        SHEET: _plain(f"{len(group.items):,}".replace(",", ".") + " chỗ"),
        MESSAGE: _two(message, bold=True),
    }
    looks = {KIND: writer.looks(colour=colour, ground=ground, bold=True)}
    cells = [(column, said.get(column, ""), looks.get(column, plain)) for column in range(len(_COLUMNS))]
    writer.row(cells, _height((f"{message.vi}\n{message.en}", _COLUMNS[MESSAGE][1])))


def _write_item(
    writer: _Writer,
    number: int,
    item: Item,
    present: frozenset[str],
    explain_at: tuple[str, str] | None,
    *,
    inner: bool,
) -> None:
    looks, finding = writer.looks, item.finding
    colour, ground = _TONES[item.kind]
    plain, quiet = looks(), looks(colour=_QUIET, align="center")
    texts: dict[int, tuple[str, int]] = {
        NUMBER: (str(number), quiet),
        KIND: (KINDS[item.kind].vi, looks(colour=colour, ground=ground, bold=True)),
        SHEET: (item.sheet, plain),
        CELL: (item.cell, plain),
        ROW: (item.row, plain),
        COLUMN: (item.column, plain),
        FOUND: (finding.found or "", _typed(looks, finding.found)),
        EXPECTED: (finding.expected or "", _typed(looks, finding.expected)),
        DIFFERENCE: (finding.difference or "", _typed(looks, finding.difference)),
        EXPLANATION: ("", plain),
    }
    if item.sheet in present:
        writer.link(CELL if item.cell else SHEET, item.sheet, item.cell or "A1")
        column = CELL if item.cell else SHEET
        texts[column] = texts[column][0], looks(colour="0B5CAD", link=True)
    if item.asks:
        texts[EXPLANATION] = _write_explanation(writer, item, explain_at)
    message = Label(finding.message_vi, finding.message_en)
    cells = [(column, _plain(text), style) for column, (text, style) in texts.items()]
    said = _rich(message.vi, _QUIET, False, False, 11) if inner else _two(message)
    cells.append((MESSAGE, said, looks(wrap=not inner)))
    cells.sort()
    measured = [(text, _COLUMNS[column][1]) for column, (text, _) in texts.items()]
    if not inner:
        measured.append((f"{message.vi}\n{message.en}", _COLUMNS[MESSAGE][1]))
    writer.row(cells, _height(*measured), inner=inner)


def _write_explanation(writer: _Writer, item: Item, explain_at: tuple[str, str] | None) -> tuple[str, int]:
    """What was explained already, or where to explain it."""
    if explain_at is None:
        return item.explanation or "Giải trình trên trang của báo cáo", writer.looks()
    sheet, cell = explain_at
    writer.link(EXPLANATION, sheet, cell)
    style = writer.looks(colour="0B5CAD", ground="FFFBE6", link=True)
    if item.explanation:
        return f"Đã giải trình: {sheet}!{cell}", style
    return f"Ghi tại {sheet}!{cell}", style


def _typed(looks: Looks, text: str | None) -> int:
    """Found and expected values; quoted where somebody's program might take them for a formula."""
    return looks(quote=looks_like_formula(text or ""))


def _write_rest(writer: _Writer, groups: Sequence[Group]) -> None:
    more = sum(len(group.items) for group in groups) - MAX_LINES
    if more <= 0:
        return
    shown = f"{more:,}".replace(",", ".")
    said = Label(
        f"Còn {shown} nội dung nữa không liệt kê ở đây; các ô liên quan vẫn được tô màu, ghi chú trên từng trang tính.",
        f"{more:,} more are not listed here; their cells are coloured and commented on their sheets all the same.",
    )
    writer.merge(0, len(_COLUMNS) - 1)
    writer.row([(0, _two(said, bold=True, apart="  ·  "), writer.looks(ground="F5F6F8"))], 24)


# --- the hidden record and the frame -------------------------------------------------------------------------------


def _records(originals: Mapping[tuple[str, str], Sequence[Cell]]) -> list[tuple[str, str, str]]:
    """(sheet, fill, cells) as long as a cell can hold."""
    found: list[tuple[str, str, str]] = []
    for (sheet, fill), cells in sorted(originals.items()):
        line = ""
        for cell in sorted(cells):
            name = cell_name(*cell)
            if len(line) + len(name) >= _LONGEST_RECORD:
                found.append((sheet, fill, line))
                line = ""
            line += f" {name}" if line else name
        found.append((sheet, fill, line))
    return found


RECORD_COLUMNS = (_RECORD, _RECORD + 1, _RECORD + 2)


def _sheet(writer: _Writer, heading: int, table: str) -> bytes:
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width:g}" customWidth="1"/>' for at, (_, width) in enumerate(_COLUMNS, 1)
    )
    columns += f'<col min="{_RECORD + 1}" max="{_RECORD + 3}" width="9" hidden="1" customWidth="1"/>'
    below = cell_name(heading + 1, 0)
    merges = "".join(f'<mergeCell ref="{each}"/>' for each in writer.merges)
    links = f"<hyperlinks>{''.join(writer.links)}</hyperlinks>" if writer.links else ""
    last = f"{column_letters(_RECORD + 2)}{max(writer.at, 1)}"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="FFB3261E"/><outlinePr summaryBelow="0"/>'
        f'<pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:{last}"/>'
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{heading + 1}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="{below}" sqref="{below}"/></sheetView></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15" outlineLevelRow="1"/>'
        f"<cols>{columns}</cols><sheetData>{''.join(writer.rows)}</sheetData>"
        f'<autoFilter ref="{table}"/><mergeCells count="{len(writer.merges)}">{merges}</mergeCells>{links}'
        '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;L&amp;A&amp;R&amp;P/&amp;N</oddFooter></headerFooter></worksheet>"
    ).encode()
