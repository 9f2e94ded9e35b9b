"""Help where it is needed: short pages, findings, guides, and the tour of a first visit."""

from __future__ import annotations

import io

import openpyxl
import pytest

from hub.catalog.help_texts import finding_helps, topics
from hub.services import profiles


@pytest.fixture
def reporter(make_actor, sign_in):
    return sign_in(make_actor("reporter", "X11"))


@pytest.mark.parametrize("path", [*(f"/help/{code}" for code in topics()), "/help", "/welcome", "/help?text=ngay"])
def test_each_page_of_help_opens_in_both_languages(reporter, path):
    vi = reporter.get(path)
    reporter.client.set_cookie("hub_language", "en")
    en = reporter.get(path)
    assert (vi.status_code, en.status_code) == (200, 200)
    assert vi.get_data() != en.get_data()


def test_each_finding_has_a_page(reporter, text_of):
    for code, told in finding_helps().items():
        assert told.means.vi in text_of(reporter.get(f"/help/findings/{code}")), code


@pytest.mark.parametrize("path", ["/help/khong-co", "/help/findings/khong_co", "/regimes/KHONG-CO/guide",
                                  "/regimes/THU-01/guide?edition=1999-01-01"])  # fmt: skip
def test_what_is_not_there_is_not_found(reporter, path):
    assert reporter.get(path).status_code == 404


def test_help_is_searched_without_marks(reporter, text_of):
    text = text_of(reporter.get("/help?text=chu+so+thap+phan"))
    assert finding_helps()["too_many_decimals"].means.vi in text


def test_the_mistakes_of_a_report_link_to_how_they_are_mended(reporter, filing_of, form_of):
    path = f"/filings/{filing_of('X11').id}"
    page = reporter.post(path, form_of(r02_c02="một người") | {"action": "save", "version": "0"})
    assert 'href="/help/findings/number_unreadable"' in page.get_data(as_text=True)


def test_the_guide_says_who_when_what_and_which_rules(reporter, text_of):
    text = " ".join(text_of(reporter.get("/regimes/THU-01/guide")).split())
    assert "cấp xã: 16/10/2026 cấp của bạn" in text
    assert "Kinh phí triệu đồng số tiền, đến 2 chữ số thập phân có" in text
    assert "c01 phải bằng c02 + c03" in text
    assert "Đánh giá chung" in text


def test_the_workbook_of_the_guide_opens(reporter):
    content = reporter.get("/regimes/THU-01/guide/workbook.xlsx").get_data()
    assert "F1" in openpyxl.load_workbook(io.BytesIO(content)).sheetnames


def test_the_tour_greets_once_and_comes_back_when_asked(reporter, text_of, hub):
    assert "Chào bạn đến với hệ thống" in text_of(reporter.get("/"))
    for _ in range(2):
        assert reporter.post("/welcome", {"seen": "1"}).status_code == 303
    assert "Chào bạn đến với hệ thống" not in text_of(reporter.get("/"))
    assert profiles.has_toured(hub, reporter.actor)
    reporter.post("/welcome", {"seen": "0"})
    assert "Chào bạn đến với hệ thống" in text_of(reporter.get("/"))
