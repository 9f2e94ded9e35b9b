"""A PDF signed outside (PAdES): whether the document we made, and nothing else, was signed by a good certificate.

The file must begin with the very bytes of our document; what follows may only be signatures and what proves them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, StandardDiffPolicy
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.diff_analysis.form_rules_api import FormUpdatingRule
from pyhanko.sign.diff_analysis.policy_api import ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import DisallowedAlgorithmError, NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from hub.domain.signature import Verdict
from hub.readers.certificates import Evidence, judge_chain
from hub.readers.signer_words import describe, moment_problem

_FORM = DEFAULT_DIFF_POLICY.form_rule
assert isinstance(_FORM, FormUpdatingRule)
_ONLY_SIGNATURES = StandardDiffPolicy(
    DEFAULT_DIFF_POLICY.global_rules,
    FormUpdatingRule(_FORM.field_rules, ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"}),
)
"""What may be added to our document: signatures, their fields and appearances, evidence for later."""
_END = re.compile(rb"startxref\s+\d+\s+%%EOF\s{0,2}\Z")


def judge_pdf(
    content: bytes, document: bytes, roots: Sequence[x509.Certificate], *, made_at: datetime, now: datetime
) -> Verdict:
    """The verdict on a file that is to be ``document`` signed. Never raises for what the file holds."""
    bare = Verdict("pdf")
    if not content.startswith(document):
        return replace(bare, problem=_why_not_ours(content))
    try:
        reader = PdfFileReader(io.BytesIO(content))
        signatures = reader.embedded_regular_signatures
        if not signatures:
            return replace(bare, problem="unsigned" if content == document else "changed_after")
        return _judge(reader, signatures, content, document, roots, made_at, now)
    except DisallowedAlgorithmError:
        return replace(bare, problem="weak")
    except Exception:  # a hostile file can break a parser anywhere; it is refused, whatever it broke
        return replace(bare, problem="broken")


def _why_not_ours(content: bytes) -> str:
    if not content.startswith(b"%PDF-"):
        return "broken"
    try:
        return "encrypted" if PdfFileReader(io.BytesIO(content)).encrypted else "not_ours"
    except Exception:
        return "not_ours"


def _judge(
    reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature], content: bytes, document: bytes,
    roots: Sequence[x509.Certificate], made_at: datetime, now: datetime,
) -> Verdict:  # fmt: skip
    if not _nothing_but_signatures(reader, document):
        return Verdict("pdf", "changed_before", signatures=len(signatures))
    verdicts = [_judge_one(reader, each, roots, made_at, now) for each in signatures]
    failed = next((verdict for verdict in verdicts if not verdict.holds), None)
    if failed is None and not _reaches_the_end(reader, content):
        failed = replace(verdicts[-1], problem="changed_after")
    return replace(failed or verdicts[-1], signatures=len(signatures))


def _nothing_but_signatures(reader: PdfFileReader, document: bytes) -> bool:
    """No revision since ours did anything but sign: not before a signature, between signatures or after the last."""
    ours = PdfFileReader(io.BytesIO(document)).xrefs.total_revisions - 1
    result = _ONLY_SIGNATURES.review_file(reader, ours, doc_mdp=MDPPerm.FILL_FORMS)
    return isinstance(result, DiffResult) and result.modification_level <= ModificationLevel.FORM_FILLING


def _reaches_the_end(reader: PdfFileReader, content: bytes) -> bool:
    """The last signature or time stamp covers the whole file, or a proper revision follows it and then nothing.

    What such a revision may hold has been reviewed with the others.
    """
    last = reader.embedded_signatures[-1]
    if last.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    return last.signed_revision < reader.xrefs.total_revisions - 1 and _END.search(content[-200:]) is not None


def _judge_one(
    reader: PdfFileReader, signature: EmbeddedPdfSignature, roots: Sequence[x509.Certificate], made_at: datetime,
    now: datetime,
) -> Verdict:  # fmt: skip
    evidence = Evidence(
        [*signature.other_embedded_certs, *_stored_certificates(reader)],
        list(_crls(reader, signature)), list(_ocsps(reader, signature)),
    )  # fmt: skip
    status = _status(signature, roots, evidence, now)
    found = describe(Verdict("pdf"), signature.signer_cert)
    if not (status.intact and status.valid):
        return replace(found, problem="changed")
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return replace(found, problem="changed_before")
    if status.modification_level is None or status.modification_level > ModificationLevel.FORM_FILLING:
        return replace(found, problem="changed_after")
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.valid and stamp.trusted
    moment = stamp.timestamp if stamp is not None and stamped else status.signer_reported_dt
    found = replace(found, signed_at=moment, time="stamp" if stamped else "signer")
    problem = moment_problem(moment, made_at, now)
    if problem is not None or moment is None:
        return replace(found, problem=problem)
    chain = judge_chain(signature.signer_cert, evidence, roots, moment=moment, now=now, stamped=stamped)
    return describe(replace(found, problem=chain.problem, revocation=chain.revocation), None, chain.certificates)


def _status(
    signature: EmbeddedPdfSignature, roots: Sequence[x509.Certificate], evidence: Evidence, now: datetime
) -> PdfSignatureStatus:
    """Integrity and time stamp; the signer's own chain is judged at the moment of signing, which follows from these."""
    context = ValidationContext(
        trust_roots=list(roots), other_certs=list(evidence.certificates), moment=now, allow_fetching=False,
        crls=list(evidence.crls), ocsps=list(evidence.ocsps), revocation_mode="soft-fail", retroactive_revinfo=True,
    )  # fmt: skip
    return validate_pdf_signature(signature, context, diff_policy=_ONLY_SIGNATURES)


# --- evidence --------------------------------------------------------------------------------------------------------


def _crls(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> Iterator[crl.CertificateList]:
    for choice in signature.signed_data["crls"] or ():
        if isinstance(choice.chosen, crl.CertificateList):
            yield choice.chosen
    for archived in _archived(signature.signer_info):
        yield from archived["crl"] or ()
    store = _store(reader)
    for reference in store.crls if store is not None else ():
        yield crl.CertificateList.load(reference.get_object().data)


def _ocsps(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> Iterator[ocsp.OCSPResponse]:
    for archived in _archived(signature.signer_info):
        yield from archived["ocsp"] or ()
    store = _store(reader)
    for reference in store.ocsps if store is not None else ():
        yield ocsp.OCSPResponse.load(reference.get_object().data)


def _archived(signer_info: cms.SignerInfo) -> Iterator[Any]:
    """What Adobe's attribute carries: lists and answers of the time of signing."""
    for attribute in signer_info["signed_attrs"]:
        if attribute["type"].native == "adobe_revocation_info_archival":
            yield from attribute["values"]


def _stored_certificates(reader: PdfFileReader) -> list[x509.Certificate]:
    store = _store(reader)
    return list(store.load_certs()) if store is not None else []


def _store(reader: PdfFileReader) -> DocumentSecurityStore | None:
    try:
        return DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return None
