"""Aggregation: the versions in force of a campaign, seen at one moment, become figures of every unit and the nation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hub.domain.access import Actor
from hub.domain.form import Address
from hub.domain.org import NATION, OrgUnit
from hub.domain.packing import FigureOverflow
from hub.domain.period import Period, local_day, periods_between, window
from hub.domain.rebasing import stands_on
from hub.domain.recompute import recompute_totals
from hub.domain.regime import Edition
from hub.domain.rollup import Coverage, Matrix, Vector, as_decimals, by_group, coverage_of, joined, over_time, whole
from hub.domain.series import vector_as
from hub.domain.tiling import LONGER, Tile, tiles
from hub.domain.visibility import allowed_nationally, is_within
from hub.errors import Forbidden, NotFound, Refused
from hub.failpoints import reach
from hub.services import moves
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.seeing import may_read_regime, visibility_of
from hub.store import aggregates, editions, filings, rollup_group, versions
from hub.store.aggregates import Aggregate, Marks, Overtaken
from hub.store.database import Connection
from hub.store.versions import Standings


@dataclass(frozen=True, slots=True)
class AggregationRun:
    """What one run did: ``units`` vectors from ``accepted`` of ``obliged`` reports.

    ``final``: its last due has passed. ``behind``: units whose aggregates did not hold all that was decided;
    ``differed``: those whose aggregates were not what the very versions that they name make.
    """

    run_id: str
    edition: str
    period: str
    units: int
    accepted: int
    obliged: int
    final: bool = False
    behind: tuple[str, ...] = ()
    differed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AggregateView:
    """A unit's figures with what stands beside them."""

    edition: Edition
    period: Period
    unit: OrgUnit
    figures: dict[Address, Decimal]
    contributors: dict[Address, int]
    coverage: Coverage
    at: datetime


_Line = tuple[str, str, bool]
"""One obligation of a campaign that is not simply accepted: the unit's path, its state, and whether it is excluded."""


def run(core: Core, actor: Actor, edition_key: str, period: str, now: datetime) -> AggregationRun:
    """Roll a campaign up and replace its aggregates in one transaction; running again gives the same figures.

    A period of a frequency the edition asks for is summed from versions; a longer one is brought together from the
    aggregates of its parts, only where each figure allows (months to quarter to year). Refused on overflow. What stood
    before is compared with what was made: see :class:`AggregationRun`.
    """
    if not allowed_nationally(actor, "aggregate"):
        raise Forbidden
    edition = core.catalog.edition(edition_key)
    wanted = Period.parse(period)
    run_id = new_id(now)

    def tell(connection: Connection, made: list[Aggregate]) -> None:
        reach("mid-aggregate")
        included = [row for aggregate in made for row in aggregate.inputs]
        moved = filings.mark_aggregated(connection, included, now)
        detail = {"run": run_id, "units": len(made), "inputs": len(included), "moved": moved, "kind": made[0].kind}
        moves.tell(connection, actor, "aggregate", "campaign", f"{edition.key} {wanted.code}", now, detail)

    made, stood = _put_in_place(core, edition, wanted, run_id, now, tell)
    nation = next((aggregate for aggregate in made if aggregate.unit_id == NATION), None)
    accepted, obliged = (nation.coverage.accepted, nation.coverage.obliged) if nation else (0, 0)
    final = any(aggregate.kind == "final" for aggregate in made)
    behind, differed = _compared(stood, made)
    return AggregationRun(run_id, edition.key, wanted.code, len(made), accepted, obliged, final, behind, differed)


def follow_in_full(core: Core, edition_key: str, period: str, now: datetime) -> None:
    """As :func:`run`, where decisions cannot be followed by their delta; no filing moves, the next run looks again."""
    _put_in_place(core, core.catalog.edition(edition_key), Period.parse(period), new_id(now), now, None)


Tell = Callable[[Connection, list[Aggregate]], None]


def _put_in_place(
    core: Core, edition: Edition, period: Period, run_id: str, now: datetime, tell: Tell | None
) -> tuple[list[Aggregate], list[Aggregate]]:
    """(made, what stood before): aggregates made from one moment and written unless newer ones stand.

    If somebody wrote some of them in between, a decision since that moment may be in those: they are made again while
    nobody else writes. ``tell`` completes the transaction that writes them; without it they count as followed only.
    """

    def write(connection: Connection, made: list[Aggregate], seen: Marks | None) -> None:
        editions.pin(connection, edition, now)
        if aggregates.replace(connection, edition.key, period.code, made, seen) and tell is not None:
            tell(connection, made)

    try:
        with core.database.read() as connection:
            made, stood = _looked(core, connection, edition, period, run_id, now, followed=tell is None)
        with core.database.write() as connection:
            write(connection, made, aggregates.marks_of(stood))
    except Overtaken:
        with core.database.write() as connection:
            aggregates.hold(connection, edition.key)
            with core.database.read() as reading:
                made, stood = _looked(core, reading, edition, period, run_id, now, followed=tell is None)
            write(connection, made, None)
    return made, stood


def _looked(
    core: Core, connection: Connection, edition: Edition, period: Period, run_id: str, now: datetime, *, followed: bool
) -> tuple[list[Aggregate], list[Aggregate]]:
    """(made, what stands) of a campaign at this moment; each of what was made says how it came about."""
    stood = aggregates.of_campaign(connection, edition.key, period.code)
    if followed:
        now = max([now, *(aggregate.at for aggregate in stood)])
        return [replace(each, kind="delta") for each in _made(core, connection, edition, period, run_id, now)], stood
    made = _made(core, connection, edition, period, run_id, now)
    over = _is_over(core, connection, edition, period, now)
    return [replace(each, kind="final") for each in made] if over else made, stood


def _made(
    core: Core, connection: Connection, edition: Edition, period: Period, run_id: str, now: datetime
) -> list[Aggregate]:
    try:
        if period.frequency in edition.frequencies:
            return roll_up(core, connection, edition, period, run_id, now)
        return _from_parts(core, connection, edition, period, run_id, now)
    except FigureOverflow as error:
        raise Refused(
            f"Tổng của chỉ tiêu {error.address} vượt quá giới hạn lưu trữ.",
            f"The total of {error.address} is beyond what can be kept.",
        ) from error


def _is_over(core: Core, connection: Connection, edition: Edition, period: Period, now: datetime) -> bool:
    """True if the last due of the campaign, or of every part of a longer period, has passed."""
    own = period.frequency in edition.frequencies
    parts = [(edition, period)] if own else tiles(_up_to(core, edition), period)
    dues = [rollup_group.last_due(connection, its.key, part.code) for its, part in parts]
    return all(due is not None and due <= now for due in dues)


def _compared(stood: list[Aggregate], made: list[Aggregate]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(behind, differed): the units whose aggregates lacked something, and those that were wrong for what they name."""
    before = {aggregate.unit_id: aggregate for aggregate in stood}
    behind, differed = [], []
    for new in made:
        old = before.get(new.unit_id)
        if old is None or (old.inputs, old.parts) != (new.inputs, new.parts):
            behind.append(new.unit_id)
        elif old.vector.packed() != new.vector.packed():
            differed.append(new.unit_id)
        elif old.coverage != new.coverage:
            behind.append(new.unit_id)
    return tuple(behind), tuple(differed)


def roll_up(
    core: Core, connection: Connection, edition: Edition, period: Period, run_id: str, now: datetime
) -> list[Aggregate]:
    """The aggregates of a campaign from what is in force at this moment; nothing is written.

    Only first-hand reports (scope *own*) are summed: a province's own summary of its communes is never added to them.
    """
    standing = versions.in_force(connection, edition.key, period.code, "own")
    lines = filings.unsettled(connection, edition.key, period.code, "own")
    return rolled_up(edition, period, standing, lines, run_id, now)


def rolled_up(
    edition: Edition, period: Period, standing: Standings, lines: Sequence[_Line], run_id: str, now: datetime
) -> list[Aggregate]:
    """What versions in force make, and the obligations that are not simply accepted; both in the order of the tree."""
    matrix = Matrix.of(edition, standing.figures, standing.presence)
    groups = _groups(standing.paths)
    vectors = dict(zip(groups, by_group(edition, matrix, [group.start for group in groups.values()]), strict=True))
    groups_of_lines = _groups([path for path, _, _ in lines])
    made = [
        _aggregate(
            edition, period, unit, vectors.get(unit), standing, groups.get(unit, _NONE),
            lines[groups_of_lines.get(unit, _NONE)], run_id, now,
        )
        for unit in sorted(set(groups) | set(groups_of_lines))
    ]  # fmt: skip
    nation = Aggregate(
        edition.key, period.code, NATION, run_id, whole(edition, matrix), coverage_of_group(standing.paths, lines),
        (), tuple((f"{part.unit_id}|{part.period}", lineage_hash(part)) for part in made), now,
    )  # fmt: skip
    return [*made, nation]


_NONE = slice(0, 0)


def _groups(paths: Sequence[str]) -> dict[str, slice]:
    """Where the rows of each unit right below the nation stand, in paths in tree order."""
    groups: dict[str, slice] = {}
    start = 0
    while start < len(paths):
        steps = paths[start].split("/", 2)
        inside = "/".join(steps[:2]) + "/"
        end = start + 1
        while end < len(paths) and paths[end].startswith(inside):
            end += 1
        if steps[:2][-1] in groups:
            raise ValueError("the paths are not in the order of the tree")
        groups[steps[:2][-1]] = slice(start, end)
        start = end
    return groups


def coverage_of_group(paths: Sequence[str], lines: Sequence[_Line]) -> Coverage:
    """Who is in, from the units in force and the filings that are not simply accepted."""
    in_force = set(paths) if lines else set()
    settled = len(paths) - sum(path in in_force for path, _, _ in lines)
    return coverage_of(lines, in_force, settled)


def _aggregate(
    edition: Edition, period: Period, unit_id: str, vector: Vector | None, standing: Standings, its: slice,
    lines: Sequence[_Line], run_id: str, now: datetime,
) -> Aggregate:  # fmt: skip
    figures = vector or whole(edition, Matrix.of(edition, [], []))
    coverage = coverage_of_group(standing.paths[its], lines)
    inputs = tuple(zip(standing.filing_ids[its], standing.versions[its], standing.sha256s[its], strict=True))
    return Aggregate(edition.key, period.code, unit_id, run_id, figures, coverage, inputs, (), now)


def lineage_hash(aggregate: Aggregate) -> str:
    """One hash over exactly what went into an aggregate and what came out."""
    figures, presence, _ = aggregate.vector.packed()
    filing_ids, versions_, sha256s = zip(*aggregate.inputs, strict=True) if aggregate.inputs else ((), (), ())
    head = json.dumps([aggregate.edition, aggregate.period, aggregate.unit_id, aggregate.parts])
    inputs = [" ".join(filing_ids), " ".join(map(str, versions_)), " ".join(sha256s)]  # none of them holds a space
    content = "\n".join([head, *inputs, ""])
    return hashlib.sha256(content.encode() + figures + presence).hexdigest()


def _from_parts(
    core: Core, connection: Connection, edition: Edition, period: Period, run_id: str, now: datetime
) -> list[Aggregate]:
    """A longer period from the aggregates of its parts, on the units of its last day (R17): sums re-base exactly.

    Parts that were reported under an earlier edition go in where their series goes on.
    """
    tiled = tiles(_up_to(core, edition), period)
    if not tiled:
        raise Refused(
            f"Chế độ này không có kỳ nào để gộp thành {period.label.vi}.",
            f"This regime has no periods that make up {period.label.en}.",
        )
    found = [aggregates.of_campaign(connection, its.key, part.code) for its, part in tiled]
    lacking = [part for (_, part), made in zip(tiled, found, strict=True) if not made]
    if lacking:
        raise Refused(
            f"Chưa tổng hợp: {', '.join(part.label.vi for part in lacking)}.",
            f"Not rolled up yet: {', '.join(part.label.en for part in lacking)}.",
        )
    return brought_together(core, edition, period, tiled, found, run_id, now)


def brought_together(
    core: Core, edition: Edition, period: Period, tiled: Sequence[Tile], found: Sequence[Sequence[Aggregate]],
    run_id: str, now: datetime,
) -> list[Aggregate]:  # fmt: skip
    """The aggregates of a longer period from those of its parts, each unit's under who stood for it on the last day."""
    last_day = last_day_of(core, tiled)
    by_unit: dict[str, list[list[Aggregate]]] = {}
    for index, made in enumerate(found):
        for aggregate in made:
            heir = stands_on(core.orgs, aggregate.unit_id, last_day)
            by_unit.setdefault(heir, [[] for _ in tiled])[index].append(aggregate)
    return [_joined(core, edition, period, unit, columns, run_id, now) for unit, columns in sorted(by_unit.items())]


def last_day_of(core: Core, tiled: Sequence[Tile]) -> date:
    """The day on whose units a longer period stands: the end of its last part's window."""
    return window(*tiled[-1], core.calendar).end


def _up_to(core: Core, edition: Edition) -> list[Edition]:
    """The regime's editions as far as this one: what later ones ask for is no part of its periods."""
    known = core.catalog.regimes[edition.regime].editions
    return [each for each in known if each.valid_from <= edition.valid_from]


def _joined(
    core: Core, edition: Edition, period: Period, unit_id: str, columns: list[list[Aggregate]], run_id: str,
    now: datetime,
) -> Aggregate:  # fmt: skip
    known = core.catalog.regimes[edition.regime].editions
    vectors = [
        joined(edition, [vector_as(edition, core.catalog.edition(its.edition), its.vector, known) for its in column])
        for column in columns
    ]
    used = [aggregate for column in columns for aggregate in column]
    coverages = [aggregate.coverage for aggregate in used]
    coverage = Coverage(
        sum(c.obliged for c in coverages), sum(c.accepted for c in coverages), sum(c.waiting for c in coverages),
        tuple(sorted({unit for c in coverages for unit in c.missing})),
        tuple(sorted({unit for c in coverages for unit in c.excluded})),
    )  # fmt: skip
    parts = tuple((f"{aggregate.unit_id}|{aggregate.period}", lineage_hash(aggregate)) for aggregate in used)
    vector = over_time(edition, vectors, lambda known, wanted: recompute_totals(edition, known, wanted))
    inputs = tuple(row for aggregate in used for row in aggregate.inputs)
    return Aggregate(edition.key, period.code, unit_id, run_id, vector, coverage, inputs, parts, now)


def view(
    core: Core, actor: Actor, edition_key: str, period: str, now: datetime, unit_id: str = NATION
) -> AggregateView:
    """A unit's aggregated figures with coverage, for who may see its reports or the nation's. NotFound otherwise."""
    edition = core.catalog.edition(edition_key)
    if unit_id not in core.orgs.units or not _may_view(core, actor, edition, unit_id, now):
        raise NotFound
    with core.database.read() as connection:
        found = aggregates.get(connection, edition_key, period, unit_id)
    if found is None:
        raise NotFound("Chưa có số liệu tổng hợp.", "There are no aggregated figures yet.")
    counts = {figure.address: int(found.vector.contributors[index]) for index, figure in enumerate(edition.figures)}
    return AggregateView(
        edition, Period.parse(period), core.orgs.get(unit_id), as_decimals(edition, found.vector), counts,
        found.coverage, found.at,
    )  # fmt: skip


def _may_view(core: Core, actor: Actor, edition: Edition, unit_id: str, now: datetime) -> bool:
    path = core.orgs.path(unit_id, local_day(now))
    own = any(is_within(path, prefix) for prefix in visibility_of(core, actor, now).unit_paths)
    return own or may_read_regime(core, actor, edition.regime, now)


def due_campaigns(core: Core, now: datetime) -> list[tuple[str, str]]:
    """(edition, period) of the campaigns whose aggregates are older than what was decided since, or follow it only.

    Also those whose last due has passed since they were made. After them the longer periods that they are parts of and
    that the edition does not ask for itself.
    """
    with core.database.read() as connection:
        wanted = sorted({*aggregates.stale(connection), *aggregates.unfinished(connection, now)})
        stale = [campaign for campaign in wanted if campaign[0] in _known(core)]
        made = {(key, code): at for key, code, at in aggregates.campaigns(connection) if key in _known(core)}
    there = dict.fromkeys([*stale, *made])
    needed: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for part in there:
        for edition, whole_period in longer_periods(core, core.catalog.edition(part[0]), Period.parse(part[1])):
            name = edition.key, whole_period.code
            if name not in needed:
                tiled = tiles(_up_to(core, edition), whole_period)
                needed[name] = {(its.key, each.code) for its, each in tiled}
    longer = [
        name
        for name, parts in needed.items()
        if parts
        and parts <= there.keys()
        and any(part in stale or made.get(name, _NEVER) < made[part] for part in parts)
    ]
    return [*stale, *longer]


_NEVER = datetime.min.replace(tzinfo=UTC)


def longer_periods(core: Core, edition: Edition, period: Period) -> Iterator[tuple[Edition, Period]]:
    """The quarter, half-year and year around a period, each with the edition in force at its end.

    Only where that edition has no such report of its own, and figures that add up over time.
    """
    if period.frequency not in edition.frequencies:
        return
    for frequency in LONGER:
        for whole_period in periods_between(frequency, period.start, period.end):
            its = core.catalog.regimes[edition.regime].edition_on(whole_period.end)
            if its is None or frequency in its.frequencies:
                continue
            if any(figure.rollup.over_time != "none" for figure in its.figures):
                yield its, whole_period


def _known(core: Core) -> set[str]:
    return {edition.key for regime in core.catalog.regimes.values() for edition in regime.editions}
