"""From any figure of the national picture down to units, reports, versions, received files and the cell (R29)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, event

from hub.domain.access import SYSTEM, Actor, Grant
from hub.errors import NotFound
from hub.services import aggregation, figure_trace, filings

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
EDITION, PERIOD, KEY = "THU-01/2025-07-01", "2026-M09", "THU-01/F1.r02.c02"
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))


@pytest.fixture
def rolled_up(opened, submit, accept, document):
    """X11 and X12 of P1, X21 of P2 and ministry G01, each with its own number of new men."""
    for number, unit in enumerate(("X11", "X12", "X21", "G01"), 2):
        submit(unit, content=document(unit, men=20, women=20, cells=_new_men(number)), filename=f"{unit}.json")
        accept(unit)
    aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
    return opened


def _new_men(number: int) -> dict[str, int]:
    return {"r02.c02": number, "r02.c03": 20 - number, "r01.c02": number + 1, "r01.c03": 39 - number}


def test_the_nations_figure_is_made_of_units_greatest_first(rolled_up):
    found = figure_trace.trace(rolled_up, CENTRAL, KEY, "VN", PERIOD, NOW)
    assert found.value == Decimal(14)
    assert [(each.unit_id, each.value, each.more) for each in found.units if each.value is not None] == [
        ("G01", Decimal(5), 1), ("P1", Decimal(5), 2), ("P2", Decimal(4), 1),
    ]  # fmt: skip
    assert sum(each.value or 0 for each in found.units) == found.value
    assert found.accepted == 4 < found.obliged


def test_a_provinces_figure_is_made_of_its_communes_reports(rolled_up):
    found = figure_trace.trace(rolled_up, CENTRAL, KEY, "P1", PERIOD, NOW)
    assert found.value == Decimal(5)
    assert [(part.unit_id, part.value, part.version, part.filename) for part in found.parts] == [
        ("X12", Decimal(3), 1, "X12.json"), ("X11", Decimal(2), 1, "X11.json"),
    ]  # fmt: skip
    assert {part.place.pointer for part in found.parts} == {"/forms/F1/cells/r02.c02"}
    version = filings.open_one(rolled_up, SYSTEM, found.parts[0].filing_id, NOW).versions[0]
    assert found.parts[0].version_sha256 == version.sha256


def test_one_commune_is_traced_by_itself(rolled_up):
    found = figure_trace.trace(rolled_up, CENTRAL, KEY, "X11", PERIOD, NOW)
    assert [(part.unit_id, part.value) for part in found.parts] == [("X11", Decimal(2))]
    assert found.value == Decimal(2)


def test_a_cell_that_the_hub_computed_is_said_to_be(rolled_up):
    found = figure_trace.trace(rolled_up, CENTRAL, "THU-01/F1.r02.c01", "P1", PERIOD, NOW)
    assert [part.computed for part in found.parts] == [True, True]


def test_both_spellings_of_a_measure_lead_to_the_same(rolled_up):
    dotted, stroked = (
        figure_trace.trace(rolled_up, CENTRAL, key, "P1", PERIOD, NOW) for key in (KEY, "THU-01/F1/r02/c02")
    )
    assert dotted == stroked


def test_what_was_known_on_a_past_day_is_traced_to_what_stood_then(rolled_up, submit, accept, document):
    submit("X13", content=document("X13", men=20, women=20, cells=_new_men(9)), now=LATER)
    accept("X13", now=LATER)
    aggregation.run(rolled_up, SYSTEM, EDITION, PERIOD, LATER)
    today = figure_trace.trace(rolled_up, CENTRAL, KEY, "P1", PERIOD, LATER)
    then = figure_trace.trace(rolled_up, CENTRAL, KEY, "P1", PERIOD, LATER, known_at=NOW)
    assert (today.value, [part.unit_id for part in today.parts]) == (Decimal(14), ["X13", "X12", "X11"])
    assert (then.value, [part.unit_id for part in then.parts]) == (Decimal(5), ["X12", "X11"])
    assert figure_trace.trace(rolled_up, CENTRAL, KEY, "VN", PERIOD, LATER, known_at=NOW).value == Decimal(14)


def test_the_ministry_that_owns_the_regime_sees_figures_but_not_reports_sent_to_provinces(rolled_up, make_actor):
    owner = make_actor("officer", "G12")
    assert figure_trace.trace(rolled_up, owner, KEY, "VN", PERIOD, NOW).value == Decimal(14)
    found = figure_trace.trace(rolled_up, owner, KEY, "P1", PERIOD, NOW)
    assert (found.value, found.parts, found.hidden) == (Decimal(5), (), 2)


def test_a_provinces_people_trace_their_own_figure_alone(rolled_up, make_actor):
    officer = make_actor("officer", "P1")
    assert figure_trace.trace(rolled_up, officer, KEY, "P1", PERIOD, NOW).total == 2
    for unit in ("P2", "G01", "X21", "VN"):
        with pytest.raises(NotFound):
            figure_trace.trace(rolled_up, officer, KEY, unit, PERIOD, NOW)


@pytest.mark.parametrize(
    ("key", "unit", "period"),
    [("THU-01/F1.r99.c02", "VN", PERIOD), ("THU-02/F1.r02.c02", "VN", PERIOD), (KEY, "P9", PERIOD),
     (KEY, "VN", "2026-M01")],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(rolled_up, key, unit, period):
    with pytest.raises(NotFound):
        figure_trace.trace(rolled_up, CENTRAL, key, unit, period, NOW)


def test_many_reports_ask_the_database_no_more_than_one(rolled_up, submit, accept, document):
    def statements(unit: str) -> int:
        asked = []

        def note(_connection, _cursor, statement, *_rest):
            asked.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            figure_trace.trace(rolled_up, CENTRAL, KEY, unit, PERIOD, NOW)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        return len(asked)

    files = 2  # one received file more is one look at its bytes
    assert statements("P1") <= statements("P2") + files
