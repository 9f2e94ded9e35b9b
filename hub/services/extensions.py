"""More time for a report: asked for by its unit, granted or refused by its receiver; each with a reason, all told.

A granted extension moves the filing's own deadline, so that being on time, overdue, reminded and closed follow it
without asking twice (R31, R32; decision 17). The deadline it moved stays in the extension.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.extending import REASON_LENGTH, Extension, check, deadline, moved
from hub.domain.filing import FilingRow
from hub.domain.notice import RECEIVER_SIDE, Notice
from hub.domain.period import due_day_of
from hub.domain.plain_text import storable
from hub.domain.visibility import allowed, is_within
from hub.errors import BadRequest, Conflict, Forbidden, HubError, NotFound, Refused
from hub.services import moves
from hub.services.announcing import about
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.notifications import holders_by_unit, tell, tell_each
from hub.services.seeing import filing_for, visibility_of
from hub.store import decisions, extensions, filings
from hub.store.database import Connection

BATCH = 200
"""Filings that one transaction extends: others may write in between."""


@dataclass(frozen=True, slots=True)
class Extended:
    """What became of extending many: how many have the new end now, and how many have a later one or were sent."""

    granted: int
    left: int


def of_filing(core: Core, actor: Actor, filing_id: str, now: datetime) -> list[Extension]:
    """The extensions of a filing that the actor may see, the oldest first."""
    with core.database.read() as connection:
        filing_for(core, connection, actor, filing_id, now)
        return extensions.of_filing(connection, filing_id)


def ask(core: Core, actor: Actor, filing_id: str, *, until: datetime, reason: str, now: datetime) -> Extension:
    """The unit has asked for time until then; its receiver knows. One request waits at a time; asking again is that."""
    why = _reason(reason)
    with core.database.write() as connection:
        row = filings.lock(connection, filing_id)
        if row is None or not visibility_of(core, actor, now).may_see_filing(row):
            raise NotFound
        if not allowed(actor, "ask_extension", row.unit_path, row.receiver_id, core.orgs):
            raise Forbidden
        waiting = _waiting(extensions.of_filing(connection, filing_id))
        if waiting is not None:
            if (waiting.until, waiting.asked_reason, waiting.asked_by) == (until, why, actor.account_id):
                return waiting
            raise Refused("Đã có đề nghị gia hạn đang chờ trả lời.", "A request for more time is waiting already.")
        check(row, until, now)
        made = Extension(
            new_id(now), filing_id, "asked", until, None, why, actor.account_id, now, "", None, None
        )  # fmt: skip
        extensions.add(connection, [made])
        _decision(connection, actor, row, "ask_extension", why, until, now)
        _tell_receiver(connection, core, row, made, now)
        moves.tell(connection, actor, "ask_extension", "filing", filing_id, now, _audited(made))
        return made


def grant(core: Core, actor: Actor, filing_id: str, *, until: datetime, reason: str, now: datetime) -> Extension:
    """The filing's deadline is ``until``, whether the unit had asked for it or not; its people know. Doing so twice is
    doing it once."""
    why = _reason(reason)
    with core.database.write() as connection:
        row = _for_receiver(core, connection, actor, filing_id)
        told = extensions.of_filing(connection, filing_id)
        if (same := _same(told, row, until, why)) is not None:
            return same
        check(row, until, now)
        made = _grant(connection, actor, row, told, until, why, now)
        _tell_unit(connection, core, row, made, now)
        moves.tell(connection, actor, "extend", "filing", filing_id, now, _audited(made))
        return made


def refuse(core: Core, actor: Actor, filing_id: str, extension_id: str, *, reason: str, now: datetime) -> Extension:
    """The request is refused with a reason; the deadline stays and the unit's people know. Conflict if it was
    answered otherwise meanwhile."""
    why = _reason(reason)
    with core.database.write() as connection:
        row = _for_receiver(core, connection, actor, filing_id)
        found = next((each for each in extensions.of_filing(connection, filing_id) if each.id == extension_id), None)
        if found is None:
            raise NotFound
        if (found.state, found.decided_by) == ("refused", actor.account_id):
            return found
        made = replace(found, state="refused", reason=why, decided_by=actor.account_id, decided_at=now)
        if not extensions.decide(connection, made):
            raise Conflict
        _decision(connection, actor, row, "refuse_extension", why, None, now)
        _tell_unit(connection, core, row, made, now)
        moves.tell(connection, actor, "refuse_extension", "filing", filing_id, now, _audited(made))
        return made


def grant_many(
    core: Core, actor: Actor, edition: str, period: str, *, until: datetime, reason: str, now: datetime,
    within: str = "",
) -> Extended:  # fmt: skip
    """Every report of the campaign that is still owed to the actor has at least this time; ``within`` narrows to the
    units at and below one path. Their people know. Repeating it changes nothing and counts the same."""
    why = _reason(reason)
    receives_for = visibility_of(core, actor, now).receives_for
    with core.database.read() as connection:
        rows = filings.campaign(connection, edition, period, sorted(receives_for)) if receives_for else []
        holders = holders_by_unit(connection, core, "extension")
    wanted = [row for row in rows if not within or is_within(row.unit_path, within)]
    if not wanted:
        raise NotFound
    if not all(allowed(actor, "extend", row.unit_path, row.receiver_id, core.orgs) for row in wanted):
        raise Forbidden
    granted, problem = 0, None
    for start in range(0, len(wanted), BATCH):
        with core.database.write() as connection:
            notices = []
            for seen in wanted[start : start + BATCH]:
                row = filings.lock(connection, seen.id)
                assert row is not None  # filings are never deleted
                told = extensions.of_filing(connection, row.id)
                if _same(told, row, until, why) is not None:
                    granted += 1
                    continue
                try:
                    check(row, until, now)
                except HubError as error:
                    problem = error if error.status == BadRequest.status else problem
                    continue
                made = _grant(connection, actor, row, told, until, why, now)
                notices += [(person, _answer(core, row, made)) for person in holders.get(row.unit_id, ())]
                granted += 1
            tell_each(connection, core, "extension", notices, now)
            detail = {"until": until.isoformat(), "reason": why, "within": within, "granted": granted}
            moves.tell(connection, actor, "extend", "campaign", f"{edition} {period}", now, detail)
    if not granted and problem is not None:
        raise problem
    return Extended(granted, len(wanted) - granted)


def first_deadline(row: FilingRow, made: Sequence[Extension]) -> datetime | None:
    """The deadline for the first sending before any extension; None where none moved it."""
    first = row.due_at
    for each in reversed(made):
        if each.state == "granted" and each.until == first and each.due_before is not None:
            first = each.due_before
    return first if first != row.due_at else None


# --- inside a transaction --------------------------------------------------------------------------------------------


def _for_receiver(core: Core, connection: Connection, actor: Actor, filing_id: str) -> FilingRow:
    """The filing, held, for an officer of its receiver, who reaches it also before it comes in."""
    row = filings.lock(connection, filing_id)
    if row is None:
        raise NotFound
    if not allowed(actor, "extend", row.unit_path, row.receiver_id, core.orgs):
        raise NotFound
    return row


def _grant(
    connection: Connection, actor: Actor, row: FilingRow, told: Sequence[Extension], until: datetime, why: str,
    now: datetime,
) -> Extension:  # fmt: skip
    before, waiting = deadline(row), _waiting(told)
    filings.change(connection, row.id, row.revision, changed_at=now, **moved(row, until))
    _decision(connection, actor, row, "extend", why, until, now)
    if waiting is not None:
        made = replace(
            waiting, state="granted", until=until, due_before=before, reason=why, decided_by=actor.account_id,
            decided_at=now,
        )  # fmt: skip
        extensions.decide(connection, made)
        return made
    made = Extension(
        new_id(now), row.id, "granted", until, before, "", None, None, why, actor.account_id, now
    )  # fmt: skip
    extensions.add(connection, [made])
    return made


def _same(told: Sequence[Extension], row: FilingRow, until: datetime, why: str) -> Extension | None:
    """The extension to this very end, for this reason, that still holds: a second click."""
    if _waiting(told) is not None or deadline(row) != until:
        return None
    same = ("granted", until, why)
    return next((each for each in reversed(told) if (each.state, each.until, each.reason) == same), None)


def _waiting(told: Sequence[Extension]) -> Extension | None:
    return next((each for each in told if each.state == "asked"), None)


def _decision(
    connection: Connection, actor: Actor, row: FilingRow, event: str, why: str, until: datetime | None, now: datetime
) -> None:
    """A step that leaves the state as it is, for the history of the report."""
    said = why if until is None else f"{why} ({due_day_of(until):%d/%m/%Y})"
    decisions.add(
        connection, id=new_id(now), filing_id=row.id, version=row.version, event=event, from_state=row.state,
        to_state=row.state, account_id=actor.account_id, reason=said, resend_due=None, at=now,
    )  # fmt: skip


def _reason(reason: str) -> str:
    why = storable(reason.strip()[:REASON_LENGTH])
    if not why:
        raise BadRequest("Cần nêu lý do.", "A reason is needed.")
    return why


def _audited(made: Extension) -> dict[str, object]:
    before = made.due_before.isoformat() if made.due_before else None
    return {"extension": made.id, "state": made.state, "until": made.until.isoformat(), "due_before": before}


# --- telling ---------------------------------------------------------------------------------------------------------


def _tell_receiver(connection: Connection, core: Core, row: FilingRow, made: Extension, now: datetime) -> None:
    named, day = about(core, row.edition, row.period, row.unit_id), _day(made.until)
    tell(
        connection, core, "extension", now=now, unit_ids=(row.receiver_id,), roles=RECEIVER_SIDE,
        occurrence=f"asked {made.id}", path=f"/inbox/campaign?edition={row.edition}&period={row.period}&tab=asked",
        subject=(
            f"Xin gia hạn: {named.unit[0]}, {named.short[0]}", f"More time asked: {named.unit[1]}, {named.short[1]}"
        ),
        body=(
            f"Đơn vị đề nghị gia hạn đến hết ngày {day}: {named.whole[0]}.",
            f"The unit asks for time until the end of {day}: {named.whole[1]}.",
        ),
    )  # fmt: skip


def _tell_unit(connection: Connection, core: Core, row: FilingRow, made: Extension, now: datetime) -> None:
    notice = _answer(core, row, made)
    tell(
        connection, core, "extension", now=now, unit_ids=(row.unit_id,), occurrence=notice.occurrence,
        path=notice.path, subject=notice.subject, body=notice.body,
    )  # fmt: skip


def _answer(core: Core, row: FilingRow, made: Extension) -> Notice:
    named, day = about(core, row.edition, row.period, row.unit_id), _day(made.until)
    if made.state == "granted":
        subject = f"Gia hạn đến {day}: {named.short[0]}", f"More time, until {day}: {named.short[1]}"
        body = (
            f"Hạn gửi mới là hết ngày {day}: {named.whole[0]}.",
            f"The new deadline is the end of {day}: {named.whole[1]}.",
        )
    else:
        subject = f"Không được gia hạn: {named.short[0]}", f"No more time: {named.short[1]}"
        body = (
            f"Đề nghị gia hạn không được chấp nhận; lý do ghi trên trang của báo cáo: {named.whole[0]}.",
            f"The request for more time was refused; the report's page says why: {named.whole[1]}.",
        )
    return Notice(f"{made.state} {made.id}", f"/filings/{row.id}", subject, body)


def _day(until: datetime) -> str:
    return f"{due_day_of(until):%d/%m/%Y}"
