"""When more comes than can be done: what waited too long is refused at once, so that the rest is in time (P14).

Whoever asked has mostly asked again by then; to work on the first request would only make everybody wait as long. The
refusal is cheap, says when to come back, and not to all at the same moment; a form goes along with it (``carrying``).
"""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

from hub.errors import Unavailable

QUEUED = "hub.queued"
"""Key of the WSGI environment: seconds that the complete request has waited for a thread. A client cannot set it."""
LONGEST_WAIT = 2.0
SOONEST, LATEST = 20, 60
"""Seconds between which people and programs are told to come back."""


class Overloaded(Unavailable):
    code = "overloaded"
    vi = "Lúc này có quá nhiều người dùng hệ thống. Hãy thử lại sau một phút; những gì bạn nhập vẫn còn."
    en = "Too many people are using the hub right now. Try again in a minute; what you entered is still there."


def install(app: Flask) -> None:
    """From now on requests that waited too long are answered 503; every 503 names its own moment to come back."""
    app.before_request(_refuse_stale)
    app.after_request(_spread)


def _refuse_stale() -> None:
    if request.environ.get(QUEUED, 0.0) > LONGEST_WAIT:
        g.actor, g.csrf = None, None  # nobody is asked for: the page is the same for all
        raise Overloaded


def _spread(response: Response) -> Response:
    if response.status_code == 503:
        response.headers["Retry-After"] = str(SOONEST + secrets.randbelow(LATEST - SOONEST + 1))
    return response
