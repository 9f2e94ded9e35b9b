"""Periods as SDMX writes them: a frequency code and a time period, and what a client's time text means in days."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hub.domain.form import Label
from hub.domain.period import CALLED, Period
from hub.errors import BadRequest


@dataclass(frozen=True, slots=True)
class FrequencyCode:
    """A frequency's code outside; the statistical community's own letter wherever it has one."""

    id: str
    label: Label


FREQUENCIES: Mapping[str, FrequencyCode] = {
    "weekly": FrequencyCode("W", Label("Hằng tuần", "Weekly")),
    "monthly": FrequencyCode("M", Label("Hằng tháng", "Monthly")),
    "quarterly": FrequencyCode("Q", Label("Hằng quý", "Quarterly")),
    "half_yearly": FrequencyCode("S", Label("6 tháng", "Half-yearly")),
    "nine_month": FrequencyCode("M9", Label("9 tháng đầu năm", "First nine months")),
    "ten_month": FrequencyCode("M10", Label("10 tháng đầu năm", "First ten months")),
    "yearly": FrequencyCode("A", Label("Hằng năm", "Annual")),
    "school_term": FrequencyCode("ST", Label("Học kỳ", "School term")),
    "school_year": FrequencyCode("SY", Label("Năm học", "School year")),
    "three_yearly": FrequencyCode("A3", Label("3 năm", "Triennial")),
    "five_yearly": FrequencyCode("A5", Label("5 năm", "Quinquennial")),
    "thematic": FrequencyCode("TH", Label("Chuyên đề", "Thematic")),
    "ad_hoc": FrequencyCode("AH", Label("Đột xuất", "Ad hoc")),
}
FREQUENCY_OF: Mapping[str, str] = {code.id: frequency for frequency, code in FREQUENCIES.items()}
"""The frequency that a code stands for."""

NO_CALL = "_Z"
"""The number of the call where a period follows the calendar."""

_MONTHS: Mapping[str, int] = {"nine_month": 9, "ten_month": 10, "three_yearly": 36, "five_yearly": 60}


class NotATime(BadRequest):
    """The text names no day, month, quarter or other stretch of time."""

    def __init__(self, text: str) -> None:
        shown = text[:40]
        super().__init__(
            f"“{shown}” không phải là mốc thời gian. Ví dụ: 2026, 2026-03, 2026-Q1, 2026-S1, 2026-W07, 2026-03-31.",
            f"“{shown}” is no time period. Examples: 2026, 2026-03, 2026-Q1, 2026-S1, 2026-W07, 2026-03-31.",
        )


def time_period(period: Period) -> str:
    """``2026``, ``2026-S1``, ``2026-Q1``, ``2026-03``, ``2026-W07``; anything else is a range from its first day on.

    Two called periods of a year share the year: :func:`call_number` tells them apart.
    """
    year, index = period.year, period.index
    match period.frequency:
        case "yearly" | "thematic" | "ad_hoc":
            return f"{year:04}"
        case "half_yearly":
            return f"{year:04}-S{index}"
        case "quarterly":
            return f"{year:04}-Q{index}"
        case "monthly":
            return f"{year:04}-{index:02}"
        case "weekly":
            return f"{year:04}-W{index:02}"
    return f"{period.start.isoformat()}/{_duration(period)}"


def _duration(period: Period) -> str:
    months = _MONTHS.get(period.frequency)
    if months is None:
        return f"P{(period.end - period.start).days + 1}D"
    return f"P{months // 12}Y" if months % 12 == 0 else f"P{months}M"


def call_number(period: Period) -> str:
    """``N3`` for the third call of a year, ``_Z`` where the period follows the calendar."""
    return f"N{period.index}" if period.frequency in CALLED else NO_CALL


# --- What a client means ------------------------------------------------------------

_YEAR = r"(?P<year>[12]\d{3})"
_TIME = re.compile(
    rf"{_YEAR}(?:-(?:(?P<day>\d{{2}}-\d{{2}})(?:T[\d:.]{{1,20}}(?:Z|[+-]\d{{2}}:\d{{2}})?)?|(?P<month>\d{{2}})"
    r"|(?P<part>[ASTQ])(?P<index>\d)|M(?P<month2>\d{2})|W(?P<week>\d{2})|D(?P<nth>\d{3})))?",
    re.ASCII,
)
_MONTHS_OF: Mapping[str, int] = {"A": 12, "S": 6, "T": 4, "Q": 3}


def days_of(text: str) -> tuple[date, date]:
    """The first and the last day of what a client wrote as ``startPeriod`` or ``endPeriod``; NotATime otherwise."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise NotATime(text)
    try:
        return _days(match)
    except ValueError:
        raise NotATime(text) from None


def _days(match: re.Match[str]) -> tuple[date, date]:
    year = int(match["year"])
    if match["day"]:
        day = date.fromisoformat(f"{year:04}-{match['day']}")
        return day, day
    if match["week"]:
        monday = date.fromisocalendar(year, int(match["week"]), 1)
        return monday, monday + timedelta(days=6)
    if match["nth"]:
        day = date(year, 1, 1) + timedelta(days=int(match["nth"]) - 1)
        if not int(match["nth"]) or day.year != year:
            raise ValueError
        return day, day
    if month := match["month"] or match["month2"]:
        return _months(year, int(month), 1)
    if match["part"]:
        length = _MONTHS_OF[match["part"]]
        return _months(year, (int(match["index"]) - 1) * length + 1, length)
    return date(year, 1, 1), date(year, 12, 31)


def _months(year: int, first: int, length: int) -> tuple[date, date]:
    last = first + length - 1
    if first < 1 or last > 12:
        raise ValueError
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
