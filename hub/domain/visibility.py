"""What an actor may see and do, from the roles granted on units (R24, R44). Pure: SQL conditions and tests share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from hub.domain.access import PERMISSIONS, SYSTEM, Actor
from hub.domain.filing import SEEN_BY_RECEIVER, FilingRow
from hub.domain.org import NATION, OrgRegister

_SCOPE_OF_ACTION = {
    "edit": "submit", "check": "submit", "explain": "submit", "send": "send", "amend": "send", "read_national": "read",
}  # fmt: skip
"""The token scope each action needs; what is not here is never done with a token."""

_REPORTING_ROLES = frozenset({"reporter", "checker", "signer", "approver"})
"""Who makes reports: of their unit and of those below it they see what is not sent yet."""


@dataclass(frozen=True, slots=True)
class Visibility:
    """``unit_paths``: subtrees seen in every state. ``receives_for``: units whose received reports are seen.

    ``national``: every received report is seen. A path is ``VN/<province id>/<commune id>``. ``own_paths``: subtrees,
    and ``own_units``: paths of single units, of whose reports the versions are seen that were never sent.
    """

    unit_paths: tuple[str, ...] = ()
    receives_for: frozenset[str] = frozenset()
    national: bool = False
    own_paths: tuple[str, ...] = ()
    own_units: frozenset[str] = frozenset()

    def may_see(self, filing_unit_path: str, receiver_id: str, state: str) -> bool:
        """R44: a unit sees itself and all below it; a receiver and the nation see what was sent to them."""
        return self._reaches(filing_unit_path, receiver_id, state in SEEN_BY_RECEIVER)

    def may_see_filing(self, row: FilingRow) -> bool:
        """``may_see`` of a filing; also while its unit works on it again: ``domain.sight`` says what of it is seen."""
        return self._reaches(row.unit_path, row.receiver_id, row.was_sent)

    def _reaches(self, filing_unit_path: str, receiver_id: str, was_sent: bool) -> bool:
        if any(is_within(filing_unit_path, prefix) for prefix in self.unit_paths):
            return True
        return was_sent and (self.national or receiver_id in self.receives_for)

    def is_own_side(self, filing_unit_path: str) -> bool:
        """True for who makes the unit's reports, there or above it, and for the unit's own officers: they see all.

        An officer of the unit above receives the report and sees what was sent, like every other receiver (R44).
        """
        within = any(is_within(filing_unit_path, prefix) for prefix in self.own_paths)
        return within or filing_unit_path in self.own_units


def is_within(unit_path: str, prefix: str) -> bool:
    """True for the unit itself and for all below it; ``VN/P1`` is not within ``VN/P``."""
    return unit_path == prefix or unit_path.startswith(f"{prefix}/")


def _paths(unit_id: str, orgs: OrgRegister, day: date) -> Iterator[str]:
    """Where a unit stands and stood: a filing keeps the path of its time, whatever became of the body above.

    The unit's id is in each, so a path that it never had leads to nobody else.
    """
    above = orgs.parent(unit_id, day)
    if above is None or above.id == NATION:
        yield orgs.path(unit_id, day)
        return
    for body in orgs.taken_over(above.id, day):
        yield f"{NATION}/{body}/{unit_id}"


@lru_cache(maxsize=256)
def visible(actor: Actor, orgs: OrgRegister, day: date) -> Visibility:
    """What the roles show as units stand on ``day``; an unknown unit shows nothing.

    A renamed body keeps its past; one that took others over whole carries on with what they owed and received (R17).
    """
    if actor.account_id == SYSTEM.account_id:
        return Visibility((NATION,), national=True, own_paths=(NATION,))
    reporting = _held(actor, _REPORTING_ROLES, orgs, day)
    receiving = _held(actor, frozenset({"officer"}), orgs, day)
    makes = {path for unit_id in reporting for path in _paths(unit_id, orgs, day)}
    officers_of = {path for unit_id in receiving for path in _paths(unit_id, orgs, day)}
    return Visibility(
        _outermost(makes | officers_of), receiving, actor.has("central"), _outermost(makes), frozenset(officers_of)
    )


def _held(actor: Actor, roles: frozenset[str], orgs: OrgRegister, day: date) -> frozenset[str]:
    """The units on which the actor holds one of the roles, under every name they have or had, and their forerunners."""
    units = {grant.unit_id for grant in actor.grants if grant.role in roles}
    return frozenset(body for unit_id in units if unit_id in orgs.units for body in orgs.taken_over(unit_id, day))


def allowed(actor: Actor, action: str, unit_path: str, receiver_id: str, orgs: OrgRegister | None = None) -> bool:
    """True if one of the actor's roles permits the action on that filing, and the token's scopes do too.

    The unit's side needs a role on exactly the filing's unit, not on one above it; the receiver's side a role on the
    receiver; a role on the nation holds nationwide. With ``orgs``, a body that was renamed keeps its roles, and whoever
    took a body over whole acts in its place (R17).
    """
    if actor.scopes is not None and _SCOPE_OF_ACTION.get(action) not in actor.scopes:
        return False
    side, roles = PERMISSIONS[action]
    target = unit_path.rsplit("/", 1)[-1] if side == "unit" else receiver_id
    targets = _bodies(target, orgs) if orgs else frozenset({target})
    return any(
        grant.role in roles and (side == "nation" or grant.unit_id == NATION or grant.unit_id in targets)
        for grant in actor.grants
    )


def allowed_nationally(actor: Actor, action: str) -> bool:
    """``allowed`` for an action that concerns no single filing."""
    return PERMISSIONS[action][0] == "nation" and allowed(actor, action, NATION, NATION)


def _bodies(unit_id: str, orgs: OrgRegister) -> frozenset[str]:
    return orgs.carried_on_by(unit_id) if unit_id in orgs.units else frozenset()


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Without those that lie within another, in order."""
    there = set(paths)
    return tuple(sorted(path for path in there if there.isdisjoint(_above(path))))


def _above(path: str) -> Iterator[str]:
    """The paths of all units above one."""
    steps = path.split("/")
    return ("/".join(steps[:length]) for length in range(1, len(steps)))
