"""Reminding by hand (R32): an officer reminds one unit, or all that have not sent; the last time is kept and shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.access import Actor
from hub.domain.extending import deadline
from hub.domain.filing import FilingRow
from hub.domain.notice import Notice
from hub.domain.period import due_day_of
from hub.domain.plain_text import is_storable
from hub.domain.visibility import allowed
from hub.errors import BadRequest, Conflict, Forbidden, NotFound
from hub.services import moves
from hub.services.announcing import about
from hub.services.core import Core
from hub.services.notifications import holders_by_unit, tell_each
from hub.services.seeing import filing_for, visibility_of
from hub.store import inbox, reminders
from hub.store.instants import to_text

BY_HAND = "by_hand"
AGAIN = timedelta(hours=1)
"""All are not reminded again within this time; one alone may be."""
TEXT_LENGTH = 300
_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many reports were reminded of; how many not, since somebody did within the hour, or nobody can be told."""

    reminded: int = 0
    recent: int = 0
    nobody: int = 0


def remind(
    core: Core, actor: Actor, edition: str, period: str, *, key: str, now: datetime,
    filing_ids: Collection[str] | None = None, within: str = "", text: str = "",
) -> Reminded:  # fmt: skip
    """The people of every unit that still owes the actor its report know it, with a sentence of the actor's own.

    ``filing_ids``: of these alone, whenever they were last reminded; ``within``: at and below one path. The same
    ``key`` again reminds nobody twice and counts the same; Conflict if it came with another sentence.
    In one transaction: notices, letters and the time are kept together.
    """
    if not _KEY.fullmatch(key):
        raise BadRequest
    said, occurrence = _text(text), f"{BY_HAND}/{key}"
    receivers = tuple(sorted(visibility_of(core, actor, now).receives_for))
    asked = inbox.Asked(edition, period, receivers, within)
    with core.database.write() as connection:
        rows = inbox.owing(connection, asked, filing_ids, hold=True) if receivers else []
        if not rows:
            raise NotFound("Không còn đơn vị nào phải gửi.", "No unit has anything left to send.")
        if not all(allowed(actor, "remind", row.unit_path, row.receiver_id, core.orgs) for row in rows):
            raise Forbidden
        ids = [row.id for row in rows]
        done = inbox.reminded_with(connection, ids, occurrence)
        if done and inbox.reminded_in_words(connection, ids, occurrence) != said:
            raise Conflict(
                "Lần nhắc này đã được gửi với lời nhắn khác. Bấm lại để nhắc thêm một lần với lời nhắn mới.",
                "This reminder went out with another sentence. Press again to remind once more with the new one.",
            )
        recent = set() if filing_ids is not None else inbox.reminded_since(connection, ids, BY_HAND, now - AGAIN) - done
        holders = holders_by_unit(connection, core, "reminded")
        rest = [row for row in rows if row.id not in recent]
        wanted = [row for row in rest if row.unit_id in holders]
        if not done:
            notices = {row.id: _notice(core, actor, row, occurrence, said, now) for row in wanted}
            told = [(person, notices[row.id]) for row in wanted for person in holders[row.unit_id]]
            tell_each(connection, core, "reminded", told, now)
            reminders.add(connection, [_stored(row, occurrence, said, actor, now) for row in wanted])
            detail = {"reports": len(wanted), "recent": len(recent), "nobody": len(rest) - len(wanted), "key": key}
            about_one = filing_ids is not None and len(wanted) == 1
            what = ("filing", wanted[0].id) if about_one else ("campaign", f"{edition} {period}")
            moves.tell(connection, actor, "remind", *what, now, detail)
    return Reminded(len(done) or len(wanted), len(recent), len(rest) - len(wanted))


def of_filing(core: Core, actor: Actor, filing_id: str, now: datetime) -> Sequence[tuple[datetime, str, str]]:
    """(when, by whom, what was said) of the reminders by hand of a filing that the actor may see, the newest first."""
    with core.database.read() as connection:
        filing_for(core, connection, actor, filing_id, now)
        return inbox.reminders_of(connection, filing_id, BY_HAND)


def _stored(row: FilingRow, occurrence: str, text: str, actor: Actor, now: datetime) -> dict[str, str]:
    return {
        "filing_id": row.id, "occurrence": occurrence, "kind": BY_HAND, "text": text, "account_id": actor.account_id,
        "at": to_text(now),
    }  # fmt: skip


def _notice(core: Core, actor: Actor, row: FilingRow, occurrence: str, text: str, now: datetime) -> Notice:
    """The officer's sentence goes with it: they know that it travels by mail, and the page tells them so."""
    named, due = about(core, row.edition, row.period, row.unit_id), deadline(row)
    receiver = core.orgs.units.get(row.receiver_id)
    who = (receiver.name.vi, receiver.name.en or receiver.name.vi) if receiver is not None else (row.receiver_id,) * 2
    until = "", ""
    if due is not None:
        day = f"{due_day_of(due):%d/%m/%Y}"
        until = (f" (hạn {day})", f" (due {day})") if due > now else (f" (quá hạn ngày {day})", f" (was due {day})")
    said = (f" Lời nhắn: “{text}”.", f" They say: “{text}”.") if text else ("", "")
    return Notice(
        f"{occurrence} {row.id}", f"/filings/{row.id}",
        (f"Nhắc gửi báo cáo: {named.short[0]}", f"Please send: {named.short[1]}"),
        (
            f"{who[0]} nhắc gửi báo cáo{until[0]}: {named.whole[0]}.{said[0]}",
            f"{who[1]} asks you to send the report{until[1]}: {named.whole[1]}.{said[1]}",
        ),
    )  # fmt: skip


def _text(text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) > TEXT_LENGTH:
        raise BadRequest(f"Lời nhắn dài quá {TEXT_LENGTH} ký tự.", f"The message is longer than {TEXT_LENGTH} letters.")
    if not is_storable(plain):
        raise BadRequest("Lời nhắn có ký tự không lưu được.", "The message holds a character that cannot be kept.")
    return plain
