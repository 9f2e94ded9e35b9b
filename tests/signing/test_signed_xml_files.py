"""A signed XML holds only if what was signed is our document, and the file holds nothing else (R22)."""

from __future__ import annotations

import base64
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree
from signxml import methods
from signxml.xades import XAdESSigner

from hub.demonstration.authority import sign_xml
from hub.domain.interchange import XML_NAMESPACE
from hub.readers.signed_xml import judge_xml
from hub.writers.xml import write_xml

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
MADE_AT = NOW - timedelta(hours=1)
DS = "{http://www.w3.org/2000/09/xmldsig#}"
HUB = f"{{{XML_NAMESPACE}}}"


@pytest.fixture
def xml(small_edition, values) -> bytes:
    """The report as the XML that is signed."""
    root = etree.fromstring(write_xml(small_edition, "X11", "2026-M09", "own", values))
    for name, text in (("filing", "abc-123"), ("version", "2"), ("version_sha256", "ab" * 32)):
        root.set(name, text)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


@pytest.fixture
def verdict_on(authority, xml):
    return lambda content: judge_xml(content, xml, authority.roots, made_at=MADE_AT, now=NOW)


def test_a_good_signature_holds_and_says_whose_it_is(authority, xml, verdict_on):
    verdict = verdict_on(sign_xml(xml, authority.issue(), NOW))
    assert (verdict.problem, verdict.signer, verdict.signed_at) == (None, "Nguyễn Văn Ký", NOW)
    assert len(verdict.chain) == 2


def test_white_space_that_a_tool_puts_around_the_signature_does_not_matter(authority, xml, verdict_on):
    root = etree.fromstring(xml)
    root[-1].tail = "\n  "
    assert verdict_on(sign_xml(etree.tostring(root), authority.issue(), NOW)).holds


@pytest.mark.parametrize(("since", "until", "problem"), [(-100, -1, "expired"), (1, 100, "not_yet_valid")])
def test_a_certificate_must_be_valid_when_it_signs(authority, xml, verdict_on, since, until, problem):
    assert verdict_on(sign_xml(xml, authority.issue(since=since, until=until), NOW)).problem == problem


def test_an_unknown_authority_is_refused(stranger, xml, verdict_on):
    assert verdict_on(sign_xml(xml, stranger.issue(), NOW)).problem == "unknown_authority"


@pytest.mark.parametrize("moment", [NOW - timedelta(days=2), NOW + timedelta(days=1)])
def test_a_signature_is_made_after_its_document_and_not_in_the_future(authority, xml, verdict_on, moment):
    assert verdict_on(sign_xml(xml, authority.issue(), moment)).problem == "wrong_time"


def test_a_revoked_certificate_is_refused(authority, xml, verdict_on):
    holder = authority.issue()
    signed = etree.fromstring(sign_xml(xml, holder, NOW))
    revoked = authority.revoking(holder, NOW - timedelta(days=1)).dump()
    evidence = etree.SubElement(
        signed.find(".//{*}QualifyingProperties"), "{http://uri.etsi.org/01903/v1.3.2#}UnsignedProperties"
    )
    for tag in ("UnsignedSignatureProperties", "RevocationValues", "CRLValues", "EncapsulatedCRLValue"):
        evidence = etree.SubElement(evidence, f"{{http://uri.etsi.org/01903/v1.3.2#}}{tag}")
    evidence.text = base64.b64encode(revoked).decode()
    assert verdict_on(etree.tostring(signed)).problem == "revoked"


def test_an_unsigned_document_is_told_so(xml, verdict_on):
    assert verdict_on(xml).problem == "unsigned"


def test_a_changed_figure_is_found(authority, xml, verdict_on):
    signed = sign_xml(xml, authority.issue(), NOW)
    assert b"1234567" in signed
    assert verdict_on(signed.replace(b"1234567", b"1234568", 1)).problem == "changed"


def test_another_report_is_not_ours(authority, xml, verdict_on):
    other = xml.replace(b'version="2"', b'version="1"').replace(b"ab" * 32, b"cd" * 32)
    assert verdict_on(sign_xml(other, authority.issue(), NOW)).problem == "not_ours"


def test_a_changed_signature_is_found(authority, xml, verdict_on):
    signed = etree.fromstring(sign_xml(xml, authority.issue(), NOW))
    time = signed.find(".//{*}SigningTime")
    time.text = (NOW - timedelta(minutes=5)).isoformat()
    assert verdict_on(etree.tostring(signed)).problem == "changed"


def _wrapped(signed: bytes, shape: str) -> bytes:
    """A forged report around the signed one, in the shapes that are known for fooling verifiers."""
    original = etree.fromstring(signed)
    forged = deepcopy(original)
    signature = forged.find(f"{DS}Signature")
    forged.remove(signature)
    for cell in forged.iter(f"{HUB}c01"):
        cell.text = "9"
    if shape == "original beside the signature":
        forged.append(signature)
        forged.append(original)
    elif shape == "original within the signature":
        etree.SubElement(signature, f"{DS}Object").append(original)
        forged.append(signature)
    elif shape == "forged within the original":
        original.insert(0, forged)
        return etree.tostring(original)
    elif shape == "original around a second signature":
        forged.append(signature)
        forged.append(deepcopy(signature))
    else:
        outer = etree.Element(f"{HUB}reports")
        outer.append(forged)
        outer.append(original)
        return etree.tostring(outer)
    return etree.tostring(forged)


@pytest.mark.parametrize(
    "shape",
    [
        "original beside the signature", "original within the signature", "forged within the original",
        "original around a second signature", "both under one root",
    ],
)  # fmt: skip
def test_wrapping_the_signed_report_in_another_is_refused(authority, xml, verdict_on, shape):
    signed = sign_xml(xml, authority.issue(), NOW)
    assert verdict_on(signed).holds
    assert not verdict_on(_wrapped(signed, shape)).holds


def test_a_signature_over_something_else_in_the_file_is_no_signature_of_the_report(authority, xml, verdict_on):
    """A good signature that speaks of an object of its own, put into our document."""
    other = etree.fromstring(b"<note>hello</note>")
    signer = XAdESSigner(method=methods.enveloping, signature_algorithm="ecdsa-sha256")
    holder = authority.issue()
    key = holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signature = signer.sign(other, key=key, cert=holder.pem.decode())
    root = etree.fromstring(xml)
    root.append(signature)
    assert not verdict_on(etree.tostring(root)).holds


def test_entities_and_rubbish_are_refused_in_words(authority, xml, verdict_on):
    signed = sign_xml(xml, authority.issue(), NOW)
    bomb = b'<!DOCTYPE r [<!ENTITY a "x">]>' + signed.partition(b"?>")[2]
    assert verdict_on(bomb).problem == "broken"
    assert verdict_on(b"<report").problem == "broken"
    assert verdict_on(b"<a/>").problem == "not_ours"
