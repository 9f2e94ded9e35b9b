"""Which version counted when, from decisions alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.standing_history import Step, Stood, stood
from hub.domain.workflow import TABLE


def step(at: int, event: str, before: str, after: str, version: int | None = 1, key: str = "") -> Step:
    return Step(f"2026-09-{at:02}", key or f"{at:02}", event, before, after, version)


SENT = step(1, "send", "draft", "submitted")
ACCEPTED = step(2, "accept", "submitted", "accepted")


def test_a_version_counts_from_the_moment_it_is_accepted():
    assert stood([]) == Stood()
    assert stood([SENT]) == Stood("submitted", None, False, True)
    assert stood([SENT, ACCEPTED]) == Stood("standing", 1, False, True)


def test_what_is_sent_back_counts_no_more():
    assert stood([SENT, ACCEPTED, step(3, "send_back", "aggregated", "returned")]).counting is None


def test_of_an_amendment_that_is_sent_back_the_accepted_version_goes_on_counting():
    amended = [
        step(3, "finalise", "aggregated", "finalized"), step(4, "amend", "finalized", "draft"),
        step(5, "send", "checked", "submitted", 2), step(6, "send_back", "submitted", "returned", 2),
    ]  # fmt: skip
    assert stood([SENT, ACCEPTED, *amended]) == Stood("open", 1, False, True)
    again = [step(7, "send", "draft", "submitted", 3), step(8, "accept", "submitted", "accepted", 3)]
    assert stood([SENT, ACCEPTED, *amended, *again]).counting == 3


def test_a_unit_is_excluded_until_it_is_included_again():
    assert stood([step(1, "exclude", "draft", "draft", None)]).excluded
    assert not stood([step(1, "exclude", "draft", "draft", None), step(2, "include", "draft", "draft", None)]).excluded


def test_steps_of_one_moment_are_taken_in_the_order_in_which_they_can_follow():
    at_once = [
        step(1, "accept", "submitted", "accepted", 2, "a"), step(1, "send", "draft", "submitted", 2, "b"),
        step(1, "send_back", "submitted", "returned", 1, "c"), step(1, "send", "draft", "submitted", 1, "d"),
    ]  # fmt: skip
    assert stood(at_once) == Stood("standing", 2, False, True)
    assert stood(
        [step(1, "include", "draft", "draft", None, "a"), step(1, "exclude", "draft", "draft", None, "b")]
    ) == (Stood("open", None, False, True))


@given(st.data())
def test_any_history_of_the_table_of_moves_is_followed(data):
    """A plain simulation of a report's life, move by move, beside what is read from its decisions."""
    state, version, counting, excluded, steps = "draft", 1, None, False, []
    for day in range(1, data.draw(st.integers(0, 25)) + 1):
        events = [move for move in TABLE if state in move.sources]
        free = state not in {"accepted", "aggregated", "finalized"} and counting is None
        extra = [] if not free else ["include" if excluded else "exclude"]
        chosen = data.draw(st.sampled_from([*(move.event for move in events), *extra]))
        if chosen in {"exclude", "include"}:
            excluded = chosen == "exclude"
            steps.append(step(day, chosen, state, state, None))
            continue
        move = next(each for each in events if each.event == chosen)
        version += chosen == "edit"
        if chosen == "accept":
            if excluded:
                continue
            counting = version
        if chosen == "send_back" and state in {"accepted", "aggregated"}:
            counting = None
        if chosen not in {"edit", "aggregate"}:  # neither leaves a decision
            steps.append(step(day, chosen, state, move.target, version))
        state = move.target
    found = stood(data.draw(st.permutations(steps)))
    assert (found.counting, found.excluded) == (counting, excluded)
    assert (found.stage == "standing") == (state in {"accepted", "aggregated", "finalized"})
    assert (found.stage == "submitted") == (state == "submitted")
