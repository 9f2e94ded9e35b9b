"""What a file is, by its bytes and never by its name: the kinds that may be attached to a report."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Literal

FileKind = Literal["pdf", "docx", "xlsx", "png", "jpg", "txt", "csv"]

MEDIA_TYPES: dict[FileKind, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
}
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(r"\s*(?:\{\\rtf|%!ps|<(?:!doctype|html|head|body|script|svg|\?xml))", re.IGNORECASE)


def kind_of(content: bytes, filename: str = "") -> FileKind | None:
    """The kind; None for what may not be attached (programs, web pages, archives, files with macros).

    Whether plain text is a table is told by its name: its bytes are text in either case.
    """
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    if text_of(content) is None:
        return None
    return "csv" if filename.lower().endswith((".csv", ".tsv")) else "txt"


def is_word(content: bytes) -> bool:
    """True for a zip whose directory lists a Word document; nothing is unpacked."""
    return content.startswith(b"PK\x03\x04") and "word/document.xml" in _names(content)


def _office_kind(content: bytes) -> FileKind | None:
    names = _names(content)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "word/document.xml" in names:
        return "docx"
    return "xlsx" if "xl/workbook.xml" in names else None


def _names(content: bytes) -> frozenset[str]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return frozenset()


def text_of(content: bytes) -> str | None:
    """Plain text in UTF-8, UTF-16 with its mark, or Windows-1258; None for what is no plain text or is markup."""
    if not content.strip():
        return None
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = content.decode("utf-16")
        elif _CONTROL.search(content):
            return None
        else:
            text = _decoded(content)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text or _MARKUP.match(text) else text


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1258")
