"""The charts of steering indicators: lights as tones, courses with targets, rankings, the map, unit by unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote

from flask import url_for

from hub.domain.chart import (
    MISSING,
    TONES,
    Band,
    Bar,
    Bars,
    Bullet,
    Caption,
    Heat,
    HeatCell,
    HeatColumn,
    HeatRow,
    Line,
    Mark,
    Quantity,
    Reference,
    Spark,
    Tiles,
    Tone,
    Track,
)
from hub.domain.chart_axis import short_period
from hub.domain.chart_table import NO_FIGURE, TARGET
from hub.domain.form import Label
from hub.domain.kpi import LIGHTS, Kpi, KpiValue, Light
from hub.domain.org import NATION, OrgUnit
from hub.domain.tile_grid import grid_on, tile_map
from hub.services.kpis import KpiView, SetView
from hub.web.current import core
from hub.web.national_words import unit_label
from hub.web.rendering import number_vi

TONE_OF: Mapping[Light, Tone] = {"green": "good", "amber": "half", "red": "bad", "none": "plain"}
WORDS: tuple[tuple[Tone, Label], ...] = tuple((TONE_OF[light], label) for light, label in LIGHTS.items())
INDEX = Quantity(Label("điểm trên 100", "points of 100"), 2)
INDEX_TITLE = Label("Chỉ số tổng hợp", "Index")


def quantity(kpi: Kpi) -> Quantity:
    unit = core().catalog.units.get(kpi.unit)
    english = unit.label.en if unit is not None and kpi.unit[:1].isalpha() else kpi.unit
    return Quantity(Label(kpi.unit, english), kpi.decimals)


def mark(value: KpiValue | None, href: str | None = None) -> Mark:
    """A value with its light; how many reports are in it where not all are."""
    if value is None or value.value is None:
        return MISSING
    note = None
    if value.obliged and value.accepted < value.obliged:
        count = f"{number_vi(value.accepted)}/{number_vi(value.obliged)}"
        note = Label(f"{count} đơn vị", f"{count} units")
    return Mark(value.value, href, note, value.provisional, TONE_OF[value.light])


def address(view: SetView, kpi: str | None = None, unit_id: str | None = None) -> str:
    """The page of a set, or of one of its indicators, in the same period and level; of the same unit or another."""
    path = f"{url_for('kpi.listing')}/{quote(view.kpi_set.code)}"  # built by hand: a page has hundreds of them
    if kpi is not None:
        path += f"/indicators/{quote(kpi)}"
    period = f"period={view.period.code}&" if view.period is not None else ""
    return f"{path}?{period}level={view.level}{f'&unit={quote(unit_id)}' if unit_id else ''}"


# --- One set ----------------------------------------------------------------------------------------------------------


def index_bars(view: SetView) -> Bars | None:
    """The units of the level by their index, the best first; those without any value last."""
    if view.period is None or not view.units:
        return None
    found = [(unit, view.values.index(unit, view.period)) for unit in view.units]
    found.sort(key=lambda pair: (pair[1].value is None, -(pair[1].value or 0)))
    bars = tuple(
        Bar(
            unit_label(unit),
            Mark(index.value, address(view, unit_id=unit), counted(index.counted, index.of)),
            unit == view.subject,
        )
        for unit, index in found
    )
    top = view.values.index(NATION, view.period).value
    references = (Reference(unit_label(NATION), top),) if top is not None else ()
    return Bars(Caption(Label("Xếp hạng theo chỉ số tổng hợp", "Ranking by the index")), INDEX, bars, references)


def counted(known: int, of: int) -> Label:
    return Label(f"tính trên {known}/{of} chỉ số", f"over {known} of {of} indicators")


def index_map(view: SetView) -> Tiles | None:
    """The provinces by their index."""
    if view.period is None or view.level != "province" or not view.units:
        return None
    marks = {
        unit: Mark(index.value, address(view, unit_id=unit), counted(index.counted, index.of))
        for unit in view.units
        if (index := view.values.index(unit, view.period)).value is not None
    }
    return _map(view, Label("Bản đồ chỉ số tổng hợp", "Map of the index"), INDEX, marks, by_tone=False)


def _map(view: SetView, title: Label, count: Quantity, marks: Mapping[str, Mark], *, by_tone: bool) -> Tiles | None:
    assert view.period is not None
    units: list[OrgUnit] = [core().orgs.get(unit) for unit in view.units if unit in core().orgs.units]
    grid = grid_on(core().catalog.tiles, view.period.end)
    made = tile_map(Caption(title), count, grid, units, marks, by_tone=by_tone, words=WORDS)
    return made if made.tiles else None


def light_field(view: SetView) -> Heat | None:
    """Units against indicators: a light and a figure in each cell."""
    if view.period is None or not view.units:
        return None
    shown = [kpi for kpi in view.kpi_set.kpis if kpi.thresholds is not None]
    columns = tuple(HeatColumn(Label(kpi.code, kpi.code), kpi.label, address(view, kpi.code)) for kpi in shown)
    rows = tuple(
        HeatRow(unit_label(unit), tuple(_cell(view, kpi, unit) for kpi in shown), address(view, unit_id=unit))
        for unit in view.units
    )
    title = Label("Từng đơn vị, từng chỉ số", "Unit by unit, indicator by indicator")
    return Heat(Caption(title), columns, rows, words=WORDS)


def _cell(view: SetView, kpi: Kpi, unit: str) -> HeatCell | None:
    assert view.period is not None
    value = view.values.of(unit, kpi.code, view.period)
    if value is None or value.value is None:
        return HeatCell("–", NO_FIGURE, "none", address(view, kpi.code, unit))
    tone = TONE_OF[value.light]
    figure = f"{number_vi(value.value, kpi.decimals)} {quantity(kpi).unit.vi}".strip()
    light = LIGHTS[value.light]
    words = Label(f"{figure}, {light.vi}", f"{figure}, {light.en}")
    short = number_vi(value.value.quantize(Decimal(1)) if abs(value.value) >= 10 else value.value, None)
    return HeatCell(f"{TONES[tone][0]} {short}".strip(), words, tone, address(view, kpi.code, unit))


def course_spark(view: SetView, kpi: Kpi) -> Spark | None:
    """The course of the unit on top, small; None with fewer than two figures."""
    values = [view.national.of(view.subject, kpi.code, period) for period in view.course]
    if sum(value is not None and value.value is not None for value in values) < 2:
        return None
    axis = tuple(short_period(period) for period in view.course)
    return Spark(Caption(kpi.label), quantity(kpi), axis, tuple(mark(value) for value in values))


# --- One indicator ----------------------------------------------------------------------------------------------------


def course(view: KpiView) -> Line | None:
    """The indicator over the periods, with its target or the bound of green."""
    shown, kpi = view.shown, view.kpi
    values = [shown.national.of(shown.subject, kpi.code, period) for period in shown.course]
    if sum(value is not None and value.value is not None for value in values) < 2:
        return None
    axis = tuple(short_period(period) for period in shown.course)
    track = Track(unit_label(shown.subject), tuple(mark(value) for value in values))
    title = Label(f"{unit_label(shown.subject).vi} qua các kỳ", f"{unit_label(shown.subject).en} over the periods")
    periods = tuple(period.label for period in shown.course)
    return Line(Caption(title), quantity(kpi), axis, (track,), _goals(kpi, values[-1]), periods=periods)


def _goals(kpi: Kpi, value: KpiValue | None) -> tuple[Reference, ...]:
    if value is not None and value.target is not None:
        return (Reference(TARGET, value.target),)
    if kpi.thresholds is not None:
        return (Reference(Label("Ngưỡng đạt", "On target from"), kpi.thresholds.green),)
    return ()


def ranking(view: KpiView) -> Bars | None:
    """The units of the level, the best first by the indicator's direction."""
    shown, kpi = view.shown, view.kpi
    if shown.period is None or not shown.units:
        return None
    found = [(unit, shown.values.of(unit, kpi.code, shown.period)) for unit in shown.units]
    sign = -1 if kpi.direction == "higher" else 1
    found.sort(key=lambda pair: _rank(pair[1], sign))
    bars = tuple(
        Bar(unit_label(unit), mark(value, address(shown, kpi.code, unit)), unit == shown.subject)
        for unit, value in found
    )
    top = shown.values.of(NATION, kpi.code, shown.period)
    own = (Reference(unit_label(NATION), top.value),) if top is not None and top.value is not None else ()
    return Bars(Caption(Label("Xếp hạng", "Ranking")), quantity(kpi), bars, (*own, *_goals(kpi, None)))


def _rank(value: KpiValue | None, sign: int) -> tuple[bool, Decimal]:
    known = value.value if value is not None else None
    return known is None, sign * (known or Decimal(0))


def light_map(view: KpiView) -> Tiles | None:
    """The provinces by their lights."""
    shown, kpi = view.shown, view.kpi
    if shown.period is None or shown.level != "province" or not shown.units:
        return None
    marks = {
        unit: mark(value, address(shown, kpi.code, unit))
        for unit in shown.units
        if (value := shown.values.of(unit, kpi.code, shown.period)) is not None and value.value is not None
    }
    title = Label("Bản đồ theo mức đạt", "Map by lights")
    return _map(shown, title, quantity(kpi), marks, by_tone=kpi.thresholds is not None)


def against_target(kpi: Kpi, value: KpiValue | None) -> Bullet | None:
    """A value within the bands of its lights, with its target; None where there are no bounds."""
    if kpi.thresholds is None or value is None or value.value is None:
        return None
    green = value.target if value.target is not None else kpi.thresholds.green
    up = kpi.direction == "higher"
    amber = min(kpi.thresholds.amber, green) if up else max(kpi.thresholds.amber, green)
    most = max(value.value, green, amber, Decimal(100) if kpi.unit == "%" else Decimal(0))
    order: tuple[tuple[Decimal, Light], ...]
    order = ((amber, "red"), (green, "amber"), (most, "green")) if up else (
        (green, "green"), (amber, "amber"), (most, "red")
    )  # fmt: skip
    bands = [Band(upto, LIGHTS[light], TONE_OF[light]) for upto, light in order]
    distinct = [band for place, band in enumerate(bands) if band.upto > (bands[place - 1].upto if place else 0)]
    return Bullet(Caption(kpi.label), quantity(kpi), mark(value), value.target, tuple(distinct))
