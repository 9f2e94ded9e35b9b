"""After a decision the aggregates of the unit's province and of the nation follow at once, by what changed.

Its own transaction after that of the decision, which never fails for it. What it brings in is the difference between
what the province's aggregate names and what is in force now: a decision whose own turn was lost comes in with the next
one. Whoever is last of several at once sees what all of them decided, since each holds the edition before it looks.
The job ``roll_up`` makes the whole campaign again, compares, and marks the reports as rolled up (R25).

How many have sent and wait to be looked at is brought up to date here for the province only, and everywhere by the
job; longer periods follow with the job too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.filing import FilingRow
from hub.domain.org import NATION
from hub.domain.packing import Packed
from hub.domain.regime import Edition
from hub.domain.rollup import Coverage, Matrix, Vector, whole
from hub.domain.rollup_delta import difference, moved, needs_rows, put_together
from hub.services import aggregation
from hub.services.aggregation import coverage_of_group, lineage_hash
from hub.services.core import Core
from hub.services.ids import new_id
from hub.store import aggregates, rollup_group, versions
from hub.store.aggregates import Aggregate
from hub.store.database import Connection
from hub.store.rollup_group import Group

log = logging.getLogger("hub.rollup")


@dataclass(frozen=True, slots=True)
class Place:
    """What is brought up to date: a province (or ministry) in a campaign, by its path in the unit tree."""

    edition: str
    period: str
    path: str

    @property
    def unit_id(self) -> str:
        return self.path.rsplit("/", 1)[-1]


def follow(core: Core, decided: Iterable[FilingRow], now: datetime) -> bool:
    """The aggregates hold what was decided of these filings. False, logged, where that is left to the next full run."""
    places = {
        Place(row.edition, row.period, "/".join(row.unit_path.split("/")[:2])) for row in decided if row.scope == "own"
    }
    kept_up = [_kept_up(core, place, now) for place in sorted(places, key=lambda place: place.path)]
    return all(kept_up)


def _kept_up(core: Core, place: Place, now: datetime) -> bool:
    try:
        if not _by_delta(core, place, now):
            aggregation.follow_in_full(core, place.edition, place.period, now)
        return True
    except Exception as error:  # the decision stands whatever happens here; the job brings its figures in
        log.warning("not followed: %s %s %s: %s", place.edition, place.period, place.path, type(error).__name__)
        return False


def _by_delta(core: Core, place: Place, now: datetime) -> bool:
    """False, changing nothing, where there is nothing sound to add to or take away from."""
    edition = core.catalog.edition(place.edition)
    with core.database.write() as connection:
        aggregates.hold(connection, place.edition)
        stood = aggregates.some(connection, place.edition, place.period, [place.unit_id, NATION])
        if place.unit_id == NATION or len(stood) < 2:
            return False
        group = rollup_group.group(connection, place.edition, place.period, place.path)
        made = _followed(connection, edition, stood[place.unit_id], stood[NATION], group, now)
        if made is None:
            return False
        aggregates.put(connection, made)
        return True


def _followed(
    connection: Connection, edition: Edition, part: Aggregate, nation: Aggregate, group: Group, now: datetime
) -> list[Aggregate] | None:
    """The province's and the nation's aggregates now; None if the nation's does not go back to the province's."""
    name, before = f"{part.unit_id}|{part.period}", lineage_hash(part)
    if (name, before) not in nation.parts:
        return None
    gone, come = difference(part.inputs, group.inputs)
    try:
        out, into = (_matrix(edition, rollup_group.figures_of(connection, each)) for each in (gone, come))
    except KeyError:
        return None
    run_id, at = new_id(now), max(now, part.at, nation.at)
    vector = _vector(connection, edition, part, out, into, group.paths)
    coverage = coverage_of_group(group.paths, group.lines)
    new = Aggregate(
        part.edition, part.period, part.unit_id, run_id, vector, coverage, group.inputs, (), at, "delta"
    )  # fmt: skip
    known = aggregates.coverages(connection, part.edition, part.period)
    parts = tuple((key, lineage_hash(new) if key == name else value) for key, value in nation.parts)
    return [
        new,
        Aggregate(
            nation.edition, nation.period, NATION, run_id, _vector(connection, edition, nation, out, into, None),
            _national(known, new), (), parts, at, "delta",
        ),
    ]  # fmt: skip


def _national(known: dict[str, Coverage], new: Aggregate) -> Coverage:
    return put_together(
        [new.coverage if key == new.unit_id else value for key, value in known.items() if key != NATION]
    )


def _vector(
    connection: Connection, edition: Edition, stood: Aggregate, out: Matrix, into: Matrix, paths: Sequence[str] | None
) -> Vector:
    """The aggregate's figures now, from the change alone or else from the rows of these units (None: of all)."""
    if not needs_rows(edition):
        return moved(edition, stood.vector, out, into)
    standing = versions.in_force(connection, stood.edition, stood.period, "own")
    wanted = set(standing.paths if paths is None else paths)
    rows = [index for index, path in enumerate(standing.paths) if path in wanted]
    return whole(edition, _matrix(edition, [Packed(standing.figures[i], standing.presence[i]) for i in rows]))


def _matrix(edition: Edition, packed: Sequence[Packed]) -> Matrix:
    return Matrix.of(edition, [each.figures for each in packed], [each.presence for each in packed])
