"""A file of many reports: kept at once, then taken in report by report behind the page, by whichever worker is free.

What was acknowledged is kept (P2); every report is judged by the moment the file arrived (P13); each is taken in once
however often a worker dies or two of them meet, because its key is the upload's id with its number (P6).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from hub.domain.access import Actor
from hub.domain.envelope import Envelope, Identity, Intent, Receipt
from hub.domain.filing import FilingRow
from hub.domain.findings import Finding, stops_version
from hub.errors import BadRequest, Conflict, Forbidden, HubError, NotFound, Refused, TooLarge
from hub.failpoints import reach
from hub.readers.bundle import is_bundle, members, open_bundle, unpacked
from hub.readers.declared_secret import declares_secret
from hub.readers.dispatch import door_of
from hub.readers.extent import reports_in
from hub.readers.guard import Refusal
from hub.readers.limits import Limits
from hub.readers.workbook_problems import workbook_problem
from hub.readers.xlsx_many import is_many
from hub.services import intake, moves, quarantine
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.receipts import receipt_json
from hub.services.seeing import sees
from hub.store import accounts, filings, submissions, uploads
from hub.store.database import IntegrityError
from hub.store.uploads import Upload, UploadReport

LEASE = timedelta(minutes=2)
"""A worker that has not been heard of for so long is taken to be dead."""
GIVE_UP = timedelta(days=1)
"""A file that is still not read after so long has ended every worker that tried."""
BATCH, PAUSE = 50, 0.5
"""Progress is written down after so many reports or seconds, whichever comes first."""
LISTED = 50
_INTENTS: dict[str, Intent] = {"draft": "draft", "send": "send", "dry_run": "dry_run"}

log = logging.getLogger("hub.uploads")


def keep(
    core: Core, actor: Actor, content: bytes, *, filename: str, media_type: str, intent: str, key: str, now: datetime,
    secrecy: str = "",
) -> str:  # fmt: skip
    """The id of the upload whose bytes are kept now; the same key gives the same id. Nothing is read yet.

    BadRequest for an unknown intent, for sending without the declaration that no state secret is in it, and for a file
    that declares one: of that nothing is kept (R06). Refused for one with a secrecy mark: it is held for an
    administrator, since what is kept can never be taken away. TooLarge; Conflict if the key was used for another file.
    """
    if intent not in _INTENTS or not key:
        raise BadRequest
    if len(content) > core.config.max_upload_bytes:
        raise TooLarge
    if intent == "send" and secrecy != "none":
        raise BadRequest(
            "Trước khi gửi, hãy xác nhận các báo cáo không chứa bí mật nhà nước.",
            "Before sending, confirm that the reports hold no state secret.",
        )
    if declares_secret(content):
        raise BadRequest(
            "Tệp khai có bí mật nhà nước: hệ thống này không được nhận. Không gửi qua đây; tệp không được lưu.",
            "The file says that it holds a state secret: this hub may not take it. Nothing of it was kept.",
        )
    kept = _new(content, actor.account_id, key, filename, media_type, intent, now)
    if marks := _marks(core, kept, content):
        _hold(core, actor, kept, content, marks, now)
        raise Refused(marks[0].message_vi, marks[0].message_en)
    with core.database.write() as connection:
        submissions.keep_content(connection, kept.sha256, content)
        if uploads.add(connection, kept):
            return kept.id
        known = uploads.by_key(connection, actor.account_id, key)
        if known is None or (known.sha256, known.intent) != (kept.sha256, intent):
            raise Conflict("Trang này đã dùng để gửi một tệp khác.", "This page was used for another file already.")
        return known.id


def _marks(core: Core, upload: Upload, content: bytes) -> list[Finding]:
    """The secrecy marks in the file, unless a person has released these very bytes."""
    with core.database.read() as connection:
        if quarantine.was_released(connection, upload.sha256):
            return []
    if not is_bundle(content):
        return intake.marks_in(core, _document_envelope(core, upload, content), least=1)
    try:
        archive = open_bundle(content, Limits(max_bytes=core.config.max_upload_bytes))
    except Refusal:
        return []  # told when it is read
    for name, inside in unpacked(archive, members(archive)):
        if isinstance(inside, bytes):
            envelope = _envelope(upload, inside, name.rpartition("/")[2], upload.id)
            if marks := intake.marks_in(core, envelope, least=1):
                return marks
    return []


def _hold(core: Core, actor: Actor, upload: Upload, content: bytes, marks: list[Finding], now: datetime) -> None:
    envelope = _envelope(upload, content, upload.filename, upload.id)
    with core.database.write() as connection:
        quarantine.hold_arrival(connection, core, actor, None, envelope, marks, now)
        codes = sorted({each.code for each in marks})
        moves.tell(connection, actor, "refuse", "filing", "-", now, {"codes": codes, "via": "upload"}, "refused")


def work(core: Core, upload_id: str, now: datetime) -> bool:
    """True if the upload is finished now by this call; False if somebody else works on it or it has to wait."""
    began = time.monotonic()
    with core.database.write() as connection:
        if not uploads.claim(connection, upload_id, now, now + LEASE):
            return False
        upload = uploads.get(connection, upload_id)
        assert upload is not None
        content = submissions.content(connection, upload.sha256)
    progress = _Progress(core, upload, now, began)
    try:
        _take_all(core, upload, content, progress)
    except _TakenOver:
        return False
    except HubError as error:
        if error.status >= 500:
            progress.let_go()
            return False
        return progress.end("failed", f"{error.message_vi}\n{error.message_en}")
    except Exception:
        log.exception("upload %s could not be read", upload_id)
        return progress.end("failed", _BROKEN)
    return progress.end("done")


def work_on_left(core: Core, now: datetime) -> int:
    """How many uploads whose worker died, or that found none, were finished by this call."""
    with core.database.read() as connection:
        left = uploads.left(connection, now)
    return sum(work(core, upload_id, now) for upload_id in left)


def any_left(core: Core, now: datetime) -> bool:
    """True if an upload waits for a worker."""
    with core.database.read() as connection:
        return bool(uploads.left(connection, now))


def mine(core: Core, actor: Actor, limit: int = LISTED) -> list[Upload]:
    """The actor's own uploads, the latest first."""
    with core.database.read() as connection:
        return uploads.of_account(connection, actor.account_id, limit)


def open_one(core: Core, actor: Actor, upload_id: str) -> Upload:
    """One upload, for who uploaded it; NotFound for everybody else."""
    with core.database.read() as connection:
        upload = uploads.get(connection, upload_id)
    if upload is None or upload.account_id != actor.account_id:
        raise NotFound
    return upload


def reports_of(core: Core, actor: Actor, upload_id: str, verdict: str, limit: int) -> list[UploadReport]:
    """The first reports with that verdict (``taken`` or ``refused``), by their number in the file."""
    upload = open_one(core, actor, upload_id)
    with core.database.read() as connection:
        return uploads.reports(connection, upload.id, verdict=verdict, limit=limit)


def subjects(core: Core, actor: Actor, filing_ids: Iterable[str | None], now: datetime) -> dict[str, FilingRow]:
    """Filing id → row, of those that the actor may see."""
    found = {}
    with core.database.read() as connection:
        for filing_id in filing_ids:
            row = filings.get(connection, filing_id) if filing_id is not None else None
            if row is not None and sees(core, connection, actor, row, now):
                found[row.id] = row
    return found


_BROKEN = (
    "Hệ thống không đọc được tệp này. Các báo cáo đã nhận vẫn được giữ; hãy báo cho quản trị hệ thống.\n"
    "The hub could not read this file. What was taken in is kept; tell the administrator."
)


class _TakenOver(Exception):
    """Another worker holds the upload now."""


def _new(
    content: bytes, account_id: str, key: str, filename: str, media_type: str, intent: str, now: datetime
) -> Upload:
    sha256 = intake.sha256_of(content)
    return Upload(
        new_id(now), account_id, key[:200], filename[:255], media_type[:120], len(content), sha256, intent, "waiting",
        None, 0, 0, 0, 0, None, now, None,
    )  # fmt: skip


# --- the work --------------------------------------------------------------------------------------------------------


@dataclass
class _Progress:
    """How far one worker is; written down in batches, with the lease renewed each time."""

    core: Core
    upload: Upload
    now: datetime
    began: float
    waiting: list[UploadReport] = field(default_factory=list)
    share: int = 0
    written: float = 0.0

    def note(self, member: str, receipt: Receipt, share: int) -> None:
        """One more report is done. _TakenOver if another worker has the upload by now."""
        refused = receipt.verdict == "refused" or (
            receipt.verdict == "dry_run" and stops_version(list(receipt.findings))
        )
        number = self.upload.reports + len(self.waiting) + 1
        verdict = "refused" if refused else "taken"
        self.waiting.append(UploadReport(number, member[:255], receipt.filing_id, verdict, receipt_json(receipt)))
        self.share = share
        if len(self.waiting) >= BATCH or time.monotonic() - self.written >= PAUSE:
            self._write(lease_until=self._clock() + LEASE)

    def let_go(self) -> None:
        """The next worker may go on at once: what this one lacked passes."""
        self._write(lease_until=self._clock())

    def end(self, state: str, problem: str | None = None) -> bool:
        """True if this worker still held the upload and it is finished now."""
        try:
            self.share = 100 if state == "done" else self.share
            self._write(state=state, problem=problem, lease_until=None, finished_at=self._clock())
        except _TakenOver:
            return False
        return True

    def _write(self, **values: object) -> None:
        """The waiting reports are in the database with the upload's new counts, or nothing is."""
        upload, held = self.upload, self.upload.lease_until
        assert held is not None
        refused = sum(report.verdict == "refused" for report in self.waiting)
        counts = {
            "reports": upload.reports + len(self.waiting), "refused": upload.refused + refused,
            "taken": upload.taken + len(self.waiting) - refused, "read_share": max(upload.read_share, self.share),
        }  # fmt: skip
        try:
            with self.core.database.write() as connection:
                if not uploads.renew(connection, upload.id, held, **counts, **values):
                    raise _TakenOver
                uploads.add_reports(connection, upload.id, self.waiting)
        except IntegrityError as error:
            raise _TakenOver from error
        lease = values.get("lease_until")
        self.upload = replace(
            upload, **cast(dict[str, Any], counts), lease_until=lease if isinstance(lease, datetime) else None
        )
        self.waiting, self.written = [], time.monotonic()

    def _clock(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self.began)


def _take_all(core: Core, upload: Upload, content: bytes, progress: _Progress) -> None:
    if progress.now - upload.created_at > GIVE_UP:
        raise BadRequest(*_BROKEN.split("\n"))
    actor = _actor_of(core, upload.account_id)
    limits = Limits(max_bytes=core.config.max_upload_bytes)
    found: Iterator[tuple[str, Receipt]]
    if is_bundle(content):
        total, found = _bundle(core, actor, upload, content, limits)
    else:
        total, found = _document(core, actor, upload, content)
    for done, (member, receipt) in enumerate(found, upload.reports + 1):
        reach("upload-between-reports")
        progress.note(member, receipt, min(99, 100 * done // max(total, 1)))


def _actor_of(core: Core, account_id: str) -> Actor:
    """Who uploaded the file, with the roles of now: a right that was taken away meanwhile is not used any more."""
    with core.database.read() as connection:
        account = accounts.find(connection, account_id)
        if account is None or not account.active:
            raise Forbidden
        return Actor(account.id, account.name, account.unit_id, accounts.grants_of(connection, account.id))


def _document(core: Core, actor: Actor, upload: Upload, content: bytes) -> tuple[int, Iterator[tuple[str, Receipt]]]:
    """About how many reports one document holds, and what became of each that is not done yet."""
    envelope = _document_envelope(core, upload, content)
    total = reports_in(envelope.door, content)
    taken = intake.receive_each(
        core, actor, envelope, upload.created_at, skip=upload.reports, kept=True, together=intake.TOGETHER
    )
    return total, ((_said(identity), receipt) for identity, receipt in taken)


def _bundle(
    core: Core, actor: Actor, upload: Upload, content: bytes, limits: Limits
) -> tuple[int, Iterator[tuple[str, Receipt]]]:
    """How many workbooks an archive holds, and what became of each that is not done yet. One report a workbook."""
    try:
        archive = open_bundle(content, limits)
    except Refusal as refusal:
        return 1, iter([(upload.filename, _refused(upload, refusal))] if not upload.reports else [])
    names = members(archive)

    def each() -> Iterator[tuple[str, Receipt]]:
        for number, (name, inside) in enumerate(unpacked(archive, names[upload.reports :]), upload.reports + 1):
            if isinstance(inside, Refusal):
                yield name, _refused(upload, inside)
                continue
            envelope = _envelope(upload, inside, name.rpartition("/")[2], f"{upload.id}/{number}")
            for _, receipt in intake.receive_each(core, actor, envelope, upload.created_at):
                yield name, receipt
                break

    return len(names), each()


def _document_envelope(core: Core, upload: Upload, content: bytes) -> Envelope:
    door = door_of(content, upload.filename, upload.media_type)
    if door == "xlsx" and is_many(content, Limits(max_bytes=core.config.max_upload_bytes)):
        door = "xlsx_many"
    return replace(_envelope(upload, content, upload.filename, upload.id), door=door)


def _envelope(upload: Upload, content: bytes, filename: str, key: str) -> Envelope:
    return Envelope(
        content, "xlsx", filename=filename, media_type=upload.media_type, idempotency_key=key,
        intent=_INTENTS[upload.intent], via="upload",
    )  # fmt: skip


def _refused(upload: Upload, refusal: Refusal) -> Receipt:
    """The answer to a member that was never opened: nothing of it goes any further."""
    said = workbook_problem(refusal.code, found=refusal.found)
    return Receipt("", upload.created_at, upload.sha256, 0, "refused", None, None, None, None, (said,))


def _said(identity: Identity) -> str:
    """The unit and the period that a report names, for who looks for it in the file."""
    return ", ".join(part for part in (identity.unit, identity.period) if part)
