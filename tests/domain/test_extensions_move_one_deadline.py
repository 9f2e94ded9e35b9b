"""Which deadline an extension moves, and the stretches in which somebody entered for a unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.domain.extending import check, deadline, moved
from hub.domain.filing import DecisionRow, FilingRow
from hub.domain.on_behalf import entered, entering, stretches
from hub.errors import BadRequest, Refused

DUE = datetime(2026, 9, 25, 17, 0, tzinfo=UTC)
NOW = DUE - timedelta(days=3)
LATER = DUE + timedelta(days=7)
ROW = FilingRow(
    id="f", edition="A/1", regime="A", unit_id="X11", unit_path="VN/P1/X11", level="commune", period="2026-M09",
    frequency="monthly", scope="own", receiver_id="P1", window_start=date(2026, 8, 15), window_end=date(2026, 9, 14),
    due_at=DUE, closes_at=None, state="draft", revision=1, attempt=1, version=None, sent_version=None,
    accepted_version=None, first_sent_at=None, last_sent_at=None, resend_due=None, excluded=False,
    excluded_reason=None, opened_at=NOW, changed_at=NOW,
)  # fmt: skip


def test_before_the_first_sending_the_units_deadline_moves_and_afterwards_that_of_sending_again():
    assert moved(ROW, LATER) == {"due_at": LATER}
    back = replace(ROW, state="returned", first_sent_at=NOW, resend_due=DUE)
    assert moved(back, LATER) == {"resend_due": LATER}
    assert deadline(replace(back, resend_due=None)) is None


def test_sending_never_closes_before_the_end_of_an_extension():
    assert moved(replace(ROW, closes_at=DUE), LATER)["closes_at"] == LATER
    assert "closes_at" not in moved(replace(ROW, closes_at=LATER + timedelta(days=1)), LATER)


@pytest.mark.parametrize(
    "changes", [{"state": "submitted"}, {"state": "accepted"}, {"excluded": True}, {"accepted_version": 1}]
)
def test_what_does_not_lie_with_its_unit_is_not_extended(changes):
    with pytest.raises(Refused):
        check(replace(ROW, **changes), LATER, NOW)


@pytest.mark.parametrize("until", [DUE, NOW, DUE - timedelta(seconds=1), DUE + timedelta(days=367)])
def test_no_extension_shortens_or_lasts_for_years(until):
    with pytest.raises(BadRequest):
        check(ROW, until, NOW)


def step(event: str, account: str, hour: int) -> DecisionRow:
    at = NOW + timedelta(hours=hour)
    return DecisionRow(f"d{hour}", "f", 1, event, "draft", "draft", account, account, "vì thế", None, at)


def test_entering_for_a_unit_lasts_until_anybody_sends():
    made = [
        step("enter_for", "an", 1),
        step("send", "binh", 3),
        step("send_back", "chi", 4),
        step("enter_for", "an", 6),
    ]
    assert [(each.since, each.until) for each in stretches(made)] == [
        (NOW + timedelta(hours=1), NOW + timedelta(hours=3)), (NOW + timedelta(hours=6), None),
    ]  # fmt: skip
    assert entering(made, "an")
    assert not entering(made[:3], "an")
    assert not entering(made, "binh")


def test_what_was_done_outside_a_stretch_or_by_others_was_done_as_the_unit():
    made = [step("enter_for", "an", 1), step("send", "an", 3)]
    assert entered(made, "an", NOW + timedelta(hours=3)).reason == "vì thế"
    assert entered(made, "an", NOW) is None
    assert entered(made, "an", NOW + timedelta(hours=4)) is None
    assert entered(made, "binh", NOW + timedelta(hours=2)) is None
