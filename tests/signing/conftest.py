"""A small authority of the tests' own, and the small edition's report as the documents that are signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from asn1crypto import crl as asn1_crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from hub.demonstration.authority import Holder, issue, make_root
from hub.domain.values import FormValues, Values
from hub.readers.certificates import roots_of
from hub.writers.official_pdf import Letterhead, write_official_pdf
from hub.writers.signable import ready_for_signatures

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
MADE_AT = NOW - timedelta(hours=1)


@dataclass(frozen=True)
class Authority:
    """A root that the hub trusts, and what it issues."""

    root: Holder

    @property
    def roots(self):
        return roots_of([self.root.pem])

    def issue(self, name: str = "Nguyễn Văn Ký", *, since: int = -10, until: int = 90, **more: object) -> Holder:
        """A signer's certificate, valid from so many days before NOW to so many after."""
        days = {"valid_from": NOW + timedelta(days=since), "valid_to": NOW + timedelta(days=until)}
        return issue(self.root, name, organisation="Ủy ban nhân dân xã X11", unit="", **days, **more)

    def revoking(self, holder: Holder, at: datetime) -> asn1_crl.CertificateList:
        """A list of revoked certificates that holds this one."""
        entry = x509.RevokedCertificateBuilder().serial_number(holder.certificate.serial_number).revocation_date(at)
        return self._list(entry.build())

    def revoking_nobody(self) -> asn1_crl.CertificateList:
        return self._list()

    def _list(self, *entries: x509.RevokedCertificate) -> asn1_crl.CertificateList:
        built = x509.CertificateRevocationListBuilder().issuer_name(self.root.certificate.subject)
        built = built.last_update(NOW - timedelta(days=1)).next_update(NOW + timedelta(days=7))
        for entry in entries:
            built = built.add_revoked_certificate(entry)
        key = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root.key.public_key())
        built = built.add_extension(x509.CRLNumber(1), critical=False).add_extension(key, critical=False)
        signed = built.sign(self.root.key, hashes.SHA256())
        return asn1_crl.CertificateList.load(signed.public_bytes(Encoding.DER))


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority(make_root(NOW - timedelta(days=400), "Gốc tin cậy của phép thử", ""))


@pytest.fixture(scope="session")
def stranger() -> Authority:
    """An authority that nobody trusts."""
    return Authority(make_root(NOW - timedelta(days=400), "Gốc lạ", ""))


@pytest.fixture
def letterhead() -> Letterhead:
    return Letterhead(
        "Tỉnh Lạng Sơn", ("Ủy ban nhân dân", "Xã Hữu Lũng"), "Ủy ban nhân dân Xã Hữu Lũng", "Hữu Lũng",
        date(2026, 9, 15), "Ủy ban nhân dân tỉnh Lạng Sơn", "Tháng 9 năm 2026", "Thông tư thử", "abc-123", 2,
        "ab" * 32, "https://example.test/filings/abc-123/proof?version=2",
    )  # fmt: skip


@pytest.fixture
def values() -> Values:
    cells = {(row, column): Decimal(1234567) for row in ("r01", "r02", "r03") for column in ("c01", "c02", "c03")}
    cells |= {(row, "c04"): Decimal("1234.50") for row in ("r01", "r02", "r03")}
    record = {"c01": "Hộ bà Ỷ Lan", "c02": "1", "c03": date(2026, 1, 2), "c04": Decimal("12.50")}
    return Values({"F1": FormValues(cells), "F2": FormValues({}, [record])}, {"s1": "Tình hình ổn định."})


@pytest.fixture
def document(letterhead, small_edition, values) -> bytes:
    """The report as the PDF that is signed."""
    pdf = write_official_pdf(letterhead, small_edition, small_edition.forms, values, b'{"edition":"THU-01"}')
    return ready_for_signatures(pdf)
