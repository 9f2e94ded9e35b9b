"""What the series of a regime are made of: its rolled-up rows by period, and when each campaign is over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.form import Address
from hub.domain.observation import Measure
from hub.domain.period import Period
from hub.domain.rebasing import Place, Rolled, places_of
from hub.domain.regime import Edition
from hub.domain.tiling import tiles
from hub.services.core import Core
from hub.services.figure_access import Reach
from hub.store import figure_rows
from hub.store.database import Connection
from hub.store.figure_rows import CampaignName


@dataclass
class Source:
    """One regime's figures. ``latest``: the edition that names them; ``closings``: when a campaign's last deadline is
    over; ``editions``: all of the regime."""

    regime: str
    latest: Edition
    editions: Sequence[Edition]
    measures: tuple[Measure, ...]
    reach: Reach
    rolled: Mapping[Period, Sequence[Rolled]]
    closings: Mapping[CampaignName, datetime]
    _places: dict[str, Mapping[Address, Place]] = field(default_factory=dict)

    def place(self, edition: Edition, measure: Measure) -> Place | None:
        """Where a measure stands in the vectors of an edition; None where its series had not begun."""
        if edition.key not in self._places:
            addresses = [each.address for each in self.measures]
            self._places[edition.key] = places_of(self.latest, edition, self.editions, addresses)
        return self._places[edition.key].get(measure.address)

    def closed(self, rolled: Rolled, at: datetime) -> bool:
        """True if every deadline of what went into it is over; for a longer period of every part."""
        closings = [self.closings.get(name) for name in campaigns_of(self.editions, rolled.edition, rolled.period)]
        return bool(closings) and all(closing is not None and closing <= at for closing in closings)


def campaigns_of(editions: Sequence[Edition], edition: Edition, period: Period) -> list[CampaignName]:
    """The campaigns whose reports make a period: itself, or the shorter ones that a longer one is made of."""
    if period.frequency in edition.frequencies:
        return [(edition.key, period.code)]
    known = [each for each in editions if each.valid_from <= edition.valid_from]
    return [(its.key, part.code) for its, part in tiles(known, period)]


def stored_rows(
    core: Core, connection: Connection, named: Collection[CampaignName], unit_ids: frozenset[str] | None
) -> list[Rolled]:
    """The stored aggregates of these campaigns, of all units or of some."""
    found = figure_rows.rows(connection, named, unit_ids) if named else []
    return [
        Rolled(
            core.catalog.edition(row.edition), Period.parse(row.period), row.unit_id, row.vector, row.coverage, row.at
        )
        for row in found
    ]


def closings_of(core: Core, connection: Connection, named: Iterable[CampaignName]) -> dict[CampaignName, datetime]:
    """When the last deadline is over of these campaigns and of those that they are made of."""
    made_of = set[CampaignName]()
    for key, code in named:
        edition = core.catalog.edition(key)
        made_of.update(campaigns_of(core.catalog.regimes[edition.regime].editions, edition, Period.parse(code)))
    return figure_rows.last_deadlines(connection, made_of) if made_of else {}


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
