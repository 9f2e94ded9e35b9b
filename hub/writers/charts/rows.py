"""Horizontal bars under each other: rankings, and wholes with their parts. Long names are kept whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.domain.chart import TONES, Bar, Bars, Mark, Reference, Stack, Stacked, Tone
from hub.domain.chart_axis import Axis, axis_over, grouped
from hub.domain.chart_table import NO_FIGURE, PROVISIONAL
from hub.domain.form import Label
from hub.writers.charts.legend import legend
from hub.writers.charts.svg import Drawing, Paper, line, rect, text, told, tone_class, width_of, wrapped

NAMES, THICK = 208, 16
_FLOOR = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class _Field:
    """Where bars begin and end, and where names stand: beside them, or above where it is narrow."""

    paper: Paper
    left: Decimal
    right: Decimal
    axis: Axis

    @property
    def above(self) -> bool:
        return self.paper.layout == "narrow"

    def x(self, value: Decimal) -> Decimal:
        return self.left + (self.right - self.left) * self.axis.part(value)

    def lines(self, name: str) -> list[str]:
        return wrapped(name, self.paper.width if self.above else NAMES - 12)

    def height(self, name: str) -> int:
        """How high a line with that name is."""
        extra = 15 * (len(self.lines(name)) - 1)
        return 40 + extra if self.above else 24 + extra

    def name(self, name: str, y: int, class_: str | None = None) -> tuple[str, int]:
        """The name at its place, and where the bar beside or below it begins."""
        lines = self.lines(name)
        drawn = "".join(text(0, y + 12 + 15 * place, words, class_) for place, words in enumerate(lines))
        return drawn, y + 15 * len(lines) + 3 if self.above else y + (15 * (len(lines) - 1)) // 2


def draw_bars(chart: Bars, paper: Paper) -> Drawing:
    """The ranking: name, bar, figure; hollow and dashed where provisional, words where there is no figure."""
    values = [bar.mark.value for bar in chart.bars if bar.mark.value is not None]
    axis = axis_over([*values, *(one.value for one in chart.references)], decimals=chart.quantity.decimals)
    room = max((width_of(_written(bar.mark, chart)) for bar in chart.bars), default=Decimal(0)) + 10
    room = max(room, width_of(paper.say(NO_FIGURE)) + 6)
    left = Decimal(0 if paper.layout == "narrow" else NAMES)
    below = room if axis.low < 0 else 0
    field = _Field(paper, left + below, Decimal(paper.width) - room, axis)
    key, y = legend(paper, _keys(chart, paper), 0)
    y += 17 * len(chart.references)
    first, rows = y, []
    for bar in chart.bars:
        rows.append(_bar(chart, field, bar, y))
        y += field.height(paper.say(bar.name))
    zero = line(field.x(Decimal(0)), first, field.x(Decimal(0)), y, "ch-zero")
    across = _references(field, chart.references, first, y, chart.quantity.decimals)
    return Drawing(paper.width, y + 2, key + across + "".join(rows) + zero)


def _written(mark: Mark, chart: Bars) -> str:
    if mark.value is None:
        return ""
    sign = TONES[mark.tone][0] if mark.tone != "none" else ""
    return f"{grouped(mark.value, chart.quantity.decimals)} {sign}".strip()


def _keys(chart: Bars, paper: Paper) -> list[tuple[str, str]]:
    unit = paper.say(chart.quantity.unit)
    keys = [("", unit)] if unit else []
    if any(bar.mark.provisional for bar in chart.bars):
        keys.append((rect(1, 1, 13, 10, "ch-bar ch-plain ch-provisional"), paper.say(PROVISIONAL)))
    return keys


def _bar(chart: Bars, field: _Field, bar: Bar, y: int) -> str:
    paper, mark = field.paper, bar.mark
    name, top = field.name(paper.say(bar.name), y, "ch-strong" if bar.own else None)
    zero = field.x(Decimal(0))
    if mark.value is None:
        body = name + text(zero + 5, top + 12, paper.say(NO_FIGURE), "ch-soft")
        return told(paper.said(bar.name, mark, chart.quantity), body, href=mark.href)
    end = field.x(mark.value)
    length = max(abs(end - zero), Decimal(1) if mark.value else Decimal(0))
    classes = f"ch-bar {tone_class(mark.tone, mark.provisional)}{' ch-own' if bar.own else ''}"
    drawn = rect(min(zero, end), top, length, THICK, classes)
    beside = (end - 5, "end") if mark.value < 0 else (end + 5, "start")
    figure = text(beside[0], top + 12, _written(mark, chart), "ch-strong ch-halo" if bar.own else "ch-halo", beside[1])
    return told(paper.said(bar.name, mark, chart.quantity), name + drawn + figure, href=mark.href)


def _references(field: _Field, references: Sequence[Reference], first: int, last: int, decimals: int) -> str:
    """Lines down through all bars, their names above one another on top."""
    drawn = []
    for place, one in enumerate(references):
        x = field.x(one.value)
        words = f"{field.paper.say(one.name)}: {grouped(one.value, decimals)}"
        top = first - 17 * (len(references) - place) + 10
        right = x + width_of(words) > field.paper.width
        drawn.append(line(x, top + 3, x, last, "ch-reference"))
        drawn.append(text(x - 3 if right else x, top, words, "ch-strong", "end" if right else "start"))
    return "".join(drawn)


# --- Parts of wholes --------------------------------------------------------------------------------------------------


def draw_stacked(chart: Stacked, paper: Paper) -> Drawing:
    """A bar of parts for each whole, every part with its figure in it where it fits."""
    totals = [sum((mark.value or Decimal(0) for mark in stack.marks), Decimal(0)) for stack in chart.stacks]
    greatest = Decimal(1) if chart.shares else max([*totals, _FLOOR])
    room = (
        Decimal(0)
        if chart.shares
        else max((width_of(grouped(total, chart.quantity.decimals)) for total in totals), default=Decimal(0)) + 10
    )
    left = Decimal(0 if paper.layout == "narrow" else NAMES)
    axis = Axis(Decimal(0), greatest, (Decimal(0), greatest), chart.quantity.decimals)
    field = _Field(paper, left, Decimal(paper.width) - room, axis)
    keys = [
        (rect(1, 1, 13, 10, f"ch-bar {_part_class(chart, place)}"), _signed(paper, part.tone, part.name))
        for place, part in enumerate(chart.parts)
    ]
    drawn, y = legend(paper, keys, 0)
    for stack, total in zip(chart.stacks, totals, strict=True):
        drawn += _stack(chart, field, stack, total, y)
        y += field.height(paper.say(stack.name))
    return Drawing(paper.width, y + 2, drawn)


def _signed(paper: Paper, tone: Tone, name: Label) -> str:
    sign = TONES[tone][0]
    return f"{sign} {paper.say(name)}".strip()


def _part_class(chart: Stacked, place: int) -> str:
    tone = chart.parts[place].tone
    return tone_class(tone) if tone != "plain" else f"ch-s{place % 6}"


def _stack(chart: Stacked, field: _Field, stack: Stack, total: Decimal, y: int) -> str:
    paper = field.paper
    name, top = field.name(paper.say(stack.name), y)
    drawn = told(paper.say(stack.name), name, href=stack.href) if stack.href else name
    if not total:
        return drawn + text(field.left + 5, top + 12, paper.say(NO_FIGURE), "ch-soft")
    whole, so_far = total if chart.shares else Decimal(1), Decimal(0)
    for place, mark in enumerate(stack.marks):
        if not mark.value:
            continue
        start, end = field.x(so_far / whole), field.x((so_far + mark.value) / whole)
        so_far += mark.value
        drawn += _segment(chart, paper, place, mark, start, end - start, top)
    if not chart.shares:
        drawn += text(field.x(total) + 5, top + 12, grouped(total, chart.quantity.decimals))
    return drawn


def _segment(chart: Stacked, paper: Paper, place: int, mark: Mark, x: Decimal, width: Decimal, y: int) -> str:
    part = chart.parts[place]
    figure = grouped(mark.value or Decimal(0), chart.quantity.decimals)
    sign = TONES[part.tone][0]
    written = f"{sign} {figure}".strip() if width_of(f"{sign} {figure}") + 6 <= width else figure
    provisional = " ch-provisional" if mark.provisional else ""
    body = rect(x, y, width, THICK, f"ch-bar {_part_class(chart, place)}{provisional}")
    if width_of(written) + 4 <= width:
        body += text(x + width / 2, y + 12, written, f"ch-on {_part_class(chart, place)}", "middle")
    return told(paper.said(part.name, mark, chart.quantity), body, href=mark.href)
