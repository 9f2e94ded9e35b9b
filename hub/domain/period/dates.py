"""Data windows and deadlines: what the edition says, else what Decree 09/2019/NĐ-CP says (R08, R11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.domain.period.cycle import in_month
from hub.domain.period.value import Period
from hub.domain.regime import DayRule, Edition, WindowRule
from hub.domain.working_days import WorkingCalendar
from hub.errors import Refused

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)


class NoLegalDate(Refused):
    """The edition states no date here and the decree has no default: whoever issued the regime must set it."""

    code = "no_legal_date"
    vi = "Chế độ báo cáo chưa quy định ngày này và pháp luật không có ngày mặc định; cơ quan ban hành cần quy định."
    en = "The regime does not set this date and the law has no default; the issuing agency must set it."


LAWFUL = frozenset({"monthly", "quarterly", "half_yearly", "nine_month", "yearly"})
"""The frequencies that the decree dates; the window of any other is whatever the issuer says."""
_DECREE_WINDOW = WindowRule(DayRule("period_start", months=-1, day=15), DayRule("period_end", day=14))
DECREE_DUE = DayRule("period_end", day=25)
_CASCADE: Mapping[str, DayRule] = {
    "commune": DayRule("window_end", working_days=2),
    "department": DayRule("window_end", working_days=4),
    "province": DECREE_DUE,
    "ministry": DECREE_DUE,
}


@dataclass(frozen=True, slots=True)
class Window:
    """The data cut-off window of a period (thời gian chốt số liệu), both days inclusive."""

    start: date
    end: date


def law_window(frequency: str) -> WindowRule:
    """The decree's window (Decree 09/2019, article 12; R08): day 15 of the month before to day 14 of the last month.

    NoLegalDate for all others: weeks, ten months, school terms and years, several years, thematic and ad hoc reports.
    """
    if frequency not in LAWFUL:
        raise NoLegalDate
    return _DECREE_WINDOW


def law_due(level: str, frequency: str) -> DayRule:
    """The deadline where an issuer states none (R08): province and ministry by day 25 of the period's last month
    (article 13.1), a province's department 4 and a commune 2 working days after the window.

    For nine months the decree names no day of its own; article 13.1 is applied and :func:`due_problems` says so.
    NoLegalDate for the frequencies that have no :func:`law_window`, and for other levels.
    """
    if frequency not in LAWFUL or level not in _CASCADE:
        raise NoLegalDate
    return _CASCADE[level]


def resolve(rule: DayRule, period: Period, window_end: date | None, calendar: WorkingCalendar | None) -> date:
    """The day that a rule means for a period, in the order that :class:`DayRule` describes.

    A day that the month does not have becomes its last. ``window_end`` and ``calendar`` may be None where the rule
    needs none; ValueError if it does. YearNotKnown if working days are counted in a year the calendar does not hold.
    """
    anchor = {"period_start": period.start, "period_end": period.end, "window_end": window_end}[rule.anchor]
    if anchor is None:
        raise ValueError("the rule counts from the end of the window, which is not given")
    month = anchor.year * 12 + anchor.month - 1 + rule.months
    day = in_month(month // 12, month % 12 + 1, rule.day or anchor.day) + timedelta(days=rule.days)
    if rule.working_days:
        if calendar is None:
            raise ValueError("the rule counts working days, and no calendar is given")
        day = calendar.add(day, rule.working_days)
    return day - ONE_DAY if rule.before else day


def window(edition: Edition, period: Period, calendar: WorkingCalendar | None) -> Window:
    """The data window of a period: the edition's rule, else the decree's (R08). NoLegalDate if neither has one."""
    rule = edition.windows.get(period.frequency) or law_window(period.frequency)
    return Window(resolve(rule.start, period, None, calendar), resolve(rule.end, period, None, calendar))


def due_day(
    edition: Edition, level: str, period: Period, calendar: WorkingCalendar, window_end: date | None = None
) -> date:
    """The last day on which the level's report is on time: the edition's rule, else the default; rolled by R11.

    ``window_end``: where the window is that of a call and not the edition's.
    """
    rule = edition.dues.get((level, period.frequency)) or law_due(level, period.frequency)
    if window_end is None and rule.anchor == "window_end":
        window_end = window(edition, period, calendar).end
    day = resolve(rule, period, window_end, calendar)
    return calendar.next_working(day) if edition.holiday_roll == "next_working_day" else day


def due(edition: Edition, level: str, period: Period, calendar: WorkingCalendar) -> datetime:
    """``due_at``: the first instant that is not on time, 24:00 of the due day in Viet Nam, as aware UTC."""
    return end_of_day(due_day(edition, level, period, calendar))


def end_of_day(day: date) -> datetime:
    """24:00 of a day in Viet Nam, as aware UTC: the first instant after it."""
    return datetime.combine(day + ONE_DAY, time.min, VIETNAM).astimezone(UTC)


def due_day_of(due_at: datetime) -> date:
    """The day to show people for a ``due_at``: the last one that is on time."""
    return local_day(due_at - timedelta(microseconds=1))


def local_day(instant: datetime) -> date:
    """The day in Viet Nam at an instant. ValueError for a naive datetime, which names no instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(VIETNAM).date()
