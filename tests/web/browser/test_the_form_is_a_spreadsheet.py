"""The entry page under the fingers: moving, selecting, editing, pasting and undoing as in a spreadsheet."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(open_as, filing_of):
    """The entry page of one filing with the clipboard allowed, its script at rest."""
    page = open_as("lan")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/filings/{filing_of('X11').id}")
    page.locator("#live-count").wait_for()
    return page


def cell(page, key: str):
    return page.locator(f'[name="cell.F1.{key.replace("_", ".")}"]')


def holds(page, **texts: str) -> None:
    """Waits until the cells hold these texts."""
    for key, text in texts.items():
        expect(cell(page, key)).to_have_value(text)


def stands_at(page, key: str) -> None:
    """Waits until this cell has the focus."""
    expect(page.locator(f'[name="cell.F1.{key}"]')).to_be_focused()


def press(page, *keys: str, at: str = "") -> None:
    """Presses the keys; ``at`` is the cell that has the focus after them."""
    for key in keys:
        page.keyboard.press(key)
    if at:
        stands_at(page, at)


def paste(page, content: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", content)
    page.keyboard.press("Control+V")


def focus_by_tab(page, wanted: str) -> None:
    """Tab until the focused element is called so."""
    for _ in range(250):
        page.keyboard.press("Tab")
        name = page.evaluate("(document.activeElement.innerText || document.activeElement.name || '')")
        if re.search(wanted, name):
            return
        if page.evaluate("document.activeElement.type === 'checkbox' && document.activeElement.name === 'secrecy'"):
            page.keyboard.press("Space")
    raise AssertionError(f"no way to {wanted} with the Tab key")


def sign_in_by_keyboard(page, address: str, name: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("Tên đăng nhập").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type("bốn từ rất dễ nhớ")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_clerk_files_a_grid_form_with_the_keyboard_alone(chromium, address, people, form_of, filing_of):
    page = chromium.new_context(base_url=address).new_page()
    sign_in_by_keyboard(page, address, "lan")
    focus_by_tab(page, "^Chế độ thử")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    focus_by_tab(page, r"^cell\.F1\.r01\.c01$")
    texts = {name.removeprefix("cell.F1."): value for name, value in form_of().items() if name.startswith("cell.")}
    for row in ("r01", "r02", "r03"):
        press(page, "Home")
        for column in ("c01", "c02", "c03", "c04"):
            stands_at(page, f"{row}.{column}")
            page.keyboard.type(texts.get(f"{row}.{column}", ""))
            press(page, "Tab")
        press(page, "ArrowLeft", "ArrowDown")
    focus_by_tab(page, r"^outline\.s1$")
    page.keyboard.type("Tình hình ổn định.")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()
    focus_by_tab(page, "Lưu và xác nhận đã kiểm tra")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Đã xác nhận kiểm tra")).to_be_visible()
    assert filing_of("X11").state == "checked"
    page.context.clear_cookies()
    sign_in_by_keyboard(page, address, "duyet")
    focus_by_tab(page, "^Chế độ thử")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    focus_by_tab(page, "^Gửi báo cáo")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Đã gửi báo cáo")).to_be_visible()
    assert filing_of("X11").state == "submitted"
    page.context.close()


def test_arrows_move_between_cells_and_inside_a_text_that_is_edited(page):
    cell(page, "r01_c02").click()
    press(page, "ArrowRight", at="r01.c03")
    press(page, "ArrowDown", "ArrowLeft", at="r02.c02")
    press(page, "End", at="r02.c06")
    press(page, "Home", at="r02.c01")
    press(page, "Control+End", at="r03.c06")
    press(page, "Control+Home", at="r01.c01")
    press(page, "Enter", at="r02.c01")
    press(page, "Shift+Enter", at="r01.c01")
    press(page, "Tab", at="r01.c02")
    press(page, "Shift+Tab", at="r01.c01")
    press(page, "ArrowRight")
    page.keyboard.type("1234")
    press(page, "ArrowLeft", "ArrowLeft", at="r01.c02")
    page.keyboard.type("9")
    press(page, "Enter", at="r02.c02")
    expect(cell(page, "r01_c02")).to_have_value("12.934")
    press(page, "ArrowUp", "F2", "Home", "Delete")
    press(page, "ArrowDown", at="r02.c02")
    expect(cell(page, "r01_c02")).to_have_value("2.934")


def test_tab_and_then_enter_return_to_the_column_where_the_line_began(page):
    cell(page, "r01_c02").click()
    page.keyboard.type("1")
    press(page, "Tab")
    page.keyboard.type("2")
    press(page, "Tab")
    page.keyboard.type("3")
    press(page, "Enter", at="r02.c02")


def test_escape_gives_back_what_stood_there_and_typing_replaces_it(page):
    cell(page, "r02_c02").click()
    page.keyboard.type("5")
    press(page, "Enter", "ArrowUp")
    page.keyboard.type("77")
    expect(cell(page, "r02_c02")).to_have_value("77")
    press(page, "Escape")
    expect(cell(page, "r02_c02")).to_have_value("5")
    page.keyboard.type("8")
    press(page, "Enter")
    expect(cell(page, "r02_c02")).to_have_value("8")


def test_control_and_an_arrow_go_to_the_end_of_the_figures(page):
    for key in ("r01_c02", "r01_c03", "r01_c04"):
        cell(page, key).fill("1")
    cell(page, "r01_c02").click()
    press(page, "Control+ArrowRight", at="r01.c04")
    press(page, "Control+ArrowRight", at="r01.c06")
    press(page, "Control+ArrowLeft", at="r01.c04")
    press(page, "Control+ArrowDown", at="r03.c04")


def test_numbers_are_grouped_on_leaving_and_what_has_two_meanings_stays(page):
    for typed, shown in (
        ("1234567", "1.234.567"),
        ("1,234", "1,234"),
        ("1 234", "1.234"),
        ("abc", "abc"),
        ("007", "7"),
    ):
        cell(page, "r02_c02").click()
        page.keyboard.type(typed)
        press(page, "Enter")
        expect(cell(page, "r02_c02")).to_have_value(shown)
    cell(page, "r02_c04").click()
    page.keyboard.type("1234,5")
    press(page, "Enter")
    expect(cell(page, "r02_c04")).to_have_value("1.234,5")


def test_a_block_is_selected_copied_cleared_and_brought_back(page):
    for key, typed in (("r02_c02", "1234"), ("r02_c03", "5"), ("r03_c02", "6"), ("r03_c03", "7,5")):
        cell(page, key).click()
        page.keyboard.type(typed)
    cell(page, "r02_c02").click()
    press(page, "Shift+ArrowRight", "Shift+ArrowDown")
    expect(page.locator("td.chosen")).to_have_count(4)
    press(page, "Control+C")
    assert page.evaluate("navigator.clipboard.readText()") == "1.234\t5\r\n6\t7,5"
    html = page.evaluate(
        "navigator.clipboard.read().then(items => items[0].getType('text/html')).then(blob => blob.text())"
    )
    assert "<td>1.234</td><td>5</td>" in html
    press(page, "Delete")
    holds(page, r02_c02="", r03_c03="")
    press(page, "Control+Z")
    holds(page, r02_c02="1.234", r03_c03="7,5")
    press(page, "Control+Y")
    expect(cell(page, "r02_c02")).to_have_value("")


def test_a_block_is_selected_with_the_mouse(page):
    cell(page, "r02_c03").evaluate("field => field.scrollIntoView({block: 'center', behavior: 'instant'})")
    start, end = cell(page, "r01_c02").bounding_box(), cell(page, "r03_c04").bounding_box()
    page.mouse.move(start["x"] + 9, start["y"] + 9)
    page.mouse.down()
    page.mouse.move(end["x"] + 9, end["y"] + 9, steps=6)
    page.mouse.up()
    expect(page.locator("td.chosen")).to_have_count(9)
    stands_at(page, "r01.c02")
    cell(page, "r02_c03").click(modifiers=["Shift"])
    expect(page.locator("td.chosen")).to_have_count(4)


def test_two_hundred_cells_of_a_workbook_are_pasted_and_are_one_step(page):
    lines = [f'Rừng "số" {n}\t{"Một" if n % 2 else "2"}\t0{n % 9 + 1}/03/2026\t1.{n:03},5' for n in range(1, 51)]
    lines[4] = '"Rừng\nhai dòng"\thai\t05/03/2026\t1.005,5'
    page.locator('[name="rec.F2.1.c01"]').click()
    paste(page, "\r\n".join(lines) + "\r\n")
    field = page.locator
    expect(field("#said")).to_contain_text("Đã dán 200 ô.")
    expect(field('[name="rec.F2.50.c01"]')).to_have_value('Rừng "số" 50')
    expect(field('[name="rec.F2.5.c01"]')).to_have_value("Rừng\nhai dòng")
    for n, kind in ((1, "1"), (2, "2"), (5, "2")):
        expect(field(f'[name="rec.F2.{n}.c02"]')).to_have_value(kind)
    expect(field('[name="rec.F2.50.c04"]')).to_have_value("1.050,5")
    expect(field('[name="rec.F2.51.c01"]')).to_have_count(1)
    press(page, "Control+Z")
    for name in ("rec.F2.1.c01", "rec.F2.50.c04"):
        expect(field(f'[name="{name}"]')).to_have_value("")
    press(page, "Control+Shift+Z")
    expect(field('[name="rec.F2.50.c04"]')).to_have_value("1.050,5")
    with page.expect_navigation():
        page.keyboard.press("Control+S")
    expect(field('[name="rec.F2.50.c04"]')).to_have_value("1.050,50")


def test_what_is_computed_is_left_out_and_what_does_not_fit_is_said(page):
    cell(page, "r02_c01").click()
    paste(page, "9\t1\t2\t3,5\r\n9\t4\t5\t6,5\r\n9\t7\t8\t9,5\r\n")
    for words in ("Đã dán 6 ô.", "Bỏ qua 2 ô", "1 dòng không vừa biểu"):
        expect(page.locator("#said")).to_contain_text(words)
    holds(page, r02_c01="", r02_c02="1", r03_c04="6,5")


def test_a_table_of_a_page_is_pasted_where_there_is_no_plain_one(page):
    cell(page, "r02_c02").click()
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.setData("text/plain", "1 2 3 4");
      data.setData("text/html", "<table><tr><td>1<td>2</tr><tr><td>3<td>4</tr></table>");
      const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
      document.activeElement.dispatchEvent(event);
    }""")
    holds(page, r02_c02="1", r02_c03="2", r03_c02="3", r03_c03="4")


def test_one_text_fills_every_cell_that_is_selected(page):
    cell(page, "r01_c02").click()
    press(page, "Shift+ArrowDown", "Shift+ArrowDown")
    paste(page, "12")
    holds(page, r01_c02="12", r02_c02="12", r03_c02="12")


def test_clipboards_are_read_as_excel_writes_them(page):
    read = "text => window.Hub.blocks.parseTsv(text)"
    assert page.evaluate(read, 'a\t"b ""c"""\r\n"x\ny"\t2"\r\n') == [["a", 'b "c"'], ["x\ny", '2"']]
    assert page.evaluate(read, "\t\n\t") == [["", ""], ["", ""]]
    assert page.evaluate(read, '"mở đầu" rồi viết tiếp') == [['"mở đầu" rồi viết tiếp']]
    back = "lines => window.Hub.blocks.parseTsv(window.Hub.blocks.toTsv(lines))"
    lines = [['a "b"', "c\td"], ["e\nf", ""]]
    assert page.evaluate(back, lines) == lines
    joined = "<table><tr><td rowspan=2>a<td colspan=2>b</tr><tr><td>c<td>d</tr></table>"
    assert page.evaluate("html => window.Hub.blocks.parseHtml(html)", joined) == [["a", "b", ""], ["", "c", "d"]]


def test_mistakes_are_listed_and_gone_through_with_a_key(page):
    for key, typed in (("r01_c02", "một"), ("r03_c03", "hai")):
        cell(page, key).fill(typed)
    page.get_by_role("button", name="2 lỗi").wait_for()
    cell(page, "r01_c04").click()
    press(page, "F8", at="r03.c03")
    press(page, "F8", at="r01.c02")
    press(page, "Shift+F8", at="r03.c03")
    page.get_by_role("button", name="2 lỗi").click()
    panel = page.get_by_role("region", name="Lỗi và cảnh báo")
    expect(panel.locator("h3")).to_have_text(["F1. Biểu lưới"])
    panel.get_by_role("link", name="Tổng số, Trong đó: mới").click()
    stands_at(page, "r01.c02")
    expect(cell(page, "r01_c02")).to_have_accessible_description(re.compile("Không đọc được số"))


def test_nothing_to_report_asks_clears_and_can_be_undone(page):
    cell(page, "r01_c02").fill("5")
    cell(page, "r02_c02").fill("6")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    nil = page.locator('[name="nil.F1"]')
    nil.click()
    assert "2 ô đã nhập" in asked[0]
    expect(nil).not_to_be_checked()
    page.once("dialog", lambda dialog: dialog.accept())
    nil.click()
    expect(nil).to_be_checked()
    expect(cell(page, "r01_c02")).to_have_value("")
    expect(page.locator("#form-F1 .scroll")).to_have_js_property("inert", True)
    page.locator("#undo").click()
    expect(nil).not_to_be_checked()
    expect(cell(page, "r02_c02")).to_have_value("6")


def test_a_warning_is_explained_at_once_in_the_bar(page):
    cell(page, "r02_c02").fill("1")
    cell(page, "r02_c03").fill("1")
    cell(page, "r02_c04").fill("9999")
    page.get_by_role("button", name="1 cảnh báo").wait_for()
    expect(page.locator("#live-count")).to_contain_text("1 cảnh báo")
    press(page, "F8")
    page.locator("#bar-explain input").wait_for()
    press(page, "F4")
    page.keyboard.type("Mua sắm lớn trong kỳ.")
    press(page, "Enter")
    expect(page.locator('[name^="cell.F1.r02."]:focus')).to_be_visible()
    field = page.locator('textarea[name^="explain.THU-R3@"]')
    expect(field).to_have_value("Mua sắm lớn trong kỳ.")
    with page.expect_navigation():
        page.keyboard.press("Control+S")
    expect(page.locator('textarea[name^="explain.THU-R3@"]')).to_have_value("Mua sắm lớn trong kỳ.")
