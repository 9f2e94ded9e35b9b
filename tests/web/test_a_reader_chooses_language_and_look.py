"""One language at a time and a page light or dark: chosen at a click, kept for a year, also before signing in."""

from __future__ import annotations

import re

import pytest

from hub.catalog.translations import pair, text_in
from hub.domain.form import Label
from hub.errors import NotFound
from hub.web import language
from hub.web.language import plain, say


@pytest.fixture
def reader(sign_in, make_actor):
    return sign_in(make_actor("central", "VN"))


def _token(html: str) -> str:
    return html.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_vietnamese_comes_first(reader):
    html = reader.get("/board").get_data(as_text=True)
    assert '<html lang="vi"' in html
    assert "Đăng xuất" in html
    assert "Sign out" not in html


def test_english_comes_at_a_click_and_stays(reader):
    answer = reader.post("/language", {"language": "en", "next": "/board?status=drafted"})
    assert answer.status_code == 303
    assert answer.location == "/board?status=drafted"
    page = reader.get("/board")
    assert page.headers["Content-Language"] == "en"
    html = page.get_data(as_text=True)
    assert '<html lang="en"' in html
    assert "Sign out" in html
    assert "Đăng xuất" not in html


def test_a_stranger_chooses_too(app):
    client = app.test_client()
    token = _token(client.get("/sign-in").get_data(as_text=True))
    assert client.post("/language", data={"language": "en", "csrf_token": token, "next": "/sign-in"}).status_code == 303
    assert "User name" in client.get("/sign-in").get_data(as_text=True)


def test_a_refusal_is_in_the_language_chosen(reader, text_of):
    reader.client.set_cookie("hub_language", "en")
    told = text_of(reader.get("/nowhere"))
    assert "Not found." in told
    assert "Không tìm thấy" not in told


@pytest.mark.parametrize("wanted", ["", "fr", "EN", "vi\r\nSet-Cookie: x=1"])
def test_no_other_language_is_kept(reader, wanted):
    answer = reader.post("/language", {"language": wanted})
    assert answer.status_code == 400
    assert "hub_language" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("cookie", ["fr", "", "EN", "<script>", "é" * 40])
def test_an_odd_cookie_reads_vietnamese(reader, cookie):
    reader.client.set_cookie("hub_language", cookie)
    reader.client.set_cookie("hub_theme", cookie)
    html = reader.get("/board").get_data(as_text=True)
    assert '<html lang="vi" data-theme="auto"' in html


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("/board", "/board"),
        ("/campaigns?made=x", "/campaigns?made=x"),
        ("//evil.example/board", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/inbox/accept", "/inbox"),
        ("/language", "/"),
        ("", "/"),
    ],
)
def test_the_choice_returns_to_a_page_of_this_site_that_can_be_opened(reader, target, place):
    for path, field in (("/language", {"language": "en"}), ("/theme", {"theme": "dark"})):
        assert reader.post(path, field | {"next": target}).location == place


def test_light_and_dark_are_chosen_without_a_script(reader):
    assert reader.post("/theme", {"theme": "dark", "next": "/board"}).status_code == 303
    assert 'data-theme="dark" data-bs-theme="dark"' in reader.get("/board").get_data(as_text=True)
    reader.post("/theme", {"theme": "auto", "next": "/board"})
    assert 'data-theme="auto" data-bs-theme="light"' in reader.get("/board").get_data(as_text=True)
    assert reader.post("/theme", {"theme": "pink"}).status_code == 400


def test_numbers_and_days_mean_one_thing_in_both_languages(reader, published):
    reader.client.set_cookie("hub_language", "en")
    assert re.search(r"\d\d:\d\d \d\d/\d\d/\d{4}", reader.get("/reports").get_data(as_text=True))


def test_a_text_is_given_in_the_language_asked_for():
    assert text_in("en", "Đăng nhập") == "Sign in"
    assert text_in("vi", "Đăng nhập") == "Đăng nhập"
    assert text_in("en", "phiên bản %(n)s", n=3) == "version 3"
    assert pair("phiên bản %(n)s", n=3) == ("phiên bản 3", "version 3")
    assert text_in("en", "chưa ai dịch câu này") == "chưa ai dịch câu này"


def test_what_has_no_english_is_shown_in_vietnamese_and_marked_so(app):
    with app.test_request_context(headers={"Cookie": "hub_language=en"}):
        assert say(Label("Thửa & ruộng", "")) == '<span lang="vi">Thửa &amp; ruộng</span>'
        assert plain(Label("Thửa & ruộng", "")) == "Thửa & ruộng"
        assert say(("đã gửi", "sent")) == plain(("đã gửi", "sent")) == "sent"
        assert plain(NotFound()) == "Not found."
    with app.test_request_context():
        assert say(("đã gửi", "sent")) == "đã gửi"
    assert language.chosen() == "vi", "outside a request"
