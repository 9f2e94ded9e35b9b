"""From the overview of the nation to a cell in a commune's workbook, in three clicks; the pages judged as they are."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from playwright.sync_api import expect

from hub.catalog.concepts import Indicator
from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.form import Label, Rollup
from hub.services import aggregation, filings, fillable, intake, opening, review

pytestmark = pytest.mark.browser
EDITION, INDICATOR = "THU-01/2025-07-01", "people.new"
FIGURES = {
    ("r01", "c02"): 5, ("r01", "c03"): 27, ("r01", "c04"): 50, ("r02", "c02"): 1, ("r02", "c03"): 13,
    ("r02", "c04"): 30, ("r03", "c02"): 4, ("r03", "c03"): 14, ("r03", "c04"): 20,
}  # fmt: skip


@pytest.fixture
def small_edition(small_edition):
    """The column of the new ones is bound to a national indicator."""
    grid, *others = small_edition.forms
    columns = tuple(replace(each, indicator=INDICATOR) if each.code == "c02" else each for each in grid.columns)
    return replace(small_edition, forms=(replace(grid, columns=columns), *others))


@pytest.fixture
def small_catalog(small_catalog):
    bound = Indicator(INDICATOR, Label("Người mới", "New people"), "người", Rollup("sum", "sum"))
    catalog = replace(small_catalog, indicators={INDICATOR: bound})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


def filled(content: bytes) -> bytes:
    """The workbook with its figures typed in, at the codes that it shows beside rows and above columns."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["F1"]
    places = {str(cell.value): cell for line in sheet.iter_rows() for cell in line if cell.value is not None}
    for (row, column), value in FIGURES.items():
        sheet.cell(places[row].row, places[f"({column})"].column, value)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.fixture
def two_months(hub, now, make_actor, filing_of, report_of):
    """X13 alone reported for August by a program; X11 alone for September, in its workbook."""
    opening.open_due(hub, now, since=date(2026, 8, 1))
    august = report_of("X13", men=90).replace(b"2026-M09", b"2026-M08")
    clerk = make_actor("approver", "X11")
    content = filled(fillable.workbook_of(hub, clerk, filings.open_one(hub, clerk, filing_of("X11").id, now), now)[1])
    for unit, actor, body, door in (
        ("X13", make_actor("approver", "X13"), august, "json"), ("X11", clerk, content, "xlsx"),
    ):  # fmt: skip
        receipt = intake.receive(hub, actor, Envelope(body, door, filename=f"{unit}.{door}", intent="send"), now)
        period = "2026-M08" if unit == "X13" else "2026-M09"
        row = filings.search(hub, SYSTEM, FilingQuery(unit_id=unit, period=period), now).rows[0]
        assert row.state == "submitted", receipt
        review.accept(hub, make_actor("officer", "P1"), row.id, revision=row.revision, now=now)
        aggregation.run(hub, SYSTEM, EDITION, period, now)
    return hub


def test_three_clicks_lead_from_the_overview_to_the_cell_of_a_communes_workbook(two_months, open_as, tmp_path):
    page = open_as("trung-uong", width=390, script=False)
    page.goto("/national")
    page.screenshot(path=tmp_path / "1-overview.png", full_page=True)
    page.get_by_role("link", name="Nam: Còn lại").click()
    expect(page.get_by_role("heading", name="Nam: Còn lại", level=1)).to_be_visible()
    page.screenshot(path=tmp_path / "2-figure.png", full_page=True)
    page.get_by_role("link", name="Con số này từ đâu ra").click()
    expect(page.get_by_role("heading", name="Các đơn vị tạo nên con số")).to_be_visible()
    page.screenshot(path=tmp_path / "3-units.png", full_page=True)
    page.get_by_role("link", name="báo cáo của Tỉnh P1").click()

    line = page.locator("tbody tr").filter(has_text="Xã X11")
    expect(line.get_by_text("phiên bản 1").first).to_be_visible()
    sheet, mark, cell = line.locator("td.hash").first.inner_text().splitlines()[-1].strip().partition("!")
    page.screenshot(path=tmp_path / "4-cell.png", full_page=True)
    with page.expect_download() as download:
        line.get_by_role("link", name="X11.xlsx").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert mark
    assert book[sheet][cell].value == FIGURES["r02", "c03"]
    expect(line.locator("td.amount")).to_contain_text(str(FIGURES["r02", "c03"]))


def test_the_page_of_an_indicator_is_accessible_and_light(two_months, judged, sign_in, make_actor):
    wrong, heavy, unopened = judged(
        [sign_in(make_actor("central", "VN"))], {"code": [INDICATOR]}, {},
        lambda endpoint: endpoint == "national.indicator",
    )  # fmt: skip
    assert (unopened, heavy) == ([], [])
    assert not wrong, "\n".join(wrong)
