"""Who a program acts for: a token, as ``Authorization: Bearer`` or as the password of HTTP Basic.

Excel, Power BI and most statistical packages ask people for a name and a password: the token is the password, the name
may be anything. A password of the hub's pages opens nothing here.
"""

from __future__ import annotations

from typing import cast

from flask import current_app, request

from hub.domain.access import Actor
from hub.errors import Forbidden, NotSignedIn
from hub.services import access
from hub.services.core import Core

ARRIVED = "hub.arrived"
GUESSES = "hub.rates"
"""Under this name the application holds what counts wrong tokens by address."""
CHALLENGES = ('Bearer realm="hub"', 'Basic realm="hub", charset="UTF-8"')
"""What ``WWW-Authenticate`` offers: a header each."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class NoToken(NotSignedIn):
    vi = "Cần mã truy cập hợp lệ: Authorization: Bearer …, hoặc dùng mã truy cập làm mật khẩu."
    en = "A valid access token is needed: Authorization: Bearer …, or the token as the password."


def actor_of_request(scope: str = "read") -> Actor:
    """The account that this request's token acts for, with the token's limits.

    NoToken where there is no token or it opens nothing, TooManyRequests where an address tries too many that open
    nothing (what opens something is never stopped by that); Forbidden where it lacks the scope. A token given as a
    password only reads: a browser sends a remembered password along with requests that another site made.
    """
    token = _token()
    now = request.environ[ARRIVED]
    core = cast(Core, current_app.extensions["hub"])
    found = access.actor_of_token(core, token, now, request.remote_addr or "") if token else None
    if found is None:
        if token:
            current_app.extensions[GUESSES].note("token", request.remote_addr or "")
        raise NoToken()
    if found.scopes is not None and scope not in found.scopes:
        raise Forbidden("Mã truy cập này không được làm việc này.", "This token may not do this.")
    return found


def _token() -> str:
    given = request.authorization
    if given is None:
        return ""
    if given.type == "bearer":
        return (given.token or "").strip()
    if given.type == "basic" and request.method in _READING:
        return (given.password or "").strip()
    return ""
