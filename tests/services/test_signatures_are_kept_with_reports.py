"""A report is signed by a file that was signed outside; what was signed is one version and no other (R22)."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader

from hub.demonstration.authority import issue, kept_root, sign_for_show, sign_pdf, sign_xml
from hub.domain.workflow import SignOff
from hub.errors import Conflict, Forbidden, NotFound, Refused, TooLarge
from hub.services import documents, filings, proofs, review, signing, steps, verify
from hub.store import tables, versions

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def checked(trusting, opened, submit, make_actor, filing_of):
    """The report of X11 entered, checked and to be signed by different people."""
    approver = make_actor("approver", "X11")
    steps.choose(trusting, approver, "X11", "", asked=SignOff(("sign",), True), now=NOW)
    submit("X11", actor=make_actor("reporter", "X11"), intent="draft")
    row = filing_of("X11")
    filings.check(trusting, make_actor("checker", "X11"), row.id, revision=row.revision, now=NOW)
    return trusting


@pytest.fixture
def signer(make_actor):
    return make_actor("signer", "X11")


@pytest.fixture
def sign(trusting, signer, filing_of, holder):
    """``sign(content=None, kind="pdf", actor=signer)``: the present document, signed, is handed in."""

    def do(content: bytes | None = None, *, kind="pdf", actor=None, now=NOW):
        actor, row = actor or signer, filing_of("X11")
        if content is None:
            ours = documents.document(trusting, actor, row.id, kind, now).content
            content = (sign_pdf if kind == "pdf" else sign_xml)(ours, holder, now)
        return signing.sign(trusting, actor, row.id, revision=row.revision, content=content, now=now)

    return do


@pytest.mark.parametrize("kind", ["pdf", "xml"])
def test_a_signed_file_is_kept_and_the_report_can_be_sent(checked, sign, signer, filing_of, kind):
    kept = sign(kind=kind)
    assert (kept.signer, kept.kind, filing_of("X11").state) == ("Nguyễn Văn Ký", kind, "signed")
    row, content = signing.signed_file(checked, signer, kept.id, NOW)
    assert hashlib.sha256(content).hexdigest() == row.sha256
    assert row.verdict["edition_sha256"] == "0" * 64
    present = filing_of("X11")
    assert filings.send(checked, signer, present.id, revision=present.revision, now=NOW).state == "submitted"
    proof = proofs.of_version(checked, signer, present.id, 1, NOW)
    assert proof.holds
    assert proof.stands
    assert proof.on_time
    assert proofs.recognise(checked, signer, proof, content, NOW).en.startswith("the " + kind.upper())
    assert proofs.recognise(checked, signer, proof, content + b" ", NOW) is None


def test_the_document_holds_the_canonical_report_and_is_made_once(checked, signer, filing_of):
    row = filing_of("X11")
    first = documents.document(checked, signer, row.id, "pdf", NOW)
    assert documents.document(checked, signer, row.id, "pdf", NOW + timedelta(days=1)) == first
    attached = PdfReader(io.BytesIO(first.content)).attachments["report.json"][0]
    with checked.database.read() as connection:
        assert hashlib.sha256(attached).hexdigest() == versions.sha256_of(connection, row.id, 1)


def test_the_same_file_twice_is_one_signature(checked, sign, signer, filing_of, holder):
    ours = documents.document(checked, signer, filing_of("X11").id, "pdf", NOW).content
    content = sign_pdf(ours, holder, NOW)
    revision = filing_of("X11").revision
    both = [
        signing.sign(checked, signer, filing_of("X11").id, revision=revision, content=content, now=NOW)
        for _ in range(2)
    ]
    assert both[0].id == both[1].id
    view = filings.open_one(checked, signer, filing_of("X11").id, NOW)
    assert sorted(decision.event for decision in view.decisions) == ["check", "sign"]


def test_editing_drops_the_signature_which_stays_in_the_history(checked, sign, submit, make_actor, filing_of, document):
    sign()
    submit("X11", actor=make_actor("reporter", "X11"), content=document("X11", men=9), intent="draft")
    row = filing_of("X11")
    assert (row.state, row.version) == ("draft", 2)
    filings.check(checked, make_actor("checker", "X11"), row.id, revision=row.revision, now=NOW)
    row = filing_of("X11")
    with pytest.raises(Refused):
        filings.send(checked, make_actor("approver", "X11"), row.id, revision=row.revision, now=NOW)
    kept = signing.of_filing(checked, make_actor("signer", "X11"), row.id, NOW)
    assert [each.version for each in kept] == [1]


def test_what_signs_an_earlier_version_is_told_which(
    checked, sign, signer, submit, make_actor, filing_of, document, holder
):
    for kind, put_on in (("pdf", sign_pdf), ("xml", sign_xml)):
        row = filing_of("X11")
        old = put_on(documents.document(checked, signer, row.id, kind, NOW).content, holder, NOW)
        version = row.version
        changed = document("X11", men=(version or 0) + 20)
        submit("X11", actor=make_actor("reporter", "X11"), content=changed, intent="draft")
        row = filing_of("X11")
        filings.check(checked, make_actor("checker", "X11"), row.id, revision=row.revision, now=NOW)
        with pytest.raises(Refused, match=f"signs version {version}"):
            sign(old)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda ours, holder: ours, "no signature"),
        (lambda ours, holder: b"PK hello", "cannot be read"),
        (lambda ours, holder: sign_pdf(ours, holder, NOW)[:-7] + b"\n\n%EOF\n", "damaged|changed"),
        (lambda ours, holder: sign_pdf(ours, holder, NOW + timedelta(days=1)), "clock"),
    ],
)
def test_a_refused_file_changes_nothing_and_is_told_why(checked, sign, signer, filing_of, holder, make, words):
    before = filing_of("X11")
    ours = documents.document(checked, signer, before.id, "pdf", NOW).content
    with pytest.raises(Refused, match=words):
        sign(make(ours, holder))
    assert filing_of("X11") == before
    assert signing.of_filing(checked, signer, before.id, NOW) == []


def test_who_entered_or_checked_does_not_sign_where_the_unit_wants_different_people(checked, sign, filing_of, signer):
    with checked.database.write() as connection:
        checker = connection.execute(tables.decision.select().where(tables.decision.c.event == "check")).one()
        connection.execute(
            tables.role_grant.update().where(tables.role_grant.c.account_id == checker.account_id).values(role="signer")
        )
    both = replace(signer, account_id=checker.account_id)
    with pytest.raises(Forbidden, match="checked"):
        sign(actor=both)
    assert sign().signer == "Nguyễn Văn Ký"


@pytest.mark.parametrize("role", ["reporter", "checker", "approver", "officer"])
def test_only_a_signer_hands_in_a_signature(checked, sign, make_actor, role):
    with pytest.raises((Forbidden, NotFound)):
        sign(b"%PDF-", actor=make_actor(role, "P1" if role == "officer" else "X11"))


def test_a_report_that_changed_meanwhile_is_not_signed(checked, signer, filing_of, holder):
    row = filing_of("X11")
    content = sign_pdf(documents.document(checked, signer, row.id, "pdf", NOW).content, holder, NOW)
    with pytest.raises(Conflict):
        signing.sign(checked, signer, row.id, revision=row.revision - 1, content=content, now=NOW)


def test_a_huge_file_is_refused_before_it_is_looked_at(checked, sign):
    with pytest.raises(TooLarge):
        sign(b"%PDF-" + b"0" * checked.config.max_upload_bytes)


def test_after_a_withdrawal_the_same_signature_counts_again_once_it_is_handed_in(
    checked, sign, signer, filing_of, make_actor
):
    kept = sign()
    row = filing_of("X11")
    row = filings.send(checked, signer, row.id, revision=row.revision, now=NOW)
    row = filings.withdraw(checked, signer, row.id, revision=row.revision, reason="Xem lại", now=NOW)
    filings.check(checked, make_actor("checker", "X11"), row.id, revision=row.revision, now=NOW)
    content = signing.signed_file(checked, signer, kept.id, NOW)[1]
    assert sign(content).id == kept.id
    assert filing_of("X11").state == "signed"


def test_a_receipt_says_when_its_sending_does_not_stand_any_more(checked, sign, signer, filing_of, make_actor):
    sign()
    row = filing_of("X11")
    row = filings.send(checked, signer, row.id, revision=row.revision, now=NOW)
    sending = next(each for each in filings.open_one(checked, signer, row.id, NOW).decisions if each.event == "send")
    assert proofs.of_sending(checked, signer, sending.id, NOW).stands
    review.send_back(
        checked, make_actor("officer", row.receiver_id), row.id, revision=row.revision, version=1, reason="Sửa", now=NOW
    )  # fmt: skip
    proof = proofs.of_sending(checked, signer, sending.id, NOW)
    assert (proof.holds, proof.stands) == (True, False)
    with pytest.raises(NotFound):
        proofs.of_sending(checked, make_actor("reporter", "X21"), sending.id, NOW)
    with pytest.raises(NotFound):
        proofs.of_sending(checked, signer, "nothing", NOW)


def test_a_real_hub_takes_no_certificate_of_a_demonstration(checked, sign, signer, filing_of):
    """Whatever the hub is made to trust: the root says in its own name that it is worth nothing."""
    row = filing_of("X11")
    ours = documents.document(checked, signer, row.id, "pdf", NOW).content
    shown = sign_for_show(checked.config.var, "pdf", ours, "Nguyễn Văn A", "Xã X11", NOW)
    with pytest.raises(Refused, match="demonstrations only"):
        sign(shown)
    (checked.config.trust_roots[0] / "demo.pem").write_bytes(kept_root(checked.config.var, NOW).pem)
    with pytest.raises(Refused, match="demonstrations only"):
        sign(shown)
    assert signing.trusted_roots(checked)  # the folder's only


def test_a_hub_that_demonstrates_trusts_its_own_authority(checked, sign, signer, filing_of):
    object.__setattr__(checked, "config", replace(checked.config, demonstration=True))
    row = filing_of("X11")
    ours = documents.document(checked, signer, row.id, "pdf", NOW).content
    kept = sign(sign_for_show(checked.config.var, "pdf", ours, "Nguyễn Văn A", "Xã X11", NOW))
    assert kept.signer == "Nguyễn Văn A (minh họa)"


def test_verification_finds_what_was_changed_of_signatures_and_documents(checked, sign, filing_of):
    kept = sign()
    assert verify.everything(checked).holds
    assert verify.everything(checked).looked_at["signatures"] == 1
    with checked.database.write() as connection:
        connection.execute(tables.signature.update().values(version_sha256="0" * 64))
        connection.execute(tables.report_document.update().values(content=b"%PDF-other"))
    problems = verify.everything(checked).problems
    assert any(kept.id in problem and "version" in problem for problem in problems)
    assert any("document" in problem for problem in problems)


def test_a_certificate_that_expired_since_still_counts_for_what_it_signed(
    checked, sign, signer, filing_of, signing_root
):
    brief = issue(
        signing_root, "Người ký ngắn hạn", valid_from=NOW - timedelta(days=1), valid_to=NOW + timedelta(minutes=1),
        unit="",
    )  # fmt: skip
    ours = documents.document(checked, signer, filing_of("X11").id, "pdf", NOW).content
    assert sign(sign_pdf(ours, brief, NOW), now=NOW + timedelta(minutes=5)).signer == "Người ký ngắn hạn"


def test_nothing_is_judged_for_a_revision_that_is_not_there_yet(checked, signer, filing_of, holder, monkeypatch):
    """Else a file judged over one version could be kept for the next, saved while it was judged."""
    row = filing_of("X11")
    content = sign_pdf(documents.document(checked, signer, row.id, "pdf", NOW).content, holder, NOW)
    monkeypatch.setattr(signing, "_judged", None)
    with pytest.raises(Conflict):
        signing.sign(checked, signer, row.id, revision=row.revision + 1, content=content, now=NOW)
