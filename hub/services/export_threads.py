"""Threads of the web process that make the exports asked for; what they leave, the scheduler goes on with."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta

from hub.services import exports
from hub.services.core import Core

_slot = threading.BoundedSemaphore(1)
"""One file at a time in a process, so that pages stay quick."""

log = logging.getLogger("hub.exports")


def start(core: Core, job_id: str, now: datetime) -> threading.Thread:
    """The thread that makes an export. It may be waited for, or forgotten: the lease keeps the work single."""
    thread = threading.Thread(target=_work, args=(core, job_id, now), name=f"export-{job_id}", daemon=True)
    thread.start()
    return thread


def _work(core: Core, job_id: str, now: datetime) -> None:
    began = time.monotonic()
    with _slot:
        waited = timedelta(seconds=time.monotonic() - began)  # a lease counts from when the work begins
        try:
            exports.work(core, job_id, now + waited)
        except Exception:  # the database is away: the scheduler goes on when it is back
            log.warning("export %s is left to the scheduler", job_id, exc_info=True)
