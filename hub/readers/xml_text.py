"""Looks at received XML before it is walked: size, encoding, DOCTYPE, well-formedness (trap 8)."""

from __future__ import annotations

import codecs
import io
import re
from typing import Any, cast

from lxml import etree

from hub.domain.findings import Finding, Place
from hub.readers.document_problems import problem
from hub.readers.limits import Limits

_DECLARED = re.compile(r"<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,40})[\"']", re.ASCII)
_HTML = re.compile(r"(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)

PARSER_OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "encoding": "utf-8",
}


def checked_xml(content: bytes, limits: Limits) -> tuple[bytes, Finding | None]:
    """The document as UTF-8 bytes, known to be well formed and without a DOCTYPE; or the finding that refuses it."""
    if len(content) > limits.max_bytes:
        return b"", problem("file_too_large", expected=f"≤ {limits.max_bytes}")
    text, trouble = _decode(content)
    if trouble is None:
        trouble = _trouble_in(text, limits)
    if trouble is not None:
        return b"", trouble
    data = text.encode("utf-8")
    return data, _malformed(data)


def _decode(content: bytes) -> tuple[str, Finding | None]:
    """One decoding, ours; the parser is told it, so that no second opinion about the encoding is possible."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not wide and b"\x00" in content[:4]:
        return "", problem("xml_encoding")
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        prolog = _DECLARED.match(content[:300].decode("latin-1").lstrip())
        if prolog and prolog[1].lower() != "utf-8":
            return "", problem("xml_encoding", Place(line=1), found=prolog[1], expected="UTF-8")
        return "", problem("file_not_utf8", Place(line=content[: error.start].count(b"\n") + 1))
    declared = _DECLARED.match(text)
    if declared and declared[1].lower() != ("utf-16" if wide else "utf-8"):
        return "", problem("xml_encoding", Place(line=1), found=declared[1], expected="UTF-16" if wide else "UTF-8")
    return text, None


def _trouble_in(text: str, limits: Limits) -> Finding | None:
    if not text.strip():
        return problem("file_empty")
    start = _after_prolog(text)
    if _HTML.match(text, start):
        return problem("file_is_html", Place(line=text.count("\n", 0, start) + 1))
    if text[start : start + 9].upper() == "<!DOCTYPE":
        return problem("xml_doctype", Place(line=text.count("\n", 0, start) + 1))
    if text.count("<") > 2 * limits.max_values:
        return problem("too_many_values", expected=f"≤ {limits.max_values}")
    return None


def _after_prolog(text: str) -> int:
    """Where the first thing stands that is neither white space, nor a comment, nor a processing instruction."""
    position = 0
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        end = "-->" if text.startswith("<!--", position) else "?>" if text.startswith("<?", position) else None
        found = text.find(end, position + 2) if end else -1
        if end is None or found < 0:
            return position
        position = found + len(end)


class _Nothing:
    """A parser target that keeps nothing: only the syntax is checked."""

    def close(self) -> None:
        return None


def _malformed(data: bytes) -> Finding | None:
    """The first syntax error, before anything is taken from the file: a cut-off file gives no report at all."""
    parser = etree.XMLParser(target=cast(Any, _Nothing()), **PARSER_OPTIONS)
    try:
        etree.parse(io.BytesIO(data), parser)
    except etree.XMLSyntaxError as error:
        return problem("xml_malformed", Place(line=error.lineno or 1), found=error.msg)
    for entry in parser.error_log.filter_from_errors():  # an undeclared prefix does not stop a parser without a tree
        return problem("xml_malformed", Place(line=entry.line or 1), found=entry.message)
    return None
