"""Extensions: asked for, granted or refused, in the order in which they were made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from hub.domain.extending import Extension
from hub.store.filings import BATCH
from hub.store.instants import from_text, to_text
from hub.store.tables import extension as table

_IN_ORDER = (func.coalesce(table.c.asked_at, table.c.decided_at), table.c.id)
_INSTANTS = ("until", "due_before", "asked_at", "decided_at")


def add(connection: Connection, extensions: Sequence[Extension]) -> None:
    """Store them."""
    if extensions:
        connection.execute(insert(table), [_stored(each) for each in extensions])


def of_filing(connection: Connection, filing_id: str) -> list[Extension]:
    """Those of one filing, the oldest first."""
    rows = connection.execute(select(table).where(table.c.filing_id == filing_id).order_by(*_IN_ORDER))
    return [_extension(row) for row in rows]


def of_filings(connection: Connection, filing_ids: Iterable[str]) -> dict[str, list[Extension]]:
    """Filing → its extensions, the oldest first; filings without any are absent."""
    ids, found = list(filing_ids), dict[str, list[Extension]]()
    for start in range(0, len(ids), BATCH):
        wanted = table.c.filing_id.in_(ids[start : start + BATCH])
        for row in connection.execute(select(table).where(wanted).order_by(*_IN_ORDER)):
            found.setdefault(row.filing_id, []).append(_extension(row))
    return found


def decide(connection: Connection, answered: Extension) -> bool:
    """The request that waited is answered so; False if somebody answered it before."""
    waits = (table.c.id == answered.id) & (table.c.state == "asked")
    done = connection.execute(update(table).where(waits).values(**_stored(answered)))
    return bool(done.rowcount)


def _stored(each: Extension) -> dict[str, Any]:
    values = {name: getattr(each, name) for name in Extension.__slots__}
    return values | {name: to_text(values[name]) for name in _INSTANTS if values[name] is not None}


def _extension(row: Row[Any]) -> Extension:
    plain = Extension(**row._mapping)
    told: dict[str, Any] = {name: from_text(text) for name in _INSTANTS if (text := getattr(plain, name)) is not None}
    return replace(plain, **told)
