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
from hub.domain.org import OrgUnit
from hub.domain.period import CALLED, Period
from hub.domain.regime import Edition
from hub.domain.sdmx_time import FREQUENCIES
from hub.errors import NotFound
from hub.services import figures
from hub.services.core import Core
from hub.services.figure_access import edition_now

AT_ONCE = 50_000
"""Observations that a block may hold; a block of a single unit may hold more."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What part of a flow is wanted; None and empty mean no limit.

    ``units`` may name communes; without them and without ``within`` (a province, for its communes) no commune is in it.
    ``from_day``, ``to_day``: periods that lie wholly between these days. ``after``: begin with this frequency and unit,
    leaving out what comes before them.
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
    after: tuple[str, str] | None = None


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
    regimes = {measure.regime for measure in measures}
    return flows_of({regime: _editions(core, regime, now) for regime in regimes}, measures)


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


def observations(core: Core, actor: Actor, of: Flow, cut: Cut, now: datetime) -> Iterator[Observation]:
    """The figures of a cut, one after another; what was read of a block is forgotten with the next."""
    for block in blocks(core, actor, of, cut, now):
        yield from block


def blocks(core: Core, actor: Actor, of: Flow, cut: Cut, now: datetime) -> Iterator[list[Observation]]:
    """As :func:`observations`, in the pieces in which they are read."""
    measures = tuple(each for each in of.ordered if _holds(cut, each))
    if not measures:
        return
    started = cut.after is None
    for frequency, its in periods(core, actor, of, cut, now).items():
        here = cut.after is not None and cut.after[0] == frequency
        started = started or here
        if started:
            first_unit = cut.after[1] if here and cut.after is not None else None
            yield from _of_frequency(core, actor, measures, its, cut, first_unit, now)


def _holds(cut: Cut, measure: Measure) -> bool:
    item, column = place_of(measure)
    return (cut.items is None or item in cut.items) and (cut.columns is None or column in cut.columns)


def _of_frequency(
    core: Core, actor: Actor, measures: tuple[Measure, ...], its: list[Period], cut: Cut, first_unit: str | None,
    now: datetime,
) -> Iterator[list[Observation]]:  # fmt: skip
    for province, units in _units(core, cut, first_unit):
        size = max(1, AT_ONCE // (len(measures) * len(its)))
        for start in range(0, len(units), size):
            yield _block(core, actor, measures, its, cut, province, units[start : start + size], now)


def _units(core: Core, cut: Cut, first: str | None) -> Iterator[tuple[str | None, list[str]]]:
    """The units of a cut in order, from ``first`` on: all above the communes, then communes province by province."""
    ordered = sorted(_asked_units(core, cut), key=_unit_key)
    ids = [unit.id for unit in ordered]
    wanted = ordered[ids.index(first) :] if first in ids else ordered
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


def _block(
    core: Core, actor: Actor, measures: tuple[Measure, ...], its: list[Period], cut: Cut, province: str | None,
    units: list[str], now: datetime,
) -> list[Observation]:  # fmt: skip
    """All observations of some units, sorted; a unit asked for answers under its own name alone."""
    if not units:
        return []
    ask = figures.Ask(
        measures, min(its, key=lambda each: each.start), max(its, key=lambda each: each.end), its[0].frequency,
        tuple(units), "commune" if province else None, province, cut.basis, cut.known_at,
    )  # fmt: skip
    found = figures.series(core, actor, ask, now).observations
    unit_order = {unit: place for place, unit in enumerate(units)}
    measure_order = {measure: place for place, measure in enumerate(measures)}
    wanted = set(its)
    return sorted(
        (each for each in found if each.unit_id in unit_order and each.period in wanted),
        key=lambda each: (
            unit_order[each.unit_id],
            measure_order[each.measure],
            each.period.index if each.period.frequency in CALLED else 0,
            figures.in_time(each.period),
        ),
    )
