"""The person who adds a regime, in a real browser: the preview answers, a mended file is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from hub.catalog.keeper import keep
from hub.config import load_config
from hub.domain.access import SYSTEM, Grant
from hub.services import access
from hub.services.core import Core
from hub.services.preview import sample_filing
from hub.web.preview import standalone

pytestmark = pytest.mark.browser


@pytest.fixture
def core(database, tmp_path: Path, made_up) -> Core:
    made_up.write_regime(tmp_path / "outside")
    config = load_config({}, var=tmp_path / "var", inbox=tmp_path / "inbox", schemas=(tmp_path / "outside",))
    return Core(config, keep(made_up.empty_base(tmp_path / "base"), config.schemas), database)


@pytest.fixture
def people(hub, now):
    access.create_account(
        hub, SYSTEM, username="trung-uong", name="Trung tâm", unit_id="VN", password="bốn từ rất dễ nhớ",
        grants=[Grant("central", "VN")], now=now, must_change_password=False,
    )  # fmt: skip


def try_out(page) -> None:
    """More new trees than trees are typed; the page says so beside the cell and counts it, and keeps nothing."""
    page.locator('[name="cell.F1.r02.c01"]').fill("4")
    page.locator('[name="cell.F1.r02.c02"]').fill("5")
    page.locator("td .finding.error").first.wait_for()
    expect(page.locator("td .finding.error").first).to_contain_text("Cây trồng mới nhiều hơn tổng số")
    expect(page.locator("#live-count")).to_contain_text("1 lỗi")
    before = page.url
    page.get_by_role("button", name="Thêm dòng").click()
    expect(page.locator('[name="cell.F1.r02.c02"]')).to_have_value("5")
    expect(page).to_have_url(before)


def test_the_preview_answers_while_somebody_types(open_as, address, made_up):
    page = open_as("trung-uong")
    page.goto(f"{address}/regimes/{made_up.KEY}/preview")
    try_out(page)


def test_the_preview_of_the_command_answers_without_a_server(chromium, core, now, tmp_path, made_up):
    edition = core.catalog.drafts[made_up.KEY]
    file = tmp_path / "preview.html"
    file.write_bytes(standalone(edition, sample_filing(edition, core.orgs, now.date())))
    page = chromium.new_context(offline=True).new_page()
    page.goto(file.as_uri())
    try_out(page)
    page.context.close()


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, True), (390, False)])
def test_a_draft_is_mended_with_and_without_scripts(open_as, address, made_up, width, script):
    page = open_as("trung-uong", width=width, script=script)
    page.goto(f"{address}/regimes/{made_up.KEY}")
    page.get_by_role("link", name="Sửa bản thảo").click()
    page.get_by_role("link", name="rules.yaml").click()
    page.get_by_label("rules.yaml").fill(made_up.RULES.replace("r02 + r03", "r02 + r09"))
    page.get_by_role("button", name="Lưu và kiểm tra").click()
    expect(page.locator(".lint").first).to_contain_text("r09")
    page.get_by_label("rules.yaml").fill(made_up.RULES)
    page.get_by_role("button", name="Lưu và kiểm tra").click()
    expect(page.get_by_text("Tệp này không có lỗi")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth") if script else width
    assert wide <= width
