"""Reminders that went out, and the filings whose next one is due; read and written many at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from hub.store import tables
from hub.store.database import insert_into
from hub.store.filings import BATCH, OWED
from hub.store.instants import from_text, to_text

table = tables.reminder
filing = tables.filing


@dataclass(frozen=True, slots=True)
class Owing:
    """Filings of one edition and period that have not been sent and share their dates."""

    edition: str
    period: str
    due_at: datetime
    closes_at: datetime | None
    resend_due: datetime | None
    sent_before: bool


def owing(connection: Connection, first: datetime, last: datetime) -> list[Owing]:
    """Every group of filings still owed with a date between two instants, by edition and period.

    Excluded ones owe nothing; neither does one whose accepted version stands while it is being amended.
    """
    sent = filing.c.first_sent_at.is_not(None).label("sent_before")
    dates = (filing.c.due_at, filing.c.closes_at, filing.c.resend_due)
    between = [each.between(to_text(first), to_text(last)) for each in dates]
    query = select(filing.c.edition, filing.c.period, *dates, sent).where(_owed(), or_(*between)).distinct()
    rows = connection.execute(query.order_by(filing.c.edition, filing.c.period, filing.c.due_at))
    return [
        Owing(edition, period, from_text(due), _instant(closes), _instant(resend), bool(before))
        for edition, period, due, closes, resend, before in rows
    ]


def not_yet(
    connection: Connection, group: Owing, occurrence: str, unit_ids: Collection[str] | None
) -> list[tuple[str, str]]:
    """(filing id, unit id) of the group's filings for which that reminder has not gone out, in tree order.

    ``unit_ids``: only these units; None: all.
    """
    went = select(table.c.filing_id).where(table.c.filing_id == filing.c.id, table.c.occurrence == occurrence)
    same = [filing.c.edition == group.edition, filing.c.period == group.period]
    same += [
        _equal(filing.c.due_at, group.due_at), _equal(filing.c.closes_at, group.closes_at),
        _equal(filing.c.resend_due, group.resend_due),
        filing.c.first_sent_at.is_not(None) if group.sent_before else filing.c.first_sent_at.is_(None),
    ]  # fmt: skip
    rows = connection.execute(
        select(filing.c.id, filing.c.unit_id).where(_owed(), *same, ~went.exists()).order_by(filing.c.unit_path)
    )
    return [(filing_id, unit_id) for filing_id, unit_id in rows if unit_ids is None or unit_id in unit_ids]


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """These reminders went out; those that had gone out before stay as they are."""
    statement = insert_into(connection, table).on_conflict_do_nothing(index_elements=["filing_id", "occurrence"])
    for start in range(0, len(rows), BATCH):
        connection.execute(statement, list(rows[start : start + BATCH]))


def _owed() -> ColumnElement[bool]:
    return and_(filing.c.state.in_(OWED), filing.c.excluded.is_(False), filing.c.accepted_version.is_(None))


def _equal(column: Any, instant: datetime | None) -> ColumnElement[bool]:
    equal: ColumnElement[bool] = column.is_(None) if instant is None else column == to_text(instant)
    return equal


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text is not None else None
