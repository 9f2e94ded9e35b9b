"""A report that was called for: opened once, sent, received, summed, published, on the caller's own days."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.form import Label
from hub.domain.period import Period, end_of_day, punctuality
from hub.domain.regime import DayRule, Regime, Reporter
from hub.domain.report_definition import ReportDefinition, Section
from hub.errors import BadRequest, Conflict, Forbidden, NotFound
from hub.services import aggregation, filings, intake, opening, overview, publication, review, verify
from hub.services.campaigns import campaigns_between
from hub.store import calls, events
from scheduler import jobs

EDITION = "LU-01/2025-07-01"
NOW = datetime(2026, 9, 13, 3, tzinfo=UTC)
STORM = {"window_start": date(2026, 9, 5), "window_end": date(2026, 9, 12), "reason": "Bão số 9 đổ bộ"}
DUE = date(2026, 9, 20)


@pytest.fixture
def small_catalog(small_catalog, make_small_edition):
    """The small catalog with a flood report too, called for by G12, and the national report ``lu`` drawn from it."""
    edition = make_small_edition(
        regime="LU-01", title=Label("Báo cáo nhanh thiệt hại", "Quick report of damage"), report_type="ad_hoc",
        frequencies=("ad_hoc",), windows={}, reporters=(Reporter("commune", "own", "province"), Reporter("ministry")),
        dues={("ministry", "ad_hoc"): DayRule("window_end", days=10)}, outline=(),
    )  # fmt: skip
    report = ReportDefinition("lu", Label("Thiệt hại", "Damage"), "regime", "LU-01", (Section("nation", "F1"),))
    regimes = {**small_catalog.regimes, "LU-01": Regime("LU-01", (edition,))}
    catalog = replace(small_catalog, regimes=regimes, reports={**small_catalog.reports, "lu": report})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def officer(make_actor):
    return make_actor("officer", "G12")


@pytest.fixture
def called(core, officer):
    return opening.call(core, officer, EDITION, due_day=DUE, key="bao-9", now=NOW, **STORM)


def _rows(core, period="2026-X-1"):
    return filings.search(core, SYSTEM, FilingQuery(edition=EDITION, period=period, size=100), NOW).rows


def _document(unit, men=4, period="2026-X-1", **identity):
    cells = {}
    for row, people in (("r02", men), ("r03", 1), ("r01", men + 1)):
        cells |= {f"{row}.c02": 0, f"{row}.c03": people, f"{row}.c04": f"{people}.00"}
    body = {"regime": "LU-01", "unit": unit, "period": period, "forms": {"F1": {"cells": cells}}} | identity
    return json.dumps(body).encode()


def _send(core, make_actor, unit, now=NOW, **document):
    envelope = Envelope(_document(unit, **document), "json", media_type="application/json", intent="send")
    return intake.receive(core, make_actor("approver", unit), envelope, now)


def _in_threads(action, times):
    """What ``action(n)`` gave or raised, for each of several at once."""
    found = [None] * times

    def run(n):
        try:
            found[n] = action(n)
        except Exception as error:
            found[n] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


# --- Calling ---------------------------------------------------------------------------------------------------------


def test_a_call_opens_the_next_numbered_period_with_the_callers_days(core, called):
    rows = _rows(core)
    assert (called.period.code, called.filings, called.repeated) == ("2026-X-1", 7, False)
    assert called.by_level == {"commune": 5, "ministry": 2}
    assert {(row.window_start, row.window_end, row.due_at) for row in rows} == {
        (STORM["window_start"], STORM["window_end"], end_of_day(DUE))
    }
    assert {row.receiver_id for row in rows if row.level == "commune"} == {"P1", "P2"}
    assert {row.receiver_id for row in rows if row.level == "ministry"} == {"G12"}


def test_the_same_call_again_opens_nothing_and_gives_the_same_period(core, officer, called):
    again = opening.call(core, officer, EDITION, due_day=DUE, key="bao-9", now=NOW, **STORM)
    assert (again.period, again.filings, again.repeated) == (called.period, 7, True)
    much_later = opening.call(core, officer, EDITION, due_day=DUE, key="bao-9", now=NOW + timedelta(90), **STORM)
    assert much_later.repeated, "though its deadline has passed by now"
    assert len(_rows(core)) == 7
    with core.database.read() as connection:
        assert len(calls.listing(connection)) == 1
        assert len(events.of_object(connection, "campaign", f"{EDITION} 2026-X-1")) == 1


def test_a_key_is_not_used_for_two_different_calls(core, officer, called):
    with pytest.raises(Conflict):
        opening.call(core, officer, EDITION, due_day=DUE + timedelta(1), key="bao-9", now=NOW, **STORM)
    assert len(_rows(core)) == 7


def test_calls_are_numbered_one_after_the_other_within_the_year_of_their_window(core, officer, called):
    second = opening.call(core, officer, EDITION, due_day=DUE, key="bao-10", now=NOW, **STORM)
    in_january = {"window_start": date(2026, 12, 28), "window_end": date(2027, 1, 3), "reason": "Rét"}
    third = opening.call(core, officer, EDITION, due_day=date(2027, 1, 9), key="ret", now=NOW, **in_january)
    assert [each.period.code for each in (called, second, third)] == ["2026-X-1", "2026-X-2", "2027-X-1"]


def test_calls_made_at_the_same_time_get_numbers_of_their_own_and_one_key_gets_one(core, officer):
    keys = ["a", "a", "b", "b", "c", "c"]

    def act(n):
        return opening.call(core, officer, EDITION, due_day=DUE, key=keys[n], now=NOW, **STORM)

    found = _in_threads(act, len(keys))
    by_key = {}
    for key, each in zip(keys, found, strict=True):
        assert isinstance(each, opening.Called), each
        by_key.setdefault(key, set()).add(each.period.code)
    assert sorted(by_key.values(), key=str) == [{"2026-X-1"}, {"2026-X-2"}, {"2026-X-3"}]
    assert sum(not each.repeated for each in found) == 3
    assert all(len(_rows(core, f"2026-X-{n}")) == 7 for n in (1, 2, 3))


def test_days_given_for_a_level_are_that_levels(core, officer):
    dues = {"commune": date(2026, 9, 14)}
    opening.call(core, officer, EDITION, due_day=DUE, level_dues=dues, key="k", now=NOW, **STORM)
    assert {row.level: row.due_at for row in _rows(core)} == {
        "commune": end_of_day(date(2026, 9, 14)), "ministry": end_of_day(DUE),
    }  # fmt: skip


def test_a_day_that_the_text_counts_from_the_end_of_the_event_is_taken_where_none_is_given(core, officer):
    opening.call(core, officer, EDITION, level_dues={"commune": DUE}, key="k", now=NOW, **STORM)
    assert {row.due_at for row in _rows(core) if row.level == "ministry"} == {end_of_day(date(2026, 9, 22))}


def test_a_call_may_ask_some_provinces_alone_and_all_below_them(core, officer):
    done = opening.call(core, officer, EDITION, due_day=DUE, key="k", units=["P2"], now=NOW, **STORM)
    assert {row.unit_id for row in _rows(core)} == {"X21", "X22"}
    assert done.by_level == {"commune": 2, "ministry": 0}
    opening.open_due(core, NOW)
    assert {row.unit_id for row in _rows(core)} == {"X21", "X22"}, "opening by the calendar adds nobody"


@pytest.mark.parametrize("units", [["P9"], ["P1/X11"]])
def test_unknown_units_are_refused(core, officer, units):
    with pytest.raises(BadRequest, match="There is no unit"):
        opening.call(core, officer, EDITION, due_day=DUE, key="k", units=units, now=NOW, **STORM)


def test_a_call_that_asks_nobody_is_refused(core, officer):
    ministries = replace(core.catalog.edition(EDITION), reporters=(Reporter("ministry"),))
    catalog = replace(core.catalog, regimes={"LU-01": Regime("LU-01", (ministries,))})
    catalog.__dict__.update(orgs=core.orgs, calendar=core.calendar)
    with pytest.raises(BadRequest, match="No unit is asked"):
        opening.call(
            replace(core, catalog=catalog), officer, EDITION, due_day=DUE, key="k", units=["P1"], now=NOW, **STORM
        )
    assert _rows(core) == ()


@pytest.mark.parametrize("key", ["", "k" * 121, "a\nb"])
def test_a_call_needs_a_key_that_can_be_kept(core, officer, key):
    with pytest.raises(BadRequest):
        opening.call(core, officer, EDITION, due_day=DUE, key=key, now=NOW, **STORM)


@pytest.mark.parametrize(
    ("role", "unit", "may"),
    [
        ("officer", "G12", True), ("officer", "VN", True), ("central", "VN", True), ("officer", "G01", False),
        ("officer", "P1", False), ("approver", "G12", False), ("reporter", "X11", False),
        ("administrator", "VN", False),
    ],
)  # fmt: skip
def test_the_owners_officer_and_the_centre_may_call_and_nobody_else(core, make_actor, role, unit, may):
    actor = make_actor(role, unit)
    assert [edition.key for edition in opening.callable_editions(core, actor, NOW)] == ([EDITION] if may else [])
    if may:
        assert opening.call(core, actor, EDITION, due_day=DUE, key="k", now=NOW, **STORM).filings == 7
        return
    with pytest.raises(Forbidden):
        opening.call(core, actor, EDITION, due_day=DUE, key="k", now=NOW, **STORM)
    assert opening.listing(core, actor, NOW) == []


def test_a_token_never_calls(core, officer):
    with pytest.raises(Forbidden):
        opening.call(
            core, replace(officer, scopes=frozenset({"read", "submit", "send"})), EDITION, due_day=DUE, key="k",
            now=NOW, **STORM,
        )  # fmt: skip


def test_a_draft_or_unknown_edition_is_not_called_for(core, officer):
    with pytest.raises(NotFound):
        opening.call(core, officer, "LU-02/2025-07-01", due_day=DUE, key="k", now=NOW, **STORM)


def test_the_plan_says_what_a_call_would_open_and_opens_nothing(core, officer):
    planned = opening.plan_call(core, officer, EDITION, due_day=DUE, now=NOW, **STORM)
    assert (planned.period.code, planned.by_level) == ("2026-X-1", {"commune": 5, "ministry": 2})
    assert _rows(core) == ()


def test_a_call_is_told_in_the_audit_chain_with_its_reason(core, officer, called):
    with core.database.read() as connection:
        [line] = events.of_object(connection, "campaign", f"{EDITION} 2026-X-1")
    detail = json.loads(line.detail)
    assert (line.action, line.account_id, detail["reason"]) == ("call", officer.account_id, "Bão số 9 đổ bộ")
    assert (detail["filings"], detail["window"]) == (7, ["2026-09-05", "2026-09-12"])
    [row] = opening.listing(core, officer, NOW)
    assert (row.period, row.asked.reason, row.account_id) == (called.period, "Bão số 9 đổ bộ", officer.account_id)


# --- From the call to the publication --------------------------------------------------------------------------------


def test_a_called_report_goes_from_the_units_to_the_publication(core, called, make_actor):
    for unit, men in (("X11", 4), ("X21", 7), ("G01", 1)):
        assert _send(core, make_actor, unit, men=men).verdict == "accepted"
        row = next(row for row in _rows(core) if row.unit_id == unit)
        assert row.state == "submitted"
        review.accept(core, make_actor("officer", row.receiver_id), row.id, revision=row.revision, now=NOW)
    assert aggregation.due_campaigns(core, NOW) == [(EDITION, "2026-X-1")]
    done = aggregation.run(core, SYSTEM, EDITION, "2026-X-1", NOW)
    assert (done.accepted, done.obliged) == (3, 7)
    after = end_of_day(DUE) + timedelta(hours=1)
    assert [each for each in jobs.reports_due(core, after - timedelta(hours=2)) if each[0] == "lu"] == []
    assert [each for each in jobs.reports_due(core, after) if each[0] == "lu"] == [("lu", "2026-X-1")]
    jobs.publish(core, after)
    [row] = publication.listing(core, SYSTEM, after, "lu")
    view = publication.view(core, SYSTEM, row.id, after)
    assert view.document.tables[0].rows[0].cells[0].value == Decimal(15), "five, eight and two people"
    assert aggregation.due_campaigns(core, after) == [(EDITION, "2026-X-1")], "once more after the last due, for good"
    assert aggregation.run(core, SYSTEM, EDITION, "2026-X-1", after).final
    assert aggregation.due_campaigns(core, after) == []
    assert verify.everything(core).holds


def test_sending_opens_with_the_callers_window_and_is_late_after_the_callers_day(core, officer, make_actor):
    ahead = {"window_start": date(2026, 9, 20), "window_end": date(2026, 9, 25), "reason": "Diễn tập"}
    opening.call(core, officer, EDITION, due_day=date(2026, 9, 26), key="k", now=NOW, **ahead)
    refused = _send(core, make_actor, "X11")
    assert "not_open" in {finding.code for finding in refused.findings}
    row = next(row for row in _rows(core) if row.unit_id == "X11")
    seen = filings.open_one(core, SYSTEM, row.id, NOW)
    assert (seen.allowed.allowed, seen.called_because) == (False, "Diễn tập")
    assert "20/09/2026" in seen.allowed.reason_vi
    late = end_of_day(date(2026, 9, 26)) + timedelta(minutes=1)
    assert _send(core, make_actor, "X12", now=datetime(2026, 9, 20, 1, tzinfo=UTC)).verdict == "accepted"
    assert _send(core, make_actor, "X21", now=late).verdict == "accepted"
    judged = {row.unit_id: punctuality(row.due_at, row.first_sent_at, late) for row in _rows(core)}
    assert (judged["X12"], judged["X21"], judged["X22"]) == ("on_time", "late", "not_sent")


def test_a_report_for_a_number_nobody_called_for_finds_no_filing(core, called, make_actor):
    receipt = _send(core, make_actor, "X11", period="2026-X-2")
    assert receipt.verdict == "refused"
    assert receipt.filing_id is None


def test_a_call_keeps_its_edition_when_the_regime_changes_within_the_year(
    core, make_small_edition, make_actor, officer
):
    old = core.catalog.edition(EDITION)
    ended = replace(old, valid_to=date(2026, 9, 30))
    new = replace(old, code="2026-10-01", valid_from=date(2026, 10, 1), sha256="1" * 64)
    catalog = replace(core.catalog, regimes={**core.catalog.regimes, "LU-01": Regime("LU-01", (ended, new))})
    catalog.__dict__.update(orgs=core.orgs, calendar=core.calendar)
    core = replace(core, catalog=catalog)
    first = opening.call(core, officer, EDITION, due_day=DUE, key="a", now=NOW, **STORM)
    autumn = {"window_start": date(2026, 10, 2), "window_end": date(2026, 10, 9), "reason": "Lũ"}
    second = opening.call(core, officer, new.key, due_day=date(2026, 10, 12), key="b", now=NOW, **autumn)
    assert [first.period.code, second.period.code] == ["2026-X-1", "2026-X-2"], "one count for the regime"
    assert _send(core, make_actor, "X11").filing_id == next(row.id for row in _rows(core) if row.unit_id == "X11")
    with pytest.raises(BadRequest, match="not in force"):
        opening.call(core, officer, EDITION, due_day=date(2026, 10, 12), key="c", now=NOW, **autumn)


def test_campaigns_of_the_calendar_and_those_called_for_are_listed_together(core, called):
    found = {
        (campaign.edition.regime, campaign.period.code)
        for campaign in campaigns_between(core, date(2026, 9, 1), date(2026, 9, 30))
    }
    assert {("LU-01", "2026-X-1"), ("THU-01", "2026-M09"), ("THU-01", "2026-Q3")} <= found
    assert opening.open_due(core, NOW).by_campaign.get((EDITION, "2026-X-1")) is None, "they are open already"


def test_the_overview_orders_a_call_by_its_own_days(core, called, officer):
    opening.open_due(core, datetime(2026, 12, 10, 3, tzinfo=UTC))
    rows = overview.campaigns(core, SYSTEM, NOW)
    over = [row for row in rows if row.last_day < NOW.date()]
    assert rows[: len(over)] == sorted(over, key=lambda row: (row.last_day, row.regime), reverse=True)
    [row] = [row for row in rows if row.regime == "LU-01"]
    assert (row.obliged, row.called.start, row.called.end) == (7, STORM["window_start"], STORM["window_end"])
    assert row.period == Period.parse("2026-X-1")
