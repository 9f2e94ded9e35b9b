"""Intake: bytes come in, are kept, read, checked, and become a version of a filing, in one transaction a report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice

from hub.domain.access import Actor
from hub.domain.checks import Checked, check
from hub.domain.envelope import Envelope, Identity, Reading, Receipt
from hub.domain.filing import FilingRow, SubmissionRow, VersionRow, filing_id
from hub.domain.findings import Finding, needs_explanation, stops_sending, stops_version
from hub.domain.interchange import NO_SECRET
from hub.domain.packing import pack
from hub.domain.period import Period, may_send
from hub.domain.regime import Edition
from hub.domain.secrecy import MARKED
from hub.domain.values import canonical_document, digest
from hub.domain.workflow import SignOff, next_state
from hub.errors import Conflict, Forbidden, HubError, NotFound, Refused, TooLarge
from hub.failpoints import reach
from hub.readers.dispatch import read
from hub.readers.limits import Limits
from hub.readers.possible_mark import may_bear_mark
from hub.services import (
    announcing,
    arrivals,
    beforehand,
    moves,
    narrative,
    on_behalf,
    quarantine,
    rollup_parts,
    steps,
    unsaved,
)
from hub.services.campaigns import edition_of
from hub.services.core import Core
from hub.services.history import context_of
from hub.services.ids import new_id
from hub.services.receipts import receipt_from_json, receipt_json
from hub.services.seeing import filing_for, visibility_of
from hub.store import at_once, filings, submissions, versions
from hub.store.database import Connection, IntegrityError, is_unique_violation
from hub.store.versions import StoredVersion

TOGETHER = 128
"""So many reports of one file are committed at one time: each for itself waits for the disk as long as these."""


def receive(core: Core, actor: Actor, envelope: Envelope, now: datetime) -> Receipt:
    """Take in exactly one report. Bad content is kept and answered with findings, never raised.

    A repeat of an idempotency key, or of the same bytes for the same filing, gets the earlier receipt. Raises Conflict
    (key used for another body, or a newer version than ``seen_version``), NotFound, Forbidden, TooLarge.
    """
    return _receive(core, actor, envelope, now, most=1)[0]


def receive_many(core: Core, actor: Actor, envelope: Envelope, now: datetime) -> list[Receipt]:
    """Take in a file of one or many reports, each with its own verdict and receipt, in the file's order.

    Each is taken in whole or not at all, whatever becomes of the others; those of a group are committed at one time.
    """
    return _receive(core, actor, envelope, now, most=None)


def receive_each(
    core: Core, actor: Actor, envelope: Envelope, now: datetime, *, skip: int = 0, kept: bool = False,
    together: int = 1,
) -> Iterator[tuple[Identity, Receipt]]:  # fmt: skip
    """As :func:`receive_many`, one report after another, with what each says that it is; the caller may stop at any.

    The key of a report is the envelope's with its number in the file, from 1. ``skip``: so many reports at the
    beginning are read only. ``kept``: the bytes are in the database already. ``together``: so many reports are taken in
    before the first of them is given. What may not be entered is refused.
    """
    first = _Arrival(envelope, hashlib.sha256(envelope.content).hexdigest(), 0, now, kept, own_key=True)
    readings = islice(_readings(core, envelope, None, None), skip, None)
    yield from _take_all(core, actor, first, enumerate(readings, skip + 1), together)


def marks_in(core: Core, envelope: Envelope, least: int = 2) -> list[Finding]:
    """The secrecy marks in the words of a file of at least so many reports, told before anything of it is kept.

    The reports of one file share its bytes: where one of them may not be kept, the file may not (R06).
    """
    if not may_bear_mark(envelope.content):
        return []
    marks: list[Finding] = []
    number = 0
    for number, reading in enumerate(_readings(core, envelope, None, None), 1):
        if len(marks) < _MARKS_TOLD:
            marks += quarantine.marks_of(reading, number, _edition_of(core, None, reading.identity))
    return marks if number >= least else []


def sha256_of(content: bytes) -> str:
    """The hash under which bytes are kept."""
    return hashlib.sha256(content).hexdigest()


def submission_content(core: Core, actor: Actor, submission_id: str, now: datetime) -> tuple[SubmissionRow, bytes]:
    """One arrival and its very bytes, for who may open it (``arrivals.content_of``). NotFound otherwise."""
    return arrivals.content_of(core, actor, submission_id, now)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One report of one envelope on its way in."""

    envelope: Envelope
    sha256: str
    index: int
    now: datetime
    kept: bool = False
    """The bytes are in the database already."""
    own_key: bool = False
    """The key is the hub's own, never another body's: what was set apart under it is known again without its bytes."""

    @property
    def key(self) -> str | None:
        key = self.envelope.idempotency_key
        return key if key is None or self.index == 0 else f"{key}#{self.index}"


@dataclass(frozen=True, slots=True)
class _Subject:
    """The filing a reading is for, with the findings of its checks."""

    row: FilingRow
    edition: Edition
    checked: Checked
    base: int | None = None
    """The version whose forms were put into a reading of the outline alone: it must still be the latest."""


def _receive(core: Core, actor: Actor, envelope: Envelope, now: datetime, most: int | None) -> list[Receipt]:
    if len(envelope.content) > core.config.max_upload_bytes:
        raise TooLarge
    if actor.scopes is not None and "submit" not in actor.scopes:
        raise Forbidden
    sha256 = hashlib.sha256(envelope.content).hexdigest()
    first = _Arrival(envelope, sha256, 0, now)
    if most == 1 and (known := _already_received(core, actor, first)) is not None:
        return [known]
    expected, bound = _expected(core, actor, envelope, now)
    if most is None and len(marks := marks_in(core, envelope)) and not _was_released(core, sha256):
        return [_take_whole(core, actor, first, marks)]
    readings = _readings(core, envelope, expected, most)
    if most == 1:
        return [_take(core, actor, first, reading, bound) for reading in readings]
    return [receipt for _, receipt in _take_all(core, actor, first, enumerate(readings), TOGETHER)]


def _was_released(core: Core, sha256: str) -> bool:
    with core.database.read() as connection:
        return quarantine.was_released(connection, sha256)


def _take_whole(core: Core, actor: Actor, arrival: _Arrival, findings: list[Finding]) -> Receipt:
    """One answer for a file of many that is held as a whole; a repeat of its key is a Conflict: its bytes are apart."""
    return _in_one_transaction(core, actor, arrival, Reading(arrival.envelope.door, "canonical"), findings)


def _already_received(core: Core, actor: Actor, arrival: _Arrival) -> Receipt | None:
    """The earlier receipt of a repeated key; Conflict if the key was used for another body."""
    if arrival.key is None:
        return None
    with core.database.read() as connection:
        return _earlier_receipt(connection, actor, arrival)


def _earlier_receipt(connection: Connection, actor: Actor, arrival: _Arrival) -> Receipt | None:
    if arrival.key is None:
        return None
    found = submissions.by_key(connection, actor.account_id, arrival.key)
    if found is None:
        return None
    row, stored = found
    set_apart = arrival.own_key and (row.sha256, row.verdict) == (_NOTHING, "refused")
    if (row.sha256 != arrival.sha256 and not set_apart) or row.intent != arrival.envelope.intent:
        raise Conflict(
            "Mã chống gửi trùng (Idempotency-Key) này đã dùng cho một nội dung khác.",
            "This Idempotency-Key was already used for another body.",
        )
    return receipt_from_json(stored, repeat_of=row.id)


def _expected(core: Core, actor: Actor, envelope: Envelope, now: datetime) -> tuple[Identity | None, FilingRow | None]:
    """The identity the envelope is bound to, when it came through a filing's own page."""
    if envelope.filing_id is None:
        return None, None
    with core.database.read() as connection:
        row = filing_for(core, connection, actor, envelope.filing_id, now)
    _, _, code = row.edition.partition("/")
    return Identity(row.regime, code, row.unit_id, row.period, row.scope), row


def _readings(core: Core, envelope: Envelope, expected: Identity | None, most: int | None) -> Iterator[Reading]:
    """The reports in the bytes; one empty reading with a problem where there is none, or more than ``most``."""

    def lookup(identity: Identity) -> Edition | None:
        return _edition_of(core, None, identity)

    limits = Limits(
        max_bytes=core.config.max_upload_bytes,
        parse_memory_mb=core.config.parse_memory_mb,
        parse_seconds=core.config.parse_seconds,
    )
    found = read(envelope.door, envelope.content, lookup, expected, limits)
    first = next(found, None)
    if first is None:
        yield Reading(envelope.door, "canonical", problems=[_EMPTY])
        return
    if most == 1:
        if next(found, None) is not None:
            first = Reading(envelope.door, first.notation, first.identity, problems=[_MANY])
        yield first
        return
    yield first
    yield from found


def _edition_of(core: Core, connection: Connection | None, identity: Identity) -> Edition | None:
    """The edition a document is for: the one that its period is reported by, which must be the one it names."""
    if identity.regime is None or identity.period is None:
        return None
    try:
        period = Period.parse(identity.period)
    except ValueError:
        return None
    edition = edition_of(core, connection, identity.regime, period)
    if edition is None or (identity.edition is not None and identity.edition not in {edition.code, edition.key}):
        return None
    return edition


def _take(core: Core, actor: Actor, arrival: _Arrival, reading: Reading, bound: FilingRow | None) -> Receipt:
    """Check one reading and record it; a clash of keys means that another request recorded it first."""
    with core.database.read() as connection:
        subject = _subject(core, connection, actor, reading, bound, arrival)
    reach("after-validate")
    try:
        receipt = _in_one_transaction(core, actor, arrival, reading, subject)
    except IntegrityError as error:
        if not is_unique_violation(error) or (known := _already_received(core, actor, arrival)) is None:
            raise
        return known
    reach("after-commit-before-answer")
    return receipt


def _take_all(
    core: Core, actor: Actor, first: _Arrival, readings: Iterator[tuple[int, Reading]], together: int
) -> Iterator[tuple[Identity, Receipt]]:  # fmt: skip
    """Each report with its receipt, in the file's order; so many ``together`` in one transaction."""
    while group := [(replace(first, index=index), reading) for index, reading in islice(readings, together)]:
        receipts = _take_together(core, actor, group) if len(group) > 1 else None
        for at, (arrival, reading) in enumerate(group):
            yield reading.identity, receipts[at] if receipts else _take(core, actor, arrival, reading, None)


def _take_together(core: Core, actor: Actor, group: list[tuple[_Arrival, Reading]]) -> list[Receipt] | None:
    """The receipts of a group that was taken in at one time; None, and nothing is done, where one is in the way.

    One report twice in a group, a clash with somebody else, a wait that was too long: then each goes its own way, with
    the same verdict, and only what is in the way itself is held up by it.
    """
    try:
        with core.database.read() as connection:
            subjects = _subjects(core, connection, actor, group)
        if subjects is None:
            return None
        reach("after-validate")
        receipts = _record_together(core, actor, group, subjects)
    except (HubError, IntegrityError):
        return None
    reach("after-commit-before-answer")
    return receipts


def _subjects(
    core: Core, connection: Connection, actor: Actor, group: list[tuple[_Arrival, Reading]]
) -> list[_Subject | list[Finding]] | None:
    """What each report of a group is for; None if two are for the same filing."""
    named = [_filing_ids(core, connection, reading.identity) for _, reading in group]
    with at_once.many(connection) as known:
        beforehand.know(connection, known, core, set(chain.from_iterable(named)))
        subjects = [
            _subject(core, connection, actor, reading, None, arrival, ids)
            for (arrival, reading), ids in zip(group, named, strict=True)
        ]
    ids = [each.row.id for each in subjects if isinstance(each, _Subject)]
    return subjects if len(set(ids)) == len(ids) else None


def _record_together(
    core: Core, actor: Actor, group: list[tuple[_Arrival, Reading]], subjects: list[_Subject | list[Finding]]
) -> list[Receipt]:
    """What each report would write by itself, in one transaction. IntegrityError or HubError: nothing was written."""
    ids = [each.row.id for each in subjects if isinstance(each, _Subject)]
    keys = [arrival.key for arrival, _ in group if arrival.key is not None]
    with core.database.write() as connection, at_once.many(connection) as held:
        beforehand.hold(connection, held, core, actor, ids, keys, group[0][0].sha256)
        receipts = [
            _recorded(core, connection, actor, arrival, reading, subject)
            for (arrival, reading), subject in zip(group, subjects, strict=True)
        ]
        beforehand.write(connection, held)
        reach("before-commit")
    return receipts


def _in_one_transaction(
    core: Core, actor: Actor, arrival: _Arrival, reading: Reading, subject: _Subject | list[Finding]
) -> Receipt:
    with core.database.write() as connection:
        receipt = _recorded(core, connection, actor, arrival, reading, subject)
        reach("before-commit")
    return receipt


def _recorded(
    core: Core, connection: Connection, actor: Actor, arrival: _Arrival, reading: Reading,
    subject: _Subject | list[Finding],
) -> Receipt:  # fmt: skip
    """Inside the write transaction: the earlier receipt of the key, or what this report makes."""
    if (known := _earlier_receipt(connection, actor, arrival)) is not None:
        return known
    if not isinstance(subject, list):
        return _record(core, connection, actor, arrival, reading, subject)
    marks = quarantine.marks_of(reading, arrival.index + 1, _edition_of(core, connection, reading.identity))
    findings = quarantine.judged(connection, arrival.sha256, [*subject, *marks]) or [_NO_FILING]
    arrival = _set_apart(core, connection, actor, arrival, findings, None)
    return _refuse(connection, actor, arrival, findings, None)


def _subject(
    core: Core, connection: Connection, actor: Actor, reading: Reading, bound: FilingRow | None, arrival: _Arrival,
    named: Sequence[str] | None = None,
) -> _Subject | list[Finding]:  # fmt: skip
    """The filing the reading is for, checked; or the findings that say why there is none.

    ``named``: the ids that its filing may have, where they are known already.
    """
    if reading.secrecy not in {None, NO_SECRET}:
        return [_DECLARED_SECRET]
    if named is None:
        named = _filing_ids(core, connection, reading.identity) if bound is None else ()
    row = _filing_of(core, connection, actor, named, arrival.now) if bound is None else bound
    if row is None:
        return reading.problems or [_NO_FILING]
    if bound is not None:
        reading.problems.extend(_identity_problems(core, reading.identity, bound))
    may_edit = on_behalf.may(core, connection, actor, "edit", row)
    if not may_edit or (arrival.envelope.intent == "send" and not _may_send_as(core, connection, actor, row)):
        if arrival.index == 0:
            raise Forbidden
        return [_NOT_PERMITTED]  # the reports before this one are taken already and must get their receipts
    edition = core.catalog.edition(row.edition)
    base = narrative.over_latest(connection, row, edition, reading)
    return _Subject(row, edition, check(edition, reading, context_of(core, connection, row, edition)), base)


def _may_send_as(core: Core, connection: Connection, actor: Actor, row: FilingRow) -> bool:
    may = on_behalf.may(core, connection, actor, "send", row)
    return may and (actor.scopes is None or "send" in actor.scopes)


def _filing_of(
    core: Core, connection: Connection, actor: Actor, named: Sequence[str], now: datetime
) -> FilingRow | None:  # fmt: skip
    """The first of these filings that the actor may see: what may not be seen is as if it were not."""
    sight = visibility_of(core, actor, now)
    for each in named:
        row = filings.get(connection, each)
        if row is not None and (sight.may_see_filing(row) or on_behalf.is_entering(core, connection, actor, row)):
            return row
    return None


def _filing_ids(core: Core, connection: Connection, identity: Identity) -> list[str]:
    """The ids that the filing of an identity may have, the likeliest first."""
    edition = _edition_of(core, connection, identity)
    if edition is None or identity.unit is None or identity.period is None:
        return []
    period = Period.parse(identity.period)
    scopes = [identity.scope] if identity.scope else ["own", "rollup"]
    bodies = _bodies(core, identity.unit, period)
    return [filing_id(edition.key, period.code, unit_id, scope) for unit_id in bodies for scope in scopes]


def _bodies(core: Core, name: str, period: Period) -> list[str]:
    """The ids that a unit's name may mean, first as of the period's end, then as that body was called before or since.

    A filing stays with the unit valid at its window's end (R17); a rename may fall between that day and period end.
    """
    unit = core.orgs.find(name, period.end)
    if unit is None:
        return []
    return [unit.id, *sorted(core.orgs.same_body(unit.id) - {unit.id})]


def _identity_problems(core: Core, said: Identity, row: FilingRow) -> list[Finding]:
    """What a document says of itself that is not the filing it was handed in for."""
    problems = []
    if said.regime is not None and said.regime != row.regime:
        problems.append(_mismatch("wrong_regime", "chế độ báo cáo", "regime", said.regime, row.regime))
    if said.period is not None and said.period != row.period:
        problems.append(_mismatch("wrong_period", "kỳ báo cáo", "period", said.period, row.period))
    if said.unit is not None:
        unit = core.orgs.find(said.unit, row.window_end)
        if unit is None or unit.id not in core.orgs.same_body(row.unit_id) | {row.unit_id}:
            problems.append(_mismatch("wrong_unit", "đơn vị", "unit", said.unit, row.unit_id))
    if said.scope is not None and said.scope != row.scope:
        problems.append(_mismatch("wrong_scope", "phạm vi", "scope", said.scope, row.scope))
    return problems


def _mismatch(code: str, vi: str, en: str, found: str, expected: str) -> Finding:
    return Finding(
        code, "error", "identity",
        f"Tệp này của {vi} “{found}”, không phải “{expected}”.",
        f"This file is for {en} “{found}”, not “{expected}”.",
        found=found, expected=expected,
    )  # fmt: skip


def _finding(code: str, vi: str, en: str) -> Finding:
    return Finding(code, "error", "identity", vi, en)


def _notice(code: str, vi: str, en: str) -> Finding:
    return Finding(code, "note", "identity", vi, en)


_DECLARED_SECRET = _finding(
    "declared_secret",
    "Người gửi khai báo cáo có bí mật nhà nước: hệ thống này không được nhận. Không gửi qua đây; nội dung đã bị bỏ.",
    "The sender says that the report holds a state secret: this hub may not take it. Its content was dropped.",
)
_AWAITS_CHECK = _notice(
    "awaits_check",
    "Đã nhận, chưa gửi: đơn vị quy định người khác phải kiểm tra trước.",
    "Taken in, not sent yet: the unit has somebody else check it first.",
)
_AWAITS_SIGNATURE = _notice(
    "awaits_signature",
    "Đã nhận và kiểm tra, chưa gửi: còn chờ người có thẩm quyền ký số.",
    "Taken in and checked, not sent yet: it awaits the signature of an authorised person.",
)


_NOTHING = hashlib.sha256(b"").hexdigest()
_MARKS_TOLD = 20
_EMPTY = Finding("empty", "error", "file", "Tệp không có báo cáo nào.", "The file holds no report.")
_MANY = Finding(
    "many_reports", "error", "file",
    "Tệp có nhiều báo cáo; hãy dùng chức năng gửi nhiều đơn vị.",
    "The file holds many reports; use the upload of many.",
)  # fmt: skip
_NO_FILING = _finding(
    "no_filing",
    "Không có báo cáo nào phải nộp như tệp này nói (chế độ, đơn vị, kỳ), hoặc không thuộc phạm vi của bạn.",
    "No report is owed as this file says (regime, unit, period), or it is not within your reach.",
)


_NOT_PERMITTED = _finding("not_permitted", Forbidden.vi, Forbidden.en)


def _record(
    core: Core, connection: Connection, actor: Actor, arrival: _Arrival, reading: Reading, subject: _Subject
) -> Receipt:
    """Inside the write transaction: the version if it may be, the submission in any case."""
    row = filings.lock(connection, subject.row.id)
    if row is None:
        raise NotFound
    document = canonical_document(subject.edition, row.unit_id, row.period, row.scope, subject.checked.values)
    version_sha256 = digest(document)
    if (repeated := _same_again(connection, row, arrival, version_sha256)) is not None:
        unsaved.settle(connection, actor, row, subject.edition, row.version or 0, arrival.envelope, arrival.now)
        return repeated
    seen = arrival.envelope.seen_version if subject.base is None else subject.base
    if seen is not None and seen != (row.version or 0):
        raise Conflict
    findings = subject.checked.findings + _obstacles(core, row, subject.edition, arrival)
    findings += rollup_parts.fallen_findings(core, connection, row, arrival.envelope.intent)
    findings += quarantine.held_findings(connection, row.id, arrival.envelope.intent)
    findings += quarantine.marks_in(subject.edition, reading)
    findings = quarantine.judged(connection, arrival.sha256, findings)
    if arrival.envelope.intent == "dry_run":
        return _dry_run(arrival, row, findings)
    if stops_version(findings) or (arrival.envelope.intent == "send" and stops_sending(findings)):
        unsaved.hold_posted(connection, actor, row, subject.edition, arrival.envelope, arrival.now)
        arrival = _set_apart(core, connection, actor, arrival, findings, row)
        return _refuse(connection, actor, arrival, findings, row)
    judged = replace(subject, checked=Checked(subject.checked.values, findings))
    asked = steps.in_force(core, connection, row, subject.edition)
    return _accept(core, connection, actor, arrival, reading, judged, row, document, version_sha256, asked)


def _same_again(connection: Connection, row: FilingRow, arrival: _Arrival, sha256: str) -> Receipt | None:
    """The earlier receipt, if these very bytes made the present version and there is nothing more to do with them."""
    if row.version is None or arrival.envelope.intent == "dry_run":
        return None
    present = versions.row_of(connection, row.id, row.version)
    if present.sha256 != sha256:
        return None
    if arrival.envelope.intent == "send" and row.sent_version != row.version:
        return None
    found = submissions.get(connection, present.submission_id)
    if found is None or found[0].sha256 != arrival.sha256:
        return None
    return receipt_from_json(found[1], repeat_of=found[0].id)


def _obstacles(core: Core, row: FilingRow, edition: Edition, arrival: _Arrival) -> list[Finding]:
    """What the state or the calendar has against this arrival."""
    obstacles = []
    try:
        next_state(row.state, "edit", edition.sign_off)
    except Refused as refusal:
        obstacles.append(_finding("filing_locked", refusal.message_vi, refusal.message_en))
    if row.excluded:
        obstacles.append(
            _finding("excluded", "Đơn vị được loại trừ khỏi kỳ này.", "The unit is excluded from this period.")
        )
    if arrival.envelope.intent == "send":
        answer = may_send(
            edition, Period.parse(row.period), row.level, row.due_at, arrival.now, row.state, row.closing,
            opens=row.window_start,
        )  # fmt: skip
        if not answer.allowed and not obstacles:
            obstacles.append(_finding("not_open", answer.reason_vi, answer.reason_en))
    return obstacles


def _dry_run(arrival: _Arrival, row: FilingRow, findings: list[Finding]) -> Receipt:
    return Receipt(
        "", arrival.now, arrival.sha256, len(arrival.envelope.content), "dry_run",
        row.id, None, None, row.state, tuple(findings),
    )  # fmt: skip


def _accept(
    core: Core, connection: Connection, actor: Actor, arrival: _Arrival, reading: Reading, subject: _Subject,
    row: FilingRow, document: bytes, version_sha256: str, asked: SignOff,
) -> Receipt:  # fmt: skip
    """A new version unless nothing changed, then sending if that was asked for and nothing is in its way.

    Other explanations than those that were sent are a change: what was sent keeps its own.
    """
    submission_id = new_id(arrival.now)
    findings = subject.checked.findings
    before = versions.explanations(connection, row.id, row.version) if row.version is not None else {}
    explanations = _explanations(before, findings, reading)
    changed = row.version is None or versions.sha256_of(connection, row.id, row.version) != version_sha256
    changed = changed or (row.version_was_sent and before != before | explanations)
    number = (row.version or 0) + 1 if changed else row.version
    assert number is not None
    _keep_bytes(connection, arrival)
    edited = moves.edited(row, subject.edition, number, arrival.now) if changed else {}
    final = row
    if arrival.envelope.intent == "send" and not _unexplained(findings, explanations):
        final = moves.send_on(connection, actor, row, asked, number, arrival.now, **edited)
    elif edited:
        final = filings.change(connection, row.id, row.revision, **edited)
    announcing.submitted(connection, core, final, arrival.now)
    receipt = Receipt(
        submission_id, arrival.now, arrival.sha256, len(arrival.envelope.content), "accepted",
        row.id, number, version_sha256, final.state, (*findings, *_awaited(arrival, final, asked)),
        final.first_sent_at < final.due_at if final.first_sent_at is not None else None,
    )  # fmt: skip
    _keep(connection, actor, arrival, receipt)
    if changed:
        stored = StoredVersion(
            VersionRow(row.id, number, version_sha256, submission_id, actor.account_id, arrival.now),
            document,
            pack(subject.edition, subject.checked.values),
            [finding.as_json() for finding in findings],
        )
        versions.add(connection, stored)
    if explanations and (changed or before != before | explanations):
        versions.explain(connection, row.id, number, explanations, actor.account_id, arrival.now)
    unsaved.settle(connection, actor, row, subject.edition, number, arrival.envelope, arrival.now)
    detail = {"door": arrival.envelope.door, "version": number, "sha256": version_sha256, "state": final.state}
    if arrival.envelope.intent == "send":
        detail["secrecy"] = f"{NO_SECRET}, said" if reading.secrecy == NO_SECRET else f"{NO_SECRET}, by sending"
    moves.tell(connection, actor, "receive", "filing", row.id, arrival.now, detail | {"submission": submission_id})
    return receipt


def _awaited(arrival: _Arrival, row: FilingRow, asked: SignOff) -> tuple[Finding, ...]:
    """What a report that was to be sent still waits for: its unit has others check or sign it (R22, R24)."""
    if arrival.envelope.intent != "send":
        return ()
    if row.state == "draft" and "check" in asked.steps and asked.separate:
        return (_AWAITS_CHECK,)
    return (_AWAITS_SIGNATURE,) if row.state == "checked" and "sign" in asked.steps else ()


def _explanations(before: dict[str, str], findings: list[Finding], reading: Reading) -> dict[str, str]:
    """The explanations that hold for this version: those given now, else those given before for the same warning."""
    given = before | {key: text.strip() for key, text in reading.explanations.items() if text.strip()}
    return {finding.key: given[finding.key] for finding in needs_explanation(findings) if finding.key in given}


def _unexplained(findings: list[Finding], explanations: dict[str, str]) -> bool:
    return any(finding.key not in explanations for finding in needs_explanation(findings))


def _refuse(
    connection: Connection, actor: Actor, arrival: _Arrival, findings: list[Finding], row: FilingRow | None
) -> Receipt:
    """The bytes are kept, no version is made. Of what its sender calls secret nothing is kept (R06)."""
    if _DECLARED_SECRET in findings:
        unsaved.forget(connection, actor, arrival.envelope.filing_id)
        arrival = replace(arrival, envelope=replace(arrival.envelope, content=b""), sha256=_NOTHING, kept=False)
    receipt = Receipt(
        new_id(arrival.now), arrival.now, arrival.sha256, len(arrival.envelope.content), "refused",
        row.id if row else None, None, None, row.state if row else None, tuple(findings),
    )  # fmt: skip
    _keep_bytes(connection, arrival)
    _keep(connection, actor, arrival, receipt)
    codes = sorted({finding.code for finding in findings})[:20]
    detail = {"door": arrival.envelope.door, "submission": receipt.submission_id, "codes": codes}
    moves.tell(connection, actor, "refuse", "filing", receipt.filing_id or "-", arrival.now, detail, result="refused")
    return receipt


def _set_apart(
    core: Core, connection: Connection, actor: Actor, arrival: _Arrival, findings: list[Finding], row: FilingRow | None
) -> _Arrival:
    """What bears a secrecy mark goes into the quarantine and nowhere else: the arrival is left without its bytes."""
    if not any(finding.code == MARKED for finding in findings):
        return arrival
    quarantine.hold_arrival(connection, core, actor, row, arrival.envelope, findings, arrival.now)
    return replace(arrival, envelope=replace(arrival.envelope, content=b""), sha256=_NOTHING, kept=False)


def _keep_bytes(connection: Connection, arrival: _Arrival) -> None:
    if arrival.kept or submissions.is_kept(connection, arrival.sha256):
        return
    if not (arrival.index and submissions.has_content(connection, arrival.sha256)):
        submissions.keep_content(connection, arrival.sha256, arrival.envelope.content)


def _keep(connection: Connection, actor: Actor, arrival: _Arrival, receipt: Receipt) -> None:
    envelope = arrival.envelope
    row = SubmissionRow(
        receipt.submission_id, receipt.filing_id, envelope.door, envelope.via[:60], envelope.intent, actor.account_id,
        actor.unit_id, arrival.now, _storable(envelope.filename)[:255], _storable(envelope.media_type)[:120],
        receipt.size, arrival.sha256, receipt.verdict, receipt.version,
    )  # fmt: skip
    submissions.add(
        connection, row, idempotency_key=arrival.key, credential=actor.account_id, receipt=receipt_json(receipt)
    )


def _storable(text: str) -> str:
    """File names come from outside: what a database cannot hold is dropped from the label, never from the content."""
    return text if text.isprintable() else "".join(char for char in text if char.isprintable())
