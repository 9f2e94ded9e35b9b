"""What is typed survives everything that a deadline night brings; two people at one report see each other (P25)."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from hub.domain.access import SYSTEM, Grant
from hub.services import access, filings

pytestmark = pytest.mark.browser
PASSWORD = "bốn từ rất dễ nhớ"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture
def people(people, hub, now):
    """A second reporter of the same unit beside the usual people."""
    access.create_account(
        hub, SYSTEM, username="mai", name="Trần Mai", unit_id="X11", password=PASSWORD,
        grants=[Grant("reporter", "X11")], now=now, must_change_password=False,
    )  # fmt: skip


@pytest.fixture
def path(filing_of) -> str:
    return f"/filings/{filing_of('X11').id}"


@pytest.fixture
def open_filing(open_as, path):
    """``open_filing(name) -> page``: the filing's page of a person, its script at work."""

    def enter(name: str = "lan"):
        page = open_as(name)
        page.goto(path)
        page.locator("#live-count").wait_for()
        return page

    return enter


def cell(page, key: str):
    return page.locator(f'[name="cell.F1.{key.replace("_", ".")}"]')


def write(page, key: str, text: str) -> None:
    cell(page, key).click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def until(page, truth: str) -> None:
    """Waits for an expression of the page to hold; its own waiting is not allowed by the page's content policy."""
    for _ in range(1200):
        if page.evaluate(truth):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{truth} never came true; the page says {page.locator('#saved').inner_text()}")


def shows(page, key: str, text: str) -> None:
    """Waits until a cell holds a text that came from elsewhere; the page asks the hub again and again."""
    for _ in range(200):
        page.evaluate("window.Hub.autosave.flush()")
        if cell(page, key).input_value() == text:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{key} holds {cell(page, key).input_value()}")


def saved(page) -> None:
    """Waits until the page says that everything is at the hub."""
    until(page, "Hub.autosave.pending() === 0 && document.getElementById('saved').textContent.includes('Đã tự lưu')")


def sign_in(page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/")


def test_what_is_typed_saves_by_itself_and_stands_there_on_another_machine(open_filing):
    page = open_filing()
    write(page, "r02_c02", "1234")
    page.locator('[name="outline.s1"]').fill("Tình hình ổn định.")
    page.locator('[name="rec.F2.5.c01"]').fill("Rừng năm")
    saved(page)
    other = open_filing()
    expect(cell(other, "r02_c02")).to_have_value("1.234")
    expect(other.locator('[name="outline.s1"]')).to_have_value("Tình hình ổn định.")
    expect(other.locator('[name="rec.F2.5.c01"]')).to_have_value("Rừng năm")


def test_two_people_see_each_others_cells_and_settle_a_conflict(open_filing):
    lan, mai = open_filing("lan"), open_filing("mai")
    write(lan, "r02_c02", "11")
    saved(lan)
    shows(mai, "r02_c02", "11")
    expect(mai.locator("td.theirs")).to_have_attribute("data-by", re.compile("lan"))
    expect(mai.locator("#editors")).to_contain_text("lan")
    lan.context.set_offline(True)  # or she is told what Mai writes before she writes herself
    write(mai, "r02_c03", "7")
    write(mai, "r03_c03", "70")
    saved(mai)
    write(lan, "r03_c03", "71")
    lan.context.set_offline(False)
    clash = lan.locator(".clash")
    expect(clash).to_have_text(re.compile(r"^\s*Trần Mai ghi 70, bạn ghi 71\."))
    expect(cell(lan, "r02_c03")).to_have_value("7")
    clash.get_by_role("button", name="Giữ của tôi").click()
    saved(lan)
    shows(mai, "r03_c03", "71")
    lan.context.set_offline(True)
    write(mai, "r03_c02", "5")
    saved(mai)
    write(lan, "r03_c02", "6")
    lan.context.set_offline(False)
    lan.locator(".clash").get_by_role("button", name="Lấy của Trần Mai").click()
    expect(cell(lan, "r03_c02")).to_have_value("5")
    expect(lan.locator(".clash")).to_have_count(0)


def test_a_lost_connection_keeps_the_text_and_sends_it_when_it_is_back(open_filing, hub, filing_of, now):
    page = open_filing()
    page.context.set_offline(True)
    write(page, "r02_c02", "42")
    page.get_by_text("Mất kết nối").wait_for()
    until(page, "JSON.stringify(localStorage).includes('42')")
    page.context.set_offline(False)
    saved(page)
    until(page, "!Object.keys(localStorage).join().includes('hub.unsaved')")
    expect(cell(open_filing(), "r02_c02")).to_have_value("42")


def test_a_session_that_ends_while_one_types_loses_nothing(open_filing, path):
    page = open_filing()
    page.context.clear_cookies()
    write(page, "r02_c02", "55")
    again = page.get_by_role("link", name="Đăng nhập ở tab mới")
    again.wait_for()
    write(page, "r02_c03", "56")
    with page.context.expect_page() as opened:
        again.click()
    tab = opened.value
    tab.get_by_label("Tên đăng nhập").fill("lan")
    tab.get_by_label("Mật khẩu").fill(PASSWORD)
    tab.get_by_role("button", name="Đăng nhập").click()
    tab.wait_for_url(f"**{path}")
    page.bring_to_front()
    page.evaluate("window.Hub.autosave.flush()")
    saved(page)
    page.locator(".dock").get_by_role("button", name="Lưu nháp").click()
    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()
    expect(cell(page, "r02_c02")).to_have_value("55")
    expect(cell(page, "r02_c03")).to_have_value("56")


def test_a_window_closed_without_a_connection_brings_its_text_back(open_filing, path):
    page = open_filing()
    page.route("**/unsaved", lambda route: route.abort())
    write(page, "r02_c02", "77")
    page.get_by_text("Mất kết nối").wait_for()
    context = page.context
    page.close(run_before_unload=False)
    page = context.new_page()
    page.goto(path)
    saved(page)
    expect(cell(page, "r02_c02")).to_have_value("77")
    expect(page.locator("#said")).to_contain_text("Đã lấy lại 1 ô")
    page.reload()
    expect(cell(page, "r02_c02")).to_have_value("77")


def test_a_text_of_this_machine_never_replaces_a_newer_one_unasked(open_filing, path):
    page = open_filing()
    page.route("**/unsaved", lambda route: route.abort())
    write(page, "r02_c02", "77")
    page.get_by_text("Mất kết nối").wait_for()
    context = page.context
    page.close(run_before_unload=False)
    other = open_filing("mai")
    write(other, "r02_c02", "88")
    saved(other)
    page = context.new_page()
    page.goto(path)
    page.locator(".clash").wait_for()
    expect(cell(page, "r02_c02")).to_have_value("88")
    page.locator(".clash").get_by_role("button", name="Giữ của tôi").click()
    saved(page)
    expect(cell(page, "r02_c02")).to_have_value("77")


def test_a_browser_that_is_killed_loses_nothing(chromium, people, address, path, tmp_path):
    profile = tmp_path / "profile"

    def start():
        return chromium.browser_type.launch_persistent_context(
            str(profile), executable_path="/usr/bin/chromium", args=FLAGS, base_url=address
        )

    context = start()
    page = context.new_page()
    sign_in(page, "lan")
    page.goto(path)
    write(page, "r02_c02", "99")
    page.locator('[name="outline.s1"]').press_sequentially("Đang viết dở")
    saved(page)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and str(profile) in _command_of(entry):
            os.kill(int(entry.name), signal.SIGKILL)
    context = start()
    page = context.new_page()
    sign_in(page, "lan")
    page.goto(path)
    expect(cell(page, "r02_c02")).to_have_value("99")
    expect(page.locator('[name="outline.s1"]')).to_have_value("Đang viết dở")
    context.close()


def _command_of(entry: Path) -> str:
    try:
        return (entry / "cmdline").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def test_a_double_click_on_save_makes_one_version(open_filing, hub, filing_of, now):
    page = open_filing()
    write(page, "r02_c02", "3")
    page.locator(".dock").get_by_role("button", name="Lưu nháp").dblclick()
    page.get_by_text("Đã lưu nháp").wait_for()
    view = filings.open_one(hub, SYSTEM, filing_of("X11").id, now)
    assert len(view.versions) == 1
    assert len(view.submissions) == 1
    assert str(view.values.forms["F1"].cells["r02", "c02"]) == "3"


def test_the_back_button_after_a_save_shows_what_was_saved(open_filing):
    page = open_filing()
    write(page, "r02_c02", "3")
    page.locator(".dock").get_by_role("button", name="Lưu nháp").click()
    page.get_by_text("Đã lưu nháp").wait_for()
    page.go_back()
    page.locator("#live-count").wait_for()
    expect(cell(page, "r02_c02")).to_have_value("3")
    write(page, "r02_c03", "4")
    page.locator(".dock").get_by_role("button", name="Lưu nháp").click()
    page.get_by_text("Đã lưu nháp").wait_for()
    expect(cell(page, "r02_c02")).to_have_value("3")
    expect(cell(page, "r02_c03")).to_have_value("4")


def test_what_one_person_typed_is_never_sent_in_anothers_name(open_filing, hub, filing_of, now, path):
    page = open_filing("lan")
    page.route("**/unsaved", lambda route: route.abort())
    write(page, "r02_c02", "77")
    page.get_by_text("Mất kết nối").wait_for()
    tab = page.context.new_page()
    tab.context.clear_cookies()
    sign_in(tab, "mai")
    page.unroute("**/unsaved")
    page.evaluate("window.Hub.autosave.flush()")
    page.get_by_text("đăng nhập bằng tài khoản khác").wait_for()
    tab.goto(path)
    expect(cell(tab, "r02_c02")).to_have_value("")
    until(page, "JSON.stringify(localStorage).includes('77')")
