"""The rows of figures as they were known at a moment of the past, with what stood beside them then.

What has not changed since is read as it is stored; the rest is rolled up again from what counted then.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hub.domain.period import Period
from hub.domain.tiling import LONGER
from hub.services import aggregation, as_known
from hub.services.as_known import CampaignThen
from hub.services.core import Core
from hub.services.figure_asking import Ask, Chosen
from hub.services.figure_sources import Found, campaigns_of, missing_units, rolled, with_earlier
from hub.store import figure_rows, known_then
from hub.store.database import Connection
from hub.store.figure_rows import CampaignName, ReportRow
from hub.store.known_then import Marks


def figures_then(
    core: Core, connection: Connection, ask: Ask, regimes: Collection[str], unit_ids: frozenset[str] | None,
    at: datetime,
) -> Found:  # fmt: skip
    """What a roll-up at that moment would have stored, of all units or of some."""
    opened = as_known.opened_by(core, connection, regimes, at)
    named = {*with_earlier(ask, opened), *_parts_of_longer(ask, opened)}
    longer = _longer(core, ask, named)
    kept, again = _apart(named, longer, known_then.marks(connection, {*named, *longer}, at))
    then = as_known.campaigns_then(connection, again, at)
    made = as_known.aggregates_then(core, then, at)
    stored_rows = figure_rows.rows(connection, kept - made.keys(), unit_ids)
    rows = [rolled(core, row) for row in stored_rows]
    rows += [rolled(core, each) for its in made.values() for each in its]
    rows = [replace(row, at=min(row.at or at, at)) for row in rows if unit_ids is None or row.unit_id in unit_ids]
    before, units = missing_units(core, ask, Chosen(core.orgs, ask), rows)
    earlier = [name for name in named if Period.parse(name[1]) in before]
    reports = figure_rows.reports(connection, [name for name in earlier if name not in again], units)
    known = reports_then({name: then[name] for name in earlier if name in then})
    closings = figure_rows.last_deadlines(connection, named - again) | closings_then(then)
    return Found(rows, closings, [*reports, *(row for row in known if row.unit_id in units)])


def _apart(
    named: set[CampaignName], longer: Mapping[CampaignName, Sequence[CampaignName]], marks: Marks
) -> tuple[set[CampaignName], set[CampaignName]]:
    """(what is read as it is stored, what is rolled up again): a longer period is made again with all its parts."""
    kept = {name for name in named if marks.unchanged(name)}
    still = {name for name, parts in longer.items() if kept.issuperset(parts) and marks.follows(name, parts)}
    again = (named - kept) | {part for name, parts in longer.items() if name not in still for part in parts}
    return (kept - again) | still, again


def _longer(core: Core, ask: Ask, named: Collection[CampaignName]) -> dict[CampaignName, list[CampaignName]]:
    """The longer periods asked for that these campaigns fill wholly, each with its parts."""
    found: dict[CampaignName, list[CampaignName]] = {}
    for key, code in named:
        for edition, period in aggregation.longer_periods(core, core.catalog.edition(key), Period.parse(code)):
            name = edition.key, period.code
            if ask.holds_period(period) and name not in found:
                found[name] = campaigns_of(core.catalog.regimes[edition.regime].editions, edition, period)
    return {name: parts for name, parts in found.items() if parts and set(parts) <= set(named)}


def _parts_of_longer(ask: Ask, opened: Collection[CampaignName]) -> list[CampaignName]:
    """The campaigns that longer periods may be made of: those within the days that were asked for."""
    if ask.frequency is not None and ask.frequency not in LONGER:
        return []
    days = Ask((), ask.first, ask.last)
    return [name for name in opened if days.holds_period(Period.parse(name[1]))]


def closings_then(then: Mapping[CampaignName, CampaignThen]) -> dict[CampaignName, datetime]:
    """When the last deadline of each campaign was over."""
    return {name: its.closing for name, its in then.items() if its.closing is not None}


def reports_then(then: Mapping[CampaignName, CampaignThen]) -> list[ReportRow]:
    """Each unit's report that counted."""
    return [
        ReportRow(key, code, path.rsplit("/", 1)[-1], path, figures, presence)
        for (key, code), its in then.items()
        for path, figures, presence in zip(its.standing.paths, its.standing.figures, its.standing.presence, strict=True)
    ]
