"""While people type, the page fills in totals and says what the rules say; without JavaScript it still saves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def page_of(open_as, filing_of):
    """``page_of(width=…)``: the entry page of one filing, opened by its reporter."""

    def enter(width: int = 1280):
        page = open_as("lan", width=width)
        page.goto(f"/filings/{filing_of('X11').id}")
        return page

    return enter


def _type(page, **cells: str) -> None:
    for key, text in cells.items():
        page.locator(f'[name="cell.F1.{key.replace("_", ".")}"]').fill(text)


def _says(note, words: str) -> None:
    """Waits until a finding says this; the kind of finding before it is only heard from a screen reader."""
    expect(note).to_have_text(re.compile(rf"^\s*(Lỗi:\s*)?{re.escape(words)}\s*$"))


def test_totals_are_filled_in_as_one_types(page_of) -> None:
    page = page_of()
    total = page.locator('[name="cell.F1.r02.c01"]')
    expect(total).to_have_attribute("placeholder", "tự tính")
    _type(page, r02_c02="1.200", r02_c03="34")
    expect(total).to_have_attribute("placeholder", "1.234")
    expect(total).to_have_value("")
    _type(page, r02_c03="")
    expect(total).to_have_attribute("placeholder", "1.200")


def test_a_broken_rule_is_said_beside_its_cell_and_goes_when_it_is_mended(page_of) -> None:
    page = page_of()
    _type(page, r02_c01="5", r02_c02="1", r02_c03="3", r02_c04="1")
    beside = page.locator('td:has([name="cell.F1.r02.c01"]) .finding.live')
    _says(beside, "c01 phải bằng c02 + c03: ghi 5, đối chiếu 4, chênh lệch 1.")
    expect(page.locator("#live-count")).to_contain_text("1 lỗi")
    page.locator("#live-count").click()
    expect(page.locator("#live li a").first).to_have_attribute("href", "#cell.F1.r02.c01")
    _type(page, r02_c03="4")
    expect(page.locator(".finding.live")).to_have_count(0)
    expect(page.locator("#live-count")).not_to_contain_text("lỗi,")


def test_text_that_is_no_number_is_told_at_once_and_skips_the_rules_that_need_it(page_of) -> None:
    page = page_of()
    _type(page, r02_c01="5", r02_c02="một", r02_c03="3", r02_c04="1")
    expect(page.locator(".finding.live")).to_have_count(1)
    _says(
        page.locator(".finding.live"), "Không đọc được số. Chỉ ghi chữ số, ví dụ 1234,5; không ghi chữ hay đơn vị tính."
    )


def test_the_same_words_stand_there_after_saving(page_of) -> None:
    page = page_of(width=390)
    _type(page, r02_c01="5", r02_c02="1", r02_c03="3", r02_c04="1", r01_c04="2")
    words = "c01 phải bằng c02 + c03: ghi 5, đối chiếu 4, chênh lệch 1."
    _says(page.locator('td:has([name="cell.F1.r02.c01"]) .finding'), words)
    with page.expect_navigation():  # its end: before, the scripts of the new page do not hear what is typed
        page.locator(".dock").get_by_role("button", name="Lưu nháp").click()
    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()
    saved = page.locator('td:has([name="cell.F1.r02.c01"]) .finding')
    _says(saved, words)
    _type(page, r02_c03="4")
    expect(page.locator('td:has([name="cell.F1.r02.c01"]) .finding:not([hidden])')).to_have_count(0)
