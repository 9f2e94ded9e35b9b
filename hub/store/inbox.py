"""What a receiver's campaigns hold: counts, one page of their reports, and what was last said to each unit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, and_, func, select, true

from hub.domain.filing import STANDING, FilingRow
from hub.store.filings import OWED, _row, _under
from hub.store.instants import from_text, to_text
from hub.store.tables import account, extension, filing, remark, reminder

BATCH = 400
Conditions = Mapping[str, ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Waits:
    """What one campaign asks of its receiver. ``due_first``/``due_last``: the deadlines of what is not finished."""

    edition: str
    period: str
    waiting: int
    asked: int
    answered: int
    overdue: int
    returned: int
    open: int
    due_first: datetime
    due_last: datetime


@dataclass(frozen=True, slots=True)
class LastReminder:
    """When a unit was last reminded of a report and by whom; ``account_name`` None: by the calendar."""

    at: datetime
    account_id: str
    account_name: str | None


def conditions(now: datetime) -> Conditions:
    """Each tab of a campaign as a condition. What was sent late stays late after it was sent back (R31)."""
    c, instant = filing.c, to_text(now)
    there, never = c.excluded.is_(False), c.first_sent_at.is_(None)
    asked = select(extension.c.id).where(extension.c.filing_id == c.id, extension.c.state == "asked")
    return {
        "waiting": there & (c.state == "submitted"),
        "asked": there & asked.exists(),
        "on_time": there & (c.first_sent_at < c.due_at),
        "late": there & (c.first_sent_at >= c.due_at),
        "not_yet": there & never & (c.due_at > instant),
        "overdue": there & never & (c.due_at <= instant),
        "returned": there & (c.state == "returned"),
        "accepted": there & c.state.in_(sorted(STANDING)),
        "excluded": c.excluded.is_(True),
        "all": true(),
    }


def owed() -> ColumnElement[bool]:
    """What lies with its unit and is still to be sent."""
    return and_(filing.c.state.in_(OWED), filing.c.excluded.is_(False), filing.c.accepted_version.is_(None))


def waits(connection: Connection, receivers: Collection[str], now: datetime) -> list[Waits]:
    """Every campaign with something unfinished that is owed to one of the receivers."""
    c, tabs = filing.c, conditions(now)
    answer = remark.alias("answer")
    from_others = select(answer.c.id).where(
        answer.c.parent_id == remark.c.id, answer.c.account_id != remark.c.account_id
    )
    answered = select(remark.c.id).where(
        remark.c.filing_id == c.id, remark.c.kind == "question", remark.c.settled_at.is_(None), from_others.exists()
    )
    counted = [tabs["waiting"], tabs["asked"], answered.exists(), tabs["overdue"], tabs["returned"], tabs["not_yet"]]
    unfinished = c.state.in_([*OWED, "submitted"]) & c.excluded.is_(False)
    rows = connection.execute(
        select(c.edition, c.period, *(_sum(each) for each in counted), func.min(c.due_at), func.max(c.due_at))
        .where(c.receiver_id.in_(sorted(receivers)), unfinished)
        .group_by(c.edition, c.period)
    )
    return [
        Waits(
            edition,
            period,
            int(waiting),
            int(asked),
            int(answers),
            int(overdue),
            int(returned),
            int(coming),
            from_text(first),
            from_text(last),
        )
        for edition, period, waiting, asked, answers, overdue, returned, coming, first, last in rows
    ]


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(condition.cast(Integer))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reports of a campaign: those owed to the receivers, narrowed to a path and to units by their ids."""

    edition: str
    period: str
    receivers: tuple[str, ...]
    within: str = ""
    unit_ids: tuple[str, ...] | None = None

    @property
    def where(self) -> ColumnElement[bool]:
        c = filing.c
        wanted = [c.edition == self.edition, c.period == self.period, c.receiver_id.in_(sorted(self.receivers))]
        wanted += [_under(self.within)] if self.within else []
        wanted += [c.unit_id.in_(self.unit_ids)] if self.unit_ids is not None else []
        return and_(*wanted)


def counts(connection: Connection, asked: Asked, now: datetime) -> dict[str, int]:
    """Tab → how many reports it holds."""
    tabs = conditions(now)
    row = connection.execute(select(*(_sum(each) for each in tabs.values())).where(asked.where)).one()
    return {name: int(number or 0) for name, number in zip(tabs, row, strict=True)}


ORDERS: Mapping[str, tuple[Any, ...]] = {
    "unit": (filing.c.unit_path, filing.c.scope),
    "due": (filing.c.due_at, filing.c.unit_path, filing.c.scope),
    "sent": (filing.c.last_sent_at.is_(None), filing.c.last_sent_at.desc(), filing.c.unit_path, filing.c.scope),
    "state": (filing.c.state, filing.c.unit_path, filing.c.scope),
}


def rows(
    connection: Connection, asked: Asked, tab: str, order: str, now: datetime, *, limit: int | None = None,
    offset: int = 0, ids: Collection[str] | None = None,
) -> list[FilingRow]:  # fmt: skip
    """The reports of a tab, in order; ``ids`` narrows to some of them."""
    query = select(filing).where(asked.where, conditions(now)[tab]).order_by(*ORDERS[order])
    if ids is not None:
        query = query.where(filing.c.id.in_(sorted(ids)))
    if limit is not None:
        query = query.limit(limit).offset(offset)
    return [_row(row) for row in connection.execute(query)]


def owing(connection: Connection, asked: Asked, ids: Collection[str] | None = None, *, hold: bool) -> list[FilingRow]:
    """The reports that lie with their units, in tree order; ``hold``: against other writers, for this transaction."""
    query = select(filing).where(asked.where, owed()).order_by(filing.c.unit_path, filing.c.scope)
    if ids is not None:
        query = query.where(filing.c.id.in_(sorted(ids)))
    return [_row(row) for row in connection.execute(query.with_for_update() if hold else query)]


def count_owing(connection: Connection, asked: Asked) -> int:
    """How many reports lie with their units."""
    return int(connection.execute(select(func.count()).select_from(filing).where(asked.where, owed())).scalar_one())


def paths(connection: Connection, asked: Asked) -> list[str]:
    """Where the campaign's units stand, in order."""
    query = select(filing.c.unit_path).where(asked.where).distinct().order_by(filing.c.unit_path)
    return list(connection.execute(query).scalars())


def last_reminders(connection: Connection, filing_ids: Sequence[str]) -> dict[str, LastReminder]:
    """Filing → its last reminder; filings of which nobody was reminded are absent."""
    found: dict[str, LastReminder] = {}
    for ids in _batches(filing_ids):
        query = (
            select(reminder.c.filing_id, reminder.c.at, reminder.c.account_id, account.c.name)
            .select_from(reminder.outerjoin(account, account.c.id == reminder.c.account_id))
            .where(reminder.c.filing_id.in_(ids))
            .order_by(reminder.c.at, reminder.c.occurrence)
        )
        for key, at, account_id, name in connection.execute(query):
            found[key] = LastReminder(from_text(at), account_id, name)
    return found


def reminded_with(connection: Connection, filing_ids: Sequence[str], occurrence: str) -> set[str]:
    """Those of the filings whose reminder of that name went out."""
    found: set[str] = set()
    for ids in _batches(filing_ids):
        wanted = (reminder.c.filing_id.in_(ids)) & (reminder.c.occurrence == occurrence)
        found.update(connection.execute(select(reminder.c.filing_id).where(wanted)).scalars())
    return found


def reminded_in_words(connection: Connection, filing_ids: Sequence[str], occurrence: str) -> str | None:
    """What the reminder of that name said; None where none went out."""
    for ids in _batches(filing_ids):
        wanted = (reminder.c.filing_id.in_(ids)) & (reminder.c.occurrence == occurrence)
        if (found := connection.execute(select(reminder.c.text).where(wanted).limit(1)).scalar()) is not None:
            return str(found)
    return None


def reminded_since(connection: Connection, filing_ids: Sequence[str], kind: str, since: datetime) -> set[str]:
    """Those of the filings of which somebody was reminded in that way since a moment."""
    found: set[str] = set()
    for ids in _batches(filing_ids):
        wanted = reminder.c.filing_id.in_(ids) & (reminder.c.kind == kind) & (reminder.c.at > to_text(since))
        found.update(connection.execute(select(reminder.c.filing_id).where(wanted)).scalars())
    return found


def reminders_of(connection: Connection, filing_id: str, kind: str) -> list[tuple[datetime, str, str]]:
    """(when, by whom, what was said) of the reminders of one kind, the newest first."""
    query = (
        select(reminder.c.at, account.c.name, reminder.c.account_id, reminder.c.text)
        .select_from(reminder.outerjoin(account, account.c.id == reminder.c.account_id))
        .where(reminder.c.filing_id == filing_id, reminder.c.kind == kind)
        .order_by(reminder.c.at.desc(), reminder.c.occurrence.desc())
    )
    return [(from_text(at), name or account_id, text) for at, name, account_id, text in connection.execute(query)]


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
