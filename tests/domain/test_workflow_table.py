"""The transition table of a filing (R25): every state × event pair is either in the table or refused in words."""

from __future__ import annotations

from typing import get_args

import pytest

from hub.domain.filing import State, filing_id
from hub.domain.workflow import TABLE, Event, moves_from, next_state, ready_to_send, transition_of
from hub.errors import Refused

STATES, EVENTS = get_args(State), get_args(Event)
LAW = {
    ("draft", "check"): "checked",
    ("checked", "sign"): "signed",
    ("draft", "edit"): "draft",
    ("checked", "edit"): "draft",
    ("signed", "edit"): "draft",
    ("returned", "edit"): "draft",
    ("signed", "send"): "submitted",
    ("submitted", "withdraw"): "draft",
    ("submitted", "accept"): "accepted",
    ("submitted", "send_back"): "returned",
    ("accepted", "send_back"): "returned",
    ("aggregated", "send_back"): "returned",
    ("accepted", "aggregate"): "aggregated",
    ("accepted", "finalise"): "finalized",
    ("aggregated", "finalise"): "finalized",
    ("finalized", "amend"): "draft",
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_only_the_moves_of_the_law_exist(state, event):
    if (state, event) in LAW:
        assert next_state(state, event, ("check", "sign")) == LAW[state, event]
        return
    with pytest.raises(Refused) as refusal:
        next_state(state, event, ("check", "sign"))
    assert "trạng thái" in refusal.value.message_vi
    assert "while the report is" in refusal.value.message_en


@pytest.mark.parametrize(("steps", "ready"), [((), "draft"), (("check",), "checked"), (("check", "sign"), "signed")])
def test_a_report_is_sent_from_the_last_step_its_edition_asks_for(steps, ready):
    assert ready_to_send(steps) == ready
    assert next_state(ready, "send", steps) == "submitted"


def test_a_step_that_the_edition_does_not_ask_for_cannot_be_made():
    with pytest.raises(Refused):
        next_state("checked", "sign", ("check",))


def test_withdrawing_sending_back_and_amending_need_a_reason():
    assert [line.event for line in TABLE if line.needs_reason] == ["withdraw", "send_back", "amend"]
    assert transition_of("send").no_errors


def test_the_moves_from_a_state_are_those_the_table_has():
    assert moves_from("submitted") == ("withdraw", "accept", "send_back")
    assert moves_from("draft", ()) == ("edit", "send")


def test_a_filing_has_the_same_id_however_often_it_is_opened_and_another_for_another_duty():
    same = filing_id("A/2025-07-01", "2026-Q3", "P1", "own")
    assert same == filing_id("A/2025-07-01", "2026-Q3", "P1", "own")
    others = {
        filing_id("A/2025-07-01", "2026-Q4", "P1", "own"),
        filing_id("A/2025-07-01", "2026-Q3", "P2", "own"),
        filing_id("A/2025-07-01", "2026-Q3", "P1", "rollup"),
        filing_id("B/2025-07-01", "2026-Q3", "P1", "own"),
    }
    assert len(others | {same}) == 5
