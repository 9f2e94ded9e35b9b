"""Periods in the spelling of statistical software, and back to days."""

from __future__ import annotations

from datetime import date

import pytest

from hub.domain.period import CALLED, CYCLIC, Period
from hub.domain.sdmx_time import FREQUENCIES, FREQUENCY_OF, NotATime, call_number, days_of, time_period

PLAIN = ("yearly", "half_yearly", "quarterly", "monthly", "weekly")


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("2026-Y", "2026"), ("2026-H2", "2026-S2"), ("2026-Q3", "2026-Q3"), ("2026-M02", "2026-02"),
        ("2026-W07", "2026-W07"), ("2026-9M", "2026-01-01/P9M"), ("2026-10M", "2026-01-01/P10M"),
        ("2025-5Y", "2021-01-01/P5Y"), ("2027-3Y", "2025-01-01/P3Y"), ("2026-X-3", "2026"), ("2026-T-1", "2026"),
    ],
)  # fmt: skip
def test_a_period_has_one_spelling(code, text):
    assert time_period(Period.parse(code)) == text


@pytest.mark.parametrize("frequency", PLAIN)
@pytest.mark.parametrize("year", [2020, 2025, 2026])
def test_a_calendar_period_means_its_own_days_again(frequency, year):
    period = Period(frequency, year)
    while period is not None and period.year == year:
        assert days_of(time_period(period)) == (period.start, period.end)
        period = next_of(period)


def next_of(period: Period) -> Period | None:
    try:
        return Period(period.frequency, period.year, period.index + 1)
    except ValueError:
        return None


@pytest.mark.parametrize("frequency", sorted(CYCLIC - set(PLAIN)))
def test_any_other_period_is_a_range_from_its_first_day_of_just_its_length(frequency):
    period = Period(frequency, 2025)
    first, _, length = time_period(period).partition("/")
    assert first == period.start.isoformat()
    if length.endswith("D"):
        assert int(length[1:-1]) == (period.end - period.start).days + 1
    else:
        months = int(length[1:-1]) * (12 if length.endswith("Y") else 1)
        after = period.end.year * 12 + period.end.month
        assert after - (period.start.year * 12 + period.start.month) + 1 == months


def test_every_frequency_has_a_code_of_its_own_that_is_no_number():
    assert set(FREQUENCIES) == CYCLIC | CALLED
    assert len(FREQUENCY_OF) == len(FREQUENCIES)
    assert not any(code.isdigit() for code in FREQUENCY_OF)


def test_calls_of_one_year_are_told_apart():
    assert call_number(Period.parse("2026-X-3")) == "N3"
    assert call_number(Period.parse("2026-M03")) == "_Z"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03-05", date(2026, 3, 5), date(2026, 3, 5)),
        ("2026-03-05T10:00:00Z", date(2026, 3, 5), date(2026, 3, 5)),
        ("2026-M03", date(2026, 3, 1), date(2026, 3, 31)), ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-T2", date(2026, 5, 1), date(2026, 8, 31)), ("2026-A1", date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-D060", date(2024, 2, 29), date(2024, 2, 29)), ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
    ],
)  # fmt: skip
def test_what_a_client_writes_means_days(text, first, last):
    assert days_of(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13", "2026-Q5", "2026-S0", "2026-W54", "2026-D366", "2026-D000", "2026-02-30", "２０２６",
     "2026-3", "2026-A2", "2026-T4", "26", "2026 ", "2026-01-01/P1M"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text):
    with pytest.raises(NotATime):
        days_of(text)
