"""Steering indicators: the sets, one set, one indicator, the targets that central staff set."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.form import Label
from hub.domain.kpi import LIGHTS, Light
from hub.domain.number_text import Problem, read_number
from hub.domain.org import NATION
from hub.domain.period import Period, local_day
from hub.errors import BadRequest, HubError
from hub.services import kpi_targets, kpis
from hub.services.kpis import AlertRow, SetView
from hub.web import kpi_charts, national_words
from hub.web.current import actor, core, now
from hub.web.listing import clean

blueprint = Blueprint("kpi", __name__, url_prefix="/kpi")

SIGNS: dict[Light, str] = {"green": "✓", "amber": "▲", "red": "×", "none": "–"}
TAGS: dict[Light, str] = {"green": "ok", "amber": "late", "red": "returned", "none": "pending"}
GIVEN: dict[str, Label] = {
    "text": Label("theo bản chép công thức của văn bản", "by the transcription of the legal text's formulas"),
    "choice": Label("do hệ thống đề xuất", "proposed by the hub"),
}


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"LIGHTS": LIGHTS, "LIGHT_SIGNS": SIGNS, "LIGHT_TAGS": TAGS}


@blueprint.get("")
def listing() -> str:
    found = kpis.sets(core(), actor(), now())
    views = [kpis.set_view(core(), actor(), each.code, now(), brief=True) for each in found]
    return render_template("pages/kpis.html", views=views, counts={view.kpi_set.code: lights(view) for view in views})


def lights(view: SetView) -> dict[Light, int]:
    """How many indicators of the unit on top have which light."""
    found = dict.fromkeys(LIGHTS, 0)
    if view.period is not None:
        for value in view.national.of_unit(view.subject, view.period).values():
            found[value.light] += 1
    return found


@blueprint.get("/<kpi_set>")
def show(kpi_set: str) -> str:
    view = kpis.set_view(core(), actor(), kpi_set, now(), **_asked())
    return render_template(
        "pages/kpi_set.html",
        view=view,
        on_top=view.national.of_unit(view.subject, view.period) if view.period else {},
        changes=_changes(view),
        sparks={kpi.code: kpi_charts.course_spark(view, kpi) for kpi in view.kpi_set.kpis},
        counts=lights(view),
        bars=kpi_charts.index_bars(view),
        tiles=kpi_charts.index_map(view),
        field=kpi_charts.light_field(view),
        alerts=_by_unit(view),
        **_shared(),
    )


@blueprint.get("/<kpi_set>/indicators/<kpi>")
def indicator(kpi_set: str, kpi: str) -> str:
    view = kpis.kpi_view(core(), actor(), kpi_set, kpi, now(), **_asked())
    shown = view.shown
    value = shown.national.of(shown.subject, kpi, shown.period) if shown.period is not None else None
    return render_template(
        "pages/kpi.html",
        view=shown,
        kpi=view.kpi,
        value=value,
        measures=view.measures,
        parts=[row for row in shown.values.parts if row.kpi == kpi and row.unit_id == shown.subject],
        bullet=kpi_charts.against_target(view.kpi, value),
        line=kpi_charts.course(view),
        bars=kpi_charts.ranking(view),
        tiles=kpi_charts.light_map(view),
        GIVEN=GIVEN,
        **_shared(),
    )


def _asked() -> dict[str, Any]:
    return {
        "period": clean(request.args.get("period")) or None,
        "level": clean(request.args.get("level")) or None,
        "unit_id": clean(request.args.get("unit")) or None,
    }


def _shared() -> dict[str, Any]:
    return {
        "address": kpi_charts.address,
        "quantity": kpi_charts.quantity,
        "figure_url": national_words.figure_url,
        "LEVELS": national_words.LEVEL_NAMES,
        "may_set": kpi_targets.may_set(actor()),
        "NATION": NATION,
        "sender": _sender,
    }


def _sender(source: str) -> Label:
    """The agency that sent a value, by its name; its code if the register does not know it."""
    found = core().orgs.find(source, local_day(now()))
    return found.name if found is not None else Label(source, source)


def _by_unit(view: SetView) -> dict[str, list[AlertRow]]:
    """The alerts that go on, by unit in the order of the register."""
    found = {unit: [alert for alert in view.alerts if alert.unit_id == unit] for unit in view.values.units}
    return {unit: alerts for unit, alerts in found.items() if alerts}


def _changes(view: SetView) -> dict[str, Decimal]:
    """Indicator → what it moved by since the period before, where both have a value."""
    if len(view.course) < 2:
        return {}
    before = view.national.of_unit(view.subject, view.course[-2])
    after = view.national.of_unit(view.subject, view.course[-1])
    return {
        code: value.value - before[code].value  # type: ignore[operator]
        for code, value in after.items()
        if value.value is not None and code in before and before[code].value is not None
    }


# --- Targets ----------------------------------------------------------------------------------------------------------


@blueprint.get("/<kpi_set>/targets")
def targets(kpi_set: str) -> str:
    return _targets_page(kpi_set)


def _targets_page(code: str, problem: HubError | None = None, written: dict[str, str] | None = None) -> str:
    day = local_day(now())
    page = kpi_targets.page(core(), actor(), code, now())
    return render_template(
        "pages/kpi_targets.html",
        page=page,
        problem=problem,
        written=written or {"kpi": clean(request.args.get("kpi"))},
        done=_DONE.get(request.args.get("done", "")),
        names={kpi.code: kpi for kpi in page.kpi_set.kpis},
        units=[unit for level in page.kpi_set.levels for unit in core().orgs.on(day, level)],  # type: ignore[arg-type]
        periods=_periods(code),
        **_shared(),
    )


_DONE = {
    "set": ("Đã ghi mục tiêu.", "The target is set."),
    "same": ("Mục tiêu đã như vậy từ trước.", "The target was so already."),
}


def _periods(code: str) -> list[Period]:
    """The years and periods that a target may be for: those that the set has values of, their years, and the next."""
    found = kpis.periods(core(), actor(), core().catalog.kpi_sets[code], now())
    today = local_day(now())
    years = {period.year for period in found} | {today.year, today.year + 1}
    yearly = [Period.parse(f"{year:04}-Y") for year in sorted(years, reverse=True)]
    return [*yearly, *(period for period in found if period.frequency != "yearly")]


@blueprint.post("/<kpi_set>/targets")
def set_target(kpi_set: str) -> AnyResponse | tuple[str, int]:
    written = {name: clean(request.form.get(name), 500) for name in ("kpi", "unit", "period", "value", "note")}
    try:
        changed = kpi_targets.set_target(
            core(), actor(), kpi_set, written["kpi"], unit_id=written["unit"], period=written["period"],
            value=_figure(kpi_set, written), note=written["note"], now=now(),
        )  # fmt: skip
    except BadRequest as problem:
        return _targets_page(kpi_set, problem, written), problem.status
    return redirect(url_for("kpi.targets", kpi_set=kpi_set, done="set" if changed else "same", kpi=written["kpi"]), 303)


def _figure(code: str, written: dict[str, str]) -> Decimal | None:
    """The target as it was written; None (it is taken back) for nothing."""
    if not written["value"]:
        return None
    known = core().catalog.kpi_sets.get(code)
    decimals = next((kpi.decimals for kpi in (known.kpis if known else ()) if kpi.code == written["kpi"]), 0)
    found = read_number(written["value"], decimals, "vi")
    if isinstance(found, Problem):
        raise BadRequest(found.vi, found.en)
    return found
