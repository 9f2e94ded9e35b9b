"""An authority for demonstrations: a root and people's certificates under ``var/authority``, worth nothing elsewhere.

Its root says so in its own name; only a hub that demonstrates trusts it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from lxml import etree
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from signxml import methods
from signxml.xades.xades import XAdESSigner

from hub.domain.signature import Kind
from hub.services.signing import DEMONSTRATION_ROOT, DEMONSTRATION_UNIT

_ROOT_NAME = "Chứng thư minh họa (không có giá trị)"
_YEARS = timedelta(days=3650)
FIELD = "ChuKySo"


Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Holder:
    """A certificate with its key, and the certificates above it."""

    certificate: x509.Certificate
    key: Key
    above: Sequence[x509.Certificate] = ()

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


def make_root(now: datetime, name: str = _ROOT_NAME, unit: str = DEMONSTRATION_UNIT) -> Holder:
    """A new self-signed root for ten years."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name, unit)
    built = _builder(subject, subject, key, now - timedelta(days=1), now + _YEARS)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    built = built.add_extension(_usage(authority=True), critical=True)
    return Holder(built.sign(key, hashes.SHA256()), key)


def issue(
    root: Holder, name: str, *, valid_from: datetime, valid_to: datetime, organisation: str = "",
    authority: bool = False, unit: str = DEMONSTRATION_UNIT, signing: bool = True, stamping: bool = False,
) -> Holder:  # fmt: skip
    """A certificate of the root for a person, for an authority below it, or for one that stamps times (RSA)."""
    key = rsa.generate_private_key(65537, 2048) if stamping else ec.generate_private_key(ec.SECP256R1())
    subject = _name(name, unit, organisation)
    built = _builder(subject, root.certificate.subject, key, valid_from, valid_to)
    built = built.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    built = built.add_extension(_usage(authority=authority, signing=signing), critical=True)
    if stamping:
        purpose = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.TIME_STAMPING])
        built = built.add_extension(purpose, critical=True)
    built = built.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()), critical=False
    )
    return Holder(built.sign(root.key, hashes.SHA256()), key, (root.certificate, *root.above))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(since).not_valid_after(until)
    return built.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _name(name: str, unit: str, organisation: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    parts += [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64])] if organisation else []
    parts += [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit)] if unit else []
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _usage(*, authority: bool, signing: bool = True) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signing and not authority, content_commitment=signing and not authority,
        key_encipherment=not signing, data_encipherment=False, key_agreement=False, key_cert_sign=authority,
        crl_sign=authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip


# --- signing ---------------------------------------------------------------------------------------------------------


class _SignerAt(signers.PdfSigner):
    """Signs as of a moment of the demonstration's clock."""

    moment: datetime

    def init_signing_session(self, *arguments: Any, **named: Any) -> Any:
        session = super().init_signing_session(*arguments, **named)
        session.system_time = self.moment
        return session


def sign_pdf(
    content: bytes, holder: Holder, moment: datetime, *, crls: Sequence[asn1_crl.CertificateList] = (),
    field: str = FIELD, stamper: TimeStamper | None = None,
) -> bytes:  # fmt: skip
    """The PDF with a PAdES signature of the holder appended; ``crls`` are embedded beside it.

    ``stamper``: the authority whose time stamp the signature carries, if any.
    """
    above = [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in holder.above]
    private = holder.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        asn1.Certificate.load(holder.certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(private),
        SimpleCertificateStore.from_certs(above),
    )
    about = signers.PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES)
    work = _SignerAt(about, signer, timestamper=stamper)
    work.moment = moment
    signed = work.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content))).getvalue()
    return _with_evidence(signed, crls) if crls else signed


def _with_evidence(content: bytes, crls: Sequence[asn1_crl.CertificateList]) -> bytes:
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    work = IncrementalPdfFileWriter(io.BytesIO(content))
    DocumentSecurityStore.supply_dss_in_writer(work, sig_contents=None, crls=list(crls))
    output = io.BytesIO()
    work.write(output)
    return output.getvalue()


class _XmlSignerAt(XAdESSigner):
    moment: datetime

    def add_signing_time(self, signed_signature_properties: Any, sig_root: Any, signing_settings: Any) -> None:
        super().add_signing_time(signed_signature_properties, sig_root, signing_settings)
        signed_signature_properties[-1].text = self.moment.isoformat(timespec="seconds")


def sign_xml(content: bytes, holder: Holder, moment: datetime) -> bytes:
    """The XML with an enveloped XAdES signature of the holder."""
    work = _XmlSignerAt(method=methods.enveloped, signature_algorithm="ecdsa-sha256")
    work.moment = moment
    chain = "".join(each.public_bytes(Encoding.PEM).decode() for each in (holder.certificate, *holder.above))
    private = holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    root = work.sign(etree.fromstring(content), key=private, cert=chain)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


# --- the demonstration's own -----------------------------------------------------------------------------------------


def sign_for_show(var: Path, kind: Kind, content: bytes, name: str, organisation: str, moment: datetime) -> bytes:
    """The document signed with a certificate that is made for that name on the spot, under the root in ``var``."""
    holder = issue(
        kept_root(var, moment), f"{name} (minh họa)" if "minh họa" not in name else name,
        valid_from=moment - timedelta(days=1), valid_to=moment + timedelta(days=30), organisation=organisation,
    )  # fmt: skip
    return sign_pdf(content, holder, moment) if kind == "pdf" else sign_xml(content, holder, moment)


def kept_root(var: Path, now: datetime) -> Holder:
    """The demonstration's root: made at first use, its key readable by the hub's own system user only."""
    folder = var / DEMONSTRATION_ROOT.parent
    certificate, key = var / DEMONSTRATION_ROOT, folder / "root.key"
    if not certificate.exists():
        root = make_root(now - timedelta(days=400))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        private = root.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(private)
        certificate.write_bytes(root.pem)
    loaded = load_pem_private_key(key.read_bytes(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return Holder(x509.load_pem_x509_certificate(certificate.read_bytes()), loaded)
