"""Sessions on the server: what a cookie stands for. Only the hash of the cookie is kept (P26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from hub.store import tables
from hub.store.instants import from_text, to_text

table = tables.session


@dataclass(frozen=True, slots=True)
class Session:
    """``ends_at`` is the end whatever happens; ``last_seen`` is right to a minute."""

    token_sha256: str
    account_id: str
    csrf: str
    created_at: datetime
    last_seen: datetime
    ends_at: datetime
    ip: str


def start(connection: Connection, session: Session) -> None:
    connection.execute(
        insert(table).values(
            token_sha256=session.token_sha256,
            account_id=session.account_id,
            csrf=session.csrf,
            created_at=to_text(session.created_at),
            last_seen=to_text(session.last_seen),
            ends_at=to_text(session.ends_at),
            ip=session.ip,
        )
    )


def find(connection: Connection, token_sha256: str) -> Session | None:
    """The session as stored, ended or not."""
    row = connection.execute(select(table).where(table.c.token_sha256 == token_sha256)).first()
    if row is None:
        return None
    return Session(
        row.token_sha256,
        row.account_id,
        row.csrf,
        from_text(row.created_at),
        from_text(row.last_seen),
        from_text(row.ends_at),
        row.ip,
    )


def note_seen(connection: Connection, token_sha256: str, now: datetime) -> None:
    connection.execute(update(table).where(table.c.token_sha256 == token_sha256).values(last_seen=to_text(now)))


def end(connection: Connection, token_sha256: str) -> str | None:
    """The account whose session it was; None when there was none."""
    statement = delete(table).where(table.c.token_sha256 == token_sha256).returning(table.c.account_id)
    return connection.execute(statement).scalar()


def end_all_of(connection: Connection, account_id: str) -> int:
    """How many sessions of the account were ended."""
    return connection.execute(delete(table).where(table.c.account_id == account_id)).rowcount


def forget_ended(connection: Connection, now: datetime) -> int:
    """How many sessions past their end were removed."""
    return connection.execute(delete(table).where(table.c.ends_at <= to_text(now))).rowcount
