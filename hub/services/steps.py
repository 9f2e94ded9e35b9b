"""The steps before sending that are in force for a report: those of its edition and those its unit added (R24)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.domain.access import Actor
from hub.domain.filing import FilingRow
from hub.domain.org import NATION
from hub.domain.regime import Edition
from hub.domain.visibility import allowed
from hub.domain.workflow import SignOff
from hub.errors import BadRequest, Forbidden, NotFound
from hub.services import audit
from hub.services.core import Core
from hub.store import accounts, decisions, unit_steps, versions
from hub.store.database import Connection
from hub.store.unit_steps import ALL_REGIMES, UnitSteps

Step = Literal["check", "sign"]
ORDER: tuple[Step, ...] = ("check", "sign")


def of(core: Core, connection: Connection, row: FilingRow, edition: Edition) -> tuple[Step, ...]:
    """The steps that the report must have made before it is sent, in order."""
    return in_force(core, connection, row, edition).steps


def in_force(core: Core, connection: Connection, row: FilingRow, edition: Edition) -> SignOff:
    """The same with whether different people must make them. What is signed has been checked before."""
    return asked_by(unit_steps.listing(connection, _bodies(core, row.unit_id)), row.regime, edition)


def asked_by(lines: Sequence[UnitSteps], regime: str, edition: Edition) -> SignOff:
    """The steps of an edition with those that a unit's ``lines`` add for the regime, else for all its reports."""
    matching = [line for line in lines if line.regime in {regime, ALL_REGIMES}]
    newest = max(matching, key=lambda line: (line.regime, line.at), default=None)
    own = newest.asked if newest is not None else SignOff(())
    asked = set(edition.sign_off) | set(own.steps)
    if "sign" in asked:
        asked.add("check")
    return SignOff(tuple(step for step in ORDER if step in asked), own.separate)


def _bodies(core: Core, unit_id: str) -> Collection[str]:
    """The unit under every name it had: what it decided under one of them holds."""
    return core.orgs.same_body(unit_id) | {unit_id} if unit_id in core.orgs.units else {unit_id}


def refuse_own(
    connection: Connection, actor: Actor, row: FilingRow, asked: SignOff, step: Step, number: int
) -> None:  # fmt: skip
    """Forbidden where different people must make the steps and this person made an earlier one of the version."""
    if not asked.separate:
        return
    if actor.account_id in versions.authors(connection, row.id, number):
        raise Forbidden(
            "Đơn vị quy định người nhập số liệu không được tự kiểm tra hoặc ký. Hãy nhờ người khác.",
            "The unit has the figures checked and signed by somebody else than who entered them. Ask a colleague.",
        )
    if step == "sign" and actor.account_id in decisions.makers(connection, row.id, number, "check"):
        raise Forbidden(
            "Đơn vị quy định người đã kiểm tra không được ký. Hãy nhờ người khác.",
            "The unit has a report signed by somebody else than who checked it. Ask a colleague.",
        )


# --- What a unit sets ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """A unit that the actor decides for, and its lines."""

    unit_id: str
    lines: tuple[UnitSteps, ...]

    @property
    def for_all(self) -> UnitSteps | None:
        return next((line for line in self.lines if line.regime == ALL_REGIMES), None)


def units_of(core: Core, actor: Actor) -> list[str]:
    """The units whose steps the actor may set: those it approves for; an administrator of the nation any unit."""
    roles = {grant.unit_id for grant in actor.grants if grant.role == "approver" and grant.unit_id in core.orgs.units}
    return sorted(roles, key=lambda unit_id: core.orgs.get(unit_id).name.vi)


def settings(core: Core, actor: Actor, unit_ids: Collection[str]) -> list[Setting]:
    """What each unit has set. NotFound for a unit that the actor does not decide for."""
    for unit_id in unit_ids:
        _may_set(core, actor, unit_id)
    with core.database.read() as connection:
        lines = unit_steps.listing(connection, list(unit_ids))
    return [Setting(unit_id, tuple(line for line in lines if line.unit_id == unit_id)) for unit_id in unit_ids]


def choose(
    core: Core, actor: Actor, unit_id: str, regime: str, *, asked: SignOff | None, now: datetime
) -> None:  # fmt: skip
    """From now on the unit asks these steps of its reports of a regime (empty: of all); None: nothing of its own.

    The steps of an edition can only be added to. Setting the same twice changes nothing more.
    """
    _may_set(core, actor, unit_id)
    if regime != ALL_REGIMES and regime not in core.catalog.regimes:
        raise BadRequest("Không có chế độ báo cáo này.", "There is no such regime.")
    with core.database.write() as connection:
        if asked is None:
            unit_steps.remove(connection, unit_id, regime)
        else:
            unit_steps.put(connection, UnitSteps(unit_id, regime, asked, actor.account_id, now))
        detail = {"regime": regime, "steps": list(asked.steps), "separate": asked.separate} if asked else {}
        audit.record(
            connection, actor, action="set_steps", object_type="unit", object_id=unit_id, now=now,
            detail=detail or {"regime": regime, "removed": True},
        )  # fmt: skip


def _may_set(core: Core, actor: Actor, unit_id: str) -> None:
    if unit_id not in core.orgs.units:
        raise NotFound
    administers = any(grant.role == "administrator" and grant.unit_id == NATION for grant in actor.grants)
    if not administers and not allowed(actor, "set_steps", unit_id, NATION, core.orgs):
        raise NotFound


def name_of(core: Core, account_id: str) -> str:
    """What the holder of an account is called; the id where it is none of this hub's."""
    with core.database.read() as connection:
        return accounts.names_of(connection, [account_id]).get(account_id, account_id)
