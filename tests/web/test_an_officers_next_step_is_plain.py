"""What an officer reads and is led to: names and not codes, states that hold now, and back to the campaign at work."""

from __future__ import annotations

import re

import pytest

from hub.services.collection import actor_of

CAMPAIGN = "/inbox/campaign?edition=THU-01/2025-07-01&period=2026-M09"


@pytest.fixture
def officer(make_actor, sign_in):
    return sign_in(make_actor("officer", "P1"))


@pytest.mark.parametrize(
    ("language", "name"), [("vi", "Kết nối tự động “folder”"), ("en", "Automatic connection “folder”")]
)
def test_what_a_connection_brought_in_names_the_connection_in_words(language, name, officer, submit, filing_of):
    submit("X11", actor=actor_of("folder"))
    submit("X11", actor=actor_of("folder"), men=5)
    officer.client.set_cookie("hub_language", language)
    path = f"/filings/{filing_of('X11').id}"
    for address in (path, f"{path}/proof?version={filing_of('X11').sent_version}"):
        page = officer.get(address, follow_redirects=True).get_data(as_text=True)
        assert name in page, address
        assert "connector:" not in page, address


def test_a_decision_leads_back_to_the_campaign_and_says_what_was_done(officer, submit, filing_of, text_of):
    submit("X11")
    row = filing_of("X11")
    fields = {"action": "send_back", "revision": row.revision, "version": row.sent_version, "reason": "Thiếu số"}
    fields |= {"edition": row.edition, "period": row.period}
    answer = officer.post(f"/filings/{row.id}/decide", fields)
    assert (answer.status_code, "/inbox/campaign?" in answer.headers["Location"]) == (303, True)
    assert "Đã trả lại" in text_of(officer.get(answer.headers["Location"]))


def test_an_accepted_report_leads_on_to_its_campaign(officer, submit, accept, filing_of):
    submit("X11")
    accept("X11")
    page = officer.get(f"/filings/{filing_of('X11').id}").get_data(as_text=True)
    assert re.search(r'href="/inbox/campaign\?[^"]*edition=THU-01', page)


def test_a_reporter_is_not_led_to_the_inbox(sign_in, make_actor, filing_of):
    page = sign_in(make_actor("reporter", "X11")).get(f"/filings/{filing_of('X11').id}").get_data(as_text=True)
    assert "/inbox/campaign" not in page


def test_an_excluded_unit_is_not_told_when_it_is_due(hub, officer, filing_of, text_of):
    row = filing_of("X11")
    fields = {"action": "exclude", "revision": row.revision, "reason": "Đã giải thể"}
    assert officer.post(f"/filings/{row.id}/decide", fields).status_code == 303
    table = text_of(officer.get(f"{CAMPAIGN}&tab=excluded")).split("Việc cần làm")[1]
    assert "Đã giải thể" in table
    assert "chưa đến hạn" not in table


def test_a_day_to_send_again_by_is_not_shown_once_it_was_sent_again(hub, officer, submit, filing_of, text_of):
    submit("X11")
    row = filing_of("X11")
    fields = {"action": "send_back", "revision": row.revision, "version": row.sent_version, "reason": "Thiếu số"}
    officer.post(f"/filings/{row.id}/decide", fields | {"resend_due": "25/12/2026"})
    assert "gửi lại trước hết ngày 25/12/2026" in text_of(officer.get(f"{CAMPAIGN}&tab=all"))
    submit("X11", men=5)
    assert filing_of("X11").state == "submitted"
    assert "gửi lại trước hết ngày" not in text_of(officer.get(f"{CAMPAIGN}&tab=all"))


def test_the_tour_of_a_reporters_page_is_shown_to_who_reports(officer, sign_in, make_actor, text_of):
    assert "Việc của đơn vị ở một trang" in text_of(sign_in(make_actor("reporter", "X11")).get("/"))
    assert "Việc của đơn vị ở một trang" not in text_of(officer.get("/"))
    assert "Hiện lại ở trang đầu" not in text_of(officer.get("/welcome"))
