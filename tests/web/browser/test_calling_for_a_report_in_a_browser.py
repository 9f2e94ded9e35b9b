"""An officer calls for an ad hoc report at a desk and on a telephone, and a commune finds it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.domain.form import Label
from hub.domain.regime import Regime, Reporter
from hub.services import filings

pytestmark = pytest.mark.browser
EDITION = "LU-01/2025-07-01"


@pytest.fixture
def small_catalog(small_catalog, make_small_edition):
    """The small catalog with a flood report of G12 too."""
    edition = make_small_edition(
        regime="LU-01", title=Label("Báo cáo nhanh thiệt hại", "Quick report of damage"), report_type="ad_hoc",
        frequencies=("ad_hoc",), windows={}, dues={}, outline=(),
        reporters=(Reporter("commune", "own", "province"), Reporter("province")),
    )  # fmt: skip
    catalog = replace(small_catalog, regimes={**small_catalog.regimes, "LU-01": Regime("LU-01", (edition,))})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, False)])
def test_a_report_is_called_for_after_a_look_and_its_units_find_it(width, script, open_as, hub, now):
    page = open_as("vu-chu-quan", width=width, script=script)
    page.get_by_role("link", name="Yêu cầu báo cáo").click()
    page.get_by_label("Lý do").fill("Bão số 9 đổ bộ vào miền Trung; cần số liệu thiệt hại để phân bổ hỗ trợ.")
    page.get_by_label("Số liệu từ ngày").fill("05/09/2026")
    page.get_by_label("đến hết ngày").fill("14/09/2026")
    page.get_by_label("Hạn gửi: hết ngày").fill("20/09/2026")
    page.get_by_text("Hạn gửi khác nhau theo cấp").click()
    page.get_by_label("Cấp xã").fill("17/09/2026")
    page.get_by_text("Chỉ yêu cầu một số địa phương").click()
    page.get_by_label("Tỉnh P1").check()
    page.get_by_role("button", name="Xem trước khi gửi").click()
    expect(page.get_by_text("sẽ gồm 4 báo cáo")).to_be_visible()
    expect(page.get_by_label("Tỉnh P1")).to_be_checked()
    page.get_by_label("Hạn gửi: hết ngày").fill("30/09/2026")  # typed after the look: not what is sent
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Gửi yêu cầu đến các đơn vị").click()
    expect(page.get_by_text("Đã yêu cầu Báo cáo nhanh thiệt hại")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = filings.search(hub, SYSTEM, FilingQuery(edition=EDITION, size=50), now).rows
    assert {row.unit_id for row in found} == {"P1", "X11", "X12", "X13"}
    assert str(max(row.due_at for row in found).date()) == "2026-09-20"
    page = open_as("lan", width=width, script=script)
    page.get_by_role("link", name="Báo cáo nhanh thiệt hại").first.click()
    expect(page.get_by_text("Bão số 9 đổ bộ vào miền Trung")).to_be_visible()
    expect(page.get_by_text("17/09/2026").first).to_be_visible()
