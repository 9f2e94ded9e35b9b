"""Exports made in the background: what was asked for, how far it is, and the file until it expires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from hub.store import tables
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text

table = tables.export_job
UNFINISHED = ("waiting", "working")
_MOMENTS = ("lease_until", "created_at", "finished_at", "expires_at")
_SEEN = [column for column in table.c if column.name != "content"]


@dataclass(frozen=True, slots=True)
class ExportJob:
    """One export. ``state``: waiting, working, done, failed or expired; ``done`` of ``total`` measures are read."""

    id: str
    account_id: str
    key: str
    kind: str
    request: str
    state: str
    done: int
    total: int
    worker: str | None
    lease_until: datetime | None
    tries: int
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    problem_vi: str | None
    problem_en: str | None
    name: str | None
    media_type: str | None
    sha256: str | None

    @property
    def finished(self) -> bool:
        return self.state not in UNFINISHED


def add(connection: Connection, job: ExportJob) -> bool:
    """False if the account used the key before; nothing is written then."""
    values = {column.name: getattr(job, column.name) for column in _SEEN}
    values |= {name: values[name] and to_text(values[name]) for name in _MOMENTS}
    return connection.execute(insert_into(connection, table).values(values).on_conflict_do_nothing()).rowcount == 1


def get(connection: Connection, job_id: str) -> ExportJob | None:
    return _one(connection.execute(select(*_SEEN).where(table.c.id == job_id)).first())


def by_key(connection: Connection, account_id: str, key: str) -> ExportJob | None:
    where = (table.c.account_id == account_id, table.c.key == key)
    return _one(connection.execute(select(*_SEEN).where(*where)).first())


def of_account(connection: Connection, account_id: str, limit: int) -> list[ExportJob]:
    """The latest first."""
    wanted = select(*_SEEN).where(table.c.account_id == account_id).order_by(table.c.id.desc()).limit(limit)
    return [_job(row) for row in connection.execute(wanted)]


def content(connection: Connection, job_id: str) -> bytes | None:
    """The file; None before it is made and after it expired."""
    found = connection.scalar(select(table.c.content).where(table.c.id == job_id))
    return bytes(found) if found is not None else None


def left(connection: Connection, now: datetime) -> list[str]:
    """The unfinished ones that nobody works on, the oldest first."""
    return list(connection.scalars(select(table.c.id).where(*_free(now)).order_by(table.c.id)))


def claim(connection: Connection, job_id: str, worker: str, now: datetime, until: datetime) -> bool:
    """True if the caller alone works on it until then; one more try is counted, and it begins anew."""
    mine = {"state": "working", "worker": worker, "lease_until": to_text(until), "tries": table.c.tries + 1, "done": 0}
    return connection.execute(update(table).where(table.c.id == job_id, *_free(now)).values(mine)).rowcount == 1


def renew(connection: Connection, job_id: str, worker: str, **values: Any) -> bool:
    """Set columns of an export that this worker holds; False if another one took it over."""
    changed = {name: to_text(value) if name in _MOMENTS and value else value for name, value in values.items()}
    mine = update(table).where(table.c.id == job_id, table.c.worker == worker, table.c.state == "working")
    return connection.execute(mine.values(changed)).rowcount == 1


def any_expired(connection: Connection, now: datetime) -> bool:
    """Whether files are there whose time is over."""
    return connection.scalar(select(table.c.id).where(*_over(now)).limit(1)) is not None


def expire(connection: Connection, now: datetime) -> int:
    """The files whose time is over are gone; that they were made stays written down."""
    return connection.execute(update(table).where(*_over(now)).values(state="expired", content=None)).rowcount


def _over(now: datetime) -> tuple[Any, ...]:
    return table.c.state == "done", table.c.expires_at <= to_text(now)


def _free(now: datetime) -> tuple[Any, ...]:
    lapsed = or_(table.c.lease_until.is_(None), table.c.lease_until <= to_text(now))
    return table.c.state.in_(UNFINISHED), lapsed


def _one(row: Any) -> ExportJob | None:
    return _job(row) if row is not None else None


def _job(row: Any) -> ExportJob:
    values = dict(row._mapping)
    return ExportJob(**values | {name: values[name] and from_text(values[name]) for name in _MOMENTS})
