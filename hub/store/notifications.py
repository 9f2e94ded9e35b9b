"""Notices: one row for each person and occurrence, written many at once, read by whom they are for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select, true, update

from hub.store import tables
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text

table = tables.notification
choices = tables.notification_choice
BATCH = 500


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one person. ``mail``: none, at_once or digest; ``mail_id``: the letter that carries it."""

    id: str
    account_id: str
    kind: str
    occurrence: str
    subject_vi: str
    subject_en: str
    body_vi: str
    body_en: str
    path: str
    at: datetime
    read_at: datetime | None
    mail: str
    mail_id: str | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to be told. ``unit_id``: the unit on which they hold the role; ``mail``: their own choice, if any."""

    account_id: str
    unit_id: str
    email: str
    language: str
    mail: str | None


# --- Whom to tell ----------------------------------------------------------------------------------------------------


def holders(
    connection: Connection, kind: str, roles: Collection[str], unit_ids: Collection[str] | None
) -> list[Recipient]:
    """The active accounts with one of the roles on one of the units (None: on any), once for each unit, in order."""
    grant = tables.role_grant.c
    wanted = [grant.role.in_(sorted(roles))]
    if unit_ids is not None:
        wanted.append(grant.unit_id.in_(sorted(unit_ids)))
    query = _people(kind, grant.unit_id).join(
        tables.role_grant, and_(grant.account_id == tables.account.c.id, *wanted)
    )  # fmt: skip
    return _recipients(connection, query.distinct().order_by(tables.account.c.id, grant.unit_id))


def people(connection: Connection, kind: str, account_ids: Collection[str]) -> list[Recipient]:
    """Those of the accounts that are active, in order."""
    account = tables.account.c
    query = _people(kind, account.unit_id).where(account.id.in_(sorted(account_ids)))
    return _recipients(connection, query.order_by(account.id))


def _people(kind: str, unit_id: ColumnElement[str]) -> Select[Any]:
    account, profile = tables.account.c, tables.profile.c
    return (
        select(account.id, unit_id, profile.email, profile.language, choices.c.mail)
        .select_from(tables.account)
        .outerjoin(tables.profile, profile.account_id == account.id)
        .outerjoin(choices, and_(choices.c.account_id == account.id, choices.c.kind == kind))
        .where(account.active.is_(True))
    )


def _recipients(connection: Connection, query: Select[Any]) -> list[Recipient]:
    return [
        Recipient(account_id, unit_id, email or "", language or "vi", mail)
        for account_id, unit_id, email, language, mail in connection.execute(query)
    ]


# --- Writing ---------------------------------------------------------------------------------------------------------


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """The ids of the rows that are new; who was told of an occurrence before is not told again."""
    if not rows:
        return set()
    statement = insert_into(connection, table).on_conflict_do_nothing(index_elements=["account_id", "occurrence"])
    return set(connection.execute(statement.returning(table.c.id), list(rows)).scalars())


def mark_read(connection: Connection, account_id: str, now: datetime, notification_id: str | None = None) -> int:
    """One of the account's notices, or all of them, are read; how many were not before."""
    wanted = [table.c.account_id == account_id, table.c.read_at.is_(None)]
    if notification_id is not None:
        wanted.append(table.c.id == notification_id)
    return connection.execute(update(table).where(*wanted).values(read_at=to_text(now))).rowcount


# --- Reading ---------------------------------------------------------------------------------------------------------


def unread(connection: Connection, account_id: str) -> int:
    counted = select(func.count()).where(table.c.account_id == account_id, table.c.read_at.is_(None))
    return int(connection.execute(counted).scalar_one())


def get(connection: Connection, account_id: str, notification_id: str) -> Notification | None:
    """A notice of that account; None if there is none, or it is somebody else's."""
    query = select(table).where(table.c.id == notification_id, table.c.account_id == account_id)
    found = connection.execute(query).one_or_none()
    return _notification(found) if found is not None else None


def listing(
    connection: Connection, account_id: str, *, kind: str | None, only_unread: bool, limit: int, offset: int
) -> tuple[list[Notification], int]:
    """The account's notices, the newest first, and how many there are in all."""
    wanted = [table.c.account_id == account_id]
    wanted += [table.c.kind == kind] if kind is not None else []
    wanted += [table.c.read_at.is_(None)] if only_unread else []
    total = int(connection.execute(select(func.count()).select_from(table).where(*wanted)).scalar_one())
    rows = connection.execute(
        select(table).where(*wanted).order_by(table.c.at.desc(), table.c.id.desc()).limit(limit).offset(offset)
    )
    return [_notification(row) for row in rows], total


# --- Digests ---------------------------------------------------------------------------------------------------------


def awaiting_digest(connection: Connection, before: datetime) -> list[Recipient]:
    """The active people with an address for whom notices wait for the letter of the morning, in order."""
    account, profile = tables.account.c, tables.profile.c
    query = (
        select(account.id, account.unit_id, profile.email, profile.language)
        .select_from(table)
        .join(tables.account, account.id == table.c.account_id)
        .join(tables.profile, profile.account_id == account.id)
        .where(_waiting(before), account.active.is_(True), profile.email != "")
        .distinct()
        .order_by(account.id)
    )
    return [Recipient(*row, mail="digest") for row in connection.execute(query)]


def take_for_digest(connection: Connection, account_id: str, mail_id: str, before: datetime) -> list[Notification]:
    """The account's waiting notices, now carried by that letter and by no other, the oldest first."""
    taken = connection.execute(
        update(table)
        .where(_waiting(before), table.c.account_id == account_id)
        .values(mail_id=mail_id)
        .returning(*table.c)
    )
    return sorted((_notification(row) for row in taken), key=lambda each: (each.at, each.id))


def _waiting(before: datetime) -> ColumnElement[bool]:
    """What was read in the hub meanwhile needs no letter."""
    return and_(
        true(), table.c.mail == "digest", table.c.at <= to_text(before), table.c.mail_id.is_(None),
        table.c.read_at.is_(None),
    )  # fmt: skip


# --- Choices ---------------------------------------------------------------------------------------------------------


def choices_of(connection: Connection, account_id: str) -> dict[str, str]:
    """kind → at_once, digest or none, where the account chose."""
    rows = connection.execute(select(choices.c.kind, choices.c.mail).where(choices.c.account_id == account_id))
    return {row.kind: row.mail for row in rows}


def choose(connection: Connection, account_id: str, chosen: Mapping[str, str]) -> None:
    """The account's choices for these kinds are these."""
    rows = [{"account_id": account_id, "kind": kind, "mail": mail} for kind, mail in chosen.items()]
    if rows:
        statement = insert_into(connection, choices).values(rows)
        kept = statement.on_conflict_do_update(
            index_elements=["account_id", "kind"], set_={"mail": statement.excluded.mail}
        )
        connection.execute(kept)


def _notification(row: Row[Any]) -> Notification:
    values = dict(row._mapping)
    values["at"] = from_text(values["at"])
    values["read_at"] = values["read_at"] and from_text(values["read_at"])
    return Notification(**values)
