"""Reminders before and after the last day (R32): once each, to those who still owe, for whole campaigns at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, select, update

from hub.domain.regime import Regime
from hub.domain.reminder_calendar import ReminderCalendar
from hub.services import calendar_reminders, notifications, opening, review
from hub.services.core import Core
from hub.store import tables

OPENED = datetime(2026, 9, 6, 3, 0, tzinfo=UTC)
MORNING = {day: datetime(2026, 9, day, 23, 30, tzinfo=UTC) for day in range(1, 31)}  # 6:30 of the next day in Viet Nam
# The communes owe September by the 16th (two working days after Monday the 14th), provinces and ministries by the 25th.


def on(day: int) -> datetime:
    """6:30 in Viet Nam on a day of September."""
    return MORNING[day - 1]


@pytest.fixture
def small_edition(make_small_edition):
    """Monthly reports alone: one filing a unit."""
    return make_small_edition(frequencies=("monthly",))


@pytest.fixture
def owed(core):
    opening.open_due(core, OPENED, since=date(2026, 9, 1))
    return core


def subjects(core, actor):
    return [notice.subject_vi for notice in reversed(notifications.listing(core, actor).rows)]


def remind(core, day):
    return calendar_reminders.remind_due(core, on(day)).filings


def kept(core):
    with core.database.read() as connection:
        table = tables.reminder
        return sorted(connection.execute(select(table.c.occurrence)).scalars())


def change(core, unit, **values):
    with core.database.write() as connection:
        connection.execute(update(tables.filing).where(tables.filing.c.unit_id == unit).values(**values))


def test_each_day_of_the_calendar_reminds_once_and_says_how_long_is_left(owed, make_actor):
    ministry = make_actor("reporter", "G01")
    reminded = [remind(owed, day) for day in (17, 18, 18, 19, 24, 25, 26, 28, 30)]
    assert reminded == [0, 1, 0, 0, 1, 1, 0, 1, 1]
    name = "Chế độ thử – Tháng 09 năm 2026"
    assert subjects(owed, ministry) == [
        f"Hạn 25/09/2026 (còn 5 ngày làm việc): {name}", f"Hạn 25/09/2026 (còn 1 ngày làm việc): {name}",
        f"Hạn 25/09/2026 (hôm nay): {name}", f"Quá hạn: {name}", f"Quá hạn: {name}",
    ]  # fmt: skip
    assert kept(owed) == sorted(
        f"{step}/2026-09-25" for step in ("before-5", "before-1", "before-0", "after-1", "after-3")
    )


def test_of_reminders_missed_while_the_hub_was_down_only_the_latest_goes_out(owed, make_actor):
    ministry = make_actor("reporter", "G01")
    assert remind(owed, 29) == 1
    assert kept(owed) == ["after-1/2026-09-25"]
    assert len(subjects(owed, ministry)) == 1


def test_who_has_sent_or_is_excluded_is_not_reminded(owed, submit_early, filing_of_early, make_actor):
    make_actor("reporter", "X12")
    submit_early("X11")
    row = filing_of_early("X12")
    review.exclude(owed, make_actor("officer", "P1"), row.id, revision=row.revision, reason="Sáp nhập", now=OPENED)
    assert remind(owed, 15) == 0


def test_more_time_moves_the_reminders_and_nobody_is_called_overdue_within_it(owed, make_actor):
    ministry = make_actor("reporter", "G01")
    assert remind(owed, 24) == 1
    change(owed, "G01", closes_at="2026-09-30T17:00:00.000000+00:00")
    assert remind(owed, 28) == 1, "of the new last day, five working days before it and already passed"
    assert remind(owed, 30) == 1
    assert subjects(owed, ministry)[-1] == "Hạn 30/09/2026 (hôm nay): Chế độ thử – Tháng 09 năm 2026"
    assert not any("Quá hạn" in subject for subject in subjects(owed, ministry))


def test_what_was_sent_back_is_due_again_on_the_day_that_was_set(owed, make_actor):
    ministry = make_actor("reporter", "G01")
    sent = {"state": "returned", "first_sent_at": "2026-09-10T03:00:00.000000+00:00"}
    change(owed, "G01", **sent)
    assert remind(owed, 28) == 0, "no day was set, and it was sent on time (R31)"
    change(owed, "G01", resend_due="2026-09-29T17:00:00.000000+00:00")
    assert remind(owed, 28) == 1
    [notice] = notifications.listing(owed, ministry).rows
    assert "cần gửi lại trước 24 giờ ngày 29/09/2026" in notice.body_vi


def test_an_amendment_of_an_accepted_report_is_not_called_overdue(owed, make_actor):
    make_actor("reporter", "G01")
    change(owed, "G01", accepted_version=1)
    assert remind(owed, 28) == 0


def test_a_unit_in_which_nobody_can_be_told_is_reminded_when_somebody_is_there(owed, make_actor):
    assert remind(owed, 18) == 0
    assert kept(owed) == []
    make_actor("reporter", "G01")
    assert remind(owed, 21) == 1


def test_an_edition_says_its_own_days(core, make_small_edition, make_actor):
    edition = make_small_edition(frequencies=("monthly",), reminders=ReminderCalendar(before=(3,), after=()))
    catalog = replace(core.catalog, regimes={"THU-01": Regime("THU-01", (edition,))})
    catalog.__dict__.update(orgs=core.orgs, calendar=core.calendar)
    own = Core(core.config, catalog, core.database)
    opening.open_due(own, OPENED, since=date(2026, 9, 1))
    make_actor("reporter", "G01")
    assert [remind(own, day) for day in (18, 21, 22, 25, 28)] == [0, 0, 1, 0, 0]
    assert kept(own) == ["before-3/2026-09-25"]


def test_a_campaign_of_many_units_takes_no_more_statements_than_one_of_few(owed, make_actor):
    for unit in ("X11", "X12", "X13", "X21", "X22"):
        make_actor("reporter", unit)
    counted = []
    engine = owed.database._writer
    event.listen(engine, "before_cursor_execute", lambda *_: counted.append(1))
    change(owed, "X11", state="draft")
    counted.clear()
    change(owed, "X12", excluded=True)
    change(owed, "X13", excluded=True)
    change(owed, "X21", excluded=True)
    change(owed, "X22", excluded=True)
    counted.clear()
    assert remind(owed, 9) == 1
    one = len(counted)
    for unit in ("X12", "X13", "X21", "X22"):
        change(owed, unit, excluded=False)
    counted.clear()
    assert remind(owed, 9) == 4
    assert len(counted) == one


@pytest.fixture
def filing_of_early(owed):
    from hub.domain.access import SYSTEM
    from hub.domain.filing import FilingQuery
    from hub.services import filings

    return lambda unit: filings.search(owed, SYSTEM, FilingQuery(unit_id=unit, period="2026-M09"), OPENED).rows[0]


@pytest.fixture
def submit_early(owed):
    """``submit_early(unit)``: it has been sent already."""

    def send(unit: str) -> None:
        change(owed, unit, state="submitted", first_sent_at="2026-09-06T03:00:00.000000+00:00")

    return send
