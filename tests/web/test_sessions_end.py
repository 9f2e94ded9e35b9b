"""P26: what ended stays ended, and what changed holds from the next request on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.domain.access import SYSTEM, Grant
from hub.services import access

PASSWORD = "bốn từ rất dễ nhớ"


@pytest.fixture
def now(app):
    return app.config["CLOCK"]()


@pytest.fixture
def account(hub, now):
    return access.create_account(
        hub, SYSTEM, username="lan.x11", name="Lan", unit_id="X11", password=PASSWORD,
        grants=[Grant("reporter", "X11")], now=now, must_change_password=False,
    )  # fmt: skip


def enter(app, username="lan.x11", password=PASSWORD, target=""):
    client = app.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    fields = {"username": username, "password": password, "csrf_token": token, "next": target}
    return client, client.post("/sign-in", data=fields)


def test_signing_in_gives_a_cookie_that_scripts_cannot_read(app, account):
    client, answer = enter(app)
    assert answer.status_code == 303
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("hub_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/").status_code == 200


def test_after_signing_out_an_old_copy_of_the_cookie_opens_nothing(app, account):
    client, _ = enter(app)
    copy = client.get_cookie("hub_session").value
    page = client.get("/").get_data(as_text=True)
    csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.post("/sign-out", data={"csrf_token": csrf})
    thief = app.test_client()
    thief.set_cookie("hub_session", copy)
    assert thief.get("/").status_code == 303
    assert thief.get("/").headers["Location"].startswith("/sign-in")


def test_a_role_given_or_taken_holds_at_the_next_sign_in_and_the_old_session_is_gone(app, hub, account, now):
    client, _ = enter(app)
    access.grant(hub, SYSTEM, account, "officer", "P1", now)
    assert client.get("/inbox").status_code == 303, "a change of roles ends the session"
    client, _ = enter(app)
    assert client.get("/inbox").status_code == 200
    access.revoke(hub, SYSTEM, account, "officer", "P1", now)
    assert client.get("/inbox").status_code == 303


def test_an_account_switched_off_is_out_at_once(app, hub, account, now):
    client, _ = enter(app)
    access.set_active(hub, SYSTEM, account, False, now)
    assert client.get("/").status_code == 303
    assert enter(app)[1].status_code == 401


@pytest.mark.parametrize(("minutes", "open_"), [(29, True), (30, False), (12 * 60, False)])
def test_an_idle_session_ends(minutes, open_, app, account, now):
    client, _ = enter(app)
    app.config["CLOCK"] = lambda: now + timedelta(minutes=minutes)
    assert (client.get("/").status_code == 200) is open_


def test_each_sign_in_makes_a_new_session_whatever_the_browser_brought(app, account):
    client = app.test_client()
    client.set_cookie("hub_session", "chosen-by-somebody-else")
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.post("/sign-in", data={"username": "lan.x11", "password": PASSWORD, "csrf_token": token})
    assert client.get_cookie("hub_session").value != "chosen-by-somebody-else"


def test_an_unknown_name_and_a_wrong_password_read_alike(app, account):
    unknown, wrong = enter(app, "khong.co")[1], enter(app, password="sai mật khẩu rồi")[1]
    assert unknown.status_code == wrong.status_code == 401
    strip = lambda page: page.get_data(as_text=True).partition("problem")[2].partition("</div>")[0]  # noqa: E731
    assert strip(unknown) == strip(wrong)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
)
def test_signing_in_leads_to_no_other_site(target, app, account):
    assert enter(app, target=target)[1].headers["Location"] == "/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(app, account):
    assert app.test_client().get("/filings?owed=1").headers["Location"] == "/sign-in?next=/filings?owed%3D1"
    assert enter(app, target="/filings?owed=1")[1].headers["Location"] == "/filings?owed=1"


def test_a_first_password_opens_only_the_page_that_replaces_it(app, hub, now):
    access.create_account(
        hub, SYSTEM, username="moi.x11", name="Mới", unit_id="X11", password=PASSWORD,
        grants=[Grant("reporter", "X11")], now=now,
    )  # fmt: skip
    client, _ = enter(app, "moi.x11")
    assert client.get("/filings").headers["Location"] == "/password"
    page = client.get("/password").get_data(as_text=True)
    csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    fields = {"old": PASSWORD, "new": "năm từ còn dễ nhớ hơn", "again": "năm từ còn dễ nhớ hơn", "csrf_token": csrf}
    assert client.post("/password", data=fields).status_code == 303
    assert client.get("/filings").status_code == 200


def test_two_different_new_passwords_are_refused_in_words(app, account, text_of):
    client, _ = enter(app)
    page = client.get("/password").get_data(as_text=True)
    csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    fields = {"old": PASSWORD, "new": "một hai ba bốn năm", "again": "khác", "csrf_token": csrf}
    answer = client.post("/password", data=fields)
    assert answer.status_code == 400
    assert "không giống nhau" in text_of(answer)
