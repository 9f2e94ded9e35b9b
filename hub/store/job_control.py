"""Jobs that stand still, and runs that somebody asked for: each asked for once, each taken by one worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from hub.store.database import insert_into
from hub.store.instants import from_text, to_text
from hub.store.tables import account, job_pause, job_request


@dataclass(frozen=True, slots=True)
class Pause:
    """A job that stands still since ``at``; who made it so and why."""

    job: str
    account_id: str
    account_name: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """A run that somebody asked for, under the occurrence that it will have; not taken yet."""

    id: str
    job: str
    occurrence: str
    at: datetime


def pause(connection: Connection, job: str, account_id: str, reason: str, at: datetime) -> bool:
    """The job stands still. False, changing nothing, if it did already."""
    row = {"job": job, "account_id": account_id, "reason": reason, "at": to_text(at)}
    return connection.execute(insert_into(connection, job_pause).values(row).on_conflict_do_nothing()).rowcount == 1


def resume(connection: Connection, job: str) -> bool:
    """The job goes on. False if it did not stand still."""
    return connection.execute(delete(job_pause).where(job_pause.c.job == job)).rowcount == 1


def pauses(connection: Connection) -> dict[str, Pause]:
    """The jobs that stand still, by name."""
    who = job_pause.outerjoin(account, account.c.id == job_pause.c.account_id)
    rows = connection.execute(select(job_pause, account.c.name).select_from(who))
    return {
        row.job: Pause(row.job, row.account_id, row.name or row.account_id, row.reason, from_text(row.at))
        for row in rows
    }


def is_paused(connection: Connection, job: str) -> bool:
    return connection.execute(select(job_pause.c.job).where(job_pause.c.job == job)).first() is not None


def ask(connection: Connection, request: Request, account_id: str) -> bool:
    """The run is asked for. False, changing nothing, if that very occurrence was asked for before."""
    row = {
        "id": request.id, "job": request.job, "occurrence": request.occurrence, "account_id": account_id,
        "at": to_text(request.at), "taken_at": None,
    }  # fmt: skip
    return connection.execute(insert_into(connection, job_request).values(row).on_conflict_do_nothing()).rowcount == 1


def open_requests(connection: Connection, job: str | None = None) -> list[Request]:
    """What was asked for and no worker has taken, the oldest first; of one job or of all."""
    c = job_request.c
    asked = select(c.id, c.job, c.occurrence, c.at).where(c.taken_at.is_(None)).order_by(c.at, c.id)
    rows = connection.execute(asked.where(c.job == job) if job else asked)
    return [Request(row.id, row.job, row.occurrence, from_text(row.at)) for row in rows]


def take(connection: Connection, request_id: str, at: datetime) -> bool:
    """True for the one who takes it."""
    c = job_request.c
    taken = update(job_request).where(c.id == request_id, c.taken_at.is_(None)).values(taken_at=to_text(at))
    return connection.execute(taken).rowcount == 1
