"""The workbook that a unit fills in for one filing, with all that the hub knows of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from hub.domain.access import Actor
from hub.domain.findings import Finding, needs_explanation
from hub.domain.form import Label
from hub.domain.period.dates import VIETNAM, due_day_of
from hub.domain.regime import Edition
from hub.domain.remark import KIND_NAMES, Thread, words_of
from hub.services import contacts, remarks
from hub.services.core import Core
from hub.writers.workbook import write_workbook
from hub.writers.workbook_about import About, Remarked

if TYPE_CHECKING:
    from hub.services.filings import FilingView


def workbook_of(core: Core, actor: Actor, view: FilingView, now: datetime) -> tuple[str, bytes]:
    """File name and workbook: the latest values and explanations, last period's values, what is open, whom to ask.

    Remarks are those that the actor may read. NotFound if the filing may not be seen any more.
    """
    row = view.row
    open_threads = [each for each in remarks.threads(core, actor, row.id, now) if each.open]
    content = write_workbook(
        view.edition, row.unit_id, view.unit.name.vi, row.period, row.scope,
        frequency=row.frequency,
        values=view.values if row.version is not None else None,
        previous=view.previous,
        context=view.context,
        demonstration=core.config.demonstration,
        explanations=view.explanations,
        warnings={finding.key: _warning(finding) for finding in needs_explanation(view.findings)},
        about=_about(core, view),
        remarked=[_remarked(view.edition, each) for each in open_threads],
    )  # fmt: skip
    return f"{row.regime}_{row.unit_id}_{row.period}.xlsx", content


def _about(core: Core, view: FilingView) -> About:
    row = view.row
    due = row.resend_due or row.due_at
    return About(
        due=f"hết ngày {due_day_of(due):%d/%m/%Y}",
        window=f"{row.window_start:%d/%m/%Y} – {row.window_end:%d/%m/%Y}",
        receiver=view.receiver.name if view.receiver is not None else view.edition.receiver,
        contact=_contact(core, row.receiver_id, row.regime),
    )


def _contact(core: Core, receiver_id: str, regime: str) -> str:
    """Whom the receiver itself has named; never a person's own telephone that the hub only happens to know."""
    said = contacts.of_unit(core, receiver_id, regime)
    if said is None or said.at is None:
        return ""
    return ", ".join(part for part in (said.name, said.title, said.phone, said.email) if part)


def _warning(finding: Finding) -> str:
    return f"{finding.message_vi}\n{finding.message_en}"


def _remarked(edition: Edition, thread: Thread) -> Remarked:
    lines = tuple(
        f"{each.account_name}, {each.at.astimezone(VIETNAM):%d/%m/%Y %H:%M}: {each.text}"
        for each in (thread.remark, *thread.replies)
    )
    place = thread.remark.place
    return Remarked(place, words_of(edition, place), Label(*KIND_NAMES[thread.remark.kind]), lines)
