"""What moved: the national figures farthest from last period's, and which of them swing by their edition's rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from hub.domain.form import Address
from hub.domain.measures import measure_names
from hub.domain.observation import Measure
from hub.domain.org import NATION
from hub.domain.packing import PRESENT
from hub.domain.period import Period
from hub.domain.regime import Edition, Swing
from hub.domain.rollup import Coverage, Vector
from hub.domain.series import vector_as
from hub.domain.swings import Moved, moved_between
from hub.services.core import Core
from hub.store import figure_rows
from hub.store.database import Connection
from hub.store.figure_rows import FigureRow
from hub.store.punctuality import Campaign

ALIKE = Decimal(5)
"""Per cent: two periods whose shares of accepted reports differ by more are not like each other."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A national figure and last period's, with who was in each. Its measure has its edition's own words.

    ``swings``: so far that a unit would be asked why; ``share``: how many times the greater is the smaller.
    """

    measure: Measure
    edition: str
    period: Period
    before: Decimal
    after: Decimal
    coverage_before: Coverage
    coverage_after: Coverage
    share: Decimal
    swings: bool

    @property
    def alike(self) -> bool:
        """False where the figure may have moved only because many more, or many fewer, units are in it."""
        before, after = (_share(each) for each in (self.coverage_before, self.coverage_after))
        return abs(after - before) <= ALIKE


def _share(coverage: Coverage) -> Decimal:
    return Decimal(coverage.accepted) * 100 / Decimal(coverage.obliged) if coverage.obliged else Decimal(0)


def movements(core: Core, connection: Connection, campaigns: Collection[Campaign], most: int) -> list[Movement]:
    """The farthest moves of each regime's latest period against the one before, at most so many.

    Figures that rest on like coverage first, of these the ones that swing, then the farthest; of one form only its
    farthest, so that one report does not fill the page. ``campaigns``: those to look at.
    """
    wanted = latest_pairs(campaigns)
    named = [campaign for pair in wanted for campaign in pair]
    rows = figure_rows.rows(connection, named, {NATION})
    found = {(row.edition, row.period): row for row in rows}
    moves = [move for now, before in wanted if now in found and before in found
             for move in _moves(core, found[now], found[before])]  # fmt: skip
    moves.sort(key=lambda each: (not each.alike, not each.swings, -each.share, each.measure.key))
    return list(_one_a_form(moves))[:most]


def latest_pairs(campaigns: Collection[Campaign]) -> list[tuple[Campaign, Campaign]]:
    """Of each regime the latest period of its shortest kind together with the one right before it."""
    by_series: dict[str, dict[Period, Campaign]] = {}
    for edition, code in sorted(campaigns):
        by_series.setdefault(edition.partition("/")[0], {})[Period.parse(code)] = edition, code
    pairs = []
    for known in by_series.values():
        newest = sorted(known, key=lambda period: (period.end, period.start), reverse=True)
        for period in newest:
            before = period.previous()
            if before is not None and before in known:
                pairs.append((known[period], known[before]))
                break
    return pairs


def _moves(core: Core, now: FigureRow, before: FigureRow) -> Iterator[Movement]:
    edition, old = core.catalog.edition(now.edition), core.catalog.edition(before.edition)
    earlier = vector_as(edition, old, before.vector, core.catalog.regimes[edition.regime].editions)
    slots = _different(now.vector, earlier)
    after, then = _decimals(edition, slots, now.vector), _decimals(edition, slots, earlier)
    swinging = {moved.address for moved in moved_between(edition, after, then)}
    names, period = measure_names(edition), Period.parse(now.period)
    least = (edition.swing or Swing()).least
    for address, value in after.items():
        if abs(value - then[address]) >= least:
            yield Movement(
                names[str(address)], edition.key, period, then[address], value, before.coverage, now.coverage,
                Moved(address, then[address], value).share, address in swinging,
            )  # fmt: skip


def _different(now: Vector, before: Vector) -> Sequence[int]:
    """The slots in which both have a figure, and not the same."""
    both = (now.presence == PRESENT) & (before.presence == PRESENT) & (now.figures != before.figures)
    return [int(slot) for slot in np.flatnonzero(both)]


def _decimals(edition: Edition, slots: Sequence[int], vector: Vector) -> Mapping[Address, Decimal]:
    figures = edition.figures
    return {figures[slot].address: Decimal(int(vector.figures[slot])).scaleb(-figures[slot].decimals) for slot in slots}


def _one_a_form(moves: Sequence[Movement]) -> Iterator[Movement]:
    seen = set()
    for move in moves:
        form = move.measure.regime, move.measure.address.form
        if form not in seen:
            seen.add(form)
            yield move
