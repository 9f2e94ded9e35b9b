"""The values of steering indicators: worked out of the national figures or as sent, with lights, targets and index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from hub.domain.access import Actor
from hub.domain.kpi import Index, Kpi, KpiSet, KpiValue, Sent, Target, index_of, target_for, valued, valued_as_sent
from hub.domain.observation import Measure, Observation
from hub.domain.org import NATION
from hub.domain.period import Period
from hub.errors import NotFound
from hub.services import figures
from hub.services.core import Core
from hub.services.figure_access import Reach
from hub.services.figure_asking import Ask, bodies, in_time
from hub.services.kpi_reach import find_set, sets
from hub.services.kpi_targets import in_force
from hub.store import kpis as store
from hub.store.kpis import AlertRow, ValueRow

__all__ = ["AlertRow", "KpiView", "SetView", "Values", "kpi_view", "periods", "set_view", "sets", "values_of"]

TREND = 13
"""How many periods a course shows: a year of months, and the same month of the year before."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a set in some periods. ``units`` in the order of the register, the nation first if it is there."""

    kpi_set: KpiSet
    units: tuple[str, ...]
    by_place: Mapping[tuple[str, str, str], KpiValue]
    """(unit id, indicator, period code) → value; whatever has neither figures nor a sent value is absent."""
    parts: tuple[ValueRow, ...]
    """Values that were sent for parts of indicators (breakdowns)."""

    def of(self, unit_id: str, kpi: str, period: Period) -> KpiValue | None:
        return self.by_place.get((unit_id, kpi, period.code))

    def of_unit(self, unit_id: str, period: Period) -> dict[str, KpiValue]:
        """Indicator → value of one unit."""
        found = ((kpi.code, self.of(unit_id, kpi.code, period)) for kpi in self.kpi_set.kpis)
        return {code: value for code, value in found if value is not None}

    def index(self, unit_id: str, period: Period, group: str | None = None) -> Index:
        """The index of a unit over the whole set or one group."""
        wanted = [kpi for kpi in self.kpi_set.kpis if group in (None, kpi.group)]
        return index_of(wanted, self.of_unit(unit_id, period))


@dataclass(frozen=True, slots=True)
class SetView:
    """A set in one period. ``previous``: the period before that the national course has; ``course``: its periods."""

    kpi_set: KpiSet
    period: Period | None
    periods: tuple[Period, ...]
    level: str
    values: Values
    units: tuple[str, ...]
    course: tuple[Period, ...]
    national: Values
    alerts: tuple[AlertRow, ...]
    subject: str
    """The unit whose values stand on top: the nation, or for who may not see it their own unit."""


@dataclass(frozen=True, slots=True)
class KpiView:
    """One indicator: unit by unit in a period, and the course of one unit."""

    kpi: Kpi
    measures: Mapping[str, Measure]
    shown: SetView


def periods(core: Core, actor: Actor, kpi_set: KpiSet, now: datetime) -> list[Period]:
    """The periods that the set has values for, newest first; shorter ones before the longer that end with them."""
    found = {period for regime in kpi_set.regimes for period in figures.periods(core, actor, regime, now)}
    with core.database.read() as connection:
        found |= {Period.parse(code) for code in store.value_periods(connection, kpi_set.code)}
    return sorted((one for one in found if one.frequency in kpi_set.frequencies), key=_newest_first)


def _newest_first(period: Period) -> tuple[int, ...]:
    end, longer, index = in_time(period)
    return -end.toordinal(), -longer, -index


def set_view(
    core: Core, actor: Actor, code: str, now: datetime, *, period: str | None = None, level: str | None = None,
    unit_id: str | None = None, brief: bool = False,
) -> SetView:  # fmt: skip
    """A set in a period (the newest if none is named) with the units of one of its levels.

    ``brief``: of the unit on top alone, without its course.
    NotFound for a set or period that is not there for the actor. A fixed number of statements.
    """
    found, its_reach = find_set(core, actor, code, now)
    known = periods(core, actor, found, now)
    chosen = _chosen(known, period)
    on_top = _subject(core, its_reach, found, chosen, unit_id)
    shown_level = level if level in found.levels else found.levels[0]
    if chosen is None:
        nothing = Values(found, (), {}, ())
        return SetView(found, None, (), shown_level, nothing, (), (), nothing, (), on_top)
    course = [one for one in known if one.frequency == chosen.frequency and in_time(one) <= in_time(chosen)]
    course = course[: 1 if brief else TREND]
    national = values_of(core, actor, found, its_reach, list(reversed(course)), now, units=(on_top,))
    values = national if brief else values_of(core, actor, found, its_reach, [chosen], now)
    with core.database.read() as connection:
        alerts = [row for row in store.alerts(connection, code, [chosen.code]) if row.ended_at is None]
    units = tuple(unit for unit in values.units if _level_of(core, unit) == shown_level)
    return SetView(
        found, chosen, tuple(known), shown_level, values, units, tuple(reversed(course)), national,
        tuple(row for row in alerts if its_reach.holds([row.unit_id])), on_top,
    )  # fmt: skip


def kpi_view(
    core: Core, actor: Actor, code: str, kpi: str, now: datetime, *, period: str | None = None,
    level: str | None = None, unit_id: str | None = None,
) -> KpiView:  # fmt: skip
    """One indicator with its formula's measures. NotFound as for the set, and for an indicator that it has not."""
    shown = set_view(core, actor, code, now, period=period, level=level, unit_id=unit_id)
    try:
        found = shown.kpi_set.kpi(kpi)
    except KeyError:
        raise NotFound from None
    named = dict.fromkeys([*found.formula.parts, *([found.formula.measure] if found.formula.measure else [])])
    return KpiView(found, {key: figures.measure(core, actor, key, now) for key in named}, shown)


def _chosen(known: Sequence[Period], text: str | None) -> Period | None:
    if not text:
        return known[0] if known else None
    for period in known:
        if period.code == text:
            return period
    raise NotFound


def _subject(core: Core, its_reach: Reach, found: KpiSet, period: Period | None, asked: str | None) -> str:
    """Whose values stand on top: the unit asked for, the nation, or the actor's own unit."""
    if asked and asked in core.orgs.units and its_reach.holds([asked]):
        return asked
    if its_reach.everything:
        return NATION
    mine = [core.orgs.get(unit) for unit in its_reach.unit_ids if unit in core.orgs.units]
    living = [unit.id for unit in mine if period is None or unit.valid_on(period.end)]
    return min(living or [unit.id for unit in mine])


def _level_of(core: Core, unit_id: str) -> str:
    unit = core.orgs.units.get(unit_id)
    return unit.level if unit is not None else "other"


def values_of(
    core: Core, actor: Actor, kpi_set: KpiSet, its_reach: Reach, wanted: Sequence[Period], now: datetime, *,
    units: tuple[str, ...] | None = None,
) -> Values:  # fmt: skip
    """The set's values in periods of one frequency, for the nation and the units below it, or for ``units`` alone.

    The number of statements does not grow with units, periods or indicators.
    """
    observed = _observed(core, actor, kpi_set, wanted, units, now)
    with core.database.read() as connection:
        targets = in_force(connection, core.orgs, kpi_set.code)
        names = None if units is None else frozenset[str]().union(*(bodies(core.orgs, unit) for unit in units))
        rows = store.values(connection, kpi_set.code, [period.code for period in wanted], names)
    asked = {period.code: period for period in wanted}
    rows = [_renamed(row, named_at(core, row.unit_id, asked[row.period])) for row in rows]
    rows = [row for row in rows if its_reach.holds([row.unit_id]) and (units is None or row.unit_id in units)]
    known = {unit for unit, _, _ in observed} | {row.unit_id for row in rows}
    axis = _in_order(core, known)
    values = _all_values(kpi_set, axis, wanted, observed, rows, targets)
    return Values(kpi_set, axis, values, tuple(row for row in rows if row.breakdown))


Observed = dict[tuple[str, str, str], Observation]
"""(unit id, measure, period code) → observation."""


def _observed(
    core: Core, actor: Actor, kpi_set: KpiSet, wanted: Sequence[Period], units: tuple[str, ...] | None, now: datetime
) -> Observed:
    if not wanted or not kpi_set.measures:
        return {}
    asked = tuple(figures.measure(core, actor, key, now) for key in kpi_set.measures)
    series = figures.series(
        core, actor, Ask(asked, wanted[0], wanted[-1], wanted[0].frequency, units, plain=True), now
    )  # fmt: skip
    names = {
        (unit, period.code): named_at(core, unit, period) for unit in series.units for period in series.periods
    }  # fmt: skip
    keys = {each: each.key for each in asked}
    codes = {period.code for period in wanted}
    return {
        (names[one.unit_id, one.period.code], keys[one.measure], one.period.code): one
        for one in series.observations
        if one.period.code in codes
    }


def _renamed(row: ValueRow, unit_id: str) -> ValueRow:
    return row if row.unit_id == unit_id else replace(row, unit_id=unit_id)


def named_at(core: Core, unit_id: str, period: Period) -> str:
    """The id that the body has at the period's end: one that was renamed meanwhile has its values in one place."""
    unit = core.orgs.units.get(unit_id)
    if unit is None or unit.valid_on(period.end):
        return unit_id
    names = (name for name in core.orgs.same_body(unit_id) if core.orgs.get(name).valid_on(period.end))
    return next(names, unit_id)


_LEVELS = ("nation", "ministry", "other", "province", "commune")


def _in_order(core: Core, known: Iterable[str]) -> tuple[str, ...]:
    """The nation, ministries, provinces, each by code and first day; units that are not known come last."""

    def place(unit_id: str) -> tuple[int, str, str]:
        unit = core.orgs.units.get(unit_id)
        return (_LEVELS.index(unit.level), unit.code, unit_id) if unit is not None else (len(_LEVELS), "", unit_id)

    return tuple(sorted(known, key=place))


def _all_values(
    kpi_set: KpiSet, axis: Sequence[str], wanted: Sequence[Period], observed: Observed, rows: Sequence[ValueRow],
    targets: Sequence[Target],
) -> dict[tuple[str, str, str], KpiValue]:  # fmt: skip
    sent = {(row.unit_id, row.kpi, row.period): row for row in rows if not row.breakdown}
    codes = [(period, period.code) for period in wanted]
    found = {}
    for kpi in kpi_set.kpis:
        its_targets = [target for target in targets if target.kpi == kpi.code]
        for unit in axis:
            for period, code in codes:
                target = target_for(its_targets, kpi.code, unit, period) if its_targets else None
                if kpi.formula.sent:
                    value = _as_sent(kpi, unit, period, sent.get((unit, kpi.code, code)), target)
                else:
                    parts = [observed.get((unit, key, code)) for key in kpi.formula.parts]
                    value = _worked_out(kpi, unit, period, parts, target)
                if value is not None:
                    found[unit, kpi.code, code] = value
    return found


def _as_sent(kpi: Kpi, unit: str, period: Period, row: ValueRow | None, target: Decimal | None) -> KpiValue | None:
    """The value of one place; None where none was sent."""
    if row is None:
        return None
    return valued_as_sent(kpi, unit, period, Sent(row.value, row.numerator, row.denominator, row.source), target)


def _worked_out(
    kpi: Kpi, unit: str, period: Period, parts: Sequence[Observation | None], target: Decimal | None
) -> KpiValue | None:
    """The value of one place; None where there is no observation to make it of."""
    if all(part is None or part.standing == "not_applicable" for part in parts):
        return None
    return valued(kpi, unit, period, parts, target)
