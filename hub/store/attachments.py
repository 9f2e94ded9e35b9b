"""Files beside reports: what each is called, where it stands, and which bytes it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from hub.store import at_once
from hub.store.database import one_of
from hub.store.instants import from_text, to_text
from hub.store.tables import account
from hub.store.tables import attachment as table

STANDING = frozenset({"kept", "quarantined", "released"})
"""The states of a file that is beside its report."""


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """``state``: kept, quarantined, released, refused or removed. ``scanned``: whole, part or not (a picture).

    ``removed_at``: when it was taken off the report; None while it is beside it.
    """

    id: str
    filing_id: str
    filename: str
    media_type: str
    size: int
    sha256: str
    state: str
    scanned: str
    account_id: str
    at: datetime
    account_name: str = ""
    removed_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """True while the file is beside its report, also if it is held."""
        return self.state in STANDING and self.removed_at is None


_STORED = tuple(field.name for field in fields(AttachmentRow) if field.name != "account_name")


def add(connection: Connection, row: AttachmentRow) -> None:
    """Keep a file beside its report. IntegrityError if these bytes were attached to this report before."""
    values = {name: getattr(row, name) for name in _STORED} | {"at": to_text(row.at), "removed_at": None}
    connection.execute(insert(table), values)


def change(connection: Connection, attachment_id: str, **values: Any) -> None:
    """Put other values into a file's row; moments as ``datetime``."""
    stored = {name: to_text(value) if isinstance(value, datetime) else value for name, value in values.items()}
    connection.execute(update(table).where(table.c.id == attachment_id).values(stored))


def get(connection: Connection, attachment_id: str) -> AttachmentRow | None:
    return _one(connection, _query().where(table.c.id == attachment_id))


def same_bytes(connection: Connection, filing_id: str, sha256: str) -> AttachmentRow | None:
    """The row of these bytes beside this report, whatever its state."""
    return _one(connection, _query().where(table.c.filing_id == filing_id, table.c.sha256 == sha256))


def filings_with(connection: Connection, filing_ids: Collection[str]) -> set[str]:
    """Those of the filings that files were attached to."""
    among = one_of(connection, table.c.filing_id, filing_ids)
    return set(connection.scalars(select(table.c.filing_id).distinct().where(among)))


def of_filing(connection: Connection, filing_id: str) -> list[AttachmentRow]:
    """Every file ever attached to a report, oldest first, in whatever state."""
    if at_once.has_none(connection, "attachments", filing_id):
        return []
    query = _query().where(table.c.filing_id == filing_id).order_by(table.c.at, table.c.id)
    return [_row(row) for row in connection.execute(query)]


def _query() -> Select[Any]:
    return select(table, account.c.name.label("account_name")).select_from(
        table.outerjoin(account, account.c.id == table.c.account_id)
    )


def _one(connection: Connection, query: Select[Any]) -> AttachmentRow | None:
    found = connection.execute(query).one_or_none()
    return None if found is None else _row(found)


def _row(row: Any) -> AttachmentRow:
    values = {name: row._mapping[name] for name in _STORED} | {"at": from_text(row.at)}
    values["removed_at"] = from_text(row.removed_at) if row.removed_at is not None else None
    return AttachmentRow(**values, account_name=row.account_name or row.account_id)
