"""Accounts and the roles they hold on units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from hub.domain.access import Grant, Role
from hub.store import tables
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text

table = tables.account


@dataclass(frozen=True, slots=True)
class Account:
    """One person or one connected system. ``failures`` counts wrong passwords since the last right one."""

    id: str
    username: str
    name: str
    unit_id: str
    password_hash: str
    must_change_password: bool
    active: bool
    failures: int
    blocked_until: datetime | None
    last_sign_in: datetime | None
    created_at: datetime


def insert(connection: Connection, account: Account) -> bool:
    """False, and nothing is stored, when the username is taken."""
    values = {name: getattr(account, name) for name in Account.__slots__}
    values["created_at"] = to_text(account.created_at)
    statement = insert_into(connection, table).values(values).on_conflict_do_nothing(index_elements=["username"])
    return connection.execute(statement).rowcount == 1


def find(connection: Connection, account_id: str, *, lock: bool = False) -> Account | None:
    """``lock``: nobody else changes the account until this transaction ends."""
    return _one(connection, table.c.id == account_id, lock)


def find_by_username(connection: Connection, username: str) -> Account | None:
    return _one(connection, table.c.username == username, False)


def listing(connection: Connection) -> list[Account]:
    """Every account, by username."""
    return [_account(row) for row in connection.execute(select(table).order_by(table.c.username))]


def names_of(connection: Connection, account_ids: Iterable[str]) -> dict[str, str]:
    """Account id → its person's name, of those that are there."""
    wanted = sorted(set(account_ids))
    if not wanted:
        return {}
    rows = connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def units_of(connection: Connection, account_ids: Iterable[str]) -> dict[str, str]:
    """Account id → the unit it belongs to, of those that are there."""
    rows = connection.execute(select(table.c.id, table.c.unit_id).where(table.c.id.in_(sorted(set(account_ids)))))
    return {row.id: row.unit_id for row in rows}


def set_password(connection: Connection, account_id: str, password_hash: str, *, must_change: bool) -> None:
    """The old password is gone; counted failures are forgotten."""
    _set(
        connection, account_id,
        password_hash=password_hash, must_change_password=must_change, failures=0, blocked_until=None,
    )  # fmt: skip


def set_active(connection: Connection, account_id: str, active: bool) -> None:
    _set(connection, account_id, active=active)


def note_failure(connection: Connection, account_id: str, failures: int, blocked_until: datetime | None) -> None:
    """So many wrong passwords by now; none is tried before ``blocked_until``."""
    _set(connection, account_id, failures=failures, blocked_until=blocked_until and to_text(blocked_until))


def note_sign_in(connection: Connection, account_id: str, now: datetime, *, forget_failures: bool) -> None:
    forgotten = {"failures": 0, "blocked_until": None} if forget_failures else {}
    _set(connection, account_id, last_sign_in=to_text(now), **forgotten)


def grants_of(connection: Connection, account_id: str) -> tuple[Grant, ...]:
    """The roles of an account, by role and unit."""
    grant = tables.role_grant
    rows = connection.execute(
        select(grant.c.role, grant.c.unit_id)
        .where(grant.c.account_id == account_id)
        .order_by(grant.c.role, grant.c.unit_id)
    )
    return tuple(Grant(cast(Role, row.role), row.unit_id) for row in rows)


def all_grants(connection: Connection) -> dict[str, tuple[Grant, ...]]:
    """Account → its roles, by role and unit; accounts without any are absent."""
    grant = tables.role_grant
    found: dict[str, list[Grant]] = {}
    columns = (grant.c.account_id, grant.c.role, grant.c.unit_id)
    for account_id, role, unit_id in connection.execute(select(*columns).order_by(*columns)):
        found.setdefault(account_id, []).append(Grant(cast(Role, role), unit_id))
    return {account_id: tuple(grants) for account_id, grants in found.items()}


def add_grants(connection: Connection, account_id: str, grants: Iterable[Grant]) -> int:
    """How many were new."""
    rows = [{"account_id": account_id, "role": grant.role, "unit_id": grant.unit_id} for grant in grants]
    if not rows:
        return 0
    statement = insert_into(connection, tables.role_grant).values(rows).on_conflict_do_nothing()
    return connection.execute(statement).rowcount


def remove_grant(connection: Connection, account_id: str, grant: Grant) -> bool:
    """False when the account did not hold it."""
    held = tables.role_grant.c
    statement = delete(tables.role_grant).where(
        held.account_id == account_id, held.role == grant.role, held.unit_id == grant.unit_id
    )
    return connection.execute(statement).rowcount == 1


def _one(connection: Connection, condition: ColumnElement[bool], lock: bool) -> Account | None:
    query = select(table).where(condition)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return _account(row) if row else None


def _account(row: Row[Any]) -> Account:
    values = dict(row._mapping)
    for name in ("blocked_until", "last_sign_in", "created_at"):
        values[name] = values[name] and from_text(values[name])
    return Account(**values)


def _set(connection: Connection, account_id: str, **values: Any) -> None:
    connection.execute(update(table).where(table.c.id == account_id).values(values))
