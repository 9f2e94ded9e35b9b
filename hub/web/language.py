"""Which language a page speaks: Vietnamese as written, English from the catalogues, one at a time.

A text's key is the Vietnamese text itself; its English stands in ``templates/translations/en/<area>.po``.
"""

from __future__ import annotations

from typing import Any, Literal, cast

from flask import Blueprint, Response, current_app, g, has_request_context, make_response, redirect, request, url_for
from jinja2 import Environment
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from hub.catalog.translations import found_in, text_in
from hub.domain.findings import Finding
from hub.domain.form import Label
from hub.errors import BadRequest, HubError
from hub.web.listing import local_path
from hub.web.security import keep_preference

blueprint = Blueprint("language", __name__)

Language = Literal["vi", "en"]
LANGUAGES: dict[Language, str] = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "hub_language"
Said = Label | tuple[str, str] | Finding | HubError | str
"""Whatever holds a text in both languages; a plain string stands for both."""


# --- Which one ------------------------------------------------------------


def chosen() -> Language:
    """The language of this request: what the reader chose, else Vietnamese; Vietnamese outside a request."""
    if not has_request_context():
        return "vi"
    known = g.get("language")
    if known is None:
        known = g.language = "en" if request.cookies.get(COOKIE) == "en" else "vi"
    return cast(Language, known)


@blueprint.post("/language")
def choose() -> AnyResponse:
    """Keeps the reader's choice for a year and goes back to the page that was open."""
    wanted = request.form.get("language", "")
    if wanted not in LANGUAGES:
        raise BadRequest()
    response = make_response(redirect(page_to_return_to(request.form.get("next", "")), 303))
    keep_preference(response, COOKIE, wanted)
    return response


def page_to_return_to(target: str) -> str:
    """``target`` if it is a page of this site that can be opened, else the nearest page above it that can."""
    path, query = target.partition("?")[::2] if local_path(target) else ("/", "")
    routes = current_app.url_map.bind("localhost")
    while path.strip("/"):
        try:
            routes.match(path, method="GET")
        except HTTPException:
            path, query = path.rstrip("/").rpartition("/")[0], ""
        else:
            return f"{path}?{query}" if query else path
    return url_for("desk.overview")


# --- Texts of pages ------------------------------------------------------------


def gettext(text: str, /, **values: Any) -> str:
    """A page's text in the language of this request, its ``%(name)s`` places filled."""
    return text_in(chosen(), text, **values)


# --- Texts of data ------------------------------------------------------------


def both_of(said: Said) -> tuple[str, str]:
    """The Vietnamese and the English text of whatever holds both; the English one may be empty."""
    if isinstance(said, str):
        return said, said
    if isinstance(said, Label):
        return said.vi, said.en
    if isinstance(said, Finding | HubError):
        return said.message_vi, said.message_en
    return said[0], said[1]


def plain(said: Said) -> str:
    """The text in the reader's language, for attributes, titles and options; Vietnamese where there is no English."""
    vi, en = both_of(said)
    return en if en and chosen() == "en" else vi


def say(said: Said) -> Markup:
    """The text in the reader's language, for running text; Vietnamese, marked as such, where there is no English."""
    vi, en = both_of(said)
    if chosen() == "vi":
        return escape(vi)
    return escape(en) if en else Markup('<span lang="vi">{}</span>').format(vi)


def install(environment: Environment) -> None:
    """Gives templates ``_('…', name=…)``, ``pgettext``, ``language()`` and the filters ``say`` and ``plain``."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: found_in(chosen(), text),
        ngettext=lambda one, many, number: found_in(chosen(), one if number == 1 else many),
        pgettext=lambda context, text: found_in(chosen(), text, context),
        newstyle=True,
    )
    environment.filters |= {"say": say, "plain": plain}
    environment.globals |= {"language": chosen, "LANGUAGES": LANGUAGES}


def mark_language(response: Response) -> Response:
    """A page says which language it is in."""
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = chosen()
    return response
