"""Reminders by the calendar of each edition (R32): who still owes a report is told before its last day, and after it.

Written for whole campaigns at once: some statements an edition and period, whatever the number of units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.domain.access import SYSTEM
from hub.domain.notice import Notice
from hub.domain.period import due_day_of, local_day
from hub.domain.reminder_calendar import CATCH_UP, MOST_DAYS, Step, due_step, last_instant, steps, working_days_until
from hub.domain.working_days import YearNotKnown
from hub.services.announcing import About, about
from hub.services.core import Core
from hub.services.notifications import holders_by_unit, tell_each
from hub.store import reminders
from hub.store.database import Connection
from hub.store.instants import to_text
from hub.store.notifications import Recipient
from hub.store.reminders import Owing

AROUND = timedelta(days=3 * MOST_DAYS)
"""How far from today, at most, a last day with a reminder today may lie: working days and the longest holidays."""
Holders = Mapping[str, list[Recipient]]


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many filings were reminded of and how many people told; editions whose working days are not known."""

    filings: int = 0
    people: int = 0
    undated: tuple[str, ...] = ()


def remind_due(core: Core, now: datetime) -> Reminded:
    """Every filing whose reminder is due has had it, once; of those missed meanwhile only the latest.

    A unit in which nobody can be told gets none, and gets it when somebody is there: a reminder on record was one.
    """
    with core.database.read() as connection:
        groups = reminders.owing(connection, now - AROUND - CATCH_UP, now + AROUND)
        holders = {kind: holders_by_unit(connection, core, kind) for kind in ("due_soon", "overdue")}
    filings, people, undated = 0, 0, set()
    for group in groups:
        try:
            found = _due(core, group, local_day(now))
        except YearNotKnown:
            undated.add(group.edition)
            continue
        if found is not None:
            reminded, told = _remind(core, group, *found, holders[found[0].kind], now)
            filings, people = filings + reminded, people + told
    return Reminded(filings, people, tuple(sorted(undated)))


def _due(core: Core, group: Owing, today: date) -> tuple[Step, date] | None:
    """The reminder that has come for a group, and the last day it is about."""
    end = last_instant(
        group.due_at, group.closes_at, group.due_at if group.sent_before else None, group.resend_due
    )  # fmt: skip
    if end is None:
        return None
    last_day = due_day_of(end)
    found = due_step(steps(core.catalog.edition(group.edition).reminders, last_day, core.calendar), today)
    return (found, last_day) if found is not None else None


def _remind(core: Core, group: Owing, step: Step, last_day: date, holders: Holders, now: datetime) -> tuple[int, int]:
    """The group's filings that lack this reminder have it; (filings, people). One transaction."""
    occurrence = f"{step.name}/{last_day.isoformat()}"
    with core.database.read() as connection:
        if not reminders.not_yet(connection, group, occurrence, holders.keys()):
            return 0, 0
    with core.database.write() as connection:
        lacking = reminders.not_yet(connection, group, occurrence, holders.keys())
        told = _tell(connection, core, group, step, last_day, lacking, holders, now)
        reminders.add(
            connection,
            [
                {"filing_id": filing_id, "occurrence": occurrence, "kind": step.kind, "text": "",
                 "account_id": SYSTEM.account_id, "at": to_text(now)}
                for filing_id, _ in lacking
            ],
        )  # fmt: skip
    return len(lacking), told


def _tell(
    connection: Connection, core: Core, group: Owing, step: Step, last_day: date, lacking: list[tuple[str, str]],
    holders: Holders, now: datetime,
) -> int:  # fmt: skip
    left = working_days_until(last_day, local_day(now), core.calendar)
    told = []
    for filing_id, unit_id in lacking:
        named = about(core, group.edition, group.period, unit_id)
        notice = _notice(step, last_day, left, filing_id, named, again=group.sent_before)
        told += [(person, notice) for person in holders[unit_id]]
    return tell_each(connection, core, step.kind, told, now)


def _notice(step: Step, last_day: date, left: int, filing_id: str, named: About, *, again: bool) -> Notice:
    day, short, whole = f"{last_day:%d/%m/%Y}", named.short, named.whole
    what = ("gửi lại", "to be sent again") if again else ("gửi", "to be sent")
    if step.kind == "overdue":
        subject = f"Quá hạn: {short[0]}", f"Overdue: {short[1]}"
        body = (
            f"Báo cáo chưa được {what[0]} và đã quá hạn ngày {day}: {whole[0]}.",
            f"The report was {what[1]} by {day} and has not been sent: {whole[1]}.",
        )
    else:
        when = _when(left)
        subject = f"Hạn {day}{when[0]}: {short[0]}", f"Due {day}{when[1]}: {short[1]}"
        body = (
            f"Báo cáo cần {what[0]} trước 24 giờ ngày {day}{when[0]}: {whole[0]}.",
            f"The report is {what[1]} by the end of {day}{when[1]}: {whole[1]}.",
        )
    return Notice(f"{step.name}/{last_day.isoformat()} {filing_id}", f"/filings/{filing_id}", subject, body)


def _when(left: int) -> tuple[str, str]:
    if left == 0:
        return " (hôm nay)", " (today)"
    return f" (còn {left} ngày làm việc)", f" (working days left: {left})"
