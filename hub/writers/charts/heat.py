"""Units against columns as a field of cells; each says in signs what its colour says."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from hub.domain.chart import TONES, Heat, HeatCell, HeatColumn, HeatRow, Tone
from hub.domain.form import Label
from hub.writers.charts.legend import legend
from hub.writers.charts.svg import Drawing, Paper, element, fitted, rect, text, told, width_of, wrapped

NAMES, WIDE, HIGH, HEAD = 150, 46, 30, 150


def draw_heat(chart: Heat, paper: Paper) -> Drawing:
    """The field in its natural size, for a frame that scrolls: names at the left, columns' names upright on top."""
    width = max(NAMES + WIDE * len(chart.columns) + 4, 300)
    drawn, y = legend(paper, _keys(chart, paper), 0, width)
    head = _head_height(chart, paper)
    drawn += "".join(_heading(column, place, paper, y, head) for place, column in enumerate(chart.columns))
    y += head
    for row in chart.rows:
        drawn += _row(chart, row, paper, y)
        y += HIGH
    return Drawing(width, y + 2, drawn)


def _head_height(chart: Heat, paper: Paper) -> int:
    widest = max((width_of(paper.say(column.name)) for column in chart.columns), default=Decimal(0))
    return 20 if widest <= WIDE else int(min(widest, Decimal(HEAD))) + 12


def _heading(column: HeatColumn, place: int, paper: Paper, top: int, head: int) -> str:
    """The name of a column: upright, unless every name fits above its cells as it is."""
    x, name = NAMES + WIDE * place + WIDE // 2, paper.say(column.name)
    if head == 20:
        drawn = text(x, top + 14, name, None, "middle")
    else:
        turned = f"translate({x + 4} {top + head - 6}) rotate(-90)"
        drawn = element("text", escape(fitted(name, HEAD), quote=False), transform=turned)
    return told(paper.say(column.full or column.name), drawn, href=column.href)


def _keys(chart: Heat, paper: Paper) -> list[tuple[str, str]]:
    words: dict[Tone, Label] = dict(chart.words)
    used = {cell.tone for row in chart.rows for cell in row.cells if cell is not None}
    tones = [tone for tone in TONES if tone in used and (tone in words or tone != "plain")]
    return [
        (tone_key(tone), f"{TONES[tone][0]} {paper.say(words.get(tone, TONES[tone][1]))}".strip()) for tone in tones
    ]


def tone_key(tone: Tone) -> str:
    return rect(1, 1, 13, 10, f"ch-cell ch-{tone}")


def _row(chart: Heat, row: HeatRow, paper: Paper, y: int) -> str:
    lines = wrapped(paper.say(row.name), NAMES - 8)
    top = y + (19 if len(lines) == 1 else 12)
    name = "".join(text(0, top + 14 * place, words) for place, words in enumerate(lines))
    drawn = told(paper.say(row.name), name, href=row.href) if row.href else name
    for place, cell in enumerate(row.cells):
        if cell is not None:
            drawn += _cell(chart, row, cell, place, paper, y)
    return drawn


def _cell(chart: Heat, row: HeatRow, cell: HeatCell, place: int, paper: Paper, y: int) -> str:
    column = chart.columns[place]
    words = f"{paper.say(row.name)}, {paper.say(column.full or column.name)}: {paper.say(cell.words)}"
    x = NAMES + WIDE * place
    body = rect(x + 1, y + 1, WIDE - 2, HIGH - 2) + text(x + WIDE // 2, y + 19, cell.text, None, "middle")
    return told(words, body, href=cell.href, class_=f"ch-cell ch-{cell.tone}")
