"""The page and the API hand out the reporter's own workbook, marked."""

from __future__ import annotations

import io

import openpyxl
import pytest

from hub.domain.envelope import Envelope
from hub.domain.sheet_layout import FINDINGS_SHEET
from hub.services import filings, intake

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def wrong(hub, sign_in, make_actor, filing_of):
    """(browser, workbook) of commune X11 with a word in the place of a figure."""
    browser = sign_in(make_actor("approver", "X11"))
    now = filing_of("X11").due_at
    _, content = filings.template(hub, browser.actor, filing_of("X11").id, now)
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["F1"]["D12"] = "hai"
    buffer = io.BytesIO()
    book.save(buffer)
    return browser, buffer.getvalue(), now


def test_it_is_a_download_under_the_reporters_own_file_name(hub, wrong):
    browser, content, now = wrong
    receipt = intake.receive(hub, browser.actor, Envelope(content, "xlsx", "bao cao.xlsx", XLSX), now)
    answer = browser.get(f"/submissions/{receipt.submission_id}/marked.xlsx")
    assert answer.status_code == 200
    assert answer.mimetype == XLSX
    assert 'attachment; filename="bao cao_ket-qua-kiem-tra.xlsx"' in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames[0] == FINDINGS_SHEET
    assert book["F1"]["D12"].comment is not None


def test_the_receipt_of_the_api_says_where_it_is_and_repeats_say_the_same(app, token_for, make_actor, wrong):
    _, content, _ = wrong
    headers = {"Authorization": f"Bearer {token_for(make_actor('approver', 'X11'))}", "Idempotency-Key": "m1"}
    client = app.test_client()
    first, again = (
        client.post("/api/v1/submissions", data=content, content_type=XLSX, headers=headers) for _ in range(2)
    )
    assert first.data == again.data
    path = first.json["marked_workbook"]
    answer = client.get(path, headers=headers)
    assert answer.mimetype == XLSX
    assert openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames[0] == FINDINGS_SHEET
    assert client.get(path).status_code == 401


def test_other_doors_have_no_workbook_to_give_back(app, token_for, make_actor, report_of):
    headers = {"Authorization": f"Bearer {token_for(make_actor('approver', 'X11'))}", "Idempotency-Key": "m2"}
    answer = app.test_client().post(
        "/api/v1/submissions", data=report_of("X11"), content_type="application/json", headers=headers
    )
    assert "marked_workbook" not in answer.json
