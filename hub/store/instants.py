"""Instants as text: fixed width, UTC, so that text order is time order on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


def to_text(instant: datetime) -> str:
    """``2026-11-22T03:04:05.123456+00:00``: always 32 characters, always UTC. ValueError for a naive datetime."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


@lru_cache(maxsize=4096)  # the filings of a campaign share most of theirs
def from_text(text: str) -> datetime:
    """The aware UTC datetime that ``to_text`` wrote. ValueError for anything else."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or to_text(instant) != text:
        raise ValueError(f"not an instant: {text!r}")
    return instant.astimezone(UTC)
