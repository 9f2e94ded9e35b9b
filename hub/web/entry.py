"""One filing as a form: fill, check, explain, send; by hand or with a file."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.envelope import Receipt
from hub.domain.filing import FilingRow
from hub.domain.findings import Finding
from hub.domain.rule_browser import program
from hub.errors import BadRequest, Conflict, Forbidden, HubError, NotFound
from hub.services import filings, intake
from hub.services.filings import FilingView
from hub.services.offers import offers
from hub.web.current import actor, core, now
from hub.web.entry_form import entry_form
from hub.web.filing_panels import panels_of
from hub.web.listing import whole_number
from hub.web.security import secure_download
from hub.web.uploads import file_envelope, form_envelope

blueprint = Blueprint("entry", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DONE: dict[str, tuple[str, str]] = {
    "save": ("Đã lưu nháp.", "Saved as a draft."),
    "same": ("Không có gì thay đổi so với lần lưu trước.", "Nothing has changed since it was last saved."),
    "check": ("Đã xác nhận kiểm tra. Người duyệt có thể gửi.", "Checked. It can be sent now."),
    "send": ("Đã gửi báo cáo. Giờ máy chủ nhận đã được ghi lại.", "Sent. The hub's own clock has recorded when."),
    "explain": ("Đã lưu giải trình.", "Explanations saved."),
    "amend": ("Đã mở lại để sửa đổi; số liệu đang dùng chưa đổi.", "Reopened; the figures in force stand meanwhile."),
    "upload": ("Đã nhận tệp và lưu nháp. Hãy xem lại số liệu.", "The file was taken as a draft. Look it over."),
    "accept": ("Đã tiếp nhận báo cáo.", "Accepted."),
    "send_back": ("Đã trả lại kèm lý do.", "Sent back with your reason."),
    "finalise": ("Đã chốt số liệu.", "Finalised."),
    "exclude": ("Đã loại khỏi số liệu tổng hợp.", "Excluded from the roll-up."),
    "include": ("Đã đưa lại vào số liệu tổng hợp.", "Included again."),
}


@blueprint.get("/filings/<filing_id>")
def filing(filing_id: str) -> str:
    view = filings.open_one(core(), actor(), filing_id, now())
    typed, findings = _refused_before(view)
    return _page(view, typed=typed, findings=findings, done=DONE.get(request.args.get("done", "")))


@blueprint.post("/filings/<filing_id>")
def save(filing_id: str) -> AnyResponse:
    """Save, check, send, explain or add rows; whatever is refused comes back with everything that was typed (P25)."""
    view = filings.open_one(core(), actor(), filing_id, now())
    action = request.form.get("action", "save")
    if action.startswith("rows:"):
        return make_response(_page(view, typed=_typed(), extra_rows={action.removeprefix("rows:"): 15}))
    try:
        if action == "explain":
            filings.explain(core(), actor(), filing_id, _explanations(), now())
            return _to_page(filing_id, "explain", "explanations")
        return _save(view, action)
    except HubError as error:
        if error.status not in {400, 409, 422}:
            raise
        view = filings.open_one(core(), actor(), filing_id, now())
        typed = _typed() if isinstance(error, Conflict) or action == "explain" else None
        return make_response(_page(view, typed=typed, problem=error), error.status)


def _save(view: FilingView, action: str) -> AnyResponse:
    if action not in {"save", "check", "send"}:
        raise BadRequest()
    filing_id, seen = view.row.id, whole_number(request.form.get("version"), 0)
    receipt = intake.receive(core(), actor(), form_envelope(filing_id, seen), now())
    if receipt.verdict == "refused":
        view = filings.open_one(core(), actor(), filing_id, now())
        return make_response(_page(view, typed=_typed(), findings=receipt.findings), 422)
    if action != "save":
        row = filings.open_one(core(), actor(), filing_id, now()).row
        _MOVES[action](core(), actor(), filing_id, revision=row.revision, now=now())
    return _to_page(filing_id, "same" if action == "save" and receipt.repeat_of else action)


_MOVES: dict[str, Callable[..., FilingRow]] = {"check": filings.check, "send": filings.send}


@blueprint.post("/filings/<filing_id>/move")
def move(filing_id: str) -> AnyResponse:
    """Check, send or amend what is already saved."""
    action, revision = request.form.get("action", ""), whole_number(request.form.get("revision"))
    try:
        if action == "amend":
            reason = request.form.get("reason", "")
            filings.amend(core(), actor(), filing_id, revision=revision, reason=reason, now=now())
        elif action in _MOVES:
            _MOVES[action](core(), actor(), filing_id, revision=revision, now=now())
        else:
            raise BadRequest()
    except HubError as error:
        return refused_page(filing_id, error)
    return _to_page(filing_id, action)


def refused_page(filing_id: str, error: HubError) -> AnyResponse:
    """The filing's page with what was in the way; other errors go on."""
    if error.status not in {400, 409, 422} and not isinstance(error, Forbidden):
        raise error
    try:
        view = filings.open_one(core(), actor(), filing_id, now())
    except NotFound:
        raise error from None
    return make_response(_page(view, problem=error), error.status)


def _to_page(filing_id: str, done: str, anchor: str | None = None) -> AnyResponse:
    return redirect(url_for("entry.filing", filing_id=filing_id, done=done, _anchor=anchor), 303)


def _typed() -> dict[str, str]:
    return request.form.to_dict()


def _explanations() -> dict[str, str]:
    start = "explain."
    return {name.removeprefix(start): text for name, text in request.form.items() if name.startswith(start)}


def _refused_before(view: FilingView) -> tuple[dict[str, str] | None, tuple[Finding, ...] | None]:
    """What the last refused arrival said, shown again after a new sign-in or from another computer (P25)."""
    if view.last_refused is None or "edit" not in view.moves or _is_overtaken(view, view.last_refused):
        return None, None
    if view.submissions[0].door != "form" or view.last_refused_content is None:
        return None, view.last_refused.findings
    pairs = parse_qsl(view.last_refused_content.decode("utf-8", "replace"), keep_blank_values=True)
    return dict(pairs), view.last_refused.findings


def _is_overtaken(view: FilingView, refused: Receipt) -> bool:
    """A version made at the same moment or later has taken the place of what was refused."""
    return any(version.created_at >= refused.received_at for version in view.versions)


def _page(
    view: FilingView,
    *,
    typed: dict[str, str] | None = None,
    findings: tuple[Finding, ...] | None = None,
    extra_rows: dict[str, int] | None = None,
    problem: HubError | None = None,
    done: tuple[str, str] | None = None,
) -> str:
    """The filing's page: fields where it may be edited, plain text where it is only read."""
    can_edit = "edit" in view.moves
    editing = can_edit and (
        view.row.state in {"draft", "returned"} or typed is not None or request.args.get("edit") == "1"
    )
    elsewhere = offers(core(), actor(), view, now()) if editing else {}
    form = entry_form(view, editable=editing, typed=typed, findings=findings, extra_rows=extra_rows, offers=elsewhere)
    returns = [decision for decision in view.decisions if decision.event == "send_back"]
    from_file = findings is not None and view.last_refused is not None and view.submissions[0].door != "form"
    return render_template(
        "pages/filing.html",
        view=view,
        form=form,
        program=program(view.edition, view.row.frequency, view.context) if editing and form.editable else None,
        offered=bool(elsewhere),
        typed=typed,
        editing=editing,
        can_edit=can_edit,
        can_explain=can_edit,
        sign_off="check" in view.edition.sign_off,
        problem=problem,
        done=done,
        refused_upload=view.submissions[0] if from_file else None,
        last_return=max(returns, key=lambda decision: decision.at, default=None),
        max_upload=core().config.max_upload_bytes,
        panels=panels_of(view, now()),
    )


# --- Files ------------------------------------------------------------


@blueprint.post("/filings/<filing_id>/upload")
def upload_here(filing_id: str) -> AnyResponse:
    """A file for this very filing; it must say that it is for it."""
    try:
        receipt = intake.receive(core(), actor(), file_envelope("draft", filing_id), now())
    except HubError as error:
        return refused_page(filing_id, error)
    if receipt.verdict != "refused":
        return _to_page(filing_id, "same" if receipt.repeat_of else "upload")
    view = filings.open_one(core(), actor(), filing_id, now())
    return make_response(_page(view, findings=receipt.findings), 422)


@blueprint.get("/filings/<filing_id>/workbook.xlsx")
def workbook(filing_id: str) -> Response:
    name, content = filings.template(core(), actor(), filing_id, now())
    return secure_download(Response(content, content_type=XLSX), name)


@blueprint.get("/filings/<filing_id>/schema.xsd")
def schema(filing_id: str) -> Response:
    view = filings.open_one(core(), actor(), filing_id, now())
    name = f"{view.edition.regime}_{view.edition.code}.xsd"
    return secure_download(Response(filings.xsd(core(), view.edition.key), content_type="application/xml"), name)
