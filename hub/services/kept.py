"""What a process keeps in memory of things that never change, up to so many bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """What was not asked for longest goes first. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        """``most``: bytes in all."""
        self._most, self._size = most, 0
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """What is kept under the key, which counts as asked for; None where nothing is."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: Key, value: Value, size: int) -> None:
        """It is kept from now on, unless it is larger than all may be together; the first one under a key stays."""
        with self._lock:
            if key in self._kept or size > self._most:
                return
            self._kept[key] = value, size
            self._size += size
            while self._size > self._most:
                _, (_, gone) = self._kept.popitem(last=False)
                self._size -= gone
