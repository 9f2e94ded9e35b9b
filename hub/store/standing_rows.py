"""Which campaigns have versions in force, and which those are, without their figures: what a copy of them compares."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, or_, select

from hub.store.instants import to_text
from hub.store.tables import filing, standing

Campaign = tuple[str, str]
"""(edition key, period code)."""

OWN = "own"
"""The scope that is rolled up: a superior's summary never counts beside what it was made of."""


def campaigns(connection: Connection) -> set[Campaign]:
    """Every campaign of which first-hand versions are in force."""
    rows = connection.execute(
        select(standing.c.edition, standing.c.period).where(standing.c.scope == OWN).distinct()
    )  # fmt: skip
    return {(edition, period) for edition, period in rows}


def changed_since(connection: Connection, since: datetime) -> set[Campaign]:
    """Every campaign with a filing that changed at or after a moment."""
    rows = connection.execute(
        select(filing.c.edition, filing.c.period)
        .where(filing.c.changed_at >= to_text(since), or_(filing.c.first_sent_at.is_not(None), filing.c.excluded))
        .distinct()
    )
    return {(edition, period) for edition, period in rows}


def fingerprint(connection: Connection, campaign: Campaign) -> str:
    """One hash over who is in a campaign and with which version: it changes when any of them does."""
    c = standing.c
    rows = connection.execute(
        select(c.unit_path, c.filing_id, c.version, c.version_sha256)
        .where(c.edition == campaign[0], c.period == campaign[1], c.scope == OWN)
        .order_by(c.unit_path)
    )
    return fingerprint_of(*([list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]))


def fingerprint_of(paths: list[str], filing_ids: list[str], numbers: list[int], sha256s: list[str]) -> str:
    """The same hash over versions that are at hand, in the order of their paths."""
    lines = zip(paths, filing_ids, numbers, sha256s, strict=True)
    return hashlib.sha256("\n".join(" ".join(map(str, line)) for line in lines).encode()).hexdigest()
