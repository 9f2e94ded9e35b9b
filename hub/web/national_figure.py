"""One measure of the national picture, and the way down from a figure to the cell it came from."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, render_template, request

from hub.domain.chart import Bars, Line, Tiles
from hub.domain.form import Label
from hub.domain.observation import Basis
from hub.domain.org import NATION
from hub.domain.period import end_of_day, local_day
from hub.errors import BadRequest
from hub.services import figure_picture, figure_trace
from hub.services.figure_picture import FigurePicture, FigureQuery
from hub.web.current import actor, core, now
from hub.web.listing import clean, whole_number
from hub.web.national_charts import covered, over_time, provinces_map, ranking

blueprint = Blueprint("national_figure", __name__, url_prefix="/national")


@blueprint.get("/figures/<regime>/<form>/<row>/<column>")
def show(regime: str, form: str, row: str, column: str) -> str:
    view = figure_picture.picture(core(), actor(), _query(f"{regime}/{form}/{row}/{column}"), now())
    return render_template(
        "pages/national_figure.html", view=view, line=_line(view), bars=_bars(view), tiles=_tiles(view), NATION=NATION
    )


def _query(key: str) -> FigureQuery:
    args = request.args
    basis: Basis = "then" if args.get("basis") == "then" else "today"
    return FigureQuery(
        key, clean(args.get("frequency")) or None, clean(args.get("period")) or None, clean(args.get("level")) or None,
        basis, known_moment(args.get("known_at")),
    )  # fmt: skip


def known_moment(text: str | None) -> datetime | None:
    """The end of the day of a date field; None for nothing, for today and for days to come. BadRequest otherwise."""
    if not clean(text):
        return None
    try:
        day = date.fromisoformat(clean(text))
    except ValueError:
        raise BadRequest("Ngày không hợp lệ.", "This is not a day.") from None
    return end_of_day(day) if day < local_day(now()) else None


def _line(view: FigurePicture) -> Line | None:
    if len(view.axis) < 2:
        return None
    title = Label("Diễn biến qua các kỳ", "Over time")
    coverage = covered(view.main) if view.main is not None else None
    return over_time(view.measure, title, view.axis, [view.main_unit], view.at, coverage=coverage)


def _bars(view: FigurePicture) -> Bars | None:
    if len(view.units) < 2 or view.period is None:
        return None
    label = view.period.label
    return ranking(view.measure, Label(f"Xếp hạng, {label.vi}", f"Ranking, {label.en}"), view.units)


def _tiles(view: FigurePicture) -> Tiles | None:
    if view.level != "province" or view.period is None or len(view.units) < 2:
        return None
    day = local_day(now()) if view.query.basis == "today" else view.period.end
    label = view.period.label
    return provinces_map(view.measure, Label(f"Bản đồ ô, {label.vi}", f"Tile map, {label.en}"), view.units, day)


@blueprint.get("/trace")
def trace() -> str:
    """From a figure to units, from a unit's to its reports: their version, their received file, and the cell."""
    args = request.args
    unit_id, page = clean(args.get("unit")) or NATION, max(1, min(whole_number(args.get("page"), 1), 10_000))
    found = figure_trace.trace(
        core(), actor(), clean(args.get("measure")), unit_id, clean(args.get("period")), now(),
        known_at=known_moment(args.get("known_at")), page=page,
    )  # fmt: skip
    above = core().orgs.parent(found.unit_id, found.period.end) if found.unit_id in core().orgs.units else None
    return render_template("pages/national_trace.html", trace=found, above=above, NATION=NATION)
