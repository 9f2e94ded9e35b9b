"""Flows of figures for outside systems: which there are for a reader, and their observations from first to last.

A flow may hold millions of figures. They are read unit by unit in blocks, each with a fixed number of statements, and
given out in one order whatever the size of the blocks: frequency, unit, row and column of the form, period.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hub.domain.access import Actor
from hub.domain.flow import Flow, flows_of, place_of
from hub.domain.observation import Basis, Measure, Observation
from hub.domain.org import OrgRegister, OrgUnit
from hub.domain.period import CALLED, Period, local_day
from hub.domain.regime import Edition
from hub.domain.sdmx_time import FREQUENCIES
from hub.errors import NotFound
from hub.services import figures
from hub.services.core import Core
from hub.services.figure_access import edition_now

AT_ONCE = 20_000
"""Observations that a block may hold, unless a single series is longer."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What part of a flow is wanted; None and empty mean no limit.

    ``units`` may name communes; without them and without ``within`` (a province, for its communes) no commune is in it.
    ``from_day``, ``to_day``: periods that lie wholly between these days. ``after``: begin with this frequency, unit
    and (item, column), leaving out what comes before them.
    """

    frequencies: frozenset[str] | None = None
    units: frozenset[str] | None = None
    within: str | None = None
    items: frozenset[str] | None = None
    columns: frozenset[str] | None = None
    calls: frozenset[int] | None = None
    from_day: date | None = None
    to_day: date | None = None
    basis: Basis = "then"
    known_at: datetime | None = None
    after: tuple[str, str, tuple[str, str]] | None = None


def flows(core: Core, actor: Actor, now: datetime) -> tuple[Flow, ...]:
    """All flows that hold figures for this reader."""
    return _flows(core, figures.measures(core, actor, now), now)


def flow(core: Core, actor: Actor, name: str, now: datetime) -> Flow:
    """The flow of an id (``DF_…``) or a table name. NotFound for what there is not and for what is not the reader's."""
    for regime in core.catalog.regimes:
        for start in (f"DF_{regime}_", f"{regime.replace('-', '_')}_"):
            if name.startswith(start):
                found = _flows(core, figures.measures(core, actor, now, regime), now)
                its = next((each for each in found if name in {each.id, each.table}), None)
                if its is not None:
                    return its
    raise NotFound


def _flows(core: Core, measures: Sequence[Measure], now: datetime) -> tuple[Flow, ...]:
    by_regime: dict[str, list[Measure]] = {}
    for measure in measures:
        by_regime.setdefault(measure.regime, []).append(measure)
    return tuple(
        flow for regime, its in sorted(by_regime.items()) for flow in _of_regime(_editions(core, regime, now), its)
    )


_KEPT: dict[tuple[int, ...], tuple[Sequence[Edition], tuple[Flow, ...]]] = {}
"""By the editions themselves, which are kept alive with them. A reader sees all of a regime's measures or none."""
_MOST_KEPT = 1_000


def _of_regime(editions: Sequence[Edition], measures: Sequence[Measure]) -> tuple[Flow, ...]:
    """Worked out once for as long as a regime has these editions in this order."""
    key = tuple(map(id, editions))
    if key not in _KEPT:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        _KEPT[key] = editions, flows_of({editions[0].regime: editions}, measures)
    return _KEPT[key][1]


def _editions(core: Core, regime: str, now: datetime) -> list[Edition]:
    """The one in force now first, since its words count; then the others, the latest first."""
    first = edition_now(core, regime, now)
    return [first, *(each for each in reversed(core.catalog.regimes[regime].editions) if each is not first)]


def periods(core: Core, actor: Actor, of: Flow, cut: Cut, now: datetime) -> dict[str, list[Period]]:
    """The periods of the cut that have figures, oldest first, by frequency in the order of the code list."""
    known = [each for each in reversed(figures.periods(core, actor, of.regime, now)) if _within(each, cut)]
    found = {frequency: [each for each in known if each.frequency == frequency] for frequency in FREQUENCIES}
    return {frequency: its for frequency, its in found.items() if its}


def _within(period: Period, cut: Cut) -> bool:
    if cut.frequencies is not None and period.frequency not in cut.frequencies:
        return False
    if cut.calls is not None and period.frequency in CALLED and period.index not in cut.calls:
        return False
    begins = cut.from_day is None or period.start >= cut.from_day
    return begins and (cut.to_day is None or period.end <= cut.to_day)


def observations(
    core: Core, actor: Actor, of: Flow, cut: Cut, now: datetime, at_once: int = AT_ONCE
) -> Iterator[Observation]:
    """The figures of a cut, one after another; what was read of a block is forgotten with the next."""
    for block in blocks(core, actor, of, cut, now, at_once):
        yield from block


def blocks(
    core: Core, actor: Actor, of: Flow, cut: Cut, now: datetime, at_once: int = AT_ONCE
) -> Iterator[list[Observation]]:
    """As :func:`observations`, in the pieces in which they are read."""
    measures = tuple(each for each in of.ordered if _holds(cut, each))
    if not measures:
        return
    order = list(FREQUENCIES)
    begin = order.index(cut.after[0]) if cut.after else 0
    for frequency, its in periods(core, actor, of, cut, now).items():
        if order.index(frequency) >= begin:
            first = cut.after[1:] if cut.after and frequency == cut.after[0] else None
            for province, units, chosen in _pieces(core, cut, measures, len(its), first, at_once):
                yield _block(core, actor, chosen, its, cut, province, units, now)


def _holds(cut: Cut, measure: Measure) -> bool:
    item, column = place_of(measure)
    return (cut.items is None or item in cut.items) and (cut.columns is None or column in cut.columns)


_Start = tuple[str, tuple[str, str]]
"""The unit and the (item, column) to begin with."""
_Piece = tuple[str | None, list[str], tuple[Measure, ...]]
"""The province for communes, the units and the measures of a block."""


def _pieces(
    core: Core, cut: Cut, measures: tuple[Measure, ...], length: int, first: _Start | None, at_once: int
) -> Iterator[_Piece]:
    """Whole units together as far as they fit; of a unit that does not fit alone some measures after the others."""
    together, several = at_once // (len(measures) * length), max(1, at_once // length)
    for province, units in _units(core, cut, first[0] if first else None):
        if together:
            for start in range(0, len(units), together):
                yield province, units[start : start + together], measures
            continue
        for unit in units:
            left = _from(measures, first[1]) if first is not None and unit == first[0] else measures
            for start in range(0, len(left), several):
                yield province, [unit], left[start : start + several]


def _from(measures: tuple[Measure, ...], place: tuple[str, str]) -> tuple[Measure, ...]:
    places = [place_of(each) for each in measures]
    return measures[places.index(place) :] if place in places else measures


def _units(core: Core, cut: Cut, first: str | None) -> Iterator[tuple[str | None, list[str]]]:
    """The units of a cut in order, from ``first`` on: all above the communes, then communes province by province."""
    wanted = sorted(_asked_units(core, cut), key=_unit_key)
    if first is not None:
        begin = unit_place(core.orgs, first)
        wanted = [unit for unit in wanted if _unit_key(unit) >= begin]
    yield None, [unit.id for unit in wanted if unit.level != "commune"]
    communes: dict[str, list[str]] = {}
    for unit in wanted:
        if unit.level == "commune":
            above = core.orgs.parent(unit.id, unit.valid_to or unit.valid_from)
            communes.setdefault(above.id if above else "", []).append(unit.id)
    yield from communes.items()


def _asked_units(core: Core, cut: Cut) -> list[OrgUnit]:
    units = core.orgs.units
    if cut.units is not None:
        return [units[name] for name in cut.units if name in units]
    if cut.within is not None and cut.within in units:
        code = units[cut.within].code
        return [unit for unit in units.values() if unit.level == "commune" and unit.parent_code == code]
    return [unit for unit in units.values() if unit.level != "commune"]


_LEVELS = ("nation", "ministry", "other", "province", "commune")


def _unit_key(unit: OrgUnit) -> tuple[int, str, str, date, str]:
    return _LEVELS.index(unit.level), unit.parent_code or "", unit.code, unit.valid_from, unit.id


def unit_place(orgs: OrgRegister, unit_id: str) -> tuple[int, str, str, date, str]:
    """Sorts units as flows give them; what the register does not know comes last."""
    unit = orgs.units.get(unit_id)
    return _unit_key(unit) if unit is not None else (len(_LEVELS), "", "", date.max, unit_id)


def time_place(period: Period) -> tuple[int, tuple[date, int, int]]:
    """Sorts periods within a series; a series of called reports is one number of call over the years."""
    return period.index if period.frequency in CALLED else 0, figures.in_time(period)


def _read_for(core: Core, units: Sequence[str], cut: Cut, now: datetime) -> list[str]:
    """The units to ask for so that these come out whole: on today's units also who stands for them, and who gave
    functions to them or got functions from them, since figures move between the two."""
    if cut.basis == "then":
        return list(units)
    day, found = local_day(now), dict.fromkeys(units)
    found |= {heir.id: None for unit in units for heir in core.orgs.today(unit, day)}
    for move in core.orgs.successions:
        if move.kind == "function_transfer":
            both = [move.predecessor_id, *(heir.id for heir in core.orgs.today(move.successor_id, day))]
            if not found.keys().isdisjoint(both):
                found |= dict.fromkeys(both)
    return list(found)


def _block(
    core: Core, actor: Actor, measures: tuple[Measure, ...], its: list[Period], cut: Cut, province: str | None,
    units: list[str], now: datetime,
) -> list[Observation]:  # fmt: skip
    """All observations of some units, sorted; a unit asked for answers under its own name alone."""
    if not units:
        return []
    ask = figures.Ask(
        measures, min(its, key=lambda each: each.start), max(its, key=lambda each: each.end), its[0].frequency,
        tuple(_read_for(core, units, cut, now)), "commune" if province else None, province, cut.basis, cut.known_at,
    )  # fmt: skip
    found = figures.series(core, actor, ask, now).observations
    unit_order = {unit: place for place, unit in enumerate(units)}
    measure_order = {measure: place for place, measure in enumerate(measures)}
    wanted = set(its)
    return sorted(
        (each for each in found if each.unit_id in unit_order and each.period in wanted),
        key=lambda each: (unit_order[each.unit_id], measure_order[each.measure], time_place(each.period)),
    )
