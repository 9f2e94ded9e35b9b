"""Making an edition on pages: drafted from an official form, kept, mended file by file, published when it is ready."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import get_args

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.org import OrgRegister
from hub.domain.period import local_day
from hub.domain.regime import Edition, Frequency, Level
from hub.drafting.draft import Hints
from hub.errors import BadRequest, Conflict, HubError, NotFound, SchemaError
from hub.services import regime_shelf, workshop
from hub.services.drafted import Drafted, draft
from hub.services.preview import sample_filing, with_sound_rules
from hub.services.workshop import insist
from hub.web.change_words import LEVELS, UNREAD
from hub.web.current import actor, core, now
from hub.web.entry_form import blank_form
from hub.web.language import plain
from hub.web.listing import clean, named_day
from hub.web.regimes import LINT, owner_name
from hub.web.security import secure_download
from hub.web.uploads import uploaded_file

blueprint = Blueprint("workshop", __name__, url_prefix="/regimes")

MakeSamples = Callable[[Edition, OrgRegister], Mapping[str, str]]
"""Sample files of an edition, by name: handed in by the application, for they are invented far above the pages."""
MOST_KEPT = 4 * 1024 * 1024
"""Characters of a draft on its way through the browser."""


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"LEVELS": LEVELS, "LINT": LINT, "owner_name": owner_name, "UNREAD": UNREAD}


# --- from an official form ------------------------------------------------------------------------------------------


@blueprint.get("/draft")
def form() -> str:
    insist(actor())
    return _draft_page()


@blueprint.post("/draft")
def make() -> AnyResponse:
    """An uploaded form drafted, or a draft that was looked at: downloaded, or kept in the workshop."""
    insist(actor())
    action = request.form.get("action", "draft")
    try:
        if action == "draft":
            content, name, _ = uploaded_file()
            return make_response(_draft_page(draft(core(), actor(), content, name, _hints()), filename=name))
        files = _files()
        if action == "zip":
            content = regime_shelf.as_zip({name: text.encode() for name, text in sorted(files.items())})
            return secure_download(Response(content, content_type="application/zip"), "draft.zip")
        key = workshop.keep(core(), actor(), files, now())
    except HubError as error:
        if error.status >= 500 or error.status == 403:
            raise
        return make_response(_draft_page(problem=error), error.status)
    regime, _, edition = key.partition("/")
    return redirect(url_for("regimes.show", regime=regime, edition=edition, done="kept"), 303)


def _hints() -> Hints:
    typed = request.form
    owner, basis = clean(typed.get("owner")), clean(typed.get("basis"), 500)
    if not owner or not basis:
        raise BadRequest("Hãy ghi cơ quan chủ trì và căn cứ pháp lý.", "Name the owner and the legal basis.")
    return Hints(
        owner=owner,
        basis=basis,
        code=clean(typed.get("code"), 60),
        valid_from=named_day(typed.get("valid_from")),
        frequencies=tuple(each for each in typed.getlist("frequency") if each in get_args(Frequency)),
        levels=tuple(each for each in typed.getlist("level") if each in get_args(Level)),
    )


def _files() -> dict[str, str]:
    """The draft that the page carried along, as text only."""
    text = request.form.get("files", "")
    try:
        found = json.loads(text) if len(text) <= MOST_KEPT else None
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise BadRequest("Đây không phải là một bản thảo.", "This is no draft of an edition.")
    return found


def _draft_page(made: Drafted | None = None, filename: str = "", problem: HubError | None = None) -> str:
    preview = None
    if made is not None and made.edition is not None:
        sample = sample_filing(made.edition, core().orgs, local_day(now()))
        preview = blank_form(with_sound_rules(made.edition), sample.period.frequency)
    return render_template(
        "pages/regime_draft.html",
        made=made,
        preview=preview,
        files=json.dumps(dict(made.files), ensure_ascii=False) if made else "",
        filename=filename,
        problem=problem,
        typed=request.form,
        owners=sorted(core().orgs.on(local_day(now()), "ministry"), key=lambda unit: plain(unit.name)),
        frequencies=get_args(Frequency),
        workshop=workshop.workshop_of(core()),
        max_upload=core().config.max_upload_bytes,
    )


# --- file by file ----------------------------------------------------------------------------------------------------


@blueprint.get("/<regime>/<edition>/edit")
def edit(regime: str, edition: str) -> str:
    return _edit_page(f"{regime}/{edition}", clean(request.args.get("file")) or "regime.yaml")


@blueprint.post("/<regime>/<edition>/edit")
def save(regime: str, edition: str) -> AnyResponse:
    """The file is saved if nobody else changed it since it was opened; then what is wrong with it is shown."""
    key, name = f"{regime}/{edition}", clean(request.form.get("file"))
    text = request.form.get("text", "")
    try:
        workshop.save_file(core(), actor(), key, name, text, request.form.get("seen", ""), now())
    except HubError as error:
        if error.status not in {400, 409, 413}:
            raise
        if error.status == 400 or not workshop.is_workable(core(), key):
            raise
        return make_response(_edit_page(key, name, problem=error, text=text), error.status)
    return redirect(url_for("workshop.edit", regime=regime, edition=edition, file=name, saved=1), 303)


def _edit_page(key: str, name: str, problem: HubError | None = None, text: str | None = None) -> str:
    """The file in a text field. After a conflict: what was typed, beside what stands there now."""
    file = workshop.read_file(core(), actor(), key, name)
    sheet = regime_shelf.sheet(core(), actor(), key, now())
    shown = file.text if text is None else text
    return render_template(
        "pages/regime_edit.html",
        sheet=sheet,
        file=file,
        text=shown,
        names=workshop.file_names(core(), actor(), key),
        lines=max(12, min(40, shown.count("\n") + 3)),
        here=[problem_line(line, sheet.path) for line in sheet.problems if f"/{name}:" in line],
        elsewhere=[problem_line(line, sheet.path) for line in sheet.problems if f"/{name}:" not in line],
        warnings=[problem_line(line, sheet.path) for line in sheet.warnings],
        problem=problem,
        conflict=text is not None and isinstance(problem, Conflict),
        saved=request.args.get("saved") == "1" and problem is None,
    )


def problem_line(line: str, path: str) -> str:
    """``forms/F1.yaml:12 …`` of a problem that begins with the whole path."""
    return line.removeprefix(f"{path}/")


@blueprint.post("/<regime>/<edition>/samples")
def samples(regime: str, edition: str) -> AnyResponse:
    """Sample reports are invented where there are none of that name yet; a person then reads them."""
    key = f"{regime}/{edition}"
    found = regime_shelf.edition_at(core(), actor(), key)
    names = workshop.file_names(core(), actor(), key)
    invent: MakeSamples = current_app.config["MAKE_SAMPLES"]
    for name, text in invent(found, core().orgs).items():
        if f"samples/{name}" not in names:
            workshop.save_file(core(), actor(), key, f"samples/{name}", text, "", now())
    return redirect(url_for("regimes.show", regime=regime, edition=edition, done="samples", _anchor="samples"), 303)


# --- into force ------------------------------------------------------------------------------------------------------


@blueprint.get("/<regime>/<edition>/publish")
def confirm(regime: str, edition: str) -> str:
    return _publish_page(f"{regime}/{edition}")


@blueprint.post("/<regime>/<edition>/publish")
def publish(regime: str, edition: str) -> AnyResponse:
    """What was looked at is brought into force; refused with everything that stands in the way otherwise."""
    key = f"{regime}/{edition}"
    insist(actor())
    try:
        workshop.bring_into_force(core(), actor(), key, request.form.get("seen", ""), now())
    except SchemaError as error:
        return make_response(_publish_page(key, refused=error.problems), 422)
    except Conflict as error:
        if not workshop.is_workable(core(), key):
            raise
        return make_response(_publish_page(key, problem=error), error.status)
    return redirect(url_for("regimes.show", regime=regime, edition=edition, done="published"), 303)


def _publish_page(key: str, refused: list[str] | None = None, problem: HubError | None = None) -> str:
    sheet = regime_shelf.sheet(core(), actor(), key, now())
    if sheet.state != "draft":
        raise NotFound
    return render_template("pages/regime_publish.html", sheet=sheet, refused=refused, problem=problem)
