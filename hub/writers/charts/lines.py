"""Figures over periods as lines: gaps where there is none, dashes up to what is provisional, a shape for each line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from hub.domain.chart import Line, Mark, Track
from hub.domain.chart_axis import Axis, axis_over, shortened
from hub.domain.chart_table import PROVISIONAL
from hub.writers.charts.legend import legend
from hub.writers.charts.svg import Drawing, Layout, Paper, element, fitted, line, number, rect, text, told, width_of

PLOT: dict[Layout, int] = {"broad": 240, "wide": 210, "narrow": 190}
FOOT = 26


@dataclass(frozen=True, slots=True)
class _Plot:
    """The field that is drawn in, and where a position of the axis and a value stand in it."""

    left: Decimal
    right: Decimal
    top: int
    bottom: int
    axis: Axis
    positions: int

    def x(self, position: Decimal | int) -> Decimal:
        return self.left + (self.right - self.left) * (2 * Decimal(position) + 1) / (2 * self.positions)

    def y(self, value: Decimal) -> Decimal:
        return self.bottom - (self.bottom - self.top) * self.axis.part(value)

    @property
    def step(self) -> Decimal:
        return (self.right - self.left) / self.positions


def draw_line(chart: Line, paper: Paper) -> Drawing:
    """The chart with its legend (where it has more than one line or something provisional), axes and marks."""
    key, top = legend(paper, _keys(chart, paper), 0)
    plot = _plot(chart, paper, top + 18)
    unit = text(0, top + 8, paper.say(chart.quantity.unit), "ch-soft") if chart.quantity.unit.vi else ""
    parts = [key, unit, _grid(plot, chart, paper), _periods(plot, chart, paper), *_breaks(plot, chart, paper)]
    parts += [_reference(plot, paper, one.value, paper.say(one.name)) for one in chart.references]
    parts += [_track(plot, track, place) for place, track in enumerate(chart.tracks)]
    parts += [_marks(plot, chart, track, place, paper) for place, track in enumerate(chart.tracks)]
    return Drawing(paper.width, plot.bottom + FOOT, "".join(parts))


def _plot(chart: Line, paper: Paper, top: int) -> _Plot:
    values = [mark.value for track in chart.tracks for mark in track.marks if mark.value is not None]
    values += [one.value for one in chart.references]
    axis = axis_over(values, decimals=chart.quantity.decimals, from_zero=chart.from_zero)
    left = max(width_of(paper.say(shortened(tick, axis.decimals))) for tick in axis.ticks) + 8
    bottom = top + PLOT[paper.layout]
    return _Plot(left, Decimal(paper.width - 8), top, bottom, axis, max(1, len(chart.axis)))


def _keys(chart: Line, paper: Paper) -> list[tuple[str, str]]:
    marks = [mark for track in chart.tracks for mark in track.marks]
    keys = []
    if len(chart.tracks) > 1:
        keys = [(_key(place), paper.say(track.name)) for place, track in enumerate(chart.tracks)]
    if any(mark.provisional for mark in marks):
        hollow = line(0, 6, 14, 6, "ch-line ch-t0 ch-dashed") + _shape(0, Decimal(7), Decimal(6), "ch-hollow")
        keys.append((hollow, paper.say(PROVISIONAL)))
    return keys


def _key(place: int) -> str:
    return line(0, 6, 14, 6, f"ch-line ch-t{place}") + _shape(place, Decimal(7), Decimal(6), "")


def _grid(plot: _Plot, chart: Line, paper: Paper) -> str:
    drawn = []
    for tick in plot.axis.ticks:
        y = plot.y(tick)
        drawn.append(line(plot.left, y, plot.right, y, "ch-zero" if tick == 0 else "ch-grid"))
        drawn.append(text(plot.left - 6, y + 4, paper.say(shortened(tick, plot.axis.decimals)), "ch-soft", "end"))
    return "".join(drawn)


def _periods(plot: _Plot, chart: Line, paper: Paper) -> str:
    """As many names of periods as there is room for, counted from the last, which is asked for most."""
    names = [paper.say(name) for name in chart.axis]
    widest = max((width_of(name) for name in names), default=Decimal(0)) * Decimal("1.25") + 12  # fonts differ
    every = max(1, ceil(widest / plot.step))
    shown = range(len(names) - 1, -1, -every)
    drawn = []
    for place in shown:
        half = width_of(names[place]) / 2
        x = min(max(plot.x(place), half), paper.width - half)
        drawn.append(text(x, plot.bottom + 18, names[place], "ch-soft", "middle"))
    return "".join(drawn)


def _breaks(plot: _Plot, chart: Line, paper: Paper) -> Iterator[str]:
    for one in chart.breaks:
        x = plot.x(Decimal(one.position) - Decimal("0.5"))
        right = x > (plot.left + plot.right) / 2
        room = (x - plot.left if right else plot.right - x) - 6
        words = fitted(paper.say(one.name), room)
        anchor = "end" if right else "start"
        yield line(x, plot.top - 10, x, plot.bottom, "ch-break")
        yield text(x + (-5 if right else 5), plot.top - 4, words, "ch-soft ch-halo", anchor)


def _reference(plot: _Plot, paper: Paper, value: Decimal, name: str) -> str:
    y = plot.y(value)
    words = fitted(name, plot.right - plot.left)
    return line(plot.left, y, plot.right, y, "ch-reference") + text(
        plot.right, y - 4, words, "ch-strong ch-halo", "end"
    )


def _track(plot: _Plot, track: Track, place: int) -> str:
    """The line itself in runs of the same kind: solid between final figures, dashed to and from provisional ones."""
    drawn: list[tuple[str, str, int]] = []
    for end in range(1, len(track.marks)):
        start = end - 1
        first, second = track.marks[start], track.marks[end]
        if first.value is None or second.value is None:
            continue
        dashed = " ch-dashed" if first.provisional or second.provisional else ""
        onward = f"L{number(plot.x(end))} {number(plot.y(second.value))}"
        if drawn and drawn[-1][0] == dashed and drawn[-1][2] == start:
            drawn[-1] = (dashed, drawn[-1][1] + onward, end)
        else:
            drawn.append((dashed, f"M{number(plot.x(start))} {number(plot.y(first.value))}{onward}", end))
    return "".join(element("path", d=path, class_=f"ch-line ch-t{place}{dashed}") for dashed, path, _ in drawn)


def _marks(plot: _Plot, chart: Line, track: Track, place: int, paper: Paper) -> str:
    return "".join(_mark(plot, chart, track, place, position, mark, paper) for position, mark in enumerate(track.marks))


def _mark(plot: _Plot, chart: Line, track: Track, place: int, position: int, mark: Mark, paper: Paper) -> str:
    if mark.value is None:
        return ""
    period = (chart.periods or chart.axis)[position]
    words = paper.said(period, mark, chart.quantity)
    words = f"{paper.say(track.name)}, {words}" if len(chart.tracks) > 1 else words
    x, y = plot.x(position), plot.y(mark.value)
    room = min(plot.step, Decimal(24))
    wide = rect(x - room / 2, y - 12, room, 24, "ch-area")
    return told(words, wide + _shape(place, x, y, "ch-hollow" if mark.provisional else ""), href=mark.href)


def _shape(place: int, x: Decimal, y: Decimal, class_: str) -> str:
    """A shape of its own for each line, so that they are told apart without colour."""
    named = f"ch-mark ch-t{place} {class_}".strip()
    corners = {
        1: ((-4, -4), (4, -4), (4, 4), (-4, 4)),
        2: ((0, -5), (5, 4), (-5, 4)),
        3: ((0, -5), (5, 0), (0, 5), (-5, 0)),
        4: ((0, 5), (5, -4), (-5, -4)),
        5: ((-5, -2), (5, -2), (5, 2), (-5, 2)),
    }.get(place % 6)
    if corners is None:
        return element("circle", cx=x, cy=y, r=Decimal("3.5"), class_=named)
    points = " ".join(f"{number(x + dx)},{number(y + dy)}" for dx, dy in corners)
    return element("polygon", points=points, class_=named)
