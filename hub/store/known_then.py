"""What was there at a moment of the past: filings, the decisions taken by then, the versions accepted by then.

Each is one statement for any number of campaigns. Only first-hand reports (scope *own*) are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from hub.domain.standing_history import Step
from hub.store.database import BINARY_RESULTS
from hub.store.figure_rows import CampaignName
from hub.store.instants import to_text
from hub.store.tables import aggregate, decision, extension, filing, version

MOVING = ("send", "withdraw", "accept", "send_back", "exclude", "include", "finalise", "amend")
"""The decisions that change which version counts, or how what does not count is counted."""


class OpenedFiling(NamedTuple):
    """A filing that was open; ``due_at``: its deadline as it is now, as text that sorts in time."""

    id: str
    edition: str
    period: str
    unit_id: str
    unit_path: str
    due_at: str


class AcceptedVersion(NamedTuple):
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
        OpenedFiling(*row)
        for row in connection.execute(query.order_by(c.unit_path, c.scope))
        if (row[1], row[2]) in asked
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
        (filing_id, number): AcceptedVersion(sha256, bytes(figures), bytes(presence))
        for filing_id, number, sha256, figures, presence in connection.execute(query)
    }


def deadlines_since(connection: Connection, named: Collection[CampaignName], at: datetime) -> dict[str, str]:
    """Filing → the deadline that it had then, where it was moved since; as text that sorts in time."""
    c = extension.c
    query = (
        select(c.filing_id, c.due_before)
        .select_from(filing.join(extension, c.filing_id == filing.c.id))
        .where(_of(named, at), c.state == "granted", c.decided_at > to_text(at), c.due_before.is_not(None))
        .order_by(func.coalesce(c.decided_at, ""), c.id)
    )
    found: dict[str, str] = {}
    for filing_id, due_before in connection.execute(query):
        found.setdefault(filing_id, due_before)
    return found


@dataclass(frozen=True)
class Marks:
    """What tells whether stored aggregates are still what was known at a moment; all as text that sorts in time.

    ``stored``: when a campaign's aggregates were made; ``changed``: when anything of it last changed.
    """

    at: str
    stored: Mapping[CampaignName, str]
    changed: Mapping[CampaignName, str]

    def unchanged(self, name: CampaignName) -> bool:
        """True if nothing has changed since, and what is stored is newer than the last change."""
        changed = self.changed.get(name)
        return changed is not None and changed <= self.at and self.stored.get(name, "") > changed

    def follows(self, longer: CampaignName, parts: Collection[CampaignName]) -> bool:
        """True if a longer period was brought together from its parts as they are stored."""
        made = self.stored.get(longer)
        return made is not None and all(self.stored.get(part, "~") <= made for part in parts)


def marks(connection: Connection, named: Collection[CampaignName], at: datetime) -> Marks:
    """The marks of these campaigns. Three statements."""
    f, a, e = filing.c, aggregate.c, extension.c
    asked = _in(f.edition, f.period, named) & (f.scope == "own")
    made = select(a.edition, a.period, func.min(a.at)).where(_in(a.edition, a.period, named))
    last = select(f.edition, f.period, func.max(f.changed_at), func.max(f.opened_at)).where(asked)
    put_off = (
        select(f.edition, f.period, func.max(e.decided_at))
        .select_from(filing.join(extension, e.filing_id == f.id))
        .where(asked, e.state == "granted", e.decided_at > to_text(at))
    )
    stored = {(row[0], row[1]): row[2] for row in connection.execute(made.group_by(a.edition, a.period))}
    changed = {(row[0], row[1]): max(row[2:]) for row in connection.execute(last.group_by(f.edition, f.period))}
    changed |= {(row[0], row[1]): row[2] for row in connection.execute(put_off.group_by(f.edition, f.period))}
    return Marks(to_text(at), stored, changed)


def _of(named: Collection[CampaignName], at: datetime) -> ColumnElement[bool]:
    c = filing.c
    return _in(c.edition, c.period, named) & (c.scope == "own") & (c.opened_at <= to_text(at))


def _in(
    edition: ColumnElement[str], period: ColumnElement[str], named: Collection[CampaignName]
) -> ColumnElement[bool]:
    return edition.in_(sorted({key for key, _ in named})) & period.in_(sorted({code for _, code in named}))
