"""Where requests are counted: in this process, or in a Redis that all processes share.

The library's own storage in memory starts a thread at every request to tidy up behind it; ``ProcessStorage`` does not.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from limits import RateLimitItem
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

log = logging.getLogger("hub.web")
Found = TypeVar("Found")

TIDY_EVERY = 60.0
"""Seconds after which counters that have run out are forgotten."""
AWAY = 5.0
"""Seconds for which a shared storage that did not answer is left alone."""
OWN = "memory://"
"""How settings name counting in each process by itself."""


class ProcessStorage(Storage):
    """Counters in memory, each until it runs out. Safe to share between threads; every process has its own."""

    STORAGE_SCHEME = ["process"]  # noqa: RUF012  # as the library declares it

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: float | str | bool) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._counted: dict[str, tuple[int, float]] = {}
        self._lock, self._tidied = threading.Lock(), time.time()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """The counter with so many more; a new one runs out after ``expiry`` seconds."""
        now = time.time()
        with self._lock:
            self._tidy(now)
            count, until = self._counted.get(key, (0, 0.0))
            count, until = (count + amount, until) if until > now else (amount, now + expiry)
            self._counted[key] = count, until
            return count

    def get(self, key: str) -> int:
        """The counter; 0 when it has run out."""
        count, until = self._counted.get(key, (0, 0.0))
        return count if until > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When it runs out; now where there is none."""
        return self._counted.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        """All counters are gone; how many there were."""
        with self._lock:
            gone = len(self._counted)
            self._counted.clear()
        return gone

    def clear(self, key: str) -> None:
        with self._lock:
            self._counted.pop(key, None)

    def _tidy(self, now: float) -> None:
        if now - self._tidied >= TIDY_EVERY:
            self._counted = {key: kept for key, kept in self._counted.items() if kept[1] > now}
            self._tidied = now


class Counters:
    """Counts by the minute. Safe to share between threads.

    While a shared storage is away each process counts for itself, and asks it again after some seconds.
    """

    def __init__(self, storage: str) -> None:
        """``storage``: ``memory://``, or the address of a Redis. What the address lacks is a ConfigurationError."""
        self._own = FixedWindowRateLimiter(ProcessStorage())
        self._shared = None if storage == OWN else FixedWindowRateLimiter(storage_from_string(storage))
        self._away_until = 0.0

    def hit(self, item: RateLimitItem, *names: str) -> bool:
        """One more; False where that was one too many."""
        return self._ask(lambda limiter: limiter.hit(item, *names))

    def test(self, item: RateLimitItem, *names: str) -> bool:
        """True if one more would not be too many."""
        return self._ask(lambda limiter: limiter.test(item, *names))

    def standing(self, item: RateLimitItem, *names: str) -> tuple[float, int]:
        """When they are all there again, in seconds since 1970, and how many are left."""
        stats = self._ask(lambda limiter: limiter.get_window_stats(item, *names))
        return stats.reset_time, stats.remaining

    def _ask(self, question: Callable[[FixedWindowRateLimiter], Found]) -> Found:
        if self._shared is None or time.monotonic() < self._away_until:
            return question(self._own)
        try:
            return question(self._shared)
        except self._shared.storage.base_exceptions as error:
            self._away_until = time.monotonic() + AWAY
            log.warning("requests are counted by each process for itself: %s", type(error).__name__)
            return question(self._own)
