"""Runs of scheduled jobs, claimed once in the database however many schedulers there are (P12)."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.services.core import Core
from hub.store import runs
from hub.store.runs import Run

__all__ = ["Run", "claim", "finish", "last", "listing", "note"]


def claim(core: Core, job: str, occurrence: str, worker: str, now: datetime, lease_seconds: int) -> bool:
    """True if ``worker`` alone holds this run until the lease ends. Unfinished, it may be claimed again after that."""
    with core.database.write() as connection:
        return runs.claim(connection, job, occurrence, worker, now, now + timedelta(seconds=lease_seconds))


def finish(
    core: Core, job: str, occurrence: str, outcome: str, detail: str, now: datetime, *, worker: str | None = None
) -> bool:
    """True if the run is finished by this call. False when it was before or, with ``worker``, another one holds it."""
    with core.database.write() as connection:
        return runs.finish(connection, job, occurrence, worker, outcome, detail, now)


def note(
    core: Core, job: str, occurrence: str, worker: str, detail: str, now: datetime, lease_seconds: int
) -> bool:  # fmt: skip
    """True if ``worker`` still holds the run, which now says how far it is and is held for another lease."""
    with core.database.write() as connection:
        until = now + timedelta(seconds=lease_seconds)
        return runs.note(connection, job, occurrence, worker, detail, until)


def last(core: Core, job: str) -> Run | None:
    """The run with the greatest occurrence, finished or not; None before the first."""
    with core.database.read() as connection:
        return runs.last(connection, job)


def listing(core: Core, job: str | None = None, limit: int = 100) -> list[Run]:
    """The latest claims first, of one job or of all."""
    with core.database.read() as connection:
        return runs.listing(connection, job, limit)
