"""Uploads: files of many reports with how far each has been taken in, and what became of each report."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from hub.store import tables
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text

table = tables.upload
reports_table = tables.upload_report
_MOMENTS = ("lease_until", "created_at", "finished_at")
UNFINISHED = ("waiting", "reading")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file. ``state``: waiting, reading, done or failed; ``read_share``: per cent of it that has been read."""

    id: str
    account_id: str
    key: str
    filename: str
    media_type: str
    size: int
    sha256: str
    intent: str
    state: str
    lease_until: datetime | None
    read_share: int
    reports: int
    taken: int
    refused: int
    problem: str | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        return self.state not in UNFINISHED


@dataclass(frozen=True, slots=True)
class UploadReport:
    """What became of one report. ``member``: the file of an archive, or the unit and period that the report names."""

    number: int
    member: str
    filing_id: str | None
    verdict: str
    receipt: bytes


def add(connection: Connection, upload: Upload) -> bool:
    """False if the account used the key before; nothing is written then."""
    values = {field.name: getattr(upload, field.name) for field in fields(Upload)}
    values |= {name: values[name] and to_text(values[name]) for name in _MOMENTS}
    return connection.execute(insert_into(connection, table).values(values).on_conflict_do_nothing()).rowcount == 1


def get(connection: Connection, upload_id: str) -> Upload | None:
    return _one(connection.execute(select(table).where(table.c.id == upload_id)).first())


def by_key(connection: Connection, account_id: str, key: str) -> Upload | None:
    where = (table.c.account_id == account_id, table.c.key == key)
    return _one(connection.execute(select(table).where(*where)).first())


def of_account(connection: Connection, account_id: str, limit: int) -> list[Upload]:
    """The latest first."""
    wanted = select(table).where(table.c.account_id == account_id).order_by(table.c.id.desc()).limit(limit)
    return [_upload(row) for row in connection.execute(wanted)]


def left(connection: Connection, now: datetime) -> list[str]:
    """The unfinished ones that nobody works on, the oldest first."""
    return list(connection.scalars(select(table.c.id).where(*_free(now)).order_by(table.c.id)))


def claim(connection: Connection, upload_id: str, now: datetime, until: datetime) -> bool:
    """True if the caller alone works on it until then."""
    claimed = update(table).where(table.c.id == upload_id, *_free(now))
    return connection.execute(claimed.values(state="reading", lease_until=to_text(until))).rowcount == 1


def renew(connection: Connection, upload_id: str, held: datetime, **values: Any) -> bool:
    """Set columns of an upload that is held by the lease ``held``; False if another worker took it over."""
    changed = {name: to_text(value) if name in _MOMENTS and value else value for name, value in values.items()}
    mine = update(table).where(table.c.id == upload_id, table.c.lease_until == to_text(held))
    return connection.execute(mine.values(changed)).rowcount == 1


def add_reports(connection: Connection, upload_id: str, reports: Sequence[UploadReport]) -> None:
    """IntegrityError if one of the numbers is there already."""
    rows = [
        {
            "upload_id": upload_id, "number": each.number, "member": each.member, "filing_id": each.filing_id,
            "verdict": each.verdict, "receipt": zlib.compress(each.receipt, 1),
        }
        for each in reports
    ]  # fmt: skip
    if rows:
        connection.execute(insert(reports_table), rows)


def reports(
    connection: Connection, upload_id: str, *, verdict: str | None = None, after: int = 0, limit: int = 200
) -> list[UploadReport]:
    """By number, those after ``after``."""
    wanted = select(reports_table).where(reports_table.c.upload_id == upload_id, reports_table.c.number > after)
    if verdict is not None:
        wanted = wanted.where(reports_table.c.verdict == verdict)
    rows = connection.execute(wanted.order_by(reports_table.c.number).limit(limit))
    return [
        UploadReport(row.number, row.member, row.filing_id, row.verdict, zlib.decompress(row.receipt)) for row in rows
    ]


def every_report(connection: Connection, upload_id: str, verdict: str) -> Iterator[UploadReport]:
    """All with that verdict by number, a few in memory at a time."""
    after = 0
    while found := reports(connection, upload_id, verdict=verdict, after=after):
        yield from found
        after = found[-1].number


def _free(now: datetime) -> tuple[Any, ...]:
    lapsed = or_(table.c.lease_until.is_(None), table.c.lease_until <= to_text(now))
    return table.c.state.in_(UNFINISHED), lapsed


def _one(row: Any) -> Upload | None:
    return _upload(row) if row is not None else None


def _upload(row: Any) -> Upload:
    values = dict(row._mapping)
    return Upload(**values | {name: values[name] and from_text(values[name]) for name in _MOMENTS})
