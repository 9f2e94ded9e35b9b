"""P1, P9: the process is gone at each named point of its work; what it was doing is there whole, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.services import aggregation, intake, publication
from hub.store import aggregates, tables

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
COUNTED = (tables.submission, tables.submission_content, tables.version, tables.decision, tables.event)


@pytest.fixture
def stopped_at(core, nursery, renew, after_the_end, tmp_path):
    """``stopped_at(point, work) -> Told``: that work in a process that stops there."""
    renew()

    def stop(point: str, work: str):
        log = tmp_path / "life.log"
        group = nursery.start(core, log, work, failpoint=point)
        told, problems = after_the_end(group, log)
        assert not problems
        return told

    return stop


def counts(core) -> list[int]:
    with core.database.read() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in COUNTED]


@pytest.mark.parametrize("point", ["after-validate", "before-commit"])
def test_a_report_stopped_before_its_commit_leaves_nothing(core, stopped_at, point):
    before = counts(core)
    told = stopped_at(point, "submit")
    assert (len(told.tries), told.receipts) == (1, {})
    assert counts(core) == before


def test_a_report_stopped_before_its_answer_is_there_and_answered_when_sent_again(core, stopped_at, sent_again):
    events = counts(core)[-1]
    told = stopped_at("after-commit-before-answer", "submit")
    assert (len(told.tries), told.receipts) == (1, {})
    there = counts(core)
    assert there[:3] == [1, 1, 1]
    assert there[-1] == events + 1
    receipt = sent_again(told)
    assert receipt.repeat_of is not None
    assert receipt.verdict == "accepted"
    assert counts(core) == there


def test_aggregates_replaced_halfway_stay_as_they_were(core, stopped_at, accepted):
    accepted("X11", 4)
    aggregation.run(core, SYSTEM, EDITION, PERIOD, NOW)
    accepted("X12", 5)
    before, stood = counts(core), marks(core)
    told = stopped_at("mid-aggregate", "aggregate")
    assert told.publications == []
    assert marks(core) == stood
    assert counts(core) == before


def marks(core):
    with core.database.read() as connection:
        return aggregates.marks(connection, EDITION, PERIOD)


@pytest.mark.parametrize("point", ["before-follow", "mid-follow"])
def test_a_decision_stopped_before_it_was_followed_stands_and_the_next_run_brings_it_in(
    core, stopped_at, accepted, sent, point
):
    accepted("X11", 4)
    stood = marks(core)
    for unit in ("X12", "X13", "X21", "X22", "G01", "G12"):  # whichever the officer takes up, there is one to decide
        sent(unit, 4)
    decisions = counts(core)[3]
    stopped_at(point, "decide")
    assert counts(core)[3] == decisions + 1
    assert marks(core) == stood
    assert aggregation.due_campaigns(core, NOW) == [(EDITION, PERIOD)]
    run = aggregation.run(core, SYSTEM, EDITION, PERIOD, NOW + timedelta(days=1))
    assert run.differed == ()
    assert "VN" in run.behind


def test_a_publication_stopped_halfway_was_never_issued(core, stopped_at, accepted):
    accepted("X11", 4)
    aggregation.run(core, SYSTEM, EDITION, PERIOD, NOW)
    central = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))
    stopped_at("mid-publish", "aggregate")
    assert publication.listing(core, central, NOW) == []
    issued = publication.issue(core, central, "thu", PERIOD, NOW + timedelta(hours=1))
    assert issued.number == 1


@pytest.fixture
def sent_again(core):
    """``sent_again(told) -> Receipt``: the client that got no answer sends the same bytes with the same key."""

    def send(told):
        (said,) = told.tries.values()
        unit = said["unit"]
        actor = Actor(f"approver-{unit}", unit, unit, (Grant("approver", unit),))
        envelope = Envelope(
            bytes.fromhex(said["content"]), said["door"], idempotency_key=said["key"], intent=said["intent"],
            filing_id=said["filing"],
        )  # fmt: skip
        return intake.receive(core, actor, envelope, NOW + timedelta(days=1))

    return send
