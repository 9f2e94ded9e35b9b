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

from flask import Flask, Response, abort, current_app, request
from limits import RateLimitItemPerMinute

from hub.config import Config
from hub.errors import TooManyRequests
from hub.web.rate_storage import Counters

RATES = "hub.rates"
"""Under this name the application holds what counts guesses."""
PROGRAMS = "hub.programs"
"""And under this one what counts requests."""
COUNTED = "hub.counted"
"""Key of the WSGI environment: what this request was counted under, if it was. A client cannot set it."""
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
class Counted:
    """What a request was counted under; ``allowed`` is False where it was one too many."""

    item: RateLimitItemPerMinute
    names: tuple[str, str]
    allowed: bool


class Programs:
    """How often each program asks, reading and writing apart. Safe to share between threads."""

    def __init__(self, counters: Counters, reading: int, writing: int) -> None:
        self._counters, self._reading, self._writing = counters, _a_minute(reading), _a_minute(writing)

    def count(self, who: str, method: str) -> Counted | None:
        """One more request; None where nobody counts."""
        item, scope = (self._reading, "reading") if method in READING else (self._writing, "writing")
        return None if item is None else Counted(item, (who, scope), self._counters.hit(item, who, scope))

    def told(self, counted: Counted) -> dict[str, str]:
        """Headers that say how many are left, and in how many seconds they are all there again."""
        reset_at, left = self._counters.standing(counted.item, *counted.names)
        seconds = min(60, max(1, math.ceil(reset_at - time.time())))
        told = {"Limit": counted.item.amount, "Remaining": left, "Reset": seconds}
        return {f"RateLimit-{name}": str(value) for name, value in told.items()}


def programs(app: Flask) -> Programs:
    """What counts the requests of programs at this application."""
    return cast(Programs, app.extensions[PROGRAMS])


def install(app: Flask, config: Config, is_program: Callable[[], bool]) -> None:
    """Requests of programs are counted from now on, before anything else is done for them.

    ``HUB_RATE_STORAGE`` says where: in this process, or in a Redis that all processes share; while that is away, each
    process counts for itself.
    """
    counters = Counters(config.rate_storage)
    app.extensions[PROGRAMS] = counting = Programs(counters, config.rate_read, config.rate_write)
    app.extensions[RATES] = Guesses(counters, config.rate_sign_in)

    def count() -> None:
        if request.endpoint is None or not is_program():
            return
        if COUNTED not in request.environ:
            request.environ[COUNTED] = counting.count(asker(), request.method)
        counted = cast("Counted | None", request.environ[COUNTED])
        if counted is not None and not counted.allowed:
            abort(429)  # refused in one form for all programs, before any of them is asked which it reads

    app.before_request(count)
    app.after_request(lambda response: _tell(counting, response))


def asker() -> str:
    """The token of this request by its hash, else its address."""
    given = request.authorization
    token = (given.token or given.password or "").strip() if given is not None else ""
    return asker_of(token) if token else f"address {request.remote_addr}"


def asker_of(token: str) -> str:
    """Under which name a token's requests are counted."""
    return hashlib.sha256(token.encode()).hexdigest()


def _a_minute(most: int) -> RateLimitItemPerMinute | None:
    return RateLimitItemPerMinute(most) if most else None


def _tell(counting: Programs, response: Response) -> Response:
    """How it stands with this program; whoever asked too often, after how many seconds to come back."""
    counted = cast("Counted | None", request.environ.get(COUNTED))
    if counted is None:
        return response
    told = counting.told(counted)
    for name, value in told.items():
        response.headers.add(name, value)
    if response.status_code == 429:
        response.headers["Retry-After"] = told["RateLimit-Reset"]
    return response
