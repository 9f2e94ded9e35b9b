"""How much of a figure is missing: what the units that are missing now held of last period's total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from hub.domain.confidence import NOTHING_MISSING, missing_weight, weighing_slot
from hub.domain.observation import Measure
from hub.domain.packing import NIL, PRESENT
from hub.domain.period import Period
from hub.domain.rebasing import Homes, Rolled, summed
from hub.domain.rollup import Matrix
from hub.services.core import Core
from hub.services.figure_sources import Source
from hub.services.longer_weights import LongerWeights
from hub.store.figure_rows import ReportRow


class Weights:
    """The weights of one regime. ``homes``: who stands for whom today; None: the series is on the units of the time."""

    def __init__(self, core: Core, source: Source, homes: Homes | None) -> None:
        self._orgs, self._source, self._homes = core.orgs, source, homes
        self._longer = LongerWeights(core, source)
        self._reports: dict[tuple[str, str], list[ReportRow]] = {}
        for row in source.reports:
            self._reports.setdefault((row.edition, row.period), []).append(row)
        self._wholes: dict[Period, Mapping[str, Sequence[Rolled]]] = {}
        self._units: dict[Period, Mapping[str, Sequence[ReportRow]]] = {}
        self._stacks: dict[tuple[str, Period], Matrix] = {}
        self._missing: dict[tuple[str, Period], frozenset[str]] = {}

    def of(self, measure: Measure, home: str, members: Sequence[Rolled]) -> Decimal | None:
        """The share of last period's total of this unit that its missing units held; see ``Observation``."""
        missing = self._missing_of(home, members)
        if not missing:
            return NOTHING_MISSING
        before = members[0].period.previous()
        rows = self._source.rolled.get(before) if before is not None else None
        if not rows or members[0].own:
            return None
        if members[0].brought_together:
            return self._longer.of(measure, members, rows, self._whole(members[0].period, rows).get(home, ()))
        place = self._source.place(rows[0].edition, measure)
        slot = weighing_slot(rows[0].edition, place.slot) if place is not None else None
        if slot is None:
            return None
        total = summed([one.vector for one in self._whole(members[0].period, rows).get(home, ())], slot)
        return missing_weight(total, self._held(home, members[0].period, rows[0], missing, slot))

    def _missing_of(self, home: str, members: Sequence[Rolled]) -> frozenset[str]:
        """Thousands may be missing, and every measure asks."""
        key = home, members[0].period
        if key not in self._missing:
            self._missing[key] = frozenset(unit for one in members for unit in one.coverage.missing)
        return self._missing[key]

    def _held(self, home: str, period: Period, before: Rolled, missing: Iterable[str], slot: int) -> list[int]:
        """What the missing units' last reports say of a figure, scaled; nothing to report is zero."""
        if (home, period) not in self._stacks:
            units = self._unit_reports(period, before)
            reports = [row for unit in missing for row in units.get(unit, ())]
            its = Matrix.of(before.edition, [row.figures for row in reports], [row.presence for row in reports])
            self._stacks[home, period] = its
        stack = self._stacks[home, period]
        said = (stack.presence[:, slot] == PRESENT) | (stack.presence[:, slot] == NIL)
        return [int(value) for value in stack.figures[said, slot]]

    def _whole(self, period: Period, rows: Sequence[Rolled]) -> Mapping[str, Sequence[Rolled]]:
        """Last period's rows by the unit that they stand under in this one."""
        if period not in self._wholes:
            homes = self._homes or Homes(self._orgs, period.end)
            found: dict[str, list[Rolled]] = {}
            for row in rows:
                found.setdefault(homes.of(row.unit_id, row.period).unit_id, []).append(row)
            self._wholes[period] = found
        return self._wholes[period]

    def _unit_reports(self, period: Period, before: Rolled) -> Mapping[str, Sequence[ReportRow]]:
        """Last period's reports by the unit that owes this period's in their place."""
        if period not in self._units:
            homes = Homes(self._orgs, period.end)
            found: dict[str, list[ReportRow]] = {}
            for row in self._reports.get((before.edition.key, before.period.code), ()):
                found.setdefault(homes.of(row.unit_id, before.period).unit_id, []).append(row)
            self._units[period] = found
        return self._units[period]
