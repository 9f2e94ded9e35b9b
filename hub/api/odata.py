"""OData 4.0 under ``/odata/v1``: the national figures as flat tables for Excel, Power BI, Tableau; read only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, current_app, request

from hub.api import answering, odata_query
from hub.api.credentials import ARRIVED, CHALLENGES, actor_of_request
from hub.api.negotiation import NotAcceptable
from hub.api.odata_query import NotOffered, Query
from hub.api.odata_sets import Source, source, sources
from hub.domain.form import Label
from hub.errors import HubError, NotFound
from hub.services.core import Core
from hub.writers import odata

blueprint = Blueprint("odata", __name__, url_prefix="/odata/v1")

JSON = "application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8"
_ONE = re.compile(r"(?P<name>\w{1,128})(?:\('(?P<key>(?:[^']|''){1,200})'\)|/(?P<count>\$count))?", re.ASCII)
_PAGE_SIZE = re.compile(r"(?:^|[,;\s])(?:odata\.)?maxpagesize=(?P<size>\d{1,6})", re.ASCII)


def _core() -> Core:
    return cast(Core, current_app.extensions["hub"])


def _now() -> datetime:
    return cast(datetime, request.environ[ARRIVED])


def _home() -> str:
    """The address of this service as people reach it."""
    return f"{(_core().config.base_url or request.host_url).rstrip('/')}{blueprint.url_prefix}"


@blueprint.get("")
@blueprint.get("/")
def service() -> Response:
    """The service document."""
    found = sources(_core(), actor_of_request(), _now())
    _want_json()
    return _answer(odata.write_service((each.entity_set for each in found), _home()))


@blueprint.get("/$metadata")
def metadata() -> Response:
    """What sets there are for this reader, with their columns, as EDMX."""
    found = sources(_core(), actor_of_request(), _now())
    body = odata.write_metadata(each.entity_set for each in found)
    return answering.answer((body,), "application/xml")


@blueprint.get("/<path:rest>")
def rows(rest: str) -> Response:
    """A page of a set, how many rows it has, or one of them by its key."""
    actor, core, now = actor_of_request(), _core(), _now()
    wanted = _ONE.fullmatch(rest.rstrip("/"))
    if wanted is None:
        raise NotOffered() if rest.startswith("$") else NotFound()
    found = source(core, actor, wanted["name"], now)
    if found.entity_set.name != wanted["name"]:
        raise NotFound()
    query = odata_query.query_of(found.entity_set, request.args.to_dict(), _page_size())
    if wanted["count"]:
        return _counted(found, query)
    _want_json()
    if wanted["key"]:
        return _one(found, query, wanted["key"].replace("''", "'"))
    return _page(found, query)


def _page(found: Source, query: Query[Any]) -> Response:
    page = odata_query.page_of(found.entity_set, query, found.rows(query))
    link = _next(found, odata_query.write_cursor(page.cursor)) if page.cursor is not None else None
    body = odata.write_rows(
        page.rows, query.columns, context=_context(found, query), count=page.count, next_link=link,
        quoted=_quoted(),
    )  # fmt: skip
    return _answer(body)


def _one(found: Source, query: Query[Any], key: str) -> Response:
    """The entity of a key; its neighbourhood alone is read."""
    try:
        place = found.entity_set.place_of_key(key)
    except (ValueError, LookupError, HubError):
        raise NotFound() from None
    for row in found.rows(query)(key):
        its = found.entity_set.place(row)
        if its == place:
            context = _context(found, query, "/$entity")
            return _answer(odata.write_row(row, query.columns, context=context, quoted=_quoted()))
        if its > place:
            break
    raise NotFound()


def _counted(found: Source, query: Query[Any]) -> Response:
    number = sum(1 for row in found.rows(query)(None) if query.fits(row))
    return answering.answer((str(number).encode(),), "text/plain; charset=utf-8")


def _context(found: Source, query: Query[Any], after: str = "") -> str | None:
    if "odata.metadata=none" in request.headers.get("Accept", ""):
        return None
    chosen = f"({','.join(each.name for each in query.columns)})" if query.selected else ""
    return f"{_home()}/$metadata#{found.entity_set.name}{chosen}{after}"


def _next(found: Source, cursor: str) -> str:
    """The same query without what the cursor holds."""
    kept = {name: text for name, text in request.args.items() if name not in {"$skip", "$top", "$skiptoken"}}
    given: Mapping[str, str] = kept | {"$skiptoken": cursor}
    return f"{_home()}/{found.entity_set.name}?{urlencode(given, safe='$', quote_via=quote)}"


def _page_size() -> int | None:
    match = _PAGE_SIZE.search(request.headers.get("Prefer", ""))
    return int(match["size"]) if match else None


def _quoted() -> bool:
    return "ieee754compatible=true" in request.headers.get("Accept", "").lower()


def _want_json() -> None:
    """NotAcceptable where neither the header nor ``$format`` takes JSON."""
    form = request.args.get("$format")
    if form is not None:
        fine = form == "json" or form.startswith("application/json")
    else:
        fine = not request.headers.get("Accept") or request.accept_mimetypes.accept_json or _names_json()
    if not fine:
        raise NotAcceptable()


def _names_json() -> bool:
    """Clients write parameters that the framework's matching takes for another type."""
    return "application/json" in request.headers.get("Accept", "")


def _answer(body: bytes) -> Response:
    response = answering.answer((body,), JSON)
    if "maxpagesize" in request.headers.get("Prefer", ""):
        response.headers["Preference-Applied"] = "odata.maxpagesize"
    return response


@blueprint.after_request
def say_version(response: Response) -> Response:
    """Every answer, refusals too, names the version of the protocol."""
    response.headers["OData-Version"] = "4.0"
    return response


@blueprint.errorhandler(HubError)
def refused(error: HubError) -> Response:
    """An OData error; nothing from inside."""
    body = odata.write_error(error.code, Label(error.message_vi, error.message_en))
    response = Response(body, error.status, content_type=JSON)
    if error.status == 401:
        for challenge in CHALLENGES:
            response.headers.add("WWW-Authenticate", challenge)
    if error.status in {429, 503}:
        response.headers["Retry-After"] = "60"
    return response
