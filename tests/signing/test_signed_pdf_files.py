"""A signed PDF holds only if it is our document, signed by a good certificate and untouched before and since (R22)."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader, PdfWriter

from hub.demonstration.authority import sign_pdf
from hub.domain.signature import PROBLEMS, Verdict
from hub.readers.limits import Limits
from hub.readers.signed import MOST_ADDED, judge
from hub.readers.signed_pdf import judge_pdf

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
MADE_AT = NOW - timedelta(hours=1)


@pytest.fixture
def verdict_on(authority, document):
    """``verdict_on(content) -> Verdict`` of a file that should be the document signed."""

    def judged(content: bytes, *, roots=None) -> Verdict:
        verdict = judge_pdf(content, document, roots or authority.roots, made_at=MADE_AT, now=NOW)
        assert verdict.problem is None or verdict.problem in PROBLEMS
        return verdict

    return judged


def test_a_good_signature_holds_and_says_whose_it_is(authority, document, verdict_on):
    verdict = verdict_on(sign_pdf(document, authority.issue(), NOW))
    assert verdict.holds
    assert (verdict.signer, verdict.organisation) == ("Nguyễn Văn Ký", "Ủy ban nhân dân xã X11")
    assert (verdict.signed_at, verdict.time, verdict.revocation) == (NOW, "signer", "not_checked")
    assert len(verdict.chain) == 2
    assert Verdict.from_json(verdict.as_json()) == verdict


def test_a_second_reader_finds_the_signature_whole(authority, document):
    signed = sign_pdf(document, authority.issue(), NOW)
    context = ValidationContext(trust_roots=authority.roots, moment=NOW)
    status = validate_pdf_signature(PdfFileReader(io.BytesIO(signed)).embedded_signatures[0], context)
    assert status.bottom_line
    assert PdfReader(io.BytesIO(signed)).get_fields()["ChuKySo"].get("/FT") == "/Sig"


def test_an_authority_between_is_taken_from_the_signature(authority, document, verdict_on):
    between = authority.issue("Cấp dưới", authority=True)
    verdict = verdict_on(sign_pdf(document, type(authority)(between).issue(), NOW))
    assert verdict.holds
    assert len(verdict.chain) == 3


def test_two_people_may_sign_one_document(authority, document, verdict_on):
    once = sign_pdf(document, authority.issue(), NOW)
    verdict = verdict_on(sign_pdf(once, authority.issue("Trần Thị Duyệt"), NOW, field="ChuKy2"))
    assert (verdict.holds, verdict.signatures, verdict.signer) == (True, 2, "Trần Thị Duyệt")


@pytest.mark.parametrize(
    ("since", "until", "problem"),
    [(-100, -1, "expired"), (1, 100, "not_yet_valid"), (-100, 0.02, None)],
)
def test_a_certificate_must_be_valid_when_it_signs(authority, document, verdict_on, since, until, problem):
    assert verdict_on(sign_pdf(document, authority.issue(since=since, until=until), NOW)).problem == problem


def test_an_unknown_authority_is_refused(stranger, document, verdict_on):
    assert verdict_on(sign_pdf(document, stranger.issue(), NOW)).problem == "unknown_authority"


def test_without_any_trusted_root_nobody_is_trusted(authority, document):
    signed = sign_pdf(document, authority.issue(), NOW)
    assert judge_pdf(signed, document, [], made_at=MADE_AT, now=NOW).problem == "unknown_authority"


def test_a_certificate_that_issues_or_only_encrypts_signs_no_report(authority, document, verdict_on):
    assert verdict_on(sign_pdf(document, authority.issue(signing=False), NOW)).problem == "wrong_usage"
    assert verdict_on(sign_pdf(document, authority.issue(authority=True), NOW)).problem == "wrong_usage"


@pytest.mark.parametrize("when", [NOW - timedelta(days=1), NOW - timedelta(minutes=1)])
def test_a_revoked_certificate_is_refused(authority, document, verdict_on, when):
    holder = authority.issue()
    signed_at = NOW - timedelta(minutes=30)
    signed = sign_pdf(document, holder, signed_at, crls=[authority.revoking(holder, when)])
    assert verdict_on(signed).problem == "revoked"


def test_a_list_of_revoked_certificates_without_this_one_says_it_is_good(authority, document, verdict_on):
    verdict = verdict_on(sign_pdf(document, authority.issue(), NOW, crls=[authority.revoking_nobody()]))
    assert (verdict.problem, verdict.revocation) == (None, "good")


@pytest.mark.parametrize("moment", [NOW - timedelta(days=2), NOW + timedelta(days=1)])
def test_a_signature_is_made_after_its_document_and_not_in_the_future(authority, document, verdict_on, moment):
    assert verdict_on(sign_pdf(document, authority.issue(), moment)).problem == "wrong_time"


def _stamper(authority, at: datetime) -> DummyTimeStamper:
    holder = authority.issue("Cơ quan dấu thời gian", stamping=True)
    private = holder.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificate = x509.Certificate.load(holder.certificate.public_bytes(Encoding.DER))
    above = SimpleCertificateStore.from_certs(authority.roots)
    return DummyTimeStamper(certificate, keys.PrivateKeyInfo.load(private), above, fixed_dt=at)


def test_a_time_stamp_says_when_and_outlives_a_later_revocation(authority, document, verdict_on):
    holder, stamped_at = authority.issue(), NOW - timedelta(minutes=30)
    revoked = [authority.revoking(holder, NOW - timedelta(minutes=5))]
    moment = NOW - timedelta(minutes=31)
    stamped = sign_pdf(document, holder, moment, crls=revoked, stamper=_stamper(authority, stamped_at))
    verdict = verdict_on(stamped)
    assert (verdict.problem, verdict.time, verdict.signed_at) == (None, "stamp", stamped_at)
    assert verdict_on(sign_pdf(document, holder, moment, crls=revoked)).problem == "revoked"


def test_a_time_stamp_of_an_unknown_authority_proves_no_time(authority, stranger, document, verdict_on):
    signed = sign_pdf(document, authority.issue(), NOW, stamper=_stamper(stranger, NOW - timedelta(minutes=5)))
    verdict = verdict_on(signed)
    assert (verdict.problem, verdict.time, verdict.signed_at) == (None, "signer", NOW)


def test_a_document_without_a_signature_is_told_so(document, verdict_on):
    assert verdict_on(document).problem == "unsigned"


def test_any_changed_byte_is_found(authority, document, verdict_on):
    signed = sign_pdf(document, authority.issue(), NOW)
    for at in (len(document) // 2, len(document) + 200, len(signed) - 3):
        broken = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
        assert not verdict_on(broken).holds


def test_anything_appended_after_the_signature_is_found(authority, document, verdict_on):
    signed = sign_pdf(document, authority.issue(), NOW)
    assert verdict_on(signed + b"\n% more").problem in {"changed_after", "broken"}
    assert verdict_on(_with_other_page(signed)).problem in {"changed_before", "changed_after"}


def test_a_page_changed_before_signing_is_found(authority, document, verdict_on):
    """The file begins with our bytes, and its signature is good: but another page was put over ours."""
    verdict = verdict_on(sign_pdf(_with_other_page(document), authority.issue(), NOW))
    assert verdict.problem == "changed_before"


def _with_other_page(content: bytes) -> bytes:
    """An update that replaces what stands on the first page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[generic.pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"0 0 50 50 re f"))
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def test_another_file_is_not_ours_however_well_it_is_signed(authority, verdict_on):
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    output = io.BytesIO()
    writer.write(output)
    assert verdict_on(sign_pdf(output.getvalue(), authority.issue(), NOW)).problem == "not_ours"


def test_a_file_saved_anew_is_not_ours_any_more(document, verdict_on):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(document)))
    output = io.BytesIO()
    writer.write(output)
    assert verdict_on(output.getvalue()).problem == "not_ours"


def test_a_file_with_a_password_is_told_so(document, verdict_on):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(document)))
    writer.encrypt("mật khẩu", algorithm="AES-256")
    output = io.BytesIO()
    writer.write(output)
    assert verdict_on(output.getvalue()).problem == "encrypted"


def test_rubbish_is_refused_in_words(document, verdict_on):
    assert verdict_on(b"").problem == "broken"
    assert verdict_on(b"%PDF-1.7 nothing").problem in {"broken", "not_ours"}
    assert not verdict_on(document + b"\nxref\n0 1\ntrailer<</Prev 0>>startxref\n99999999\n%%EOF").holds


def test_a_file_is_judged_in_a_child_held_to_limits(authority, document):
    asked = {"made_at": MADE_AT, "now": NOW, "limits": Limits()}
    good = judge("pdf", sign_pdf(document, authority.issue(), NOW), document, [authority.root.pem], **asked)
    assert good.holds
    huge = document + b"0" * (MOST_ADDED + 1)
    assert judge("pdf", huge, document, [authority.root.pem], **asked).problem == "too_large"
