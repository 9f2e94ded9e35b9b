"""The board of the regimes as a page: counts, bars, filters, and who may see it."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from hub.catalog.catalog import Catalog
from hub.catalog.catalogue import CatalogueEntry
from hub.domain.form import Label
from hub.services.board import OwnerLine, Tally
from hub.web.board import WIDTH, bars, percent


def make_entry(code: str, **changes: object) -> CatalogueEntry:
    fields: dict[str, object] = {
        "code": code, "title": Label(f"Chế độ {code}", f"Regime {code}"), "scope": "core", "scope_reason": "periodic",
        "owner_then": "Bộ G12", "owner_code_then": "G12", "owner_today": "G12", "owner_ground": "",
        "legal_basis": "Văn bản thử", "basis_number": "", "superseded": "", "reporters": ("province",),
        "levels": {"province": None}, "recipient": "", "frequencies": ("yearly",), "cutoff": "", "deadline": "",
        "source_url": "", "evidence": "", "verified": "yes", "fidelity": "", "sources": (("one", code),),
        "merged_from": (), "stated_status": "planned", "stated_blockers": ("form_unread",), "note": "",
    }  # fmt: skip
    return CatalogueEntry(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def small_catalog(small_catalog: Catalog) -> Catalog:
    entries = [
        make_entry("THU-01"),
        make_entry("THU-02", frequencies=("monthly", "multi_year")),
        make_entry("THU-03", owner_today="G01", superseded="Văn bản mới <1>", frequencies=("semi_monthly",)),
        make_entry("THU-04", scope="statistical"),
    ]
    small_catalog.__dict__["catalogue"] = {entry.code: entry for entry in entries}
    return small_catalog


@pytest.fixture
def page(sign_in, make_actor, text_of):
    def show(path: str = "/board", role: str = "central", unit: str = "VN"):
        response = sign_in(make_actor(role, unit)).get(path)
        return response.status_code, " ".join(text_of(response).split()), response.get_data(as_text=True)

    return show


def test_the_board_counts_and_says_that_the_official_list_is_not_public(page):
    status, text, _ = page()
    assert status == 200
    assert "69/179" in text
    assert "danh mục chính thức của 179 chế độ chưa được công khai" in text
    assert "1 đã tích hợp" in text
    assert "2 mới có trong danh mục" in text
    assert "đã tích hợp thêm 0 chế độ ngoài phạm vi" in text


def test_the_share_and_its_parts_are_shown(page):
    _, text, _ = page()
    # 9 units × 17 periods arrive; THU-03 is two provinces × 24; THU-02 cannot be counted
    assert "153 trên 201 báo cáo một năm" in text
    assert "76,1 %" in text
    assert "1 chế độ không ước tính được" in text


def test_rows_may_be_chosen_by_owner_status_and_scope(page):
    _, text, _ = page("/board?owner=G01")
    assert "Chế độ THU-03" in text
    assert "Chế độ THU-02" not in text
    assert "Chế độ THU-01" not in page("/board?status=planned")[1]
    assert "Chế độ THU-04" in page("/board?scope=all")[1]
    assert "Chế độ THU-04" not in text


def test_data_from_the_catalogue_cannot_become_markup(page):
    assert "Văn bản mới &lt;1&gt;" in page()[2]


def test_the_bars_are_drawn_by_the_server_and_need_no_style_attribute(page):
    html = page()[2]
    assert len(re.findall(r"<rect class=\"drawn-[a-z]+\" x=", html)) == 3
    assert "style=" not in html


@pytest.mark.parametrize(("role", "unit"), [("central", "VN"), ("administrator", "VN"), ("officer", "G12")])
def test_who_steers_runs_or_receives_finds_the_board_in_the_menu(page, role, unit):
    status, _, html = page("/board", role, unit)
    assert status == 200
    assert 'href="/board" aria-current="page"' in html


@pytest.mark.parametrize("role", ["reporter", "approver"])
def test_who_reports_does_not_see_the_board(page, role):
    assert page("/board", role, "X11")[0] == 403
    assert 'href="/board"' not in page("/", role, "X11")[2]


def test_odd_filters_find_nothing_and_break_nothing(page):
    status, text, _ = page("/board?owner=%00%3Cscript%3E&status=zzz&scope=zzz")
    assert status == 200
    assert "Số chế độ: 0" in text


def test_bars_are_as_long_as_their_parts():
    drawn = bars((
        OwnerLine("A", Label("A", "A"), Tally(1, 2, 7)),
        OwnerLine("B", Label("B", "B"), Tally(0, 0, 5)),
    ))  # fmt: skip
    assert [piece.status for piece in drawn[0].pieces] == ["integrated", "drafted", "planned"]
    assert [bar.end for bar in drawn] == [f"{WIDTH - 30}.0", f"{(WIDTH - 30) // 2}.0"]
    assert drawn[0].pieces[1].x == drawn[0].pieces[0].width
    assert [bar.y for bar in drawn] == [0, 38]


def test_a_share_is_written_the_vietnamese_way():
    assert percent(Fraction(1, 8)) == "12,5 %"
    assert percent(None) == "–"
