"""Trying an edition: one file judged without being stored, one rule asked of all reports so far."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from hub.catalog.naming import edition_said
from hub.domain.envelope import Identity
from hub.domain.regime import Edition
from hub.domain.rule_numbers import exact_text
from hub.errors import BadRequest, HubError, SchemaError
from hub.readers.limits import Limits
from hub.services import regime_shelf
from hub.services.backtest import backtest as ask_history
from hub.services.preview import with_sound_rules
from hub.services.trial import Which, try_file
from hub.services.workshop import insist
from hub.web.change_words import SEVERITIES
from hub.web.current import actor, core, now
from hub.web.listing import clean
from hub.web.uploads import uploaded_file

blueprint = Blueprint("regime_trial", __name__, url_prefix="/regimes")

MOST_REPORTS, MOST_FINDINGS, MOST_FAILED = 50, 100, 200
"""How much of a result one page shows."""


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"SEVERITIES": SEVERITIES}


@blueprint.get("/try")
def show() -> str:
    insist(actor())
    return _page()


@blueprint.post("/try")
def judge() -> AnyResponse:
    """What the hub would say of a file; nothing of it is kept."""
    insist(actor())
    key = clean(request.form.get("edition"))
    try:
        content, name, media_type = uploaded_file()
        limits = Limits(
            max_bytes=core().config.max_upload_bytes, parse_memory_mb=core().config.parse_memory_mb,
            parse_seconds=core().config.parse_seconds,
        )  # fmt: skip
        trials = list(try_file(_which(key), content, name, media_type, limits))
    except HubError as error:
        if error.status >= 500 or error.status in {403, 404}:
            raise
        return make_response(_page(key=key, problem=error), error.status)
    return make_response(_page(key=key, trials=trials, filename=name))


def _which(key: str) -> Which:
    """The edition chosen on the page; else the one that each document names."""
    if key:
        chosen = with_sound_rules(regime_shelf.edition_at(core(), actor(), key))
        return lambda _: chosen
    drafts = regime_shelf.drafts_now(core())

    def said(identity: Identity) -> Edition | None:
        try:
            found = edition_said(core().catalog.regimes, drafts, identity)
        except SchemaError:
            return None
        return with_sound_rules(found) if found is not None else None

    return said


def _page(**shown: object) -> str:
    base: dict[str, object] = {
        "trials": None,
        "problem": None,
        "filename": "",
        "key": clean(request.args.get("edition")),
    }
    return render_template(
        "pages/regime_try.html",
        keys=regime_shelf.keys_of(core(), actor()),
        most=(MOST_REPORTS, MOST_FINDINGS),
        max_upload=core().config.max_upload_bytes,
        **(base | shown),
    )


@blueprint.get("/<regime>/<edition>/backtest")
def backtest(regime: str, edition: str) -> AnyResponse:
    """Who would have failed a rule. The answer names other units' reports: for whoever may read them all."""
    insist(actor())
    found = regime_shelf.edition_at(core(), actor(), f"{regime}/{edition}")
    rule, form = clean(request.args.get("rule"), 2000), clean(request.args.get("form"))
    done, problem = None, None
    try:
        if form and form not in found.form_by_code:
            raise BadRequest(f"Ấn bản này không có biểu {form}.", f"This edition has no form {form}.")
        if rule:
            done = ask_history(core(), actor(), found.key, rule, now(), form=form or None)
    except HubError as error:
        if error.status != 400:
            raise
        problem = error
    page = render_template(
        "pages/regime_backtest.html", edition=found, rule=rule, form=form, done=done, problem=problem,
        most=MOST_FAILED, exact_text=exact_text,
    )  # fmt: skip
    return make_response(page, problem.status if problem else 200)
