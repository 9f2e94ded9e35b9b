"""R44: every route about a report, as its receivers, with versions that were never sent: 404, and their words nowhere.

The matrix is data; a route about a report, an arrival, a signature or a sending that is not in it fails the suite.
Version 1 was never sent, version 2 was sent and returned, version 3 was sent and withdrawn, version 4 is a draft.
"""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.services import attachments, filings, intake, remarks, review, unsaved
from hub.services.unsaved import Change
from hub.store import signatures, submissions
from hub.store.signatures import SignatureRow

ABOUT = {"filing_id", "submission_id", "signature_id", "attachment_id", "decision_id", "remark_id"}
UNSENT = (1, 3, 4)
VERDICT = {"organisation": "", "authority": "", "time": "stamp", "revocation": "good", "problem": None}
CANARY, SENT = "CANARY-CHUA-GUI", "DA-GUI-DI"
SHOWN, CLOSED, BARRED = {200}, {404}, {403}

GET: dict[str, list[tuple[str, set[int]]]] = {
    "entry.filing": [("/filings/{filing}", SHOWN), ("/filings/{filing}?edit=1", SHOWN)],
    "entry.workbook": [("/filings/{filing}/workbook.xlsx", SHOWN)],
    "entry.schema": [("/filings/{filing}/schema.xsd", SHOWN)],
    "attachments.outline": [("/filings/{filing}/outline.docx", SHOWN)],
    "attachments.download": [
        ("/filings/{filing}/attachments/{unsent_file}", CLOSED),
        ("/filings/{filing}/attachments/{sent_file}", SHOWN),
    ],
    "unsaved.show": [("/filings/{filing}/unsaved", BARRED)],
    "documents.pdf": [
        ("/filings/{filing}/report.pdf?version={n}", CLOSED),
        ("/filings/{filing}/report.pdf?version=2", SHOWN),
        ("/filings/{filing}/report.pdf", SHOWN),
    ],
    "documents.xml": [
        ("/filings/{filing}/report.xml?version={n}", CLOSED),
        ("/filings/{filing}/report.xml?version=2", SHOWN),
        ("/filings/{filing}/report.xml", SHOWN),
    ],
    "documents.docx": [
        ("/filings/{filing}/report.docx?version={n}", CLOSED),
        ("/filings/{filing}/report.docx?version=2", SHOWN),
        ("/filings/{filing}/report.docx", SHOWN),
    ],
    "receipts.of_version": [
        ("/filings/{filing}/proof?version={n}", CLOSED),
        ("/filings/{filing}/proof?version=2", SHOWN),
    ],
    "receipts.show": [("/receipts/{withdrawn}", CLOSED), ("/receipts/{sending}", SHOWN)],
    "receipts.qr": [("/receipts/{withdrawn}/qr.svg", CLOSED), ("/receipts/{sending}/qr.svg", SHOWN)],
    "receipts.pdf": [("/receipts/{withdrawn}/receipt.pdf", CLOSED), ("/receipts/{sending}/receipt.pdf", SHOWN)],
    "review.compare": [
        ("/filings/{filing}/compare?old={n}&new=2", CLOSED),
        ("/filings/{filing}/compare?old=2&new={n}", CLOSED),
        ("/filings/{filing}/compare?old={n}&new={n}&all=1", CLOSED),
        ("/filings/{filing}/compare?all=1", SHOWN),
    ],
    "review.original": [("/submissions/{arrival}/original", CLOSED), ("/submissions/{arrival_2}/original", SHOWN)],
    "marked.download": [
        ("/submissions/{arrival}/marked.xlsx", CLOSED),
        ("/submissions/{arrival_2}/marked.xlsx", SHOWN),
    ],
    "signing.file": [("/signatures/sig-{n}/file", CLOSED), ("/signatures/sig-2/file", SHOWN)],
    "rollup.parts": [("/filings/{filing}/parts?place=F1/r02/c02", CLOSED)],
    "api_v1.submission": [("/api/v1/submissions/{arrival}", CLOSED), ("/api/v1/submissions/{arrival_2}", SHOWN)],
    "api_v1.marked_workbook": [
        ("/api/v1/submissions/{arrival}/marked.xlsx", CLOSED),
        ("/api/v1/submissions/{arrival_2}/marked.xlsx", SHOWN),
    ],
    "api_v1.filing": [("/api/v1/filings/{filing}", SHOWN)],
    "api_v1.workbook": [("/api/v1/filings/{filing}/workbook", SHOWN)],
}
"""Endpoint → addresses with the answers they may give. ``{n}`` and ``{arrival}`` stand for each unsent version."""

POST: dict[str, tuple[str, dict[str, Any]]] = {
    "entry.save": ("/filings/{filing}", {"outline.s1": "x", "action": "save"}),
    "entry.move": ("/filings/{filing}/move", {"revision": "1", "action": "send"}),
    "entry.upload_here": ("/filings/{filing}/upload", {"file": "FILE"}),
    "unsaved.change": ("/filings/{filing}/unsaved", {}),
    "unsaved.discard": ("/filings/{filing}/unsaved/discard", {}),
    "unsaved.use": ("/filings/{filing}/unsaved/use", {"name": "outline.s1"}),
    "attachments.attach": ("/filings/{filing}/attachments", {"file": "FILE"}),
    "attachments.remove": ("/filings/{filing}/attachments/{unsent_file}/remove", {}),
    "signing.hand_in": ("/filings/{filing}/signatures", {"file": "FILE", "revision": "1"}),
    "signing.sign_for_show": ("/filings/{filing}/signatures/demonstration", {"kind": "pdf"}),
    "receipts.recognise": ("/filings/{filing}/proof", {"version": "{n}", "file": "FILE"}),
    "review.decide": ("/filings/{filing}/decide", {"revision": "1", "version": "{n}", "action": "accept"}),
    "remarks.add": (
        "/filings/{filing}/remarks", {"kind": "comment.both", "place": "", "text": "x", "form_key": "abcdefgh"}
    ),
    "remarks.answer": ("/filings/{filing}/remarks/{inner}/answer", {"text": "x", "form_key": "abcdefgi"}),
    "remarks.settle": ("/filings/{filing}/remarks/{inner}/settle", {"settled": "1"}),
    "rollup.build": ("/filings/{filing}/rollup", {"revision": "1"}),
    "extensions.ask": ("/filings/{filing}/extension", {"until": "01/12/2026", "reason": "x"}),
    "extensions.answer": ("/filings/{filing}/extension/answer", {"until": "x", "reason": "x", "action": "refuse"}),
    "extensions.enter_for": ("/filings/{filing}/enter-for", {"reason": ""}),
}  # fmt: skip
"""Endpoint → what is posted. Whatever the answer is, it shows nothing unsent."""


@pytest.fixture
def ids(hub, report_of, filing_of, make_actor, reporter_now):
    """The report of X11 with canaries in all that was not sent, and the ids of everything that hangs on it."""
    minute = iter(range(100))
    unit, officer = make_actor("approver", "X11"), make_actor("officer", "P1")
    filing_id, found = filing_of("X11").id, {}

    def now():
        return reporter_now + timedelta(seconds=next(minute))

    def hand_in(version: int, word: str, intent: str = "draft") -> None:
        body = report_of("X11", men=3 + version, note=f"{word}-{version}")
        envelope = Envelope(body, "json", filename=f"{word}-{version}.json", intent=intent)
        receipt = intake.receive(hub, unit, envelope, now())
        assert receipt.version == version
        found[f"arrival_{version}"] = receipt.submission_id
        _signed(hub, filing_id, version, word, unit)

    def attach(name: str, word: str) -> None:
        kept = attachments.attach(hub, unit, filing_id, content=word.encode(), filename=f"{word}.txt", now=now())
        found[name] = kept.id

    hand_in(1, CANARY)
    attach("sent_file", SENT)
    hand_in(2, SENT, "send")
    row = filing_of("X11")
    review.send_back(hub, officer, row.id, revision=row.revision, version=2, reason="Sai", now=now())
    attach("unsent_file", CANARY)
    hand_in(3, CANARY, "send")
    row = filing_of("X11")
    filings.withdraw(hub, unit, row.id, revision=row.revision, reason="Nhầm", now=now())
    hand_in(4, CANARY)
    unsaved.note(hub, unit, row.id, version=4, seen=0, changes={"outline.s1": Change(f"{CANARY}-5")}, now=now())
    inner = remarks.add(
        hub, unit, row.id, kind="comment", audience="unit", place="", text=CANARY, key="noi-bo-1", now=now()
    )  # fmt: skip
    sends = [each.id for each in filings.open_one(hub, SYSTEM, row.id, now()).decisions if each.event == "send"]
    return found | {"filing": row.id, "sending": sends[0], "withdrawn": sends[1], "inner": inner.id}


@pytest.fixture
def reporter_now(filing_of):
    return filing_of("X11").opened_at


def _signed(hub, filing_id: str, version: int, word: str, by) -> None:
    content = f"{word}-{version}".encode()
    sha256, at = hashlib.sha256(content).hexdigest(), datetime(2026, 9, 15, tzinfo=UTC)
    with hub.database.write() as connection:
        submissions.keep_content(connection, sha256, content)
        row = SignatureRow(
            f"sig-{version}",
            filing_id,
            version,
            "0" * 64,
            "pdf",
            sha256,
            word,
            "",
            "",
            "1",
            at,
            VERDICT,
            by.account_id,
            at,
        )
        signatures.add(connection, row)


@pytest.fixture
def readers(sign_in, make_actor, token_for):
    """``readers(role, home) -> (get, post)`` of a signed-in person whose token asks the API."""

    def of(role: str, home: str):
        actor = make_actor(role, home)
        browser, token = sign_in(actor), token_for(actor)
        headers = {"Authorization": f"Bearer {token}"}

        def get(path: str):
            return browser.client.get(path, headers=headers if path.startswith("/api/") else {})

        return get, browser.post

    return of


def _routes(app, method: str) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if method in rule.methods and rule.arguments & ABOUT}


def test_every_route_about_a_report_is_in_the_matrix(app):
    assert _routes(app, "GET") == set(GET)
    assert _routes(app, "POST") == set(POST)


RECEIVERS = [("officer", "P1"), ("central", "VN")]


@pytest.mark.parametrize(("role", "home"), RECEIVERS)
def test_no_door_opens_on_a_version_that_was_not_sent(role, home, ids, readers):
    get, _ = readers(role, home)
    wrong, sung = [], []
    for addresses in GET.values():
        for address, expected in addresses:
            for number in UNSENT if "{n}" in address or "{arrival}" in address else (0,):
                path = address.format(n=number, arrival=ids.get(f"arrival_{number}"), **ids)
                answer = get(path)
                if answer.status_code not in expected:
                    wrong.append((path, answer.status_code))
                sung += [path] * (CANARY.encode() in answer.data)
    assert wrong == []
    assert sung == []


@pytest.mark.parametrize(("role", "home"), RECEIVERS)
def test_no_posted_form_is_answered_with_what_was_not_sent(role, home, ids, readers, filing_of, report_of):
    _, post = readers(role, home)
    before = filing_of("X11")
    sung = []
    for path, fields in POST.values():
        for number in UNSENT:
            data = {
                name: (io.BytesIO(report_of("X11")), "x11.json") if text == "FILE" else text.format(n=number)
                for name, text in fields.items()
            }
            answer = post(path.format(**ids), data)
            sung += [(path, answer.status_code)] * (CANARY.encode() in answer.data or answer.status_code >= 500)
    assert sung == []
    assert filing_of("X11") == before


@pytest.mark.parametrize(("role", "home"), [("reporter", "X11"), ("checker", "P1")])
def test_the_units_own_side_opens_all_of_them(role, home, ids, readers):
    get, _ = readers(role, home)
    for addresses in GET.values():
        for address, expected in addresses:
            if expected == CLOSED and "/parts" not in address:
                for number in UNSENT:
                    path = address.format(n=number, arrival=ids[f"arrival_{number}"], **ids)
                    assert get(path).status_code == 200, path


def test_the_page_says_that_the_unit_works_on_it_and_shows_what_was_sent_last(ids, readers, text_of):
    get, _ = readers("officer", "P1")
    page = text_of(get(f"/filings/{ids['filing']}"))
    assert "Đơn vị đang sửa lại báo cáo. Trang này cho xem phiên bản 2" in page
    assert f"{SENT}-2" in page
    assert "Nhầm" in page, "why it was withdrawn"
    unit, _ = readers("reporter", "X11")
    assert "Đơn vị đang sửa lại" not in text_of(unit(f"/filings/{ids['filing']}"))


def test_a_campaign_leads_its_officer_to_what_was_sent_before(ids, readers):
    get, _ = readers("officer", "P1")
    page = get("/inbox/campaign?edition=THU-01/2025-07-01&period=2026-M09&tab=all").get_data(as_text=True)
    assert f'/filings/{ids["filing"]}"' in page
