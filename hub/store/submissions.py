"""Submissions: every arrival of bytes, kept as received."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.domain.filing import SubmissionRow
from hub.store import at_once
from hub.store.database import one_of
from hub.store.instants import from_text, to_text
from hub.store.tables import decision, filing
from hub.store.tables import submission as table
from hub.store.tables import submission_content as content_table

_COLUMNS = tuple(getattr(table.c, field.name) for field in fields(SubmissionRow))

# Statements of every arrival are built once: building one costs more than SQLite needs to answer it.
_KEEP = {
    name: dialect.insert(content_table).on_conflict_do_nothing()
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}
_ADD = insert(table)
_BY_ID = select(*_COLUMNS, table.c.receipt).where(table.c.id == bindparam("wanted"))
_HAS_CONTENT = select(content_table.c.sha256).where(content_table.c.sha256 == bindparam("wanted"))
_BY_KEY = select(*_COLUMNS, table.c.receipt).where(
    table.c.credential == bindparam("owner"), table.c.idempotency_key == bindparam("key")
)


def _row(row: Any) -> SubmissionRow:
    values = dict(row._mapping)
    values["received_at"] = from_text(values["received_at"])
    return SubmissionRow(**values)


def is_kept(connection: Connection, sha256: str) -> bool:
    """True where this transaction of many filings knows, without asking, that these bytes are in the database."""
    together = at_once.of(connection)
    return together is not None and ("content", sha256) in together.done


def keep_content(connection: Connection, sha256: str, content: bytes) -> None:
    """Keep the bytes, once for each distinct content."""
    if not at_once.first_time(connection, ("content", sha256)):
        return
    connection.execute(_KEEP[connection.dialect.name], {"sha256": sha256, "content": content})


def add(
    connection: Connection, row: SubmissionRow, *, idempotency_key: str | None, credential: str, receipt: bytes
) -> None:
    """Record one arrival. IntegrityError if the credential already used the key."""
    values = {name: getattr(row, name) for name in row.__slots__} | {"received_at": to_text(row.received_at)}
    at_once.write(
        connection,
        _ADD,
        values | {"idempotency_key": idempotency_key, "credential": credential, "receipt": zlib.compress(receipt, 1)},
    )


def by_key(connection: Connection, credential: str, key: str) -> tuple[SubmissionRow, bytes] | None:
    """The arrival that used this key with this credential, with its receipt."""
    if at_once.has_none(connection, "key", (credential, key)):
        return None
    return _with_receipt(connection.execute(_BY_KEY, {"owner": credential, "key": key}).one_or_none())


def has_content(connection: Connection, sha256: str) -> bool:
    """True if these bytes are kept already."""
    return connection.execute(_HAS_CONTENT, {"wanted": sha256}).first() is not None


def used_keys(connection: Connection, credential: str, keys: Collection[str]) -> set[str]:
    """Those of the keys that this credential has used."""
    c = table.c
    return set(
        connection.scalars(
            select(c.idempotency_key).where(c.credential == credential, one_of(connection, c.idempotency_key, keys))
        )
    )


def get(connection: Connection, submission_id: str) -> tuple[SubmissionRow, bytes] | None:
    """One arrival with its receipt."""
    return _with_receipt(connection.execute(_BY_ID, {"wanted": submission_id}).one_or_none())


def _with_receipt(found: Any) -> tuple[SubmissionRow, bytes] | None:
    if found is None:
        return None
    values = dict(found._mapping)
    receipt = zlib.decompress(values.pop("receipt"))
    values["received_at"] = from_text(values["received_at"])
    return SubmissionRow(**values), receipt


def content(connection: Connection, sha256: str) -> bytes:
    """The bytes of that hash; KeyError if none were received."""
    found = connection.execute(
        select(content_table.c.content).where(content_table.c.sha256 == sha256)
    ).scalar_one_or_none()
    if found is None:
        raise KeyError(sha256)
    return bytes(found)


def of_filing(connection: Connection, filing_id: str) -> list[SubmissionRow]:
    """Arrivals for a filing, newest first."""
    rows = connection.execute(
        select(*_COLUMNS).where(table.c.filing_id == filing_id).order_by(table.c.received_at.desc(), table.c.id.desc())
    )
    return [_row(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Beside:
    """Another report that came in the same bytes. ``sent``: what came then was taken in and sent, and not withdrawn."""

    filing_id: str
    unit_path: str
    receiver_id: str
    sent: bool


def beside(connection: Connection, sha256: str, filing_id: str) -> Iterator[Beside]:
    """The reports of other filings in these bytes, once for each time that they came; read as they are asked for."""
    toll = func.sum(case((decision.c.event == "send", 1), else_=-1))
    of_version = and_(decision.c.filing_id == table.c.filing_id, decision.c.version == table.c.version)
    sendings = select(toll).where(of_version, decision.c.event.in_(("send", "withdraw"))).scalar_subquery()
    rows = connection.execute(
        select(filing.c.id, filing.c.unit_path, filing.c.receiver_id, sendings)
        .select_from(table.join(filing, filing.c.id == table.c.filing_id))
        .where(table.c.sha256 == sha256, table.c.filing_id != filing_id)
    )
    for key, path, receiver, balance in rows:
        yield Beside(key, path, receiver, (balance or 0) > 0)
