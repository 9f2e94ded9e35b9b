"""Whether a report may still be sent, and whether it was on time (R31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from hub.domain.period.dates import ONE_DAY, due_day_of, end_of_day, law_window, resolve
from hub.domain.period.value import Period
from hub.domain.regime import Edition
from hub.domain.working_days import WorkingCalendar

UNSENT_STATES: frozenset[str] = frozenset({"draft", "checked", "signed", "returned"})
"""The states in which a report lies with its unit and could be sent (R25)."""

Punctuality = Literal["on_time", "late", "not_sent", "pending"]


@dataclass(frozen=True, slots=True)
class Allowed:
    """The answer of :func:`may_send`. Only what is allowed can be ``late``. The reasons are empty if all is well."""

    allowed: bool
    late: bool
    reason_vi: str
    reason_en: str


def may_send(
    edition: Edition,
    period: Period,
    level: str,
    due_at: datetime,
    now: datetime,
    state: str,
    closes_at: datetime | None = None,
    calendar: WorkingCalendar | None = None,
    *,
    opens: date | None = None,
) -> Allowed:
    """Whether a report may be sent at this moment: the one answer for the web, the API and the scheduler.

    Allowed from the first instant of the window's first day (some regimes are due before their window ends), on time
    before ``due_at``, late from then on, and refused from the closing instant. That is ``closes_at`` if given (an
    extension, or the time given for sending again; it counts whether earlier or later), else ``due_at`` plus the
    edition's ``late_days``; an edition without ``late_days`` never closes. ``opens`` is the first day of the filing's
    own window; without it the edition's is taken, and ``calendar`` is needed only where that is counted in working
    days.
    """
    if all(reporter.level != level for reporter in edition.reporters):
        return _refuse("Đơn vị không thuộc đối tượng phải gửi báo cáo này.", "Your unit does not owe this report.")
    if state not in UNSENT_STATES:
        return _refuse("Báo cáo đã được gửi, không gửi lại được.", "The report has already been sent.")
    opens = opens or _opening_day(edition, period, calendar)
    if now < end_of_day(opens - ONE_DAY):
        return _refuse(
            f"Chưa đến thời gian báo cáo: chỉ gửi được từ ngày {opens:%d/%m/%Y}.",
            f"It is too early: the report may be sent from {opens:%d/%m/%Y} on.",
        )
    closing = closes_at if closes_at is not None else _closing(edition, due_at)
    if closing is not None and now >= closing:
        last = due_day_of(closing)
        return _refuse(
            f"Đã hết thời gian nhận báo cáo (ngày {last:%d/%m/%Y}).", f"The report was closed after {last:%d/%m/%Y}."
        )
    if now >= due_at:
        last = due_day_of(due_at)
        return Allowed(
            True,
            True,
            f"Đã quá hạn ngày {last:%d/%m/%Y}; báo cáo vẫn được nhận và ghi là gửi muộn.",
            f"The deadline was {last:%d/%m/%Y}; the report is still taken and is marked late.",
        )
    return Allowed(True, False, "", "")


def _refuse(vi: str, en: str) -> Allowed:
    return Allowed(False, False, vi, en)


def _opening_day(edition: Edition, period: Period, calendar: WorkingCalendar | None) -> date:
    rule = edition.windows.get(period.frequency) or law_window(period.frequency)
    return resolve(rule.start, period, None, calendar)


def _closing(edition: Edition, due_at: datetime) -> datetime | None:
    # Viet Nam keeps one offset all year, so whole days are 24 hours.
    return None if edition.late_days is None else due_at + timedelta(days=edition.late_days)


def punctuality(due_at: datetime, first_sent_at: datetime | None, now: datetime) -> Punctuality:
    """R31: by the first sending, whatever was sent back later; on time only before ``due_at``."""
    if first_sent_at is not None:
        return "on_time" if first_sent_at < due_at else "late"
    return "pending" if now < due_at else "not_sent"
