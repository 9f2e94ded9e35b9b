"""One click puts a figure that was reported elsewhere into its cell; without JavaScript it stands there to be typed."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from hub.catalog.catalog import Catalog
from hub.domain.access import SYSTEM, Grant
from hub.domain.filing import FilingQuery
from hub.domain.form import Column, Form, Label, Rollup, Row
from hub.domain.regime import Regime
from hub.services import access, filings
from hub.web import serving

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "bốn từ rất dễ nhớ"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"BROWSER TESTS NOT RUN: there is no {CHROMIUM}"),
]
playwright_api = pytest.importorskip("playwright.sync_api", reason="BROWSER TESTS NOT RUN: playwright is missing")


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
def page_at(app, hub, submit, monkeypatch):
    """``page_at(javascript) -> Page``: the second regime's form of X11, which already sent the first."""
    now = app.config["CLOCK"]()
    submit("X11", men=1230, women=4)
    access.create_account(
        hub, SYSTEM, username="lan", name="Lan", unit_id="X11", password=PASSWORD,
        grants=[Grant("reporter", "X11")], now=now, must_change_password=False,
    )  # fmt: skip
    row = filings.search(hub, SYSTEM, FilingQuery(unit_id="X11", regime="THU-02", period="2026-M09"), now).rows[0]
    monkeypatch.setattr(serving, "system_clock", lambda: now)
    server = serving.make_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)

        def show(javascript: bool):
            address = f"http://127.0.0.1:{server.effective_port}"
            context = browser.new_context(base_url=address, java_script_enabled=javascript)
            page = context.new_page()
            page.goto("/sign-in")
            page.get_by_label("Tên đăng nhập").fill("lan")
            page.get_by_label("Mật khẩu").fill(PASSWORD)
            page.get_by_role("button", name="Đăng nhập").click()
            page.goto(f"/filings/{row.id}")
            return page

        yield show
        browser.close()
    serving.stop(server)
    thread.join(10)


def test_one_click_fills_the_cell_and_it_is_saved(page_at):
    page = page_at(True)
    cell = page.locator("input[name='cell.F1.r01.c01']")
    assert cell.input_value() == ""
    page.get_by_role("button", name="Dùng số 1.234").click()
    assert cell.input_value() == "1.234"
    page.get_by_role("button", name="Lưu nháp").click()
    assert page.locator("input[name='cell.F1.r01.c01']").input_value() == "1.234"
    assert page.locator("button[data-use]").count() == 0


def test_without_javascript_the_figure_is_shown_and_the_button_is_not(page_at):
    page = page_at(False)
    assert "đã khai nơi khác 1.234" in page.locator(".offer").inner_text()
    assert not page.locator("button[data-use]").is_visible()
    page.get_by_text("từ đâu?").click()
    assert page.get_by_text("Chế độ thử").first.is_visible()
