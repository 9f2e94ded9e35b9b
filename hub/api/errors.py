"""Refusals as ``application/problem+json`` (RFC 9457): one shape for every failure of the API."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from hub.api.credentials import CHALLENGES
from hub.errors import HubError

TYPE = "application/problem+json"
TITLES = {
    400: "Bad request", 401: "Sign in first", 403: "Not allowed", 404: "Not found", 405: "Method not allowed",
    406: "Not acceptable", 409: "Conflict", 413: "Too large", 415: "Unsupported content type", 422: "Refused",
    429: "Too many requests", 500: "Something went wrong", 503: "Busy",
}  # fmt: skip


def problem(error: HubError, extra: dict[str, Any] | None = None) -> Response:
    """``type, title, status, detail`` (Vietnamese), ``detail_en`` and the stable ``code``; nothing from inside."""
    body = {
        "type": f"urn:vn:hub:problem:{error.code}",
        "title": TITLES.get(error.status, TITLES[500]),
        "status": error.status,
        "detail": error.message_vi,
        "detail_en": error.message_en,
        "code": error.code,
    } | (extra or {})
    response = Response(json.dumps(body, ensure_ascii=False).encode(), error.status, content_type=TYPE)
    if error.status == 401:
        for challenge in CHALLENGES:
            response.headers.add("WWW-Authenticate", challenge)
    if error.status in {429, 503}:
        response.headers["Retry-After"] = "60"
    return response
