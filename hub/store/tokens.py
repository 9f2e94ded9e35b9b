"""API tokens: who holds them, what they open and until when. Only the hash of a token is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from hub.domain.access import Grant, Role
from hub.store import tables
from hub.store.instants import from_text, to_text

table = tables.api_token


@dataclass(frozen=True, slots=True)
class Token:
    """``last_used`` is right to a minute."""

    id: str
    token_sha256: str
    name: str
    account_id: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime
    last_used: datetime | None = None
    revoked_at: datetime | None = None

    def opens(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Holder:
    """A token with the account that holds it, as both stand now; ``grants`` by role and unit."""

    token: Token
    name: str
    unit_id: str
    active: bool
    grants: tuple[Grant, ...]


_account, _grant = tables.account, tables.role_grant
_HOLDER = (
    select(table, _account.c.name.label("account_name"), _account.c.unit_id, _account.c.active,
           _grant.c.role, _grant.c.unit_id.label("grant_unit"))
    .join(_account, _account.c.id == table.c.account_id)
    .outerjoin(_grant, _grant.c.account_id == table.c.account_id)
    .where(table.c.token_sha256 == bindparam("sha256"))
    .order_by(_grant.c.role, _grant.c.unit_id)
)  # fmt: skip
"""Every request of a program asks this, so it is one statement and built once."""


def store(connection: Connection, token: Token) -> None:
    connection.execute(
        insert(table).values(
            id=token.id,
            token_sha256=token.token_sha256,
            name=token.name,
            account_id=token.account_id,
            scopes=" ".join(sorted(token.scopes)),
            created_at=to_text(token.created_at),
            expires_at=to_text(token.expires_at),
        )
    )


def find(connection: Connection, token_id: str) -> Token | None:
    row = connection.execute(select(table).where(table.c.id == token_id)).first()
    return _token(row) if row else None


def holder(connection: Connection, token_sha256: str) -> Holder | None:
    """Who holds the token of this hash, in one statement; None where there is no such token."""
    rows = connection.execute(_HOLDER, {"sha256": token_sha256}).all()
    if not rows:
        return None
    first = rows[0]
    grants = tuple(Grant(cast(Role, row.role), row.grant_unit) for row in rows if row.role is not None)
    return Holder(_token(first), first.account_name, first.unit_id, first.active, grants)


def of_account(connection: Connection, account_id: str) -> list[Token]:
    """Newest first, revoked and expired ones too."""
    query = select(table).where(table.c.account_id == account_id).order_by(table.c.created_at.desc(), table.c.id)
    return [_token(row) for row in connection.execute(query)]


def listing(connection: Connection) -> dict[str, list[Token]]:
    """Account → its tokens, newest first, revoked and expired ones too; accounts without any are absent."""
    found: dict[str, list[Token]] = {}
    for row in connection.execute(select(table).order_by(table.c.created_at.desc(), table.c.id)):
        found.setdefault(row.account_id, []).append(_token(row))
    return found


def note_used(connection: Connection, token_id: str, now: datetime) -> None:
    connection.execute(update(table).where(table.c.id == token_id).values(last_used=to_text(now)))


def revoke(connection: Connection, token_id: str, now: datetime) -> bool:
    """False when it was revoked before."""
    statement = update(table).where(table.c.id == token_id, table.c.revoked_at.is_(None))
    return connection.execute(statement.values(revoked_at=to_text(now))).rowcount == 1


def _token(row: Row[Any]) -> Token:
    return Token(
        row.id,
        row.token_sha256,
        row.name,
        row.account_id,
        frozenset(row.scopes.split()),
        from_text(row.created_at),
        from_text(row.expires_at),
        row.last_used and from_text(row.last_used),
        row.revoked_at and from_text(row.revoked_at),
    )
