"""What was found about a signed file: whose signature it is, when it was made, and whether it holds (R22).

A file either holds or is refused for one reason, told in plain words. Nothing here looks at a file or a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from hub.domain.form import Label

Kind = Literal["pdf", "xml"]
KINDS: tuple[Kind, ...] = ("pdf", "xml")
TimeSource = Literal["stamp", "signer"]
Revocation = Literal["good", "not_checked"]

PROBLEMS: Mapping[str, Label] = {
    "not_ours": Label(
        "Tệp này không phải văn bản do hệ thống lập cho báo cáo này. Hãy tải văn bản về từ trang báo cáo, "
        "ký đúng tệp đó (không in, không lưu lại bằng chương trình khác) rồi tải lên.",
        "This file is not the document that the hub made for this report. Download the document from the report's "
        "page, sign that very file (without printing it or saving it anew in another program) and upload it.",
    ),
    "other_version": Label(
        "Chữ ký này ký phiên bản {version}, không phải phiên bản mới nhất. Hãy tải văn bản mới về và ký lại.",
        "This signs version {version}, which is not the newest. Download the new document and sign that.",
    ),
    "unsigned": Label("Tệp này chưa có chữ ký số.", "This file carries no signature."),
    "encrypted": Label(
        "Tệp này đặt mật khẩu. Hãy ký tệp gốc, không đặt mật khẩu.",
        "This file is protected by a password. Sign the original without one.",
    ),
    "broken": Label(
        "Không đọc được tệp này: tệp hỏng hoặc không đúng dạng.",
        "This file cannot be read: it is damaged or malformed.",
    ),
    "too_large": Label("Tệp quá lớn so với văn bản gốc.", "The file is too large for the document it signs."),
    "too_slow": Label(
        "Tệp quá phức tạp để kiểm tra an toàn.", "The file is too complex to be checked safely."
    ),
    "changed": Label(
        "Nội dung đã bị thay đổi: chữ ký không khớp với văn bản.",
        "The content was changed: the signature does not match the document.",
    ),
    "changed_before": Label(
        "Văn bản đã bị sửa trước khi ký: ngoài chữ ký còn có thay đổi khác.",
        "The document was changed before it was signed: there is more than a signature in it.",
    ),
    "changed_after": Label(
        "Tệp đã bị thay đổi sau khi ký.", "The file was changed after it was signed."
    ),
    "unknown_authority": Label(
        "Chứng thư số không do tổ chức được hệ thống tin cậy cấp.",
        "The certificate does not lead to an authority that the hub trusts.",
    ),
    "expired": Label("Chứng thư số đã hết hạn khi ký.", "The certificate had expired when it signed."),
    "not_yet_valid": Label(
        "Chứng thư số chưa có hiệu lực khi ký.", "The certificate was not valid yet when it signed."
    ),
    "revoked": Label("Chứng thư số đã bị thu hồi.", "The certificate was revoked."),
    "wrong_usage": Label(
        "Chứng thư số này không được cấp để ký văn bản.", "This certificate was not issued for signing documents."
    ),
    "weak": Label(
        "Chữ ký dùng thuật toán không còn an toàn.", "The signature uses an algorithm that is not safe any more."
    ),
    "no_time": Label("Chữ ký không ghi thời điểm ký.", "The signature does not say when it was made."),
    "wrong_time": Label(
        "Thời điểm ký ghi trong chữ ký không thể đúng: trước khi có văn bản này, hoặc ở tương lai. "
        "Hãy chỉnh đồng hồ máy tính rồi ký lại.",
        "The signature says a time that cannot be: before this document existed, or to come. "
        "Set the computer's clock right and sign again.",
    ),
    "demonstration": Label(
        "Chứng thư số này chỉ dùng để minh họa, không có giá trị trên hệ thống thật.",
        "This certificate is for demonstrations only and counts for nothing on a real hub.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """``problem`` is None for a signature that holds, else a key of ``PROBLEMS``; the rest is what could be read.

    ``time``: by a time stamp or by the signer's own clock. ``authority``: the issuer by its common name.
    ``chain``: certificates from the signer's to the root, PEM.
    """

    kind: Kind
    problem: str | None = None
    signer: str = ""
    organisation: str = ""
    subject: str = ""
    issuer: str = ""
    authority: str = ""
    serial: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    signed_at: datetime | None = None
    time: TimeSource = "signer"
    revocation: Revocation = "not_checked"
    signatures: int = 0
    chain: tuple[str, ...] = field(default=())

    @property
    def holds(self) -> bool:
        return self.problem is None

    def as_json(self) -> dict[str, Any]:
        """Every field, instants as ISO text."""
        values = asdict(self)
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Verdict:
        """The verdict that ``as_json`` wrote."""
        values = dict(data) | {"chain": tuple(data["chain"])}
        for name in ("valid_from", "valid_to", "signed_at"):
            values[name] = datetime.fromisoformat(values[name]) if values[name] else None
        known = {name: values[name] for name in Verdict.__slots__}
        return Verdict(**known)
