"""Help: short pages, what each finding means and how to put it right, and the tour of a first visit."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.catalog.help_texts import finding_helps, topics, tour
from hub.domain.findings import Finding
from hub.domain.search_text import found_in
from hub.errors import NotFound
from hub.services import profiles
from hub.web.current import actor, core, now
from hub.web.language import plain
from hub.web.listing import clean
from hub.web.rendering import has_role, regime_title

blueprint = Blueprint("help", __name__)


@blueprint.app_context_processor
def _links() -> dict[str, object]:
    return {"help_address": help_address}


def help_address(finding: Finding, regime: str = "") -> str | None:
    """Where the finding is explained: by its code, or for a rule of the regime in its guide; None if nowhere."""
    if finding.code in finding_helps():
        return url_for("help.finding", code=finding.code)
    if finding.stage == "rule" and regime in core().catalog.regimes:
        return url_for("guides.show", regime=regime, _anchor=f"rule-{finding.code}")
    return None


@blueprint.get("/help")
def index() -> str:
    """The pages of help, one's own roles' first, the regimes' guides, and what findings mean."""
    wanted = clean(request.args.get("text"))
    pages = sorted(topics().values(), key=lambda topic: not (topic.roles and has_role(*topic.roles)))
    guides = sorted((plain(regime_title(code)), code) for code in core().catalog.regimes)
    helps = [each for each in finding_helps().values() if found_in(wanted, each.code, plain(each.means))]
    return render_template(
        "pages/help.html", pages=pages, wanted=wanted, helps=helps if wanted else [], findings=len(finding_helps()),
        guides=[(title, code) for title, code in guides if found_in(wanted, title, code)],
    )  # fmt: skip


@blueprint.get("/help/<topic>")
def page(topic: str) -> str:
    found = topics().get(topic)
    if found is None:
        raise NotFound
    return render_template("pages/help_topic.html", topic=found)


@blueprint.get("/help/findings/<code>")
def finding(code: str) -> str:
    found = finding_helps().get(code)
    if found is None:
        raise NotFound
    return render_template("pages/help_finding.html", found=found)


@blueprint.get("/welcome")
def welcome() -> str:
    """The whole tour as a page."""
    return render_template("pages/welcome.html", steps=tour())


@blueprint.post("/welcome")
def note_tour() -> AnyResponse:
    """The tour is put aside, or shown again on the first page; a second click changes nothing more."""
    profiles.note_tour(core(), actor(), seen=request.form.get("seen") == "1", now=now())
    return redirect(url_for("desk.overview"), 303)
