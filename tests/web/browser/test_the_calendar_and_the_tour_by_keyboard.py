"""The calendar of deadlines and the tour of a first visit, by keyboard, on a telephone and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def day_of(page, day: str):
    return page.locator(f"[data-day='{day}']")


def test_arrow_keys_go_from_day_to_day_and_enter_to_its_reports(open_as):
    page = open_as("lan")
    page.goto("/calendar?month=2026-09")
    page.locator("[data-day='2026-09-15']").focus()
    for key, day in (("ArrowRight", "16"), ("ArrowDown", "23"), ("Home", "21"), ("End", "27"), ("ArrowUp", "20"),
                     ("ArrowLeft", "19")):  # fmt: skip
        page.keyboard.press(key)
        expect(day_of(page, f"2026-09-{day}"), key).to_be_focused()
    page.locator("[data-day='2026-09-16']").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#day-2026-09-16$"))
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Chế độ thử")


def test_the_days_are_one_stop_of_the_tab_key_and_start_at_today(open_as):
    page = open_as("lan")
    page.goto("/calendar?month=2026-09")
    only = page.locator("[data-day][tabindex='0']")
    expect(only).to_have_count(1)
    expect(only).to_have_attribute("data-day", "2026-09-15")


def test_page_keys_turn_the_month_and_keep_the_day(open_as):
    page = open_as("lan")
    page.goto("/calendar?month=2026-09")
    page.locator("[data-day='2026-09-16']").focus()
    page.keyboard.press("PageDown")
    page.wait_for_url(re.compile("month=2026-10"))
    expect(day_of(page, "2026-10-16")).to_be_focused()
    page.keyboard.press("PageUp")
    page.wait_for_url(re.compile("month=2026-09"))


def test_a_telephone_shows_the_month_and_the_list_without_scrolling_sideways(open_as):
    page = open_as("lan", width=390)
    page.goto("/calendar?month=2026-09")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="16/09/2026").click()
    expect(page.locator("#day-2026-09-16")).to_be_visible()


def test_the_tour_goes_step_by_step_by_keyboard_and_is_put_aside_for_good(open_as):
    page = open_as("lan")
    tour = page.locator("#tour")
    expect(tour.locator("li:visible h3")).to_have_text(["Việc của đơn vị ở một trang"])
    page.get_by_role("button", name="Bước tiếp").press("Enter")
    expect(tour.locator("li:visible h3")).to_have_text(["Mỗi dòng nói còn thiếu gì"])
    expect(tour.locator("li:visible"), "the step is read out").to_be_focused()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#tour-place")).to_have_text("Bước 5 trong 5")
    expect(page.get_by_role("button", name="Bước tiếp")).to_be_hidden()
    page.get_by_role("button", name="Đừng hiện lại").press("Enter")
    page.wait_for_url(re.compile("/$"))
    expect(page.locator("#tour")).to_have_count(0)
    page.goto("/welcome")
    page.get_by_role("button", name="Hiện lại ở trang đầu").press("Enter")
    page.locator("#tour").wait_for()


def test_without_scripts_all_steps_stand_on_the_page(open_as):
    page = open_as("lan", script=False)
    expect(page.locator("#tour li")).to_have_count(5)
    expect(page.locator("#tour li:visible")).to_have_count(5)
    page.get_by_role("button", name="Đừng hiện lại").click()
    expect(page.locator("#tour")).to_have_count(0)
