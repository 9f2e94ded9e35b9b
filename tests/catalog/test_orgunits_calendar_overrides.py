"""The working calendar of Viet Nam as loaded: known holidays, swaps, and refusal of bad rows."""

from __future__ import annotations

from datetime import date

import pytest

from hub.catalog.calendar import KNOWN_YEARS, load_calendar, make_calendar, read_overrides
from hub.domain.working_days import YearNotKnown
from hub.errors import SchemaError


@pytest.mark.parametrize(
    "day",
    [
        date(2019, 1, 1), date(2025, 4, 7), date(2025, 4, 30), date(2025, 9, 2), date(2026, 1, 2), date(2026, 2, 16),
        date(2026, 2, 20), date(2026, 4, 27), date(2026, 8, 31), date(2026, 11, 24), date(2040, 1, 2),
    ],
)  # fmt: skip
def test_public_holidays_and_days_in_lieu_are_not_worked(day):
    assert not load_calendar().is_working(day)


@pytest.mark.parametrize(
    "day",
    [date(2019, 1, 5), date(2019, 5, 4), date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)],
)
def test_saturdays_given_for_a_swapped_day_are_worked(day):
    assert day.weekday() == 5
    assert load_calendar().is_working(day)


def test_tet_2026_is_off_from_14_to_22_february():
    off = [day for day in range(1, 29) if not load_calendar().is_working(date(2026, 2, day))]
    assert off == [1, 7, 8, *range(14, 23), 28]


def test_the_calendar_knows_2019_to_2040_and_no_other_year():
    assert (KNOWN_YEARS.start, KNOWN_YEARS.stop) == (2019, 2041)
    for day in (date(2018, 12, 31), date(2041, 1, 1)):
        with pytest.raises(YearNotKnown):
            load_calendar().is_working(day)


def test_an_override_wins_over_the_library(tmp_path):
    source = tmp_path / "overrides.csv"
    source.write_text(
        "date,kind,ground\n2026-04-30,working,Văn bản 1\n2026-03-03,holiday,Văn bản 2\n", encoding="utf-8"
    )
    calendar = make_calendar(source)
    assert calendar.is_working(date(2026, 4, 30))
    assert not calendar.is_working(date(2026, 3, 3))


def test_every_bad_override_is_named_with_its_line(tmp_path):
    source = tmp_path / "overrides.csv"
    source.write_text(
        "date,kind,ground\n2026-13-01,holiday,x\n2026-03-03,party,x\n2026-03-04,holiday,\n2026-03-04,holiday,x\n",
        encoding="utf-8",
    )
    with pytest.raises(SchemaError) as refusal:
        read_overrides(source)
    assert [problem.split(": ")[0] for problem in refusal.value.problems] == [
        f"overrides.csv:{n}" for n in (2, 3, 4, 5)
    ]
