"""Every answer carries the security headers, and every refusal is a page in Vietnamese that gives nothing away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hub.app import create_app
from hub.errors import ConfigError, Unavailable
from hub.services import filings

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}


@pytest.fixture
def every_answer(app, published, filing_of, make_actor, sign_in):
    """(endpoint, response) of every route, by GET and POST, as an approver and as a stranger."""
    ids = {
        "filing_id": filing_of("X11").id, "publication_id": published.id, "regime": "THU-01", "edition": "2025-07-01",
        "period": "2026-M09", "name": "manifest.json", "filename": "hub.css",
    }  # fmt: skip
    clients = (sign_in(make_actor("approver", "X11")).client, app.test_client())
    answers = []
    for rule in app.url_map.iter_rules():
        path = app.url_map.bind("localhost").build(rule.endpoint, {n: ids.get(n, "x") for n in rule.arguments})
        for client in clients:
            answers += [(rule.endpoint, client.get(path)), (rule.endpoint, client.post(path))]
    return answers


def test_every_route_sends_the_security_headers(every_answer):
    for endpoint, response in every_answer:
        for name, value in HEADERS.items():
            assert response.headers.get(name) == value, (endpoint, name)
        policy = response.headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "script-src 'self'"):
            assert part in policy, endpoint
        assert "unsafe" not in policy


PULLED = ("api_", "sdmx.", "odata.")
"""What programs pull they may keep for themselves if they ask each time whether it still holds: else never a 304."""


def test_no_cache_keeps_anything_but_static_files_and_what_programs_must_ask_about_again(every_answer):
    for endpoint, response in every_answer:
        if endpoint == "static":
            continue
        kept = response.status_code == 200 and "ETag" in response.headers
        assert response.headers["Cache-Control"] == ("private, no-cache" if kept else "no-store"), endpoint
        assert not kept or endpoint.startswith(PULLED), endpoint


def test_no_page_needs_what_its_policy_forbids(every_answer):
    for endpoint, response in every_answer:
        if response.mimetype == "text/html" and response.data:
            html = response.get_data(as_text=True)
            assert " style=" not in html, endpoint
            assert "<style" not in html, endpoint
            assert " onclick=" not in html, endpoint
            assert 'src="http' not in html, endpoint
            assert html.count("<h1") == 1, endpoint


def test_behind_tls_cookies_are_host_only_and_tls_is_remembered(hub, app):
    secure = create_app(replace(hub, config=replace(hub.config, secure_cookies=True)), app.config["CLOCK"])
    answer = secure.test_client().get("/sign-in", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-hub-form=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("path", "method", "status", "words"),
    [
        ("/khong-co", "GET", 404, "Không tìm thấy"),
        ("/filings", "DELETE", 405, "không được hỗ trợ"),
        ("/filings?page=abc", "GET", 400, "không hợp lệ"),
        ("/coverage/THU-01/2025-07-01/mai-mai", "GET", 400, "không phải là kỳ báo cáo"),
        ("/admin/events", "GET", 403, "không có quyền"),
    ],
)
def test_a_refusal_is_a_page_in_vietnamese(path, method, status, words, make_actor, sign_in, text_of):
    browser = sign_in(make_actor("reporter", "X11"))
    answer = browser.client.open(path, method=method, data={"csrf_token": browser.csrf} if method != "GET" else None)
    assert answer.status_code == status
    assert words in text_of(answer)


def test_a_file_beyond_the_limit_is_refused_in_words(hub, app, make_actor, sign_in, text_of):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = sign_in(make_actor("reporter", "X11")).post("/uploads", {"x": "a" * 2000})
    assert answer.status_code == 413
    assert "quá lớn" in text_of(answer)


def test_an_unforeseen_error_says_nothing_of_the_inside(app, make_actor, sign_in, text_of, monkeypatch, caplog):
    def explode(*args: object, **kwargs: object) -> None:
        raise RuntimeError("SELECT secret FROM account")

    monkeypatch.setattr(filings, "search", explode)
    answer = sign_in(make_actor("reporter", "X11")).get("/filings")
    assert answer.status_code == 500
    assert "secret" not in text_of(answer)
    assert "RuntimeError" not in text_of(answer)
    assert "Hệ thống gặp lỗi" in text_of(answer)
    assert "unforeseen error" in caplog.text


def test_even_when_the_template_fails_there_is_an_answer(app, make_actor, sign_in, monkeypatch):
    browser = sign_in(make_actor("reporter", "X11"))
    monkeypatch.setattr("hub.web.rendering.unit_name", None)
    monkeypatch.setitem(app.jinja_env.filters, "unit", None)
    answer = browser.get("/filings")
    assert answer.status_code == 500
    assert "Hệ thống gặp lỗi" in answer.get_data(as_text=True)


def test_a_busy_hub_says_when_to_come_back(make_actor, sign_in, monkeypatch, text_of):
    def busy(*args: object, **kwargs: object) -> None:
        raise Unavailable()

    monkeypatch.setattr(filings, "search", busy)
    answer = sign_in(make_actor("reporter", "X11")).get("/filings")
    assert answer.status_code == 503
    assert 20 <= int(answer.headers["Retry-After"]) <= 60
    assert "đang bận" in text_of(answer)


def test_demonstration_data_is_marked_on_every_page(hub, app, make_actor, sign_in, published, filing_of):
    shown = create_app(replace(hub, config=replace(hub.config, demonstration=True)), app.config["CLOCK"])
    browser = sign_in(make_actor("officer", "P1"))
    client = shown.test_client()
    client.set_cookie("hub_session", browser.client.get_cookie("hub_session").value)
    for path in (
        "/",
        "/filings",
        f"/filings/{filing_of('X11').id}",
        "/inbox",
        "/reports",
        f"/reports/{published.id}",
        "/nowhere",
    ):
        assert "DỮ LIỆU MINH HỌA" in client.get(path).get_data(as_text=True), path
    assert "DỮ LIỆU MINH HỌA" not in browser.get("/").get_data(as_text=True)


def test_hostile_text_is_shown_and_never_run(hub, submit, filing_of, make_actor, sign_in):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)> =cmd|'/c calc'!A0 {{7*7}}"
    submit("X11", note=hostile)
    html = sign_in(make_actor("officer", "P1")).get(f"/filings/{filing_of('X11').id}").get_data(as_text=True)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "{{7*7}}" in html


def test_an_original_comes_back_as_an_inert_download(hub, submit, filing_of, make_actor, sign_in):
    submit("X11")
    row = filing_of("X11")
    officer = sign_in(make_actor("officer", "P1"))
    html = officer.get(f"/filings/{row.id}").get_data(as_text=True)
    path = html.partition('href="/submissions/')[2].partition('"')[0]
    answer = officer.get(f"/submissions/{path}")
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert b'"unit": "X11"' in answer.data


@pytest.mark.parametrize(("late_by", "punctuality"), [(timedelta(microseconds=-1), "on_time"), (timedelta(0), "late")])
def test_lateness_is_judged_by_the_first_byte_however_long_the_request_takes(
    late_by, punctuality, app, hub, filing_of, make_actor, sign_in, form_of
):
    row = filing_of("X11")
    sign_in(make_actor("reporter", "X11")).post(f"/filings/{row.id}", form_of() | {"action": "check", "version": "0"})
    arrived = row.due_at + late_by
    readings = iter([arrived, row.due_at + timedelta(hours=9)])
    app.config["CLOCK"] = lambda: next(readings)
    approver = sign_in(make_actor("approver", "X11"), arrived)
    fields = {"action": "send", "revision": filing_of("X11").revision, "secrecy": "none"}
    assert approver.post(f"/filings/{row.id}/move", fields).status_code == 303
    assert filing_of("X11").first_sent_at == arrived
    assert filings.open_one(hub, approver.actor, row.id, arrived).punctuality == punctuality


def test_the_emblem_is_a_plain_picture(app):
    ElementTree.fromstring(app.test_client().get("/static/star.svg").data)


def test_trap_11_the_hub_refuses_debug_mode_and_has_no_development_server(hub, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(ConfigError, match="debug"):
        create_app(hub)
    code = "".join(path.read_text("utf-8") for path in (Path(__file__).parents[2] / "hub").rglob("*.py"))
    assert "run_simple" not in code
    assert "app.run(" not in code
