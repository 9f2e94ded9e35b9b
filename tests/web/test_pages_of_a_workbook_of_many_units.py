"""The workbook of many units on the page of uploads."""

from __future__ import annotations

import io

import openpyxl


def test_it_is_offered_where_one_owes_for_several_units_and_goes_in_again(make_actor, sign_in, text_of):
    sender = sign_in(make_actor("approver", "VN"))
    assert "Bảng tính mẫu cho nhiều đơn vị" in text_of(sender.get("/uploads"))
    answer = sender.get("/uploads/template.xlsx?campaign=THU-01/2025-07-01+2026-M09")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    row = next(row for row in range(5, book["F1"].max_row + 1) if book["F1"].cell(row, 1).value == "X11")
    book["F1"].cell(row, 5).value = 1
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    fields = {"file": (content, "mau.xlsx"), "intent": "dry_run", "form_key": "mot-khoa"}
    page = text_of(sender.post("/uploads", fields, follow_redirects=True))
    assert "Xã X11" in page
    assert "Xã X12" not in page
    assert "Đây là chạy thử." in page


def test_it_is_not_offered_to_who_enters_for_one_unit(make_actor, sign_in, text_of):
    clerk = sign_in(make_actor("reporter", "X11"))
    assert "Bảng tính mẫu cho nhiều đơn vị" not in text_of(clerk.get("/uploads"))
