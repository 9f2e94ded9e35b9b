"""On which days a unit is reminded of what it owes (R32): so many working days before its last day, and after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from hub.domain.working_days import WorkingCalendar

CATCH_UP = timedelta(days=30)
"""A reminder missed for longer than this is not made up for: the page of what is owed has said it all the while."""
MOST_DAYS = 60
"""The furthest from the last day that a reminder may lie, in working days."""


@dataclass(frozen=True, slots=True)
class ReminderCalendar:
    """Working days before and after the last day on time; 0 ``before`` is the morning of that day itself.

    The default: five days and one day before it, on it, one day and three days after it.
    """

    before: tuple[int, ...] = (5, 1, 0)
    after: tuple[int, ...] = (1, 3)


@dataclass(frozen=True, slots=True)
class Step:
    """One day of a calendar. ``name`` is ``before-5``, ``before-0``, ``after-1`` …"""

    name: str
    kind: Literal["due_soon", "overdue"]
    day: date


def steps(calendar: ReminderCalendar, last_day: date, working: WorkingCalendar) -> list[Step]:
    """The days on which reminders go out for a last day, in order. YearNotKnown where the working days end."""
    ahead = [Step(f"before-{n}", "due_soon", working.add(last_day, -n)) for n in sorted(set(calendar.before))]
    behind = [Step(f"after-{n}", "overdue", working.add(last_day, n)) for n in sorted(set(calendar.after))]
    return sorted(ahead + behind, key=lambda step: step.day)


def due_step(found: Iterable[Step], today: date) -> Step | None:
    """The latest step that has come: of several that were missed only that one counts. None before the first.

    None also when it was missed for longer than ``CATCH_UP``.
    """
    come = [step for step in found if step.day <= today]
    return come[-1] if come and today - come[-1].day <= CATCH_UP else None


def last_instant(
    due_at: datetime, closes_at: datetime | None, first_sent_at: datetime | None, resend_due: datetime | None
) -> datetime | None:
    """The first instant that is too late for what a unit still has to send; None where no day is set for it.

    Never sent: the deadline, or the end of more time that was granted. Sent once, and back with the unit: the day that
    was set for sending again; without one it is not overdue, because the first sending decides that (R31).
    """
    if first_sent_at is not None:
        return resend_due
    return max(due_at, closes_at) if closes_at is not None else due_at


def working_days_until(last_day: date, today: date, working: WorkingCalendar) -> int:
    """Working days after ``today`` up to and including ``last_day``; 0 on that day and after it."""
    left, day = 0, today
    while day < last_day:
        day += timedelta(days=1)
        left += working.is_working(day)
    return left
