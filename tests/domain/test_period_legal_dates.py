"""Windows and deadlines by law and by edition (R08, R10, R11), with the published vectors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.period import (
    NoLegalDate,
    Period,
    due,
    due_day,
    due_day_of,
    due_problems,
    end_of_day,
    law_due,
    law_window,
    local_day,
    periods_between,
    resolve,
    window,
)
from hub.domain.regime import DayRule, Reporter, WindowRule
from hub.domain.working_days import WorkingCalendar, YearNotKnown

TET_2026 = frozenset(date(2026, 2, day) for day in range(16, 21))
CALENDAR = WorkingCalendar(TET_2026, frozenset(), range(2024, 2041))
TILING = ("monthly", "quarterly", "half_yearly", "yearly")
ONE_DAY = timedelta(days=1)


@pytest.fixture
def silent(make_small_edition):
    """An edition that says nothing about windows or deadlines."""
    return make_small_edition(windows={}, dues={})


def _days(edition, code):
    found = window(edition, Period.parse(code), None)
    return found.start, found.end


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("2027-M01", date(2026, 12, 15), date(2027, 1, 14)),
        ("2027-M03", date(2027, 2, 15), date(2027, 3, 14)),
        ("2028-M03", date(2028, 2, 15), date(2028, 3, 14)),
        ("2027-Q1", date(2026, 12, 15), date(2027, 3, 14)),
        ("2027-Q2", date(2027, 3, 15), date(2027, 6, 14)),
        ("2027-Q3", date(2027, 6, 15), date(2027, 9, 14)),
        ("2027-Q4", date(2027, 9, 15), date(2027, 12, 14)),
        ("2026-H1", date(2025, 12, 15), date(2026, 6, 14)),
        ("2026-H2", date(2026, 6, 15), date(2026, 12, 14)),
        ("2027-9M", date(2026, 12, 15), date(2027, 9, 14)),
        ("2026-Y", date(2025, 12, 15), date(2026, 12, 14)),
    ],
)
def test_the_decrees_windows_are_those_of_the_table(silent, code, start, end):
    assert _days(silent, code) == (start, end)


def _law_windows(frequency, year):
    rule = law_window(frequency)
    of_year = periods_between(frequency, date(year, 1, 1), date(year, 12, 31))
    return [(resolve(rule.start, each, None, None), resolve(rule.end, each, None, None)) for each in of_year]


@given(year=st.integers(2001, 2098), frequency=st.sampled_from(TILING))
def test_windows_of_one_frequency_tile_the_annual_window_and_run_on_into_the_next(year, frequency):
    this_year, next_year = _law_windows(frequency, year), _law_windows(frequency, year + 1)
    assert [(this_year[0][0], this_year[-1][1])] == _law_windows("yearly", year)
    assert all(earlier[1] + ONE_DAY == later[0] for earlier, later in pairwise([*this_year, *next_year]))
    assert all(start <= end for start, end in this_year)


@given(day=st.dates(date(2001, 1, 1), date(2098, 12, 31)), frequency=st.sampled_from(TILING))
def test_every_day_lies_in_exactly_one_window_of_a_frequency(day, frequency):
    near = periods_between(frequency, day - timedelta(days=400), day + timedelta(days=400))
    rule = law_window(frequency)
    holding = [p for p in near if resolve(rule.start, p, None, None) <= day <= resolve(rule.end, p, None, None)]
    assert len(holding) == 1


@pytest.mark.parametrize(
    ("code", "day"),
    [("2027-M01", date(2027, 1, 25)), ("2027-Q1", date(2027, 3, 25)), ("2027-H1", date(2027, 6, 25)),
     ("2027-H2", date(2027, 12, 25)), ("2027-Y", date(2027, 12, 25)), ("2027-9M", date(2027, 9, 25))],
)  # fmt: skip
@pytest.mark.parametrize("level", ["province", "ministry"])
def test_provinces_and_ministries_are_due_on_day_25_of_the_last_month(silent, level, code, day):
    assert due_day(silent, level, Period.parse(code), CALENDAR) == day


def test_communes_have_two_working_days_and_departments_four_after_the_window(silent):
    february = Period.parse("2026-M02")
    assert due_day(silent, "commune", february, CALENDAR) == date(2026, 2, 24)
    assert due_day(silent, "department", february, CALENDAR) == date(2026, 2, 26)


def test_the_law_gives_numbered_periods_and_unknown_levels_no_dates(silent):
    for question in (
        lambda: law_window("thematic"),
        lambda: law_due("province", "ad_hoc"),
        lambda: law_due("ward", "yearly"),
    ):
        with pytest.raises(NoLegalDate) as refusal:
            question()
        assert refusal.value.message_vi != refusal.value.message_en
    with pytest.raises(NoLegalDate):
        due(silent, "province", Period.parse("2027-T-1"), CALENDAR)


@pytest.mark.parametrize(
    "frequency", ["weekly", "ten_month", "school_term", "school_year", "three_yearly", "five_yearly"]
)
def test_the_law_dates_no_weeks_ten_months_school_years_or_several_years(frequency):
    for question in (lambda: law_window(frequency), lambda: law_due("province", frequency)):
        with pytest.raises(NoLegalDate):
            question()


@pytest.mark.parametrize(
    ("frequency", "rule", "code", "start", "end"),
    [
        ("weekly", WindowRule(DayRule("period_start", days=-3), DayRule("period_end", days=-3)),
         "2027-W01", date(2027, 1, 1), date(2027, 1, 7)),
        ("school_year", WindowRule(DayRule("period_start"), DayRule("period_end", months=1, day=15)),
         "2026-SY", date(2026, 9, 1), date(2027, 6, 15)),
        ("school_term", WindowRule(DayRule("period_start", months=1, day=5), DayRule("period_end")),
         "2026-S1", date(2026, 10, 5), date(2027, 1, 15)),
        ("three_yearly", WindowRule(DayRule("period_start"), DayRule("period_end", months=9, day=30)),
         "2026-3Y", date(2024, 1, 1), date(2027, 9, 30)),
        ("five_yearly", WindowRule(DayRule("period_start"), DayRule("period_end", months=-6, day=31)),
         "2025-5Y", date(2021, 1, 1), date(2025, 6, 30)),
    ],
)  # fmt: skip
def test_an_edition_dates_the_frequencies_that_the_law_does_not(make_small_edition, frequency, rule, code, start, end):
    edition = make_small_edition(
        frequencies=(frequency,), windows={frequency: rule}, reporters=(Reporter("province"),),
        dues={("province", frequency): DayRule("window_end", working_days=5)},
    )  # fmt: skip
    assert _days(edition, code) == (start, end)
    assert due_day(edition, "province", Period.parse(code), CALENDAR) == CALENDAR.add(end, 5)
    assert due_problems(edition, Period.parse(code), CALENDAR) == []


def test_no_department_stands_between_where_the_decree_says_nothing(make_small_edition):
    edition = make_small_edition(
        frequencies=("ten_month",), reporters=(Reporter("commune", "own", "province"), Reporter("province", "rollup")),
        windows={"ten_month": WindowRule(DayRule("period_start"), DayRule("period_end", day=14))},
        dues={("commune", "ten_month"): DayRule("period_end", day=20)}
        | {("province", "ten_month"): DayRule("period_end", day=25)},
    )  # fmt: skip
    assert due_problems(edition, Period.parse("2027-10M"), CALENDAR) == []


def test_a_deadline_counted_from_the_window_takes_the_window_of_a_call(make_small_edition):
    edition = make_small_edition(windows={}, dues={("province", "ad_hoc"): DayRule("window_end", days=15)})
    flood = Period.parse("2027-X-1")
    assert due_day(edition, "province", flood, CALENDAR, date(2027, 9, 10)) == date(2027, 9, 25)


def test_an_edition_may_set_its_own_window_and_deadline(make_small_edition):
    rule = WindowRule(DayRule("period_start"), DayRule("period_end"))
    edition = make_small_edition(
        windows={"half_yearly": rule},
        dues={("province", "half_yearly"): DayRule("period_end", months=1, day=15, before=True, ground="TT 13/2020")},
    )
    first_half = Period.parse("2027-H1")
    assert _days(edition, "2027-H1") == (date(2027, 1, 1), date(2027, 6, 30))
    assert due_day(edition, "province", first_half, CALENDAR) == date(2027, 7, 14)
    assert due_day(edition, "ministry", first_half, CALENDAR) == date(2027, 6, 25)


def test_a_deadline_that_needs_no_window_is_known_without_one(make_small_edition):
    edition = make_small_edition(windows={}, dues={("province", "thematic"): DayRule("period_end", day=20)})
    assert due_day(edition, "province", Period.parse("2027-T-1"), CALENDAR) == date(2027, 12, 20)


@pytest.mark.parametrize(
    ("rule", "code", "day"),
    [
        (DayRule("period_start"), "2027-Q2", date(2027, 4, 1)),
        (DayRule("period_end"), "2027-Q2", date(2027, 6, 30)),
        (DayRule("period_end", day=31), "2028-M02", date(2028, 2, 29)),
        (DayRule("period_end", day=31), "2027-M02", date(2027, 2, 28)),
        (DayRule("period_end", day=30), "2027-M02", date(2027, 2, 28)),
        (DayRule("period_end", months=1), "2027-M01", date(2027, 2, 28)),
        (DayRule("period_end", months=1, day=31), "2027-M02", date(2027, 3, 31)),
        (DayRule("period_end", months=2, day=28, before=True), "2027-Y", date(2028, 2, 27)),
        (DayRule("period_end", months=2, day=1, before=True), "2027-Y", date(2028, 1, 31)),
        (DayRule("period_end", months=3, day=1, before=True), "2027-Y", date(2028, 2, 29)),
        (DayRule("period_start", months=-1, day=15), "2027-M01", date(2026, 12, 15)),
        (DayRule("period_start", months=-13, day=31), "2027-M01", date(2025, 12, 31)),
        (DayRule("period_end", days=10), "2027-H1", date(2027, 7, 10)),
        (DayRule("period_end", days=-1), "2028-M02", date(2028, 2, 28)),
        (DayRule("period_end", day=14, days=1, working_days=1), "2026-M02", date(2026, 2, 23)),
        (DayRule("window_end", working_days=2), "2026-M02", date(2026, 2, 24)),
        (DayRule("window_end", working_days=2, before=True), "2026-M02", date(2026, 2, 23)),
        (DayRule("window_end", days=1), "2026-M02", date(2026, 2, 15)),
    ],
)  # fmt: skip
def test_a_rule_moves_the_month_then_sets_the_day_then_adds_and_takes_the_day_before_last(rule, code, day):
    window_end = date(2026, 2, 14) if rule.anchor == "window_end" else None
    assert resolve(rule, Period.parse(code), window_end, CALENDAR) == day


def test_a_rule_that_needs_a_window_or_a_calendar_is_refused_without_it():
    february = Period.parse("2026-M02")
    with pytest.raises(ValueError, match="window"):
        resolve(DayRule("window_end"), february, None, CALENDAR)
    with pytest.raises(ValueError, match="calendar"):
        resolve(DayRule("period_end", working_days=1), february, None, None)


def test_a_deadline_in_a_year_without_known_holidays_is_refused_not_guessed(silent):
    with pytest.raises(YearNotKnown):
        due(silent, "commune", Period.parse("2041-M05"), CALENDAR)


def test_a_deadline_on_a_sunday_stays_unless_the_edition_rolls_it(make_small_edition):
    january = Period.parse("2026-M01")
    assert due_day(make_small_edition(), "province", january, CALENDAR) == date(2026, 1, 25)
    rolled = make_small_edition(holiday_roll="next_working_day")
    assert due_day(rolled, "province", january, CALENDAR) == date(2026, 1, 26)
    assert due_day(rolled, "province", Period.parse("2026-M03"), CALENDAR) == date(2026, 3, 25)


def test_the_deadline_instant_is_24_00_in_viet_nam_as_utc(silent):
    due_at = due(silent, "province", Period.parse("2027-M01"), CALENDAR)
    assert due_at == datetime(2027, 1, 25, 17, 0, tzinfo=UTC)
    assert due_at.tzinfo is UTC
    assert due_day_of(due_at) == date(2027, 1, 25)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 30)))
def test_the_day_shown_for_a_deadline_is_the_due_day(day):
    assert due_day_of(end_of_day(day)) == day
    assert local_day(end_of_day(day)) == day + ONE_DAY


def test_a_day_in_viet_nam_begins_at_17_00_utc_of_the_day_before():
    assert local_day(datetime(2027, 1, 25, 16, 59, 59, 999_999, UTC)) == date(2027, 1, 25)
    assert local_day(datetime(2027, 1, 25, 17, 0, tzinfo=UTC)) == date(2027, 1, 26)


def test_a_time_without_a_zone_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2027, 1, 25, 12, 0))  # noqa: DTZ001 - the point of the test


# --- R10 ---------------------------------------------------------------


def test_the_cascade_of_february_2026_fails_around_tet_and_is_flagged(make_small_edition, silent):
    for edition in (make_small_edition(), silent):
        (problem,) = due_problems(edition, Period.parse("2026-M02"), CALENDAR)
        assert "cấp tỉnh (25/02/2026)" in problem
        assert "(26/02/2026)" in problem
        assert "provinces are due on 2026-02-25" in problem


def test_a_text_that_states_day_25_itself_is_not_held_to_the_cascade_of_departments(make_small_edition):
    stated = DayRule("period_end", day=25, ground="Văn bản thử, Điều 1: ngày 25")
    edition = make_small_edition()
    edition = make_small_edition(
        dues={pair: stated if pair[0] == "province" else rule for pair, rule in edition.dues.items()}
        | {("province", "monthly"): stated}
    )
    assert due_problems(edition, Period.parse("2026-M02"), CALENDAR) == []


@pytest.mark.parametrize("code", ["2026-M01", "2027-M01", "2027-Q1", "2027-Y"])
def test_the_cascade_of_an_ordinary_period_holds(make_small_edition, code):
    assert due_problems(make_small_edition(), Period.parse(code), CALENDAR) == []


def test_a_deadline_before_the_data_are_closed_is_flagged(make_small_edition):
    edition = make_small_edition(
        reporters=(Reporter("ministry"),),
        windows={"monthly": WindowRule(DayRule("period_start"), DayRule("period_end"))},
        dues={("ministry", "monthly"): DayRule("period_end", day=15, before=True)},
    )
    (problem,) = due_problems(edition, Period.parse("2026-M05"), CALENDAR)
    assert "14/05/2026" in problem
    assert "(01/06/2026)" in problem


def test_one_working_day_after_the_window_is_just_enough(make_small_edition):
    edition = make_small_edition(
        reporters=(Reporter("ministry"),), dues={("ministry", "monthly"): DayRule("window_end", working_days=1)}
    )
    assert due_problems(edition, Period.parse("2026-M02"), CALENDAR) == []


def test_a_province_due_on_the_same_day_as_its_communes_is_flagged(make_small_edition):
    dues = {(level, "monthly"): DayRule("period_end", day=20) for level in ("commune", "province", "ministry")}
    (problem,) = due_problems(make_small_edition(dues=dues), Period.parse("2027-M01"), CALENDAR)
    assert "cấp xã" in problem
    assert "communes" in problem


def test_a_district_of_its_time_stands_between_commune_and_province(make_small_edition):
    days = {"commune": 16, "district": 16, "province": 20}
    edition = make_small_edition(
        reporters=(
            Reporter("commune", "own", "district"),
            Reporter("district", "rollup", "province"),
            Reporter("province"),
        ),
        dues={(level, "monthly"): DayRule("period_end", day=day) for level, day in days.items()},
    )
    (problem,) = due_problems(edition, Period.parse("2024-M07"), CALENDAR)
    assert "districts are due on 2024-07-16, not after communes" in problem


def test_an_issuer_that_names_its_own_later_day_for_provinces_is_not_flagged(make_small_edition):
    dues = {
        ("province", "monthly"): DayRule("period_end", day=27),
        ("ministry", "monthly"): DayRule("period_end", day=27),
    }
    assert due_problems(make_small_edition(dues=dues), Period.parse("2026-M02"), CALENDAR) == []


def test_nine_months_without_a_stated_deadline_are_flagged(make_small_edition):
    edition = make_small_edition(reporters=(Reporter("province"),))
    (problem,) = due_problems(edition, Period.parse("2027-9M"), CALENDAR)
    assert "9 tháng" in problem
    stated = make_small_edition(
        reporters=(Reporter("province"),), dues={("province", "nine_month"): DayRule("period_end", day=28)}
    )
    assert due_problems(stated, Period.parse("2027-9M"), CALENDAR) == []


def test_a_period_without_any_legal_date_is_flagged_and_does_not_raise(silent):
    (problem,) = due_problems(silent, Period.parse("2027-T-1"), CALENDAR)
    assert "cơ quan ban hành cần quy định" in problem


def test_a_window_that_ends_before_it_begins_is_flagged(make_small_edition):
    edition = make_small_edition(
        reporters=(Reporter("ministry"),),
        windows={"monthly": WindowRule(DayRule("period_end"), DayRule("period_start"))},
    )
    (problem,) = due_problems(edition, Period.parse("2027-M01"), CALENDAR)
    assert "ends before it begins" in problem
