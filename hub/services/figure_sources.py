"""What the series of a regime are made of: its rows of figures by period, when each campaign is over, what was
published, and what single units reported before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from hub.domain.form import Address
from hub.domain.observation import Measure
from hub.domain.period import Period
from hub.domain.rebasing import Place, Rolled, forerunners, places_of
from hub.domain.regime import Edition
from hub.domain.tiling import tiles
from hub.services.core import Core
from hub.services.figure_asking import Ask
from hub.services.published_figures import Published
from hub.store import figure_rows
from hub.store.aggregates import Aggregate
from hub.store.database import Connection
from hub.store.figure_rows import CampaignName, FigureRow, Gap, ReportRow

_period = lru_cache(maxsize=1024)(Period.parse)
"""Thousands of rows share few periods."""


@dataclass(frozen=True)
class Found:
    """What was read: rows of figures, when campaigns are over, and earlier reports of the units that are missing.

    ``gaps``: who is missing in each part of the longer periods.
    """

    rows: Sequence[Rolled]
    closings: Mapping[CampaignName, datetime]
    reports: Sequence[ReportRow] = ()
    gaps: Sequence[Gap] = ()


@dataclass
class Source:
    """One regime's figures. ``latest``: the edition that names them; ``closings``: when a campaign's last deadline is
    over; ``editions``: all of the regime."""

    regime: str
    latest: Edition
    editions: Sequence[Edition]
    measures: tuple[Measure, ...]
    rolled: Mapping[Period, Sequence[Rolled]]
    closings: Mapping[CampaignName, datetime]
    reports: Sequence[ReportRow]
    published: Published
    gaps: Sequence[Gap] = ()
    _places: dict[str, Mapping[Address, Place]] = field(default_factory=dict)
    _closed: dict[tuple[str, Period], datetime | None] = field(default_factory=dict)

    def place(self, edition: Edition, measure: Measure) -> Place | None:
        """Where a measure stands in the vectors of an edition; None where its series had not begun."""
        if edition.key not in self._places:
            addresses = [each.address for each in self.measures]
            self._places[edition.key] = places_of(self.latest, edition, self.editions, addresses)
        return self._places[edition.key].get(measure.address)

    def closed(self, rolled: Rolled, at: datetime) -> bool:
        """True if every deadline of what went into it is over; for a longer period of every part."""
        name = rolled.edition.key, rolled.period
        if name not in self._closed:
            parts = campaigns_of(self.editions, rolled.edition, rolled.period)
            known = [closing for part in parts if (closing := self.closings.get(part)) is not None]
            self._closed[name] = max(known) if known and len(known) == len(parts) else None
        closing = self._closed[name]
        return closing is not None and closing <= at


def campaigns_of(editions: Sequence[Edition], edition: Edition, period: Period) -> list[CampaignName]:
    """The campaigns whose reports make a period: itself, or the shorter ones that a longer one is made of."""
    if period.frequency in edition.frequencies:
        return [(edition.key, period.code)]
    known = [each for each in editions if each.valid_from <= edition.valid_from]
    return [(its.key, part.code) for its, part in tiles(known, period)]


def by_period(rows: Iterable[Rolled], regime: str) -> dict[Period, list[Rolled]]:
    """A regime's rows by period; of a period that two editions have, the later edition's."""
    found: dict[Period, list[Rolled]] = {}
    for row in rows:
        if row.edition.regime == regime:
            found.setdefault(row.period, []).append(row)
    return {period: _latest(its) for period, its in found.items()}


def _latest(rows: Sequence[Rolled]) -> list[Rolled]:
    latest = max(rows, key=lambda each: each.edition.valid_from).edition.key
    return [each for each in rows if each.edition.key == latest]


def with_earlier(ask: Ask, there: Collection[CampaignName]) -> list[CampaignName]:
    """The campaigns asked for, and of each the one before it, by whose figures the missing are weighed."""
    asked = {period for period in {_period(code) for _, code in there} if ask.holds_period(period)}
    wanted = asked if ask.plain else asked | {period.previous() for period in asked}
    return [name for name in there if _period(name[1]) in wanted]


def weighing(
    core: Core, ask: Ask, rows: Iterable[Rolled], there: Iterable[CampaignName]
) -> tuple[set[CampaignName], set[str]]:
    """(campaigns, units): whose earlier reports tell how much of the figures asked for is missing.

    The campaigns before, of a longer period all that made the one before it. The units are those missing now and all
    whom they took over from.
    """
    before, longer, units = set[Period](), set[tuple[str, Period]](), set[str]()
    for row in rows:
        if not row.coverage.missing or not ask.weighs(row.period) or not ask.holds_period(row.period):
            continue
        if (earlier := row.period.previous()) is None:
            continue
        units.update(row.coverage.missing)
        if row.brought_together:
            longer.add((row.edition.regime, earlier))
        else:
            before.add(earlier)
    named = {name for name in there if _period(name[1]) in before}
    named.update(part for regime, period in longer for part in _parts_on(core, regime, period))
    return named, units.union(*(forerunners(core.orgs, unit) for unit in units))


def _parts_on(core: Core, regime: str, period: Period) -> list[CampaignName]:
    """The campaigns that make a longer period under the edition in force at its end."""
    edition = core.catalog.regimes[regime].edition_on(period.end)
    return campaigns_of(core.catalog.regimes[regime].editions, edition, period) if edition is not None else []


# --- what is stored now ----------------------------------------------------------------------------------------------


def stored(
    core: Core, connection: Connection, ask: Ask, regimes: Collection[str], unit_ids: frozenset[str] | None
) -> Found:
    """The stored aggregates, of all units or of some, and what stands beside them. Five statements."""
    keys = [edition.key for regime in regimes for edition in core.catalog.regimes[regime].editions]
    there = figure_rows.campaigns(connection, keys)
    named = with_earlier(ask, there)
    rows = [rolled(core, row) for row in figure_rows.rows(connection, named, unit_ids)]
    made_of = {part for row in named for part in _made_of(core, row)}
    reports = figure_rows.reports(connection, *weighing(core, ask, rows, there))
    gaps = figure_rows.gaps(connection, _incomplete_parts(core, ask, rows), unit_ids)
    return Found(rows, figure_rows.last_deadlines(connection, made_of), reports, gaps)


def _incomplete_parts(core: Core, ask: Ask, rows: Iterable[Rolled]) -> set[CampaignName]:
    """The parts of the longer periods asked for in which somebody is missing."""
    longer = {
        (row.edition.key, row.period.code)
        for row in rows
        if row.brought_together and row.coverage.missing and ask.weighs(row.period) and ask.holds_period(row.period)
    }
    return {part for name in longer for part in _made_of(core, name)}


def rolled(core: Core, row: FigureRow | Aggregate) -> Rolled:
    """An aggregate as a row of figures."""
    edition, period = core.catalog.edition(row.edition), _period(row.period)
    return Rolled(edition, period, row.unit_id, row.vector, row.coverage, row.at)


def _made_of(core: Core, name: CampaignName) -> Iterator[CampaignName]:
    edition = core.catalog.edition(name[0])
    yield from campaigns_of(core.catalog.regimes[edition.regime].editions, edition, Period.parse(name[1]))
