"""From a figure of the national picture down to units, reports, versions, received files and the cell (R29).

Where :mod:`hub.services.tracing` walks a published figure back through its manifest, this reads the aggregates as they
stand, or as they stood at a moment. A figure of the nation is made of units; a unit's of reports.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from hub.domain.access import Actor
from hub.domain.form import Address, Label
from hub.domain.observation import Measure
from hub.domain.org import NATION
from hub.domain.packing import unpack
from hub.domain.period import Period
from hub.domain.rebasing import Place, as_latest, forerunners, places_of
from hub.domain.regime import Edition
from hub.domain.rollup import Coverage, Vector
from hub.domain.series import carried_through
from hub.domain.visibility import Visibility, is_within
from hub.errors import NotFound
from hub.services import figures
from hub.services.as_known import aggregates_then, campaigns_then
from hub.services.core import Core
from hub.services.figure_access import Reach, edition_now, reach
from hub.services.figure_sources import campaigns_of
from hub.services.originals import UNKNOWN, Sought, places
from hub.services.seeing import visibility_of
from hub.services.tracing import TracePart
from hub.store import aggregates, figure_rows
from hub.store.aggregates import Aggregate
from hub.store.database import Connection
from hub.store.figure_rows import FigureRow
from hub.store.trace_sources import Source, sources

PARTS_A_PAGE = 20
"""How many received files one page opens to find the very cell."""


@dataclass(frozen=True, slots=True)
class TraceUnit:
    """A unit that is part of a figure; ``more``: how many reports stand behind its own figure."""

    unit_id: str
    value: Decimal | None
    accepted: int
    obliged: int
    more: int


@dataclass(frozen=True)
class FigureTrace:
    """Where a figure came from: ``units`` of the nation's or of a body that took others over, ``parts`` of a unit's.

    ``edition`` and ``address``: under which edition, and where there, it was reported. ``parts`` are one page of the
    reports that the actor may open, the greatest first; ``total`` counts them all, ``hidden`` the others (R44).
    """

    measure: Measure
    unit_id: str
    period: Period
    edition: str
    address: Address
    value: Decimal | None
    accepted: int
    obliged: int
    at: datetime | None
    known_at: datetime | None
    units: tuple[TraceUnit, ...] = ()
    parts: tuple[TracePart, ...] = ()
    total: int = 0
    hidden: int = 0
    page: int = 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PARTS_A_PAGE))


@dataclass(frozen=True)
class _Asked:
    """What is looked for, and where it stands in the edition of the period."""

    measure: Measure
    unit_id: str
    period: Period
    edition: Edition
    latest: Edition
    address: Address
    place: Place
    reach: Reach
    known_at: datetime | None


def trace(
    core: Core, actor: Actor, key: str, unit_id: str, period: str, now: datetime, *, known_at: datetime | None = None,
    page: int = 1,
) -> FigureTrace:  # fmt: skip
    """One step down from a figure. NotFound for a measure, unit or period without it, or that is not the actor's."""
    measure, wanted = figures.measure(core, actor, key, now), Period.parse(period)
    may = reach(core, actor, measure.regime, now)
    if unit_id == NATION and not may.everything:
        raise NotFound
    with core.database.read() as connection:
        edition = _edition(core, connection, measure.regime, wanted)
        asked = _asked(core, measure, unit_id, wanted, edition, may, known_at, now)
        if unit_id in core.orgs.units and core.orgs.get(unit_id).level == "commune":
            return _of_commune(core, connection, actor, asked, now)
        rows = _rows(core, connection, asked)
        whole = rows.get(unit_id)
        if unit_id == NATION:
            return _of_units(asked, whole, [row for row in rows.values() if row.unit_id != NATION])
        if whole is None and len(rows) > 1:
            return _of_units(asked, None, list(rows.values()))
        if not rows:
            raise NotFound
        one = whole or next(iter(rows.values()))
        return _of_reports(core, connection, actor, asked, one, page, now)


def _edition(core: Core, connection: Connection, regime: str, period: Period) -> Edition:
    """The latest edition of the regime with figures of that period."""
    named = figure_rows.campaigns(connection, [each.key for each in core.catalog.regimes[regime].editions])
    found = [core.catalog.edition(key) for key, code in named if code == period.code]
    if not found:
        raise NotFound
    return max(found, key=lambda edition: edition.valid_from)


def _asked(
    core: Core, measure: Measure, unit_id: str, period: Period, edition: Edition, may: Reach,
    known_at: datetime | None, now: datetime,
) -> _Asked:  # fmt: skip
    known = core.catalog.regimes[measure.regime].editions
    latest = edition_now(core, measure.regime, now)
    place = places_of(latest, edition, known, [measure.address]).get(measure.address)
    if place is None:
        raise NotFound
    address = edition.figures[place.slot].address
    return _Asked(measure, unit_id, period, edition, latest, address, place, may, known_at)


def _rows(core: Core, connection: Connection, asked: _Asked) -> Mapping[str, FigureRow]:
    """The aggregates that the figure is, or is made of: those of all units, or of one with whom it took over from."""
    wanted = None
    if asked.unit_id != NATION:
        wanted = forerunners(core.orgs, asked.unit_id) | _bodies(core, asked.unit_id)
    if asked.known_at is not None:
        then = _then(core, connection, asked, asked.known_at).values()
        rows = [_row(each) for each in then if wanted is None or each.unit_id in wanted]
    else:
        rows = figure_rows.rows(connection, [(asked.edition.key, asked.period.code)], wanted)
    return {row.unit_id: row for row in rows if asked.reach.holds([row.unit_id])}


def _then(core: Core, connection: Connection, asked: _Asked, at: datetime) -> dict[str, Aggregate]:
    """By unit what a roll-up at that moment made of the period."""
    editions = core.catalog.regimes[asked.measure.regime].editions
    named = campaigns_of(editions, asked.edition, asked.period)
    made = aggregates_then(core, campaigns_then(connection, named, at), at)
    return {each.unit_id: each for each in made.get((asked.edition.key, asked.period.code), [])}


def _row(each: Aggregate) -> FigureRow:
    return FigureRow(each.edition, each.period, each.unit_id, each.vector, each.coverage, each.at)


def _inputs(core: Core, connection: Connection, asked: _Asked, unit_id: str) -> list[tuple[str, int]]:
    """The (filing, version) pairs that a unit's figures were made of."""
    stored: Aggregate | None
    if asked.known_at is not None:
        stored = _then(core, connection, asked, asked.known_at).get(unit_id)
    else:
        stored = aggregates.get(connection, asked.edition.key, asked.period.code, unit_id)
    return [(key, number) for key, number, _ in stored.inputs] if stored is not None else []


def _bodies(core: Core, unit_id: str) -> frozenset[str]:
    """A unit under every name and type it had."""
    return core.orgs.same_body(unit_id) if unit_id in core.orgs.units else frozenset({unit_id})


def _value(asked: _Asked, vector: Vector) -> Decimal | None:
    if not vector.presence[asked.place.slot]:
        return None
    scaled = as_latest(asked.place, int(vector.figures[asked.place.slot]))
    return Decimal(scaled).scaleb(-asked.measure.decimals)


def _of_units(asked: _Asked, whole: FigureRow | None, rows: Sequence[FigureRow]) -> FigureTrace:
    """The units that make the figure, the greatest first."""
    units = [
        TraceUnit(
            row.unit_id, _value(asked, row.vector), row.coverage.accepted, row.coverage.obliged,
            int(row.vector.contributors[asked.place.slot]),
        )
        for row in rows
        if row.coverage.accepted or row.coverage.obliged
    ]  # fmt: skip
    if not units:
        raise NotFound
    units.sort(key=lambda each: (each.value is None, -(each.value or 0), each.unit_id))
    coverage = whole.coverage if whole is not None else _together(rows)
    value = _value(asked, whole.vector) if whole is not None else None
    return FigureTrace(
        asked.measure, asked.unit_id, asked.period, asked.edition.key, asked.address, value, coverage.accepted,
        coverage.obliged, whole.at if whole is not None else None, asked.known_at, units=tuple(units),
    )  # fmt: skip


def _together(rows: Sequence[FigureRow]) -> Coverage:
    return Coverage(sum(row.coverage.obliged for row in rows), sum(row.coverage.accepted for row in rows), 0, (), ())


# --- reports ---------------------------------------------------------------------------------------------------------


def _of_reports(
    core: Core, connection: Connection, actor: Actor, asked: _Asked, row: FigureRow, page: int, now: datetime
) -> FigureTrace:
    found = sources(connection, _inputs(core, connection, asked, row.unit_id))
    return _traced(core, connection, actor, asked, found, row.coverage, _value(asked, row.vector), row.at, page, now)


def _of_commune(core: Core, connection: Connection, actor: Actor, asked: _Asked, now: datetime) -> FigureTrace:
    """The report of one commune, out of what its province's figure was made of."""
    above = core.orgs.parent(asked.unit_id, asked.period.end)
    tops = core.orgs.same_body(above.id) if above is not None else frozenset()
    inputs = [each for top in sorted(tops) for each in _inputs(core, connection, asked, top)]
    mine = _bodies(core, asked.unit_id)
    found = [each for each in sources(connection, inputs) if each.row.unit_id in mine]
    if not found or not any(asked.reach.holds_path(each.row.unit_path) for each in found):
        raise NotFound
    coverage = Coverage(len(found), len(found), 0, (), ())
    value = _reported(core, asked, found[0]) if len(found) == 1 else None
    return _traced(core, connection, actor, asked, found, coverage, value, None, 1, now)


def _traced(
    core: Core, connection: Connection, actor: Actor, asked: _Asked, found: Sequence[Source], coverage: Coverage,
    value: Decimal | None, at: datetime | None, page: int, now: datetime,
) -> FigureTrace:  # fmt: skip
    visibility = visibility_of(core, actor, now)
    open_ones = [each for each in found if _may_open(visibility, each)]
    valued = [(each, _reported(core, asked, each)) for each in open_ones]
    valued.sort(key=lambda pair: (pair[1] is None, -(pair[1] or 0), pair[0].row.unit_path, pair[0].row.period))
    page = max(1, min(page, -(-len(valued) // PARTS_A_PAGE)))
    shown = valued[(page - 1) * PARTS_A_PAGE : page * PARTS_A_PAGE]
    return FigureTrace(
        asked.measure, asked.unit_id, asked.period, asked.edition.key, asked.address, value, coverage.accepted,
        coverage.obliged, at, asked.known_at, parts=_placed(core, connection, asked, shown), total=len(valued),
        hidden=len(found) - len(open_ones), page=page,
    )  # fmt: skip


def _may_open(visibility: Visibility, source: Source) -> bool:
    """An accepted version may be opened by who may see the report, whatever became of the report since."""
    within = any(is_within(source.row.unit_path, path) for path in visibility.unit_paths)
    return visibility.national or within or source.row.receiver_id in visibility.receives_for


def _reported(core: Core, asked: _Asked, source: Source) -> Decimal | None:
    edition, address = _before(core, asked, source)
    return unpack(edition, source.packed).get(address) if address is not None else None


def _before(core: Core, asked: _Asked, source: Source) -> tuple[Edition, Address | None]:
    """The edition a report was made under and where the figure stood in it; None if its series began later."""
    its = core.catalog.edition(source.row.edition)
    if its.key == asked.edition.key:
        return its, asked.address
    known = core.catalog.regimes[asked.measure.regime].editions
    return its, carried_through(known, its, asked.edition).get(asked.address)


def _placed(
    core: Core, connection: Connection, asked: _Asked, shown: Collection[tuple[Source, Decimal | None]]
) -> tuple[TracePart, ...]:
    """The reports of one page with the cell of each in its received file, each file read once."""
    sought = []
    for source, _ in shown:
        its, at = _before(core, asked, source)
        if at is not None:
            sought.append(Sought(source.row, its, source.arrival, at))
    stood = places(core, connection, sought)
    return tuple(
        replace(_part(core, source, value), place=where.place, computed=where.computed)
        for source, value in shown
        for where in (stood.get(source.row.id, UNKNOWN),)
    )


def _part(core: Core, source: Source, value: Decimal | None) -> TracePart:
    row, arrival = source.row, source.arrival
    unit = core.orgs.units.get(row.unit_id)
    return TracePart(
        row.unit_id, unit.name if unit is not None else Label(row.unit_id, row.unit_id), row.unit_path, value, row.id,
        source.number, source.sha256, arrival.id, arrival.door, arrival.filename, arrival.sha256, UNKNOWN.place, False,
    )  # fmt: skip
