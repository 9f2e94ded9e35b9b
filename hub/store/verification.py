"""Streams of everything that was stored with a hash or derived from something else, for ``hub verify`` to compare.

Nothing is held whole: each stream reads a few rows at a time, so that a hub of any size can be checked while it works.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from hub.domain.packing import Packed
from hub.store import tables

_BATCH = 200


@dataclass(frozen=True, slots=True)
class StoredContent:
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CheckedVersion:
    """A version with what its filing says it must be. ``document`` is None where it cannot be unpacked."""

    filing_id: str
    number: int
    edition: str
    unit_id: str
    period: str
    scope: str
    sha256: str
    document: bytes | None
    packed: Packed


@dataclass(frozen=True, slots=True)
class CheckedStanding:
    """A line of the roll-up's input beside the filing and the version that it was copied from."""

    filing_id: str
    version: int
    agrees_with_version: bool
    agrees_with_filing: bool


def contents(connection: Connection) -> Iterator[StoredContent]:
    """What was received, by hash."""
    query = select(tables.submission_content).order_by(tables.submission_content.c.sha256)
    for row in connection.execute(query.execution_options(yield_per=_BATCH)):
        yield StoredContent(row.sha256, bytes(row.content))


def versions(connection: Connection) -> Iterator[CheckedVersion]:
    """Every version, by filing and number."""
    version, filing = tables.version, tables.filing
    query = (
        select(version, filing.c.edition, filing.c.unit_id, filing.c.period, filing.c.scope)
        .join(filing, filing.c.id == version.c.filing_id)
        .order_by(version.c.filing_id, version.c.number)
    )
    for row in connection.execute(query.execution_options(yield_per=_BATCH)):
        yield CheckedVersion(
            row.filing_id, row.number, row.edition, row.unit_id, row.period, row.scope, row.sha256,
            _unpacked(row.document), Packed(bytes(row.figures), bytes(row.presence)),
        )  # fmt: skip


def standings(connection: Connection) -> Iterator[CheckedStanding]:
    """Every line of the roll-up's input, by filing."""
    s, v, f = tables.standing.c, tables.version.c, tables.filing.c
    same_version = (s.version_sha256 == v.sha256) & (s.figures == v.figures) & (s.presence == v.presence)
    same_filing = (
        (s.edition == f.edition) & (s.period == f.period) & (s.scope == f.scope) & (s.unit_path == f.unit_path)
        & (f.accepted_version == s.version) & f.excluded.is_(False)
    )  # fmt: skip
    query = (
        select(s.filing_id, s.version, same_version.label("by_version"), same_filing.label("by_filing"))
        .select_from(tables.standing)
        .join(tables.filing, f.id == s.filing_id)
        .outerjoin(tables.version, (v.filing_id == s.filing_id) & (v.number == s.version))
        .order_by(s.filing_id)
    )
    for row in connection.execute(query.execution_options(yield_per=_BATCH)):
        yield CheckedStanding(row.filing_id, row.version, bool(row.by_version), bool(row.by_filing))


def accepted_without_standing(connection: Connection) -> list[str]:
    """Filings with an accepted version in force that no line of the roll-up's input stands for."""
    f, s = tables.filing.c, tables.standing.c
    query = (
        select(f.id)
        .select_from(tables.filing)
        .outerjoin(tables.standing, s.filing_id == f.id)
        .where(f.accepted_version.is_not(None), f.excluded.is_(False), s.filing_id.is_(None))
        .order_by(f.id)
    )
    return [row.id for row in connection.execute(query)]


def publication_files(connection: Connection) -> Iterator[tuple[str, str, StoredContent]]:
    """(publication, file name, content with the hash it was issued with)."""
    table = tables.publication_file
    query = select(table).order_by(table.c.publication_id, table.c.name)
    for row in connection.execute(query.execution_options(yield_per=_BATCH)):
        yield row.publication_id, row.name, StoredContent(row.sha256, bytes(row.content))


def manifests(connection: Connection) -> Iterator[tuple[str, StoredContent]]:
    """(publication, its manifest with the hash it was issued with)."""
    table = tables.publication
    for row in connection.execute(select(table.c.id, table.c.manifest, table.c.manifest_sha256).order_by(table.c.id)):
        yield row.id, StoredContent(row.manifest_sha256, row.manifest.encode())


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """A signature with whether the file is there and the version is still the one that was signed."""

    id: str
    filing_id: str
    version: int
    has_file: bool
    agrees_with_version: bool


def signatures(connection: Connection) -> Iterator[CheckedSignature]:
    """Every signature, by id. The signed files are looked at with the contents."""
    s, v, c = tables.signature.c, tables.version.c, tables.submission_content.c
    query = (
        select(s.id, s.filing_id, s.version, c.sha256.label("file"), (s.version_sha256 == v.sha256).label("same"))
        .select_from(tables.signature)
        .outerjoin(tables.version, (v.filing_id == s.filing_id) & (v.number == s.version))
        .outerjoin(tables.submission_content, c.sha256 == s.sha256)
        .order_by(s.id)
    )
    for row in connection.execute(query.execution_options(yield_per=_BATCH)):
        yield CheckedSignature(row.id, row.filing_id, row.version, row.file is not None, bool(row.same))


def documents(connection: Connection) -> Iterator[tuple[str, StoredContent]]:
    """(what it is, content with the hash it was made with) of every document of a version."""
    table = tables.report_document
    query = select(table).order_by(table.c.filing_id, table.c.version, table.c.kind)
    for row in connection.execute(query.execution_options(yield_per=_BATCH)):
        name = f"filing {row.filing_id} version {row.version} {row.kind} document"
        yield name, StoredContent(row.sha256, bytes(row.content))


def _unpacked(document: bytes) -> bytes | None:
    try:
        return zlib.decompress(document)
    except zlib.error:
        return None
