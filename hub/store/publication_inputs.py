"""The reports that a publication is made of, many at once: whose they are, their figures, what was decided on them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from hub.domain.filing import DecisionRow
from hub.domain.packing import Packed
from hub.store import tables
from hub.store.database import BINARY_RESULTS
from hub.store.instants import from_text

AT_ONCE = 5_000
"""The most ids that one statement names."""


@dataclass(frozen=True, slots=True)
class InputRow:
    """What of a filing says whose report it is and who may open it."""

    filing_id: str
    edition: str
    unit_id: str
    unit_path: str
    receiver_id: str
    period: str


@dataclass(frozen=True, slots=True)
class InputVersion:
    """A version's figures and the hash of the document they are packed from."""

    sha256: str
    packed: Packed


def filings(connection: Connection, ids: Collection[str]) -> dict[str, InputRow]:
    """The filings of these ids; unknown ones are absent."""
    c = tables.filing.c
    columns = (c.id, c.edition, c.unit_id, c.unit_path, c.receiver_id, c.period)
    found: dict[str, InputRow] = {}
    for some in _runs(sorted(ids)):
        found |= {row.id: InputRow(*row) for row in connection.execute(select(*columns).where(c.id.in_(some)))}
    return found


def figures(connection: Connection, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], InputVersion]:
    """The packed figures of these (filing, version) pairs; those that are not there are absent."""
    c = tables.version.c
    numbers = sorted({number for _, number in wanted})
    found: dict[tuple[str, int], InputVersion] = {}
    for some in _runs(sorted({filing_id for filing_id, _ in wanted})):
        query = select(c.filing_id, c.number, c.sha256, c.figures, c.presence)
        rows = connection.execute(
            query.where(c.filing_id.in_(some), c.number.in_(numbers)).execution_options(**BINARY_RESULTS)
        )
        for filing_id, number, sha256, packed, presence in rows:
            found[filing_id, number] = InputVersion(sha256, Packed(bytes(packed), bytes(presence)))
    return {key: found[key] for key in wanted if key in found}


def steps(connection: Connection, ids: Collection[str]) -> dict[str, list[DecisionRow]]:
    """filing id → its decisions, oldest first, with the actors' names."""
    found: dict[str, list[DecisionRow]] = {}
    for some in _runs(sorted(ids)):
        for row in connection.execute(_steps().where(tables.decision.c.filing_id.in_(some))):
            found.setdefault(row.filing_id, []).append(_step(row))
    return found


def _step(row: Row[Any]) -> DecisionRow:
    resend_due = from_text(row.resend_due) if row.resend_due else None
    return DecisionRow(
        row.id, row.filing_id, row.version, row.event, row.from_state, row.to_state, row.account_id,
        row.account_name or row.account_id, row.reason, resend_due, from_text(row.at),
    )  # fmt: skip


def _steps() -> Select[Any]:
    decision, account = tables.decision, tables.account
    joined = decision.outerjoin(account, account.c.id == decision.c.account_id)
    return (
        select(decision, account.c.name.label("account_name"))
        .select_from(joined)
        .order_by(decision.c.at, decision.c.id)
    )


def _runs(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
