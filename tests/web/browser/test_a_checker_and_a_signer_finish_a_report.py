"""One enters, another checks, a third signs outside and sends: each with an account of their own (R22, R24)."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from hub.demonstration.authority import issue, make_root, sign_pdf
from hub.domain.access import SYSTEM, Grant
from hub.services import access

PASSWORD = "bốn từ rất dễ nhớ"
PICTURES = os.environ.get("HUB_TEST_PICTURES")
"""A folder for pictures of the pages, for whoever wants to look at them."""


@pytest.fixture
def root(now_of_test):
    return make_root(now_of_test - timedelta(days=400), "Gốc tin cậy", "")


@pytest.fixture
def now_of_test():
    return datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def core(core, root, tmp_path):
    """The hub trusts the root of this test."""
    folder = tmp_path / "roots"
    folder.mkdir()
    (folder / "root.pem").write_bytes(root.pem)
    return replace(core, config=replace(core.config, trust_roots=(folder,)))


@pytest.fixture
def more_people(hub, now, people):
    for name, role in (("kiem-tra", "checker"), ("nguoi-ky", "signer")):
        access.create_account(
            hub, SYSTEM, username=name, name=name, unit_id="X11", password=PASSWORD, grants=[Grant(role, "X11")],
            now=now, must_change_password=False,
        )  # fmt: skip


def _look(page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("width", [390])
def test_three_people_finish_a_report(width, open_as, more_people, form_of, filing_of, root, now):
    approver = open_as("duyet", width=width)
    approver.goto("/steps")
    approver.get_by_label("Ký số").first.check()
    approver.get_by_label("Những người khác nhau").first.check()
    approver.get_by_role("button", name="Lưu").first.click()
    expect(approver.get_by_text("Đã lưu các bước")).to_be_visible()
    _look(approver, f"steps-{width}")

    clerk = open_as("lan", width=width)
    clerk.goto(f"/filings/{filing_of('X11').id}")
    for name, text in form_of().items():
        clerk.locator(f'[name="{name}"]').fill(text)
    expect(clerk.get_by_role("button", name="Lưu và xác nhận")).to_have_count(0)
    clerk.get_by_role("button", name="Lưu nháp").last.click()
    clerk.get_by_text("Đã lưu nháp").first.wait_for()

    checker = open_as("kiem-tra", width=width)
    checker.goto(f"/filings/{filing_of('X11').id}")
    _look(checker, f"check-{width}")
    checker.get_by_role("button", name="Xác nhận đã kiểm tra").click()
    expect(checker.get_by_text("chờ người có thẩm quyền ký số")).to_be_visible()
    assert filing_of("X11").state == "checked"

    signer = open_as("nguoi-ky", width=width)
    signer.goto(f"/filings/{filing_of('X11').id}")
    _look(signer, f"sign-{width}")
    with signer.expect_download() as download:
        signer.get_by_role("link", name="PDF theo thể thức").click()
    document = Path(download.value.path()).read_bytes()
    assert "xã X11" in PdfReader(io.BytesIO(document)).pages[0].extract_text()
    certificate = issue(
        root, "Nguyễn Văn Ký", valid_from=now - timedelta(days=1), valid_to=now + timedelta(days=1), unit="",
        organisation="Ủy ban nhân dân Xã X11",
    )  # fmt: skip
    signer.get_by_label("Tệp đã ký").set_input_files(
        {"name": "x.pdf", "mimeType": "application/pdf", "buffer": document}
    )
    signer.get_by_role("button", name="Tải tệp đã ký lên").click()
    expect(signer.get_by_text("Tệp này chưa có chữ ký số")).to_be_visible()
    with ThreadPoolExecutor(1) as elsewhere:  # this thread belongs to the browser's event loop
        signed = elsewhere.submit(sign_pdf, document, certificate, now).result()
    signer.get_by_label("Tệp đã ký").set_input_files({"name": "x.pdf", "mimeType": "application/pdf", "buffer": signed})
    signer.get_by_role("button", name="Tải tệp đã ký lên").click()
    expect(signer.get_by_text("Chữ ký hợp lệ")).to_be_visible()
    assert filing_of("X11").state == "signed"

    signer.get_by_label("Báo cáo không chứa bí mật nhà nước").check()
    signer.get_by_role("button", name="Gửi báo cáo").click()
    expect(signer.get_by_text("Đã gửi báo cáo")).to_be_visible()
    assert filing_of("X11").state == "submitted"
    _look(signer, f"sent-{width}")
    signer.get_by_role("link", name="Gửi phiên bản 1").click()
    expect(signer.get_by_text("vẫn nguyên vẹn")).to_be_visible()
    expect(signer.locator(".receipt-qr img")).not_to_have_js_property("naturalWidth", 0)
    signer.get_by_label("Chọn tệp cần kiểm tra").set_input_files(
        {"name": "x.pdf", "mimeType": "application/pdf", "buffer": signed}
    )
    signer.get_by_role("button", name="Kiểm tra tệp").click()
    expect(signer.get_by_text("không sai một bit")).to_be_visible()
    _look(signer, f"receipt-{width}")
