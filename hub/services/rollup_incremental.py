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
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.filing import FilingRow
from hub.domain.org import NATION
from hub.domain.packing import Packed
from hub.domain.regime import Edition
from hub.domain.rollup import Coverage, Matrix, Vector, whole
from hub.domain.rollup_delta import difference, exchanged, moved, needs_rows, put_together
from hub.failpoints import reach
from hub.services import aggregation
from hub.services.aggregation import coverage_of_group, lineage_hash
from hub.services.core import Core
from hub.services.ids import new_id
from hub.store import aggregates, rollup_group, versions
from hub.store.aggregates import Aggregate
from hub.store.database import Connection
from hub.store.rollup_group import Group
from hub.store.versions import Standings

log = logging.getLogger("hub.rollup")
MANY_PLACES = 12


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
    reach("before-follow")
    campaigns = Counter((place.edition, place.period) for place in places)
    crowded = {campaign for campaign, number in campaigns.items() if number > MANY_PLACES}
    single = [place for place in places if (place.edition, place.period) not in crowded]
    kept_up = [_kept_up(core, place, now) for place in sorted(single, key=lambda place: place.path)]
    return all([*kept_up, *(_made_again(core, *campaign, now) for campaign in sorted(crowded))])


def _made_again(core: Core, edition: str, period: str, now: datetime) -> bool:
    """The whole campaign at once, after decisions in so many places that one after another would take longer."""
    try:
        aggregation.follow_in_full(core, edition, period, now)
        return True
    except Exception as error:  # as below
        log.warning("not followed: %s %s: %s", edition, period, type(error).__name__)
        return False


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
        change = look(connection, edition, place)
        if change is None:
            return False
        aggregates.put(connection, brought_up_to_date(edition, change, new_id(now), now))
        reach("mid-follow")
        return True


@dataclass(frozen=True)
class Change:
    """What was read: the aggregates as they stand, who is in force now, and the figures that went out and came in.

    ``coverage`` and ``nationwide``: who is in the province's and in the nation's figures now; ``rows``: every report in
    force, where the edition's figures ask for them.
    """

    part: Aggregate
    nation: Aggregate
    group: Group
    out: Matrix
    into: Matrix
    coverage: Coverage
    nationwide: Coverage
    rows: Standings | None


def look(connection: Connection, edition: Edition, place: Place) -> Change | None:
    """What has changed at a place since its aggregate was made. The caller holds the edition.

    None if there is no such aggregate, if the nation's does not go back to it, or if a version it names is not there.
    """
    stood = aggregates.some(connection, place.edition, place.period, [place.unit_id, NATION])
    if place.unit_id == NATION or len(stood) < 2:
        return None
    part, nation = stood[place.unit_id], stood[NATION]
    if (_name(part), lineage_hash(part)) not in nation.parts:
        return None
    group = rollup_group.group(connection, place.edition, place.period, place.path)
    gone, come = difference(part.inputs, group.inputs)
    try:
        figures = rollup_group.figures_of(connection, [*gone, *come])
    except KeyError:
        return None
    out, into = _matrix(edition, figures[: len(gone)]), _matrix(edition, figures[len(gone) :])
    rows = versions.in_force(connection, place.edition, place.period, "own") if needs_rows(edition) else None
    coverage = coverage_of_group(group.paths, group.lines)
    nationwide = exchanged(nation.coverage, part.coverage, coverage)
    if nationwide is None:
        nationwide = _of_all_parts(connection, place, coverage)
    return Change(part, nation, group, out, into, coverage, nationwide, rows)


def _of_all_parts(connection: Connection, place: Place, coverage: Coverage) -> Coverage:
    """The nation's coverage from that of every unit, this place's being as it is now."""
    known = aggregates.coverages(connection, place.edition, place.period) | {place.unit_id: coverage}
    return put_together([each for unit, each in sorted(known.items()) if unit != NATION])


def _name(aggregate: Aggregate) -> str:
    return f"{aggregate.unit_id}|{aggregate.period}"


def brought_up_to_date(edition: Edition, change: Change, run_id: str, now: datetime) -> list[Aggregate]:
    """The province's and the nation's aggregates after the change: the bytes that a full roll-up would make."""
    part, nation, group = change.part, change.nation, change.group
    vector, at = _vector(edition, change, part, group.paths), max(now, part.at, nation.at)
    new = replace(
        part, vector=vector, coverage=change.coverage, inputs=group.inputs, run_id=run_id, at=at, kind="delta"
    )  # fmt: skip
    parts = tuple((name, lineage_hash(new) if name == _name(part) else sha256) for name, sha256 in nation.parts)
    vector = _vector(edition, change, nation, None)
    return [
        new,
        replace(nation, vector=vector, coverage=change.nationwide, parts=parts, run_id=run_id, at=at, kind="delta"),
    ]


def _vector(edition: Edition, change: Change, stood: Aggregate, paths: Sequence[str] | None) -> Vector:
    """The aggregate's figures now, from the change alone or else from the rows of these units (None: of all)."""
    if change.rows is None:
        return moved(edition, stood.vector, change.out, change.into)
    rows, wanted = change.rows, set(change.rows.paths if paths is None else paths)
    places = [index for index, path in enumerate(rows.paths) if path in wanted]
    return whole(edition, _matrix(edition, [Packed(rows.figures[index], rows.presence[index]) for index in places]))


def _matrix(edition: Edition, packed: Sequence[Packed]) -> Matrix:
    return Matrix.of(edition, [each.figures for each in packed], [each.presence for each in packed])
