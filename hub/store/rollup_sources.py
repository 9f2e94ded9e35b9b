"""Roll-up sources: from which versions each built version of a superior's report was made; never changed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, tuple_

from hub.domain.lineage import Lineage
from hub.domain.packing import Packed
from hub.store.instants import from_text, to_text
from hub.store.tables import filing, version
from hub.store.tables import rollup_source as table

BATCH = 200


@dataclass(frozen=True)
class Source:
    """A version's lineage and when it was built."""

    filing_id: str
    version: int
    lineage: Lineage
    at: datetime


@dataclass(frozen=True, slots=True)
class PartVersion:
    """A version as a part of a roll-up. ``document`` is its canonical JSON."""

    sha256: str
    packed: Packed
    document: bytes


def add(connection: Connection, filing_id: str, number: int, lineage: Lineage, at: datetime) -> None:
    """Keep what a version was built from. IntegrityError if that is known already."""
    row = {"filing_id": filing_id, "version": number, "lineage": lineage.packed(), "at": to_text(at)}
    connection.execute(insert(table), row)


def latest(connection: Connection, filing_id: str, up_to: int | None) -> Source | None:
    """What the filing's version ``up_to`` goes back to: the last one built until then. None if none was."""
    if up_to is None:
        return None
    found = connection.execute(
        select(table)
        .where(table.c.filing_id == filing_id, table.c.version <= up_to)
        .order_by(table.c.version.desc())
        .limit(1)
    ).one_or_none()
    return _source(found) if found is not None else None


def _source(row: object) -> Source:
    return Source(row.filing_id, row.version, Lineage.unpacked(row.lineage), from_text(row.at))  # type: ignore[attr-defined]


def built(connection: Connection) -> Iterator[Source]:
    """Every built version, by filing and number."""
    rows = connection.execute(select(table).order_by(table.c.filing_id, table.c.version))
    for row in rows.all():
        yield _source(row)


def in_force(connection: Connection, filing_ids: Sequence[str]) -> dict[str, int]:
    """Filing id → its accepted version in force; those that have none are absent."""
    found: dict[str, int] = {}
    for start in range(0, len(filing_ids), BATCH):
        wanted = filing.c.id.in_(filing_ids[start : start + BATCH])
        rows = connection.execute(
            select(filing.c.id, filing.c.accepted_version).where(
                wanted, filing.c.accepted_version.is_not(None), filing.c.excluded.is_(False)
            )
        )
        found |= {filing_id: int(number) for filing_id, number in rows}
    return found


def part_versions(connection: Connection, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], PartVersion]:
    """The versions with their figures and documents; those that do not exist are absent."""
    found: dict[tuple[str, int], PartVersion] = {}
    columns = (version.c.filing_id, version.c.number, version.c.sha256, version.c.figures, version.c.presence)
    for start in range(0, len(wanted), BATCH):
        these = tuple_(version.c.filing_id, version.c.number).in_(wanted[start : start + BATCH])
        for row in connection.execute(select(*columns, version.c.document).where(these)):
            packed = Packed(bytes(row.figures), bytes(row.presence))
            found[row.filing_id, row.number] = PartVersion(row.sha256, packed, zlib.decompress(row.document))
    return found
