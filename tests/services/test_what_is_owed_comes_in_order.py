"""A person's list begins with what to do next: the next deadline, then what is overdue, the latest first."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.services import filings, opening, overview

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def four_months(core):
    """The reports of June to September opened; those of June, July and August are overdue."""
    opening.open_due(core, NOW, since=date(2026, 6, 1))
    return core


def months(core, **asked) -> list[str]:
    return [row.period for row in filings.search(core, SYSTEM, FilingQuery(unit_id="X11", **asked), NOW).rows]


def test_the_next_deadline_comes_first_and_then_what_is_overdue_the_latest_first(four_months):
    due = {row.period: row.due_at for row in filings.search(four_months, SYSTEM, FilingQuery(unit_id="X11"), NOW).rows}
    coming = sorted((code for code in due if due[code] > NOW), key=due.__getitem__)
    passed = sorted((code for code in due if due[code] <= NOW), key=due.__getitem__, reverse=True)
    assert coming
    assert len(passed) >= 2
    assert months(four_months, owed=True) == coming + passed


def test_a_list_that_asks_for_nothing_begins_with_the_latest_deadline(four_months):
    rows = filings.search(four_months, SYSTEM, FilingQuery(unit_id="X11"), NOW).rows
    assert [row.due_at for row in rows] == sorted((row.due_at for row in rows), reverse=True)


def test_what_is_overdue_is_never_sent_and_past_its_deadline(four_months):
    rows = filings.search(four_months, SYSTEM, FilingQuery(unit_id="X11", overdue=True), NOW).rows
    assert rows
    assert all(row.due_at <= NOW and row.first_sent_at is None for row in rows)
    assert "2026-M09" not in {row.period for row in rows}


def test_campaigns_with_something_to_accept_come_first_then_those_whose_data_period_is_over(four_months, submit):
    days = [row.last_day for row in overview.campaigns(four_months, SYSTEM, NOW)]
    over = [day for day in days if day < NOW.date()]
    assert days[: len(over)] == sorted(over, reverse=True)
    assert len(days) > len(over) > 1, "September is not over yet"
    submit("X12")
    first = overview.campaigns(four_months, SYSTEM, NOW)[0]
    assert (first.period.code, first.submitted) == ("2026-M09", 1)
