"""How much of a quarter, half-year or year is missing, where it is made of shorter periods.

What is missing there are pairs: a unit, and a part of the period of which its report is owed and not accepted. Each
pair weighs what the report in its place held in the period before: the second month of last quarter for the second
month of this one, August of last year for August. The weight of a figure is the sum of the missing pairs' values there,
over the unit's whole figure of that period, which is known once all its parts were rolled up.

Only pairs that the figure is made of count: all where it is summed over time; those of the last (first) part where it
is the last (first) one, so a stock of which only an earlier month is missing misses nothing. Ratios made again from
sums go by their denominators. Nothing is claimed for the largest of several and for other totals made again, where the
period before was divided otherwise or not rolled up, and in the cases of ``missing_weight``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from hub.domain.confidence import NOTHING_MISSING, missing_weight, weighing_parts, weighing_slot
from hub.domain.form import Address
from hub.domain.observation import Measure
from hub.domain.packing import NIL, PRESENT
from hub.domain.period import Period
from hub.domain.rebasing import Homes, Place, Rolled, places_of, stands_on, summed
from hub.domain.regime import Edition
from hub.domain.rollup import Matrix
from hub.domain.tiling import Tile, tiles
from hub.services import aggregation
from hub.services.core import Core
from hub.services.figure_sources import Source
from hub.store.figure_rows import CampaignName, Gap, ReportRow

Missing = tuple[frozenset[str], ...]
"""The units missing in each part of a longer period, in order."""


@dataclass(frozen=True)
class _Pairs:
    """What is missing in the rows of one unit and period, and the reports that stood in its places.

    ``earlier``: the campaigns of the period before; ``stacks``: of each, with the edition, the reports in the places of
    those missing, filled as they are asked for.
    """

    missing: Missing
    parts: tuple[Period, ...]
    earlier: tuple[CampaignName, ...]
    stacks: dict[int, Matrix] = field(default_factory=dict)


class LongerWeights:
    """The weights of one regime's longer periods."""

    def __init__(self, core: Core, source: Source) -> None:
        self._core, self._source = core, source
        self._gaps: dict[CampaignName, list[Gap]] = {}
        for gap in source.gaps:
            self._gaps.setdefault((gap.edition, gap.period), []).append(gap)
        self._reports: dict[CampaignName, list[ReportRow]] = {}
        for row in source.reports:
            self._reports.setdefault((row.edition, row.period), []).append(row)
        self._pairs: dict[tuple[Period, tuple[str, ...]], _Pairs | None] = {}
        self._tiles: dict[tuple[str, Period], tuple[Tile, ...]] = {}
        self._units: dict[tuple[CampaignName, Period], Mapping[str, Sequence[ReportRow]]] = {}
        self._places: dict[tuple[str, str, Address], Place | None] = {}

    def of(
        self, measure: Measure, members: Sequence[Rolled], before: Sequence[Rolled], whole: Sequence[Rolled]
    ) -> Decimal | None:
        """The share of what is missing in ``members``, rows of one unit and period, as told above.

        ``before``: all rows of the period before; ``whole``: those of them that stand under the same unit.
        """
        last = before[0].edition
        pairs, place = self._pairs_of(members, before[0]), self._source.place(last, measure)
        if pairs is None or place is None:
            return None
        slot, counted = weighing_slot(last, place.slot), weighing_parts(last, place.slot, len(pairs.earlier))
        if slot is None or counted is None:
            return None
        if not any(pairs.missing[index] for index in counted):
            return NOTHING_MISSING
        held = (value for index in counted for value in self._held(pairs, index, last, slot))
        return missing_weight(summed([one.vector for one in whole], slot), held)

    def _pairs_of(self, members: Sequence[Rolled], before: Rolled) -> _Pairs | None:
        """Asked by every measure. None where the parts do not tell of exactly those whom the whole tells of."""
        key = members[0].period, tuple(one.unit_id for one in members)
        if key not in self._pairs:
            self._pairs[key] = self._paired(members, before)
        return self._pairs[key]

    def _paired(self, members: Sequence[Rolled], before: Rolled) -> _Pairs | None:
        tiled, earlier = self._tiled(members[0]), self._tiled(before)
        if not tiled or not before.brought_together or _lengths(tiled) != _lengths(earlier):
            return None
        each = [self._missing_of(one, tiled) for one in members]
        if any(frozenset().union(*its) != set(one.coverage.missing) for its, one in zip(each, members, strict=True)):
            return None
        missing = tuple(frozenset().union(*(its[index] for its in each)) for index in range(len(tiled)))
        names = tuple((edition.key, part.code) for edition, part in earlier)
        return _Pairs(missing, tuple(part for _, part in tiled), names)

    def _tiled(self, one: Rolled) -> tuple[Tile, ...]:
        key = one.edition.key, one.period
        if key not in self._tiles:
            known = [each for each in self._source.editions if each.valid_from <= one.edition.valid_from]
            self._tiles[key] = tiles(known, one.period)
        return self._tiles[key]

    def _missing_of(self, one: Rolled, tiled: Sequence[Tile]) -> Missing:
        """Who is missing in each part of what went into a row."""
        day = aggregation.last_day_of(self._core, tiled)
        return tuple(
            frozenset(
                unit
                for gap in self._gaps.get((edition.key, part.code), ())
                if stands_on(self._core.orgs, gap.unit_id, day) == one.unit_id
                for unit in gap.missing
            )
            for edition, part in tiled
        )

    def _held(self, pairs: _Pairs, index: int, last: Edition, slot: int) -> Iterator[Fraction]:
        """What the reports in the places of those missing say, as the edition of the period before scales it."""
        place = self._place(pairs.earlier[index][0], last, slot)
        if place is None:
            return
        stack = self._stack(pairs, index)
        said = (stack.presence[:, place.slot] == PRESENT) | (stack.presence[:, place.slot] == NIL)
        yield from (int(value) * place.factor for value in stack.figures[said, place.slot])

    def _stack(self, pairs: _Pairs, index: int) -> Matrix:
        if index not in pairs.stacks:
            name = pairs.earlier[index]
            units = self._reports_for(name, pairs.parts[index])
            reports = [row for unit in pairs.missing[index] for row in units.get(unit, ())]
            edition = self._core.catalog.edition(name[0])
            pairs.stacks[index] = Matrix.of(
                edition, [row.figures for row in reports], [row.presence for row in reports]
            )
        return pairs.stacks[index]

    def _place(self, key: str, last: Edition, slot: int) -> Place | None:
        address = last.figures[slot].address
        name = key, last.key, address
        if name not in self._places:
            edition = self._core.catalog.edition(key)
            self._places[name] = places_of(last, edition, self._source.editions, [address]).get(address)
        return self._places[name]

    def _reports_for(self, name: CampaignName, part: Period) -> Mapping[str, Sequence[ReportRow]]:
        """The reports of an earlier part by the unit that owes the later one in their place."""
        if (name, part) not in self._units:
            homes, period = Homes(self._core.orgs, part.end), Period.parse(name[1])
            found: dict[str, list[ReportRow]] = {}
            for row in self._reports.get(name, ()):
                found.setdefault(homes.of(row.unit_id, period).unit_id, []).append(row)
            self._units[name, part] = found
        return self._units[name, part]


def _lengths(tiled: Sequence[Tile]) -> list[str]:
    return [part.frequency for _, part in tiled]
