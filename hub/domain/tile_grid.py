"""Where each province's square stands on a tile map, by the set of provinces of a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from hub.domain.chart import MISSING, Caption, Island, Mark, Quantity, Tile, Tiles, Tone
from hub.domain.form import Label
from hub.domain.org import OrgUnit


class TilePlace(NamedTuple):
    """Column and line of a square, and the short name that stands in it."""

    x: int
    y: int
    short: str


@dataclass(frozen=True, slots=True)
class TileGrid:
    """The squares of the provinces from one day on, by unit id, and the archipelagos that belong to some of them."""

    first_day: date
    places: Mapping[str, TilePlace]
    islands: tuple[tuple[str, TilePlace], ...]


def grid_on(grids: Iterable[TileGrid], day: date) -> TileGrid:
    """The grid of the provinces of a day: the latest that had begun, else the first."""
    ordered = sorted(grids, key=lambda grid: grid.first_day)
    begun = [grid for grid in ordered if grid.first_day <= day]
    return begun[-1] if begun else ordered[0]


def tile_map(
    caption: Caption,
    quantity: Quantity,
    grid: TileGrid,
    units: Iterable[OrgUnit],
    marks: Mapping[str, Mark],
    *,
    by_tone: bool = False,
    words: tuple[tuple[Tone, Label], ...] = (),
) -> Tiles:
    """The map of those of ``units`` that have a square in the grid, each with its mark; without one it is missing."""
    placed = [unit for unit in units if unit.id in grid.places]
    order = {unit.id: place for place, unit in enumerate(placed)}
    tiles = tuple(
        Tile(*grid.places[unit.id][:2], unit.name, grid.places[unit.id].short, marks.get(unit.id, MISSING))
        for unit in placed
    )
    islands = tuple(
        Island(place.x, place.y, Label(place.short, place.short), order[unit_id])
        for unit_id, place in grid.islands
        if unit_id in order
    )
    return Tiles(caption, quantity, tiles, islands, "tone" if by_tone else "value", words=words)
