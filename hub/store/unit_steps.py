"""What units ask of their own reports before they are sent: a line a unit and regime, or one for all regimes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, insert, select

from hub.domain.workflow import SignOff
from hub.store import at_once
from hub.store.database import one_of
from hub.store.instants import from_text, to_text
from hub.store.tables import unit_steps as table

ALL_REGIMES = ""
STEPS: tuple[Literal["check", "sign"], ...] = ("check", "sign")
"""The steps that a unit may ask for, in their order."""


@dataclass(frozen=True, slots=True)
class UnitSteps:
    """A unit's own rule. ``regime`` empty: for every regime that has no line of its own."""

    unit_id: str
    regime: str
    asked: SignOff
    account_id: str
    at: datetime


def listing(connection: Connection, unit_ids: Collection[str]) -> list[UnitSteps]:
    """The lines of these units, by unit and regime; the one for all regimes first."""
    if all(at_once.has_none(connection, "unit_steps", unit_id) for unit_id in unit_ids):
        return []
    rows = connection.execute(
        select(table).where(one_of(connection, table.c.unit_id, unit_ids)).order_by(table.c.unit_id, table.c.regime)
    )
    return [
        UnitSteps(row.unit_id, row.regime, SignOff(_steps(row.steps), row.separate), row.account_id, from_text(row.at))
        for row in rows
    ]


def put(connection: Connection, line: UnitSteps) -> None:
    """This line takes the place of the unit's earlier one for the same regimes."""
    remove(connection, line.unit_id, line.regime)
    connection.execute(
        insert(table),
        {
            "unit_id": line.unit_id, "regime": line.regime, "steps": ",".join(line.asked.steps),
            "separate": line.asked.separate, "account_id": line.account_id, "at": to_text(line.at),
        },
    )  # fmt: skip


def remove(connection: Connection, unit_id: str, regime: str) -> None:
    """The unit asks nothing of its own for these regimes any more."""
    connection.execute(delete(table).where(table.c.unit_id == unit_id, table.c.regime == regime))


def _steps(text: str) -> tuple[Literal["check", "sign"], ...]:
    return tuple(step for step in STEPS if step in text.split(","))
