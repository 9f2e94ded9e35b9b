"""The steps of a filing inside an open transaction: state, decision and audit line together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.domain.access import Actor
from hub.domain.filing import FilingRow
from hub.domain.regime import Edition
from hub.domain.workflow import Event, next_state
from hub.services.ids import new_id
from hub.store import decisions, events, filings
from hub.store.database import Connection


def move(
    connection: Connection, actor: Actor, row: FilingRow, edition: Edition, event: Event, now: datetime,
    *, version: int | None, reason: str | None = None, resend_due: datetime | None = None, **values: Any,
) -> FilingRow:  # fmt: skip
    """Make one move of the table, by compare-and-set on the row as seen, and keep the decision. Refused, Conflict."""
    target = next_state(row.state, event, edition.sign_off)
    if resend_due is not None:
        values["resend_due"] = resend_due
    moved = filings.change(connection, row.id, row.revision, state=target, changed_at=now, **values)
    decisions.add(
        connection, id=new_id(now), filing_id=row.id, version=version, event=event, from_state=row.state,
        to_state=target, account_id=actor.account_id, reason=reason, resend_due=resend_due, at=now,
    )  # fmt: skip
    return moved


def send_on(
    connection: Connection, actor: Actor, row: FilingRow, edition: Edition, number: int, now: datetime
) -> FilingRow:
    """Take a draft through its edition's steps as far as sending; a signature is never skipped."""
    if row.state == "draft" and "check" in edition.sign_off:
        row = move(connection, actor, row, edition, "check", now, version=number)
    if "sign" in edition.sign_off and row.state != "signed":
        return row
    return move(
        connection, actor, row, edition, "send", now, version=number,
        sent_version=number, first_sent_at=row.first_sent_at or now, last_sent_at=now,
    )  # fmt: skip


def tell(
    connection: Connection, actor: Actor, action: str, object_type: str, object_id: str, now: datetime,
    detail: Mapping[str, Any], result: str = "ok",
) -> None:  # fmt: skip
    """Append the audit line; the last statement of a transaction, since it holds the chain."""
    events.append(
        connection, at=now, account_id=actor.account_id, unit_id=actor.unit_id, ip=actor.ip, action=action,
        object_type=object_type, object_id=object_id, result=result, detail=dict(detail),
    )  # fmt: skip
