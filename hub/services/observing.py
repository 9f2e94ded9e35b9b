"""From rolled-up rows to observations: whose they are, what they make together, and how far they may be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from hub.domain.confidence import all_coverage, applies, every_report_answers, standing_of
from hub.domain.observation import Measure, Observation
from hub.domain.org import OrgRegister
from hub.domain.period import Period, local_day
from hub.domain.rebasing import Home, Homes, Place, Rolled, additive, as_latest, exactness_of, together
from hub.services.core import Core
from hub.services.figure_asking import Ask, Chosen
from hub.services.figure_sources import Source
from hub.services.receiving import owner_of


@dataclass(frozen=True)
class Group:
    """The rows of one period that stand under one unit."""

    home: Home
    members: tuple[Rolled, ...]

    @property
    def first(self) -> Rolled:
        return self.members[0]

    @property
    def unit_ids(self) -> tuple[str, ...]:
        return tuple(one.unit_id for one in self.members)


def homes_for(core: Core, source: Source, ask: Ask, now: datetime) -> Homes | None:
    """Who stands for whom today in a regime; None where figures stay on the units of the time."""
    today = local_day(now)
    return Homes(core.orgs, today, owner_of(core, source.latest, today)) if ask.basis == "today" else None


def groups_of(homes: Homes | None, period: Period, rows: Sequence[Rolled]) -> list[Group]:
    """The rows of a period by the unit they stand under."""
    if homes is None:
        return [Group(Home(one.unit_id), (one,)) for one in rows]
    found: dict[Home, list[Rolled]] = {}
    for one in rows:
        found.setdefault(homes.of(one.unit_id, period), []).append(one)
    return [Group(home, tuple(members)) for home, members in found.items()]


def observations(core: Core, source: Source, ask: Ask, now: datetime) -> Iterator[Observation]:
    """Every observation of a regime that was asked for and is open to who asks."""
    homes, chosen = homes_for(core, source, ask, now), Chosen(core.orgs, ask)
    for period, rows in source.rolled.items():
        if not ask.holds_period(period):
            continue
        for group in groups_of(homes, period, [one for one in rows if source.reach.holds([one.unit_id])]):
            if chosen.shows(group.home.unit_id):
                for measure in source.measures:
                    yield from _of_group(core.orgs, source, measure, group, ask.known_at or now)


def _of_group(orgs: OrgRegister, source: Source, measure: Measure, group: Group, at: datetime) -> Iterator[Observation]:
    """One observation of the group; where its figure cannot be brought together exactly, one of each of its units."""
    first = group.first
    place = source.place(first.edition, measure)
    whole = place is None or len(group.members) == 1 or not applies(first.edition, place.slot, first)
    if place is None or whole or additive(first.edition, place.slot, longer=first.brought_together):
        yield _observed(orgs, source, measure, place, group, at)
        return
    for one in group.members:
        yield _observed(orgs, source, measure, place, Group(Home(one.unit_id, exact=False), (one,)), at)


def _observed(
    orgs: OrgRegister, source: Source, measure: Measure, place: Place | None, group: Group, at: datetime
) -> Observation:
    first, members, home = group.first, group.members, group.home
    asked = place if place is not None and applies(first.edition, place.slot, first) else None
    value = _value(measure, asked, group)
    coverage = all_coverage([one.coverage for one in members])
    standing = standing_of(
        value, coverage, applies=asked is not None, closed=source.closed(first, at),
        answered=all(every_report_answers(one) for one in members),
    )  # fmt: skip
    return Observation(
        measure=measure,
        unit_id=home.unit_id,
        period=first.period,
        value=value,
        standing=standing,
        exactness=exactness_of(orgs, home.unit_id, group.unit_ids, exact=home.exact),
        edition=first.edition.key,
        accepted=coverage.accepted,
        obliged=coverage.obliged,
        waiting=coverage.waiting,
        excluded=len(coverage.excluded),
        contributors=sum(int(one.vector.contributors[asked.slot]) for one in members) if asked is not None else 0,
        at=max((one.at for one in members if one.at is not None), default=None),
        from_units=group.unit_ids,
    )


def _value(measure: Measure, place: Place | None, group: Group) -> Decimal | None:
    if place is None:
        return None
    scaled = together(group.first.edition, place.slot, [one.vector for one in group.members])
    return Decimal(as_latest(place, scaled)).scaleb(-measure.decimals) if scaled is not None else None
