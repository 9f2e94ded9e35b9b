"""Whom to call in the demonstration, by role and without names, and one unit that asks for more time."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.demonstration.accounts import People
from hub.demonstration.plan import DAY, Plan
from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.domain.period import end_of_day
from hub.services import contacts, extensions, filings
from hub.services.core import Core

MOST = 120
NAME, TITLE = "Đầu mối báo cáo (minh họa)", "Bộ phận tổng hợp"
REASON = "Đang đối chiếu số liệu với đơn vị trực thuộc (minh họa)."
DAYS = 14


def introduce(core: Core, plan: Plan, people: People, now: datetime) -> str:
    """Units have said whom to call, with numbers that nobody has; one asks for more time. Repeating adds nothing."""
    below = [unit for each in plan.provinces for unit in plan.communes[each.id]]
    units = [*plan.provinces, *plan.ministries, *below][:MOST]
    for number, unit in enumerate(units, start=1):
        contacts.keep(
            core, people.sender(core, unit.id), unit.id, contacts.ALL_REGIMES, name=NAME, title=TITLE,
            phone=f"0000 {number // 1000:03} {number % 1000:03}", email="", now=now,
        )  # fmt: skip
    asked = _ask(core, plan, people, now)
    return f"{len(units)} contacts, {asked} request for more time"


def _ask(core: Core, plan: Plan, people: People, now: datetime) -> int:
    """The overdue report of the latest deadline among those whose unit takes part."""
    known = {unit.id for unit in (*plan.provinces, *plan.ministries)}
    query = FilingQuery(overdue=True, state="draft", size=1000)
    found = [row for row in filings.search(core, SYSTEM, query, now).rows if row.unit_id in known]
    for row in found[:1]:
        until = end_of_day(DAY + timedelta(days=DAYS))
        extensions.ask(core, people.sender(core, row.unit_id), row.id, until=until, reason=REASON, now=now)
    return len(found[:1])
