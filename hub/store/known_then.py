"""What was there at a moment of the past: filings, the decisions taken by then, the versions accepted by then.

Each is one statement for any number of campaigns. Only first-hand reports (scope *own*) are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from hub.domain.standing_history import Step
from hub.store.database import BINARY_RESULTS
from hub.store.figure_rows import CampaignName
from hub.store.instants import from_text, to_text
from hub.store.tables import decision, extension, filing, version

MOVING = ("send", "withdraw", "accept", "send_back", "exclude", "include", "finalise", "amend")
"""The decisions that change which version counts, or how what does not count is counted."""


@dataclass(frozen=True, slots=True)
class OpenedFiling:
    """A filing that was open; ``due_at``: its deadline as it is now."""

    id: str
    edition: str
    period: str
    unit_id: str
    unit_path: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class AcceptedVersion:
    """A version that was accepted once, with its packed figures."""

    sha256: str
    figures: bytes
    presence: bytes


def campaigns(connection: Connection, editions: Collection[str], at: datetime) -> list[CampaignName]:
    """The campaigns of these editions that had been opened."""
    c = filing.c
    query = select(c.edition, c.period).distinct().where(c.edition.in_(sorted(editions)), c.opened_at <= to_text(at))
    return [(edition, period) for edition, period in connection.execute(query)]


def opened(connection: Connection, named: Collection[CampaignName], at: datetime) -> list[OpenedFiling]:
    """The filings of these campaigns that were open, in the order of the tree."""
    c = filing.c
    query = select(c.id, c.edition, c.period, c.unit_id, c.unit_path, c.due_at).where(_of(named, at))
    asked = frozenset(named)
    return [
        OpenedFiling(*row[:5], from_text(row.due_at))
        for row in connection.execute(query.order_by(c.unit_path))
        if (row.edition, row.period) in asked
    ]


def steps(connection: Connection, named: Collection[CampaignName], at: datetime) -> dict[str, list[Step]]:
    """Filing → the decisions taken by then that matter here."""
    c = decision.c
    query = (
        select(c.filing_id, c.at, c.id, c.event, c.from_state, c.to_state, c.version)
        .select_from(filing.join(decision, c.filing_id == filing.c.id))
        .where(_of(named, at), c.at <= to_text(at), c.event.in_(MOVING))
    )
    found: dict[str, list[Step]] = defaultdict(list)
    for row in connection.execute(query):
        found[row[0]].append(Step(*row[1:]))
    return found


def accepted(
    connection: Connection, named: Collection[CampaignName], at: datetime
) -> dict[tuple[str, int], AcceptedVersion]:
    """(filing, number) → each version that had been accepted by then."""
    d, v = decision.c, version.c
    whole = filing.join(decision, d.filing_id == filing.c.id).join(
        version, (v.filing_id == d.filing_id) & (v.number == d.version)
    )
    query = (
        select(v.filing_id, v.number, v.sha256, v.figures, v.presence)
        .select_from(whole)
        .where(_of(named, at), d.at <= to_text(at), d.event == "accept")
        .execution_options(**BINARY_RESULTS)
    )
    return {
        (row.filing_id, row.number): AcceptedVersion(row.sha256, bytes(row.figures), bytes(row.presence))
        for row in connection.execute(query)
    }


def deadlines_since(connection: Connection, named: Collection[CampaignName], at: datetime) -> dict[str, datetime]:
    """Filing → the deadline that it had then, where it was moved since."""
    c = extension.c
    query = (
        select(c.filing_id, c.due_before)
        .select_from(filing.join(extension, c.filing_id == filing.c.id))
        .where(_of(named, at), c.state == "granted", c.decided_at > to_text(at), c.due_before.is_not(None))
        .order_by(func.coalesce(c.decided_at, ""), c.id)
    )
    found: dict[str, datetime] = {}
    for filing_id, due_before in connection.execute(query):
        found.setdefault(filing_id, from_text(due_before))
    return found


def _of(named: Collection[CampaignName], at: datetime) -> ColumnElement[bool]:
    c = filing.c
    return (
        c.edition.in_(sorted({key for key, _ in named}))
        & c.period.in_(sorted({code for _, code in named}))
        & (c.scope == "own")
        & (c.opened_at <= to_text(at))
    )
