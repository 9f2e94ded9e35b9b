"""Which day a reminder goes out on, counted in working days from the last day (R32)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hub.domain.reminder_calendar import ReminderCalendar, due_step, last_instant, steps, working_days_until
from hub.domain.working_days import WorkingCalendar, YearNotKnown

WORKING = WorkingCalendar(frozenset({date(2026, 9, 2)}), frozenset(), range(2026, 2027))
FRIDAY = date(2026, 9, 25)


def found(last_day=FRIDAY, **calendar):
    return [(step.name, step.day) for step in steps(ReminderCalendar(**calendar), last_day, WORKING)]


def test_by_default_five_days_and_one_before_on_the_day_and_one_and_three_after():
    assert found() == [
        ("before-5", date(2026, 9, 18)), ("before-1", date(2026, 9, 24)), ("before-0", FRIDAY),
        ("after-1", date(2026, 9, 28)), ("after-3", date(2026, 9, 30)),
    ]  # fmt: skip


def test_holidays_and_weekends_are_not_counted():
    assert found(date(2026, 9, 4), before=(2,), after=()) == [("before-2", date(2026, 9, 1))], (
        "2 September is a holiday"
    )


def test_an_empty_calendar_reminds_of_nothing():
    assert found(before=(), after=()) == []


@pytest.mark.parametrize(
    ("today", "name"),
    [
        (date(2026, 9, 17), None), (date(2026, 9, 18), "before-5"), (date(2026, 9, 21), "before-5"),
        (date(2026, 9, 24), "before-1"), (date(2026, 9, 25), "before-0"), (date(2026, 9, 26), "before-0"),
        (date(2026, 10, 20), "after-3"), (date(2026, 10, 30), "after-3"), (date(2026, 10, 31), None),
    ],
)  # fmt: skip
def test_of_reminders_that_were_missed_only_the_latest_counts_and_not_for_ever(today, name):
    step = due_step(steps(ReminderCalendar(), FRIDAY, WORKING), today)
    assert (step.name if step else None) == name


def test_a_year_whose_holidays_are_not_known_is_not_guessed():
    with pytest.raises(YearNotKnown):
        found(date(2026, 12, 31))


DUE, LATER, EARLIER = (datetime(2026, 9, day, 17, tzinfo=UTC) for day in (25, 30, 20))


def test_more_time_moves_the_last_day_and_less_does_not():
    assert last_instant(DUE, None, None, None) == DUE
    assert last_instant(DUE, LATER, None, None) == LATER
    assert last_instant(DUE, EARLIER, None, None) == DUE


def test_what_was_sent_once_is_due_again_only_on_a_day_that_was_set():
    assert last_instant(DUE, None, EARLIER, None) is None, "R31: a return does not make an on-time report late"
    assert last_instant(DUE, LATER, EARLIER, DUE) == DUE


def test_working_days_left_are_counted_up_to_the_last_day():
    assert working_days_until(FRIDAY, date(2026, 9, 18), WORKING) == 5
    assert working_days_until(FRIDAY, date(2026, 9, 20), WORKING) == 5
    assert working_days_until(FRIDAY, FRIDAY, WORKING) == working_days_until(FRIDAY, LATER.date(), WORKING) == 0
