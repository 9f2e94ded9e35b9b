"""The machine API, version 1: send reports, follow filings, fetch national reports. Bearer tokens only, no cookies."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, Response, current_app, g, request
from marshmallow import Schema, ValidationError

from hub.api import openapi
from hub.api.payloads import (
    FilingBody,
    FilingDetailBody,
    FilingFilters,
    FilingsBody,
    PublicationDetailBody,
    PublicationsBody,
    SubmissionBody,
    SubmissionOptions,
)
from hub.domain.access import Actor
from hub.domain.envelope import Door, Envelope, Receipt
from hub.domain.filing import FilingQuery
from hub.domain.values import canonical_document
from hub.errors import BadRequest, Forbidden, HubError, NotSignedIn, Unavailable
from hub.services import access, filings, intake, marked, publication
from hub.services.core import Core
from hub.services.receipts import receipt_json

blueprint = Blueprint("api_v1", __name__, url_prefix="/api/v1")

ARRIVED = "hub.arrived"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPEN = frozenset({"api_v1.health", "api_v1.openapi_document"})
DOORS: dict[str, Door] = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/csv": "csv",
    XLSX: "xlsx",
}


class WrongContentType(BadRequest):
    code, status = "unsupported_type", 415
    vi = "Hãy gửi JSON, XML, CSV hoặc XLSX và nói rõ trong Content-Type."
    en = "Send JSON, XML, CSV or XLSX and name it in Content-Type."


def _core() -> Core:
    return cast(Core, current_app.extensions["hub"])


def _now() -> datetime:
    return cast(datetime, request.environ[ARRIVED])


def _actor() -> Actor:
    return cast(Actor, g.api_actor)


@blueprint.before_request
def _authenticate() -> None:
    """The token's account, or NotSignedIn. Reading needs the scope ``read``; what sending needs, the services ask."""
    if request.endpoint in OPEN:
        return
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    found = access.actor_of_token(_core(), token.strip(), _now(), request.remote_addr or "") if token else None
    if kind.lower() != "bearer" or found is None:
        raise NotSignedIn("Cần mã truy cập hợp lệ (Authorization: Bearer …).", "A valid bearer token is needed.")
    if request.method in {"GET", "HEAD"} and found.scopes is not None and "read" not in found.scopes:
        raise Forbidden("Mã truy cập này không được đọc dữ liệu.", "This token may not read.")
    g.api_actor = found


# --- Submissions ------------------------------------------------------------


@blueprint.post("/submissions")
def submit() -> Response:
    """Takes in one or many reports; the answer is what was stored, byte-identical for every repeat of the key (P6)."""
    options = _load(SubmissionOptions(), {"idempotency_key": _key()} | request.args.to_dict())
    envelope = Envelope(
        content=request.get_data(cache=False),
        door=_door(),
        media_type=request.mimetype,
        idempotency_key=options["idempotency_key"],
        intent=options["intent"],
        via="api",
    )
    receipts = intake.receive_many(_core(), _actor(), envelope, _now())
    answers = [_receipt_body(receipt, envelope.door) for receipt in receipts]
    if len(receipts) == 1:
        return _raw(answers[0], _status(receipts[0]))
    body = b'{"receipts":[' + b",".join(answers) + b"]}"
    return _raw(body, 422 if all(receipt.verdict == "refused" for receipt in receipts) else 200)


def _receipt_body(receipt: Receipt, door: Door) -> bytes:
    """The stored receipt; of a workbook that was kept also where it is given back, marked."""
    stored = receipt_json(receipt)
    if door != "xlsx" or not receipt.submission_id:
        return stored
    return stored[:-1] + f',"marked_workbook":"/api/v1/submissions/{receipt.submission_id}/marked.xlsx"}}'.encode()


def _key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise BadRequest(
            "Thiếu tiêu đề Idempotency-Key. Đặt một mã riêng cho mỗi báo cáo (ví dụ UUID) và dùng lại mã đó "
            "khi gửi lại, để gửi lại không thành gửi hai lần.",
            "The Idempotency-Key header is missing. Give each report its own key (for instance a UUID) and use "
            "the same key when you retry, so that a retry is never counted twice.",
        )
    return key


def _door() -> Door:
    door = DOORS.get(request.mimetype)
    if door is None:
        raise WrongContentType()
    return door


def _status(receipt: Receipt) -> int:
    if receipt.verdict == "refused":
        return 422
    return 200 if receipt.repeat_of or receipt.verdict == "dry_run" else 201


@blueprint.get("/submissions/<submission_id>")
def submission(submission_id: str) -> Response:
    row, _ = intake.submission_content(_core(), _actor(), submission_id, _now())
    return _json(SubmissionBody().dump(row))


@blueprint.get("/submissions/<submission_id>/marked.xlsx")
def marked_workbook(submission_id: str) -> Response:
    name, content = marked.marked(_core(), _actor(), submission_id, _now())
    return _download(content, XLSX, name)


# --- Filings ------------------------------------------------------------


@blueprint.get("/filings")
def filing_list() -> Response:
    filters = _load(FilingFilters(), request.args.to_dict())
    query = FilingQuery(
        regime=filters["regime"], period=filters["period"], state=filters["state"], unit_id=filters["unit"],
        owed=filters["owed"] == "1", text=filters["text"], page=filters["page"], size=filters["size"],
    )  # fmt: skip
    return _json(FilingsBody().dump(filings.search(_core(), _actor(), query, _now())))


@blueprint.get("/filings/<filing_id>")
def filing(filing_id: str) -> Response:
    view = filings.open_one(_core(), _actor(), filing_id, _now())
    row, document = view.row, None
    if row.version is not None:
        document = json.loads(canonical_document(view.edition, row.unit_id, row.period, row.scope, view.values))
    return _json(
        FilingDetailBody().dump({"punctuality": view.punctuality, "moves": sorted(view.moves), "document": document})
        | {
            "filing": FilingBody().dump(row),
            "findings": [finding.as_json() for finding in view.findings],
            "explanations": view.explanations,
            "submissions": SubmissionBody(many=True).dump(view.submissions),
        }
    )


@blueprint.get("/filings/<filing_id>/workbook")
def workbook(filing_id: str) -> Response:
    name, content = filings.template(_core(), _actor(), filing_id, _now())
    return _download(content, XLSX, name)


@blueprint.get("/editions/<regime>/<edition>/xsd")
def xsd(regime: str, edition: str) -> Response:
    return _download(filings.xsd(_core(), f"{regime}/{edition}"), "application/xml", f"{regime}_{edition}.xsd")


# --- Publications ------------------------------------------------------------


@blueprint.get("/publications")
def publication_list() -> Response:
    report = request.args.get("report") or None
    return _json(PublicationsBody().dump({"publications": publication.listing(_core(), _actor(), _now(), report)}))


@blueprint.get("/publications/<publication_id>")
def publication_detail(publication_id: str) -> Response:
    view = publication.view(_core(), _actor(), publication_id, _now())
    listed = [dict(zip(("name", "media_type", "size", "sha256"), file, strict=True)) for file in view.files]
    body = {"publication": view.row, "manifest": view.manifest, "files": listed}
    return _json(PublicationDetailBody().dump(body))


@blueprint.get("/publications/<publication_id>/files/<name>")
def publication_file(publication_id: str, name: str) -> Response:
    media_type, content = publication.file(_core(), _actor(), publication_id, name, _now())
    return _download(content, media_type, name)


# --- The API itself ------------------------------------------------------------


@blueprint.get("/health")
def health() -> Response:
    """``ok`` if the database answers; Unavailable if it does not."""
    try:
        with _core().database.read():
            return _json({"status": "ok"})
    except HubError:
        raise
    except Exception as error:
        raise Unavailable() from error


@blueprint.get("/openapi.json")
def openapi_document() -> Response:
    return _json(openapi.document())


def _load(schema: Schema, data: dict[str, Any]) -> dict[str, Any]:
    """The loaded data; BadRequest that names each bad field."""
    try:
        return cast(dict[str, Any], schema.load(data))
    except ValidationError as error:
        names = ", ".join(sorted(str(name) for name in error.messages_dict))
        raise BadRequest(f"Tham số không hợp lệ: {names}.", f"These parameters are not valid: {names}.") from None


def _json(body: dict[str, Any]) -> Response:
    return _raw(json.dumps(body, ensure_ascii=False).encode(), 200)


def _raw(body: bytes, status: int) -> Response:
    return Response(body, status, content_type="application/json")


def _download(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
