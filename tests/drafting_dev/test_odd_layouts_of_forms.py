"""What real templates do: labels over several columns, indentation for numbers, captions inside borders."""

from __future__ import annotations

import io

from docx import Document
from official_forms import BOX, document_bytes, put_signature, put_table, saved, workbook
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from reading_drafts import HINTS, columns, docx, excel, inferred, labels, printed, rows

from hub.drafting.draft import Hints, draft_form

HEADS = [["STT"], ["Chỉ tiêu"], ["Tổng số"], ["Nam"], ["Nữ"]]
BODY = [["1", "Công chức"], ["2", "Viên chức"]]


def sheet_of(content: bytes):  # type: ignore[no-untyped-def]
    book = load_workbook(io.BytesIO(content))
    return book, book.active


def test_numbers_typed_in_brackets_that_a_spreadsheet_made_negative() -> None:
    drafted = excel(HEADS, [-1, -2, "(3)=(4)+(5)", -4, -5], BODY)
    assert printed(drafted) == ["c03 = c04 + c05"]


def test_column_numbers_counted_by_formulas() -> None:
    book, sheet = sheet_of(workbook(HEADS, ["A", "B", 1, 2, 3], BODY))
    row = next(cell.row for cell in sheet["A"] if cell.value == "A")
    sheet.cell(row, 4, f"=C{row}+1")
    sheet.cell(row, 5, f"=D{row}+1")
    assert list(columns(draft_form(saved(book), "a.xlsx", HINTS))) == ["c01", "c02", "c03"]


def test_labels_and_headings_over_several_sheet_columns() -> None:
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "BÁO CÁO TÌNH HÌNH CÁN BỘ"
    for row in range(3, 8):
        for column in range(1, 9):
            sheet.cell(row, column).border = BOX
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=4)
        sheet.merge_cells(start_row=row, end_row=row, start_column=6, end_column=7)
    for column, texts in {
        1: ("STT", "A", 1, 2, 3),
        2: ("Chỉ tiêu", "B", "Công chức", "Viên chức", "Khác"),
        5: ("Tổng số", "1=2+3"),
        6: ("Nam", 2),
        8: ("Nữ", 3),
    }.items():
        for offset, text in enumerate(texts):
            sheet.cell(3 + offset, column, text)
    drafted = draft_form(saved(book), "a.xlsx", HINTS)
    assert labels(drafted) == ["Tổng số", "Nam", "Nữ"]
    assert rows(drafted) == ["Công chức", "Viên chức", "Khác"]
    assert printed(drafted) == ["c01 = c02 + c03"]


def test_indentation_orders_rows_that_have_no_numbers() -> None:
    book, sheet = sheet_of(
        workbook(
            [["Chỉ tiêu"], ["Mã số"], ["Số lượng"]],
            ["A", "B", 1],
            [["Số trường", "01"], ["Công lập", "02"], ["Tư thục", "03"], ["Số lớp", "04"]],
        )
    )
    for cell in sheet["A"]:
        if cell.value in ("Công lập", "Tư thục"):
            cell.alignment = Alignment(indent=2)
    assert inferred(draft_form(saved(book), "a.xlsx", HINTS)) == ["r01 = r02 + r03"]


def test_leading_spaces_order_rows_too() -> None:
    body = [["Số trường", "01"], ["      Công lập", "02"], ["      Tư thục", "03"], ["Số lớp", "04"]]
    assert inferred(excel([["Chỉ tiêu"], ["Mã số"], ["Số lượng"]], ["A", "B", 1], body)) == ["r01 = r02 + r03"]


def test_bold_rows_stand_above_the_plain_ones_below_them() -> None:
    book, sheet = sheet_of(
        workbook(
            [["Chỉ tiêu"], ["Mã số"], ["Số lượng"]],
            ["A", "B", 1],
            [["Số trường", "01"], ["Công lập", "02"], ["Tư thục", "03"], ["Số lớp", "04"]],
        )
    )
    for cell in sheet["A"]:
        if cell.value in ("Số trường", "Số lớp"):
            cell.font = Font(bold=True)
    assert inferred(draft_form(saved(book), "a.xlsx", HINTS)) == ["r01 = r02 + r03"]


def test_a_caption_inside_the_borders_is_no_heading() -> None:
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "1. Tình hình tai nạn lao động"
    sheet.merge_cells("A1:E1")
    sheet["A2"] = "Đơn vị tính: người"
    sheet.merge_cells("A2:E2")
    put_table(sheet, 3, HEADS, ["A", "B", "1=2+3", 2, 3], BODY)
    for row in (1, 2):
        for column in range(1, 6):
            sheet.cell(row, column).border = BOX
    drafted = draft_form(saved(book), "a.xlsx", HINTS)
    assert labels(drafted) == ["Tổng số", "Nam", "Nữ"]
    assert columns(drafted)["c01"]["unit"] == "người"
    assert drafted.forms[0]["title"]["vi"] == "Tình hình tai nạn lao động"


def test_tables_side_by_side_are_two_forms() -> None:
    book = Workbook()
    sheet = book.active
    put_table(sheet, 1, [["STT"], ["Chỉ tiêu"], ["Số lượng"]], None, [["1", "Xã"], ["2", "Phường"]])
    for row, line in enumerate((["STT", "Nội dung", "Kinh phí (triệu đồng)"], ["1", "Chi"], ["2", "Thu"]), 1):
        for column, value in enumerate([*line, None, None][:3], 6):
            sheet.cell(row, column, value).border = BOX
    drafted = draft_form(saved(book), "a.xlsx", HINTS)
    assert [rows(drafted, form) for form in (0, 1)] == [["Xã", "Phường"], ["Chi", "Thu"]]


def test_body_cells_of_a_document_that_span_two_grid_columns() -> None:
    document = Document()
    document.add_paragraph("BÁO CÁO TÌNH HÌNH CÁN BỘ")
    table = document.add_table(rows=4, cols=4)
    table.style = "Table Grid"
    for row, texts in enumerate(
        (("STT", "Chỉ tiêu", "Số người"), ("A", "B", "1"), ("1", "Công chức", ""), ("2", "Viên chức", ""))
    ):
        table.cell(row, 1).merge(table.cell(row, 2))
        for column, text in zip((0, 1, 3), texts, strict=True):
            table.cell(row, column).text = text
    drafted = draft_form(document_bytes(document), "a.docx", HINTS)
    assert labels(drafted) == ["Số người"]
    assert rows(drafted) == ["Công chức", "Viên chức"]


def test_a_group_over_the_whole_table_is_a_group_and_no_title() -> None:
    paths = [
        ["Khai sinh", "Tổng số"],
        ["Khai sinh", "Chia theo giới tính", "Nam"],
        ["Khai sinh", "Chia theo giới tính", "Nữ"],
    ]
    drafted = excel(paths, [1, 2, 3], [[None]])
    assert labels(drafted)[1] == "Khai sinh > Chia theo giới tính > Nam"
    assert inferred(drafted) == ["c01 = c02 + c03"]


def test_plans_and_other_periods_beside_a_total_are_not_added() -> None:
    paths = [["STT"], ["Chỉ tiêu"], ["Vốn", "Tổng số"], ["Vốn", "Kế hoạch"], ["Vốn", "Thực hiện"]]
    assert inferred(excel(paths, None, BODY)) == []


def test_a_total_at_the_end_of_its_parts_is_their_sum() -> None:
    paths = [["STT"], ["Chỉ tiêu"], ["Số người", "Nam"], ["Số người", "Nữ"], ["Số người", "Cộng"]]
    assert inferred(excel(paths, None, BODY)) == ["c03 = c01 + c02"]


def test_parts_beside_overlapping_ones_are_parts_too() -> None:
    paths = [["STT"], ["Chỉ tiêu"], ["Lao động", "Tổng"], ["Lao động", "Lao động nữ"], ["Lao động", "Trên 35 tuổi"]]
    assert inferred(excel(paths, None, BODY)) == ["c02 <= c01", "c03 <= c01"]


def test_sums_of_groups_use_the_groups_own_totals() -> None:
    paths = [
        ["STT"], ["Chỉ tiêu"], ["Tổng số"], ["Chia ra", "Cấp tỉnh", "Tổng số"], ["Chia ra", "Cấp tỉnh", "Sở"],
        ["Chia ra", "Cấp tỉnh", "Ban"], ["Chia ra", "Cấp xã"],
    ]  # fmt: skip
    assert set(inferred(excel(paths, None, BODY))) == {"c02 = c03 + c04", "c01 = c02 + c05"}


def test_the_signature_block_below_a_table_without_borders_is_left_out() -> None:
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "BÁO CÁO CÁN BỘ"
    row = put_table(sheet, 3, HEADS, ["A", "B", 1, 2, 3], BODY, borders=False)
    put_signature(sheet, row, 5)
    assert rows(draft_form(saved(book), "a.xlsx", HINTS)) == ["Công chức", "Viên chức"]


def test_codes_of_land_kinds_become_row_codes() -> None:
    body = [[None, "Tổng diện tích (1+2)"], ["1", "Đất nông nghiệp", "NNP"], ["2", "Đất phi nông nghiệp", "PNN"]]
    drafted = excel(
        [["STT"], ["Loại đất"], ["Mã"], ["Diện tích"]],
        ["(1)", "(2)", "(3)", "(4)"],
        body,
        more=("Đơn vị tính diện tích: ha",),
    )
    assert printed(drafted) == ["r01 = rNNP + rPNN"]
    assert columns(drafted)["c04"]["unit"] == "ha"


def test_lettered_text_columns_of_a_list_are_kept() -> None:
    drafted = docx(
        [["STT"], ["Tên dự án"], ["Địa điểm"], ["Tổng vốn (tỷ đồng)"], ["Ghi chú"]],
        ["A", "B", "C", "1", "D"],
        [["1"], ["2"]],
    )
    assert labels(drafted) == ["Tên dự án", "Địa điểm", "Tổng vốn", "Ghi chú"]
    assert [c["type"] for c in columns(drafted).values()] == ["text", "text", "money", "text"]


def test_fields_whose_value_stands_on_the_next_line() -> None:
    document = Document()
    block = document.add_table(rows=1, cols=3)
    block.cell(
        0, 0
    ).text = "Biểu số: 0601.N/BNV-TĐKT\nBan hành theo Thông tư số 02/2023/TT-BNV\nNgày nhận báo cáo:\nBáo cáo 6 tháng: ngày 15/6\nBáo cáo năm: ngày 15/12"  # noqa: E501
    block.cell(0, 1).text = "SỐ PHONG TRÀO THI ĐUA\nNăm 20…"
    block.cell(0, 2).text = "Đơn vị báo cáo:\nỦy ban nhân dân cấp tỉnh\nĐơn vị nhận báo cáo:\nBộ Nội vụ"
    document.add_paragraph("Kỳ báo cáo: 6 tháng, năm")
    from official_forms import document_table

    document_table(document, HEADS, ["A", "B", 1, 2, 3], BODY)
    drafted = draft_form(document_bytes(document), "a.docx", Hints("G09", "Thông tư 02/2023/TT-BNV"))
    assert drafted.regime["title"]["vi"] == "Số phong trào thi đua"
    assert drafted.regime["receiver"]["vi"] == "Bộ Nội vụ"
    assert [r["level"] for r in drafted.regime["reporters"]] == ["province"]
    assert [(d["frequencies"], d.get("months", 0), d["day"]) for d in drafted.regime["dues"]] == [
        (["half_yearly"], 0, 15),
        (["yearly"], 0, 15),
    ]


def test_a_title_of_one_word_goes_on_on_the_next_line() -> None:
    drafted = excel(HEADS, None, BODY, title="BÁO CÁO", more=("Tình hình sử dụng lao động",))
    assert drafted.regime["title"]["vi"] == "Báo cáo tình hình sử dụng lao động"


def test_rows_without_a_unit_over_rows_of_several_units_are_headings() -> None:
    heads = [["STT"], ["Chỉ tiêu"], ["ĐVT"], ["Số lượng"]]
    body = [
        ["I", "Nông nghiệp", None],
        ["1", "Diện tích lúa", "ha"],
        ["2", "Sản lượng lúa", "tấn"],
        ["II", "Thủy sản", None],
        ["1", "Số lồng", "cái"],
        ["2", "Sản lượng", "tấn"],
    ]
    drafted = excel(heads, ["A", "B", "C", 1], body)
    assert rows(drafted) == ["Diện tích lúa", "Sản lượng lúa", "Số lồng", "Sản lượng"] or rows(drafted)[:2] == [
        "Diện tích lúa",
        "Sản lượng lúa",
    ]
    assert inferred(drafted) == []


def test_shares_are_no_parts_of_a_count() -> None:
    body = [["1", "Số hộ"], [None, "- Hộ nghèo"], [None, "- Tỷ lệ hộ nghèo (%)"], ["2", "Số thôn"]]
    assert inferred(excel([["STT"], ["Chỉ tiêu"], ["Số lượng"]], ["A", "B", 1], body)) == ["r02 <= r01"]


def test_a_sheet_with_borders_everywhere_still_has_a_title_block() -> None:
    book, sheet = sheet_of(
        workbook(
            HEADS,
            ["A", "B", "1=2+3", 2, 3],
            BODY,
            title="BÁO CÁO CÁN BỘ",
            more=("Đơn vị báo cáo: Sở Nội vụ", "Đơn vị tính: người"),
        )
    )
    for row in range(1, sheet.max_row + 1):
        for column in range(1, 6):
            sheet.cell(row, column).border = BOX
    drafted = draft_form(saved(book), "a.xlsx", HINTS)
    assert labels(drafted) == ["Tổng số", "Nam", "Nữ"]
    assert rows(drafted) == ["Công chức", "Viên chức"]
    assert printed(drafted) == ["c01 = c02 + c03"]
    assert drafted.regime["title"]["vi"] == "Báo cáo cán bộ"
    assert columns(drafted)["c01"]["unit"] == "người"


def test_rows_that_ask_for_names_and_addresses_hold_words() -> None:
    drafted = excel(
        [["TT"], ["Nội dung"], ["Thông tin"]], None, [["1", "Tên doanh nghiệp"], ["2", "Địa chỉ"], ["3", "Điện thoại"]]
    )
    assert columns(drafted)["c01"]["type"] == "text"
