"""R44 behind every door of the services: receivers have what was sent to them; the unit's own side has everything.

The report of the tests: version 1 was never sent, version 2 was sent and returned, version 3 is typed over it since.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.domain.access import Actor, Grant
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery, FilingRow
from hub.errors import NotFound, Refused
from hub.services import (
    attachments,
    backtest,
    comparing,
    documents,
    filings,
    intake,
    marked,
    narrative,
    on_behalf,
    opening,
    proofs,
    remarks,
    review,
    signing,
)
from hub.store import signatures, submissions
from hub.store.signatures import SignatureRow

EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
WORDS = {1: "CANARY-MOT", 2: "CANARY-HAI", 3: "CANARY-BA"}
UNSENT = (1, 3)


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


@dataclass
class Case:
    """The report with what hangs on its versions: arrivals, signatures and files by version number."""

    row: FilingRow
    arrivals: dict[int, str]
    signed: dict[int, str]
    files: dict[int, str]
    sending: str


@pytest.fixture
def approver(make_actor):
    return make_actor("approver", "X11")


@pytest.fixture
def officer(make_actor):
    return make_actor("officer", "P1")


@pytest.fixture
def central(make_actor):
    return make_actor("central", "VN")


@pytest.fixture
def handed_in(opened, submit, approver, document):
    """``handed_in(version, minute, intent) -> submission id``: the report with that version's words and figures."""

    def do(version: int, minute: int, intent: str = "draft") -> str:
        content = document("X11", men=3 + version, outline={"s1": WORDS[version]})
        receipt = submit("X11", approver, content=content, now=at(minute), intent=intent)
        assert receipt.version == version
        return receipt.submission_id

    return do


def _signed(hub, row: FilingRow, version: int, by: Actor) -> str:
    content = WORDS[version].encode()
    sha256 = hashlib.sha256(content).hexdigest()
    with hub.database.write() as connection:
        submissions.keep_content(connection, sha256, content)
        signatures.add(
            connection,
            SignatureRow(
                f"sig-{version}", row.id, version, "0" * 64, "pdf", sha256, "Người ký", "", "", "1", NOW, {},
                by.account_id, NOW,
            ),
        )  # fmt: skip
    return f"sig-{version}"


@pytest.fixture
def case(opened, handed_in, filing_of, approver, officer):
    filing_id = filing_of("X11").id

    def attach(version: int, minute: int) -> str:
        content = f"Phụ lục {WORDS[version]}".encode()
        name = f"phu-luc-{version}.txt"
        return attachments.attach(opened, approver, filing_id, content=content, filename=name, now=at(minute)).id

    arrivals, files = {1: handed_in(1, 0)}, {2: attach(2, 1)}
    arrivals[2] = handed_in(2, 2, "send")
    row = filing_of("X11")
    review.send_back(opened, officer, row.id, revision=row.revision, version=2, reason="Sai", now=at(3))
    files[3] = attach(3, 4)
    arrivals[3] = handed_in(3, 5)
    row = filing_of("X11")
    signed = {version: _signed(opened, row, version, approver) for version in WORDS}
    steps = filings.open_one(opened, approver, row.id, at(6)).decisions
    assert (row.state, row.version, row.sent_version) == ("draft", 3, 2)
    return Case(row, arrivals, signed, files, next(each.id for each in steps if each.event == "send"))


DOORS = {
    "the PDF": lambda hub, who, case, n: documents.document(hub, who, case.row.id, "pdf", LATER, n).content,
    "the XML": lambda hub, who, case, n: documents.document(hub, who, case.row.id, "xml", LATER, n).content,
    "the Word file": lambda hub, who, case, n: documents.word(hub, who, case.row.id, LATER, n),
    "the proof": lambda hub, who, case, n: proofs.of_version(hub, who, case.row.id, n, LATER),
    "the values": lambda hub, who, case, n: filings.version_values(hub, who, case.row.id, n, LATER),
    "a change from it": lambda hub, who, case, n: filings.compare(hub, who, case.row.id, n, 2, LATER),
    "a change to it": lambda hub, who, case, n: filings.compare(hub, who, case.row.id, 2, n, LATER),
    "the comparison from it": lambda hub, who, case, n: comparing.compare(hub, who, case.row.id, n, 2, LATER),
    "the comparison to it": lambda hub, who, case, n: comparing.compare(hub, who, case.row.id, 2, n, LATER),
    "the original": lambda hub, who, case, n: intake.submission_content(hub, who, case.arrivals[n], LATER),
    "the marked workbook": lambda hub, who, case, n: marked.marked(hub, who, case.arrivals[n], LATER),
    "the signed file": lambda hub, who, case, n: signing.signed_file(hub, who, case.signed[n], LATER),
}


def _answer(door, *asked) -> str:
    try:
        door(*asked)
    except NotFound:
        return "not found"
    return "given"


def test_every_door_gives_receivers_the_sent_version_alone_and_the_unit_all(opened, case, approver, officer, central):
    for name, door in DOORS.items():
        assert [_answer(door, opened, approver, case, n) for n in WORDS] == ["given"] * 3, name
        for receiver in (officer, central):
            found = [_answer(door, opened, receiver, case, n) for n in WORDS]
            assert found == ["not found", "given", "not found"], (name, receiver.name)


def test_an_unsent_version_is_refused_like_one_that_does_not_exist(opened, case, officer):
    said = []
    for number in (3, 99):
        with pytest.raises(NotFound) as refusal:
            documents.document(opened, officer, case.row.id, "pdf", LATER, number)
        said.append((refusal.value.message_vi, refusal.value.message_en))
    assert said[0] == said[1]


def _text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_the_page_shows_receivers_what_was_sent_last_and_says_that_the_unit_works(opened, case, officer, central):
    for receiver in (officer, central):
        view = filings.open_one(opened, receiver, case.row.id, LATER)
        assert view.values.outline == {"s1": WORDS[2]}
        assert (view.row.version, [each.number for each in view.versions]) == (2, [2])
        assert [each.id for each in view.submissions] == [case.arrivals[2]]
        assert [each.event for each in view.decisions] == ["check", "send", "send_back"]
        assert view.unit_at_work
        assert [each.row.number for each in comparing.made_versions(opened, receiver, case.row.id, LATER)] == [2]
        assert [each.version for each in signing.of_filing(opened, receiver, case.row.id, LATER)] == [2]


def test_the_page_shows_the_unit_everything(opened, case, approver, make_actor):
    for own in (approver, make_actor("checker", "P1")):
        view = filings.open_one(opened, own, case.row.id, LATER)
        assert view.values.outline == {"s1": WORDS[3]}
        assert [each.number for each in view.versions] == [3, 2, 1]
        assert len(view.submissions) == 3
        assert not view.unit_at_work
        assert len(attachments.of_filing(opened, own, case.row.id, LATER)) == 2


def test_files_to_fill_and_read_hold_what_was_sent(opened, case, officer):
    for made in (filings.template, narrative.word_file):
        text = _text(made(opened, officer, case.row.id, LATER)[1])
        assert WORDS[2] in text
        assert not any(WORDS[number] in text for number in UNSENT), made
    assert documents.document(opened, officer, case.row.id, "pdf", LATER).version == 2
    assert documents.word(opened, officer, case.row.id, LATER)[0] == 2


def test_a_file_attached_after_the_return_waits_until_it_is_sent(opened, case, officer, central, approver):
    for receiver in (officer, central):
        assert [each.row.id for each in attachments.of_filing(opened, receiver, case.row.id, LATER)] == [case.files[2]]
        assert attachments.file(opened, receiver, case.row.id, case.files[2], LATER)[1]
        with pytest.raises(NotFound):
            attachments.file(opened, receiver, case.row.id, case.files[3], LATER)
    row = filings.open_one(opened, approver, case.row.id, LATER).row
    filings.send(opened, approver, row.id, revision=row.revision, now=LATER)
    assert len(attachments.of_filing(opened, officer, case.row.id, LATER)) == 2
    assert attachments.file(opened, officer, case.row.id, case.files[3], LATER)[1]


def test_lists_name_the_version_that_was_sent_last(opened, case, officer, central, approver):
    query = FilingQuery(unit_id="X11", period=PERIOD)
    versions = {who.name: filings.search(opened, who, query, LATER).rows[0].version for who in (officer, central)}
    assert set(versions.values()) == {2}
    assert filings.search(opened, approver, query, LATER).rows[0].version == 3


def test_sent_again_the_new_version_is_open_and_the_one_between_stays_closed(opened, case, officer, approver):
    row = filings.open_one(opened, approver, case.row.id, LATER).row
    filings.send(opened, approver, row.id, revision=row.revision, now=LATER)
    view = filings.open_one(opened, officer, case.row.id, LATER)
    assert [each.number for each in view.versions] == [3, 2]
    assert not view.unit_at_work
    assert comparing.compare(opened, officer, case.row.id, 2, 3, LATER).changes
    with pytest.raises(NotFound):
        comparing.compare(opened, officer, case.row.id, 1, 3, LATER)


def test_what_is_withdrawn_before_it_is_accepted_is_with_the_unit_alone(opened, case, officer, approver):
    row = filings.open_one(opened, approver, case.row.id, LATER).row
    sent = filings.send(opened, approver, row.id, revision=row.revision, now=at(20))
    sending = filings.open_one(opened, officer, row.id, at(20)).decisions[-1].id
    filings.withdraw(opened, approver, row.id, revision=sent.revision, reason="Nhầm số", now=at(21))
    view = filings.open_one(opened, officer, row.id, LATER)
    assert (view.row.version, view.values.outline) == (2, {"s1": WORDS[2]})
    assert [each.event for each in view.decisions][-2:] == ["send", "withdraw"], "it knows that and why"
    assert view.decisions[-1].reason == "Nhầm số"
    with pytest.raises(NotFound):
        proofs.of_sending(opened, officer, sending, LATER)
    assert proofs.of_sending(opened, officer, case.sending, LATER).version == 2
    assert proofs.of_sending(opened, approver, sending, LATER).version == 3


def test_a_first_sending_that_was_withdrawn_leaves_nothing(opened, handed_in, filing_of, officer, central, approver):
    handed_in(1, 0, "send")
    row = filing_of("X11")
    filings.withdraw(opened, approver, row.id, revision=row.revision, reason="Nhầm", now=at(1))
    assert filings.open_one(opened, officer, row.id, LATER).values.outline == {}
    with pytest.raises(NotFound):
        filings.open_one(opened, central, row.id, LATER)


def test_an_officer_sees_that_a_unit_below_has_not_sent_and_none_of_its_figures(opened, handed_in, filing_of, officer):
    submission = handed_in(1, 0)
    view = filings.open_one(opened, officer, filing_of("X11").id, LATER)
    assert (view.row.version, view.values.forms, view.versions, view.submissions) == (None, {}, [], [])
    assert view.unit_at_work
    with pytest.raises(NotFound):
        documents.document(opened, officer, view.row.id, "pdf", LATER)
    with pytest.raises(NotFound):
        intake.submission_content(opened, officer, submission, LATER)


def test_an_amendment_in_the_making_leaves_the_accepted_version_in_sight(
    opened, handed_in, filing_of, accept, officer, central, approver
):
    handed_in(1, 0, "send")
    accept("X11", now=at(1))
    row = filing_of("X11")
    row = review.finalise(opened, officer, row.id, revision=row.revision, now=at(2))
    filings.amend(opened, approver, row.id, revision=row.revision, reason="Bổ sung", now=at(3))
    handed_in(2, 4)
    for receiver in (officer, central):
        view = filings.open_one(opened, receiver, row.id, LATER)
        assert (view.row.version, view.row.accepted_version, view.unit_at_work) == (1, 1, True)
        assert view.decisions[-1].reason == "Bổ sung"


def test_who_is_on_both_sides_sees_all(opened, case):
    both = Actor("both", "Hai vai", "P1", (Grant("officer", "P1"), Grant("checker", "X11")))
    assert filings.open_one(opened, both, case.row.id, LATER).row.version == 3


def test_whoever_enters_for_the_unit_sees_what_it_typed_and_loses_it_by_sending(opened, case, officer):
    on_behalf.begin(opened, officer, case.row.id, reason="Đơn vị mất mạng", now=at(10))
    view = filings.open_one(opened, officer, case.row.id, at(11))
    assert (view.row.version, len(view.versions), view.unit_at_work) == (3, 3, False)
    filings.send(opened, officer, case.row.id, revision=view.row.revision, now=at(12))
    assert [each.number for each in filings.open_one(opened, officer, case.row.id, LATER).versions] == [3, 2]


def test_an_explanation_written_after_the_return_waits_too(opened, submit, document, filing_of, approver, officer):
    costly = {"r02.c04": "9000.00", "r01.c04": "9012.50"}
    told = submit("X11", approver, content=document("X11", cells=costly), now=at(0)).findings
    warned = [each.key for each in told if each.severity == "warning"]
    sent = submit(
        "X11", approver, now=at(1), content=document("X11", cells=costly, explanations=dict.fromkeys(warned, "Trước"))
    )
    assert sent.state == "submitted"
    row = filing_of("X11")
    row = review.send_back(opened, officer, row.id, revision=row.revision, reason="Giải trình lại", now=at(2))
    assert set(filings.open_one(opened, officer, row.id, at(3)).explanations.values()) == {"Trước"}
    filings.explain(opened, approver, row.id, dict.fromkeys(warned, "Sau"), at(4))
    assert set(filings.open_one(opened, approver, row.id, LATER).explanations.values()) == {"Sau"}
    assert "Sau" not in filings.open_one(opened, officer, row.id, LATER).explanations.values()


def test_last_periods_draft_stands_beside_the_report_for_the_unit_alone(
    opened, submit, document, filing_of, approver, officer
):
    opening.open_due(opened, NOW, since=date(2026, 8, 1))
    submit("X11", approver, content=document("X11", period="2026-M08", men=7), intent="draft")
    submit("X11", approver, content=document("X11", men=7), now=at(1), intent="send")
    row = filing_of("X11")
    own = filings.open_one(opened, approver, row.id, LATER)
    assert own.previous is not None
    assert own.context.previous is not None
    seen = filings.open_one(opened, officer, row.id, LATER)
    assert (seen.previous, seen.context.previous) == (None, None)


def test_a_rule_on_trial_asks_only_reports_that_were_sent(opened, submit, central, case):
    submit("X12", intent="draft")
    tried = backtest.backtest(opened, central, EDITION, "c02 > 1000", LATER, form="F1", periods=[PERIOD])
    assert (tried.asked, [each.filing.id for each in tried.failed]) == (1, [case.row.id])


def test_words_for_both_sides_are_read_at_once_without_naming_an_unsent_version(opened, case, approver, officer):
    for audience, text in (("unit", "Nội bộ"), ("both", "Chúng tôi đang sửa")):
        remarks.add(
            opened, approver, case.row.id, kind="comment", audience=audience, place="", text=text,
            key=f"khoa-{audience}-1", now=at(8),
        )  # fmt: skip
    read = [each.remark for each in remarks.threads(opened, officer, case.row.id, LATER) if each.remark.kind != "point"]
    assert [(each.text, each.version) for each in read] == [("Chúng tôi đang sửa", None)]
    asked = remarks.add(
        opened, officer, case.row.id, kind="question", audience="both", place="", text="Bao giờ xong?",
        key="khoa-hoi-1", now=at(9),
    )  # fmt: skip
    assert asked.version == 2, "the receiver speaks of what it was sent"


def _many(document, *units: str) -> bytes:
    return json.dumps({"reports": [json.loads(document(unit)) for unit in units]}, ensure_ascii=False).encode()


def _in_one_file(hub, content: bytes, now: datetime = NOW):
    sender = Actor("sender", "Người gửi chung", "VN", (Grant("approver", "VN"),))
    return intake.receive_many(hub, sender, Envelope(content, "json", idempotency_key="k", intent="send"), now)


def test_an_original_with_another_units_report_is_opened_by_who_may_see_both(opened, document, make_actor, officer):
    receipts = _in_one_file(opened, _many(document, "X11", "X21"))
    assert [each.state for each in receipts] == ["submitted", "submitted"]
    first = receipts[0].submission_id
    assert intake.submission_content(opened, make_actor("central", "VN"), first, LATER)[1]
    for other in (officer, make_actor("reporter", "X11")):
        assert filings.open_one(opened, other, receipts[0].filing_id, LATER).row.version == 1
        with pytest.raises(NotFound) as refusal:
            intake.submission_content(opened, other, first, LATER)
        assert "đơn vị khác" in refusal.value.message_vi


def test_an_original_whose_other_report_was_refused_or_withdrawn_is_opened_by_its_own_side_alone(
    opened, document, make_actor, officer
):
    broken = json.loads(document("X12", cells={"r01.c02": 99}))
    body = {"reports": [json.loads(document("X11")), broken]}
    taken, refused = _in_one_file(opened, json.dumps(body).encode())
    assert (taken.state, refused.verdict) == ("submitted", "refused")
    with pytest.raises(NotFound):
        intake.submission_content(opened, officer, taken.submission_id, LATER)
    assert intake.submission_content(opened, make_actor("checker", "P1"), taken.submission_id, LATER)[1]


def test_the_reports_of_one_province_in_one_file_are_opened_by_its_officer(opened, document, officer):
    receipts = _in_one_file(opened, _many(document, "X11", "X12"))
    assert intake.submission_content(opened, officer, receipts[1].submission_id, LATER)[1]
    row = filings.open_one(opened, officer, receipts[0].filing_id, LATER).row
    approver = Actor("sender", "Người gửi chung", "VN", (Grant("approver", "VN"),))
    filings.withdraw(opened, approver, row.id, revision=row.revision, reason="Nhầm", now=at(5))
    with pytest.raises(NotFound):
        intake.submission_content(opened, officer, receipts[1].submission_id, LATER)


def test_receivers_change_nothing_by_what_they_do_not_see(opened, case, officer):
    with pytest.raises(Refused):
        review.accept(opened, officer, case.row.id, revision=case.row.revision, version=2, now=LATER)
    after = filings.open_one(opened, replace(officer), case.row.id, LATER).row
    assert (after.revision, after.state) == (case.row.revision, "draft")
