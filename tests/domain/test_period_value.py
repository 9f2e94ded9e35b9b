"""The period as a value: codes, calendar days, neighbours, parts and names."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.period import NotAPeriod, Period, periods_between
from hub.errors import BadRequest

COUNTS = {
    "weekly": 52, "monthly": 12, "quarterly": 4, "half_yearly": 2, "nine_month": 1, "ten_month": 1, "yearly": 1,
    "school_term": 2, "school_year": 1, "three_yearly": 1, "five_yearly": 1,
}  # fmt: skip
years = st.integers(2001, 2099)


@st.composite
def periods(draw, frequencies=(*COUNTS, "thematic", "ad_hoc")):
    frequency = draw(st.sampled_from(frequencies))
    return Period(frequency, draw(years), draw(st.integers(1, COUNTS.get(frequency, 9999))))


@given(periods())
def test_a_period_is_read_back_from_its_code(period):
    assert Period.parse(period.code) == period
    assert str(period) == period.code


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("2027-M01", date(2027, 1, 1), date(2027, 1, 31)),
        ("2028-M02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2027-M02", date(2027, 2, 1), date(2027, 2, 28)),
        ("2027-M12", date(2027, 12, 1), date(2027, 12, 31)),
        ("2027-Q2", date(2027, 4, 1), date(2027, 6, 30)),
        ("2027-H2", date(2027, 7, 1), date(2027, 12, 31)),
        ("2027-9M", date(2027, 1, 1), date(2027, 9, 30)),
        ("2027-Y", date(2027, 1, 1), date(2027, 12, 31)),
        ("2027-10M", date(2027, 1, 1), date(2027, 10, 31)),
        ("2027-W01", date(2027, 1, 4), date(2027, 1, 10)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
        ("2026-S1", date(2026, 9, 1), date(2027, 1, 15)),
        ("2026-S2", date(2027, 1, 16), date(2027, 5, 31)),
        ("2026-SY", date(2026, 9, 1), date(2027, 5, 31)),
        ("2026-3Y", date(2024, 1, 1), date(2026, 12, 31)),
        ("2025-5Y", date(2021, 1, 1), date(2025, 12, 31)),
        ("2000-5Y", date(1996, 1, 1), date(2000, 12, 31)),
        ("2027-T-3", date(2027, 1, 1), date(2027, 12, 31)),
        ("2027-X-2", date(2027, 1, 1), date(2027, 12, 31)),
    ],
)
def test_a_period_has_its_calendar_days(code, start, end):
    assert (Period.parse(code).start, Period.parse(code).end) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "", "2027", "2027-M1", "2027-M00", "2027-M13", "2027-Q0", "2027-Q5", "2027-H3", "2027-9M1", "2027-Y1", "2027-y",
        "2027-T", "2027-T-0", "2027-T-01", "2027-T-10000", "2027-X--1", " 2027-Y", "2027-Y ", "2027-Y\n", "27-Y",
        "٢٠٢٧-Y", "2027-M０1", "1999-Y", "2100-Y", "0000-M01", "2027-Y; DROP", "2027/Y",
        "2027-W1", "2027-W00", "2027-W53", "2026-W54", "2027-W001", "2027-10M1", "2027-M10M", "2027-S0", "2027-S3",
        "2027-S", "2027-SY1", "2027-sy", "2027-4Y", "2027-03Y", "2027-5", "2027-5y",
    ],
)  # fmt: skip
def test_what_is_not_exactly_a_code_is_refused_in_both_languages(text):
    with pytest.raises(NotAPeriod) as refusal:
        Period.parse(text)
    assert "không phải là kỳ báo cáo" in refusal.value.message_vi
    assert "is not a reporting period" in refusal.value.message_en


def test_the_refusal_is_a_bad_request_and_a_value_error_and_quotes_no_endless_text():
    with pytest.raises(BadRequest) as refusal:
        Period.parse("x" * 100_000)
    assert isinstance(refusal.value, ValueError)
    assert len(refusal.value.message_vi) < 300


@pytest.mark.parametrize(
    ("frequency", "year", "index"),
    [
        ("monthly", 2027, 13),
        ("monthly", 2027, 0),
        ("yearly", 2027, 2),
        ("nine_month", 2027, 2),
        ("daily", 2027, 1),
        ("weekly", 2027, 53),
        ("weekly", 2026, 54),
        ("school_term", 2026, 3),
        ("five_yearly", 2025, 2),
    ],
)
def test_parts_that_do_not_fit_make_no_period(frequency, year, index):
    with pytest.raises(NotAPeriod):
        Period(frequency, year, index)


@pytest.mark.parametrize(
    ("code", "before", "last_year"),
    [
        ("2027-M01", "2026-M12", "2026-M01"),
        ("2027-M07", "2027-M06", "2026-M07"),
        ("2027-Q1", "2026-Q4", "2026-Q1"),
        ("2027-H2", "2027-H1", "2026-H2"),
        ("2027-9M", "2026-9M", "2026-9M"),
        ("2027-Y", "2026-Y", "2026-Y"),
        ("2027-10M", "2026-10M", "2026-10M"),
        ("2027-W01", "2026-W53", "2026-W01"),
        ("2026-W53", "2026-W52", None),
        ("2026-W52", "2026-W51", "2025-W52"),
        ("2026-S1", "2025-S2", "2025-S1"),
        ("2026-S2", "2026-S1", "2025-S2"),
        ("2026-SY", "2025-SY", "2025-SY"),
        ("2026-3Y", "2023-3Y", None),
        ("2025-5Y", "2020-5Y", None),
        ("2004-5Y", None, None),
        ("2000-W01", None, None),
        ("2027-T-3", "2027-T-2", None),
        ("2027-X-1", None, None),
        ("2000-M01", None, None),
    ],
)
def test_the_period_before_is_of_the_same_frequency(code, before, last_year):
    previous, same = Period.parse(code).previous(), Period.parse(code).same_last_year()
    assert (previous.code if previous else None) == before
    assert (same.code if same else None) == last_year


@given(periods(("weekly", "monthly", "quarterly", "half_yearly", "yearly", "three_yearly", "five_yearly")))
def test_the_period_before_ends_the_day_before_this_one_begins(period):
    before = period.previous()
    if before is None:
        assert period.year < 2006
        return
    assert before.end + timedelta(days=1) == period.start
    assert before < period


@pytest.mark.parametrize(
    ("code", "frequency", "parts"),
    [
        ("2027-Q2", "monthly", ["2027-M04", "2027-M05", "2027-M06"]),
        ("2027-H2", "quarterly", ["2027-Q3", "2027-Q4"]),
        ("2027-Y", "half_yearly", ["2027-H1", "2027-H2"]),
        ("2027-9M", "quarterly", ["2027-Q1", "2027-Q2", "2027-Q3"]),
        ("2027-10M", "monthly", [f"2027-M{n:02}" for n in range(1, 11)]),
        ("2027-10M", "quarterly", []),
        ("2026-SY", "school_term", ["2026-S1", "2026-S2"]),
        (
            "2026-SY",
            "monthly",
            ["2026-M09", "2026-M10", "2026-M11", "2026-M12", *(f"2027-M{n:02}" for n in range(1, 6))],
        ),
        ("2026-SY", "quarterly", []),
        ("2026-S1", "monthly", []),
        ("2026-3Y", "yearly", ["2024-Y", "2025-Y", "2026-Y"]),
        ("2025-5Y", "half_yearly", [f"{y}-H{h}" for y in range(2021, 2026) for h in (1, 2)]),
        ("2025-5Y", "three_yearly", []),
        ("2025-5Y", "ten_month", []),
        ("2025-SY", "weekly", []),  # though by chance it begins on a Monday and ends on a Sunday
        ("2027-M02", "weekly", []),  # and so does this month
        ("2027-W07", "monthly", []),
        ("2027-Q2", "quarterly", ["2027-Q2"]),
        ("2027-T-1", "thematic", ["2027-T-1"]),
        ("2027-Q2", "yearly", []),
        ("2027-9M", "half_yearly", []),
        ("2027-Y", "nine_month", []),
        ("2027-Y", "thematic", []),
        ("2027-T-1", "monthly", []),
    ],
)
def test_a_period_is_made_of_the_parts_that_tile_it(code, frequency, parts):
    assert [part.code for part in Period.parse(code).parts(frequency)] == parts


@given(periods(tuple(COUNTS)), st.sampled_from(tuple(COUNTS)))
def test_parts_follow_each_other_without_a_gap_from_start_to_end(period, frequency):
    parts = period.parts(frequency)
    if parts:
        assert (parts[0].start, parts[-1].end) == (period.start, period.end)
        assert all(a.end + timedelta(days=1) == b.start for a, b in pairwise(parts))


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("2027-M01", "Tháng 01 năm 2027", "January 2027"),
        ("2027-Q3", "Quý III năm 2027", "Quarter 3 of 2027"),
        ("2027-H1", "6 tháng đầu năm 2027", "First half of 2027"),
        ("2027-H2", "6 tháng cuối năm 2027", "Second half of 2027"),
        ("2027-9M", "9 tháng đầu năm 2027", "First nine months of 2027"),
        ("2027-Y", "Năm 2027", "Year 2027"),
        ("2027-10M", "10 tháng đầu năm 2027", "First ten months of 2027"),
        ("2026-W07", "Tuần 07 năm 2026 (09/02–15/02/2026)", "Week 7 of 2026"),
        ("2026-S1", "Học kỳ I năm học 2026–2027", "Term 1 of school year 2026–2027"),
        ("2026-S2", "Học kỳ II năm học 2026–2027", "Term 2 of school year 2026–2027"),
        ("2026-SY", "Năm học 2026–2027", "School year 2026–2027"),
        ("2026-3Y", "Giai đoạn 2024–2026 (3 năm)", "Three years 2024–2026"),
        ("2025-5Y", "Giai đoạn 2021–2025 (5 năm)", "Five years 2021–2025"),
        ("2027-T-30", "Chuyên đề số 30 năm 2027", "Thematic report 30 of 2027"),
        ("2027-X-2", "Đột xuất số 2 năm 2027", "Ad hoc report 2 of 2027"),
    ],
)
def test_a_period_has_a_name_in_both_languages(code, vi, en):
    assert (Period.parse(code).label.vi, Period.parse(code).label.en) == (vi, en)


def test_periods_between_two_days_are_those_that_share_a_day_with_them():
    found = periods_between("monthly", date(2026, 12, 31), date(2027, 2, 1))
    assert [period.code for period in found] == ["2026-M12", "2027-M01", "2027-M02"]
    assert periods_between("nine_month", date(2027, 10, 1), date(2027, 12, 31)) == ()
    assert periods_between("yearly", date(2027, 5, 1), date(2027, 4, 1)) == ()


def test_weeks_between_two_days_run_on_over_the_new_year():
    found = periods_between("weekly", date(2026, 12, 27), date(2027, 1, 4))
    assert [period.code for period in found] == ["2026-W52", "2026-W53", "2027-W01"]


def test_school_years_and_several_years_are_found_from_any_of_their_days():
    day = date(2027, 2, 1)
    codes = {name: [p.code for p in periods_between(name, day, day)] for name in ("school_year", "school_term")}
    assert codes == {"school_year": ["2026-SY"], "school_term": ["2026-S2"]}
    assert periods_between("school_year", date(2027, 6, 1), date(2027, 8, 31)) == ()
    assert [p.year for p in periods_between("five_yearly", day, day)] == [2027, 2028, 2029, 2030, 2031]


@given(st.dates(date(2002, 1, 1), date(2098, 12, 31)), st.sampled_from(tuple(COUNTS)))
def test_every_period_that_holds_a_day_is_found_from_it_and_they_come_in_order(day, frequency):
    found = periods_between(frequency, day, day)
    near = {Period(frequency, y, n) for y in range(day.year - 1, min(day.year + 5, 2099) + 1)
            for n in range(1, COUNTS[frequency] + 1)}  # fmt: skip
    assert set(found) >= {period for period in near if period.start <= day <= period.end}
    assert all(period.start <= day <= period.end for period in found)
    assert list(found) == sorted(found) == sorted(found, key=lambda period: (period.start, period.end))


def test_a_year_has_as_many_weeks_as_the_calendar_says():
    assert {y: len([p for p in periods_between("weekly", date(y, 1, 1), date(y, 12, 31)) if p.year == y])
            for y in (2015, 2020, 2025, 2026, 2032)} == {2015: 53, 2020: 53, 2025: 52, 2026: 53, 2032: 53}  # fmt: skip


def test_an_edition_asks_for_the_periods_of_its_cycle_alone(make_small_edition):
    edition = make_small_edition(
        frequencies=("yearly", "three_yearly", "five_yearly"), first_years={"three_yearly": 2018}
    )
    asked = {name: [y for y in range(2015, 2036) if edition.asks_for(name, 1, y)] for name in edition.frequencies}
    assert asked == {
        "yearly": list(range(2015, 2036)),
        "three_yearly": [2018, 2021, 2024, 2027, 2030, 2033],
        "five_yearly": [2015, 2020, 2025, 2030, 2035],
    }
    assert edition.asks_for("three_yearly"), "whatever the year"
    assert not edition.asks_for("weekly", 1, 2026)


def test_a_cycle_without_a_stated_year_begins_with_its_edition(make_small_edition):
    edition = make_small_edition(frequencies=("three_yearly", "five_yearly"), first_years={"five_yearly": 2027})
    assert [y for y in range(2020, 2035) if edition.asks_for("three_yearly", 1, y)] == [2027, 2030, 2033]
    assert [y for y in range(2020, 2035) if edition.asks_for("five_yearly", 1, y)] == [2027, 2032]


def test_numbered_periods_do_not_come_from_the_calendar():
    assert periods_between("thematic", date(2026, 1, 1), date(2027, 1, 1)) == ()
