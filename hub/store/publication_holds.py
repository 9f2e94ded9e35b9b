"""National reports that wait because too few units are in them: one row a report and period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from hub.domain.publish_floor import Shortfall
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text
from hub.store.tables import account
from hub.store.tables import publication_hold as table


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A report that waits, as it stood when last looked at; with ``released_at`` it may go all the same.

    ``released_by`` is the account's id, ``released_name`` its name.
    """

    report: str
    period: str
    accepted: int
    obliged: int
    floor: int
    since: datetime
    seen_at: datetime
    released_at: datetime | None
    released_by: str | None
    released_name: str | None
    note: str | None


def get(connection: Connection, report: str, period: str) -> HoldRow | None:
    found = connection.execute(_ROWS.where(table.c.report == report, table.c.period == period)).one_or_none()
    return _row(found) if found is not None else None


def listing(connection: Connection, *, released: bool = False) -> list[HoldRow]:
    """The reports that wait, those that wait longest first; with ``released`` those that were let go, too."""
    query = _ROWS.order_by(table.c.since, table.c.report, table.c.period)
    return [_row(row) for row in connection.execute(query if released else query.where(table.c.released_at.is_(None)))]


def any_waiting(connection: Connection) -> bool:
    query = select(func.count()).select_from(table).where(table.c.released_at.is_(None))
    return bool(connection.execute(query).scalar_one())


def note(connection: Connection, report: str, period: str, short: Shortfall, now: datetime) -> bool:
    """The report waits, as short as this; True if it did not before."""
    seen = {
        "accepted": short.accepted, "obliged": short.obliged, "floor": str(short.floor), "seen_at": to_text(now),
    }  # fmt: skip
    key = {"report": report, "period": period}
    new = insert_into(connection, table).values(key | seen | {"since": to_text(now)}).on_conflict_do_nothing()
    if connection.execute(new).rowcount == 1:
        return True
    connection.execute(update(table).where(*_is(report, period)).values(seen))
    return False


def release(connection: Connection, report: str, period: str, account_id: str, note: str, now: datetime) -> bool:
    """It may go all the same; False if it was let go before, or does not wait."""
    waiting = (*_is(report, period), table.c.released_at.is_(None))
    values = {"released_at": to_text(now), "released_by": account_id, "note": note}
    return connection.execute(update(table).where(*waiting).values(values)).rowcount == 1


def lift(connection: Connection, report: str, period: str) -> bool:
    """It waits no more; False if it did not. What was let go by somebody stays so."""
    waiting = (*_is(report, period), table.c.released_at.is_(None))
    return connection.execute(delete(table).where(*waiting)).rowcount == 1


_ROWS = select(table, account.c.name.label("released_name")).outerjoin(account, account.c.id == table.c.released_by)


def _is(report: str, period: str) -> tuple[Any, Any]:
    return table.c.report == report, table.c.period == period


def _row(row: Row[Any]) -> HoldRow:
    values = dict(row._mapping)
    for name in ("since", "seen_at", "released_at"):
        values[name] = values[name] and from_text(values[name])
    return HoldRow(**values | {"floor": int(values["floor"])})
