"""An officer's morning: reminds all, grants an extension, accepts what is clean; on a desk and on a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from hub.services import contacts, extensions, notifications

pytestmark = pytest.mark.browser


@pytest.fixture
def morning(hub, submit, make_actor, filing_of, now):
    """X11 sent a clean report, X12 asks for more time, X13 is silent and has a contact."""
    submit("X11")
    clerk = make_actor("reporter", "X12")
    until = filing_of("X12").due_at.replace(day=25)
    extensions.ask(hub, clerk, filing_of("X12").id, until=until, reason="Thiếu người", now=now)
    silent = make_actor("reporter", "X13")
    contacts.keep(
        hub, silent, "X13", "", name="Đầu mối báo cáo", title="Văn phòng", phone="0000 000 003", email="", now=now
    )  # fmt: skip
    return silent, until


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, False)])
def test_an_officer_reminds_all_extends_one_and_accepts_the_clean(
    width, script, morning, open_as, hub, filing_of, tmp_path
):
    silent, until = morning
    page = open_as("can-bo", width=width, script=script)
    page.goto("/inbox")
    page.screenshot(path=tmp_path / "inbox.png", full_page=True)
    page.locator("main table").first.get_by_role("link", name="Chế độ thử").first.click()
    page.screenshot(path=tmp_path / "campaign.png", full_page=True)

    page.get_by_role("link", name="Tất cả").click()
    page.screenshot(path=tmp_path / "all.png", full_page=True)
    expect(page.get_by_text("0000 000 003")).to_be_visible()
    page.locator("summary", has_text="Nhắc tất cả đơn vị chưa gửi (2)").click()
    page.get_by_label("Lời nhắn").fill("Xin gửi trước trưa mai")
    page.get_by_role("button", name="Nhắc 2 đơn vị").click()
    expect(page.get_by_text("Đã nhắc 2 đơn vị")).to_be_visible()
    assert "Xin gửi trước trưa mai" in notifications.listing(hub, silent, kind="reminded").rows[0].body_vi

    page.get_by_role("link", name="Xin gia hạn").click()
    line = page.locator("tbody tr").filter(has_text="Xã X12")
    expect(line.get_by_text("Thiếu người")).to_be_visible()
    line.get_by_label("Lý do", exact=True).fill("Đồng ý")
    page.screenshot(path=tmp_path / "asked.png", full_page=True)
    line.get_by_role("button", name="Gia hạn", exact=True).click()
    expect(page.get_by_text("Đã ghi quyết định về hạn gửi")).to_be_visible()
    assert filing_of("X12").due_at == until

    page.get_by_role("link", name="Chờ tiếp nhận", exact=False).first.click()
    page.get_by_role("link", name="Chọn mọi báo cáo sạch").click()
    expect(page.get_by_label("Chọn báo cáo của Xã X11")).to_be_checked()
    page.screenshot(path=tmp_path / "clean.png", full_page=True)
    page.get_by_role("button", name="Tiếp nhận các báo cáo đã chọn").click()
    expect(page.get_by_text("Đã tiếp nhận 1 báo cáo")).to_be_visible()
    assert filing_of("X11").state == "accepted"
    page.screenshot(path=tmp_path / "accepted.png", full_page=True)
    page.goto(f"/filings/{filing_of('X12').id}")
    page.screenshot(path=tmp_path / "filing.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
