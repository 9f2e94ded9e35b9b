"""Whether a report may be sent, and whether it was on time (R31), to the instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.period import Period, due_day_of, end_of_day, may_send, punctuality
from hub.domain.regime import DayRule, WindowRule
from hub.domain.working_days import WorkingCalendar

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
PERIOD = Period.parse("2027-M01")
OPENS = datetime(2026, 12, 15, tzinfo=VIETNAM)
DUE_AT = end_of_day(date(2027, 1, 25))
MS, SECOND, DAY = timedelta(milliseconds=1), timedelta(seconds=1), timedelta(days=1)

NEVER, ON_TIME, LATE = (False, False), (True, False), (True, True)


def _ask(edition, now, **changes):
    question = {"level": "province", "due_at": DUE_AT, "now": now, "state": "draft"} | changes
    return may_send(edition, PERIOD, **question)


@pytest.mark.parametrize(
    ("now", "late_days", "closes_at", "answer"),
    [
        (OPENS - MS, None, None, NEVER),
        (OPENS, None, None, ON_TIME),
        (OPENS + DAY, None, None, ON_TIME),
        (DUE_AT - SECOND, None, None, ON_TIME),
        (DUE_AT - MS, None, None, ON_TIME),
        (DUE_AT, None, None, LATE),
        (DUE_AT + MS, None, None, LATE),
        (DUE_AT + 3000 * DAY, None, None, LATE),
        # Five days of grace: refused from the end of the fifth.
        (DUE_AT - MS, 5, None, ON_TIME),
        (DUE_AT, 5, None, LATE),
        (DUE_AT + 5 * DAY - MS, 5, None, LATE),
        (DUE_AT + 5 * DAY, 5, None, NEVER),
        (DUE_AT + 50 * DAY, 5, None, NEVER),
        # No grace at all: what is not on time is refused.
        (DUE_AT - MS, 0, None, ON_TIME),
        (DUE_AT, 0, None, NEVER),
        # An extension counts instead of the grace, whether later or earlier, and does not make late things punctual.
        (DUE_AT + 9 * DAY, 5, DUE_AT + 10 * DAY, LATE),
        (DUE_AT + 10 * DAY, 5, DUE_AT + 10 * DAY, NEVER),
        (DUE_AT + 2 * DAY, 5, DUE_AT + DAY, NEVER),
        (DUE_AT + DAY, None, DUE_AT + 2 * DAY, LATE),
        (DUE_AT + 2 * DAY, None, DUE_AT + 2 * DAY, NEVER),
        (OPENS - MS, None, DUE_AT + DAY, NEVER),
    ],
)
def test_sending_opens_with_the_window_turns_late_at_the_deadline_and_ends_at_closing(
    make_small_edition, now, late_days, closes_at, answer
):
    found = _ask(make_small_edition(late_days=late_days), now, closes_at=closes_at)
    assert (found.allowed, found.late) == answer


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("draft", True), ("checked", True), ("signed", True), ("returned", True),
        ("submitted", False), ("accepted", False), ("aggregated", False), ("finalized", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_only_what_lies_with_its_unit_may_be_sent(small_edition, state, allowed):
    assert _ask(small_edition, DUE_AT - DAY, state=state).allowed is allowed


def test_a_level_that_owes_nothing_may_not_send(small_edition):
    assert not _ask(small_edition, DUE_AT - DAY, level="district").allowed


@pytest.mark.parametrize(
    ("now", "state", "late_days", "vi", "en"),
    [
        (OPENS - DAY, "draft", None, "15/12/2026", "15/12/2026"),
        (DUE_AT, "draft", None, "25/01/2027", "25/01/2027"),
        (DUE_AT + DAY, "draft", 0, "25/01/2027", "25/01/2027"),
        (DUE_AT + 9 * DAY, "draft", 5, "30/01/2027", "30/01/2027"),
        (DUE_AT - DAY, "accepted", None, "đã được gửi", "already been sent"),
    ],
)
def test_the_reason_is_said_in_both_languages_with_the_day_that_counts(
    make_small_edition, now, state, late_days, vi, en
):
    found = _ask(make_small_edition(late_days=late_days), now, state=state)
    assert vi in found.reason_vi
    assert en in found.reason_en


def test_what_is_on_time_needs_no_reason(small_edition):
    found = _ask(small_edition, DUE_AT - DAY)
    assert (found.reason_vi, found.reason_en) == ("", "")


def test_an_edition_due_before_its_window_ends_may_be_sent_in_time(make_small_edition):
    edition = make_small_edition(windows={"monthly": WindowRule(DayRule("period_start"), DayRule("period_end"))})
    due_at = end_of_day(date(2027, 1, 14))
    assert _ask(edition, due_at - DAY, due_at=due_at).allowed
    assert not _ask(edition, due_at - DAY, due_at=due_at).late


def test_a_window_that_opens_on_a_working_day_uses_the_calendar(make_small_edition):
    opening = WindowRule(DayRule("period_start", working_days=1), DayRule("period_end"))
    edition = make_small_edition(windows={"monthly": opening})
    calendar = WorkingCalendar(frozenset(), frozenset(), range(2026, 2028))
    monday = datetime(2027, 1, 4, tzinfo=VIETNAM)
    assert not _ask(edition, monday - MS, calendar=calendar).allowed
    assert _ask(edition, monday, calendar=calendar).allowed


@given(
    offset=st.integers(-60, 60), late_days=st.none() | st.integers(0, 40), extension=st.none() | st.integers(-20, 60)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_once_closed_a_report_stays_closed_and_once_late_it_stays_late(
    make_small_edition, offset, late_days, extension
):
    closes_at = None if extension is None else DUE_AT + extension * DAY
    edition = make_small_edition(late_days=late_days)
    now, next_day = (_ask(edition, DUE_AT + n * DAY, closes_at=closes_at) for n in (offset, offset + 1))
    assert not (now.late and not now.allowed)
    if now.late:
        assert next_day.late or not next_day.allowed
    if not now.allowed and DUE_AT + offset * DAY >= OPENS:
        assert not next_day.allowed


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (datetime(2027, 1, 25, 23, 59, 58, tzinfo=VIETNAM), "on_time"),
        (datetime(2027, 1, 25, 23, 59, 59, tzinfo=VIETNAM) - MS, "on_time"),
        (datetime(2027, 1, 25, 23, 59, 59, tzinfo=VIETNAM), "on_time"),
        (datetime(2027, 1, 25, 23, 59, 59, tzinfo=VIETNAM) + MS, "on_time"),
        (datetime(2027, 1, 25, 23, 59, 59, 999_999, tzinfo=VIETNAM), "on_time"),
        (datetime(2027, 1, 26, 0, 0, tzinfo=VIETNAM), "late"),
        (datetime(2027, 1, 26, 0, 0, tzinfo=VIETNAM) + MS, "late"),
        (datetime(2027, 1, 26, 0, 0, 1, tzinfo=VIETNAM), "late"),
        (datetime(2027, 1, 25, 16, 59, 59, 999_000, tzinfo=UTC), "on_time"),
        (datetime(2027, 1, 25, 17, 0, tzinfo=UTC), "late"),
    ],
)
def test_the_deadline_is_midnight_to_the_millisecond_whatever_the_zone_of_the_stamp(sent, answer):
    assert punctuality(DUE_AT, sent, sent) == answer


@pytest.mark.parametrize("shift", [-SECOND, -MS, timedelta(0), MS, SECOND])
def test_what_may_be_sent_late_is_what_will_be_called_late(small_edition, shift):
    now = DUE_AT + shift
    assert _ask(small_edition, now).late == (punctuality(DUE_AT, now, now) == "late")


def test_nothing_sent_is_pending_before_the_deadline_and_not_sent_from_it_on():
    assert punctuality(DUE_AT, None, DUE_AT - MS) == "pending"
    assert punctuality(DUE_AT, None, DUE_AT) == "not_sent"


def test_a_report_sent_in_time_stays_on_time_for_ever():
    assert punctuality(DUE_AT, DUE_AT - MS, DUE_AT + 900 * DAY) == "on_time"


def test_a_deadline_is_shown_as_its_last_day():
    assert due_day_of(DUE_AT) == date(2027, 1, 25)


def test_a_filing_with_its_own_window_opens_with_that(small_edition):
    called = Period.parse("2027-X-1")
    due_at, opens = end_of_day(date(2027, 9, 20)), date(2027, 9, 1)
    first = datetime(2027, 9, 1, tzinfo=VIETNAM)
    for now, answer in ((first - MS, False), (first, True)):
        assert may_send(small_edition, called, "province", due_at, now, "draft", opens=opens).allowed is answer
