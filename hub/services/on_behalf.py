"""Entering a report for a unit that cannot (R19): begun by an officer of its receiver with a reason, known to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.filing import FilingRow
from hub.domain.on_behalf import ACTIONS, BEGUN, STATES, entered, entering
from hub.domain.plain_text import storable
from hub.domain.visibility import allowed
from hub.errors import BadRequest, Forbidden, NotFound, Refused
from hub.services import moves
from hub.services.announcing import about
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.notifications import tell
from hub.store import accounts, decisions, filings
from hub.store.database import Connection

REASON_LENGTH = 2000


def begin(core: Core, actor: Actor, filing_id: str, *, reason: str, now: datetime) -> FilingRow:
    """From now on, until it is sent, the actor may enter, check and send this report for its unit, which knows of it.

    Doing so twice is doing it once. What the actor enters so is marked, and the actor never accepts it (P20).
    """
    why = storable(reason.strip()[:REASON_LENGTH])
    with core.database.write() as connection:
        row = filings.lock(connection, filing_id)
        if row is None or not may_begin(core, actor, row):
            raise NotFound
        if not core.config.enter_for:
            raise Forbidden(
                "Hệ thống này không cho nhập thay đơn vị.", "This hub does not let receivers enter for units."
            )
        if entering(decisions.of_filing(connection, filing_id), actor.account_id):
            return row
        if not why:
            raise BadRequest("Cần nêu lý do nhập thay.", "Say why you enter it for the unit.")
        if row.state not in STATES or row.excluded:
            raise Refused(
                "Báo cáo đã được gửi hoặc được loại trừ, không nhập thay được.",
                "The report has been sent or is excluded: it cannot be entered for the unit.",
            )
        decisions.add(
            connection, id=new_id(now), filing_id=row.id, version=row.version, event=BEGUN, from_state=row.state,
            to_state=row.state, account_id=actor.account_id, reason=why, resend_due=None, at=now,
        )  # fmt: skip
        _tell_unit(connection, core, actor, row, now)
        moves.tell(connection, actor, "enter_for", "filing", filing_id, now, {"reason": why, "state": row.state})
        return row


def may_begin(core: Core, actor: Actor, row: FilingRow) -> bool:
    """True for an officer of the report's receiver."""
    return allowed(actor, "enter_for", row.unit_path, row.receiver_id, core.orgs)


def may(core: Core, connection: Connection, actor: Actor, action: str, row: FilingRow) -> bool:
    """``allowed``, or what entering for the unit allows on this one filing."""
    if allowed(actor, action, row.unit_path, row.receiver_id, core.orgs):
        return True
    return action in ACTIONS and is_entering(core, connection, actor, row)


def is_entering(core: Core, connection: Connection, actor: Actor, row: FilingRow) -> bool:
    """True while the actor enters the report for its unit; whoever lost the role or acts by a token does not."""
    if not core.config.enter_for or not may_begin(core, actor, row):
        return False
    return entering(decisions.of_filing(connection, row.id), actor.account_id)


def _tell_unit(connection: Connection, core: Core, actor: Actor, row: FilingRow, now: datetime) -> None:
    named = about(core, row.edition, row.period, row.unit_id)
    tell(
        connection, core, "entered_for", now=now, unit_ids=(row.unit_id,),
        occurrence=f"entered_for {row.id} {actor.account_id} {row.attempt} {row.version or 0}",
        path=f"/filings/{row.id}",
        subject=(f"Nơi nhận nhập thay: {named.short[0]}", f"Entered on your behalf: {named.short[1]}"),
        body=(
            f"Cán bộ của nơi nhận bắt đầu nhập thay đơn vị; đơn vị vẫn sửa được báo cáo: {named.whole[0]}.",
            f"An officer of the receiver enters the report for your unit, which may still edit it: {named.whole[1]}.",
        ),
    )  # fmt: skip


def units_of(core: Core, account_ids: Collection[str]) -> dict[str, str]:
    """Account → the unit it belongs to."""
    if not account_ids:
        return {}
    with core.database.read() as connection:
        return accounts.units_of(connection, account_ids)


def mark_of(core: Core, filing_id: str, account_id: str, at: datetime) -> tuple[str, str] | None:
    """(name, unit) of the account, if what it did to the filing at that moment it did for the unit; else None."""
    with core.database.read() as connection:
        found = entered(decisions.of_filing(connection, filing_id), account_id, at)
        return (found.account_name, accounts.units_of(connection, [account_id]).get(account_id, "")) if found else None
