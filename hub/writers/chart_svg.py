"""A chart's specification as an SVG: no script, no font from elsewhere, colours by class, legible at 390 pixels.

On a page the theme's stylesheet colours the classes (``ch-…`` in hub.css), light, dark and in print. ``standalone``
brings its own colours along, for a document.
"""

from __future__ import annotations

from html import escape

from hub.domain.chart import Bars, Bullet, Chart, Heat, Line, Spark, Stacked, Tiles
from hub.domain.chart_table import description_of
from hub.writers.charts.colours import PRINTED
from hub.writers.charts.heat import draw_heat
from hub.writers.charts.lines import draw_line
from hub.writers.charts.rows import draw_bars, draw_stacked
from hub.writers.charts.small import draw_bullet, draw_spark
from hub.writers.charts.svg import Drawing, Language, Layout, Paper, attributes
from hub.writers.charts.tile_map import draw_tiles


def chart_svg(chart: Chart, language: Language = "vi", *, layout: Layout = "wide", standalone: bool = False) -> str:
    """The SVG of a chart, well-formed XML; the same text for the same chart.

    It is an image with a title and a description, or, if marks lead on, a group of links with these.
    """
    paper = Paper(language, layout)
    drawing = _drawing(chart, paper)
    title = escape(paper.say(chart.caption.title), quote=False)
    description = escape(paper.say(description_of(chart)), quote=False)
    kind = type(chart).__name__.lower()
    opening = attributes(
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {drawing.width} {drawing.height}",
        width=drawing.width,
        height=drawing.height,
        class_=f"ch ch-{kind} ch-{layout}",
        role="group" if "<a " in drawing.body else "img",
        lang=language if standalone else None,
    )
    style = f"<style>{PRINTED}</style>" if standalone else ""
    return f"<svg{opening}><title>{title}</title><desc>{description}</desc>{style}{drawing.body}</svg>"


def layouts_of(chart: Chart) -> tuple[Layout, ...]:
    """The layouts in which a page shows a chart, the widest first; those of one size for all have one."""
    if isinstance(chart, Heat | Tiles | Spark | Bullet):
        return ("wide",)
    return ("broad", "wide", "narrow") if isinstance(chart, Line | Stacked) else ("wide", "narrow")


def _drawing(chart: Chart, paper: Paper) -> Drawing:
    match chart:
        case Line():
            return draw_line(chart, paper)
        case Bars():
            return draw_bars(chart, paper)
        case Stacked():
            return draw_stacked(chart, paper)
        case Heat():
            return draw_heat(chart, paper)
        case Tiles():
            return draw_tiles(chart, paper)
        case Spark():
            return draw_spark(chart, paper)
        case Bullet():
            return draw_bullet(chart, paper)
