"""The packed figures of a campaign, a piece a province: for sums alone, thousands of rows cost more than their bytes.

One piece a province, not one for the whole country: PostgreSQL spends twice the time on pieces of megabytes.
The database puts the rows together: two threads that fetch thousands each wait for one another at every row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal_column, select, text

from hub.store.database import BINARY_RESULTS
from hub.store.tables import standing


class Piece(NamedTuple):
    """The versions in force of the units in one body right below the nation; empty for a path of the nation alone.

    Figures and presence row after row, in one order that is not told.
    """

    body: str
    rows: int
    figures: bytes
    presence: bytes


def read(connection: Connection, edition: str, period: str, scope: str) -> list[Piece]:
    """The versions in force of a campaign, by body."""
    wanted = {"its_edition": edition, "its_period": period, "its_scope": scope}
    together = connection.dialect.name == "postgresql"
    with connection.execute(_PIECES if together else _RANGES, wanted) as result:
        rows = result.cursor.fetchall()  # the driver's own: no column needs converting
    return sorted(Piece(*row) for row in rows) if together else list(_put_together(rows))


def _put_together(ranges: Iterable[tuple[str, int, bytes, bytes]]) -> Iterator[Piece]:
    """A body's own report and those of its units are two ranges, and another's id may stand between them."""
    named = sorted(("".join(first.split("/", 2)[1:2]), *packed) for first, *packed in ranges)
    for body, its in groupby(named, key=lambda part: part[0]):
        _, counts, figures, presence = zip(*its, strict=True)
        yield Piece(body, sum(counts), b"".join(figures), b"".join(presence))


_CAMPAIGN = (
    standing.c.edition == bindparam("its_edition"),
    standing.c.period == bindparam("its_period"),
    standing.c.scope == bindparam("its_scope"),
)
_IN_CAMPAIGN = "edition = :its_edition AND period = :its_period AND scope = :its_scope"
_BELOW = "substr(first, instr(first, '/') + 1)"
_PAST = f"""CASE WHEN instr(first, '/') = 0 OR instr({_BELOW}, '/') = 0 THEN first || char(1)
    ELSE substr(first, 1, instr(first, '/') + instr({_BELOW}, '/') - 1) || '0' END"""
_WITHIN = f"{_IN_CAMPAIGN} AND unit_path >= first AND unit_path < past"
_ITS_ROWS = f"SELECT figures, presence FROM standing WHERE {_WITHIN} ORDER BY unit_path"  # noqa: S608 - own text
_RANGES = text(f"""
WITH RECURSIVE range(first) AS (
    SELECT min(unit_path) FROM standing WHERE {_IN_CAMPAIGN}
    UNION ALL
    SELECT (SELECT min(unit_path) FROM standing WHERE {_IN_CAMPAIGN} AND unit_path >= {_PAST})
    FROM range WHERE first IS NOT NULL
)
SELECT first,
    (SELECT count(*) FROM standing WHERE {_WITHIN}),
    (SELECT CAST(group_concat(figures, '') AS BLOB) FROM ({_ITS_ROWS})),
    (SELECT CAST(group_concat(presence, '') AS BLOB) FROM ({_ITS_ROWS}))
FROM (SELECT first, {_PAST} AS past FROM range WHERE first IS NOT NULL)
""")  # noqa: S608 - own text
"""SQLite: from range to range of the key, each a body's own report or all below it (``0`` comes right after ``/``)."""
_NOTHING: ColumnElement[bytes] = literal_column("''::bytea")
_BODY: ColumnElement[str] = func.split_part(standing.c.unit_path, literal_column("'/'"), literal_column("2"))
_PIECES = (
    select(
        _BODY,
        func.count(),
        func.string_agg(standing.c.figures, _NOTHING),
        func.string_agg(standing.c.presence, _NOTHING),
    )
    .where(*_CAMPAIGN)
    .group_by(_BODY)
    .execution_options(**BINARY_RESULTS)
)
"""Figures and presence go through the rows together, so they agree with each other."""
