"""Editions in use, each pinned to the hash of its content."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from hub.domain.regime import Edition
from hub.errors import Conflict
from hub.store.instants import to_text
from hub.store.tables import edition as table


def pin(connection: Connection, edition: Edition, at: datetime) -> None:
    """Record the edition's hash at its first use. Conflict if it was used before with other content (R12)."""
    known = connection.execute(select(table.c.sha256).where(table.c.key == edition.key)).scalar_one_or_none()
    if known is None:
        connection.execute(
            insert(table).values(
                key=edition.key,
                regime=edition.regime,
                code=edition.code,
                sha256=edition.sha256,
                first_used_at=to_text(at),
            )
        )
    elif known != edition.sha256:
        raise Conflict(
            f"Phiên bản {edition.key} đã dùng với nội dung khác; thay đổi phải là một phiên bản mới.",
            f"Edition {edition.key} was used with other content; a change must be a new edition.",
        )


def pinned(connection: Connection) -> dict[str, str]:
    """Every edition in use → its hash."""
    return {row.key: row.sha256 for row in connection.execute(select(table.c.key, table.c.sha256))}
