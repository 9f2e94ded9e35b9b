"""The XML door: a checked document to Readings, streamed report by report in bounded memory.

The document is walked by events; whatever was read is dropped from the tree at once. Order does not matter, text is
taken whole or not at all: a cell with a comment or an element inside is a finding, never half a value (trap 8).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from hub.domain.envelope import NOT_APPLICABLE, Identity, Raw, Reading
from hub.domain.findings import Finding, Place
from hub.domain.form import Address, Form
from hub.domain.interchange import XML_NAMESPACE
from hub.readers.document_builder import IDENTITY_PARTS, DocumentBuilder, EditionLookup, refused, whole
from hub.readers.document_places import XmlPlaces
from hub.readers.document_problems import problem, shown
from hub.readers.limits import Limits
from hub.readers.xml_text import PARSER_OPTIONS, checked_xml

_NS = f"{{{XML_NAMESPACE}}}"
_SCHEMA_LOCATIONS = tuple(
    f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}" for name in ("schemaLocation", "noNamespaceSchemaLocation")
)
_MOST_CELLS = 2_000
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_PART, _ITEM, _CELL = 2, 3, 4
"""Levels below ``report``, which is level 1: form; row, record, section or explain; a cell."""
_ITEMS = {"form": ("row", "record"), "outline": ("section",), "explanations": ("explain",)}


def read(content: bytes, lookup: EditionLookup, expected: Identity | None, limits: Limits) -> Iterator[Reading]:
    """One Reading a report. The whole file must be well formed before the first is given; never raises on bad input.

    ``expected`` only fills what a document leaves unsaid; comparing the two is for the caller.
    """
    data, trouble = checked_xml(content, limits)
    if trouble is not None:
        yield refused("xml", "canonical", expected, trouble)
        return
    try:
        yield from _Walk(lookup, expected, limits).readings(data)
    except etree.XMLSyntaxError as error:  # what only the second parse minds
        place = Place(line=error.lineno or 1)
        yield refused("xml", "canonical", expected, problem("xml_malformed", place, found=error.msg))


@dataclass(slots=True)
class _Item:
    """A row, record, section or explanation while it is being read."""

    name: str
    line: int
    code: str = ""
    cells: list[tuple[str, Raw]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


class _Walk:
    """Follows the events of one document; the state is where in the contract's structure it stands."""

    def __init__(self, lookup: EditionLookup, expected: Identity | None, limits: Limits) -> None:
        self.lookup, self.expected, self.limits = lookup, expected, limits
        self.outer = 0  # levels above report: 1 inside <reports>
        self.count = 0
        self.skipping = 0  # level of the element whose inside is being passed over; 0 for none
        self.markup = False  # the cell or text now open has something else than text inside
        self._begin_report()

    def _begin_report(self) -> None:
        self.places = XmlPlaces(prefix=f"/reports/report[{self.count}]" if self.outer else "/report")
        self.builder = DocumentBuilder("xml", "canonical", self.limits, self.places)
        self.part = ""
        self.form: Form | None = None
        self.columns: dict[str, str] = {}  # the form's, by the tags of their cells
        self.item: _Item | None = None
        self.started: set[tuple[str, ...]] = set()
        self.records: dict[str, int] = {}

    def readings(self, data: bytes) -> Iterator[Reading]:
        """Every report as soon as it ends; a file with none gives one Reading that says so."""
        depth = 0
        events = etree.iterparse(io.BytesIO(data), events=("start", "end", "comment", "pi"), **PARSER_OPTIONS)
        for event, element in events:
            if event == "start":
                depth += 1
                outermost = depth <= 1 + self.outer
                trouble = self._trouble_at(element, depth) if outermost or depth > self.limits.max_depth else None
                if trouble is not None:
                    yield refused("xml", "canonical", self.expected, trouble)
                    return
                self._start(element, depth - self.outer)
            elif event == "end":
                level = depth - self.outer
                self._end(element, level)
                self._drop_before(element)
                depth -= 1
                if level == 1:
                    yield self.builder.reading
            else:
                self._aside(element, depth - self.outer)
        yield from self._after_all(events.root)

    def _after_all(self, root: Any) -> Iterator[Reading]:
        if self.outer and self.count == 0:
            yield refused("xml", "canonical", self.expected, problem("no_report"))
        elif self.outer and _stray_text(root):
            place = Place(line=root.sourceline, path="/reports")
            yield refused("xml", "canonical", self.expected, problem("text_outside_values", place))

    def _trouble_at(self, element: Any, depth: int) -> Finding | None:
        """A finding after which nothing more is read: a strange root, too deep, too many reports."""
        line = Place(line=element.sourceline)
        if depth == 1:
            if element.tag not in (f"{_NS}report", f"{_NS}reports"):
                return problem("xml_namespace", line, found=element.tag, expected=f"{_NS}report")
            if element.getroottree().docinfo.internalDTD is not None:
                return problem("xml_doctype", line)
            self.outer = int(element.tag == f"{_NS}reports")
        if depth > self.limits.max_depth:
            return problem("too_deep", line, expected=f"≤ {self.limits.max_depth}")
        if self.count >= self.limits.max_reports and depth == 1 + self.outer:
            return problem("too_many_reports", line, expected=f"≤ {self.limits.max_reports}")
        return None

    # -- starts -------------------------------------------------------------------------------------------------------

    def _start(self, element: Any, level: int) -> None:
        if level == _CELL and self.part == "form" and not self.skipping and not self.builder.overwhelmed:
            return  # read at its end, as nearly every element is
        if level == 0:
            return
        if level == 1:
            self._start_report(element)
        elif self.skipping:
            return
        elif self.builder.overwhelmed:
            self.skipping = level
        elif level == _PART:
            self._start_part(element)
        elif level == _ITEM:
            self._start_item(element)
        elif level > _CELL or self.part != "form":
            self.markup = True
            self.skipping = level

    def _start_report(self, element: Any) -> None:
        self.count += 1
        self.skipping = 0
        self._begin_report()
        here = Place(line=element.sourceline, path=self.places.prefix)
        if element.tag != f"{_NS}report":
            self.builder.reading.identity = self.expected or Identity()
            self.builder.problem("unknown_key", here, found=element.tag, expected="report")
            self.skipping = _PART
            return
        said = self._attributes(element, (*IDENTITY_PARTS, "secrecy"), _SCHEMA_LOCATIONS)
        self.builder.reading.secrecy = said.pop("secrecy", None)
        known = self.builder.identify(
            said,
            self.expected,
            self.lookup,
            lambda name: Place(line=here.line, path=f"{self.places.prefix}/@{name}"),
        )
        if not known:
            self.skipping = _PART

    def _start_part(self, element: Any) -> None:
        self.part, self.form, self.item = _name(element), None, None
        if self.part not in _ITEMS:
            self._pass_over(element, _PART, tuple(_ITEMS))
        elif self.part == "form":
            self._start_form(element)
        else:
            self._attributes(element, ())

    def _start_form(self, element: Any) -> None:
        here = self._here(element)
        said = self._attributes(element, ("code", "nil"))
        code = said.get("code", "").strip()
        self.places.opened(code, "")[""] = element.sourceline
        self.form = self.builder.form(code, here)
        if self.form is None:
            self.skipping = _PART
            return
        self.columns = {f"{_NS}{column.code}": column.code for column in self.form.columns}
        if not self._first("form", code):
            self.builder.problem("duplicate_form", here, address=whole(self.form), found=code)
        if self._boolean(element, said, "nil"):
            self.builder.nil(self.form)

    def _start_item(self, element: Any) -> None:
        name, self.item = _name(element), None
        if name not in _ITEMS[self.part]:
            self._pass_over(element, _ITEM, _ITEMS[self.part])
            return
        if self.form is not None and (name == "row") != (self.form.kind == "grid"):
            self.builder.wrong_kind(self.form, self._here(element), name)
            self.skipping = _ITEM
            return
        naming = {"row": "code", "section": "code", "explain": "key"}.get(name)
        said = self._attributes(element, (naming,) if naming else ())
        self.item = _Item(name, element.sourceline, said.get(naming or "", "").strip())
        self.markup = False
        if naming and not self.item.code:
            self.builder.problem("wrong_shape", self._here(element), found=name, expected=f'{naming}="…"')
            self.skipping = _ITEM

    # -- ends ---------------------------------------------------------------------------------------------------------

    def _end(self, element: Any, level: int) -> None:
        if self.skipping:
            if level == self.skipping and level != 1:
                self.skipping = 0 if self.builder.edition is not None else self.skipping
            return
        if level == _CELL:
            self._end_cell(element)
            return
        if level == _ITEM and self.part != "form":
            self._end_text(element)
            self.item = None
            return
        if stray := _stray_text(element):
            self._tell_stray(element, stray)
        if level == _ITEM:
            self._end_item()
            self.item = None

    def _end_cell(self, element: Any) -> None:
        assert self.item is not None
        column, text = self.columns.get(element.tag) or _name(element), element.text or ""
        self.item.lines[column] = element.sourceline
        if self.markup:
            self.markup = False
            self.builder.problem("markup_in_value", self._here(element), address=self._cell_address(column))
            return
        raw: Raw = text
        if element.attrib and self._boolean(element, self._attributes(element, ("na",)), "na"):
            raw = NOT_APPLICABLE
            if text.strip():
                address = self._cell_address(column)
                self.builder.problem("wrong_shape", self._here(element), address=address, found=text, expected="")
                return
        self.item.cells.append((column, raw))
        if len(self.item.cells) > _MOST_CELLS:
            self.builder.problem("too_many_values", self._here(element), expected=f"≤ {_MOST_CELLS}")
            self.skipping = _ITEM

    def _end_item(self) -> None:
        item, form = self.item, self.form
        assert item is not None
        assert form is not None
        lines = {"": item.line} | item.lines
        if item.name == "record":
            number = self.records[form.code] = self.records.get(form.code, 0) + 1
            self.places.opened(form.code, str(number)).update(lines)
            self.places.pack(form.code, str(number))
            self.builder.record(form, number, item.cells)
            return
        again = not self._first("row", form.code, item.code)
        if again:
            path = f"{self.places.prefix}/form[@code='{form.code}']/row[@code='{shown(item.code, 40)}']"
            self.builder.problem("duplicate_row", Place(line=item.line, path=path), found=item.code)
        known = self.places.opened(form.code, item.code)
        known.update({column: line for column, line in lines.items() if column not in known})
        self.builder.row(form, item.code, item.cells, again)

    def _cell_address(self, column: str) -> Address | None:
        """The address of the cell that ends here, if the form has it."""
        assert self.form is not None
        assert self.item is not None
        if column not in {known.code for known in self.form.columns}:
            return None
        if self.item.name == "record":
            return self.builder.next_record(self.form, column)
        known = self.item.code in {row.code for row in self.form.rows}
        return Address(self.form.code, self.item.code, column) if known else None

    def _end_text(self, element: Any) -> None:
        assert self.item is not None
        here, text = self._here(element), element.text or ""
        if self.markup:
            self.builder.problem("markup_in_value", here)
        elif self.item.name == "section":
            self.builder.section(self.item.code, text, here)
        else:
            self.builder.explanation(self.item.code, text, here)
        self.markup = False

    # -- odds and ends ------------------------------------------------------------------------------------------------

    def _aside(self, node: Any, level: int) -> None:
        """A comment or processing instruction: harmless between elements, never inside a value."""
        if self.skipping:
            inside_value = False
        else:
            inside_value = level == _CELL or (level == _ITEM and self.part != "form")
        if inside_value:
            self.markup = True
        elif node.getparent() is not None:
            self._drop_before(node)

    def _drop_before(self, element: Any) -> None:
        """Forget the siblings that came before: they were read, and memory must not grow with the file."""
        before = element.getprevious()
        parent = element.getparent() if before is not None else None
        while parent is not None and before is not None:
            if before.tail and before.tail.strip() and not self.skipping and not self.markup:
                self._tell_stray(parent, before.tail)
            parent.remove(before)
            before = element.getprevious()

    def _first(self, *fact: str) -> bool:
        if fact in self.started:
            return False
        self.started.add(fact)
        return True

    def _here(self, element: Any) -> Place:
        """Line and path of an element, with the codes of the form and row it stands in."""
        path = [self.places.prefix]
        name = _name(element)
        if self.form is not None and name != "form":
            path.append(f"form[@code='{self.form.code}']")
        if self.item is not None and name != self.item.name:
            path.append(f"row[@code='{shown(self.item.code, 40)}']" if self.item.name == "row" else self.item.name)
        path.append(shown(name, 60))
        return Place(line=element.sourceline, path="/".join(path))

    def _attributes(self, element: Any, allowed: tuple[str, ...], tolerated: tuple[str, ...] = ()) -> dict[str, str]:
        said = dict(element.attrib)
        for name in said:
            if name not in allowed and name not in tolerated:
                place = self._at_attribute(element, name)
                self.builder.problem("unknown_key", place, found=name, expected=", ".join(allowed) or None)
        return {name: said[name] for name in allowed if name in said}

    def _at_attribute(self, element: Any, name: str) -> Place:
        here = self._here(element)
        return Place(line=here.line, path=f"{here.path}/@{shown(name, 60)}")

    def _boolean(self, element: Any, said: dict[str, str], name: str) -> bool:
        text = said.get(name, "false").strip()
        if text not in _BOOLEANS:
            place = self._at_attribute(element, name)
            self.builder.problem("wrong_shape", place, found=text, expected="true, false")
        return _BOOLEANS.get(text, False)

    def _pass_over(self, element: Any, level: int, allowed: tuple[str, ...]) -> None:
        if self.builder.once("element", self.part, element.tag):
            self.builder.problem("unknown_key", self._here(element), found=element.tag, expected=", ".join(allowed))
        self.skipping = level

    def _tell_stray(self, element: Any, text: str) -> None:
        if self.builder.once("stray"):
            self.builder.problem("text_outside_values", self._here(element), found=text.strip())


def _name(element: Any) -> str:
    """The local name in the hub's namespace; for anything else the name with its namespace, ``{}`` for none."""
    tag = str(element.tag)
    return tag.removeprefix(_NS) if tag.startswith("{") else f"{{}}{tag}"


def _stray_text(element: Any) -> str | None:
    """Text that stands in a place of structure, among what is left of the element's children."""
    texts = [element.text, *(child.tail for child in element)]
    return next((text for text in texts if text and text.strip()), None)
