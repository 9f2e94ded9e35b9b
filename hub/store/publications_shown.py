"""The newest edition of each national report and period at a moment, and what it shows; two statements in all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from hub.store.instants import from_text, to_text
from hub.store.publications import PublicationRow, json_name
from hub.store.tables import publication, publication_file


def latest(
    connection: Connection, reports: Sequence[str], periods: Collection[str], at: datetime
) -> list[PublicationRow]:
    """The newest edition of each of these reports and periods that had been issued, in the order of issue."""
    if not reports or not periods:
        return []
    c = publication.c
    asked = (c.report.in_(reports), c.period.in_(sorted(periods)), c.issued_at <= to_text(at))
    newest = (
        select(c.report, c.period, func.max(c.number).label("number")).where(*asked).group_by(c.report, c.period)
    ).subquery()
    columns = (c.id, c.report, c.period, c.number, c.issued_at, c.account_id, c.note, c.manifest_sha256)
    same = (newest.c.report == c.report) & (newest.c.period == c.period) & (newest.c.number == c.number)
    rows = connection.execute(select(*columns).select_from(publication.join(newest, same)).order_by(c.issued_at, c.id))
    return [PublicationRow(*row[:4], from_text(row[4]), *row[5:]) for row in rows]


def contents(connection: Connection, rows: Sequence[PublicationRow]) -> dict[str, bytes]:
    """Edition → the file that it is shown from."""
    if not rows:
        return {}
    c = publication_file.c
    named = or_(*((c.publication_id == row.id) & (c.name == json_name(row)) for row in rows))
    return {row[0]: bytes(row[1]) for row in connection.execute(select(c.publication_id, c.content).where(named))}
