"""Provinces as squares in the shape of the country: each with its name and its figure, archipelagos with their own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hub.domain.chart import TONES, Island, Tile, Tiles, Tone
from hub.domain.chart_axis import class_of, classes_of, shortened
from hub.domain.chart_table import NO_FIGURE, PROVISIONAL
from hub.domain.form import Label
from hub.writers.charts.heat import tone_key
from hub.writers.charts.legend import legend
from hub.writers.charts.svg import Drawing, Paper, rect, text, told, wrapped

WIDE, HIGH = 50, 46
LETTERS = 7
"""What fits a square in a line."""


def draw_tiles(chart: Tiles, paper: Paper) -> Drawing:
    """The map at one size for all: seven squares fit a telephone."""
    places = [(tile.x, tile.y) for tile in chart.tiles] + [(island.x, island.y) for island in chart.islands]
    columns = max((x for x, _ in places), default=0) + 1
    rows = max((y for _, y in places), default=0) + 1
    width = max(columns * WIDE, 300)
    bounds = classes_of([tile.mark.value for tile in chart.tiles if tile.mark.value is not None], chart.classes)
    drawn, top = legend(paper, _keys(chart, bounds, paper), 0, width)
    top += 4
    drawn += "".join(_tile(chart, tile, bounds, paper, top) for tile in chart.tiles)
    drawn += "".join(_island(chart, island, bounds, paper, top) for island in chart.islands)
    return Drawing(width, top + rows * HIGH + 2, drawn)


def _class(chart: Tiles, tile: Tile, bounds: Sequence[Decimal]) -> str:
    mark = tile.mark
    hollow = " ch-provisional" if mark.provisional else ""
    if chart.by == "tone" or mark.value is None:
        return f"ch-cell ch-{mark.tone if mark.value is not None else 'none'}{hollow}"
    return f"ch-cell ch-c{_step(class_of(mark.value, bounds), len(bounds))}{hollow}"


def _step(place: int, classes: int) -> int:
    """Which of the five shades a class has: the greatest class always the strongest."""
    return 4 if classes < 2 else 4 * place // (classes - 1)


def _keys(chart: Tiles, bounds: Sequence[Decimal], paper: Paper) -> list[tuple[str, str]]:
    keys = _tone_keys(chart, paper) if chart.by == "tone" else _class_keys(chart, bounds, paper)
    if any(tile.mark.value is None for tile in chart.tiles):
        keys.append((tone_key("none"), f"– {paper.say(NO_FIGURE)}"))
    if any(tile.mark.provisional for tile in chart.tiles):
        keys.append((rect(1, 1, 13, 10, "ch-cell ch-provisional"), paper.say(PROVISIONAL)))
    return keys


def _tone_keys(chart: Tiles, paper: Paper) -> list[tuple[str, str]]:
    words: dict[Tone, Label] = dict(chart.words)
    used = {tile.mark.tone for tile in chart.tiles if tile.mark.value is not None}
    tones = [tone for tone in TONES if tone in used]
    return [
        (tone_key(tone), f"{TONES[tone][0]} {paper.say(words.get(tone, TONES[tone][1]))}".strip()) for tone in tones
    ]


def _class_keys(chart: Tiles, bounds: Sequence[Decimal], paper: Paper) -> list[tuple[str, str]]:
    """What a class reaches from and to: figures that are there, never invented bounds."""
    keys = [("", paper.say(chart.quantity.unit))] if chart.quantity.unit.vi else []
    values = sorted(tile.mark.value for tile in chart.tiles if tile.mark.value is not None)
    for place in range(len(bounds)):
        inside = [value for value in values if class_of(value, bounds) == place]
        ends = [paper.say(shortened(value, chart.quantity.decimals)) for value in (inside[0], inside[-1])]
        words = ends[0] if ends[0] == ends[1] else f"{ends[0]} – {ends[1]}"
        keys.append((rect(1, 1, 13, 10, f"ch-cell ch-c{_step(place, len(bounds))}"), words))
    return keys


def _tile(chart: Tiles, tile: Tile, bounds: Sequence[Decimal], paper: Paper, top: int) -> str:
    x, y = tile.x * WIDE, top + tile.y * HIGH
    lines = wrapped(tile.short, WIDE - 3, size=10)
    names = "".join(
        text(x + WIDE // 2, y + (13 if len(lines) == 2 else 18) + 11 * place, words, "ch-name", "middle")
        for place, words in enumerate(lines)
    )
    figure = text(x + WIDE // 2, y + 38, _figure(chart, tile, paper), "ch-figure", "middle")
    body = rect(x + 1, y + 1, WIDE - 2, HIGH - 2, None, 3) + names + figure
    words = paper.said(tile.name, tile.mark, chart.quantity)
    return told(words, body, href=tile.mark.href, class_=_class(chart, tile, bounds))


def _figure(chart: Tiles, tile: Tile, paper: Paper) -> str:
    if tile.mark.value is None:
        return "–"
    figure = paper.say(shortened(tile.mark.value, chart.quantity.decimals))
    if len(figure) > LETTERS:  # the whole figure is in the table and in the square's own words
        figure = paper.say(shortened(tile.mark.value, 0))
    return f"{TONES[tile.mark.tone][0]} {figure}".strip() if chart.by == "tone" else figure


def _island(chart: Tiles, island: Island, bounds: Sequence[Decimal], paper: Paper, top: int) -> str:
    """An archipelago stands in the colour of the province that it belongs to."""
    tile = chart.tiles[island.of]
    x, y = island.x * WIDE, top + island.y * HIGH
    lines = wrapped(paper.say(island.name), WIDE - 2, size=10)
    names = "".join(
        text(x + WIDE // 2, y + 29 + 11 * place, words, "ch-name", "middle") for place, words in enumerate(lines)
    )
    dots = "".join(rect(x + WIDE // 2 + dx, y + dy, 6, 5, None, 2) for dx, dy in ((-11, 9), (-2, 4), (5, 11)))
    words = f"{paper.say(island.name)} ({paper.said(tile.name, tile.mark, chart.quantity)})"
    return told(words, dots + names, href=tile.mark.href, class_=_class(chart, tile, bounds))
