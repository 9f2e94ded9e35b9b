"""A heat map on a page: a table whose cells lead on, coloured as it is drawn, said in words for who does not see."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from markupsafe import Markup

from hub.domain.chart import TONES, Heat, HeatCell, HeatColumn, HeatRow, Tone
from hub.domain.form import Label
from hub.web.assets import asset
from hub.web.language import plain

SHORT = 6
"""Names of columns that are no longer stand level; longer ones stand upright."""


def heat_table(chart: Heat) -> Markup:
    """The whole map with its key. ``heat.js`` makes it one stop of the Tab key, within which arrows move."""
    upright = any(len(plain(column.name)) > SHORT for column in chart.columns)
    head = f'<th scope="col">{_said(chart.head)}</th>' + "".join(map(_heading, chart.columns))
    rows = "\n".join(map(_row, chart.rows))
    kind, title = "heat heat-upright" if upright else "heat", _said(chart.caption.title)
    return Markup(  # noqa: S704
        f'{_key(chart)}<div class="scroll heat-frame" tabindex="0" role="region" aria-label="{title}">'
        f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="heat-told" aria-hidden="true"></p><script src="{asset("heat.js")}" defer></script>'
    )


def _said(label: Label) -> str:
    return escape(plain(label))


def _heading(column: HeatColumn) -> str:
    name, full = _said(column.name), _said(column.full or column.name)
    more = f"<i>: {full}</i>" if full != name else ""
    inside = f'<a href="{escape(column.href)}">{name}{more}</a>' if column.href else f"{name}{more}"
    return f'<th scope="col"><span>{inside}</span></th>'


def _row(row: HeatRow) -> str:
    name = f'<a href="{escape(row.href)}">{_said(row.name)}</a>' if row.href else _said(row.name)
    return f'<tr><th scope="row">{name}</th>{"".join(map(_cell, row.cells))}</tr>'


def _cell(cell: HeatCell | None) -> str:
    if cell is None:
        return "<td></td>"
    inside = f"{escape(cell.text)}<i>: {_said(cell.words)}</i>"
    if cell.href:
        inside = f'<a href="{escape(cell.href)}">{inside}</a>'
    return f'<td class="ch-{cell.tone}">{inside}</td>'


def _key(chart: Heat) -> str:
    """Which colour and sign means what, of those that occur."""
    used = {cell.tone for row in chart.rows for cell in row.cells if cell is not None}
    said = "".join(f'<li class="ch-{tone}">{sign}{words}</li>' for tone, sign, words in _tones(chart, used))
    return f'<ul class="heat-key">{said}</ul>' if said else ""


def _tones(chart: Heat, used: set[Tone]) -> Iterable[tuple[Tone, str, str]]:
    words = dict(chart.words)
    for tone, (sign, usual) in TONES.items():
        if tone in used and (tone in words or tone != "plain"):
            yield tone, f"{sign} " if sign else "", _said(words.get(tone, usual))
