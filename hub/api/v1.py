"""The machine API, version 1: send reports, follow filings, fetch national reports. Bearer tokens only, no cookies."""

from __future__ import annotations

import hashlib
import json
from typing import cast

from flask import Blueprint, Response, current_app, g, request, url_for

from hub.api import openapi
from hub.api.asking import answered, asked, core, linked, loaded, next_page, now, read_cursor, write_cursor
from hub.api.credentials import actor_of_request
from hub.api.payloads import (
    ArrivalBody,
    FilingBody,
    FilingDetailBody,
    FilingFilters,
    FilingsBody,
    PublicationDetailBody,
    PublicationPageBody,
    PublicationsAsked,
    SubmissionBody,
    SubmissionOptions,
)
from hub.domain.access import Actor
from hub.domain.envelope import Door, Envelope, Receipt
from hub.domain.filing import FilingQuery
from hub.domain.values import canonical_document
from hub.errors import BadRequest, HubError, Unavailable
from hub.services import arrivals, filings, intake, marked, publication
from hub.services.pulled_editions import PulledFiles
from hub.services.receipts import receipt_json
from hub.store.publications import PublicationRow

blueprint = Blueprint("api_v1", __name__, url_prefix="/api/v1")

PULLED = "hub.pulled"
"""Under this name the application holds the files of editions that were pulled from this process."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPEN = frozenset({"api_v1.index", "api_v1.health", "api_v1.openapi_document"})
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


def _actor() -> Actor:
    return cast(Actor, g.api_actor)


@blueprint.before_request
def _authenticate() -> None:
    """The token's account, or NotSignedIn. Reading needs the scope ``read``, the rest ``submit``; sending asks more."""
    if request.endpoint in OPEN:
        return
    g.api_actor = actor_of_request("read" if request.method in {"GET", "HEAD"} else "submit")


# --- Submissions ------------------------------------------------------------


@blueprint.post("/submissions")
def submit() -> Response:
    """Takes in one or many reports; the answer is what was stored, byte-identical for every repeat of the key (P6)."""
    options = loaded(SubmissionOptions(), {"idempotency_key": _key()} | request.args.to_dict())
    envelope = Envelope(
        content=request.get_data(cache=False),
        door=_door(),
        media_type=request.mimetype,
        idempotency_key=options["idempotency_key"],
        intent=options["intent"],
        via="api",
    )
    receipts = intake.receive_many(core(), _actor(), envelope, now())
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
    row, whole = arrivals.told(core(), _actor(), submission_id, now())
    return answered(ArrivalBody().dump(row) | {"whole": whole})


@blueprint.get("/submissions/<submission_id>/marked.xlsx")
def marked_workbook(submission_id: str) -> Response:
    name, content = marked.marked(core(), _actor(), submission_id, now())
    return _download(content, XLSX, name)


# --- Filings ------------------------------------------------------------


@blueprint.get("/filings")
def filing_list() -> Response:
    filters = asked(FilingFilters())
    query = FilingQuery(
        regime=filters["regime"], period=filters["period"], state=filters["state"], unit_id=filters["unit"],
        owed=filters["owed"] == "1", text=filters["text"], page=filters["page"], size=filters["size"],
    )  # fmt: skip
    return answered(FilingsBody().dump(filings.search(core(), _actor(), query, now())))


@blueprint.get("/filings/<filing_id>")
def filing(filing_id: str) -> Response:
    view = filings.open_one(core(), _actor(), filing_id, now())
    row, document = view.row, None
    if row.version is not None:
        document = json.loads(canonical_document(view.edition, row.unit_id, row.period, row.scope, view.values))
    return answered(
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
    name, content = filings.template(core(), _actor(), filing_id, now())
    return _download(content, XLSX, name)


@blueprint.get("/editions/<regime>/<edition>/xsd")
def xsd(regime: str, edition: str) -> Response:
    return _download(filings.xsd(core(), f"{regime}/{edition}"), "application/xml", f"{regime}_{edition}.xsd")


# --- Publications ------------------------------------------------------------


@blueprint.get("/publications")
def publication_list() -> Response:
    """Issued editions, newest first, page by page."""
    query = asked(PublicationsAsked())
    rows = publication.listing(core(), _actor(), now(), query["report"])
    found = [row for row in rows if query["period"] in {None, row.period} and _comes_after(row, query["cursor"])]
    shown = found[: query["limit"]]
    following = next_page(write_cursor(_place(shown[-1]))) if len(found) > len(shown) else None
    return linked(answered(PublicationPageBody().dump({"publications": shown, "next": following})), following)


def _place(row: PublicationRow) -> tuple[str, str]:
    return row.issued_at.isoformat(timespec="microseconds"), row.id


def _comes_after(row: PublicationRow, cursor: str | None) -> bool:
    """True for what is older than the last edition of the page before: new editions move no page."""
    if cursor is None:
        return True
    issued_at, publication_id = read_cursor(cursor, 2)
    return _place(row) < (issued_at, publication_id)


@blueprint.get("/publications/<publication_id>")
def publication_detail(publication_id: str) -> Response:
    view = publication.view(core(), _actor(), publication_id, now())
    listed = [dict(zip(("name", "media_type", "size", "sha256"), file, strict=True)) for file in view.files]
    body = {"publication": view.row, "manifest": view.manifest, "files": listed, "to_be_made": view.to_be_made}
    return answered(PublicationDetailBody().dump(body))


@blueprint.get("/publications/<publication_id>/files/<name>")
def publication_file(publication_id: str, name: str) -> Response:
    """Byte for byte as issued; its tag is its hash, so that who has it gets 304 and nothing is read."""
    files = cast(PulledFiles, current_app.extensions[PULLED])
    file = files.file(core(), _actor(), publication_id, name, now())
    packed = file.packed if file.packed is not None and request.accept_encodings["gzip"] > 0 else None
    response = _file(file.content if packed is None else packed, file.media_type, name)
    response.set_etag(file.sha256 if packed is None else f"{file.sha256}-gzip")
    if packed is not None:
        response.content_encoding = "gzip"
    for header in ("Authorization", "Accept-Encoding"):
        response.vary.add(header)
    response.make_conditional(request)
    return response


# --- The API itself ------------------------------------------------------------


@blueprint.get("/")
def index() -> Response:
    """Where the interface is described, for whoever opens the address that the hub prints at its start."""
    return answered({"description": url_for("api_v1.openapi_document"), "documentation": "/api/docs"})


@blueprint.get("/health")
def health() -> Response:
    """``ok`` if the database answers; Unavailable if it does not."""
    try:
        with core().database.read():
            return _raw(b'{"status": "ok"}', 200)
    except HubError:
        raise
    except Exception as error:
        raise Unavailable() from error


@blueprint.get("/openapi.json")
def openapi_document() -> Response:
    return answered(openapi.document())


def _raw(body: bytes, status: int) -> Response:
    return Response(body, status, content_type="application/json")


def _download(content: bytes, media_type: str, name: str) -> Response:
    """A file, tagged by what it holds: who has it already gets 304."""
    response = _file(content, media_type, name)
    response.set_etag(hashlib.sha256(content).hexdigest())
    response.vary.add("Authorization")
    response.make_conditional(request)
    return response


def _file(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
