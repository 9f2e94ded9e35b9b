"""The receipt of a sending, and the page on which anybody who sees the report finds out whether it still holds."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.access import called
from hub.domain.form import Label
from hub.domain.period import due_day_of, local_day
from hub.errors import BadRequest
from hub.services import attachments, documents, on_behalf, proofs
from hub.services.proofs import Proof
from hub.web.current import actor, core, now
from hub.web.listing import whole_number
from hub.web.rendering import day_vi, moment_vi, unit_name
from hub.web.security import secure_download
from hub.web.uploads import uploaded_file
from hub.writers.receipt_pdf import ReceiptWords, write_receipt_pdf
from hub.writers.typesetting import qr_svg

blueprint = Blueprint("receipts", __name__)


@blueprint.get("/receipts/<decision_id>")
def show(decision_id: str) -> str:
    proof = proofs.of_sending(core(), actor(), decision_id, now())
    return _page(proof)


@blueprint.get("/filings/<filing_id>/proof")
def of_version(filing_id: str) -> str:
    """Where the QR code of the printed report leads to: the version, whether or not it was sent."""
    return _page(proofs.of_version(core(), actor(), filing_id, whole_number(request.args.get("version")), now()))


@blueprint.post("/filings/<filing_id>/proof")
def recognise(filing_id: str) -> AnyResponse:
    """Whether a file is one of those that are kept of this version. Nothing is stored."""
    proof = proofs.of_version(core(), actor(), filing_id, whole_number(request.form.get("version")), now())
    try:
        content, name, _ = uploaded_file()
    except BadRequest as problem:
        return make_response(_page(proof, problem=problem), problem.status)
    return make_response(_page(proof, file=name, known=proofs.recognise(core(), actor(), proof, content, now())))


@blueprint.get("/receipts/<decision_id>/qr.svg")
def qr(decision_id: str) -> Response:
    proofs.of_sending(core(), actor(), decision_id, now())
    return Response(qr_svg(_link(decision_id)), content_type="image/svg+xml")


@blueprint.get("/receipts/<decision_id>/receipt.pdf")
def pdf(decision_id: str) -> Response:
    proof = proofs.of_sending(core(), actor(), decision_id, now())
    content = write_receipt_pdf(_words(proof, decision_id))
    return secure_download(Response(content, content_type="application/pdf"), f"bien-nhan_{decision_id}.pdf")


def _page(
    proof: Proof, *, file: str | None = None, known: Label | None = None, problem: BadRequest | None = None
) -> str:  # fmt: skip
    sending = proof.sending
    link = _link(sending.id) if sending is not None else ""
    return render_template(
        "pages/receipt.html", proof=proof, row=proof.row, sending=sending, file=file, known=known, link=link,
        problem=problem, now=now(), for_unit=_for_unit(proof), attached=_attached(proof),
    )  # fmt: skip


def _attached(proof: Proof) -> list[str]:
    """The names of the files that went with the sending; of the one that stands alone: files may change after it."""
    if proof.sending is None or not proof.stands:
        return []
    files = attachments.of_filing(core(), actor(), proof.row.id, now())
    return [each.row.filename for each in files if each.downloadable]


def _for_unit(proof: Proof) -> tuple[str, str] | None:
    """(name, unit) of an officer of the receiver who sent it for its unit (R19); None if the unit did."""
    sending = proof.sending
    return on_behalf.mark_of(core(), proof.row.id, sending.account_id, sending.at) if sending is not None else None


def _link(decision_id: str) -> str:
    """The receipt's full address: at the hub's set address, else at the one this request came to."""
    path = url_for("receipts.show", decision_id=decision_id)
    return documents.address_of(core(), path) or request.url_root.rstrip("/") + path


def _words(proof: Proof, decision_id: str) -> ReceiptWords:
    """The receipt in Vietnamese: it is an official paper."""
    sending = proof.sending
    assert sending is not None  # only a sending has a receipt
    row = proof.row
    for_unit = _for_unit(proof)
    punctual = "đúng hạn" if proof.on_time else "sau hạn"
    facts = [
        ("Báo cáo", proof.edition.title.vi),
        ("Kỳ báo cáo", proof.period.label.vi),
        ("Đơn vị gửi", unit_name(row.unit_id)),
        ("Nơi nhận", unit_name(row.receiver_id)),
        ("Phiên bản", str(proof.version)),
        ("Hệ thống nhận lúc", f"{moment_vi(sending.at)} ({punctual})"),
        ("Hạn gửi", day_vi(due_day_of(proof.due_at))),
        (
            "Người gửi",
            called(sending.account_name)[0] + (f" (nhập thay, {unit_name(for_unit[1])})" if for_unit else ""),
        ),
        ("Bí mật nhà nước", "Người gửi xác nhận không có"),
        *([("Tệp đính kèm", "; ".join(attached))] if (attached := _attached(proof)) else []),
    ]
    signed = [f"{each.kind.upper()}: {each.signer}, ký lúc {moment_vi(each.signed_at)}" for each in proof.signatures]
    hashes = [(each.what.vi, each.sha256) for each in proof.agreements]
    return ReceiptWords(
        decision_id, local_day(sending.at), facts, signed, hashes, _link(decision_id), core().config.demonstration
    )
