"""The days by which a unit's reports are due: those that are open, and those that the calendar will open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.domain.access import Actor
from hub.domain.filing import FilingRow, filing_id
from hub.domain.org import OrgUnit
from hub.domain.period import NoLegalDate, due_day_of, end_of_day
from hub.domain.working_days import YearNotKnown
from hub.services.campaigns import Campaign, calendar_campaigns, called_between
from hub.services.core import Core
from hub.services.worklist import own_paths, own_units
from hub.store import filings

_ONE_DAY = timedelta(days=1)
_BEFORE, _AFTER = timedelta(days=130), timedelta(days=70)
"""How far a deadline lies behind the end of its data window, or ahead of it, at most."""


@dataclass(frozen=True, slots=True)
class DueLine:
    """One report and its last day. ``row`` is None while the report is not open yet."""

    day: date
    regime: str
    period: str
    scope: str
    unit_id: str
    row: FilingRow | None = None


def due_lines(
    core: Core, actor: Actor, first: date, last: date, now: datetime, *, unit_id: str | None = None
) -> list[DueLine]:  # fmt: skip
    """The reports of the actor's own units, or of one of them, due between two days, both included, in order."""
    asked = [unit for unit in own_units(actor) if unit_id in (None, unit)]
    paths = {unit: own_paths(core, actor, unit, now) for unit in asked}
    everywhere = [path for of_unit in paths.values() for path in of_unit]
    if not everywhere:
        return []
    with core.database.read() as connection:
        open_rows = filings.due_between(connection, everywhere, end_of_day(first - _ONE_DAY), end_of_day(last))
    lines = [
        DueLine(due_day_of(row.due_at), row.regime, row.period, row.scope, row.unit_id, row)
        for row in open_rows
        if not row.excluded
    ]
    known = {row.id for row in open_rows}
    units = [core.orgs.units[unit] for unit in paths if unit in core.orgs.units]
    lines += [line for key, line in _coming(core, units, first, last) if key not in known]
    return sorted(lines, key=lambda line: (line.day, line.regime, line.period, line.unit_id, line.scope))


def _coming(core: Core, units: Sequence[OrgUnit], first: date, last: date) -> Iterator[tuple[str, DueLine]]:
    """(id of the filing, line) of what the units will owe."""
    for campaign in _campaigns(core, {unit.level for unit in units}, first - _BEFORE, last + _AFTER):
        for reporter in campaign.edition.reporters:
            for unit in units:
                if unit.level != reporter.level or (reporter.units and unit.id not in reporter.units):
                    continue
                if not _stands(unit, campaign.window.end):
                    continue
                if not campaign.asks(core.orgs.path(unit.id, campaign.window.end)):
                    continue
                day = _last_day(core, campaign, reporter.level)
                if day is not None and first <= day <= last:
                    key = filing_id(campaign.edition.key, campaign.period.code, unit.id, reporter.scope)
                    regime, period = campaign.edition.regime, campaign.period.code
                    yield key, DueLine(day, regime, period, reporter.scope, unit.id)


def _campaigns(core: Core, levels: set[str], first: date, last: date) -> Iterator[Campaign]:
    for regime in core.catalog.regimes.values():
        for edition in regime.editions:
            if any(reporter.level in levels for reporter in edition.reporters):
                yield from calendar_campaigns(core, edition, first, last)
    yield from called_between(core, first, last)


def _stands(unit: OrgUnit, day: date) -> bool:
    return unit.valid_from <= day and (unit.valid_to is None or day <= unit.valid_to)


def _last_day(core: Core, campaign: Campaign, level: str) -> date | None:
    """The due day; None where no law or no calendar tells it, as then nothing is opened."""
    try:
        return due_day_of(campaign.due_at(core, level))
    except (NoLegalDate, YearNotKnown, KeyError):
        return None
