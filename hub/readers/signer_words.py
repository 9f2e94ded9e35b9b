"""What a certificate says of who signed, and whether the moment a signature names can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from unicodedata import normalize

from asn1crypto import pem, x509

from hub.domain.signature import Verdict

CLOCKS_DIFFER = timedelta(minutes=10)
"""How far the clock of a signer's computer may be off."""


def describe(verdict: Verdict, certificate: x509.Certificate | None, chain: Sequence[x509.Certificate] = ()) -> Verdict:
    """The verdict with the signer's certificate and its chain in words."""
    if certificate is not None:
        subject = certificate.subject.native
        verdict = replace(
            verdict,
            signer=_text(subject.get("common_name")) or _text(certificate.subject.human_friendly),
            organisation=_text(subject.get("organization_name")),
            subject=_text(certificate.subject.human_friendly),
            authority=_text(certificate.issuer.native.get("common_name")),
            issuer=_text(certificate.issuer.human_friendly),
            serial=f"{certificate.serial_number:x}"[:80],
            valid_from=certificate.not_valid_before,
            valid_to=certificate.not_valid_after,
        )
    return replace(verdict, chain=tuple(pem.armor("CERTIFICATE", each.dump()).decode() for each in chain))


def moment_problem(moment: datetime | None, made_at: datetime, now: datetime) -> str | None:
    """None if a signature can have been made at that moment: after what it signs, and not in the future."""
    if moment is None or moment.tzinfo is None:
        return "no_time"
    return None if made_at - CLOCKS_DIFFER <= moment <= now + CLOCKS_DIFFER else "wrong_time"


def _text(value: object) -> str:
    """One line of what a certificate says, at most 300 characters."""
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return "".join(letter for letter in normalize("NFC", words) if letter.isprintable())[:300]
