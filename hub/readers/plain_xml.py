"""Rewrites unusual but well-formed spreadsheet XML into the plain form that the fast scan can prove things about.

Excel, LibreOffice and XlsxWriter write plain XML: UTF-8, no prefixes, every cell with its name. What is written
otherwise (UTF-16, prefixed tags, comments, CDATA, cells without names, rich inline text) means the same to a strict
parser, so one strict parser reads it, and what it understood is written again plainly. Any DOCTYPE is refused (trap 8).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from hub.domain.sheet_layout import cell_index, cell_name
from hub.readers.guard import Refusal
from hub.readers.limits import Limits

_MAIN = (
    "",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_SEPARATOR = "\n"
ENCODINGS = frozenset({"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII"})
"""Encodings that a workbook's XML may declare; others (UTF-7 above all) make two parsers see two texts."""


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(_SEPARATOR)
    return namespace, local


class _Rewriter:
    """Copies elements of the spreadsheet namespace with their unprefixed attributes; all else is dropped."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.out = io.StringIO()
        self.depth = 0
        self.foreign = 0

    def doctype(self, *_: Any) -> None:
        raise Refusal("workbook_doctype")

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.upper() not in ENCODINGS:
            raise Refusal("workbook_broken", encoding)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > self.limits.max_xml_depth:
            raise Refusal("workbook_too_complex")
        namespace, local = _split(name)
        if self.foreign or namespace not in _MAIN:
            self.foreign += 1
            return
        self.open(local, {key: value for key, value in attributes.items() if _SEPARATOR not in key})

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.foreign:
            self.foreign -= 1
        else:
            self.close(_split(name)[1])

    def characters(self, text: str) -> None:
        if not self.foreign:
            self.text(text)

    def open(self, local: str, attributes: dict[str, str]) -> None:
        said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        self.out.write(f"<{local}{said}>")

    def close(self, local: str) -> None:
        self.out.write(f"</{local}>")

    def text(self, text: str) -> None:
        self.out.write(escape(text, {"\r": "&#13;"}))


class _SheetRewriter(_Rewriter):
    """A sheet: rows and cells get their names where they have none, and text stands in ``f``, ``v`` and ``t`` only."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.path: list[str] = []
        self.row = -1
        self.column = -1

    def open(self, local: str, attributes: dict[str, str]) -> None:
        self.path.append(local)
        if local == "row" and self.path[-2:-1] == ["sheetData"]:
            self._open_row(attributes)
        elif local == "c" and self.path[-2:-1] == ["row"]:
            self._open_cell(attributes)
        elif self._kept() and local == "is":
            self.out.write("<is><t>")
        elif self._kept():
            super().open(local, attributes if local in {"mergeCell", "col"} else {})

    def _open_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", str(self.row + 2))
        if not (number.isascii() and number.isdigit() and 0 < int(number) <= 1_048_576):
            raise Refusal("workbook_broken", number)
        self.row, self.column = int(number) - 1, -1
        hidden = ' hidden="1"' if attributes.get("hidden") in {"1", "true"} else ""
        self.out.write(f'<row r="{self.row + 1}"{hidden}>')

    def _open_cell(self, attributes: dict[str, str]) -> None:
        name = attributes.get("r") or cell_name(self.row, self.column + 1)
        try:
            row, self.column = cell_index(name)
        except ValueError:
            raise Refusal("workbook_broken", name) from None
        if row != self.row:
            raise Refusal("workbook_broken", name)
        said = "".join(f' {key}="{attributes[key]}"' for key in ("s", "t") if attributes.get(key, "").isalnum())
        self.out.write(f'<c r="{name}"{said}>')

    def _kept(self) -> bool:
        """Of a cell its formula, value and inline text, without phonetic runs; of the rest what the scan asks for."""
        if "c" in self.path[:-1]:
            return self.path[-2] == "c" and self.path[-1] in {"f", "v", "is"}
        return self.path[-1] in {"worksheet", "sheetData", "cols", "col", "mergeCells", "mergeCell"}

    def close(self, local: str) -> None:
        if local == "is" and self._kept():
            self.out.write("</t></is>")
        elif local in {"row", "c"} or self._kept():
            super().close(local)
        self.path.pop()

    def text(self, text: str) -> None:
        inside = self.path[-1:] in (["f"], ["v"]) or (self.path[-1:] == ["t"] and "rPh" not in self.path)
        if inside and "c" in self.path:
            super().text(text)


def _rewritten(part: bytes, rewriter: _Rewriter, found: str) -> bytes:
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = rewriter.doctype
    parser.XmlDeclHandler = rewriter.declaration
    handlers: tuple[tuple[str, Callable[..., None]], ...] = (
        ("StartElementHandler", rewriter.start),
        ("EndElementHandler", rewriter.end),
        ("CharacterDataHandler", rewriter.characters),
    )
    for name, handler in handlers:
        setattr(parser, name, handler)
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise Refusal("workbook_broken", found) from error
    return rewriter.out.getvalue().encode("utf-8")


def plain_sheet(part: bytes, limits: Limits, found: str = "") -> bytes:
    """The sheet in plain form; ``found`` names it in a Refusal (doctype, too deep, broken)."""
    return _rewritten(part, _SheetRewriter(limits), found)


def plain_part(part: bytes, limits: Limits, found: str = "") -> bytes:
    """Shared strings or styles in plain form."""
    return _rewritten(part, _Rewriter(limits), found)
