"""The hub in a real Chromium, on a desk and on a telephone: served, with people who can sign in."""

from __future__ import annotations

import hashlib
import itertools
import shutil
import subprocess
import tarfile
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.services import access
from hub.store import accounts
from hub.web import serving

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "bốn từ rất dễ nhớ"
PATIENCE = 20_000
"""Milliseconds that a page may take: a machine busy with other work is no mistake of the page."""
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


_running: list[Any] = []
"""Playwright and its Chromium while tests of this folder follow each other."""


@pytest.fixture
def chromium():
    """One Chromium for all tests of this folder; each opens windows of its own."""
    if not CHROMIUM.exists():
        pytest.skip(f"BROWSER TESTS NOT RUN: there is no {CHROMIUM}")
    playwright_api = pytest.importorskip("playwright.sync_api", reason="BROWSER TESTS NOT RUN: playwright is missing")
    if not _running:
        playwright_api.expect.set_options(timeout=PATIENCE)
        playwright = playwright_api.sync_playwright().start()
        _running[:] = playwright, playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
    return _running[1]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    """It ends with the last test here: its event loop would be in the way of others that have one."""
    if _running and (nextitem is None or Path(__file__).parent not in nextitem.path.parents):
        playwright, browser = _running
        browser.close()
        playwright.stop()
        _running.clear()


@pytest.fixture
def session_of(hub, sign_in, now):
    """``session_of(username) -> token``: as the sign-in page gives it, which has tests of its own."""

    def start(name: str) -> str:
        with hub.database.read() as connection:
            account = accounts.find_by_username(connection, name)
        return sign_in(Actor(account.id, account.name, account.unit_id, ()), now).client.get_cookie("hub_session").value

    return start


@pytest.fixture
def open_as(chromium, address, people, session_of):
    """``open_as(name, width=…, script=…)``: the first page of somebody signed in; script errors fail the test."""
    complaints, contexts = [], []

    def enter(name: str, *, width: int = 1280, script: bool = True):
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, java_script_enabled=script, base_url=address
        )
        context.set_default_timeout(3 * PATIENCE)
        context.add_cookies([{"name": "hub_session", "value": session_of(name), "url": address}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        page.goto(f"{address}/")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


# --- Accessible and light ------------------------------------------------------------

AXE = "4.14.1"
AXE_TARBALL_SHA512 = (
    "1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b73"
    "4f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5"
)
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
JUDGE = """async (asked) => {
  const found = await axe.run(document, {
    runOnly: asked, resultTypes: ["violations"], elementRef: false, preload: false, iframes: false});
  return found.violations.filter((each) => ["serious", "critical"].includes(each.impact)).flatMap((each) =>
    each.nodes.slice(0, 4).map((node) => `${each.id}: ${node.target.join(" ")} ${node.html.slice(0, 140)}`));
}"""


@pytest.fixture(scope="session")
def axe(pytestconfig) -> str:
    """The accessibility checker axe-core as published at npm: fetched once, its checksum pinned, kept beside the tests'
    own cache."""
    kept = pytestconfig.cache.mkdir(f"axe-core-{AXE}") / "axe.min.js"
    if not kept.exists():
        if shutil.which("npm") is None:
            pytest.skip("ACCESSIBILITY TESTS NOT RUN: npm is missing, and axe-core comes from there")
        with tempfile.TemporaryDirectory() as folder:
            fetched = subprocess.run(
                ["npm", "pack", f"axe-core@{AXE}", "--silent", "--pack-destination", folder],
                capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
            tarball = Path(folder) / f"axe-core-{AXE}.tgz"
            if fetched.returncode or not tarball.exists():
                pytest.skip(f"ACCESSIBILITY TESTS NOT RUN: npm gave no axe-core: {fetched.stderr.strip()[-200:]}")
            assert hashlib.sha512(tarball.read_bytes()).hexdigest() == AXE_TARBALL_SHA512
            with tarfile.open(tarball) as archive:
                kept.write_bytes(archive.extractfile("package/axe.min.js").read())
    return kept.read_text("utf-8")


@dataclass
class Inspector:
    """Looks at pages as somebody signed in: what axe-core finds serious, and the bytes that came over the wire."""

    page: Any
    axe: str
    received: list[int]

    def open(self, path: str, token: str | None) -> int:
        """Bytes of the page with its scripts and styles, nothing cached."""
        self.page.context.clear_cookies()
        if token is not None:
            self.page.context.add_cookies([{"name": "hub_session", "value": token, "url": self.page.base}])
        self.received.clear()
        answer = self.page.goto(f"{self.page.base}{path}")
        assert answer.status == 200, path
        self.page.evaluate("document.querySelectorAll('details:not(.pop)').forEach((each) => { each.open = true; })")
        return sum(self.received)

    def wrongs(self) -> list[str]:
        """Serious findings at desk and telephone width, in light and in dark."""
        found = []
        self.page.evaluate(self.axe)
        for width in (1280, 390):
            self.page.set_viewport_size({"width": width, "height": 844})
            for theme in ("light", "dark"):
                self.page.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme; }", theme)
                asked = {"type": "tag", "values": STANDARDS} if theme == "light" else ["color-contrast"]
                found += [f"{width} {theme} {wrong}" for wrong in self.page.evaluate(JUDGE, asked)]
        self.page.set_viewport_size({"width": 1280, "height": 844})
        return found


@pytest.fixture
def inspector(chromium, address, axe):
    context = chromium.new_context(viewport={"width": 1280, "height": 844}, reduced_motion="reduce")
    context.set_default_timeout(3 * PATIENCE)
    page = context.new_page()
    page.base = address
    received: list[int] = []
    channel = context.new_cdp_session(page)
    channel.send("Network.enable")
    channel.send("Network.setCacheDisabled", {"cacheDisabled": True})
    channel.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    yield Inspector(page, axe, received)
    context.close()


def _opened_by(app, people, path):
    """(media type, session) of the first of these people who may open it."""
    for person in people:
        client = person.client if person is not None else app.test_client()
        answer = client.get(path)
        answer.close()
        if answer.status_code == 200:
            return answer.mimetype, client.get_cookie("hub_session").value if person is not None else None
    return None, None


@pytest.fixture
def judged(app, inspector):
    """``judged(people, values, queries, wanted) -> (wrong, heavy, unopened)`` over the pages whose endpoint is wanted.

    Every page is opened by the first of ``people`` (None: a stranger) who may; ``values`` give what stands in its
    address, one or several; ``queries`` what follows it.
    """

    def judge(people, values, queries, wanted):
        wrong, heavy, unopened = [], [], []
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or set()) or not wanted(rule.endpoint):
                continue
            opened = False
            for path in _paths(app, rule, values, queries.get(rule.endpoint, [""])):
                media, token = _opened_by(app, people, path)
                opened = opened or media is not None
                if media != "text/html":
                    continue
                if (weight := inspector.open(path, token)) > MOST_BYTES:
                    heavy.append(f"{path}: {weight}")
                wrong += [f"{path} {each}" for each in inspector.wrongs()]
            if not opened:
                unopened.append(rule.endpoint)
        return wrong, heavy, unopened

    return judge


MOST_BYTES = 300_000


def _paths(app, rule, values, queries):
    choices = [values.get(name, ["x"]) for name in sorted(rule.arguments)]
    for chosen in itertools.product(*choices):
        named = dict(zip(sorted(rule.arguments), chosen, strict=True))
        path = app.url_map.bind("localhost").build(rule.endpoint, named)
        yield from (f"{path}{query}" for query in queries)
