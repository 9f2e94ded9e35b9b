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
from hub.services.figure_asking import Ask
from hub.services.figure_sources import Found, campaigns_of, rolled, weighing, with_earlier
from hub.store import figure_rows, known_then
from hub.store.database import Connection
from hub.store.figure_rows import CampaignName, Gap, ReportRow
from hub.store.known_then import Marks


def figures_then(
    core: Core, connection: Connection, ask: Ask, regimes: Collection[str], unit_ids: frozenset[str] | None,
    at: datetime,
) -> Found:  # fmt: skip
    """What a roll-up at that moment would have stored, of all units or of some."""
    opened = as_known.opened_by(core, connection, regimes, at)
    longer = longer_asked(core, ask, opened)
    named = {*with_earlier(ask, opened), *(part for parts in longer.values() for part in parts)}
    kept, again = _apart(named, longer, known_then.marks(connection, {*named, *longer}, at))
    then = as_known.campaigns_then(connection, again, at)
    made = as_known.aggregates_then(core, then, at)
    stored_rows = figure_rows.rows(connection, kept - made.keys(), unit_ids)
    rows = [rolled(core, row) for row in stored_rows]
    rows += [rolled(core, each) for its in made.values() for each in its]
    rows = [replace(row, at=min(row.at or at, at)) for row in rows if unit_ids is None or row.unit_id in unit_ids]
    wanted, units = weighing(core, ask, rows, named)
    earlier = [name for name in wanted if name in named]
    reports = figure_rows.reports(connection, [name for name in earlier if name not in again], units)
    known = reports_then({name: then[name] for name in earlier if name in then})
    closings = figure_rows.last_deadlines(connection, named - again) | closings_then(then)
    gaps = [Gap(row.edition.key, row.period.code, row.unit_id, row.coverage.missing) for row in rows]
    return Found(rows, closings, [*reports, *(row for row in known if row.unit_id in units)], gaps)


def _apart(
    named: set[CampaignName], longer: Mapping[CampaignName, Sequence[CampaignName]], marks: Marks
) -> tuple[set[CampaignName], set[CampaignName]]:
    """(what is read as it is stored, what is rolled up again): a longer period is made again with all its parts."""
    kept = {name for name in named if marks.unchanged(name)}
    still = {name for name, parts in longer.items() if kept.issuperset(parts) and marks.follows(name, parts)}
    again = (named - kept) | {part for name, parts in longer.items() if name not in still for part in parts}
    return (kept - again) | still, again


def longer_asked(core: Core, ask: Ask, there: Collection[CampaignName]) -> dict[CampaignName, list[CampaignName]]:
    """The longer periods asked for that these campaigns fill wholly, and the one before each; with their parts."""
    found: dict[CampaignName, list[CampaignName]] = {}
    if ask.frequency is not None and ask.frequency not in LONGER:
        return found
    known = frozenset(there)
    for key, code in there:
        for edition, period in aggregation.longer_periods(core, core.catalog.edition(key), Period.parse(code)):
            if (edition.key, period.code) not in found:
                parts = campaigns_of(core.catalog.regimes[edition.regime].editions, edition, period)
                found[edition.key, period.code] = parts if known.issuperset(parts) else []
    kept = set(with_earlier(ask, [name for name, parts in found.items() if parts]))
    return {name: parts for name, parts in found.items() if name in kept}


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
