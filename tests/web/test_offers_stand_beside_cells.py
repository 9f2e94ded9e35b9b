"""Beside a cell stands what the unit reported elsewhere for the same figure, marked with where it came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hub.catalog.catalog import Catalog
from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.domain.form import Column, Form, Label, Rollup, Row
from hub.domain.regime import Regime
from hub.domain.workflow import STATE_NAMES
from hub.services import filings

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def small_catalog(small_catalog: Catalog, make_small_edition) -> Catalog:
    """The small regime with its people bound to an indicator, and a second regime that asks for them too."""
    one = small_catalog.regimes["THU-01"].editions[0]
    grid = one.form("F1")
    columns = tuple(replace(c, indicator="people") if c.code == "c01" else c for c in grid.columns)
    one = replace(one, forms=(replace(grid, columns=columns), one.form("F2")))
    asked = Column("c01", Label("Số người", "People"), "integer", unit="người", indicator="people", rollup=Rollup())
    form = Form("F1", Label("Biểu", "A form"), "grid", (asked,), (Row("r01", Label("Tổng", "Total")),))
    two = make_small_edition(
        regime="THU-02", forms=(form,), rules=(), outline=(), title=Label("Chế độ hai", "Another regime")
    )
    catalog = replace(small_catalog, regimes={e.regime: Regime(e.regime, (e,)) for e in (one, two)})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def page_of(hub, sign_in, make_actor):
    """``page_of(role) -> (html, path)``: X11's filing of the second regime as somebody sees it."""

    def show(role: str = "reporter", unit: str = "X11"):
        query = FilingQuery(unit_id="X11", regime="THU-02", period="2026-M09")
        row = filings.search(hub, SYSTEM, query, NOW).rows[0]
        response = sign_in(make_actor(role, unit)).get(f"/filings/{row.id}")
        return response.get_data(as_text=True)

    return show


def test_nothing_stands_beside_the_cell_before_anything_was_reported(page_of):
    page = page_of()
    assert "đã khai nơi khác" not in page
    assert "offers.js" not in page


def test_the_value_and_its_origin_stand_beside_the_cell_in_plain_html(page_of, submit):
    submit("X11")
    page = page_of()
    assert "đã khai nơi khác 10" in page
    assert "Chế độ thử" in page
    assert "phiên bản 1 (" + STATE_NAMES["submitted"][0] + ")" in page
    assert 'data-use="10"' in page
    assert 'data-for="cell.F1.r01.c01"' in page
    assert "offers.js" in page


def test_a_value_that_already_stands_in_the_cell_needs_no_button(hub, page_of, submit, sign_in, make_actor):
    submit("X11")
    row = filings.search(hub, SYSTEM, FilingQuery(unit_id="X11", regime="THU-02"), NOW).rows[0]
    browser = sign_in(make_actor("reporter", "X11"))
    browser.post(f"/filings/{row.id}", {"cell.F1.r01.c01": "10", "version": "0", "action": "save"})
    page = page_of()
    assert "đã khai nơi khác 10" in page
    assert "data-use" not in page


def test_who_only_receives_sees_no_offer(page_of, submit):
    submit("X11")
    assert "đã khai nơi khác" not in page_of("officer", "P1")
