"""Wrong cells are coloured, commented, listed and linked; everything else is what the reporter sent."""

from __future__ import annotations

import re

import pytest

from hub.domain.sheet_layout import FINDINGS_SHEET

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")
DATA = "Số liệu"


@pytest.fixture
def items(item):
    return [
        item(DATA, "B4", "error", code="r1", vi="Số sai.", found="31.5", expected="30", difference="1.5"),
        item(DATA, "B7", "warning", code="r2", vi="Bất thường."),
        item(DATA, "C9", "missing", code="r3", vi="Còn thiếu."),
        item(DATA, "B10", "note", code="r4", vi="Lưu ý."),
        item(DATA, "D20", "missing", code="r3", vi="Còn thiếu."),
        item("Bảng phụ", "A2", "error", code="r5", vi="Chữ sai."),
        item("", "", "error", code="r6", vi="Tệp của đơn vị khác."),
    ]


def test_each_wrong_cell_has_the_colour_and_the_pattern_of_its_kind(rich, items, mark, opened, pattern):
    book = opened(mark(rich, items))
    for each in items[:-1]:
        assert pattern(book, each.sheet, each.cell) == each.kind


def test_each_wrong_cell_says_what_is_wrong_in_a_note_by_the_hub(rich, items, mark, opened):
    book = opened(mark(rich, items))
    for each in items[:-1]:
        note = book[each.sheet][each.cell].comment.text
        assert each.finding.message_vi in note
        assert each.finding.message_en in note
    assert "Đã ghi: 31.5; Yêu cầu: 30; Chênh lệch: 1.5" in book[DATA]["B4"].comment.text
    assert book[DATA]["B7"].comment.author == "Hệ thống báo cáo"


def test_the_reporters_own_notes_stay_word_for_word(rich, items, mark, opened):
    book = opened(mark(rich, items))
    assert book[DATA]["A5"].comment.text == "Hỏi lại xã."
    assert book[DATA]["A5"].comment.author == "Chị Lan"
    assert book[DATA]["B4"].comment.text.startswith("Số này tôi lấy từ phòng Tài chính.\n")
    assert book[DATA]["B4"].comment.author == "Chị Lan"


def test_a_marked_cell_keeps_its_number_format_font_border_and_lock(rich, items, mark, opened):
    before, after = opened(rich), opened(mark(rich, items))
    for each in items[:-1]:
        old, new = before[each.sheet][each.cell], after[each.sheet][each.cell]
        for look in ("number_format", "font", "border", "alignment"):
            if each.cell != "D20":
                assert repr(getattr(old, look)) == repr(getattr(new, look))
                assert old.protection.locked == new.protection.locked
    made = after[DATA]["D20"]
    assert (made.number_format, made.protection.locked) == ("#,##0.00", False)  # as its column says


def test_every_value_formula_and_other_style_is_as_it_was(rich, items, mark, opened):
    before, after = opened(rich), opened(mark(rich, items))
    marked = {(each.sheet, each.cell) for each in items}
    for sheet in before:
        assert [str(each) for each in sheet.merged_cells.ranges] == [
            str(each) for each in after[sheet.title].merged_cells.ranges
        ]
        for line in sheet.iter_rows():
            for cell in line:
                twin = after[sheet.title][cell.coordinate]
                assert twin.value == cell.value
                if (sheet.title, cell.coordinate) not in marked:
                    assert repr(twin.fill) == repr(cell.fill)
                    assert twin.number_format == cell.number_format


def test_what_is_not_touched_keeps_its_very_bytes(rich, items, mark, parts):
    before, after = parts(rich), parts(mark(rich, items))
    touched = {name for name in before if after[name] != before[name]}
    assert touched == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }  # fmt: skip
    assert any(name.startswith("xl/media/") for name in before)
    assert any(name.startswith("xl/charts/") for name in before)


def test_in_a_sheet_only_the_marked_cells_differ(rich, items, mark, parts):
    before = parts(rich)["xl/worksheets/sheet1.xml"].decode()
    after = parts(mark(rich, items))["xl/worksheets/sheet1.xml"].decode()
    for cell in ("B4", "B7", "C9", "B10"):
        before, after = (re.sub(rf'(<c r="{cell}") s="\d+"', r"\1", text) for text in (before, after))
    assert re.sub(r'<row r="20"><c r="D20" s="\d+"/></row>', "", after) == before


def test_the_sheet_of_findings_comes_first_and_is_the_one_that_opens(rich, items, mark, opened):
    book = opened(mark(rich, items))
    assert book.sheetnames == [FINDINGS_SHEET, DATA, "Bảng phụ", "Ẩn"]
    assert book.active.title == FINDINGS_SHEET
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [FINDINGS_SHEET]


def test_hidden_sheets_names_filters_and_print_areas_still_belong_to_their_sheets(rich, items, mark, opened):
    book = opened(mark(rich, items))
    assert book["Ẩn"].sheet_state == "hidden"
    assert book.defined_names["Tong"].attr_text == "'Số liệu'!$B$12"
    assert book["Bảng phụ"].defined_names["Rieng"].attr_text == "'Bảng phụ'!$A$1"
    assert book[DATA].print_area == "'Số liệu'!$A$1:$D$12"
    assert book[DATA].print_title_rows == "$1:$2"
    assert book[DATA].auto_filter.ref == "A2:C12"
    assert [each.sqref for each in book[DATA].data_validations.dataValidation] == [
        each.sqref for each in opened(rich)[DATA].data_validations.dataValidation
    ]


def lines(sheet) -> list[tuple]:
    """The table's lines under its heading."""
    rows = [list(line) for line in sheet.iter_rows(max_col=11)]
    start = next(index for index, line in enumerate(rows) if line[0].value and str(line[0].value).startswith("STT"))
    return rows[start + 1 :]


def test_findings_come_gravest_first_and_those_of_no_cell_before_the_others(rich, items, mark, opened):
    table = lines(opened(mark(rich, items))[FINDINGS_SHEET])
    said = [(line[1].value, line[3].value) for line in table if line[0].value]
    assert said == [
        ("Lỗi phải sửa", None), ("Lỗi phải sửa", "B4"), ("Lỗi phải sửa", "A2"), ("Còn thiếu", "C9"),
        ("Còn thiếu", "D20"), ("Cảnh báo", "B7"), ("Lưu ý", "B10"),
    ]  # fmt: skip


def test_every_line_leads_to_its_cell(rich, items, mark, opened):
    book = opened(mark(rich, items))
    links = {
        (line[2].value, line[3].value): line[3].hyperlink.location
        for line in lines(book[FINDINGS_SHEET])
        if line[0].value and line[3].value
    }
    assert links == {(each.sheet, each.cell): f"'{each.sheet}'!{each.cell}" for each in items if each.cell}


def test_what_many_cells_have_alike_is_said_once_with_its_count(rich, items, mark, opened):
    table = lines(opened(mark(rich, items))[FINDINGS_SHEET])
    (group,) = [line for line in table if not line[0].value and line[2].value]
    assert group[2].value == "2 chỗ"
    assert group[9].value.startswith("Còn thiếu.")


def test_the_sheet_says_what_was_found_and_expected(rich, items, mark, opened):
    table = lines(opened(mark(rich, items))[FINDINGS_SHEET])
    (line,) = [line for line in table if line[3].value == "B4"]
    assert [cell.value for cell in line[4:9]] == ["r01. Tổng số", "(c01) Tổng", "31.5", "30", "1.5"]
    assert line[9].value == "Số sai.\nWrong."


def test_the_sheet_can_be_filtered_and_printed(rich, items, mark, opened):
    sheet = opened(mark(rich, items))[FINDINGS_SHEET]
    heading = next(cell.row for cell in sheet["A"] if str(cell.value).startswith("STT"))
    assert sheet.auto_filter.ref.startswith(f"A{heading}:K")
    assert sheet.freeze_panes == f"A{heading + 1}"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == f"${heading}:${heading}"


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", "<b>&amp;]]>", "_x0041_", "a\x0bb"])
def test_a_text_that_somebody_typed_is_only_ever_text(rich, item, mark, opened, parts, text):
    marked = mark(rich, [item(DATA, "B4", found=text, expected=text, vi=text + ".", en=text + ".")])
    (line,) = [line for line in lines(opened(marked)[FINDINGS_SHEET]) if line[3].value == "B4"]
    assert line[6].data_type in {"s", "inlineStr"}
    assert line[6].value == text.replace("\x0b", "\ufffd").replace("_x0041_", "_x005F_x0041_")
    assert not re.search(rb"<f[ >/]", parts(marked)["xl/worksheets/hubFindings1.xml"])


def test_more_findings_than_lines_are_counted_and_every_cell_is_marked_all_the_same(rich, item, mark, opened, pattern):
    items = [item(DATA, f"H{row}", vi=f"Sai {row % 3}.") for row in range(1, 2501)]
    book = opened(mark(rich, items))
    sheet = book[FINDINGS_SHEET]
    numbered = [line for line in lines(sheet) if str(line[0].value or "").isdigit()]
    assert len(numbered) == 2000
    assert any("Còn 500 nội dung nữa" in str(line[0].value) for line in lines(sheet))
    assert all(pattern(book, DATA, f"H{row}") == "error" for row in range(1, 2501))


def test_several_findings_of_one_cell_share_its_note_and_the_gravest_colours_it(rich, item, mark, opened, pattern):
    items = [item(DATA, "B4", kind, code=kind, vi=f"Câu {kind}.") for kind in ("note", "warning", "error")]
    book = opened(mark(rich, items))
    assert pattern(book, DATA, "B4") == "error"
    note = book[DATA]["B4"].comment.text
    assert note.index("Câu error.") < note.index("Câu warning.") < note.index("Câu note.")


def test_findings_about_sheets_that_are_not_there_are_listed_without_a_link(rich, item, mark, opened):
    book = opened(mark(rich, [item("F9", "B4", vi="Thiếu trang tính.")]))
    (line,) = [line for line in lines(book[FINDINGS_SHEET]) if line[0].value]
    assert line[2].value == "F9"
    assert line[3].hyperlink is None


def test_with_nothing_wrong_the_sheet_says_so(rich, mark, opened):
    sheet = opened(mark(rich, []))[FINDINGS_SHEET]
    assert any("Không có lỗi" in str(cell.value) for cell in sheet["A"])


def test_a_sheet_of_the_same_name_by_the_reporter_is_left_alone(rich, items, mark, opened, parts, zipped):
    own = parts(rich)
    own["xl/workbook.xml"] = own["xl/workbook.xml"].replace("Bảng phụ".encode(), FINDINGS_SHEET.encode())
    book = opened(mark(zipped(own), items))
    assert book.sheetnames == [f"{FINDINGS_SHEET} (2)", DATA, FINDINGS_SHEET, "Ẩn"]
    assert book.defined_names["hub_findings"].attr_text == f"'{FINDINGS_SHEET} (2)'!$A$1"
    assert opened(mark(mark(zipped(own), items), items)).sheetnames == book.sheetnames


def test_the_same_arguments_give_the_same_bytes(rich, items, mark):
    assert mark(rich, items) == mark(rich, items)
