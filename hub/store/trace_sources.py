"""What a figure was made of, many reports at once: each version's filing, its figures and the arrival of its bytes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, select, tuple_

from hub.domain.filing import FilingRow, SubmissionRow
from hub.domain.packing import Packed
from hub.store import filings, submissions
from hub.store.database import BINARY_RESULTS
from hub.store.tables import filing, submission, version

T = TypeVar("T")
AT_ONCE = 400
WORDS_ONLY = frozenset({"docx"})
"""Doors that bring words and leave the figures of the version before."""

Pair = tuple[str, int]
"""Filing id and version number."""


@dataclass(frozen=True, slots=True)
class Source:
    """One version of one filing; ``arrival``: what brought its figures."""

    row: FilingRow
    number: int
    sha256: str
    packed: Packed
    arrival: SubmissionRow


def sources(connection: Connection, wanted: Collection[Pair]) -> list[Source]:
    """These versions, in tree order and by period; what is not there is left out."""
    rows = {row.id: row for row in _filings(connection, {filing_id for filing_id, _ in wanted})}
    stored = _versions(connection, wanted)
    arrivals = _arrivals(connection, stored)
    found = [
        Source(rows[pair[0]], pair[1], sha256, packed, arrivals[pair])
        for pair, (sha256, packed, _) in stored.items()
        if pair[0] in rows
    ]
    return sorted(found, key=lambda source: (source.row.unit_path, source.row.window_end))


def _filings(connection: Connection, ids: Collection[str]) -> Iterator[FilingRow]:
    for some in _runs(sorted(ids)):
        yield from (filings._row(row) for row in connection.execute(select(filing).where(filing.c.id.in_(some))))


def _versions(connection: Connection, wanted: Collection[Pair]) -> dict[Pair, tuple[str, Packed, str]]:
    c = version.c
    found: dict[Pair, tuple[str, Packed, str]] = {}
    for some in _runs(sorted(wanted)):
        rows = connection.execute(
            select(c.filing_id, c.number, c.sha256, c.figures, c.presence, c.submission_id)
            .where(tuple_(c.filing_id, c.number).in_(some))
            .execution_options(**BINARY_RESULTS)
        )
        for filing_id, number, sha256, figures, presence, submission_id in rows:
            found[filing_id, number] = sha256, Packed(bytes(figures), bytes(presence)), submission_id
    return found


def _arrivals(connection: Connection, stored: Mapping[Pair, tuple[str, Packed, str]]) -> dict[Pair, SubmissionRow]:
    ids = {submission_id for _, _, submission_id in stored.values()}
    known = {row.id: row for some in _runs(sorted(ids)) for row in _submissions(connection, some)}
    found = {pair: known[submission_id] for pair, (_, _, submission_id) in stored.items()}
    words = [pair for pair, arrival in found.items() if arrival.door in WORDS_ONLY and pair[1] > 1]
    return found | (_figures_before(connection, words) if words else {})


def _submissions(connection: Connection, ids: Sequence[str]) -> Iterator[SubmissionRow]:
    rows = connection.execute(select(*submissions._COLUMNS).where(submission.c.id.in_(ids)))
    yield from (submissions._row(row) for row in rows)


def _figures_before(connection: Connection, pairs: Sequence[Pair]) -> dict[Pair, SubmissionRow]:
    """For versions that brought words alone: the last arrival before that brought figures."""
    rows = connection.execute(
        select(version.c.filing_id, version.c.number, submission.c.id)
        .join(submission, submission.c.id == version.c.submission_id)
        .where(version.c.filing_id.in_({filing_id for filing_id, _ in pairs}), submission.c.door.not_in(WORDS_ONLY))
        .order_by(version.c.number)
    ).all()
    chosen = {
        pair: key for pair in pairs for filing_id, number, key in rows if filing_id == pair[0] and number <= pair[1]
    }
    known = {row.id: row for row in _submissions(connection, sorted(set(chosen.values())))}
    return {pair: known[key] for pair, key in chosen.items()}


def _runs(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
