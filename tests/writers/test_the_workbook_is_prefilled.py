"""What stands in a workbook that is given out: last period in grey, open remarks, warnings, and what to do with it."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from hub.domain.form import Label
from hub.domain.sheet_layout import (
    EXPLANATION_SHEET,
    GUIDE_SHEET,
    OUTLINE_SHEET,
    SheetLayout,
    is_previous_sheet,
    previous_sheet,
)
from hub.domain.values import FormValues, Values
from hub.readers.limits import Limits
from hub.readers.xlsx import read
from hub.writers.workbook import write_workbook
from hub.writers.workbook_about import NOTE_AUTHOR, About, Remarked
from hub.writers.workbook_previous import MOST_RECORDS

PREVIOUS = Values(
    {
        "F1": FormValues(cells={("r02", "c01"): Decimal(8), ("r03", "c04"): Decimal("1.50")}),
        "F2": FormValues(records=[{"c01": "Cơ sở cũ", "c04": Decimal("2.25")}]),
    }
)
POINT = Remarked(
    "F1/r02/c02", Label("Biểu F1, dòng Nam", "Form F1, row Nam"), Label("điểm trả lại", "point of the return"),
    ("A, 20/02/2027 09:15: xem lại số này",),
)  # fmt: skip
ABOUT = About("23:59 25/02/2027", "15/12/2026 – 14/01/2027", Label("Bộ Tài chính", "Finance"), "Đầu mối, 0000 000 001")


def given_out(edition, **said) -> bytes:
    return write_workbook(edition, "P01", "Tỉnh Thử", "2027-M01", "own", frequency="monthly", **said)


def opened(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


def words_of(sheet) -> str:
    return "\n".join(str(cell.value) for line in sheet for cell in line if cell.value is not None)


@pytest.fixture
def wide(make_small_edition, small_edition):
    """The small edition with a grid of nine columns of figures."""
    form = small_edition.form("F1")
    more = tuple(replace(form.columns[0], code=f"c1{number}") for number in range(4))
    return make_small_edition(forms=(replace(form, columns=(*form.columns, *more)),), rules=())


def test_last_period_stands_in_grey_beside_a_narrow_grid_and_is_not_printed(small_edition):
    sheet = opened(given_out(small_edition, previous=PREVIOUS))["F1"]
    layout = SheetLayout(small_edition.form("F1"))
    cell = sheet.cell(layout.row_of["r02"] + 1, layout.previous_columns["c01"] + 1)
    assert (cell.value, cell.fill.fgColor.rgb, cell.protection.locked) == (8, "FFEFEFEF", True)
    assert sheet.print_area == "'F1'!$A$1:$H$14"


def test_last_period_of_a_wide_grid_has_a_sheet_with_the_same_addresses(wide):
    content = given_out(wide, previous=PREVIOUS)
    book = opened(content)
    assert book.sheetnames.index(previous_sheet("F1")) == book.sheetnames.index("F1") + 1
    sheet, layout = book[previous_sheet("F1")], SheetLayout(wide.form("F1"))
    cell = sheet.cell(layout.row_of["r03"] + 1, layout.column_of["c04"] + 1)
    assert (cell.value, cell.fill.fgColor.rgb, sheet.protection.sheet) == (1.5, "FFEFEFEF", True)
    assert sheet["A13"].value == book["F1"]["A13"].value == "r02"
    (reading,) = read(content, lambda identity: wide, None, Limits())
    assert (reading.forms["F1"].cells, reading.problems) == ({}, [])


def test_last_periods_records_stand_on_a_sheet_and_the_first_ones_only(small_edition):
    records = [{"c01": f"Cơ sở {number}"} for number in range(MOST_RECORDS + 3)]
    sheet = opened(given_out(small_edition, previous=Values({"F2": FormValues(records=records)})))["Kỳ trước F2"]
    layout = SheetLayout(small_edition.form("F2"))
    assert sheet.cell(layout.first_data_row + MOST_RECORDS, 2).value == f"Cơ sở {MOST_RECORDS - 1}"
    assert sheet.max_row == layout.first_data_row + MOST_RECORDS
    assert f"{MOST_RECORDS} of {len(records)}" in sheet["B8"].value


def test_what_was_typed_on_a_sheet_of_last_period_is_never_read(small_edition):
    book = opened(given_out(small_edition, previous=PREVIOUS))
    book["Kỳ trước F2"]["B13"] = "Cơ sở mới"
    buffer = io.BytesIO()
    book.save(buffer)
    (reading,) = read(buffer.getvalue(), lambda identity: small_edition, None, Limits())
    assert reading.forms["F2"].records == []


def test_only_the_hubs_own_sheets_are_taken_for_last_periods():
    assert is_previous_sheet("Kỳ trước F1")
    assert not any(is_previous_sheet(name) for name in ("Kỳ trước", "Kỳ trước ", "Kỳ trước của tôi", "F1"))


def test_open_remarks_are_notes_on_their_cells_and_lines_of_the_guide(small_edition):
    whole, section = replace(POINT, place="", lines=("B: thiếu gì?",)), replace(POINT, place="outline/s1")
    book = opened(given_out(small_edition, remarked=[POINT, whole, section, replace(POINT, place="F2/3/c04")]))
    note = book["F1"]["D13"].comment
    assert (note.author, "xem lại số này" in note.text) == (NOTE_AUTHOR, True)
    assert "xem lại" in book[OUTLINE_SHEET]["C10"].comment.text
    assert "xem lại" in book["F2"]["E15"].comment.text
    assert "thiếu gì?" in words_of(book[GUIDE_SHEET])
    assert "Biểu F1, dòng Nam" in words_of(book[GUIDE_SHEET])


def test_a_hostile_remark_is_text_and_a_long_one_is_cut(small_edition):
    hostile = replace(POINT, lines=("=cmd|' /C calc'!A0", "x" * 4000))
    content = given_out(small_edition, remarked=[hostile])
    book = opened(content)
    assert len(book["F1"]["D13"].comment.text) < 2000
    assert not [cell for line in book[GUIDE_SHEET] for cell in line if cell.data_type == "f"]


def test_warnings_to_explain_stand_ready_and_say_nothing_until_somebody_writes(small_edition):
    content = given_out(
        small_edition,
        warnings={"THU-R3@F1.r01.c04": "Kinh phí bất thường", "THU-R3@F1.r02.c04": "Kinh phí bất thường"},
        explanations={"THU-R3@F1.r02.c04": "mua sắm một lần"},
    )
    lines = [[cell.value for cell in line] for line in opened(content)[EXPLANATION_SHEET]["A10:C11"]]
    assert lines == [
        ["THU-R3@F1.r01.c04", "Kinh phí bất thường", None],
        ["THU-R3@F1.r02.c04", "Kinh phí bất thường", "mua sắm một lần"],
    ]
    (reading,) = read(content, lambda identity: small_edition, None, Limits())
    assert reading.explanations == {"THU-R3@F1.r02.c04": "mua sắm một lần"}


def test_the_guide_says_what_by_when_to_whom_and_what_happens_then(small_edition):
    said = words_of(opened(given_out(small_edition, about=ABOUT))[GUIDE_SHEET])
    for text in (
        "Chế độ thử", "23:59 25/02/2027", "Bộ Tài chính", "0000 000 001", "1.234,5", "Không phát sinh", "N/A",
        "được tô màu", "Tải lên chưa phải là gửi", "Uploading is not sending", "Số liệu kỳ trước", "F1", "F2",
    ):  # fmt: skip
        assert text in said, text
    assert "Hạn nộp" not in words_of(opened(given_out(small_edition))[GUIDE_SHEET])
