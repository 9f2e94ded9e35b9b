"""A reporter's deadline night and an officer's morning, from the first key to the national report, in one browser.

``HUB_SHOTS=folder`` keeps a picture of every station, at the width of a desk and of a telephone.
"""

from __future__ import annotations

import io
import itertools
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from hub.demonstration.authority import issue, make_root, sign_pdf
from hub.domain.access import SYSTEM, Grant
from hub.domain.form import Column, Form, Label, Rollup, Row
from hub.domain.regime import Rule
from hub.domain.sheet_layout import FINDINGS_SHEET
from hub.domain.workflow import SignOff
from hub.services import access, steps
from hub.web import serving

pytestmark = pytest.mark.browser

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
PASSWORD = "bốn từ rất dễ nhớ"
SHOTS = os.environ.get("HUB_SHOTS")
WIDTHS = (1280, 390)
ROWS = [f"r{n:02}" for n in range(2, 22)]
COLUMNS = [f"c{n:02}" for n in range(2, 12)]
FIGURES = {(row, column): 100 + 7 * at + int(column[1:]) for at, row in enumerate(ROWS) for column in COLUMNS}
"""Two hundred figures of a province's commune; their sums are the first row's."""
SUMS = {column: sum(FIGURES[row, column] for row in ROWS) for column in COLUMNS}
VILLAGES = [
    "Thôn Đông", "Thôn Đoài", "Thôn Thượng", "Thôn Trung", "Thôn Hạ", "Thôn Vân", "Thôn Nội", "Thôn Ngoại", "Thôn An",
    "Thôn Bình", "Thôn Phú", "Thôn Thịnh", "Thôn Lộc", "Thôn Xuân", "Thôn Hòa", "Thôn Tiến", "Thôn Đồng", "Thôn Cầu",
    "Thôn Chợ", "Thôn Bến",
]  # fmt: skip
PLANTED = {
    ("r02", "c02"): "hai trăm", ("r03", "c03"): "12,5", ("r04", "c04"): "không rõ", ("r05", "c05"): "1.2.3",
    ("r06", "c06"): "~150", ("r07", "c07"): "chờ xã", ("r08", "c08"): "#REF", ("r09", "c09"): "15O",
    ("r10", "c10"): "?",
    ("r11", "c11"): "một", ("r12", "c02"): "99 hộ", ("r13", "c03"): "..",
}  # fmt: skip
"""Twelve mistakes as people make them."""


@pytest.fixture
def small_edition(make_small_edition):
    """A grid of 21 rows and 10 columns to fill in, its first column computed: 210 cells."""

    def summed(code: str, label: str, of: str | None = None) -> Column:
        return Column(code, Label(label, label), "integer", unit="hộ", of=of, rollup=Rollup("sum", "sum"))

    names = ["Trồng lúa", "Trồng màu", "Chăn nuôi", "Thủy sản", "Lâm nghiệp", "Làm nghề", "Buôn bán", "Vận tải", "Làm thuê", "Khác"]  # noqa: E501  # fmt: skip
    columns = (summed("c01", "Số hộ"), *(summed(code, name, "c01") for code, name in zip(COLUMNS, names, strict=True)))
    rows = (
        Row("r01", Label("Toàn xã", "The commune")),
        *(Row(code, Label(name, name), of="r01") for code, name in zip(ROWS, VILLAGES, strict=True)),
    )
    form = Form("F1", Label("Số hộ theo thôn và nghề", "Households by village and trade"), "grid", columns, rows)
    rules = (
        Rule(
            "THU-R1", "F1", f"c01 = {' + '.join(COLUMNS)}", "error", "text",
            Label("Số hộ phải bằng tổng các nghề", "Households are the sum of all trades"), computes="c01",
        ),
        Rule(
            "THU-R2", "F1", f"r01 = {' + '.join(ROWS)}", "error", "text",
            Label("Toàn xã phải bằng tổng các thôn", "The commune is the sum of its villages"),
        ),
    )  # fmt: skip
    return make_small_edition(forms=(form,), rules=rules)


@pytest.fixture
def root():
    return make_root(NOW - timedelta(days=400), "Gốc tin cậy", "")


@pytest.fixture
def core(core, root, tmp_path):
    """The hub trusts the root of this test."""
    folder = tmp_path / "roots"
    folder.mkdir()
    (folder / "root.pem").write_bytes(root.pem)
    return replace(core, config=replace(core.config, trust_roots=(folder,)))


@pytest.fixture
def everybody(hub, people, make_actor):
    """Beside the clerk, the officers and the centre: a checker, a signer and the province's approver; the commune asks
    for a check, a signature and a sending by different people."""
    held = {"kiem-tra": ("X11", "checker"), "nguoi-ky": ("X11", "signer"), "tinh-gui": ("P1", "approver")}
    for name, (unit, role) in held.items():
        access.create_account(
            hub, SYSTEM, username=name, name=name, unit_id=unit, password=PASSWORD, grants=[Grant(role, unit)],
            now=NOW, must_change_password=False,
        )  # fmt: skip
    asked = SignOff(("check", "sign"), True)
    steps.choose(hub, make_actor("approver", "X11"), "X11", "", asked=asked, now=NOW)


def look(page, name: str) -> None:
    """No page is wider than its window; pictures where somebody wants to look."""
    for width in WIDTHS if SHOTS else ():
        page.set_viewport_size({"width": width, "height": 844})
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        if page.locator("#form-F1").count():
            page.evaluate("document.querySelector('#form-F1').scrollIntoView()")
            page.screenshot(path=Path(SHOTS) / f"{name}-form-{width}.png")
            page.evaluate("scrollTo(0, 0)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.set_viewport_size({"width": 1280, "height": 844})


@pytest.fixture
def running_clock(app, address, monkeypatch):
    """Two seconds pass from one request to the next, so that what comes later is later."""
    ticks = itertools.count()
    clock = lambda: NOW + timedelta(seconds=2 * next(ticks))  # noqa: E731
    app.config["CLOCK"] = clock
    monkeypatch.setattr(serving, "system_clock", clock)


def test_from_the_first_key_to_the_national_report(open_as, everybody, running_clock, filing_of, root):
    path = f"/filings/{filing_of('X11').id}"
    clerk = open_as("lan")
    _enters_by_keyboard_alone(clerk, path)
    _sends_a_wrong_workbook_and_mends_the_marked_one(clerk, path)
    checker, signer, officer = open_as("kiem-tra"), open_as("nguoi-ky"), open_as("can-bo")
    _check_sign_and_send(checker, signer, path, root, "1")
    assert filing_of("X11").state == "submitted"
    _returns_with_two_reasons(officer, path)
    assert filing_of("X11").state == "returned"
    _answers_both_and_corrects(clerk, path)
    _check_sign_and_send(checker, signer, path, root, "2")
    _accepts(officer, path)
    assert filing_of("X11").state == "accepted"
    province = open_as("tinh-gui")
    _rolls_up_and_sends(province, f"/filings/{filing_of('P1').id}")
    _the_ministry_accepts(open_as("vu-chu-quan"), f"/filings/{filing_of('P1').id}")
    assert filing_of("P1").state == "accepted"
    _the_nation_shows_it(open_as("trung-uong"))


CORRECTED = SUMS["c02"] + 10
HOUSEHOLDS = sum(SUMS.values()) + 10


def _shown(number: int) -> str:
    return f"{number:,}".replace(",", ".")


# --- the clerk --------------------------------------------------------------------------------------------------------


def _tab_to(page, wanted: str) -> None:
    for _ in range(120):
        page.keyboard.press("Tab")
        if re.search(wanted, page.evaluate("document.activeElement.innerText || document.activeElement.name || ''")):
            return
    raise AssertionError(f"no way to {wanted} with the Tab key")


def _from_a_workbook() -> str:
    """Twenty rows of ten figures as a workbook puts them on the clipboard."""
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append([FIGURES[row, column] for column in COLUMNS])
    lines = ("\t".join(_shown(value) for value in line) for line in book.active.values)
    return "\r\n".join(lines) + "\r\n"


def _enters_by_keyboard_alone(page, path: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    look(page, "01-what-i-owe")
    _tab_to(page, "^Chế độ thử")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("#live-count").wait_for()
    look(page, "02-empty-form")
    _tab_to(page, r"^cell\.F1\.r01\.c01$")
    page.keyboard.press("Tab")
    for column in COLUMNS:
        page.keyboard.type(str(SUMS[column]))
        page.keyboard.press("Tab")
    for key in ("Control+Home", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    page.evaluate("text => navigator.clipboard.writeText(text)", _from_a_workbook())
    page.keyboard.press("Control+V")
    expect(page.locator("#said")).to_contain_text("Đã dán 200 ô.")
    look(page, "03-pasted")
    page.keyboard.press("Control+End")
    _tab_to(page, r"^outline\.s1$")
    page.keyboard.type("Đời sống ổn định, không có biến động lớn.")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()
    expect(page.locator('[name="cell.F1.r21.c11"]')).to_have_value(str(FIGURES["r21", "c11"]))
    expect(page).to_have_url(re.compile(rf"{re.escape(path)}(\?|$)"))
    look(page, "04-saved")


def _places(sheet) -> dict[str, object]:
    return {str(cell.value): cell for line in sheet.iter_rows() for cell in line if cell.value is not None}


def _written(content: bytes, values: dict[tuple[str, str], object]) -> bytes:
    """The workbook with these values at the codes that it shows beside rows and above columns."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    places = _places(book["F1"])
    for (row, column), value in values.items():
        book["F1"].cell(places[row].row, places[f"({column})"].column, value)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _upload(page, content: bytes) -> None:
    page.locator("#file").set_input_files(
        {"name": "bao-cao-xa.xlsx", "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "buffer": content}  # noqa: E501
    )  # fmt: skip
    page.get_by_role("button", name="Tải lên", exact=True).click()


def _downloaded(page, link: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).first.click()
    return Path(download.value.path()).read_bytes()


def _sends_a_wrong_workbook_and_mends_the_marked_one(page, path: str) -> None:
    with page.expect_download() as download:
        page.locator('a[href$="/workbook.xlsx"]').first.click()
    book = Path(download.value.path()).read_bytes()
    _upload(page, _written(book, dict(FIGURES) | PLANTED))
    page.get_by_role("link", name="đã đánh dấu lỗi").wait_for()
    look(page, "05-refused-workbook")
    marked = _downloaded(page, "đã đánh dấu lỗi")
    opened = openpyxl.load_workbook(io.BytesIO(marked))
    assert opened.sheetnames[0] == FINDINGS_SHEET
    places = _places(opened["F1"])
    commented = {
        key for key in FIGURES if opened["F1"].cell(places[key[0]].row, places[f"({key[1]})"].column).comment
    }  # fmt: skip
    assert commented == set(PLANTED)
    _upload(page, _written(marked, {key: FIGURES[key] for key in PLANTED}))
    page.get_by_text(re.compile("Đã nhận tệp và lưu nháp|Không có gì thay đổi")).first.wait_for()
    look(page, "06-mended-workbook")
    expect(page.locator('[name="cell.F1.r02.c02"]')).to_have_value(str(FIGURES["r02", "c02"]))
    expect(page).to_have_url(re.compile(rf"{re.escape(path)}(\?|$)"))


def _answers_both_and_corrects(page, path: str) -> None:
    page.goto(path)
    look(page, "13-returned")
    returned = page.locator("#returned")
    expect(returned.get_by_text("0/2 điểm đã trả lời")).to_be_visible()
    for number, text in ((0, "Đã cộng thêm mười hộ sót"), (1, "Đúng theo sổ của thôn")):
        point = returned.locator(".points > li").nth(number)
        point.get_by_role("textbox").fill(text)
        point.get_by_role("button", name="Gửi trả lời").click()
        expect(returned.get_by_text(f"{number + 1}/2 điểm đã trả lời")).to_be_visible()
    page.locator('[name="cell.F1.r02.c02"]').fill(str(FIGURES["r02", "c02"] + 10))
    page.locator('[name="cell.F1.r01.c02"]').fill(str(CORRECTED))
    page.locator(".dock").get_by_role("button", name="Lưu nháp").click()
    page.wait_for_url("**done=save**")
    look(page, "14-answered-and-corrected")


# --- checker, signer and officer -------------------------------------------------------------------------------------


def _check_sign_and_send(checker, signer, path: str, root, time: str) -> None:
    checker.goto(path)
    look(checker, f"07-{time}-checker")
    checker.get_by_role("button", name="Xác nhận đã kiểm tra").click()
    expect(checker.get_by_text("chờ người có thẩm quyền ký số")).to_be_visible()
    look(checker, f"08-{time}-checked")
    signer.goto(path)
    look(signer, f"09-{time}-signer")
    document = _downloaded(signer, "PDF theo thể thức")
    day = timedelta(days=1)
    person = issue(
        root, "Nguyễn Văn Ký", valid_from=NOW - day, valid_to=NOW + day, unit="",
        organisation="Ủy ban nhân dân Xã X11",
    )  # fmt: skip
    with ThreadPoolExecutor(1) as elsewhere:  # this thread belongs to the browser's event loop
        signed = elsewhere.submit(sign_pdf, document, person, NOW).result()
    signer.get_by_label("Tệp đã ký").set_input_files({"name": "x.pdf", "mimeType": "application/pdf", "buffer": signed})
    signer.get_by_role("button", name="Tải tệp đã ký lên").click()
    expect(signer.get_by_text("Chữ ký hợp lệ")).to_be_visible()
    look(signer, f"10-{time}-signed")
    signer.get_by_label("Báo cáo không chứa bí mật nhà nước").check()
    signer.get_by_role("button", name="Gửi báo cáo").click()
    expect(signer.get_by_text("Đã gửi báo cáo")).to_be_visible()
    look(signer, f"11-{time}-sent")


def _returns_with_two_reasons(page, path: str) -> None:
    page.goto(path)
    look(page, "12-a-officer-opens")
    page.goto(f"{path}?review=all&form=F1#review")
    rows = page.locator("#review tbody tr")
    for name, text in (("Thôn Đông", "Thiếu hộ mới chuyển đến"), ("Thôn Đoài", "Số này lấy ở đâu?")):
        row = rows.filter(has=page.get_by_role("link", name=name, exact=True)).filter(has_text="Trồng lúa").first
        row.get_by_text("Thêm vào lý do trả lại").click()
        row.get_by_role("textbox").fill(text)
    page.locator("#send-back > summary").click()
    page.get_by_label("Gửi lại trước hết ngày").fill("20/09/2026")
    look(page, "12-b-officer-returns")
    page.get_by_role("button", name="Trả lại", exact=True).click()
    page.wait_for_url("**/inbox**")
    look(page, "12-c-officer-inbox")


def _accepts(page, path: str) -> None:
    page.goto(path)
    shown = page.locator("#returned")
    expect(shown.get_by_text("2/2 điểm đã trả lời")).to_be_visible()
    expect(shown.get_by_text("đã sửa", exact=True)).to_have_count(1)
    look(page, "15-officer-again")
    page.get_by_role("button", name=re.compile("^Tiếp nhận phiên bản")).click()
    expect(page.get_by_text("Đã tiếp nhận báo cáo")).to_be_visible()
    look(page, "16-accepted")


# --- the province and the nation -------------------------------------------------------------------------------------


def _rolls_up_and_sends(page, path: str) -> None:
    page.goto(path)
    look(page, "17-province")
    page.get_by_role("button", name=re.compile("^Tổng hợp")).click()
    expect(page.get_by_text("Đã tổng hợp từ các báo cáo đã tiếp nhận")).to_be_visible()
    expect(page.locator('[name="cell.F1.r01.c02"]')).to_have_value(_shown(CORRECTED))
    look(page, "18-rolled-up")
    page.locator('[name="outline.s1"]').fill("Toàn tỉnh ổn định.")
    page.locator('textarea[name^="explain."]').fill("Hai xã xin gia hạn do bão.")
    page.locator(".dock").get_by_role("button", name="Lưu và xác nhận").click()
    page.get_by_label("Báo cáo không chứa bí mật nhà nước").check()
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Đã gửi báo cáo")).to_be_visible()
    look(page, "19-province-sent")


def _the_ministry_accepts(page, path: str) -> None:
    page.goto(path)
    page.get_by_role("button", name=re.compile("^Tiếp nhận phiên bản")).click()
    expect(page.get_by_text("Đã tiếp nhận báo cáo")).to_be_visible()
    look(page, "20-ministry-accepted")


def _the_nation_shows_it(page) -> None:
    page.goto("/coverage/THU-01/2025-07-01/2026-M09")
    with page.expect_navigation():
        page.get_by_role("button", name="Tổng hợp lại ngay").click()
    look(page, "21-coverage")
    page.goto("/reports")
    page.get_by_label("Kỳ").fill("2026-M09")
    look(page, "22-reports")
    page.get_by_role("button", name="Phát hành").click()
    page.wait_for_url("**/reports/*")
    expect(page.get_by_text(_shown(HOUSEHOLDS)).first).to_be_visible()
    look(page, "23-national-report")
