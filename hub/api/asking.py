"""What every resource of the API is asked alike: parameters read strictly, and pages by an opaque cursor."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote, urlencode

from flask import Response, current_app, request
from marshmallow import Schema, ValidationError, fields

from hub.api.answering import answer
from hub.api.credentials import ARRIVED
from hub.errors import BadRequest
from hub.services.core import Core


class StaleCursor(BadRequest):
    vi = "Con trỏ trang (cursor) không dùng được: hãy đọc lại từ trang đầu."
    en = "This cursor cannot be used: read from the first page again."


def core() -> Core:
    """The hub behind this application."""
    return cast(Core, current_app.extensions["hub"])


def now() -> datetime:
    """When this request arrived."""
    return cast(datetime, request.environ[ARRIVED])


def loaded(schema: Schema, given: Mapping[str, Any]) -> dict[str, Any]:
    """The data as the schema reads them; BadRequest that names each bad field."""
    try:
        return cast(dict[str, Any], schema.load(given))
    except ValidationError as error:
        names = ", ".join(sorted(str(name)[:60] for name in error.messages_dict))
        raise BadRequest(f"Tham số không hợp lệ: {names}.", f"These parameters are not valid: {names}.") from None


def asked(schema: Schema) -> dict[str, Any]:
    """This request's query as the schema reads it; what the schema calls a list may be given several times.

    BadRequest where a parameter is not valid, unknown, or given twice though it may be given once.
    """
    given: dict[str, Any] = {}
    for name, texts in request.args.lists():
        several = isinstance(schema.fields.get(name), fields.List)
        if len(texts) > 1 and not several:
            raise BadRequest(f"Tham số bị lặp lại: {name[:60]}.", f"This parameter is given twice: {name[:60]}.")
        given[name] = texts if several else texts[0]
    return loaded(schema, given)


def answered(body: Any) -> Response:
    """The body as JSON, tagged, so that who has it already gets 304."""
    return answer([json.dumps(body, ensure_ascii=False).encode()], "application/json")


# --- pages ------------------------------------------------------------


def write_cursor(values: Iterable[str]) -> str:
    """A place in a list as letters, digits, hyphens and underscores."""
    text = json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, length: int) -> list[str]:
    """The place that :func:`write_cursor` wrote; StaleCursor for anything else."""
    try:
        values = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        raise StaleCursor() from None
    if not isinstance(values, list) or len(values) != length or not all(type(each) is str for each in values):
        raise StaleCursor()
    return values


def next_page(cursor: str) -> str:
    """The address of this request's next page: the same query, from the cursor on."""
    kept = [(name, text) for name, text in request.args.items(multi=True) if name != "cursor"]
    home = (core().config.base_url or request.host_url).rstrip("/")
    return f"{home}{quote(request.path)}?{urlencode([*kept, ('cursor', cursor)], quote_via=quote)}"


def linked(response: Response, following: str | None) -> Response:
    """The answer with ``Link: …; rel="next"`` where there is a next page."""
    if following is not None:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response
