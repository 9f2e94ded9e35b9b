"""What a list of owed reports shows of each, read for all of them at once: never a query a report."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from hub.store.instants import from_text, to_text
from hub.store.tables import account, decision, editor, explanation, filing, remark, unsaved_field, version

BATCH = 400


@dataclass(frozen=True, slots=True)
class LastReturn:
    """Who sent a report back, when and why."""

    by: str
    at: datetime
    reason: str | None


def findings(connection: Connection, filing_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Filing → the findings of its latest version, as stored; filings without a version are left out."""
    latest = and_(filing.c.id == version.c.filing_id, filing.c.version == version.c.number)
    found: dict[str, list[dict[str, Any]]] = {}
    for ids in _batches(filing_ids):
        asked = select(version.c.filing_id, version.c.findings).join(filing, latest).where(filing.c.id.in_(ids))
        for key, packed in connection.execute(asked):
            found[key] = json.loads(zlib.decompress(packed))
    return found


def explained(connection: Connection, filing_ids: Sequence[str]) -> dict[str, set[str]]:
    """Filing → the keys of its latest version's findings that are explained."""
    latest = and_(filing.c.id == explanation.c.filing_id, filing.c.version == explanation.c.version)
    found: dict[str, set[str]] = defaultdict(set)
    for ids in _batches(filing_ids):
        asked = select(explanation.c.filing_id, explanation.c.finding_key).join(filing, latest)
        for key, finding_key in connection.execute(asked.where(filing.c.id.in_(ids))):
            found[key].add(finding_key)
    return found


def unanswered_points(connection: Connection, filing_ids: Sequence[str]) -> dict[str, int]:
    """Filing → the open points of its return to which nobody but their writer has said anything."""
    answer = remark.alias("answer")
    answered = select(answer.c.id).where(answer.c.parent_id == remark.c.id, answer.c.account_id != remark.c.account_id)
    found: dict[str, int] = {}
    for ids in _batches(filing_ids):
        open_points = (remark.c.kind == "point") & remark.c.settled_at.is_(None) & ~answered.exists()
        counted = select(remark.c.filing_id, func.count()).where(remark.c.filing_id.in_(ids), open_points)
        found |= {key: int(number) for key, number in connection.execute(counted.group_by(remark.c.filing_id))}
    return found


def last_returns(connection: Connection, filing_ids: Sequence[str]) -> dict[str, LastReturn]:
    """Filing → how it was last sent back."""
    found: dict[str, LastReturn] = {}
    for ids in _batches(filing_ids):
        asked = (
            select(decision.c.filing_id, decision.c.account_id, account.c.name, decision.c.at, decision.c.reason)
            .select_from(decision.outerjoin(account, account.c.id == decision.c.account_id))
            .where(decision.c.filing_id.in_(ids), decision.c.event == "send_back")
            .order_by(decision.c.at, decision.c.id)
        )
        for key, account_id, name, at, reason in connection.execute(asked):
            found[key] = LastReturn(name or account_id, from_text(at), reason)
    return found


def typed(connection: Connection, filing_ids: Sequence[str]) -> list[str]:
    """The filings in which somebody's typing is kept, whether or not a version says the same by now."""
    found: list[str] = []
    for ids in _batches(filing_ids):
        asked = select(unsaved_field.c.filing_id).distinct().where(unsaved_field.c.filing_id.in_(ids))
        found += [key for (key,) in connection.execute(asked)]
    return found


def open_with(connection: Connection, filing_ids: Sequence[str], since: datetime) -> dict[str, Mapping[str, str]]:
    """Filing → account → name of who has had it open for entry since a moment."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for ids in _batches(filing_ids):
        asked = (
            select(editor.c.filing_id, editor.c.account_id, account.c.name)
            .select_from(editor.outerjoin(account, account.c.id == editor.c.account_id))
            .where(editor.c.filing_id.in_(ids), editor.c.seen_at >= to_text(since))
            .order_by(account.c.name, editor.c.account_id)
        )
        for key, account_id, name in connection.execute(asked):
            found[key][account_id] = name or account_id
    return dict(found)


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
