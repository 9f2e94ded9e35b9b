"""The demonstration's people: real accounts with real passwords, made once and kept for whoever looks."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hub.boot import DEMONSTRATION_MARK
from hub.demonstration.plan import DAY, Plan
from hub.domain.access import SYSTEM, Actor, Grant, Role
from hub.domain.org import NATION
from hub.errors import Refused
from hub.services import access, accounts
from hub.services.core import Core
from hub.services.owed import receiver_of
from hub.store.accounts import Account

ADMINISTRATOR, CENTRAL, MINISTRIES_SEND, MINISTRIES_RECEIVE = "quan.tri", "trung.uong", "bo.gui", "bo.nhan"
PLATFORM = "tich.hop"
COMMUNE, CHECKER, SIGNER = "xa.nhap", "xa.kiemtra", "xa.ky"
TOKEN_DAYS = 365


class NotForReal(Refused):
    """The hub has accounts that no demonstration made: invented figures have no place in it."""

    code = "not_for_real"
    vi = "Hệ thống này đã có tài khoản thật: không chạy trình diễn ở đây. Hãy đặt HUB_VAR sang một thư mục khác."
    en = "This hub holds real accounts: no demonstration is run in it. Set HUB_VAR to another folder."


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account of the demonstration. ``shown``: its name and password are printed, not only kept in the file."""

    username: str
    name: str
    unit_id: str
    grants: tuple[Grant, ...]
    shown: bool = False


@dataclass(frozen=True)
class People:
    """The accounts as actors, and what opens them."""

    actors: dict[str, Actor]
    passwords: dict[str, str]
    wanted: tuple[Wanted, ...]
    machine: Actor
    path: Path

    def sender(self, core: Core, unit_id: str) -> Actor:
        """Who sends for a unit."""
        return self.actors[self._side(core, unit_id, "gui")]

    def receiver(self, core: Core, receiver_id: str) -> Actor:
        """Who decides on what is sent to a unit."""
        return self.actors[self._side(core, receiver_id, "nhan")]

    def _side(self, core: Core, unit_id: str, side: str) -> str:
        unit = core.orgs.get(unit_id)
        unit = next(iter(core.orgs.today(unit_id, DAY)), unit)
        if unit.level not in {"province", "commune"}:
            return f"bo.{side}"
        code = unit.code if unit.level == "province" else unit.parent_code
        return f"tinh{code}.{side}"


def make_people(core: Core, plan: Plan, now: datetime) -> People:
    """Every account exists with its roles and opens with the password in the file (mode 0600). Repeating adds none.

    NotForReal for a hub that has accounts without such a file.
    """
    path = core.config.var / DEMONSTRATION_MARK
    wanted = tuple(_wanted(core, plan))
    kept = _read(path)
    if not kept and _known(core, now):
        raise NotForReal
    passwords = {each.username: kept.get(each.username) or secrets.token_urlsafe(9) for each in wanted}
    _write(path, wanted, passwords, kept.get("token"))
    known = _known(core, now)
    for each in wanted:
        found = known.get(each.username)
        if found is None:
            _create(core, each, passwords[each.username], now)
            continue
        for grant in set(each.grants) - set(found[1]):
            accounts.grant(core, SYSTEM, found[0].id, grant.role, grant.unit_id, now)
        if each.username not in kept:
            passwords[each.username] = accounts.reset_password(core, SYSTEM, found[0].id, now)
    known = _known(core, now)
    actors = {each.username: _actor(*known[each.username]) for each in wanted}
    token, machine = _machine(core, kept.get("token"), actors[MINISTRIES_SEND], now)
    _write(path, wanted, passwords, token)
    return People(actors, passwords, wanted, machine, path)


def _known(core: Core, now: datetime) -> dict[str, tuple[Account, tuple[Grant, ...]]]:
    return {account.username: (account, grants) for account, grants in accounts.listing(core, SYSTEM, now)}


def _actor(account: Account, grants: tuple[Grant, ...]) -> Actor:
    return Actor(account.id, account.name, account.unit_id, grants)


def _machine(core: Core, token: str | None, holder: Actor, now: datetime) -> tuple[str, Actor]:
    """The API token of the account that sends for the ministries, and whom it stands for."""
    actor = access.actor_of_token(core, token, now) if token else None
    if token is None or actor is None:
        token = access.issue_token(
            core, SYSTEM, account_id=holder.account_id, name="Minh họa", scopes=("submit", "send", "read"),
            expires_in_days=TOKEN_DAYS, now=now,
        )  # fmt: skip
        actor = access.actor_of_token(core, token, now)
    assert actor is not None
    return token, actor


def _create(core: Core, each: Wanted, password: str, now: datetime) -> None:
    accounts.create_account(
        core, SYSTEM, username=each.username, name=each.name, unit_id=each.unit_id, password=password,
        grants=each.grants, now=now, must_change_password=False,
    )  # fmt: skip


def _wanted(core: Core, plan: Plan) -> Iterator[Wanted]:
    yield Wanted(ADMINISTRATOR, "Quản trị (minh họa)", NATION, (Grant("administrator", NATION),), True)
    yield Wanted(CENTRAL, "Cán bộ trung ương (minh họa)", NATION, (Grant("central", NATION),), True)
    ministries = [each.id for unit in plan.ministries for each in (unit, *plan.before.get(unit.id, ()))]
    yield Wanted(MINISTRIES_SEND, "Gửi báo cáo các bộ (minh họa)", ministries[0], _grants("approver", ministries), True)
    if plan.past:
        reporters = [*plan.provinces, *plan.ministries]
        all_names = [each.id for unit in reporters for each in (unit, *plan.before.get(unit.id, ()))]
        name = "Nền tảng tích hợp, gửi thay các đơn vị (minh họa)"
        yield Wanted(PLATFORM, name, NATION, _grants("approver", all_names))
    receivers = sorted(set(_receivers(core, plan)))
    yield Wanted(
        MINISTRIES_RECEIVE, "Tiếp nhận tại các bộ (minh họa)", receivers[0], _grants("officer", receivers), True
    )
    for index, province in enumerate(plan.provinces):
        below = [unit.id for unit in plan.communes[province.id]]
        stem, first = f"tinh{province.code}", index == 0
        name = province.name.vi
        before = [unit.id for unit in plan.before.get(province.id, ())]
        sends = _grants("approver", [province.id, *below, *before])
        yield Wanted(f"{stem}.gui", f"Gửi báo cáo, {name} (minh họa)", province.id, sends, first)
        yield Wanted(
            f"{stem}.nhan", f"Tiếp nhận, {name} (minh họa)", province.id, _grants("officer", [province.id]), first
        )
        if first and below:
            yield Wanted(COMMUNE, "Nhập liệu cấp xã (minh họa)", below[0], _grants("reporter", below[:1]), True)
            yield Wanted(CHECKER, "Kiểm tra cấp xã (minh họa)", below[0], _grants("checker", below), True)
            yield Wanted(SIGNER, "Người ký cấp xã (minh họa)", below[0], _grants("signer", below), True)


def _grants(role: Role, unit_ids: Iterable[str]) -> tuple[Grant, ...]:
    return tuple(Grant(role, unit_id) for unit_id in unit_ids)


def _receivers(core: Core, plan: Plan) -> Iterator[str]:
    """The bodies that own the regimes, as they stand today."""
    for campaign in (*plan.campaigns, *plan.past):
        for reporter in campaign.edition.reporters:
            if reporter.receiver == "owner":
                yield receiver_of(core, campaign.edition, reporter, core.orgs.get(NATION), campaign.window.end)


# --- the file --------------------------------------------------------------------------------------------------------


def _read(path: Path) -> dict[str, str]:
    """What the file keeps: username → password, and ``token``."""
    if not path.exists():
        return {}
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {parts[0]: parts[1] for parts in lines if len(parts) >= 2}


def _write(path: Path, wanted: Iterable[Wanted], passwords: dict[str, str], token: str | None) -> None:
    lines = ["# Tài khoản trình diễn / Demonstration accounts: username, password, name"]
    lines += [f"{each.username}\t{passwords[each.username]}\t{each.name}" for each in wanted]
    lines += [f"token\t{token}\tAPI ({MINISTRIES_SEND})"] if token else []
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    fresh.replace(path)
