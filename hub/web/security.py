"""What guards every page: security headers, the session cookie, and proof that a change was meant (P26, P27)."""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, urlsafe_b64encode
from urllib.parse import urlsplit

from flask import Response, current_app, g, request

from hub.config import Config
from hub.errors import Forbidden
from hub.services import access
from hub.web.current import address, core, now

ASKED_BY_PAGES = frozenset({"unsaved.change", "unsaved.show"})
"""What an open page asks for by itself; the view says so where a person did something after all (P26)."""
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ONE_YEAR = 31_536_000
_STRICTLY = HEADERS | {"Strict-Transport-Security": f"max-age={ONE_YEAR}; includeSubDomains"}
"""Wherever cookies travel over TLS only."""
MAY_BE_KEPT = "private, no-cache"


class NotMeant(Forbidden):
    """A change came without proof that this person meant it on this site."""

    code = "not_meant"
    vi = "Phiên làm việc không khớp hoặc yêu cầu đến từ trang khác. Hãy tải lại trang rồi thử lại."
    en = "The form is out of date or the request came from another site. Reload the page and try again."


def headers_of(config: Config) -> dict[str, str]:
    """The security headers of every response."""
    return _STRICTLY if config.secure_cookies else HEADERS


def add_headers(response: Response) -> Response:
    """Every response carries the security headers.

    Pages are kept by nobody. What a program pulled, with a tag, it may keep for itself and must ask each time whether
    it still holds: without that no program could ever be told 304.
    """
    wanted = headers_of(core().config)
    present = {name.lower() for name, _ in response.headers}
    for name, value in wanted.items():
        if name.lower() not in present:
            response.headers.add(name, value)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = MAY_BE_KEPT if _may_be_kept(response) else "no-store"
    return response


def _may_be_kept(response: Response) -> bool:
    tagged = request.method in {"GET", "HEAD"} and response.get_etag()[0] is not None
    return tagged and response.status_code in {200, 304}


# --- Session ------------------------------------------------------------


def session_cookie() -> str:
    """The session cookie's name: with the ``__Host-`` prefix wherever cookies travel over TLS only."""
    return "__Host-hub" if core().config.secure_cookies else "hub_session"


def form_cookie() -> str:
    """The cookie that proves a form before anybody is signed in."""
    return "__Host-hub-form" if core().config.secure_cookies else "hub_form"


def set_cookie(response: Response, name: str, value: str) -> None:
    """A cookie that scripts cannot read and other sites cannot send; it ends with the browser."""
    response.set_cookie(
        name, value, path="/", httponly=True, samesite="Lax", secure=core().config.secure_cookies
    )  # fmt: skip


def keep_preference(response: Response, name: str, value: str) -> None:
    """A cookie that says how somebody likes to read, for a year; scripts may read it, nothing is decided by it."""
    response.set_cookie(
        name, value, path="/", max_age=ONE_YEAR, samesite="Lax", secure=core().config.secure_cookies
    )  # fmt: skip


def load_session() -> None:
    """Puts who is signed in (or nobody) into ``g``, freshly read from the database at every request."""
    g.actor, g.csrf = None, None
    token = request.cookies.get(session_cookie())
    if not token or request.endpoint == "static":
        return
    found = access.actor_of_session(core(), token, now(), address(), active=request.endpoint not in ASKED_BY_PAGES)
    if found is not None:
        g.actor, g.csrf = found


# --- Forged requests ------------------------------------------------------------


MASKED = "m."
"""How a masked token begins; a bare token is taken as well."""


def csrf_token() -> str:
    """What the forms of this response must bring back: the token under a mask of this response alone.

    Pages are compressed, and a secret that stands unchanged beside text of somebody's choosing could be guessed from
    the sizes of many responses (BREACH).
    """
    if "masked_token" not in g:
        secret = _page_token().encode()
        pad = secrets.token_bytes(len(secret))
        g.masked_token = MASKED + urlsafe_b64encode(pad + _xor(pad, secret)).decode()
    return str(g.masked_token)


def unmasked(given: str) -> str:
    """The token under a mask; what is not masked comes back as it is, what is masked wrongly comes back empty."""
    if not given.startswith(MASKED):
        return given
    try:
        content = b64decode(given.removeprefix(MASKED), altchars=b"-_", validate=True)
        return _xor(content[: len(content) // 2], content[len(content) // 2 :]).decode()
    except ValueError:
        return ""


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _page_token() -> str:
    """The session's token, or before sign-in that of the form cookie."""
    if g.get("csrf"):
        return str(g.csrf)
    if "form_token" not in g:
        g.form_token = request.cookies.get(form_cookie()) or secrets.token_urlsafe(32)
    return str(g.form_token)


def keep_form_token(response: Response) -> Response:
    """Sends the form cookie along if a page made one."""
    token = g.get("form_token")
    if token and request.cookies.get(form_cookie()) != token:
        set_cookie(response, form_cookie(), token)
    return response


def refuse_forged() -> None:
    """NotMeant for a change from another site or without the token that this session's pages carry."""
    if request.method not in UNSAFE:
        return
    if request.mimetype == "application/x-www-form-urlencoded":
        request.get_data(cache=True)  # kept whole: a form is stored as the bytes that came
    before_sign_in = request.cookies.get(form_cookie()) or ""
    proofs = [g.get("csrf") or before_sign_in]
    if request.endpoint == "sign_in.enter":
        proofs.append(before_sign_in)  # clicked twice: the first click's session is there, the page is of before it
    given = unmasked(request.form.get(CSRF_FIELD) or request.headers.get(CSRF_HEADER, ""))
    same = (hmac.compare_digest(each.encode(), given.encode("utf-8", "replace")) for each in proofs if each)
    if not any(same):
        raise NotMeant()


def refuse_cross_site() -> None:
    """NotMeant if the browser says that the request was made by another site. Runs before the body is read."""
    if request.method not in UNSAFE:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise NotMeant()
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
        raise NotMeant()


def secure_download(response: Response, filename: str) -> Response:
    """A file that browsers save and never show or run."""
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


def requires_sign_in() -> bool:
    """Whether the endpoint of this request is closed to strangers: all but the few listed in the application."""
    return request.endpoint not in current_app.config["OPEN_ENDPOINTS"]
