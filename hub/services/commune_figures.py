"""The figures of single units below a province, from their own reports in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from hub.domain.filing import STANDING
from hub.domain.org import NATION
from hub.domain.packing import Packed
from hub.domain.period import Period
from hub.domain.rebasing import Rolled, forerunners, own_figures
from hub.domain.rollup import Coverage
from hub.domain.visibility import is_within
from hub.errors import BadRequest
from hub.services import as_known
from hub.services.core import Core
from hub.services.figure_access import Reach
from hub.services.figure_asking import Ask, bodies
from hub.services.figure_sources import Found
from hub.services.figures_then import closings_then, reports_then
from hub.store import figure_rows
from hub.store.database import Connection
from hub.store.figure_rows import CampaignName, ReportRow

Owed = tuple[CampaignName, str, str, bool]
"""(campaign, unit path, state, excluded) of one obligation."""


def commune_rows(
    core: Core, connection: Connection, ask: Ask, reaches: Mapping[str, Reach], at: datetime | None
) -> Found:
    """One row for each unit below ``ask.within`` that owed a report of the period, and may be seen.

    ``at``: as known at a moment of the past. Longer periods that no commune reports itself have none. BadRequest
    without a province.
    """
    paths = _paths(core, ask)
    if at is None:
        keys = [edition.key for regime in reaches for edition in core.catalog.regimes[regime].editions]
        named = [name for name in figure_rows.campaigns(connection, keys) if ask.holds_period(Period.parse(name[1]))]
        reports = figure_rows.reports(connection, named, within=paths)
        owed: list[Owed] = [
            (name, path, state, excluded)
            for name, _, path, state, excluded, _ in figure_rows.obligations(connection, named, paths)
        ]
        closings = figure_rows.last_deadlines(connection, named)
    else:
        opened = as_known.opened_by(core, connection, reaches, at)
        then = as_known.campaigns_then(
            connection, [name for name in opened if ask.holds_period(Period.parse(name[1]))], at
        )
        then = {name: its for name, its in then.items() if its.touched}
        reports = [row for row in reports_then(then) if _below(row.unit_path, paths)]
        lines = [(name, *line) for name, its in then.items() for line in its.lines if _below(line[0], paths)]
        owed = [*((_name(row), row.unit_path, "accepted", False) for row in reports), *lines]
        closings = closings_then(then)
    return Found(_rows(core, reports, owed, reaches, at), closings)


def _paths(core: Core, ask: Ask) -> list[str]:
    """Where the communes of the province stand and stood; on today's units also those of whom it took over from."""
    if ask.within is None or ask.within not in core.orgs.units or ask.within == NATION:
        raise BadRequest("Hãy chọn một tỉnh, thành phố.", "Choose a province.")
    its = bodies(core.orgs, ask.within)
    if ask.basis == "today":
        its = its.union(*(forerunners(core.orgs, unit) for unit in its))
    return [f"{NATION}/{unit}" for unit in sorted(its)]


def _below(path: str, above: Sequence[str]) -> bool:
    return any(path != each and is_within(path, each) for each in above)


def _name(row: ReportRow) -> CampaignName:
    return row.edition, row.period


def _rows(
    core: Core, reports: Iterable[ReportRow], owed: Collection[Owed], reaches: Mapping[str, Reach],
    at: datetime | None,
) -> list[Rolled]:  # fmt: skip
    packed = {(_name(row), row.unit_path): Packed(row.figures, row.presence) for row in reports}
    excluded = {(name, path): left_out for name, path, _, left_out in owed}
    states = {(name, path): state for name, path, state, _ in owed}
    found = []
    for (key, code), path in sorted(states):
        edition, unit_id = core.catalog.edition(key), path.rsplit("/", 1)[-1]
        if not reaches[edition.regime].holds_path(path):
            continue
        its = packed.get(((key, code), path))
        state, left_out = states[(key, code), path], excluded[(key, code), path]
        coverage = _coverage(unit_id, its is not None, state, left_out=left_out)
        found.append(own_figures(edition, Period.parse(code), unit_id, its, coverage, at))
    return found


def _coverage(unit_id: str, reported: bool, state: str, *, left_out: bool) -> Coverage:
    if left_out:
        return Coverage(0, 0, 0, (), (unit_id,))
    if reported or state in STANDING:
        return Coverage(1, 1, 0, (), ())
    return Coverage(1, 0, int(state == "submitted"), (unit_id,), ())
