"""Notes on cells: the reporter's own stay as they are, ours are added, and taken off again in the next round.

A cell holds one note. Where the reporter has one, ours is added below it behind a line that is known again; where the
cell has a conversation (threaded comments), nothing is added, since its note only stands for the conversation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from hub.domain.sheet_layout import cell_index, cell_name
from hub.writers.marked_workbook.contents import AUTHOR, KINDS, Cell, Item, Unmarkable
from hub.writers.marked_workbook.package import Package, local
from hub.writers.marked_workbook.sheet_map import MAIN, MAIN_MAP, SheetMap
from hub.writers.marked_workbook.text import xml_text

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_V = "urn:schemas-microsoft-com:vml"
_O, _X = "urn:schemas-microsoft-com:office:office", "urn:schemas-microsoft-com:office:excel"
_RULE = "――――――――――"
_BEGIN = f"{_RULE}\n{AUTHOR}"
_OPENING = f"{AUTHOR}:\n●"
_SHOWN_ITEMS = 4
_LONGEST_NOTE = 1_500
_BLOCK = 1024
_SHAPE_NUMBER = re.compile(r"_x0000_s([0-9]{1,9})\Z", re.ASCII)
_BLOCKS = re.compile(rb"<o:idmap[^>]*\sdata=[\"']([0-9, ]{1,200})[\"']")
_LINE, _WIDTH, _LETTERS = 15, 320, 50
_LAST_COLUMN = (1 << 14) - 1


def _tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


Note = list[tuple[bool, str]]
"""Runs of a note: bold or not, and the text."""


def note_of(items: Sequence[Item]) -> Note:
    """What the note on a cell says of its findings."""
    runs: Note = [(True, f"{AUTHOR}:\n")]
    left = _LONGEST_NOTE
    for item in items[:_SHOWN_ITEMS]:
        finding, kind = item.finding, KINDS[item.kind]
        facts = [
            f"{name}: {text}"
            for name, text in (
                ("Đã ghi", finding.found), ("Yêu cầu", finding.expected), ("Chênh lệch", finding.difference),
            )
            if text
        ]  # fmt: skip
        lines = [finding.message_vi, *(["; ".join(facts)] if facts else []), finding.message_en]
        text = "\n".join(lines)
        text = text if len(text) <= left else text[: max(left, 80)] + "…"
        left -= len(text)
        runs += [(True, f"● {kind.vi} / {kind.en}\n"), (False, f"{text}\n")]
    if len(items) > _SHOWN_ITEMS:
        more = len(items) - _SHOWN_ITEMS
        runs.append((False, f"… và {more} nội dung nữa, xem trang đầu / and {more} more, see the first sheet\n"))
    runs[-1] = runs[-1][0], runs[-1][1].rstrip("\n")
    return runs


@dataclass
class SheetNotes:
    """The notes of one sheet. :meth:`strip`, then :meth:`put`, then :meth:`finish`."""

    package: Package
    sheet: str
    legacy: str | None
    """The relation id that the sheet's ``legacyDrawing`` names."""

    def __post_init__(self) -> None:
        relations = self.package.relations(self.sheet)
        notes = [each for each in relations if each.kind == "comments" and self.package.has(each.part)]
        drawings = [
            each
            for each in relations
            if each.kind == "vmlDrawing" and each.id == self.legacy and self.package.has(each.part)
        ]
        self.notes = notes[0] if notes else None
        self.drawing = drawings[0] if drawings else None
        self.touched = False

    @property
    def sound(self) -> bool:
        """False if the boxes drawn on the sheet cannot be parsed (old programs write such): then nothing is touched."""
        try:
            return self.shapes is not None and self.root is not None
        except Unmarkable:
            return False

    @cached_property
    def root(self) -> Any:
        """The part of notes, made where there is none."""
        if self.notes is not None:
            return self.package.tree(self.notes.part)
        root = etree.Element(_tag("comments"), nsmap=MAIN_MAP)
        etree.SubElement(root, _tag("authors"))
        etree.SubElement(root, _tag("commentList"))
        return root

    @cached_property
    def shapes(self) -> Any:
        """The drawing of the notes' boxes, made where there is none."""
        if self.drawing is not None:
            return self.package.tree(self.drawing.part)
        root = etree.Element("xml", nsmap={"v": _V, "o": _O, "x": _X})
        layout = etree.SubElement(root, f"{{{_O}}}shapelayout", {f"{{{_V}}}ext": "edit"})
        etree.SubElement(layout, f"{{{_O}}}idmap", {f"{{{_V}}}ext": "edit", "data": str(self._free_block())})
        return root

    def _free_block(self) -> int:
        """A block of 1,024 shape numbers that no drawing of the workbook has."""
        taken = {0}
        for name in self.package.names:
            if name.lower().endswith(".vml"):
                for found in _BLOCKS.findall(self.package.read(name)):
                    taken |= {int(number) for number in found.replace(b" ", b"").split(b",") if number}
        return max(taken) + 1

    # -- what there is -----------------------------------------------------------------------------------------------

    @property
    def _list(self) -> Any:
        found = self.root.find(_tag("commentList"))
        return found if found is not None else etree.SubElement(self.root, _tag("commentList"))

    def _author(self) -> int:
        """The number of our name among the authors, which is added if it is not there."""
        authors = self.root.find(_tag("authors"))
        if authors is None:
            authors = etree.Element(_tag("authors"))
            self.root.insert(0, authors)
        names = self._author_names()
        if AUTHOR in names:
            return names.index(AUTHOR)
        etree.SubElement(authors, _tag("author")).text = AUTHOR
        return len(names)

    def _author_names(self) -> list[str]:
        authors = self.root.find(_tag("authors"))
        return [] if authors is None else [each.text or "" for each in authors if local(each) == "author"]

    def _notes_by_cell(self) -> dict[Cell, Any]:
        found = {}
        for note in self._list:
            try:
                found[cell_index(note.get("ref", ""))] = note
            except (ValueError, AttributeError):
                continue
        return found

    def _is_threaded(self, note: Any, names: Sequence[str]) -> bool:
        author = note.get("authorId", "")
        return author.isdigit() and int(author) < len(names) and names[int(author)].startswith("tc=")

    # -- taking ours off ---------------------------------------------------------------------------------------------

    def strip(self) -> None:
        """Our notes of earlier rounds are gone, and what we added below the reporter's."""
        if self.notes is None:
            return
        names = self._author_names()
        ours = {str(index) for index, name in enumerate(names) if name == AUTHOR}
        gone: set[Cell] = set()
        for cell, note in self._notes_by_cell().items():
            if note.get("authorId") in ours or _is_ours(note):
                self._list.remove(note)
                gone.add(cell)
            elif _cut_ours(note):
                self.touched = True
        if gone:
            self._remove_shapes(gone)
            self.touched = True

    def _remove_shapes(self, cells: set[Cell]) -> None:
        if self.drawing is None:
            return
        for shape in [each for each in self.shapes if local(each) == "shape"]:
            if _cell_of_shape(shape) in cells:
                self.shapes.remove(shape)

    # -- putting ours on ---------------------------------------------------------------------------------------------

    def put(self, notes: dict[Cell, Note], sheet: SheetMap) -> None:
        """A note on each of these cells."""
        names, there, boxes = self._author_names(), self._notes_by_cell(), _Boxes(sheet)
        fresh: list[Cell] = []
        for cell in sorted(notes):
            own = there.get(cell)
            if own is None:
                self._add(cell, notes[cell])
                fresh.append(cell)
            elif not self._is_threaded(own, names):
                _append(own, notes[cell])
            self.touched = True
        self._draw(fresh, notes, boxes)

    def _add(self, cell: Cell, runs: Note) -> None:
        note = etree.SubElement(
            self._list, _tag("comment"), ref=cell_name(*cell), authorId=str(self._author()), shapeId="0"
        )
        text = etree.SubElement(note, _tag("text"))
        for run in runs:
            text.append(_run(*run))

    def _draw(self, cells: Sequence[Cell], notes: dict[Cell, Note], boxes: _Boxes) -> None:
        """A hidden box for each new note."""
        if not cells:
            return
        if not any(each.get("id") == "_x0000_t202" for each in self.shapes):
            self.shapes.append(etree.fromstring(_SHAPE_TYPE))
        numbers = self._numbers(len(cells))
        for cell, number in zip(cells, numbers, strict=True):
            self.shapes.append(etree.fromstring(_shape(number, cell, boxes.anchor(cell, notes[cell]))))

    def _numbers(self, count: int) -> list[int]:
        """So many free shape numbers; the drawing takes further blocks for them where its own are full."""
        idmap = next((each for each in self.shapes.iter(f"{{{_O}}}idmap")), None)
        blocks = [int(each) for each in (idmap.get("data", "") if idmap is not None else "").split(",") if each.strip()]
        used = {int(match[1]) for each in self.shapes if (match := _SHAPE_NUMBER.search(each.get("id", "")))}
        numbers: list[int] = []
        for block in blocks:
            top = max([block * _BLOCK, *(each for each in used if each // _BLOCK == block)])
            numbers += range(top + 1, (block + 1) * _BLOCK)
        while len(numbers) < count:
            block = max([self._free_block() - 1, *blocks]) + 1
            blocks.append(block)
            numbers += range(block * _BLOCK + 1, (block + 1) * _BLOCK)
        if idmap is not None:
            needed = {number // _BLOCK for number in numbers[:count]} | {number // _BLOCK for number in used}
            kept = [block for index, block in enumerate(blocks) if index == 0 or block in needed]
            idmap.set("data", ",".join(str(block) for block in kept))
        return numbers[:count]

    # -- the end -----------------------------------------------------------------------------------------------------

    def finish(self) -> str | None:
        """Write the parts, or drop those that hold nothing any more. The relation id for ``legacyDrawing``; None: none.

        Call it only if :attr:`touched`.
        """
        self._finish_notes()
        return self._finish_drawing()

    def _finish_notes(self) -> None:
        empty = len(self._list) == 0
        if self.notes is None and not empty:
            part = self.package.free_name("xl/hubComments{}.xml")
            self.package.put(part, _written(self.root))
            self.package.set_type(part, _COMMENTS_TYPE)
            self.package.relate(self.sheet, "comments", part, "hubComments")
        elif self.notes is not None and empty:
            self.package.unrelate(self.sheet, self.notes.id)
            self.package.drop(self.notes.part)
        elif self.notes is not None:
            self.package.store(self.notes.part)

    def _finish_drawing(self) -> str | None:
        drawn = any(local(each) not in {"shapelayout", "shapetype", ""} for each in self.shapes)
        if self.drawing is None:
            if not drawn:
                return self.legacy
            part = self.package.free_name("xl/drawings/hubNotes{}.vml")
            self.package.put(part, _written(self.shapes))
            self.package.set_default_type("vml", _DRAWING_TYPE)
            return self.package.relate(self.sheet, "vmlDrawing", part, "hubNotes")
        if not drawn:
            self.package.unrelate(self.sheet, self.drawing.id)
            self.package.drop(self.drawing.part)
            return None
        self.package.store(self.drawing.part)
        return self.drawing.id


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _run(bold: bool, text: str) -> Any:
    weight = "<b/>" if bold else ""
    return etree.fromstring(
        f'<r xmlns="{MAIN}"><rPr>{weight}<sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/></rPr>'
        f'<t xml:space="preserve">{xml_text(text)}</t></r>'
    )


def _append(note: Any, runs: Note) -> None:
    """Ours below the reporter's, behind a line."""
    text = note.find(_tag("text"))
    if text is None:
        text = etree.SubElement(note, _tag("text"))
    plain = text.find(_tag("t"))
    if plain is not None:
        run = etree.Element(_tag("r"))
        text.replace(plain, run)
        run.append(plain)
    (weight, first), *others = runs
    for bold, said in [(weight, f"\n{_RULE}\n{first}"), *others]:
        text.append(_run(bold, said))


def _is_ours(note: Any) -> bool:
    """True for a note that begins as ours do: LibreOffice drops the names of authors."""
    text = note.find(_tag("text"))
    said = "" if text is None else "".join(text.itertext()).replace("\r\n", "\n")
    return said.startswith(_OPENING)


def _cut_ours(note: Any) -> bool:
    """True if something of ours stood below the reporter's text and is gone now."""
    text = note.find(_tag("text"))
    if text is None:
        return False
    found = False
    for part in list(text):
        if found:
            text.remove(part)
            continue
        holder = part if local(part) == "t" else part.find(_tag("t"))
        said = (holder.text or "") if holder is not None else ""
        at = said.replace("\r\n", "\n").find(_BEGIN)
        if holder is not None and at >= 0:
            found = True
            holder.text = said.replace("\r\n", "\n")[:at].removesuffix("\n")
            if not holder.text:
                text.remove(part)
    return found


def _cell_of_shape(shape: Any) -> Cell | None:
    for data in shape.iter(f"{{{_X}}}ClientData"):
        said = {local(each): (each.text or "").strip() for each in data}
        if data.get("ObjectType") == "Note" and said.get("Row", "").isdigit() and said.get("Column", "").isdigit():
            return int(said["Row"]), int(said["Column"])
    return None


_SHAPE_TYPE = (
    f'<v:shapetype xmlns:v="{_V}" xmlns:o="{_O}" id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/>'
    "</v:shapetype>"
)


def _shape(number: int, cell: Cell, anchor: str) -> str:
    return (
        f'<v:shape xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}" id="_x0000_s{number}" type="#_x0000_t202" '
        'style="position:absolute;visibility:hidden;z-index:1" fillcolor="#fffbe6" o:insetmode="auto">'
        '<v:fill color2="#fffbe6"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>'
        f"<x:Row>{cell[0]}</x:Row><x:Column>{cell[1]}</x:Column></x:ClientData></v:shape>"
    )


class _Boxes:
    """Where a note's box stands: right of its cell, as large as its text needs, whatever the widths and heights."""

    def __init__(self, sheet: SheetMap) -> None:
        self.sheet = sheet

    def anchor(self, cell: Cell, note: Note) -> str:
        """Left column and offset, top row and offset, right, bottom: in columns, rows and pixels."""
        lines = "".join(text for _, text in note).split("\n")
        height = _LINE * sum(-(-max(len(line), 1) // _LETTERS) for line in lines) + 12
        left, top = min(cell[1] + 1, _LAST_COLUMN - 1), max(cell[0] - 1, 0)
        right, right_offset = self._reach(left, 15 + _WIDTH, self._width)
        bottom, bottom_offset = self._reach(top, 10 + height, self._height)
        return f"{left}, 15, {top}, 10, {right}, {right_offset}, {bottom}, {bottom_offset}"

    def _reach(self, at: int, pixels: float, size: Any) -> tuple[int, int]:
        for _ in range(400):
            here = size(at)
            if pixels <= here or at >= _LAST_COLUMN:
                break
            pixels -= here
            at += 1
        return at, int(pixels)

    def _width(self, column: int) -> float:
        known = self.sheet.column(column)
        if known is not None and known.hidden:
            return 0
        width = known.width if known is not None and known.width is not None else self.sheet.default_width or 9.14
        return round(width * 7)

    def _height(self, row: int) -> float:
        known = self.sheet.rows.get(row)
        if known is not None and known.hidden:
            return 0
        height = known.height if known is not None and known.height is not None else self.sheet.default_height or 15
        return round(height * 4 / 3)
