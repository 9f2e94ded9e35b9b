"""Alerts of steering indicators: whoever a set names is told once when one falls, and the alert ends when it recovers.

Only complete values are judged, of the two newest periods of each frequency: what is still coming in alarms nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.access import SYSTEM
from hub.domain.form import Label
from hub.domain.kpi import KpiSet, KpiValue
from hub.domain.org import NATION
from hub.domain.period import Period
from hub.services import notifications
from hub.services.core import Core
from hub.services.figure_access import Reach
from hub.services.kpis import Values, periods, values_of
from hub.store import kpis
from hub.store.database import Connection
from hub.store.kpis import AlertRow

NEWEST = 2
"""How many periods of each frequency are judged."""
_NAMED = 5
"""How many units and indicators a notice names; the page has them all."""
_FALLEN = {"red": frozenset({"red"}), "amber": frozenset({"red", "amber"})}


@dataclass(frozen=True, slots=True)
class Judged:
    """How many alerts began, how many ended, how many people were told."""

    begun: int = 0
    ended: int = 0
    people: int = 0


def any_to_judge(core: Core, now: datetime) -> bool:
    """True if any set tells anybody."""
    return any(kpi_set.alerts is not None for kpi_set in core.catalog.kpi_sets.values())


def judge_all(core: Core, now: datetime) -> Judged:
    """Every set's alerts are as its newest values say; each person has been told once of what fell."""
    total = Judged()
    for kpi_set in core.catalog.kpi_sets.values():
        if kpi_set.alerts is None:
            continue
        for period in _newest(periods(core, SYSTEM, kpi_set, now)):
            one = _judge(core, kpi_set, period, now)
            total = Judged(total.begun + one.begun, total.ended + one.ended, total.people + one.people)
    return total


def _newest(known: Sequence[Period]) -> list[Period]:
    by_frequency: dict[str, list[Period]] = {}
    for period in known:
        by_frequency.setdefault(period.frequency, []).append(period)
    return [period for found in by_frequency.values() for period in found[:NEWEST]]


def _judge(core: Core, kpi_set: KpiSet, period: Period, now: datetime) -> Judged:
    values = values_of(core, SYSTEM, kpi_set, Reach(True), [period], now)
    judged = _judged_values(core, kpi_set, values)
    with core.database.write() as connection:
        known = {row.place: row for row in kpis.alerts(connection, kpi_set.code, [period.code])}
        begun, ended = _changes(kpi_set, judged, known, now)
        kpis.add_alerts(connection, [row for row in begun if row.place not in known])
        for row in [*(row for row in begun if row.place in known), *ended]:
            kpis.change_alert(connection, row)
        people = _tell(connection, core, kpi_set, period, begun, now) if begun else 0
    return Judged(len(begun), len(ended), people)


def _judged_values(core: Core, kpi_set: KpiSet, values: Values) -> Mapping[tuple[str, str, str], KpiValue]:
    """(indicator, unit, period) → the values that can be judged, of the nation and of the set's levels."""
    levels = {"nation", *kpi_set.levels}
    return {
        (kpi, unit, period): value
        for (unit, kpi, period), value in values.by_place.items()
        if value.complete and value.light != "none" and unit in core.orgs.units
        and core.orgs.get(unit).level in levels
    }  # fmt: skip


def _changes(
    kpi_set: KpiSet,
    judged: Mapping[tuple[str, str, str], KpiValue],
    known: Mapping[tuple[str, str, str], AlertRow],
    now: datetime,
) -> tuple[list[AlertRow], list[AlertRow]]:
    """The alerts that begin, and those that end."""
    assert kpi_set.alerts is not None
    fallen = _FALLEN[kpi_set.alerts.light]
    begun, ended = [], []
    for place, value in judged.items():
        row = known.get(place)
        if value.light in fallen and (row is None or row.ended_at is not None) and value.value is not None:
            begun.append(AlertRow(kpi_set.code, *place, value.light, value.value, now))
        elif value.light not in fallen and row is not None and row.ended_at is None:
            ended.append(replace(row, ended_at=now))
    return begun, ended


# --- Telling ----------------------------------------------------------------------------------------------------------


def _tell(
    connection: Connection, core: Core, kpi_set: KpiSet, period: Period, begun: Sequence[AlertRow], now: datetime
) -> int:
    """One notice for the nation's roles of all that fell, and one for each unit of what fell there."""
    assert kpi_set.alerts is not None
    told = 0
    if kpi_set.alerts.nation:
        told += _notice(connection, core, kpi_set, period, NATION, begun, kpi_set.alerts.nation, now)
    by_unit: dict[str, list[AlertRow]] = {}
    for row in begun:
        by_unit.setdefault(row.unit_id, []).append(row)
    for unit_id, rows in by_unit.items():
        if kpi_set.alerts.unit and unit_id != NATION:
            told += _notice(connection, core, kpi_set, period, unit_id, rows, kpi_set.alerts.unit, now)
    return told


def _notice(
    connection: Connection, core: Core, kpi_set: KpiSet, period: Period, told: str, rows: Sequence[AlertRow],
    roles: Sequence[str], now: datetime,
) -> int:  # fmt: skip
    title, label, names = kpi_set.title, period.label, _names(core, kpi_set, told, rows)
    path = f"/kpi/{kpi_set.code}?period={period.code}"
    return notifications.tell(
        connection, core, "kpi", unit_ids=[told], roles=roles, now=now, path=path,
        occurrence=f"kpi/{kpi_set.code}/{period.code}/{told}/{now:%Y%m%dT%H%M%S}",
        subject=(f"Chỉ số xuống dưới ngưỡng, {label.vi}", f"Indicators fell below their bounds, {label.en}"),
        body=(f"{title.vi}: {names.vi}.", f"{title.en}: {names.en}."),
    )  # fmt: skip


def _names(core: Core, kpi_set: KpiSet, told: str, rows: Sequence[AlertRow]) -> Label:
    """What fell where, without figures; the first few, and that there are more."""
    said = []
    for row in rows[:_NAMED]:
        kpi, unit = kpi_set.kpi(row.kpi).label, core.orgs.get(row.unit_id).name
        whose = (f"{unit.vi} – ", f"{unit.en or unit.vi} – ") if told == NATION else ("", "")
        said.append(Label(f"{whose[0]}{kpi.vi}", f"{whose[1]}{kpi.en}"))
    more = ("; và các chỉ số khác", "; and others") if len(rows) > _NAMED else ("", "")
    return Label("; ".join(one.vi for one in said) + more[0], "; ".join(one.en for one in said) + more[1])
