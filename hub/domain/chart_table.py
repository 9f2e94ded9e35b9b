"""The table behind a chart, and the sentence that says what the chart shows: the same figures, for whoever reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.domain.chart import TONES, Bars, Bullet, Chart, Heat, Line, Mark, Quantity, Spark, Stacked, Tiles
from hub.domain.chart_axis import grouped
from hub.domain.form import Label

NO_FIGURE = Label("chưa có", "none yet")
PROVISIONAL = Label("tạm tính", "provisional")
PERIOD, FIGURE = Label("Kỳ", "Period"), Label("Số liệu", "Figure")
TARGET = Label("Mục tiêu", "Target")


@dataclass(frozen=True, slots=True)
class ChartCell:
    """A cell of the table: its text, what is remarked of it, where it leads. ``amount``: it is a figure."""

    text: Label
    note: Label | None = None
    href: str | None = None
    amount: bool = False


@dataclass(frozen=True, slots=True)
class ChartTable:
    """Headings, then lines of as many cells; the first cell of a line names it."""

    head: tuple[Label, ...]
    rows: tuple[tuple[ChartCell, ...], ...]


def table_of(chart: Chart) -> ChartTable:
    """Every figure of the chart as a table: nothing is only to be seen."""
    match chart:
        case Line():
            return _line_table(chart)
        case Bars():
            rows = [(bar.name, bar.mark) for bar in chart.bars] + [
                (one.name, Mark(one.value)) for one in chart.references
            ]
            return _list_table(chart.head, chart.quantity, rows)
        case Tiles():
            return _list_table(chart.head, chart.quantity, [(tile.name, tile.mark) for tile in chart.tiles])
        case Spark():
            return _list_table(PERIOD, chart.quantity, zip(chart.axis, chart.marks, strict=True))
        case Stacked():
            return _stacked_table(chart)
        case Heat():
            return _heat_table(chart)
        case Bullet():
            return _bullet_table(chart)


def figure(value: Decimal, quantity: Quantity) -> Label:
    """A figure with its unit of measure: ``12,5 %``."""
    text = grouped(value, quantity.decimals)
    return Label(f"{text} {quantity.unit.vi}".strip(), f"{text} {quantity.unit.en or quantity.unit.vi}".strip())


def said_of(mark: Mark, quantity: Quantity) -> Label:
    """A mark in words: its figure with unit, whether provisional, how it stands, what is noted of it."""
    parts = [figure(mark.value, quantity) if mark.value is not None else NO_FIGURE, *_remarks(mark)]
    return Label("; ".join(part.vi for part in parts), "; ".join(part.en or part.vi for part in parts))


def _remarks(mark: Mark) -> list[Label]:
    provisional = [PROVISIONAL] if mark.provisional else []
    tone = [TONES[mark.tone][1]] if mark.tone not in ("plain", "none") else []
    return [*provisional, *tone, *([mark.note] if mark.note is not None else [])]


def with_unit(name: Label, quantity: Quantity) -> Label:
    """``Số liệu (hồ sơ)``: a heading with the unit of measure of what stands below."""
    if not quantity.unit.vi:
        return name
    return Label(f"{name.vi} ({quantity.unit.vi})", f"{name.en or name.vi} ({quantity.unit.en or quantity.unit.vi})")


def _cell(mark: Mark, quantity: Quantity) -> ChartCell:
    text = grouped(mark.value, quantity.decimals) if mark.value is not None else ""
    remarks = _remarks(mark)
    note = Label("; ".join(one.vi for one in remarks), "; ".join(one.en or one.vi for one in remarks))
    said = Label(text, text) if text else NO_FIGURE
    return ChartCell(said, note if remarks else None, mark.href, amount=True)


def _list_table(head: Label, quantity: Quantity, rows: Iterable[tuple[Label, Mark]]) -> ChartTable:
    made = tuple((ChartCell(name), _cell(mark, quantity)) for name, mark in rows)
    return ChartTable((head, with_unit(FIGURE, quantity)), made)


def _line_table(chart: Line) -> ChartTable:
    periods = chart.periods or chart.axis
    constant = [
        ChartCell(figure(one.value, Quantity(decimals=chart.quantity.decimals)), amount=True)
        for one in chart.references
    ]
    rows = tuple(
        (ChartCell(period), *(_cell(track.marks[place], chart.quantity) for track in chart.tracks), *constant)
        for place, period in enumerate(periods)
    )
    names = [*(track.name for track in chart.tracks), *(one.name for one in chart.references)]
    return ChartTable((PERIOD, *(with_unit(name, chart.quantity) for name in names)), rows)


def _stacked_table(chart: Stacked) -> ChartTable:
    rows = tuple(
        (ChartCell(stack.name, href=stack.href), *(_cell(mark, chart.quantity) for mark in stack.marks))
        for stack in chart.stacks
    )
    return ChartTable((chart.head, *(with_unit(part.name, chart.quantity) for part in chart.parts)), rows)


def _heat_table(chart: Heat) -> ChartTable:
    rows = tuple(
        (
            ChartCell(row.name, href=row.href),
            *(ChartCell(cell.words, href=cell.href) if cell else ChartCell(Label("", "")) for cell in row.cells),
        )
        for row in chart.rows
    )
    return ChartTable((chart.head, *(column.full or column.name for column in chart.columns)), rows)


def _bullet_table(chart: Bullet) -> ChartTable:
    rows = [(ChartCell(chart.caption.title), _cell(chart.mark, chart.quantity))]
    if chart.target is not None:
        rows.append((ChartCell(TARGET), _cell(Mark(chart.target), chart.quantity)))
    for band in chart.bands:
        until = grouped(band.upto, chart.quantity.decimals)
        rows.append((ChartCell(band.name), ChartCell(Label(f"đến {until}", f"up to {until}"), amount=True)))
    return ChartTable((FIGURE, with_unit(FIGURE, chart.quantity)), tuple(rows))


# --- In a sentence ----------------------------------------------------------------------------------------------------


def description_of(chart: Chart) -> Label:
    """What the chart shows: its own description, else its range, least and greatest, in a sentence."""
    if chart.caption.description is not None:
        return chart.caption.description
    match chart:
        case Line():
            names = chart.periods or chart.axis
            marks = [(names[place], mark) for track in chart.tracks for place, mark in enumerate(track.marks)]
            return _range(marks, chart.quantity)
        case Bars():
            return _range([(bar.name, bar.mark) for bar in chart.bars], chart.quantity)
        case Tiles():
            return _range([(tile.name, tile.mark) for tile in chart.tiles], chart.quantity)
        case Spark():
            return _range(list(zip(chart.axis, chart.marks, strict=True)), chart.quantity)
        case Stacked():
            return _counted(len(chart.stacks), len(chart.parts), Label("phần", "parts"))
        case Heat():
            return _counted(len(chart.rows), len(chart.columns), Label("cột", "columns"))
        case Bullet():
            return _against_target(chart)


def _range(marks: Sequence[tuple[Label, Mark]], quantity: Quantity) -> Label:
    known = [(mark.value, name) for name, mark in marks if mark.value is not None]
    if not known:
        return Label("Chưa có số liệu.", "No figures yet.")
    low, least = min(known, key=lambda pair: pair[0])
    high, most = max(known, key=lambda pair: pair[0])
    lowest, highest = figure(low, quantity), figure(high, quantity)
    missing = len(marks) - len(known)
    vi = f"Thấp nhất {lowest.vi} ({least.vi}), cao nhất {highest.vi} ({most.vi})."
    en = f"Lowest {lowest.en} ({least.en or least.vi}), highest {highest.en} ({most.en or most.vi})."
    if missing:
        vi, en = f"{vi} Chưa có số liệu: {missing}.", f"{en} Without figures: {missing}."
    return Label(vi, en)


def _counted(rows: int, columns: int, name: Label) -> Label:
    return Label(f"{rows} dòng, mỗi dòng {columns} {name.vi}.", f"{rows} lines of {columns} {name.en}.")


def _against_target(chart: Bullet) -> Label:
    said = said_of(chart.mark, chart.quantity)
    if chart.target is None:
        return Label(f"{said.vi}.", f"{said.en}.")
    target = figure(chart.target, chart.quantity)
    return Label(f"{said.vi}; mục tiêu {target.vi}.", f"{said.en}; target {target.en}.")
