"""Opening filings: one for each obliged unit and period before the window ends; repeating changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.domain.access import SYSTEM
from hub.domain.filing import FilingRow, filing_id
from hub.domain.org import NATION, OrgUnit
from hub.domain.period import Period, Window, due, local_day, periods_between, window
from hub.domain.regime import Edition, Reporter
from hub.services import moves
from hub.services.core import Core
from hub.services.receiving import owner_of
from hub.store import editions, filings

AHEAD = timedelta(days=10)
"""How long before the end of its window a filing is opened (R14: before the window ends)."""
BACK = timedelta(days=100)
"""How far back a hub that was down, or starts today, still opens what was owed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """How many filings were new, in all and by (edition, period)."""

    total: int
    by_campaign: dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Campaign:
    """One edition in one period: what the whole country owes at once."""

    edition: Edition
    period: Period
    window: Window


def open_due(core: Core, now: datetime, *, since: date | None = None) -> Opened:
    """Open every filing whose window ends within the coming days and none twice (R14, R15).

    ``since``: only campaigns whose window ends on or after that day; by default some months back.
    """
    today = local_day(now)
    counts: dict[tuple[str, str], int] = {}
    for campaign in campaigns_between(core, since or today - BACK, today + AHEAD):
        opened = open_campaign(core, campaign, now)
        if opened:
            counts[campaign.edition.key, campaign.period.code] = opened
    return Opened(sum(counts.values()), counts)


def campaigns_between(core: Core, first: date, last: date) -> Iterator[Campaign]:
    """The campaigns of every integrated regime whose window ends between two days, both included."""
    for regime in core.catalog.regimes.values():
        for edition in regime.editions:
            yield from _campaigns_of(core, edition, first, last)


def _campaigns_of(core: Core, edition: Edition, first: date, last: date) -> Iterator[Campaign]:
    for frequency in edition.frequencies:
        if frequency in {"thematic", "ad_hoc"}:
            continue
        for period in periods_between(frequency, first - timedelta(days=400), last + timedelta(days=400)):
            if not edition.in_force(period.end) or not edition.asks_for(frequency, period.index):
                continue
            span = window(edition, period, core.calendar)
            if first <= span.end <= last:
                yield Campaign(edition, period, span)


def open_campaign(core: Core, campaign: Campaign, now: datetime) -> int:
    """Open the filings of one campaign in one transaction; how many were new. Nothing is locked if none is missing."""
    expected = sum(len(_units(core, each, campaign.window.end)) for each in campaign.edition.reporters)
    with core.database.read() as connection:
        if filings.count_campaign(connection, campaign.edition.key, campaign.period.code) == expected:
            return 0
    rows = list(_rows(core, campaign, now))
    with core.database.write() as connection:
        editions.pin(connection, campaign.edition, now)
        opened = filings.open_many(connection, rows)
        if opened:
            name = f"{campaign.edition.key} {campaign.period.code}"
            moves.tell(connection, SYSTEM, "open", "campaign", name, now, {"filings": opened})
    return opened


def _rows(core: Core, campaign: Campaign, now: datetime) -> Iterator[FilingRow]:
    """What each obliged unit owes; the units are those valid at the end of the window (R17)."""
    for reporter in campaign.edition.reporters:
        for unit in _units(core, reporter, campaign.window.end):
            yield _row(core, campaign, reporter, unit, now)


def _units(core: Core, reporter: Reporter, day: date) -> list[OrgUnit]:
    """The units of the reporter's level on a day. The register holds no districts: none stand since July 2025."""
    if reporter.level == "district":
        return []
    return [unit for unit in core.orgs.on(day, reporter.level) if not reporter.units or unit.id in reporter.units]


def _row(core: Core, campaign: Campaign, reporter: Reporter, unit: OrgUnit, now: datetime) -> FilingRow:
    edition, period = campaign.edition, campaign.period
    return FilingRow(
        id=filing_id(edition.key, period.code, unit.id, reporter.scope),
        edition=edition.key,
        regime=edition.regime,
        unit_id=unit.id,
        unit_path=core.orgs.path(unit.id, campaign.window.end),
        level=reporter.level,
        period=period.code,
        frequency=period.frequency,
        scope=reporter.scope,
        receiver_id=receiver_of(core, edition, reporter, unit, campaign.window.end),
        window_start=campaign.window.start,
        window_end=campaign.window.end,
        due_at=due(edition, reporter.level, period, core.calendar),
        closes_at=None,
        state="draft",
        revision=1,
        attempt=1,
        version=None,
        sent_version=None,
        accepted_version=None,
        first_sent_at=None,
        last_sent_at=None,
        resend_due=None,
        excluded=False,
        excluded_reason=None,
        opened_at=now,
        changed_at=now,
    )


def receiver_of(core: Core, edition: Edition, reporter: Reporter, unit: OrgUnit, day: date) -> str:
    """Who receives the unit's report (R16): the province above it, or the ministry that owns the regime on that day."""
    if reporter.receiver == "province":
        above = core.orgs.parent(unit.id, day)
        return above.id if above is not None else NATION
    return owner_of(core, edition, day)
