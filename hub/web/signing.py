"""Signing a report, and what a unit asks of its own reports before they are sent."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.signature import KINDS, Kind
from hub.domain.workflow import SignOff
from hub.errors import BadRequest, HubError, NotFound
from hub.services import documents, filings, signing, steps
from hub.store.unit_steps import ALL_REGIMES
from hub.web.current import actor, core, now
from hub.web.entry import refused_page
from hub.web.listing import whole_number
from hub.web.panels.signing import for_show
from hub.web.security import secure_download
from hub.web.uploads import uploaded_file

blueprint = Blueprint("signing", __name__)


@blueprint.post("/filings/<filing_id>/signatures")
def hand_in(filing_id: str) -> AnyResponse:
    """A file that was signed outside. The same file twice is one signature."""
    try:
        content, _, _ = uploaded_file()
        revision = whole_number(request.form.get("revision"))
        signing.sign(core(), actor(), filing_id, revision=revision, content=content, now=now())
    except HubError as error:
        return refused_page(filing_id, error)
    return redirect(url_for("entry.filing", filing_id=filing_id, done="sign", _anchor="signing"), 303)


@blueprint.post("/filings/<filing_id>/signatures/demonstration")
def sign_for_show(filing_id: str) -> AnyResponse:
    """Signs on the spot with a certificate of the demonstration's own authority, on the same way as every file."""
    maker = for_show()
    if maker is None:
        raise NotFound
    try:
        kind = _kind(request.form.get("kind"))
        view = filings.open_one(core(), actor(), filing_id, now())
        if view.row.state == "checked":
            ours = documents.document(core(), actor(), filing_id, kind, now())
            content = maker(core().config.var, kind, ours.content, actor().name, view.unit.name.vi, now())
            revision = whole_number(request.form.get("revision"))
            signing.sign(core(), actor(), filing_id, revision=revision, content=content, now=now())
        elif view.row.state != "signed":
            raise BadRequest("Chỉ ký được báo cáo đã kiểm tra.", "Only a checked report can be signed.")
    except HubError as error:
        return refused_page(filing_id, error)
    return redirect(url_for("entry.filing", filing_id=filing_id, done="sign", _anchor="signing"), 303)


def _kind(text: str | None) -> Kind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise BadRequest()


@blueprint.get("/signatures/<signature_id>/file")
def file(signature_id: str) -> Response:
    """The very file that was handed in."""
    row, content = signing.signed_file(core(), actor(), signature_id, now())
    content_type = "application/pdf" if row.kind == "pdf" else "application/octet-stream"
    name = f"{documents.file_name(core(), actor(), row.filing_id, row.version, now())}_da-ky.{row.kind}"
    return secure_download(Response(content, content_type=content_type), name)


# --- what a unit asks of its own reports -----------------------------------------------------------------------------


@blueprint.get("/steps")
def show_steps() -> str:
    return _steps_page()


@blueprint.post("/steps")
def set_steps() -> AnyResponse:
    """Keep the choice for a unit: for all of its reports or for those of one regime. Twice is as once."""
    unit_id, regime = request.form.get("unit", ""), request.form.get("regime", ALL_REGIMES)
    asked: SignOff | None = None
    if request.form.get("action") != "remove":
        chosen = [step for step in steps.ORDER if request.form.get(step)]
        asked = SignOff(tuple(chosen), bool(request.form.get("separate")))
    steps.choose(core(), actor(), unit_id, regime, asked=asked, now=now())
    return redirect(url_for("signing.show_steps", unit=unit_id, done="steps"), 303)


def _steps_page() -> str:
    units = steps.units_of(core(), actor())
    chosen = request.args.get("unit") or next(iter(units), "")
    if chosen and chosen not in units:
        units = [chosen, *units]  # an administrator of the nation decides for any unit that it names
    settings = steps.settings(core(), actor(), [chosen]) if chosen else []
    regimes = sorted(core().catalog.regimes)
    done = ("Đã lưu các bước của đơn vị.", "The unit's steps are saved.") if request.args.get("done") else None
    return render_template(
        "pages/steps.html", units=units, unit=chosen, setting=settings[0] if settings else None, regimes=regimes,
        done=done,
    )  # fmt: skip
