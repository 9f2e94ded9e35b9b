"""Review: the receiver accepts, sends back, finalises, excludes; each decision on the version that was looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from hub.domain.access import Actor
from hub.domain.filing import RECEIVED, STANDING, FilingRow
from hub.domain.plain_text import storable
from hub.domain.regime import Edition
from hub.domain.visibility import allowed
from hub.errors import BadRequest, Conflict, Forbidden, HubError, NotFound, Refused
from hub.services import announcing, moves, remarks, rollup_incremental, rollup_parts
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.seeing import visibility_of
from hub.store import decisions, filings, versions
from hub.store import remarks as remarks_store
from hub.store.database import Connection

Step = Callable[[Connection, FilingRow, Edition], FilingRow]
SEE_POINTS = "Xem các điểm kèm theo."
"""The reason of a return that says all it has to say in its points; kept as the legal reason, in Vietnamese."""
IN_WORDS = frozenset({"exclude", "include"})
"""What is told in a reason alone."""
NOT_CLEAN = (
    "Báo cáo còn cảnh báo, cần xem trước khi tiếp nhận.",
    "The report still has warnings: look at it before accepting.",
)


def accept(
    core: Core, actor: Actor, filing_id: str, *, revision: int, now: datetime, version: int | None = None
) -> FilingRow:
    """The sent version is accepted and counts in roll-ups at once. Nobody accepts what they had a hand in (P20)."""
    return _followed(core, _accept(core, actor, filing_id, revision, now, version), now)


def _accept(
    core: Core, actor: Actor, filing_id: str, revision: int, now: datetime, version: int | None = None
) -> FilingRow:
    def step(connection: Connection, row: FilingRow, edition: Edition) -> FilingRow:
        number = _sent_version(row, version)
        if row.excluded:
            raise Refused("Đơn vị được loại trừ khỏi kỳ này.", "The unit is excluded from this period.")
        _not_own(connection, actor, row, number)
        moved = moves.move(connection, actor, row, edition, "accept", now, version=number, accepted_version=number)
        versions.put_in_force(
            connection, edition=row.edition, period=row.period, scope=row.scope, unit_path=row.unit_path,
            filing_id=row.id, number=number,
        )  # fmt: skip
        remarks_store.settle_points(connection, row.id, actor.account_id, now)
        announcing.accepted(connection, core, moved, now)
        return moved

    return _decide(core, actor, filing_id, revision, "accept", now, step)


def send_back(
    core: Core, actor: Actor, filing_id: str, *, revision: int, reason: str, now: datetime,
    version: int | None = None, resend_due: datetime | None = None, points: Mapping[str, str] | None = None,
) -> FilingRow:  # fmt: skip
    """Returned with a reason (R26). An accepted version leaves the roll-ups; of an amendment, the old one stays.

    ``points``: place (see ``domain.remark``) → what is wrong there. They are kept with the return or not at all; with
    points alone, the reason says to look at them.
    """
    asked = {place: text for place, text in (points or {}).items() if text.strip()}
    why = _reason(reason.strip() or (SEE_POINTS if asked else ""))

    def step(connection: Connection, row: FilingRow, edition: Edition) -> FilingRow:
        number = _sent_version(row, version)
        kept = remarks.clean_points(edition, row, asked)
        rollup_parts.refuse_held(core, connection, row)
        withdrawn = row.state in STANDING
        values: dict[str, Any] = {"accepted_version": None} if withdrawn else {}
        moved = moves.move(
            connection, actor, row, edition, "send_back", now, version=number, reason=why, resend_due=resend_due,
            **values,
        )  # fmt: skip
        if withdrawn:
            versions.take_out_of_force(connection, row.id)
        remarks.add_points(connection, actor, moved, number, kept, now)
        announcing.returned(connection, core, moved, now)
        return moved

    detail = {"reason": why, "points": sorted(asked)}
    return _followed(core, _decide(core, actor, filing_id, revision, "send_back", now, step, detail), now)


def finalise(core: Core, actor: Actor, filing_id: str, *, revision: int, now: datetime) -> FilingRow:
    """The accepted version is final; a change is from now on an amendment with a reason."""

    def step(connection: Connection, row: FilingRow, edition: Edition) -> FilingRow:
        return moves.move(connection, actor, row, edition, "finalise", now, version=row.accepted_version)

    return _decide(core, actor, filing_id, revision, "finalise", now, step)


def exclude(core: Core, actor: Actor, filing_id: str, *, revision: int, reason: str, now: datetime) -> FilingRow:
    """The unit need not report this period and leaves the denominator (R28); only while it has not been accepted."""
    why = _reason(reason)

    def step(connection: Connection, row: FilingRow, edition: Edition) -> FilingRow:
        if row.state in STANDING or row.accepted_version is not None or row.excluded:
            raise Refused(
                "Chỉ loại trừ được đơn vị chưa được tiếp nhận báo cáo và chưa bị loại trừ.",
                "Only a unit whose report is not accepted and that is not excluded yet can be excluded.",
            )
        return _mark(connection, actor, row, True, why, now)

    return _followed(core, _decide(core, actor, filing_id, revision, "exclude", now, step, {"reason": why}), now)


def include(core: Core, actor: Actor, filing_id: str, *, revision: int, reason: str, now: datetime) -> FilingRow:
    """The unit reports after all: the exclusion is lifted."""
    why = _reason(reason)

    def step(connection: Connection, row: FilingRow, edition: Edition) -> FilingRow:
        if not row.excluded:
            raise Refused("Đơn vị không bị loại trừ.", "The unit is not excluded.")
        return _mark(connection, actor, row, False, why, now)

    detail = {"reason": why, "lifted": True}
    return _followed(core, _decide(core, actor, filing_id, revision, "exclude", now, step, detail), now)


def _followed(core: Core, moved: FilingRow, now: datetime) -> FilingRow:
    """The decision is kept: whatever becomes of the aggregates now, it stands."""
    rollup_incremental.follow(core, [moved], now)
    return moved


def was_done(
    core: Core, actor: Actor, filing_id: str, action: str, revision: int, now: datetime, *, reason: str = "",
    points: Mapping[str, str] | None = None,
) -> bool:  # fmt: skip
    """True if the actor took this very decision, in the same words, on this revision and nothing has happened since: a
    second click."""
    asked = {place: text.strip() for place, text in (points or {}).items() if text.strip()}
    why = (reason.strip() or (SEE_POINTS if asked else ""))[:4000]
    with core.database.read() as connection:
        row = filings.get(connection, filing_id)
        if row is None or row.revision != revision + 1 or not _in_reach(core, actor, row, now):
            return False
        taken = decisions.of_filing(connection, filing_id)
        done = (action, actor.account_id, row.changed_at)
        same = [each for each in taken if (each.event, each.account_id, each.at) == done]
        if action == "send_back":
            told = [each for each in remarks_store.of_filing(connection, filing_id) if each.kind == "point"]
            kept = {each.place: each.text for each in told if each.key.startswith(f"return-{row.revision}-")}
            return kept == asked and any(each.reason == why for each in same)
        return any(action not in IN_WORDS or each.reason == why for each in same)


def awaited(core: Core, actor: Actor, edition: str, period: str, now: datetime) -> list[FilingRow]:
    """The filings of a campaign that are owed to the actor as their receiver and have not come in, in tree order."""
    receives_for = visibility_of(core, actor, now).receives_for
    if not receives_for:
        return []
    with core.database.read() as connection:
        rows = filings.campaign(connection, edition, period, sorted(receives_for))
    return [row for row in rows if row.state not in RECEIVED]


def accept_many(
    core: Core, actor: Actor, filing_ids: list[str], now: datetime
) -> dict[str, Literal["accepted"] | tuple[str, str]]:
    """Accept each sent and clean filing, never one's own; filing id → ``accepted`` or why not, in both languages."""
    outcome: dict[str, Literal["accepted"] | tuple[str, str]] = {}
    accepted: list[FilingRow] = []
    for filing_id in filing_ids:
        try:
            with core.database.read() as connection:
                row = filings.get(connection, filing_id)
                clean = row is not None and row.sent_version is not None and _is_clean(connection, row)
            if row is None or not _in_reach(core, actor, row, now):
                raise NotFound
            if row.state in STANDING and was_done(core, actor, filing_id, "accept", row.revision - 1, now):
                outcome[filing_id] = "accepted"  # a second click on the same page
                continue
            if not clean:
                outcome[filing_id] = NOT_CLEAN
                continue
            accepted.append(_accept(core, actor, filing_id, row.revision, now))
            outcome[filing_id] = "accepted"
        except HubError as error:
            outcome[filing_id] = (error.message_vi, error.message_en)
    rollup_incremental.follow(core, accepted, now)
    return outcome


def _is_clean(connection: Connection, row: FilingRow) -> bool:
    """No error or warning on the version that was sent."""
    stored = versions.get(connection, row.id, row.sent_version or 0)
    return all(finding["severity"] == "note" for finding in stored.findings)


def _decide(
    core: Core, actor: Actor, filing_id: str, revision: int, action: str, now: datetime, step: Step,
    detail: dict[str, Any] | None = None,
) -> FilingRow:  # fmt: skip
    """One decision in one transaction: seen, permitted, unchanged since it was looked at, done, told."""
    with core.database.write() as connection:
        row = filings.lock(connection, filing_id)
        if row is None or not _in_reach(core, actor, row, now):
            raise NotFound
        if not allowed(actor, action, row.unit_path, row.receiver_id, core.orgs):
            raise Forbidden
        if row.revision != revision:
            raise Conflict
        moved = step(connection, row, core.catalog.edition(row.edition))
        seen = {"revision": revision, "version": row.sent_version, "state": moved.state}
        moves.tell(connection, actor, action, "filing", filing_id, now, seen | (detail or {}))
        return moved


def _in_reach(core: Core, actor: Actor, row: FilingRow, now: datetime) -> bool:
    """The receiver reaches what is owed to it also before it comes in, to exclude a unit."""
    visibility = visibility_of(core, actor, now)
    return row.receiver_id in visibility.receives_for or visibility.may_see_filing(row)


def _sent_version(row: FilingRow, version: int | None) -> int:
    """The version that was sent; Conflict if the decision was about another one."""
    if row.sent_version is None:
        raise Refused("Báo cáo chưa được gửi.", "The report has not been sent.")
    if version is not None and version != row.sent_version:
        raise Conflict
    return row.sent_version


def _not_own(connection: Connection, actor: Actor, row: FilingRow, number: int) -> None:
    hands = versions.authors(connection, row.id, number) | decisions.senders(connection, row.id, number)
    hands |= versions.explainers(connection, row.id, number)
    if actor.account_id in hands:
        raise Forbidden(
            "Không ai được tiếp nhận báo cáo do chính mình nhập, kiểm tra hoặc gửi.",
            "Nobody accepts a report that they entered, checked or sent themselves.",
        )


def _reason(reason: str) -> str:
    text = storable(reason.strip())
    if not text:
        raise BadRequest("Cần nêu lý do.", "A reason is needed.")
    return text[:4000]


def _mark(
    connection: Connection, actor: Actor, row: FilingRow, excluded: bool, reason: str, now: datetime
) -> FilingRow:
    moved = filings.change(
        connection,
        row.id,
        row.revision,
        excluded=excluded,
        excluded_reason=reason if excluded else None,
        changed_at=now,
    )
    decisions.add(
        connection, id=new_id(now), filing_id=row.id, version=row.version, event="exclude" if excluded else "include",
        from_state=row.state, to_state=row.state, account_id=actor.account_id, reason=reason, resend_due=None, at=now,
    )  # fmt: skip
    return moved
