"""The officer's inbox: tabs and counts, search, export, reminders and extensions that may be clicked twice."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from hub.services import extensions, filings, notifications, on_behalf
from hub.web.inbox import TAB_NAMES

CAMPAIGN = "/inbox/campaign?edition=THU-01/2025-07-01&period=2026-M09"
FIELDS = {"edition": "THU-01/2025-07-01", "period": "2026-M09", "tab": "all"}


@pytest.fixture
def officer(make_actor, sign_in):
    return sign_in(make_actor("officer", "P1"))


@pytest.fixture
def late(hub, filing_of, make_actor, submit):
    """X11 sent; X12's people are there."""
    submit("X11")
    return make_actor("reporter", "X12")


@pytest.mark.parametrize("tab", TAB_NAMES)
def test_every_tab_opens_and_shows_what_it_counts(tab, late, officer, text_of):
    answer = officer.get(f"{CAMPAIGN}&tab={tab}")
    assert answer.status_code == 200
    shown = {unit for unit in ("X11", "X12", "X13") if f"Xã {unit}" in text_of(answer)}
    sent = {"waiting", "clean", "on_time"}
    assert shown == {"all": {"X11", "X12", "X13"}, "not_yet": {"X12", "X13"}}.get(
        tab, {"X11"} if tab in sent else set()
    )


def test_a_list_is_searched_without_marks_and_an_unknown_campaign_is_not_found(late, officer, text_of):
    page = text_of(officer.get(f"{CAMPAIGN}&tab=all&text_of_unit=xa x13"))
    assert "Xã X13" in page
    assert "Xã X12" not in page
    assert officer.get("/inbox/campaign?edition=THU-01/2025-07-01&period=2026-M10").status_code == 404
    assert officer.get("/inbox/campaign?edition=KHONG/1&period=2026-M09").status_code == 404


def test_another_provinces_officer_sees_none_of_it(late, make_actor, sign_in, text_of):
    other = sign_in(make_actor("officer", "P2"))
    assert "Xã X11" not in text_of(other.get(f"{CAMPAIGN}&tab=all"))
    assert "Xã X21" in text_of(other.get(f"{CAMPAIGN}&tab=all"))
    assert "Xã X11" not in other.get("/inbox/list.csv?edition=THU-01/2025-07-01&period=2026-M09&tab=all").text


def test_the_address_in_a_notice_leads_to_the_campaign(late, officer):
    answer = officer.get("/inbox?edition=THU-01/2025-07-01&period=2026-M09")
    assert answer.location.startswith("/inbox/campaign?")


def test_the_list_is_taken_away_as_csv_and_as_a_workbook(late, officer):
    address = "/inbox/list.{}?edition=THU-01/2025-07-01&period=2026-M09&tab=all"
    lines = list(csv.reader(io.StringIO(officer.get(address.format("csv")).data.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(officer.get(address.format("xlsx")).data)).active
    assert lines[0][:3] == ["Mã đơn vị", "Đơn vị", "Trạng thái"]
    assert [line[0] for line in lines[1:]] == ["X11", "X12", "X13"]
    assert [cell.value for cell in sheet["A"]] == [line[0] for line in lines]
    assert sheet["E2"].is_date
    assert officer.get(address.format("exe")).status_code == 400


def test_one_reminder_clicked_twice_is_sent_once_and_says_the_same(hub, late, officer, filing_of, text_of):
    fields = FIELDS | {"filing": filing_of("X12").id, "form_key": "khoa-0001"}
    pages = [text_of(officer.post("/inbox/remind", fields, follow_redirects=True)) for _ in range(2)]
    assert all("Đã nhắc 1 đơn vị" in page for page in pages)
    assert len(notifications.listing(hub, late, kind="reminded").rows) == 1


def test_an_extension_for_all_clicked_twice_is_granted_once(hub, late, officer, filing_of, text_of):
    fields = FIELDS | {"until": "25/09/2026", "reason": "Bão"}
    pages = [text_of(officer.post("/inbox/extend", fields, follow_redirects=True)) for _ in range(2)]
    assert all("Đã gia hạn cho 2 báo cáo" in page for page in pages)
    row = filing_of("X12")
    assert len(extensions.of_filing(hub, officer.actor, row.id, row.changed_at)) == 1


@pytest.mark.parametrize("wrong", [{"until": "mai"}, {"until": ""}, {"until": "01/09/2026"}, {"reason": ""}])
def test_what_is_wrong_with_an_extension_is_said_with_what_was_typed(late, officer, wrong, filing_of, text_of):
    before = filing_of("X12").due_at
    answer = officer.post("/inbox/extend", FIELDS | {"until": "25/09/2026", "reason": "Bão lớn"} | wrong)
    assert answer.status_code == 400
    assert ("Bão lớn" in answer.text) == ("reason" not in wrong)
    assert filing_of("X12").due_at == before


def test_accepting_twice_says_the_same(late, officer, filing_of, text_of):
    fields = FIELDS | {"filing": filing_of("X11").id}
    pages = [text_of(officer.post("/inbox/accept", fields)) for _ in range(2)]
    assert all("Đã tiếp nhận 1 báo cáo" in page and "chưa được tiếp nhận" not in page for page in pages)


def test_a_unit_asks_for_time_on_its_page_and_the_officer_reads_why(hub, late, officer, sign_in, filing_of, text_of):
    clerk = sign_in(late)
    path = f"/filings/{filing_of('X12').id}"
    for _ in range(2):
        assert clerk.post(f"{path}/extension", {"until": "25/09/2026", "reason": "Mất điện"}).status_code == 303
    assert "chờ trả lời, xin đến 25/09/2026" in text_of(clerk.get(path))
    assert text_of(officer.get(f"{CAMPAIGN}&tab=asked")).count("Mất điện") == 1
    asked = extensions.of_filing(hub, late, filing_of("X12").id, filing_of("X12").opened_at)[0]
    answer = {"action": "refuse", "extension": asked.id, "reason": "Cần ngay"}
    assert officer.post(f"{path}/extension/answer", answer).status_code == 303
    assert "Cần ngay" in text_of(clerk.get(path))


def test_a_version_and_its_receipt_say_who_entered_it_for_the_unit(
    hub, make_actor, sign_in, filing_of, form_of, text_of
):
    officer = sign_in(make_actor("officer", "G12"))
    path = f"/filings/{filing_of('G01').id}"
    assert officer.get(path).status_code == 404
    begun = officer.post(f"{path}/enter-for", {"reason": "Đơn vị mất mạng"})
    assert begun.status_code == 303
    assert "đang nhập thay" in text_of(officer.get(begun.location)).lower()
    sent = officer.post(path, form_of() | {"action": "send", "secrecy": "none", "version": "0"})
    assert sent.status_code == 303
    assert filing_of("G01").state == "submitted"
    unit = sign_in(make_actor("reporter", "G01"))
    page = text_of(unit.get(path))
    assert "nhập thay" in page
    assert "Đơn vị mất mạng" in page
    view = filings.open_one(hub, unit.actor, filing_of("G01").id, filing_of("G01").changed_at)
    sending = next(each for each in view.decisions if each.event == "send")
    receipt = text_of(unit.get(f"/receipts/{sending.id}"))
    assert "nhập thay" in receipt
    assert "Bộ G12" in receipt
    assert on_behalf.mark_of(hub, view.row.id, sending.account_id, sending.at) is not None
    row = filing_of("G01")
    answer = officer.post(f"{path}/decide", {"action": "accept", "revision": row.revision, "version": row.sent_version})
    assert answer.status_code == 403


def test_a_contact_is_set_on_its_page_and_what_is_wrong_is_said(late, sign_in, officer, text_of):
    clerk = sign_in(late)
    assert clerk.get("/contact").status_code == 200
    fields = {"unit": "X12", "regime": "", "name": "Đầu mối báo cáo", "phone": "0000 000 012"}
    assert clerk.post("/contact", fields).status_code == 303
    assert "0000 000 012" in text_of(officer.get(f"{CAMPAIGN}&tab=all"))
    assert clerk.post("/contact", fields | {"regime": "THU-01", "phone": "0000 000 013"}).status_code == 303
    assert "0000 000 013" in text_of(officer.get(f"{CAMPAIGN}&tab=all"))
    assert "0000 000 013" in clerk.get("/contact").text
    assert clerk.post("/contact", fields | {"regime": "THU-01", "action": "remove"}).status_code == 303
    wrong = clerk.post("/contact", fields | {"phone": "gọi tôi"})
    assert wrong.status_code == 400
    assert "gọi tôi" in wrong.text
