"""What a page shows is in the files that the browser downloads from it: a publication's, and a national figure's."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

pytestmark = pytest.mark.browser
MEN = 4321
SHOWN, KEPT = "4.325", 4325
"""Of the commune and of a ministry that has four: found nowhere else."""


@pytest.fixture
def submit(submit):
    return lambda unit, *given: submit(unit, *given, **({"men": MEN} if unit == "X11" else {}))


def downloaded(page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(name)).first.click()
    return download.value.path().read_bytes()


def figures_of(workbook: bytes) -> set[object]:
    book = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)
    return {value for sheet in book for line in sheet.values for value in line}


def words_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_figure_is_the_same_on_the_page_in_the_workbook_and_on_paper(published, open_as):
    page = open_as("trung-uong")
    page.goto(f"/reports/{published.id}")
    expect(page.get_by_role("row", name="Nam").first).to_contain_text(SHOWN)
    page.get_by_text("Tải về (XLSX, PDF, Word, JSON, CSV, gói dữ liệu)").click()
    assert KEPT in figures_of(downloaded(page, r"\.xlsx"))
    assert SHOWN in words_of(downloaded(page, r"\.pdf"))

    page.goto("/national/figures/THU-01/F1/r02/c01")
    expect(page.locator(".national-main")).to_contain_text(SHOWN)
    page.get_by_role("link", name="Tải số liệu này").click()
    expect(page.get_by_role("cell", name=SHOWN)).to_be_visible()
    assert KEPT in figures_of(downloaded(page, "Excel|XLSX"))
    assert SHOWN in words_of(downloaded(page, "PDF"))
