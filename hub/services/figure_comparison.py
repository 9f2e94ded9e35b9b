"""Two to six units, or periods, beside each other on chosen measures of one regime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.observation import Basis, Measure, Observation
from hub.domain.period import Period
from hub.errors import BadRequest
from hub.services import figures
from hub.services.core import Core
from hub.services.figure_access import edition_now
from hub.services.figure_picture import drawn_periods
from hub.services.figures import Ask

MOST_COMPARED = 6
MOST_MEASURES = 6


@dataclass(frozen=True)
class Comparison:
    """``columns``: (unit, period) pairs in the order asked for; ``axis``: periods of the chart over time, if any."""

    measures: tuple[Measure, ...]
    units: tuple[str, ...]
    periods: tuple[Period, ...]
    axis: tuple[Period, ...]
    known: Mapping[tuple[Measure, str, Period], Observation]

    def at(self, measure: Measure, unit_id: str, period: Period) -> Observation | None:
        return self.known.get((measure, unit_id, period))


def compare(
    core: Core, actor: Actor, keys: Sequence[str], units: Sequence[str], codes: Sequence[str], now: datetime,
    *, basis: Basis = "today",
) -> Comparison:  # fmt: skip
    """The measures of these units in these periods, at most six of each. BadRequest for more, or for two regimes.

    Without periods: the latest that has figures. Everything is on today's units, unless ``basis`` says otherwise.
    """
    measures = tuple(figures.measure(core, actor, key, now) for key in dict.fromkeys(keys))
    _refuse_too_much(measures, units, codes)
    known = figures.periods(core, actor, measures[0].regime, now) if measures else []
    chosen = tuple(each for each in known if each.code in codes) or _usual(core, measures, known, now)
    ordered = tuple(sorted(chosen, key=lambda period: (period.end, period.start)))
    if not measures or not ordered:
        return Comparison(measures, tuple(units), ordered, (), {})
    axis = _axis(known, ordered)
    first = min((*axis, *ordered), key=lambda each: each.start)
    last = max(ordered, key=lambda each: each.end)
    series = figures.series(core, actor, Ask(measures, first, last, units=tuple(units), basis=basis), now)
    found = {(each.measure, each.unit_id, each.period): each for each in series.observations}
    return Comparison(measures, tuple(units), ordered, axis, found)


def _usual(core: Core, measures: Sequence[Measure], known: Sequence[Period], now: datetime) -> tuple[Period, ...]:
    """The latest period that the regime itself asks for; a longer one only where there is no other."""
    if not measures:
        return ()
    asked = edition_now(core, measures[0].regime, now).frequencies
    return tuple([*(each for each in known if each.frequency in asked), *known][:1])


def _refuse_too_much(measures: Sequence[Measure], units: Sequence[str], codes: Sequence[str]) -> None:
    if len(units) > MOST_COMPARED or len(codes) > MOST_COMPARED or len(measures) > MOST_MEASURES:
        raise BadRequest(
            f"Chỉ so sánh được tối đa {MOST_COMPARED} đơn vị, {MOST_COMPARED} kỳ và {MOST_MEASURES} chỉ tiêu một lần.",
            f"At most {MOST_COMPARED} units, {MOST_COMPARED} periods and {MOST_MEASURES} figures are compared at once.",
        )
    if len({each.regime for each in measures}) > 1:
        raise BadRequest(
            "Các chỉ tiêu so sánh phải thuộc cùng một chế độ báo cáo.", "The figures must belong to one regime."
        )


def _axis(known: Sequence[Period], chosen: Sequence[Period]) -> tuple[Period, ...]:
    """The periods of the chart: up to the last one chosen, of its frequency."""
    last = chosen[-1]
    return drawn_periods([each for each in known if each.frequency == last.frequency], last)
