"""The province's page of its roll-up: who is in it, building it, and each figure unit by unit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.services import review

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def accepted(submit, accept):
    """X11 and X12 are accepted, X13 has not sent."""
    for unit in ("X11", "X12"):
        submit(unit)
        accept(unit)


@pytest.fixture
def province(make_actor, sign_in):
    return sign_in(make_actor("approver", "P1"))


@pytest.fixture
def page_of(filing_of):
    return lambda: f"/filings/{filing_of('P1').id}"


@pytest.fixture
def build(province, filing_of, page_of):
    """``build(revision=None)``: the button, on the page as it stands or stood."""

    def click(revision: int | None = None):
        seen = filing_of("P1").revision if revision is None else revision
        return province.post(f"{page_of()}/rollup", {"revision": seen})

    return click


def test_the_page_says_how_many_units_were_accepted_and_names_the_others(accepted, province, page_of, text_of):
    text = " ".join(text_of(province.get(page_of())).split())
    assert "2/3 đơn vị đã được tiếp nhận báo cáo" in text
    assert "Chưa có: 1 Xã X13 đang nhập" in text


def test_the_button_fills_the_form_with_the_sums(accepted, province, build, page_of, text_of):
    answer = build()
    assert answer.status_code == 303
    page = province.get(answer.location)
    assert "Đã tổng hợp từ các báo cáo đã tiếp nhận." in text_of(page)
    assert 'value="16"' in page.get_data(as_text=True), "eight people who are not new in each of two communes"
    assert "Tổng hợp lại" in text_of(page)


def test_a_double_click_on_roll_up_makes_one_version_and_no_error(accepted, build, filing_of):
    seen = filing_of("P1").revision
    assert [build(revision=seen).status_code for _ in range(2)] == [303, 303]
    assert filing_of("P1").version == 1


def test_the_page_says_which_report_fell_out(accepted, province, build, hub, make_actor, filing_of, page_of, text_of):
    build()
    row = filing_of("X12")
    review.send_back(hub, make_actor("officer", "P1"), row.id, revision=row.revision, reason="Sai", now=NOW)
    text = " ".join(text_of(province.get(page_of())).split())
    assert "1 đơn vị đã thay đổi từ lần tổng hợp gần nhất. Chưa gửi được bản này: hãy tổng hợp lại." in text
    assert "Xã X12 : báo cáo không còn được tiếp nhận" in text


def test_nothing_to_roll_up_is_said_on_the_page(province, build, text_of):
    answer = build()
    assert answer.status_code == 422
    assert "Chưa tiếp nhận báo cáo nào" in text_of(answer)


def test_a_figure_is_shown_unit_by_unit(accepted, province, build, page_of, text_of):
    build()
    listed = province.get(f"{page_of()}/parts").get_data(as_text=True)
    assert "place=F1/r01/c01" in listed
    text = " ".join(text_of(province.get(f"{page_of()}/parts?place=F1/r01/c01")).split())
    assert "Xã X11 10 phiên bản 1 Xã X12 10 phiên bản 1 cộng các phần 20" in text


@pytest.mark.parametrize("place", ["F1/r01", "F1/r01/c06", "F9/r01/c01", "F1/r01/c01/x", "%00//"])
def test_a_place_that_is_no_figure_is_not_found(accepted, province, build, page_of, place):
    build()
    assert province.get(f"{page_of()}/parts?place={place}").status_code == 404


def test_a_commune_s_own_report_has_no_roll_up(submit, filing_of, make_actor, sign_in, text_of):
    submit("X11")
    commune = sign_in(make_actor("approver", "X11"))
    row = filing_of("X11")
    assert "Tổng hợp từ báo cáo của đơn vị cấp dưới" not in text_of(commune.get(f"/filings/{row.id}"))
    assert commune.get(f"/filings/{row.id}/parts").status_code == 404
    assert commune.post(f"/filings/{row.id}/rollup", {"revision": row.revision}).status_code == 404


def test_the_page_speaks_english(accepted, province, build, page_of, text_of):
    build()
    province.client.set_cookie("hub_language", "en")
    text = " ".join(text_of(province.get(page_of())).split())
    assert "Roll-up of the reports of units below" in text
    assert "The reports of 2/3 units have been accepted." in text
