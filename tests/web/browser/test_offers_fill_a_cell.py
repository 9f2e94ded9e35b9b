"""One click puts a figure that was reported elsewhere into its cell; without JavaScript it stands there to be typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from hub.catalog.catalog import Catalog
from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.domain.form import Column, Form, Label, Rollup, Row
from hub.domain.regime import Regime
from hub.services import filings

pytestmark = pytest.mark.browser


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
def path(hub, submit, now) -> str:
    """The second regime's filing of X11, which already sent the first: 1,234 people."""
    submit("X11", men=1230, women=4)
    row = filings.search(hub, SYSTEM, FilingQuery(unit_id="X11", regime="THU-02", period="2026-M09"), now).rows[0]
    return f"/filings/{row.id}"


@pytest.mark.parametrize("width", [390, 1280])
def test_one_click_fills_the_cell_and_it_is_saved(width, open_as, path):
    page = open_as("lan", width=width)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cell = page.locator("input[name='cell.F1.r01.c01']")
    expect(cell).to_have_value("")
    page.get_by_role("button", name="Dùng số 1.234").click()
    expect(cell).to_have_value("1.234")
    page.get_by_role("button", name="Lưu nháp").click()
    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()
    expect(page.locator("input[name='cell.F1.r01.c01']")).to_have_value("1.234")
    expect(page.locator("button[data-use]")).to_have_count(0)


def test_without_javascript_the_figure_is_shown_and_the_button_is_not(open_as, path):
    page = open_as("lan", script=False)
    page.goto(path)
    expect(page.locator(".offer")).to_contain_text("đã khai nơi khác 1.234")
    expect(page.locator("button[data-use]")).to_be_hidden()
    page.get_by_text("từ đâu?").click()
    expect(page.locator(".offer").get_by_text("Chế độ thử")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_board_is_no_wider_than_the_window(width, open_as):
    page = open_as("trung-uong", width=width)
    page.goto("/board")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.get_by_role("heading", name="Từng chế độ")).to_be_visible()
