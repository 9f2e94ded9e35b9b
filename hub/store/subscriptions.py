"""Subscriptions: who wants each new edition of a report, in which format, by which channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hub.store import tables
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text

table = tables.subscription


@dataclass(frozen=True, slots=True)
class Subscription:
    """``channel``: mail or connector; ``target``: the connector's name, empty for the account's own mail box."""

    id: str
    account_id: str
    report: str
    format: str
    channel: str
    target: str
    active: bool
    since: datetime
    ended_at: datetime | None


def keep(connection: Connection, new: Subscription) -> Subscription:
    """The subscription, made or taken up again; one that is active already stays as it is."""
    values = _stored(new)
    again = {"active": True, "since": values["since"], "ended_at": None}
    keys = ["account_id", "report", "format", "channel", "target"]
    statement = insert_into(connection, table).values(values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=again, where=table.c.active.is_(False))
    )
    same = [getattr(table.c, name) == values[name] for name in keys]
    return _row(connection.execute(select(table).where(*same)).one())


def get(connection: Connection, subscription_id: str) -> Subscription | None:
    found = connection.execute(select(table).where(table.c.id == subscription_id)).one_or_none()
    return _row(found) if found is not None else None


def end(connection: Connection, subscription_id: str, now: datetime) -> bool:
    """It brings nothing more; False if it had ended before."""
    active = (table.c.id == subscription_id, table.c.active.is_(True))
    values = {"active": False, "ended_at": to_text(now)}
    return connection.execute(update(table).where(*active).values(values)).rowcount == 1


def of_account(connection: Connection, account_id: str) -> list[Subscription]:
    """The active subscriptions of one account, by report."""
    query = select(table).where(table.c.account_id == account_id, table.c.active.is_(True))
    return _rows(connection, query.order_by(table.c.report, table.c.format, table.c.since))


def of_report(connection: Connection, report: str) -> list[Subscription]:
    """The active subscriptions to one report, in the order in which they began."""
    query = select(table).where(table.c.report == report, table.c.active.is_(True))
    return _rows(connection, query.order_by(table.c.since, table.c.id))


def _rows(connection: Connection, query: Any) -> list[Subscription]:
    return [_row(row) for row in connection.execute(query)]


def _stored(row: Subscription) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in Subscription.__slots__}
    return values | {"since": to_text(row.since), "ended_at": row.ended_at and to_text(row.ended_at)}


def _row(row: Row[Any]) -> Subscription:
    values = dict(row._mapping)
    ended_at = values["ended_at"] and from_text(values["ended_at"])
    return Subscription(**values | {"since": from_text(values["since"]), "ended_at": ended_at})
