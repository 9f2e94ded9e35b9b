"""While people type, the page fills in totals and says what the rules say; without JavaScript it still saves."""

from __future__ import annotations

import re

import pytest


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
    page.wait_for_timeout(400)


def _said(note) -> str:
    """A finding's words without the kind of finding, which only a screen reader hears."""
    return note.inner_text().removeprefix("Lỗi:").strip()


def test_totals_are_filled_in_as_one_types(page_of) -> None:
    page = page_of()
    total = page.locator('[name="cell.F1.r02.c01"]')
    assert total.get_attribute("placeholder") == "tự tính"
    _type(page, r02_c02="1.200", r02_c03="34")
    assert total.get_attribute("placeholder") == "1.234"
    assert total.input_value() == ""
    _type(page, r02_c03="")
    assert total.get_attribute("placeholder") == "1.200"


def test_a_broken_rule_is_said_beside_its_cell_and_goes_when_it_is_mended(page_of) -> None:
    page = page_of()
    _type(page, r02_c01="5", r02_c02="1", r02_c03="3", r02_c04="1")
    beside = page.locator('td:has([name="cell.F1.r02.c01"]) .finding.live')
    assert _said(beside) == "c01 phải bằng c02 + c03: ghi 5, đối chiếu 4, chênh lệch 1."
    assert re.search(r"1 lỗi", page.locator("#live-count").inner_text())
    page.locator("#live-count").click()
    assert page.locator("#live li a").first.get_attribute("href") == "#cell.F1.r02.c01"
    _type(page, r02_c03="4")
    assert page.locator(".finding.live").count() == 0
    assert "lỗi," not in page.locator("#live-count").inner_text()


def test_text_that_is_no_number_is_told_at_once_and_skips_the_rules_that_need_it(page_of) -> None:
    page = page_of()
    _type(page, r02_c01="5", r02_c02="một", r02_c03="3", r02_c04="1")
    assert page.locator(".finding.live").count() == 1
    assert _said(page.locator(".finding.live")) == (
        "Không đọc được số. Chỉ ghi chữ số, ví dụ 1234,5; không ghi chữ hay đơn vị tính."
    )


def test_the_same_words_stand_there_after_saving(page_of) -> None:
    page = page_of(width=390)
    _type(page, r02_c01="5", r02_c02="1", r02_c03="3", r02_c04="1", r01_c04="2")
    live = _said(page.locator('td:has([name="cell.F1.r02.c01"]) .finding'))
    page.locator(".dock").get_by_role("button", name="Lưu nháp").click()
    assert page.get_by_text("Đã lưu nháp").is_visible()
    saved = page.locator('td:has([name="cell.F1.r02.c01"]) .finding')
    assert saved.count() == 1
    assert saved.inner_text().endswith(live)
    _type(page, r02_c03="4")
    assert not page.locator('td:has([name="cell.F1.r02.c01"]) .finding:not([hidden])').count()
