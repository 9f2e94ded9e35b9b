"""After every decision the aggregates are what a full roll-up would make, whoever decides at the same moment."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.form import Rollup
from hub.domain.org import NATION
from hub.domain.period import Period
from hub.domain.regime import Regime
from hub.errors import HubError, Unavailable
from hub.services import aggregation, filings, intake, opening, review, rollup_incremental
from hub.services.aggregation import lineage_hash
from hub.services.core import Core
from hub.store import aggregates, tables
from hub.store.database import Database
from scheduler import jobs

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PAST = datetime(2026, 10, 1, tzinfo=UTC)  # every deadline of September 2026 has passed
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
UNITS = ("X11", "X12", "X21", "G01")
MONTHS = [f"{year}-M{month:02}" for year in (2026, 2027) for month in range(1, 13)]


def kept(core, period=PERIOD, edition=EDITION):
    with core.database.read() as connection:
        return aggregates.of_campaign(connection, edition, period)


def made_in_full(core, period=PERIOD, edition=EDITION):
    with core.database.read() as connection:
        made = aggregation.roll_up(core, connection, core.catalog.edition(edition), Period.parse(period), "x", NOW)
    return sorted(made, key=lambda each: each.unit_id)


def content(aggregate, *, waiting=True):
    """All of an aggregate but when it was made. How many wait elsewhere in the country is the job's to count."""
    coverage = aggregate.coverage if waiting else replace(aggregate.coverage, waiting=0)
    return (
        aggregate.unit_id, aggregate.vector.packed(), coverage, aggregate.inputs, aggregate.parts,
        lineage_hash(aggregate),
    )  # fmt: skip


def contents(made, *, waiting=True):
    return [content(each, waiting=waiting) for each in made]


class Campaign:
    """People at work on one month: each move is made if the state of the report allows it."""

    def __init__(self, core, make_actor, document, period=PERIOD):
        self.core, self.period, self.document = core, period, document
        self.reporters = {unit: make_actor("approver", unit) for unit in UNITS}
        self.officers = {unit: make_actor("officer", "P1") for unit in ("X11", "X12")}
        self.officers |= {"X21": make_actor("officer", "P2"), "G01": make_actor("officer", "G12")}

    def row(self, unit):
        page = filings.search(self.core, SYSTEM, FilingQuery(unit_id=unit, period=self.period, scope="own"), NOW)
        return page.rows[0]

    def send(self, unit, men=4):
        body = self.document(unit, period=self.period, men=men)
        intake.receive(self.core, self.reporters[unit], Envelope(body, "json", intent="send"), NOW)

    def decide(self, move, unit, now=NOW):
        row, officer = self.row(unit), self.officers[unit]
        reason = {} if move in {"accept", "finalise"} else {"reason": "vì vậy"}
        getattr(review, move)(self.core, officer, row.id, revision=row.revision, now=now, **reason)

    def amend(self, unit, men):
        self.decide("finalise", unit)
        row = self.row(unit)
        filings.amend(self.core, self.reporters[unit], row.id, revision=row.revision, reason="sửa", now=NOW)
        self.send(unit, men)


moves = st.tuples(
    st.sampled_from(["send and accept", "accept", "send_back", "send_back", "exclude", "include", "amend", "send"]),
    st.sampled_from(UNITS),
    st.integers(8, 11),
)


def test_after_any_sequence_of_decisions_the_aggregates_are_those_of_a_full_roll_up(core, make_actor, document):
    opening.open_due(core, datetime(2027, 12, 31, tzinfo=UTC), since=datetime(2026, 1, 1, tzinfo=UTC).date())
    months, taken = iter(MONTHS), Counter()

    @settings(max_examples=10, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(st.lists(moves, min_size=6, max_size=14))
    def at_work(steps):
        campaign = Campaign(core, make_actor, document, next(months))
        for move, unit, men in steps:
            with suppress(HubError):
                if move in {"send", "amend"}:
                    getattr(campaign, move)(unit, men)
                    continue
                if move == "send and accept":
                    campaign.send(unit, men)
                    move = "accept"
                campaign.decide(move, unit)
                taken[move] += 1
                made, full = kept(core, campaign.period), made_in_full(core, campaign.period)
                assert contents(made, waiting=False) == contents(full, waiting=False)
        before = kept(core, campaign.period)
        run = aggregation.run(core, SYSTEM, EDITION, campaign.period, NOW)
        assert run.differed == ()
        assert not before or contents(before, waiting=False) == contents(kept(core, campaign.period), waiting=False)

    at_work()
    assert min(taken[move] for move in ("accept", "send_back", "exclude")) >= 3, "the sequences do decide something"


@pytest.fixture
def campaign(opened, make_actor, document):
    return Campaign(opened, make_actor, document)


def test_the_first_acceptance_of_a_campaign_already_shows_in_the_nation(campaign):
    campaign.send("X11", men=4)
    campaign.decide("accept", "X11")
    view = aggregation.view(campaign.core, SYSTEM, EDITION, PERIOD, NOW)
    assert (view.coverage.accepted, view.coverage.obliged) == (1, 7)
    assert contents(kept(campaign.core)) == contents(made_in_full(campaign.core))
    assert campaign.row("X11").state == "accepted", "the job says that it was rolled up"


def test_an_edition_with_a_maximum_and_a_weighted_mean_is_followed_too(campaign):
    core = campaign.core
    edition = core.catalog.edition(EDITION)
    grid = edition.forms[0]
    other = {"c03": Rollup("max", "max"), "c04": Rollup("weighted", "none", weight="c01")}
    columns = tuple(replace(each, rollup=other.get(each.code, each.rollup)) for each in grid.columns)
    changed = replace(edition, forms=(replace(grid, columns=columns), *edition.forms[1:]))
    catalog = replace(core.catalog, regimes={"THU-01": Regime("THU-01", (changed,))})
    catalog.__dict__.update(orgs=core.orgs, calendar=core.calendar)
    campaign.core = Core(core.config, catalog, core.database)
    for unit, men in (("X11", 9), ("X12", 40), ("X21", 7)):
        campaign.send(unit, men)
        campaign.decide("accept", unit)
        assert contents(kept(core), waiting=False) == contents(made_in_full(campaign.core), waiting=False)
    campaign.decide("send_back", "X12")
    assert contents(kept(core), waiting=False) == contents(made_in_full(campaign.core), waiting=False)


def test_many_acceptances_at_once_follow_province_by_province(campaign, monkeypatch):
    for unit in UNITS:
        campaign.send(unit)
    followed = []
    real = rollup_incremental.follow
    monkeypatch.setattr(review.rollup_incremental, "follow", lambda *given: followed.append(given) or real(*given))
    ids = [campaign.row(unit).id for unit in ("X11", "X12")]
    assert set(review.accept_many(campaign.core, campaign.officers["X11"], ids, NOW).values()) == {"accepted"}
    assert len(followed) == 1
    assert contents(kept(campaign.core)) == contents(made_in_full(campaign.core))


def test_aggregates_that_cannot_follow_never_fail_the_decision_and_the_next_one_brings_it_in(campaign, monkeypatch):
    core = campaign.core
    for unit in UNITS:
        campaign.send(unit)
    campaign.decide("accept", "X21")
    with monkeypatch.context() as broken:
        broken.setattr(rollup_incremental.aggregates, "put", lambda *_: (_ for _ in ()).throw(Unavailable()))
        campaign.decide("accept", "X11")
    assert campaign.row("X11").state == "accepted"
    assert contents(kept(core)) != contents(made_in_full(core))
    assert aggregation.due_campaigns(core, LATER) == [(EDITION, PERIOD)], "and the job would bring it in as well"
    campaign.decide("accept", "X12")
    assert contents(kept(core)) == contents(made_in_full(core))


def test_a_nation_that_does_not_go_back_to_the_province_is_made_in_full(campaign):
    core = campaign.core
    for unit in UNITS:
        campaign.send(unit)
    campaign.decide("accept", "X11")
    with core.database.write() as connection:
        nation = aggregates.get(connection, EDITION, PERIOD, NATION)
        aggregates.put(connection, [replace(nation, parts=())])
    campaign.decide("accept", "X12")
    assert contents(kept(core)) == contents(made_in_full(core))


# --- at the same moment ------------------------------------------------------------------------------------------


def test_decisions_of_many_threads_and_a_full_roll_up_at_once_lose_none(campaign):
    core = campaign.core
    for turn in range(4):
        for unit in UNITS:
            campaign.send(unit, men=10 + turn)
        work = [lambda unit=unit: campaign.decide("accept", unit) for unit in UNITS]
        work.insert(turn % 4, lambda: aggregation.run(core, SYSTEM, EDITION, PERIOD, LATER))
        with ThreadPoolExecutor(len(work)) as pool:
            for done in [pool.submit(each) for each in work]:
                done.result(60)
        assert contents(kept(core), waiting=False) == contents(made_in_full(core), waiting=False)
        for unit in UNITS:
            campaign.decide("send_back", unit)


def test_what_a_full_roll_up_did_not_see_is_not_taken_away_by_it(campaign, monkeypatch):
    """A decision is followed after the full roll-up has looked and before it writes; its moment lies before both."""
    core = campaign.core
    for unit in UNITS:
        campaign.send(unit)
    campaign.decide("accept", "X11")
    looked, real = [], aggregation.roll_up

    def roll_up(*given):
        made = real(*given)
        if not looked:
            looked.append(made)
            campaign.decide("accept", "X12")
        return made

    monkeypatch.setattr(aggregation, "roll_up", roll_up)
    aggregation.run(core, SYSTEM, EDITION, PERIOD, LATER)
    monkeypatch.undo()
    assert contents(kept(core)) == contents(made_in_full(core))


def test_a_first_decision_is_not_lost_to_a_full_roll_up_of_a_later_moment_that_looked_before_it(campaign, monkeypatch):
    """Its clock was read later, its look at the reports was earlier, and it writes in between."""
    core = campaign.core
    for unit in UNITS:
        campaign.send(unit)
    with monkeypatch.context() as broken:
        broken.setattr(rollup_incremental, "follow", lambda *_: False)
        campaign.decide("accept", "X21")
    with core.database.read() as connection:
        stale = aggregation.roll_up(
            core, connection, core.catalog.edition(EDITION), Period.parse(PERIOD), "looked early", LATER
        )
    real, between = aggregation.roll_up, []

    def roll_up(*given):
        made = real(*given)
        if not between:
            between.append(made)
            with core.database.write() as connection:
                aggregates.replace(connection, EDITION, PERIOD, stale)
        return made

    with monkeypatch.context() as slow:
        slow.setattr(aggregation, "roll_up", roll_up)
        campaign.decide("accept", "X11")
    assert between
    assert contents(kept(core)) == contents(made_in_full(core))


def _accept_apart(url, core, rows, start):
    apart = Core(core.config, core.catalog, Database(url))
    start.wait(30)
    for officer, row in rows:
        for _ in range(20):
            with suppress(Unavailable):
                review.accept(apart, officer, row.id, revision=row.revision, now=NOW)
                break


def test_decisions_of_several_processes_at_once_lose_none(campaign):
    core = campaign.core
    for unit in UNITS:
        campaign.send(unit)
    context = multiprocessing.get_context("fork")
    start = context.Barrier(2)
    halves = [[(campaign.officers[unit], campaign.row(unit)) for unit in half] for half in (UNITS[::2], UNITS[1::2])]
    workers = [
        context.Process(target=_accept_apart, args=(core.database.url, core, half, start)) for half in halves
    ]  # fmt: skip
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert {campaign.row(unit).state for unit in UNITS} == {"accepted"}
    assert contents(kept(core)) == contents(made_in_full(core))


# --- the check and the cut-off -----------------------------------------------------------------------------------


def test_the_job_looks_again_at_what_followed_and_says_that_it_held(campaign):
    campaign.send("X11")
    campaign.decide("accept", "X11")
    vi, en = jobs.roll_up(campaign.core, LATER)
    assert en == "1 campaigns rolled up; 1 held already, 0 brought up to date, 0 final"
    assert vi == "đã tổng hợp 1 đợt báo cáo; 1 đợt đã đúng sẵn, 0 đợt được cập nhật, 0 đợt chốt"
    assert campaign.row("X11").state == "aggregated"
    assert {each.kind for each in kept(campaign.core)} == {"full"}
    assert jobs.roll_up(campaign.core, LATER)[1].startswith("0 campaigns")


def test_the_job_says_it_when_figures_were_not_what_their_versions_make_and_puts_them_right(campaign):
    core = campaign.core
    campaign.send("X11")
    campaign.decide("accept", "X11")
    table = tables.aggregate
    with core.database.write() as connection:
        connection.execute(update(table).where(table.c.unit_id == "P1").values(figures=bytes(8 * 17)))
    with pytest.raises(HubError, match=f"{EDITION} {PERIOD}: P1"):
        jobs.roll_up(core, LATER)
    assert contents(kept(core)) == contents(made_in_full(core))


def test_after_the_last_due_a_campaign_and_its_longer_periods_are_made_once_more_for_good(core, make_actor, document):
    edition = replace(core.catalog.edition(EDITION), frequencies=("monthly",))
    catalog = replace(core.catalog, regimes={"THU-01": Regime("THU-01", (edition,))})
    catalog.__dict__.update(orgs=core.orgs, calendar=core.calendar)
    core = Core(core.config, catalog, core.database)
    opening.open_due(core, NOW, since=datetime(2026, 7, 1, tzinfo=UTC).date())
    for month in ("2026-M07", "2026-M08", "2026-M09"):
        campaign = Campaign(core, make_actor, document, month)
        campaign.send("G01")
        campaign.decide("accept", "G01")
    jobs.roll_up(core, NOW)
    kinds = {period: {each.kind for each in kept(core, period)} for period in ("2026-M08", "2026-M09", "2026-Q3")}
    assert kinds == {"2026-M08": {"final"}, "2026-M09": {"full"}, "2026-Q3": {"full"}}
    _, en = jobs.roll_up(core, PAST)
    assert en == "2 campaigns rolled up; 2 held already, 0 brought up to date, 2 final"
    assert {each.kind for each in [*kept(core, "2026-M09"), *kept(core, "2026-Q3")]} == {"final"}
    assert aggregation.due_campaigns(core, PAST) == []
    campaign.amend("G01", men=5)
    campaign.decide("accept", "G01", PAST)
    assert Counter(each.kind for each in kept(core)) == {"delta": 2, "final": 3}
    jobs.roll_up(core, PAST + timedelta(minutes=5))
    assert {each.kind for each in [*kept(core, "2026-M09"), *kept(core, "2026-Q3")]} == {"final"}


def test_only_what_a_unit_reports_itself_moves_the_aggregates(campaign):
    row = replace(campaign.row("X11"), scope="rollup")
    assert rollup_incremental.follow(campaign.core, [row], NOW)
    assert kept(campaign.core) == []
