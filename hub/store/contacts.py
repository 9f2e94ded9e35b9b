"""Whom to call about a unit's reports: what the unit says, else what its people say of themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from hub.store import tables
from hub.store.database import insert_into
from hub.store.instants import from_text, to_text

table = tables.unit_contact
ALL_REGIMES = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call. ``regime`` empty: about any report of the unit. ``at`` None: taken from a person's profile."""

    unit_id: str
    regime: str
    name: str
    title: str = ""
    phone: str = ""
    email: str = ""
    account_id: str = ""
    at: datetime | None = None


def listing(connection: Connection, unit_ids: Collection[str], regime: str | None = None) -> list[Contact]:
    """What the units have said, for all reports first; ``regime`` leaves out what was said for another one."""
    query = select(table).where(table.c.unit_id.in_(sorted(unit_ids))).order_by(table.c.unit_id, table.c.regime)
    if regime is not None:
        query = query.where(table.c.regime.in_([ALL_REGIMES, regime]))
    return [
        Contact(row.unit_id, row.regime, row.name, row.title, row.phone, row.email, row.account_id, from_text(row.at))
        for row in connection.execute(query)
    ]


def put(connection: Connection, contact: Contact, at: datetime) -> None:
    """From now on this is whom to call."""
    said = {
        "name": contact.name, "title": contact.title, "phone": contact.phone, "email": contact.email,
        "account_id": contact.account_id, "at": to_text(at),
    }  # fmt: skip
    statement = insert_into(connection, table).values(unit_id=contact.unit_id, regime=contact.regime, **said)
    connection.execute(statement.on_conflict_do_update(index_elements=["unit_id", "regime"], set_=said))


def remove(connection: Connection, unit_id: str, regime: str) -> None:
    """The unit says nothing of its own any more for that regime."""
    connection.execute(delete(table).where(table.c.unit_id == unit_id, table.c.regime == regime))


def people(connection: Connection, unit_ids: Collection[str], roles: Collection[str]) -> list[Contact]:
    """The active people with one of the roles on the units, with what their profiles say; by unit, then name."""
    account, grant, profile = tables.account.c, tables.role_grant.c, tables.profile.c
    query = (
        select(grant.unit_id, account.id, account.name, profile.phone, profile.email)
        .select_from(tables.role_grant)
        .join(tables.account, account.id == grant.account_id)
        .outerjoin(tables.profile, profile.account_id == account.id)
        .where(grant.unit_id.in_(sorted(unit_ids)), grant.role.in_(sorted(roles)), account.active.is_(True))
        .order_by(grant.unit_id, account.name)
        .distinct()
    )
    return [
        Contact(unit_id, ALL_REGIMES, name, "", phone or "", email or "", account_id)
        for unit_id, account_id, name, phone, email in connection.execute(query)
    ]
