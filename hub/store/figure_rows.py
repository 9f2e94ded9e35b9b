"""What the national picture is read from, many campaigns in one statement: aggregates without lineage, last deadlines,
and the reports in force of single units.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select

from hub.domain.rollup import Coverage, Vector, unpack_vector
from hub.store.database import BINARY_RESULTS
from hub.store.instants import from_text
from hub.store.tables import aggregate, filing, standing

CampaignName = tuple[str, str]
"""(edition key, period code)."""
MOST_NAMED = 2000
"""How many units a statement names; with more it reads them all."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A unit's aggregated figures of a campaign, and who is in them."""

    edition: str
    period: str
    unit_id: str
    vector: Vector
    coverage: Coverage
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportRow:
    """The figures of one unit's report in force."""

    edition: str
    period: str
    unit_id: str
    unit_path: str
    figures: bytes
    presence: bytes


@dataclass(frozen=True, slots=True)
class Gap:
    """Who is missing in a unit's aggregate of a campaign."""

    edition: str
    period: str
    unit_id: str
    missing: tuple[str, ...]


def campaigns(connection: Connection, editions: Collection[str]) -> list[CampaignName]:
    """The campaigns of these editions that have aggregates."""
    c = aggregate.c
    rows = connection.execute(select(c.edition, c.period).distinct().where(c.edition.in_(sorted(editions))))
    return [(edition, period) for edition, period in rows]


def rows(connection: Connection, named: Collection[CampaignName], unit_ids: Collection[str] | None) -> list[FigureRow]:
    """The aggregates of these campaigns, of all units or of some, in order of edition, period and unit id."""
    c = aggregate.c
    wanted = [_in(c.edition, {key for key, _ in named}), _in(c.period, {code for _, code in named})]
    if unit_ids is not None and len(unit_ids) <= MOST_NAMED:
        wanted.append(_in(c.unit_id, unit_ids))
    query = select(c.edition, c.period, c.unit_id, c.figures, c.presence, c.contributors, c.coverage, c.at)
    query = query.where(*wanted).order_by(c.edition, c.period, c.unit_id).execution_options(**BINARY_RESULTS)
    asked = frozenset(named)
    return [
        FigureRow(
            row.edition, row.period, row.unit_id,
            unpack_vector(bytes(row.figures), bytes(row.presence), bytes(row.contributors)),
            Coverage.from_json(json.loads(row.coverage)), from_text(row.at),
        )
        for row in connection.execute(query)
        if (row.edition, row.period) in asked and (unit_ids is None or row.unit_id in unit_ids)
    ]  # fmt: skip


def gaps(connection: Connection, named: Collection[CampaignName], unit_ids: Collection[str] | None) -> list[Gap]:
    """Who is missing in the aggregates of these campaigns, of all units or of some; nothing of those that have all."""
    c = aggregate.c
    wanted = [_in(c.edition, {key for key, _ in named}), _in(c.period, {code for _, code in named})]
    if unit_ids is not None and len(unit_ids) <= MOST_NAMED:
        wanted.append(_in(c.unit_id, unit_ids))
    asked = frozenset(named)
    found = [
        Gap(row.edition, row.period, row.unit_id, tuple(json.loads(row.coverage)["missing"]))
        for row in connection.execute(select(c.edition, c.period, c.unit_id, c.coverage).where(*wanted))
        if (row.edition, row.period) in asked and (unit_ids is None or row.unit_id in unit_ids)
    ]
    return [gap for gap in found if gap.missing]


def last_deadlines(connection: Connection, named: Collection[CampaignName]) -> dict[CampaignName, datetime]:
    """When the last deadline of each campaign is over, of those who owe a first-hand report."""
    c = filing.c
    query = (
        select(c.edition, c.period, func.max(c.due_at))
        .where(_in(c.edition, {key for key, _ in named}), _in(c.period, {code for _, code in named}))
        .where(c.scope == "own", c.excluded.is_(False))
        .group_by(c.edition, c.period)
    )
    return {(edition, period): from_text(due) for edition, period, due in connection.execute(query)}


def reports(
    connection: Connection, named: Collection[CampaignName], unit_ids: Collection[str] | None = None,
    within: Sequence[str] = (),
) -> list[ReportRow]:  # fmt: skip
    """The first-hand reports in force of these campaigns, of all units, of some, or of those below these paths."""
    f, s = filing.c, standing.c
    wanted = [_in(f.edition, {key for key, _ in named}), _in(f.period, {code for _, code in named}), f.scope == "own"]
    if unit_ids is not None and len(unit_ids) <= MOST_NAMED:
        wanted.append(_in(f.unit_id, unit_ids))
    if within:
        wanted.append(_below(f.unit_path, within))
    query = (
        select(f.edition, f.period, f.unit_id, s.unit_path, s.figures, s.presence)
        .select_from(filing.join(standing, s.filing_id == f.id))
        .where(*wanted)
        .execution_options(**BINARY_RESULTS)
    )
    asked = frozenset(named)
    return [
        ReportRow(row.edition, row.period, row.unit_id, row.unit_path, bytes(row.figures), bytes(row.presence))
        for row in connection.execute(query)
        if (row.edition, row.period) in asked and (unit_ids is None or row.unit_id in unit_ids)
    ]


def obligations(
    connection: Connection, named: Collection[CampaignName], within: Sequence[str]
) -> list[tuple[CampaignName, str, str, str, bool, datetime]]:
    """(campaign, unit, path, state, excluded, deadline) of the first-hand reports owed below these paths."""
    c = filing.c
    query = select(c.edition, c.period, c.unit_id, c.unit_path, c.state, c.excluded, c.due_at).where(
        _in(c.edition, {key for key, _ in named}), _in(c.period, {code for _, code in named}), c.scope == "own",
        _below(c.unit_path, within),
    )  # fmt: skip
    asked = frozenset(named)
    return [
        ((row.edition, row.period), row.unit_id, row.unit_path, row.state, bool(row.excluded), from_text(row.due_at))
        for row in connection.execute(query)
        if (row.edition, row.period) in asked
    ]


def _in(column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
    return column.in_(sorted(values))


def _below(column: ColumnElement[str], paths: Sequence[str]) -> ColumnElement[bool]:
    """Strictly below one of the paths, as ranges that an index serves; nothing without a path."""
    return or_(false(), *(and_(column > path + "/", column < path + "0") for path in paths))
