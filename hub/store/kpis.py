"""Steering indicators as they are stored: targets with their history, values that were sent, alerts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from hub.domain.kpi import Light
from hub.store.instants import from_text, to_text
from hub.store.tables import kpi_alert, kpi_target, kpi_value


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target as somebody set it; ``value`` None takes the one before back."""

    id: str
    kpi_set: str
    kpi: str
    unit_id: str
    period: str
    value: Decimal | None
    note: str
    account_id: str
    at: datetime

    @property
    def place(self) -> tuple[str, str, str]:
        return self.kpi, self.unit_id, self.period


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value as another system sent it in a message."""

    id: str
    kpi_set: str
    kpi: str
    breakdown: str
    unit_id: str
    period: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    source: str
    message: str
    account_id: str
    at: datetime

    @property
    def said(self) -> tuple[Any, ...]:
        """What it says, without who sent it and when."""
        figures = (self.value, self.numerator, self.denominator)
        return (self.kpi_set, self.kpi, self.breakdown, self.unit_id, self.period, *figures)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An indicator of a unit and period below its bound, and since when; ``ended_at``: when it recovered."""

    kpi_set: str
    kpi: str
    unit_id: str
    period: str
    light: Light
    value: Decimal
    at: datetime
    ended_at: datetime | None = None

    @property
    def place(self) -> tuple[str, str, str]:
        return self.kpi, self.unit_id, self.period


# --- Targets ----------------------------------------------------------------------------------------------------------


def add_target(connection: Connection, row: TargetRow) -> None:
    connection.execute(insert(kpi_target).values(**_stored(row)))


def targets(connection: Connection, kpi_set: str) -> list[TargetRow]:
    """Every target that was ever set, the oldest first: of those of one place the last holds."""
    query = select(kpi_target).where(kpi_target.c.kpi_set == kpi_set).order_by(kpi_target.c.at, kpi_target.c.id)
    return [TargetRow(**_read(row) | {"note": row.note or ""}) for row in connection.execute(query)]


# --- Values that were sent --------------------------------------------------------------------------------------------


def add_values(connection: Connection, rows: Sequence[ValueRow]) -> None:
    if rows:
        connection.execute(insert(kpi_value), [_stored(row) for row in rows])


def of_message(connection: Connection, message: str) -> list[ValueRow]:
    """The values that a message brought."""
    query = select(kpi_value).where(kpi_value.c.message == message).order_by(kpi_value.c.id)
    return [ValueRow(**_read(row)) for row in connection.execute(query)]


def values(
    connection: Connection, kpi_set: str, periods: Collection[str], unit_ids: Collection[str] | None = None
) -> list[ValueRow]:
    """The values in force of some periods, of all units or of some: of those sent for one place the latest."""
    if not periods:
        return []
    query = select(kpi_value).where(kpi_value.c.kpi_set == kpi_set, kpi_value.c.period.in_(sorted(periods)))
    if unit_ids is not None:
        query = query.where(kpi_value.c.unit_id.in_(sorted(unit_ids)))
    found = (ValueRow(**_read(row)) for row in connection.execute(query.order_by(kpi_value.c.at, kpi_value.c.id)))
    return list({(row.kpi, row.breakdown, row.unit_id, row.period): row for row in found}.values())


def newest_value(connection: Connection, kpi_set: str) -> datetime | None:
    """When the newest value of a set was stored; None if it has none."""
    newest = connection.execute(select(func.max(kpi_value.c.at)).where(kpi_value.c.kpi_set == kpi_set)).scalar_one()
    return from_text(newest) if newest is not None else None


def value_periods(connection: Connection, kpi_set: str) -> list[str]:
    """The codes of the periods that values were sent for."""
    query = select(kpi_value.c.period).where(kpi_value.c.kpi_set == kpi_set).distinct()
    return sorted(connection.execute(query).scalars())


# --- Alerts -----------------------------------------------------------------------------------------------------------


def alerts(connection: Connection, kpi_set: str, periods: Collection[str]) -> list[AlertRow]:
    """The alerts of some periods, ended or not."""
    query = select(kpi_alert).where(kpi_alert.c.kpi_set == kpi_set, kpi_alert.c.period.in_(sorted(periods)))
    return [AlertRow(**_read(row)) for row in connection.execute(query.order_by(kpi_alert.c.kpi, kpi_alert.c.unit_id))]


def alerts_going_on(connection: Connection) -> list[AlertRow]:
    """The alerts of every set that have not ended: by set and indicator, the newest period first."""
    c = kpi_alert.c
    query = select(kpi_alert).where(c.ended_at.is_(None)).order_by(c.kpi_set, c.kpi, c.period.desc(), c.unit_id)
    return [AlertRow(**_read(row)) for row in connection.execute(query)]


def add_alerts(connection: Connection, rows: Iterable[AlertRow]) -> None:
    stored = [_stored(row) for row in rows]
    if stored:
        connection.execute(insert(kpi_alert), stored)


def change_alert(connection: Connection, row: AlertRow) -> None:
    """The alert of that place is as ``row`` says now."""
    table = kpi_alert.c
    here = (table.kpi_set == row.kpi_set) & (table.kpi == row.kpi) & (table.unit_id == row.unit_id)
    connection.execute(update(kpi_alert).where(here & (table.period == row.period)).values(**_stored(row)))


# --- Rows -------------------------------------------------------------------------------------------------------------

_FIGURES = ("value", "numerator", "denominator")
_INSTANTS = ("at", "ended_at")


def _stored(row: TargetRow | ValueRow | AlertRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in row.__slots__}
    figures = {name: f"{values[name]:f}" for name in _FIGURES if values.get(name) is not None}
    instants = {name: to_text(values[name]) for name in _INSTANTS if values.get(name) is not None}
    return values | figures | instants


def _read(row: Row[Any]) -> dict[str, Any]:
    values: dict[str, Any] = dict(row._mapping)
    figures = {name: Decimal(values[name]) for name in _FIGURES if values.get(name) is not None}
    instants = {name: from_text(values[name]) for name in _INSTANTS if values.get(name) is not None}
    return values | figures | instants
