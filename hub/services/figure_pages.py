"""Figures page by page: a page begins where the one before ended, whatever was written in between.

A page is read in blocks of measures, so that it costs what it shows and not what there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from hub.domain.access import Actor
from hub.domain.observation import Measure, Observation
from hub.domain.period import Period
from hub.errors import BadRequest
from hub.services import figures
from hub.services.core import Core
from hub.services.figures import Ask
from hub.services.flows import unit_place

AT_ONCE = 20_000
"""Observations that a block is meant to hold."""

Place = tuple[str, str, str]
"""The measure's key, the unit and the period's code of an observation."""
_Order = tuple[int, tuple[int, str, str, date, str], tuple[date, int, int], str]


@dataclass(frozen=True, slots=True)
class FigurePage:
    """``last``: the place of the last observation where more follow, else None."""

    observations: tuple[Observation, ...]
    last: Place | None


def page(core: Core, actor: Actor, ask: Ask, now: datetime, limit: int, after: Place | None = None) -> FigurePage:
    """The first ``limit`` observations that come after a place: by measure as asked for, unit and period.

    BadRequest for a place that this ask cannot have; NotFound as :func:`figures.series`.
    """
    places = {each.key: place for place, each in enumerate(ask.measures)}
    begin = _order(core, places, after) if after is not None else None
    found: list[Observation] = []
    for block in _blocks(core, actor, ask, now, begin[0] if begin else 0):
        shown = figures.series(core, actor, replace(ask, measures=block), now).observations
        placed = sorted(((_order(core, places, place_of(each)), each) for each in shown), key=lambda pair: pair[0])
        found += [each for order, each in placed if begin is None or order > begin]
        if len(found) > limit:
            return FigurePage(tuple(found[:limit]), place_of(found[limit - 1]))
    return FigurePage(tuple(found), None)


def place_of(observation: Observation) -> Place:
    """What tells an observation from all others of one ask."""
    return observation.measure.key, observation.unit_id, observation.period.code


def _order(core: Core, places: Mapping[str, int], place: Place) -> _Order:
    key, unit_id, code = place
    if key not in places:
        raise BadRequest("Con trỏ trang không thuộc truy vấn này.", "The cursor belongs to another query.")
    period = Period.parse(code)
    return places[key], unit_place(core.orgs, unit_id), figures.in_time(period), period.code


def _blocks(core: Core, actor: Actor, ask: Ask, now: datetime, begin: int) -> Iterator[tuple[Measure, ...]]:
    """The measures from one on, so many together as their figures may be read at once; of one regime each."""
    left = list(ask.measures[begin:])
    while left:
        regime = left[0].regime
        most = max(1, AT_ONCE // max(1, _length(core, actor, ask, regime, now)))
        taken = next((place for place, each in enumerate(left) if each.regime != regime), len(left))
        yield tuple(left[: min(taken, most)])
        left = left[min(taken, most) :]


def _length(core: Core, actor: Actor, ask: Ask, regime: str, now: datetime) -> int:
    """About how many observations a measure of the regime has in this ask."""
    periods = sum(ask.holds_period(each) for each in figures.periods(core, actor, regime, now))
    units = len(ask.units) if ask.units is not None else 1 if ask.level == "nation" else _UNITS
    return periods * units


_UNITS = 150
"""About how many units stand right below the nation, or a province."""
