"""Which door a file is for, judged by its content, and the one call that reads through any door."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from importlib import import_module

from hub.domain.envelope import Door, Identity, Reading
from hub.readers.document_builder import EditionLookup
from hub.readers.document_problems import problem
from hub.readers.file_kind import is_word
from hub.readers.limits import Limits
from hub.readers.sandbox import Failure, run_limited

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_GUARDED = frozenset({"xlsx", "xlsx_many", "docx", "csv"})
"""Doors whose readers hold themselves to the limits: by a child of their own where need be; CSV line by line."""
_PDF = b"%PDF-"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MEDIA: dict[str, Door] = {
    "application/x-www-form-urlencoded": "form",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.ms-excel": "xlsx",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/json": "json",
    "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
_ENDINGS: dict[str, Door] = {
    ".xlsx": "xlsx",
    ".xml": "xml",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".docx": "docx",
}


def door_of(content: bytes, filename: str = "", media_type: str = "") -> Door:
    """The door whose reader can say most about these bytes. Content first, then what was said of it.

    A file that is not what its name says still gets the door of its content, and there either reads well or gets a
    finding that says what it is (a sign-in page saved as ``.xlsx`` goes to ``xml``, which knows a web page).
    """
    return _by_content(content) or _by_words(content, filename, media_type)


def _by_content(content: bytes) -> Door | None:
    if content.startswith((_ZIP, _EMPTY_ZIP, _OLE)):
        return "docx" if is_word(content) else "xlsx"
    if content.startswith(_PDF):
        return "xlsx"  # whose guard says that this is a PDF and what is wanted instead
    start = _readable_start(content)
    if start.startswith("<"):
        return "xml"
    if start.startswith(("{", "[")):
        return "json"
    return None


def _readable_start(content: bytes) -> str:
    """The first characters, whatever byte order mark stands before; zero bytes are dropped (UTF-16 without a mark)."""
    head = content[:512]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", errors="replace").lstrip()
    return head.removeprefix(codecs.BOM_UTF8).replace(b"\x00", b"").decode("latin-1").lstrip()


def _by_words(content: bytes, filename: str, media_type: str) -> Door:
    media = _MEDIA.get(media_type.partition(";")[0].strip().lower())
    if media == "form":
        return "form"
    header = _readable_start(content).partition("\n")[0].lower()
    if "form" in header and "column" in header and "value" in header:
        return "csv"
    ending = "." + filename.rpartition(".")[2].lower()
    return _ENDINGS.get(ending) or media or "csv"


def read(
    door: Door, content: bytes, lookup: EditionLookup, expected: Identity | None, limits: Limits
) -> Iterator[Reading]:
    """The Readings of a file that came through a door, one a report and at least one; bad input never raises.

    The identity of each Reading is what the document says, its gaps filled from ``expected``; whether the two agree is
    for the caller, who alone knows which names mean the same unit. A large document is read here only after a child
    process has read all of it within the limits (workbooks, Word files and CSV have their own guard for that).
    """
    failure = None
    if door not in _GUARDED and limits.direct_bytes < len(content) <= limits.max_bytes:
        failure = run_limited("hub.readers.dispatch:try_in_child", door.encode() + b"\n" + content, limits)
    if isinstance(failure, Failure):
        said = problem("file_too_complex", found=failure.reason)
        return iter([Reading(door, "canonical", expected or Identity(), problems=[said])])
    reader = import_module(f"hub.readers.{door}")
    readings: Iterator[Reading] = reader.read(content, lookup, expected, limits)
    return readings


def try_in_child(payload: bytes) -> bytes:
    """In the child: read every report, keep none, answer nothing; what matters is that the limits held."""
    door, _, content = payload.partition(b"\n")
    reader = import_module(f"hub.readers.{door.decode('ascii')}")
    for _reading in reader.read(content, lambda _: None, None, Limits(max_bytes=len(content))):
        pass
    return b""
