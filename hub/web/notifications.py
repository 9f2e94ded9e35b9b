"""What people are told: the bell, the list of notices, and each person's own profile with what to be written about."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.notice import KINDS, MAIL_NAMES, kinds_for
from hub.errors import BadRequest
from hub.services import letters, notifications, profiles
from hub.web.current import actor, core, now
from hub.web.language import COOKIE, LANGUAGES
from hub.web.listing import local_path, whole_number
from hub.web.security import keep_preference

blueprint = Blueprint("notifications", __name__)

KIND_NAMES = {code: (kind.name.vi, kind.name.en) for code, kind in KINDS.items()}


@blueprint.app_context_processor
def _bell() -> dict[str, Any]:
    """What the bell and the page of jobs ask for; nothing is looked up unless they do."""
    return {"unread_notices": unread_notices, "undelivered_letters": undelivered_letters}


def unread_notices() -> int:
    """How many notices the signed-in person has not read; counted once a page."""
    if "unread_notices" not in g:
        g.unread_notices = notifications.unread(core(), actor())
    return int(g.unread_notices)


def undelivered_letters() -> letters.Waiting:
    """The letters that wait or are dead, for whoever manages jobs."""
    return letters.listing(core(), actor())


# --- Notices ---------------------------------------------------------------------------------------------------------


@blueprint.get("/notifications")
def listing() -> str:
    """The person's own notices, the newest first; of one kind, or only those not read."""
    who = actor()
    kind = request.args.get("kind") if request.args.get("kind") in KINDS else None
    only_unread = request.args.get("unread") == "1"
    page = max(1, min(whole_number(request.args.get("page"), 1), 100_000))
    found = notifications.listing(core(), who, kind=kind, only_unread=only_unread, page=page)
    return render_template(
        "pages/notifications.html", found=found, kind=kind, only_unread=only_unread, KINDS=KIND_NAMES,
        kinds=list(kinds_for(who.roles())),
    )  # fmt: skip


@blueprint.post("/notifications/<notification_id>/read")
def read(notification_id: str) -> AnyResponse:
    """The notice is read; on to what it tells of, or back to the list. A second click leads to the same place."""
    notice = notifications.open_one(core(), actor(), notification_id, now())
    wanted = notice.path if request.form.get("action") == "open" else request.form.get("next", "")
    return redirect(wanted if local_path(wanted) else url_for("notifications.listing"), 303)


@blueprint.post("/notifications/read")
def read_all() -> AnyResponse:
    """All of the person's notices are read."""
    notifications.mark_read(core(), actor(), now())
    return redirect(url_for("notifications.listing"), 303)


# --- Profile ---------------------------------------------------------------------------------------------------------


@blueprint.get("/profile")
def profile() -> str:
    return _profile(saved=request.args.get("saved") == "1")


def _profile(problem: BadRequest | None = None, *, saved: bool = False) -> str:
    return render_template(
        "pages/profile.html", view=profiles.view(core(), actor()), typed=request.form, problem=problem, saved=saved,
        MAILS=MAIL_NAMES, LANGUAGES=LANGUAGES, KINDS=KIND_NAMES,
    )  # fmt: skip


@blueprint.post("/profile")
def save_profile() -> AnyResponse:
    """What the person says of themselves is kept, and pages speak the chosen language; the same form twice is one."""
    language = request.form.get("language", "")
    choices = {name[5:]: mail for name, mail in request.form.items() if name.startswith("mail.")}
    try:
        profiles.keep(
            core(), actor(), email=request.form.get("email", ""), phone=request.form.get("phone", ""),
            language=language, choices=choices, now=now(),
        )  # fmt: skip
    except BadRequest as problem:
        return make_response(_profile(problem), 422)
    response = make_response(redirect(url_for("notifications.profile", saved=1), 303))
    keep_preference(response, COOKIE, language)
    return response
