"""Calls for thematic and ad hoc reports: what was asked, by whom and why. Never changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, insert, select

from hub.domain.call import Asked
from hub.domain.period import Period, Window
from hub.store.instants import from_text, to_text
from hub.store.tables import campaign_call as table


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call as stored: its number within the regime, and what it asks. ``key`` is the caller's own, used once."""

    regime: str
    period: Period
    key: str
    asked: Asked
    account_id: str
    called_at: datetime


def add(connection: Connection, row: CallRow) -> None:
    """Store a call. IntegrityError if the regime has one of that number or of that key."""
    asked = row.asked
    values = {
        "regime": row.regime, "period": row.period.code, "edition": asked.edition, "call_key": row.key,
        "window_start": asked.window.start.isoformat(), "window_end": asked.window.end.isoformat(),
        "dues": json.dumps({level: day.isoformat() for level, day in sorted(asked.dues.items())}),
        "units": json.dumps(asked.units), "reason": asked.reason, "account_id": row.account_id,
        "called_at": to_text(row.called_at),
    }  # fmt: skip
    connection.execute(insert(table), values)


def with_key(connection: Connection, regime: str, key: str) -> CallRow | None:
    """The call that was made with this key, if any."""
    found = connection.execute(select(table).where(table.c.regime == regime, table.c.call_key == key)).one_or_none()
    return _row(found) if found is not None else None


def get(connection: Connection, regime: str, period: str) -> CallRow | None:
    """The call of that number, if any."""
    found = connection.execute(select(table).where(table.c.regime == regime, table.c.period == period)).one_or_none()
    return _row(found) if found is not None else None


def listing(connection: Connection, regime: str | None = None) -> list[CallRow]:
    """Every call, newest first."""
    query = select(table).order_by(table.c.called_at.desc(), table.c.regime, table.c.period)
    return [_row(row) for row in connection.execute(query.where(table.c.regime == regime) if regime else query)]


def ended_between(connection: Connection, first: date, last: date) -> list[CallRow]:
    """The calls whose window ends between two days, both included, in order."""
    query = select(table).where(table.c.window_end >= first.isoformat(), table.c.window_end <= last.isoformat())
    return [_row(row) for row in connection.execute(query.order_by(table.c.window_end, table.c.regime, table.c.period))]


def next_period(connection: Connection, regime: str, asked: Asked) -> Period:
    """The first number not yet used in the year in which the window ends."""
    like = Period(asked.frequency, asked.window.end.year)
    codes = connection.execute(select(table.c.period).where(table.c.regime == regime)).scalars()
    used = [
        period for period in map(Period.parse, codes) if (period.frequency, period.year) == (like.frequency, like.year)
    ]
    return Period(like.frequency, like.year, max((period.index for period in used), default=0) + 1)


def _row(row: Any) -> CallRow:
    period = Period.parse(row.period)
    asked = Asked(
        row.edition, period.frequency,
        Window(date.fromisoformat(row.window_start), date.fromisoformat(row.window_end)),
        {level: date.fromisoformat(day) for level, day in json.loads(row.dues).items()},
        tuple(cast(list[str], json.loads(row.units))), row.reason,
    )  # fmt: skip
    return CallRow(row.regime, period, row.call_key, asked, row.account_id, from_text(row.called_at))
