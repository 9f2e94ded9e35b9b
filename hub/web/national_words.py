"""What the pages of the national picture call things, and the addresses they lead to."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from flask import url_for

from hub.domain.chart_axis import short_period
from hub.domain.form import Label
from hub.domain.observation import Measure, Observation
from hub.domain.period import VIETNAM, Period, local_day
from hub.domain.punctuality import Counts, per_cent
from hub.services.figure_picture import change
from hub.services.movements import Movement
from hub.web.current import core, now
from hub.web.rendering import number_vi

STANDINGS: dict[str, tuple[str, str]] = {
    "final": ("chính thức", "final"),
    "provisional": ("tạm tính", "provisional"),
    "missing": ("chưa có số liệu", "no figures yet"),
    "not_applicable": ("không tổng hợp", "not rolled up"),
}
EXACTNESS: dict[str, tuple[str, str]] = {
    "as_reported": ("đúng đơn vị đã báo cáo", "of the units that reported it"),
    "rebased": ("quy đổi chính xác về đơn vị hiện nay", "re-based exactly to the units of today"),
    "inexact": ("giữ theo đơn vị của kỳ đó", "on the units of the time"),
}
LEVEL_NAMES: dict[str, tuple[str, str]] = {
    "province": ("Tỉnh, thành phố", "Provinces"),
    "ministry": ("Bộ, ngành", "Ministries"),
    "commune": ("Xã, phường, đặc khu", "Communes"),
}
COUNT_NAMES: dict[str, tuple[str, str]] = {
    "on_time": ("đúng hạn", "on time"),
    "late": ("gửi muộn", "late"),
    "not_sent": ("quá hạn, chưa gửi", "overdue"),
    "pending": ("chưa đến hạn", "not yet due"),
    "correcting": ("đang chỉnh sửa", "under correction"),
    "waiting": ("chờ tiếp nhận", "waiting to be accepted"),
    "accepted": ("đã tiếp nhận", "accepted"),
    "excluded": ("được loại trừ", "excluded"),
}


def unit_label(unit_id: str) -> Label:
    """A unit's name in both languages, with its last day if it is no more; its id if the register does not know it."""
    unit = core().orgs.units.get(unit_id)
    if unit is None:
        return Label(unit_id, unit_id)
    if unit.valid_to is None or unit.valid_to >= local_day(now()):
        return unit.name
    last = f"{unit.valid_to:%m/%Y}"
    return Label(f"{unit.name.vi} (đến {last})", f"{unit.name.en or unit.name.vi} (until {last})")


def measure_unit(measure: Measure) -> Label:
    """The measure's unit of measure in both languages; empty where it has none."""
    unit = core().catalog.units.get(measure.unit)
    return unit.label if unit is not None else Label(measure.unit, measure.unit)


def figure_url(measure: Measure, **query: str | None) -> str:
    """The page of one measure."""
    form, row, column = measure.address
    given = {name: value for name, value in query.items() if value}
    return url_for("national_figure.show", regime=measure.regime, form=form, row=row, column=column, **given)  # type: ignore[arg-type]


def trace_url(observation: Observation, known_at: datetime | None = None) -> str:
    """Where a figure came from."""
    return trace_address(observation.measure, observation.unit_id, observation.period, known_at)


def trace_address(
    measure: Measure, unit_id: str, period: Period, known_at: datetime | None = None, page: int = 1
) -> str:
    given: dict[str, str | int] = {"known_at": known_on(known_at)} if known_at is not None else {}
    given |= {"page": page} if page > 1 else {}
    return url_for("national_figure.trace", measure=measure.key, unit=unit_id, period=period.code, **given)  # type: ignore[arg-type]


def known_on(moment: datetime) -> str:
    """The day, as a date field writes it, at whose end something was known."""
    return f"{moment.astimezone(VIETNAM):%Y-%m-%d}"


def unit_url(unit_id: str) -> str | None:
    """The page of a unit; None for one that has none."""
    unit = core().orgs.units.get(unit_id)
    return url_for("national.unit", unit_id=unit_id) if unit is not None and unit.level != "nation" else None


def signed(value: Decimal, decimals: int) -> str:
    """``+1.234,5``: a change says which way it went."""
    text = number_vi(value, decimals)
    return f"+{text}" if value > 0 else text.replace("-", "−")


def changed(its: Observation | None, before: Observation | None) -> tuple[str, str] | None:
    """A change in figures and in per cent (empty from zero); None without both figures."""
    found = change(its, before)
    if found is None or its is None:
        return None
    difference, share = found
    return signed(difference, its.measure.decimals), f"{signed(share, 1)} %" if share is not None else ""


def share_of(counts: Counts) -> str:
    """Per cent on time of what is judged already, rounded down: ``98,3 %``; a dash where nothing is due yet."""
    share = counts.on_time_share
    return f"{number_vi(share, 1)} %" if share is not None else "–"


def weight(observation: Observation) -> str:
    """How much of the figure is missing by last period's shares: ``3,2 %``; empty where nothing is, or nobody knows."""
    found = observation.missing_weight
    return f"{number_vi(found * 100, 2)} %" if found else ""


def moved_by(move: Movement) -> str:
    """A movement in per cent of the earlier figure: ``+12,5 %``; in figures from zero."""
    difference = move.after - move.before
    if not move.before:
        return signed(difference, move.measure.decimals)
    return f"{signed((difference * 100 / abs(move.before)).quantize(Decimal('0.1')), 1)} %"


def indicator_name(code: str) -> Label:
    """An indicator in words; its code if the catalog does not know it."""
    found = core().catalog.indicators.get(code)
    return found.label if found is not None else Label(code, code)


def breakdown_name(code: str, item: str) -> Label:
    """One part of a breakdown in words, such as women of sex."""
    found = core().catalog.breakdowns.get(code)
    choice = found.items.get(item) if found is not None else None
    return choice.label if choice is not None else Label(item, item)


def part_of(part: int, whole: int) -> str:
    """``98,3 %``, rounded down."""
    share = per_cent(part, whole)
    return f"{number_vi(share, 1)} %" if share is not None else "–"


def words() -> dict[str, object]:
    """What every template of the national picture is given."""
    return {
        "STANDINGS": STANDINGS, "EXACTNESS": EXACTNESS, "LEVELS": LEVEL_NAMES, "COUNTS": COUNT_NAMES,
        "figure_url": figure_url, "trace_url": trace_url, "trace_address": trace_address, "unit_url": unit_url,
        "changed": changed, "share_of": share_of, "missing_weight": weight, "part_of": part_of,
        "moved_by": moved_by, "indicator_name": indicator_name, "breakdown_name": breakdown_name,
        "measure_unit": measure_unit, "known_on": known_on, "short_period": short_period,
    }  # fmt: skip
