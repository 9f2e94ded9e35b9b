"""Signatures of versions, and versions as the documents that are signed; both written once and never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.store.instants import from_text, to_text
from hub.store.tables import account
from hub.store.tables import report_document as document_table
from hub.store.tables import signature as table


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A signed file. ``sha256``: of the file; ``version_sha256``: of what it signs; ``verdict``: how it was judged."""

    id: str
    filing_id: str
    version: int
    version_sha256: str
    kind: str
    sha256: str
    signer: str
    subject: str
    issuer: str
    serial: str
    signed_at: datetime
    verdict: Mapping[str, Any]
    account_id: str
    at: datetime
    account_name: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A version as a document: its bytes as first made."""

    filing_id: str
    version: int
    kind: str
    sha256: str
    content: bytes
    at: datetime


_STORED = tuple(field.name for field in fields(SignatureRow) if field.name != "account_name")


def add(connection: Connection, row: SignatureRow) -> None:
    """Keep a signature. IntegrityError if this very file was kept for this version before."""
    values = {name: getattr(row, name) for name in _STORED}
    verdict = json.dumps(dict(row.verdict), ensure_ascii=False, sort_keys=True)
    changed = {"signed_at": to_text(row.signed_at), "at": to_text(row.at), "verdict": verdict}
    connection.execute(insert(table), values | changed)


def of_filing(connection: Connection, filing_id: str) -> list[SignatureRow]:
    """Every signature of a filing, oldest first, with the name of the account that handed each in."""
    rows = connection.execute(
        select(table, account.c.name.label("account_name"))
        .select_from(table.outerjoin(account, account.c.id == table.c.account_id))
        .where(table.c.filing_id == filing_id)
        .order_by(table.c.at, table.c.id)
    )
    return [_row(row) for row in rows]


def of_version(connection: Connection, filing_id: str, version: int) -> list[SignatureRow]:
    """The signatures of one version, oldest first."""
    return [each for each in of_filing(connection, filing_id) if each.version == version]


def get(connection: Connection, signature_id: str) -> SignatureRow | None:
    found = connection.execute(select(table.c.filing_id).where(table.c.id == signature_id)).scalar_one_or_none()
    if found is None:
        return None
    return next((each for each in of_filing(connection, found) if each.id == signature_id), None)


def _row(row: Any) -> SignatureRow:
    values = {name: row._mapping[name] for name in _STORED}
    values |= {"signed_at": from_text(row.signed_at), "at": from_text(row.at), "verdict": json.loads(row.verdict)}
    return SignatureRow(**values, account_name=row.account_name or row.account_id)


# --- documents -------------------------------------------------------------------------------------------------------

_KEEP = {
    name: dialect.insert(document_table).on_conflict_do_nothing()
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}


def keep_document(connection: Connection, row: DocumentRow) -> None:
    """Keep a version's document unless there is one already: the first stays for good."""
    values = {name: getattr(row, name) for name in row.__slots__} | {"at": to_text(row.at)}
    connection.execute(_KEEP[connection.dialect.name], values)


def document(connection: Connection, filing_id: str, version: int, kind: str) -> DocumentRow | None:
    """The document of that kind, if it was made."""
    for each in documents(connection, filing_id, kind):
        if each.version == version:
            return each
    return None


def documents(connection: Connection, filing_id: str, kind: str) -> list[DocumentRow]:
    """A filing's documents of a kind, newest version first."""
    c = document_table.c
    query = select(document_table).where(c.filing_id == filing_id, c.kind == kind).order_by(c.version.desc())
    return [
        DocumentRow(row.filing_id, row.version, row.kind, row.sha256, bytes(row.content), from_text(row.at))
        for row in connection.execute(query)
    ]
