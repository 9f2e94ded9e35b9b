"""Signing in and out, and changing one's password."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.errors import BadRequest, HubError, NotSignedIn
from hub.services import access
from hub.web import carrying, rates
from hub.web.carrying import Carried
from hub.web.current import actor, address, core, now
from hub.web.listing import local_path
from hub.web.security import csrf_token, session_cookie, set_cookie

blueprint = Blueprint("sign_in", __name__)

WITHOUT_NEW_PASSWORD = frozenset(
    {"sign_in.password", "sign_in.change_password", "sign_in.leave", "language.choose", "look.choose", "static"}
)


@blueprint.get("/sign-in")
def show() -> AnyResponse | str:
    """The sign-in page; who is signed in already goes on."""
    if g.get("actor") is not None:
        return redirect(_own_page(request.args.get("next", "")), 303)
    return _page("", request.args.get("next", ""), None)


def _after_sign_in(session: access.SignedIn, target: str, carried: Carried | None) -> Response:
    """The page that was asked for; what was posted when the session had ended is first offered to be posted again."""
    g.actor, g.csrf = session.actor, session.csrf
    g.pop("masked_token", None)
    return _going_on(target, None if session.must_change_password else carried)


def _going_on(target: str, carried: Carried | None) -> Response:
    if carried is None:
        return make_response(redirect(_own_page(target), 303))
    return make_response(carrying.page_of(carried, None, csrf_token()))


@blueprint.post("/sign-in")
def enter() -> AnyResponse | str:
    """A new session under a new id, whatever the browser held before (P26)."""
    username, target = request.form.get("username", "")[:200], request.form.get("next", "")
    carried = carrying.brought()
    who = g.get("actor")
    if who is not None and access.is_account(core(), who, username):  # a second click
        return _going_on(target, carried)
    try:
        session = _signed_in(username, request.form.get("password", ""))
    except HubError as error:
        if error.status >= 500:
            raise
        return make_response(_page(username, target, error, carried), error.status)
    response = _after_sign_in(session, target, carried)
    set_cookie(response, session_cookie(), session.token)
    return response


def _signed_in(username: str, password: str) -> access.SignedIn:
    """A session, or NotSignedIn; TooManyGuesses where an address guessed too often and the account is new to it."""
    guesses = rates.guesses()
    if guesses.too_many("password", address()) and not access.has_signed_in_from(core(), username, address()):
        raise rates.TooManyGuesses()
    try:
        return access.sign_in(core(), username, password, address(), now())
    except NotSignedIn:
        guesses.note("password", address())
        raise


@blueprint.post("/sign-out")
def leave() -> Response:
    """The session ends in the database: an old copy of the cookie is worth nothing from now on."""
    access.sign_out(core(), request.cookies.get(session_cookie(), ""), now(), address())
    response = make_response(redirect(url_for("sign_in.show", done="left"), 303))
    response.delete_cookie(session_cookie(), path="/", secure=core().config.secure_cookies)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/password")
def password() -> str:
    return render_template("pages/password.html", problem=None, must_change=must_change())


@blueprint.post("/password")
def change_password() -> AnyResponse:
    """Every other session of the account ends with the old password."""
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    try:
        if new != again:
            raise BadRequest("Hai lần nhập mật khẩu mới không giống nhau.", "The two new passwords differ.")
        session = access.change_password(core(), actor(), old=old, new=new, now=now())
    except HubError as error:
        if error.status >= 500:
            raise
        page = render_template("pages/password.html", problem=error, must_change=must_change())
        return make_response(page, error.status)
    response = make_response(redirect(url_for("desk.overview"), 303))
    set_cookie(response, session_cookie(), session.token)
    return response


def must_change() -> bool:
    """Whether this person still uses the first password, which works once (ASVS 6.4.1)."""
    who = actor()
    return not who.grants and access.must_change_password(core(), who)


def insist_on_new_password() -> AnyResponse | None:
    """Until the first password is replaced, only the page that replaces it is open."""
    if g.get("actor") is None or request.endpoint in WITHOUT_NEW_PASSWORD or not must_change():
        return None
    return redirect(url_for("sign_in.password"), 303)


def _page(username: str, target: str, problem: HubError | None, carried: Carried | None = None) -> str:
    return render_template(
        "pages/sign_in.html", username=username, target=target, problem=problem, carried=carried
    )  # fmt: skip


def _own_page(target: str) -> str:
    """``target`` if it is a path of this site, else the overview."""
    return target if local_path(target) else url_for("desk.overview")
