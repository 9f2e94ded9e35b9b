"""The reports of one province in a campaign: where each stands and which version of it counts, without its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select, tuple_

from hub.domain.filing import STANDING
from hub.domain.packing import Packed
from hub.store.aggregates import Input
from hub.store.database import BINARY_RESULTS
from hub.store.instants import from_text
from hub.store.tables import filing, standing, version


@dataclass(frozen=True, slots=True)
class Group:
    """``paths`` and ``inputs``: the units in force and their versions, in tree order and as at one moment.

    ``lines``: (path, state, excluded) of each filing that is not simply accepted.
    """

    paths: tuple[str, ...]
    inputs: tuple[Input, ...]
    lines: tuple[tuple[str, str, bool], ...]


def group(connection: Connection, edition: str, period: str, path: str) -> Group:
    """The first-hand reports of a campaign at a place of the tree and below it: one statement, so one moment."""
    its = {"its_edition": edition, "its_period": period}
    rows = connection.execute(_GROUP, its | {"at": path, "after": path + "/", "before": path + "0"}).all()
    counted = [(path, (filing_id, *version)) for path, _, _, filing_id, *version in rows if filing_id is not None]
    return Group(
        tuple(path for path, _ in counted),
        tuple(each for _, each in counted),
        tuple((path, state, bool(excluded)) for path, state, excluded, *_ in rows if state not in STANDING),
    )


_GROUP = (
    select(
        filing.c.unit_path,
        filing.c.state,
        filing.c.excluded,
        standing.c.filing_id,
        standing.c.version,
        standing.c.version_sha256,
    )
    .select_from(filing.outerjoin(standing, standing.c.filing_id == filing.c.id))
    .where(
        filing.c.edition == bindparam("its_edition"),
        filing.c.period == bindparam("its_period"),
        filing.c.scope == "own",
        filing.c.unit_path >= bindparam("at"),  # one range of the index; what does not belong to it is left out below
        filing.c.unit_path < bindparam("before"),
        or_(filing.c.unit_path == bindparam("at"), filing.c.unit_path > bindparam("after")),
    )
    .order_by(filing.c.unit_path)
)


def figures_of(connection: Connection, inputs: Sequence[Input]) -> list[Packed]:
    """The packed figures of these versions, in their order. KeyError if one does not exist as it was."""
    if not inputs:
        return []
    rows = connection.execute(_FIGURES, {"wanted": [(filing_id, number) for filing_id, number, _ in inputs]})
    found = {(row.filing_id, row.number, row.sha256): Packed(row.figures, row.presence) for row in rows}
    return [found[each] for each in inputs]


_FIGURES = (
    select(version.c.filing_id, version.c.number, version.c.sha256, version.c.figures, version.c.presence)
    .where(tuple_(version.c.filing_id, version.c.number).in_(bindparam("wanted", expanding=True)))
    .execution_options(**BINARY_RESULTS)
)


def last_due(connection: Connection, edition: str, period: str) -> datetime | None:
    """The last due of a campaign's reports, with the time that was granted; None if it has none."""
    due = select(func.max(filing.c.due_at)).where(filing.c.edition == edition, filing.c.period == period)
    found = connection.execute(due).scalar_one()
    return from_text(found) if found is not None else None
