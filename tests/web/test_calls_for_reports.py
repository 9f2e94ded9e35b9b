"""Calling for an ad hoc report through the pages: looked at first, then sent once, then read by who is asked."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.domain.form import Label
from hub.domain.regime import DayRule, Regime, Reporter
from hub.services import filings

EDITION = "LU-01/2025-07-01"
ASKED = {
    "what": f"{EDITION} ad_hoc", "reason": "Bão số 9 đổ bộ", "window_start": "05/09/2026", "window_end": "14/09/2026",
    "due": "20/09/2026",
}  # fmt: skip


@pytest.fixture
def small_catalog(small_catalog, make_small_edition):
    """The small catalog with a flood report of G12 too."""
    edition = make_small_edition(
        regime="LU-01", title=Label("Báo cáo nhanh thiệt hại", "Quick report of damage"), report_type="ad_hoc",
        frequencies=("ad_hoc",), windows={}, reporters=(Reporter("commune", "own", "province"), Reporter("ministry")),
        dues={("ministry", "ad_hoc"): DayRule("window_end", days=10)}, outline=(),
    )  # fmt: skip
    catalog = replace(small_catalog, regimes={**small_catalog.regimes, "LU-01": Regime("LU-01", (edition,))})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def officer(make_actor, sign_in):
    return sign_in(make_actor("officer", "G12"))


@pytest.fixture
def rows(hub, app):
    """``rows() -> tuple[FilingRow, …]`` of the flood report."""
    now = app.config["CLOCK"]()
    return lambda: filings.search(hub, SYSTEM, FilingQuery(edition=EDITION, size=100), now).rows


def _key(page) -> str:
    return re.search(r'name="key" value="([^"]+)"', page.get_data(as_text=True))[1]


def test_what_would_be_opened_is_shown_before_anything_is(officer, rows, text_of):
    page = officer.post("/campaigns", ASKED | {"action": "plan"})
    told = " ".join(text_of(page).split())
    assert "Báo cáo nhanh thiệt hại, Đột xuất số 1 năm 2026 sẽ gồm 7 báo cáo" in told
    assert "cấp xã: 5 báo cáo, hạn gửi hết ngày 20/09/2026" in told
    assert 'value="05/09/2026"' in page.get_data(as_text=True), "what was typed stands there again"
    assert rows() == ()


def test_a_form_sent_twice_calls_once(officer, rows, text_of):
    key = _key(officer.get("/campaigns"))
    answers = [officer.post("/campaigns", ASKED | {"action": "call", "key": key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(rows()) == 7
    assert {row.period for row in rows()} == {"2026-X-1"}
    told = text_of(officer.get(answers[0].headers["Location"]))
    assert "Đã yêu cầu Báo cáo nhanh thiệt hại, Đột xuất số 1 năm 2026" in told
    assert "mọi đơn vị có nghĩa vụ" in told


def test_the_key_stays_the_same_from_the_preview_to_the_call(officer):
    key = _key(officer.get("/campaigns"))
    assert _key(officer.post("/campaigns", ASKED | {"action": "plan", "key": key})) == key


def test_deadlines_by_level_and_places_are_kept(officer, rows, text_of):
    officer.post(
        "/campaigns", ASKED | {"action": "call", "key": "k", "due_commune": "16/09/2026", "unit": ["P2", "G01"]}
    )
    assert {(row.unit_id, str(row.due_at.date())) for row in rows()} == {
        ("X21", "2026-09-16"), ("X22", "2026-09-16"), ("G01", "2026-09-20"),
    }  # fmt: skip
    assert "Bộ G01, Tỉnh P2" in text_of(officer.get("/campaigns"))


def test_the_unit_that_is_asked_reads_why_and_until_when(officer, rows, make_actor, sign_in, text_of):
    officer.post("/campaigns", ASKED | {"action": "call", "key": "k"})
    row = next(row for row in rows() if row.unit_id == "X11")
    reporter = sign_in(make_actor("reporter", "X11"))
    assert "Báo cáo nhanh thiệt hại" in text_of(reporter.get("/"))
    told = text_of(reporter.get(f"/filings/{row.id}"))
    assert "Bão số 9 đổ bộ" in told
    assert "05/09/2026 – 14/09/2026" in told
    assert "20/09/2026" in told
    assert "05/09/2026 – 14/09/2026" in text_of(officer.get("/")), "and the campaign's own days among all campaigns"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": " \n "}, "Cần nêu lý do"),
        ({"window_end": "31/02/2026"}, "không phải là ngày"),
        ({"window_start": ""}, "nhập đủ thời gian"),
        ({"window_end": "01/09/2026"}, "kết thúc trước khi bắt đầu"),
        ({"due": "10/09/2026"}, "sớm hơn ngày cuối"),
        ({"due": ""}, "không quy định hạn gửi"),
        ({"due": "31/12/9999"}, "Hạn gửi không hợp lệ"),
        ({"window_end": "31/12/9999", "due": "31/12/9999"}, "Hạn gửi không hợp lệ"),
        ({"unit": "P9"}, "Không có đơn vị"),
        ({"what": f"{EDITION} thematic"}, "không có báo cáo chuyên đề hay đột xuất như vậy"),
        ({"what": "THU-01/2025-07-01 ad_hoc"}, "không có báo cáo chuyên đề hay đột xuất như vậy"),
    ],
)
@pytest.mark.parametrize("action", ["plan", "call"])
def test_what_does_not_hold_together_is_said_and_nothing_is_opened(officer, rows, text_of, changes, message, action):
    answer = officer.post("/campaigns", ASKED | {"action": action, "key": "k"} | changes)
    assert answer.status_code == 400
    assert message in text_of(answer)
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert rows() == ()


@pytest.mark.parametrize(
    ("role", "unit", "seen"),
    [("officer", "G12", True), ("central", "VN", True), ("officer", "P1", False), ("reporter", "X11", False)],
)
def test_only_who_may_call_is_shown_the_way(make_actor, sign_in, text_of, role, unit, seen):
    person = sign_in(make_actor(role, unit))
    assert ("Yêu cầu báo cáo" in text_of(person.get("/"))) is seen
    answer = person.post("/campaigns", ASKED | {"action": "call", "key": "k"})
    assert answer.status_code == (303 if seen else 403)


def test_an_officer_of_another_agency_reads_that_there_is_nothing_to_call_for(make_actor, sign_in, text_of):
    page = sign_in(make_actor("officer", "P1")).get("/campaigns")
    assert page.status_code == 200
    assert "không ban hành chế độ báo cáo chuyên đề hay đột xuất" in text_of(page)


def test_a_reporter_has_no_such_page(make_actor, sign_in):
    assert sign_in(make_actor("reporter", "X11")).get("/campaigns").status_code == 403
