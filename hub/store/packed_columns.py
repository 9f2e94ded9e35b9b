"""The packed figures of a campaign, a piece a province: for sums alone, thousands of rows cost more than their bytes.

One piece a province, not one for the whole country: PostgreSQL spends twice the time on pieces of megabytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal_column, select

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
    with connection.execute(_PIECES if together else _ROWS, wanted) as result:
        rows = result.cursor.fetchall()  # the driver's own: no column needs converting
    return sorted(Piece(*row) for row in (rows if together else _put_together(rows)))


def _put_together(rows: Sequence[tuple[str, bytes, bytes]]) -> Iterator[Piece]:
    for body, its in groupby(rows, key=lambda row: row[0].split("/", 2)[1:2]):
        _, figures, presence = zip(*its, strict=True)
        yield Piece("".join(body), len(figures), b"".join(figures), b"".join(presence))


_CAMPAIGN = (
    standing.c.edition == bindparam("its_edition"),
    standing.c.period == bindparam("its_period"),
    standing.c.scope == bindparam("its_scope"),
)
_ROWS = (
    select(standing.c.unit_path, standing.c.figures, standing.c.presence)
    .where(*_CAMPAIGN)
    .order_by(standing.c.unit_path)
)
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
