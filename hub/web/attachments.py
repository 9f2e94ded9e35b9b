"""Files beside a report, its narrative as a Word file, and the administrator's page of what is held (R06)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.errors import BadRequest, HubError
from hub.services import attachments, narrative, quarantine
from hub.web.current import actor, core, now
from hub.web.documents import WORD
from hub.web.entry import refused_page
from hub.web.security import secure_download
from hub.web.uploads import uploaded_file

blueprint = Blueprint("attachments", __name__)

BYTES = "application/octet-stream"
DECIDED = {
    "released": ("Đã mở tệp.", "Released."),
    "refused": ("Đã từ chối; nội dung tệp đã bị xóa.", "Refused; the content is erased."),
}


@blueprint.get("/filings/<filing_id>/outline.docx")
def outline(filing_id: str) -> Response:
    """The narrative as a Word file to fill in; it comes back through the page's own upload."""
    name, content = narrative.word_file(core(), actor(), filing_id, now())
    return secure_download(Response(content, content_type=WORD), name)


@blueprint.post("/filings/<filing_id>/attachments")
def attach(filing_id: str) -> AnyResponse:
    """One more file beside the report; the same file again is the same."""
    try:
        content, name, _ = uploaded_file()
        made = attachments.attach(core(), actor(), filing_id, content=content, filename=name, now=now())
    except HubError as error:
        return refused_page(filing_id, error)
    return _to_list(filing_id, made.state)


@blueprint.post("/filings/<filing_id>/attachments/<attachment_id>/remove")
def remove(filing_id: str, attachment_id: str) -> AnyResponse:
    try:
        attachments.remove(core(), actor(), filing_id, attachment_id, now())
    except HubError as error:
        return refused_page(filing_id, error)
    return _to_list(filing_id, "removed")


def _to_list(filing_id: str, said: str) -> AnyResponse:
    return redirect(url_for("entry.filing", filing_id=filing_id, attached=said, _anchor="attachments"), 303)


@blueprint.get("/filings/<filing_id>/attachments/<attachment_id>")
def download(filing_id: str, attachment_id: str) -> Response:
    """The file to save, never to show: browsers are told neither to open it nor to guess what it is."""
    row, content = attachments.file(core(), actor(), filing_id, attachment_id, now())
    return secure_download(Response(content, content_type=BYTES), row.filename)


@blueprint.app_context_processor
def _names() -> dict[str, Callable[[], bool]]:
    return {"may_decide_on_held": lambda: quarantine.may_decide(actor())}


# --- What is held ----------------------------------------------------------------------------------------------------


@blueprint.get("/quarantine")
def held() -> str:
    return _held_page(done=DECIDED.get(request.args.get("done", "")))


def _held_page(problem: HubError | None = None, done: tuple[str, str] | None = None, typed: str = "") -> str:
    lines = quarantine.listing(core(), actor())
    return render_template(
        "pages/quarantine.html", held=[each for each in lines if each.row.state == "held"],
        decided=[each for each in lines if each.row.state != "held"], problem=problem, done=done, typed=typed,
    )  # fmt: skip


@blueprint.post("/quarantine/<held_id>/file")
def held_file(held_id: str) -> Response:
    """The held bytes for who decides; posted, since it is recorded who looked."""
    row, content = quarantine.held_file(core(), actor(), held_id, now())
    return secure_download(Response(content, content_type=BYTES), row.filename or f"{row.id}.bin")


@blueprint.post("/quarantine/<held_id>")
def decide(held_id: str) -> AnyResponse:
    """Release or refuse, with a reason; twice is as once."""
    action = request.form.get("action", "")
    try:
        if action not in {"release", "refuse"}:
            raise BadRequest()
        row = quarantine.decide(
            core(), actor(), held_id, release=action == "release", reason=request.form.get("reason", ""), now=now()
        )
    except HubError as error:
        if error.status not in {400, 409, 422}:
            raise
        return Response(_held_page(problem=error, typed=held_id), error.status)
    return redirect(url_for("attachments.held", done=row.state), 303)
