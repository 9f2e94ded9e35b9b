"""Whom to call about a unit's reports, as its own people say it."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.errors import HubError, NotFound
from hub.services import contacts
from hub.web.current import actor, core, now
from hub.web.listing import clean

blueprint = Blueprint("contacts", __name__)

BLANK = {"regime": "", "name": "", "title": "", "phone": "", "email": ""}
DONE = {
    "kept": ("Đã lưu đầu mối liên hệ.", "The contact is saved."),
    "removed": ("Đã bỏ đầu mối riêng của chế độ này.", "The contact for this regime was taken away."),
}


@blueprint.get("/contact")
def show() -> str:
    return _page(clean(request.args.get("unit")))


@blueprint.post("/contact")
def keep() -> AnyResponse:
    """Keeps what a unit says of itself; twice is as once."""
    unit_id, regime = clean(request.form.get("unit")), clean(request.form.get("regime"))
    try:
        if request.form.get("action") == "remove":
            contacts.remove(core(), actor(), unit_id, regime, now())
            return redirect(url_for("contacts.show", unit=unit_id, done="removed"), 303)
        said = {name: request.form.get(name, "") for name in ("name", "title", "phone", "email")}
        contacts.keep(core(), actor(), unit_id, regime, **said, now=now())
    except HubError as error:
        if error.status != 400:
            raise
        return make_response(_page(unit_id, error), error.status)
    return redirect(url_for("contacts.show", unit=unit_id, done="kept"), 303)


def _page(asked: str, problem: HubError | None = None) -> str:
    units = contacts.units_of(core(), actor())
    unit_id = asked or next(iter(units), "")
    if not unit_id:
        raise NotFound
    return render_template(
        "pages/contact.html", units=units, unit=unit_id, setting=contacts.settings(core(), actor(), unit_id),
        regimes=sorted(core().catalog.regimes), done=DONE.get(request.args.get("done", "")), problem=problem,
        typed=BLANK | request.form.to_dict() if problem else {}, blank=BLANK,
    )  # fmt: skip
