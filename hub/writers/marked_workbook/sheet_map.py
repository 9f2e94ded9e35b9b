"""Where cells, rows and the sheet's other elements stand in the bytes of its XML, so that edits are cuts of bytes.

One pass of a strict parser (any DOCTYPE is refused) that keeps byte offsets: prefixes, quoting, attributes and elements
that nobody here knows stay as they were written.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from hub.domain.sheet_layout import cell_index, cell_name
from hub.writers.marked_workbook.contents import Cell, Unmarkable
from hub.writers.marked_workbook.package import BROKEN

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAIN_MAP: Any = {None: MAIN}
"""The namespace as the unprefixed one."""
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ATTRIBUTE = re.compile(rb"\s+([^\s=/>]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_TAG = re.compile(rb"<([^\s/>]+)((?:\s+[^\s=/>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)>")
_DEEPEST = 64
_LAST_ELEMENTS = frozenset(
    {
        "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
        "AlternateContent",
    }
)  # fmt: skip
"""What must stand after ``legacyDrawing`` in a worksheet (ECMA-376, part 1, 18.3.1.99)."""


def as_utf8(part: bytes) -> bytes:
    """The part in UTF-8, so that text can be put into its bytes; Unmarkable if it is in none of the usual encodings."""
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
    encoding = marks.get(part[:2], "utf-8-sig")
    declared = _ENCODING.match(part)
    if encoding == "utf-8-sig" and (declared is None or declared[1].lower() == b"utf-8"):
        return part
    if declared is not None and declared[1].lower() not in {b"us-ascii", b"ascii"}:
        raise Unmarkable(*BROKEN)
    try:
        return _DECLARATION.sub("", part.decode(encoding), count=1).encode()
    except UnicodeError as error:
        raise Unmarkable(*BROKEN) from error


@dataclass(slots=True)
class CellSpan:
    """An existing cell: its start tag's bytes, where the element ends, its style, kind and (where kept) its content."""

    begin: int
    tag_end: int
    end: int = -1
    style: int | None = None
    type: str = "n"
    text: str = ""


@dataclass(slots=True)
class RowSpan:
    """An existing row: its start tag, and where its end tag begins; ``empty``: it has none."""

    begin: int
    tag_end: int
    close: int = -1
    empty: bool = False
    height: float | None = None
    hidden: bool = False
    style: int | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """A ``col`` element: first and last column counted from 0, its style and width in characters."""

    first: int
    last: int
    style: int
    width: float | None
    hidden: bool


@dataclass
class SheetMap:
    """``cells`` holds the cells of the kept rows; ``painted`` those whose style was asked for, wherever they stand."""

    part: bytes
    cells: dict[Cell, CellSpan] = field(default_factory=dict)
    painted: dict[Cell, CellSpan] = field(default_factory=dict)
    rows: dict[int, RowSpan] = field(default_factory=dict)
    columns: list[Columns] = field(default_factory=list)
    data: tuple[int, int, int] = (-1, -1, -1)
    """``sheetData``: where its start tag begins and ends, and where its end tag begins (-1: it is empty)."""
    legacy: tuple[int, int, str] | None = None
    """``legacyDrawing``: begin, end and relation id."""
    tail: int = -1
    """Where a ``legacyDrawing`` may be put."""
    selected: list[int] = field(default_factory=list)
    """Where the tags of sheet views begin that say that the sheet is selected."""
    formulas: int = 0
    dimension: tuple[int, int] | None = None
    default_width: float | None = None
    default_height: float | None = None

    def column(self, index: int) -> Columns | None:
        return next((each for each in self.columns if each.first <= index <= each.last), None)


def map_sheet(
    part: bytes, rows: Collection[int] = (), styles: Collection[int] = (), *, every_row: bool = False
) -> SheetMap:
    """The map of a sheet in UTF-8. ``rows``: whose cells are kept; ``styles``: of which cells to tell.

    Unmarkable if it is no well-formed worksheet, or one of the strict kind.
    """
    walk = _Walk(part, rows, {str(style) for style in styles}, every_row)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = walk.doctype
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    walk.parser = parser
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError) as error:
        raise Unmarkable(*BROKEN) from error
    if walk.map.data[0] < 0 or walk.map.tail < 0:
        raise Unmarkable(*BROKEN)
    return walk.map


class _Walk:
    """The handlers of one pass."""

    def __init__(self, part: bytes, rows: Collection[int], styles: set[str], every_row: bool) -> None:
        self.part, self.wanted, self.styles, self.every_row = part, rows, styles, every_row
        self.map = SheetMap(part)
        self.parser: Any = None
        self.depth = 0
        self.row = -1
        self.column = -1
        self.keeping = False
        self.in_data = False
        self.open_row: RowSpan | None = None
        self.open_cell: CellSpan | None = None
        self.kinds = {
            f"{MAIN} {local}": handler
            for local, handler in {
                "sheetView": self._view, "col": self._col, "sheetFormatPr": self._format,
                "dimension": self._dimension, "sheetData": self._data, "row": self._row, "c": self._cell,
                "legacyDrawing": self._legacy, "f": self._formula,
                **({"v": self._value, "t": self._value} if every_row else {}),
            }.items()
        }  # fmt: skip

    def doctype(self, *_: Any) -> None:
        raise Unmarkable(*BROKEN)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST or (self.depth == 1 and name != f"{MAIN} worksheet"):
            raise Unmarkable(*BROKEN)
        if self.depth == 2 and self.map.tail < 0 and self.map.data[0] >= 0 and _local(name) in _LAST_ELEMENTS:
            self.map.tail = self.parser.CurrentByteIndex
        handler = self.kinds.get(name)
        if handler is not None:
            handler(attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        if name == f"{MAIN} c" and self.open_cell is not None:
            self._end_cell()
        elif name == f"{MAIN} row" and self.open_row is not None:
            self.open_row.close = self.parser.CurrentByteIndex
            self.open_row = None
        elif name == f"{MAIN} sheetData" and self.depth == 1:
            at = self.parser.CurrentByteIndex
            begin, tag_end, _ = self.map.data
            self.map.data = begin, tag_end, -1 if self._is_empty(tag_end) else at
            self.in_data = False
        elif self.depth == 0 and self.map.tail < 0:
            self.map.tail = self.parser.CurrentByteIndex

    def _tag_end(self) -> int:
        match = _TAG.match(self.part, self.parser.CurrentByteIndex)
        if match is None:
            raise Unmarkable(*BROKEN)
        return match.end()

    def _is_empty(self, tag_end: int) -> bool:
        """True if the tag that ends here is the whole element."""
        return self.part[tag_end - 2 : tag_end] == b"/>"

    # -- elements ----------------------------------------------------------------------------------------------------

    def _view(self, attributes: dict[str, str]) -> None:
        if attributes.get("tabSelected") in {"1", "true"}:
            self.map.selected.append(self.parser.CurrentByteIndex)

    def _format(self, attributes: dict[str, str]) -> None:
        self.map.default_width = _number(attributes.get("defaultColWidth"))
        self.map.default_height = _number(attributes.get("defaultRowHeight"))

    def _dimension(self, attributes: dict[str, str]) -> None:
        self.map.dimension = self.parser.CurrentByteIndex, self._tag_end()

    def _col(self, attributes: dict[str, str]) -> None:
        first, last = _whole(attributes.get("min")), _whole(attributes.get("max"))
        if first is not None and last is not None:
            hidden = attributes.get("hidden") in {"1", "true"}
            style = _whole(attributes.get("style")) or 0
            self.map.columns.append(Columns(first - 1, last - 1, style, _number(attributes.get("width")), hidden))

    def _data(self, attributes: dict[str, str]) -> None:
        if self.depth == 2:
            self.map.data = self.parser.CurrentByteIndex, self._tag_end(), -1
            self.in_data = True

    def _row(self, attributes: dict[str, str]) -> None:
        if not self.in_data:
            return
        number = _whole(attributes.get("r")) if "r" in attributes else self.row + 2
        if number is None or not self.row + 1 < number <= 1 << 20:
            raise Unmarkable(*BROKEN)
        self.row, self.column = number - 1, -1
        begin, end = self.parser.CurrentByteIndex, self._tag_end()
        empty = self._is_empty(end)
        style = _whole(attributes.get("s")) if attributes.get("customFormat") in {"1", "true"} else None
        height = _number(attributes.get("ht"))
        self.open_row = RowSpan(begin, end, -1, empty, height, attributes.get("hidden") in {"1", "true"}, style)
        self.map.rows[self.row] = self.open_row
        self.keeping = self.every_row or self.row in self.wanted

    def _cell(self, attributes: dict[str, str]) -> None:
        name, style = attributes.get("r"), attributes.get("s")
        painted = style in self.styles
        if not (self.keeping or painted or name is None):
            self.column = -2  # known again by the next name
            return
        at = self._place(name)
        if not (self.keeping or painted):
            return
        begin = self.parser.CurrentByteIndex
        span = CellSpan(begin, self._tag_end(), -1, _whole(style), attributes.get("t", "n"))
        if self.keeping:
            self.map.cells[at] = span
        if painted:
            self.map.painted[at] = span
        self.open_cell = span

    def _place(self, name: str | None) -> Cell:
        """Where the cell stands; a cell without a name stands right of the one before."""
        if name is None:
            if self.column == -2:
                raise Unmarkable(*BROKEN)
            self.column += 1
            return self.row, self.column
        row, column = cell_index(name)
        if row != self.row:
            raise Unmarkable(*BROKEN)
        self.column = column
        return row, column

    def _end_cell(self) -> None:
        assert self.open_cell is not None
        at = self.parser.CurrentByteIndex
        span = self.open_cell
        span.end = span.tag_end if self._is_empty(span.tag_end) else self.part.index(b">", at) + 1
        self.open_cell = None
        self.parser.CharacterDataHandler = None

    def _value(self, attributes: dict[str, str]) -> None:
        if self.open_cell is not None:
            self.parser.CharacterDataHandler = self._characters

    def _characters(self, text: str) -> None:
        if self.open_cell is not None:
            self.open_cell.text += text

    def _formula(self, attributes: dict[str, str]) -> None:
        self.map.formulas += 1
        self.parser.CharacterDataHandler = None

    def _legacy(self, attributes: dict[str, str]) -> None:
        if self.depth == 2:
            identifier = next((value for key, value in attributes.items() if key.endswith("relationships id")), "")
            self.map.legacy = self.parser.CurrentByteIndex, self._tag_end(), identifier


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < 10_000 else None


# --- edits ---------------------------------------------------------------------------------------------------------


def with_attribute(tag: bytes, name: bytes, value: str | None) -> bytes:
    """The start tag with the attribute set, or without it."""
    match = _TAG.fullmatch(tag)
    if match is None:
        raise Unmarkable(*BROKEN)
    new = b"" if value is None else b" " + name + b"=" + quoteattr(value).encode()
    pieces, found = [], False
    for attribute in _ATTRIBUTE.finditer(match[2]):
        if attribute[1] == name:
            pieces.append(b"" if found else new)
            found = True
        else:
            pieces.append(attribute[0])
    if not found:
        pieces.append(new)
    return b"<" + match[1] + b"".join(pieces) + match[3] + b">"


def prefix_of(tag: bytes) -> str:
    """``x:`` of ``<x:row …>``, ``""`` where there is none."""
    head, colon, _ = tag[1:].split(None, 1)[0].rstrip(b"/>").rpartition(b":")
    return (head + colon).decode()


@dataclass
class SheetEdits:
    """Edits of one mapped sheet, all at once: styles and contents of cells, and cuts anywhere else."""

    map: SheetMap
    styles: dict[Cell, int] = field(default_factory=dict)
    contents: dict[Cell, bytes | None] = field(default_factory=dict)
    """New inner XML of cells, as inline text, with its prefix left out; None empties the cell."""
    cuts: list[tuple[int, int, bytes]] = field(default_factory=list)

    def style_before(self, cell: Cell) -> int:
        """The style that a cell has, or would have when somebody typed into it."""
        span = self.map.cells.get(cell) or self.map.painted.get(cell)
        if span is not None:
            return span.style or 0
        row, column = self.map.rows.get(cell[0]), self.map.column(cell[1])
        if row is not None and row.style is not None:
            return row.style
        return column.style if column is not None else 0

    def clear_selection(self) -> None:
        """The sheet is not selected any more: two selected sheets would be typed into together."""
        for begin in self.map.selected:
            match = _TAG.match(self.map.part, begin)
            assert match is not None
            self.cuts.append((begin, match.end(), with_attribute(match[0], b"tabSelected", None)))

    def set_legacy(self, identifier: str | None) -> None:
        """The sheet's drawing of comments is this one; None takes it away."""
        new = b""
        if identifier is not None:
            root = _TAG.search(self.map.part)
            prefix = prefix_of(root[0]) if root is not None else ""
            office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
            new = f'<{prefix}legacyDrawing xmlns:r="{office}" r:id={quoteattr(identifier)}/>'.encode()
        if self.map.legacy is not None:
            begin, end, _ = self.map.legacy
            end = self._element_end(begin, end)
            self.cuts.append((begin, end, new))
        elif new:
            self.cuts.append((self.map.tail, self.map.tail, new))

    def _element_end(self, begin: int, tag_end: int) -> int:
        if self.map.part[tag_end - 2 : tag_end] == b"/>":
            return tag_end
        return self.map.part.index(b">", tag_end) + 1

    def apply(self) -> bytes:
        """The bytes of the sheet with every edit made."""
        missing: dict[int, list[Cell]] = {}
        for cell in sorted({*self.styles, *self.contents}):
            span = self.map.cells.get(cell) or self.map.painted.get(cell)
            if span is not None:
                self._edit_cell(cell, span)
            else:
                missing.setdefault(cell[0], []).append(cell)
        known = sorted(self.map.rows)
        fresh: list[int] = []
        for row, cells in missing.items():
            if row in self.map.rows:
                self._add_cells(self.map.rows[row], row, cells)
            else:
                fresh.append(row)
        self._add_rows(fresh, missing, known)
        return _cut(self.map.part, self.cuts)

    def _edit_cell(self, cell: Cell, span: CellSpan) -> None:
        part = self.map.part
        tag = part[span.begin : span.tag_end]
        if cell in self.styles:
            tag = with_attribute(tag, b"s", str(self.styles[cell]))
        if cell not in self.contents:
            self.cuts.append((span.begin, span.tag_end, tag))
            return
        content = self.contents[cell]
        tag = with_attribute(tag, b"t", "inlineStr" if content is not None else None)
        self.cuts.append((span.begin, span.end, _element(tag, content)))

    def _new_cell(self, prefix: str, cell: Cell) -> bytes:
        style = self.styles.get(cell, self.style_before(cell))
        said = f' s="{style}"' if style else ""
        content = self.contents.get(cell)
        said += ' t="inlineStr"' if content is not None else ""
        return _element(f'<{prefix}c r="{cell_name(*cell)}"{said}/>'.encode(), content)

    def _add_cells(self, span: RowSpan, row: int, cells: list[Cell]) -> None:
        """New cells of an existing row, each before the first cell right of it."""
        tag = self.map.part[span.begin : span.tag_end]
        prefix = prefix_of(tag)
        if span.empty:
            inner = b"".join(self._new_cell(prefix, cell) for cell in cells)
            self.cuts.append(
                (span.begin, span.tag_end, _element(with_attribute(tag, b"spans", None), inner, bare=True))
            )
            return
        self.cuts.append((span.begin, span.tag_end, with_attribute(tag, b"spans", None)))
        there = sorted((column, each.begin) for (at, column), each in self.map.cells.items() if at == row)
        columns = [column for column, _ in there]
        for cell in cells:
            index = bisect_left(columns, cell[1])
            at = there[index][1] if index < len(there) else span.close
            self.cuts.append((at, at, self._new_cell(prefix, cell)))

    def _add_rows(self, fresh: list[int], missing: dict[int, list[Cell]], known: list[int]) -> None:
        """Rows that do not exist yet, each before the first row below it."""
        begin, tag_end, close = self.map.data
        tag = self.map.part[begin:tag_end]
        prefix = prefix_of(tag)
        new = {
            row: f'<{prefix}row r="{row + 1}">'.encode()
            + b"".join(self._new_cell(prefix, cell) for cell in missing[row])
            + f"</{prefix}row>".encode()
            for row in sorted(fresh)
        }
        if close < 0 and new:
            self.cuts.append((begin, tag_end, _element(tag, b"".join(new.values()), bare=True)))
            return
        for row, content in new.items():
            index = bisect_left(known, row)
            at = self.map.rows[known[index]].begin if index < len(known) else close
            self.cuts.append((at, at, content))


def _element(tag: bytes, content: bytes | None, *, bare: bool = False) -> bytes:
    """The element of a start tag with this content (text as inline string unless ``bare``)."""
    opened = tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag
    if content is None:
        return opened[:-1] + b"/>"
    prefix = prefix_of(opened).encode()
    inner = content if bare else b"<%sis><%st xml:space=\"preserve\">%s</%st></%sis>" % (
        prefix, prefix, content, prefix, prefix
    )  # fmt: skip
    name = opened[1:].split(None, 1)[0].rstrip(b">")
    return opened + inner + b"</" + name + b">"


def _cut(part: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    pieces, at = [], 0
    for begin, end, new in sorted(cuts, key=lambda cut: (cut[0], cut[1])):
        if begin < at:
            raise Unmarkable(*BROKEN)
        pieces += [part[at:begin], new]
        at = end
    pieces.append(part[at:])
    return b"".join(pieces)
