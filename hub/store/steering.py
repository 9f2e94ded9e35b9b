"""What the steering centre opens its morning with: what came in lately, and what waits for somebody's decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Integer, func, select, text

from hub.store.instants import from_text, to_text
from hub.store.publications import _COLUMNS, PublicationRow, _row
from hub.store.tables import extension, filing, publication

Campaign = tuple[str, str]
"""Edition key and period code."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """How many reports of a campaign were sent since a moment and since a later one, and the last of them."""

    campaign: Campaign
    longer: int
    lately: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many reports of a campaign wait, and since when (or until when) the first of them."""

    campaign: Campaign
    number: int
    first: datetime


def arrived(connection: Connection, since: datetime, lately: datetime) -> list[Arrived]:
    """Campaigns with a report that was sent since then, the latest arrival first."""
    c = filing.c
    last = func.max(c.last_sent_at)
    rows = connection.execute(
        select(c.edition, c.period, func.count(), func.sum((c.last_sent_at >= to_text(lately)).cast(Integer)), last)
        .where(c.last_sent_at >= to_text(since), c.last_sent_at.is_not(None))
        .group_by(c.edition, c.period)
        .order_by(last.desc(), c.edition, c.period)
    )
    return [
        Arrived((edition, period), int(longer), int(short), from_text(at))
        for edition, period, longer, short, at in rows
    ]


def returned_overdue(connection: Connection, now: datetime) -> list[Waiting]:
    """Campaigns with reports that were sent back and are not sent again in the time given, the longest first."""
    c = filing.c
    # Written out and not grouped, so that the index of what was sent back serves it: they are few.
    returned: ColumnElement[bool] = text("state = 'returned'")  # type: ignore[assignment]
    rows = connection.execute(
        select(c.edition, c.period, c.resend_due)
        .where(returned, c.resend_due <= to_text(now), c.excluded.is_(False))
        .order_by(c.resend_due, c.edition, c.period)
    )
    found: dict[Campaign, list[str]] = {}
    for edition, period, due in rows:
        found.setdefault((edition, period), []).append(due)
    return [Waiting(campaign, len(dues), from_text(dues[0])) for campaign, dues in found.items()]


def extensions_asked(connection: Connection) -> list[Waiting]:
    """Campaigns in which units asked for more time and nobody has answered, the oldest request first."""
    c, first = filing.c, func.min(extension.c.asked_at)
    rows = connection.execute(
        select(c.edition, c.period, func.count(), first)
        .select_from(extension.join(filing, c.id == extension.c.filing_id))
        .where(extension.c.state == "asked")
        .group_by(c.edition, c.period)
        .order_by(first, c.edition, c.period)
    )
    return [Waiting((edition, period), int(number), from_text(at)) for edition, period, number, at in rows]


def latest_editions(connection: Connection) -> list[PublicationRow]:
    """The last edition of every national report and period, newest first."""
    c = publication.c
    newest = select(c.report, c.period, func.max(c.number).label("number")).group_by(c.report, c.period).subquery()
    rows = connection.execute(
        select(*_COLUMNS)
        .join(newest, (newest.c.report == c.report) & (newest.c.period == c.period) & (newest.c.number == c.number))
        .order_by(c.issued_at.desc(), c.id.desc())
    )
    return [_row(row) for row in rows]


def manifests(connection: Connection, publication_ids: Collection[str]) -> Mapping[str, str]:
    """The manifests of some editions, as they are stored."""
    if not publication_ids:
        return {}
    rows = connection.execute(
        select(publication.c.id, publication.c.manifest).where(publication.c.id.in_(sorted(publication_ids)))
    )
    return {row.id: row.manifest for row in rows}
