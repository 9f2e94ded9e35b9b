"""Files beside a report: attached, taken off, downloaded; each looked at for secrecy marks first (R06)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.filing import FilingRow
from hub.domain.visibility import allowed
from hub.errors import BadRequest, Forbidden, NotFound, Refused, TooLarge
from hub.readers.file_kind import MEDIA_TYPES, FileKind, kind_of
from hub.readers.limits import MIB, Limits
from hub.readers.mark_scan import Scanned, scan
from hub.readers.virus_scan import is_clean
from hub.services import moves, quarantine
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.seeing import filing_for, sight_of
from hub.store import attachments as store
from hub.store import filings, submissions
from hub.store import quarantine as quarantine_store
from hub.store.attachments import AttachmentRow
from hub.store.database import Connection

_ENDINGS: dict[FileKind, tuple[str, ...]] = {"jpg": (".jpg", ".jpeg"), "csv": (".csv", ".tsv")}
"""Kinds whose files end in more than one way."""
OPEN = frozenset({"draft", "returned"})
"""The states in which files may be attached or taken off; a checked or signed report is first taken up again."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as its page shows it. ``places``: where the marks stand; ``reason``: of the decision on it."""

    row: AttachmentRow
    places: tuple[tuple[str, str], ...] = ()
    reason: str | None = None

    @property
    def downloadable(self) -> bool:
        return self.row.state in {"kept", "released"}


def attach(
    core: Core, actor: Actor, filing_id: str, *, content: bytes, filename: str, now: datetime
) -> AttachmentRow:  # fmt: skip
    """The file stands beside the report, or is held if it bears a secrecy mark; the same bytes twice are one file.

    Refused, saying why, for a kind that is not taken, a file that cannot be read, too many or too large files, and
    what was refused before. Forbidden, NotFound, TooLarge, Unavailable (no scanner free).
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with core.database.read() as connection:
        row = _editable(core, connection, actor, filing_id, now)
        known = store.same_bytes(connection, row.id, sha256)
        if known is not None and known.stands:
            return known
        _insist_on_room(core, connection, row.id, len(content))
        if quarantine.was_refused(connection, sha256):
            raise Refused(
                "Tệp này đã bị từ chối vì dấu hiệu mật; không được đưa lên lại.",
                "This file was refused because of a secrecy mark and may not be handed in again.",
            )
        released = quarantine.was_released(connection, sha256)
    kind = _known_kind(content, filename)
    scanned = _looked_at(core, kind, content)
    if released:
        scanned = replace(scanned, places=())
    return _keep(core, actor, filing_id, kind, content, sha256, filename, scanned, now)


def _known_kind(content: bytes, filename: str) -> FileKind:
    if not content:
        raise BadRequest("Tệp rỗng.", "The file is empty.")
    kind = kind_of(content, filename)
    if kind is None:
        raise Refused(
            "Chỉ nhận tệp PDF, Word (.docx), Excel (.xlsx) không có macro, ảnh PNG hoặc JPG, văn bản TXT, CSV; "
            "hệ thống xét theo nội dung tệp, không theo tên.",
            "Only PDF, Word (.docx) and Excel (.xlsx) without macros, PNG and JPG pictures, TXT and CSV are taken; "
            "the content decides, not the name.",
        )
    return kind


def _looked_at(core: Core, kind: FileKind, content: bytes) -> Scanned:
    if core.config.scan_command and not is_clean(core.config.scan_command, content):
        raise Refused("Máy quét báo tệp có vi-rút; tệp không được nhận.", "The scanner found a virus; not taken.")
    limits = Limits(parse_memory_mb=core.config.parse_memory_mb, parse_seconds=core.config.parse_seconds)
    scanned = scan(kind, content, limits)
    if scanned.problem is not None:
        raise Refused(*_UNREADABLE[scanned.problem])
    return scanned


_UNREADABLE = {
    "broken": (
        "Tệp bị hỏng, hệ thống không đọc được để tìm dấu hiệu mật. Hãy mở tệp, lưu lại rồi đính kèm lại.",
        "The file is damaged and could not be looked at for secrecy marks. Open it, save it and attach it again.",
    ),
    "locked": (
        "Tệp có mật khẩu, hệ thống không đọc được để tìm dấu hiệu mật. Hãy bỏ mật khẩu rồi đính kèm lại.",
        "The file has a password and could not be looked at for secrecy marks. Remove it and attach the file again.",
    ),
    "too_complex": (
        "Tệp quá phức tạp, hệ thống không đọc hết được để tìm dấu hiệu mật. Hãy chia nhỏ tệp.",
        "The file is too complex to be looked at for secrecy marks. Split it.",
    ),
}


def _keep(
    core: Core, actor: Actor, filing_id: str, kind: FileKind, content: bytes, sha256: str, filename: str,
    scanned: Scanned, now: datetime,
) -> AttachmentRow:  # fmt: skip
    state = "quarantined" if scanned.places else "kept"
    name = _named(filename, kind)
    with core.database.write() as connection:
        filings.lock(connection, filing_id)
        row = _editable(core, connection, actor, filing_id, now)
        known = store.same_bytes(connection, row.id, sha256)
        if known is not None and known.stands:
            return known
        _insist_on_room(core, connection, row.id, len(content))
        if known is not None and known.state == state and _was_sent(known, row):
            return _put_back(connection, actor, known, now)
        if scanned.places:
            quarantine.hold(
                connection, core, actor, "attachment", row, filename=name, media_type=MEDIA_TYPES[kind],
                content=content, places=scanned.places, now=now,
            )  # fmt: skip
        else:
            submissions.keep_content(connection, sha256, content)
        fresh = AttachmentRow(
            known.id if known is not None else new_id(now), row.id, name, MEDIA_TYPES[kind], len(content), sha256,
            state, scanned.seen, actor.account_id, now, actor.name,
        )  # fmt: skip
        if known is None:
            store.add(connection, fresh)
        else:
            store.change(
                connection, known.id, filename=name, state=state, scanned=scanned.seen, account_id=actor.account_id,
                at=now, removed_at=None,
            )  # fmt: skip
        detail = {"attachment": fresh.id, "sha256": sha256, "size": len(content), "state": state}
        moves.tell(connection, actor, "attach", "filing", row.id, now, detail)
    return fresh


def _was_sent(known: AttachmentRow, row: FilingRow) -> bool:
    """True for a file that was taken off after it went with the last sending, which keeps it."""
    sent, gone = row.last_sent_at, known.removed_at
    return sent is not None and gone is not None and known.at <= sent < gone


def _put_back(connection: Connection, actor: Actor, known: AttachmentRow, now: datetime) -> AttachmentRow:
    """The very file that was sent is beside the report again, under the name it was sent with."""
    store.change(connection, known.id, removed_at=None)
    detail = {"attachment": known.id, "sha256": known.sha256, "size": known.size, "state": known.state}
    moves.tell(connection, actor, "attach", "filing", known.filing_id, now, detail)
    return replace(known, removed_at=None)


def _named(filename: str, kind: FileKind) -> str:
    """The name it is kept under: its ending says what the file is, whatever it was called.

    A name that ends like a program's is run at a click on the receiver's machine.
    """
    endings = _ENDINGS.get(kind, (f".{kind}",))
    if filename.lower().endswith(endings):
        return filename[-255:]
    return f"{filename[:250] or 'tep'}.{kind}"


def remove(core: Core, actor: Actor, filing_id: str, attachment_id: str, now: datetime) -> None:
    """The file stands beside the report no more, once however often; its bytes stay for the record, or held.

    A version that was sent with it keeps it for whoever received that, until the next sending.
    """
    with core.database.write() as connection:
        filings.lock(connection, filing_id)
        row = _editable(core, connection, actor, filing_id, now)
        found = store.get(connection, attachment_id)
        if found is None or found.filing_id != row.id:
            raise NotFound
        if not found.stands:
            return
        store.change(connection, found.id, removed_at=now)
        detail = {"attachment": found.id, "sha256": found.sha256, "before": found.state}
        moves.tell(connection, actor, "remove_attachment", "filing", row.id, now, detail)


def of_filing(core: Core, actor: Actor, filing_id: str, now: datetime) -> list[Attached]:
    """The files beside a report for who may see it; what is held or was refused only the unit itself is shown.

    The receiving side is shown what went with the last sending, not what was attached since (R44).
    """
    with core.database.read() as connection:
        row = filing_for(core, connection, actor, filing_id, now)
        own = allowed(actor, "remark", row.unit_path, row.receiver_id, core.orgs)
        sight = sight_of(core, connection, actor, row, now)
        rows = [each for each in store.of_filing(connection, row.id) if each.state != "removed"]
        found = [_with_decision(connection, each) for each in rows if sight.reaches(each.at, each.removed_at)]
    return [each for each in found if own or each.downloadable]


def _with_decision(connection: Connection, row: AttachmentRow) -> Attached:
    if row.state == "kept":
        return Attached(row)
    held = [each for each in quarantine_store.of_bytes(connection, row.sha256) if each.filing_id == row.filing_id]
    return Attached(row, held[0].places, held[0].reason) if held else Attached(row)


def file(
    core: Core, actor: Actor, filing_id: str, attachment_id: str, now: datetime
) -> tuple[AttachmentRow, bytes]:  # fmt: skip
    """A file's name and bytes for who may see the report. NotFound for what is held, refused, removed or unsent."""
    with core.database.read() as connection:
        row = filing_for(core, connection, actor, filing_id, now)
        found = store.get(connection, attachment_id)
        if found is None or found.filing_id != row.id or found.state not in {"kept", "released"}:
            raise NotFound
        if not sight_of(core, connection, actor, row, now).reaches(found.at, found.removed_at):
            raise NotFound
        return found, submissions.content(connection, found.sha256)


def names_of(connection: Connection, filing_id: str) -> list[str]:
    """The names of the files that go with the report, oldest first."""
    found = store.of_filing(connection, filing_id)
    return [each.filename for each in found if each.stands and each.state in {"kept", "released"}]


def may_attach(core: Core, actor: Actor, row: FilingRow) -> bool:
    """True if the actor may attach files to the report or take them off now."""
    return (
        allowed(actor, "attach", row.unit_path, row.receiver_id, core.orgs) and row.state in OPEN and not row.excluded
    )  # fmt: skip


def _editable(core: Core, connection: Connection, actor: Actor, filing_id: str, now: datetime) -> FilingRow:
    row = filing_for(core, connection, actor, filing_id, now)
    if not allowed(actor, "attach", row.unit_path, row.receiver_id, core.orgs):
        raise Forbidden
    if row.state not in OPEN or row.excluded:
        raise Refused(
            "Chỉ đính kèm hoặc gỡ tệp khi báo cáo đang nhập hoặc bị trả lại.",
            "Files are attached or removed while the report is a draft or was sent back.",
        )
    return row


def _insist_on_room(core: Core, connection: Connection, filing_id: str, size: int) -> None:
    config = core.config
    if size > config.attachment_bytes:
        most = config.attachment_bytes // MIB
        raise TooLarge(f"Tệp quá lớn; tối đa {most} MB một tệp.", f"The file is too large; at most {most} MB a file.")
    standing = [each for each in store.of_filing(connection, filing_id) if each.stands]
    if len(standing) >= config.attachments_count:
        most = config.attachments_count
        raise Refused(f"Mỗi báo cáo đính kèm tối đa {most} tệp.", f"At most {most} files are attached to a report.")
    if sum(each.size for each in standing) + size > config.attachments_bytes:
        most = config.attachments_bytes // MIB
        raise Refused(
            f"Các tệp đính kèm của một báo cáo tối đa {most} MB.", f"A report's files have at most {most} MB together."
        )
