"""The rows of figures as they were known at a moment of the past, with what stood beside them then."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from hub.domain.period import Period
from hub.domain.tiling import LONGER
from hub.services import as_known
from hub.services.as_known import CampaignThen
from hub.services.core import Core
from hub.services.figure_asking import Ask, Chosen
from hub.services.figure_sources import Found, missing_units, rolled, with_earlier
from hub.store.database import Connection
from hub.store.figure_rows import CampaignName, ReportRow


def known_then(
    core: Core, connection: Connection, ask: Ask, regimes: Collection[str], unit_ids: frozenset[str] | None,
    at: datetime,
) -> Found:  # fmt: skip
    """What a roll-up at that moment would have stored, of all units or of some. Five statements."""
    opened = as_known.opened_by(core, connection, regimes, at)
    named = {*with_earlier(ask, opened), *_parts_of_longer(ask, opened)}
    then = as_known.campaigns_then(connection, named, at)
    rows = [
        rolled(core, each)
        for made in as_known.aggregates_then(core, then, at).values()
        for each in made
        if unit_ids is None or each.unit_id in unit_ids
    ]
    before, units = missing_units(core, ask, Chosen(core.orgs, ask), rows)
    earlier = {name: its for name, its in then.items() if Period.parse(name[1]) in before}
    reports = [row for row in reports_then(earlier) if row.unit_id in units]
    return Found(rows, closings_then(then), reports)


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


def _parts_of_longer(ask: Ask, opened: Collection[CampaignName]) -> list[CampaignName]:
    """The campaigns that longer periods may be made of: those within the days that were asked for."""
    if ask.frequency is not None and ask.frequency not in LONGER:
        return []
    days = Ask((), ask.first, ask.last)
    return [name for name in opened if days.holds_period(Period.parse(name[1]))]
