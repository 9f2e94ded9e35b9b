"""Pages of the upload for many: a file is kept at once, read behind the page, and answered report by report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.envelope import Receipt
from hub.domain.filing import FilingRow
from hub.errors import HubError
from hub.services import many_units, refused_reports, uploads, worker_threads
from hub.services.receipts import receipt_from_json
from hub.store.uploads import UploadReport
from hub.web.current import actor, core, now
from hub.web.security import secure_download
from hub.web.uploads import uploaded_file

blueprint = Blueprint("uploads", __name__)

AT_ONCE_SECONDS = 1.0
"""A small file is answered at once; after so long the page of progress takes over."""
REFUSED_SHOWN, TAKEN_SHOWN, FINDINGS_SHOWN = 50, 100, 5
INTENTS: dict[str, tuple[str, str]] = {
    "draft": ("Lưu nháp", "Keep as drafts"),
    "send": ("Gửi luôn", "Send at once"),
    "dry_run": ("Chạy thử", "Trial run"),
}
STATES: dict[str, tuple[str, str]] = {
    "waiting": ("đang chờ đọc", "waits to be read"),
    "reading": ("đang đọc", "being read"),
    "done": ("đã xong", "done"),
    "failed": ("dừng giữa chừng", "stopped"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One report on the page. ``row``: its filing, if the reader may see it."""

    number: int
    member: str
    receipt: Receipt
    row: FilingRow | None


@blueprint.get("/uploads")
def index() -> str:
    return _index()


@blueprint.post("/uploads")
def take() -> AnyResponse:
    """The file is kept; a double click leads to the same page."""
    try:
        content, name, media_type = uploaded_file()
        upload_id = uploads.keep(
            core(), actor(), content, filename=name, media_type=media_type, intent=request.form.get("intent", "draft"),
            key=request.form.get("form_key", ""), now=now(), secrecy=request.form.get("secrecy", ""),
        )  # fmt: skip
    except HubError as error:
        if error.status >= 500:
            raise
        return make_response(_index(error), error.status)
    worker_threads.uploaded.start(core(), upload_id, now()).join(AT_ONCE_SECONDS)
    return redirect(url_for("uploads.show", upload_id=upload_id), 303)


@blueprint.get("/uploads/<upload_id>")
def show(upload_id: str) -> str:
    """How far the file has been read, and what became of each report."""
    upload = uploads.open_one(core(), actor(), upload_id)
    found = {
        verdict: uploads.reports_of(core(), actor(), upload_id, verdict, most)
        for verdict, most in (("refused", REFUSED_SHOWN), ("taken", TAKEN_SHOWN))
    }
    return render_template(
        "pages/upload.html",
        upload=upload,
        refused=_lines(found["refused"]),
        taken=_lines(found["taken"]),
        problem_words=_problem(upload.problem),
        INTENTS=INTENTS,
        STATES=STATES,
        FINDINGS_SHOWN=FINDINGS_SHOWN,
    )


@blueprint.get("/uploads/<upload_id>/refused")
def refused(upload_id: str) -> Response:
    """The refused reports in a file of the same kind, with the reasons."""
    name, media_type, file = refused_reports.refused_file(core(), actor(), upload_id, now())
    return secure_download(Response(_chunks(file), content_type=media_type), name)


@blueprint.get("/uploads/template.xlsx")
def template() -> Response:
    """The workbook of a campaign with a row for each unit that one enters for."""
    edition, period = request.args.get("campaign", "").partition(" ")[::2]
    name, content = many_units.template(core(), actor(), edition, period, now())
    return secure_download(Response(content, content_type=refused_reports.XLSX), name)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(1 << 16):
            yield chunk


def _index(problem: HubError | None = None) -> str:
    return render_template(
        "pages/uploads.html",
        uploads=uploads.mine(core(), actor()),
        campaigns=many_units.campaigns(core(), actor(), now()),
        problem=problem,
        max_upload=core().config.max_upload_bytes,
        INTENTS=INTENTS,
        STATES=STATES,
    )


def _lines(reports: list[UploadReport]) -> list[Line]:
    rows = uploads.subjects(core(), actor(), [report.filing_id for report in reports], now())
    return [
        Line(report.number, report.member, receipt_from_json(report.receipt), rows.get(report.filing_id or ""))
        for report in reports
    ]


def _problem(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    vi, _, en = text.partition("\n")
    return vi, en or vi
