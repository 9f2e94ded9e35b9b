"""Remarks about a report: comments inside the unit or with its receiver, questions, points of a return, answers.

Who works in the unit reads all of them; everybody else who may see the report reads those meant for both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.domain.access import Actor
from hub.domain.filing import FilingRow
from hub.domain.notice import RECEIVER_SIDE, UNIT_SIDE
from hub.domain.regime import Edition
from hub.domain.remark import (
    AUDIENCES,
    Audience,
    Kind,
    Remark,
    Thread,
    check_place,
    clean_text,
    is_inside,
    readable,
    threads_of,
)
from hub.domain.visibility import allowed
from hub.errors import BadRequest, Conflict, Forbidden, NotFound
from hub.services import announcing, moves, notifications
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.seeing import filing_for, sight_of
from hub.store import filings, remarks
from hub.store.database import Connection

MOST_POINTS = 200
KEY_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody may do with the remarks of one report: write inside the unit, or as its receiver."""

    inside: bool
    unit: bool
    receiver: bool

    @property
    def may_write(self) -> bool:
        return self.unit or self.receiver


def part_of(core: Core, actor: Actor, row: FilingRow) -> Part:
    """The actor's part; the receiver writes only about what it has received (R44)."""
    return Part(
        inside=is_inside(actor, row.unit_id, core.orgs),
        unit=allowed(actor, "remark", row.unit_path, row.receiver_id, core.orgs),
        receiver=row.was_sent and allowed(actor, "ask", row.unit_path, row.receiver_id, core.orgs),
    )


# --- reading ----------------------------------------------------------------------------------------------------------


def threads(core: Core, actor: Actor, filing_id: str, now: datetime) -> tuple[Thread, ...]:
    """All that the actor may read about a report, open ones first. NotFound if the report may not be seen.

    What is written for both sides is read by both at once; the version that it speaks of is named once it was sent.
    """
    with core.database.read() as connection:
        row = filing_for(core, connection, actor, filing_id, now)
        sight = sight_of(core, connection, actor, row, now)
        found = readable(remarks.of_filing(connection, filing_id), part_of(core, actor, row).inside)
    return threads_of(each if sight.holds(each.version) else replace(each, version=None) for each in found)


def points(core: Core, actor: Actor, filing_id: str, now: datetime) -> tuple[Thread, ...]:
    """The open points of returns, with their answers."""
    return tuple(each for each in threads(core, actor, filing_id, now) if each.remark.kind == "point" and each.open)


# --- writing ----------------------------------------------------------------------------------------------------------


def add(
    core: Core,
    actor: Actor,
    filing_id: str,
    *,
    kind: str,
    audience: str,
    place: str,
    text: str,
    key: str,
    now: datetime,
) -> Remark:
    """A comment or a question about a place of the report; the same key again gives the same remark.

    The receiver's are always for both sides. BadRequest for a place, kind or text that cannot be; Forbidden for who
    has no part in the report.
    """
    said = clean_text(text)
    with core.database.write() as connection:
        row, part = _taking_part(core, connection, actor, filing_id, now)
        known = _known_kind(kind)
        check_place(core.catalog.edition(row.edition), row.frequency, place)
        made = _made(actor, row, part, known, _heard_by(part, known, audience), place, said, _checked(key), now)
        stored = _kept(connection, actor, made, now)
        if stored.id == made.id and known == "question":
            _tell_other_side(core, connection, row, part, made, now)
        return stored


def answer(core: Core, actor: Actor, filing_id: str, remark_id: str, *, text: str, key: str, now: datetime) -> Remark:
    """An answer in the thread of a remark, heard by whoever hears the remark. NotFound for one that may not be read."""
    said = clean_text(text)
    with core.database.write() as connection:
        row, part = _taking_part(core, connection, actor, filing_id, now)
        begun = _readable_one(connection, row, part, remark_id)
        made = _made(
            actor, row, part, "reply", begun.audience, begun.place, said, _checked(key), now,
            parent_id=begun.parent_id or begun.id,
        )  # fmt: skip
        stored = _kept(connection, actor, made, now)
        if stored.id == made.id:
            _tell_thread(core, connection, row, made, now)
        return stored


def settle(core: Core, actor: Actor, filing_id: str, remark_id: str, *, settled: bool, now: datetime) -> None:
    """The thread is settled, or open again; doing so twice changes nothing. Only the receiver settles its points."""
    with core.database.write() as connection:
        row, part = _taking_part(core, connection, actor, filing_id, now)
        begun = _readable_one(connection, row, part, remark_id)
        if begun.kind == "point" and not part.receiver:
            raise Forbidden(
                "Nơi nhận quyết định điểm trả lại đã xong hay chưa; đơn vị trả lời điểm đó.",
                "The receiver decides whether a point is settled; the unit answers it.",
            )
        if remarks.settle(
            connection, begun.parent_id or begun.id, *((actor.account_id, now) if settled else (None, None))
        ):
            detail = {"remark": begun.parent_id or begun.id, "settled": settled}
            moves.tell(connection, actor, "settle_remark", "filing", filing_id, now, detail)


def clean_points(edition: Edition, row: FilingRow, wanted: Mapping[str, str]) -> dict[str, str]:
    """The points of a return by place, empty ones left out. BadRequest for an unknown place, a bad text or too many."""
    kept = {
        check_place(edition, row.frequency, place): clean_text(text) for place, text in wanted.items() if text.strip()
    }
    if len(kept) > MOST_POINTS:
        raise BadRequest(f"Tối đa {MOST_POINTS} điểm trong một lần trả lại.", f"At most {MOST_POINTS} points a return.")
    return kept


def add_points(
    connection: Connection, actor: Actor, row: FilingRow, version: int, kept: Mapping[str, str], now: datetime
) -> None:
    """The points of a return inside its transaction; ``row`` as it stands after the return. They share its moment."""
    remarks.add_many(
        connection,
        [
            Remark(
                new_id(now + timedelta(microseconds=number)), row.id, "point", "both", version, place, None,
                actor.account_id, actor.name, text, now, None, None, f"return-{row.revision}-{number}",
            )
            for number, (place, text) in enumerate(kept.items(), 1)
        ],
    )  # fmt: skip


# --- steps ------------------------------------------------------------------------------------------------------------


def _taking_part(
    core: Core, connection: Connection, actor: Actor, filing_id: str, now: datetime
) -> tuple[FilingRow, Part]:
    """The filing, held, and the actor's part in it. NotFound if it may not be seen, Forbidden if only looked at."""
    filings.lock(connection, filing_id)
    row = filing_for(core, connection, actor, filing_id, now)
    part = part_of(core, actor, row)
    if not part.may_write:
        raise Forbidden
    return row, part


def _known_kind(kind: str) -> Kind:
    if kind not in ("comment", "question"):
        raise BadRequest("Loại ý kiến không hợp lệ.", "There is no such kind of remark.")
    return "comment" if kind == "comment" else "question"


def _heard_by(part: Part, kind: Kind, audience: str) -> Audience:
    """A question is for both sides; what stays inside the unit is written by who works there, and by nobody else."""
    if audience not in AUDIENCES:
        raise BadRequest("Chưa chọn ai đọc được ý kiến này.", "Choose who may read this.")
    if audience == "both":
        return "both"
    if kind != "comment" or not part.inside:  # never widened behind the writer's back
        raise BadRequest("Câu hỏi cho nơi nhận thì hai bên cùng đọc.", "Both sides read a question to the receiver.")
    return "unit"


def _readable_one(connection: Connection, row: FilingRow, part: Part, remark_id: str) -> Remark:
    found = remarks.get(connection, row.id, remark_id)
    if found is None or not readable([found], part.inside):
        raise NotFound
    return found


def _made(
    actor: Actor, row: FilingRow, part: Part, kind: Kind, audience: Audience, place: str, text: str, key: str,
    now: datetime, parent_id: str | None = None,
) -> Remark:  # fmt: skip
    """The unit speaks about its latest version, the receiver about the one that was sent."""
    version = row.version if part.unit else row.sent_version
    return Remark(
        new_id(now), row.id, kind, audience, version, place, parent_id, actor.account_id, actor.name, text, now, None,
        None, key,
    )  # fmt: skip


def _kept(connection: Connection, actor: Actor, made: Remark, now: datetime) -> Remark:
    """The remark of this key: the new one, or the one sent before. Its audit line holds place and kind, no text."""
    remarks.add_many(connection, [made])
    stored = remarks.by_key(connection, made.filing_id, made.key)
    if stored is None or (stored.account_id, stored.text, stored.place) != (made.account_id, made.text, made.place):
        raise Conflict("Ý kiến này đã được gửi với nội dung khác.", "This was already sent with another text.")
    if stored.id == made.id:
        detail = {"kind": made.kind, "place": made.place, "audience": made.audience, "remark": made.id}
        deed = {"question": "ask", "reply": "respond"}.get(made.kind, "remark")
        moves.tell(connection, actor, deed, "filing", made.filing_id, now, detail)
    return stored


def _tell_other_side(
    core: Core, connection: Connection, row: FilingRow, part: Part, made: Remark, now: datetime
) -> None:
    """The other side knows that it was asked; the receiver only of what it has received."""
    if part.unit and not row.was_sent:
        return
    named = announcing.about(core, row.edition, row.period, row.unit_id)
    asked, roles = (row.receiver_id, RECEIVER_SIDE) if part.unit else (row.unit_id, UNIT_SIDE)
    notifications.tell(
        connection, core, "asked", occurrence=f"asked {made.id}", path=f"/filings/{row.id}", now=now,
        unit_ids=(asked,), roles=roles, without=(made.account_id,),
        subject=(f"Có câu hỏi: {named.short[0]}", f"A question: {named.short[1]}"),
        body=(
            f"Có câu hỏi về báo cáo: {named.whole[0]}. Nội dung ghi trên trang của báo cáo.",
            f"There is a question about the report: {named.whole[1]}. Its page says what it is.",
        ),
    )  # fmt: skip


def _tell_thread(core: Core, connection: Connection, row: FilingRow, made: Remark, now: datetime) -> None:
    """Who else has spoken in the thread knows of the answer, if they may open the report now."""
    if made.audience == "both" and not row.was_sent:
        return
    thread = [each for each in remarks.of_filing(connection, row.id) if made.parent_id in (each.id, each.parent_id)]
    named = announcing.about(core, row.edition, row.period, row.unit_id)
    notifications.tell(
        connection, core, "answered", occurrence=f"answered {made.id}", path=f"/filings/{row.id}", now=now,
        account_ids={each.account_id for each in thread}, without=(made.account_id,),
        subject=(f"Có câu trả lời: {named.short[0]}", f"An answer: {named.short[1]}"),
        body=(
            f"Có câu trả lời trong trao đổi về báo cáo: {named.whole[0]}.",
            f"There is an answer in a thread about the report: {named.whole[1]}.",
        ),
    )  # fmt: skip


def _checked(key: str) -> str:
    if not 8 <= len(key) <= KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise BadRequest
    return f"form-{key}"  # never one of the keys that points of a return are given
