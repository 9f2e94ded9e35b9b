"""Deliveries: one edition on its way to one subscriber, claimed, sent, tried again later, given up or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from hub.store import tables
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text

table = tables.delivery


@dataclass(frozen=True, slots=True)
class Delivery:
    """``state``: waiting, sent, dead or dropped; ``mail_id``: the letter that carries it, in state ``mail_state``."""

    subscription_id: str
    publication_id: str
    state: str
    tries: int
    next_try_at: datetime
    sent_at: datetime | None
    mail_id: str | None
    last_error: str | None
    account_id: str = ""
    report: str = ""
    period: str = ""
    number: int = 0
    format: str = ""
    channel: str = ""
    target: str = ""
    mail_state: str | None = None


def plan(connection: Connection, publication_id: str, subscription_ids: Sequence[str], now: datetime) -> int:
    """The edition is on its way to each of these; how many it was not on its way to before."""
    rows = [
        {
            "subscription_id": each, "publication_id": publication_id, "state": "waiting", "tries": 0,
            "next_try_at": to_text(now),
        }
        for each in subscription_ids
    ]  # fmt: skip
    if not rows:
        return 0
    statement = insert_into(connection, table).on_conflict_do_nothing(
        index_elements=["subscription_id", "publication_id"]
    )
    return len(connection.execute(statement.returning(table.c.subscription_id), rows).all())


def next_due(connection: Connection, now: datetime) -> Delivery | None:
    """What has waited longest for a try that is due."""
    due = (table.c.state == "waiting", table.c.next_try_at <= to_text(now))
    query = _WHOLE.where(*due).order_by(table.c.next_try_at, table.c.publication_id, table.c.subscription_id).limit(1)
    found = connection.execute(query).one_or_none()
    return _row(found) if found is not None else None


def claim(connection: Connection, seen: Delivery, lease_until: datetime) -> bool:
    """True if this caller alone tries it now: until the lease ends nobody else does."""
    same = (table.c.tries == seen.tries, table.c.next_try_at == to_text(seen.next_try_at))
    return _change(connection, seen, *same, tries=seen.tries + 1, next_try_at=to_text(lease_until))


def note_sent(connection: Connection, seen: Delivery, now: datetime, mail_id: str | None = None) -> bool:
    """It is there, or in a letter of its own; False if somebody else had noted it."""
    return _change(connection, seen, state="sent", sent_at=to_text(now), mail_id=mail_id, last_error=None)


def postpone(connection: Connection, seen: Delivery, next_try_at: datetime, error: str) -> None:
    _change(connection, seen, next_try_at=to_text(next_try_at), last_error=error)


def put_off(connection: Connection, target: str, until: datetime, error: str) -> None:
    """Nothing more is tried at a connector before ``until``: its other side is away."""
    theirs = select(tables.subscription.c.id).where(
        tables.subscription.c.channel == "connector", tables.subscription.c.target == target
    )
    sooner = (
        table.c.state == "waiting", table.c.subscription_id.in_(theirs), table.c.next_try_at < to_text(until),
    )  # fmt: skip
    connection.execute(update(table).where(*sooner).values(next_try_at=to_text(until), last_error=error))


def give_up(connection: Connection, seen: Delivery, error: str) -> None:
    """It is not tried again unless somebody asks for it."""
    _change(connection, seen, state="dead", last_error=error)


def drop(connection: Connection, seen: Delivery, why: str) -> None:
    """It is not for this subscriber any more, and never sent."""
    _change(connection, seen, state="dropped", last_error=why)


def revive(connection: Connection, now: datetime) -> int:
    """What was given up waits again, as if never tried; how many."""
    again = {"state": "waiting", "tries": 0, "next_try_at": to_text(now)}
    return connection.execute(update(table).where(table.c.state == "dead").values(again)).rowcount


def counts(connection: Connection) -> dict[str, int]:
    """How many deliveries there are of each state."""
    rows = connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
    return {"waiting": 0, "sent": 0, "dead": 0, "dropped": 0} | {state: int(number) for state, number in rows}


def any_due(connection: Connection, now: datetime) -> bool:
    due = (table.c.state == "waiting", table.c.next_try_at <= to_text(now))
    return connection.execute(select(table.c.publication_id).where(*due).limit(1)).one_or_none() is not None


def listing(
    connection: Connection, *, account_id: str | None = None, states: Sequence[str] = (), limit: int = 100
) -> list[Delivery]:
    """Deliveries, of the newest edition first; of one account and of some states where they are named."""
    query = _WHOLE
    if account_id is not None:
        query = query.where(tables.subscription.c.account_id == account_id)
    if states:
        query = query.where(table.c.state.in_(states))
    query = query.order_by(tables.publication.c.issued_at.desc(), table.c.publication_id, table.c.subscription_id)
    return [_row(row) for row in connection.execute(query.limit(limit))]


def of_letter(connection: Connection, mail_id: str) -> Delivery | None:
    """What a letter carries; None for a letter that carries no edition."""
    found = connection.execute(_WHOLE.where(table.c.mail_id == mail_id)).one_or_none()
    return _row(found) if found is not None else None


_WHOLE = (
    select(
        table, tables.subscription.c.account_id, tables.subscription.c.format, tables.subscription.c.channel,
        tables.subscription.c.target, tables.publication.c.report, tables.publication.c.period,
        tables.publication.c.number, tables.mail.c.state.label("mail_state"),
    )
    .join(tables.subscription, tables.subscription.c.id == table.c.subscription_id)
    .join(tables.publication, tables.publication.c.id == table.c.publication_id)
    .outerjoin(tables.mail, tables.mail.c.id == table.c.mail_id)
)  # fmt: skip


def _row(row: Row[Any]) -> Delivery:
    values = dict(row._mapping)
    for name in ("next_try_at", "sent_at"):
        values[name] = values[name] and from_text(values[name])
    return Delivery(**values)


def _change(connection: Connection, seen: Delivery, *more: Any, **values: Any) -> bool:
    """Only what still waits: what was sent stays sent."""
    its = (
        table.c.subscription_id == seen.subscription_id, table.c.publication_id == seen.publication_id,
        table.c.state == "waiting",
    )  # fmt: skip
    return connection.execute(update(table).where(*its, *more).values(values)).rowcount == 1
