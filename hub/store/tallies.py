"""Counts over everything that arrived, for central staff."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from hub.store.tables import submission as table


def by_door(connection: Connection) -> list[tuple[str, str, str, int]]:
    """(door, through what, verdict, arrivals), the most first."""
    columns = (table.c.door, table.c.via, table.c.verdict)
    rows = connection.execute(select(*columns, func.count()).group_by(*columns).order_by(func.count().desc(), *columns))
    return [(door, via, verdict, int(count)) for door, via, verdict, count in rows]


def receipts(connection: Connection) -> Iterator[bytes]:
    """Every receipt as it was given, in order of arrival."""
    for (receipt,) in connection.execute(select(table.c.receipt).order_by(table.c.received_at, table.c.id)):
        yield zlib.decompress(receipt)
