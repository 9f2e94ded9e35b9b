"""The figures as they were known at any moment of the past: what counted then, rolled up by the same code as today's.

Which version of each report counted is read from the decisions taken by then; the versions themselves never change. So
nothing needs to have been kept at that moment. The number of statements does not depend on how many campaigns are asked
for at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.packing import FigureOverflow
from hub.domain.period import Period
from hub.domain.standing_history import stood
from hub.domain.tiling import tiles
from hub.errors import Refused
from hub.services import aggregation
from hub.services.core import Core
from hub.store import known_then
from hub.store.aggregates import Aggregate
from hub.store.database import Connection
from hub.store.figure_rows import CampaignName
from hub.store.instants import from_text
from hub.store.versions import Standings

Line = tuple[str, str, bool]
"""A unit's path, its state, and whether it was excluded."""


@dataclass
class CampaignThen:
    """A campaign at a moment: the versions that counted, what was owed and not simply accepted, its last deadline.

    ``touched``: somebody had sent or been excluded, so there was something to roll up.
    """

    standing: Standings
    lines: list[Line] = field(default_factory=list)
    closing: datetime | None = None
    touched: bool = False


def opened_by(core: Core, connection: Connection, regimes: Collection[str], at: datetime) -> list[CampaignName]:
    """The campaigns of these regimes that had been opened."""
    keys = [edition.key for regime in regimes for edition in core.catalog.regimes[regime].editions]
    return known_then.campaigns(connection, keys, at)


def campaigns_then(
    connection: Connection, named: Collection[CampaignName], at: datetime
) -> dict[CampaignName, CampaignThen]:
    """These campaigns as they stood; those that had not been opened are absent."""
    steps = known_then.steps(connection, named, at)
    versions = known_then.accepted(connection, named, at)
    moved = known_then.deadlines_since(connection, named, at)
    closings: dict[CampaignName, str] = {}
    columns: dict[CampaignName, list[tuple[str, str, int, str, bytes, bytes]]] = defaultdict(list)
    found: dict[CampaignName, CampaignThen] = {}
    for each in known_then.opened(connection, named, at):
        name = each.edition, each.period
        then = found.setdefault(name, CampaignThen(Standings()))
        its = stood(steps.get(each.id, ()))
        then.touched |= its.touched
        if its.counting is not None and not its.excluded:
            version = versions[each.id, its.counting]
            columns[name].append(
                (each.unit_path, each.id, its.counting, version.sha256, version.figures, version.presence)
            )
        if its.stage != "standing":
            then.lines.append((each.unit_path, its.state, its.excluded))
        if not its.excluded:
            closings[name] = max(closings.get(name, ""), moved.get(each.id, each.due_at))
    for name, due in closings.items():
        found[name].closing = from_text(due)
    for name, rows in columns.items():
        found[name].standing = Standings(*zip(*rows, strict=True))
    return found


def aggregates_then(
    core: Core, then: Mapping[CampaignName, CampaignThen], at: datetime
) -> dict[CampaignName, list[Aggregate]]:
    """What a roll-up at that moment made of these campaigns, and of the longer periods that they fill wholly.

    Refused if a total is beyond what can be kept, as the roll-up itself refuses it.
    """
    try:
        made = {name: _rolled_up(core, name, its, at) for name, its in then.items() if its.touched}
        return made | _longer(core, made, at)
    except FigureOverflow as error:
        raise Refused(
            f"Tổng của chỉ tiêu {error.address} vượt quá giới hạn lưu trữ.",
            f"The total of {error.address} is beyond what can be kept.",
        ) from error


def _rolled_up(core: Core, name: CampaignName, its: CampaignThen, at: datetime) -> list[Aggregate]:
    edition = core.catalog.edition(name[0])
    return aggregation.rolled_up(edition, Period.parse(name[1]), its.standing, its.lines, "", at)


def _longer(
    core: Core, made: Mapping[CampaignName, list[Aggregate]], at: datetime
) -> dict[CampaignName, list[Aggregate]]:
    found: dict[CampaignName, list[Aggregate]] = {}
    for key, code in made:
        for edition, period in aggregation.longer_periods(core, core.catalog.edition(key), Period.parse(code)):
            if (edition.key, period.code) in found:
                continue
            editions = core.catalog.regimes[edition.regime].editions
            tiled = tiles([each for each in editions if each.valid_from <= edition.valid_from], period)
            parts = [made.get((its.key, part.code)) for its, part in tiled]
            known = [part for part in parts if part is not None]
            if tiled and len(known) == len(parts):
                its_parts = aggregation.brought_together(core, edition, period, tiled, known, "", at)
                found[edition.key, period.code] = its_parts
    return found
