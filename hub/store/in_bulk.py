"""Many rows into one table: on PostgreSQL through its COPY, elsewhere one prepared statement over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import BigInteger, Boolean, Connection, Insert, Integer, LargeBinary, String, Table
from sqlalchemy.exc import DBAPIError

FEW = 2
"""So few rows go in as they are: COPY costs two round trips more."""
_KINDS = ((String, "text"), (BigInteger, "int8"), (Integer, "int4"), (LargeBinary, "bytea"), (Boolean, "bool"))
"""The types of columns that COPY is used for, by what PostgreSQL calls them; texts of any length are sent alike."""


def insert_rows(connection: Connection, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """All rows are in the table of a plain INSERT; each names the same columns, none is left to a default.

    IntegrityError and the like as from the statement itself; then nothing of this transaction stands.
    """
    table = statement.table
    types = _types(table, rows[0]) if isinstance(table, Table) and len(rows) > FEW else None
    if connection.dialect.name == "postgresql" and types is not None:
        _copy(connection, f"COPY {table} ({', '.join(rows[0])}) FROM STDIN (FORMAT binary)", types, rows)
    else:
        connection.execute(statement, rows)


def _types(table: Table, row: Mapping[str, Any]) -> list[str] | None:
    """What to send each column as; None if one of them is of another kind."""
    found = [next((name for kind, name in _KINDS if isinstance(table.c[key].type, kind)), None) for key in row]
    return None if None in found else [name for name in found if name is not None]


def _copy(connection: Connection, command: str, types: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    try:
        with driver.cursor() as cursor, cursor.copy(command) as copy:  # our own names of columns
            copy.set_types(types)
            for row in rows:
                copy.write_row(tuple(row.values()))
    except psycopg.Error as error:
        lost = connection.dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
        raise DBAPIError.instance(
            command, None, error, psycopg.Error, connection_invalidated=lost, dialect=connection.dialect
        ) from error
