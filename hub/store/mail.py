"""Letters on their way: claimed one at a time, sent, tried again later, or given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from hub.store import tables
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text

table = tables.mail


@dataclass(frozen=True, slots=True)
class Letter:
    """``state``: waiting, sent or dead. ``language`` is the reader's."""

    id: str
    account_id: str
    address: str
    subject: str
    body: str
    state: str
    tries: int
    next_try_at: datetime
    created_at: datetime
    sent_at: datetime | None
    last_error: str | None
    language: str = "vi"


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert_into(connection, table), list(rows))


def next_due(connection: Connection, now: datetime) -> Letter | None:
    """The letter that has waited longest for a try that is due; None if there is none."""
    due = (table.c.state == "waiting", table.c.next_try_at <= to_text(now))
    return _one(connection, _LETTERS.where(*due).order_by(table.c.next_try_at, table.c.id).limit(1))


def claim(connection: Connection, letter: Letter, lease_until: datetime) -> bool:
    """True if this caller alone tries the letter now: until the lease ends nobody else does."""
    seen = (
        table.c.id == letter.id, table.c.state == "waiting", table.c.tries == letter.tries,
        table.c.next_try_at == to_text(letter.next_try_at),
    )  # fmt: skip
    claimed = update(table).where(*seen).values(tries=letter.tries + 1, next_try_at=to_text(lease_until))
    return connection.execute(claimed).rowcount == 1


def note_sent(connection: Connection, mail_id: str, now: datetime) -> None:
    """The mail server has taken it."""
    _set(connection, mail_id, state="sent", sent_at=to_text(now), last_error=None)


def postpone(connection: Connection, mail_id: str, next_try_at: datetime, error: str) -> None:
    _set(connection, mail_id, next_try_at=to_text(next_try_at), last_error=error)


def put_off(connection: Connection, until: datetime, error: str) -> int:
    """No waiting letter is tried before ``until``: the server is away, and they would only fail; how many."""
    sooner = (table.c.state == "waiting", table.c.next_try_at < to_text(until))
    return connection.execute(
        update(table).where(*sooner).values(next_try_at=to_text(until), last_error=error)
    ).rowcount  # fmt: skip


def give_up(connection: Connection, mail_id: str, error: str) -> None:
    """It is not tried again unless somebody asks for it."""
    _set(connection, mail_id, state="dead", last_error=error)


def revive(connection: Connection, now: datetime, mail_id: str | None = None) -> int:
    """Dead letters, one or all, wait again, as if never tried; how many."""
    wanted = [table.c.state == "dead"] + ([table.c.id == mail_id] if mail_id is not None else [])
    again = {"state": "waiting", "tries": 0, "next_try_at": to_text(now), "created_at": to_text(now)}
    return connection.execute(update(table).where(*wanted).values(again)).rowcount


def counts(connection: Connection) -> dict[str, int]:
    """How many letters there are of each state."""
    rows = connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
    return {"waiting": 0, "sent": 0, "dead": 0} | {state: int(number) for state, number in rows}


def listing(connection: Connection, states: Sequence[str], limit: int) -> list[Letter]:
    """The newest letters of these states first."""
    query = _LETTERS.where(table.c.state.in_(states)).order_by(table.c.created_at.desc(), table.c.id.desc())
    return [_letter(row) for row in connection.execute(query.limit(limit))]


_LETTERS = select(table, func.coalesce(tables.profile.c.language, "vi").label("language")).outerjoin(
    tables.profile, tables.profile.c.account_id == table.c.account_id
)


def _one(connection: Connection, query: Any) -> Letter | None:
    row = connection.execute(query).one_or_none()
    return _letter(row) if row is not None else None


def _letter(row: Row[Any]) -> Letter:
    values = dict(row._mapping)
    for name in ("next_try_at", "created_at", "sent_at"):
        values[name] = values[name] and from_text(values[name])
    return Letter(**values)


def _set(connection: Connection, mail_id: str, **values: Any) -> None:
    """Only a letter that still waits: what was sent stays sent."""
    connection.execute(update(table).where(table.c.id == mail_id, table.c.state == "waiting").values(values))
