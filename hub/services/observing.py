"""From rows of figures to observations: whose they are, what they make together, and how far they may be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from hub.domain.confidence import all_coverage, applies, every_report_answers, standing_of
from hub.domain.observation import Exactness, Measure, Observation
from hub.domain.org import OrgRegister
from hub.domain.period import Period, local_day
from hub.domain.rebasing import (
    Home,
    Homes,
    Place,
    Rolled,
    additive,
    as_latest,
    exactness_of,
    there_throughout,
    together,
    units_in,
)
from hub.domain.rollup import Coverage
from hub.services.core import Core
from hub.services.figure_asking import Ask, Chosen
from hub.services.figure_sources import Source
from hub.services.figure_weights import Weights
from hub.services.receiving import owner_of


@dataclass(frozen=True)
class Group:
    """The rows of one period that stand under one unit, and what holds for all their figures.

    ``closed``: the last deadline is over; ``answered``: no accepted report is empty; ``published``: an older edition
    of a national report shows the period.
    """

    home: Home
    members: tuple[Rolled, ...]
    coverage: Coverage
    closed: bool
    answered: bool
    at: datetime | None
    published: bool
    units: tuple[str, ...]
    exactness: Exactness


class Observing:
    """One regime's observations, as asked."""

    def __init__(self, core: Core, source: Source, ask: Ask, now: datetime) -> None:
        today = local_day(now)
        self._orgs: OrgRegister = core.orgs
        self._source, self._ask, self._at = source, ask, ask.known_at or now
        self._chosen = Chosen(core.orgs, ask)
        self._homes = Homes(core.orgs, today, owner_of(core, source.latest, today)) if ask.basis == "today" else None
        self._weights = Weights(core, source, self._homes)

    def all(self) -> Iterator[Observation]:
        """Every observation that was asked for."""
        for period, rows in self._source.rolled.items():
            if self._ask.holds_period(period):
                for home, members in self._at_home(period, rows):
                    if self._chosen.shows(home.unit_id):
                        yield from self._of_unit(home, members)

    def _at_home(self, period: Period, rows: Sequence[Rolled]) -> list[tuple[Home, list[Rolled]]]:
        """The rows of a period by the unit they stand under."""
        if self._homes is None:
            return [(Home(one.unit_id, self._is_whole(one)), [one]) for one in rows]
        found: dict[Home, list[Rolled]] = {}
        for one in rows:
            found.setdefault(self._homes.of(one.unit_id, period), []).append(one)
        return list(found.items())

    def _is_whole(self, one: Rolled) -> bool:
        """False for a single unit's longer period in a part of which nobody is known to have stood in its place."""
        if not (one.own and one.brought_together):
            return True
        return there_throughout(self._orgs, one.unit_id, one.period)

    def _of_unit(self, home: Home, members: Sequence[Rolled]) -> Iterator[Observation]:
        """One observation a measure; where its figure cannot be brought together exactly, one of each unit."""
        group, apart, first = self._group(home, members), list[Group](), members[0]
        for measure in self._source.measures:
            place = self._source.place(first.edition, measure)
            if place is not None and not applies(place.slot, first):
                place = None
            if place is None or len(members) == 1 or additive(first.edition, place.slot, longer=first.brought_together):
                yield self._observed(measure, place, group)
            else:
                apart = apart or [self._group(Home(one.unit_id, exact=False), [one]) for one in members]
                yield from (self._observed(measure, place, one) for one in apart)

    def _group(self, home: Home, members: Sequence[Rolled]) -> Group:
        units = tuple(dict.fromkeys(unit for one in members for unit in units_in(self._orgs, one)))
        return Group(
            home, tuple(members), all_coverage([one.coverage for one in members]),
            self._source.closed(members[0], self._at), all(every_report_answers(one) for one in members),
            max((one.at for one in members if one.at is not None), default=None),
            self._source.published.shows(members[0]), units,
            exactness_of(self._orgs, home.unit_id, units, exact=home.exact),
        )  # fmt: skip

    def _observed(self, measure: Measure, place: Place | None, group: Group) -> Observation:
        first, home, coverage = group.members[0], group.home.unit_id, group.coverage
        value = _value(measure, place, group.members) if place is not None else None
        weighed = place is not None and self._ask.weighs(first.period)
        return Observation(
            measure=measure,
            unit_id=home,
            period=first.period,
            value=value,
            standing=standing_of(
                value, coverage, applies=place is not None, closed=group.closed, answered=group.answered
            ),
            exactness=group.exactness,
            edition=first.edition.key,
            accepted=coverage.accepted,
            obliged=coverage.obliged,
            waiting=coverage.waiting,
            excluded=len(coverage.excluded),
            contributors=sum(int(one.vector.contributors[place.slot]) for one in group.members) if place else 0,
            missing_weight=self._weights.of(measure, home, group.members) if weighed else None,
            revised=place is not None and group.published and self._revised(place.slot, group.members),
            at=group.at,
            from_units=group.units,
        )

    def _revised(self, slot: int, members: Sequence[Rolled]) -> bool:
        """True if the figure of any of these units differs from the published one."""
        return any(
            self._source.published.differs(one, one.edition.figures[slot].address, figure_of(one, slot))
            for one in members
        )


def figure_of(one: Rolled, slot: int) -> Decimal | None:
    """A figure as the edition of the time has it."""
    scaled = together(one.edition, slot, [one.vector])
    return Decimal(scaled).scaleb(-one.edition.figures[slot].decimals) if scaled is not None else None


def _value(measure: Measure, place: Place, members: Sequence[Rolled]) -> Decimal | None:
    scaled = together(members[0].edition, place.slot, [one.vector for one in members])
    return Decimal(as_latest(place, scaled)).scaleb(-measure.decimals) if scaled is not None else None
