"""One text of SQL over the history gives the figures of the hub's own roll-up, to the last digit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.rollup import as_decimals
from hub.errors import BadRequest, NotFound
from hub.services import aggregation, figures, history_export, history_rollup
from hub.services.history_engines import DuckDb
from hub.services.history_files import folder_of
from hub.services.history_rollup import Wanted
from hub.store import aggregates

EDITION = "LS-01/2026-01-01"
LONGER = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026-H1", "2026-H2", "2026-Y")
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))


@pytest.fixture
def rolled(hub, in_history):
    """The hub with every month, quarter and year rolled up, and its history exported."""
    for period in (*in_history.MONTHS, *LONGER):
        aggregation.run(hub, SYSTEM, EDITION, period, in_history.NOW)
    history_export.export(hub, in_history.NOW)
    return hub


def totals(core, wanted: Wanted | None = None):
    found = history_rollup.roll_up(folder_of(core.config), DuckDb(), wanted)
    return {(each.period, each.unit_id, each.address): (each.value, each.contributors) for each in found}


def own_totals(core, periods):
    found = {}
    with core.database.read() as connection:
        for period in periods:
            for each in aggregates.of_campaign(connection, EDITION, period):
                edition = core.catalog.edition(EDITION)
                counts = dict(zip(edition.slot, each.vector.contributors.tolist(), strict=True))
                for address, value in as_decimals(edition, each.vector).items():
                    found[period, each.unit_id, address] = value, counts[address]
    return found


def test_months_quarters_and_the_year_are_those_of_the_hub_to_the_last_digit(rolled, in_history):
    ours = own_totals(rolled, (*in_history.MONTHS, *LONGER))
    assert {period for period, _, _ in ours} == {*in_history.MONTHS, *LONGER}
    assert any(abs(value) > 10**15 and value % 1 for value, _ in ours.values()), "no figure beyond a double's digits"
    assert totals(rolled) == ours


def test_on_todays_units_they_are_those_of_the_series(rolled, in_history):
    measures = figures.measures(rolled, CENTRAL, in_history.NOW)
    series = figures.series(rolled, CENTRAL, figures.Ask(tuple(measures), basis="today"), in_history.NOW)
    ours = {
        (each.period.code, each.unit_id, each.measure.address): each.value
        for each in series.observations
        if each.value is not None
    }
    theirs = {key: value for key, (value, _) in totals(rolled, Wanted("today")).items()}
    assert ("2026-M03", "AB") in {key[:2] for key in ours}
    assert {key: theirs.get(key) for key in ours} == ours


def test_only_what_is_wanted_is_read(rolled):
    found = totals(rolled, Wanted(frequencies=("quarterly",), first="2026-04-01", last="2026-09-30"))
    assert {period for period, _, _ in found} == {"2026-Q2", "2026-Q3"}
    whole = totals(rolled)
    assert found == {key: value for key, value in whole.items() if key[0] in {"2026-Q2", "2026-Q3"}}
    assert totals(rolled, Wanted(regimes=("KHONG-CO",))) == {}


def test_a_year_with_a_month_missing_makes_no_year(rolled, in_history):
    in_history.put_in_force(rolled, in_history.make_edition(), "2026-M08", but=("AB", "C", "G12"))
    history_export.export(rolled, in_history.NOW + timedelta(minutes=1))
    assert {period for period, _, _ in totals(rolled)} == {*in_history.MONTHS, *LONGER} - {
        "2026-M08", "2026-Q3", "2026-H2", "2026-Y",
    }  # fmt: skip


def test_what_cannot_be_a_code_or_a_day_never_reaches_an_engine(rolled):
    for wanted in (Wanted(regimes=("x') OR 1=1 --",)), Wanted(first="yesterday")):
        with pytest.raises(BadRequest):
            totals(rolled, wanted)


def test_without_an_export_there_is_nothing_to_ask(tmp_path):
    with pytest.raises(NotFound):
        history_rollup.roll_up(tmp_path, DuckDb())
