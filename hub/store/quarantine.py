"""What bears a secrecy mark (R06), apart from everything else, until a person has decided on it."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, insert, select, update

from hub.store.instants import from_text, to_text
from hub.store.tables import account
from hub.store.tables import quarantine as table

Kind = Literal["attachment", "arrival"]
State = Literal["held", "released", "refused"]


@dataclass(frozen=True, slots=True)
class HeldRow:
    """``places``: where the marks stand, as (Vietnamese, English) pairs; what stands there is told nowhere."""

    id: str
    kind: Kind
    filing_id: str | None
    filename: str
    media_type: str
    size: int
    sha256: str
    places: tuple[tuple[str, str], ...]
    state: State
    account_id: str
    at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    account_name: str = ""


_STORED = tuple(field.name for field in fields(HeldRow) if field.name != "account_name")
_COLUMNS = tuple(table.c[name] for name in _STORED)


def add(connection: Connection, row: HeldRow, content: bytes) -> None:
    """Hold these bytes: here and nowhere else."""
    values = {name: getattr(row, name) for name in _STORED}
    values |= {"at": to_text(row.at), "places": json.dumps(row.places, ensure_ascii=False), "content": content}
    connection.execute(insert(table), values)


def get(connection: Connection, held_id: str) -> HeldRow | None:
    found = connection.execute(_query().where(table.c.id == held_id)).one_or_none()
    return None if found is None else _row(found)


def of_bytes(connection: Connection, sha256: str) -> list[HeldRow]:
    """Every time these bytes were held, the latest first."""
    query = _query().where(table.c.sha256 == sha256).order_by(table.c.at.desc(), table.c.id.desc())
    return [_row(row) for row in connection.execute(query)]


def listing(connection: Connection, most: int = 200) -> list[HeldRow]:
    """What is held, oldest first, then what was decided, latest first."""
    held = _query().where(table.c.state == "held").order_by(table.c.at, table.c.id).limit(most)
    decided = _query().where(table.c.state != "held").order_by(table.c.decided_at.desc(), table.c.id).limit(most)
    return [_row(row) for query in (held, decided) for row in connection.execute(query)]


def content(connection: Connection, held_id: str) -> bytes | None:
    """The bytes while they are held; None after a decision."""
    found = connection.execute(select(table.c.content).where(table.c.id == held_id)).scalar_one_or_none()
    return None if found is None else bytes(found)


def decide(
    connection: Connection, held_id: str, state: State, *, account_id: str, at: datetime, reason: str
) -> bool:  # fmt: skip
    """Take the bytes out with the decision; False if somebody decided before."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON").fetchall()  # freed pages are overwritten with zeros
    changed = connection.execute(
        update(table)
        .where(table.c.id == held_id, table.c.state == "held")
        .values(state=state, decided_by=account_id, decided_at=to_text(at), reason=reason, content=None)
    )
    return changed.rowcount == 1


def _query() -> Select[Any]:
    return select(*_COLUMNS, account.c.name.label("account_name")).select_from(
        table.outerjoin(account, account.c.id == table.c.account_id)
    )


def _row(row: Any) -> HeldRow:
    values = {name: row._mapping[name] for name in _STORED}
    places = tuple((vi, en) for vi, en in json.loads(values["places"]))
    at, decided = from_text(row.at), row.decided_at
    values |= {"places": places, "at": at, "decided_at": from_text(decided) if decided else None}
    return HeldRow(**values, account_name=row.account_name or row.account_id)
