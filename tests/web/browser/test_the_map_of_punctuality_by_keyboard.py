"""The map of punctuality is one stop of the Tab key: arrows move within it, and each cell says what it leads to."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_arrows_lead_to_a_cell_and_enter_to_its_reports(published, open_as):
    page = open_as("trung-uong")
    page.goto("/national/punctuality?level=commune&first=2026-09-01&last=2026-12-31")
    map_of_cells = page.locator(".heat-frame")
    map_of_cells.focus()
    page.keyboard.press("Tab")
    expect(map_of_cells.locator("thead a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    cell = map_of_cells.locator("tbody tr").first.locator("td a").first
    expect(cell).to_be_focused()
    expect(page.locator(".heat-told")).to_contain_text(re.compile("^Tỉnh P1, .+: 1/1 đúng hạn; 5 chưa đến hạn$"))
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tỉnh P1: Chế độ thử")
    page.go_back()
    map_of_cells.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(map_of_cells.locator(":focus")).to_have_count(0)
