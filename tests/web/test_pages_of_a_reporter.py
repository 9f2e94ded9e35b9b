"""The form door end to end: fill, see mistakes, explain, check, send; with a form and with a file."""

from __future__ import annotations

import io

import pytest

from hub.domain.access import SYSTEM
from hub.services import filings

NOW_STATE = "đang nhập"


@pytest.fixture
def page(filing_of):
    return f"/filings/{filing_of('X11').id}"


@pytest.fixture
def reporter(make_actor, sign_in):
    return sign_in(make_actor("reporter", "X11"))


@pytest.fixture
def approver(make_actor, sign_in):
    return sign_in(make_actor("approver", "X11"))


def test_the_overview_shows_what_the_unit_owes_and_by_when(reporter, text_of):
    text = text_of(reporter.get("/"))
    assert "Chế độ thử" in text
    assert "16/09/2026" in text
    assert "còn 1 ngày làm việc" in text


def test_the_form_is_drawn_from_the_schema_with_units_and_codes(reporter, page):
    html = reporter.get(page).get_data(as_text=True)
    assert 'name="cell.F1.r02.c03"' in html
    assert 'name="rec.F2.5.c01"' in html, "a list offers five blank rows"
    assert 'name="nil.F2"' in html
    assert 'name="outline.s1"' in html
    assert "(triệu đồng)" in html


def test_a_right_form_is_saved_checked_and_sent(reporter, approver, page, form_of, filing_of, text_of):
    answer = reporter.post(page, form_of() | {"action": "check", "version": "0"}, follow_redirects=True)
    assert "Đã xác nhận kiểm tra" in text_of(answer)
    row = filing_of("X11")
    assert row.state == "checked"
    sending = {"action": "send", "revision": row.revision, "secrecy": "none"}
    answer = approver.post(f"{page}/move", sending, follow_redirects=True)
    assert "Đã gửi báo cáo" in text_of(answer)
    assert filing_of("X11").state == "submitted"


def test_a_reporter_cannot_send(reporter, page, form_of, filing_of):
    reporter.post(page, form_of() | {"action": "check", "version": "0"})
    answer = reporter.post(f"{page}/move", {"action": "send", "revision": filing_of("X11").revision, "secrecy": "none"})
    assert answer.status_code == 403
    assert filing_of("X11").state == "checked"


def test_what_cannot_be_read_comes_back_as_it_was_typed_with_the_mistake_beside_it(reporter, page, form_of, text_of):
    answer = reporter.post(page, form_of(r02_c02="một người") | {"action": "save", "version": "0"})
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert "<title>Lỗi: " in html
    assert 'value="một người"' in html
    assert 'href="#cell.F1.r02.c02"' in html
    assert 'aria-describedby="why-cell.F1.r02.c02"' in html
    again = reporter.get(page).get_data(as_text=True)
    assert 'value="một người"' in again, "typing survives leaving the page (P25)"
    assert 'value="5"' in again


def test_a_mistake_that_was_corrected_is_not_shown_again_even_within_one_tick_of_the_clock(reporter, page, form_of):
    for _ in range(6):
        reporter.post(page, form_of(r02_c02="một người") | {"action": "save", "version": "0"})
    reporter.post(page, form_of() | {"action": "save", "version": "0"})
    html = reporter.get(page).get_data(as_text=True)
    assert "một người" not in html
    assert 'value="1"' in html


def test_missing_cells_do_not_stop_a_draft_but_stop_checking(reporter, page, text_of, filing_of):
    fields = {"cell.F1.r02.c02": "1", "version": "0"}
    assert reporter.post(page, fields | {"action": "save"}).status_code == 303
    assert filing_of("X11").version == 1
    answer = reporter.post(page, fields | {"action": "check", "version": "1"})
    assert answer.status_code == 422
    assert "lỗi phải sửa trước" in text_of(answer)


def test_a_rule_that_fails_says_where_and_what(reporter, page, form_of, text_of):
    reporter.post(page, form_of(r01_c01="99") | {"action": "save", "version": "0"})
    html = reporter.get(page).get_data(as_text=True)
    assert 'href="#cell.F1.r01.c01"' in html
    assert "c01 phải bằng c02 + c03" in html


def test_totals_left_blank_are_computed_and_stay_blank_to_type_in(reporter, page, form_of, hub, filing_of):
    reporter.post(page, form_of() | {"action": "save", "version": "0"})
    values = filings.open_one(hub, SYSTEM, filing_of("X11").id, filing_of("X11").due_at).values
    assert str(values.forms["F1"].cells["r02", "c01"]) == "4"
    html = reporter.get(page).get_data(as_text=True)
    field = html[html.index('name="cell.F1.r02.c01"') :][:200]
    assert "value=" not in field.partition(">")[0]
    assert 'placeholder="4"' in field


def test_a_warning_is_explained_before_sending(reporter, page, form_of, filing_of, text_of):
    warned = form_of(r02_c04="9.000,00", r01_c04="9.006,50")
    answer = reporter.post(page, warned | {"action": "check", "version": "0"})
    assert answer.status_code == 422
    assert "cảnh báo chưa giải trình" in text_of(answer)
    html = answer.get_data(as_text=True)
    names = [part.partition('"')[0] for part in html.split('name="explain.')[1:]]
    assert names
    explained = {f"explain.{name}": "Đã đối chiếu sổ gốc." for name in names}
    version = str(filing_of("X11").version)
    answer = reporter.post(page, warned | explained | {"action": "explain", "version": version}, follow_redirects=True)
    assert "Đã lưu giải trình" in text_of(answer)
    answer = reporter.post(page, warned | explained | {"action": "check", "version": version})
    assert answer.status_code == 303
    assert filing_of("X11").state == "checked"


def test_rows_are_added_without_script_and_nothing_typed_is_lost(reporter, page, filing_of):
    answer = reporter.post(page, {"rec.F2.2.c01": "Ngô Đồng", "action": "rows:F2", "version": "0"})
    html = answer.get_data(as_text=True)
    assert ">\nNgô Đồng</textarea>" in html
    assert 'name="rec.F2.17.c01"' in html
    assert filing_of("X11").version is None


def test_two_people_at_once_lose_nothing(reporter, approver, page, form_of, filing_of, text_of):
    reporter.post(page, form_of() | {"action": "save", "version": "0"})
    answer = approver.post(page, form_of(men="40") | {"action": "save", "version": "0"})
    assert answer.status_code == 409
    html = answer.get_data(as_text=True)
    assert 'value="39"' in html, "what the second person typed is still there"
    assert 'name="version" value="1"' in html, "and can be saved knowingly"
    assert filing_of("X11").version == 1


def test_saving_the_same_again_makes_no_version(reporter, page, form_of, filing_of, text_of):
    for version in ("0", "1", "1"):
        reporter.post(page, form_of() | {"action": "save", "version": version})
    assert filing_of("X11").version == 1


def test_the_session_token_is_not_kept_with_the_report(reporter, page, form_of, hub):
    reporter.post(page, form_of() | {"action": "save", "version": "0"})
    view = filings.open_one(hub, SYSTEM, page.rsplit("/", 1)[1], reporter_now := _now())
    from hub.services import intake

    _, content = intake.submission_content(hub, SYSTEM, view.submissions[0].id, reporter_now)
    assert reporter.csrf.encode() not in content
    assert b"csrf_token" not in content
    assert b"cell.F1.r02.c02=1" in content


def _now():
    from datetime import UTC, datetime

    return datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


CSV = "regime,unit,period,form,row,column,value\nTHU-01,X11,2026-M09,F1,r02,c02,1\n"
XML = (
    '<report xmlns="urn:vn:hub:report:1" regime="THU-01" unit="X11" period="2026-M09"><form code="F1">'
    '<row code="r02"><c02>1</c02></row></form></report>'
)


@pytest.mark.parametrize("kind", ["json", "csv", "xml", "xlsx"])
def test_a_file_of_every_kind_is_taken_on_the_filings_page(kind, reporter, page, report_of, filing_of, text_of):
    contents = {"json": report_of("X11"), "csv": CSV.encode(), "xml": XML.encode()}
    content = contents.get(kind) or reporter.get(f"{page}/workbook.xlsx").data
    upload = {"file": (io.BytesIO(content), f"bao-cao.{kind}")}
    answer = reporter.post(f"{page}/upload", upload, follow_redirects=True)
    assert answer.status_code == 200, text_of(answer)
    assert "Đã nhận tệp" in text_of(answer)
    assert filing_of("X11").version == 1


def test_a_file_of_another_unit_is_refused_with_words(reporter, page, report_of, text_of, filing_of):
    upload = {"file": (io.BytesIO(report_of("X12")), "x12.json")}
    answer = reporter.post(f"{page}/upload", upload)
    assert answer.status_code == 422
    assert "X12" in text_of(answer)
    assert filing_of("X12").version is None


def test_one_file_with_many_reports_is_answered_report_by_report(make_actor, sign_in, report_of, text_of, filing_of):
    reporter = sign_in(make_actor("reporter", "X11"))
    both = b'{"reports": [' + report_of("X11") + b"," + report_of("X12") + b"]}"
    upload = {"file": (io.BytesIO(both), "nhieu.json"), "intent": "draft", "form_key": "mot-khoa"}
    answer = reporter.post("/uploads", upload, follow_redirects=True)
    assert answer.status_code == 200
    assert "phiên bản 1" in text_of(answer)
    assert "Tải về báo cáo bị từ chối" in text_of(answer)
    assert (filing_of("X11").version, filing_of("X12").version) == (1, None)


def test_no_file_at_all_is_said_in_words(reporter, page, text_of):
    answer = reporter.post(f"{page}/upload", {})
    assert answer.status_code == 400
    assert "Hãy chọn một tệp" in text_of(answer)


def test_a_broken_workbook_is_refused_and_kept(reporter, page, text_of):
    upload = {"file": (io.BytesIO(b"PK\x03\x04 broken"), "hong.xlsx")}
    answer = reporter.post(f"{page}/upload", upload)
    assert answer.status_code == 422
    assert "Tệp gốc vẫn được lưu" in text_of(answer)


def test_the_workbook_and_the_xml_schema_are_downloads(reporter, page):
    for name in ("workbook.xlsx", "schema.xsd"):
        answer = reporter.get(f"{page}/{name}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("query", "found"),
    [("text=X11", 2), ("text=X12", 0), ("period=2026-M09", 1), ("state=accepted", 0), ("owed=1", 2), ("regime=X", 0)],
)
def test_the_list_is_narrowed_by_each_filter(query, found, reporter):
    assert reporter.get(f"/filings?{query}").get_data(as_text=True).count('scope="row"') == found


def test_numbers_are_shown_as_vietnamese_write_them(reporter, page, form_of):
    reporter.post(page, form_of(men="1234567", r02_c03="1.234.566", r01_c03="1.234.571") | {"version": "0"})
    assert 'value="1.234.566"' in reporter.get(page).get_data(as_text=True)
