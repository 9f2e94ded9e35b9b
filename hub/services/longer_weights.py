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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np

from hub.domain.confidence import NOTHING_MISSING, missing_weight, weighing_parts, weighing_slot
from hub.domain.form import Address
from hub.domain.observation import Measure
from hub.domain.packing import NIL, PRESENT
from hub.domain.period import Period
from hub.domain.rebasing import Homes, Place, Rolled, places_of, stands_on, summed
from hub.domain.regime import Edition
from hub.domain.tiling import tiles
from hub.services import aggregation
from hub.services.core import Core
from hub.services.figure_sources import Source, campaigns_of
from hub.store.figure_rows import CampaignName, Gap, ReportRow

Missing = tuple[frozenset[str], ...]
"""The units missing in each part of a longer period, in order."""


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
        self._missing: dict[tuple[str, Period], Missing | None] = {}
        self._units: dict[tuple[CampaignName, Period], Mapping[str, Sequence[ReportRow]]] = {}
        self._places: dict[tuple[str, str, Address], Place | None] = {}

    def of(
        self, measure: Measure, members: Sequence[Rolled], before: Sequence[Rolled], whole: Sequence[Rolled]
    ) -> Decimal | None:
        """The share of what is missing in ``members``, rows of one unit and period, as told above.

        ``before``: all rows of the period before; ``whole``: those of them that stand under the same unit.
        """
        first, last = members[0], before[0].edition
        names = self._parts(first.edition, first.period)
        earlier = self._parts(last, before[0].period)
        missing = self._all_missing(members, len(names))
        place = self._source.place(last, measure)
        if missing is None or place is None or _lengths(names) != _lengths(earlier):
            return None
        slot, counted = weighing_slot(last, place.slot), weighing_parts(last, place.slot, len(earlier))
        if slot is None or counted is None:
            return None
        if not any(missing[index] for index in counted):
            return NOTHING_MISSING
        pairs = ((unit, earlier[index], Period.parse(names[index][1])) for index in counted for unit in missing[index])
        return missing_weight(summed([one.vector for one in whole], slot), self._held(pairs, last, slot))

    def _parts(self, edition: Edition, period: Period) -> list[CampaignName]:
        return campaigns_of(self._source.editions, edition, period)

    def _all_missing(self, members: Sequence[Rolled], parts: int) -> Missing | None:
        """Who is missing in each part of any of these rows; None if that is not known of one."""
        each = [self._missing_of(one) for one in members]
        if any(one is None for one in each):
            return None
        return tuple(frozenset().union(*(one[index] for one in each if one is not None)) for index in range(parts))

    def _missing_of(self, one: Rolled) -> Missing | None:
        """Asked by every measure. The parts must tell of exactly those whom the whole tells of."""
        key = one.unit_id, one.period
        if key not in self._missing:
            known = [each for each in self._source.editions if each.valid_from <= one.edition.valid_from]
            tiled = tiles(known, one.period)
            day = aggregation.last_day_of(self._core, tiled)
            found = tuple(
                frozenset(
                    unit
                    for gap in self._gaps.get((edition.key, part.code), ())
                    if stands_on(self._core.orgs, gap.unit_id, day) == one.unit_id
                    for unit in gap.missing
                )
                for edition, part in tiled
            )
            self._missing[key] = found if frozenset().union(*found) == set(one.coverage.missing) else None
        return self._missing[key]

    def _held(self, pairs: Iterable[tuple[str, CampaignName, Period]], last: Edition, slot: int) -> Iterator[Fraction]:
        """What the reports in the places of these pairs say, as the edition of the period before scales it."""
        for unit, name, part in pairs:
            place = self._place(name[0], last, slot)
            for row in self._reports_for(name, part).get(unit, ()) if place is not None else ():
                if place is not None and row.presence[place.slot] in (PRESENT, NIL):
                    yield int(np.frombuffer(row.figures, "<i8")[place.slot]) * place.factor

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


def _lengths(names: Iterable[CampaignName]) -> list[str]:
    return [Period.parse(code).frequency for _, code in names]
