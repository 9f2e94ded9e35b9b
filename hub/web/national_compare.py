"""Provinces, ministries or periods beside each other on chosen figures of one regime."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Blueprint, render_template, request

from hub.domain.chart import Bar, Bars, Caption, Line
from hub.domain.chart_axis import short_period
from hub.domain.form import Label
from hub.domain.observation import Basis, Measure
from hub.domain.org import NATION, OrgUnit
from hub.domain.period import local_day
from hub.errors import NotFound
from hub.services import figure_comparison, figures
from hub.services.figure_access import edition_now
from hub.services.figure_comparison import Comparison
from hub.services.figure_picture import levels_of
from hub.services.punctuality import readable_regimes
from hub.web.current import actor, core, now
from hub.web.language import plain
from hub.web.listing import clean
from hub.web.national_charts import SOURCE, mark, over_time, quantity
from hub.web.national_words import unit_label
from hub.web.rendering import regime_title

blueprint = Blueprint("national_compare", __name__, url_prefix="/national")


@blueprint.get("/compare")
def show() -> str:
    """First a regime is chosen, then its figures, units and periods; then they stand beside each other."""
    readable = readable_regimes(core(), actor(), now())
    if not readable:
        raise NotFound
    keys = _several("m")
    regime = clean(request.args.get("regime")) or (keys[0].partition("/")[0] if keys else "")
    if regime and regime not in readable:
        raise NotFound
    basis: Basis = "then" if request.args.get("basis") == "then" else "today"
    units = [unit for unit in _several("u") if unit in core().orgs.units]
    keys = [key for key in keys if key.partition("/")[0] == regime]
    found = figure_comparison.compare(core(), actor(), keys, units, _several("p"), now(), basis=basis)
    return render_template(
        "pages/national_compare.html",
        regimes=sorted(readable, key=lambda code: plain(regime_title(code))),
        regime=regime,
        measures=figures.measures(core(), actor(), now(), regime) if regime else [],
        units=_units(regime) if regime else [],
        periods=figures.periods(core(), actor(), regime, now()) if regime else [],
        found=found, basis=basis, charts=[_chart(found, each) for each in found.measures if found.units],
        most=figure_comparison.MOST_COMPARED,
    )  # fmt: skip


def _several(name: str) -> list[str]:
    """The values of a field that may be given several times, each once."""
    return list(dict.fromkeys(text for each in request.args.getlist(name)[:50] if (text := clean(each))))


def _units(regime: str) -> list[tuple[str, Sequence[OrgUnit]]]:
    """The nation and the units of the levels that report, by level."""
    levels = levels_of(edition_now(core(), regime, now()))
    nation = core().orgs.units.get(NATION)
    found: list[tuple[str, Sequence[OrgUnit]]] = [("nation", [nation])] if nation is not None else []
    day = local_day(now())
    return found + [
        (level, _by_name(core().orgs.on(day, level))) for level in ("province", "ministry") if level in levels
    ]


def _by_name(units: Iterable[OrgUnit]) -> list[OrgUnit]:
    return sorted(units, key=lambda unit: plain(unit.name))


def _chart(found: Comparison, measure: Measure) -> Line | Bars:
    """Over time where there are several periods, else as bars."""
    if len(found.axis) > 1:
        return over_time(
            measure, measure.label, found.axis, found.units, lambda unit, period: found.at(measure, unit, period)
        )
    bars = tuple(
        Bar(_named(unit, short_period(period), len(found.periods)), mark(found.at(measure, unit, period)))
        for unit in found.units
        for period in found.periods
    )
    return Bars(Caption(measure.label, source=SOURCE), quantity(measure), bars)


def _named(unit_id: str, period: Label, periods: int) -> Label:
    unit = unit_label(unit_id)
    return unit if periods == 1 else Label(f"{unit.vi}, {period.vi}", f"{unit.en}, {period.en}")
