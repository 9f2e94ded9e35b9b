"""The reporter's first page, the calendar of deadlines, and the first pages of officers."""

from __future__ import annotations

import pytest

from hub.services import review


@pytest.fixture
def reporter(make_actor, sign_in):
    return sign_in(make_actor("reporter", "X11"))


def test_the_first_page_says_what_is_owed_what_is_missing_and_by_when(reporter, text_of, filing_of):
    html = reporter.get("/").get_data(as_text=True)
    text = " ".join(text_of(reporter.get("/")).split())
    assert "Việc của đơn vị tôi" in text
    assert "Trong 5 ngày làm việc (2)" in text
    assert "16/09/2026 còn 1 ngày làm việc" in text
    assert "chưa nhập số liệu" in text
    assert f'href="/filings/{filing_of("X11").id}"' in html


def test_a_return_stands_first_with_who_and_why(reporter, submit, filing_of, make_actor, hub, text_of):
    submit("X11")
    row = filing_of("X11")
    review.send_back(
        hub, make_actor("officer", "P1"), row.id, revision=row.revision, version=1, reason="Thiếu mục 2",
        now=row.opened_at, points={"F1/r02/c02": "Khác sổ gốc."},
    )  # fmt: skip
    text = " ".join(text_of(reporter.get("/")).split())
    assert "officer P1 trả lại: Thiếu mục 2" in text
    assert "điểm trả lại chưa trả lời: 1" in text
    assert text.index("Bị trả lại (1)") < text.index("Trong 5 ngày làm việc (1)")


def test_filters_and_search_without_marks_narrow_the_first_page(reporter, text_of):
    assert "Chế độ thử" in text_of(reporter.get("/?text=che+do"))
    assert "Không có báo cáo nào khớp" in text_of(reporter.get("/?text=kh%C3%B4ng+c%C3%B3"))
    assert "Không có báo cáo nào khớp" in text_of(reporter.get("/?show=overdue"))
    assert "Chế độ thử" in text_of(reporter.get("/?show=nonsense&waits=nonsense&unit=X22")), "what is not known is left"


def test_an_officers_first_page_says_what_waits_for_them(make_actor, sign_in, submit, text_of):
    submit("X11")
    page = sign_in(make_actor("officer", "P1")).get("/")
    text = " ".join(text_of(page).split())
    assert "Chờ bạn tiếp nhận 1 báo cáo chờ tiếp nhận" in text
    assert 'href="/inbox"' in page.get_data(as_text=True)
    assert "Việc của đơn vị tôi" not in text


def test_who_receives_and_reports_sees_both(make_actor, sign_in, submit, text_of):
    submit("X11")
    text = text_of(sign_in(make_actor("reporter", "P1")).get("/"))
    assert "Việc của đơn vị tôi" in text
    assert "Xã X11" not in text, "what is below owes its own"


def test_the_month_shows_due_days_and_what_is_not_open_yet(reporter, text_of, filing_of):
    html = reporter.get("/calendar").get_data(as_text=True)
    assert "Tháng 9 năm 2026" in html
    assert 'data-day="2026-09-16" aria-label="16/09/2026: 2 báo cáo đến hạn"' in html
    assert f'href="/filings/{filing_of("X11").id}"' in html
    assert "chưa mở" in text_of(reporter.get("/calendar?month=2026-10"))
    assert "Tháng này không có hạn gửi nào" in text_of(reporter.get("/calendar?month=2050-01"))


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "9999-12", "x", "२०२६-०९"])
def test_no_month_is_refused_in_words(reporter, month):
    assert reporter.get(f"/calendar?month={month}").status_code == 400


def test_the_calendar_of_another_unit_shows_ones_own(reporter):
    asked, own = (reporter.get(f"/calendar.ics?unit={unit}").get_data(as_text=True) for unit in ("X22", "X11"))
    assert asked == own
    assert "x22" not in asked


def test_the_deadlines_of_the_year_are_a_calendar_file(reporter):
    answer = reporter.get("/calendar.ics")
    assert answer.mimetype == "text/calendar"
    assert answer.get_data(as_text=True).count("BEGIN:VEVENT") > 10
    assert "DTSTART;VALUE=DATE:20260916" in answer.get_data(as_text=True)


def test_pages_speak_english_at_a_click(reporter, text_of):
    reporter.client.set_cookie("hub_language", "en")
    text = text_of(reporter.get("/"))
    assert "What my unit owes" in text
    assert "1" in text
    assert "đơn vị tôi" not in text
    assert "Month 9 of 2026" in text_of(reporter.get("/calendar"))
