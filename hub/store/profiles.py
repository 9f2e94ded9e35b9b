"""What an account says of itself: where it is written to, and in which language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from hub.store import tables
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text

table = tables.profile


@dataclass(frozen=True, slots=True)
class Profile:
    """``email`` and ``phone`` are empty where nothing was said; ``toured_at``: when the tour was seen."""

    account_id: str
    email: str = ""
    phone: str = ""
    language: str = "vi"
    toured_at: datetime | None = None
    changed_at: datetime | None = None


def get(connection: Connection, account_id: str) -> Profile:
    """The account's profile; an empty one if it never said anything."""
    row = connection.execute(select(table).where(table.c.account_id == account_id)).one_or_none()
    if row is None:
        return Profile(account_id)
    toured = row.toured_at and from_text(row.toured_at)
    return Profile(row.account_id, row.email, row.phone, row.language, toured, from_text(row.changed_at))


def keep(connection: Connection, account_id: str, *, email: str, phone: str, language: str, now: datetime) -> None:
    """The account says this of itself from now on; whether it saw the tour stays as it was."""
    said = {"email": email, "phone": phone, "language": language, "changed_at": to_text(now)}
    statement = insert_into(connection, table).values(account_id=account_id, **said)
    connection.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_=said))


def note_tour(connection: Connection, account_id: str, now: datetime | None, at: datetime) -> None:
    """The account saw the tour at this moment, or is to be shown it again for None; all else stays as it was."""
    toured = to_text(now) if now else None
    blank = {"email": "", "phone": "", "language": "vi", "changed_at": to_text(at)}
    statement = insert_into(connection, table).values(account_id=account_id, toured_at=toured, **blank)
    connection.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_={"toured_at": toured}))
