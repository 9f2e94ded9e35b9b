"""Aggregates: one packed vector a unit and period, replaced whole; rebuilt from versions at any time."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from hub.domain.rollup import Coverage, Vector, unpack_vector
from hub.store.instants import from_text, to_text
from hub.store.tables import aggregate as table
from hub.store.tables import edition as in_use
from hub.store.tables import filing

Input = tuple[str, int, str]
"""(filing id, version number, version hash): one input of an aggregate (R29)."""


@dataclass(frozen=True)
class Aggregate:
    """A unit's figures of one edition and period, who is in them and from which versions.

    ``inputs`` are the versions summed directly; ``parts`` the aggregates of other units or periods it was made from,
    each by ``unit|period`` and lineage hash. Together they name every input exactly once.
    """

    edition: str
    period: str
    unit_id: str
    run_id: str
    vector: Vector
    coverage: Coverage
    inputs: tuple[Input, ...]
    parts: tuple[tuple[str, str], ...]
    at: datetime


def replace(connection: Connection, edition: str, period: str, aggregates: Sequence[Aggregate]) -> bool:
    """All aggregates of a campaign become these. False, changing nothing, if newer ones stand.

    One replacement of an edition's aggregates at a time: the next one waits, and then sees what this one made.
    """
    connection.execute(select(in_use.c.key).where(in_use.c.key == edition).with_for_update(key_share=True))
    newest = connection.execute(
        select(func.max(table.c.at)).where(table.c.edition == edition, table.c.period == period)
    ).scalar_one()
    if newest is not None and aggregates and from_text(newest) > aggregates[0].at:
        return False
    connection.execute(delete(table).where(table.c.edition == edition, table.c.period == period))
    if aggregates:
        connection.execute(insert(table), [_stored(aggregate) for aggregate in aggregates])
    return True


def _stored(aggregate: Aggregate) -> dict[str, Any]:
    figures, presence, contributors = aggregate.vector.packed()
    lineage = {"inputs": aggregate.inputs, "parts": aggregate.parts}
    return {
        "edition": aggregate.edition,
        "period": aggregate.period,
        "unit_id": aggregate.unit_id,
        "run_id": aggregate.run_id,
        "figures": figures,
        "presence": presence,
        "contributors": contributors,
        "coverage": json.dumps(aggregate.coverage.as_json(), separators=(",", ":")),
        "lineage": zlib.compress(json.dumps(lineage, separators=(",", ":")).encode(), 1),
        "at": to_text(aggregate.at),
    }


def _aggregate(row: Any) -> Aggregate:
    lineage = json.loads(zlib.decompress(row.lineage))
    return Aggregate(
        row.edition,
        row.period,
        row.unit_id,
        row.run_id,
        unpack_vector(row.figures, row.presence, row.contributors),
        Coverage.from_json(json.loads(row.coverage)),
        tuple((filing_id, number, sha256) for filing_id, number, sha256 in lineage["inputs"]),
        tuple((name, sha256) for name, sha256 in lineage["parts"]),
        from_text(row.at),
    )


def get(connection: Connection, edition: str, period: str, unit_id: str) -> Aggregate | None:
    found = connection.execute(
        select(table).where(table.c.edition == edition, table.c.period == period, table.c.unit_id == unit_id)
    ).one_or_none()
    return _aggregate(found) if found is not None else None


def of_campaign(connection: Connection, edition: str, period: str) -> list[Aggregate]:
    """Every unit's aggregate of a campaign, in order of unit id."""
    rows = connection.execute(
        select(table).where(table.c.edition == edition, table.c.period == period).order_by(table.c.unit_id)
    )
    return [_aggregate(row) for row in rows]


def campaigns(connection: Connection) -> list[tuple[str, str, datetime]]:
    """(edition, period, when) of every campaign that has aggregates."""
    rows = connection.execute(
        select(table.c.edition, table.c.period, func.max(table.c.at)).group_by(table.c.edition, table.c.period)
    )
    return [(edition, period, from_text(at)) for edition, period, at in rows]


def stale(connection: Connection) -> list[tuple[str, str]]:
    """Campaigns with accepted reports that changed after their aggregates were made, or that have none."""
    made = (
        select(table.c.edition, table.c.period, func.max(table.c.at).label("at"))
        .group_by(table.c.edition, table.c.period)
        .subquery()
    )
    changed = (
        select(filing.c.edition, filing.c.period, func.max(filing.c.changed_at).label("at"))
        .where(filing.c.first_sent_at.is_not(None) | filing.c.excluded.is_(True))
        .group_by(filing.c.edition, filing.c.period)
        .subquery()
    )
    joined = changed.outerjoin(made, (made.c.edition == changed.c.edition) & (made.c.period == changed.c.period))
    rows = connection.execute(
        select(changed.c.edition, changed.c.period)
        .select_from(joined)
        .where(made.c.at.is_(None) | (changed.c.at > made.c.at))
        .order_by(changed.c.edition, changed.c.period)
    )
    return [(edition, period) for edition, period in rows]
