"""Accounts as administrators see them: made, given roles, switched off, given a new first password."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import get_args

from sqlalchemy import Connection

from hub.domain.access import SYSTEM, Actor, Grant, Role
from hub.domain.org import NATION
from hub.domain.period import local_day
from hub.domain.plain_text import is_storable
from hub.domain.visibility import is_within
from hub.errors import BadRequest, Conflict, Forbidden, NotFound
from hub.services import audit, passwords
from hub.services.core import Core
from hub.services.ids import new_id
from hub.store import accounts, sessions
from hub.store.accounts import Account

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{2,79}", re.ASCII)
_ROLES = frozenset(get_args(Role)) - {"system"}
_NATIONAL_ROLES = frozenset({"central", "administrator"})
"""Roles that act beyond their unit: only a national administrator gives them."""


def create_account(
    core: Core,
    actor: Actor,
    *,
    username: str,
    name: str,
    unit_id: str,
    password: str,
    grants: Iterable[Grant],
    now: datetime,
    must_change_password: bool = True,
) -> str:
    """The id of the new account, active, with exactly these roles.

    Forbidden beyond the administrator's units; BadRequest for a name, unit or role that cannot be; Conflict for a
    username in use; Refused for a weak password.
    """
    held = tuple(sorted(set(grants), key=lambda grant: (grant.role, grant.unit_id)))
    username = usable_username(username)
    _check_unit(core, unit_id)
    _check_manager(core, actor, unit_id, now)
    for grant in held:
        _check_grant(core, actor, grant, now)
    passwords.check(password, username)
    account = Account(
        new_id(now), username, usable_name(name), unit_id, passwords.make_hash(password),
        must_change_password, True, 0, None, None, now,
    )  # fmt: skip
    with core.database.write() as connection:
        if not accounts.insert(connection, account):
            raise Conflict("Tên đăng nhập này đã có người dùng.", "This username is taken.")
        accounts.add_grants(connection, account.id, held)
        detail = {"username": username, "unit": unit_id, "grants": [[grant.role, grant.unit_id] for grant in held]}
        _record(connection, actor, "create_account", account.id, now, detail)
    return account.id


def grant(core: Core, actor: Actor, account_id: str, role: Role, unit_id: str, now: datetime) -> None:
    """The account holds the role on the unit; its sessions end at once. Nobody gives a role to oneself."""
    _change_grant(core, actor, account_id, Grant(role, unit_id), now, add=True)


def revoke(core: Core, actor: Actor, account_id: str, role: Role, unit_id: str, now: datetime) -> None:
    """The account no longer holds the role on the unit; its sessions end at once."""
    _change_grant(core, actor, account_id, Grant(role, unit_id), now, add=False)


def set_active(core: Core, actor: Actor, account_id: str, active: bool, now: datetime) -> None:
    """An account switched off cannot sign in, and neither its sessions nor its tokens open anything from now on."""
    with core.database.write() as connection:
        account = _managed(core, connection, actor, account_id, now)
        accounts.set_active(connection, account.id, active)
        sessions.end_all_of(connection, account.id)
        _record(connection, actor, "activate" if active else "deactivate", account.id, now, {})


def reset_password(core: Core, actor: Actor, account_id: str, now: datetime) -> str:
    """A one-time password, shown once; the administrator cannot choose it and its holder must change it."""
    password = passwords.make_one_time()
    password_hash = passwords.make_hash(password)
    with core.database.write() as connection:
        account = _managed(core, connection, actor, account_id, now)
        accounts.set_password(connection, account.id, password_hash, must_change=True)
        sessions.end_all_of(connection, account.id)
        _record(connection, actor, "reset_password", account.id, now, {})
    return password


def listing(core: Core, actor: Actor, now: datetime) -> list[tuple[Account, tuple[Grant, ...]]]:
    """The accounts the administrator may manage, by username, each with its roles."""
    with core.database.read() as connection:
        grants = accounts.all_grants(connection)
        return [
            (account, grants.get(account.id, ()))
            for account in accounts.listing(connection)
            if manages(core, actor, account.unit_id, now)
        ]


def manages(core: Core, actor: Actor, unit_id: str, now: datetime) -> bool:
    """True for the system, and for an administrator of that unit or of one above it; never through a token."""
    if actor.account_id == SYSTEM.account_id:
        return True
    if actor.scopes is not None or unit_id not in core.orgs.units:
        return False
    day = local_day(now)
    path = core.orgs.path(unit_id, day)
    return any(
        is_within(path, core.orgs.path(grant.unit_id, day))
        for grant in actor.grants
        if grant.role == "administrator" and grant.unit_id in core.orgs.units
    )


def usable_username(text: str) -> str:
    """In small letters, as stored. BadRequest unless ASCII letters, digits and ``. _ @ -``, 3 to 80 of them."""
    username = text.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadRequest(
            "Tên đăng nhập gồm 3 đến 80 chữ cái không dấu, chữ số hoặc . _ @ -",
            "A username is 3 to 80 unaccented letters, digits or . _ @ -",
        )
    return username


def usable_name(text: str) -> str:
    """In NFC, trimmed. BadRequest when empty, longer than 200, or holding what cannot be stored or shown."""
    name = unicodedata.normalize("NFC", text.strip()) if is_storable(text) else ""
    if not 1 <= len(name) <= 200 or any(unicodedata.category(character) == "Cc" for character in name):
        raise BadRequest("Tên cần từ 1 đến 200 ký tự đọc được.", "A name needs 1 to 200 readable characters.")
    return name


def _change_grant(core: Core, actor: Actor, account_id: str, changed: Grant, now: datetime, *, add: bool) -> None:
    if actor.account_id == account_id:
        raise Forbidden("Không ai được tự đổi quyền của mình.", "Nobody may change their own roles.")
    _check_grant(core, actor, changed, now)
    with core.database.write() as connection:
        account = _managed(core, connection, actor, account_id, now)
        if add:
            done = accounts.add_grants(connection, account.id, [changed]) == 1
        else:
            done = accounts.remove_grant(connection, account.id, changed)
        if not done:
            return
        sessions.end_all_of(connection, account.id)
        detail = {"role": changed.role, "unit": changed.unit_id}
        _record(connection, actor, "grant" if add else "revoke", account.id, now, detail)


def _managed(core: Core, connection: Connection, actor: Actor, account_id: str, now: datetime) -> Account:
    """The account, locked; NotFound also when it is beyond the administrator's units."""
    account = accounts.find(connection, account_id, lock=True)
    if account is None or not manages(core, actor, account.unit_id, now):
        raise NotFound
    return account


def _check_manager(core: Core, actor: Actor, unit_id: str, now: datetime) -> None:
    if not manages(core, actor, unit_id, now):
        raise Forbidden


def _check_grant(core: Core, actor: Actor, changed: Grant, now: datetime) -> None:
    if changed.role not in _ROLES:
        raise BadRequest("Không có vai trò này.", "There is no such role.")
    _check_unit(core, changed.unit_id)
    _check_manager(core, actor, NATION if changed.role in _NATIONAL_ROLES else changed.unit_id, now)


def _check_unit(core: Core, unit_id: str) -> None:
    if unit_id not in core.orgs.units:
        raise BadRequest("Không có đơn vị này.", "There is no such unit.")


def _record(
    connection: Connection, actor: Actor, action: str, account_id: str, now: datetime, detail: Mapping[str, object]
) -> None:
    audit.record(
        connection, actor, action=action, object_type="account", object_id=account_id, now=now, detail=detail
    )  # fmt: skip
