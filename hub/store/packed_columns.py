"""The packed figures of a campaign as two long vectors: for sums thousands of rows cost more than their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal_column, select

from hub.store.database import BINARY_RESULTS
from hub.store.tables import standing


@dataclass(frozen=True, slots=True)
class PackedColumns:
    """The figures and presence of versions in force, row after row, in the order of their paths."""

    paths: Sequence[str] = ()
    figures: bytes = b""
    presence: bytes = b""


def read(connection: Connection, edition: str, period: str, scope: str) -> PackedColumns:
    """The versions in force of a campaign. PostgreSQL puts the rows together itself and sends one."""
    wanted = {"its_edition": edition, "its_period": period, "its_scope": scope}
    if connection.dialect.name == "postgresql":
        paths, figures, presence = connection.execute(_TOGETHER, wanted).one()
        return PackedColumns(paths.split(" "), figures, presence) if paths else PackedColumns()
    with connection.execute(_ROWS, wanted) as result:
        rows = result.cursor.fetchall()  # the driver's own: no column needs converting
    paths, figures, presence = zip(*rows, strict=True) if rows else ((), (), ())
    return PackedColumns(paths, b"".join(figures), b"".join(presence))


_ROWS = (
    select(standing.c.unit_path, standing.c.figures, standing.c.presence)
    .where(
        standing.c.edition == bindparam("its_edition"),
        standing.c.period == bindparam("its_period"),
        standing.c.scope == bindparam("its_scope"),
    )
    .order_by(standing.c.unit_path)
)
_IN_ORDER = _ROWS.subquery()
_NOTHING: ColumnElement[bytes] = literal_column("''::bytea")
_TOGETHER = select(
    func.string_agg(_IN_ORDER.c.unit_path, literal_column("' '")),
    func.string_agg(_IN_ORDER.c.figures, _NOTHING),
    func.string_agg(_IN_ORDER.c.presence, _NOTHING),
).execution_options(**BINARY_RESULTS)
"""The three are put together in one pass over the same rows, so they always agree; that the rows come in order of their
path is how PostgreSQL reads a sorted subquery, and is checked by whoever groups them."""
