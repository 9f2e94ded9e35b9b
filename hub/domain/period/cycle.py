"""How each frequency divides time: the days of its periods, and how many a year has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hub.domain.regime import YEARS_OF, Frequency

Days = tuple[date, date]
"""First and last day, both included."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """``pattern`` writes the code of a period, ``count`` says how many a year has, ``days`` which days each has."""

    pattern: str
    count: Callable[[int], int]
    days: Callable[[int, int], Days]

    @property
    def alone(self) -> bool:
        """True if a year has only one, so that its code has no number."""
        return "{index" not in self.pattern


def in_month(year: int, month: int, day: int) -> date:
    """That day of the month, or the month's last day if it has fewer."""
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day - 1), first_of_next - timedelta(days=1))


def _months(pattern: str, months: int, in_a_year: int = 1) -> Cycle:
    """Periods of so many months, counted from January."""

    def days(year: int, index: int) -> Days:
        return date(year, (index - 1) * months + 1, 1), in_month(year, index * months, 31)

    return Cycle(pattern, lambda year: in_a_year, days)


def _years(pattern: str, years: int) -> Cycle:
    """Periods of so many whole years, named by the last."""
    return Cycle(pattern, lambda year: 1, lambda year, index: (date(year - years + 1, 1, 1), date(year, 12, 31)))


def _weeks_of(year: int) -> int:
    """28 December is always in the last ISO week of its year."""
    return date(year, 12, 28).isocalendar().week


def _days_of_week(year: int, index: int) -> Days:
    return date.fromisocalendar(year, index, 1), date.fromisocalendar(year, index, 7)


def _days_of_term(year: int, index: int) -> Days:
    """The terms of the school year that begins in ``year``. No law fixes these days for all: a regime's window does."""
    if index == 1:
        return date(year, 9, 1), date(year + 1, 1, 15)
    return date(year + 1, 1, 16), date(year + 1, 5, 31)


def _days_of_school_year(year: int, index: int) -> Days:
    return date(year, 9, 1), date(year + 1, 5, 31)


CYCLES: Mapping[Frequency, Cycle] = {
    "weekly": Cycle("{year:04}-W{index:02}", _weeks_of, _days_of_week),
    "monthly": _months("{year:04}-M{index:02}", 1, 12),
    "quarterly": _months("{year:04}-Q{index}", 3, 4),
    "half_yearly": _months("{year:04}-H{index}", 6, 2),
    "nine_month": _months("{year:04}-9M", 9),
    "ten_month": _months("{year:04}-10M", 10),
    "yearly": _months("{year:04}-Y", 12),
    "school_term": Cycle("{year:04}-S{index}", lambda year: 2, _days_of_term),
    "school_year": Cycle("{year:04}-SY", lambda year: 1, _days_of_school_year),
    "three_yearly": _years("{year:04}-3Y", YEARS_OF["three_yearly"]),
    "five_yearly": _years("{year:04}-5Y", YEARS_OF["five_yearly"]),
}
