"""Records of the hub's own work that are old enough to go: job runs and letters; never the audit log (R40)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Table, delete, func, select, tuple_
from sqlalchemy.sql import ColumnElement

from hub.store.instants import to_text
from hub.store.tables import job_run, mail


def forget_runs(connection: Connection, before: datetime, most: int) -> int:
    """Take away runs that ended before a moment, at most so many; how many. A job's newest run always stays."""
    of_job = job_run.alias("of_job")
    newest = select(func.max(of_job.c.occurrence)).where(of_job.c.job == job_run.c.job).scalar_subquery()
    old = (job_run.c.finished_at < to_text(before)) & (job_run.c.occurrence < newest)
    return _delete(connection, job_run, old, most)


def forget_letters(connection: Connection, before: datetime, most: int) -> int:
    """Take away letters that were sent before a moment, at most so many; how many. What waits or was given up stays."""
    return _delete(connection, mail, (mail.c.state == "sent") & (mail.c.sent_at < to_text(before)), most)


def _delete(connection: Connection, table: Table, old: ColumnElement[bool], most: int) -> int:
    keys = tuple(table.primary_key.columns)
    chosen = connection.execute(select(*keys).where(old).limit(most)).all()
    if not chosen:
        return 0
    return connection.execute(delete(table).where(tuple_(*keys).in_([tuple(row) for row in chosen]))).rowcount
