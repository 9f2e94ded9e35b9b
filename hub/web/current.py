"""What every view asks for: the core, the actor and the moment of the request."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import current_app, g, request

from hub.domain.access import Actor
from hub.errors import NotSignedIn
from hub.services.core import Core
from hub.web.arrival import ARRIVED


def core() -> Core:
    """The core of this application."""
    return cast(Core, current_app.extensions["hub"])


def now() -> datetime:
    """The instant at which this request's first byte arrived, aware UTC."""
    return cast(datetime, request.environ[ARRIVED])


def address() -> str:
    """The peer's address; forwarded headers are a client's claim and are not read."""
    return request.remote_addr or ""


def actor() -> Actor:
    """Who is signed in; NotSignedIn if nobody is."""
    found = cast("Actor | None", g.get("actor"))
    if found is None:
        raise NotSignedIn()
    return found
