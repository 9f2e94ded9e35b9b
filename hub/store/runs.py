"""Runs of scheduled jobs: one row an occurrence, claimed once, with a lease (P12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from hub.store import tables
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text

table = tables.job_run


@dataclass(frozen=True, slots=True)
class Run:
    """One occurrence of a job. Unfinished with ``lease_until`` past means that its worker died."""

    job: str
    occurrence: str
    worker: str
    claimed_at: datetime
    lease_until: datetime
    tries: int
    finished_at: datetime | None
    outcome: str | None
    detail: str | None

    @property
    def instant(self) -> str:
        """The due instant that the run belongs to, whichever try it is."""
        return self.occurrence.partition("#")[0]

    @property
    def said(self) -> tuple[str, str]:
        """What it did, or how far it is, in Vietnamese and in English."""
        vi, _, en = (self.detail or "").partition("\n")
        return vi, en or vi

    @property
    def given_up(self) -> bool:
        return self.outcome == "given_up"

    @property
    def failed(self) -> bool:
        return self.outcome in {"failed", "given_up"}


def claim(connection: Connection, job: str, occurrence: str, worker: str, now: datetime, lease_until: datetime) -> bool:
    """True if this worker now holds the run: it is new, or its last holder let the lease run out unfinished."""
    lease = {"worker": worker, "claimed_at": to_text(now), "lease_until": to_text(lease_until)}
    new = insert_into(connection, table).values(job=job, occurrence=occurrence, tries=1, **lease)
    if connection.execute(new.on_conflict_do_nothing()).rowcount == 1:
        return True
    left = update(table).where(
        table.c.job == job,
        table.c.occurrence == occurrence,
        table.c.finished_at.is_(None),
        table.c.lease_until <= to_text(now),
    )
    return connection.execute(left.values(tries=table.c.tries + 1, **lease)).rowcount == 1


def finish(
    connection: Connection, job: str, occurrence: str, worker: str | None, outcome: str, detail: str, now: datetime
) -> bool:
    """False when it was finished before, or another worker holds it now."""
    statement = update(table).where(table.c.job == job, table.c.occurrence == occurrence, table.c.finished_at.is_(None))
    if worker is not None:
        statement = statement.where(table.c.worker == worker)
    return connection.execute(
        statement.values(finished_at=to_text(now), outcome=outcome, detail=detail)
    ).rowcount == 1  # fmt: skip


def note(connection: Connection, job: str, occurrence: str, worker: str, detail: str, lease_until: datetime) -> bool:
    """An unfinished run says how far it is, and is held for longer. False if another worker holds it, or it ended."""
    held = (table.c.job == job, table.c.occurrence == occurrence, table.c.worker == worker)
    statement = update(table).where(*held, table.c.finished_at.is_(None))
    return connection.execute(statement.values(detail=detail, lease_until=to_text(lease_until))).rowcount == 1


def find(connection: Connection, job: str, occurrence: str) -> Run | None:
    row = connection.execute(select(table).where(table.c.job == job, table.c.occurrence == occurrence)).first()
    return _run(row) if row else None


def last(connection: Connection, job: str) -> Run | None:
    """The run with the greatest occurrence: occurrences of one job sort by their due time."""
    row = connection.execute(
        select(table).where(table.c.job == job).order_by(table.c.occurrence.desc()).limit(1)
    ).first()
    return _run(row) if row else None


def unfinished(connection: Connection, job: str) -> list[Run]:
    """The runs of a job that have not ended: under way, or left by a worker that died."""
    rows = connection.execute(select(table).where(table.c.job == job, table.c.finished_at.is_(None)))
    return [_run(row) for row in rows]


def latest(connection: Connection, each: int) -> dict[str, list[Run]]:
    """The latest runs of every job, so many of each, the newest first."""
    order = (table.c.claimed_at.desc(), table.c.occurrence.desc())
    place = func.row_number().over(partition_by=table.c.job, order_by=order)
    numbered = select(table, place.label("place")).subquery()
    rows = connection.execute(
        select(numbered).where(numbered.c.place <= each).order_by(numbered.c.job, numbered.c.place)
    )
    found: dict[str, list[Run]] = {}
    for row in rows:
        found.setdefault(row.job, []).append(_run(row))
    return found


def listing(connection: Connection, job: str | None = None, limit: int = 100) -> list[Run]:
    """The latest claims first."""
    query = select(table).order_by(table.c.claimed_at.desc(), table.c.job, table.c.occurrence.desc()).limit(limit)
    return [_run(row) for row in connection.execute(query.where(table.c.job == job) if job else query)]


def _run(row: Row[Any]) -> Run:
    return Run(
        row.job,
        row.occurrence,
        row.worker,
        from_text(row.claimed_at),
        from_text(row.lease_until),
        row.tries,
        row.finished_at and from_text(row.finished_at),
        row.outcome,
        row.detail,
    )
