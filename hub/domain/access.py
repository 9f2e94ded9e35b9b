"""Who may do what: actors, roles granted on a unit, and the one table of permissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["reporter", "checker", "signer", "approver", "officer", "central", "administrator", "system"]
Action = Literal[
    "edit", "check", "send", "explain", "accept", "send_back", "exclude", "finalise", "amend",
    "publish", "aggregate", "read_national", "manage_accounts", "manage_jobs",
    "call", "read_board", "manage_regimes",
    "sign", "withdraw", "attach", "remark", "respond", "ask", "ask_extension", "extend", "remind", "enter_for",
    "set_steps", "set_contact", "build_rollup", "release_attachment", "set_targets",
]  # fmt: skip
Side = Literal["unit", "receiver", "nation"]
"""What the role's unit must be to the filing for the permission to hold. What concerns no filing is received by the
nation itself: there ``receiver`` asks for a role on the nation, while ``nation`` takes the role on any unit."""

PERMISSIONS: dict[str, tuple[Side, frozenset[str]]] = {
    "edit": ("unit", frozenset({"reporter", "approver"})),
    "explain": ("unit", frozenset({"reporter", "approver"})),
    "check": ("unit", frozenset({"reporter", "checker", "approver"})),
    "sign": ("unit", frozenset({"signer"})),
    "send": ("unit", frozenset({"signer", "approver"})),
    "withdraw": ("unit", frozenset({"signer", "approver"})),
    "attach": ("unit", frozenset({"reporter", "approver"})),
    "remark": ("unit", frozenset({"reporter", "checker", "signer", "approver"})),
    "respond": ("unit", frozenset({"reporter", "checker", "signer", "approver"})),
    "build_rollup": ("unit", frozenset({"reporter", "approver"})),
    "ask_extension": ("unit", frozenset({"reporter", "approver"})),
    "set_steps": ("unit", frozenset({"approver"})),
    "set_contact": ("unit", frozenset({"reporter", "approver"})),
    "ask": ("receiver", frozenset({"officer"})),
    "extend": ("receiver", frozenset({"officer"})),
    "remind": ("receiver", frozenset({"officer"})),
    "enter_for": ("receiver", frozenset({"officer"})),
    "release_attachment": ("receiver", frozenset({"administrator"})),
    "accept": ("receiver", frozenset({"officer"})),
    "send_back": ("receiver", frozenset({"officer"})),
    "exclude": ("receiver", frozenset({"officer"})),
    "finalise": ("receiver", frozenset({"officer"})),
    "call": ("receiver", frozenset({"officer", "central", "system"})),
    "amend": ("unit", frozenset({"signer", "approver"})),
    "publish": ("nation", frozenset({"central"})),
    "aggregate": ("nation", frozenset({"central", "system"})),
    "set_targets": ("nation", frozenset({"central"})),
    "read_national": ("nation", frozenset({"central", "officer"})),
    "read_board": ("nation", frozenset({"officer", "central", "administrator", "system"})),
    "manage_regimes": ("receiver", frozenset({"administrator", "central", "system"})),
    "manage_accounts": ("nation", frozenset({"administrator"})),
    "manage_jobs": ("nation", frozenset({"administrator", "central", "system"})),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held on a unit. On ``VN`` it holds nationwide."""

    role: Role
    unit_id: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person's account, a token (for an account), or the system itself.

    ``scopes`` limit a token further (``submit``, ``send``, ``read``, ``subscribe``); None means no further limit.
    """

    account_id: str
    name: str
    unit_id: str
    grants: tuple[Grant, ...]
    scopes: frozenset[str] | None = None
    ip: str = ""

    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    def has(self, role: str) -> bool:
        return role in self.roles()


SYSTEM = Actor("system", "Hệ thống", "VN", (Grant("system", "VN"),))
"""The hub itself: the scheduler's jobs act as this."""

CONNECTION = "connector:"
"""Before the name of a connection: what it brings in is brought in by this account."""


def called(name: str) -> tuple[str, str]:
    """What people call who did something, given the account's name, or its id where there is no such person."""
    if name == SYSTEM.account_id:
        return SYSTEM.name, "The hub"
    if name.startswith(CONNECTION):
        connection = name.removeprefix(CONNECTION)
        return f"Kết nối tự động “{connection}”", f"Automatic connection “{connection}”"
    return name, name
