"""Light or dark: as the reader's machine says, or as the reader chose."""

from __future__ import annotations

from typing import Literal

from flask import Blueprint, has_request_context, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from hub.errors import BadRequest
from hub.web.language import page_to_return_to
from hub.web.security import keep_preference

blueprint = Blueprint("look", __name__)

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")
COOKIE = "hub_theme"


def theme() -> Theme:
    """What the reader chose; ``auto``, which follows the machine, if nothing."""
    kept = request.cookies.get(COOKIE) if has_request_context() else None
    return next((each for each in THEMES if each == kept), "auto")


@blueprint.post("/theme")
def choose() -> AnyResponse:
    """Keeps the choice for a year and goes back to the page that was open."""
    wanted = request.form.get("theme", "")
    if wanted not in THEMES:
        raise BadRequest()
    response = make_response(redirect(page_to_return_to(request.form.get("next", "")), 303))
    keep_preference(response, COOKIE, wanted)
    return response
