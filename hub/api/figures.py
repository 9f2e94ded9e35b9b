"""The national figures for programs: which measures, periods and units there are, and the figures page by page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response

from hub.api.answering import answer
from hub.api.asking import answered, asked, core, linked, next_page, now, read_cursor, write_cursor
from hub.api.credentials import actor_of_request
from hub.api.figure_payloads import (
    FigureBody,
    FiguresAsked,
    FiguresBody,
    MeasuresAsked,
    MeasuresBody,
    PeriodsAsked,
    PeriodsBody,
    UnitsAsked,
    UnitsBody,
)
from hub.api.negotiation import Offer, chosen
from hub.domain.access import Actor
from hub.domain.observation import Measure, Observation
from hub.domain.org import OrgUnit
from hub.domain.period import local_day
from hub.errors import BadRequest
from hub.services import figure_pages, figures
from hub.services.figure_pages import FigurePage

blueprint = Blueprint("api_figures", __name__, url_prefix="/api/v1")

JSON, CSV = Offer("application/json", "json"), Offer("text/csv; charset=utf-8", "csv")


@blueprint.get("/measures")
def measures() -> Response:
    """The measures whose figures the account may see."""
    query = asked(MeasuresAsked())
    found = figures.measures(core(), actor_of_request(), now(), query["regime"])
    keys = [each.key for each in found]
    begin = _after(keys, query["cursor"])
    shown = found[begin : begin + query["limit"]]
    following = _following(shown[-1].key) if begin + len(shown) < len(found) else None
    return linked(answered(MeasuresBody().dump({"measures": shown, "next": following})), following)


@blueprint.get("/periods")
def periods() -> Response:
    """The periods of a regime that have figures."""
    query = asked(PeriodsAsked())
    found = figures.periods(core(), actor_of_request(), query["regime"], now())
    return answered(PeriodsBody().dump({"periods": found}))


@blueprint.get("/units")
def units() -> Response:
    """The units of a day, as the register has them."""
    actor_of_request()
    query = asked(UnitsAsked())
    day = query["on"] or local_day(now())
    found = [each for each in core().orgs.on(day, query["level"]) if _within(each, query["within"])]
    begin = _after([each.id for each in found], query["cursor"])
    shown = found[begin : begin + query["limit"]]
    following = _following(shown[-1].id) if begin + len(shown) < len(found) else None
    return linked(answered(UnitsBody().dump({"units": [_unit(each) for each in shown], "next": following})), following)


def _within(unit: OrgUnit, province: str | None) -> bool:
    if province is None:
        return True
    above = core().orgs.units.get(province)
    return above is not None and unit.level == "commune" and unit.parent_code == above.code


def _unit(unit: OrgUnit) -> dict[str, Any]:
    above = core().orgs.parent(unit.id, unit.valid_to or unit.valid_from)
    names = ("id", "code", "name", "level", "type", "valid_from", "valid_to")
    return {name: getattr(unit, name) for name in names} | {"parent": above.id if above else None}


def _after(keys: Sequence[str], cursor: str | None) -> int:
    """Where the page begins; BadRequest for a cursor of another list."""
    if cursor is None:
        return 0
    key = read_cursor(cursor, 1)[0]
    if key not in keys:
        raise BadRequest("Con trỏ trang không thuộc truy vấn này.", "The cursor belongs to another query.")
    return keys.index(key) + 1


def _following(*place: str) -> str:
    return next_page(write_cursor(place))


# --- figures ------------------------------------------------------------


@blueprint.get("/figures")
def values() -> Response:
    """The figures that were asked for, as JSON or CSV, page by page."""
    query, actor = asked(FiguresAsked()), actor_of_request()
    offer = chosen((JSON, CSV))
    ask = figures.Ask(
        _measures(actor, query), query["first"], query["last"], query["frequency"], tuple(query["unit"]) or None,
        query["level"], query["within"], query["basis"], query["known_at"],
    )  # fmt: skip
    after = read_cursor(query["cursor"], 3) if query["cursor"] else None
    found = figure_pages.page(
        core(), actor, ask, now(), query["limit"], (after[0], after[1], after[2]) if after else None
    )  # fmt: skip
    following = _following(*found.last) if found.last else None
    if offer is CSV:
        return linked(answer([_csv(found.observations)], CSV.media_type), following)
    return linked(answered(_body(found, ask, following)), following)


def _measures(actor: Actor, query: dict[str, Any]) -> tuple[Measure, ...]:
    """The measures asked for, each once; BadRequest for none, NotFound for what is not for the actor."""
    if query["measure"]:
        named = (figures.measure(core(), actor, key, now()) for key in query["measure"])
        return tuple({each.key: each for each in named if query["regime"] in {None, each.regime}}.values())
    if query["regime"] is None:
        raise BadRequest("Cần measure hoặc regime.", "Give measure or regime.")
    return tuple(figures.measures(core(), actor, now(), query["regime"]))


def _body(found: FigurePage, ask: figures.Ask, following: str | None) -> dict[str, Any]:
    body = {"basis": ask.basis, "known_at": ask.known_at, "figures": list(map(_row, found.observations))}
    return dict(FiguresBody().dump(body | {"next": following}))


def _row(each: Observation) -> dict[str, Any]:
    names = (
        "standing", "exactness", "edition", "accepted", "obliged", "waiting", "excluded", "contributors", "revised",
        "at",
    )  # fmt: skip
    return {name: getattr(each, name) for name in names} | {
        "measure": each.measure.key,
        "unit": each.unit_id,
        "period": each.period.code,
        "value": None if each.value is None else f"{each.value:f}",
        "missing_weight": None if each.missing_weight is None else f"{each.missing_weight:f}",
        "from_units": each.from_units,
    }


def _csv(observations: Iterable[Observation]) -> bytes:
    """A line a figure, in the order of the fields of JSON; nothing is empty text, several units have spaces between."""
    written = io.StringIO()
    writer = csv.DictWriter(written, list(FigureBody().fields), lineterminator="\r\n")
    writer.writeheader()
    for each in observations:
        row = FigureBody().dump(_row(each))
        writer.writerow(row | {"from_units": " ".join(row["from_units"]), "revised": str(row["revised"]).lower()})
    return written.getvalue().encode()
