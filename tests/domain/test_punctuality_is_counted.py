"""Punctuality as counts (R31, R33): what is judged, what is not yet, and shares that never promise too much."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.domain.punctuality import Counts, grouped, per_cent, total


def test_what_is_owed_is_what_came_what_is_late_and_what_may_still_come():
    counts = Counts(on_time=5, late=2, not_sent=3, pending=4, correcting=1, waiting=2, accepted=4, excluded=6)
    assert (counts.obliged, counts.due, counts.sent) == (14, 10, 7)


def test_excluded_reports_leave_the_share():
    assert Counts(on_time=1, excluded=9).on_time_share == Decimal("100.0")


def test_what_is_not_due_yet_leaves_the_share():
    assert Counts(on_time=1, not_sent=1, pending=8).on_time_share == Decimal("50.0")


def test_nothing_judged_has_no_share():
    assert Counts(pending=3).on_time_share is None
    assert per_cent(0, 0) is None


def test_a_share_is_rounded_down_so_that_a_hundred_means_every_one():
    assert per_cent(3_320, 3_321) == Decimal("99.9")
    assert per_cent(3_321, 3_321) == Decimal("100.0")


def test_a_share_above_the_whole_is_not_capped():
    assert per_cent(11, 10) == Decimal("110.0")


@pytest.mark.parametrize(
    ("counts", "worst"),
    [
        (Counts(on_time=9, late=1, not_sent=1), "not_sent"),
        (Counts(on_time=9, late=1), "late"),
        (Counts(on_time=9, pending=1), "on_time"),
        (Counts(pending=1), "pending"),
        (Counts(excluded=1), "excluded"),
        (Counts(), "none"),
    ],
)
def test_a_mark_stands_for_the_worst_there_is(counts, worst):
    assert counts.worst == worst


def test_counts_of_one_name_come_together():
    found = grouped([("a", Counts(on_time=1)), ("b", Counts(late=1)), ("a", Counts(not_sent=2, excluded=1))])
    assert found == {"a": Counts(on_time=1, not_sent=2, excluded=1), "b": Counts(late=1)}
    assert total(found.values()) == Counts(on_time=1, late=1, not_sent=2, excluded=1)
    assert total([]) == Counts()
