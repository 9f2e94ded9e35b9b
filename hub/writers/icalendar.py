"""Days as an iCalendar file (RFC 5545), which every calendar program opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_LONGEST = 75
"""Bytes of a line before it is folded (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """An event of one whole day. ``uid`` stays the same for ever, so that opening the file again adds nothing."""

    uid: str
    day: date
    summary: str
    description: str = ""
    url: str = ""


def write_icalendar(days: Iterable[CalendarDay], name: str, made_at: datetime) -> bytes:
    """The file: UTF-8, CRLF, one VEVENT a day. ``made_at`` is aware UTC."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Viet Nam//National reporting hub//VI", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(name)}"]
    for each in days:
        lines += _event(each, made_at)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _event(each: CalendarDay, made_at: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{each.uid}"
    yield f"DTSTAMP:{made_at:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{each.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{each.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(each.summary)}"
    if each.description:
        yield f"DESCRIPTION:{_escaped(each.description)}"
    if each.url:
        yield f"URL:{each.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 bytes, never within a letter; each further one begins with a space."""
    piece, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LONGEST:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + width
    yield piece
