"""The figures of single units below a province, from their own reports in force.

A quarter, half-year or year that nobody reports itself is brought together from a unit's own shorter reports as a
province's is from its aggregates: flows are summed, of a stock the last part counts, ratios are made again from their
parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from hub.domain.filing import STANDING
from hub.domain.form import Address
from hub.domain.org import NATION
from hub.domain.packing import Packed
from hub.domain.period import Period
from hub.domain.rebasing import Rolled, forerunners, own_figures, stands_on
from hub.domain.regime import Edition
from hub.domain.rollup import Coverage
from hub.domain.visibility import is_within
from hub.errors import BadRequest
from hub.services import aggregation, as_known
from hub.services.core import Core
from hub.services.figure_access import Reach
from hub.services.figure_asking import Ask, bodies
from hub.services.figure_sources import Found
from hub.services.figures_then import closings_then, longer_asked, reports_then
from hub.store import figure_rows
from hub.store.aggregates import Aggregate
from hub.store.database import Connection
from hub.store.figure_rows import CampaignName, ReportRow

Owed = tuple[CampaignName, str, str, bool]
"""(campaign, unit path, state, excluded) of one obligation."""


def commune_rows(
    core: Core, connection: Connection, ask: Ask, reaches: Mapping[str, Reach], at: datetime | None
) -> Found:
    """One row for each unit below ``ask.within`` that owed a report of the period or of a part of it, and may be seen.

    ``at``: as known at a moment of the past. Longer periods are there once all their parts are. BadRequest without a
    province.
    """
    paths = _paths(core, ask)
    if at is None:
        keys = [edition.key for regime in reaches for edition in core.catalog.regimes[regime].editions]
        named = _wanted(core, ask, figure_rows.campaigns(connection, keys))
        reports = figure_rows.reports(connection, named, within=paths)
        owed: list[Owed] = [
            (name, path, state, excluded)
            for name, _, path, state, excluded, _ in figure_rows.obligations(connection, named, paths)
        ]
        closings = figure_rows.last_deadlines(connection, named)
    else:
        opened = as_known.opened_by(core, connection, reaches, at)
        then = as_known.campaigns_then(connection, _wanted(core, ask, opened), at)
        then = {name: its for name, its in then.items() if its.touched}
        reports = [row for row in reports_then(then) if _below(row.unit_path, paths)]
        lines = [(name, *line) for name, its in then.items() for line in its.lines if _below(line[0], paths)]
        owed = [*((_name(row), row.unit_path, "accepted", False) for row in reports), *lines]
        closings = closings_then(then)
        named = list(then)
    rows = _rows(core, reports, owed, reaches, at)
    return Found([*rows, *_longer(core, ask, named, rows)], closings)


def _wanted(core: Core, ask: Ask, there: Collection[CampaignName]) -> list[CampaignName]:
    """The campaigns asked for, and those that the longer periods asked for are made of."""
    longer = longer_asked(core, ask, there)
    parts = {part for (_, code), its in longer.items() if ask.holds_period(Period.parse(code)) for part in its}
    return [name for name in there if name in parts or ask.holds_period(Period.parse(name[1]))]


def _longer(core: Core, ask: Ask, there: Collection[CampaignName], rows: Sequence[Rolled]) -> Iterator[Rolled]:
    """The longer periods asked for that these campaigns fill wholly, from the rows of their parts."""
    by_name: dict[CampaignName, list[Rolled]] = {}
    for row in rows:
        by_name.setdefault((row.edition.key, row.period.code), []).append(row)
    for (key, code), parts in longer_asked(core, ask, there).items():
        period = Period.parse(code)
        if ask.holds_period(period):
            columns = {part: by_name.get(part, []) for part in parts}
            yield from _brought_together(core, core.catalog.edition(key), period, columns)


def _brought_together(
    core: Core, edition: Edition, period: Period, columns: Mapping[CampaignName, Sequence[Rolled]]
) -> Iterator[Rolled]:
    """Each unit's own figures of a longer period; what does not apply to it in any part does not in the whole."""
    tiled = [(core.catalog.edition(key), Period.parse(code)) for key, code in columns]
    rows = [row for column in columns.values() for row in column]
    at = max((row.at for row in rows if row.at is not None), default=None)
    made = [[_as_aggregate(row) for row in column] for column in columns.values()]
    day = aggregation.last_day_of(core, tiled)
    marks: dict[str, list[frozenset[Address]]] = {}
    for row in rows:
        said = frozenset(row.edition.figures[slot].address for slot in row.not_applicable)
        marks.setdefault(stands_on(core.orgs, row.unit_id, day), []).append(said)
    for one in aggregation.brought_together(core, edition, period, tiled, made, "", _NO_MOMENT):
        without = frozenset.intersection(*marks[one.unit_id])
        slots = frozenset(edition.slot[address] for address in without if address in edition.slot)
        yield Rolled(edition, period, one.unit_id, one.vector, one.coverage, at, True, slots)


_NO_MOMENT = datetime.min.replace(tzinfo=UTC)


def _as_aggregate(row: Rolled) -> Aggregate:
    """A unit's own report in the shape that periods are brought together from."""
    return Aggregate(
        row.edition.key, row.period.code, row.unit_id, "", row.vector, row.coverage, (), (), row.at or _NO_MOMENT
    )


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
