"""More time for one report, asked for and answered on its page; and entering it for a unit that cannot."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.errors import BadRequest, HubError
from hub.services import extensions, on_behalf
from hub.web.current import actor, core, now
from hub.web.entry import refused_page
from hub.web.listing import end_of_named_day, local_path

blueprint = Blueprint("extensions", __name__)


@blueprint.post("/filings/<filing_id>/extension")
def ask(filing_id: str) -> AnyResponse:
    """The unit asks for time until the end of a day."""
    try:
        until = end_of_named_day(request.form.get("until"))
        if until is None:
            raise BadRequest("Cần ghi ngày xin gia hạn.", "Give the day until which you need time.")
        extensions.ask(core(), actor(), filing_id, until=until, reason=request.form.get("reason", ""), now=now())
    except HubError as error:
        return _refused(filing_id, error)
    return _back(filing_id, "asked_extension")


@blueprint.post("/filings/<filing_id>/extension/answer")
def answer(filing_id: str) -> AnyResponse:
    """The receiver grants time, asked for or not, or refuses what was asked."""
    reason = request.form.get("reason", "")
    try:
        if request.form.get("action") == "refuse":
            asked = request.form.get("extension", "")
            extensions.refuse(core(), actor(), filing_id, asked, reason=reason, now=now())
            return _back(filing_id, "refused_extension")
        until = end_of_named_day(request.form.get("until"))
        if until is None:
            raise BadRequest("Cần ghi ngày gia hạn.", "Give the day until which there is time.")
        extensions.grant(core(), actor(), filing_id, until=until, reason=reason, now=now())
    except HubError as error:
        return _refused(filing_id, error)
    return _back(filing_id, "extended")


@blueprint.post("/filings/<filing_id>/enter-for")
def enter_for(filing_id: str) -> AnyResponse:
    """An officer of the receiver begins to enter the report for its unit."""
    try:
        on_behalf.begin(core(), actor(), filing_id, reason=request.form.get("reason", ""), now=now())
    except HubError as error:
        return _refused(filing_id, error)
    return redirect(url_for("entry.filing", filing_id=filing_id, edit=1, done="enter_for"), 303)


def _back(filing_id: str, done: str) -> AnyResponse:
    """To the page that the form stood on: the campaign's, or the report's own."""
    target = request.form.get("back", "")
    if target and local_path(target):
        return redirect(target, 303)
    return redirect(url_for("entry.filing", filing_id=filing_id, done=done), 303)


def _refused(filing_id: str, error: HubError) -> AnyResponse:
    """On the report's page where the reader may open it; a receiver may not before it comes in."""
    return refused_page(filing_id, error)
