"""Charts on pages: what ``partials/chart.html`` is given to draw a specification in the reader's language."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from hub.domain.chart import Chart, Heat
from hub.domain.chart_table import table_of
from hub.web.language import chosen, plain
from hub.writers.chart_svg import chart_svg, layouts_of


def drawn(chart: Chart) -> Markup:
    """The chart in each of its layouts; the stylesheet shows the one that fits. What is too wide scrolls."""
    images = Markup("").join(Markup(chart_svg(chart, chosen(), layout=layout)) for layout in layouts_of(chart))  # noqa: S704
    if not isinstance(chart, Heat):
        return images
    frame = Markup('<div class="scroll chart-frame" tabindex="0" role="region" aria-label="{}">{}</div>')
    return frame.format(plain(chart.caption.title), images)


def install(app: Flask) -> None:
    """Gives templates ``drawn(spec)`` and ``table_behind(spec)``."""
    app.jinja_env.globals |= {"drawn": drawn, "table_behind": table_of}
