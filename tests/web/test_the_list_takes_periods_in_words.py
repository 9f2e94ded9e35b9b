"""The filter of the list of reports takes a period as people write it."""

from __future__ import annotations

import pytest


@pytest.fixture
def found(make_actor, sign_in, hub):
    reader = sign_in(make_actor("reporter", "X11"))

    def ask(period: str) -> tuple[bool, str]:
        page = reader.get("/filings", query_string={"period": period}).get_data(as_text=True)
        return "Tháng 09 năm 2026" in page, page

    return ask


@pytest.mark.parametrize("period", ["2026-M09", "tháng 9/2026", "9/2026", "Thang 09 nam 2026", "2026"])
def test_a_period_is_found_as_it_is_written_and_stands_in_the_field_again(found, period):
    shown, page = found(period)
    assert shown
    assert f'value="{period}"' in page


@pytest.mark.parametrize("period", ["8/2026", "quý 3/2026", "2025", "không có", "'; --"])
def test_other_periods_and_other_words_find_nothing(found, period):
    assert not found(period)[0]
