"""The charts of the national picture: observations and counts as specifications that are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import quote, urlencode

from flask import url_for

from hub.domain.chart import (
    MISSING,
    TONES,
    Bar,
    Bars,
    Break,
    Caption,
    Heat,
    HeatCell,
    HeatColumn,
    HeatRow,
    Line,
    Mark,
    Part,
    Quantity,
    Spark,
    Stack,
    Stacked,
    Tiles,
    Tone,
    Track,
)
from hub.domain.chart_axis import short_period
from hub.domain.form import Label
from hub.domain.observation import Measure, Observation
from hub.domain.org import OrgUnit
from hub.domain.period import Period, local_day
from hub.domain.punctuality import Counts
from hub.domain.tile_grid import grid_on, tile_map
from hub.services.punctuality import YEAR, Asked, PunctualityMap
from hub.web.current import core, now
from hub.web.national_words import (
    COUNT_NAMES,
    measure_unit,
    trace_url,
    unit_label,
)
from hub.web.rendering import number_vi, regime_title

Found = Callable[[str, Period], Observation | None]
SOURCE = Label("số liệu các đơn vị đã được tiếp nhận", "accepted reports of the units")
HEAT_WORDS: tuple[tuple[Tone, Label], ...] = (
    ("good", Label("tất cả đúng hạn", "all on time")),
    ("half", Label("có báo cáo gửi muộn", "some sent late")),
    ("bad", Label("có báo cáo quá hạn, chưa gửi", "some overdue and not sent")),
    ("plain", Label("chưa đến hạn", "not yet due")),
    ("none", Label("được loại trừ", "excluded")),
)
HEAT_MEANS = Label(
    "Số trong ô: bao nhiêu phần trăm gửi đúng hạn. Ô dẫn đến các báo cáo đã đếm.",
    "The number in a cell: per cent sent on time. A cell leads to the reports that it counts.",
)
_TONES: Mapping[str, Tone] = {
    "not_sent": "bad", "late": "half", "on_time": "good", "pending": "plain", "excluded": "none", "none": "none",
}  # fmt: skip


def quantity(measure: Measure) -> Quantity:
    return Quantity(measure_unit(measure), measure.decimals)


def mark(observation: Observation | None) -> Mark:
    """A figure on a chart: it leads to where it came from and says how many units are in it."""
    if observation is None or observation.value is None:
        return MISSING
    return Mark(observation.value, trace_url(observation), covered(observation), observation.standing == "provisional")


def covered(observation: Observation) -> Label:
    """``58/63 đơn vị``."""
    count = f"{number_vi(observation.accepted)}/{number_vi(observation.obliged)}"
    return Label(f"{count} đơn vị", f"{count} units")


def over_time(
    measure: Measure, title: Label, axis: Sequence[Period], units: Sequence[str], found: Found,
    *, coverage: Label | None = None,
) -> Line:  # fmt: skip
    """One line a unit over the periods, with a break where one of the units began or was brought together."""
    tracks = tuple(Track(unit_label(unit), tuple(mark(found(unit, period)) for period in axis)) for unit in units)
    return Line(
        Caption(title, source=SOURCE, coverage=coverage), quantity(measure),
        tuple(short_period(period) for period in axis), tracks, breaks=tuple(_breaks(axis, units)),
        periods=tuple(period.label for period in axis), from_zero=True,
    )  # fmt: skip


def _breaks(axis: Sequence[Period], units: Iterable[str]) -> Iterable[Break]:
    """Where on the axis one of the units took over from others."""
    found: dict[int, date] = {}
    for unit_id in units:
        unit = core().orgs.units.get(unit_id)
        for move in core().orgs.successions if unit is not None else ():
            place = _first_with(axis, move.effective)
            if move.successor_id == unit_id and move.kind in {"merge", "absorb"} and place:
                found[place] = move.effective
    for place, day in sorted(found.items()):
        yield Break(place, Label(f"sáp nhập {day:%d/%m/%Y}", f"merged {day:%d/%m/%Y}"))


def _first_with(axis: Sequence[Period], day: date) -> int | None:
    """The place of the first period that ends on or after a day, if it is not the first of all."""
    return next((place for place, period in enumerate(axis) if period.end >= day and axis[0].end < day), None)


def ranking(measure: Measure, title: Label, units: Iterable[Observation], own: str | None = None) -> Bars:
    """The units as bars, in the order given."""
    bars = tuple(Bar(unit_label(each.unit_id), mark(each), each.unit_id == own) for each in units)
    return Bars(Caption(title, source=SOURCE), quantity(measure), bars)


def provinces_map(measure: Measure, title: Label, units: Iterable[Observation], day: date) -> Tiles | None:
    """The provinces of a day as tiles; None where nothing of them is known."""
    marks = {each.unit_id: mark(each) for each in units}
    provinces: Sequence[OrgUnit] = core().orgs.on(day, "province")
    if not any(unit.id in marks for unit in provinces):
        return None
    grid = grid_on(core().catalog.tiles, day)
    return tile_map(Caption(title, source=SOURCE), quantity(measure), grid, provinces, marks)


def spark(measure: Measure, axis: Sequence[Period], found: Callable[[Period], Observation | None]) -> Spark:
    """A measure's last periods as a small line."""
    marks = tuple(mark(found(period)) for period in axis)
    return Spark(Caption(measure.label), quantity(measure), tuple(short_period(period) for period in axis), marks)


PARTS: tuple[tuple[str, Tone], ...] = (
    ("on_time", "good"), ("late", "half"), ("not_sent", "bad"), ("pending", "none"),
)  # fmt: skip


def punctuality_stack(
    title: Label, lines: Iterable[tuple[Label, Counts, str | None]], head: Label | None = None
) -> Stacked:
    """How each line's reports came in, as shares of all that are owed."""
    parts = tuple(Part(Label(*COUNT_NAMES[name]), tone) for name, tone in PARTS)
    stacks = tuple(
        Stack(name, tuple(Mark(Decimal(getattr(counts, part))) for part, _ in PARTS), href)
        for name, counts, href in lines
    )
    return Stacked(
        Caption(title), Quantity(Label("báo cáo", "reports")), parts, stacks, shares=True,
        head=head or Label("Đơn vị", "Unit"),
    )  # fmt: skip


def heat_map(found: PunctualityMap, regimes: Sequence[str], title: Label) -> Heat:
    """Unit × regime: the sign of what is worst and per cent on time; each cell leads to the reports behind it."""
    columns = tuple(
        HeatColumn(Label(code, code), regime_title(code), url_for("national.regime", regime=code)) for code in regimes
    )
    rows = tuple(
        HeatRow(
            unit_label(unit), tuple(_heat_cell(found, unit, code) for code in regimes),
            url_for("national.unit", unit_id=unit) if unit in core().orgs.units else None,
        )
        for unit in _living_first(found.units)
    )  # fmt: skip
    return Heat(Caption(title, coverage=HEAT_MEANS), columns, rows, words=HEAT_WORDS)


def _living_first(units: Iterable[str]) -> list[str]:
    """In their order, but those that are no more after all others."""
    day = local_day(now())
    known = core().orgs.units
    return sorted(units, key=lambda unit: unit in known and not known[unit].valid_on(day))


def _heat_cell(found: PunctualityMap, unit: str, regime: str) -> HeatCell | None:
    counts = found.cells.get((unit, regime))
    if counts is None or counts.worst == "none":
        return None
    tone = _TONES[counts.worst]
    share = counts.on_time_share
    text = f"{int(share)}" if share is not None else ("…" if counts.pending else "")
    return HeatCell(f"{TONES[tone][0]} {text}".strip(), in_words(counts), tone, _reports_url(found.asked, unit, regime))


def _reports_url(asked: Asked, unit: str, regime: str) -> str:
    """The reports that a cell counts. Built by hand: a map has hundreds."""
    level = {} if asked.level == "province" else {"level": asked.level or ""}
    query = urlencode(level | given_days(asked))
    path = f"{url_for('national_punctuality.show')}/{quote(unit)}/{quote(regime)}"
    return f"{path}?{query}" if query else path


def given_days(asked: Asked) -> dict[str, str]:
    """The first and last deadline as an address says them; nothing for the usual ones."""
    if asked.first == local_day(now()) - YEAR and asked.last == local_day(now()):
        return {}
    return {"first": asked.first.isoformat(), "last": asked.last.isoformat()}


def in_words(counts: Counts) -> Label:
    """``12/14 đúng hạn; 1 gửi muộn; 1 quá hạn, chưa gửi``: only what there is."""
    vi, en = [], []
    if counts.due:
        head = f"{number_vi(counts.on_time)}/{number_vi(counts.due)}"
        vi.append(f"{head} đúng hạn")
        en.append(f"{head} on time")
    for name in ("late", "not_sent", "pending", "correcting", "excluded"):
        number = getattr(counts, name)
        if number:
            vi.append(f"{number_vi(number)} {COUNT_NAMES[name][0]}")
            en.append(f"{number_vi(number)} {COUNT_NAMES[name][1]}")
    return Label("; ".join(vi), "; ".join(en))
