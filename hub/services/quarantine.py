"""What bears a secrecy mark is held apart until a person decides: released, or refused and its bytes gone (R06).

Nothing here logs or tells what a file says; the places of the marks are all that anybody is told.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from hub.domain.access import Actor
from hub.domain.envelope import Envelope, Reading
from hub.domain.filing import FilingRow
from hub.domain.findings import Finding, Place
from hub.domain.form import Address
from hub.domain.marked_words import EXPLAINED, MOST, marked_words
from hub.domain.org import NATION
from hub.domain.plain_text import storable
from hub.domain.regime import Edition
from hub.domain.remark import place_of, words_of
from hub.domain.secrecy import MARKED, mark_finding
from hub.domain.values import OUTLINE
from hub.domain.visibility import allowed
from hub.errors import BadRequest, Conflict, Forbidden, NotFound, Refused
from hub.services import announcing, moves
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.notifications import tell
from hub.store import attachments, filings, quarantine, submissions
from hub.store.database import Connection
from hub.store.quarantine import HeldRow, Kind

REASON_LENGTH = 1_000
PATH = "/quarantine"


@dataclass(frozen=True, slots=True)
class Held:
    """One line of the administrator's list, with the names that stand for its report."""

    row: HeldRow
    about: tuple[str, str] | None


# --- Holding ---------------------------------------------------------------------------------------------------------


def hold(
    connection: Connection, core: Core, actor: Actor, kind: Kind, filing: FilingRow | None, *, filename: str,
    media_type: str, content: bytes, places: tuple[tuple[str, str], ...], now: datetime,
) -> HeldRow:  # fmt: skip
    """Hold these bytes and tell those who decide. The same bytes of the same report are held once at a time."""
    sha256 = hashlib.sha256(content).hexdigest()
    filing_id = filing.id if filing is not None else None
    for known in quarantine.of_bytes(connection, sha256):
        if (known.state, known.filing_id, known.kind) == ("held", filing_id, kind):
            return known
    row = HeldRow(
        new_id(now), kind, filing_id, filename, media_type, len(content), sha256, places, "held", actor.account_id, now
    )
    quarantine.add(connection, row, content)
    about = announcing.about(core, filing.edition, filing.period, filing.unit_id).whole if filing else ("", "")
    tell(
        connection, core, "quarantined", occurrence=f"quarantined/{row.id}", path=PATH, now=now, unit_ids=[NATION],
        subject=("Một tệp có dấu hiệu mật đang chờ quyết định", "A file with a secrecy mark awaits your decision"),
        body=(
            f"Hệ thống tạm giữ một tệp. {about[0]} Hãy mở trang để quyết định.".replace("  ", " "),
            f"The hub holds a file back. {about[1]} Open the page and decide.".replace("  ", " "),
        ),
    )  # fmt: skip
    return row


def hold_arrival(
    connection: Connection, core: Core, actor: Actor, filing: FilingRow | None, envelope: Envelope,
    findings: list[Finding], now: datetime,
) -> None:  # fmt: skip
    """Hold an arrival whose own words bear a mark; in the submission nothing is kept of it."""
    places = tuple(
        (each.place.describe() or str(each.address or ""),) * 2 for each in findings if each.code == MARKED
    )  # fmt: skip
    hold(
        connection, core, actor, "arrival", filing, filename=_label(envelope.filename)[:255],
        media_type=_label(envelope.media_type)[:120], content=envelope.content, places=places, now=now,
    )  # fmt: skip


def _label(text: str) -> str:
    """What a database cannot hold is dropped from a name that came from outside, never from the content."""
    return "".join(letter for letter in text if letter.isprintable())


def was_released(connection: Connection, sha256: str) -> bool:
    """True if a person decided that these very bytes hold no secret, and nobody decided otherwise since."""
    decided = [each for each in quarantine.of_bytes(connection, sha256) if each.state != "held"]
    return bool(decided) and max(decided, key=lambda each: (each.decided_at or each.at, each.id)).state == "released"


def was_refused(connection: Connection, sha256: str) -> bool:
    """True if a person decided that these very bytes may not be on this hub."""
    return any(each.state == "refused" for each in quarantine.of_bytes(connection, sha256))


def judged(connection: Connection, sha256: str, findings: list[Finding]) -> list[Finding]:
    """The findings as they stand after a person's decision on these bytes, if there was one.

    Marks of released bytes count no more. Where marks count, nothing else is told: findings quote what was received.
    """
    marks = [each for each in findings if each.code == MARKED]
    if not marks:
        return findings
    if was_released(connection, sha256):
        return [each for each in findings if each.code != MARKED]
    return list({(each.message_vi, each.key): each for each in marks}.values())


def marks_of(reading: Reading, number: int, edition: Edition | None) -> list[Finding]:
    """A finding for each mark in what one report of a file says, by the report's number; the text is not repeated."""
    told = [each for each in reading.problems if each.code == MARKED]
    for address in islice(marked_words(reading, edition), MOST):
        vi, en = _spoken_of(address)
        mark = mark_finding(f"báo cáo {number}, {vi}", f"report {number}, {en}")
        told.append(replace(mark, place=Place(path=f"{number}/{address.form}/{address.row}/{address.column}")))
    return told


def marks_in(edition: Edition, reading: Reading) -> list[Finding]:
    """A finding for each place of a report that bears a mark; what stands there is not repeated."""
    return [
        mark_finding(*_named(edition, address), None if address.form == EXPLAINED else address)
        for address in islice(marked_words(reading, edition), MOST)
    ]


def _named(edition: Edition, address: Address) -> tuple[str, str]:
    """The place in the words of the form; a section of the narrative by its title alone."""
    title = next((each.title for each in edition.outline if each.code == address.column), None)
    if address.form == OUTLINE and title is not None:
        return title.vi, title.en
    if address.form in {OUTLINE, EXPLAINED}:
        return _spoken_of(address)
    where = words_of(edition, place_of(address))
    return where.vi, where.en


def _spoken_of(address: Address) -> tuple[str, str]:
    if address.form == OUTLINE:
        return f"mục {address.column}", f"section {address.column}"
    if address.form == EXPLAINED:
        return "phần giải trình", "the explanations"
    return (
        f"biểu {address.form}, dòng {address.row}, cột {address.column}",
        f"form {address.form}, row {address.row}, column {address.column}",
    )


# --- What it stops ---------------------------------------------------------------------------------------------------


def refuse_held(connection: Connection, filing_id: str) -> None:
    """Refused while a file beside the report is held: nothing is sent before a person has decided."""
    if _is_one_held(connection, filing_id):
        raise Refused(HELD.message_vi, HELD.message_en)


def held_findings(connection: Connection, filing_id: str, intent: str) -> list[Finding]:
    """The finding that stops a sending while a file beside the report is held."""
    return [HELD] if intent == "send" and _is_one_held(connection, filing_id) else []


def _is_one_held(connection: Connection, filing_id: str) -> bool:
    return any(each.stands and each.state == "quarantined" for each in attachments.of_filing(connection, filing_id))


HELD = Finding(
    "attachment_held", "error", "presence",
    "Có tệp đính kèm đang bị giữ vì dấu hiệu mật. Hãy gỡ tệp đó, hoặc chờ người quản trị quyết định, rồi mới gửi.",
    "An attached file is held because of a secrecy mark. Remove it, or wait for the administrator, then send.",
)  # fmt: skip


# --- Deciding --------------------------------------------------------------------------------------------------------


def listing(core: Core, actor: Actor) -> list[Held]:
    """What is held, then what was decided. Forbidden for all but administrators of the nation."""
    _insist(actor)
    with core.database.read() as connection:
        rows = quarantine.listing(connection)
        owners = {each.filing_id: filings.get(connection, each.filing_id) for each in rows if each.filing_id}
    return [Held(each, _about(core, owners.get(each.filing_id or ""))) for each in rows]


def _about(core: Core, filing: FilingRow | None) -> tuple[str, str] | None:
    return announcing.about(core, filing.edition, filing.period, filing.unit_id).whole if filing is not None else None


def held_file(core: Core, actor: Actor, held_id: str, now: datetime) -> tuple[HeldRow, bytes]:
    """The held bytes for the person who decides; that they were looked at is audited. NotFound after a decision."""
    _insist(actor)
    with core.database.write() as connection:
        row = quarantine.get(connection, held_id)
        content = quarantine.content(connection, held_id)
        if row is None or content is None:
            raise NotFound
        moves.tell(connection, actor, "look_at_held", "quarantine", row.id, now, {"sha256": row.sha256})
    return row, content


def decide(core: Core, actor: Actor, held_id: str, *, release: bool, reason: str, now: datetime) -> HeldRow:
    """Released: the file is as any other, an arrival may be sent again. Refused: the bytes are gone for good.

    Nobody decides on what they handed in themselves. The same decision in the same words twice is one; Conflict for
    any other one.
    """
    _insist(actor)
    why = storable(reason.strip()[:REASON_LENGTH])
    if not why:
        raise BadRequest("Cần nêu lý do của quyết định.", "Give a reason for the decision.")
    state: quarantine.State = "released" if release else "refused"
    with core.database.write() as connection:
        row = quarantine.get(connection, held_id)
        if row is None:
            raise NotFound
        if row.account_id == actor.account_id:
            raise Refused(
                "Người đưa tệp lên không tự quyết định về tệp đó.", "Nobody decides on a file that they handed in."
            )
        content = quarantine.content(connection, held_id)
        if not quarantine.decide(
            connection, held_id, state, account_id=actor.account_id, at=now, reason=why
        ):  # fmt: skip
            return _decided_before(row, state, why)
        _carry_out(connection, row, state, content)
        _tell_owner(connection, core, row, release, now)
        detail = {"kind": row.kind, "sha256": row.sha256, "state": state, "filing": row.filing_id}
        moves.tell(connection, actor, "release_attachment", "quarantine", row.id, now, detail)
        decided = quarantine.get(connection, held_id)
    assert decided is not None
    return decided


def _decided_before(row: HeldRow, state: str, why: str) -> HeldRow:
    if row.state != state:
        raise Conflict(
            "Tệp này đã được quyết định khác. Hãy tải lại trang.", "This file was decided otherwise. Reload the page."
        )
    if row.reason != why:
        raise Conflict(
            "Tệp này đã được quyết định như vậy với lý do khác; lý do bạn vừa viết không được ghi.",
            "This file was decided so before, for another reason; the reason that you wrote is not kept.",
        )
    return row


def _carry_out(connection: Connection, row: HeldRow, state: str, content: bytes | None) -> None:
    if row.kind != "attachment" or row.filing_id is None:
        return
    if state == "released" and content is not None:
        submissions.keep_content(connection, row.sha256, content)
    attached = attachments.same_bytes(connection, row.filing_id, row.sha256)
    if attached is not None and attached.state == "quarantined":
        attachments.change(connection, attached.id, state=state)


def _tell_owner(connection: Connection, core: Core, row: HeldRow, release: bool, now: datetime) -> None:
    """Who handed it in knows the decision; the file's name stays on the page, out of letters."""
    path = f"/filings/{row.filing_id}" if row.filing_id else "/"
    subject = (
        ("Tệp bị giữ đã được mở", "A held file was released")
        if release
        else ("Tệp bị giữ đã bị từ chối và xóa", "A held file was refused and erased")
    )
    body = (
        ("Tệp không phải bí mật nhà nước; có thể dùng tiếp.", "The file is no state secret and may be used.")
        if release
        else (
            "Tệp không được đưa lên hệ thống này. Báo cáo có bí mật nhà nước được gửi theo đường riêng của pháp luật.",
            "The file may not be on this hub. Reports with state secrets go the way that the law lays down.",
        )
    )
    tell(
        connection, core, "quarantined", occurrence=f"quarantined/{row.id}/decided", path=path, subject=subject,
        body=body, now=now, account_ids=[row.account_id],
    )  # fmt: skip


def may_decide(actor: Actor) -> bool:
    """True for administrators of the nation alone: what is held may be of any unit."""
    return allowed(actor, "release_attachment", NATION, NATION)


def _insist(actor: Actor) -> None:
    if not may_decide(actor):
        raise Forbidden
