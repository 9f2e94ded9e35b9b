"""The desk: what this person's unit owes, what waits for an officer, the list of reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from flask import Blueprint, render_template, request

from hub.catalog.help_texts import tour
from hub.domain.access import Actor
from hub.domain.filing import FilingQuery
from hub.domain.org import NATION
from hub.domain.period import end_of_day
from hub.services import filings, overview, profiles, publication
from hub.services.punctuality import ONE_DAY, places_of
from hub.services.worklist import URGENCIES, WAITS, Worklist, WorkQuery, own_units, worklist
from hub.web.current import actor, core, now
from hub.web.language import plain
from hub.web.listing import clean, end_of_named_day, filing_query, named_day
from hub.web.national_words import LEVEL_NAMES
from hub.web.rendering import has_role, regime_title
from hub.web.reports import newest

blueprint = Blueprint("desk", __name__)

EVERY_UNIT = "all"
CAMPAIGNS_SHOWN = 12
URGENCY_NAMES: dict[str, tuple[str, str]] = {
    "returned": ("Bị trả lại", "Sent back"),
    "overdue": ("Quá hạn, chưa gửi", "Overdue"),
    "today": ("Hôm nay là ngày cuối", "Due today"),
    "soon": ("Trong 5 ngày làm việc", "Within 5 working days"),
    "coming": ("Sắp tới", "Coming"),
    "sent": ("Đã gửi kỳ này", "Sent this time"),
}
WAITS_NAMES: dict[str, tuple[str, str]] = {
    "entry": ("chưa nhập số liệu", "not begun"),
    "mend": ("cần sửa, bổ sung", "to be completed"),
    "check": ("chờ kiểm tra", "waits for the check"),
    "sign": ("chờ ký số", "waits for a signature"),
    "send": ("chờ gửi", "waits to be sent"),
    "receiver": ("nơi nhận xử lý", "with its receiver"),
}


@blueprint.get("/", endpoint="overview")
def overview_page() -> str:
    """What this person's unit owes and what waits for an officer; then the national reports published last."""
    who = actor()
    campaigns = overview.campaigns(core(), who, now()) if has_role("officer", "central") else []
    query = work_query(who, request.args)
    return render_template(
        "pages/overview.html",
        now=now(),
        work=worklist(core(), who, query, now()) if own_units(who) else None,
        query=query,
        campaigns=campaigns[:CAMPAIGNS_SHOWN],
        more_campaigns=max(0, len(campaigns) - CAMPAIGNS_SHOWN),
        waiting=sum(row.submitted for row in campaigns),
        late=sum(row.late for row in campaigns),
        publications=newest(publication.listing(core(), who, now()))[:6],
        tour=tour() if own_units(who) and not profiles.has_toured(core(), who) else (),
        URGENCIES=URGENCY_NAMES,
        WAITS=WAITS_NAMES,
    )


def work_query(who: Actor, args: Mapping[str, str]) -> WorkQuery:
    """The filters of the first page. Of several units one's own is shown, unless another or all are asked for."""
    unit, units = clean(args.get("unit")), own_units(who)
    if unit != EVERY_UNIT and unit not in units:
        unit = who.unit_id if who.unit_id in units else next(iter(units), EVERY_UNIT)
    return WorkQuery(
        text=clean(args.get("text")),
        unit_id=None if unit == EVERY_UNIT else unit,
        urgency=next((each for each in URGENCIES if each == args.get("show")), None),
        waits=next((each for each in WAITS if each == args.get("waits")), None),
    )


def owed_in(work: Worklist) -> int:
    """How many reports are still to do."""
    return sum(number for urgency, number in work.counts.items() if urgency != "sent")


@blueprint.context_processor
def _desk_words() -> dict[str, object]:
    return {"EVERY_UNIT": EVERY_UNIT, "owed_in": owed_in}


@blueprint.get("/filings")
def listing() -> str:
    query = narrowed(filing_query(request.args), request.args)
    regimes = sorted((plain(regime_title(code)), code) for code in core().catalog.regimes)
    page = filings.search(core(), actor(), query, now())
    return render_template("pages/filings.html", page=page, query=query, regimes=regimes, now=now())


def narrowed(query: FilingQuery, args: Mapping[str, str]) -> FilingQuery:
    """The list behind a count: of one unit and those below it, of one level, due from one day to another."""
    within, level = clean(args.get("within")), clean(args.get("level"))
    first = named_day(clean(args.get("first")))
    return replace(
        query,
        paths=tuple(places_of(core(), within, now())) if within in core().orgs.units and within != NATION else (),
        level=level if level in LEVEL_NAMES else None,
        due_after=end_of_day(first - ONE_DAY) if first is not None and first > date.min else None,
        due_until=end_of_named_day(clean(args.get("last"))),
    )
