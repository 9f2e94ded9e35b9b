"""How the invented figures of one unit go on from period to period: by its size, its habits, the season and the year.

A unit's size comes from the register: a province counts as its communes do today, and a body that was merged had a
share of what took it over. So sums of the nation run on through reforms, as they would in life.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from hub.demonstration.plan import DAY, chance
from hub.domain.form import Column
from hub.domain.org import OrgUnit
from hub.domain.period import Period
from hub.services.core import Core

Random = random.Random
WHOLE = 1000
"""Sizes, seasons and shares are thousandths."""
_HABIT = 0.88
"""How much of what is drawn comes of habit; the rest is the period's own."""
_SEASON = (900, 780, 980, 1010, 1000, 1030, 990, 970, 1000, 1050, 1090, 1200)
"""By month: less around Tết, most at the end of the year."""
_PAID = (30, 70, 120, 170, 220, 290, 360, 430, 510, 600, 720, 900)
"""What share of a year's plan is spent by the end of each month."""
_LEFT = (0.06, 0.2, 0.3, 0.5)
"""How much of a total at most is not done, by kind of part; it becomes less by ``_BETTER`` thousandths a month."""
_BETTER = 8
_GROWTH, _GROWS_FROM = 4, 2024
"""Thousandths a month, from the beginning of that year."""
_COMMUNES = 98
"""A province of so many communes is of usual size."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What a unit's figures of one period are multiplied by, in thousandths. ``habit`` seeds what does not change."""

    habit: str
    size: int
    period: Period

    def times(self, column: Column) -> int:
        """For a column that nothing bounds: flows have seasons, stocks only grow."""
        grown = self.size * (WHOLE + _GROWTH * self._since()) // WHOLE
        return grown if is_stock(column) else grown * self._season() // WHOLE

    def kept(self, part: Column, rng: Random, *, of_rate: bool) -> float:
        """What is left over of a total: of a year's plan ever less; of others as good as the part's kind is done."""
        if of_rate and is_stock(part):
            return 1 - _PAID[self.period.end.month - 1] / WHOLE * rng.uniform(0.85, 1.08)
        return (
            rng.uniform(0.005, _LEFT[chance("left", part.code) % len(_LEFT)])
            * (WHOLE - _BETTER * self._since())
            / WHOLE
        )

    def _since(self) -> int:
        return max(0, (self.period.end.year - _GROWS_FROM) * 12 + self.period.end.month)

    def _season(self) -> int:
        months = [_SEASON[month - 1] for month in range(self.period.start.month, self.period.end.month + 1)]
        return sum(months) // len(months) if months else WHOLE


def is_stock(column: Column) -> bool:
    """True for what is counted at the period's end, and not in the period."""
    return column.rollup.over_time == "last"


class Habitual(Random):
    """Draws that are mostly the same whatever the ``period``: both seeds are drawn from in step."""

    def __init__(self, habit: str, period: str) -> None:
        super().__init__(habit)
        self._habit, self._period = Random(habit), Random(period)

    def random(self) -> float:
        return _HABIT * self._habit.random() + (1 - _HABIT) * self._period.random()

    def randint(self, a: int, b: int) -> int:
        """Near draws give near numbers, as they would not by the inherited way."""
        return a + int(self.random() * (b - a + 1))


@dataclass(frozen=True)
class Paces:
    """The pace of every unit, by the register."""

    core: Core
    sizes: dict[str, int] = field(default_factory=dict)

    def of(self, regime: str, unit_id: str, period: Period) -> Pace:
        """The same unit keeps its habits and its size in every period."""
        if unit_id not in self.sizes:
            self.sizes[unit_id] = self._size(self.core.orgs.get(unit_id))
        return Pace(f"{regime}|{min(self.core.orgs.same_body(unit_id))}", self.sizes[unit_id], period)

    def _size(self, unit: OrgUnit) -> int:
        heir = next(iter(self.core.orgs.today(unit.id, DAY)), unit)
        own = self._share(unit, heir, unit.nearest_day(DAY))
        if unit.level == "province":
            return own * max(1, len(self.core.orgs.children(heir.id, DAY))) // _COMMUNES
        return own * (600 + chance("size", heir.id) % 800) // WHOLE

    def _share(self, unit: OrgUnit, heir: OrgUnit, day: date) -> int:
        """The unit's share of the body that stands for it today, among all that went into it."""
        if unit.level == "commune" or heir.id == unit.id:
            return WHOLE
        weights = self._weights(heir, unit, day)
        return WHOLE * weights[unit.id] // sum(weights.values())

    def _weights(self, heir: OrgUnit, unit: OrgUnit, day: date) -> Mapping[str, int]:
        peers = self.core.orgs.on(day, unit.level)
        merged = [each for each in peers if heir.id in {one.id for one in self.core.orgs.today(each.id, DAY)}]
        return {
            each.id: 600 + chance("share", each.id) % 800 for each in {one.id: one for one in [*merged, unit]}.values()
        }
