"""What a campaign's units owe: one filing for each, with its window, deadline and receiver (R15-R17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from hub.domain.filing import FilingRow, filing_id
from hub.domain.org import NATION, OrgUnit
from hub.domain.regime import Edition, Reporter
from hub.services.campaigns import Campaign
from hub.services.core import Core
from hub.services.receiving import owner_of


def by_level(core: Core, campaign: Campaign) -> dict[str, int]:
    """How many filings of each level the campaign has."""
    counted: Counter[str] = Counter()
    for reporter in campaign.edition.reporters:
        counted[reporter.level] += len(_units(core, campaign, reporter))
    return dict(counted)


def rows_of(core: Core, campaign: Campaign, now: datetime) -> Iterator[FilingRow]:
    """What each obliged unit owes; the units are those valid at the end of the window (R17)."""
    for reporter in campaign.edition.reporters:
        units = _units(core, campaign, reporter)
        due_at = campaign.due_at(core, reporter.level) if units else now
        for unit in units:
            yield _row(core, campaign, reporter, unit, due_at, now)


def _units(core: Core, campaign: Campaign, reporter: Reporter) -> list[OrgUnit]:
    """The campaign's units of the reporter's level. The register holds no districts: none stand since July 2025."""
    if reporter.level == "district":
        return []
    day = campaign.window.end
    found = [unit for unit in core.orgs.on(day, reporter.level) if not reporter.units or unit.id in reporter.units]
    return [unit for unit in found if campaign.asks(core.orgs.path(unit.id, day))] if campaign.units else found


def _row(
    core: Core, campaign: Campaign, reporter: Reporter, unit: OrgUnit, due_at: datetime, now: datetime
) -> FilingRow:
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
        due_at=due_at,
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
