"""P27: no change without the session's own token, none from another site, and reading changes nothing."""

from __future__ import annotations

import pytest

SAFE_FOREIGN = "https://evil.example"


@pytest.fixture
def posts(app, filing_of):
    """Every state-changing page, with a real filing's id wherever one is asked for."""
    ids = {"filing_id": filing_of("X11").id, "regime": "THU-01", "edition": "2025-07-01", "period": "2026-M09"}
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and not rule.rule.startswith("/api/"):
            values = {name: ids.get(name, "x") for name in rule.arguments}
            with app.test_request_context():
                found.append(app.url_map.bind("localhost").build(rule.endpoint, values))
    assert len(found) >= 15
    return found


@pytest.fixture
def everyone(make_actor, sign_in):
    return [
        sign_in(make_actor(role, unit)) for role, unit in (("approver", "X11"), ("officer", "P1"), ("central", "VN"))
    ]


def _state(hub):
    with hub.database.read() as connection:
        return [tuple(connection.exec_driver_sql(f"SELECT count(*) FROM {name}").one())
                for name in ("filing", "submission", "version", "decision", "event", "publication", "account",
                             "api_token", "aggregate", "explanation")]  # fmt: skip


@pytest.mark.parametrize("token", [None, "", "0" * 43, "another session's"])
def test_no_change_without_the_sessions_own_token(token, hub, posts, everyone, make_actor, sign_in):
    other = sign_in(make_actor("approver", "X12")).csrf
    given = other if token == "another session's" else token
    before = _state(hub)
    for browser in everyone:
        for path in posts:
            fields = {} if given is None else {"csrf_token": given}
            fields |= {"action": "save", "cell.F1.r02.c02": "7", "version": "0", "revision": "1"}
            assert browser.client.post(path, data=fields).status_code == 403, path
    assert _state(hub) == before


def test_a_token_of_an_ended_session_is_worth_nothing(posts, make_actor, sign_in, hub):
    actor = make_actor("approver", "X11")
    old, new = sign_in(actor), sign_in(actor)
    assert old.post("/sign-out").status_code == 303
    before = _state(hub)
    for path in posts:
        assert new.client.post(path, data={"csrf_token": old.csrf}).status_code == 403, path
    assert _state(hub) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": SAFE_FOREIGN},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_change_from_another_site_even_with_the_right_token(headers, hub, posts, everyone):
    before = _state(hub)
    for browser in everyone:
        for path in posts:
            assert browser.post(path, {"action": "save", "version": "0"}, headers=headers).status_code == 403, path
    assert _state(hub) == before


def test_the_same_site_with_the_right_token_is_served(filing_of, make_actor, sign_in):
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    browser = sign_in(make_actor("reporter", "X11"))
    path = f"/filings/{filing_of('X11').id}"
    fields = {"action": "save", "version": "0", "cell.F1.r02.c02": "7"}
    assert browser.post(path, fields, headers=headers).status_code == 303


def test_reading_changes_nothing(app, hub, published, filing_of, make_actor, sign_in):
    ids = {
        "filing_id": filing_of("X11").id, "publication_id": published.id, "regime": "THU-01", "edition": "2025-07-01",
        "period": "2026-M09", "name": "manifest.json", "filename": "hub.css",
    }  # fmt: skip
    people = [sign_in(make_actor(*who)) for who in (("approver", "X11"), ("officer", "P1"), ("administrator", "VN"))]
    before = _state(hub)
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            path = app.url_map.bind("localhost").build(rule.endpoint, {n: ids.get(n, "x") for n in rule.arguments})
            for browser in people:
                browser.get(path)
    assert _state(hub) == before


def test_the_sign_in_form_has_its_own_token(app):
    client = app.test_client()
    assert client.post("/sign-in", data={"username": "a", "password": "b"}).status_code == 403
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post("/sign-in", data={"username": "a", "password": "b", "csrf_token": token}).status_code == 401
    stranger = app.test_client()
    assert stranger.post("/sign-in", data={"username": "a", "csrf_token": token}).status_code == 403


def test_the_api_does_not_believe_cookies(make_actor, sign_in):
    browser = sign_in(make_actor("approver", "X11"))
    assert browser.get("/api/v1/filings").status_code == 401
    assert browser.client.post("/api/v1/submissions", data=b"{}", content_type="application/json").status_code == 401
