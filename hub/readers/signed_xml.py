"""An XML document signed outside (XAdES, enveloped): whether what we made, and nothing else, was signed.

Only what the verifier returns as signed is compared with our document; and without its one signature the file must be
our document again, so that no reader of the file can meet anything that was not signed (signature wrapping).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from asn1crypto import crl, ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.exceptions import InvalidDigest, InvalidInput, InvalidSignature, SignXMLException
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier, XAdESVerifyResult

from hub.domain.signature import Verdict
from hub.readers.certificates import Evidence, judge_chain
from hub.readers.signer_words import describe, moment_problem

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_SIGNATURE = f"{_DS}Signature"
_MOST_CERTIFICATES = 10


def judge_xml(
    content: bytes, document: bytes, roots: Sequence[asn1.Certificate], *, made_at: datetime, now: datetime
) -> Verdict:
    """The verdict on a file that is to be ``document`` signed. Never raises for what the file holds."""
    bare = Verdict("xml")
    try:
        root = _parsed(content)
    except (etree.XMLSyntaxError, ValueError):
        return replace(bare, problem="broken")
    found = list(root.iter(_SIGNATURE))
    if not _is_ours(root, document):
        same = root.get("version_sha256") == _parsed(document).get("version_sha256") and root.get("filing")
        return replace(bare, problem="changed" if same else "not_ours", signatures=len(found))
    if not found:
        return replace(bare, problem="unsigned")
    if len(found) != 1 or found[0].getparent() is not root:
        return replace(bare, problem="not_ours", signatures=len(found))
    try:
        return _judge(content, found[0], document, roots, made_at, now)
    except Exception:  # whatever a hostile file breaks in the verifier, it is refused
        return replace(bare, problem="broken", signatures=1)


def _parsed(content: bytes) -> Any:
    """The root element. ValueError for a document type declaration: entities have no place here."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root: Any = etree.fromstring(content, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("doctype")
    return root


def _is_ours(root: Any, document: bytes) -> bool:
    """Whether the element, without the signatures directly below it, is our document."""
    copy = _parsed(etree.tostring(root, with_tail=False))
    for signature in copy.findall(_SIGNATURE):
        _take_out(signature)
    if len(copy):
        copy[-1].tail = (copy[-1].tail or "").rstrip() or None
    return _canonical(copy) == _canonical(_parsed(document))


def _take_out(element: Any) -> None:
    """Remove an element; white space that a tool put around it goes too, any other text stays and will differ."""
    before, parent, tail = element.getprevious(), element.getparent(), (element.tail or "").strip()
    if before is not None:
        before.tail = ((before.tail or "").rstrip() + tail) or None
    else:
        parent.text = ((parent.text or "").rstrip() + tail) or None
    parent.remove(element)


def _canonical(root: Any) -> bytes:
    return etree.tostring(root, method="c14n", exclusive=True, with_comments=True)


def _judge(
    content: bytes, signature: Any, document: bytes, roots: Sequence[asn1.Certificate], made_at: datetime, now: datetime
) -> Verdict:
    certificates = [x509.load_der_x509_certificate(der) for der in _encoded(signature, f"{_DS}X509Certificate")]
    if not certificates:
        return Verdict("xml", "broken", signatures=1)
    for certificate in certificates[:_MOST_CERTIFICATES]:
        results, problem = _verified(content, certificate)
        signer = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
        found = describe(Verdict("xml", signatures=1), signer)
        if results is None and problem == "wrong_key":
            continue  # the signer's certificate is another one of those given
        if results is None:
            return replace(found, problem=problem)
        if not any(_is_document(result.signed_xml, document) for result in results):
            return replace(found, problem="not_ours")
        others = [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in certificates]
        return _with_chain(found, signer, others, signature, results, roots, made_at, now)
    return Verdict("xml", "changed", signatures=1)


def _verified(content: bytes, certificate: x509.Certificate) -> tuple[list[Any] | None, str | None]:
    """What this certificate's key signed; else why not. Its dates are looked at with the chain, not here."""
    config = XAdESSignatureConfiguration(
        location="./", expect_references=True, verification_time=certificate.not_valid_before_utc
    )
    try:
        return XAdESVerifier().verify(content, x509_cert=certificate, expect_config=config), None
    except InvalidDigest:
        return None, "changed"
    except InvalidSignature:
        return None, "wrong_key"
    except InvalidInput as refusal:
        return None, "weak" if "forbidden by configuration" in str(refusal) else "changed"
    except SignXMLException:
        return None, "broken"


def _is_document(signed: Any, document: bytes) -> bool:
    return signed is not None and signed.tag != f"{_XADES}SignedProperties" and _is_ours(signed, document)


def _with_chain(
    found: Verdict, signer: asn1.Certificate, others: list[asn1.Certificate], signature: Any, results: list[Any],
    roots: Sequence[asn1.Certificate], made_at: datetime, now: datetime,
) -> Verdict:  # fmt: skip
    moment = _said_time(results)
    found = replace(found, signed_at=moment)
    problem = moment_problem(moment, made_at, now)
    if problem is not None or moment is None:
        return replace(found, problem=problem)
    evidence = Evidence(
        others + [asn1.Certificate.load(der) for der in _encoded(signature, f"{_XADES}EncapsulatedX509Certificate")],
        [crl.CertificateList.load(der) for tag in _CRLS for der in _encoded(signature, tag)],
        [ocsp.OCSPResponse.load(der) for der in _encoded(signature, f"{_XADES}EncapsulatedOCSPValue")],
    )
    chain = judge_chain(signer, evidence, roots, moment=moment, now=now, stamped=False)
    return describe(replace(found, problem=chain.problem, revocation=chain.revocation), None, chain.certificates)


_CRLS = (f"{_DS}X509CRL", f"{_XADES}EncapsulatedCRLValue")


def _said_time(results: list[Any]) -> datetime | None:
    """The signing time of the properties that were verified as signed."""
    for result in results:
        if isinstance(result, XAdESVerifyResult):
            said = result.signed_properties.findtext(f"{_XADES}SigningTime")
            try:
                return datetime.fromisoformat((said or "").strip())
            except ValueError:
                return None
    return None


def _encoded(element: Any, tag: str) -> Iterator[bytes]:
    for each in element.iter(tag):
        try:
            yield base64.b64decode("".join((each.text or "").split()), validate=True)
        except binascii.Error:
            continue
