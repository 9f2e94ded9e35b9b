"""A large file in a real browser: the per cent moves by itself, and the result stands there without a click."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import insert

from hub.services import uploads, worker_threads
from hub.store import tables

pytestmark = pytest.mark.browser


class _Forgotten:
    def join(self, _seconds):
        return None


@pytest.fixture
def nation_wide(hub, people, now):
    """Lan enters for every unit."""
    with hub.database.write() as connection:
        account = connection.execute(tables.account.select().where(tables.account.c.username == "lan")).one()
        connection.execute(insert(tables.role_grant).values(account_id=account.id, role="approver", unit_id="VN"))


@pytest.mark.parametrize("width", [1280, 390])
def test_the_percentage_moves_and_the_result_comes_by_itself(
    nation_wide, open_as, hub, report_of, monkeypatch, tmp_path, now, width
):
    file = tmp_path / "nhieu-don-vi.json"
    reports = [report_of("X11"), report_of("X12", **{"r02.c02": "mười"}), report_of("X21")]
    file.write_bytes(b'{"reports": [' + b",".join(reports) + b"]}")
    started = []

    def later(core, upload_id, at):
        started.append(upload_id)
        return _Forgotten()

    monkeypatch.setattr(worker_threads.uploaded, "start", later)
    page = open_as("lan", width=width)
    page.goto("/uploads")
    page.screenshot(path=tmp_path / f"form-{width}.png", full_page=True)
    page.get_by_label("Tệp số liệu").set_input_files(file)
    page.get_by_role("button", name="Tải lên").click()
    page.get_by_label("Đã đọc 0 phần trăm của tệp").wait_for()
    with hub.database.write() as connection:
        connection.execute(tables.upload.update().values(read_share=33, reports=0, state="reading"))
    page.get_by_label("Đã đọc 33 phần trăm của tệp").wait_for()
    page.screenshot(path=tmp_path / f"progress-{width}.png", full_page=True)
    assert uploads.work(hub, started[0], now)
    page.get_by_role("link", name="Tải về báo cáo bị từ chối").wait_for()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    page.screenshot(path=tmp_path / f"result-{width}.png", full_page=True)
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải về báo cáo bị từ chối").click()
    assert download.value.suggested_filename == "nhieu-don-vi_bi-tu-choi.json"
    page.goto("/uploads")
    expect(page.get_by_role("link", name="nhieu-don-vi.json")).to_be_visible()


def test_without_scripts_the_page_looks_again_by_itself(
    nation_wide, open_as, hub, report_of, tmp_path, monkeypatch, now
):
    file = tmp_path / "mot.json"
    file.write_bytes(report_of("X11"))
    started = []
    monkeypatch.setattr(
        worker_threads.uploaded, "start", lambda core, upload_id, at: started.append(upload_id) or _Forgotten()
    )
    page = open_as("lan", script=False)
    page.goto("/uploads")
    page.get_by_label("Tệp số liệu").set_input_files(file)
    page.get_by_role("button", name="Tải lên").click()
    page.get_by_label("Đã đọc 0 phần trăm của tệp").wait_for()
    assert uploads.work(hub, started[0], now)
    page.get_by_text("phiên bản 1").wait_for()
