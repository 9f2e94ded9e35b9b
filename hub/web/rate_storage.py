"""Counters of one process for ``limits``: its own storage starts a thread at every request to tidy up behind it."""

from __future__ import annotations

import threading
import time

from limits.storage import Storage

TIDY_EVERY = 60.0
"""Seconds after which counters that have run out are forgotten."""


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
