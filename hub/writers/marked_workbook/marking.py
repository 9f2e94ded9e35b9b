"""The whole operation: marks of an earlier round off, this round's marks on, the sheet of findings first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from hub.domain.sheet_layout import EXPLANATION_SHEET, FINDINGS_SHEET, cell_index
from hub.writers.marked_workbook import explanations
from hub.writers.marked_workbook.comments import Note, SheetNotes, note_of
from hub.writers.marked_workbook.contents import Cell, Head, Item, Unmarkable, by_cell, grouped
from hub.writers.marked_workbook.findings_sheet import RECORD_COLUMNS, Looks, write_findings
from hub.writers.marked_workbook.package import Package, Received
from hub.writers.marked_workbook.shared_strings import strings_at
from hub.writers.marked_workbook.sheet_map import SheetEdits, SheetMap, as_utf8, map_sheet
from hub.writers.marked_workbook.sheets import WORKBOOK, SheetPart, Sheets
from hub.writers.marked_workbook.styles import StyleBook, blank_styles

_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_BLANK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    WORKBOOK: '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.'
    'openxmlformats.org/officeDocument/2006/relationships"><bookViews><workbookView/></bookViews><sheets/></workbook>',
}


def mark_workbook(received: Received, head: Head, items: Sequence[Item]) -> bytes:
    """The received workbook with these findings marked in it; the same arguments give the same bytes.

    Unmarkable if it cannot be marked in itself; :func:`findings_only` then says what was found. Whatever reading a
    part of ``received`` raises is passed on.
    """
    return _Marking(Package(received), head, items).run()


def findings_only(head: Head, items: Sequence[Item]) -> bytes:
    """A small new workbook that holds the sheet of findings alone."""
    package = Package(
        changed={name: f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode() for name, text in _BLANK.items()}
    )
    return _Marking(package, head, items).run()


@dataclass
class _Round:
    """What an earlier round noted down: (sheet, cell) → the fill that the cell had."""

    fills: dict[tuple[str, Cell], str] = field(default_factory=dict)

    def fill(self, sheet: str, cell: Cell) -> str:
        """The cell's own fill; where rows were moved since, the one that most cells of its sheet had."""
        known = self.fills.get((sheet, cell))
        return self._usual.get(sheet, "") if known is None else known

    @cached_property
    def _usual(self) -> dict[str, str]:
        counts: dict[str, dict[str, int]] = {}
        for (sheet, _), fill in self.fills.items():
            of_sheet = counts.setdefault(sheet, {})
            of_sheet[fill] = of_sheet.get(fill, 0) + 1
        return {sheet: max(sorted(fills), key=lambda fill: fills[fill]) for sheet, fills in counts.items()}


class _Marking:
    """One workbook under operation."""

    def __init__(self, package: Package, head: Head, items: Sequence[Item]) -> None:
        self.package, self.head, self.items = package, head, items
        self.sheets = Sheets(package)
        self.styles_part = self.sheets.part_of_kind("styles")
        content = blank_styles() if self.styles_part is None else package.read(self.styles_part)
        if self.styles_part is None:
            self.styles_part = "xl/styles.xml"  # the one name that every program looks for
            package.put(self.styles_part, content)
            package.set_type(self.styles_part, _STYLES_TYPE)
            package.relate(WORKBOOK, "styles", self.styles_part, "hubStyles")
        self.styles = StyleBook(package.tree(self.styles_part))
        self.marks = by_cell(items)
        self.originals: dict[tuple[str, str], list[Cell]] = {}
        self.explain_at: dict[str, tuple[str, str]] = {}

    def run(self) -> bytes:
        before = self._take_out_earlier()
        listed = self.sheets.listed()
        for sheet in listed:
            if sheet.part:
                self._mark_sheet(sheet, before)
        self._put_findings(listed)
        if self.styles.changed:
            assert self.styles_part is not None
            self.package.store(self.styles_part)
        return self.package.save()

    # -- the earlier round -------------------------------------------------------------------------------------------

    def _take_out_earlier(self) -> _Round:
        index = self.sheets.findings()
        if index is None:
            return _Round()
        part = self.sheets.listed()[index].part
        before = _Round()
        if part:
            mapped = map_sheet(as_utf8(self.package.read(part)), every_row=True)
            before = _recorded(self._texts(mapped))
        self.sheets.remove(index)
        return before

    def _texts(self, mapped: SheetMap) -> dict[Cell, str]:
        """The texts of the cells of a wholly mapped sheet."""
        shared = {
            cell: int(span.text)
            for cell, span in mapped.cells.items()
            if span.type == "s" and span.text.strip().isdigit()
        }
        part = self.sheets.part_of_kind("sharedStrings")
        strings = strings_at(self.package.read(part), set(shared.values())) if part is not None and shared else {}
        return {
            cell: strings.get(shared[cell], "") if cell in shared else span.text
            for cell, span in mapped.cells.items()
            if cell in shared or span.type != "s"
        }

    # -- one sheet ---------------------------------------------------------------------------------------------------

    def _mark_sheet(self, sheet: SheetPart, before: _Round) -> None:
        """Only what there is to do is done: a sheet without marks, old or new, keeps its bytes."""
        content = as_utf8(self.package.read(sheet.part))
        marks = self.marks.get(sheet.name, {})
        explains = sheet.name == EXPLANATION_SHEET
        if not (marks or explains or self.styles.marks or self._has_notes(sheet) or b"tabSelected" in content):
            return
        mapped = map_sheet(content, {row for row, _ in marks}, self.styles.marks, every_row=explains)
        edits = SheetEdits(mapped)
        self._colour(edits, sheet.name, marks, before)
        if explains:
            self._explain(edits)
        self._comment(edits, sheet.part, {cell: note_of(found) for cell, found in marks.items()})
        edits.clear_selection()
        if edits.styles or edits.contents or edits.cuts:
            self.package.put(sheet.part, edits.apply())

    def _has_notes(self, sheet: SheetPart) -> bool:
        return any(each.kind == "comments" for each in self.package.relations(sheet.part))

    def _colour(self, edits: SheetEdits, name: str, marks: dict[Cell, list[Item]], before: _Round) -> None:
        for cell, span in edits.map.painted.items():
            edits.styles[cell] = self.styles.unmarked(span.style or 0, before.fill(name, cell))
        for cell, found in marks.items():
            style = edits.styles.get(cell, edits.style_before(cell))
            self.originals.setdefault((name, self.styles.fill_text(style)), []).append(cell)
            edits.styles[cell] = self.styles.marked(style, found[0].kind)

    def _comment(self, edits: SheetEdits, part: str, notes: dict[Cell, Note]) -> None:
        legacy = edits.map.legacy[2] if edits.map.legacy is not None else None
        there = SheetNotes(self.package, part, legacy)
        if not there.sound:
            return
        there.strip()
        there.put(notes, edits.map)
        if there.touched:
            now = there.finish()
            if now != legacy:
                edits.set_legacy(now)

    def _explain(self, edits: SheetEdits) -> None:
        texts = self._texts(edits.map)
        if explanations.stands(texts):
            self.explain_at = explanations.write_keys(edits, texts, self.items)

    # -- the sheet of findings ---------------------------------------------------------------------------------------

    def _put_findings(self, listed: Sequence[SheetPart]) -> None:
        names = [sheet.name for sheet in listed]
        groups = grouped(self.items, names)
        present = frozenset(sheet.name for sheet in listed if sheet.part)
        written = write_findings(self.head, groups, Looks(self.styles), present, self.explain_at, self.originals)
        name = self.sheets.free_findings_name()
        self.sheets.put_first(name, written.content, written.table, written.heading_row)


def _recorded(texts: dict[Cell, str]) -> _Round:
    """The hidden columns of an earlier sheet of findings. They come from outside: what is no record is passed over."""
    found = _Round()
    sheet_at, fill_at, cells_at = RECORD_COLUMNS
    for row, column in list(texts):
        if column != sheet_at:
            continue
        sheet, fill = texts[row, sheet_at], texts.get((row, fill_at), "")
        for name in texts.get((row, cells_at), "").split():
            try:
                found.fills[sheet, cell_index(name)] = fill
            except ValueError:
                continue
    return found


__all__ = ["FINDINGS_SHEET", "Unmarkable", "findings_only", "mark_workbook"]
