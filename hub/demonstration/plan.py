"""What the demonstration shows: which campaigns, which units take part, and at which instants things happen.

Everything is chosen by rule from the catalog and the register of units; no regime or unit is named. The demonstration
day is fixed, so the same demonstration is made whenever it runs.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hub.domain.access import SYSTEM
from hub.domain.org import OrgUnit
from hub.domain.period import CALLED, NoLegalDate, Period, periods_between, window
from hub.domain.regime import YEARS_OF, Edition, Frequency, Regime
from hub.domain.report import wanted_regimes
from hub.errors import BadRequest
from hub.services import opening
from hub.services.campaigns import Campaign, of_call
from hub.services.core import Core

DAY = date(2026, 11, 22)
"""The day the demonstration stands at; everything it tells of lies before."""
SEED = 2026
_BY_LENGTH: tuple[Frequency, ...] = (
    "weekly", "monthly", "quarterly", "school_term", "half_yearly", "nine_month", "school_year", "ten_month", "yearly",
    "three_yearly", "five_yearly",
)  # fmt: skip
_BACK, _BACK_OVER_YEARS = timedelta(days=760), timedelta(days=2200)
"""So long ago the last period may have ended: one of a year at most, and one of several."""
_PAST, _YEAR = timedelta(days=680), timedelta(days=430)
"""So long ago a period of the past may have ended: without communes, and with them."""
_SETTLED = timedelta(days=50)
"""So long after its end a quarter's deadlines have passed."""
_CALLED_FROM, _CALLED_TO, _CALLED_DUE = (DAY - timedelta(days=days) for days in (60, 50, 40))
"""The event that reports are called for in the demonstration, and their last day where the edition names none."""
CALL_REASON = "Sự kiện minh họa trong kỳ (số liệu không có thật)."


@dataclass(frozen=True, slots=True)
class Size:
    """How much is sent: ``whole`` provinces with every commune, ``communes`` of each other one; None: all there are."""

    whole: int = 2
    communes: int = 6
    provinces: int | None = None
    ministries: int | None = None
    few: tuple[int, int, int] = (6, 3, 4)
    """For regimes that the overview does not draw on: provinces, communes in each of half of these, ministries."""
    past: int | None = None
    """So many periods before the present ones, of each regime that has a past; None: all there are."""
    past_ministries: tuple[int, int | None] = (6, None)
    """So many of today's ministries send in the past where communes are asked too, and where they are not."""


@dataclass(frozen=True, slots=True)
class Moments:
    """When what happens in a campaign, all aware UTC and in this order unless a deadline says otherwise."""

    opened: datetime
    communes_send: datetime
    communes_accepted: datetime
    others_send: datetime
    late: datetime
    reviewed: datetime
    published: datetime


@dataclass(frozen=True)
class Plan:
    """The whole demonstration, before anything is done."""

    quarter: Period
    campaigns: tuple[Campaign, ...]
    past: tuple[Campaign, ...]
    """The periods before, of the featured regimes that provinces report first-hand."""
    derived: tuple[tuple[Edition, Period], ...]
    provinces: tuple[OrgUnit, ...]
    ministries: tuple[OrgUnit, ...]
    communes: dict[str, tuple[OrgUnit, ...]]

    members: frozenset[str]
    """The ids of all units that send, under every name they had."""
    featured: frozenset[str]
    """The regimes that the national overview draws on: all members send them, of the others only a few."""
    few: tuple[int, int, int]
    past_ministries: tuple[int, int | None]
    before: Mapping[str, tuple[OrgUnit, ...]]
    """Unit id of today → the bodies that it took over from, where there is a past to answer for."""

    def members_of(self, core: Core, regime: str) -> frozenset[str]:
        """The ids of the units that send a regime's reports; another few for each regime that is not featured."""
        if regime in self.featured:
            return self.members
        provinces = _some(self.provinces, self.few[0], regime)
        below = [unit for each in provinces[::2] for unit in _some(self.communes[each.id], self.few[1], regime)]
        return _every_name(core, [*provinces, *below, *_some(self.ministries, self.few[2], regime)])


def make_plan(core: Core, size: Size) -> Plan:
    """The same plan for the same catalog, register and size."""
    quarter = latest_quarter(DAY - _SETTLED)
    provinces = core.orgs.on(DAY, "province")[: size.provinces]
    featured = frozenset().union(
        *(wanted_regimes(each) for each in core.catalog.reports.values() if each.kind == "overview")
    )
    campaigns, past, derived = [], [], []
    for regime in core.catalog.regimes.values():
        before, found = _campaigns(core, regime, quarter)
        found = found or list(_called(core, regime, provinces, size))
        campaigns += found
        past += _last(before, size.past) if regime.code in featured else []
        if found and found[-1].period.frequency == "monthly" and "quarterly" not in found[-1].edition.frequencies:
            derived.append((found[-1].edition, quarter))
    campaigns.sort(key=lambda campaign: (campaign.window.end, campaign.edition.key))
    communes = {
        province.id: core.orgs.children(province.id, DAY)[: None if index < size.whole else size.communes]
        for index, province in enumerate(provinces)
    }
    ministries = core.orgs.on(DAY, "ministry")[: size.ministries]
    below = [unit for each in communes.values() for unit in each]
    members = _every_name(core, [*provinces, *ministries, *below])
    return Plan(
        quarter, tuple(campaigns), tuple(past), tuple(derived), provinces, ministries, communes, members, featured,
        size.few, size.past_ministries, _bodies_before(core, [*provinces, *ministries]) if past else {},
    )  # fmt: skip


def _every_name(core: Core, units: Iterable[OrgUnit]) -> frozenset[str]:
    return frozenset().union(*(core.orgs.same_body(unit.id) for unit in units))


def _some(units: Sequence[OrgUnit], number: int, name: str) -> tuple[OrgUnit, ...]:
    """So many units in a row, beginning elsewhere for each name."""
    start = chance("some", name) % len(units) if units else 0
    return tuple((*units[start:], *units[:start])[:number])


def _bodies_before(core: Core, units: Iterable[OrgUnit]) -> dict[str, tuple[OrgUnit, ...]]:
    levels = {unit.id: unit.level for unit in units}
    found: dict[str, list[OrgUnit]] = {}
    for each in core.orgs.units.values():
        if each.level in levels.values() and not each.valid_on(DAY):
            for heir in core.orgs.today(each.id, DAY):
                found.setdefault(heir.id, []).append(each)
    return {unit: tuple(found[unit]) for unit in levels if unit in found}


def latest_quarter(day: date) -> Period:
    """The last quarter that ended on or before a day."""
    return [period for period in periods_between("quarterly", day - timedelta(days=200), day) if period.end <= day][-1]


def _campaigns(core: Core, regime: Regime, quarter: Period) -> tuple[list[Campaign], list[Campaign]]:
    """The past and the present of the regime's shortest periods, each in order.

    Of months, all three of the quarter are the present where only months are asked for, else one period.
    """
    edition = regime.edition_on(quarter.end)
    frequency = next((each for each in _BY_LENGTH if edition is not None and each in edition.frequencies), None)
    if edition is None or frequency is None:
        return [], []
    found = []
    back = _BACK_OVER_YEARS if frequency in YEARS_OF else _BACK
    for period in periods_between(frequency, quarter.end - back, quarter.end):
        its = regime.edition_on(period.end)
        if its is None or period.end > quarter.end or not its.asks_for(frequency, period.index, period.year):
            continue
        campaign = _dated(core, its, period)
        if campaign is not None and _last_due(core, campaign) < instant(DAY - timedelta(days=20), 0):
            found.append(campaign)
    months = frequency == "monthly" and "quarterly" not in edition.frequencies
    present = 3 if months else 1
    return _past(found[:-present], edition), found[-present:]


def _last(found: list[Campaign], number: int | None) -> list[Campaign]:
    return found if number is None else found[len(found) - min(number, len(found)) :]


def _past(found: Sequence[Campaign], present: Edition) -> list[Campaign]:
    """Those of them that provinces send first-hand. Where every commune is asked too, one year, and what came before a
    change of the forms; else some months more."""
    of_communes = any(reporter.level == "commune" for reporter in present.reporters)
    back = DAY - (_YEAR if of_communes else _PAST)
    return [
        campaign
        for campaign in found
        if ("province", "own") in {(each.level, each.scope) for each in campaign.edition.reporters}
        and (campaign.period.end >= back or (of_communes and campaign.edition.key != present.key))
    ]


def _called(core: Core, regime: Regime, provinces: Sequence[OrgUnit], size: Size) -> Iterator[Campaign]:
    """This year's first call, to a few provinces, for a regime that has no dates but those of whoever calls for it."""
    edition = regime.edition_on(_CALLED_TO)
    called = [frequency for frequency in edition.frequencies if frequency in CALLED] if edition is not None else []
    if edition is None or not called:
        return
    concerned = [unit.id for unit in _some(provinces, max(1, size.few[0] // 2), regime.code)]
    terms = opening.Terms(
        window_start=_CALLED_FROM, window_end=_CALLED_TO, reason=CALL_REASON, units=concerned,
        frequency=called[0],
    )  # fmt: skip
    at = instant(_CALLED_TO - timedelta(days=5), 2)
    try:
        planned = opening.plan_call(core, SYSTEM, edition.key, now=at, **terms)
    except BadRequest:
        terms["due_day"] = _CALLED_DUE
        planned = opening.plan_call(core, SYSTEM, edition.key, now=at, **terms)
    yield of_call(core, Period(called[0], _CALLED_TO.year, 1), planned.asked)


def _dated(core: Core, edition: Edition, period: Period) -> Campaign | None:
    """The campaign, or None where the edition leaves its dates open."""
    with suppress(NoLegalDate):
        campaign = Campaign(edition, period, window(edition, period, core.calendar))
        _last_due(core, campaign)
        return campaign
    return None


def _dues(core: Core, campaign: Campaign) -> dict[str, datetime]:
    levels = [reporter.level for reporter in campaign.edition.reporters if reporter.level != "district"]
    return {level: campaign.due_at(core, level) for level in levels}


def _last_due(core: Core, campaign: Campaign) -> datetime:
    return max(_dues(core, campaign).values())


def moments(core: Core, campaign: Campaign) -> Moments:
    """The demonstration's clock in one campaign: sending before the deadlines, then review, then publication."""
    dues = _dues(core, campaign)
    last = max(dues.values())
    communes = dues.get("commune", last)
    others = min([each for level, each in dues.items() if level != "commune"], default=last)
    return Moments(
        opened=instant(campaign.window.end - timedelta(days=5), 2),
        communes_send=communes - timedelta(hours=20),
        communes_accepted=communes - timedelta(hours=9),
        others_send=others - timedelta(hours=6),
        late=last + timedelta(days=2),
        reviewed=last + timedelta(days=3),
        published=last + timedelta(days=4),
    )


def instant(day: date, hour: int) -> datetime:
    """An hour of a day, UTC."""
    return datetime.combine(day, time(hour), UTC)


def chance(*names: object) -> int:
    """A number that depends on the names alone: how the demonstration varies without being random."""
    return zlib.crc32("|".join(str(name) for name in names).encode())
