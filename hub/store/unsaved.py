"""What is typed and in no version yet, a field a row, and who has a filing open for entry.

A row is never taken away while pages may still know it: one that says again what the version says is kept until it is
swept, so that other pages hear of it and a filing's serials only ever grow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from hub.store import at_once
from hub.store.database import insert_into, one_of
from hub.store.instants import from_text, to_text
from hub.store.tables import account, editor, filing
from hub.store.tables import unsaved_field as table


@dataclass(frozen=True, slots=True)
class UnsavedRow:
    """One field. ``base_version``: the version it was typed over, 0 for none; ``by``: the name of who typed it."""

    name: str
    text: str
    base_version: int
    serial: int
    account_id: str
    at: datetime
    by: str = ""


def filings_with(connection: Connection, filing_ids: Collection[str]) -> set[str]:
    """Those of the filings that something was typed for."""
    among = one_of(connection, table.c.filing_id, filing_ids)
    return set(connection.scalars(select(table.c.filing_id).distinct().where(among)))


def of_filing(connection: Connection, filing_id: str) -> list[UnsavedRow]:
    """Every row of a filing in the order of its serials."""
    if at_once.has_none(connection, "unsaved", filing_id):
        return []
    rows = connection.execute(
        select(table, account.c.name.label("account_name"))
        .select_from(table.outerjoin(account, account.c.id == table.c.account_id))
        .where(table.c.filing_id == filing_id)
        .order_by(table.c.serial, table.c.name)
    )
    return [
        UnsavedRow(
            row.name, row.text, row.base_version, row.serial, row.account_id, from_text(row.at), row.account_name or ""
        )
        for row in rows
    ]


def put(connection: Connection, filing_id: str, rows: Iterable[UnsavedRow]) -> None:
    """These rows stand, in place of those of the same names."""
    values = [
        {
            "filing_id": filing_id,
            "name": row.name,
            "text": row.text,
            "base_version": row.base_version,
            "serial": row.serial,
            "account_id": row.account_id,
            "at": to_text(row.at),
        }
        for row in rows
    ]
    if not values:
        return
    statement = insert_into(connection, table)
    taken = {name: statement.excluded[name] for name in ("text", "base_version", "serial", "account_id", "at")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=[table.c.filing_id, table.c.name], set_=taken), values
    )


def forget(connection: Connection, filing_id: str, account_id: str) -> int:
    """Take away what one account typed into a filing; how many rows."""
    theirs = delete(table).where(table.c.filing_id == filing_id, table.c.account_id == account_id)
    return int(connection.execute(theirs).rowcount)


def forget_fields(connection: Connection, filing_id: str, names: Iterable[str]) -> int:
    """Take away these fields of a filing, whoever typed them; how many rows."""
    wanted = sorted(names)
    if not wanted:
        return 0
    named = delete(table).where(table.c.filing_id == filing_id, table.c.name.in_(wanted))
    return int(connection.execute(named).rowcount)


def sweep(connection: Connection, before: datetime, states: Iterable[str]) -> int:
    """Take away the rows of filings in one of ``states`` that were last touched before a moment; how many."""
    over = select(filing.c.id).where(filing.c.state.in_(sorted(states)))
    old = delete(table).where(table.c.at < to_text(before), table.c.filing_id.in_(over))
    connection.execute(delete(editor).where(editor.c.seen_at < to_text(before)))
    return int(connection.execute(old).rowcount)


# --- editors ---------------------------------------------------------------------------------------------------------


def note_editor(connection: Connection, filing_id: str, account_id: str, now: datetime) -> None:
    """The person has the filing open at this moment."""
    statement = insert_into(connection, editor).values(
        filing_id=filing_id, account_id=account_id, seen_at=to_text(now)
    )  # fmt: skip
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[editor.c.filing_id, editor.c.account_id], set_={"seen_at": statement.excluded.seen_at}
        )
    )


def editors(connection: Connection, filing_id: str, since: datetime) -> list[tuple[str, str, datetime]]:
    """(account, name, when last heard of) of who has had the filing open since a moment, by name."""
    rows = connection.execute(
        select(editor.c.account_id, account.c.name, editor.c.seen_at)
        .select_from(editor.outerjoin(account, account.c.id == editor.c.account_id))
        .where(editor.c.filing_id == filing_id, editor.c.seen_at >= to_text(since))
        .order_by(account.c.name, editor.c.account_id)
    )
    return [(row.account_id, row.name or "", from_text(row.seen_at)) for row in rows]
