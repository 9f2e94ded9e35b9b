"""Opening, day after day: whatever the frequency and wherever its window lies, each period opens once and in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.config import load_config
from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.domain.period import CALLED, Period, periods_between, window
from hub.domain.regime import DayRule, Frequency, Regime, Reporter, WindowRule
from hub.domain.working_days import WorkingCalendar
from hub.services import filings, opening
from hub.services.campaigns import calendar_campaigns
from hub.services.core import Core

FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
WINDOWS = {
    "weekly": WindowRule(DayRule("period_start", days=-3), DayRule("period_end", days=-3)),
    "monthly": WindowRule(DayRule("period_start", months=-1, day=15), DayRule("period_end", day=14)),
    "quarterly": WindowRule(DayRule("period_start", months=-1, day=15), DayRule("period_end", day=14)),
    "half_yearly": WindowRule(DayRule("period_start"), DayRule("period_end", months=1, day=31)),
    "nine_month": WindowRule(DayRule("period_start"), DayRule("period_end", days=-20)),
    "ten_month": WindowRule(DayRule("period_start"), DayRule("period_end", working_days=10)),
    "yearly": WindowRule(DayRule("period_start", months=-1, day=15), DayRule("period_end", months=15, day=31)),
    "school_term": WindowRule(DayRule("period_start", months=1), DayRule("period_end", days=45)),
    "school_year": WindowRule(DayRule("period_start", months=-2, day=1), DayRule("period_end", months=4, day=30)),
    "three_yearly": WindowRule(DayRule("period_start"), DayRule("period_start", months=26, day=15)),
    "five_yearly": WindowRule(DayRule("period_start"), DayRule("period_end", months=20, day=31)),
}
"""Windows that end in the period, long before its end, and long after it."""
CYCLES = {"three_yearly": 2024, "five_yearly": 2025}


@pytest.fixture(scope="module")
def pure_core(small_orgs, tmp_path_factory):
    """A hub of no regime and no database, for what needs the calendar alone."""
    from importlib.resources import files

    from hub.catalog.catalog import Catalog

    catalog = Catalog({}, {}, {}, {}, files("report_schemas"))
    catalog.__dict__["orgs"] = small_orgs
    catalog.__dict__["calendar"] = WorkingCalendar(frozenset(), frozenset(), range(1990, 2060))
    return Core(load_config({}, var=tmp_path_factory.mktemp("var")), catalog, None)


def _edition(make_small_edition, frequency, rule, **changes):
    return make_small_edition(
        valid_from=date(2015, 1, 1), frequencies=(frequency,), windows={frequency: rule}, first_years=CYCLES,
        reporters=(Reporter("province"),), dues={("province", frequency): DayRule("window_end", days=10)}, **changes,
    )  # fmt: skip


def _all_windows(edition, frequency, calendar):
    """Every period of two decades that the edition asks for, with the last day of its window: found without margins."""
    found = periods_between(frequency, date(2016, 1, 1), date(2040, 12, 31))
    asked = [period for period in found if edition.asks_for(frequency, period.index, period.year)]
    return {period.code: window(edition, period, calendar).end for period in asked}


def test_windows_are_tried_for_every_frequency_of_the_calendar():
    assert set(WINDOWS) == set(get_args(Frequency)) - CALLED


@pytest.mark.parametrize("frequency", WINDOWS)
def test_run_on_each_day_of_three_years_every_period_opens_exactly_once(
    frequency, pure_core, make_small_edition, monkeypatch
):
    edition = _edition(make_small_edition, frequency, WINDOWS[frequency])
    catalog = replace(pure_core.catalog, regimes={edition.regime: Regime(edition.regime, (edition,))})
    catalog.__dict__.update(orgs=pure_core.orgs, calendar=pure_core.calendar)
    core = replace(pure_core, catalog=catalog)
    open_now, opened_on = set(), {}

    def open_campaign(core, campaign, now):
        code = campaign.period.code
        if code in open_now:
            return 0
        open_now.add(code)
        opened_on[code] = now.date()
        return 1

    monkeypatch.setattr(opening, "open_campaign", open_campaign)
    monkeypatch.setattr("hub.services.campaigns.called_between", lambda *_: [])
    day, counted = FIRST, []
    while day <= LAST:
        counted += opening.open_due(core, datetime(day.year, day.month, day.day, 3, tzinfo=UTC)).by_campaign
        day += timedelta(days=1)
    ahead = opening.AHEAD_OF_WEEK if frequency == "weekly" else opening.AHEAD
    ends = _all_windows(edition, frequency, pure_core.calendar)
    expected = {code for code, end in ends.items() if FIRST - opening.BACK <= end <= LAST + ahead}
    assert len(counted) == len(expected) > 0
    assert {code for _, code in counted} == expected
    for code in expected:
        assert opened_on[code] == max(FIRST, ends[code] - ahead), "as soon as it may, and before its window ends (R14)"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(WINDOWS)), st.sampled_from(["period_start", "period_end"]), st.integers(-40, 40),
    st.none() | st.integers(1, 31), st.integers(-200, 200), st.integers(-40, 40),
    st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(0, 120),
)  # fmt: skip
def test_no_window_is_missed_however_far_from_its_period_it_ends(
    pure_core, make_small_edition, frequency, anchor, months, day, days, working_days, first, length
):
    rule = WindowRule(DayRule("period_start"), DayRule(anchor, months, day, days, working_days))
    edition = _edition(make_small_edition, frequency, rule)
    last = first + timedelta(days=length)
    found = [campaign.period.code for campaign in calendar_campaigns(pure_core, edition, first, last)]
    ends = _all_windows(edition, frequency, pure_core.calendar)
    assert found == [code for code, end in ends.items() if first <= end <= last]


@pytest.fixture
def weekly_hub(core, make_small_edition):
    """The small hub with one regime, asked for by the week, the school year and every fifth year."""
    edition = make_small_edition(
        valid_from=date(2020, 1, 1), frequencies=("weekly", "school_year", "five_yearly"), windows=WINDOWS,
        dues={("commune", f): DayRule("window_end", days=2) for f in ("weekly", "school_year", "five_yearly")}
        | {(level, f): DayRule("window_end", days=5) for level in ("province", "ministry")
           for f in ("weekly", "school_year", "five_yearly")},
        first_years=CYCLES,
    )  # fmt: skip
    catalog = replace(core.catalog, regimes={edition.regime: Regime(edition.regime, (edition,))})
    catalog.__dict__.update(orgs=core.orgs, calendar=core.calendar)
    return replace(core, catalog=catalog)


def test_filings_of_weeks_school_years_and_five_years_are_there_once(weekly_hub):
    moment = datetime(2026, 9, 7, 3, tzinfo=UTC)
    total = sum(opening.open_due(weekly_hub, moment + timedelta(days=n)).total for n in range(0, 40, 3))
    again = opening.open_due(weekly_hub, moment + timedelta(days=39))
    page = filings.search(weekly_hub, SYSTEM, FilingQuery(size=1000), moment)
    assert again.total == 0
    assert page.total == total
    periods = {row.period for row in page.rows}
    assert "2025-SY" in periods
    assert "2025-5Y" not in periods, "its window ends in August 2027"
    weeks = sorted(period for period in periods if "-W" in period)
    assert weeks == [f"2026-W{n}" for n in range(23, 44)]
    assert total == 9 * len(periods), "five communes, two provinces and two ministries each time"
    row = next(row for row in page.rows if row.period == "2026-W40" and row.level == "commune")
    assert (row.window_start, row.window_end) == (date(2026, 9, 25), date(2026, 10, 1))
    assert Period.parse(row.period).label.vi == "Tuần 40 năm 2026 (28/09–04/10/2026)"


def test_a_regime_without_dates_holds_up_no_other(core, make_small_edition):
    undated = make_small_edition(regime="THU-02", frequencies=("weekly",), windows={}, dues={})
    regimes = {"THU-02": Regime("THU-02", (undated,)), **core.catalog.regimes}
    catalog = replace(core.catalog, regimes=regimes)
    catalog.__dict__.update(orgs=core.orgs, calendar=core.calendar)
    opened = opening.open_due(replace(core, catalog=catalog), datetime(2026, 9, 10, 3, tzinfo=UTC))
    assert ("THU-01/2025-07-01", "2026-M09") in opened.by_campaign
    assert [(each.edition, each.frequency) for each in opened.undated] == [("THU-02/2025-07-01", "weekly")]
    assert "chưa quy định" in opened.undated[0].why.message_vi


def test_a_deadline_beyond_the_calendar_holds_up_its_own_campaign_alone(core, make_small_edition):
    late = {
        (level, "monthly"): DayRule("window_end", working_days=400) for level in ("commune", "province", "ministry")
    }
    edition = make_small_edition(regime="THU-02", frequencies=("monthly",), dues=late)
    regimes = {"THU-02": Regime("THU-02", (edition,)), **core.catalog.regimes}
    catalog = replace(core.catalog, regimes=regimes)
    calendar = WorkingCalendar(frozenset(), frozenset(), range(2026, 2027))
    catalog.__dict__.update(orgs=core.orgs, calendar=calendar)
    opened = opening.open_due(replace(core, catalog=catalog), datetime(2026, 9, 10, 3, tzinfo=UTC))
    assert ("THU-01/2025-07-01", "2026-M09") in opened.by_campaign
    assert {each.edition for each in opened.undated} == {"THU-02/2025-07-01"}
    assert "2028" in opened.undated[0].why.message_en or "2027" in opened.undated[0].why.message_en
