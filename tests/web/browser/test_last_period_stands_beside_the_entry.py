"""Last period beside the entry: the change as one types, the same figures at a click, a large change asked about."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.services import filings, intake, opening

pytestmark = pytest.mark.browser


@pytest.fixture
def page(open_as, hub, report_of, make_actor, now):
    """The entry page of September, after August was saved with 1,230 men and 4 women and two records."""
    opening.open_due(hub, now, since=date(2026, 8, 1))
    content = report_of("X11", men=1230, women=4).replace(b"2026-M09", b"2026-M08")
    records = b'"F2": {"records": [{"c01": "R\xe1\xbb\xabng A", "c02": "2", "c04": "2.50"}]}, "F1"'
    content = content.replace(b'"F1"', records, 1)
    envelope = Envelope(content, "json", filename="x.json", media_type="application/json", intent="draft")
    assert intake.receive(hub, make_actor("approver", "X11"), envelope, now).verdict == "accepted"
    row = filings.search(hub, SYSTEM, FilingQuery(unit_id="X11", period="2026-M09"), now).rows[0]
    page = open_as("lan")
    page.goto(f"/filings/{row.id}")
    page.locator("#live-count").wait_for()
    return page


def cell(page, key: str):
    return page.locator(f'[name="cell.F1.{key.replace("_", ".")}"]')


def test_the_bar_says_what_it_was_and_how_it_moved(page):
    cell(page, "r02_c03").click()
    bar = page.locator("#bar-before")
    bar.wait_for()
    expect(bar).to_have_text("kỳ trước 1.229")
    page.keyboard.type("1475")
    expect(bar).to_have_text("kỳ trước 1.229 · +20 % (+246)")
    show = page.get_by_role("button", name="Hiện kỳ trước")
    show.click()
    place = page.locator('td:has([name="cell.F1.r02.c03"])')
    expect(place).to_have_css("content", '"1.229"', pseudo="after")
    show.click()
    expect(place).to_have_css("content", "none", pseudo="after")


def test_the_same_as_last_period_fills_only_what_is_blank_and_is_one_step(page):
    cell(page, "r02_c02").click()
    page.keyboard.type("99")
    page.keyboard.press("Enter")
    page.locator('[data-same="F1"]').click()
    expect(page.locator("#said")).to_contain_text("như kỳ trước")
    for key, text in (("r02_c02", "99"), ("r02_c03", "1.229"), ("r02_c01", ""), ("r01_c04", "1.235,00")):
        expect(cell(page, key)).to_have_value(text)
    page.keyboard.press("Control+Z")
    for key, text in (("r02_c02", "99"), ("r02_c03", "")):
        expect(cell(page, key)).to_have_value(text)
    page.locator('[data-same="F2"]').click()
    for column, text in (("c01", "Rừng A"), ("c02", "2"), ("c04", "2,50")):
        expect(page.locator(f'[name="rec.F2.1.{column}"]')).to_have_value(text)


def test_a_large_change_is_asked_about_while_one_types_and_explained_at_once(page):
    cell(page, "r02_c03").click()
    page.keyboard.type("9999")
    page.keyboard.press("Enter")
    note = page.locator('td:has([name="cell.F1.r02.c03"]) .finding.warning')
    note.wait_for()
    expect(note).to_contain_text("hãy kiểm tra và giải trình")
    cell(page, "r02_c03").click()
    page.locator("#bar-explain input").wait_for()
    page.keyboard.press("F4")
    page.keyboard.type("Gộp thêm hai thôn.")
    page.keyboard.press("Enter")
    expect(page.locator('[id="explain.swing@F1.r02.c03"]')).to_have_value("Gộp thêm hai thôn.")
    page.keyboard.press("Control+S")
    page.get_by_text("Đã lưu nháp").wait_for()
    expect(page.locator('[id="explain.swing@F1.r02.c03"]')).to_have_value("Gộp thêm hai thôn.")
    expect(page.locator('td:has([name="cell.F1.r02.c03"]) .finding.warning')).to_have_count(1)
