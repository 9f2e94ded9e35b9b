"""Attaching, downloading, taking off and deciding, as people meet them in a browser."""

from __future__ import annotations

import io

import pytest
from docx import Document


@pytest.fixture
def clerk(make_actor, sign_in):
    return sign_in(make_actor("reporter", "X11"))


@pytest.fixture
def address(filing_of):
    return f"/filings/{filing_of('X11').id}"


def upload(browser, path, content, name):
    return browser.post(path, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def page(browser, path):
    return browser.get(path).get_data(as_text=True)


def links(html, start):
    import re

    return re.findall(rf'href="({start}[^"]+)"', html)


def test_a_file_is_attached_shown_and_saved_never_opened(clerk, address):
    answer = upload(clerk, f"{address}/attachments", "<b>Phụ lục</b>".encode(), "phụ lục <1>.txt")
    assert answer.status_code == 303
    html = page(clerk, answer.location)
    assert "Đã đính kèm tệp." in html
    assert "phụ lục &lt;1&gt;.txt" in html
    (link,) = links(html, f"{address}/attachments/")
    found = clerk.get(link)
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.mimetype == "application/octet-stream"


def test_a_second_click_shows_the_same_one_file(clerk, address):
    for _ in range(2):
        assert upload(clerk, f"{address}/attachments", b"abc", "a.txt").status_code == 303
    html = page(clerk, address)
    assert len(links(html, f"{address}/attachments/")) == 1
    (removal,) = {part.split('"')[0] for part in html.split('action="') if "/remove" in part.split('"')[0]}
    for _ in range(2):
        assert clerk.post(removal).status_code == 303
    assert links(page(clerk, address), f"{address}/attachments/") == []


def test_a_refused_kind_says_why_on_the_page(clerk, address):
    answer = upload(clerk, f"{address}/attachments", b"MZ\x90\x00", "a.pdf")
    assert answer.status_code == 422
    assert "Chỉ nhận tệp PDF" in answer.get_data(as_text=True)


def test_a_marked_file_is_told_by_place_and_decided_by_the_administrator(clerk, address, make_actor, sign_in):
    answer = upload(clerk, f"{address}/attachments", "Báo cáo\nTUYỆT MẬT".encode(), "a.txt")
    html = page(clerk, answer.location)
    assert "Có dấu hiệu mật ở:" in html
    assert "dòng 2" in html
    assert "TUYỆT" not in html
    admin = sign_in(make_actor("administrator", "VN"))
    listing = page(admin, "/quarantine")
    (action,) = {part.split('"')[0] for part in listing.split('action="') if part.startswith("/quarantine/")
                 and not part.split('"')[0].endswith("/file")}  # fmt: skip
    assert admin.post(f"{action}/file").get_data().decode().endswith("TUYỆT MẬT")
    assert admin.post(action, {"action": "refuse", "reason": ""}).status_code == 400
    for _ in range(2):
        assert admin.post(action, {"action": "refuse", "reason": "là tài liệu mật"}).status_code == 303
    assert admin.post(action, {"action": "release", "reason": "x"}).status_code == 409
    assert "là tài liệu mật" in page(clerk, address)
    assert admin.post(f"{action}/file").status_code == 404


def test_the_narrative_goes_out_as_word_and_comes_back_through_the_same_upload(clerk, address):
    word = clerk.get(f"{address}/outline.docx")
    document = Document(io.BytesIO(word.data))
    document.paragraphs[-1].text = "Viết bằng Word."
    output = io.BytesIO()
    document.save(output)
    assert upload(clerk, f"{address}/upload", output.getvalue(), "thuyet-minh.docx").status_code == 303
    assert "Viết bằng Word." in page(clerk, address)


def test_a_narrative_with_a_mark_comes_back_with_all_that_was_typed_and_the_law(clerk, address):
    typed = {"action": "save", "version": "0", "cell.F1.r02.c02": "7", "outline.s1": "Nội dung\nTỐI MẬT"}
    answer = clerk.post(address, typed)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Luật Bảo vệ bí mật nhà nước" in html
    assert "TỐI MẬT" in html
    assert "TỐI MẬT" not in page(clerk, address)


def test_the_receipt_names_the_files_that_went_with_the_report(hub, clerk, address, submit, make_actor, sign_in):
    upload(clerk, f"{address}/attachments", b"abc", "phu-luc.txt")
    submit("X11")
    approver = sign_in(make_actor("approver", "X11"))
    (receipt, *_) = links(page(approver, address), "/receipts/")
    assert "phu-luc.txt" in page(approver, receipt)
    assert approver.get(f"{receipt}/receipt.pdf").status_code == 200
