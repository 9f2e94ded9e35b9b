"""The centre compares two editions in a real Chromium: which unit amended what, why, and how it moved the figures."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from hub.domain.access import SYSTEM
from hub.domain.publish_floor import Shortfall
from hub.services import aggregation, deliveries, publication, review, subscriptions
from hub.store import publication_holds

pytestmark = pytest.mark.browser


@pytest.fixture
def amended(published, hub, submit, accept, filing_of, make_actor, now):
    """The second edition: X11 amended after it was sent back, X12 added."""
    row = filing_of("X11")
    officer = make_actor("officer", "P1")
    soon = now + timedelta(minutes=1)
    review.send_back(hub, officer, row.id, revision=row.revision, reason="Đếm thiếu một thôn", now=soon)
    submit("X11", men=9)
    accept("X11")
    submit("X12")
    accept("X12")
    aggregation.run(hub, SYSTEM, "THU-01/2025-07-01", "2026-M09", soon)
    return publication.issue(hub, SYSTEM, "thu", "2026-M09", soon, "Bổ sung theo đề nghị của tỉnh")


def test_from_the_list_of_editions_to_the_very_cells_that_moved_a_figure(open_as, published, amended):
    page = open_as("trung-uong")
    page.get_by_role("link", name="Báo cáo quốc gia", exact=True).click()
    row = page.get_by_role("row", name=re.compile("Bổ sung theo đề nghị của tỉnh"))
    row.get_by_role("link", name="so với bản trước").click()
    expect(page.get_by_role("heading", name="Ấn bản số 2 so với số 1")).to_be_visible()
    told = page.get_by_role("row", name=re.compile("Xã X11.*Đếm thiếu một thôn"))
    expect(told.get_by_text("phiên bản 1 thành 2")).to_be_visible()
    figure = page.get_by_role("row", name=re.compile("^Nam: Tổng Cả nước"))
    expect(figure).to_contain_text("+9")
    expect(figure.get_by_role("link", name="Xã X11")).to_be_visible()
    expect(figure).to_contain_text("+5")
    told.get_by_role("link", name="xem từng ô").click()
    expect(page.get_by_role("heading", name="So sánh phiên bản 1 và 2")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Báo cáo thử").click()
    page.goto(f"/reports/{published.id}")
    expect(page.get_by_text("Đã có ấn bản mới hơn")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/reports", f"/reports/{amended.id}/changes", "/subscriptions"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


@pytest.fixture
def held_and_delivered(amended, hub, make_actor, now, tmp_path):
    """Somebody of the centre with editions delivered and given up, while the next month's report is held."""
    settings = {"smtp_host": "127.0.0.1", "mail_from": "a@hub.example.vn", "deliver_folder": str(tmp_path / "out")}
    object.__setattr__(hub, "config", replace(hub.config, **settings))
    central = make_actor("central", "VN")
    for kind in ("json", "package"):
        subscriptions.subscribe(hub, central, "thu", kind, "connector", "folder", now)
    with hub.database.write() as connection:
        deliveries.plan(connection, amended)
        publication_holds.note(connection, "thu", "2026-M10", Shortfall("THU-01", 3, 7, 80), now)
    deliveries.deliver_due(hub, amended.issued_at)
    return central


def test_pages_of_editions_are_accessible_and_light(judged, sign_in, held_and_delivered, amended):
    wanted = {"editions.changes", "subscriptions.show", "reports.listing"}
    values = {"publication_id": [amended.id]}
    queries = {"editions.changes": ["", "?figure=THU-01@VN:F1.r02.c01"]}
    wrong, heavy, unopened = judged([sign_in(held_and_delivered)], values, queries, wanted.__contains__)
    assert (heavy, unopened) == ([], [])
    assert not wrong, "\n" + "\n".join(wrong)
