"""The demonstration's past: two reforms back, on the units and forms of the time; and what the steering centre does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hub.boot import of_a_demonstration
from hub.demonstration.figures import make_values
from hub.demonstration.pace import Paces
from hub.demonstration.plan import DAY, Size, make_plan
from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.domain.period import Period
from hub.services import figures, filings, holds, kpi_targets, kpis, publication
from hub.services.core import Core
from hub.services.figures import Ask

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
INVESTMENT, SERVICE, PROCEDURES = "BTC-DTC-TT15", "VPCP-CS766", "VPCP-TTHC06"
MERGED, OLD = "P08-20250701", ("P02-20080801", "P08-20080801")
SIZE = Size(whole=0, communes=1, provinces=3, few=(1, 1, 1), past_ministries=(1, 2))


@pytest.fixture(scope="module")
def steered(real_catalog, make_hub, run_demonstration, tmp_path_factory):
    """(core, outcome, page) of three provinces and all ministries over two regimes with their whole past."""
    wanted = {INVESTMENT, SERVICE}
    catalog = replace(
        real_catalog, regimes={code: each for code, each in real_catalog.regimes.items() if code in wanted}
    )
    catalog.__dict__.update(orgs=real_catalog.orgs, calendar=real_catalog.calendar)
    plain = make_hub(catalog, tmp_path_factory.mktemp("steered") / "var")
    core = Core(of_a_demonstration(plain.config), plain.catalog, plain.database)
    return core, *run_demonstration(core, SIZE)


def accepted(core, regime, period):
    query = FilingQuery(regime=regime, period=period, size=10_000)
    return {row.unit_id: row for row in filings.search(core, SYSTEM, query, NOW).rows if row.accepted_version}


def test_nothing_unexpected_happens_in_the_past(steered):
    assert steered[1].record.surprises == []


def test_units_of_the_time_sent(steered):
    sent = accepted(steered[0], INVESTMENT, "2025-M02")
    assert set(OLD) <= set(sent)
    assert MERGED not in sent
    assert "G05-20080801" in sent
    assert MERGED in accepted(steered[0], INVESTMENT, "2025-M10")


def test_each_period_is_asked_for_on_the_forms_of_its_time(real_catalog, make_hub, tmp_path):
    plan = make_plan(make_hub(real_catalog, tmp_path / "var"), Size())
    editions = {each.period.code: each.edition.key for each in plan.past if each.edition.regime == PROCEDURES}
    assert editions["2025-Q1"] == "VPCP-TTHC06/2020-12-15"
    assert editions["2025-Q3"] == "VPCP-TTHC06/2025-07-01"
    assert {each.edition.regime for each in plan.past} >= {INVESTMENT, SERVICE, "TTCP-XLD01", "LDTBXH-TNLD-TINH"}


def test_old_figures_are_brought_to_the_units_of_today(steered):
    core = steered[0]
    plan = figures.measure(core, SYSTEM, f"{INVESTMENT}/F01a.r01.c01", NOW)
    month = Period.parse("2025-M02")

    def seen(basis, units):
        ask = Ask((plan,), month, month, "monthly", units, None, None, basis)
        return figures.series(core, SYSTEM, ask, NOW).observations

    today, then = seen("today", (MERGED,)), seen("then", OLD)
    assert set(today[0].from_units) == set(OLD)
    assert today[0].value == sum(each.value for each in then)


def test_the_nation_goes_on_through_the_reform(steered):
    core = steered[0]
    paces = Paces(core)
    edition = core.catalog.edition_for(INVESTMENT, DAY)

    def total(code):
        period = Period.parse(code)
        units = core.orgs.on(period.end, "province")
        made = [
            make_values(edition, "monthly", unit.id, code, 1, pace=paces.of(INVESTMENT, unit.id, period))
            for unit in units
        ]
        return len(units), sum((each.forms["F01a"].cells["r01", "c01"] for each in made), Decimal(0))

    (many, before), (few, since) = total("2025-M06"), total("2025-M07")
    assert (many, few) == (63, 34)
    assert abs(since / before - 1) < Decimal("0.1")


def test_a_year_of_months_leads_up_to_the_demonstrations_day(steered):
    plan = make_plan(steered[0], SIZE)
    months = {campaign.period.code for campaign in (*plan.past, *plan.campaigns) if campaign.edition.regime == SERVICE}
    assert len(months) == 13
    assert all(campaign.period.end < date(2026, 9, 1) for campaign in plan.past)


def test_indicators_have_targets_values_of_other_systems_and_alerts(steered):
    core = steered[0]
    shown = kpis.set_view(core, SYSTEM, SERVICE, NOW, period="2026-M09", level="ministry")
    assert kpi_targets.page(core, SYSTEM, SERVICE, NOW).in_force
    assert any(value.source for value in shown.values.by_place.values())
    assert {alert.light for alert in shown.alerts} == {"red"}


def test_one_report_waits_and_one_was_let_go_with_a_note(steered):
    core = steered[0]
    waiting = holds.listing(core, SYSTEM, NOW)
    assert [(row.report, row.period) for row in waiting] == [(SERVICE, "2026-M08")]
    issued = [row for row in publication.listing(core, SYSTEM, NOW, SERVICE) if row.period == "2026-M07"]
    assert len(issued) == 1


def test_each_edition_of_the_overview_is_delivered_once(steered):
    delivered = [path for path in (steered[0].config.var / "delivered").rglob("*") if path.is_file()]
    editions = [row.number for row in publication.listing(steered[0], SYSTEM, NOW, "overview")]
    assert sorted(editions) == [1, 2]
    assert sum(path.suffix == ".xlsx" for path in delivered) == 2


def test_once_more_nothing_is_added(steered, run_demonstration):
    core, first, _ = steered
    again, page = run_demonstration(core, SIZE)
    assert not again.record.sent
    assert again.record.shown == first.record.shown
    for said in ("0 targets set", "0 values of other systems", "0 alerts", "0 delivered"):
        assert said in page
    assert len(holds.listing(core, SYSTEM, NOW)) == 1


def test_the_summary_names_the_pages_of_the_steering_centre(steered):
    _, outcome, page = steered
    for address in ("/national", "/kpi", "/data", "/subscriptions", "/admin/jobs", "/api/docs", "/odata/v1",
                    f"/reports/{outcome.nation.overview.id}/changes"):  # fmt: skip
        assert address in page
