"""Small charts: a line without axes within a text, and one figure against its target."""

from __future__ import annotations

from decimal import Decimal

from hub.domain.chart import TONES, Bullet, Spark
from hub.domain.chart_axis import Axis, axis_over, grouped
from hub.domain.chart_table import NO_FIGURE, TARGET, said_of
from hub.writers.charts.svg import Drawing, Paper, element, line, number, rect, text, told, width_of

SPARK_WIDE, SPARK_HIGH = 120, 28


def draw_spark(chart: Spark, paper: Paper) -> Drawing:
    """The course of the figures; a dot on the last one there is, hollow if it is provisional."""
    known = [(place, mark) for place, mark in enumerate(chart.marks) if mark.value is not None]
    if not known:
        return Drawing(SPARK_WIDE, SPARK_HIGH, text(0, 18, paper.say(NO_FIGURE), "ch-soft"))
    axis = axis_over([mark.value for _, mark in known if mark.value is not None], decimals=9, from_zero=False)
    room = Decimal(SPARK_WIDE - 10) / max(1, len(chart.marks) - 1)
    points = {
        place: (5 + room * place, SPARK_HIGH - 5 - (SPARK_HIGH - 10) * axis.part(mark.value))
        for place, mark in known
        if mark.value is not None
    }
    path = "".join(f"{'L' if place - 1 in points else 'M'}{number(x)} {number(y)}" for place, (x, y) in points.items())
    last, mark = known[-1]
    x, y = points[last]
    dot = element("circle", cx=x, cy=y, r=3, class_="ch-mark ch-t0" + (" ch-hollow" if mark.provisional else ""))
    return Drawing(SPARK_WIDE, SPARK_HIGH, element("path", d=path, class_="ch-line ch-t0") + dot)


def draw_bullet(chart: Bullet, paper: Paper) -> Drawing:
    """Bands as the ground, the figure as a bar in them, the target as a stroke across; all named below or beside."""
    width, top = 360, 20
    values = [band.upto for band in chart.bands] + [one for one in (chart.mark.value, chart.target) if one is not None]
    high = max([*values, chart.start + Decimal(1).scaleb(-chart.quantity.decimals)])
    axis = Axis(chart.start, high, (chart.start, high), chart.quantity.decimals)
    places = [(band, axis.part(band.upto) * width) for band in chart.bands]
    drawn, left = "", Decimal(0)
    for band, right in places:
        body = rect(left, top, right - left, 26)
        words = f"{TONES[band.tone][0]} {grouped(band.upto, chart.quantity.decimals)}".strip()
        if width_of(words) + 4 <= right - left:
            body += text(right - 3, top + 40, words, "ch-soft", "end")
        drawn += told(paper.say(band.name), body, class_=f"ch-cell ch-{band.tone}")
        left = right
    drawn += _value(chart, paper, axis, width, top) + _target(chart, paper, axis, width, top)
    return Drawing(width, top + 44, drawn)


def _value(chart: Bullet, paper: Paper, axis: Axis, width: int, top: int) -> str:
    if chart.mark.value is None:
        return text(4, top + 17, paper.say(NO_FIGURE), "ch-soft")
    end = min(max(axis.part(chart.mark.value), Decimal(0)), Decimal(1)) * width
    classes = "ch-measure" + (" ch-provisional" if chart.mark.provisional else "")
    body = rect(0, top + 8, max(end, Decimal(1)), 10, classes)
    return told(paper.say(said_of(chart.mark, chart.quantity)), body, href=chart.mark.href)


def _target(chart: Bullet, paper: Paper, axis: Axis, width: int, top: int) -> str:
    if chart.target is None:
        return ""
    x = min(max(axis.part(chart.target), Decimal(0)), Decimal(1)) * width
    words = f"{paper.say(TARGET)}: {grouped(chart.target, chart.quantity.decimals)}"
    right = x + width_of(words) > width
    name = text(x, top - 7, words, "ch-strong", "end" if right else "start")
    return line(x, top - 3, x, top + 29, "ch-target") + name
