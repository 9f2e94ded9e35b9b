"""The desk: what this person owes, the list of reports, and one file for many reports."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.access import Actor
from hub.domain.envelope import Intent, Receipt
from hub.domain.filing import FilingQuery, FilingRow
from hub.errors import HubError
from hub.services import filings, intake, overview, publication
from hub.web.current import actor, core, now
from hub.web.listing import filing_query
from hub.web.rendering import has_role, regime_title
from hub.web.reports import newest
from hub.web.uploads import file_envelope

blueprint = Blueprint("desk", __name__)


@blueprint.get("/", endpoint="overview")
def overview_page() -> str:
    """What this person owes, how the campaigns stand, what was published last."""
    who = actor()
    owed = None
    if has_role("reporter", "approver"):
        owed = filings.search(core(), who, FilingQuery(unit_id=who.unit_id, owed=True, size=12), now())
    published = newest(publication.listing(core(), who, now()))[:6]
    return render_template(
        "pages/overview.html",
        now=now(),
        owed=owed,
        overdue=_how_many(who, FilingQuery(unit_id=who.unit_id, owed=True, overdue=True, size=1)) if owed else 0,
        returned=_how_many(who, FilingQuery(unit_id=who.unit_id, state="returned", size=1)) if owed else 0,
        campaigns=overview.campaigns(core(), who, now()) if has_role("officer", "central") else [],
        publications=published,
    )


def _how_many(who: Actor, query: FilingQuery) -> int:
    return filings.search(core(), who, query, now()).total


@blueprint.get("/filings")
def listing() -> str:
    query = filing_query(request.args)
    regimes = sorted((code, regime_title(code).vi) for code in core().catalog.regimes)
    page = filings.search(core(), actor(), query, now())
    return render_template("pages/filings.html", page=page, query=query, regimes=regimes, now=now())


@blueprint.get("/upload")
def upload() -> str:
    return _upload_page()


@blueprint.post("/upload")
def upload_many() -> AnyResponse:
    """One file for one or many reports; each is taken or refused by itself, and the page says which."""
    intent: Intent = "send" if request.form.get("intent") == "send" else "draft"
    try:
        receipts = intake.receive_many(core(), actor(), file_envelope(intent), now())
    except HubError as error:
        if error.status >= 500:
            raise
        return make_response(_upload_page(problem=error), error.status)
    refused = sum(receipt.verdict == "refused" for receipt in receipts)
    return make_response(_upload_page(receipts), 422 if refused == len(receipts) else 200)


def _upload_page(receipts: list[Receipt] | None = None, problem: HubError | None = None) -> str:
    return render_template(
        "pages/upload.html",
        results=[(receipt, _subject_of(receipt)) for receipt in receipts or []],
        asked=receipts is not None,
        problem=problem,
        max_upload=core().config.max_upload_bytes,
    )


def _subject_of(receipt: Receipt) -> FilingRow | None:
    """The filing a receipt is about, if this person may see it."""
    if receipt.filing_id is None:
        return None
    try:
        return filings.open_one(core(), actor(), receipt.filing_id, now()).row
    except HubError:
        return None
