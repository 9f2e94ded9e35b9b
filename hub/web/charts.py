"""Charts on pages: what ``partials/chart.html`` is given to draw a specification in the reader's language."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from hub.domain.chart import Chart, Heat
from hub.domain.chart_table import ChartTable, table_of
from hub.web.heat_table import heat_table
from hub.web.language import chosen
from hub.writers.chart_svg import chart_svg, layouts_of


def drawn(chart: Chart) -> Markup:
    """The chart in each of its layouts; the stylesheet shows the one that fits. A heat map is a table that scrolls."""
    if isinstance(chart, Heat):
        return heat_table(chart)
    return Markup("").join(Markup(chart_svg(chart, chosen(), layout=layout)) for layout in layouts_of(chart))  # noqa: S704


def table_behind(chart: Chart) -> ChartTable | None:
    """Every figure that the chart shows; None for what is a table itself."""
    return None if isinstance(chart, Heat) else table_of(chart)


def install(app: Flask) -> None:
    """Gives templates ``drawn(spec)`` and ``table_behind(spec)``."""
    app.jinja_env.globals |= {"drawn": drawn, "table_behind": table_behind}
