"""One measure as a page shows it: its series, its units beside each other, and what each figure is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from hub.domain.access import Actor
from hub.domain.observation import Basis, Measure, Observation, Series
from hub.domain.org import NATION, OrgUnit
from hub.domain.period import Period, local_day
from hub.domain.regime import Edition
from hub.services import figures
from hub.services.core import Core
from hub.services.figure_access import edition_now, reach
from hub.services.figures import Ask
from hub.services.own_unit import own_unit

LEVELS = ("province", "ministry")
_MOST_PERIODS = 24
"""So many of the latest periods a chart shows."""


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """What of a measure: which frequency, period and level (None: the usual ones), on which units, known when."""

    key: str
    frequency: str | None = None
    period: str | None = None
    level: str | None = None
    basis: Basis = "today"
    known_at: datetime | None = None


@dataclass(frozen=True)
class FigurePicture:
    """A measure over time and across units. ``nation`` is empty for who may see only their own unit's figures.

    ``periods``: of the frequency shown, newest first; ``units``: the level's units with their figures of the period
    shown, the greatest first, those without one last; ``lines``: what is drawn over time.
    """

    measure: Measure
    edition: Edition
    query: FigureQuery
    frequencies: tuple[str, ...]
    frequency: str
    periods: tuple[Period, ...]
    period: Period | None
    levels: tuple[str, ...]
    level: str
    main_unit: str
    series: Series
    known: Mapping[tuple[str, Period], Observation]
    units: tuple[Observation, ...]

    def at(self, unit_id: str, period: Period | None) -> Observation | None:
        """The figure of a unit and period, if anything was rolled up for it."""
        return self.known.get((unit_id, period)) if period is not None else None

    @property
    def main(self) -> Observation | None:
        """The figure that the page is about: the nation's, or that of the actor's own unit."""
        return self.at(self.main_unit, self.period)

    @property
    def before(self) -> Observation | None:
        return self.at(self.main_unit, self.period.previous() if self.period is not None else None)

    @property
    def last_year(self) -> Observation | None:
        return self.at(self.main_unit, self.period.same_last_year() if self.period is not None else None)

    @property
    def axis(self) -> tuple[Period, ...]:
        """The periods that are drawn, in order of time, up to the one shown; without a gap where one has no figures."""
        return drawn_periods(self.periods, self.period)


def picture(core: Core, actor: Actor, query: FigureQuery, now: datetime) -> FigurePicture:
    """The measure as asked for. NotFound for one that is not the actor's or does not exist."""
    measure = figures.measure(core, actor, query.key, now)
    edition = edition_now(core, measure.regime, now)
    everything = reach(core, actor, measure.regime, now).everything
    known = figures.periods(core, actor, measure.regime, now)
    frequencies = _frequencies(edition, known)
    frequency = query.frequency if query.frequency in frequencies else frequencies[0]
    periods = tuple(each for each in known if each.frequency == frequency)
    period = next((each for each in periods if each.code == query.period), periods[0] if periods else None)
    levels = levels_of(edition)
    level = query.level if query.level in levels else levels[0]
    commune = None if everything else own_commune(core, actor, now)
    series = _series(core, actor, measure, query, frequency, periods, period, commune, now)
    found = {(each.unit_id, each.period): each for each in series.observations}
    own = next((unit for unit in series.units if unit != NATION), NATION)
    return FigurePicture(
        measure, edition, query, frequencies, frequency, periods, period, levels, level,
        NATION if everything else own, series, found, _ranked(core, series.observations, level, period),
    )  # fmt: skip


def _series(
    core: Core, actor: Actor, measure: Measure, query: FigureQuery, frequency: str, periods: Sequence[Period],
    period: Period | None, commune: OrgUnit | None, now: datetime,
) -> Series:  # fmt: skip
    axis = drawn_periods(periods, period)
    compared = (period.same_last_year(), period.previous()) if period is not None else ()
    first = min([*axis, *(each for each in compared if each is not None)], key=lambda each: each.start, default=None)
    ask = Ask((measure,), first, period, frequency, basis=query.basis, known_at=query.known_at, weighed=period)
    if commune is not None:
        above = core.orgs.parent(commune.id, local_day(now))
        ask = replace(ask, units=(commune.id,), level="commune", within=above.id if above is not None else None)
    return figures.series(core, actor, ask, now)


def own_commune(core: Core, actor: Actor, now: datetime) -> OrgUnit | None:
    """The commune whose people somebody belongs to, if it is one."""
    unit = core.orgs.get(own_unit(core, actor, now))
    return unit if unit.level == "commune" else None


def drawn_periods(periods: Sequence[Period], shown: Period | None) -> tuple[Period, ...]:
    """The periods up to the one shown, oldest first, each with those between, and not too many.

    ``periods``: newest first, of one frequency.
    """
    if shown is None:
        return ()
    oldest = periods[-1] if periods else shown
    found = [shown]
    before = shown.previous()
    while before is not None and len(found) < _MOST_PERIODS and before.start >= oldest.start:
        found.append(before)
        before = before.previous()
    if before is None and len(found) == 1:  # called for one by one: nothing says which came before
        found = [each for each in periods if each.end <= shown.end][:_MOST_PERIODS]
    return tuple(reversed(found))


def _frequencies(edition: Edition, known: Iterable[Period]) -> tuple[str, ...]:
    """The edition's own frequencies with figures first, shortest first; then the longer ones made of them."""
    there = {each.frequency for each in known}
    own = [each for each in edition.frequencies if each in there]
    return tuple(own + sorted(there - set(own))) or edition.frequencies


def levels_of(edition: Edition) -> tuple[str, ...]:
    """The levels right below the nation whose figures there are: a commune's count for its province."""
    owing = {"province" if each.level in {"commune", "district"} else each.level for each in edition.reporters}
    return tuple(level for level in LEVELS if level in owing) or LEVELS[:1]


def _ranked(
    core: Core, observations: Iterable[Observation], level: str, period: Period | None
) -> tuple[Observation, ...]:
    levels = {"ministry", "other"} if level == "ministry" else {level}
    there = [
        each
        for each in observations
        if each.period == period and each.unit_id != NATION and _level(core, each.unit_id) in levels
    ]
    return tuple(sorted(there, key=lambda each: (each.value is None, -(each.value or 0), each.unit_id)))


def _level(core: Core, unit_id: str) -> str:
    unit = core.orgs.units.get(unit_id)
    return unit.level if unit is not None else ""


def change(now: Observation | None, before: Observation | None) -> tuple[Decimal, Decimal | None] | None:
    """(difference, per cent of the earlier figure with one decimal); no per cent from zero, None without both."""
    if now is None or before is None or now.value is None or before.value is None:
        return None
    difference = now.value - before.value
    if not before.value:
        return difference, None
    return difference, (difference * 100 / abs(before.value)).quantize(Decimal("0.1"))
