"""Periods, titles and annex numbers above a form."""

from __future__ import annotations

import pytest
from docx import Document
from official_forms import document_bytes, document_table
from reading_drafts import HINTS, docx, excel

from hub.drafting.draft import Hints, draft_form

HEADS, NUMBERS, BODY = [["STT"], ["Loài hoa"], ["Số lượng"]], ["A", "B", 1], [["1", "Sen"], ["2", "Súng"]]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Năm …", ["yearly"]),
        ("Năm: ……", ["yearly"]),
        ("năm 20…", ["yearly"]),
        ("(Năm 20..)", ["yearly"]),
        ("(Năm)", ["yearly"]),
        ("6 tháng … năm …", ["half_yearly"]),
        ("6 tháng đầu năm và cả năm 20…", ["half_yearly", "yearly"]),
        ("Quý … năm …", ["quarterly"]),
        ("Tháng … năm …", ["monthly"]),
        ("Từ ngày … tháng … năm … đến ngày … tháng … năm …", None),
    ],
)
def test_the_period_under_the_title_is_how_often(line: str, expected: list[str] | None) -> None:
    assert excel(HEADS, NUMBERS, BODY, more=[line]).regime.get("frequencies") == expected
    assert docx(HEADS, NUMBERS, BODY, lines=["BÁO CÁO VỀ HOA", line]).regime.get("frequencies") == expected


@pytest.mark.parametrize("first", ["1. Hoa dưới nước", "I. Hoa dưới nước"])
def test_each_of_several_tables_is_called_by_the_heading_right_above_it(first: str) -> None:
    document = Document()
    for line, more in ((first, "TÌNH HÌNH TRỒNG HOA"), (first[0] + first[0] + ". Hoa trên cạn", "")):
        if more:
            document.add_paragraph(more)
        document.add_paragraph(line if more else line.replace("11", "2"))
        document_table(document, HEADS, NUMBERS, BODY)
    drafted = draft_form(document_bytes(document), "form.docx", HINTS)
    assert [form["title"]["vi"] for form in drafted.forms] == ["Hoa dưới nước", "Hoa trên cạn"]
    assert drafted.regime["title"]["vi"] == "Tình hình trồng hoa"


@pytest.mark.parametrize("annex", ["PHỤ LỤC X", "Phụ lục 21", "Phụ lục số IV", "PHỤ LỤC A"])
def test_an_annex_number_is_no_number_of_the_form(annex: str) -> None:
    drafted = docx(HEADS, NUMBERS, BODY, lines=[annex, "BÁO CÁO VỀ HOA"])
    assert drafted.forms[0]["title"]["vi"] == "Báo cáo về hoa"
    assert drafted.regime["code"] == "G12-BAO-CAO-VE-HOA"
    assert annex.split()[-1] in drafted.regime["notes"]


def test_a_form_s_own_number_stays_in_its_title() -> None:
    drafted = docx(HEADS, NUMBERS, BODY, lines=["Phụ lục 3", "Biểu số 07", "BÁO CÁO VỀ HOA"])
    assert drafted.forms[0]["title"]["vi"] == "Báo cáo về hoa (07)"
    assert Hints().code == ""
