"""What a list page is asked for: filters and page numbers from the address, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlsplit

from hub.domain.filing import FilingQuery
from hub.domain.period import end_of_day, is_year, period_named
from hub.domain.workflow import STATE_NAMES
from hub.errors import BadRequest

PAGE_SIZE = 50
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


def whole_number(text: str | None, default: int | None = None) -> int:
    """A whole number of ASCII digits; BadRequest for anything else, and for nothing where there is no default."""
    if not text and default is not None:
        return default
    if not text or _NUMBER.fullmatch(text) is None:
        raise BadRequest("Giá trị số không hợp lệ.", "A whole number is expected.")
    return int(text)


def optional_number(text: str | None) -> int | None:
    return whole_number(text) if text else None


def clean(text: str | None, longest: int = 200) -> str:
    """Text from the address without characters that no database takes."""
    return "".join(letter for letter in (text or "")[:longest] if letter.isprintable()).strip()


def local_path(target: str) -> bool:
    """Whether ``target`` is a path of this site: no link leads people elsewhere after signing in or a choice."""
    parts = urlsplit(target) if target.startswith("/") and not target.startswith("//") else None
    if parts is None or parts.scheme or parts.netloc or "\\" in target:
        return False
    return not any(ord(letter) < 33 for letter in target)


def filing_query(args: Mapping[str, str], size: int = PAGE_SIZE) -> FilingQuery:
    """The query that the filters of a list of filings describe."""
    state = clean(args.get("state"))
    return FilingQuery(
        regime=clean(args.get("regime")) or None,
        edition=clean(args.get("edition")) or None,
        period=_period(clean(args.get("period"))),
        state=state if state in STATE_NAMES else None,
        unit_id=clean(args.get("unit")) or None,
        owed=args.get("owed") == "1",
        overdue=args.get("overdue") == "1",
        text=clean(args.get("text")),
        page=max(1, min(whole_number(args.get("page"), 1), 100_000)),
        size=size,
    )


def _period(text: str) -> str | None:
    """The code of the period that somebody wrote, or a year; what names none finds nothing."""
    named = period_named(text) if text and not is_year(text) else None
    return named.code if named is not None else text or None


def end_of_named_day(text: str | None) -> datetime | None:
    """24:00 of a day written ``25/12/2026`` (or ISO), as aware UTC; None for nothing; BadRequest for no day."""
    day = named_day(text)
    try:
        return end_of_day(day) if day is not None else None
    except OverflowError:
        raise _not_a_day(text or "") from None


def named_day(text: str | None) -> date | None:
    """A day written ``25/12/2026`` (or ISO); None for nothing; BadRequest for no day."""
    text = (text or "").strip()
    if not text:
        return None
    local, iso = _DAY.fullmatch(text), _ISO_DAY.fullmatch(text)
    try:
        if local:
            return date(int(local[3]), int(local[2]), int(local[1]))
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError:
        pass
    raise _not_a_day(text)


def _not_a_day(text: str) -> BadRequest:
    return BadRequest(f"“{text[:20]}” không phải là ngày. Ví dụ đúng: 25/12/2026.", "Write the day as 25/12/2026.")
