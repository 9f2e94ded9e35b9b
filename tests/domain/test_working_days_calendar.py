"""Working days: weekends, holidays, swap days, and the years nobody knows."""

from __future__ import annotations

from datetime import date

import pytest

from hub.domain.working_days import WorkingCalendar, YearNotKnown

TET = frozenset(date(2026, 2, day) for day in range(16, 21))
CALENDAR = WorkingCalendar(TET | {date(2026, 1, 2)}, frozenset({date(2026, 1, 10)}), range(2026, 2027))


def test_a_weekday_is_worked_and_a_weekend_day_is_not():
    assert CALENDAR.is_working(date(2026, 1, 5))
    assert not CALENDAR.is_working(date(2026, 1, 3))
    assert not CALENDAR.is_working(date(2026, 1, 4))


def test_a_swapped_saturday_is_worked_and_its_friday_is_not():
    assert CALENDAR.is_working(date(2026, 1, 10))
    assert not CALENDAR.is_working(date(2026, 1, 2))


def test_a_day_that_is_both_holiday_and_swap_day_is_worked():
    calendar = WorkingCalendar(frozenset({date(2026, 3, 7)}), frozenset({date(2026, 3, 7)}), range(2026, 2027))
    assert calendar.is_working(date(2026, 3, 7))


def test_two_working_days_after_14_february_2026_is_the_24th():
    assert CALENDAR.add(date(2026, 2, 14), 2) == date(2026, 2, 24)
    assert CALENDAR.add(date(2026, 2, 14), 4) == date(2026, 2, 26)


def test_adding_no_working_days_changes_nothing_even_on_a_sunday():
    assert CALENDAR.add(date(2026, 2, 15), 0) == date(2026, 2, 15)


def test_working_days_count_backwards_too():
    assert CALENDAR.add(date(2026, 2, 24), -2) == date(2026, 2, 13)


def test_a_working_day_is_its_own_next_working_day():
    assert CALENDAR.next_working(date(2026, 2, 13)) == date(2026, 2, 13)
    assert CALENDAR.next_working(date(2026, 2, 14)) == date(2026, 2, 23)
    assert CALENDAR.next_working(date(2026, 1, 25)) == date(2026, 1, 26)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_a_year_that_is_not_known_is_refused_in_both_languages(day):
    with pytest.raises(YearNotKnown) as refusal:
        CALENDAR.is_working(day)
    assert str(day.year) in refusal.value.message_vi
    assert str(day.year) in refusal.value.message_en


def test_counting_across_the_end_of_the_known_years_is_refused_not_guessed():
    with pytest.raises(YearNotKnown):
        CALENDAR.add(date(2026, 12, 31), 1)
