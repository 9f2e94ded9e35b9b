"""Every answer names its request: by the caller's own ``X-Request-Id`` if it is usable, else by a new one."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request

HEADER = "X-Request-Id"
_USABLE = re.compile(r"[A-Za-z0-9._:-]{1,80}", re.ASCII)


def install(app: Flask) -> None:
    """From now on every answer has it."""
    app.after_request(_give)


def request_id() -> str:
    """The id of this request."""
    if "request_id" not in g:
        g.request_id = named(request.headers.get(HEADER, ""))
    return str(g.request_id)


def named(given: str) -> str:
    """The caller's own name for a request if it is usable, else a new one."""
    return given if _USABLE.fullmatch(given) else secrets.token_hex(8)


def _give(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    return response
