"""How often a program may ask, and how often an address may guess: counted by the minute, told in headers.

A program is counted by its token, whoever has none by its address. Wrong passwords and unknown tokens are counted by
address; a right token is never stopped by others' guesses, nor is an account at an address it has signed in from.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from typing import cast

from flask import Flask, Response, current_app, request
from flask_limiter import ApplicationLimit, Limiter
from limits import RateLimitItemPerMinute

from hub.config import Config
from hub.errors import TooManyRequests
from hub.web.rate_storage import ProcessStorage

RATES = "hub.rates"
"""Under this name the application holds what counts guesses."""
READING = ("GET", "HEAD", "OPTIONS")
WRITING = ("POST", "PUT", "PATCH", "DELETE")


class TooManyGuesses(TooManyRequests):
    vi = "Từ địa chỉ mạng này đã có quá nhiều lần đăng nhập sai. Hãy thử lại sau một phút."
    en = "Too many wrong tries came from this network address. Try again in a minute."


class Guesses:
    """Wrong tries by address within the minute. Safe to share between threads."""

    def __init__(self, limiter: Limiter, a_minute: int) -> None:
        self._limiter, self._item = limiter, RateLimitItemPerMinute(a_minute) if a_minute else None

    def too_many(self, kind: str, address: str) -> bool:
        """True if no more of them is heard within this minute."""
        return self._item is not None and not self._limiter.limiter.test(self._item, kind, address)

    def note(self, kind: str, address: str) -> None:
        """One more wrong try; TooManyGuesses where that was one too many."""
        if self._item is not None and not self._limiter.limiter.hit(self._item, kind, address):
            raise TooManyGuesses()


def guesses() -> Guesses:
    """What counts guesses at this application."""
    return cast(Guesses, current_app.extensions[RATES])


def install(app: Flask, config: Config, is_program: Callable[[], bool]) -> None:
    """Requests of programs are counted from now on, before anything else is done for them.

    ``HUB_RATE_STORAGE`` says where: in this process, or in a Redis that all processes share; while that is away, each
    process counts for itself.
    """
    storage = config.rate_storage.replace("memory://", f"{ProcessStorage.STORAGE_SCHEME[0]}://")
    limiter = Limiter(
        asker, app=app, application_limits=_limits(config), storage_uri=storage, strategy="fixed-window",
        in_memory_fallback_enabled=config.rate_storage != "memory://", swallow_errors=True,
    )  # fmt: skip
    limiter.request_filter(lambda: not is_program())
    app.extensions[RATES] = Guesses(limiter, config.rate_sign_in)
    app.after_request(lambda response: _tell(limiter, response))


def asker() -> str:
    """The token of this request by its hash, else its address."""
    given = request.authorization
    token = (given.token or given.password or "").strip() if given is not None else ""
    return hashlib.sha256(token.encode()).hexdigest() if token else f"address {request.remote_addr}"


def _limits(config: Config) -> list[str | Callable[[], str] | ApplicationLimit]:
    both = ((config.rate_read, READING, "reading"), (config.rate_write, WRITING, "writing"))
    return [
        ApplicationLimit(f"{most}/minute", scope=scope, exempt_when=_unless(methods)) for most, methods, scope in both
        if most
    ]  # fmt: skip


def _unless(methods: tuple[str, ...]) -> Callable[[], bool]:
    return lambda: request.method not in methods


def _tell(limiter: Limiter, response: Response) -> Response:
    """How many are left, and until when; whoever asked too often, after how many seconds to come back."""
    limit = limiter.current_limit
    if limit is None:
        return response
    seconds = min(60, max(1, math.ceil(limit.reset_at - time.time())))
    response.headers["RateLimit-Limit"] = str(limit.limit.amount)
    response.headers["RateLimit-Remaining"] = str(limit.remaining)
    response.headers["RateLimit-Reset"] = str(seconds)
    if response.status_code == 429:
        response.headers["Retry-After"] = str(seconds)
    return response
