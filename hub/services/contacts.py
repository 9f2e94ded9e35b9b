"""Whom to call about a unit's reports: set by the unit's own people, shown to its receivers and superiors."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.access import PERMISSIONS, Actor
from hub.domain.notice import UNIT_SIDE
from hub.domain.org import NATION
from hub.domain.plain_text import is_storable
from hub.domain.visibility import allowed
from hub.errors import BadRequest, NotFound
from hub.services import moves
from hub.services.core import Core
from hub.services.profiles import address_of, phone_of
from hub.store import contacts
from hub.store.contacts import ALL_REGIMES, Contact
from hub.store.database import Connection

__all__ = ["ALL_REGIMES", "Contact", "Setting", "keep", "of_unit", "of_units", "remove", "settings", "units_of"]

NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Setting:
    """A unit that the actor speaks for, what it has said, and whom its receivers see where it has said nothing."""

    unit_id: str
    said: tuple[Contact, ...]
    fallback: Contact | None

    @property
    def for_all(self) -> Contact | None:
        return next((each for each in self.said if each.regime == ALL_REGIMES), None)


def units_of(core: Core, actor: Actor) -> list[str]:
    """The units whose contacts the actor may set, by name."""
    roles = PERMISSIONS["set_contact"][1]
    found = {grant.unit_id for grant in actor.grants if grant.role in roles and grant.unit_id in core.orgs.units}
    return sorted(found, key=lambda unit_id: core.orgs.get(unit_id).name.vi)


def settings(core: Core, actor: Actor, unit_id: str) -> Setting:
    """What a unit has said. NotFound for a unit that the actor does not speak for."""
    _may_set(core, actor, unit_id)
    with core.database.read() as connection:
        said = contacts.listing(connection, [unit_id])
        people = _best(contacts.people(connection, [unit_id], UNIT_SIDE))
    return Setting(unit_id, tuple(said), people.get(unit_id))


def keep(
    core: Core, actor: Actor, unit_id: str, regime: str, *, name: str, title: str, phone: str, email: str, now: datetime
) -> None:
    """From now on this is whom to call about the unit's reports of a regime (empty: of all).

    BadRequest, in words, without a name, with neither telephone nor address, or for what is none.
    """
    _may_set(core, actor, unit_id)
    if regime != ALL_REGIMES and regime not in core.catalog.regimes:
        raise BadRequest("Không có chế độ báo cáo này.", "There is no such regime.")
    said = Contact(unit_id, regime, _text(name), _text(title), phone_of(phone), address_of(email), actor.account_id)
    if not said.name:
        raise BadRequest("Cần ghi tên người hoặc bộ phận.", "Give the name of a person or an office.")
    if not said.phone and not said.email:
        raise BadRequest("Cần ít nhất số điện thoại hoặc địa chỉ thư.", "A telephone number or an e-mail is needed.")
    with core.database.write() as connection:
        known = [each for each in contacts.listing(connection, [unit_id]) if each.regime == regime]
        if known and replace(known[0], at=None, account_id=actor.account_id) == said:
            return
        contacts.put(connection, said, now)
        moves.tell(connection, actor, "set_contact", "unit", unit_id, now, {"regime": regime})


def remove(core: Core, actor: Actor, unit_id: str, regime: str, now: datetime) -> None:
    """The unit says nothing of its own for that regime any more; doing so twice changes nothing more."""
    _may_set(core, actor, unit_id)
    with core.database.write() as connection:
        if any(each.regime == regime for each in contacts.listing(connection, [unit_id])):
            contacts.remove(connection, unit_id, regime)
            moves.tell(connection, actor, "set_contact", "unit", unit_id, now, {"regime": regime, "removed": True})


def of_unit(core: Core, unit_id: str, regime: str) -> Contact | None:
    """Whom to call about one report."""
    with core.database.read() as connection:
        return of_units(core, connection, [unit_id], regime).get(unit_id)


def of_units(core: Core, connection: Connection, unit_ids: Collection[str], regime: str) -> Mapping[str, Contact]:
    """Unit → whom to call: what it said for the regime, else for all its reports, else one of its people.

    A unit speaks under every name that this very body had. Two queries, whatever the number of units.
    """
    bodies = {unit_id: _bodies(core, unit_id) for unit_id in unit_ids}
    every = {body for names in bodies.values() for body in names}
    said: dict[str, Contact] = {}
    for each in contacts.listing(connection, every, regime):  # for all reports first: the regime's own comes over it
        said[each.unit_id] = each
    people = _best(contacts.people(connection, every - said.keys(), UNIT_SIDE))
    found = {}
    for unit_id, names in bodies.items():
        known = [unit_id, *sorted(names - {unit_id})]
        contact = next((said[name] for name in known if name in said), None)
        contact = contact or next((people[name] for name in known if name in people), None)
        if contact is not None:
            found[unit_id] = contact
    return found


def _best(people: Collection[Contact]) -> dict[str, Contact]:
    """Unit → the person who can best be reached: by telephone, else by mail, else by name alone."""
    found: dict[str, Contact] = {}
    for person in sorted(people, key=lambda each: (not each.phone, not each.email, each.name)):
        found.setdefault(person.unit_id, person)
    return found


def _bodies(core: Core, unit_id: str) -> frozenset[str]:
    return core.orgs.same_body(unit_id) | {unit_id} if unit_id in core.orgs.units else frozenset({unit_id})


def _may_set(core: Core, actor: Actor, unit_id: str) -> None:
    if unit_id not in core.orgs.units or not allowed(actor, "set_contact", unit_id, NATION, core.orgs):
        raise NotFound


def _text(text: str) -> str:
    plain = " ".join(unicodedata.normalize("NFC", text).split())[:NAME_LENGTH]
    if not is_storable(plain):
        raise BadRequest("Nội dung có ký tự không lưu được.", "The text holds a character that cannot be kept.")
    return plain
