"""The paragraphs of a Word document's body, streamed: what is printed if all changes are accepted; what is left out.

A row of a table is one paragraph with tabs between its cells; a point of a list begins with "- ".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from hub.domain.outline_layout import section_of
from hub.readers.guard import Refusal
from hub.readers.plain_xml import ENCODINGS

MOST_DEPTH = 256
MOST_PARAGRAPHS = 200_000
_SEPARATOR = "\n"
_WORD = frozenset(
    {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    }
)
_MATH = frozenset(
    {"http://schemas.openxmlformats.org/officeDocument/2006/math", "http://purl.oclc.org/ooxml/officeDocument/math"}
)
_DELETED = frozenset({"del", "moveFrom"})
_CHANGED = frozenset({"ins", "moveTo"})
_FORMER = frozenset(
    {"pPrChange", "rPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange", "numberingChange"}
)
_NOTES = {
    "commentReference": "comments_left_out", "footnoteReference": "footnote_left_out",
    "endnoteReference": "footnote_left_out",
}  # fmt: skip


@dataclass(slots=True)
class Paragraph:
    """``number`` from 1 in the order of the body. ``marks``: the sections whose heading this one carries."""

    number: int
    text: str = ""
    style: str = ""
    marks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Body:
    """``notes``: the codes of what was left out or accepted, each with the first paragraph where it stands."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Table:
    row: list[list[str]] = field(default_factory=list)
    styles: set[str] = field(default_factory=set)
    marks: list[str] = field(default_factory=list)


class _Reader:
    """Follows the elements; ``skipped`` counts those open now whose content is not printed."""

    def __init__(self) -> None:
        self.body = Body()
        self.depth = self.count = self.skipped = self.boxes = self.properties = self.texts = 0
        self.controls: list[list[str]] = []
        self.tables: list[_Table] = []
        self.open: list[Paragraph] = []
        self.parts: list[list[str]] = []
        self.pending: list[str] = []

    def doctype(self, *_: Any) -> None:
        raise Refusal("workbook_doctype")

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.upper() not in ENCODINGS:
            raise Refusal("workbook_broken")

    def note(self, code: str) -> None:
        self.body.notes.setdefault(code, max(self.count, 1))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH or self.count > MOST_PARAGRAPHS:
            raise Refusal("workbook_too_complex")
        namespace, _, local = name.rpartition(_SEPARATOR)
        if local == "txbxContent":
            self.boxes += 1
        elif local == "Fallback":
            self.skipped += 1
        elif local in {"blip", "imagedata"}:
            self.note("picture_left_out")
        elif namespace in _MATH and local == "t":
            self.texts += 1
        elif namespace in _WORD:
            self._start_word(local, {key.rpartition(_SEPARATOR)[2]: value for key, value in attributes.items()})

    def _start_word(self, local: str, attributes: dict[str, str]) -> None:
        if local in _DELETED or local in _FORMER:
            self.skipped += 1
            self.note("tracked_changes")
        elif local in _CHANGED:
            self.note("tracked_changes")
        elif local in _NOTES:
            self.note(_NOTES[local])
        elif local in {"pPr", "rPr"}:
            self.properties += 1
        elif self.boxes:
            self.texts += local == "t"
        elif local == "p":
            self._open_paragraph()
        elif local == "tbl":
            self.tables.append(_Table())
        elif local == "tr" and self.tables:
            self.tables[-1].row = []
        elif local == "tc" and self.tables:
            self.tables[-1].row.append([])
        elif local == "sdt":
            self.controls.append([])
        elif local == "t":
            self.texts += 1
        elif not self.skipped:
            self._detail(local, attributes.get("val", ""), attributes)

    def _detail(self, local: str, value: str, attributes: dict[str, str]) -> None:
        if local == "tag" and self.controls:
            section = section_of(value)
            self.controls[-1] += [section] if section else []
        elif local == "bookmarkStart":
            section = section_of(attributes.get("name", ""))
            if section is not None:
                (self.open[-1].marks if self.open else self.pending).append(section)
        elif self.open and local == "pStyle" and self.properties:
            self.open[-1].style = value
        elif self.open and local == "numPr":
            self.parts[-1].insert(0, "- ")
        elif self.open and not self.properties and local in {"tab", "br", "cr", "noBreakHyphen"}:
            self.parts[-1].append({"tab": "\t", "noBreakHyphen": "-"}.get(local, "\n"))

    def _open_paragraph(self) -> None:
        self.count += 1
        marks = [*self.pending, *(section for control in self.controls for section in control)]
        self.pending = []
        for control in self.controls:
            control.clear()  # a control stands for its first paragraph
        self.open.append(Paragraph(self.count, marks=marks))
        self.parts.append([])

    def end(self, name: str) -> None:
        self.depth -= 1
        namespace, _, local = name.rpartition(_SEPARATOR)
        if local == "txbxContent":
            self.boxes -= 1
        elif local == "Fallback":
            self.skipped -= 1
        elif namespace in _MATH and local == "t":
            self.texts -= 1
        elif namespace in _WORD:
            self._end_word(local)

    def _end_word(self, local: str) -> None:
        if local in _DELETED or local in _FORMER:
            self.skipped -= 1
        elif local in {"pPr", "rPr"}:
            self.properties -= 1
        elif local == "t":
            self.texts -= 1
        elif self.boxes:
            return
        elif local == "p" and self.open:
            self._close_paragraph()
        elif local == "tr" and self.tables:
            self._close_row()
        elif local == "tbl" and self.tables:
            self.tables.pop()
        elif local == "sdt" and self.controls:
            self.controls.pop()

    def characters(self, text: str) -> None:
        if self.texts <= 0 or self.skipped or not self.open:
            return
        if self.boxes:
            if text.strip():
                self.note("box_left_out")
            return
        self.parts[-1].append(text)

    def _close_paragraph(self) -> None:
        paragraph = self.open.pop()
        text = "".join(self.parts.pop())
        paragraph.text = "" if text == "- " else text
        if not self.tables:
            self.body.paragraphs.append(paragraph)
            return
        table = self.tables[-1]
        if table.row and paragraph.text.strip():
            table.row[-1].append(" ".join(paragraph.text.split()))
            table.styles.add(paragraph.style)
        table.marks += paragraph.marks

    def _close_row(self) -> None:
        """A row of an outer table is a line; one of a table inside a cell is words of that cell."""
        table = self.tables[-1]
        text = "\t".join(" ".join(cell) for cell in table.row)
        if len(self.tables) > 1:
            outer = self.tables[-2]
            if outer.row and text.strip():
                outer.row[-1].append(" ".join(text.split()))
            outer.styles |= table.styles
        else:
            style = table.styles.pop() if len(table.styles) == 1 else ""
            self.body.paragraphs.append(Paragraph(max(self.count, 1), text, style, table.marks))
        table.row, table.styles, table.marks = [], set(), []


def paragraphs_of(document: bytes) -> Body:
    """The body of ``word/document.xml``. Refusal for a DOCTYPE, broken XML, or more than can be a narrative."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.XmlDeclHandler = reader.declaration
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.buffer_text = True
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise Refusal("workbook_broken") from error
    return reader.body
