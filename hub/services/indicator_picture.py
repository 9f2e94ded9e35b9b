"""A national indicator: all figures of all regimes that are bound to it, beside each other and never added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.catalog.concepts import Indicator
from hub.domain.access import Actor
from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Breakdown, breakdown_of
from hub.domain.observation import Measure, Observation
from hub.domain.period import Period, local_day
from hub.errors import NotFound
from hub.services import figures
from hub.services.core import Core
from hub.services.figure_access import edition_now, reach
from hub.services.figures import Ask

YEARS = 3
"""So many years back the figures go."""


@dataclass(frozen=True)
class BoundMeasure:
    """One measure of the indicator: which part of it it counts, its latest figure, and all of that frequency."""

    measure: Measure
    breakdown: Breakdown
    latest: Observation | None
    line: Sequence[Observation]


@dataclass(frozen=True)
class IndicatorPicture:
    indicator: Indicator
    measures: Sequence[BoundMeasure]

    @property
    def regimes(self) -> tuple[str, ...]:
        """The regimes that ask for it."""
        return tuple(dict.fromkeys(each.measure.regime for each in self.measures))


def picture(core: Core, actor: Actor, code: str, now: datetime) -> IndicatorPicture:
    """The indicator with the measures whose national figures the actor may see. NotFound where there is none."""
    bound = tuple(
        each
        for each in figures.measures(core, actor, now)
        if each.indicator == code and reach(core, actor, each.regime, now).everything
    )
    if code not in core.catalog.indicators or not bound:
        raise NotFound
    first = Period("yearly", local_day(now).year - YEARS)
    series = figures.series(core, actor, Ask(bound, first, level="nation", basis="today"), now)
    found: dict[Measure, list[Observation]] = {}
    for each in series.observations:
        found.setdefault(each.measure, []).append(each)
    return IndicatorPicture(
        core.catalog.indicators[code], [_bound(core, each, found.get(each, []), now) for each in bound]
    )


def _bound(core: Core, measure: Measure, observations: Sequence[Observation], now: datetime) -> BoundMeasure:
    edition = edition_now(core, measure.regime, now)
    by_frequency: dict[str, list[Observation]] = {}
    for each in observations:
        by_frequency.setdefault(each.period.frequency, []).append(each)
    own = _shortest(by_frequency, edition.frequencies)
    latest = next((each for each in reversed(own) if each.value is not None), None)
    return BoundMeasure(measure, _breakdown(core, measure, now), latest, own)


def _shortest(by_frequency: Mapping[str, list[Observation]], frequencies: Sequence[str]) -> list[Observation]:
    return next((by_frequency[each] for each in frequencies if each in by_frequency), [])


def _breakdown(core: Core, measure: Measure, now: datetime) -> Breakdown:
    """Which part of the indicator the figure counts."""
    form = edition_now(core, measure.regime, now).form(measure.address.form)
    if measure.address.column == RECORD_COUNT:
        return ()
    row = form.row(measure.address.row) if measure.address.row != ALL_RECORDS else None
    return breakdown_of(form.column(measure.address.column), row)
