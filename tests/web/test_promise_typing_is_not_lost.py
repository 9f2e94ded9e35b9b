"""P25: a reporter's typing is not lost, whatever happens to the session, the process, the hub or the report meanwhile.

A hundred random cases on each kind of database, each ending in the same question: does a new sign-in find every field?
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import random
import secrets
import signal
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.app import create_app
from hub.domain.access import SYSTEM, Grant
from hub.domain.field_texts import alike
from hub.errors import Unavailable
from hub.services import access
from hub.store import accounts, sessions
from hub.store.database import Database
from hub.store.sessions import Session

PASSWORD = "bốn từ rất dễ nhớ"
CASES = 100
FIELDS = [f"cell.F1.{row}.{column}" for row in ("r02", "r03") for column in ("c02", "c03", "c04", "c06")]
FIELDS += ["rec.F2.1.c01", "rec.F2.1.c04", "outline.s1"]
WORDS = ("đang chờ xã", "Bà Rịa – Vũng Tàu", "“trích dẫn” <b>&amp;</b>", "a=b&c=d%20+", "dòng một\r\ndòng hai")


def _load(name: str):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pages = _load("entry_page")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request):
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    return request.getfixturevalue(name)


class Reporter:
    """Somebody at the entry page with a browser without scripts; ``autosave`` is what a script would do besides."""

    def __init__(self, app, path, username):
        self.app, self.path, self.username = app, path, username
        self.client = app.test_client()
        self.sign_in()

    def sign_in(self, page=None):
        """A fresh sign-in, from a page that asked for it or by itself."""
        page = page or self.client.get("/sign-in")
        fields = pages.form_to(page, "/sign-in") | {"username": self.username, "password": PASSWORD}
        return self.client.post("/sign-in", data=fields)

    def come_back(self):
        """At another computer, in a new session (made as a sign-in makes it, without the slow password)."""
        self.client = self.app.test_client()
        core, now = self.app.extensions["hub"], self.app.config["CLOCK"]()
        token = secrets.token_urlsafe(32)
        with core.database.write() as connection:
            account = accounts.find_by_username(connection, self.username)
            digest = hashlib.sha256(token.encode()).hexdigest()
            ends = now + timedelta(hours=12)
            sessions.start(connection, Session(digest, account.id, secrets.token_hex(16), now, now, ends, "127.0.0.1"))
        self.client.set_cookie("hub_session", token)

    def open(self):
        self.page = self.client.get(self.path)
        assert self.page.status_code == 200
        self.fields = pages.form_to(self.page, self.path)
        return self.fields

    def clear(self):
        """What an earlier case left unsaved is discarded."""
        self.client.post(f"{self.path}/unsaved/discard", data={"csrf_token": self.open()["csrf_token"]})

    def type(self, typed):
        self.before = dict(self.fields)
        self.fields |= typed

    def autosave(self, typed):
        changes = {name: {"text": text, "was": self.before.get(name, "")} for name, text in typed.items()}
        body = {"version": int(self.fields["version"]), "seen": int(self.fields["serial"]), "changes": changes}
        headers = {"X-CSRF-Token": self.fields["csrf_token"]}
        answer = self.client.post(f"{self.path}/unsaved", json=body, headers=headers)
        assert answer.status_code == 200, answer.json
        return answer

    def save(self, fields=None):
        return self.client.post(self.path, data=(fields or self.fields) | {"action": "save"})


@pytest.fixture
def scene(app, hub, filing_of):
    """(reporter, colleague) at the same report, and what else a case needs."""
    now = app.config["CLOCK"]()
    for name in ("lan.x11", "huy.x11"):
        access.create_account(
            hub, SYSTEM, username=name, name=name, unit_id="X11", password=PASSWORD,
            grants=[Grant("reporter", "X11")], now=now, must_change_password=False,
        )  # fmt: skip
    path = f"/filings/{filing_of('X11').id}"
    return Reporter(app, path, "lan.x11"), Reporter(app, path, "huy.x11")


@contextmanager
def busy(hub):
    """The hub takes no writes, as when its database is away."""

    @contextmanager
    def refuse(_self):
        raise Unavailable
        yield

    write = Database.write
    Database.write = refuse
    try:
        yield
    finally:
        Database.write = write


def the_session_ended(reporter, typed, **_):
    """It is posted after half an hour of silence: the sign-in page takes it along."""
    clock = reporter.app.config["CLOCK"]
    reporter.app.config["CLOCK"] = lambda: clock() + timedelta(minutes=31)
    asked = reporter.save()
    assert asked.status_code == 401
    offered = reporter.sign_in(asked)
    assert offered.status_code == 200
    assert reporter.client.post(reporter.path, data=pages.form_to(offered, reporter.path)).status_code == 303


def the_page_is_of_an_earlier_session(reporter, typed, **_):
    """Signed in anew in another tab: the old tab's form is offered with a fresh token."""
    reporter.client.delete_cookie("hub_session")
    reporter.sign_in()
    offered = reporter.save()
    assert offered.status_code == 403
    assert reporter.client.post(reporter.path, data=pages.form_to(offered, reporter.path)).status_code == 303


def the_hub_was_busy(reporter, typed, hub, **_):
    """The page that says so holds the form."""
    with busy(hub):
        offered = reporter.save()
    assert offered.status_code == 503
    assert offered.headers["Retry-After"]
    assert reporter.client.post(reporter.path, data=pages.form_to(offered, reporter.path)).status_code == 303


def the_process_was_killed(reporter, typed, hub, chance, **_):
    """It was typed, the script had kept it, and while it was being saved the process died."""
    reporter.autosave(typed)
    hub.database.dispose()
    child = os.fork()
    if child == 0:
        try:
            os.environ["HUB_FAILPOINT"] = chance.choice(["after-validate", "before-commit"])
            again = replace(hub, database=Database(hub.database.url))
            app = create_app(again, clock=reporter.app.config["CLOCK"])
            client = app.test_client()
            client.set_cookie("hub_session", reporter.client.get_cookie("hub_session").value)
            client.post(reporter.path, data=reporter.fields | {"action": "save"})
        finally:
            os._exit(7)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def a_colleague_saved_the_same_fields(reporter, typed, colleague, chance, **_):
    """Both changed them: nothing is saved before the reporter has seen it, and the page keeps all."""
    colleague.come_back()
    theirs = colleague.open() | dict.fromkeys(chance.sample(sorted(typed), 1 + len(typed) // 2), "99")
    assert colleague.save(theirs).status_code == 303
    answer = reporter.save()
    if answer.status_code == 409:
        shown = pages.form_to(answer, reporter.path)
        assert {name: shown[name].replace("\r\n", "\n") for name in typed} == {
            name: text.replace("\r\n", "\n") for name, text in typed.items()
        }
        if chance.random() < 0.5:
            assert reporter.save(shown).status_code == 303
    else:
        assert answer.status_code == 303


def a_colleague_saved_other_fields(reporter, typed, colleague, **_):
    """It is merged."""
    other = next(name for name in FIELDS if name not in typed)
    colleague.come_back()
    theirs = colleague.open() | {other: "77"}
    assert colleague.save(theirs).status_code == 303
    assert reporter.save().status_code == 303


def something_could_not_be_read(reporter, typed, **_):
    """It is refused with findings."""
    typed["cell.F1.r03.c02"] = "khoảng mười"
    reporter.fields |= typed
    assert reporter.save().status_code == 422


def the_browser_was_closed(reporter, typed, **_):
    reporter.autosave(typed)


TROUBLES = (
    the_session_ended, the_page_is_of_an_earlier_session, the_hub_was_busy, the_process_was_killed,
    a_colleague_saved_the_same_fields, a_colleague_saved_other_fields, something_could_not_be_read,
    the_browser_was_closed,
)  # fmt: skip


def _typed(chance, present):
    """Some fields with texts that are not there yet."""
    typed = {}
    for name in chance.sample(FIELDS, chance.randint(1, len(FIELDS) - 2)):
        text = str(chance.randint(100, 100_000))
        if name == "outline.s1" or name.endswith("F1.r02.c06"):
            text = f"{chance.choice(WORDS)} {text}" if name == "outline.s1" else f"{chance.choice(WORDS[:4])} {text}"
        if text != present.get(name):
            typed[name] = text
    return typed


def _found(reporter, edition, typed):
    """The typed fields that a new sign-in does not find, in their places or offered beside them."""
    reporter.come_back()
    shown = reporter.open()
    offered = reporter.client.get(f"{reporter.path}/unsaved").json["aside"]
    return [
        name
        for name, text in typed.items()
        if not alike(edition, name, text, shown.get(name, ""))
        and not alike(edition, name, text, offered.get(name, {"text": ""})["text"])
    ]


def test_a_hundred_times_out_of_a_hundred_every_typed_field_is_found_again(scene, hub, app, small_edition):
    reporter, colleague = scene
    chance = random.Random(25)
    found = 0
    for number in range(CASES):
        trouble = TROUBLES[number % len(TROUBLES)]
        reporter.clear()
        typed = _typed(chance, reporter.open())
        reporter.type(typed)
        trouble(reporter, typed, hub=hub, colleague=colleague, chance=chance)
        lost = _found(reporter, small_edition, typed)
        assert lost == [], f"case {number}, {trouble.__name__}: {lost}"
        found += 1
    assert found == CASES


def test_a_killed_autosave_is_kept_whole_or_not_at_all(scene, hub, app):
    reporter, _ = scene
    reporter.open()
    typed = dict.fromkeys(FIELDS[:5], "12")
    reporter.type(typed)
    reporter.autosave(typed)
    there = reporter.client.get(f"{reporter.path}/unsaved").json["fields"]
    assert {name: told["text"] for name, told in there.items()} == typed


def test_what_was_posted_without_a_session_is_not_stored_before_somebody_says_so(scene, app, hub, text_of):
    reporter, _ = scene
    fields = reporter.open() | {"outline.s1": "Chưa ai nhận"}
    stranger = app.test_client()
    asked = stranger.post(reporter.path, data=fields)
    assert asked.status_code == 401
    assert "Chưa ai nhận" not in text_of(asked)
    assert "Chưa ai nhận" not in text_of(reporter.client.get(reporter.path))


def test_a_form_is_carried_to_no_other_site_and_to_no_page_of_passwords(app, scene):
    for target in ("https://evil.example/x", "//evil.example/x", "/password", "/sign-out", "/admin/accounts"):
        client = app.test_client()
        page = pages.form_to(client.get("/sign-in"), "/sign-in")
        fields = page | {"username": "lan.x11", "password": PASSWORD, "carried": "a=1", "carried_to": target}
        assert client.post("/sign-in", data=fields).status_code == 303


def test_a_wrong_password_on_the_way_back_loses_nothing(app, scene):
    reporter, _ = scene
    reporter.fields = reporter.open() | {"outline.s1": "Còn đây"}
    reporter.client.delete_cookie("hub_session")
    asked = reporter.save()
    fields = pages.form_to(asked, "/sign-in") | {"username": "lan.x11", "password": "sai mật khẩu rồi"}
    again = reporter.client.post("/sign-in", data=fields)
    assert again.status_code == 401
    offered = reporter.sign_in(again)
    assert pages.form_to(offered, reporter.path)["outline.s1"] == "Còn đây"
