"""Every button of every page: with a session that ended, clicked twice, and again after going back in the browser.

Nothing is lost, nothing is double. One line a button; a route that takes a form and has no line fails the suite.

Each line is tried in this order, over one hub:

1. The session has ended: nothing changes; the page that says so holds what was typed. After the sign-in it is posted.
2. The effect is there exactly once.
3. The very same form once more: no error page, and not one row of any table differs.
4. Where something is typed: back in the browser, something else typed into the page as it was drawn, and posted. It is
   taken, or it stands on the page that says in a sentence why not.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import select

from connectors.outgoing import ParcelRefused
from hub.app import create_app
from hub.catalog.keeper import keep
from hub.config import load_config
from hub.demonstration.authority import issue, make_root, sign_pdf
from hub.domain.access import SYSTEM, Grant
from hub.domain.envelope import Envelope
from hub.domain.form import Label
from hub.domain.regime import DayRule, Regime, Reporter
from hub.domain.workflow import SignOff
from hub.services import (
    access,
    attachments,
    contacts,
    deliveries,
    extensions,
    holds,
    intake,
    job_control,
    notifications,
    passwords,
    publication,
    remarks,
    review,
    runs,
    steps,
    subscriptions,
    worker_threads,
)
from hub.services.core import Core
from hub.store import tables

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
CAMPAIGN = {"edition": "THU-01/2025-07-01", "period": "2026-M09", "tab": "all"}
PASSWORD = "bốn từ rất dễ nhớ"
TYPED, OTHER = "Gõ một lần, còn mãi", "Gõ lại sau khi quay lui"
NOT_JUDGED = {"session", "event"}
"""Who is signed in, and the audit chain: what was asked twice may well be written down twice."""
LATER = {"session", "event", "submission", "submission_content", "unsaved_field"}
"""What a form posted after going back may add without any figure changing: what was typed, kept aside."""


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pages = _load("entry_page")


@dataclass(frozen=True)
class Press:
    """A button: who clicks, where the form goes and with what. A value may be a file, ``(bytes, name)``.

    ``once``: table → rows that it adds. ``typed``: the field of free text whose words must never be lost. ``changed``:
    tables in which rows change although none is added. ``stays``: nothing changes at all, it only answers.
    ``renewed``: tables whose rows are computed anew each time, as many as before.
    """

    browser: Any
    path: str
    fields: dict[str, Any] = field(default_factory=dict)
    once: Mapping[str, int] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    typed: str = ""
    stays: bool = False
    renewed: tuple[str, ...] = ()
    json: Any = None

    def post(self, **changes: Any) -> Any:
        if self.json is not None:
            headers = {"X-CSRF-Token": self.browser.csrf}
            return self.browser.client.post(self.path, json=self.json, headers=headers)
        return self.browser.client.post(self.path, data=self.body(**changes))

    def body(self, **changes: Any) -> dict[str, Any]:
        given = self.fields | changes
        made = {name: (io.BytesIO(value[0]), value[1]) if _is_file(value) else value for name, value in given.items()}
        return made | {"csrf_token": self.browser.csrf}

    @property
    def carries_a_file(self) -> bool:
        return any(_is_file(value) for value in self.fields.values())


def _is_file(value: Any) -> bool:
    return isinstance(value, tuple)


class World:
    """A small hub with whatever a button needs to be there."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        for name in ("hub", "app", "sign_in", "make_actor", "submit", "accept", "filing_of", "form_of", "report_of"):
            setattr(self, name, request.getfixturevalue(name))
        self.get = request.getfixturevalue

    def person(self, role: str, unit: str = "X11") -> Any:
        return self.sign_in(self.make_actor(role, unit))

    def page(self, unit: str = "X11") -> str:
        return f"/filings/{self.filing_of(unit).id}"

    def revision(self, unit: str = "X11") -> int:
        return self.filing_of(unit).revision

    def drafted(self, person: Any, **changes: Any) -> None:
        content = self.report_of("X11", **changes)
        intake.receive(self.hub, person.actor, Envelope(content, "json", filename="x.json"), NOW)

    def form(self, person: Any) -> dict[str, str]:
        """The entry page as it was drawn."""
        return pages.form_to(person.get(self.page()), self.page())

    def asked(self, person: Any) -> str:
        made = remarks.add(
            self.hub, person.actor, self.filing_of("X11").id, kind="question", audience="both", place="",
            text="Vì sao?", key="khoa-0001", now=NOW,
        )  # fmt: skip
        return made.id

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        with self.hub.database.read() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                for table in tables.metadata.sorted_tables
            }


BUTTONS: dict[str, Callable[[World], Press]] = {}


def button(name: str) -> Callable[[Callable[[World], Press]], Callable[[World], Press]]:
    """``endpoint`` or ``endpoint what``: the line of one button."""

    def keep_line(make: Callable[[World], Press]) -> Callable[[World], Press]:
        BUTTONS[name] = make
        return make

    return keep_line


# --- entry --------------------------------------------------------------------------------------------------------


def _entered(w: World, role: str, action: str, *, once: Mapping[str, int], **more: str) -> Press:
    person = w.person(role)
    fields = w.form(person) | w.form_of() | {"outline.s1": TYPED, "action": action} | more
    return Press(person, w.page(), fields, once, typed="outline.s1")


BUTTONS["entry.save save"] = lambda w: _entered(w, "reporter", "save", once={"version": 1})
BUTTONS["entry.save check"] = lambda w: _entered(w, "reporter", "check", once={"version": 1, "decision": 1})
BUTTONS["entry.save send"] = lambda w: _entered(
    w, "approver", "send", once={"version": 1, "decision": 2}, secrecy="none"
)


@button("entry.save rows")
def _more_rows(w: World) -> Press:
    person = w.person("reporter")
    fields = w.form(person) | {"outline.s1": TYPED, "action": "rows:F2"}
    return Press(person, w.page(), fields, typed="outline.s1", stays=True)


@button("entry.save explain")
def _explained(w: World) -> Press:
    person = w.person("reporter")
    w.drafted(person, **{"r02.c04": "999999.00", "r01.c04": "1000006.00"})
    fields = w.form(person)
    name = next(each for each in fields if each.startswith("explain."))
    others = {each: TYPED for each in fields if each.startswith("explain.")}
    return Press(person, w.page(), fields | others | {"action": "explain"}, {"explanation": len(others)}, typed=name)


def _moved(w: World, action: str, role: str = "approver", **more: str) -> Press:
    person = w.person(role)
    if action in {"withdraw", "amend"}:
        w.submit("X11")
    else:
        w.drafted(person)
    if action == "amend":
        done = w.accept("X11")
        officer = w.make_actor("officer", "P1")
        review.finalise(w.hub, officer, done.id, revision=done.revision, now=NOW)
    fields = {"action": action, "revision": str(w.revision())} | more
    return Press(
        person,
        f"{w.page()}/move",
        fields,
        {"decision": 2 if action == "send" else 1},
        typed="reason" * ("reason" in more),
    )


BUTTONS["entry.move check"] = lambda w: _moved(w, "check")
BUTTONS["entry.move send"] = lambda w: _moved(w, "send", secrecy="none")
BUTTONS["entry.move withdraw"] = lambda w: _moved(w, "withdraw", reason=TYPED)
BUTTONS["entry.move amend"] = lambda w: _moved(w, "amend", reason=TYPED)


@button("entry.upload_here")
def _uploaded(w: World) -> Press:
    return Press(
        w.person("reporter"), f"{w.page()}/upload", {"file": (w.report_of("X11"), "x.json")}, {"version": 1}
    )  # fmt: skip


@button("unsaved.change")
def _autosaved(w: World) -> Press:
    changes = {"outline.s1": {"text": TYPED, "was": ""}}
    body = {"version": 0, "seen": 0, "changes": changes}
    return Press(w.person("reporter"), f"{w.page()}/unsaved", once={"unsaved_field": 1}, json=body)


def _unsaved(w: World, person: Any, version: int = 0) -> None:
    body = {"version": version, "seen": 0, "changes": {"outline.s1": {"text": TYPED, "was": ""}}}
    headers = {"X-CSRF-Token": person.csrf}
    assert person.client.post(f"{w.page()}/unsaved", json=body, headers=headers).status_code == 200


@button("unsaved.discard")
def _discarded(w: World) -> Press:
    person = w.person("reporter")
    _unsaved(w, person)
    return Press(person, f"{w.page()}/unsaved/discard", changed=("unsaved_field",))


@button("unsaved.use")
def _used(w: World) -> Press:
    person = w.person("reporter")
    _unsaved(w, person)
    w.drafted(w.person("approver"))
    return Press(person, f"{w.page()}/unsaved/use", {"name": "outline.s1"}, changed=("unsaved_field",))


# --- files beside a report ----------------------------------------------------------------------------------------


@button("attachments.attach")
def _attached(w: World) -> Press:
    fields = {"file": ("Phụ lục".encode(), "phu-luc.txt")}
    return Press(w.person("reporter"), f"{w.page()}/attachments", fields, {"attachment": 1})


def _with_file(w: World, content: bytes) -> Any:
    person = w.person("reporter")
    row = w.filing_of("X11")
    return person, attachments.attach(w.hub, person.actor, row.id, content=content, filename="a.txt", now=NOW)


@button("attachments.remove")
def _removed(w: World) -> Press:
    person, made = _with_file(w, b"abc")
    return Press(person, f"{w.page()}/attachments/{made.id}/remove", changed=("attachment",))


def _held(w: World) -> tuple[Any, str]:
    _with_file(w, "TUYỆT MẬT".encode())
    return w.person("administrator", "VN"), w.rows()["quarantine"][0][0]


@button("attachments.held_file")
def _held_file(w: World) -> Press:
    admin, held = _held(w)
    return Press(admin, f"/quarantine/{held}/file", stays=True)


@button("attachments.decide release")
def _released(w: World) -> Press:
    admin, held = _held(w)
    return Press(admin, f"/quarantine/{held}", {"action": "release", "reason": TYPED}, changed=("quarantine",))


@button("attachments.decide refuse")
def _refused(w: World) -> Press:
    admin, held = _held(w)
    fields = {"action": "refuse", "reason": TYPED}
    return Press(admin, f"/quarantine/{held}", fields, changed=("quarantine",), typed="reason")


# --- signing ------------------------------------------------------------------------------------------------------


def _to_sign(w: World) -> Any:
    steps.choose(w.hub, w.make_actor("approver", "X11"), "X11", "", asked=SignOff(("check", "sign")), now=NOW)
    w.submit("X11")
    return w.person("signer")


@button("signing.hand_in")
def _signed(w: World) -> Press:
    signer = _to_sign(w)
    day = timedelta(days=1)
    person = issue(w.get("root"), "Nguyễn Văn Ký", valid_from=NOW - day, valid_to=NOW + day, unit="")
    content = sign_pdf(signer.get(f"{w.page()}/report.pdf").data, person, NOW)
    fields = {"revision": str(w.revision()), "file": (content, "ky.pdf")}
    return Press(signer, f"{w.page()}/signatures", fields, {"signature": 1, "decision": 1})


@button("signing.sign_for_show")
def _signed_for_show(w: World) -> Press:
    signer = _to_sign(w)
    w.app = create_app(replace(w.hub, config=replace(w.hub.config, demonstration=True)), clock=lambda: NOW)
    signer.client.application = w.app
    fields = {"kind": "xml", "revision": str(w.revision())}
    return Press(signer, f"{w.page()}/signatures/demonstration", fields, {"signature": 1, "decision": 1})


@button("signing.set_steps")
def _steps(w: World) -> Press:
    return Press(w.person("approver"), "/steps", {"unit": "X11", "check": "1", "sign": "1"}, {"unit_steps": 1})


@button("receipts.recognise")
def _recognised(w: World) -> Press:
    w.submit("X11")
    return Press(
        w.person("approver"), f"{w.page()}/proof", {"version": "1", "file": (b"x", "x.pdf")}, stays=True
    )  # fmt: skip


# --- the officer --------------------------------------------------------------------------------------------------


def _decided(w: World, action: str, *, once: Mapping[str, int] | None = None, **more: str) -> Press:
    if action not in {"exclude", "include"}:
        w.submit("X11")
    if action == "finalise":
        w.accept("X11")
    officer = w.person("officer", "P1")
    if action == "include":
        review.exclude(w.hub, officer.actor, w.filing_of("X11").id, revision=w.revision(), reason="x", now=NOW)
    fields = {"action": action, "revision": str(w.revision()), "version": "1"} | more
    return Press(officer, f"{w.page()}/decide", fields, once or {"decision": 1}, typed="reason" * ("reason" in more))


BUTTONS["review.decide accept"] = lambda w: _decided(w, "accept")
BUTTONS["review.decide finalise"] = lambda w: _decided(w, "finalise")
BUTTONS["review.decide exclude"] = lambda w: _decided(w, "exclude", reason=TYPED)
BUTTONS["review.decide include"] = lambda w: _decided(w, "include", reason=TYPED)
BUTTONS["review.decide send_back"] = lambda w: _decided(
    w, "send_back", once={"decision": 1, "remark": 2}, reason=TYPED,
    **{"resend_due": "20/09/2026", "point:F1/r02/c02": "Sai", "point:F1/r03/c04": "Thiếu"},
)  # fmt: skip


@button("inbox.accept")
def _accepted_many(w: World) -> Press:
    w.submit("X11")
    return Press(
        w.person("officer", "P1"), "/inbox/accept", CAMPAIGN | {"filing": w.filing_of("X11").id}, {"decision": 1}
    )


@button("inbox.remind")
def _reminded(w: World) -> Press:
    w.make_actor("reporter", "X11")
    fields = CAMPAIGN | {"form_key": "khoa-0001", "text": TYPED}
    return Press(w.person("officer", "P1"), "/inbox/remind", fields, {"notification": 1}, typed="text")


@button("inbox.extend")
def _extended_all(w: World) -> Press:
    w.make_actor("reporter", "X11")
    fields = CAMPAIGN | {"until": "25/11/2026", "reason": TYPED}
    once = {"extension": 3, "decision": 3, "notification": 1}
    return Press(w.person("officer", "P1"), "/inbox/extend", fields, once, typed="reason")


def _asks(w: World) -> str:
    until = datetime(2026, 11, 20, 16, 59, 59, tzinfo=UTC)
    clerk = w.make_actor("approver", "X11")
    return extensions.ask(w.hub, clerk, w.filing_of("X11").id, until=until, reason="Bão", now=NOW).id


@button("extensions.ask")
def _asked_extension(w: World) -> Press:
    fields = {"until": "20/11/2026", "reason": TYPED}
    once = {"extension": 1, "decision": 1}
    return Press(w.person("approver"), f"{w.page()}/extension", fields, once, typed="reason")


@button("extensions.answer extend")
def _granted(w: World) -> Press:
    _asks(w)
    fields = {"until": "25/11/2026", "reason": TYPED}
    return Press(w.person("officer", "P1"), f"{w.page()}/extension/answer", fields, {"decision": 1, "notification": 1})


@button("extensions.answer refuse")
def _refused_extension(w: World) -> Press:
    fields = {"action": "refuse", "extension": _asks(w), "reason": TYPED}
    return Press(w.person("officer", "P1"), f"{w.page()}/extension/answer", fields, {"decision": 1, "notification": 1})


@button("extensions.enter_for")
def _entering(w: World) -> Press:
    return Press(w.person("officer", "P1"), f"{w.page()}/enter-for", {"reason": TYPED}, {"decision": 1})


@button("campaigns.call")
def _called(w: World) -> Press:
    fields = {
        "what": "LU-01/2025-07-01 ad_hoc", "window_start": "05/09/2026", "window_end": "14/09/2026",
        "due": "20/09/2026", "reason": TYPED, "action": "call", "key": "khoa-0001",
    }  # fmt: skip
    return Press(w.person("officer", "G12"), "/campaigns", fields, {"campaign_call": 1, "filing": 7}, typed="reason")


# --- talking ------------------------------------------------------------------------------------------------------


@button("remarks.add")
def _remarked(w: World) -> Press:
    w.submit("X11")
    w.make_actor("reporter", "X11")
    fields = {"kind": "question.both", "place": "F1/r02/c02", "text": TYPED, "form_key": "khoa-0002"}
    once = {"remark": 1, "notification": 2}
    return Press(w.person("officer", "P1"), f"{w.page()}/remarks", fields, once, typed="text")


@button("remarks.answer")
def _answered(w: World) -> Press:
    w.submit("X11")
    remark = w.asked(w.person("officer", "P1"))
    fields = {"text": TYPED, "form_key": "khoa-0002"}
    path = f"{w.page()}/remarks/{remark}/answer"
    return Press(w.person("reporter"), path, fields, {"remark": 1, "notification": 1}, typed="text")


@button("remarks.settle")
def _settled(w: World) -> Press:
    w.submit("X11")
    officer = w.person("officer", "P1")
    return Press(officer, f"{w.page()}/remarks/{w.asked(officer)}/settle", {"settled": "1"}, changed=("remark",))


# --- the province and the nation ----------------------------------------------------------------------------------


def _in_force(w: World) -> None:
    for unit in ("X11", "X12", "G01"):
        w.submit(unit)
        w.accept(unit)


@button("rollup.build")
def _built(w: World) -> Press:
    _in_force(w)
    fields = {"revision": str(w.revision("P1"))}
    return Press(w.person("approver", "P1"), f"{w.page('P1')}/rollup", fields, {"version": 1})


@button("reports.roll_up")
def _rolled_up(w: World) -> Press:
    _in_force(w)
    return Press(
        w.person("central", "VN"),
        "/coverage/THU-01/2025-07-01/2026-M09",
        changed=("aggregate",),
        renewed=("aggregate",),
    )


@button("reports.issue")
def _issued(w: World) -> Press:
    _in_force(w)
    central = w.person("central", "VN")
    central.post("/coverage/THU-01/2025-07-01/2026-M09")
    fields = {"report": "thu", "period": "2026-M09", "note": TYPED}
    return Press(central, "/reports", fields, {"publication": 1})


@button("editions.release")
def _let_go(w: World) -> Press:
    _in_force(w)
    w.hub.catalog.edition("THU-01/2025-07-01").__dict__["publish_floor"] = 100
    central = w.person("central", "VN")
    central.post("/coverage/THU-01/2025-07-01/2026-M09")
    holds.publish_due(w.hub, "thu", "2026-M09", NOW)
    fields = {"report": "thu", "period": "2026-M09", "note": TYPED}
    return Press(central, "/holds/release", fields, {"publication": 1}, changed=("publication_hold",), typed="note")


@button("kpi.set_target")
def _target(w: World) -> Press:
    fields = {"kpi": "1.1", "unit": "P1", "period": "", "value": "22,5", "note": TYPED}
    return Press(w.person("central", "VN"), "/kpi/THU-KPI/targets", fields, {"kpi_target": 1}, typed="note")


@button("data.order")
def _order(w: World) -> Press:
    """The file is asked for once, made once, and told of once."""
    fields = {"regime": "THU-01", "m": "THU-01/F1.r02.c02", "format": "csv", "form_key": "lap-tep"}
    return Press(w.person("central", "VN"), "/data/exports", fields, {"export_job": 1, "notification": 1})


@button("subscriptions.subscribe")
def _subscribed(w: World) -> Press:
    object.__setattr__(w.hub, "config", replace(w.hub.config, deliver_folder="out"))
    fields = {"report": "thu", "format": "json", "way": "connector folder"}
    return Press(w.person("central", "VN"), "/subscriptions", fields, {"subscription": 1})


@button("subscriptions.end")
def _subscription_ended(w: World) -> Press:
    central = w.person("central", "VN")
    object.__setattr__(w.hub, "config", replace(w.hub.config, deliver_folder="out"))
    kept = subscriptions.subscribe(w.hub, central.actor, "thu", "json", "connector", "folder", NOW)
    return Press(central, f"/subscriptions/{kept.id}/end", changed=("subscription",))


@button("subscriptions.retry")
def _delivered_again(w: World) -> Press:
    def refused(*_: object) -> None:
        raise ParcelRefused("answered 422")

    central = w.person("central", "VN")
    object.__setattr__(w.hub, "config", replace(w.hub.config, deliver_folder="away"))
    subscriptions.subscribe(w.hub, central.actor, "thu", "json", "connector", "folder", NOW)
    _in_force(w)
    central.post("/coverage/THU-01/2025-07-01/2026-M09")
    publication.issue(w.hub, SYSTEM, "thu", "2026-M09", NOW)
    assert deliveries.deliver_due(w.hub, NOW, refused).dead == 1
    return Press(central, "/subscriptions/retry", changed=("delivery",))


@button("uploads.take")
def _taken(w: World) -> Press:
    content = b'{"reports": [' + w.report_of("X11") + b"," + w.report_of("X12") + b"]}"
    fields = {"file": (content, "nhieu.json"), "intent": "draft", "form_key": "khoa-0001"}
    return Press(w.person("approver", "VN"), "/uploads", fields, {"upload": 1, "version": 2, "upload_report": 2})


@button("contacts.keep")
def _contact(w: World) -> Press:
    fields = {"unit": "X11", "name": TYPED, "phone": "0000 000 001"}
    return Press(w.person("approver"), "/contact", fields, {"unit_contact": 1}, typed="name")


@button("contacts.keep remove")
def _no_contact(w: World) -> Press:
    person = w.person("approver")
    said = {"name": "Lan", "title": "", "phone": "0000 000 001", "email": ""}
    contacts.keep(w.hub, person.actor, "X11", "THU-01", **said, now=NOW)
    return Press(person, "/contact", {"unit": "X11", "regime": "THU-01", "action": "remove"}, {"unit_contact": -1})


# --- one's own ----------------------------------------------------------------------------------------------------


BUTTONS["help.note_tour"] = lambda w: Press(w.person("reporter"), "/welcome", {"seen": "1"}, {"profile": 1})
BUTTONS["language.choose"] = lambda w: Press(w.person("reporter"), "/language", {"language": "en"}, stays=True)
BUTTONS["look.choose"] = lambda w: Press(w.person("reporter"), "/theme", {"theme": "dark"}, stays=True)
BUTTONS["notifications.save_profile"] = lambda w: Press(
    w.person("reporter"), "/profile", {"language": "vi", "email": "lan@example.vn", "phone": "0000 000 001"},
    {"profile": 1}, typed="phone",
)  # fmt: skip


def _told(w: World) -> tuple[Any, str]:
    person = w.person("reporter")
    with w.hub.database.write() as connection:
        notifications.tell(
            connection, w.hub, "returned", occurrence="o1", path="/profile", subject=("Trả lại", "Sent back"),
            body=("x", "x"), now=NOW, account_ids=[person.actor.account_id],
        )  # fmt: skip
    return person, notifications.listing(w.hub, person.actor).rows[0].id


@button("notifications.read")
def _read(w: World) -> Press:
    person, notice = _told(w)
    return Press(person, f"/notifications/{notice}/read", {"action": "open"}, changed=("notification",))


@button("notifications.read_all")
def _read_all(w: World) -> Press:
    return Press(_told(w)[0], "/notifications/read", changed=("notification",))


# --- jobs ---------------------------------------------------------------------------------------------------------


@button("jobs.pause")
def _pause_job(w: World) -> Press:
    return Press(
        w.person("central", "VN"), "/admin/jobs/publish/pause", {"reason": TYPED}, {"job_pause": 1}, typed="reason"
    )


@button("jobs.resume")
def _resume_job(w: World) -> Press:
    person = w.person("central", "VN")
    job_control.pause(w.hub, person.actor, "remind", "Bảo trì", NOW)
    return Press(person, "/admin/jobs/remind/resume", {}, {"job_pause": -1})


@button("jobs.run")
def _run_job(w: World) -> Press:
    runs.claim(w.hub, "digest", "2026-09-15T00:00Z", "w1", NOW, 60)
    runs.finish(w.hub, "digest", "2026-09-15T00:00Z", "failed", "x", NOW)
    fields = {"occurrence": "2026-09-15T00:00Z#2"}
    return Press(w.person("central", "VN"), "/admin/jobs/digest/run", fields, {"job_request": 1})


# --- regimes and administration -----------------------------------------------------------------------------------


@button("regime_trial.judge")
def _judged(w: World) -> Press:
    fields = {"file": (w.report_of("X11"), "x.json")}
    return Press(w.person("central", "VN"), "/regimes/try", fields, stays=True)


def _draft_page(w: World) -> tuple[Any, str]:
    return w.person("central", "VN"), f"/regimes/{w.get('made_up').KEY}"


def _field(answer: Any, name: str) -> str:
    return unescape(answer.get_data(as_text=True).partition(f'name="{name}" value="')[2].partition('"')[0])


@button("workshop.save")
def _mended(w: World) -> Press:
    centre, page = _draft_page(w)
    seen = _field(centre.get(f"{page}/edit?file=rules.yaml"), "seen")
    fields = {"file": "rules.yaml", "seen": seen, "text": f"# {TYPED}\nrules: []\n"}
    return Press(centre, f"{page}/edit", fields, typed="text", stays=True)


@button("workshop.samples")
def _sampled(w: World) -> Press:
    centre, page = _draft_page(w)
    return Press(centre, f"{page}/samples", stays=True)


@button("workshop.make keep")
def _kept(w: World) -> Press:
    centre, _ = _draft_page(w)
    made_up = w.get("made_up")
    day = "2027-01-01"
    home = f"regimes/{made_up.CODE}/{day}"
    regime = made_up.REGIME.replace(made_up.DAY, day)
    files = {
        f"{home}/regime.yaml": regime, f"{home}/forms/F1.yaml": made_up.GRID, f"{home}/forms/F2.yaml": made_up.LIST,
        f"{home}/rules.yaml": made_up.RULES,
    }  # fmt: skip
    return Press(centre, "/regimes/draft", {"action": "keep", "files": json.dumps(files)}, stays=True)


@button("workshop.publish")
def _published(w: World) -> Press:
    centre, page = _draft_page(w)
    centre.post(f"{page}/samples")
    return Press(centre, f"{page}/publish", {"seen": _field(centre.get(f"{page}/publish"), "seen")}, stays=True)


def _administrator(w: World) -> Any:
    return w.person("administrator", "VN")


@button("admin.create_account")
def _new_account(w: World) -> Press:
    fields = {"username": "nguyen.lan", "name": "Lan", "unit": "X11", "role": "reporter"}
    return Press(_administrator(w), "/admin/accounts", fields, {"account": 1, "role_grant": 1})


def _changed_account(w: World, action: str, *, once: Mapping[str, int] | None = None, **more: str) -> Press:
    other = w.make_actor("reporter", "X12")
    fields = {"action": action} | more
    return Press(
        _administrator(w), f"/admin/accounts/{other.account_id}", fields, once or {},
        changed=() if once else ("account",),
    )  # fmt: skip


BUTTONS["admin.change_account disable"] = lambda w: _changed_account(w, "disable")
BUTTONS["admin.change_account grant"] = lambda w: _changed_account(
    w, "grant", role="approver", unit="X12", once={"role_grant": 1}
)
BUTTONS["admin.change_account revoke"] = lambda w: _changed_account(
    w, "revoke", role="reporter", unit="X12", once={"role_grant": -1}
)


@button("admin.issue_token")
def _token(w: World) -> Press:
    other = w.make_actor("reporter", "X12")
    fields = {"account": other.account_id, "name": "máy", "scope": "read", "days": "30", "form_key": "khoa-0001"}
    return Press(_administrator(w), "/admin/tokens", fields, {"api_token": 1})


@button("admin.revoke_token")
def _revoked(w: World) -> Press:
    admin = _administrator(w)
    w.get("token_for")(admin.actor, ("read",))
    (token,) = access.tokens_of(w.hub, admin.actor, admin.actor.account_id, NOW)
    return Press(admin, f"/admin/tokens/{token.id}/revoke", changed=("api_token",))


# --- the trial ----------------------------------------------------------------------------------------------------

ELSEWHERE = {
    "sign_in.enter": "test_signing_in_twice_is_signing_in",
    "sign_in.leave": "test_signing_out_twice_is_signing_out",
    "sign_in.change_password": "test_a_password_changed_twice_is_changed_and_says_so",
    "admin.change_account reset": "test_a_password_reset_twice_shows_the_one_that_holds",
}
"""What ends or makes a session has a test of its own below."""


@pytest.fixture
def root():
    return make_root(NOW - timedelta(days=400), "Gốc tin cậy", "")


@pytest.fixture
def small_catalog(small_catalog, make_small_edition):
    """The small catalog with a flood report that is called for."""
    edition = make_small_edition(
        regime="LU-01", title=Label("Báo cáo nhanh", "Quick report"), report_type="ad_hoc", frequencies=("ad_hoc",),
        windows={}, reporters=(Reporter("commune", "own", "province"), Reporter("ministry")), outline=(),
        dues={("ministry", "ad_hoc"): DayRule("window_end", days=10)},
    )  # fmt: skip
    catalog = replace(small_catalog, regimes={**small_catalog.regimes, "LU-01": Regime("LU-01", (edition,))})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def core(request, core, tmp_path, root, made_up):
    """The small hub that trusts the root of these tests; for the workshop's buttons, one with a draft."""
    name = request.node.callspec.params.get("name", "") if hasattr(request.node, "callspec") else ""
    if name.startswith("workshop."):
        made_up.write_regime(tmp_path / "outside")
        config = load_config({}, var=tmp_path / "var", inbox=tmp_path / "inbox", schemas=(tmp_path / "outside",))
        return Core(config, keep(made_up.empty_base(tmp_path / "base"), config.schemas), core.database)
    folder = tmp_path / "roots"
    folder.mkdir()
    (folder / "root.pem").write_bytes(root.pem)
    return replace(core, config=replace(core.config, trust_roots=(folder,)))


@pytest.fixture
def world(request, monkeypatch):
    """The hub, where every password is the right one; uploads for many are read and files of figures made at once."""
    monkeypatch.setattr(passwords, "matches", lambda *_: True)

    class Waited:
        def __init__(self, thread):
            thread.join(30)

        def join(self, _seconds):
            return None

    for threads in (worker_threads.uploaded, worker_threads.exported):
        monkeypatch.setattr(threads, "start", lambda *given, start=threads.start: Waited(start(*given)))
    return World(request)


def test_every_button_of_every_page_has_a_line(app):
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    buttons = {endpoint for endpoint in routes if not endpoint.startswith("api_")}
    assert buttons == {name.split()[0] for name in (*BUTTONS, *ELSEWHERE)}
    assert all(test in globals() for test in ELSEWHERE.values())


def _signed_in_by_form(app, username="lan.x11", password=PASSWORD):
    client = app.test_client()
    page = pages.form_to(client.get("/sign-in"), "/sign-in")
    return client, page | {"username": username, "password": password}


@pytest.fixture
def lan(hub):
    return access.create_account(
        hub, SYSTEM, username="lan.x11", name="Lan", unit_id="X11", password=PASSWORD,
        grants=[Grant("reporter", "X11")], now=NOW, must_change_password=False,
    )  # fmt: skip


def _sessions(hub) -> int:
    with hub.database.read() as connection:
        return len(connection.execute(select(tables.session)).all())


def test_signing_in_twice_is_signing_in(app, hub, lan):
    client, fields = _signed_in_by_form(app)
    answers = [client.post("/sign-in", data=fields) for _ in range(2)]
    assert [(each.status_code, each.location) for each in answers] == [(303, "/")] * 2
    assert client.get("/").status_code == 200
    assert _sessions(hub) == 1


def test_signing_in_twice_on_the_way_back_still_offers_what_was_typed(app, hub, lan, filing_of, form_of):
    path = f"/filings/{filing_of('X11').id}"
    asked = app.test_client().post(path, data=form_of() | {"outline.s1": TYPED, "action": "save", "version": "0"})
    carried = pages.form_to(asked, "/sign-in")
    client, fields = _signed_in_by_form(app)
    fields |= {name: carried[name] for name in ("carried", "carried_to")}
    for _ in range(2):
        assert pages.form_to(client.post("/sign-in", data=fields), path)["outline.s1"] == TYPED


def test_signing_in_as_somebody_else_from_an_old_page_asks_for_their_password(app, hub, lan):
    client, fields = _signed_in_by_form(app)
    client.post("/sign-in", data=fields)
    other = client.post("/sign-in", data=fields | {"username": "somebody.else"})
    assert other.status_code == 401
    assert client.get("/").status_code == 200


def test_signing_out_twice_is_signing_out(app, hub, lan):
    client, fields = _signed_in_by_form(app)
    client.post("/sign-in", data=fields)
    token = pages.forms_of(client.get("/password"))[0][1]["csrf_token"]
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    again = client.post("/sign-out", data={"csrf_token": token}, follow_redirects=True)
    assert again.status_code == 200
    assert "/sign-in" in again.request.path
    assert _sessions(hub) == 0


def test_a_password_changed_twice_is_changed_and_says_so(app, hub, lan):
    client, fields = _signed_in_by_form(app)
    client.post("/sign-in", data=fields)
    typed = pages.form_to(client.get("/password"), "/password")
    typed |= {"old": PASSWORD, "new": "một câu dài khác hẳn", "again": "một câu dài khác hẳn"}
    assert client.post("/password", data=typed).status_code == 303
    again = client.post("/password", data=typed)
    assert again.status_code in {403, 422}
    assert 'class="alert' in again.get_data(as_text=True)
    assert client.get("/").status_code == 200
    assert _sessions(hub) == 1


def test_a_password_reset_twice_shows_the_one_that_holds(app, lan, sign_in, make_actor):
    admin = sign_in(make_actor("administrator", "VN"))
    shown = [admin.post(f"/admin/accounts/{lan}", {"action": "reset"}).get_data(as_text=True) for _ in range(2)]
    told = [re.search(r'class="secret">([^<]*)<', page)[1] for page in shown]
    for password, opens in ((told[0].split()[-1], False), (told[1].split()[-1], True)):
        client, fields = _signed_in_by_form(app, password=password)
        assert (client.post("/sign-in", data=fields).status_code == 303) is opens


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_after_the_session_ended_twice_and_after_going_back_loses_and_doubles_nothing(name, world):
    press = BUTTONS[name](world)
    before = _ended_session_then_signed_in_again(world, press)
    after = world.rows()
    _is_done_once(press, before, after)
    _is_done_no_more_by_a_second_click(world, press, after)
    if press.typed:
        _keeps_what_is_typed_after_going_back(world, press)


def _ended_session_then_signed_in_again(world: World, press: Press) -> dict[str, Any]:
    """Posted without a session nothing happens; signing in from that very page brings it all along.

    The rows as they were when the person was signed in again and had not yet clicked once more.
    """
    before = world.rows()
    with world.hub.database.write() as connection:
        connection.execute(tables.session.delete())
    asked = press.post()
    assert asked.status_code in {401, 403}  # 403: the choices that a stranger has too, without a stranger's token
    assert _differences(before, world.rows()) == {}
    offered = _sign_in_again(world, press, asked)
    before = world.rows()
    again = [fields for action, fields in pages.forms_of(offered) if action == press.path]
    if press.typed:
        assert _carried(asked)[press.typed] == press.fields[press.typed]
        assert again[0][press.typed] == press.fields[press.typed]
    answer = press.browser.client.post(press.path, data=again[0]) if again else press.post()
    assert answer.status_code in {200, 303}, _words(answer)
    return before


def _carried(page: Any) -> dict[str, str]:
    """What the page with the sign-in takes along."""
    return dict(parse_qsl(pages.form_to(page, "/sign-in")["carried"], keep_blank_values=True))


def _sign_in_again(world: World, press: Press, asked: Any) -> Any:
    client, who = press.browser.client, press.browser.actor
    with world.hub.database.read() as connection:
        username = connection.scalar(select(tables.account.c.username).where(tables.account.c.id == who.account_id))
    page = asked if any(action == "/sign-in" for action, _ in pages.forms_of(asked)) else client.get("/sign-in")
    fields = pages.form_to(page, "/sign-in") | {"username": username, "password": "x"}
    answer = client.post("/sign-in", data=fields)
    assert answer.status_code in {200, 303}
    digest = hashlib.sha256(client.get_cookie("hub_session").value.encode()).hexdigest()
    with world.hub.database.read() as connection:
        press.browser.csrf = connection.scalar(
            select(tables.session.c.csrf).where(tables.session.c.token_sha256 == digest)
        )
    return answer


def _differences(before: dict[str, Any], after: dict[str, Any], besides: set[str] = NOT_JUDGED) -> dict[str, int]:
    """Table → how many rows more, for the tables whose rows are not the same."""
    return {
        name: len(rows) - len(before[name])
        for name, rows in after.items()
        if name not in besides and rows != before[name]
    }


def _is_done_once(press: Press, before: dict[str, Any], after: dict[str, Any]) -> None:
    found = _differences(before, after)
    if press.stays:
        assert found == {}
    for table, rows in press.once.items():
        assert found.get(table, 0) == rows, (table, found)
    for table in press.changed:
        assert table in found, found


def _is_done_no_more_by_a_second_click(world: World, press: Press, after: dict[str, Any]) -> None:
    again = press.post()
    assert _differences(after, world.rows(), NOT_JUDGED | {"submission", *press.renewed}) == {}
    assert again.status_code in {200, 303} or _says_why(again), (again.status_code, _words(again))
    if again.status_code == 303:
        assert press.browser.client.get(again.location).status_code == 200


def _keeps_what_is_typed_after_going_back(world: World, press: Press) -> None:
    """The page as it was first drawn comes back from the browser's memory, and something else is typed into it."""
    before = world.rows()
    answer = press.post(**{press.typed: OTHER})
    after = world.rows()
    if answer.status_code in {200, 303} and _differences(before, after, LATER):
        assert OTHER in repr(after), "taken, and nowhere to be found"
        return
    page = unescape(answer.get_data(as_text=True))
    assert OTHER in page, (answer.status_code, answer.headers.get("Location"), _words(answer))
    if not press.stays:
        assert _says_why(answer), (answer.status_code, _words(answer))
    assert _differences(before, after, LATER) == {}


def _says_why(answer: Any) -> bool:
    """A refusal that is a page of the hub with a sentence in it, and no page of an error."""
    return answer.status_code in {400, 409, 422} and 'class="alert' in answer.get_data(as_text=True)


def _words(answer: Any) -> str:
    """The page without its tags, for a failing test to show."""
    page = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True).partition("<main")[2])
    return " ".join(unescape(page).split())[:500]
