"""The pages on which a report is signed, sent, taken back and proved; every button may be pressed twice."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader

from hub.app import create_app
from hub.demonstration.authority import issue, make_root, sign_for_show, sign_pdf
from hub.domain.envelope import Envelope
from hub.domain.workflow import SignOff
from hub.services import filings, intake, steps

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def root():
    return make_root(NOW - timedelta(days=400), "Gốc tin cậy", "")


@pytest.fixture
def core(core, root, tmp_path):
    folder = tmp_path / "roots"
    folder.mkdir()
    (folder / "root.pem").write_bytes(root.pem)
    return replace(core, config=replace(core.config, trust_roots=(folder,), base_url="https://baocao.example.vn/"))


@pytest.fixture
def to_sign(hub, submit, make_actor, filing_of):
    """The report of X11, checked and waiting for a signature."""
    steps.choose(hub, make_actor("approver", "X11"), "X11", "", asked=SignOff(("check", "sign")), now=NOW)
    submit("X11")
    assert filing_of("X11").state == "checked"
    return filing_of("X11")


@pytest.fixture
def signer(sign_in, make_actor):
    return sign_in(make_actor("signer", "X11"))


def hand_in(browser, row, content: bytes, **options):
    data = {"revision": row.revision, "file": (io.BytesIO(content), "ky.pdf")}
    return browser.post(f"/filings/{row.id}/signatures", data, content_type="multipart/form-data", **options)


@pytest.fixture
def signed_file(to_sign, signer, root):
    person = issue(root, "Nguyễn Văn Ký", valid_from=NOW - timedelta(days=1), valid_to=NOW + timedelta(days=1), unit="")
    return sign_pdf(signer.get(f"/filings/{to_sign.id}/report.pdf").data, person, NOW)


def test_a_signed_file_is_taken_twice_and_counts_once(signer, to_sign, signed_file, filing_of, hub, text_of):
    for _ in range(2):
        answer = hand_in(signer, to_sign, signed_file, follow_redirects=True)
        assert answer.status_code == 200
        assert "Nguyễn Văn Ký" in text_of(answer)
    view = filings.open_one(hub, signer.actor, to_sign.id, NOW)
    assert sorted(each.event for each in view.decisions) == ["check", "sign"]


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n", b"<report/>"])
def test_what_cannot_be_taken_is_told_in_plain_words(signer, to_sign, filing_of, content, text_of):
    answer = hand_in(signer, to_sign, content)
    assert answer.status_code == 422
    assert "Tệp này" in text_of(answer) or "Không đọc được tệp này" in text_of(answer)
    assert filing_of("X11").state == "checked"


def test_no_file_at_all_is_told_too(signer, to_sign, text_of):
    answer = signer.post(f"/filings/{to_sign.id}/signatures", {"revision": to_sign.revision})
    assert answer.status_code == 400
    assert "Hãy chọn một tệp" in text_of(answer)


def test_a_reporter_sees_what_is_awaited_and_no_form_for_signing(sign_in, make_actor, to_sign, text_of):
    page = text_of(sign_in(make_actor("reporter", "X11")).get(f"/filings/{to_sign.id}"))
    assert "chờ người có thẩm quyền ký số" in page
    assert "Tải tệp đã ký lên" not in page
    assert "tiếp theo: người ký của đơn vị" in page


def test_sending_needs_the_box_and_then_gives_a_receipt(signer, to_sign, signed_file, filing_of, text_of):
    hand_in(signer, to_sign, signed_file)
    row = filing_of("X11")
    move = {"action": "send", "revision": row.revision}
    refused = signer.post(f"/filings/{row.id}/move", move)
    assert refused.status_code == 422
    assert "không chứa bí mật nhà nước" in text_of(refused)
    sent = signer.post(f"/filings/{row.id}/move", move | {"secrecy": "none"}, follow_redirects=True)
    assert "Đã gửi báo cáo" in text_of(sent)
    path = sent.get_data(as_text=True).partition('href="/receipts/')[2].partition('"')[0]
    page = signer.get(f"/receipts/{path}")
    assert "vẫn nguyên vẹn" in text_of(page)
    assert "https://baocao.example.vn/receipts/" in text_of(page)
    assert signer.get(f"/receipts/{path}/qr.svg").content_type.startswith("image/svg+xml")
    receipt = PdfReader(io.BytesIO(signer.get(f"/receipts/{path}/receipt.pdf").data)).pages[0].extract_text()
    assert "đúng hạn" in receipt
    assert "Nguyễn Văn Ký" in receipt
    proof = f"/filings/{row.id}/proof"
    known = {"version": "1", "file": (io.BytesIO(signed_file), "ky.pdf")}
    assert "không sai một bit" in text_of(signer.post(proof, known, content_type="multipart/form-data"))
    other = {"version": "1", "file": (io.BytesIO(signed_file + b" "), "ky.pdf")}
    assert "không phải tệp nào" in text_of(signer.post(proof, other, content_type="multipart/form-data"))


def test_the_receiver_sees_the_receipt_and_another_province_does_not(submit, sign_in, make_actor, filing_of, hub):
    submit("X12")
    row = filing_of("X12")
    officer = make_actor("officer", row.receiver_id)
    sending = next(each.id for each in filings.open_one(hub, officer, row.id, NOW).decisions if each.event == "send")
    assert sign_in(officer).get(f"/receipts/{sending}").status_code == 200
    assert sign_in(make_actor("reporter", "X21")).get(f"/receipts/{sending}").status_code == 404


def test_a_withdrawal_is_asked_a_reason_and_the_second_click_shows_the_same_report(
    sign_in, make_actor, submit, filing_of, text_of
):
    submit("X12")
    row = filing_of("X12")
    approver = sign_in(make_actor("approver", "X12"))
    move = {"action": "withdraw", "revision": row.revision}
    assert approver.post(f"/filings/{row.id}/move", move | {"reason": " "}).status_code == 400
    first = approver.post(f"/filings/{row.id}/move", move | {"reason": "Nhầm kỳ"}, follow_redirects=True)
    assert "Đã rút lại báo cáo" in text_of(first)
    second = approver.post(f"/filings/{row.id}/move", move | {"reason": "Nhầm kỳ"}, follow_redirects=True)
    assert "Đã rút lại báo cáo" in text_of(second)
    assert text_of(second).count("Nhầm kỳ") == text_of(first).count("Nhầm kỳ") > 0
    other = sign_in(make_actor("approver", "X12"))
    assert other.post(f"/filings/{row.id}/move", move | {"reason": "Nhầm kỳ"}).status_code == 409
    assert filing_of("X12").state == "draft"


def test_documents_are_the_same_bytes_each_time_and_of_the_version_asked_for(signer, to_sign):
    pdf = signer.get(f"/filings/{to_sign.id}/report.pdf")
    assert pdf.content_type == "application/pdf"
    assert pdf.headers["Content-Disposition"].startswith("attachment")
    assert signer.get(f"/filings/{to_sign.id}/report.pdf?version=1").data == pdf.data
    assert signer.get(f"/filings/{to_sign.id}/report.pdf?version=2").status_code == 404
    assert signer.get(f"/filings/{to_sign.id}/report.xml").data.startswith(b"<?xml")
    assert signer.get(f"/filings/{to_sign.id}/report.docx").data.startswith(b"PK")


def test_the_unit_sets_its_steps_on_a_page(sign_in, make_actor, text_of):
    approver = sign_in(make_actor("approver", "X11"))
    chosen = {"unit": "X11", "sign": "1", "separate": "1"}
    for _ in range(2):
        assert "Đã lưu" in text_of(approver.post("/steps", chosen, follow_redirects=True))
    assert approver.get("/steps").get_data(as_text=True).count("checked") == 2
    approver.post("/steps", {"unit": "X11", "regime": "THU-01", "check": "1"})
    assert "Riêng chế độ Chế độ thử" in text_of(approver.get("/steps"))
    approver.post("/steps", {"unit": "X11", "regime": "THU-01", "action": "remove"})
    assert "Riêng chế độ" not in text_of(approver.get("/steps"))
    assert approver.post("/steps", {"unit": "X11", "regime": "KHONG-CO"}).status_code == 400


def test_only_a_demonstration_signs_on_the_spot(hub, signer, to_sign, filing_of, text_of):
    page = f"/filings/{to_sign.id}"
    assert "Ký thử" not in text_of(signer.get(page))
    assert signer.post(f"{page}/signatures/demonstration", {"kind": "pdf"}).status_code == 404
    shown = create_app(replace(hub, config=replace(hub.config, demonstration=True)), clock=lambda: NOW)
    signer.client.application = shown
    assert shown.config["SIGN_FOR_SHOW"] is sign_for_show
    assert "Ký thử" in text_of(signer.get(page))
    deed = {"kind": "xml", "revision": to_sign.revision}
    for _ in range(2):
        answer = signer.post(f"{page}/signatures/demonstration", deed, follow_redirects=True)
        assert "(minh họa)" in text_of(answer)
    assert filing_of("X11").state == "signed"
    assert signer.post(f"{page}/signatures/demonstration", {"kind": "exe"}).status_code == 400


def test_every_page_speaks_english_too(signer, to_sign, text_of):
    signer.client.set_cookie("hub_language", "en")
    page = text_of(signer.get(f"/filings/{to_sign.id}"))
    assert "Check, sign and send" in page
    assert "Upload the signed file here" in page
    assert "Check of a report" in text_of(signer.get(f"/filings/{to_sign.id}/proof?version=1"))


@pytest.mark.parametrize("action", ["check", "send"])
def test_a_double_click_on_check_or_send_shows_the_same_page_as_one(
    sign_in, make_actor, submit, filing_of, text_of, hub, report_of, action
):
    approver = make_actor("approver", "X13")
    intake.receive(hub, approver, Envelope(report_of("X13"), "json"), NOW)
    move = {"action": action, "revision": filing_of("X13").revision, "secrecy": "none"}
    browser = sign_in(approver)
    pages = [browser.post(f"/filings/{filing_of('X13').id}/move", move, follow_redirects=True) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert [page.request.query_string for page in pages] == [f"done={action}".encode()] * 2
    assert filing_of("X13").state == {"check": "checked", "send": "submitted"}[action]
