"""Threads of the web process that take in what was just uploaded; what they leave, the scheduler goes on with."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta

from hub.services import uploads
from hub.services.core import Core

AT_ONCE = 2
"""Files read by one process at a time; the others wait for their turn, or for the scheduler."""
_slots = threading.BoundedSemaphore(AT_ONCE)

log = logging.getLogger("hub.uploads")


def start(core: Core, upload_id: str, now: datetime) -> threading.Thread:
    """The thread that works on an upload. It may be waited for, or forgotten: the lease keeps the work single."""
    thread = threading.Thread(target=_work, args=(core, upload_id, now), name=f"upload-{upload_id}", daemon=True)
    thread.start()
    return thread


def _work(core: Core, upload_id: str, now: datetime) -> None:
    began = time.monotonic()
    with _slots:
        waited = timedelta(seconds=time.monotonic() - began)  # a lease counts from when the work begins
        try:
            uploads.work(core, upload_id, now + waited)
        except Exception:  # the database is away: the scheduler goes on when it is back
            log.warning("upload %s is left to the scheduler", upload_id, exc_info=True)
