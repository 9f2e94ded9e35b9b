"""The bell, the list of notices and a person's own profile, as pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from hub.services import notifications, profiles
from hub.services.notifications import new_letter
from hub.store import mail
from hub.store.notifications import Recipient

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
SUBJECT = ("Bị trả lại: Chế độ thử", "Sent back: a regime for tests")


@pytest.fixture
def tell(hub, app):
    """``tell(actor, occurrence="o1", …)``: that person is told of a returned report."""

    def do(actor, occurrence: str = "o1", kind: str = "returned", path: str = "/profile") -> str:
        with hub.database.write() as connection:
            notifications.tell(
                connection, hub, kind, occurrence=occurrence, path=path, subject=SUBJECT,
                body=("Hạn gửi lại: 18/09/2026.", "By 18/09/2026."), now=app.config["CLOCK"](),
                account_ids=[actor.account_id],
            )  # fmt: skip
        return notifications.listing(hub, actor).rows[0].id

    return do


@pytest.fixture
def lan(make_actor, sign_in):
    return sign_in(make_actor("reporter", "X11"))


def bell(page: str) -> str:
    return re.search(r'class="bar-button bell"[^>]*aria-label="([^"]*)"', page)[1]


def test_the_bell_counts_what_is_not_read_on_every_page(lan, tell):
    assert bell(lan.get("/").get_data(as_text=True)) == "Thông báo"
    tell(lan.actor, "o1")
    tell(lan.actor, "o2")
    assert bell(lan.get("/").get_data(as_text=True)) == "Thông báo: 2 chưa đọc"


def test_opening_a_notice_reads_it_and_leads_to_what_it_tells_of(lan, tell, text_of):
    notice = tell(lan.actor)
    assert SUBJECT[0] in text_of(lan.get("/notifications"))
    answer = lan.post(f"/notifications/{notice}/read", {"action": "open"})
    assert (answer.status_code, answer.location) == (303, "/profile")
    assert bell(lan.get("/").get_data(as_text=True)) == "Thông báo"


def test_a_second_click_on_a_notice_leads_to_the_same_place(lan, tell):
    notice = tell(lan.actor)
    first, second = (lan.post(f"/notifications/{notice}/read", {"action": "open"}) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, "/profile")


def test_a_notice_leads_nowhere_outside_this_site(lan, tell):
    notice = tell(lan.actor, path="//example.org/x")
    assert lan.post(f"/notifications/{notice}/read", {"action": "open"}).location == "/notifications"
    assert lan.post(f"/notifications/{notice}/read", {"next": "https://example.org"}).location == "/notifications"


def test_all_are_marked_as_read_by_one_button_and_a_second_click_changes_nothing(hub, lan, tell):
    tell(lan.actor, "o1")
    tell(lan.actor, "o2")
    for _ in range(2):
        assert lan.post("/notifications/read").status_code == 303
    assert notifications.unread(hub, lan.actor) == 0


def test_the_list_is_narrowed_to_a_kind_and_to_what_is_not_read(lan, tell, text_of):
    tell(lan.actor, "o1")
    assert "1 thông báo" in text_of(lan.get("/notifications?kind=returned&unread=1"))
    assert "Không có thông báo nào." in text_of(lan.get("/notifications?kind=due_soon"))
    lan.post("/notifications/read")
    assert "Không có thông báo nào." in text_of(lan.get("/notifications?unread=1"))
    assert lan.get("/notifications?kind=nonsense&page=7").status_code == 200


def test_notices_and_profile_speak_english_when_asked(lan, tell, text_of):
    tell(lan.actor)
    lan.client.set_cookie("hub_language", "en")
    page = text_of(lan.get("/notifications"))
    assert SUBJECT[1] in page
    assert SUBJECT[0] not in page
    assert "My profile" in text_of(lan.get("/profile"))


def test_a_profile_is_saved_and_the_pages_speak_its_language(hub, lan, text_of):
    fields = {"email": "lan@xa.example.vn", "phone": "0912 345 678", "language": "en", "mail.returned": "none"}
    answer = lan.post("/profile", fields)
    assert (answer.status_code, answer.location) == (303, "/profile?saved=1")
    assert lan.post("/profile", fields).status_code == 303
    view = profiles.view(hub, lan.actor)
    assert (view.profile.email, view.choices["returned"], view.choices["accepted"]) == (
        "lan@xa.example.vn",
        "none",
        "digest",
    )
    assert "Saved." in text_of(lan.get("/profile?saved=1"))


def test_a_wrong_address_is_said_and_nothing_typed_is_lost(hub, lan, text_of):
    answer = lan.post("/profile", {"email": "lan@", "phone": "0912 345 678", "language": "vi", "mail.returned": "none"})
    assert answer.status_code == 422
    assert "Địa chỉ thư không hợp lệ" in text_of(answer)
    page = answer.get_data(as_text=True)
    assert 'value="lan@"' in page
    assert 'value="0912 345 678"' in page
    assert profiles.view(hub, lan.actor).profile.email == ""


def test_a_profile_offers_only_what_its_roles_are_told(lan, make_actor, sign_in, text_of):
    assert "Báo cáo quốc gia đã ban hành" not in text_of(lan.get("/profile"))
    officer = sign_in(make_actor("officer", "G12"))
    assert "Báo cáo quốc gia đã ban hành" in text_of(officer.get("/profile"))
    assert "Bị trả lại" not in text_of(officer.get("/profile"))


@pytest.mark.parametrize("change", [{"language": "xx"}, {"language": "vi", "mail.returned": "hourly"}])
def test_a_choice_that_does_not_exist_is_refused(lan, change):
    assert lan.post("/profile", change).status_code == 422


def test_whoever_manages_jobs_sees_the_letters_that_were_given_up(hub, app, lan, make_actor, sign_in, text_of):
    letter = new_letter("m1", Recipient(lan.actor.account_id, "X11", "lan@xa.example.vn", "vi", None), "s", "b", NOW)
    with hub.database.write() as connection:
        mail.add(connection, [letter])
        mail.give_up(connection, "m1", "550 no such box")
    page = text_of(sign_in(make_actor("central", "VN")).get("/admin/jobs"))
    assert "không gửi được 1" in page
    assert "lan@xa.example.vn" in page
    assert "550 no such box" in page


def test_a_return_rings_the_bell_of_whoever_sent_the_report(hub, lan, submit, filing_of, make_actor, sign_in, text_of):
    submit("X11")
    row = filing_of("X11")
    officer = sign_in(make_actor("officer", "P1"))
    fields = {
        "action": "send_back",
        "revision": str(row.revision),
        "version": str(row.sent_version),
        "reason": "Sai dòng 2",
    }
    assert officer.post(f"/filings/{row.id}/decide", fields).status_code == 303
    page = text_of(lan.get("/notifications"))
    assert "Bị trả lại: Chế độ thử" in page
    assert "Sai dòng 2" not in page
