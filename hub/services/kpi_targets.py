"""Targets of steering indicators: set by central staff for a unit or all, a period, a year or always; history kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from hub.domain.access import Actor
from hub.domain.kpi import KpiSet, Target
from hub.domain.org import OrgRegister
from hub.domain.period import Period
from hub.domain.visibility import allowed_nationally
from hub.errors import BadRequest, Forbidden, HubError, NotFound
from hub.services import audit
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.kpi_reach import find_set
from hub.store import kpis
from hub.store.database import Connection
from hub.store.kpis import TargetRow

NOTE_LENGTH = 500
_TICK = timedelta(microseconds=1)
"""Of two of the same instant the later one still comes later."""


@dataclass(frozen=True, slots=True)
class TargetPage:
    """The targets of a set: those that hold, and every one that was ever set, the newest first."""

    kpi_set: KpiSet
    in_force: tuple[TargetRow, ...]
    history: tuple[TargetRow, ...]


def may_set(actor: Actor) -> bool:
    """True for who sets targets: central staff."""
    return allowed_nationally(actor, "set_targets")


def page(core: Core, actor: Actor, code: str, now: datetime) -> TargetPage:
    """The targets of a set that concern the actor. NotFound if the set is not for them."""
    found, its_reach = find_set(core, actor, code, now)
    with core.database.read() as connection:
        rows = kpis.targets(connection, code)
    rows = [row for row in rows if not row.unit_id or its_reach.holds([row.unit_id])]
    return TargetPage(found, tuple(_holding(rows)), tuple(reversed(rows)))


def set_target(
    core: Core, actor: Actor, code: str, kpi: str, *, unit_id: str = "", period: str = "", value: Decimal | None,
    note: str = "", now: datetime,
) -> bool:  # fmt: skip
    """The target holds from now on; None takes the one of that place back. False, and nothing added, if it was so.

    Forbidden unless central staff; BadRequest for a unit, period or value that cannot be.
    """
    found, _ = find_set(core, actor, code, now)
    if not may_set(actor):
        raise Forbidden("Chỉ trung tâm điều hành đặt được mục tiêu.", "Only central staff set targets.")
    _check(core, found, kpi, unit_id, period, value)
    said = note.strip()[:NOTE_LENGTH]
    with core.database.write() as connection:
        rows = kpis.targets(connection, code)
        known = {row.place: row for row in rows}.get((kpi, unit_id, period))
        if (known.value, known.note) == (value, said) if known is not None else value is None:
            return False
        at = max(now, rows[-1].at + _TICK) if rows else now
        row = TargetRow(new_id(now), code, kpi, unit_id, period, value, said, actor.account_id, at)
        kpis.add_target(connection, row)
        detail = {"kpi": kpi, "unit": unit_id, "period": period, "value": f"{value:f}" if value is not None else None}
        audit.record(connection, actor, action="set_target", object_type="kpi_set", object_id=code, now=now,
                     detail=detail)  # fmt: skip
    return True


def in_force(connection: Connection, orgs: OrgRegister, code: str) -> list[Target]:
    """The targets that hold of a set, each under every name that its unit has or had."""
    found = []
    for row in _holding(kpis.targets(connection, code)):
        if row.value is not None:
            bodies = orgs.same_body(row.unit_id) if row.unit_id in orgs.units else {row.unit_id}
            found += [Target(row.kpi, body, row.period, row.value) for body in sorted(bodies)]
    return found


def _holding(rows: Iterable[TargetRow]) -> list[TargetRow]:
    latest = {row.place: row for row in rows}
    return [row for row in latest.values() if row.value is not None]


def _check(core: Core, found: KpiSet, kpi: str, unit_id: str, period: str, value: Decimal | None) -> None:
    try:
        decimals = found.kpi(kpi).decimals
    except KeyError:
        raise NotFound from None
    if unit_id and unit_id not in core.orgs.units:
        raise BadRequest("Không có đơn vị này.", "There is no such unit.")
    if period and not _is_period(found, period):
        raise BadRequest(
            "Kỳ không hợp lệ: hãy chọn một kỳ của bộ chỉ số, một năm (ví dụ 2027-Y), hoặc để trống cho mọi kỳ.",
            "Not a period: choose one of the set's periods, a year (such as 2027-Y), or leave it empty for all.",
        )
    if value is not None and (abs(value) >= 10**15 or value != round(value, decimals)):
        raise BadRequest(
            f"Mục tiêu có nhiều nhất {decimals} chữ số thập phân.", f"A target has at most {decimals} decimals."
        )


def _is_period(found: KpiSet, text: str) -> bool:
    try:
        period = Period.parse(text)
    except HubError:
        return False
    return period.frequency == "yearly" or period.frequency in found.frequencies
