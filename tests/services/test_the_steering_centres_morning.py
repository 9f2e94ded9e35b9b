"""What the steering centre opens with: what came in, what is late, what moved, and what waits for a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.errors import NotFound
from hub.services import aggregation, extensions, opening, publication, review, steering
from hub.services.movements import latest_pairs

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
NEXT = datetime(2026, 10, 15, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
EDITION, REGIME = "THU-01/2025-07-01", "THU-01"
CAMPAIGN, AFTER = (EDITION, "2026-M09"), (EDITION, "2026-M10")
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))


@pytest.fixture
def report_in(opened, submit, filing_of, document, make_actor):
    """``report_in(unit, men=…, now=…)``: a report of October, sent and accepted."""

    def make(unit: str, *, men: int, now: datetime = NEXT) -> None:
        submit(unit, content=document(unit, men=men, women=60, period="2026-M10"), now=now)
        row = filing_of(unit, "2026-M10")
        review.accept(opened, make_actor("officer", row.receiver_id), row.id, revision=row.revision, now=now)

    return make


@pytest.fixture
def two_months(opened, submit, accept, document, report_in):
    """X11 reported forty men for September, X12 four hundred for October: as many units, another figure."""
    submit("X11", content=document("X11", men=40, women=60))
    accept("X11")
    aggregation.run(opened, SYSTEM, *CAMPAIGN, NOW)
    opening.open_due(opened, NEXT, since=date(2026, 10, 1))
    report_in("X12", men=400)
    aggregation.run(opened, SYSTEM, *AFTER, NEXT)
    return opened


def test_what_came_in_is_counted_today_and_within_seven_days(opened, submit):
    submit("X11", now=NOW)
    submit("X12", now=NOW - timedelta(days=2))
    submit("X21", now=NOW - timedelta(days=9))
    view = steering.overview(opened, CENTRAL, NOW)
    assert (view.today, view.week) == (1, 2)
    (line,) = view.came_in
    assert line.arrived.campaign == CAMPAIGN
    assert line.arrived.last_at == NOW
    assert line.counts.sent == 3


def test_today_begins_at_midnight_in_viet_nam(opened, submit):
    midnight = datetime(2026, 9, 14, 17, 0, tzinfo=UTC)
    submit("X11", now=midnight - timedelta(seconds=1))
    submit("X12", now=midnight)
    assert steering.overview(opened, CENTRAL, NOW).today == 1


def test_who_is_late_comes_worst_first(two_months):
    view = steering.overview(two_months, CENTRAL, LATER)
    overdue = [counts.not_sent for _, counts in view.late_units]
    assert overdue == sorted(overdue, reverse=True)
    assert view.late_regimes[0][0] == REGIME
    assert view.late_regimes[0][1].not_sent == sum(overdue) == view.counts.not_sent


def test_what_moved_stands_beside_last_period_with_who_was_in_both(two_months):
    (moved,) = steering.overview(two_months, CENTRAL, NEXT).moves
    assert (moved.period.code, moved.before, moved.after) == ("2026-M10", Decimal(39), Decimal(399))
    assert str(moved.measure.address) == "F1.r02.c03", "the farthest of its form, and no total of it"
    assert moved.swings
    assert moved.alike
    assert moved.coverage_before.accepted == moved.coverage_after.accepted == 1


def test_a_figure_that_moved_because_more_units_are_in_it_says_so(two_months, report_in):
    for unit in ("X13", "X21", "X22", "G12"):
        report_in(unit, men=400)
    aggregation.run(two_months, SYSTEM, *AFTER, NEXT + timedelta(hours=1))
    (moved,) = steering.overview(two_months, CENTRAL, NEXT + timedelta(hours=1)).moves
    assert not moved.alike


def test_periods_are_compared_only_with_the_one_right_before():
    months = [(EDITION, code) for code in ("2026-M05", "2026-M07", "2026-M08", "2026-Q2")]
    assert latest_pairs(months) == [((EDITION, "2026-M08"), (EDITION, "2026-M07"))]
    assert latest_pairs(months[:2]) == []


def test_a_request_for_more_time_waits_for_a_decision(opened, make_actor, filing_of):
    row = filing_of("X12")
    clerk = make_actor("reporter", "X12")
    made = extensions.ask(opened, clerk, row.id, until=row.due_at + timedelta(days=3), reason="Bão", now=NOW)
    (waiting,) = steering.overview(opened, CENTRAL, NOW).decisions.extensions
    assert (waiting.campaign, waiting.number, waiting.first) == (CAMPAIGN, 1, NOW)
    extensions.refuse(opened, make_actor("officer", "P1"), row.id, made.id, reason="Không", now=NOW)
    assert not steering.overview(opened, CENTRAL, NOW).decisions.extensions


def test_what_was_sent_back_waits_once_its_own_time_is_over(opened, submit, make_actor, filing_of):
    submit("X12")
    row, until = filing_of("X12"), NOW + timedelta(days=3)
    review.send_back(
        opened, make_actor("officer", "P1"), row.id, revision=row.revision, reason="Xem lại", resend_due=until, now=NOW
    )
    assert not steering.overview(opened, CENTRAL, until - timedelta(microseconds=1)).decisions.returned
    (waiting,) = steering.overview(opened, CENTRAL, until).decisions.returned
    assert (waiting.campaign, waiting.number, waiting.first) == (CAMPAIGN, 1, until)


def test_what_was_sent_and_never_accepted_waits_once_the_deadlines_are_over(opened, submit):
    submit("X12")
    assert not steering.overview(opened, CENTRAL, NOW).decisions.unaccepted
    assert steering.overview(opened, CENTRAL, LATER).decisions.unaccepted == [(CAMPAIGN, 1)]


def test_an_edition_that_lacks_units_waits_once_the_deadlines_are_over(published):
    core, row = published
    assert not steering.overview(core, CENTRAL, NOW).decisions.provisional
    (late,) = steering.overview(core, CENTRAL, LATER).decisions.provisional
    assert late.row.id == row.id
    assert (late.campaign, late.accepted, late.accepted_now) == (CAMPAIGN, 2, 2)
    assert late.obliged > 2


def test_only_the_last_edition_of_a_report_waits(published, submit, accept):
    core, _ = published
    submit("X12")
    accept("X12")
    aggregation.run(core, SYSTEM, *CAMPAIGN, NOW + timedelta(hours=1))
    again = publication.issue(core, CENTRAL, "thu", "2026-M09", NOW + timedelta(hours=1), note="Bổ sung X12")
    (late,) = steering.overview(core, CENTRAL, LATER).decisions.provisional
    assert (late.row.id, late.accepted) == (again.id, 3)


def test_a_campaign_under_its_floor_waits_once_the_deadlines_are_over(opened, submit, accept):
    submit("X11")
    accept("X11")
    strict = replace(opened, config=replace(opened.config, publish_floor=80))
    assert not steering.overview(strict, CENTRAL, NOW).decisions.below_floor
    low = {each.campaign: each for each in steering.overview(strict, CENTRAL, LATER).decisions.below_floor}
    assert low[CAMPAIGN].floor == 80
    assert low[CAMPAIGN].counts.accepted == 1
    assert not steering.overview(opened, CENTRAL, LATER).decisions.below_floor


def test_nobody_sees_it_who_reads_no_national_figures(opened, make_actor):
    assert steering.overview(opened, make_actor("officer", "G12"), NOW).counts.obliged
    for role, unit in (("officer", "P1"), ("officer", "G01"), ("reporter", "X11"), ("administrator", "VN")):
        with pytest.raises(NotFound):
            steering.overview(opened, make_actor(role, unit), NOW)
