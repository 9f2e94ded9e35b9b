"""A small hub for figures: September and October 2026 opened, reports of some units accepted and rolled up."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.services import aggregation, filings, intake, opening, review

EDITION = "THU-01/2025-07-01"
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))


def in_month(month: int, year: int = 2026) -> datetime:
    """The day after the window of that month has ended."""
    return datetime(year, month, 15, 3, 0, tzinfo=UTC)


def body_of(unit: str, period: str, men: int, women: int) -> bytes:
    """A right report of a unit: men in r02, women in r03, one of each new if there is any."""
    cells: dict[str, object] = {}
    new_men, new_women = min(men, 1), min(women, 1)
    for row, people, new in (
        ("r01", men + women, new_men + new_women),
        ("r02", men, new_men),
        ("r03", women, new_women),
    ):
        cells |= {f"{row}.c02": new, f"{row}.c03": people - new, f"{row}.c04": f"{people * 2}.00"}
    body = {"regime": "THU-01", "unit": unit, "period": period, "forms": {"F1": {"cells": cells}}}
    return json.dumps(body | {"outline": {"s1": "Ổn định."}}).encode()


@pytest.fixture
def central() -> Actor:
    return CENTRAL


@pytest.fixture
def row_of(core):
    """``row_of(unit, period) -> FilingRow``, as the system sees it."""

    def find(unit: str, period: str):
        page = filings.search(core, SYSTEM, FilingQuery(unit_id=unit, period=period, regime="THU-01"), in_month(12))
        (found,) = [row for row in page.rows if row.scope == "own"]
        return found

    return find


@pytest.fixture
def send(core, make_actor):
    """``send(unit, month, men, women)``: the month's filings opened and the unit's report sent."""

    def do(unit: str, month: int, men: int = 4, women: int = 6, *, at: datetime | None = None):
        now = at or in_month(month)
        opening.open_due(core, now, since=date(2026, month, 1))
        content = body_of(unit, f"2026-M{month:02}", men, women)
        receipt = intake.receive(core, make_actor("approver", unit), Envelope(content, "json", intent="send"), now)
        assert receipt.state == "submitted", receipt.findings
        return receipt

    return do


@pytest.fixture
def accept(core, row_of, make_actor):
    """``accept(unit, month)``: its receiver accepts what it sent."""

    def do(unit: str, month: int, *, at: datetime | None = None):
        row = row_of(unit, f"2026-M{month:02}")
        officer = make_actor("officer", row.receiver_id)
        return review.accept(core, officer, row.id, revision=row.revision, now=at or in_month(month))

    return do


@pytest.fixture
def report(send, accept):
    """``report(unit, month, men, women)``: sent and accepted."""

    def do(unit: str, month: int, men: int = 4, women: int = 6, *, at: datetime | None = None) -> None:
        send(unit, month, men, women, at=at)
        accept(unit, month, at=at)

    return do


@pytest.fixture
def roll_up(core):
    """``roll_up(month)`` or ``roll_up("2026-Q3")``."""

    def do(period: int | str, *, at: datetime | None = None) -> None:
        code = period if isinstance(period, str) else f"2026-M{period:02}"
        aggregation.run(core, SYSTEM, EDITION, code, at or in_month(12))

    return do
