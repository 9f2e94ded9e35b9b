"""Telling people: notices in the hub and, as each of them chose, letters; in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hub.domain.access import Actor
from hub.domain.notice import KINDS, Mail, Notice
from hub.errors import NotFound
from hub.services import letter_texts
from hub.services.core import Core
from hub.services.ids import new_id
from hub.store import mail, notifications
from hub.store.database import Connection
from hub.store.instants import to_text
from hub.store.notifications import Notification, Recipient

__all__ = ["Notification", "Page", "holders_by_unit", "listing", "mark_read", "open_one", "tell", "tell_each", "unread"]

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Notification, ...]
    total: int
    page: int
    size: int = PAGE_SIZE


# --- Telling ---------------------------------------------------------------------------------------------------------


def tell(
    connection: Connection, core: Core, kind: str, *, occurrence: str, path: str, subject: tuple[str, str],
    body: tuple[str, str], now: datetime, unit_ids: Collection[str] = (), account_ids: Collection[str] = (),
    roles: Collection[str] | None = None, without: Collection[str] = (),
) -> int:  # fmt: skip
    """These people know of it: one notice each, and a letter where they chose so; how many had not been told before.

    With ``unit_ids``: the active accounts that hold one of ``roles`` (by default those that the kind concerns) on
    exactly one of the units, under any name that body had, or on who took it over whole. ``account_ids`` are told
    whatever their roles; those in ``without`` are not, whoever else says so. ``subject`` and ``body`` are (Vietnamese,
    English) and hold no figures and nothing secret: they travel by mail. ``occurrence`` (at most 160 letters) names
    what happened: the same one again tells nobody twice. Inside the caller's transaction: both happen, or neither.
    """
    found = {each.account_id: each for each in _asked(connection, core, kind, unit_ids, account_ids, roles)}
    notice = Notice(occurrence, path, subject, body)
    told = [(found[account_id], notice) for account_id in sorted(found) if account_id not in without]
    return tell_each(connection, core, kind, told, now)


def _asked(
    connection: Connection, core: Core, kind: str, unit_ids: Collection[str], account_ids: Collection[str],
    roles: Collection[str] | None,
) -> Iterable[Recipient]:  # fmt: skip
    if account_ids:
        yield from notifications.people(connection, kind, account_ids)
    if unit_ids:
        bodies = {body for unit_id in unit_ids for body in _carriers(core, unit_id)}
        yield from notifications.holders(connection, kind, KINDS[kind].roles if roles is None else roles, bodies)


def tell_each(
    connection: Connection, core: Core, kind: str, told: Iterable[tuple[Recipient, Notice]], now: datetime
) -> int:
    """Each of these people knows of their own notice; as :func:`tell`, with one statement for all of them."""
    rows, letters = [], []
    for person, notice in told:
        row = _row(core, kind, person, notice, now)
        rows.append(row)
        if row["mail"] == "at_once":
            letters.append((row, person))
    new = notifications.add(connection, rows)
    mail.add(connection, [_letter(core, row, person, now) for row, person in letters if row["id"] in new])
    return len(new)


def _row(core: Core, kind: str, person: Recipient, notice: Notice, now: datetime) -> dict[str, Any]:
    by_mail = mail_for(core, kind, person)
    return {
        "id": new_id(now), "account_id": person.account_id, "kind": kind, "occurrence": notice.occurrence,
        "subject_vi": notice.subject[0], "subject_en": notice.subject[1],
        "body_vi": notice.body[0], "body_en": notice.body[1], "path": notice.path, "at": to_text(now),
        "read_at": None, "mail": by_mail, "mail_id": new_id(now) if by_mail == "at_once" else None,
    }  # fmt: skip


def mail_for(core: Core, kind: str, person: Recipient) -> str:
    """How a notice of this kind reaches the person's mail box; ``none`` without an address or without a server."""
    if not person.email or not core.config.smtp_host:
        return "none"
    chosen: str | Mail = person.mail or KINDS[kind].mail
    return chosen


def _letter(core: Core, row: dict[str, Any], person: Recipient, now: datetime) -> dict[str, Any]:
    spoken = "en" if person.language == "en" else "vi"
    subject, text = letter_texts.alone(
        core.config, spoken, row[f"subject_{spoken}"], row[f"body_{spoken}"], row["path"]
    )  # fmt: skip
    return new_letter(row["mail_id"], person, subject, text, now)


def new_letter(mail_id: str, person: Recipient, subject: str, text: str, now: datetime) -> dict[str, Any]:
    """A letter that waits to be sent at once."""
    return {
        "id": mail_id, "account_id": person.account_id, "address": person.email, "subject": subject, "body": text,
        "state": "waiting", "tries": 0, "next_try_at": to_text(now), "created_at": to_text(now), "sent_at": None,
        "last_error": None,
    }  # fmt: skip


def _carriers(core: Core, unit_id: str) -> frozenset[str]:
    """Who carries on a unit's affairs, under every name; itself alone if the register does not know it."""
    return core.orgs.carried_on_by(unit_id) if unit_id in core.orgs.units else frozenset({unit_id})


def _forerunners(core: Core, unit_id: str) -> frozenset[str]:
    """The other way round: whose affairs a unit carries on."""
    return core.orgs.taken_over(unit_id, date.max) if unit_id in core.orgs.units else frozenset({unit_id})


def holders_by_unit(connection: Connection, core: Core, kind: str) -> dict[str, list[Recipient]]:
    """unit id → whom a notice of this kind about that unit concerns; units with nobody are absent."""
    found: dict[str, dict[str, Recipient]] = {}
    for person in notifications.holders(connection, kind, KINDS[kind].roles, None):
        for body in _forerunners(core, person.unit_id):
            found.setdefault(body, {})[person.account_id] = person
    return {unit_id: list(people.values()) for unit_id, people in found.items()}


# --- Reading ---------------------------------------------------------------------------------------------------------


def unread(core: Core, actor: Actor) -> int:
    """How many of the actor's notices are not read."""
    with core.database.read() as connection:
        return notifications.unread(connection, actor.account_id)


def listing(core: Core, actor: Actor, *, kind: str | None = None, only_unread: bool = False, page: int = 1) -> Page:
    """One page of the actor's own notices, the newest first."""
    with core.database.read() as connection:
        rows, total = notifications.listing(
            connection, actor.account_id, kind=kind, only_unread=only_unread, limit=PAGE_SIZE,
            offset=(page - 1) * PAGE_SIZE,
        )  # fmt: skip
    return Page(tuple(rows), total, page)


def open_one(core: Core, actor: Actor, notification_id: str, now: datetime) -> Notification:
    """The notice, which is read now. NotFound if it is not the actor's own."""
    with core.database.write() as connection:
        found = notifications.get(connection, actor.account_id, notification_id)
        if found is None:
            raise NotFound
        notifications.mark_read(connection, actor.account_id, now, notification_id)
    return found


def mark_read(core: Core, actor: Actor, now: datetime, notification_id: str | None = None) -> int:
    """One of the actor's notices, or all, are read; how many were not. Somebody else's stay as they are."""
    with core.database.write() as connection:
        return notifications.mark_read(connection, actor.account_id, now, notification_id)
