"""Filings as people work with them: find, open, explain, check, send, amend, and the workbook to fill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hub.domain.access import Actor
from hub.domain.checks import check as check_reading
from hub.domain.context import Context
from hub.domain.envelope import Receipt
from hub.domain.filing import DecisionRow, FilingPage, FilingQuery, FilingRow, SubmissionRow, VersionRow
from hub.domain.findings import Finding, needs_explanation, stops_sending
from hub.domain.form import Form
from hub.domain.interchange import NO_SECRET
from hub.domain.org import OrgUnit
from hub.domain.period import CALLED, UNSENT_STATES, Allowed, Period, Punctuality, may_send, punctuality
from hub.domain.plain_text import storable
from hub.domain.regime import Edition
from hub.domain.search_text import found_in
from hub.domain.secrecy import has_mark
from hub.domain.sight import EVERYTHING, Sight, as_sent
from hub.domain.values import CellChange, Values, difference, from_canonical
from hub.domain.workflow import USUAL, SignOff, moves_from, next_state
from hub.errors import BadRequest, Conflict, Forbidden, NotFound, Refused
from hub.readers.again import reading_of
from hub.services import announcing, moves, on_behalf, quarantine, rollup_parts, steps
from hub.services.arrivals import in_sight
from hub.services.core import Core
from hub.services.fillable import workbook_of
from hub.services.history import Counting, asks_previous, before, context_of
from hub.services.receipts import finding_from_json, receipt_from_json
from hub.services.seeing import counting_version, filing_for, sees, sight_by, version_for, visibility_of
from hub.store import calls, decisions, filings, signatures, submissions, versions
from hub.store.database import Connection
from hub.writers.xsd import write_xsd

EXPLANATION_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class FilingView:
    """All that a page about one filing shows. ``moves`` are the events this actor may make now.

    ``row.version`` and all that hangs on it are of the latest version that this actor may see: see ``sight``.
    """

    row: FilingRow
    edition: Edition
    unit: OrgUnit
    receiver: OrgUnit | None
    period: Period
    forms: tuple[Form, ...]
    values: Values
    findings: list[Finding]
    explanations: dict[str, str]
    previous: Values | None
    decisions: list[DecisionRow]
    versions: list[VersionRow]
    submissions: list[SubmissionRow]
    moves: frozenset[str]
    allowed: Allowed
    punctuality: Punctuality
    last_refused: Receipt | None
    last_refused_content: bytes | None
    context: Context
    """What its rules may look at besides its own figures: a page and a workbook check with it."""
    asked: SignOff = USUAL
    """The steps in force before sending, of the edition and of the unit, and whether different people make them."""
    called_because: str | None = None
    """Why the report was called for outside the calendar; None for a periodic one."""
    sight: Sight = EVERYTHING
    """Which versions this actor may see, and with them steps, arrivals and files (R44)."""

    @property
    def unit_at_work(self) -> bool:
        """True where the unit works on what this actor sees only once it is sent."""
        return not self.sight.whole and self.row.state in UNSENT_STATES


def search(core: Core, actor: Actor, query: FilingQuery, now: datetime) -> FilingPage:
    """One page of the filings the actor may see: the latest deadline first; of what is owed, the next one first.

    Of what was sent to the actor, ``version`` is the one that was sent last.
    """
    unit_ids, regimes = _matches(core, query.text)
    sight = visibility_of(core, actor, now)
    with core.database.read() as connection:
        page = filings.search(connection, sight, query, unit_ids, regimes, now)
    return replace(page, rows=tuple(row if sight.is_own_side(row.unit_path) else as_sent(row) for row in page.rows))


def _matches(core: Core, text: str) -> tuple[list[str] | None, list[str] | None]:
    """The units and regimes whose names hold the text; None if nothing was asked. Never folded in SQL (P31)."""
    if not text.strip():
        return None, None
    units = [unit.id for unit in core.orgs.units.values() if found_in(text, unit.name.vi, unit.name.en)]
    regimes = [
        regime.code
        for regime in core.catalog.regimes.values()
        if found_in(text, regime.code, regime.editions[-1].title.vi, regime.editions[-1].title.en)
    ]
    return units[:1000], regimes


def open_one(core: Core, actor: Actor, filing_id: str, now: datetime) -> FilingView:
    """Everything about one filing at one moment. NotFound if the actor may not see it."""
    with core.database.read() as connection:
        row = filing_for(core, connection, actor, filing_id, now)
        edition = core.catalog.edition(row.edition)
        period = Period.parse(row.period)
        made = decisions.of_filing(connection, filing_id)
        sight = sight_by(core, actor, row, made, now)
        values, findings, explanations = _latest(core, connection, row, edition, sight)
        numbered = versions.of_filing(connection, filing_id)
        arrivals = in_sight(connection, filing_id, numbered, sight)
        refused, content = _last_refused(connection, row, arrivals)
        asked = steps.in_force(core, connection, row, edition)
        counting = _counting(core, actor, sight, now)
        context = context_of(core, connection, row, edition, counting)
        return FilingView(
            row=row,
            edition=edition,
            unit=core.orgs.get(row.unit_id),
            receiver=core.orgs.units.get(row.receiver_id),
            period=period,
            forms=edition.forms_for(row.frequency),
            values=values,
            findings=findings,
            explanations=explanations,
            previous=(
                context.previous
                if asks_previous(edition)
                else before(core, connection, row, edition, period.previous(), counting)
            ),
            context=context,
            decisions=[each for each in made if sight.shows(each)],
            versions=[each for each in numbered if sight.holds(each.number)],
            submissions=arrivals,
            moves=_moves(core, connection, actor, row, asked),
            asked=asked,
            allowed=_may_send(edition, row, now),
            punctuality=punctuality(row.due_at, row.first_sent_at, now),
            last_refused=refused,
            last_refused_content=content,
            called_because=_reason_of_call(connection, row),
            sight=sight,
        )


def _counting(core: Core, actor: Actor, sight: Sight, now: datetime) -> Counting | None:
    """What a reader is shown of the unit's other reports beside this one: on the receiving side what was sent."""
    return None if sight.whole else lambda other: counting_version(core, actor, other, now)


def _may_send(edition: Edition, row: FilingRow, now: datetime) -> Allowed:
    """By the filing's own window and deadline, which a call may have given."""
    period = Period.parse(row.period)
    return may_send(edition, period, row.level, row.due_at, now, row.state, row.closing, opens=row.window_start)


def _reason_of_call(connection: Connection, row: FilingRow) -> str | None:
    made = calls.get(connection, row.regime, row.period) if row.frequency in CALLED else None
    return made.asked.reason if made is not None else None


def _latest(
    core: Core, connection: Connection, row: FilingRow, edition: Edition, sight: Sight = EVERYTHING
) -> tuple[Values, list[Finding], dict[str, str]]:
    """Values, findings and explanations of the latest version; for an unbegun filing, what is missing."""
    if row.version is None:
        return Values(), [], {}
    stored = versions.get(connection, row.id, row.version)
    findings = [finding_from_json(data) for data in stored.findings]
    explained = versions.explanations(connection, row.id, row.version, sight.until)
    return from_canonical(edition, stored.document), findings, explained


def _last_refused(
    connection: Connection, row: FilingRow, arrivals: list[SubmissionRow]
) -> tuple[Receipt | None, bytes | None]:
    """The newest arrival with its bytes, if it was refused: what was typed is shown again, not lost (P25)."""
    if not arrivals or arrivals[0].verdict != "refused" or row.state not in {"draft", "checked", "returned"}:
        return None, None
    found = submissions.get(connection, arrivals[0].id)
    if found is None:
        return None, None
    return receipt_from_json(found[1]), submissions.content(connection, found[0].sha256)


def _moves(core: Core, connection: Connection, actor: Actor, row: FilingRow, asked: SignOff) -> frozenset[str]:
    possible: set[str] = {event for event in moves_from(row.state, asked.steps) if event != "aggregate"}
    if row.state not in {"accepted", "aggregated", "finalized"}:
        possible.add("include" if row.excluded else "exclude")
    if row.excluded:
        possible -= {"edit", "check", "sign", "send"}
    return frozenset(
        event
        for event in possible
        if on_behalf.may(core, connection, actor, "exclude" if event == "include" else event, row)
    )


def explain(core: Core, actor: Actor, filing_id: str, explanations: dict[str, str], now: datetime) -> None:
    """Keep explanations of the latest version's warnings (R21). BadRequest for one that is no warning of it.

    Where the receiver has that version, saying something else is an edit (R25): the same figures become the next
    version with the new words, and what was sent keeps its own.
    """
    texts = {key: storable(text.strip()[:EXPLANATION_LENGTH]) for key, text in explanations.items() if text.strip()}

    def step(connection: Connection, row: FilingRow, edition: Edition) -> FilingRow:
        if row.state not in UNSENT_STATES:
            raise Refused(
                "Báo cáo đã gửi: giải trình đã gửi cùng báo cáo và không sửa được nữa.",
                "The report has been sent: its explanations went with it and stay as they are.",
            )
        _, findings, said = _latest(core, connection, row, edition)
        unknown = set(texts) - {finding.key for finding in needs_explanation(findings)}
        if unknown or row.version is None:
            raise BadRequest("Giải trình không ứng với cảnh báo nào.", "An explanation belongs to no warning.")
        if any(has_mark(text) for text in texts.values()):
            raise Refused(*_MARKED)
        if row.version_was_sent and said != said | texts:
            row = moves.next_version(connection, actor, row, edition, now)
        versions.explain(connection, row.id, row.version or 0, texts, actor.account_id, now)
        return row

    _step(core, actor, filing_id, None, "explain", now, step, {"findings": sorted(texts)})


_MARKED = (
    "Có dấu hiệu mật ở phần giải trình nên giải trình không được lưu. Theo Luật Bảo vệ bí mật nhà nước, tài liệu mật "
    "không được đưa lên hệ thống này. Nếu không phải bí mật nhà nước, hãy viết lại cho khác dấu mật.",
    "The explanations bear a secrecy mark and were not kept. By the Law on Protection of State Secrets, secret "
    "documents may not be put on this hub. If it is no state secret, reword what looks like a mark.",
)


def check(core: Core, actor: Actor, filing_id: str, *, revision: int, now: datetime) -> FilingRow:
    """The latest version is marked as checked. Refused while an error is left or a warning is not explained."""

    def step(connection: Connection, row: FilingRow, edition: Edition) -> FilingRow:
        ready(core, connection, row, edition)
        asked = steps.in_force(core, connection, row, edition)
        steps.refuse_own(connection, actor, row, asked, "check", row.version or 0)
        return moves.move(connection, actor, row, edition, "check", now, version=row.version, asked=asked)

    return _step(core, actor, filing_id, revision, "check", now, step)


def send(
    core: Core, actor: Actor, filing_id: str, *, revision: int, now: datetime, secrecy: str = NO_SECRET
) -> FilingRow:
    """The latest version is sent. The hub's own clock decides whether it is on time (P13).

    Refused unless the sender declares that it holds no state secret (R06), and while a step asked of it is not made:
    a signature counts only for the very version that is sent (R22).
    """

    def step(connection: Connection, row: FilingRow, edition: Edition) -> FilingRow:
        if secrecy != NO_SECRET:
            raise Refused(*_NOT_DECLARED)
        ready(core, connection, row, edition)
        answer = _may_send(edition, row, now)
        if not answer.allowed:
            raise Refused(answer.reason_vi, answer.reason_en)
        asked = steps.in_force(core, connection, row, edition)
        may_check = on_behalf.may(core, connection, actor, "check", row)
        if asked.separate or "sign" in asked.steps or not may_check:
            next_state(row.state, "send", asked.steps)  # no step is made on the way for somebody else
        if "sign" in asked.steps:
            _signed(connection, row)
        sent = moves.send_on(connection, actor, row, asked, row.version or 0, now)
        announcing.submitted(connection, core, sent, now)
        return sent

    return _step(core, actor, filing_id, revision, "send", now, step, {"secrecy": NO_SECRET})


_NOT_DECLARED = (
    "Cần xác nhận báo cáo không chứa bí mật nhà nước. Báo cáo có bí mật không được gửi qua hệ thống này.",
    "Confirm before sending that the report holds no state secret. One that does is not sent through this hub.",
)


def _signed(connection: Connection, row: FilingRow) -> None:
    """Refused unless a signature is kept for exactly what is about to be sent."""
    number = row.version or 0
    sha256 = versions.sha256_of(connection, row.id, number)
    if not any(each.version_sha256 == sha256 for each in signatures.of_version(connection, row.id, number)):
        raise Refused("Phiên bản này chưa có chữ ký số.", "This version carries no signature yet.")


def withdraw(core: Core, actor: Actor, filing_id: str, *, revision: int, reason: str, now: datetime) -> FilingRow:
    """What was sent is taken back before the receiver accepted it, with a reason the receiver can read.

    A first sending that is taken back was none: whether the report is on time is judged by the one that stays (R31).
    Refused where sending has closed, since it could not be sent again.
    """
    why = storable(reason.strip()[:EXPLANATION_LENGTH])
    if not why:
        raise BadRequest("Cần nêu lý do rút lại.", "A reason for the withdrawal is needed.")

    def step(connection: Connection, row: FilingRow, edition: Edition) -> FilingRow:
        if row.state == "submitted" and not _may_send(edition, replace(row, state="draft"), now).allowed:
            raise Refused(
                "Đã hết thời gian nhận báo cáo: rút lại thì không gửi lại được. Hãy đề nghị nơi nhận trả lại.",
                "Sending has closed: what is withdrawn now could not be sent again. Ask the receiver to send it back.",
            )
        before = _sent_before(decisions.of_filing(connection, row.id))
        taken_back = moves.move(
            connection, actor, row, edition, "withdraw", now, version=row.sent_version, reason=why,
            sent_version=before.version if before else None, last_sent_at=before.at if before else None,
            first_sent_at=row.first_sent_at if before else None,
        )  # fmt: skip
        announcing.withdrawn(connection, core, taken_back, now)
        return taken_back

    return _step(core, actor, filing_id, revision, "withdraw", now, step, {"reason": why})


def _sent_before(made: list[DecisionRow]) -> DecisionRow | None:
    """The sending before the latest one that was not taken back; None if there is none."""
    standing: list[DecisionRow] = []
    for decision in made:
        if decision.event == "send":
            standing.append(decision)
        elif decision.event == "withdraw" and standing:
            standing.pop()
    return standing[-2] if len(standing) > 1 else None


def amend(core: Core, actor: Actor, filing_id: str, *, revision: int, reason: str, now: datetime) -> FilingRow:
    """A finalised report is opened again with a reason; its accepted version stands until another is accepted."""
    why = storable(reason.strip()[:EXPLANATION_LENGTH])
    if not why:
        raise BadRequest("Cần nêu lý do sửa đổi.", "A reason for the amendment is needed.")

    def step(connection: Connection, row: FilingRow, edition: Edition) -> FilingRow:
        return moves.move(
            connection, actor, row, edition, "amend", now, version=row.version, reason=why, attempt=row.attempt + 1
        )

    return _step(core, actor, filing_id, revision, "amend", now, step, {"reason": why})


def ready(core: Core, connection: Connection, row: FilingRow, edition: Edition) -> None:
    """Refused, saying what is left to do, unless the latest version may be sent (R21). Checked afresh, not trusted."""
    if row.excluded:
        raise Refused("Đơn vị được loại trừ khỏi kỳ này.", "The unit is excluded from this period.")
    if row.version is None:
        raise Refused("Chưa có số liệu để gửi.", "There is nothing to send yet.")
    rollup_parts.refuse_fallen(core, connection, row)
    quarantine.refuse_held(connection, row.id)
    stored = versions.get(connection, row.id, row.version)
    reading = reading_of(edition, from_canonical(edition, stored.document))
    findings = check_reading(edition, reading, context_of(core, connection, row, edition)).findings
    errors = sum(finding.severity == "error" for finding in findings)
    if stops_sending(findings):
        raise Refused(f"Còn {errors} lỗi phải sửa trước.", f"{errors} errors must be corrected first.")
    explained = versions.explanations(connection, row.id, row.version)
    left = sum(finding.key not in explained for finding in needs_explanation(findings))
    if left:
        raise Refused(f"Còn {left} cảnh báo chưa giải trình.", f"{left} warnings are not explained yet.")


Step = Callable[[Connection, FilingRow, Edition], FilingRow]


def _step(
    core: Core, actor: Actor, filing_id: str, revision: int | None, action: str, now: datetime, step: Step,
    detail: dict[str, Any] | None = None,
) -> FilingRow:  # fmt: skip
    """One step by the unit's side in one transaction: seen, permitted, unchanged since it was looked at, done, told."""
    with core.database.write() as connection:
        row = filings.lock(connection, filing_id)
        if row is None or not sees(core, connection, actor, row, now):
            raise NotFound
        if not on_behalf.may(core, connection, actor, action, row):
            raise Forbidden
        if revision is not None and row.revision != revision:
            raise Conflict
        moved = step(connection, row, core.catalog.edition(row.edition))
        seen = {"revision": row.revision, "version": row.version, "state": moved.state}
        moves.tell(connection, actor, action, "filing", filing_id, now, seen | (detail or {}))
        return moved


def version_values(core: Core, actor: Actor, filing_id: str, number: int, now: datetime) -> Values:
    """The values of one version. NotFound if it does not exist for this actor."""
    with core.database.read() as connection:
        row, number = version_for(core, connection, actor, filing_id, number, now)
        return _values_of(core, connection, row, number)


def compare(core: Core, actor: Actor, filing_id: str, old: int, new: int, now: datetime) -> list[CellChange]:
    """What changed between two versions, cell by cell. NotFound if one does not exist for this actor."""
    with core.database.read() as connection:
        row, old = version_for(core, connection, actor, filing_id, old, now)
        row, new = version_for(core, connection, actor, filing_id, new, now)
        edition = core.catalog.edition(row.edition)
        return difference(edition, _values_of(core, connection, row, old), _values_of(core, connection, row, new))


def _values_of(core: Core, connection: Connection, row: FilingRow, number: int) -> Values:
    try:
        stored = versions.get(connection, row.id, number)
    except KeyError:
        raise NotFound from None
    return from_canonical(core.catalog.edition(row.edition), stored.document)


def template(core: Core, actor: Actor, filing_id: str, now: datetime) -> tuple[str, bytes]:
    """The workbook for this unit and period, holding the latest version's values: file name and bytes."""
    return workbook_of(core, actor, open_one(core, actor, filing_id, now), now)


def xsd(core: Core, edition_key: str) -> bytes:
    """The XML schema of an edition's reports, for the systems that send them. NotFound for an unknown edition."""
    return write_xsd(core.catalog.edition(edition_key))
