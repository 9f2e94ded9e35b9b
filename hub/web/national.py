"""The national picture: the overview, a regime, an indicator, a province or ministry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.access import Actor
from hub.domain.chart import Spark, Stacked
from hub.domain.chart_axis import short_period
from hub.domain.form import ALL_RECORDS, Form, Label
from hub.domain.observation import Measure, Observation
from hub.domain.org import NATION
from hub.domain.period import Period, local_day
from hub.errors import NotFound
from hub.services import indicator_picture, regime_picture, steering, unit_picture
from hub.services.own_unit import own_unit
from hub.services.punctuality import readable_regimes
from hub.services.receiving import owner_of
from hub.services.regime_picture import RegimePicture
from hub.services.steering import Fallen
from hub.web import national_words
from hub.web.current import actor, core, now
from hub.web.language import plain
from hub.web.listing import clean
from hub.web.national_charts import punctuality_stack, spark
from hub.web.rendering import regime_title

blueprint = Blueprint("national", __name__, url_prefix="/national")

SHOWN = 10
"""Lines of each list on the overview."""
WIDE = 6
"""A table of one row with more columns than these stands upright."""
FEW, MOST = 4, 60
"""Of each kind of decision so many are seen at once, and so many when the rest unfolds."""


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return national_words.words()


@blueprint.get("")
def overview() -> AnyResponse:
    """The morning's page; who reads no national figures goes on to their own unit's."""
    who = actor()
    if not readable_regimes(core(), who, now()):
        return redirect(url_for("national.unit", unit_id=own_unit(core(), who, now())))
    page = render_template(
        "pages/national.html",
        view=steering.overview(core(), who, now()),
        shelf=_shelf(who),
        kpi_name=_kpi_name,
        kpi_url=_kpi_url,
        regimes_known=len(readable_regimes(core(), who, now())),
        provinces=core().orgs.on(local_day(now()), "province"),
        ministries=core().orgs.on(local_day(now()), "ministry"),
        SHOWN=SHOWN,
        FEW=FEW,
        MOST=MOST,
    )
    return Response(page)


def _kpi_name(kpi_set: str, kpi: str) -> Label:
    """A steering indicator in words; its code if the catalog does not know it any more."""
    found = core().catalog.kpi_sets.get(kpi_set)
    try:
        return found.kpi(kpi).label if found is not None else Label(kpi, kpi)
    except KeyError:
        return Label(kpi, kpi)


def _kpi_url(fallen: Fallen, unit_id: str | None = None) -> str:
    """The page of a steering indicator, of the nation or of one unit among those of its level."""
    unit = core().orgs.units.get(unit_id or NATION)
    below = unit is not None and unit.id != NATION
    given = {"level": unit.level, "unit": unit.id} if below and unit is not None else {}
    return url_for("kpi.indicator", kpi_set=fallen.kpi_set, kpi=fallen.kpi, period=fallen.period.code, **given)  # type: ignore[arg-type]


def _shelf(who: Actor) -> list[tuple[str, list[str]]]:
    """The regimes that may be read, by owner, each by title."""
    day, by_owner = local_day(now()), dict[str, list[str]]()
    for code in readable_regimes(core(), who, now()):
        owner = owner_of(core(), core().catalog.regimes[code].editions[-1], day)
        by_owner.setdefault(owner, []).append(code)
    ordered = sorted(by_owner.items(), key=lambda each: plain(national_words.unit_label(each[0])))
    return [(owner, sorted(codes, key=lambda code: plain(regime_title(code)))) for owner, codes in ordered]


# --- a regime --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeyFigure:
    """A figure at the head of a regime's page."""

    measure: Measure
    now: Observation | None
    before: Observation | None
    drawn: Spark | None


@dataclass(frozen=True)
class FormTable:
    """A form's national figures: rows of a grid, or of a list the totals of its columns in one row.

    ``turned``: the columns of its one row go down the page.
    """

    form: Form
    heads: Sequence[Label]
    rows: Sequence[tuple[Label, Sequence[Measure | None]]]
    turned: bool = False


@blueprint.get("/regimes/<regime>")
def regime(regime: str) -> str:
    view = regime_picture.picture(core(), actor(), regime, clean(request.args.get("period")) or None, now())
    return render_template(
        "pages/national_regime.html",
        view=view,
        regime=regime,
        key_figures=[_key_figure(view, each) for each in view.key_measures] if view.period is not None else [],
        tables=[_table(view, form) for form in view.edition.forms],
        came_in=_came_in(view),
    )


def _key_figure(view: RegimePicture, measure: Measure) -> KeyFigure:
    before = view.period.previous() if view.period is not None else None
    drawn = spark(measure, view.axis, lambda period: view.at(measure, period)) if len(view.axis) > 1 else None
    return KeyFigure(measure, view.at(measure, view.period), view.at(measure, before), drawn)


def _table(view: RegimePicture, form: Form) -> FormTable:
    known = {each.address: each for each in view.measures if each.address.form == form.code}
    columns = [column for column in form.columns if column.numeric]
    if form.kind == "list":
        mine = list(known.values())
        heads = [_column_name(form, each) for each in mine]
        return _turned_if_wide(form, heads, [(Label("Cả danh sách", "Whole list"), mine)])
    rows = [
        (row.label, [known.get((form.code, row.code, column.code)) for column in columns])  # type: ignore[call-overload]
        for row in form.rows
    ]
    return _turned_if_wide(form, [column.label for column in columns], rows)


def _turned_if_wide(
    form: Form, heads: Sequence[Label], rows: Sequence[tuple[Label, Sequence[Measure | None]]]
) -> FormTable:
    if len(rows) != 1 or len(heads) <= WIDE:
        return FormTable(form, heads, rows)
    name, measures = rows[0]
    return FormTable(form, [name], [(head, [each]) for head, each in zip(heads, measures, strict=True)], turned=True)


def _column_name(form: Form, measure: Measure) -> Label:
    if measure.address.row != ALL_RECORDS:
        return measure.label
    found = [column.label for column in form.columns if column.code == measure.address.column]
    return found[0] if found else Label("Số bản ghi", "Records")


def _came_in(view: RegimePicture) -> Stacked | None:
    """How the reports of the last periods came in."""
    lines = [
        (short_period(period), counts, None)
        for (_, code), counts in list(view.campaigns.items())[: regime_picture.PERIODS_DRAWN]
        for period in (Period.parse(code),)
    ]
    title = Label("Báo cáo đến như thế nào qua các kỳ", "How the reports came in, period by period")
    return punctuality_stack(title, lines, Label("Kỳ", "Period")) if lines else None


# --- an indicator, a unit --------------------------------------------------------------------------------------------


@blueprint.get("/indicators/<code>")
def indicator(code: str) -> str:
    view = indicator_picture.picture(core(), actor(), code, now())
    sparks = {
        each.measure: spark(each.measure, [one.period for one in each.line], {one.period: one for one in each.line}.get)
        for each in view.measures
        if len(each.line) > 1
    }
    return render_template("pages/national_indicator.html", view=view, sparks=sparks)


@blueprint.get("/units/<unit_id>")
def unit(unit_id: str) -> str:
    who = actor()
    if unit_id not in core().orgs.units:
        raise NotFound
    view = unit_picture.picture(core(), who, unit_id, now())
    return render_template(
        "pages/national_unit.html", view=view, nationwide=bool(readable_regimes(core(), who, now())),
        readable=frozenset(readable_regimes(core(), who, now())), SHOWN=SHOWN,
    )  # fmt: skip
