"""Building a superior's roll-up: what its unit accepted becomes the next version of its own report (R26-R29)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.checks import Checked, check
from hub.domain.envelope import Receipt
from hub.domain.filing import FilingRow, SubmissionRow, VersionRow
from hub.domain.findings import needs_explanation, stops_version
from hub.domain.lineage import Absent, Lineage, Part
from hub.domain.packing import FigureOverflow, pack
from hub.domain.parts import Together, drafted, together
from hub.domain.regime import Edition
from hub.domain.values import Values, canonical_document, digest, from_canonical
from hub.domain.visibility import allowed
from hub.domain.workflow import next_state
from hub.errors import Conflict, Forbidden, NotFound, Refused
from hub.failpoints import reach
from hub.readers.again import reading_of
from hub.services import moves
from hub.services.core import Core
from hub.services.history import context_of
from hub.services.ids import new_id
from hub.services.receipts import receipt_json
from hub.services.rollup_parts import EDITABLE, ROLLUP, Children, children_of
from hub.services.seeing import filing_for
from hub.store import filings, rollup_sources, submissions, versions
from hub.store.database import Connection
from hub.store.rollup_sources import PartVersion, Source
from hub.store.versions import StoredVersion
from hub.writers.json import write_json

VIA = "rollup"
"""How an arrival that the hub put together itself is marked."""


# --- Building --------------------------------------------------------------------------------------------------------


def build(core: Core, actor: Actor, filing_id: str, *, revision: int, now: datetime) -> FilingRow:
    """The accepted reports under a roll-up become its next version, which keeps from which versions it was made.

    What the unit itself had reported stays on top (see ``domain.parts.drafted``); explanations stay with their
    warnings. Built again from the same reports with the same result, nothing changes: a second click, and two people
    at once, end as one. NotFound, Forbidden; Conflict if somebody else changed the report; Refused if it is with its
    receiver, if nothing was accepted yet, or if a sum is beyond what can be kept.
    """
    with core.database.write() as connection:
        _held_together(core, connection, actor, filing_id, now)
        row = filings.lock(connection, filing_id)
        assert row is not None
        edition = core.catalog.edition(row.edition)
        next_state(row.state, "edit", edition.sign_off)
        children = children_of(core, connection, row)
        made = _made(core, connection, actor, row, edition, children)
        reach("mid-rollup")
        if not made.changed:
            return row
        if row.revision != revision:
            raise Conflict
        return _keep(connection, actor, row, edition, made, now)


def _held_together(core: Core, connection: Connection, actor: Actor, filing_id: str, now: datetime) -> None:
    """Seen and permitted; the accepted reports go over to rolled up (R25) and are held until the transaction ends.

    They are held before the roll-up itself: a return takes its locks in the same order.
    """
    row = filing_for(core, connection, actor, filing_id, now)
    if row.scope != ROLLUP:
        raise NotFound
    if not allowed(actor, "build_rollup", row.unit_path, row.receiver_id, core.orgs):
        raise Forbidden
    if row.state not in EDITABLE:
        return  # refused with the reason once it is locked
    standing = children_of(core, connection, row).standing
    filings.mark_aggregated(connection, [(each.id, each.accepted_version or 0, "") for each in standing], now)


@dataclass(frozen=True)
class _Made:
    """A version about to be kept, with what it was made of; ``changed``: it is not what is there already."""

    checked: Checked
    document: bytes
    lineage: Lineage
    changed: bool


def _made(
    core: Core, connection: Connection, actor: Actor, row: FilingRow, edition: Edition, children: Children
) -> _Made:
    if row.excluded:
        raise Refused("Đơn vị được loại trừ khỏi kỳ này.", "The unit is excluded from this period.")
    if not children.standing:
        raise Refused(
            "Chưa tiếp nhận báo cáo nào của đơn vị cấp dưới nên chưa có gì để tổng hợp.",
            "No report of a unit below has been accepted yet, so there is nothing to roll up.",
        )
    parts = _parts_of(connection, children.standing)
    before = rollup_sources.latest(connection, row.id, row.version)
    try:
        brought = brought_together(connection, edition, parts)
        values = drafted(edition, row.frequency, brought, *_so_far(connection, row, edition, before))
    except FigureOverflow as error:
        raise Refused(
            f"Tổng của chỉ tiêu {error.address} vượt quá giới hạn lưu trữ.",
            f"The total of {error.address} is beyond what can be kept.",
        ) from error
    lineage = _lineage(edition, children, parts, brought, actor)
    context = replace(context_of(core, connection, row, edition), parts=lineage.summary)
    checked = check(edition, reading_of(edition, values), context)
    if stops_version(checked.findings):
        first = next(each for each in checked.findings if each.severity == "error")
        raise Refused(first.message_vi, first.message_en)
    document = canonical_document(edition, row.unit_id, row.period, row.scope, checked.values)
    same = (
        before is not None
        and before.lineage.same_sources(lineage)
        and versions.sha256_of(connection, row.id, row.version or 0) == digest(document)
    )
    return _Made(checked, document, lineage, not same)


def _parts_of(connection: Connection, rows: Sequence[FilingRow]) -> list[Part]:
    wanted = [(row.id, row.accepted_version or 0) for row in rows]
    shas = {key: each.sha256 for key, each in rollup_sources.part_versions(connection, wanted).items()}
    return [
        Part(row.id, row.unit_id, key[1], shas[key]) for row, key in zip(rows, wanted, strict=True)
    ]  # fmt: skip


def brought_together(connection: Connection, edition: Edition, parts: Sequence[Part]) -> Together:
    """What the very versions of a lineage make together; ValueError if one of them is not what it was."""
    stored = rollup_sources.part_versions(connection, [(part.filing_id, part.version) for part in parts])
    in_order = [stored[part.filing_id, part.version] for part in parts]
    if any(each.sha256 != part.sha256 for each, part in zip(in_order, parts, strict=True)):
        raise ValueError("a part is not the version that was rolled up")
    with_lists = any(form.kind == "list" for form in edition.forms)
    return together(edition, [(each.packed, _values(edition, each) if with_lists else Values()) for each in in_order])


def _values(edition: Edition, part: PartVersion) -> Values:
    return from_canonical(edition, part.document)


def _lineage(
    edition: Edition, children: Children, parts: Sequence[Part], brought: Together, actor: Actor
) -> Lineage:  # fmt: skip
    return Lineage(
        tuple(parts),
        tuple(Absent(row.id, row.unit_id, row.state) for row in children.missing),
        tuple(Absent(row.id, row.unit_id, row.excluded_reason or "") for row in children.excluded),
        tuple(figure.rollup.kind for figure in edition.figures),
        brought.vector,
        actor.account_id,
    )


def _so_far(
    connection: Connection, row: FilingRow, edition: Edition, before: Source | None
) -> tuple[Values | None, Together | None]:
    """The latest version's values and what it had been built from."""
    if row.version is None:
        return None, None
    old = from_canonical(edition, versions.get(connection, row.id, row.version).document)
    return old, brought_together(connection, edition, before.lineage.parts) if before is not None else None


def _keep(
    connection: Connection, actor: Actor, row: FilingRow, edition: Edition, made: _Made, now: datetime
) -> FilingRow:
    """The version, its lineage and an arrival of its own: what the hub put together is kept like what came in."""
    number, sha256, submission_id = (row.version or 0) + 1, digest(made.document), new_id(now)
    findings = made.checked.findings
    moved = filings.change(
        connection, row.id, row.revision, state=next_state(row.state, "edit", edition.sign_off), version=number,
        attempt=row.attempt + 1 if row.state == "returned" else row.attempt, changed_at=now,
    )  # fmt: skip
    content = write_json(edition, row.unit_id, row.period, row.scope, made.checked.values)
    content_sha256 = hashlib.sha256(content).hexdigest()
    receipt = Receipt(
        submission_id, now, content_sha256, len(content), "accepted", row.id, number, sha256, moved.state,
        tuple(findings),
    )  # fmt: skip
    submissions.keep_content(connection, content_sha256, content)
    submissions.add(
        connection,
        SubmissionRow(
            submission_id, row.id, "json", VIA, "draft", actor.account_id, actor.unit_id, now,
            f"tong-hop_{row.regime}_{row.unit_id}_{row.period}.json", "application/json", len(content), content_sha256,
            "accepted", number,
        ),
        idempotency_key=None, credential=actor.account_id, receipt=receipt_json(receipt),
    )  # fmt: skip
    versions.add(
        connection,
        StoredVersion(
            VersionRow(row.id, number, sha256, submission_id, actor.account_id, now), made.document,
            pack(edition, made.checked.values), [finding.as_json() for finding in findings],
        ),
    )  # fmt: skip
    rollup_sources.add(connection, row.id, number, made.lineage, now)
    _carry_explanations(connection, actor, row, number, made, now)
    lineage = made.lineage
    detail = {
        "version": number, "sha256": sha256, "parts": len(lineage.parts), "missing": len(lineage.missing),
        "excluded": len(lineage.excluded), "state": moved.state, "submission": submission_id,
    }  # fmt: skip
    moves.tell(connection, actor, "build_rollup", "filing", row.id, now, detail)
    return moved


def _carry_explanations(
    connection: Connection, actor: Actor, row: FilingRow, number: int, made: _Made, now: datetime
) -> None:
    if row.version is None:
        return
    given = versions.explanations(connection, row.id, row.version)
    kept = {each.key: given[each.key] for each in needs_explanation(made.checked.findings) if each.key in given}
    versions.explain(connection, row.id, number, kept, actor.account_id, now)
