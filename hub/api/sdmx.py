"""SDMX-REST under ``/sdmx/2.1``: structures and data for statistical software, with a token. Standard: SDMX 2.1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain, groupby
from typing import cast

from flask import Blueprint, Response, current_app, request

from hub.api import answering, negotiation, sdmx_query
from hub.api.credentials import ARRIVED, CHALLENGES, actor_of_request
from hub.api.negotiation import Offer
from hub.api.sdmx_query import DataQuery, NoData, NotImplementedHere
from hub.domain.form import Label
from hub.domain.observation import Observation
from hub.errors import HubError, NotFound
from hub.services import flows
from hub.services.core import Core
from hub.writers import sdmx_csv, sdmx_json, sdmx_ml
from hub.writers.sdmx_data import DataMessage, SeriesKey, series_key
from hub.writers.sdmx_structure import Structures, asked_for, structures_of

blueprint = Blueprint("sdmx", __name__, url_prefix="/sdmx/2.1")

STRUCTURES = (
    Offer(sdmx_ml.STRUCTURE_TYPE, "structure", ("application/xml", "text/xml")),
    Offer(sdmx_json.STRUCTURE_TYPE, "jsonstructure", ("application/json",)),
)
DATA = (
    Offer(
        sdmx_ml.DATA_TYPE, "structurespecificdata",
        ("application/xml", "text/xml", "application/vnd.sdmx.structurespecifictimeseriesdata+xml"),
    ),
    Offer(sdmx_csv.DATA_TYPE, "csvdata", ("text/csv",)),
    Offer(sdmx_json.DATA_TYPE, "jsondata", ("application/json",)),
)  # fmt: skip
_CODES: Mapping[int, int] = {400: 140, 401: 110, 403: 110, 404: 100, 406: 1002, 413: 130, 501: 501, 503: 503}
"""The web service's own error codes by HTTP status; everything else is 500."""


def _core() -> Core:
    return cast(Core, current_app.extensions["hub"])


def _now() -> datetime:
    return cast(datetime, request.environ[ARRIVED])


def _home() -> str:
    """The address of this service as people reach it."""
    return f"{(_core().config.base_url or request.host_url).rstrip('/')}{blueprint.url_prefix}"


# --- Data ------------------------------------------------------------


@blueprint.get("/data/<path:rest>")
def data(rest: str) -> Response:
    """Figures of one flow as SDMX-ML, SDMX-CSV or SDMX-JSON."""
    actor, core, now = actor_of_request(), _core(), _now()
    given = request.args.to_dict()
    query = sdmx_query.data_query(_steps(rest), given)
    flow = flows.flow(core, actor, query.flow_id, now)
    if query.flow_id != flow.id:
        raise NotFound()
    offer = negotiation.chosen(DATA)
    cut = sdmx_query.cut_of(flow, query.key, given)
    found = flows.observations(core, actor, flow, cut, now) if cut is not None else iter(())
    first = next(found, None)
    if cut is None or first is None:
        raise NoData()
    shown = _ends(chain((first,), found), query, lambda each: series_key(flow, each))
    message = DataMessage(flow, core.orgs, cut.basis, now, shown, query.detail)
    return answering.answer(_written(message, offer, query), offer.media_type, volatile=_made_at(now))


def _written(message: DataMessage, offer: Offer, query: DataQuery) -> Iterator[bytes]:
    if offer.media_type == sdmx_csv.DATA_TYPE:
        return sdmx_csv.write_data(message)
    write = sdmx_ml.write_data if offer.media_type == sdmx_ml.DATA_TYPE else sdmx_json.write_data
    return write(message, flat=query.flat)


def _ends(
    observations: Iterable[Observation], query: DataQuery, key: Callable[[Observation], SeriesKey]
) -> Iterable[Observation]:
    """Of each series the first and the last figures that the query wants; all where it does not say."""
    if query.first is None and query.last is None:
        return observations
    return _ends_of_series(observations, query.first, query.last, key)


def _ends_of_series(
    observations: Iterable[Observation], first: int | None, last: int | None, key: Callable[[Observation], SeriesKey]
) -> Iterator[Observation]:
    for _, its in groupby(observations, key=key):
        all_of_it = list(its)
        rest = len(all_of_it) - (last or 0)
        for place, each in enumerate(all_of_it):
            if place < (first or 0) or (last is not None and place >= rest):
                yield each


def _made_at(now: datetime) -> tuple[str, ...]:
    return sdmx_ml.moment(now), sdmx_ml.message_id(now)


# --- Structures ------------------------------------------------------------


@blueprint.get("/")
@blueprint.get("/<path:rest>")
def structures(rest: str = "") -> Response:
    """Flows, data structures, concept schemes and code lists, with what they refer to where it is asked for."""
    actor, core, now = actor_of_request(), _core(), _now()
    steps = _steps(rest)
    if steps[:1] == ["schema"]:
        return _schema(steps[1:])
    if steps[:1] == ["structure"]:
        steps = steps[1:]
    query = sdmx_query.structure_query(steps, request.args.to_dict())
    offer = negotiation.chosen(STRUCTURES)
    known = structures_of(flows.flows(core, actor, now), core.orgs, _unit_names(core))
    found = asked_for(known, query.kinds, query.ids, query.references, query.detail)
    if not found:
        raise NotFound()
    return _structure_answer(found, offer)


def _schema(steps: list[str]) -> Response:
    """All that is needed to read one flow's data, as a structure message."""
    sdmx_query.refuse_unknown(request.args, {"dimensionAtObservation", "explicitMeasure", "format"})
    context, agency, name, version = (*steps, "", "", "", "")[:4]
    if context not in {"dataflow", "datastructure"}:
        raise NotImplementedHere()
    sdmx_query.check_named(agency, version)
    actor, core, now = actor_of_request(), _core(), _now()
    flow = flows.flow(core, actor, f"DF_{name.removeprefix('DSD_')}" if context == "datastructure" else name, now)
    offer = negotiation.chosen(STRUCTURES)
    known = structures_of([flow], core.orgs, _unit_names(core))
    structure = known.dataflow[flow.id].structure
    return _structure_answer(asked_for(known, ("datastructure",), frozenset({structure}), "children", "full"), offer)


def _structure_answer(found: Structures, offer: Offer) -> Response:
    now = _now()
    if offer.media_type == sdmx_ml.STRUCTURE_TYPE:
        body = sdmx_ml.write_structures(found, now, _home())
    else:
        body = sdmx_json.write_structures(found, now)
    return answering.answer((body,), offer.media_type, volatile=_made_at(now))


def _unit_names(core: Core) -> dict[str, Label]:
    return {code: unit.label for code, unit in core.catalog.units.items()}


def _steps(rest: str) -> list[str]:
    """The steps of an address; a stroke at its end adds none."""
    return rest.strip("/").split("/") if rest.strip("/") else []


# --- Refusals ------------------------------------------------------------


@blueprint.errorhandler(HubError)
def refused(error: HubError) -> Response:
    """An SDMX error message; nothing from inside."""
    body = sdmx_ml.write_error(_CODES.get(error.status, 500), Label(error.message_vi, error.message_en))
    response = Response(body, error.status, content_type=sdmx_ml.GENERIC_ERROR_TYPE)
    if error.status == 401:
        for challenge in CHALLENGES:
            response.headers.add("WWW-Authenticate", challenge)
    if error.status in {429, 503}:
        response.headers["Retry-After"] = "60"
    return response
