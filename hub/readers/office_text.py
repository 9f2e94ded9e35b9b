"""The lines of text in a Word file or a workbook, with where each stands: every part, headers and text boxes too.

Parts are streamed through expat, never held as trees; a DOCTYPE is refused; the guard has looked at the zip before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from hub.domain.secrecy import Line
from hub.readers.guard import Archive, Refusal
from hub.readers.plain_xml import ENCODINGS

MOST_DEPTH = 256
_SEPARATOR = "\n"
_LINE_ENDS = frozenset({"p", "si", "is", "f", "c"})
_TEXTS = frozenset({"t", "v", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
_PROPERTIES = re.compile(r"docProps/(?:core|custom|app)\.xml")
_DRAWN = re.compile(r"word/|xl/|ppt/")
_LEFT_OUT = re.compile(r"(?:word|xl)/(?:theme/|styles|fontTable|settings|webSettings|numbering|calcChain)")
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")


class _Lines:
    """Collects the text of one part, line by line; text in a box inside a paragraph is a line of its own."""

    def __init__(self, properties: bool) -> None:
        self.properties = properties
        self.depth = 0
        self.open: list[list[str]] = [[]]
        self.reading = 0
        self.done: list[str] = []

    def doctype(self, *_: Any) -> None:
        raise Refusal("workbook_doctype")

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.upper() not in ENCODINGS:
            raise Refusal("workbook_broken")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Refusal("workbook_too_complex")
        local = name.rpartition(_SEPARATOR)[2]
        if local in _LINE_ENDS:
            self.open.append([])
        elif local in _TEXTS or self.properties:
            self.reading += 1
        elif local in {"tab", "br", "cr"}:
            self.open[-1].append("\t" if local == "tab" else "\n")
        elif local == "textpath":
            self.done.append(attributes.get("string", ""))

    def end(self, name: str) -> None:
        self.depth -= 1
        local = name.rpartition(_SEPARATOR)[2]
        if local in _LINE_ENDS:
            self._close(self.open.pop() if len(self.open) > 1 else [])
        elif local in _TEXTS or self.properties:
            self.reading -= 1
            if self.properties or local not in {"t", "v"}:
                self._close(self.open[-1])
                self.open[-1] = []

    def characters(self, text: str) -> None:
        if self.reading > 0:
            self.open[-1].append(text)

    def _close(self, parts: list[str]) -> None:
        text = "".join(parts)
        if text.strip():
            self.done.append(text)


def office_lines(archive: Archive) -> Iterator[Line]:
    """Every line of text of a guarded office file. Refusal for what is broken, too deep or too large."""
    for name in sorted(archive.names, key=_order):
        if not name.endswith((".xml", ".vml")) or _LEFT_OUT.match(name):
            continue
        if not (_DRAWN.match(name) or _PROPERTIES.fullmatch(name)):
            continue
        place = _place(name)
        for text in _lines_of(archive.read(name), bool(_PROPERTIES.fullmatch(name)), name.endswith(".vml")):
            for line in text.splitlines():
                yield Line(line, *place)


def _order(name: str) -> tuple[bool, str]:
    return not name.startswith(("word/header", "word/document")), name


def _lines_of(part: bytes, properties: bool, lenient: bool) -> list[str]:
    lines = _Lines(properties)
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.StartDoctypeDeclHandler = lines.doctype
    parser.XmlDeclHandler = lines.declaration
    parser.StartElementHandler = lines.start
    parser.EndElementHandler = lines.end
    parser.CharacterDataHandler = lines.characters
    parser.buffer_text = True
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        if not lenient:
            raise Refusal("workbook_broken") from error
    return lines.done


def _place(name: str) -> tuple[str, str]:
    """The part in words; never a name that somebody gave it."""
    sheet = _SHEET.fullmatch(name)
    if sheet:
        return f"trang tính thứ {sheet[1]}", f"sheet number {sheet[1]}"
    if name.startswith(("word/header", "word/footer")):
        return "đầu hoặc chân trang", "page header or footer"
    if name == "word/document.xml":
        return "thân văn bản", "body of the document"
    if name == "xl/sharedStrings.xml":
        return "chữ trong các ô", "text of the cells"
    if name.startswith("docProps/"):
        return "thuộc tính của tệp", "properties of the file"
    return "hình vẽ, ghi chú hoặc khung chữ", "drawing, note or text box"
