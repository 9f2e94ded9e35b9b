"""The steps of a filing inside an open transaction: state, decision and audit line together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hub.domain.access import Actor
from hub.domain.filing import FilingRow, State
from hub.domain.regime import Edition
from hub.domain.workflow import Event, SignOff, next_state, sent_from
from hub.services.ids import new_id
from hub.store import decisions, events, filings, versions
from hub.store.database import Connection


def move(
    connection: Connection, actor: Actor, row: FilingRow, edition: Edition, event: Event, now: datetime,
    *, version: int | None, reason: str | None = None, resend_due: datetime | None = None,
    asked: SignOff | None = None, **values: Any,
) -> FilingRow:  # fmt: skip
    """Make one move of the table, by compare-and-set on the row as seen, and keep the decision. Refused, Conflict.

    ``asked``: the steps in force, where the move depends on them; without it those of the edition.
    """
    if resend_due is not None:
        values["resend_due"] = resend_due
    steps = asked.steps if asked is not None else edition.sign_off
    return _walk(connection, actor, row, steps, [event], now, version, reason, resend_due, values)


def _walk(
    connection: Connection, actor: Actor, row: FilingRow, asked: tuple[str, ...], steps: Sequence[Event], now: datetime,
    version: int | None, reason: str | None, resend_due: datetime | None, values: Mapping[str, Any],
) -> FilingRow:  # fmt: skip
    """Several moves at once: one change of the row, a decision for each step."""
    states = [row.state]
    for event in steps:
        states.append(next_state(states[-1], event, asked))
    changed = {"changed_at": now} | dict(values) | {"state": states[-1]}
    moved = filings.change(connection, row.id, row.revision, **changed)
    for step, (event, before, after) in enumerate(zip(steps, states, states[1:], strict=False)):
        decisions.add(  # ids in the order of the steps: it is the order in which they are told
            connection, id=new_id(now + timedelta(microseconds=step)), filing_id=row.id, version=version, event=event,
            from_state=before, to_state=after, account_id=actor.account_id, reason=reason, resend_due=resend_due,
            at=now,
        )  # fmt: skip
    return moved


def send_on(
    connection: Connection, actor: Actor, row: FilingRow, asked: SignOff, number: int, now: datetime,
    **edited: Any,
) -> FilingRow:  # fmt: skip
    """Take a draft through the steps in force as far as sending; a signature is never skipped.

    Where different people must make the steps, whoever hands a report in does not check it by doing so (R24).
    ``edited``: columns that an edit in the same transaction changes too (its state among them); row and edit together
    make one change of the filing, and one revision.
    """
    row = replace(row, **edited)
    steps: list[Event] = ["check"] if row.state == "draft" and "check" in asked.steps and not asked.separate else []
    reached: State = "checked" if steps else row.state
    if reached in sent_from(asked.steps):
        steps.append("send")
        edited |= {"sent_version": number, "first_sent_at": row.first_sent_at or now, "last_sent_at": now}
    if not steps and not edited:
        return row
    return _walk(connection, actor, row, asked.steps, steps, now, number, None, None, edited)


def edited(row: FilingRow, edition: Edition, number: int, now: datetime) -> dict[str, Any]:
    """What an edit changes: back at draft with its new version; a returned filing begins its next attempt."""
    return {
        "state": next_state(row.state, "edit", edition.sign_off),
        "attempt": row.attempt + 1 if row.state == "returned" else row.attempt,
        "version": number,
        "changed_at": now,
    }


def next_version(connection: Connection, actor: Actor, row: FilingRow, edition: Edition, now: datetime) -> FilingRow:
    """The filing edited into a version that says what its latest does, figures and explanations. Refused, Conflict."""
    latest = row.version or 0
    moved = filings.change(connection, row.id, row.revision, **edited(row, edition, latest + 1, now))
    versions.copy(connection, row.id, latest, actor.account_id, now)
    return moved


def tell(
    connection: Connection, actor: Actor, action: str, object_type: str, object_id: str, now: datetime,
    detail: Mapping[str, Any], result: str = "ok",
) -> None:  # fmt: skip
    """Append the audit line; the last statement of a transaction, since it holds the chain."""
    new = events.NewEvent(
        now, actor.account_id, actor.unit_id, actor.ip, action, object_type, object_id, result, dict(detail)
    )  # fmt: skip
    events.note(connection, new)
