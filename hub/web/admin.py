"""The administrator's pages: accounts, API tokens and the audit chain."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.access import Grant, Role
from hub.errors import BadRequest, Forbidden, HubError
from hub.services import access, journal, passwords
from hub.services.credentials import SCOPES
from hub.web.audit_words import DEEDS, OBJECTS, RESULTS
from hub.web.audit_words import SCOPES as SCOPE_NAMES
from hub.web.current import actor, core, now
from hub.web.listing import optional_number, whole_number
from hub.web.rendering import has_role

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

ROLES: tuple[Role, ...] = tuple(role for role in get_args(Role) if role != "system")


def _administrator() -> None:
    if not has_role("administrator"):
        raise Forbidden()


# --- Accounts ------------------------------------------------------------


@blueprint.get("/accounts")
def accounts() -> str:
    return _accounts()


def _accounts(problem: HubError | None = None, secret: tuple[str, str] | None = None) -> str:
    _administrator()
    return render_template(
        "pages/accounts.html",
        accounts=access.listing(core(), actor(), now()),
        roles=ROLES,
        problem=problem,
        secret=secret,
        typed=request.form,
    )


@blueprint.post("/accounts")
def create_account() -> AnyResponse:
    """A new account with a one-time password, shown once and to be replaced at the first sign-in."""
    _administrator()
    username, unit_id, role = (request.form.get(name, "").strip() for name in ("username", "unit", "role"))
    password = passwords.make_one_time()
    try:
        access.create_account(
            core(), actor(), username=username, name=request.form.get("name", ""), unit_id=unit_id,
            password=password, grants=[Grant(_role(role), unit_id)], now=now(),
        )  # fmt: skip
    except HubError as error:
        return _again(_accounts(error), error)
    return make_response(_accounts(secret=(username, password)))


@blueprint.post("/accounts/<account_id>")
def change_account(account_id: str) -> AnyResponse:
    """Switches on or off, gives or takes a role, or makes a new one-time password."""
    _administrator()
    action, who = request.form.get("action", ""), actor()
    try:
        if action in {"enable", "disable"}:
            access.set_active(core(), who, account_id, action == "enable", now())
        elif action in {"grant", "revoke"}:
            role, unit_id = _role(request.form.get("role", "")), request.form.get("unit", "").strip()
            change = access.grant if action == "grant" else access.revoke
            change(core(), who, account_id, role, unit_id, now())
        elif action == "reset":
            password = access.reset_password(core(), who, account_id, now())
            return make_response(_accounts(secret=(request.form.get("username", ""), password)))
        else:
            raise BadRequest()
    except HubError as error:
        return _again(_accounts(error), error)
    return redirect(url_for("admin.accounts"), 303)


def _role(text: str) -> Role:
    for role in ROLES:
        if role == text:
            return role
    raise BadRequest("Không có vai trò này.", "There is no such role.")


def _again(page: str, error: HubError) -> AnyResponse:
    if error.status >= 500 or error.status == 404:
        raise error
    return make_response(page, error.status)


# --- API tokens ------------------------------------------------------------


@blueprint.get("/tokens")
def tokens() -> str:
    return _tokens()


def _tokens(problem: HubError | None = None, secret: str | None = None) -> str:
    _administrator()
    held = access.listing(core(), actor(), now())
    return render_template(
        "pages/tokens.html",
        accounts=[account for account, _ in held],
        rows=access.all_tokens(core(), actor(), now()),
        scopes=sorted(SCOPES),
        SCOPES=SCOPE_NAMES,
        problem=problem,
        secret=secret,
        now=now(),
    )


@blueprint.post("/tokens")
def issue_token() -> AnyResponse:
    """A new token, shown once; the hub keeps only its hash."""
    _administrator()
    try:
        secret = access.issue_token(
            core(), actor(), account_id=request.form.get("account", ""), name=request.form.get("name", ""),
            scopes=request.form.getlist("scope"), expires_in_days=whole_number(request.form.get("days"), 365),
            now=now(), key=request.form.get("form_key", ""),
        )  # fmt: skip
    except HubError as error:
        return _again(_tokens(error), error)
    return make_response(_tokens(secret=secret))


@blueprint.post("/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> AnyResponse:
    _administrator()
    access.revoke_token(core(), actor(), token_id, now())
    return redirect(url_for("admin.tokens"), 303)


# --- Events ------------------------------------------------------------


@blueprint.get("/events")
def events() -> str:
    """The latest lines of the chain; the whole chain is verified only when asked for."""
    rows = journal.latest(core(), actor(), now(), before=optional_number(request.args.get("before")))
    problems = journal.problems(core(), actor(), now()) if request.args.get("verify") == "1" else None
    people = {account.id: account.username for account, _ in access.listing(core(), actor(), now())}
    return render_template(
        "pages/events.html", people=people, events=rows, problems=problems, DEEDS=DEEDS, OBJECTS=OBJECTS,
        RESULTS=RESULTS,
        at=lambda event: datetime.fromisoformat(event.at),
    )  # fmt: skip
