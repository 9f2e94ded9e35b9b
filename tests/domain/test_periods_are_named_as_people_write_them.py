"""A period is found by its code, by the name that pages show, and by the short ways in which people write it."""

from __future__ import annotations

import unicodedata

import pytest

from hub.domain.period import CYCLIC, Period, is_year, period_named
from hub.domain.period.cycle import CYCLES


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2026-M11", "2026-M11"),
        ("2026-m11", "2026-M11"),
        ("tháng 11/2026", "2026-M11"),
        ("Tháng 11 năm 2026", "2026-M11"),
        ("thang 3/2026", "2026-M03"),
        ("11/2026", "2026-M11"),
        (" 03/2026 ", "2026-M03"),
        ("T11/2026", "2026-M11"),
        ("11-2026", "2026-M11"),
        ("November 2026", "2026-M11"),
        ("quý 3/2026", "2026-Q3"),
        ("Quý III/2026", "2026-Q3"),
        ("quý IV năm 2026", "2026-Q4"),
        ("quy 2 2026", "2026-Q2"),
        ("Q3/2026", "2026-Q3"),
        ("quarter 3 of 2026", "2026-Q3"),
        ("6 tháng đầu năm 2026", "2026-H1"),
        ("6 tháng cuối năm 2026", "2026-H2"),
        ("9 tháng 2026", "2026-9M"),
        ("9 tháng đầu năm 2026", "2026-9M"),
        ("năm 2026", "2026-Y"),
        ("cả năm 2026", "2026-Y"),
        ("tuần 7/2026", "2026-W07"),
        ("năm học 2025–2026", "2025-SY"),
    ],
)
def test_what_people_write_is_understood_in_either_unicode_form(written: str, code: str) -> None:
    for form in ("NFC", "NFD"):
        found = period_named(unicodedata.normalize(form, written))
        assert found is not None
        assert found.code == code


@pytest.mark.parametrize(
    "written",
    ["", "13/2026", "quý 5/2026", "0/2026", "tuần 54/2026", "2026", "abc", "11/1850", "1/11/2026", "tháng 11"],
)
def test_what_names_no_period_is_none(written: str) -> None:
    assert period_named(written) is None


def test_every_period_is_found_by_its_own_name_in_both_languages() -> None:
    for frequency in sorted(CYCLIC):
        for index in range(1, CYCLES[frequency].count(2026) + 1):  # type: ignore[index]
            period = Period(frequency, 2026, index)  # type: ignore[arg-type]
            assert period_named(period.code) == period
            assert period_named(period.label.vi) == period
            assert period_named(period.label.en) == period


def test_a_year_alone_stands_for_all_of_its_periods() -> None:
    assert is_year("2026")
    assert not any(is_year(text) for text in ("1999", "26", "2026-Y", "٢٠٢٦", ""))
