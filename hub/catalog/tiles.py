"""Reads where provinces stand on a tile map from ``report_schemas/orgunits/tiles.csv``.

A line places a unit in the grid that begins on a day; ``part`` is empty, or ``island`` for an archipelago of the unit.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable

from hub.domain.tile_grid import TileGrid, TilePlace
from hub.errors import SchemaError

_PARTS = frozenset({"", "island"})


def load_tiles(folder: Traversable | None = None) -> tuple[TileGrid, ...]:
    """The grids in order of their first days. SchemaError lists every line that does not hold."""
    source = (folder or files("report_schemas") / "orgunits") / "tiles.csv"
    squares: dict[date, dict[str, TilePlace]] = {}
    islands: dict[date, list[tuple[str, TilePlace]]] = {}
    problems: list[str] = []
    reader = csv.DictReader(io.StringIO(source.read_text(encoding="utf-8")))
    for row in reader:
        try:
            first, unit_id, place = _place(row)
        except ValueError as error:
            problems.append(f"tiles.csv:{reader.line_num}: {error}")
            continue
        found = squares.setdefault(first, {})
        if row["part"]:
            islands.setdefault(first, []).append((unit_id, place))
        elif unit_id in found:
            problems.append(f"tiles.csv:{reader.line_num}: unit {unit_id} has a square already")
        else:
            found[unit_id] = place
    if problems:
        raise SchemaError(problems)
    return tuple(TileGrid(first, squares[first], tuple(islands.get(first, ()))) for first in sorted(squares))


def _place(row: dict[str, str]) -> tuple[date, str, TilePlace]:
    if row["part"] not in _PARTS:
        raise ValueError(f"part {row['part']!r} is none of {sorted(_PARTS)}")
    if not row["unit_id"] or not row["short"]:
        raise ValueError("unit_id and short must be filled")
    return date.fromisoformat(row["grid_from"]), row["unit_id"], TilePlace(int(row["x"]), int(row["y"]), row["short"])
