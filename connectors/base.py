"""What every connector is: one file that fetches envelopes from one kind of outside system.

A connector decides nothing about reports. It fetches, says where it stands (a cursor of plain JSON values), and is
told what became of each thing it handed over. ``hub.services.collection`` keeps the cursor and gives each envelope to
intake. To add one: write a class with these members in a new file here and name it in ``scheduler.jobs.connectors``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from hub.domain.envelope import Envelope

Cursor = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Caps of one visit: bytes of one thing, things, pages and seconds of waiting for one page."""

    max_bytes: int = 20 * 1024 * 1024
    max_items: int = 5_000
    max_pages: int = 500
    page_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """One thing that arrived. ``cursor``: where to go on once it is taken in; ``key`` names it for its source."""

    envelope: Envelope
    cursor: Cursor
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a fetched thing. ``receipt`` is UTF-8 JSON for whoever left it there."""

    accepted: bool
    receipt: bytes


@dataclass(slots=True)
class Visit:
    """What a connector saw besides what it handed over, filled while it fetches."""

    refused: list[str] = field(default_factory=list)
    """Things it refused itself, each in a sentence that names the thing."""
    cursor: Cursor | None = None
    """Where to go on when nothing was handed over after it, such as an empty last page."""


class Connector(Protocol):
    """``fetch`` yields what is new since ``cursor``; an earlier thing may come again, and that is harmless (P24)."""

    name: str

    def fetch(self, cursor: Cursor, limits: FetchLimits, visit: Visit) -> Iterator[Fetched]:
        """New things in order. Raises ConnectorFault when the other side does not answer properly."""

    def settle(self, fetched: Fetched, outcome: Outcome) -> None:
        """Called after a thing was taken in, and again if the hub stopped before its cursor was kept."""


class ConnectorFault(Exception):
    """The other side is down, slow, or not what it should be. The messages hold no token and no received bytes."""

    def __init__(self, vi: str, en: str) -> None:
        self.message_vi, self.message_en = vi, en
        super().__init__(en)


def idempotency_key(connector: str, item_key: str, content: bytes) -> str:
    """The key under which intake knows a thing again: connector, the thing's own name, its bytes. ≤ 150 characters."""
    item = hashlib.sha256(item_key.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return f"{connector[:60]}:{item}:{hashlib.sha256(content).hexdigest()}"
