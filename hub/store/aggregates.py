"""Aggregates: one packed vector a unit and period, replaced whole; rebuilt from versions at any time."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, text, update

from hub.domain.rollup import Coverage, Vector, unpack_vector
from hub.store.database import BINARY_RESULTS
from hub.store.instants import from_text, to_text
from hub.store.tables import aggregate as table
from hub.store.tables import edition as in_use
from hub.store.tables import filing

Input = tuple[str, int, str]
"""(filing id, version number, version hash): one input of an aggregate (R29)."""

Kind = Literal["full", "delta", "final"]
"""How an aggregate came about: brought together in full, followed by the delta of decisions since then, or in full
after the last due of its campaign."""

Marks = frozenset[tuple[str, str]]
"""(unit id, run id) of a campaign's aggregates: they are the same as long as nobody has written any of them."""


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
    kind: Kind = "full"


class Overtaken(Exception):
    """Somebody has written aggregates of the campaign since they were looked at."""


def hold(connection: Connection, edition: str) -> None:
    """Nobody else writes an aggregate of this edition until the transaction ends; whoever wants to waits.

    On SQLite a writing transaction is the only one already.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(_HOLD, {"its_edition": edition})


_HOLD = select(in_use.c.key).where(in_use.c.key == bindparam("its_edition")).with_for_update(key_share=True)


def marks(connection: Connection, edition: str, period: str) -> Marks:
    """What tells whether a campaign's aggregates have been written since."""
    rows = connection.execute(
        select(table.c.unit_id, table.c.run_id).where(table.c.edition == edition, table.c.period == period)
    )
    return frozenset((unit_id, run_id) for unit_id, run_id in rows)


def marks_of(aggregates: Sequence[Aggregate]) -> Marks:
    """The marks that aggregates bear."""
    return frozenset((aggregate.unit_id, aggregate.run_id) for aggregate in aggregates)


def replace(
    connection: Connection, edition: str, period: str, aggregates: Sequence[Aggregate], seen: Marks | None = None
) -> bool:
    """All aggregates of a campaign become these. False, changing nothing, if newer ones stand.

    One replacement of an edition's aggregates at a time: the next one waits, and then sees what this one made.
    ``seen``: Overtaken if the aggregates are not those any more.
    """
    hold(connection, edition)
    if seen is not None and marks(connection, edition, period) != seen:
        raise Overtaken  # before asking for the newest: what bears a later moment may have looked earlier
    newest = connection.execute(
        select(func.max(table.c.at)).where(table.c.edition == edition, table.c.period == period)
    ).scalar_one()
    if newest is not None and aggregates and from_text(newest) > aggregates[0].at:
        return False
    connection.execute(delete(table).where(table.c.edition == edition, table.c.period == period))
    if aggregates:
        connection.execute(insert(table), [stored(aggregate) for aggregate in aggregates])
    return True


def put(connection: Connection, changed: Sequence[Aggregate]) -> None:
    """Aggregates that are there already become these. The caller holds the edition."""
    connection.execute(_PUT, [{f"new_{name}": value for name, value in stored(each).items()} for each in changed])


_KEY = ("edition", "period", "unit_id")
_PUT = (
    update(table)
    .where(*(table.c[name] == bindparam(f"new_{name}") for name in _KEY))
    .values({column.name: bindparam(f"new_{column.name}") for column in table.c if column.name not in _KEY})
)


def stored(aggregate: Aggregate) -> dict[str, Any]:
    """An aggregate as its row."""
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
        "kind": aggregate.kind,
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
        row.kind,
    )


def some(connection: Connection, edition: str, period: str, unit_ids: Sequence[str]) -> dict[str, Aggregate]:
    """These units' aggregates of a campaign, by unit; those that are not there are absent."""
    rows = connection.execute(_SOME, {"its_edition": edition, "its_period": period, "its_units": unit_ids})
    return {row.unit_id: _aggregate(row) for row in rows}


_SOME = (
    select(table)
    .where(
        table.c.edition == bindparam("its_edition"),
        table.c.period == bindparam("its_period"),
        table.c.unit_id.in_(bindparam("its_units", expanding=True)),
    )
    .execution_options(**BINARY_RESULTS)
)


def coverages(connection: Connection, edition: str, period: str) -> dict[str, Coverage]:
    """The coverage of every unit's aggregate of a campaign, in order of unit id."""
    rows = connection.execute(_COVERAGES, {"its_edition": edition, "its_period": period})
    return {unit_id: Coverage.from_json(json.loads(coverage)) for unit_id, coverage in rows}


_COVERAGES = (
    select(table.c.unit_id, table.c.coverage)
    .where(table.c.edition == bindparam("its_edition"), table.c.period == bindparam("its_period"))
    .order_by(table.c.unit_id)
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


_COUNTED = "(filing.first_sent_at IS NOT NULL OR filing.excluded) AND filing.changed_at > ''"
"""Filings that were ever sent or are left out, as the index ``ix_filing_changed`` says it; of all indexes it alone
knows of their last change, so that none is preferred to it."""
_CHANGES = text(f"""
    WITH RECURSIVE campaign (edition, period) AS (
        SELECT edition.key,
            (SELECT min(filing.period) FROM filing WHERE filing.edition = edition.key AND {_COUNTED})
        FROM edition
        UNION ALL
        SELECT campaign.edition,
            (SELECT min(filing.period) FROM filing
            WHERE filing.edition = campaign.edition AND filing.period > campaign.period AND {_COUNTED})
        FROM campaign WHERE campaign.period IS NOT NULL
    )
    SELECT campaign.edition, campaign.period,
        (SELECT max(filing.changed_at) FROM filing
        WHERE filing.edition = campaign.edition AND filing.period = campaign.period AND {_COUNTED}) AS at
    FROM campaign WHERE campaign.period IS NOT NULL ORDER BY campaign.edition, campaign.period
""")  # noqa: S608  # nothing in it comes from outside
"""(edition, period, last change) of every campaign: from one to the next through the index, past all its filings."""
_MADE = select(
    table.c.edition, table.c.period, func.max(table.c.at), func.max(case((table.c.kind == "delta", 1), else_=0))
).group_by(table.c.edition, table.c.period)


def stale(connection: Connection) -> list[tuple[str, str]]:
    """Campaigns with accepted reports that changed after their aggregates were made in full, or that have none.

    Costs a few steps in an index for each campaign and aggregate, however many filings there are.
    """
    made = {(edition, period): (at, followed) for edition, period, at, followed in connection.execute(_MADE)}
    never = ("", 0)
    found = []
    for edition, period, changed in connection.execute(_CHANGES):
        at, followed = made.get((edition, period), never)
        if followed or changed > at:
            found.append((edition, period))
    return found


def unfinished(connection: Connection, now: datetime) -> list[tuple[str, str]]:
    """Campaigns whose last due has passed and whose aggregates were not all made after it."""
    finished = func.min(case((table.c.kind == "final", 1), else_=0))
    made = (
        select(table.c.edition, table.c.period)
        .group_by(table.c.edition, table.c.period)
        .having(finished == 0)
        .subquery()
    )
    its = select(filing.c.id).where(filing.c.edition == made.c.edition, filing.c.period == made.c.period)
    rows = connection.execute(
        select(made.c.edition, made.c.period).where(its.exists(), ~its.where(filing.c.due_at > to_text(now)).exists())
    )
    return sorted((edition, period) for edition, period in rows)
