"""The period as a value: codes, calendar days, neighbours, parts and names."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.period import NotAPeriod, Period, periods_between
from hub.errors import BadRequest

COUNTS = {"monthly": 12, "quarterly": 4, "half_yearly": 2, "nine_month": 1, "yearly": 1}
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
        "٢٠٢٧-Y", "2027-M０1", "1999-Y", "2100-Y", "0000-M01", "2027-Y; DROP", "2027-W01", "2027/Y",
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
    [("monthly", 2027, 13), ("monthly", 2027, 0), ("yearly", 2027, 2), ("nine_month", 2027, 2), ("daily", 2027, 1)],
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
        ("2027-T-3", "2027-T-2", None),
        ("2027-X-1", None, None),
        ("2000-M01", None, None),
    ],
)
def test_the_period_before_is_of_the_same_frequency(code, before, last_year):
    previous, same = Period.parse(code).previous(), Period.parse(code).same_last_year()
    assert (previous.code if previous else None) == before
    assert (same.code if same else None) == last_year


@given(periods(("monthly", "quarterly", "half_yearly", "yearly")))
def test_the_period_before_ends_the_day_before_this_one_begins(period):
    before = period.previous()
    assert before.end + timedelta(days=1) == period.start
    assert before < period


@pytest.mark.parametrize(
    ("code", "frequency", "parts"),
    [
        ("2027-Q2", "monthly", ["2027-M04", "2027-M05", "2027-M06"]),
        ("2027-H2", "quarterly", ["2027-Q3", "2027-Q4"]),
        ("2027-Y", "half_yearly", ["2027-H1", "2027-H2"]),
        ("2027-9M", "quarterly", ["2027-Q1", "2027-Q2", "2027-Q3"]),
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


def test_numbered_periods_do_not_come_from_the_calendar():
    assert periods_between("thematic", date(2026, 1, 1), date(2027, 1, 1)) == ()
