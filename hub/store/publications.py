"""Publications: issued editions of national reports, immutable, with their files and the manifest of their inputs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from hub.store.database import insert_into
from hub.store.instants import from_text, to_text
from hub.store.tables import publication as table
from hub.store.tables import publication_file as file_table


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """One issued edition. ``number`` counts the editions of a report and period from 1."""

    id: str
    report: str
    period: str
    number: int
    issued_at: datetime
    account_id: str
    note: str | None
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class PublicationFile:
    name: str
    media_type: str
    sha256: str
    content: bytes


_COLUMNS = (
    table.c.id, table.c.report, table.c.period, table.c.number, table.c.issued_at, table.c.account_id, table.c.note,
    table.c.manifest_sha256,
)  # fmt: skip


def _row(row: Any) -> PublicationRow:
    values = dict(row._mapping)
    return PublicationRow(**values | {"issued_at": from_text(values["issued_at"])})


def add(
    connection: Connection, row: PublicationRow, manifest: dict[str, Any], files: Sequence[PublicationFile]
) -> None:
    """Store an edition whole. IntegrityError if its number or its manifest exists for that report and period."""
    values = {name: getattr(row, name) for name in row.__slots__}
    connection.execute(
        insert(table),
        values | {"issued_at": to_text(row.issued_at), "manifest": manifest_text(manifest)},
    )
    connection.execute(
        insert(file_table),
        [
            {
                "publication_id": row.id,
                "name": file.name,
                "media_type": file.media_type,
                "sha256": file.sha256,
                "content": file.content,
            }
            for file in files
        ],
    )


def keep_file(connection: Connection, publication_id: str, file: PublicationFile) -> None:
    """The file stands with the edition's others, unless one of its name does already: the first stays for good."""
    values = {"publication_id": publication_id} | {name: getattr(file, name) for name in file.__slots__}
    connection.execute(insert_into(connection, file_table).values(values).on_conflict_do_nothing())


def manifest_text(manifest: dict[str, Any]) -> str:
    """The manifest in its one form, the one that is hashed."""
    return json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def json_name(row: PublicationRow) -> str:
    """The name of the file that a publication is shown from."""
    return f"{row.report}_{row.period}_{row.number}.json"


def with_manifest(connection: Connection, report: str, period: str, sha256: str) -> PublicationRow | None:
    found = connection.execute(
        select(*_COLUMNS).where(table.c.report == report, table.c.period == period, table.c.manifest_sha256 == sha256)
    ).one_or_none()
    return _row(found) if found is not None else None


def next_number(connection: Connection, report: str, period: str) -> int:
    last = connection.execute(
        select(func.max(table.c.number)).where(table.c.report == report, table.c.period == period)
    ).scalar_one()
    return int(last or 0) + 1


def editions(connection: Connection, report: str, period: str) -> list[PublicationRow]:
    """The issued editions of a report and period, the first one first."""
    statement = select(*_COLUMNS).where(table.c.report == report, table.c.period == period).order_by(table.c.number)
    return [_row(row) for row in connection.execute(statement)]


def get(connection: Connection, publication_id: str) -> tuple[PublicationRow, dict[str, Any]] | None:
    """An edition with its manifest."""
    found = connection.execute(select(*_COLUMNS).where(table.c.id == publication_id)).one_or_none()
    if found is None:
        return None
    manifest = connection.execute(select(table.c.manifest).where(table.c.id == publication_id)).scalar_one()
    return _row(found), json.loads(manifest)


def report_of(connection: Connection, publication_id: str) -> str | None:
    """Which report an edition is of; None where there is no such edition."""
    return connection.execute(select(table.c.report).where(table.c.id == publication_id)).scalar_one_or_none()


def listing(connection: Connection, report: str | None) -> list[PublicationRow]:
    """Issued editions, newest first."""
    statement = select(*_COLUMNS).order_by(table.c.issued_at.desc(), table.c.id.desc())
    if report is not None:
        statement = statement.where(table.c.report == report)
    return [_row(row) for row in connection.execute(statement)]


def files(connection: Connection, publication_id: str) -> list[tuple[str, str, int, str]]:
    """(name, media type, size, hash) of each file."""
    rows = connection.execute(
        select(file_table.c.name, file_table.c.media_type, func.length(file_table.c.content), file_table.c.sha256)
        .where(file_table.c.publication_id == publication_id)
        .order_by(file_table.c.name)
    )
    return [(name, media_type, int(size), sha256) for name, media_type, size, sha256 in rows]


def file(connection: Connection, publication_id: str, name: str) -> PublicationFile | None:
    found = connection.execute(
        select(file_table.c.name, file_table.c.media_type, file_table.c.sha256, file_table.c.content).where(
            file_table.c.publication_id == publication_id, file_table.c.name == name
        )
    ).one_or_none()
    return (
        PublicationFile(found.name, found.media_type, found.sha256, bytes(found.content)) if found is not None else None
    )
