"""``hub accounts``, ``hub tokens``: who may come in, by password or by token."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import click

from hub.cli import opened
from hub.cli.answers import json_option, say, say_json, say_next, say_table
from hub.domain.access import SYSTEM, Grant, Role
from hub.errors import BadRequest, NotFound
from hub.services import accounts, credentials, passwords
from hub.services.core import Core


@click.group("accounts")
def accounts_group() -> None:
    """Các tài khoản / Accounts and their roles."""


@accounts_group.command("list")
@json_option
def accounts_list(as_json: bool) -> None:
    """Các tài khoản / All accounts with their roles."""
    with opened.hub() as core:
        rows = [
            (a.username, a.name, a.unit_id, " ".join(f"{g.role}@{g.unit_id}" for g in held), a.active)
            for a, held in accounts.listing(core, SYSTEM, opened.now())
        ]
    heads = ("username", "name", "unit", "roles", "active")
    if as_json:
        say_json([dict(zip(heads, row, strict=True)) for row in rows])
        return
    say_table(heads, rows)


@accounts_group.command("create")
@click.argument("username")
@click.option("--name", required=True, help="the person's or system's name")
@click.option("--unit", required=True, help="the unit it belongs to, e.g. VN")
@click.option("--role", "roles", multiple=True, required=True, help="ROLE or ROLE@UNIT; may be given again")
def accounts_create(username: str, name: str, unit: str, roles: tuple[str, ...]) -> None:
    """Tạo tài khoản / Make an account. Its first password is shown once and must be changed at first sign-in."""
    password = passwords.make_one_time()
    with opened.hub() as core:
        accounts.create_account(
            core, SYSTEM, username=username, name=name, unit_id=unit, password=password,
            grants=[_grant(role, unit) for role in roles], now=opened.now(),
        )  # fmt: skip
    say(f"account {username} was made", f"first password (shown once): {password}")
    say_next("sign in and choose an own password")


def _grant(text: str, unit: str) -> Grant:
    role, _, on = text.partition("@")
    return Grant(cast(Role, role), on or unit)  # the service refuses what is no role


@accounts_group.command("grant")
@click.argument("username")
@click.argument("role", metavar="ROLE@UNIT")
@click.option("--revoke", is_flag=True, help="take the role away instead")
def accounts_grant(username: str, role: str, revoke: bool) -> None:
    """Giao hoặc thu vai trò / Give an account a role on a unit."""
    if "@" not in role:
        raise BadRequest("Vai trò viết là VAI_TRÒ@ĐƠN_VỊ, ví dụ approver@VN.", "Write ROLE@UNIT, e.g. approver@VN.")
    wanted = _grant(role, "")
    with opened.hub() as core:
        now = opened.now()
        account_id, _ = active_account(core, username, now)
        change = accounts.revoke if revoke else accounts.grant
        change(core, SYSTEM, account_id, wanted.role, wanted.unit_id, now)
    say(f"{username} {'no longer holds' if revoke else 'holds'} {wanted.role} on {wanted.unit_id}")
    say_next("its sessions have ended: sign in again")


def active_account(core: Core, username: str, now: datetime) -> tuple[str, tuple[str, tuple[Grant, ...]]]:
    """(id, (unit, roles)) of an active account. NotFound otherwise."""
    for account, grants in accounts.listing(core, SYSTEM, now):
        if account.username == username.strip().lower() and account.active:
            return account.id, (account.unit_id, grants)
    raise NotFound(f"Không có tài khoản {username} đang dùng.", f"There is no active account {username}.")


@click.group("tokens")
def tokens_group() -> None:
    """Mã truy cập API / API tokens."""


@tokens_group.command("issue")
@click.argument("username")
@click.option("--name", required=True, help="what the token is for")
@click.option("--scope", "scopes", multiple=True, default=("submit", "send", "read"), show_default=True)
@click.option("--days", default=365, show_default=True, type=int)
def tokens_issue(username: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Cấp mã truy cập / Issue a token. It is shown once."""
    with opened.hub() as core:
        now = opened.now()
        account_id, _ = active_account(core, username, now)
        token = credentials.issue_token(
            core, SYSTEM, account_id=account_id, name=name, scopes=scopes, expires_in_days=days, now=now
        )
    say(f"token (shown once): {token}")
    say_next("send it as: Authorization: Bearer …")


@tokens_group.command("list")
@click.argument("username")
@json_option
def tokens_list(username: str, as_json: bool) -> None:
    """Các mã truy cập của một tài khoản / The tokens of an account."""
    with opened.hub() as core:
        now = opened.now()
        found = credentials.tokens_of(core, SYSTEM, active_account(core, username, now)[0], now)
    heads = ("id", "name", "scopes", "expires_at", "last_used", "revoked_at")
    rows = [(t.id, t.name, " ".join(sorted(t.scopes)), t.expires_at, t.last_used, t.revoked_at) for t in found]
    if as_json:
        say_json([dict(zip(heads, row, strict=True)) for row in rows])
        return
    say_table(heads, rows)
    say_next("hub tokens revoke ID")


@tokens_group.command("revoke")
@click.argument("token_id", metavar="ID")
def tokens_revoke(token_id: str) -> None:
    """Thu hồi mã truy cập / Revoke a token."""
    with opened.hub() as core:
        credentials.revoke_token(core, SYSTEM, token_id, opened.now())
    say(f"token {token_id} opens nothing any more")
