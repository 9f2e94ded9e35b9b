"""Before it is accepted, a sent report can be taken back; what was taken back was no sending (decision 0015)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.period import punctuality
from hub.errors import BadRequest, Conflict, Forbidden, Refused
from hub.services import filings, review
from hub.store import filings as store

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
LATE = NOW + timedelta(days=3)


@pytest.fixture
def withdraw(opened, filing_of, make_actor):
    """``withdraw(unit, now=LATER, role="approver")``: the unit takes its report back."""

    def do(unit: str, now=LATER, role: str = "approver", reason: str = "Nhầm số liệu"):
        row = filing_of(unit)
        return filings.withdraw(
            opened, make_actor(role, unit), row.id, revision=row.revision, reason=reason, now=now
        )  # fmt: skip

    return do


def test_a_withdrawn_report_is_a_draft_with_the_reason_kept(opened, submit, withdraw, filing_of, make_actor):
    submit("X11")
    row = withdraw("X11")
    assert (row.state, row.version, row.sent_version, row.first_sent_at) == ("draft", 1, None, None)
    view = filings.open_one(opened, make_actor("approver", "X11"), row.id, LATER)
    assert (view.decisions[-1].event, view.decisions[-1].reason) == ("withdraw", "Nhầm số liệu")


def test_lateness_is_judged_by_the_sending_that_stays(submit, withdraw, filing_of, document):
    submit("X11")
    withdraw("X11")
    submit("X11", content=document("X11", men=5), now=LATE)
    row = filing_of("X11")
    assert punctuality(row.due_at, row.first_sent_at, LATE) == "late"


def test_a_resent_report_keeps_its_first_sending_when_the_second_is_withdrawn(
    opened, submit, withdraw, filing_of, make_actor, document
):
    submit("X11")
    row = filing_of("X11")
    officer = make_actor("officer", row.receiver_id)
    review.send_back(opened, officer, row.id, revision=row.revision, version=1, reason="Sửa", now=NOW)
    submit("X11", content=document("X11", men=5), now=LATER)
    row = withdraw("X11", now=LATER + timedelta(minutes=1))
    assert (row.first_sent_at, row.last_sent_at, row.sent_version, row.attempt) == (NOW, NOW, 1, 2)


def test_a_withdrawn_amendment_leaves_the_accepted_version_in_force(
    opened, submit, accept, withdraw, filing_of, make_actor, document
):
    submit("X11")
    row = accept("X11")
    officer = make_actor("officer", row.receiver_id)
    row = review.finalise(opened, officer, row.id, revision=row.revision, now=NOW)
    approver = make_actor("approver", "X11")
    filings.amend(opened, approver, row.id, revision=row.revision, reason="Sai", now=NOW)
    submit("X11", content=document("X11", men=5), now=LATER)
    row = withdraw("X11", now=LATER)
    assert (row.state, row.accepted_version, row.sent_version) == ("draft", 1, 1)


def test_what_was_accepted_is_not_withdrawn(submit, accept, withdraw):
    submit("X11")
    accept("X11")
    with pytest.raises(Refused, match="withdraw"):
        withdraw("X11")


def test_a_withdrawal_needs_a_reason_and_the_right_to_send(submit, withdraw):
    submit("X11")
    with pytest.raises(BadRequest):
        withdraw("X11", reason="  ")
    with pytest.raises(Forbidden):
        withdraw("X11", role="reporter")


def test_the_second_click_of_a_withdrawal_meets_the_first(opened, submit, filing_of, make_actor):
    submit("X11")
    row, approver = filing_of("X11"), make_actor("approver", "X11")
    asked = {"revision": row.revision, "reason": "Nhầm", "now": LATER}
    filings.withdraw(opened, approver, row.id, **asked)
    with pytest.raises(Conflict):
        filings.withdraw(opened, approver, row.id, **asked)
    assert filing_of("X11").state == "draft"


def test_nothing_is_withdrawn_that_could_not_be_sent_again(opened, submit, withdraw, filing_of):
    submit("X11")
    row = filing_of("X11")
    with opened.database.write() as connection:
        store.change(connection, row.id, row.revision, closes_at=LATER)
    with pytest.raises(Refused, match="closed"):
        withdraw("X11", now=LATER + timedelta(minutes=1))
