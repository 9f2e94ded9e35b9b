"""A ministry asked for alone on today's units has the figures of the functions that it was given (1 March 2025)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest

from hub.catalog.catalog import Catalog
from hub.catalog.orgunits import load_orgs
from hub.domain.form import Address
from hub.domain.regime import Regime, Reporter
from hub.domain.rollup import Coverage, Vector
from hub.services import figures
from hub.services.figures import Ask
from hub.store import aggregates, editions
from hub.store.aggregates import Aggregate

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
REPORTED = {  # people of r01 by the ministry of the time
    "2025-M02": {"G03-20080801": 100, "G07-20080801": 20, "G25-20080801": 3, "G09-20080801": 7},
    "2025-M05": {"G03-20080801": 125, "G09-20250301": 8},
}


@pytest.fixture(params=[("G03", {"2025-M02": 123, "2025-M05": 125}), ("G21", {"2025-M02": 7})])
def owned(request) -> tuple[str, dict[str, int]]:
    """(owner of the regime, what it shows): vocational training went to G03, religion to G21."""
    return request.param


@pytest.fixture
def small_catalog(small_catalog: Catalog, make_small_edition, owned) -> Catalog:
    edition = make_small_edition(
        frequencies=("monthly",), valid_from=date(2024, 1, 1), code="2024-01-01", owner=owned[0],
        reporters=(Reporter("ministry", "own", "owner"),),
    )  # fmt: skip
    catalog = replace(small_catalog, regimes={"THU-01": Regime("THU-01", (edition,))})
    catalog.__dict__.update(orgs=load_orgs(), calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def stored(core) -> None:
    edition = core.catalog.edition("THU-01/2024-01-01")
    slot, width = edition.slot[Address("F1", "r01", "c01")], len(edition.figures)
    with core.database.write() as connection:
        editions.pin(connection, edition, NOW)
        for period, its in REPORTED.items():
            rows = []
            for unit, people in its.items():
                vector = Vector(np.zeros(width, np.int64), np.zeros(width, np.uint8), np.zeros(width, np.int32))
                vector.figures[slot], vector.presence[slot], vector.contributors[slot] = people, 1, 1
                rows.append(Aggregate(edition.key, period, unit, "x", vector, Coverage(1, 1, 0, (), ()), (), (), NOW))
            aggregates.replace(connection, edition.key, period, rows)


def test_a_ministry_asked_for_alone_shows_what_it_shows_among_all(core, central, stored, owned):
    owner, expected = owned
    (unit,) = core.orgs.today(core.orgs.find(owner, date(2025, 1, 1)).id, NOW.date())
    measure = figures.measure(core, central, "THU-01/F1.r01.c01", NOW)
    found = {}
    for units in (None, (unit.id,)):
        series = figures.series(core, central, Ask((measure,), units=units, basis="today"), NOW)
        found[units] = [each for each in series.observations if each.unit_id == unit.id]
    assert {each.period.code: each.value for each in found[unit.id,]} == {
        period: Decimal(people) for period, people in expected.items()
    }
    assert found[unit.id,] == found[None]
    assert found[None][0].exactness == "rebased"
