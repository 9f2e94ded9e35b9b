"""While too few units are in it a report waits: told of once, issued by itself, or let go with a note that is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.access import SYSTEM
from hub.domain.publish_floor import is_short, worst
from hub.errors import BadRequest, Conflict, Forbidden, Refused
from hub.services import aggregation, holds, notifications, publication, review
from hub.services.publication import BelowFloor
from hub.store import events
from scheduler import jobs

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"


@pytest.fixture
def floored(opened, monkeypatch):
    """The small hub, whose regime asks for 40 of a hundred units: three of the seven."""
    edition = opened.catalog.edition(EDITION)
    monkeypatch.setitem(edition.__dict__, "publish_floor", 40)
    return opened


@pytest.fixture
def central(make_actor):
    return make_actor("central", "VN")


@pytest.fixture
def take_in(floored, submit, accept, document):
    """``take_in(unit, …)``: their reports are accepted and rolled up an hour later each."""
    moments = iter(range(1, 20))

    def do(*units):
        for unit in units:
            submit(unit, content=document(unit))
            accept(unit)
        at = NOW + timedelta(hours=next(moments))
        aggregation.run(floored, SYSTEM, EDITION, PERIOD, at)
        return at

    return do


def test_the_floor_is_counted_in_whole_units_and_nobody_obliged_is_never_short():
    assert [is_short(accepted, 7, 40) for accepted in (2, 3)] == [True, False]
    assert [is_short(accepted, 10, 80) for accepted in (7, 8)] == [True, False]
    assert not is_short(0, 0, 100)
    assert worst([("a", 1, 2, 60), ("b", 1, 4, 60), ("c", 4, 4, 100)]).regime == "b"
    assert worst([("a", 3, 5, 60)]) is None


def test_a_report_under_its_floor_waits_and_the_centre_is_told_once(floored, take_in, central):
    at = take_in("X11", "G01")
    assert [holds.publish_due(floored, "thu", PERIOD, at + timedelta(minutes=n)) for n in (1, 2)] == ["held", "held"]
    assert publication.listing(floored, SYSTEM, at) == []
    (held,) = holds.listing(floored, central, at)
    assert (held.accepted, held.obliged, held.floor) == (2, 7, 40)
    assert (held.since, held.seen_at) == (at + timedelta(minutes=1), at + timedelta(minutes=2))
    told = notifications.listing(floored, central, kind="held")
    assert told.total == 1
    assert "40 %" in told.rows[0].body_en


def test_nobody_issues_it_by_another_way(floored, take_in, central):
    at = take_in("X11", "G01")
    for actor in (central, SYSTEM):
        with pytest.raises(BelowFloor, match="2 of 7"):
            publication.issue(floored, actor, "thu", PERIOD, at, "Vội")


def test_it_is_issued_by_itself_as_soon_as_enough_units_are_in(floored, take_in, central):
    at = take_in("X11", "G01")
    holds.publish_due(floored, "thu", PERIOD, at)
    assert holds.any_held(floored, at)
    assert jobs.publish_held(floored, at)[1] == "0 reports issued, 1 still held"
    at = take_in("X12")
    assert jobs.publish_held(floored, at)[1] == "1 reports issued, 0 still held"
    assert jobs.publish_held(floored, at)[1] == "0 reports issued, 0 still held"
    (issued,) = publication.listing(floored, central, at)
    facts = [label.en for label, _ in publication.view(floored, central, issued.id, at).document.facts]
    assert "Issued under its floor" not in facts
    assert not holds.any_held(floored, at)


def test_it_is_let_go_with_a_note_that_is_kept_audited_and_printed(floored, take_in, central):
    at = take_in("X11", "G01")
    holds.publish_due(floored, "thu", PERIOD, at)
    with pytest.raises(BadRequest):
        holds.release(floored, central, "thu", PERIOD, "  ", at)
    first = holds.release(floored, central, "thu", PERIOD, "Họp Chính phủ sáng mai", at)
    again = holds.release(floored, central, "thu", PERIOD, "Họp Chính phủ  sáng mai", at + timedelta(minutes=1))
    with pytest.raises(Conflict, match="Họp Chính phủ sáng mai"):
        holds.release(floored, central, "thu", PERIOD, "Lần nữa", at + timedelta(minutes=1))
    assert (first.note, again.note, again.released_name) == ("Họp Chính phủ sáng mai",) * 2 + (central.name,)
    assert holds.publish_due(floored, "thu", PERIOD, at) == "in_force"
    (issued,) = publication.listing(floored, central, at)
    facts = {label.en: text for label, text in publication.view(floored, central, issued.id, at).document.facts}
    assert facts["Issued under its floor"].en == (
        f"released by {central.name} with 2 of 7 units, floor 40 %: Họp Chính phủ sáng mai"
    )
    assert holds.listing(floored, central, at) == []
    (kept,) = holds.listing(floored, central, at, released=True)
    assert kept.released_by == central.account_id
    with floored.database.read() as connection:
        deeds = [event.action for event in events.of_object(connection, "report", f"thu {PERIOD}")]
    assert deeds == ["hold", "release_hold"]


def test_only_who_may_publish_lets_a_report_go_and_only_one_that_waits(floored, take_in, central, make_actor):
    at = take_in("X11", "G01")
    with pytest.raises(Forbidden):
        holds.release(floored, make_actor("officer", "G12"), "thu", PERIOD, "Vội", at)
    at = take_in("X12")
    with pytest.raises(Refused, match="not held"):
        holds.release(floored, central, "thu", PERIOD, "Vội", at)


def test_a_hold_is_seen_by_who_may_read_the_report_alone(floored, take_in, make_actor):
    at = take_in("X11", "G01")
    holds.publish_due(floored, "thu", PERIOD, at)
    assert len(holds.listing(floored, make_actor("officer", "G12"), at)) == 1
    assert holds.listing(floored, make_actor("officer", "P1"), at) == []


def test_where_a_regime_says_nothing_the_hub_s_own_floor_holds(opened, submit, accept, document):
    submit("X11", content=document("X11"))
    accept("X11")
    aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
    strict = replace(opened, config=replace(opened.config, publish_floor=15))
    assert holds.publish_due(strict, "thu", PERIOD, NOW) == "held"
    assert holds.publish_due(opened, "thu", PERIOD, NOW) == "in_force"


def test_a_later_edition_under_the_floor_waits_while_the_earlier_one_stands(floored, take_in, filing_of, make_actor):
    at = take_in("X11", "G01", "X12")
    assert holds.publish_due(floored, "thu", PERIOD, at) == "in_force"
    row = filing_of("X11")
    review.send_back(floored, make_actor("officer", "P1"), row.id, revision=row.revision, reason="Sai", now=at)
    at += timedelta(hours=1)
    aggregation.run(floored, SYSTEM, EDITION, PERIOD, at)
    assert holds.publish_due(floored, "thu", PERIOD, at) == "held"
    assert [row.number for row in publication.listing(floored, SYSTEM, at)] == [1]
