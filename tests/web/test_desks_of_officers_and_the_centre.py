"""Receiving, deciding, publishing, tracing and administering, through the pages."""

from __future__ import annotations

import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.services import access


@pytest.fixture
def officer(make_actor, sign_in):
    return sign_in(make_actor("officer", "P1"))


@pytest.fixture
def central(make_actor, sign_in):
    return sign_in(make_actor("central", "VN"))


@pytest.fixture
def decide(officer, filing_of):
    """``decide(action, unit, …)``: the officer's answer on the filing's page, as it stands."""

    def do(action: str, unit: str = "X11", **fields: str):
        row = filing_of(unit)
        data = {"action": action, "revision": row.revision, "version": row.sent_version or ""} | fields
        return officer.post(f"/filings/{row.id}/decide", data)

    return do


def test_what_waits_stands_in_the_inbox_and_is_accepted(submit, officer, decide, filing_of, text_of):
    submit("X11")
    assert "Xã X11" in text_of(officer.get("/inbox"))
    assert decide("accept").status_code == 303
    assert filing_of("X11").state == "accepted"


def test_clean_reports_are_accepted_together_and_others_are_named(submit, officer, filing_of, text_of):
    submit("X11")
    answer = officer.post("/inbox/accept", {"filing": [filing_of("X11").id, "khong-co"]})
    assert "Đã tiếp nhận 1 báo cáo" in text_of(answer)
    assert "1 báo cáo chưa được tiếp nhận" in text_of(answer)
    assert (filing_of("X11").state, filing_of("X12").state) == ("accepted", "draft")


def test_a_report_is_sent_back_with_a_reason_and_a_day_and_the_unit_reads_both(
    submit, decide, filing_of, make_actor, sign_in, text_of
):
    submit("X11")
    assert decide("send_back", reason="Thiếu thuyết minh mục 2", resend_due="20/09/2026").status_code == 303
    page = sign_in(make_actor("reporter", "X11")).get(f"/filings/{filing_of('X11').id}")
    assert "Thiếu thuyết minh mục 2" in text_of(page)
    assert "20/09/2026" in text_of(page)
    assert 'name="cell.F1.r02.c02"' in page.get_data(as_text=True), "and can be edited again"


@pytest.mark.parametrize(("reason", "day"), [("", "20/09/2026"), ("Sai", "31/02/2026"), ("Sai", "mai")])
def test_no_return_without_a_reason_or_with_an_impossible_day(reason, day, submit, decide, filing_of):
    submit("X11")
    assert decide("send_back", reason=reason, resend_due=day).status_code == 400
    assert filing_of("X11").state == "submitted"


def test_an_old_page_decides_nothing(submit, officer, decide, filing_of, text_of):
    submit("X11")
    row = filing_of("X11")
    stale = {"action": "accept", "revision": row.revision - 1, "version": row.sent_version}
    answer = officer.post(f"/filings/{row.id}/decide", stale)
    assert answer.status_code == 409
    assert filing_of("X11").state == "submitted"


def test_acceptance_names_the_version_that_was_looked_at(submit, decide, filing_of):
    submit("X11")
    assert decide("accept", version="").status_code == 400
    assert decide("accept", version="7").status_code == 409
    assert filing_of("X11").state == "submitted"


def test_nobody_accepts_their_own_through_the_page_or_in_bulk(hub, submit, filing_of, make_actor, sign_in, text_of):
    actor = make_actor("officer", "P1")
    access.grant(hub, SYSTEM, actor.account_id, "approver", "X11", filing_of("X11").opened_at)
    both = Actor(actor.account_id, "", "P1", (Grant("officer", "P1"), Grant("approver", "X11")))
    submit("X11", both)
    row, browser = filing_of("X11"), sign_in(both)
    data = {"action": "accept", "revision": row.revision, "version": row.sent_version}
    assert browser.post(f"/filings/{row.id}/decide", data).status_code == 403
    assert "chính mình" in text_of(browser.post("/inbox/accept", {"filing": row.id}))
    assert filing_of("X11").state == "submitted"


def test_exclusion_and_its_lifting_need_reasons(submit, decide, officer, filing_of):
    submit("X11")
    assert decide("exclude", reason=" ").status_code == 400
    assert decide("exclude", reason="Đơn vị giải thể").status_code == 303
    assert filing_of("X11").excluded
    assert decide("include", reason="Nhầm").status_code == 303
    assert not filing_of("X11").excluded


def test_a_finalised_report_is_amended_only_with_a_reason(submit, accept, decide, filing_of, make_actor, sign_in):
    submit("X11")
    accept("X11")
    assert decide("finalise").status_code == 303
    approver = sign_in(make_actor("approver", "X11"))
    path = f"/filings/{filing_of('X11').id}/move"
    revision = filing_of("X11").revision
    assert approver.post(path, {"action": "amend", "revision": revision, "reason": ""}).status_code == 400
    assert approver.post(path, {"action": "amend", "revision": revision, "reason": "Nhập nhầm"}).status_code == 303
    assert filing_of("X11").state == "draft"


def test_two_versions_are_compared_in_the_words_of_the_form(submit, decide, filing_of, officer, make_actor, text_of):
    submit("X11")
    decide("send_back", reason="Sai")
    submit("X11", men=9)
    page = officer.get(f"/filings/{filing_of('X11').id}/compare?old=1&new=2")
    assert "Nam Còn lại 3 8 +5 +166,7 %" in " ".join(text_of(page).split())
    assert officer.get(f"/filings/{filing_of('X11').id}/compare?old=1&new=9").status_code == 404


def test_the_centre_rolls_up_publishes_and_walks_a_figure_back(submit, accept, central, filing_of, text_of):
    submit("X11")
    assert "chưa được tổng hợp" in text_of(central.get("/coverage/THU-01/2025-07-01/2026-M09"))
    accept("X11")
    assert "1/7" in text_of(central.get("/coverage/THU-01/2025-07-01/2026-M09")), "a decision is followed at once"
    assert central.post("/coverage/THU-01/2025-07-01/2026-M09").status_code == 303
    coverage = text_of(central.get("/coverage/THU-01/2025-07-01/2026-M09"))
    assert "1/7" in coverage
    assert "Xã X12" in coverage
    shown = central.post("/reports", {"report": "thu", "period": "2026-M09"}, follow_redirects=True)
    assert "1/7" in text_of(shown), "coverage stands beside the figures"
    html = shown.get_data(as_text=True)
    link = html.partition("/trace?cell=")
    path = html[html.rindex('href="', 0, html.index("/trace?cell=")) + 6 :].partition('"')[0].replace("&amp;", "&")
    assert link[1]
    trace = text_of(central.get(path))
    assert "Xã X11" in trace
    assert "phiên bản 1" in trace
    assert "/forms/F1/cells/" in trace


def test_the_same_figures_give_the_same_edition(published, central):
    again = central.post("/reports", {"report": "thu", "period": "2026-M09"})
    assert again.headers["Location"] == f"/reports/{published.id}"


def test_what_cannot_be_published_is_said_on_the_page(hub, central, text_of):
    answer = central.post("/reports", {"report": "thu", "period": "2026-M09"})
    assert answer.status_code == 422
    assert "Chưa có số liệu tổng hợp" in text_of(answer)
    assert central.post("/reports", {"report": "thu", "period": "hôm nay"}).status_code == 400
    assert central.post("/reports", {"report": "khong-co", "period": "2026-M09"}).status_code == 404


def test_files_of_a_publication_are_downloads_byte_for_byte(published, central):
    html = central.get(f"/reports/{published.id}").get_data(as_text=True)
    names = [part.partition('"')[0] for part in html.split(f"/reports/{published.id}/files/")[1:]]
    assert {name.rpartition(".")[2] for name in names} == {"xlsx", "json", "csv", "pdf", "docx", "zip"}
    for name in names:
        first, second = (central.get(f"/reports/{published.id}/files/{name}") for _ in range(2))
        assert first.data == second.data
        assert first.headers["Content-Disposition"].startswith("attachment")
    assert central.get(f"/reports/{published.id}/files/..%2f..%2fetc%2fpasswd").status_code == 404


def test_a_cell_that_is_not_in_the_report_is_a_refusal_not_an_error(published, central):
    for cell in ("", "F9.r01.c01", "%00", "@@@:::...", "F1.r01.c01" * 30):
        assert central.get(f"/reports/{published.id}/trace", query_string={"cell": cell}).status_code == 400


def test_an_administrator_makes_an_account_whose_password_is_shown_once(make_actor, sign_in, hub, text_of):
    admin = sign_in(make_actor("administrator", "VN"))
    fields = {"username": "hoa.p1", "name": "Hoa", "unit": "P1", "role": "officer"}
    answer = admin.post("/admin/accounts", fields)
    secret = answer.get_data(as_text=True).partition('class="secret">')[2].partition("<")[0]
    assert len(secret) >= 12
    assert secret not in admin.get("/admin/accounts").get_data(as_text=True)
    assert "hoa.p1" in text_of(admin.get("/admin/accounts"))
    assert admin.post("/admin/accounts", fields).status_code == 409
    assert admin.post("/admin/accounts", fields | {"role": "system", "username": "abc.x"}).status_code == 400
    assert admin.post("/admin/accounts", fields | {"unit": "khong-co", "username": "abc.x"}).status_code == 400


def test_a_token_is_shown_once_and_revoked_for_good(make_actor, sign_in, app):
    admin, owner = sign_in(make_actor("administrator", "VN")), make_actor("reporter", "X11")
    fields = {"account": owner.account_id, "name": "hệ thống xã", "scope": ["read"], "days": "30"}
    html = admin.post("/admin/tokens", fields).get_data(as_text=True)
    token = html.partition('class="secret">')[2].partition("<")[0]
    headers = {"Authorization": f"Bearer {token}"}
    client = app.test_client()
    assert client.get("/api/v1/filings", headers=headers).status_code == 200
    page = admin.get("/admin/tokens").get_data(as_text=True)
    assert token not in page
    revoke = page.partition('action="/admin/tokens/')[2].partition('"')[0]
    assert admin.post(f"/admin/tokens/{revoke}").status_code == 303
    assert client.get("/api/v1/filings", headers=headers).status_code == 401


def test_the_audit_page_says_whether_the_chain_holds(make_actor, sign_in, hub, submit, text_of):
    submit("X11")
    admin = sign_in(make_actor("administrator", "VN"))
    assert "nguyên vẹn" in text_of(admin.get("/admin/events?verify=1"))
    with hub.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS event_no_update")
        triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
        for name in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE event SET result = 'khác' WHERE number = 1")
    assert "không còn nguyên vẹn" in text_of(admin.get("/admin/events?verify=1"))


def test_runs_of_jobs_are_listed_for_the_centre(hub, central, text_of, filing_of):
    from hub.services import runs

    now = filing_of("X11").opened_at
    runs.claim(hub, "open_filings", "2026-09-15T00:00Z", "may-1", now, 60)
    runs.finish(hub, "open_filings", "2026-09-15T00:00Z", "done", "9 báo cáo", now)
    assert "9 báo cáo" in text_of(central.get("/admin/jobs"))
