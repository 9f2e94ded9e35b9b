"""The receiver's decisions on one filing, the comparison of its versions, and the files as they were received."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.filing import FilingRow
from hub.errors import BadRequest, Conflict, HubError, NotFound
from hub.services import comparing, filings, intake, review
from hub.web.current import actor, core, now
from hub.web.entry import refused_page
from hub.web.entry_form import where_of
from hub.web.listing import end_of_named_day, optional_number, whole_number
from hub.web.panels.review import signed
from hub.web.places import value_text
from hub.web.security import secure_download

blueprint = Blueprint("review", __name__)

MEDIA_TYPES = {
    "form": ("application/octet-stream", "txt"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "xml": ("application/octet-stream", "xml"),
    "json": ("application/octet-stream", "json"),
    "csv": ("application/octet-stream", "csv"),
    "xlsx_many": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
}
"""What an original is served as: never a type that a browser would show, whatever the sender called it."""


@blueprint.post("/filings/<filing_id>/decide")
def decide(filing_id: str) -> AnyResponse:
    """Accept, send back, finalise, exclude or include: on the revision and version that stood on the page."""
    action = request.form.get("action", "")
    try:
        _decide(filing_id, action)
    except Conflict as error:
        revision = whole_number(request.form.get("revision"))
        reason = request.form.get("reason", "")
        if not review.was_done(core(), actor(), filing_id, action, revision, now(), reason=reason, points=_points()):
            return refused_page(filing_id, error)
    except HubError as error:
        return refused_page(filing_id, error)
    if action in {"exclude", "include", "send_back"}:
        return redirect(_back_to_work(action), 303)
    return redirect(url_for("entry.filing", filing_id=filing_id, done=action), 303)


def _back_to_work(action: str) -> str:
    """The page of the campaign that the report belongs to, which the form names: the receiver may see it no longer."""
    edition, period = request.form.get("edition"), request.form.get("period")
    if edition and period:
        return url_for("inbox.campaign", edition=edition, period=period, done=action)
    return url_for("inbox.show", done=action)


def _decide(filing_id: str, action: str) -> FilingRow:
    revision = whole_number(request.form.get("revision"))
    version = optional_number(request.form.get("version"))
    reason = request.form.get("reason", "")
    moves: dict[str, Callable[[], FilingRow]] = {
        "accept": lambda: review.accept(
            core(), actor(), filing_id, revision=revision, version=_looked_at(version), now=now()
        ),
        "send_back": lambda: review.send_back(
            core(), actor(), filing_id, revision=revision, version=version, reason=reason,
            resend_due=end_of_named_day(request.form.get("resend_due")), points=_points(), now=now(),
        ),
        "finalise": lambda: review.finalise(core(), actor(), filing_id, revision=revision, now=now()),
        "exclude": lambda: review.exclude(core(), actor(), filing_id, revision=revision, reason=reason, now=now()),
        "include": lambda: review.include(core(), actor(), filing_id, revision=revision, reason=reason, now=now()),
    }  # fmt: skip
    if action not in moves:
        raise BadRequest()
    return moves[action]()


def _looked_at(version: int | None) -> int:
    """Acceptance names the version that was looked at; without one there is nothing to accept."""
    if version is None:
        raise BadRequest("Thiếu số phiên bản cần tiếp nhận.", "The version to accept is missing.")
    return version


def _points() -> dict[str, str]:
    """Place → what is wrong there: fields ``point:<place>`` of the reviewed figures, and pairs of place and text."""
    start = "point:"
    told = [(name.removeprefix(start), text) for name, text in request.form.items(True) if name.startswith(start)]
    told += zip(request.form.getlist("point_place"), request.form.getlist("point_text"), strict=False)
    found: dict[str, list[str]] = {}
    for place, text in told:
        if text.strip():
            found.setdefault(place, []).append(text.strip())
    return {place: "\n".join(texts) for place, texts in found.items()}


@blueprint.get("/filings/<filing_id>/compare")
def compare(filing_id: str) -> str:
    """Any two versions side by side: only what differs, or everything with ``all=1``; at first the last two."""
    view = filings.open_one(core(), actor(), filing_id, now())
    numbers = [version.number for version in view.versions]
    if not numbers:
        raise NotFound
    new = whole_number(request.args.get("new"), max(numbers))
    old = whole_number(request.args.get("old"), max((number for number in numbers if number < new), default=new))
    comparison = comparing.compare(core(), actor(), filing_id, old, new, now())
    return render_template(
        "pages/compare.html", view=view, comparison=comparison, everything=request.args.get("all") == "1",
        value_text=value_text, signed=signed, where_of=where_of,
    )  # fmt: skip


@blueprint.get("/submissions/<submission_id>/original")
def original(submission_id: str) -> Response:
    """The very bytes that came, as a download under a name and type of the hub's own choosing."""
    row, content = intake.submission_content(core(), actor(), submission_id, now())
    media_type, ending = MEDIA_TYPES.get(row.door, ("application/octet-stream", "bin"))
    return secure_download(Response(content, content_type=media_type), f"{row.id}.{ending}")
