"""Threads of the web process that begin long work at once; what they leave, the scheduler goes on with."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from hub.services import exports, uploads
from hub.services.core import Core


class WorkerThreads:
    """One kind of work, ``at_once`` pieces of it at a time in a process: the others wait for their turn."""

    def __init__(self, kind: str, work: Callable[[Core, str, datetime], object], at_once: int) -> None:
        self._kind, self._do = kind, work
        self._slots = threading.BoundedSemaphore(at_once)
        self._log = logging.getLogger(f"hub.{kind}s")

    def start(self, core: Core, key: str, now: datetime) -> threading.Thread:
        """The thread that works on it. It may be waited for, or forgotten: the lease keeps the work single."""
        thread = threading.Thread(target=self.work, args=(core, key, now), name=f"{self._kind}-{key}", daemon=True)
        thread.start()
        return thread

    def work(self, core: Core, key: str, now: datetime) -> None:
        """Done, or left to the scheduler with a line in the log; nothing is raised."""
        began = time.monotonic()
        with self._slots:
            waited = timedelta(seconds=time.monotonic() - began)  # a lease counts from when the work begins
            try:
                self._do(core, key, now + waited)
            except Exception:  # the database is away: the scheduler goes on when it is back
                self._log.warning("%s %s is left to the scheduler", self._kind, key, exc_info=True)


uploaded = WorkerThreads("upload", lambda *asked: uploads.work(*asked), at_once=2)
exported = WorkerThreads("export", lambda *asked: exports.work(*asked), at_once=1)
"""One file at a time, so that pages stay quick."""
