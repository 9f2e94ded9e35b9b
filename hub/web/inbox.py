"""The receiving officer's desk: campaigns by state, what waits, and accepting what is clean in one go."""

from __future__ import annotations

from flask import Blueprint, g, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.filing import FilingQuery
from hub.errors import BadRequest, Forbidden
from hub.services import filings, overview, review
from hub.web.current import actor, core, now
from hub.web.entry import DONE
from hub.web.listing import clean, whole_number
from hub.web.rendering import has_role

blueprint = Blueprint("inbox", __name__)

MOST_AT_ONCE = 200


@blueprint.get("/inbox")
def show() -> str:
    return _page({}, DONE.get(request.args.get("done", "")))


@blueprint.post("/inbox/accept")
def accept() -> AnyResponse:
    """Accepts each chosen report that is clean and not one's own; the page says what became of each (P20)."""
    chosen = request.form.getlist("filing")
    if not has_role("officer"):
        raise Forbidden()
    if not 1 <= len(chosen) <= MOST_AT_ONCE:
        raise BadRequest(
            f"Hãy chọn từ 1 đến {MOST_AT_ONCE} báo cáo.", f"Choose 1 to {MOST_AT_ONCE} reports."
        )  # fmt: skip
    outcomes = review.accept_many(core(), actor(), chosen, now())
    g.inbox_query = request.form
    return make_response(_page(outcomes, None))


def _page(outcomes: dict[str, str], done: tuple[str, str] | None) -> str:
    if not has_role("officer"):
        raise Forbidden()
    who = actor()
    state = clean(request.args.get("state")) or "submitted"
    query = FilingQuery(
        edition=clean(request.args.get("edition")) or None,
        period=clean(request.args.get("period")) or None,
        state=state if state in {"submitted", "accepted", "aggregated", "finalized"} else "submitted",
        page=max(1, whole_number(request.args.get("page"), 1)),
    )
    refused = {key: text for key, text in outcomes.items() if text != "accepted"}
    return render_template(
        "pages/inbox.html",
        campaigns=overview.campaigns(core(), who, now()),
        page=filings.search(core(), who, query, now()),
        query=query,
        now=now(),
        accepted=len(outcomes) - len(refused),
        refused=refused,
        done=done,
    )
