"""Files of many reports for programs: kept at once, taken in meanwhile, asked after until they are done."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from hub.api.asking import answered, asked, core, loaded, now
from hub.api.credentials import actor_of_request
from hub.api.upload_payloads import (
    UploadBody,
    UploadOptions,
    UploadReportsAsked,
    UploadsBody,
)
from hub.errors import BadRequest, Forbidden
from hub.services import uploads, worker_threads

blueprint = Blueprint("api_uploads", __name__, url_prefix="/api/v1")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TAKEN = {
    "application/json": ".json", "application/xml": ".xml", "text/xml": ".xml", "text/csv": ".csv", XLSX: ".xlsx",
    "application/zip": ".zip",
}  # fmt: skip


class WrongFileType(BadRequest):
    code, status = "unsupported_type", 415
    vi = "Hãy gửi JSON, XML, CSV, XLSX hoặc ZIP và nói rõ trong Content-Type."
    en = "Send JSON, XML, CSV, XLSX or ZIP and name it in Content-Type."


class NoKey(BadRequest):
    vi = "Thiếu tiêu đề Idempotency-Key: đặt một mã riêng cho mỗi tệp và dùng lại mã đó khi gửi lại."
    en = "The Idempotency-Key header is missing: give each file its own key and use the same one when you retry."


@blueprint.post("/uploads")
def take() -> Response:
    """The file is kept when this is answered; the same key again is the same upload."""
    actor = actor_of_request("submit")
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise NoKey()
    options = loaded(UploadOptions(), {"idempotency_key": key} | request.args.to_dict())
    if request.mimetype not in TAKEN:
        raise WrongFileType()
    if options["intent"] == "send" and actor.scopes is not None and "send" not in actor.scopes:
        raise Forbidden("Mã truy cập này không được gửi báo cáo.", "This token may not send reports.")
    filename = options["filename"] or f"upload{TAKEN[request.mimetype]}"
    upload_id = uploads.keep(
        core(), actor, request.get_data(cache=False), filename=filename,
        media_type=request.mimetype, intent=options["intent"], key=f"api {key}", now=now(), secrecy=options["secrecy"],
    )  # fmt: skip
    worker_threads.uploaded.start(core(), upload_id, now())
    kept = UploadBody().dump(uploads.open_one(core(), actor, upload_id))
    response = Response(json.dumps(kept, ensure_ascii=False).encode(), 202, content_type="application/json")
    response.headers["Location"] = f"{blueprint.url_prefix}/uploads/{upload_id}"
    return response


@blueprint.get("/uploads")
def listing() -> Response:
    """The account's own latest uploads."""
    return answered(UploadsBody().dump({"uploads": uploads.mine(core(), actor_of_request())}))


@blueprint.get("/uploads/<upload_id>")
def progress(upload_id: str) -> Response:
    """How far it has been taken in."""
    return answered(UploadBody().dump(uploads.open_one(core(), actor_of_request(), upload_id)))


@blueprint.get("/uploads/<upload_id>/reports")
def reports(upload_id: str) -> Response:
    """The first reports of the file that were refused, or taken, each with its receipt."""
    actor, query = actor_of_request(), asked(UploadReportsAsked())
    found = uploads.reports_of(core(), actor, upload_id, query["verdict"], query["limit"])
    shown = [
        {"number": each.number, "member": each.member, "verdict": each.verdict, "receipt": json.loads(each.receipt)}
        for each in found
    ]
    return answered({"reports": shown})
