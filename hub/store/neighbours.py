"""The packed figures of a campaign's other reports, as far as an actor may see them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, Select, and_, select

from hub.domain.filing import FilingRow
from hub.domain.visibility import Visibility
from hub.store.database import BINARY_RESULTS
from hub.store.filings import visible_to
from hub.store.tables import filing, standing, version

Row = tuple[str, bytes, bytes]
"""(path of the unit, figures, presence)."""


def standing_beside(connection: Connection, visibility: Visibility, row: FilingRow, period: str) -> Iterator[Row]:
    """The versions in force of the same edition, scope and level in a period: one range of the key, in tree order."""
    in_range = (
        (standing.c.edition == row.edition) & (standing.c.period == period) & (standing.c.scope == row.scope)
    )  # fmt: skip
    chosen = (
        select(standing.c.unit_path, standing.c.figures, standing.c.presence)
        .join(filing, filing.c.id == standing.c.filing_id)
        .where(in_range, _beside(row), visible_to(visibility))
        .order_by(standing.c.unit_path)
    )
    return _rows(connection, chosen)


def sent_beside(connection: Connection, visibility: Visibility, row: FilingRow) -> Iterator[Row]:
    """The sent versions of the same campaign that still wait for a decision."""
    chosen = (
        select(filing.c.unit_path, version.c.figures, version.c.presence)
        .join(version, and_(version.c.filing_id == filing.c.id, version.c.number == filing.c.sent_version))
        .where(
            filing.c.edition == row.edition,
            filing.c.period == row.period,
            filing.c.scope == row.scope,
            filing.c.state == "submitted",
            filing.c.accepted_version.is_(None),  # of an amendment the accepted version stands
            _beside(row),
            visible_to(visibility),
        )
        .order_by(filing.c.unit_path)
    )
    return _rows(connection, chosen)


def _beside(row: FilingRow) -> ColumnElement[bool]:
    return (filing.c.level == row.level) & (filing.c.id != row.id) & filing.c.excluded.is_(False)


def _rows(connection: Connection, chosen: Select[str, bytes, bytes]) -> Iterator[Row]:
    for row in connection.execute(chosen, execution_options=BINARY_RESULTS):
        yield row[0], row[1], row[2]
