"""Versions: numbered immutable snapshots of a filing, with their packed figures beside them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, delete, func, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement

from hub.domain.filing import VersionRow
from hub.domain.packing import Packed
from hub.store import at_once
from hub.store.database import BINARY_RESULTS
from hub.store.instants import from_text, to_text
from hub.store.tables import explanation, filing, standing
from hub.store.tables import version as table


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version with all it holds. ``document`` is the canonical JSON that ``sha256`` is the hash of."""

    row: VersionRow
    document: bytes
    packed: Packed
    findings: list[dict[str, Any]]


_ADD = insert(table)


def _packed_findings(findings: list[dict[str, Any]]) -> bytes:
    return zlib.compress(json.dumps(findings, ensure_ascii=False).encode(), 1)


_NO_FINDINGS = _packed_findings([])


def add(connection: Connection, stored: StoredVersion) -> None:
    """Store version ``row.number`` of its filing. IntegrityError if that number exists."""
    row = stored.row
    at_once.write(
        connection,
        _ADD,
        {
            "filing_id": row.filing_id,
            "number": row.number,
            "sha256": row.sha256,
            "figures": stored.packed.figures,
            "presence": stored.packed.presence,
            "document": zlib.compress(stored.document, 1),
            "findings": _packed_findings(stored.findings) if stored.findings else _NO_FINDINGS,
            "submission_id": row.submission_id,
            "account_id": row.account_id,
            "created_at": to_text(row.created_at),
        },
    )


def get(connection: Connection, filing_id: str, number: int) -> StoredVersion:
    """That version; KeyError if it does not exist."""
    at_once.write_waiting(connection)  # it may be among them
    found = connection.execute(
        select(table).where(table.c.filing_id == filing_id, table.c.number == number)
    ).one_or_none()
    if found is None:
        raise KeyError((filing_id, number))
    row = VersionRow(
        found.filing_id, found.number, found.sha256, found.submission_id, found.account_id, from_text(found.created_at)
    )
    return StoredVersion(
        row,
        zlib.decompress(found.document),
        Packed(found.figures, found.presence),
        json.loads(zlib.decompress(found.findings)),
    )  # fmt: skip


def row_of(connection: Connection, filing_id: str, number: int) -> VersionRow:
    """That version without its document. NoResultFound if it does not exist."""
    c = table.c
    columns = (c.filing_id, c.number, c.sha256, c.submission_id, c.account_id, c.created_at)
    found = connection.execute(select(*columns).where(c.filing_id == filing_id, c.number == number)).one()
    return VersionRow(*found[:5], from_text(found[5]))


def sha256_of(connection: Connection, filing_id: str, number: int) -> str:
    return str(
        connection.execute(
            select(table.c.sha256).where(table.c.filing_id == filing_id, table.c.number == number)
        ).scalar_one()
    )


def of_filing(connection: Connection, filing_id: str) -> list[VersionRow]:
    """The versions of a filing, newest first, without documents."""
    columns = (
        table.c.filing_id,
        table.c.number,
        table.c.sha256,
        table.c.submission_id,
        table.c.account_id,
        table.c.created_at,
    )
    rows = connection.execute(select(*columns).where(table.c.filing_id == filing_id).order_by(table.c.number.desc()))
    return [VersionRow(*row[:5], from_text(row[5])) for row in rows]  # fmt: skip


def authors(connection: Connection, filing_id: str, up_to: int) -> set[str]:
    """Accounts whose hand is in the versions up to a number since the filing began."""
    rows = connection.execute(
        select(table.c.account_id).distinct().where(table.c.filing_id == filing_id, table.c.number <= up_to)
    )
    return {account for (account,) in rows}


def explainers(connection: Connection, filing_id: str, version: int) -> set[str]:
    """Accounts that explained a warning of a version."""
    mine = (explanation.c.filing_id == filing_id, explanation.c.version == version)
    return set(connection.scalars(select(explanation.c.account_id).distinct().where(*mine)))


def explain(
    connection: Connection, filing_id: str, version: int, texts: dict[str, str], account_id: str, at: datetime
) -> None:
    """Keep the explanations of a version's warnings; a later text for the same warning replaces the earlier."""
    for key, text in texts.items():
        connection.execute(
            delete(explanation).where(
                explanation.c.filing_id == filing_id, explanation.c.version == version, explanation.c.finding_key == key
            )
        )
        connection.execute(
            insert(explanation),
            {
                "filing_id": filing_id,
                "version": version,
                "finding_key": key,
                "text": text,
                "account_id": account_id,
                "at": to_text(at),
            },
        )


def copy(connection: Connection, filing_id: str, number: int, account_id: str, at: datetime) -> None:
    """The next version of a filing says what version ``number`` says, with its explanations as they were given.

    IntegrityError if there is a next version already.
    """
    made = {"number": number + 1, "account_id": account_id, "created_at": to_text(at)}
    _copy_rows(connection, table, made, table.c.filing_id == filing_id, table.c.number == number)
    _copy_rows(
        connection, explanation, {"version": number + 1},
        explanation.c.filing_id == filing_id, explanation.c.version == number,
    )  # fmt: skip


def _copy_rows(
    connection: Connection, rows: Table, changed: Mapping[str, Any], *wanted: ColumnElement[bool]
) -> None:  # fmt: skip
    """The same rows again with some columns changed, without their content leaving the database."""
    columns = [literal(changed[c.name], c.type).label(c.name) if c.name in changed else c for c in rows.columns]
    names = [column.name for column in rows.columns]
    connection.execute(insert(rows).from_select(names, select(*columns).where(*wanted)))


def explanations(
    connection: Connection, filing_id: str, version: int, until: datetime | None = None
) -> dict[str, str]:  # fmt: skip
    """Finding key → the reporter's explanation; with ``until`` only of those that stood then."""
    wanted = [explanation.c.filing_id == filing_id, explanation.c.version == version]
    wanted += [explanation.c.at <= to_text(until)] if until is not None else []
    rows = connection.execute(select(explanation.c.finding_key, explanation.c.text).where(*wanted))
    return {row.finding_key: row.text for row in rows}


def put_in_force(
    connection: Connection, *, edition: str, period: str, scope: str, unit_path: str, filing_id: str, number: int
) -> None:
    """Make a version the one that counts in roll-ups, replacing the filing's earlier one."""
    found = connection.execute(
        select(table.c.sha256, table.c.figures, table.c.presence).where(
            table.c.filing_id == filing_id, table.c.number == number
        )
    ).one()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {
        "edition": edition, "period": period, "scope": scope, "unit_path": unit_path, "filing_id": filing_id,
        "version": number, "version_sha256": found.sha256, "figures": found.figures, "presence": found.presence,
    }  # fmt: skip
    keys = ["edition", "period", "scope", "unit_path"]
    renewed = {name: value for name, value in values.items() if name not in keys}
    connection.execute(dialect.insert(standing).values(values).on_conflict_do_update(index_elements=keys, set_=renewed))


def take_out_of_force(connection: Connection, filing_id: str) -> None:
    """Drop a filing from roll-ups (R26, R28)."""
    connection.execute(delete(standing).where(standing.c.filing_id == filing_id))


@dataclass(frozen=True, slots=True)
class Standings:
    """A roll-up's input, column by column: thousands of rows are looked at there, and few of them one by one."""

    paths: Sequence[str] = ()
    filing_ids: Sequence[str] = ()
    versions: Sequence[int] = ()
    sha256s: Sequence[str] = ()
    figures: Sequence[bytes] = ()
    presence: Sequence[bytes] = ()


def in_force(connection: Connection, edition: str, period: str, scope: str) -> Standings:
    """The versions in force of a campaign, in tree order: one range of the key."""
    wanted = {"its_edition": edition, "its_period": period, "its_scope": scope}
    with connection.execute(_IN_FORCE, wanted) as result:
        rows = result.cursor.fetchall()  # the driver's own: no column needs converting, and row objects cost as much
    return Standings(*zip(*rows, strict=True))


_IN_FORCE = (
    select(
        standing.c.unit_path,
        standing.c.filing_id,
        standing.c.version,
        standing.c.version_sha256,
        standing.c.figures,
        standing.c.presence,
    )
    .where(
        standing.c.edition == bindparam("its_edition"),
        standing.c.period == bindparam("its_period"),
        standing.c.scope == bindparam("its_scope"),
    )
    .order_by(standing.c.unit_path)
    .execution_options(**BINARY_RESULTS)
)


def reported(connection: Connection, edition: str, periods: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """(filing id, canonical document) of each filing of an edition in these periods that was sent.

    The accepted version counts, else the one that was sent last.
    """
    counted = func.coalesce(filing.c.accepted_version, filing.c.sent_version)
    rows = connection.execute(
        select(filing.c.id, table.c.document)
        .join(table, and_(table.c.filing_id == filing.c.id, table.c.number == counted))
        .where(filing.c.edition == edition, filing.c.period.in_(periods))
    )
    for filing_id, document in rows:
        yield filing_id, zlib.decompress(document)
