"""What is typed saves by itself: the two addresses that a page's script speaks to, and two small forms (P25)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.errors import BadRequest, HubError
from hub.services import access, unsaved
from hub.services.unsaved import Change, Noted, Told
from hub.web.current import actor, core, now
from hub.web.errors import error_page
from hub.web.rendering import moment_vi
from hub.web.security import csrf_token, session_cookie

blueprint = Blueprint("unsaved", __name__)


@blueprint.errorhandler(HubError)
def problem(error: HubError) -> AnyResponse:
    """A script gets every refusal as JSON, also that its session has ended; a posted form gets a page."""
    if request.endpoint not in {"unsaved.change", "unsaved.show"}:
        return error_page(error)
    said = {"code": error.code, "vi": error.message_vi, "en": error.message_en}
    response = make_response(jsonify(error=said), error.status)
    if error.status in {429, 503}:
        response.headers["Retry-After"] = "60"
    return response


@blueprint.post("/filings/<filing_id>/unsaved")
def change(filing_id: str) -> Response:
    """Keep what was typed since the last time; tell what others typed. Without changes it is a sign of life."""
    given = request.get_json(silent=True) if request.is_json else {}
    if not isinstance(given, dict):
        raise BadRequest
    changes = _changes(given.get("changes", {}))
    if changes:
        access.note_activity(core(), request.cookies.get(session_cookie(), ""), now())
    noted = unsaved.note(
        core(), actor(), filing_id, version=_whole(given.get("version")), seen=_whole(given.get("seen")),
        changes=changes, now=now(),
    )  # fmt: skip
    conflicts = {name: _told(told) | {"mine": changes[name].text} for name, told in noted.conflicts.items()}
    others = {name: _told(told) for name, told in noted.others.items()}
    return jsonify(
        _here(noted) | {"saved": noted.saved, "refused": noted.refused, "conflicts": conflicts, "others": others}
    )


@blueprint.get("/filings/<filing_id>/unsaved")
def show(filing_id: str) -> Response:
    """Everything that stands unsaved, and this session's token for a page that outlived another."""
    standing, noted = unsaved.everything(core(), actor(), filing_id, now())
    own = {"csrf": csrf_token(), "account": actor().account_id}
    return jsonify(_here(noted) | {"fields": _all(standing.fields), "aside": _all(standing.aside)} | own)


@blueprint.post("/filings/<filing_id>/unsaved/discard")
def discard(filing_id: str) -> AnyResponse:
    """The page shows the version as it was saved, and nothing over it."""
    unsaved.discard(core(), actor(), filing_id, now())
    return redirect(url_for("entry.filing", filing_id=filing_id, done="discard"), 303)


@blueprint.post("/filings/<filing_id>/unsaved/use")
def use(filing_id: str) -> AnyResponse:
    """What was typed before a newer version stands in its fields again."""
    unsaved.use(core(), actor(), filing_id, request.form.getlist("name"), now())
    return redirect(url_for("entry.filing", filing_id=filing_id, _anchor="forms"), 303)


def _changes(given: object) -> dict[str, Change]:
    if not isinstance(given, dict):
        raise BadRequest
    changes = {}
    for name, said in given.items():
        text, was = (said.get("text"), said.get("was", "")) if isinstance(said, dict) else (None, None)
        if not isinstance(text, str) or not isinstance(was, str):
            raise BadRequest
        changes[name] = Change(text, was)
    return changes


def _whole(given: object) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 1 << 31 else 0


def _here(noted: Noted) -> dict[str, Any]:
    return {"serial": noted.serial, "version": noted.version, "state": noted.state, "editors": noted.editors}


def _told(told: Told) -> dict[str, str]:
    return {"text": told.text, "by": told.by, "at": moment_vi(told.at)}


def _all(fields: Mapping[str, Told]) -> dict[str, Any]:
    return {name: _told(told) | {"mine": told.mine} for name, told in fields.items()}
