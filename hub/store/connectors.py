"""Where each connector stopped, so that the next run goes on from there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from hub.store import tables
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text

table = tables.connector_state


@dataclass(frozen=True, slots=True)
class ConnectorState:
    """``cursor`` is the connector's own text; ``failures`` counts those since the last success."""

    connector: str
    cursor: str
    at: datetime
    failures: int = 0
    last_error: str | None = None


def find(connection: Connection, connector: str) -> ConnectorState | None:
    """None before the first run."""
    row = connection.execute(select(table).where(table.c.connector == connector)).first()
    return _state(row) if row else None


def save(connection: Connection, state: ConnectorState) -> None:
    """The connector's state is this one."""
    values = {
        "cursor": state.cursor,
        "at": to_text(state.at),
        "failures": state.failures,
        "last_error": state.last_error,
    }
    new = insert_into(connection, table).values(connector=state.connector, **values)
    connection.execute(new.on_conflict_do_update(index_elements=["connector"], set_=values))


def listing(connection: Connection) -> list[ConnectorState]:
    """Every connector that ever ran, by name."""
    return [_state(row) for row in connection.execute(select(table).order_by(table.c.connector))]


def _state(row: Row[Any]) -> ConnectorState:
    return ConnectorState(row.connector, row.cursor, from_text(row.at), row.failures, row.last_error)
