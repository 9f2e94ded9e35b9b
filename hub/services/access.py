"""Signing in and out, and whom a session stands for (P26, P28). Accounts and tokens are reached from here too."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from hub.domain.access import Actor, Grant
from hub.domain.plain_text import is_storable
from hub.errors import Forbidden, NotSignedIn
from hub.services import audit, passwords
from hub.services.accounts import create_account, grant, listing, manages, reset_password, revoke, set_active
from hub.services.core import Core
from hub.services.credentials import actor_of_token, all_tokens, issue_token, revoke_token, tokens_of
from hub.store import accounts, events, sessions
from hub.store.accounts import Account
from hub.store.sessions import Session

__all__ = [
    "SignedIn",
    "actor_of_session",
    "actor_of_token",
    "all_tokens",
    "change_password",
    "create_account",
    "grant",
    "has_signed_in_from",
    "is_account",
    "issue_token",
    "listing",
    "manages",
    "must_change_password",
    "note_activity",
    "reset_password",
    "revoke",
    "revoke_token",
    "set_active",
    "sign_in",
    "sign_out",
    "tokens_of",
]

ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(minutes=30)
IDLE_POWERFUL = timedelta(minutes=15)
_POWERFUL = frozenset({"approver", "officer", "central", "administrator"})
_SEEN_KEPT_EVERY = timedelta(minutes=1)

FREE_FAILURES = 4
"""So many wrong passwords cost nothing; each further one doubles the wait, from one minute to half an hour.

That tries an account at most ten times in any first hour and three times an hour after.
"""
_LONGEST_WAIT = timedelta(minutes=30)
_KNOWN_ADDRESS_FAILURES = 10
"""An address the account has signed in from is not made to wait, up to so many wrong passwords an hour."""

_NOBODY = Actor("unknown", "", "", ())
_Verdict = Literal["ok", "wrong", "blocked"]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``token`` goes into the cookie and nowhere else; ``csrf`` into the forms.

    While ``must_change_password`` the actor has no roles: it can only change its password.
    """

    token: str
    csrf: str
    actor: Actor
    must_change_password: bool


def sign_in(core: Core, username: str, password: str, ip: str, now: datetime) -> SignedIn:
    """A new session. NotSignedIn, in the same words and after the same work, for whatever did not fit (P28)."""
    with core.database.read() as connection:
        name = username.strip().lower()
        account = accounts.find_by_username(connection, name) if is_storable(name) else None
    right = passwords.matches(account.password_hash if account else None, password)
    with core.database.write() as connection:
        verdict, fresh = _judged(connection, account, right, ip, now)
        actor = replace(_actor(connection, fresh, ip) if fresh else _NOBODY, ip=ip)
        signed = _start_session(connection, fresh, actor, now) if fresh and verdict == "ok" else None
        audit.record(
            connection, actor, action="sign_in", object_type="account", object_id=actor.account_id, now=now,
            result=verdict,
        )  # fmt: skip
    if signed is None:
        raise NotSignedIn(
            "Sai tên đăng nhập hoặc mật khẩu, hoặc đã sai nhiều lần. Hãy thử lại sau ít phút.",
            "Wrong username or password, or too many wrong tries. Try again in a few minutes.",
        )
    return signed


def is_account(core: Core, actor: Actor, username: str) -> bool:
    """Whether the actor signed in under this name."""
    with core.database.read() as connection:
        account = accounts.find(connection, actor.account_id)
    return account is not None and account.username == username.strip().lower()


def has_signed_in_from(core: Core, username: str, ip: str) -> bool:
    """Whether the account of this name has signed in from this address before, and may be tried there now (P28)."""
    name = username.strip().lower()
    with core.database.read() as connection:
        account = accounts.find_by_username(connection, name) if is_storable(name) else None
        if account is None:
            return False
        return events.count(connection, "account", account.id, action="sign_in", result="ok", ip=ip) > 0


def sign_out(core: Core, token: str, now: datetime, ip: str = "") -> None:
    """The token opens nothing from now on; true also when it never did."""
    with core.database.write() as connection:
        account_id = sessions.end(connection, _hash(token))
        account = accounts.find(connection, account_id) if account_id else None
        if account:
            actor = _actor(connection, account, ip)
            audit.record(
                connection, actor, action="sign_out", object_type="account", object_id=account.id, now=now
            )  # fmt: skip


def actor_of_session(
    core: Core, token: str, now: datetime, ip: str = "", *, active: bool = True
) -> tuple[Actor, str] | None:
    """Who the session stands for, with its CSRF text; None when it ended: signed out, idle, 12 hours old, switched off.

    Roles are read afresh each time, so what changed holds from the next request on. ``active`` is False for what a page
    asks by itself: it does not keep the session of somebody who went away from ending.
    """
    digest = _hash(token)
    with core.database.read() as connection:
        session = sessions.find(connection, digest)
        account = accounts.find(connection, session.account_id) if session else None
        if session is None or account is None or not account.active:
            return None
        held = accounts.grants_of(connection, account.id)
        actor = _actor(connection, account, ip)
    if now >= session.ends_at or now - session.last_seen >= _idle(held):
        return None
    if active and now - session.last_seen >= _SEEN_KEPT_EVERY:
        with core.database.write() as connection:
            sessions.note_seen(connection, digest, now)
    return actor, session.csrf


def note_activity(core: Core, token: str, now: datetime) -> None:
    """A person did something in the session just now; its idle time begins anew."""
    digest = _hash(token)
    with core.database.read() as connection:
        session = sessions.find(connection, digest)
    if session is not None and now - session.last_seen >= _SEEN_KEPT_EVERY:
        with core.database.write() as connection:
            sessions.note_seen(connection, digest, now)


def change_password(core: Core, actor: Actor, *, old: str, new: str, now: datetime) -> SignedIn:
    """The new password holds, every session of the account has ended and a new one begins.

    Forbidden for a wrong old password (counted as at sign-in) or through a token; Refused for a weak new one.
    """
    with core.database.read() as connection:
        account = accounts.find(connection, actor.account_id)
    if account is None or actor.scopes is not None:
        raise Forbidden
    passwords.check(new, account.username)
    right = passwords.matches(account.password_hash, old)
    password_hash = passwords.make_hash(new)
    signed = None
    with core.database.write() as connection:
        verdict, fresh = _judged(connection, account, right, actor.ip, now)
        if fresh and verdict == "ok":
            accounts.set_password(connection, fresh.id, password_hash, must_change=False)
            sessions.end_all_of(connection, fresh.id)
            fresh = replace(fresh, must_change_password=False)
            signed = _start_session(connection, fresh, _actor(connection, fresh, actor.ip), now)
        audit.record(
            connection, actor, action="change_password", object_type="account", object_id=account.id, now=now,
            result=verdict,
        )  # fmt: skip
    if signed is None:
        raise Forbidden("Mật khẩu hiện tại không đúng.", "The present password is wrong.")
    return signed


def must_change_password(core: Core, actor: Actor) -> bool:
    """True while the account still has the password somebody else gave it."""
    with core.database.read() as connection:
        account = accounts.find(connection, actor.account_id)
    return account is not None and account.must_change_password


def _judged(
    connection: Connection, seen: Account | None, right: bool, ip: str, now: datetime
) -> tuple[_Verdict, Account | None]:
    """Counts the try against the account as it is now, under lock: a hundred guesses at once count as a hundred."""
    account = accounts.find(connection, seen.id, lock=True) if seen else None
    if seen is None or account is None:
        return "wrong", None
    blocked = account.blocked_until is not None and now < account.blocked_until
    if blocked and not _is_trusted(connection, account, ip, now):
        return "blocked", account
    if not right or not account.active or account.password_hash != seen.password_hash:
        failures = account.failures + 1
        wait = _wait_after(failures)
        until = account.blocked_until if blocked else now + wait if wait else None
        accounts.note_failure(connection, account.id, failures, until)
        return "wrong", account
    accounts.note_sign_in(connection, account.id, now, forget_failures=not blocked)
    return "ok", account


def _is_trusted(connection: Connection, account: Account, ip: str, now: datetime) -> bool:
    """An address it has signed in from before, with few wrong passwords in the last hour: guessing locks no one out."""
    if events.count(connection, "account", account.id, action="sign_in", result="ok", ip=ip) == 0:
        return False
    since = now - timedelta(hours=1)
    wrong = events.count(connection, "account", account.id, action="sign_in", result="wrong", ip=ip, since=since)
    return wrong < _KNOWN_ADDRESS_FAILURES


def _wait_after(failures: int) -> timedelta:
    if failures <= FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES - 1, 10)
    return min(timedelta(minutes=1 << doublings), _LONGEST_WAIT)


def _start_session(connection: Connection, account: Account, actor: Actor, now: datetime) -> SignedIn:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    sessions.forget_ended(connection, now)
    sessions.start(connection, Session(_hash(token), account.id, csrf, now, now, now + ABSOLUTE, actor.ip))
    return SignedIn(token, csrf, actor, account.must_change_password)


def _actor(connection: Connection, account: Account, ip: str) -> Actor:
    held = () if account.must_change_password else accounts.grants_of(connection, account.id)
    return Actor(account.id, account.name, account.unit_id, held, None, ip)


def _idle(held: tuple[Grant, ...]) -> timedelta:
    return IDLE_POWERFUL if any(each.role in _POWERFUL for each in held) else IDLE


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
