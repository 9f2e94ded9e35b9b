"""The calendar of deadlines and the tour of a first visit, by keyboard, on a telephone and without scripts."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def chosen_day(page) -> str:
    return page.evaluate("document.activeElement.dataset.day || ''")


def test_arrow_keys_go_from_day_to_day_and_enter_to_its_reports(open_as):
    page = open_as("lan")
    page.goto("/calendar?month=2026-09")
    page.locator("[data-day='2026-09-15']").focus()
    for key, day in (("ArrowRight", "16"), ("ArrowDown", "23"), ("Home", "21"), ("End", "27"), ("ArrowUp", "20"),
                     ("ArrowLeft", "19")):  # fmt: skip
        page.keyboard.press(key)
        assert chosen_day(page) == f"2026-09-{day}", key
    page.locator("[data-day='2026-09-16']").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#day-2026-09-16")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Chế độ thử"


def test_the_days_are_one_stop_of_the_tab_key_and_start_at_today(open_as):
    page = open_as("lan")
    page.goto("/calendar?month=2026-09")
    assert page.locator("[data-day][tabindex='0']").evaluate_all("all => all.map(each => each.dataset.day)") == [
        "2026-09-15"
    ]


def test_page_keys_turn_the_month_and_keep_the_day(open_as):
    page = open_as("lan")
    page.goto("/calendar?month=2026-09")
    page.locator("[data-day='2026-09-16']").focus()
    page.keyboard.press("PageDown")
    page.wait_for_url(re.compile("month=2026-10"))
    page.wait_for_function("document.activeElement.dataset.day === '2026-10-16'")
    page.keyboard.press("PageUp")
    page.wait_for_url(re.compile("month=2026-09"))


def test_a_telephone_shows_the_month_and_the_list_without_scrolling_sideways(open_as):
    page = open_as("lan", width=390)
    page.goto("/calendar?month=2026-09")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="16/09/2026").click()
    assert page.locator("#day-2026-09-16").is_visible()


def test_the_tour_goes_step_by_step_by_keyboard_and_is_put_aside_for_good(open_as):
    page = open_as("lan")
    tour = page.locator("#tour")
    assert tour.locator("li:visible h3").all_inner_texts() == ["Việc của đơn vị ở một trang"]
    page.get_by_role("button", name="Bước tiếp").press("Enter")
    assert tour.locator("li:visible h3").all_inner_texts() == ["Mỗi dòng nói còn thiếu gì"]
    assert page.evaluate("document.activeElement.tagName") == "LI", "the step is read out"
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.locator("#tour-place").inner_text() == "Bước 5 trong 5"
    assert not page.get_by_role("button", name="Bước tiếp").is_visible()
    page.get_by_role("button", name="Đừng hiện lại").press("Enter")
    page.wait_for_url(re.compile("/$"))
    assert page.locator("#tour").count() == 0
    page.goto("/welcome")
    page.get_by_role("button", name="Hiện lại ở trang đầu").press("Enter")
    page.locator("#tour").wait_for()


def test_without_scripts_all_steps_stand_on_the_page(open_as):
    page = open_as("lan", script=False)
    assert page.locator("#tour li").count() == 5
    assert all(step.is_visible() for step in page.locator("#tour li").all())
    page.get_by_role("button", name="Đừng hiện lại").click()
    assert page.locator("#tour").count() == 0
