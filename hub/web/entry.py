"""One filing as a form: fill, check, explain, send; by hand or with a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.envelope import Envelope, Receipt
from hub.domain.filing import FilingRow
from hub.domain.findings import Finding
from hub.domain.merging import Clash
from hub.domain.rule_browser import Program, program
from hub.errors import BadRequest, Conflict, Forbidden, HubError, NotFound
from hub.services import filings, intake, saving, unsaved
from hub.services.filings import FilingView
from hub.services.offers import offers
from hub.services.saving import Overlapping
from hub.web.current import actor, core, now
from hub.web.entry_form import entry_form
from hub.web.filing_panels import panels_of
from hub.web.language import chosen
from hub.web.listing import whole_number
from hub.web.security import secure_download
from hub.web.standing import laid_over, on_page, shown
from hub.web.uploads import file_envelope, form_envelope

blueprint = Blueprint("entry", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DONE: dict[str, tuple[str, str]] = {
    "save": ("Đã lưu nháp.", "Saved as a draft."),
    "same": ("Không có gì thay đổi so với lần lưu trước.", "Nothing has changed since it was last saved."),
    "check": ("Đã xác nhận kiểm tra. Người duyệt có thể gửi.", "Checked. It can be sent now."),
    "sign": ("Chữ ký hợp lệ, đã được lưu. Có thể gửi báo cáo.", "The signature holds and is kept. It can be sent now."),
    "send": (
        "Đã gửi báo cáo. Giờ máy chủ nhận đã được ghi lại; biên nhận ở phần “Kiểm tra, ký và gửi”.",
        "Sent. The hub's own clock has recorded when; the receipt is under “Check, sign and send”.",
    ),
    "withdraw": ("Đã rút lại báo cáo. Báo cáo đang nhập.", "Withdrawn. The report is a draft again."),
    "explain": ("Đã lưu giải trình.", "Explanations saved."),
    "discard": ("Đã bỏ những gì chưa lưu thành phiên bản.", "What was in no version yet was discarded."),
    "amend": ("Đã mở lại để sửa đổi; số liệu đang dùng chưa đổi.", "Reopened; the figures in force stand meanwhile."),
    "upload": ("Đã nhận tệp và lưu nháp. Hãy xem lại số liệu.", "The file was taken as a draft. Look it over."),
    "accept": ("Đã tiếp nhận báo cáo.", "Accepted."),
    "send_back": ("Đã trả lại kèm lý do.", "Sent back with your reason."),
    "finalise": ("Đã chốt số liệu.", "Finalised."),
    "exclude": ("Đã loại khỏi số liệu tổng hợp.", "Excluded from the roll-up."),
    "rollup": ("Đã tổng hợp từ các báo cáo đã tiếp nhận.", "Rolled up from the accepted reports."),
    "include": ("Đã đưa lại vào số liệu tổng hợp.", "Included again."),
    "asked_extension": ("Đã gửi đề nghị gia hạn đến nơi nhận.", "The receiver has your request for more time."),
    "extended": ("Đã gia hạn; đơn vị được báo.", "More time was granted; the unit is told."),
    "refused_extension": ("Đã từ chối gia hạn kèm lý do.", "More time was refused with your reason."),
    "enter_for": (
        "Bạn đang nhập thay đơn vị. Đơn vị được báo và vẫn sửa được báo cáo.",
        "You are entering for the unit. It is told, and may still edit the report.",
    ),
}


@blueprint.get("/filings/<filing_id>")
def filing(filing_id: str) -> str:
    view = filings.open_one(core(), actor(), filing_id, now())
    return _page(view, findings=_refused_before(view), done=DONE.get(request.args.get("done", "")))


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
        if isinstance(error, Overlapping):
            page = _page(view, typed=shown(error.texts), problem=error, drawn=error.version, clashes=error.clashes)
            return make_response(page, error.status)
        typed = _typed() if isinstance(error, Conflict) or action == "explain" else None
        return make_response(_page(view, typed=typed, problem=error), error.status)


def _save(view: FilingView, action: str) -> AnyResponse:
    if action not in {"save", "check", "send"}:
        raise BadRequest()
    filing_id = view.row.id
    receipt = saving.save(core(), actor(), _posted(filing_id), now())
    if receipt.verdict == "refused":
        view = filings.open_one(core(), actor(), filing_id, now())
        return make_response(_page(view, typed=_typed(), findings=receipt.findings), 422)
    if action != "save":
        row = filings.open_one(core(), actor(), filing_id, now()).row
        _move(action, filing_id, row.revision)
    return _to_page(filing_id, "same" if action == "save" and receipt.repeat_of else action)


def _move(action: str, filing_id: str, revision: int) -> FilingRow:
    """Check, send, take back or amend. A sending carries the declaration that the report holds no secret (R06)."""
    reason, secrecy = request.form.get("reason", ""), request.form.get("secrecy", "")
    moves: dict[str, Callable[[], FilingRow]] = {
        "check": lambda: filings.check(core(), actor(), filing_id, revision=revision, now=now()),
        "send": lambda: filings.send(core(), actor(), filing_id, revision=revision, secrecy=secrecy, now=now()),
        "withdraw": lambda: filings.withdraw(core(), actor(), filing_id, revision=revision, reason=reason, now=now()),
        "amend": lambda: filings.amend(core(), actor(), filing_id, revision=revision, reason=reason, now=now()),
    }
    if action not in moves:
        raise BadRequest()
    return moves[action]()


@blueprint.post("/filings/<filing_id>/move")
def move(filing_id: str) -> AnyResponse:
    """Check, send, take back or amend what is already saved. A second click finds the first one's work."""
    action, revision = request.form.get("action", ""), whole_number(request.form.get("revision"))
    try:
        _move(action, filing_id, revision)
    except HubError as error:
        if not (error.status in {409, 422} and _was_done(action, filing_id, revision)):
            return refused_page(filing_id, error)
    return _to_page(filing_id, action)


def _was_done(action: str, filing_id: str, revision: int) -> bool:
    """Whether this person made this very step, for this reason, from this very revision, and nobody changed the report
    since."""
    view = filings.open_one(core(), actor(), filing_id, now())
    latest = max((each.at for each in view.decisions), default=None)
    mine = (each for each in view.decisions if each.at == latest and each.account_id == actor().account_id)
    reason = request.form.get("reason", "").strip()
    same = (each for each in mine if each.event == action and (each.reason or "").strip() == reason)
    return view.row.revision == revision + 1 and any(same)


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


def _posted(filing_id: str) -> Envelope:
    """The form as it came, with the version it was drawn from and the latest unsaved change it showed."""
    seen, serial = (whole_number(request.form.get(name), 0) for name in ("version", "serial"))
    return replace(form_envelope(filing_id, seen), seen_serial=serial)


def _typed() -> dict[str, str]:
    return request.form.to_dict()


def _explanations() -> dict[str, str]:
    start = "explain."
    return {name.removeprefix(start): text for name, text in request.form.items() if name.startswith(start)}


def _refused_before(view: FilingView) -> tuple[Finding, ...] | None:
    """What was found in the last refused arrival, shown again after a new sign-in or from another computer (P25).

    What was typed then stands among the unsaved fields.
    """
    if view.last_refused is None or "edit" not in view.moves or _is_overtaken(view, view.last_refused):
        return None
    return view.last_refused.findings


def _is_overtaken(view: FilingView, refused: Receipt) -> bool:
    """A version made at the same moment or later has taken the place of what was refused."""
    return any(version.created_at >= refused.received_at for version in view.versions)


def _program(view: FilingView) -> Program:
    """What the page asks of the figures while somebody types."""
    return program(view.edition, view.row.frequency, view.context, chosen())


def _page(
    view: FilingView,
    *,
    typed: dict[str, str] | None = None,
    findings: tuple[Finding, ...] | None = None,
    extra_rows: dict[str, int] | None = None,
    problem: HubError | None = None,
    done: tuple[str, str] | None = None,
    drawn: int | None = None,
    clashes: tuple[Clash, ...] = (),
) -> str:
    """The filing's page: fields where it may be edited, plain text where it is only read.

    ``typed``: what was posted and is shown again; without it, what is unsaved stands over the version's texts.
    ``drawn``: the version that the page stands over where that is not the one it was posted from.
    """
    can_edit = "edit" in view.moves
    editing = can_edit and (
        view.row.state in {"draft", "returned"} or typed is not None or request.args.get("edit") == "1"
    )
    standing, own = unsaved.of_view(core(), actor(), view)
    serial, base = _known(view, drawn) if typed is not None else (None, view.row.version or 0)
    typed = laid_over(standing, own) if editing and typed is None else typed
    elsewhere = offers(core(), actor(), view, now()) if editing else {}
    from_file = findings is not None and view.last_refused is not None and view.submissions[0].door != "form"
    form = entry_form(view, editable=editing, typed=typed, findings=findings, extra_rows=extra_rows, offers=elsewhere)
    if from_file:  # its cells are in the file: those of the page hold other texts, and nothing is wrong with them
        stored = entry_form(view, editable=editing, typed=typed, extra_rows=extra_rows, offers=elsewhere)
        form = replace(
            form, tables=stored.tables, sections=stored.sections, explanations=stored.explanations
        )  # fmt: skip
    returns = [decision for decision in view.decisions if decision.event == "send_back"]
    return render_template(
        "pages/filing.html",
        view=view,
        form=form,
        program=_program(view) if editing and form.editable else None,
        offered=bool(elsewhere),
        typed=typed,
        drawn=base,
        unsaved=on_page(standing, own, serial=serial, clashes=clashes),
        editing=editing,
        can_edit=can_edit,
        can_explain=can_edit,
        sign_off="check" in view.asked.steps and not view.asked.separate,
        problem=problem,
        done=done,
        refused_upload=view.submissions[0] if from_file else None,
        refused_draft=findings is not None and not from_file,
        last_return=max(returns, key=lambda decision: decision.at, default=None),
        max_upload=core().config.max_upload_bytes,
        panels=panels_of(view, now()),
    )


def _known(view: FilingView, drawn: int | None) -> tuple[int, int]:
    """The serial and the version that a page of posted texts knows: those it was posted with, if nobody came after."""
    serial = whole_number(request.form.get("serial"), 0)
    seen = whole_number(request.form.get("version"), view.row.version or 0)
    return unsaved.known_serial(core(), actor(), view.row.id, serial), seen if drawn is None else drawn


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
