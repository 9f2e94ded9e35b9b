"""The period as a value: its code, its calendar days, its neighbours and parts, and its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import cast

from hub.domain.form import Label
from hub.domain.period.cycle import CYCLES
from hub.domain.regime import YEARS_OF, Frequency
from hub.errors import BadRequest

YEARS = range(2000, 2100)
"""The years a period may lie in."""


class NotAPeriod(BadRequest, ValueError):
    """The text or numbers name no reporting period."""

    code = "not_a_period"

    def __init__(self, text: str) -> None:
        examples = (
            "2027-W07, 2027-M01, 2027-Q1, 2027-H1, 2027-9M, 2027-10M, 2027-Y, 2027-S1, 2027-SY, 2027-3Y, 2025-5Y, "
            "2027-T-1, 2027-X-1"
        )
        super().__init__(
            f"“{text}” không phải là kỳ báo cáo. Ví dụ đúng: {examples}.",
            f"“{text}” is not a reporting period. Examples: {examples}.",
        )


_NUMBERED: Mapping[Frequency, str] = {"thematic": "{year:04}-T-{index}", "ad_hoc": "{year:04}-X-{index}"}
CYCLIC: frozenset[str] = frozenset(CYCLES)
"""The frequencies that follow the calendar."""
CALLED: frozenset[str] = frozenset(_NUMBERED)
"""The frequencies whose periods are numbered as they are called for; their days are those of the call."""
_MOST_IN_A_YEAR = 9999
_CODE = re.compile(
    r"(?P<year>\d{4})-(?:M(?P<monthly>0[1-9]|1[0-2])|Q(?P<quarterly>[1-4])|H(?P<half_yearly>[12])|(?P<nine_month>9M)"
    r"|(?P<ten_month>10M)|(?P<yearly>Y)|W(?P<weekly>0[1-9]|[1-4]\d|5[0-3])|S(?P<school_term>[12])|(?P<school_year>SY)"
    r"|(?P<three_yearly>3Y)|(?P<five_yearly>5Y)|T-(?P<thematic>[1-9]\d{0,3})|X-(?P<ad_hoc>[1-9]\d{0,3}))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One reporting period. ``index`` counts from 1 within the year; it is 1 where a year has only one.

    ``year`` is the calendar year; of a week the ISO year; of a school year and its terms the year it begins in; of a
    period of several years the last. Thematic and ad hoc periods are numbered, not dated: their calendar days are
    those of the whole year, and their window and deadline come from the call. Periods of one frequency sort in time.
    NotAPeriod if the parts do not fit.
    """

    frequency: Frequency
    year: int
    index: int = 1

    def __post_init__(self) -> None:
        fits = self.year in YEARS and (self.frequency in CYCLIC or self.frequency in CALLED)
        if not fits or not 1 <= self.index <= self._most():
            raise NotAPeriod(f"{self.frequency} {self.year} {self.index}")

    def _most(self) -> int:
        return CYCLES[self.frequency].count(self.year) if self.frequency in CYCLIC else _MOST_IN_A_YEAR

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period of a code, written exactly as :attr:`code` writes it; NotAPeriod otherwise."""
        return _parsed(text)

    @property
    def code(self) -> str:
        """``2027-W07``, ``2027-M01``, ``2027-Q1``, ``2027-9M``, ``2027-SY``, ``2025-5Y``, ``2027-X-2``, …"""
        pattern = _NUMBERED.get(self.frequency) or CYCLES[self.frequency].pattern
        return pattern.format(year=self.year, index=self.index)

    def __str__(self) -> str:
        return self.code

    @property
    def start(self) -> date:
        """The first calendar day of the period."""
        return _days(self)[0]

    @property
    def end(self) -> date:
        """The last calendar day of the period."""
        return _days(self)[1]

    def previous(self) -> Period | None:
        """The period before it of the same frequency; None before the first (numbers start anew each year)."""
        return _before(self)

    def same_last_year(self) -> Period | None:
        """The same period of the year before; None where there is none: the 53rd week of a year of 52, periods of
        several years, and numbered periods, whose numbers do not recur."""
        if self.frequency in CALLED or self.frequency in YEARS_OF or self.year - 1 not in YEARS:
            return None
        if self.index > CYCLES[self.frequency].count(self.year - 1):
            return None
        return replace(self, year=self.year - 1)

    def parts(self, frequency: Frequency) -> tuple[Period, ...]:
        """The periods of that frequency that together make exactly this one, in order; empty if none do.

        Weeks make no longer period: that some month begins on a Monday and ends on a Sunday is chance.
        """
        if frequency == self.frequency:
            return (self,)
        if frequency == "weekly" or self.frequency in CALLED:
            return ()
        found = periods_between(frequency, self.start, self.end)
        whole = bool(found) and (found[0].start, found[-1].end) == (self.start, self.end)
        if not whole or any(one.end + timedelta(days=1) != next_.start for one, next_ in pairwise(found)):
            return ()
        return found

    @property
    def label(self) -> Label:
        """How people name it: ``Tháng 01 năm 2027`` / ``January 2027``."""
        vi, en = _NAMES[self.frequency]
        values = {"index": self.index, "roman": _pick(_ROMAN, self.index), "month": _pick(_MONTHS, self.index)}
        values |= {"half_vi": _pick(_HALVES_VI, self.index), "half_en": _pick(_HALVES_EN, self.index)}
        values |= {"year": self.year, "next": self.year + 1, "first": self.start.year, "last": self.end.year}
        return Label(vi.format(**values, start=self.start, end=self.end), en.format(**values))


_ROMAN = ("I", "II", "III", "IV")
_HALVES_VI, _HALVES_EN = ("đầu", "cuối"), ("First", "Second")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NAMES: Mapping[Frequency, tuple[str, str]] = {
    "weekly": ("Tuần {index:02} năm {year} ({start:%d/%m}–{end:%d/%m/%Y})", "Week {index} of {year}"),
    "monthly": ("Tháng {index:02} năm {year}", "{month} {year}"),
    "quarterly": ("Quý {roman} năm {year}", "Quarter {index} of {year}"),
    "half_yearly": ("6 tháng {half_vi} năm {year}", "{half_en} half of {year}"),
    "nine_month": ("9 tháng đầu năm {year}", "First nine months of {year}"),
    "ten_month": ("10 tháng đầu năm {year}", "First ten months of {year}"),
    "yearly": ("Năm {year}", "Year {year}"),
    "school_term": ("Học kỳ {roman} năm học {year}–{next}", "Term {index} of school year {year}–{next}"),
    "school_year": ("Năm học {year}–{next}", "School year {year}–{next}"),
    "three_yearly": ("Giai đoạn {first}–{last} (3 năm)", "Three years {first}–{last}"),
    "five_yearly": ("Giai đoạn {first}–{last} (5 năm)", "Five years {first}–{last}"),
    "thematic": ("Chuyên đề số {index} năm {year}", "Thematic report {index} of {year}"),
    "ad_hoc": ("Đột xuất số {index} năm {year}", "Ad hoc report {index} of {year}"),
}


def _pick(names: tuple[str, ...], index: int) -> str:
    return names[index - 1] if index <= len(names) else ""


def periods_between(frequency: Frequency, first_day: date, last_day: date) -> tuple[Period, ...]:
    """The periods with a calendar day from ``first_day`` to ``last_day``, in order; none for numbered frequencies.

    Of periods of several years there is one for each last year: which of them are owed says the edition.
    """
    cycle = CYCLES.get(frequency)
    if cycle is None or last_day < first_day:
        return ()
    most = YEARS_OF.get(frequency, 1)
    years = (year for year in range(first_day.year - 1, last_day.year + most + 1) if year in YEARS)
    periods = (Period(frequency, year, index) for year in years for index in range(1, cycle.count(year) + 1))
    return tuple(period for period in periods if period.end >= first_day and period.start <= last_day)


@lru_cache(maxsize=1024)  # a campaign's thousands of filings name one period; what is no period is not kept
def _parsed(text: str) -> Period:
    match = _CODE.fullmatch(text)
    if match is None or int(match["year"]) not in YEARS:
        raise NotAPeriod(text[:40])
    frequency = cast(Frequency, match.lastgroup)
    alone = frequency in CYCLIC and CYCLES[frequency].alone
    try:
        return Period(frequency, int(match["year"]), 1 if alone else int(match[frequency]))
    except NotAPeriod:
        raise NotAPeriod(text) from None


@lru_cache(maxsize=1024)
def _before(period: Period) -> Period | None:
    if period.index > 1:
        return replace(period, index=period.index - 1)
    year = period.year - YEARS_OF.get(period.frequency, 1)
    if period.frequency not in CYCLIC or year not in YEARS:
        return None
    return replace(period, year=year, index=CYCLES[period.frequency].count(year))


@lru_cache(maxsize=1024)
def _days(period: Period) -> tuple[date, date]:
    cycle = CYCLES.get(period.frequency) or CYCLES["yearly"]  # a numbered period has the days of the whole year
    return cycle.days(period.year, period.index if period.frequency in CYCLIC else 1)
