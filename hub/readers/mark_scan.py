"""Looks for secrecy marks in a file (R06), in a child process held to limits: what is attached can be anything.

The answer says where marks stand and how much was looked at; no text of the file ever leaves the child.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from hub.domain.secrecy import Line, marked_places
from hub.readers.file_kind import FileKind, text_of
from hub.readers.guard import Refusal, open_archive
from hub.readers.limits import MIB, Limits
from hub.readers.office_text import office_lines
from hub.readers.sandbox import Failure, run_limited

MOST_PAGES = 50
_PICTURES = frozenset({"png", "jpg"})
Problem = Literal["broken", "locked", "too_complex"]


@dataclass(frozen=True, slots=True)
class Scanned:
    """``places``: (Vietnamese, English) of each marked place. ``seen``: whole, part (a long PDF) or not (a picture).

    ``problem``: why the file could not be read; then it may not be kept.
    """

    seen: Literal["whole", "part", "not"]
    places: tuple[tuple[str, str], ...] = ()
    problem: Problem | None = None


def scan(kind: FileKind, content: bytes, limits: Limits) -> Scanned:
    """Where the file bears marks. Nothing in it makes this raise; Unavailable if too many files are scanned already."""
    if kind in _PICTURES:
        return Scanned("not")
    answer = run_limited(
        "hub.readers.mark_scan:answer", f"{kind}\n".encode() + content, replace(limits, parse_output=MIB)
    )
    if isinstance(answer, Failure):
        return Scanned("not", problem="broken" if answer.reason == "error" else "too_complex")
    said = json.loads(answer)
    return Scanned(said["seen"], tuple((vi, en) for vi, en in said["places"]), said["problem"])


def answer(payload: bytes) -> bytes:
    """In the child: what ``scan`` says, as JSON."""
    kind, _, content = payload.partition(b"\n")
    said: dict[str, object] = {"seen": "whole", "places": [], "problem": None}
    try:
        lines, seen = _lines(kind.decode("ascii"), content)
        said |= {"places": list(marked_places(lines)), "seen": seen}
    except Refusal as refusal:
        locked = refusal.code in {"workbook_encrypted", "locked"}
        large = refusal.code in {"zip_bomb", "workbook_too_complex", "zip_too_many_entries"}
        said["problem"] = "locked" if locked else "too_complex" if large else "broken"
    return json.dumps(said, ensure_ascii=False).encode()


def _lines(kind: str, content: bytes) -> tuple[Iterator[Line], str]:
    if kind == "pdf":
        return _pdf_lines(content)
    if kind in {"docx", "xlsx"}:
        limits = Limits(max_bytes=max(len(content), 1), max_entries=5_000)
        return office_lines(open_archive(content, limits)), "whole"
    lines = (text_of(content) or "").splitlines()
    placed = (Line(text, f"dòng {number}", f"line {number}") for number, text in enumerate(lines, 1))
    return placed, "whole"


def _pdf_lines(content: bytes) -> tuple[Iterator[Line], str]:
    """The lines of the first pages: what is printed, and what stands in notes and stamps laid over the page."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refusal("locked")
        pages, many = list(itertools.islice(reader.pages, MOST_PAGES)), len(reader.pages) > MOST_PAGES
        lines = [line for number, page in enumerate(pages, 1) for line in _page_lines(number, page)]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Refusal("broken") from error
    if pages and not any(line.text.strip() for line in lines):
        return iter(()), "not"
    return iter(lines), "part" if many else "whole"


def _page_lines(number: int, page: object) -> Iterator[Line]:
    place = f"trang {number}", f"page {number}"
    texts = [page.extract_text() or ""]  # type: ignore[attr-defined]
    for note in page.annotations or ():  # type: ignore[attr-defined]
        said = note.get_object()
        texts += [str(said.get(name, "")) for name in ("/Contents", "/Subj")]
    for text in texts:
        for line in text.splitlines():
            yield Line(line, *place)
