"""Native charts of a workbook over the figures of its tables: whoever opens it may restyle, copy and follow them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from hub.domain.tables import Table, column_words, drawn_column, drawn_lines

CHARTS = "Biểu đồ"
DEMONSTRATION = "DỮ LIỆU TRÌNH DIỄN, KHÔNG PHẢI SỐ LIỆU THẬT / DEMONSTRATION DATA, NOT REAL FIGURES"
LINES_A_CHART = 28
"""Lines of the sheet that one chart takes, with room below it."""
_BLUE, _FONT = "#1F4E8C", "Times New Roman"
MOST_LINES = 6
"""Lines of one chart over time."""
_FEW = 8
"""Up to so many lines stand as columns with their names below; more of them as slanted names."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table that stands on ``sheet``: its first line at ``body``, its labels in the column ``stub`` (0-based)."""

    sheet: str
    table: Table
    body: int
    stub: int


def write_charts(workbook: Workbook, tables: Sequence[Drawn], demonstration: bool) -> Worksheet | None:
    """A sheet with a column chart of each table that has something to compare; none where no table has."""
    wanted = [(each, column) for each in tables if (column := drawn_column(each.table)) is not None]
    if not wanted:
        return None
    sheet: Worksheet = workbook.add_worksheet(CHARTS)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    if demonstration:
        bold = workbook.add_format({"bold": True, "font_color": "#C00000", "font_name": _FONT})
        sheet.write_string(
            0, 0, "DỮ LIỆU TRÌNH DIỄN, KHÔNG PHẢI SỐ LIỆU THẬT / DEMONSTRATION DATA, NOT REAL FIGURES", bold
        )
    sheet.set_h_pagebreaks([2 + place * LINES_A_CHART for place in range(1, len(wanted))])
    for place, (each, column) in enumerate(wanted):
        sheet.insert_chart(
            2 + place * LINES_A_CHART, 0, _chart(workbook, each, column), {"description": _said(each, column)}
        )
    return sheet


def _said(drawn: Drawn, column: int) -> str:
    """What a reader aloud says of the chart; the figures stand on the sheet of its table."""
    return f"{drawn.table.title.vi}: {column_words(drawn.table)[column].vi}. Số liệu ở trang {drawn.sheet}."[:250]


def _chart(workbook: Workbook, drawn: Drawn, column: int) -> Any:
    over_time = drawn.table.across == "periods" and len(drawn.table.column_codes) > 1
    chart = _over_time(workbook, drawn) if over_time else _columns(workbook, drawn, column)
    table, slanted = drawn.table, len(drawn_lines(drawn.table)) > _FEW and not over_time
    chart.set_title(
        {"name": f"{table.code}. {table.title.vi}"[:250], "name_font": {"name": _FONT, "size": 13}, "overlay": False}
    )
    chart.set_x_axis({"num_font": {"name": _FONT, "size": 9, **({"rotation": -45} if slanted else {})}})
    unit = {"name": table.unit.vi, "name_font": {"name": _FONT, "size": 10}} if table.unit is not None else {}
    chart.set_y_axis({"num_font": {"name": _FONT, "size": 9}, "major_gridlines": {"visible": True}, **unit})
    chart.set_legend({"position": "bottom", "font": {"name": _FONT, "size": 10}})
    chart.set_size({"width": 1120, "height": 520})
    return chart


def _columns(workbook: Workbook, drawn: Drawn, column: int) -> Any:
    """The lines of the table beside each other on one of its columns."""
    lines = drawn_lines(drawn.table)
    first, last = drawn.body + lines.start, drawn.body + lines.stop - 1
    words, figures = drawn.stub, drawn.stub + 1 + column
    chart = workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": column_words(drawn.table)[column].vi[:250],
            "categories": [drawn.sheet, first, words, last, words],
            "values": [drawn.sheet, first, figures, last, figures],
            "fill": {"color": _BLUE},
            "gap": 60,
        }
    )
    return chart


def _over_time(workbook: Workbook, drawn: Drawn) -> Any:
    """The first lines of the table, each through its periods; more than a few could not be told apart."""
    chart = workbook.add_chart({"type": "line"})
    first, last = drawn.stub + 1, drawn.stub + len(drawn.table.column_codes)
    for place in range(min(len(drawn.table.rows), MOST_LINES)):
        line = drawn.body + place
        chart.add_series(
            {
                "name": [drawn.sheet, line, drawn.stub],
                "categories": [drawn.sheet, drawn.body - 1, first, drawn.body - 1, last],
                "values": [drawn.sheet, line, first, line, last],
                "marker": {"type": "automatic", "size": 5},
            }
        )
    return chart
