"""Punctuality as a heat map of unit × regime, with the counts as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, render_template, request

from hub.domain.form import Label
from hub.domain.period import local_day
from hub.domain.punctuality import total
from hub.domain.regime import Frequency
from hub.errors import BadRequest
from hub.services import punctuality
from hub.services.punctuality import YEAR, Asked
from hub.web.current import actor, core, now
from hub.web.listing import clean, whole_number
from hub.web.national_charts import given_days, heat_map, punctuality_stack
from hub.web.national_words import LEVEL_NAMES, unit_label
from hub.web.rendering import FREQUENCY_NAMES

blueprint = Blueprint("national_punctuality", __name__, url_prefix="/national")

COLUMNS = 20
"""Regimes on one page of the heat map: as many as a desk's screen shows without scrolling."""
SHOWN = 12


@blueprint.get("/punctuality")
def show() -> str:
    asked = asked_of(request.args)
    view = punctuality.heat(core(), actor(), asked, now())
    pages = max(1, -(-len(view.regimes) // COLUMNS))
    page = max(1, min(whole_number(request.args.get("page"), 1), pages))
    regimes = view.regimes[(page - 1) * COLUMNS : page * COLUMNS]
    level = LEVEL_NAMES[asked.level or "province"]
    title = Label(f"Đúng hạn theo đơn vị và chế độ: {level[0]}", f"Punctuality by unit and regime: {level[1]}")
    worst = sorted(view.units, key=lambda unit: (-view.by_unit[unit].not_sent, -view.by_unit[unit].late, unit))
    stacked = [(unit_label(unit), view.by_unit[unit], None) for unit in worst[:SHOWN]]
    return render_template(
        "pages/national_punctuality.html",
        view=view,
        asked=asked,
        page=page,
        pages=pages,
        by_unit=[(unit, view.by_unit[unit]) for unit in worst],
        by_regime=[(code, view.by_regime[code]) for code in view.regimes],
        heat=heat_map(view, regimes, title) if view.units and regimes else None,
        stack=punctuality_stack(Label("Đơn vị chậm nhiều nhất", "Units most behind"), stacked) if stacked else None,
        frequencies=sorted({each for code in core().catalog.regimes for each in _frequencies(code)}),
    )


@blueprint.get("/punctuality/<unit_id>/<regime>")
def cell(unit_id: str, regime: str) -> str:
    """The reports that one cell of the heat map counts, deadline by deadline."""
    asked = asked_of(request.args)
    found = punctuality.of_pair(core(), actor(), unit_id, regime, asked, now())
    return render_template(
        "pages/national_punctuality_cell.html", unit_id=unit_id, regime=regime, asked=asked, found=found,
        total=total(counts for _, _, counts in found), days=given_days(asked),
    )  # fmt: skip


def _frequencies(regime: str) -> tuple[Frequency, ...]:
    return core().catalog.regimes[regime].editions[-1].frequencies


def asked_of(args: Mapping[str, str]) -> Asked:
    """The filters of the page: level, first and last deadline, owner, frequency. The last twelve months by default."""
    today = local_day(now())
    level, frequency = clean(args.get("level")), clean(args.get("frequency"))
    first = _day(args.get("first"), today - YEAR)
    last = _day(args.get("last"), today)
    if last < first:
        first, last = last, first
    return Asked(
        first, last, level if level in LEVEL_NAMES else "province", clean(args.get("owner")) or None,
        frequency if frequency in FREQUENCY_NAMES else None,
    )  # fmt: skip


def _day(text: str | None, usual: date) -> date:
    if not clean(text):
        return usual
    try:
        return date.fromisoformat(clean(text))
    except ValueError:
        raise BadRequest("Ngày không hợp lệ.", "This is not a day.") from None
