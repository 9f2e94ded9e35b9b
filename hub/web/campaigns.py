"""Calling for a thematic or ad hoc report: an officer of the owner, or the centre, asks it of whoever it obliges."""

from __future__ import annotations

import secrets

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.call import KEY_LENGTH, called_frequencies
from hub.domain.form import Label
from hub.domain.org import UnitLevel
from hub.domain.period import local_day
from hub.domain.regime import Edition
from hub.errors import BadRequest, Forbidden, HubError
from hub.services import opening
from hub.services.opening import Called, Terms
from hub.web.current import actor, core, now
from hub.web.listing import clean, named_day
from hub.web.rendering import has_role

blueprint = Blueprint("campaigns", __name__)

LEVELS: dict[str, tuple[str, str]] = {
    "commune": ("cấp xã", "communes"),
    "province": ("cấp tỉnh", "provinces"),
    "ministry": ("bộ, ngành", "ministries"),
}


@blueprint.app_context_processor
def _for_menu() -> dict[str, object]:
    return {"may_call_reports": may_call_reports}


@blueprint.app_template_filter("edition_title")
def edition_title(key: str) -> Label:
    """The title of an edition in force; its key where there is none."""
    found = core().catalog.editions.get(key)
    return found.title if found is not None else Label(key, key)


def may_call_reports() -> bool:
    """Whether the signed-in person has a report to call for; only the menu depends on it."""
    return has_role("officer", "central") and bool(opening.callable_editions(core(), actor(), now()))


@blueprint.get("/campaigns")
def show() -> str:
    return _page(made=clean(request.args.get("made")))


@blueprint.post("/campaigns")
def call() -> AnyResponse:
    """First shows what the call would open; the same form again, confirmed, opens it, and sent twice opens it once."""
    _officers_only()
    try:
        edition_key, terms = _asked()
        if request.form.get("action") != "call":
            return make_response(_page(plan=opening.plan_call(core(), actor(), edition_key, now=now(), **terms)))
        done = opening.call(core(), actor(), edition_key, key=_key(), now=now(), **terms)
    except HubError as error:
        if error.status >= 500 or error.status in {403, 404}:
            raise
        return make_response(_page(problem=error), error.status)
    return redirect(url_for("campaigns.show", made=f"{done.edition.regime} {done.period.code}"), 303)


def _officers_only() -> None:
    if not has_role("officer", "central"):
        raise Forbidden


def _asked() -> tuple[str, Terms]:
    form = request.form
    edition_key, _, frequency = form.get("what", "").partition(" ")
    first, last = named_day(form.get("window_start")), named_day(form.get("window_end"))
    if not edition_key or first is None or last is None:
        raise BadRequest(
            "Hãy chọn báo cáo và nhập đủ thời gian chốt số liệu.", "Choose the report and give both days of its window."
        )
    dues = {level: named_day(form.get(f"due_{level}")) for level in LEVELS}
    terms: Terms = {
        "window_start": first, "window_end": last, "due_day": named_day(form.get("due")),
        "level_dues": {level: day for level, day in dues.items() if day is not None},
        "units": [clean(unit) for unit in form.getlist("unit")], "frequency": frequency or None,
        "reason": _printable(form.get("reason", "")),
    }  # fmt: skip
    return edition_key, terms


def _printable(text: str) -> str:
    return clean(" ".join(text.split()), 2000)


def _key() -> str:
    """The number that the page was given: a form sent twice carries the same one."""
    return f"web:{clean(request.form.get('key'), KEY_LENGTH - 4)}"


def _page(plan: Called | None = None, problem: HubError | None = None, made: str = "") -> str:
    _officers_only()
    who, day = actor(), local_day(now())
    editions = opening.callable_editions(core(), who, now())
    rows = opening.listing(core(), who, now())
    return render_template(
        "pages/campaign_call.html",
        choices=[(edition, frequency) for edition in editions for frequency in called_frequencies(edition)],
        levels=_levels(editions),
        places=[(name, core().orgs.on(day, level)) for level, name in _PLACES],
        calls=rows[:200],
        made=next((row for row in rows if f"{row.regime} {row.period.code}" == made), None),
        plan=plan,
        problem=problem,
        typed=request.form,
        key=clean(request.form.get("key"), KEY_LENGTH - 4) or secrets.token_urlsafe(16),
        LEVELS=LEVELS,
    )


_PLACES: tuple[tuple[UnitLevel, tuple[str, str]], ...] = (
    ("province", ("Tỉnh, thành phố", "Provinces")),
    ("ministry", ("Bộ, ngành", "Ministries")),
)


def _levels(editions: list[Edition]) -> list[str]:
    """The levels that report in any of them, from below."""
    reporting = {reporter.level for edition in editions for reporter in edition.reporters}
    return [level for level in LEVELS if level in reporting]
