"""API tokens: shown once, kept as a hash, limited to what their account may do and to their own scopes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from hub.domain.access import Actor
from hub.errors import BadRequest, Conflict, Forbidden, NotFound
from hub.services import audit
from hub.services.accounts import manages, usable_name
from hub.services.core import Core
from hub.services.ids import new_id
from hub.store import accounts, tokens
from hub.store.accounts import Account
from hub.store.tokens import Token

PREFIX = "hubt_"
SCOPES = frozenset({"submit", "send", "read", "subscribe"})
LONGEST_DAYS = 365
_USE_KEPT_EVERY = timedelta(minutes=1)


def issue_token(
    core: Core,
    actor: Actor,
    *,
    account_id: str,
    name: str,
    scopes: Iterable[str],
    expires_in_days: int = LONGEST_DAYS,
    now: datetime,
    key: str = "",
) -> str:
    """The token itself, never to be seen again. For one's own account, or for one the administrator manages.

    ``key``: of the form that asked for it; Conflict for a second token of the same form, since the first is not told
    again.

    BadRequest for an unknown scope, no scope, or a life beyond a year; NotFound for an account out of reach.
    """
    wanted = frozenset(scopes)
    if not wanted or not wanted <= SCOPES:
        raise BadRequest("Phạm vi của mã truy cập không hợp lệ.", "The scopes of the token are not valid.")
    if not 1 <= expires_in_days <= LONGEST_DAYS:
        raise BadRequest(
            f"Mã truy cập có hạn từ 1 đến {LONGEST_DAYS} ngày.", f"A token lives 1 to {LONGEST_DAYS} days."
        )
    plain = PREFIX + secrets.token_urlsafe(32)
    expires_at = now + timedelta(days=expires_in_days)
    token_id = _hash(f"{actor.account_id} {key}")[:28] if key else new_id(now)
    token = Token(token_id, _hash(plain), usable_name(name)[:120], account_id, wanted, now, expires_at)
    with core.database.write() as connection:
        _check_reach(core, connection, actor, account_id, now)
        if key and tokens.find(connection, token_id) is not None:
            raise Conflict(
                "Mã này vừa được lập và chỉ hiện một lần. Nếu chưa kịp chép, hãy thu hồi mã đó rồi lập mã khác.",
                "This token was just issued, and is shown only once. If you could not copy it, revoke it and issue "
                "another one.",
            )
        tokens.store(connection, token)
        detail = {"account": account_id, "scopes": sorted(wanted), "days": expires_in_days}
        _record(connection, actor, "issue_token", token.id, now, detail)
    return plain


def actor_of_token(core: Core, token: str, now: datetime, ip: str = "") -> Actor | None:
    """Who the token acts for; None when it is unknown, expired or revoked, or its account is switched off."""
    if not token.startswith(PREFIX):
        return None
    with core.database.glance() as connection:
        held = tokens.holder(connection, _hash(token))
    if held is None or not held.active or not held.token.opens(now):
        return None
    found = held.token
    if found.last_used is None or now - found.last_used >= _USE_KEPT_EVERY:
        with core.database.write() as connection:
            tokens.note_used(connection, found.id, now)
    return Actor(found.account_id, held.name, held.unit_id, held.grants, found.scopes, ip)


def revoke_token(core: Core, actor: Actor, token_id: str, now: datetime) -> None:
    """The token opens nothing from now on. NotFound for a token of an account out of reach."""
    with core.database.write() as connection:
        token = tokens.find(connection, token_id)
        if token is None:
            raise NotFound
        _check_reach(core, connection, actor, token.account_id, now)
        if tokens.revoke(connection, token_id, now):
            _record(connection, actor, "revoke_token", token_id, now, {"account": token.account_id})


def tokens_of(core: Core, actor: Actor, account_id: str, now: datetime) -> list[Token]:
    """The account's tokens, newest first, without anything that opens a door."""
    with core.database.read() as connection:
        _check_reach(core, connection, actor, account_id, now)
        return [replace(token, token_sha256="") for token in tokens.of_account(connection, account_id)]


def all_tokens(core: Core, actor: Actor, now: datetime) -> list[tuple[Account, Token]]:
    """The tokens of all accounts that the actor manages, by username, newest first, as :func:`tokens_of` gives them."""
    if actor.scopes is not None:
        raise Forbidden
    with core.database.read() as connection:
        held = tokens.listing(connection)
        return [
            (account, replace(token, token_sha256=""))
            for account in accounts.listing(connection)
            if account.id in held and manages(core, actor, account.unit_id, now)
            for token in held[account.id]
        ]


def _check_reach(core: Core, connection: Connection, actor: Actor, account_id: str, now: datetime) -> None:
    """Forbidden through a token; NotFound unless it is the actor's own account or one it manages."""
    if actor.scopes is not None:
        raise Forbidden
    account = accounts.find(connection, account_id)
    if account is None or not (actor.account_id == account_id or manages(core, actor, account.unit_id, now)):
        raise NotFound


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _record(
    connection: Connection, actor: Actor, action: str, token_id: str, now: datetime, detail: dict[str, object]
) -> None:
    audit.record(connection, actor, action=action, object_type="token", object_id=token_id, now=now, detail=detail)
