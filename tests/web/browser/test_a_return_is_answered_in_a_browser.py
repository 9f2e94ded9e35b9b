"""An officer returns a report with two reasons, the clerk answers both and corrects one, the officer sees it all."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from hub.domain.access import Actor, Grant
from hub.services import filings, remarks

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "script"), [(390, False)])
def test_a_report_goes_back_with_two_reasons_and_comes_again_answered(
    width, script, open_as, hub, submit, filing_of, now, tmp_path
):
    for unit, men in (("X11", 400), ("X12", 5), ("X13", 6)):
        submit(unit, men=men)
    path = f"/filings/{filing_of('X11').id}"
    officer = open_as("can-bo", width=width, script=script)
    _send_back(officer, path, tmp_path)
    assert filing_of("X11").state == "returned"
    clerk = open_as("lan", width=width, script=script)
    _answer_and_correct(clerk, path, tmp_path)
    approver = open_as("duyet", width=width, script=script)
    row = filing_of("X11")
    _send_again(hub, row, approver, now)
    officer.goto(path)
    shown = officer.locator("#returned")
    expect(shown.get_by_text("2/2 điểm đã trả lời")).to_be_visible()
    expect(shown.get_by_text("Đã sửa theo sổ cái")).to_be_visible()
    expect(shown.get_by_text("đã sửa", exact=True)).to_have_count(1)
    expect(shown.get_by_text("chưa thay đổi", exact=True)).to_have_count(1)
    expect(shown).to_contain_text("400,50")
    expect(shown).to_contain_text("410,50")
    officer.screenshot(path=tmp_path / "officer-again.png", full_page=True)
    shown.get_by_role("link", name="So sánh phiên bản 1").click()
    expect(officer.get_by_text("+10,00").first).to_be_visible()
    officer.screenshot(path=tmp_path / "compare.png", full_page=True)
    assert officer.evaluate("document.documentElement.scrollWidth") <= width


def _send_back(page, path, tmp_path):
    page.goto(path)
    page.screenshot(path=tmp_path / "officer-first.png", full_page=True)
    page.goto(f"{path}?review=all&form=F1#review")
    rows = page.locator("#review tbody tr")
    for words, text in ((("Nam", "Kinh phí"), "Kinh phí cao hơn dự toán"), (("Nữ", "Kinh phí"), "Lấy theo sổ nào?")):
        row = rows.filter(has=page.get_by_role("link", name=words[0], exact=True)).filter(has_text=words[1])
        row.get_by_text("Thêm vào lý do trả lại").click()
        row.get_by_role("textbox").fill(text)
    page.locator("#send-back > summary").click()
    page.get_by_label("Gửi lại trước hết ngày").fill("20/09/2026")
    page.screenshot(path=tmp_path / "officer-points.png", full_page=True)
    page.get_by_role("button", name="Trả lại", exact=True).click()
    page.wait_for_url("**/inbox**")


def _answer_and_correct(page, path, tmp_path):
    page.goto(path)
    page.screenshot(path=tmp_path / "clerk.png", full_page=True)
    returned = page.locator("#returned")
    expect(returned.get_by_text("0/2 điểm đã trả lời")).to_be_visible()
    expect(returned.get_by_text("20/09/2026")).to_be_visible()
    for number, text in ((0, "Đã sửa theo sổ cái"), (1, "Theo sổ chi tiết, số đúng")):
        point = returned.locator(".points > li").nth(number)
        point.get_by_role("textbox").fill(text)
        point.get_by_role("button", name="Gửi trả lời").click()
        expect(returned.get_by_text(f"{number + 1}/2 điểm đã trả lời")).to_be_visible()
    returned.get_by_role("link", name="dòng Nam").click()
    page.locator('[name="cell.F1.r02.c04"]').fill("410,50")
    page.locator('[name="cell.F1.r01.c04"]').fill("417,00")
    page.locator(".dock").get_by_role("button", name="Lưu nháp").click()
    page.wait_for_url("**done=save**")
    page.screenshot(path=tmp_path / "clerk-answered.png", full_page=True)


def _send_again(hub, row, page, now):
    """Checking and sending have tests of their own: here they are only done."""
    approver = Actor("second", "Người duyệt", "X11", (Grant("approver", "X11"),))
    row = filings.check(hub, approver, row.id, revision=row.revision, now=now)
    filings.send(hub, approver, row.id, revision=row.revision, now=now)


def test_a_cell_is_chosen_on_the_page_and_asked_about(open_as, hub, submit, filing_of, now, make_actor, tmp_path):
    submit("X11")
    path = f"/filings/{filing_of('X11').id}"
    officer = open_as("can-bo")
    officer.goto(path)
    officer.locator('td[data-place="F1/r02/c04"]').click()
    officer.get_by_role("button", name="Ghi ý kiến về ô đang chọn").click()
    expect(officer.locator("#remark-place")).to_have_value("F1/r02/c04")
    officer.locator("#remark-text").fill("Số này lấy ở đâu?")
    officer.locator("#remark-form").get_by_role("button", name="Ghi").dblclick()
    officer.wait_for_url("**said=add**")
    expect(officer.locator(".remark-marker.open").first).to_be_visible()
    (thread,) = remarks.threads(hub, make_actor("officer", "P1"), filing_of("X11").id, now)
    assert (thread.remark.kind, thread.remark.place) == ("question", "F1/r02/c04")
    clerk = open_as("lan", width=390)
    clerk.goto(path)
    clerk.locator('td[data-place="F1/r02/c04"] .remark-marker').click()
    shown = clerk.locator(f"#remark-{thread.remark.id}")
    shown.get_by_text("Trả lời", exact=True).first.click()
    shown.get_by_role("textbox").fill("Từ sổ thu chi")
    shown.get_by_role("button", name="Gửi trả lời").click()
    clerk.wait_for_url("**said=answer**")
    clerk.locator("#remarks").screenshot(path=tmp_path / "thread.png")
    expect(shown.get_by_text("Từ sổ thu chi")).to_be_visible()
    officer.goto(path)
    officer.locator('td[data-place="F1/r02/c04"]').click()
    officer.get_by_role("button", name="Thêm vào lý do trả lại").click()
    its_own_box = officer.locator('[name="point:F1/r02/c04"]')  # among the reviewed figures
    expect(its_own_box).to_be_focused()
    officer.locator('td[data-place="F1/r03/c04"]').click()
    officer.get_by_role("button", name="Thêm vào lý do trả lại").click()
    another_box = officer.get_by_label("Cần sửa gì ở đây: F1, Nữ, Kinh phí")
    expect(another_box).to_be_focused()
    officer.keyboard.type("Sai đơn vị tính")
    expect(another_box).to_have_value("Sai đơn vị tính")
    expect(officer.get_by_text("1 điểm kèm theo")).to_be_visible()
    officer.screenshot(path=tmp_path / "tools.png")
