"""A form that came when it could not be taken: its fields go along to the page that says so, and from there back (P25).

Its session had ended, its page was drawn in an earlier session, or the hub was busy. Nothing of it is stored; nothing
is posted again unless the person says so on a page that shows how much it is and where it goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_to_bytes

from flask import Response, current_app, g, make_response, render_template, request
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from hub.errors import HubError
from hub.web.current import core
from hub.web.listing import local_path
from hub.web.security import CSRF_FIELD, NotMeant, csrf_token

FORM = "application/x-www-form-urlencoded"
FIELDS, TARGET = "carried", "carried_to"
NEVER = frozenset({"sign_in", "admin", "language", "look", "api_v1"})
"""What has nothing typed worth keeping, or a password in it."""
_PART = 4
"""In a hidden field the text grows: so many parts of the largest form may be carried at most one."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What was posted, as the body of a form without its token, and the path it goes to."""

    body: str
    target: str

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body, keep_blank_values=True)

    @property
    def filled(self) -> int:
        """How many fields have something in them."""
        return sum(bool(text.strip()) for name, text in self.pairs if "." in name)


def posted() -> Carried | None:
    """The form of this request, if it may be carried."""
    if request.method != "POST" or request.mimetype != FORM or not _may_go_to(request.path):
        return None
    if (request.content_length or 0) * _PART > core().config.max_upload_bytes:
        return None
    pairs = request.get_data(cache=True).split(b"&")
    own = [pair for pair in pairs if unquote_to_bytes(pair.partition(b"=")[0]) != CSRF_FIELD.encode()]
    body = b"&".join(own).decode("ascii", "replace")
    return Carried(body, request.full_path if request.query_string else request.path) if body else None


def brought() -> Carried | None:
    """What the sign-in page brought along."""
    body, target = request.form.get(FIELDS, ""), request.form.get(TARGET, "")
    return Carried(body, target) if body and local_path(target) and _may_go_to(target.partition("?")[0]) else None


def _may_go_to(path: str) -> bool:
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(path, method="POST")
    except (HTTPException, RequestRedirect):
        return False
    return isinstance(endpoint, str) and endpoint.partition(".")[0] not in NEVER


def answer(error: HubError) -> Response | None:
    """The page for a refusal that takes the form along; None where the refusal was not for the moment's sake."""
    carried = posted() if error.status in {401, 403, 500, 503} else None
    if carried is None:
        return None
    if error.status == 401:
        page = render_template(
            "pages/sign_in.html", username="", target=carried.target, problem=error, carried=carried
        )  # fmt: skip
        return make_response(page, 401)
    if error.status == 403:
        fresh = isinstance(error, NotMeant) and g.get("actor") is not None
        return make_response(page_of(carried, error, csrf_token()), 403) if fresh else None
    g.actor = None  # the page asks nothing of a hub in trouble
    given = request.form.get(CSRF_FIELD, "")
    response = make_response(_robust_page(carried, error, given), error.status)
    response.headers["Retry-After"] = "60"
    return response


def page_of(carried: Carried, problem: HubError | None, token: str) -> str:
    """The page that offers to post it once more."""
    return render_template("pages/carried.html", carried=carried, problem=problem, token=token)


def _robust_page(carried: Carried, error: HubError, token: str) -> str:
    try:
        return page_of(carried, error, token)
    except Exception:
        return _bare_page(carried, error, token)


def _bare_page(carried: Carried, error: HubError, token: str) -> str:
    """For when not even a template can be drawn."""
    return (
        '<!doctype html><html lang="vi"><meta charset="utf-8"><title>Chưa lưu được</title><h1>Chưa lưu được</h1>'
        f"<p>{escape(error.message_vi)} / {escape(error.message_en)}</p>"
        f'<form method="post" action="{escape(carried.target)}">{_hidden([(CSRF_FIELD, token), *carried.pairs])}'
        "<button>Thử lại / Try again</button></form>"
    )


def _hidden(pairs: Iterable[tuple[str, str]]) -> Markup:
    return Markup("").join(_inputs(pairs))


def _inputs(pairs: Iterable[tuple[str, str]]) -> Iterator[Markup]:
    for name, text in pairs:
        if "\n" in text or "\r" in text:  # an input of one line would lose them
            yield Markup('<textarea name="{}" hidden>\n{}</textarea>').format(name, text)
        else:
            yield Markup('<input type="hidden" name="{}" value="{}">').format(name, text)
