"""Whole journeys in a real Chromium, on a desk and on a telephone, with and without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from hub.domain.access import SYSTEM
from hub.services import aggregation, publication

pytestmark = pytest.mark.browser


def _fill(page, form):
    for name, text in form.items():
        page.locator(f'[name="{name}"]').fill(text)


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, False)])
def test_from_a_mistake_to_an_accepted_report(width, script, open_as, form_of, filing_of):
    page = open_as("lan", width=width, script=script)
    page.get_by_role("link", name="Chế độ thử").first.click()
    _fill(page, form_of(r02_c02="một"))
    page.locator(".dock").get_by_role("button", name="Lưu và xác nhận").click()
    expect(page).to_have_title(re.compile("^Lỗi: "))
    page.locator(".summary").get_by_role("link").first.click()
    field = page.locator('[name="cell.F1.r02.c02"]')
    expect(field).to_have_value("một")
    expect(page).to_have_url(re.compile(r"#cell\.F1\.r02\.c02$"))
    expect(field).to_be_visible()
    field.fill("1")
    page.locator(".dock").get_by_role("button", name="Lưu và xác nhận").click()
    expect(page.get_by_text("Đã xác nhận kiểm tra")).to_be_visible()
    assert filing_of("X11").state == "checked"
    page = open_as("duyet", width=width, script=script)
    page.get_by_role("link", name="Chế độ thử").first.click()
    page.get_by_label("Báo cáo không chứa bí mật nhà nước").check()
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Đã gửi báo cáo")).to_be_visible()
    page = open_as("can-bo", width=width, script=script)
    page.get_by_role("link", name="Tiếp nhận", exact=True).click()
    page.get_by_role("link", name="Chế độ thử").first.click()
    page.get_by_role("link", name="Xã X11", exact=True).click()
    page.get_by_role("button", name="Tiếp nhận phiên bản 1").click()
    expect(page.get_by_text("Đã tiếp nhận báo cáo")).to_be_visible()
    assert filing_of("X11").state == "accepted"


def test_the_centre_clicks_from_a_national_figure_to_the_received_file(open_as, hub, submit, accept, now, filing_of):
    submit("X11")
    accept("X11")
    aggregation.run(hub, SYSTEM, "THU-01/2025-07-01", "2026-M09", now)
    publication.issue(hub, SYSTEM, "thu", "2026-M09", now)
    page = open_as("trung-uong")
    page.get_by_role("link", name="Báo cáo quốc gia", exact=True).click()
    page.get_by_role("link", name="Báo cáo thử").first.click()
    page.locator("td a").first.click()
    expect(page.get_by_role("heading", name=re.compile("Con số này từ đâu ra"))).to_be_visible()
    row = page.get_by_role("row", name=re.compile("Xã X11"))
    expect(row.get_by_text("/forms/F1/cells/")).to_be_visible()
    with page.expect_download() as download:
        row.get_by_role("link", name="X11.json").click()
    assert '"unit": "X11"' in Path(download.value.path()).read_text(encoding="utf-8")
    row.get_by_role("link", name="phiên bản 1").click()
    expect(page).to_have_title(re.compile("Chế độ thử"))


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_window(width, open_as, published, filing_of):
    pages = {
        "lan": ["/", "/filings", f"/filings/{filing_of('X12').id}", "/uploads", "/password"],
        "can-bo": ["/inbox", f"/filings/{filing_of('X11').id}", f"/filings/{filing_of('X11').id}/compare?old=1&new=1"],
        "trung-uong": ["/reports", f"/reports/{published.id}", "/coverage/THU-01/2025-07-01/2026-M09", "/admin/jobs",
               f"/reports/{published.id}/trace?cell=F1.r02.c02"],
    }  # fmt: skip
    for name, paths in pages.items():
        page = open_as(name, width=width)
        for path in paths:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
