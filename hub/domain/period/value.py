"""The period as a value: its code, its calendar days, its neighbours and parts, and its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple, cast

from hub.domain.form import Label
from hub.domain.regime import Frequency
from hub.errors import BadRequest

YEARS = range(2000, 2100)
"""The years a period may lie in."""


class NotAPeriod(BadRequest, ValueError):
    """The text or numbers name no reporting period."""

    code = "not_a_period"

    def __init__(self, text: str) -> None:
        examples = "2027-M01, 2027-Q1, 2027-H1, 2027-9M, 2027-Y, 2027-T-1, 2027-X-1"
        super().__init__(
            f"“{text}” không phải là kỳ báo cáo. Ví dụ đúng: {examples}.",
            f"“{text}” is not a reporting period. Examples: {examples}.",
        )


class _Cycle(NamedTuple):
    """How a frequency divides the year: ``months`` a period, so many ``in_a_year``; ``pattern`` writes its code."""

    months: int
    in_a_year: int
    pattern: str


_CYCLES: Mapping[Frequency, _Cycle] = {
    "monthly": _Cycle(1, 12, "{year:04}-M{index:02}"),
    "quarterly": _Cycle(3, 4, "{year:04}-Q{index}"),
    "half_yearly": _Cycle(6, 2, "{year:04}-H{index}"),
    "nine_month": _Cycle(9, 1, "{year:04}-9M"),
    "yearly": _Cycle(12, 1, "{year:04}-Y"),
}
_NUMBERED: Mapping[Frequency, str] = {"thematic": "{year:04}-T-{index}", "ad_hoc": "{year:04}-X-{index}"}
CYCLIC: frozenset[str] = frozenset(_CYCLES)
"""The frequencies that follow the calendar; the others are numbered as they are asked for."""
_MOST_IN_A_YEAR = 9999
_CODE = re.compile(
    r"(?P<year>\d{4})-(?:M(?P<monthly>0[1-9]|1[0-2])|Q(?P<quarterly>[1-4])|H(?P<half_yearly>[12])|(?P<nine_month>9M)"
    r"|(?P<yearly>Y)|T-(?P<thematic>[1-9]\d{0,3})|X-(?P<ad_hoc>[1-9]\d{0,3}))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One reporting period. ``index`` counts from 1 within the year; it is 1 where a year has only one.

    Thematic and ad hoc periods are numbered, not dated: their calendar days are those of the whole year, and their
    window and deadline come from the edition. Periods of one frequency sort in time. NotAPeriod if the parts do not
    fit.
    """

    frequency: Frequency
    year: int
    index: int = 1

    def __post_init__(self) -> None:
        cycle = _CYCLES.get(self.frequency)
        if cycle is None and self.frequency not in _NUMBERED:
            raise NotAPeriod(f"{self.frequency} {self.year} {self.index}")
        most = cycle.in_a_year if cycle is not None else _MOST_IN_A_YEAR
        if self.year not in YEARS or not 1 <= self.index <= most:
            raise NotAPeriod(f"{self.frequency} {self.year} {self.index}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period of a code, written exactly as :attr:`code` writes it; NotAPeriod otherwise."""
        match = _CODE.fullmatch(text)
        if match is None:
            raise NotAPeriod(text[:40])
        frequency = cast(Frequency, match.lastgroup)
        index = 1 if frequency in {"nine_month", "yearly"} else int(match[frequency])
        if int(match["year"]) not in YEARS:
            raise NotAPeriod(text)
        return cls(frequency, int(match["year"]), index)

    @property
    def code(self) -> str:
        """``2027-M01``, ``2027-Q1``, ``2027-H1``, ``2027-9M``, ``2027-Y``, ``2027-T-3`` or ``2027-X-2``."""
        pattern = _NUMBERED.get(self.frequency) or _CYCLES[self.frequency].pattern
        return pattern.format(year=self.year, index=self.index)

    def __str__(self) -> str:
        return self.code

    @property
    def start(self) -> date:
        """The first calendar day of the period."""
        cycle = _CYCLES.get(self.frequency)
        return date(self.year, (self.index - 1) * cycle.months + 1 if cycle is not None else 1, 1)

    @property
    def end(self) -> date:
        """The last calendar day of the period."""
        cycle = _CYCLES.get(self.frequency)
        return in_month(self.year, self.index * cycle.months if cycle is not None else 12, 31)

    def previous(self) -> Period | None:
        """The period before it of the same frequency; None before the first (numbers start anew each year)."""
        if self.index > 1:
            return replace(self, index=self.index - 1)
        cycle = _CYCLES.get(self.frequency)
        if cycle is None or self.year - 1 not in YEARS:
            return None
        return replace(self, year=self.year - 1, index=cycle.in_a_year)

    def same_last_year(self) -> Period | None:
        """The same period of the year before; None for numbered periods, whose numbers do not recur."""
        if self.frequency in _NUMBERED or self.year - 1 not in YEARS:
            return None
        return replace(self, year=self.year - 1)

    def parts(self, frequency: Frequency) -> tuple[Period, ...]:
        """The periods of that frequency that together make exactly this one, in order; empty if none do."""
        if frequency == self.frequency:
            return (self,)
        part, whole = _CYCLES.get(frequency), _CYCLES.get(self.frequency)
        if part is None or whole is None or whole.months % part.months != 0:
            return ()
        n = whole.months // part.months
        return tuple(Period(frequency, self.year, (self.index - 1) * n + i) for i in range(1, n + 1))

    @property
    def label(self) -> Label:
        """How people name it: ``Tháng 01 năm 2027`` / ``January 2027``."""
        vi, en = _NAMES[self.frequency]
        values = {"index": self.index, "roman": _pick(_ROMAN, self.index), "month": _pick(_MONTHS, self.index)}
        values |= {"half_vi": _pick(_HALVES_VI, self.index), "half_en": _pick(_HALVES_EN, self.index)}
        return Label(vi.format(year=self.year, **values), en.format(year=self.year, **values))


_ROMAN = ("I", "II", "III", "IV")
_HALVES_VI, _HALVES_EN = ("đầu", "cuối"), ("First", "Second")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NAMES: Mapping[Frequency, tuple[str, str]] = {
    "monthly": ("Tháng {index:02} năm {year}", "{month} {year}"),
    "quarterly": ("Quý {roman} năm {year}", "Quarter {index} of {year}"),
    "half_yearly": ("6 tháng {half_vi} năm {year}", "{half_en} half of {year}"),
    "nine_month": ("9 tháng đầu năm {year}", "First nine months of {year}"),
    "yearly": ("Năm {year}", "Year {year}"),
    "thematic": ("Chuyên đề số {index} năm {year}", "Thematic report {index} of {year}"),
    "ad_hoc": ("Đột xuất số {index} năm {year}", "Ad hoc report {index} of {year}"),
}


def _pick(names: tuple[str, ...], index: int) -> str:
    return names[index - 1] if index <= len(names) else ""


def periods_between(frequency: Frequency, first_day: date, last_day: date) -> tuple[Period, ...]:
    """The periods with a calendar day from ``first_day`` to ``last_day``, in order; none for numbered frequencies."""
    cycle = _CYCLES.get(frequency)
    if cycle is None or last_day < first_day:
        return ()
    years = (year for year in range(first_day.year, last_day.year + 1) if year in YEARS)
    periods = (Period(frequency, year, index) for year in years for index in range(1, cycle.in_a_year + 1))
    return tuple(period for period in periods if period.end >= first_day and period.start <= last_day)


def in_month(year: int, month: int, day: int) -> date:
    """That day of the month, or the month's last day if it has fewer."""
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day - 1), first_of_next - timedelta(days=1))
