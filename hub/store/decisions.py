"""Decisions: who moved a filing from which state to which, on which version, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from hub.domain.filing import DecisionRow
from hub.store import at_once
from hub.store.instants import from_text, to_text
from hub.store.tables import account
from hub.store.tables import decision as table

_ADD = insert(table)


def add(
    connection: Connection, *, id: str, filing_id: str, version: int | None, event: str, from_state: str, to_state: str,
    account_id: str, reason: str | None, resend_due: datetime | None, at: datetime,
) -> None:  # fmt: skip
    """Record one step."""
    at_once.write(
        connection,
        _ADD,
        {
            "id": id,
            "filing_id": filing_id,
            "version": version,
            "event": event,
            "from_state": from_state,
            "to_state": to_state,
            "account_id": account_id,
            "reason": reason,
            "resend_due": to_text(resend_due) if resend_due else None,
            "at": to_text(at),
        },
    )


def of_filing(connection: Connection, filing_id: str) -> list[DecisionRow]:
    """The steps of a filing, oldest first, with the actors' names."""
    rows = connection.execute(_WITH_NAMES.where(table.c.filing_id == filing_id).order_by(table.c.at, table.c.id))
    return [_row(row) for row in rows]


def get(connection: Connection, decision_id: str) -> DecisionRow | None:
    """One step; None if there is none of that id."""
    found = connection.execute(_WITH_NAMES.where(table.c.id == decision_id)).one_or_none()
    return _row(found) if found is not None else None


_WITH_NAMES = select(table, account.c.name.label("account_name")).select_from(
    table.outerjoin(account, account.c.id == table.c.account_id)
)


def _row(row: Any) -> DecisionRow:
    return DecisionRow(
        row.id, row.filing_id, row.version, row.event, row.from_state, row.to_state, row.account_id,
        row.account_name or row.account_id, row.reason,
        from_text(row.resend_due) if row.resend_due else None, from_text(row.at),
    )  # fmt: skip


def senders(connection: Connection, filing_id: str, version: int) -> set[str]:
    """Accounts that checked, signed or sent a version."""
    return makers(connection, filing_id, version, "check", "sign", "send")


def makers(connection: Connection, filing_id: str, version: int, *events: str) -> set[str]:
    """Accounts that made any of these steps of a version."""
    rows = connection.execute(
        select(table.c.account_id)
        .distinct()
        .where(table.c.filing_id == filing_id, table.c.version == version, table.c.event.in_(events))
    )
    return {row.account_id for row in rows}
