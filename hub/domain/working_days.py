"""Working days: what R10, R11 and deadlines counted in working days stand on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hub.errors import Refused

SATURDAY = 5


class YearNotKnown(Refused):
    """A day of a year whose holidays the calendar does not hold: a guess would be a wrong legal date."""

    code = "year_not_known"

    def __init__(self, year: int) -> None:
        super().__init__(
            f"Lịch ngày nghỉ chưa có năm {year}; cần bổ sung lịch trước khi tính thời hạn.",
            f"The calendar of public holidays does not hold the year {year}; add it before deadlines are counted.",
        )


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Public holidays, and the weekend days that are worked in exchange for a day off.

    A day in ``extra_working`` is worked whatever else it is. ``known_years`` are the years it may be asked about.
    """

    holidays: frozenset[date]
    extra_working: frozenset[date]
    known_years: range

    def is_working(self, day: date) -> bool:
        """True if state offices work on that day. YearNotKnown outside ``known_years``."""
        if day.year not in self.known_years:
            raise YearNotKnown(day.year)
        if day in self.extra_working:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def add(self, day: date, n: int) -> date:
        """The ``n``-th working day strictly after ``day`` (before it if ``n`` < 0); ``day`` itself if ``n`` is 0."""
        step = timedelta(days=1 if n > 0 else -1)
        for _ in range(abs(n)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def next_working(self, day: date) -> date:
        """``day`` if it is a working day, else the first working day after it (R11)."""
        return day if self.is_working(day) else self.add(day, 1)
