"""Many filings in one transaction: what is asked of each is read beforehand, what is written of each goes in together.

Statements that nobody waits an answer from are kept and executed once for all filings, in the order in which each was
first met; what was read beforehand answers in the place of the database. Without it every function works as before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Executable, Insert

from hub.domain.filing import FilingRow
from hub.store.in_bulk import insert_rows

_KEY = "hub.at_once"


@dataclass
class AtOnce:
    """What a transaction knows of many filings. ``without``: of what kind → for which of them there is nothing."""

    rows: dict[str, FilingRow] = field(default_factory=dict)
    """The filings as they stand, locked where the transaction writes, with what is to be written of them."""
    without: dict[str, Collection[object]] = field(default_factory=dict)
    waiting: dict[Executable, list[dict[str, Any]]] = field(default_factory=dict)
    in_one: dict[Executable, Executable] = field(default_factory=dict)
    """Of a statement, the one that does the same with arrays of all rows' values, where the database has such."""
    events: list[Any] = field(default_factory=list)
    """The audit lines of this transaction, in order: the chain is taken at its end, for as short a time as can be."""
    done: set[object] = field(default_factory=set)
    """What once is enough of."""


@contextmanager
def many(connection: Connection) -> Iterator[AtOnce]:
    """Within, functions of the store gather what they write; whoever opened it ends with :func:`write_waiting`."""
    at_once = AtOnce()
    connection.info[_KEY] = at_once
    try:
        yield at_once
    finally:
        del connection.info[_KEY]


def of(connection: Connection) -> AtOnce | None:
    """What this connection's transaction knows beforehand, if it is one of many filings."""
    return connection.info.get(_KEY)


def has_none(connection: Connection, kind: str, of_what: object) -> bool:
    """True if it was read beforehand that there is nothing of this kind."""
    at_once = of(connection)
    return at_once is not None and of_what in at_once.without.get(kind, ())


def first_time(connection: Connection, what: object) -> bool:
    """False if this was done already in a transaction of many filings."""
    at_once = of(connection)
    if at_once is None:
        return True
    fresh = what not in at_once.done
    at_once.done.add(what)
    return fresh


def write(
    connection: Connection, statement: Executable, values: Mapping[str, Any], in_one: Executable | None = None
) -> None:
    """Executed now, or with those of the other filings; nothing is answered.

    ``in_one``: the same for many at one time, each value an array (PostgreSQL).
    """
    at_once = of(connection)
    if at_once is None:
        connection.execute(statement, values)
        return
    at_once.waiting.setdefault(statement, []).append(dict(values))
    if in_one is not None and connection.dialect.name == "postgresql":
        at_once.in_one[statement] = in_one


def write_waiting(connection: Connection) -> None:
    """All that was gathered so far is in the open transaction now, but for the audit lines."""
    at_once = of(connection)
    if at_once is None:
        return
    waiting, at_once.waiting = at_once.waiting, {}
    for statement, rows in waiting.items():
        if isinstance(statement, Insert):
            insert_rows(connection, statement, rows)
        elif (in_one := at_once.in_one.get(statement)) is not None:
            connection.execute(in_one, {name: [row[name] for row in rows] for name in rows[0]})
        else:
            connection.execute(statement, rows)
