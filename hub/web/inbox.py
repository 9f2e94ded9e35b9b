"""The receiving officer's desk: which campaigns ask for something; one campaign unit by unit; reminding, extending and
accepting in one go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.filing import FilingQuery
from hub.domain.period import due_day_of, local_day, punctuality
from hub.domain.workflow import STATE_NAMES
from hub.errors import BadRequest, Forbidden, HubError
from hub.services import extensions, filings, inbox, overview, reminding, review
from hub.services.inbox import CampaignPage, InboxQuery, Line
from hub.web.current import actor, core, now
from hub.web.entry import DONE
from hub.web.language import gettext, plain
from hub.web.listing import clean, end_of_named_day, optional_number, whole_number
from hub.web.rendering import EXCLUDED, PUNCTUALITY_NAMES, has_role, moment_vi, unit_name
from hub.web.security import secure_download
from hub.writers.plain_list import Value, write_list_csv, write_list_xlsx

blueprint = Blueprint("inbox", __name__)

MOST_AT_ONCE = inbox.MOST_AT_ONCE
MOST_CAMPAIGNS = 60
COUNTED = ("waiting", "asked", "answered", "overdue")
TAB_NAMES: dict[str, tuple[str, str]] = {
    "waiting": ("Chờ tiếp nhận", "Waiting for you"),
    "clean": ("Chờ tiếp nhận, sạch", "Waiting, clean"),
    "asked": ("Xin gia hạn", "Ask for more time"),
    "overdue": ("Quá hạn, chưa gửi", "Overdue"),
    "not_yet": ("Chưa gửi, chưa đến hạn", "Not yet sent"),
    "on_time": ("Gửi đúng hạn", "Sent on time"),
    "late": ("Gửi muộn", "Sent late"),
    "returned": ("Bị trả lại", "Sent back"),
    "accepted": ("Đã tiếp nhận", "Accepted"),
    "excluded": ("Loại trừ", "Excluded"),
    "all": ("Tất cả", "All"),
}
ORDER_NAMES: dict[str, tuple[str, str]] = {
    "unit": ("Theo đơn vị", "By unit"),
    "due": ("Theo hạn gửi", "By deadline"),
    "sent": ("Mới gửi trước", "Last sent first"),
    "state": ("Theo trạng thái", "By state"),
}
OLD_TABS = {"submitted": "waiting", "accepted": "accepted", "aggregated": "accepted", "finalized": "accepted"}


@blueprint.before_request
def _only_officers() -> None:
    actor()
    if not has_role("officer"):
        raise Forbidden()


@blueprint.get("/inbox")
def show() -> AnyResponse:
    """What asks for something this morning; the address of one campaign leads to its own page."""
    edition, period = clean(request.args.get("edition")), clean(request.args.get("period"))
    if edition and period:
        tab = OLD_TABS.get(clean(request.args.get("state")), "waiting")
        return redirect(url_for("inbox.campaign", edition=edition, period=period, tab=tab))
    return make_response(_desk({}))


@blueprint.get("/inbox/campaign")
def campaign() -> str:
    """One campaign, unit by unit."""
    return _campaign_page(done=_told())


@blueprint.post("/inbox/accept")
def accept() -> AnyResponse:
    """Accepts each chosen report that is clean and not one's own; the page says what became of each (P20)."""
    chosen = request.form.getlist("filing")
    if not 1 <= len(chosen) <= MOST_AT_ONCE:
        raise BadRequest(
            f"Hãy chọn từ 1 đến {MOST_AT_ONCE} báo cáo.", f"Choose 1 to {MOST_AT_ONCE} reports."
        )  # fmt: skip
    outcomes = review.accept_many(core(), actor(), chosen, now())
    g.inbox_query = request.form
    return make_response(_campaign_page(outcomes=outcomes) if request.form.get("edition") else _desk(outcomes))


@blueprint.post("/inbox/remind")
def remind() -> AnyResponse:
    """Reminds one unit, or all that have not sent; the page says how many."""
    one = request.form.get("filing")
    try:
        done = reminding.remind(
            core(), actor(), request.form.get("edition", ""), request.form.get("period", ""), now=now(),
            key=request.form.get("form_key", ""), text=request.form.get("text", ""),
            filing_ids=[one] if one else None, within=_query().within,
        )  # fmt: skip
    except HubError as error:
        return _refused(error)
    return _back(done="reminded", n=done.reminded, recent=done.recent or None, nobody=done.nobody or None)


@blueprint.post("/inbox/extend")
def extend() -> AnyResponse:
    """Gives everybody who has not sent more time, or one unit."""
    one, reason = request.form.get("filing"), request.form.get("reason", "")
    try:
        until = end_of_named_day(request.form.get("until"))
        if until is None:
            raise BadRequest("Cần ghi ngày gia hạn.", "Give the day until which there is time.")
        if one:
            extensions.grant(core(), actor(), one, until=until, reason=reason, now=now())
            return _back(done="extended", n=1)
        done = extensions.grant_many(
            core(), actor(), request.form.get("edition", ""), request.form.get("period", ""), until=until,
            reason=reason, now=now(), within=_query().within,
        )  # fmt: skip
    except HubError as error:
        return _refused(error)
    return _back(done="extended", n=done.granted)


@blueprint.get("/inbox/list.<kind>")
def export(kind: str) -> Response:
    """The list of a tab as it is narrowed, as XLSX or CSV."""
    if kind not in {"xlsx", "csv"}:
        raise BadRequest
    query = _query()
    edition, period, lines = inbox.everything(core(), actor(), query, now())
    head, body = _head(), list(_body(lines))
    if kind == "csv":
        content, media = write_list_csv(head, body), "text/csv; charset=utf-8"
    else:
        content = write_list_xlsx(period.code, head, body)
        media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"{edition.regime}_{period.code}_{query.tab}.{kind}"
    return secure_download(Response(content, content_type=media), name)


# --- pages -----------------------------------------------------------------------------------------------------------


def _desk(outcomes: Mapping[str, object]) -> str:
    who = actor()
    asking = inbox.campaigns(core(), who, now())
    state = clean(request.args.get("state")) or "submitted"
    query = FilingQuery(
        state=state if state in OLD_TABS else "submitted", page=max(1, whole_number(request.args.get("page"), 1))
    )
    return render_template(
        "pages/inbox.html",
        asking=asking[:MOST_CAMPAIGNS], more=max(0, len(asking) - MOST_CAMPAIGNS),
        totals={name: sum(getattr(each, name) for each in asking) for name in COUNTED},
        campaigns=overview.campaigns(core(), who, now()),
        page=filings.search(core(), who, query, now()),
        query=query, now=now(), done=DONE.get(request.args.get("done", "")), **_outcome(outcomes),
    )  # fmt: skip


def _campaign_page(
    *, done: tuple[str, str] | None = None, outcomes: Mapping[str, object] | None = None,
    problem: HubError | None = None,
) -> str:  # fmt: skip
    query = _query()
    found = inbox.campaign(core(), actor(), query, now())
    return render_template(
        "pages/inbox_campaign.html", found=found, query=query, tabs=_tabs(found), orders=ORDER_NAMES, now=now(),
        asked=_asked_of(query), done=done, problem=problem, typed=request.form if problem else {},
        selected=query.tab == "clean", enter_for=core().config.enter_for, **_outcome(outcomes or {}),
    )  # fmt: skip


def _outcome(outcomes: Mapping[str, object]) -> dict[str, Any]:
    refused = {key: text for key, text in outcomes.items() if text != "accepted"}
    units = inbox.units_of(core(), actor(), list(refused), now()) if refused else {}
    return {"accepted": len(outcomes) - len(refused), "refused": refused, "units": units}


def _tabs(found: CampaignPage) -> list[tuple[str, tuple[str, str], int | None]]:
    """Tab, name and count; the clean ones are counted on their own page alone."""
    return [(tab, TAB_NAMES[tab], found.counts.get(tab)) for tab in inbox.TABS]


def _query() -> InboxQuery:
    """What the address asks for, or the form that was posted from such a page."""
    asked = request.form if request.method == "POST" else request.args
    tab, order = clean(asked.get("tab")), clean(asked.get("order"))
    return InboxQuery(
        edition=clean(asked.get("edition")), period=clean(asked.get("period")),
        tab=tab if tab in inbox.TABS else "waiting", text=clean(asked.get("text_of_unit")),
        within=clean(asked.get("within")), order=order if order in inbox.ORDERS else "unit",
        page=max(1, min(whole_number(asked.get("page"), 1), 10_000)),
    )  # fmt: skip


def _asked_of(query: InboxQuery) -> dict[str, str]:
    """The query as the fields of an address, the empty ones left out."""
    values = {
        "edition": query.edition, "period": query.period, "tab": query.tab, "text_of_unit": query.text,
        "within": query.within, "order": query.order if query.order != "unit" else "",
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}


def _back(**told: Any) -> AnyResponse:
    fields: dict[str, Any] = _asked_of(_query()) | told
    return redirect(url_for("inbox.campaign", **fields), 303)


def _refused(error: HubError) -> AnyResponse:
    """What was refused comes back on the page with what was typed."""
    if error.status not in {400, 409, 422}:
        raise error
    return make_response(_campaign_page(problem=error), error.status)


def _told() -> tuple[str, str] | None:
    """What the page before did, in words."""
    done, number = request.args.get("done"), optional_number(request.args.get("n")) or 0
    if done == "extended":
        return f"Đã gia hạn cho {number} báo cáo.", f"Reports with more time: {number}."
    if done == "answered":
        return (
            "Đã ghi quyết định về hạn gửi; đơn vị được báo.",
            "The decision on the due day is kept; the unit is told.",
        )
    if done == "reminded":
        said = f"Đã nhắc {number} đơn vị.", f"Units reminded: {number}."
        if recent := optional_number(request.args.get("recent")):
            said = (
                f"{said[0]} {recent} đơn vị vừa được nhắc trong vòng một giờ nên không nhắc lại.",
                f"{said[1]} Reminded within the last hour, so not again: {recent}.",
            )
        if nobody := optional_number(request.args.get("nobody")):
            said = (
                f"{said[0]} {nobody} đơn vị chưa có tài khoản nào để nhắc; hãy gọi điện.",
                f"{said[1]} Without an account to tell, so please call: {nobody}.",
            )
        return said
    return DONE.get(done or "")


# --- the list to take away -------------------------------------------------------------------------------------------


def _head() -> list[str]:
    return [
        gettext("Mã đơn vị"), gettext("Đơn vị"), gettext("Trạng thái"), gettext("Thời hạn"), gettext("Hạn gửi"),
        gettext("Gửi lúc"), gettext("Số ngày muộn"), gettext("Cảnh báo"), gettext("Chưa giải trình"),
        gettext("Đầu mối"), gettext("Điện thoại"), gettext("Thư điện tử"), gettext("Nhắc lần cuối"),
    ]  # fmt: skip


def _body(lines: Iterable[Line]) -> Iterator[list[Value]]:
    for line in lines:
        row, contact = line.row, line.contact
        state = EXCLUDED if row.excluded else STATE_NAMES[row.state]
        yield [
            row.unit_id, unit_name(row.unit_id), plain(state), plain(PUNCTUALITY_NAMES[_punctual(line, now())]),
            due_day_of(row.due_at), moment_vi(row.last_sent_at), line.late_days or None, line.warnings,
            line.unexplained if line.warnings is not None else None, contact.name if contact else "",
            contact.phone if contact else "", contact.email if contact else "",
            local_day(line.reminded.at) if line.reminded else None,
        ]  # fmt: skip


def _punctual(line: Line, at: datetime) -> str:
    return punctuality(line.row.due_at, line.row.first_sent_at, at)
