"""The hub in a real Chromium, on a desk and on a telephone: served, with people who can sign in."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hub.domain.access import SYSTEM, Grant
from hub.services import access
from hub.web import serving

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "bốn từ rất dễ nhớ"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture
def now(app):
    return app.config["CLOCK"]()


@pytest.fixture
def address(app, now, monkeypatch):
    """The hub served by waitress on a free port of this machine, until the test ends."""
    monkeypatch.setattr(serving, "system_clock", lambda: now)
    server = serving.make_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    serving.stop(server)
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def people(hub, now):
    """One person a role, with a password."""
    held = {
        "lan": ("X11", "reporter"), "duyet": ("X11", "approver"), "can-bo": ("P1", "officer"),
        "trung-uong": ("VN", "central"), "vu-chu-quan": ("G12", "officer"),
    }  # fmt: skip
    for name, (unit, role) in held.items():
        access.create_account(
            hub, SYSTEM, username=name, name=name, unit_id=unit, password=PASSWORD, grants=[Grant(role, unit)],
            now=now, must_change_password=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def chromium():
    if not CHROMIUM.exists():
        pytest.skip(f"BROWSER TESTS NOT RUN: there is no {CHROMIUM}")
    playwright_api = pytest.importorskip("playwright.sync_api", reason="BROWSER TESTS NOT RUN: playwright is missing")
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_as(chromium, address, people):
    """``open_as(name, width=…, script=…)``: a page signed in through the sign-in page; script errors fail the test."""
    complaints, contexts = [], []

    def enter(name: str, *, width: int = 1280, script: bool = True):
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, java_script_enabled=script, base_url=address
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        page.goto(f"{address}/sign-in")
        page.get_by_label("Tên đăng nhập").fill(name)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(f"{address}/")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []
