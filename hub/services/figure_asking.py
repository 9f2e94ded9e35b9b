"""What is asked of the national picture: which measures, units and periods, on which basis, as known when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from hub.domain.observation import Basis, Measure
from hub.domain.org import NATION, OrgRegister
from hub.domain.period import Period
from hub.domain.rebasing import forerunners, givers
from hub.services.figure_access import Reach

Level = Literal["nation", "province", "ministry", "commune"]


@dataclass(frozen=True, slots=True)
class Ask:
    """Which figures. Periods from ``first`` to ``last`` by their calendar days; of one frequency or of all.

    ``units``: these alone, each under every name it had; ``level``: one level alone, without it the nation and all
    units right below it. ``level="commune"`` needs ``within``, a province. ``basis``: the units of the time or today's.
    ``known_at``: as was known at that moment. ``periods``: only these. ``plain``: without what is missing being weighed
    and without looking for revisions, for who shows neither. ``weighed``: only this period's missing are weighed.
    """

    measures: tuple[Measure, ...]
    first: Period | None = None
    last: Period | None = None
    frequency: str | None = None
    units: tuple[str, ...] | None = None
    level: Level | None = None
    within: str | None = None
    basis: Basis = "then"
    known_at: datetime | None = None
    periods: frozenset[Period] | None = None
    plain: bool = False
    weighed: Period | None = None

    def weighs(self, period: Period) -> bool:
        """True for a period whose figures are to say how much of them is missing."""
        return not self.plain and self.weighed in (None, period)

    def holds_period(self, period: Period) -> bool:
        """True for a period that was asked for."""
        if self.frequency is not None and period.frequency != self.frequency:
            return False
        if self.periods is not None and period not in self.periods:
            return False
        after = self.first is None or period.start >= self.first.start
        return after and (self.last is None or period.end <= self.last.end)


def in_time(period: Period) -> tuple[date, int, int]:
    """Sorts periods by their last day, shorter ones before the longer that end with them."""
    return period.end, -period.start.toordinal(), period.index


def bodies(orgs: OrgRegister, unit_id: str) -> frozenset[str]:
    """A unit under every name and type it had; itself alone if it is not known."""
    return orgs.same_body(unit_id) if unit_id in orgs.units else frozenset({unit_id})


class Chosen:
    """Which units of a series are shown, and whose rows must be read for them."""

    def __init__(self, orgs: OrgRegister, ask: Ask) -> None:
        self._orgs, self._ask = orgs, ask
        self._units = None if ask.units is None else {body for unit in ask.units for body in bodies(orgs, unit)}
        self._levels = {"ministry", "other"} if ask.level == "ministry" else {ask.level}

    def shows(self, unit_id: str) -> bool:
        """True for a unit that was asked for."""
        unit = self._orgs.units.get(unit_id)
        fits = self._ask.level is None or (unit is not None and unit.level in self._levels)
        return fits and (self._units is None or unit_id in self._units)

    def needed(self, reaches: Iterable[Reach]) -> frozenset[str] | None:
        """The units whose figures are needed, with all whom they took over from; None for all.

        On today's units also whoever gave them functions, whose figures may have gone along.
        """
        if self._ask.level == "nation":
            return frozenset({NATION})
        if self._units is not None:
            needed = self._units.union(*(forerunners(self._orgs, unit) for unit in self._units))
            return frozenset(needed | givers(self._orgs, needed) if self._ask.basis == "today" else needed)
        known = list(reaches)
        if any(each.everything for each in known):
            return None
        return frozenset(unit for each in known for unit in each.unit_ids)
