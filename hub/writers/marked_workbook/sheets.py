"""``xl/workbook.xml``: which sheets there are, and the sheet of findings put first or taken out.

Some things name sheets by their place: names of one sheet (``localSheetId``) and the views. They are moved along.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from hub.domain.sheet_layout import FINDINGS_NAME, FINDINGS_SHEET
from hub.writers.marked_workbook.contents import Unmarkable
from hub.writers.marked_workbook.package import BROKEN, OFFICE, Package, local
from hub.writers.marked_workbook.sheet_map import MAIN, STRICT_MAIN
from hub.writers.marked_workbook.text import quoted_sheet

WORKBOOK = "xl/workbook.xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_PART = "xl/worksheets/hubFindings{}.xml"
_NAMESPACES: Any = {None: MAIN, "r": OFFICE}
_BEFORE_NAMES = frozenset(
    {
        "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
        "externalReferences",
    }
)  # fmt: skip
_STRICT = (
    "Tệp được lưu ở dạng “Strict Open XML” nên không đánh dấu được ngay trong tệp. Hãy lưu thành “Excel Workbook "
    "(.xlsx)” thông thường rồi gửi lại.",
    "The file was saved as “Strict Open XML”, so it could not be marked in itself. Save it as an ordinary “Excel "
    "Workbook (.xlsx)” and send it again.",
)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: the name people see and its part. ``part`` is empty for a sheet without cells (a chart)."""

    name: str
    part: str


class Sheets:
    """The workbook part under change."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.root = package.tree(WORKBOOK)
        if self.root.tag == f"{{{STRICT_MAIN}}}workbook":
            raise Unmarkable(*_STRICT)
        if self.root.tag != f"{{{MAIN}}}workbook" or self._child("sheets") is None:
            raise Unmarkable(*BROKEN)

    def _child(self, name: str) -> Any:
        return self.root.find(f"{{{MAIN}}}{name}")

    @property
    def _elements(self) -> list[Any]:
        return [each for each in self._child("sheets") if local(each) == "sheet"]

    def listed(self) -> list[SheetPart]:
        """The sheets in the order of their tabs."""
        parts = {
            relation.id: relation.part
            for relation in self.package.relations(WORKBOOK)
            if relation.kind == "worksheet" and self.package.has(relation.part)
        }
        return [SheetPart(each.get("name", ""), parts.get(_relation(each), "")) for each in self._elements]

    def part_of_kind(self, kind: str) -> str | None:
        """The workbook's part of that kind of relation (``styles``, ``sharedStrings``), if it has one."""
        found = (each.part for each in self.package.relations(WORKBOOK) if each.kind == kind)
        return next((part for part in found if self.package.has(part)), None)

    # -- the sheet of an earlier round -------------------------------------------------------------------------------

    def findings(self) -> int | None:
        """The place of an earlier round's sheet of findings, known by its defined name."""
        target = next((each.text or "" for each in self._names() if each.get("name") == FINDINGS_NAME), "")
        sheet = target.rpartition("!")[0]
        for index, element in enumerate(self._elements):
            name = element.get("name", "")
            if sheet and sheet in {name, quoted_sheet(name)}:
                return index
        return None

    def remove(self, index: int) -> None:
        """Take out the sheet at that place, with its part, its relations and the names that are its own."""
        element, part = self._elements[index], self.listed()[index].part
        self._child("sheets").remove(element)
        self.package.unrelate(WORKBOOK, _relation(element))
        if part:
            self.package.drop(part)
        for name in self._names():
            place = name.get("localSheetId")
            if name.get("name") == FINDINGS_NAME or place == str(index):
                name.getparent().remove(name)
            elif place is not None and place.isdigit() and int(place) > index:
                name.set("localSheetId", str(int(place) - 1))
        names = self._child("definedNames")
        if names is not None and not len(names):
            self.root.remove(names)
        self._shift_views(index, -1)
        self._forget_calculation(element.get("sheetId", ""))
        self.package.store(WORKBOOK)

    def _forget_calculation(self, sheet_id: str) -> None:
        """A chain of calculation that names a sheet that is gone would be damage: Excel makes a new one."""
        chain = next((each for each in self.package.relations(WORKBOOK) if each.kind == "calcChain"), None)
        if chain is None or not self.package.has(chain.part):
            return
        if any(cell.get("i") == sheet_id for cell in self.package.tree(chain.part)):
            self.package.unrelate(WORKBOOK, chain.id)
            self.package.drop(chain.part)

    # -- the sheet of this round -------------------------------------------------------------------------------------

    def free_findings_name(self) -> str:
        """What the sheet of findings is called; a number is added where the reporter has a sheet of that name."""
        taken = {each.get("name", "").casefold() for each in self._elements}
        name, number = FINDINGS_SHEET, 1
        while name.casefold() in taken:
            number += 1
            name = f"{FINDINGS_SHEET} ({number})"
        return name

    def put_first(self, name: str, content: bytes, table: str, heading_row: int) -> str:
        """The sheet stands first and is the one that opens; its part. ``table``: the range with filters."""
        elements = self._elements
        part = self.package.free_name(_PART)
        self.package.put(part, content)
        self.package.set_type(part, SHEET_TYPE)
        identifier = self.package.relate(WORKBOOK, "worksheet", part, "hubFindings")
        used = [int(each.get("sheetId", "0")) for each in elements if each.get("sheetId", "").isdigit()]
        element = etree.Element(f"{{{MAIN}}}sheet", nsmap=_NAMESPACES)
        element.set("name", name)
        element.set("sheetId", str(max(used, default=0) + 1))
        element.set(f"{{{OFFICE}}}id", identifier)
        self._child("sheets").insert(0, element)
        for each in self._names():
            place = each.get("localSheetId")
            if place is not None and place.isdigit():
                each.set("localSheetId", str(int(place) + 1))
        self._open_first()
        quoted = quoted_sheet(name)
        self._define("_xlnm._FilterDatabase", f"{quoted}!{_fixed(table)}", local_to=0, hidden=True)
        self._define("_xlnm.Print_Titles", f"{quoted}!${heading_row}:${heading_row}", local_to=0)
        self._define(FINDINGS_NAME, f"{quoted}!$A$1", hidden=True)
        self.package.store(WORKBOOK)
        return part

    def _names(self) -> list[Any]:
        names = self._child("definedNames")
        return [] if names is None else [each for each in names if local(each) == "definedName"]

    def _define(self, name: str, target: str, *, local_to: int | None = None, hidden: bool = False) -> None:
        names = self._child("definedNames")
        if names is None:
            names = etree.Element(f"{{{MAIN}}}definedNames")
            before = [each for each in self.root if local(each) in _BEFORE_NAMES]
            before[-1].addnext(names)
        element = etree.SubElement(names, f"{{{MAIN}}}definedName", name=name)
        if local_to is not None:
            element.set("localSheetId", str(local_to))
        if hidden:
            element.set("hidden", "1")
        element.text = target

    # -- views -------------------------------------------------------------------------------------------------------

    def _views(self) -> list[Any]:
        views = self._child("bookViews")
        return [] if views is None else [each for each in views if local(each) == "workbookView"]

    def _open_first(self) -> None:
        for view in self._views():
            for name in ("activeTab", "firstSheet"):
                view.attrib.pop(name, None)

    def _shift_views(self, index: int, by: int) -> None:
        for view in self._views():
            for name in ("activeTab", "firstSheet"):
                place = view.get(name, "0")
                if place.isdigit() and int(place) > index:
                    view.set(name, str(int(place) + by))


def _relation(element: Any) -> str:
    return next((value for key, value in element.attrib.items() if key.endswith("}id")), "")


def _fixed(area: str) -> str:
    """``A9:K20`` as ``$A$9:$K$20``."""
    cells = area.split(":")
    letters = [cell.rstrip("0123456789") for cell in cells]
    return ":".join(f"${each}${cell[len(each) :]}" for each, cell in zip(letters, cells, strict=True))
