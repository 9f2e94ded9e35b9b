"""Whether a signer's certificate led to a trusted authority when it signed, and had not been revoked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from asn1crypto import crl, ocsp, pem, x509
from cryptography.x509 import CertificateRevocationList, load_der_x509_certificate, load_der_x509_crl
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath

from hub.domain.signature import Revocation

SIGNING = frozenset({"digital_signature", "non_repudiation"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a signature brings along: certificates of authorities between, and lists of what was revoked."""

    certificates: Sequence[x509.Certificate] = ()
    crls: Sequence[crl.CertificateList] = ()
    ocsps: Sequence[ocsp.OCSPResponse] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """``problem``: a key of ``hub.domain.signature.PROBLEMS``, None if the certificate was good at that moment."""

    problem: str | None = None
    revocation: Revocation = "not_checked"
    certificates: Sequence[x509.Certificate] = field(default=())


def roots_of(pems: Iterable[bytes]) -> list[x509.Certificate]:
    """The certificates in PEM files; what is no certificate is passed over."""
    found = []
    for content in pems:
        if not pem.detect(content):
            continue
        for name, _, der in pem.unarmor(content, multiple=True):
            if name == "CERTIFICATE":
                found.append(x509.Certificate.load(der))
    return found


def judge_chain(
    signer: x509.Certificate, evidence: Evidence, roots: Sequence[x509.Certificate], *, moment: datetime, now: datetime,
    stamped: bool,
) -> Chain:  # fmt: skip
    """The certificate as of the moment of signing; nothing is fetched from anywhere.

    Without a time stamp the moment is only what the signer says, so a revocation at any time until now counts.
    """
    path: ValidationPath | None = None
    try:
        path = _path(signer, evidence, roots, moment)
        if not stamped:
            _refuse_revoked_since(signer, evidence, roots, now)
    except RevokedError:
        return Chain("revoked")
    except ExpiredError:
        return Chain("expired")
    except NotYetValidError:
        return Chain("not_yet_valid")
    except DisallowedAlgorithmError:
        return Chain("weak")
    except (PathBuildingError, InvalidCertificateError, ValidationError):
        return Chain("unknown_authority")
    certificates = [each for each in path if isinstance(each, x509.Certificate)]
    if _is_listed(certificates, evidence, moment if stamped else now):
        return Chain("revoked")
    usage = signer.key_usage_value.native if signer.key_usage_value is not None else SIGNING
    if not SIGNING & usage or signer.ca:
        return Chain("wrong_usage")
    return Chain(None, _revocation(certificates, evidence), list(reversed(certificates)))


def _path(
    signer: x509.Certificate, evidence: Evidence, roots: Sequence[x509.Certificate], moment: datetime
) -> ValidationPath:
    context = ValidationContext(
        trust_roots=list(roots),
        other_certs=list(evidence.certificates),
        crls=list(evidence.crls),
        ocsps=list(evidence.ocsps),
        moment=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
        retroactive_revinfo=True,
        weak_hash_algos={"md2", "md5", "sha1"},
    )
    validator = CertificateValidator(signer, list(evidence.certificates), validation_context=context)
    return asyncio.run(validator.async_validate_path())


def _refuse_revoked_since(
    signer: x509.Certificate, evidence: Evidence, roots: Sequence[x509.Certificate], now: datetime
) -> None:
    """RevokedError if it is revoked by now; whatever else is wrong with it now does not matter."""
    try:
        _path(signer, evidence, roots, now)
    except RevokedError:
        raise
    except (PathBuildingError, ValidationError):
        return


def _is_listed(path: Sequence[x509.Certificate], evidence: Evidence, until: datetime) -> bool:
    """Whether a list given with the signature revokes a certificate of the path (root first) by that moment.

    The validator looks at lists only where a certificate names the address of one; a list at hand counts in any case.
    """
    for above, certificate in pairwise(path):
        for each in _lists_of(above, evidence):
            entry = each.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None and entry.revocation_date_utc <= until:
                return True
    return False


def _lists_of(authority: x509.Certificate, evidence: Evidence) -> Iterator[CertificateRevocationList]:
    """The lists that this authority issued and signed."""
    key = load_der_x509_certificate(authority.dump()).public_key()
    for each in evidence.crls:
        if each.issuer == authority.subject:
            loaded = load_der_x509_crl(each.dump())
            if loaded.is_signature_valid(key):  # type: ignore[arg-type]  # any other key gives False or raises
                yield loaded


def _revocation(path: Sequence[x509.Certificate], evidence: Evidence) -> Revocation:
    """``good`` where the signature brings a list of its own authority or an answer about this certificate."""
    signer = path[-1]
    listed = len(path) > 1 and any(True for _ in _lists_of(path[-2], evidence))
    answered = any(
        single["cert_id"]["serial_number"].native == signer.serial_number
        for each in evidence.ocsps
        if each["response_status"].native == "successful"
        for single in each.basic_ocsp_response["tbs_response_data"]["responses"]
    )
    return "good" if listed or answered else "not_checked"
