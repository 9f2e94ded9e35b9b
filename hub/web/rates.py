"""How often a program may ask, and how often an address may guess: counted by the minute, told in headers.

A program is counted by its token, whoever has none by its address. Wrong passwords and unknown tokens are counted by
address; a right token is never stopped by others' guesses, nor is an account at an address it has signed in from.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, abort, current_app, g, request
from limits import RateLimitItemPerMinute

from hub.config import Config
from hub.errors import TooManyRequests
from hub.web.rate_storage import Counters

RATES = "hub.rates"
"""Under this name the application holds what counts guesses."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class TooManyGuesses(TooManyRequests):
    vi = "Từ địa chỉ mạng này đã có quá nhiều lần đăng nhập sai. Hãy thử lại sau một phút."
    en = "Too many wrong tries came from this network address. Try again in a minute."


class Guesses:
    """Wrong tries by address within the minute. Safe to share between threads."""

    def __init__(self, counters: Counters, a_minute: int) -> None:
        self._counters, self._item = counters, _a_minute(a_minute)

    def too_many(self, kind: str, address: str) -> bool:
        """True if no more of them is heard within this minute."""
        return self._item is not None and not self._counters.test(self._item, kind, address)

    def note(self, kind: str, address: str) -> None:
        """One more wrong try; TooManyGuesses where that was one too many."""
        if self._item is not None and not self._counters.hit(self._item, kind, address):
            raise TooManyGuesses()


def guesses() -> Guesses:
    """What counts guesses at this application."""
    return cast(Guesses, current_app.extensions[RATES])


@dataclass(frozen=True, slots=True)
class _Counted:
    """What this request was counted under."""

    item: RateLimitItemPerMinute
    names: tuple[str, str]


def install(app: Flask, config: Config, is_program: Callable[[], bool]) -> None:
    """Requests of programs are counted from now on, before anything else is done for them.

    ``HUB_RATE_STORAGE`` says where: in this process, or in a Redis that all processes share; while that is away, each
    process counts for itself.
    """
    counters = Counters(config.rate_storage)
    reading, writing = _a_minute(config.rate_read), _a_minute(config.rate_write)

    def count() -> None:
        item, scope = (reading, "reading") if request.method in READING else (writing, "writing")
        if item is None or request.endpoint is None or not is_program():
            return
        g.counted = _Counted(item, (asker(), scope))
        if not counters.hit(item, *g.counted.names):
            abort(429)  # refused in one form for all programs, before any of them is asked which it reads

    app.before_request(count)
    app.extensions[RATES] = Guesses(counters, config.rate_sign_in)
    app.after_request(lambda response: _tell(counters, response))


def asker() -> str:
    """The token of this request by its hash, else its address."""
    given = request.authorization
    token = (given.token or given.password or "").strip() if given is not None else ""
    return hashlib.sha256(token.encode()).hexdigest() if token else f"address {request.remote_addr}"


def _a_minute(most: int) -> RateLimitItemPerMinute | None:
    return RateLimitItemPerMinute(most) if most else None


def _tell(counters: Counters, response: Response) -> Response:
    """How many are left, and until when; whoever asked too often, after how many seconds to come back."""
    counted = cast("_Counted | None", g.get("counted"))
    if counted is None:
        return response
    reset_at, left = counters.standing(counted.item, *counted.names)
    seconds = str(min(60, max(1, math.ceil(reset_at - time.time()))))
    told = {"Limit": str(counted.item.amount), "Remaining": str(left), "Reset": seconds}
    for name, value in told.items():
        response.headers.add(f"RateLimit-{name}", value)
    if response.status_code == 429:
        response.headers["Retry-After"] = seconds
    return response
