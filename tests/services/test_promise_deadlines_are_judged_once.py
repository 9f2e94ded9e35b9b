"""P13: a report is on time or late by the server's clock at its arrival, and everything says the same for ever."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.domain.filing import FilingQuery
from hub.domain.period import punctuality
from hub.services import filings, overview, review
from hub.services.receipts import receipt_json
from hub.store import events

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MIDNIGHT = datetime(2026, 9, 26, 0, 0, tzinfo=VIETNAM)
"""24:00 of 25 September, the last day for ministries."""
SECOND, MILLISECOND = timedelta(seconds=1), timedelta(milliseconds=1)
ARRIVALS = {
    "23:59:58.000": (MIDNIGHT - 2 * SECOND, True),
    "23:59:58.999": (MIDNIGHT - SECOND - MILLISECOND, True),
    "23:59:59.000": (MIDNIGHT - SECOND, True),
    "23:59:59.001": (MIDNIGHT - SECOND + MILLISECOND, True),
    "23:59:59.999": (MIDNIGHT - MILLISECOND, True),
    "23:59:59.999999": (MIDNIGHT - timedelta(microseconds=1), True),
    "24:00:00.000": (MIDNIGHT, False),
    "24:00:00.001": (MIDNIGHT + MILLISECOND, False),
    "24:00:01.000": (MIDNIGHT + SECOND, False),
}


@pytest.mark.parametrize(("arrival", "on_time"), ARRIVALS.values(), ids=ARRIVALS)
def test_receipt_page_list_overview_and_audit_tell_the_same(submit, opened, make_actor, arrival, on_time):
    sender, central = make_actor("approver", "G01"), make_actor("central", "VN")
    receipt = submit("G01", sender, now=arrival, idempotency_key="once")
    assert (receipt.state, receipt.on_time) == ("submitted", on_time)
    word = "on_time" if on_time else "late"
    for asked in (arrival, arrival + SECOND, MIDNIGHT + timedelta(days=400)):
        view = filings.open_one(opened, sender, receipt.filing_id, asked)
        assert view.punctuality == word
        (listed,) = filings.search(opened, central, FilingQuery(unit_id="G01"), asked).rows
        assert punctuality(listed.due_at, listed.first_sent_at, asked) == word
        again = submit("G01", sender, now=asked, idempotency_key="once")
        assert receipt_json(again) == receipt_json(receipt)
    a_month_earlier = MIDNIGHT - timedelta(days=30)  # when nobody else was overdue
    assert _late(opened, central, a_month_earlier) == (not on_time)
    with opened.database.read() as connection:
        (told,) = [
            each for each in events.of_object(connection, "filing", receipt.filing_id) if each.action == "receive"
        ]
    assert datetime.fromisoformat(told.at) == arrival
    assert (datetime.fromisoformat(told.at) < listed.due_at) == on_time


def _late(core, central, now) -> int:
    (month,) = [row for row in overview.campaigns(core, central, now) if row.period.code == "2026-M09"]
    return month.late


def test_the_deadline_is_the_end_of_the_day_in_viet_nam(filing_of):
    due_at = filing_of("G01").due_at
    assert due_at == MIDNIGHT
    assert due_at.astimezone(UTC) == datetime(2026, 9, 25, 17, 0, tzinfo=UTC)


def test_what_a_document_says_of_its_time_counts_for_nothing(submit, document):
    body = json.loads(document("G01"))
    cells = body["forms"]["F1"]["cells"]
    cells["r01.c06"] = "Gửi lúc 23:00 ngày 25/9/2026"
    receipt = submit("G01", content=json.dumps(body).encode(), now=MIDNIGHT + SECOND)
    assert (receipt.state, receipt.on_time) == ("submitted", False)


def test_what_was_sent_on_time_stays_on_time_when_it_is_sent_back_and_sent_again_late(
    submit, opened, filing_of, make_actor, document
):
    sender, officer = make_actor("approver", "G01"), make_actor("officer", "G12")
    submit("G01", sender, now=MIDNIGHT - MILLISECOND)
    row = filing_of("G01")
    review.send_back(opened, officer, row.id, revision=row.revision, reason="Sai tổng", now=MIDNIGHT + SECOND)
    again = submit("G01", sender, content=document("G01", men=9), now=MIDNIGHT + timedelta(days=1))
    assert (again.state, again.on_time) == ("submitted", True)
    assert filings.open_one(opened, sender, row.id, MIDNIGHT + timedelta(days=2)).punctuality == "on_time"
