"""What is due, by the clock and against the clock (P12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.occurrences import Daily, Every, due, is_late, key_of, moment_of

NOON = datetime(2027, 1, 10, 12, 0, 30, tzinfo=UTC)


def test_every_five_minutes_is_due_on_the_grid_whatever_moment_one_looks():
    assert due(Every(5), None, NOON) == ["2027-01-10T12:00Z"]
    assert due(Every(5), None, NOON + timedelta(minutes=4)) == ["2027-01-10T12:00Z"]


def test_what_was_claimed_is_not_due_again():
    assert due(Every(5), "2027-01-10T12:00Z", NOON) == []


def test_a_daily_time_is_the_time_of_vietnam():
    assert due(Daily(7), None, NOON) == ["2027-01-10T00:00Z"]
    assert due(Daily(2), None, datetime(2027, 1, 10, 18, 59, tzinfo=UTC)) == ["2027-01-09T19:00Z"]
    assert due(Daily(2), None, datetime(2027, 1, 10, 19, 0, tzinfo=UTC)) == ["2027-01-10T19:00Z"]


def test_six_hours_down_become_one_late_run():
    [key] = due(Every(30), "2027-01-10T06:00Z", NOON)
    assert key == "2027-01-10T12:00Z"


def test_a_job_that_does_not_coalesce_gets_each_missed_moment():
    keys = due(Every(30), "2027-01-10T10:30Z", NOON, coalesce=False)
    assert keys == ["2027-01-10T11:00Z", "2027-01-10T11:30Z", "2027-01-10T12:00Z"]


def test_a_very_long_pause_is_caught_up_in_portions():
    last = key_of(NOON - timedelta(days=400))
    seen = 0
    while keys := due(Every(60), last, NOON, coalesce=False):
        seen += len(keys)
        last = keys[-1]
    assert seen == 400 * 24


def test_a_run_is_late_when_the_next_moment_has_come():
    assert not is_late(Every(5), "2027-01-10T12:00Z", NOON)
    assert is_late(Every(5), "2027-01-10T11:55Z", NOON)


def test_a_schedule_of_no_minutes_is_refused():
    with pytest.raises(ValueError, match="at least one minute"):
        Every(0)


def test_a_clock_that_ran_ahead_and_came_back_does_not_silence_the_job():
    tomorrow = due(Every(5), None, NOON + timedelta(days=1))[0]
    assert due(Every(5), tomorrow, NOON) == ["2027-01-10T12:00Z"]


schedules = st.one_of(
    st.sampled_from([5, 7, 30, 60, 1440]).map(Every),
    st.builds(Daily, st.integers(0, 23), st.integers(0, 59)),
)
# A walk of the wall clock: mostly steps of a minute or so, now and then a jump of two hours or a day, either way.
steps = st.lists(
    st.one_of(
        st.integers(10, 400),
        st.sampled_from([7200, -7200, 86400, -86400, 21600, -600]),
    ),
    min_size=1,
    max_size=80,
)


def simulate(schedule, walk, start=NOON, coalesce=True):
    """The runner's tick in miniature: ask what is due since the newest claim, claim by a unique key. Keys in order."""
    claimed: dict[str, datetime] = {}
    now = start
    for step in [0, *walk]:
        now += timedelta(seconds=step)
        newest = max(claimed, default=None)
        for key in due(schedule, newest, now, coalesce=coalesce):
            if key not in claimed:
                claimed[key] = now
    return claimed, now


@given(schedules, steps)
@settings(max_examples=300, deadline=None)
def test_no_moment_ever_runs_before_its_time_and_after_every_tick_the_newest_has_run(schedule, walk):
    claimed, now = simulate(schedule, walk)
    assert key_of(schedule.latest(now)) in claimed  # nothing is lost, wherever the clock went
    for key, at in claimed.items():
        assert moment_of(key) <= at
        assert schedule.latest(moment_of(key)) == moment_of(key)


@given(schedules, st.lists(st.integers(10, 50_000), max_size=60))
@settings(max_examples=200, deadline=None)
def test_without_coalescing_a_forward_clock_runs_every_moment_exactly_once(schedule, walk):
    claimed, now = simulate(schedule, walk, coalesce=False)
    expected, moment = set(), schedule.latest(NOON)
    while moment <= now:
        expected.add(key_of(moment))
        moment = schedule.following(moment)
    assert set(claimed) == expected


@given(schedules, steps)
@settings(max_examples=200, deadline=None)
def test_two_clocks_that_disagree_still_claim_each_moment_once(schedule, walk):
    first: list[str] = []
    claimed: set[str] = set()
    now = NOON
    for step in walk:
        now += timedelta(seconds=step)
        for seen in (now, now - timedelta(hours=2), now + timedelta(seconds=59)):
            for key in due(schedule, max(claimed, default=None), seen):
                if key not in claimed:
                    claimed.add(key)
                    first.append(key)
    assert len(first) == len(set(first))
    assert key_of(schedule.latest(now)) in claimed
