"""Remarks about filings: added once for each key, settled and opened again; a text is never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hub.domain.remark import Remark
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text
from hub.store.tables import account
from hub.store.tables import remark as table

_READ = select(table, account.c.name.label("account_name")).select_from(
    table.outerjoin(account, account.c.id == table.c.account_id)
)


def add_many(connection: Connection, remarks: Sequence[Remark]) -> None:
    """Store them; one whose key its filing already has is left out (``by_key`` gives the one that is there)."""
    if remarks:
        connection.execute(insert_into(connection, table).on_conflict_do_nothing(), [_stored(each) for each in remarks])


def get(connection: Connection, filing_id: str, remark_id: str) -> Remark | None:
    return _one(connection, table.c.id == remark_id, filing_id)


def by_key(connection: Connection, filing_id: str, key: str) -> Remark | None:
    """The remark that this form already made."""
    return _one(connection, table.c.key == key, filing_id)


def of_filing(connection: Connection, filing_id: str) -> list[Remark]:
    """All of them, oldest first, with their writers' names."""
    rows = connection.execute(_READ.where(table.c.filing_id == filing_id).order_by(table.c.at, table.c.id))
    return [_remark(row) for row in rows]


def settle(connection: Connection, remark_id: str, by: str | None, at: datetime | None) -> bool:
    """Settled by somebody at a moment, or open again for None; False if it stood so already."""
    changed = connection.execute(
        update(table)
        .where(table.c.id == remark_id, table.c.settled_at.is_(None) if at else table.c.settled_at.is_not(None))
        .values(settled_at=to_text(at) if at else None, settled_by=by)
    )
    return bool(changed.rowcount)


def settle_points(connection: Connection, filing_id: str, by: str, at: datetime) -> None:
    """Every open point of a return is settled: what it asked for was accepted."""
    open_points = (table.c.filing_id == filing_id) & (table.c.kind == "point") & table.c.settled_at.is_(None)
    connection.execute(update(table).where(open_points).values(settled_at=to_text(at), settled_by=by))


def _one(connection: Connection, condition: Any, filing_id: str) -> Remark | None:
    row = connection.execute(_READ.where(condition, table.c.filing_id == filing_id)).one_or_none()
    return _remark(row) if row is not None else None


def _remark(row: Row[Any]) -> Remark:
    values = dict(row._mapping)
    values["account_name"] = values["account_name"] or values["account_id"]
    values["at"] = from_text(values["at"])
    values["settled_at"] = from_text(values["settled_at"]) if values["settled_at"] else None
    return Remark(**values)


def _stored(remark: Remark) -> dict[str, Any]:
    values = {name: getattr(remark, name) for name in Remark.__slots__ if name != "account_name"}
    values["at"] = to_text(remark.at)
    values["settled_at"] = to_text(remark.settled_at) if remark.settled_at else None
    return values
