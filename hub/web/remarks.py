"""Remarks about a report from its page: write one, answer one, settle it or open it again."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.errors import HubError
from hub.services import remarks
from hub.web.current import actor, core, now
from hub.web.entry import refused_page

blueprint = Blueprint("remarks", __name__)


@blueprint.post("/filings/<filing_id>/remarks")
def add(filing_id: str) -> AnyResponse:
    """A comment or a question about a place; sent twice it is one."""
    kind, _, audience = request.form.get("kind", "").partition(".")
    try:
        made = remarks.add(
            core(), actor(), filing_id, kind=kind, audience=audience or request.form.get("audience", ""),
            place=request.form.get("place", ""), text=request.form.get("text", ""),
            key=request.form.get("form_key", ""), now=now(),
        )  # fmt: skip
    except HubError as error:
        return refused_page(filing_id, error)
    return _to_thread(filing_id, made.id, "add")


@blueprint.post("/filings/<filing_id>/remarks/<remark_id>/answer")
def answer(filing_id: str, remark_id: str) -> AnyResponse:
    """An answer in a thread, or to a point of a return; sent twice it is one."""
    try:
        remarks.answer(
            core(), actor(), filing_id, remark_id, text=request.form.get("text", ""),
            key=request.form.get("form_key", ""), now=now(),
        )  # fmt: skip
    except HubError as error:
        return refused_page(filing_id, error)
    return _to_thread(filing_id, remark_id, "answer")


@blueprint.post("/filings/<filing_id>/remarks/<remark_id>/settle")
def settle(filing_id: str, remark_id: str) -> AnyResponse:
    """The thread is settled (``settled=1``) or open again; twice changes nothing."""
    settled = request.form.get("settled") == "1"
    try:
        remarks.settle(core(), actor(), filing_id, remark_id, settled=settled, now=now())
    except HubError as error:
        return refused_page(filing_id, error)
    return _to_thread(filing_id, remark_id, "settle" if settled else "reopen")


def _to_thread(filing_id: str, remark_id: str, said: str) -> AnyResponse:
    """Back to where the person wrote: the list of a return's points, or the thread."""
    anchor = f"point-{remark_id}" if request.form.get("from") == "returned" else f"remark-{remark_id}"
    return redirect(url_for("entry.filing", filing_id=filing_id, said=said, _anchor=anchor), 303)
