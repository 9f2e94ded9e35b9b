"""Stub columns, rows and what stands below what; grids, lists and closed cells."""

from __future__ import annotations

import io

import pytest
from official_forms import GREY, workbook
from openpyxl import load_workbook
from reading_drafts import HINTS, columns, docx, excel, inferred, kinds, labels, printed, rows

from hub.drafting.draft import draft_form

HEADS = [["STT"], ["Chỉ tiêu"], ["Kỳ trước"], ["Kỳ này"]]
NUMBERS = ["A", "B", 1, 2]


def parents(drafted) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return {row["code"]: row["of"] for row in drafted.forms[0]["rows"] if "of" in row}


@pytest.mark.parametrize("read", [excel, docx])
def test_named_rows_make_a_grid(read) -> None:
    drafted = read(HEADS, NUMBERS, [["1", "Công chức"], ["2", "Viên chức"]])
    assert drafted.forms[0]["kind"] == "grid"
    assert rows(drafted) == ["Công chức", "Viên chức"]


@pytest.mark.parametrize("read", [excel, docx])
def test_a_total_row_at_the_top_is_the_sum_of_the_rows(read) -> None:
    drafted = read(
        HEADS, NUMBERS, [[None, "Tổng số"], ["1", "Doanh nghiệp"], ["2", "Hợp tác xã"], ["3", "Hộ kinh doanh"]]
    )
    assert inferred(drafted) == ["r01 = r02 + r03 + r04"]
    assert parents(drafted) == {"r02": "r01", "r03": "r01", "r04": "r01"}


def test_a_total_row_at_the_bottom_is_the_sum_of_the_rows() -> None:
    drafted = excel(HEADS, NUMBERS, [["1", "Doanh nghiệp"], ["2", "Hợp tác xã"], [None, "Tổng cộng"]])
    assert inferred(drafted) == ["r03 = r01 + r02"]


def test_numbers_by_points_stand_below_each_other() -> None:
    drafted = excel(HEADS, NUMBERS, [["1", "Cơ sở"], ["1.1", "Sản xuất"], ["1.2", "Kinh doanh"], ["2", "Thanh tra"]])
    assert inferred(drafted) == ["r01 = r02 + r03"]
    assert parents(drafted) == {"r02": "r01", "r03": "r01"}


def test_roman_arabic_letter_and_dash_go_down_step_by_step() -> None:
    body = [
        ["I", "Chi"],
        ["1", "Chi đầu tư"],
        ["a", "Xây dựng"],
        [None, "- Trường"],
        [None, "- Trạm"],
        ["b", "Thiết bị"],
        ["2", "Chi khác"],
        ["II", "Thu"],
    ]
    drafted = excel(HEADS, NUMBERS, body)
    assert inferred(drafted) == ["r01 = r02 + r07", "r02 = r03 + r06", "r03 = r04 + r05"]


def test_of_which_in_a_row_s_own_label_is_a_part_of_the_row_above() -> None:
    drafted = excel(HEADS, NUMBERS, [["1", "Tập thể"], [None, "Trong đó: doanh nghiệp"], ["2", "Cá nhân"]])
    assert inferred(drafted) == ["r02 <= r01"]
    assert parents(drafted) == {"r02": "r01"}


@pytest.mark.parametrize("dash", ["- ", ""])
def test_of_which_on_a_line_of_its_own_speaks_of_the_rows_below(dash: str) -> None:
    body = [
        ["1", "Tổng số hộ"],
        [None, "Trong đó:"],
        [None, f"{dash}Hộ nghèo"],
        [None, f"{dash}Hộ cận nghèo"],
        ["2", "Số thôn"],
    ]
    drafted = excel(HEADS, NUMBERS, body)
    assert rows(drafted) == ["Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo", "Số thôn"]
    assert inferred(drafted) == ["r02 <= r01", "r03 <= r01"]


def test_of_which_without_any_numbers_speaks_of_the_rows_below() -> None:
    body = [["Tổng số hộ"], ["Trong đó:"], ["Hộ nghèo"], ["Hộ cận nghèo"]]
    drafted = excel(
        [["Chỉ tiêu"], ["Mã số"], ["Kỳ trước"], ["Kỳ này"]],
        ["A", "B", 1, 2],
        [[b[0], f"{n:02d}"] if n != 2 else [b[0]] for n, b in enumerate(body, 1)],
    )
    assert inferred(drafted) == ["r03 <= r01", "r04 <= r01"]


def test_chia_ra_on_a_line_of_its_own_adds_up() -> None:
    body = [["1", "Số vụ"], [None, "Chia ra:"], [None, "- Hình sự"], [None, "- Dân sự"], ["2", "Số người"]]
    assert inferred(excel(HEADS, NUMBERS, body)) == ["r01 = r02 + r03"]


def test_women_below_a_count_are_a_part_and_men_and_women_a_sum() -> None:
    one = excel(HEADS, NUMBERS, [["1", "Số lao động"], [None, "- Nữ"], [None, "- Dân tộc thiểu số"], ["2", "Khác"]])
    both = excel(HEADS, NUMBERS, [["1", "Số lao động"], [None, "- Nam"], [None, "- Nữ"], ["2", "Khác"]])
    assert inferred(one) == ["r02 <= r01", "r03 <= r01"]
    assert inferred(both) == ["r01 = r02 + r03"]


def test_groups_in_a_merged_first_column_are_ways_of_dividing_the_total() -> None:
    body = [
        ["Tổng số", None],
        ["Phạm vi", "Toàn quốc"],
        [None, "Địa phương"],
        ["Thời hạn", "Dưới 1 năm"],
        [None, "Từ 1 năm"],
    ]
    content = workbook([["Chỉ tiêu"], ["Chi tiết"], ["Tổng số"], ["Trung ương"]], ["A", "B", 1, 2], body)
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    first = next(cell.row for cell in sheet["A"] if cell.value == "Phạm vi")
    sheet.merge_cells(start_row=first, end_row=first + 1, start_column=1, end_column=1)
    sheet.merge_cells(start_row=first + 2, end_row=first + 3, start_column=1, end_column=1)
    stream = io.BytesIO()
    book.save(stream)
    drafted = draft_form(stream.getvalue(), "form.xlsx", HINTS)
    assert rows(drafted) == [
        "Tổng số",
        "Phạm vi: Toàn quốc",
        "Phạm vi: Địa phương",
        "Thời hạn: Dưới 1 năm",
        "Thời hạn: Từ 1 năm",
    ]
    assert inferred(drafted) == ["r01 = r02 + r03", "r01 = r04 + r05"]


def test_headings_that_name_a_way_of_dividing_have_no_figures() -> None:
    body = [
        [None, "Tổng số"],
        ["1", "Theo giới tính"],
        [None, "Nam"],
        [None, "Nữ"],
        ["2", "Theo khu vực"],
        [None, "Thành thị"],
        [None, "Nông thôn"],
    ]
    drafted = excel(HEADS, NUMBERS, body)
    assert rows(drafted) == ["Tổng số", "Nam", "Nữ", "Thành thị", "Nông thôn"]
    assert inferred(drafted) == ["r01 = r02 + r03", "r01 = r04 + r05"]


@pytest.mark.parametrize("label", ["Tổng số (I+II)", "Tổng số (=I+II)", "Tổng số = (I) + (II)", "Tổng cộng (I)+(II)"])
def test_a_formula_in_a_row_s_label_is_printed(label: str) -> None:
    drafted = excel(HEADS, NUMBERS, [[None, label], ["I", "Trung ương"], ["II", "Địa phương"]])
    assert printed(drafted) == ["r01 = r02 + r03"]
    assert rows(drafted)[0] in ("Tổng số", "Tổng cộng")


def test_a_formula_over_row_codes_is_printed() -> None:
    heads = [["Chỉ tiêu"], ["Mã số"], ["Kỳ trước"], ["Kỳ này"]]
    drafted = excel(heads, ["A", "B", 1, 2], [["Tổng thu (10=11+12)", 10], ["Thu thuế", 11], ["Thu khác", 12]])
    assert printed(drafted) == ["r10 = r11 + r12"]


def test_a_formula_beside_the_row_s_number_is_printed() -> None:
    drafted = excel(HEADS, NUMBERS, [["1", "Thu"], ["2", "Chi"], ["3=1-2", "Chênh lệch"]])
    assert printed(drafted) == ["r03 = r01 - r02"]


def test_sections_with_subtotals_and_a_grand_total() -> None:
    body = [
        ["I", "Bán buôn"],
        ["1", "Nội địa"],
        ["2", "Xuất khẩu"],
        [None, "Cộng mục I"],
        ["II", "Bán lẻ"],
        ["1", "Siêu thị"],
        ["2", "Chợ"],
        [None, "Cộng mục II"],
        [None, "Tổng cộng (I)+(II)"],
    ]
    drafted = excel(HEADS, NUMBERS, body)
    assert "r04 = r02 + r03" in inferred(drafted)
    assert "r08 = r06 + r07" in inferred(drafted)
    assert printed(drafted) == ["r09 = r01 + r05"]


def test_row_codes_are_the_printed_ones() -> None:
    heads = [["Tên chỉ tiêu"], ["Mã số"], ["Đơn vị tính"], ["Số lượng"]]
    drafted = excel(
        heads, ["A", "B", "C", 1], [["Số hộ", "01", "hộ"], ["Diện tích", "02", "ha"], ["Kinh phí", "05", "triệu đồng"]]
    )
    assert [(r["code"], r["unit"]) for r in drafted.forms[0]["rows"]] == [
        ("r01", "hộ"),
        ("r02", "ha"),
        ("r05", "triệu đồng"),
    ]
    assert columns(drafted)["c01"]["type"] == "decimal"


def test_rows_of_different_units_are_never_added() -> None:
    heads = [["STT"], ["Chỉ tiêu"], ["ĐVT"], ["Số lượng"]]
    drafted = excel(
        heads,
        ["A", "B", "C", 1],
        [["1", "Công trình", "công trình"], ["1.1", "Diện tích", "ha"], ["1.2", "Kinh phí", "triệu đồng"]],
    )
    assert inferred(drafted) == []


@pytest.mark.parametrize("read", [excel, docx])
@pytest.mark.parametrize(
    "body",
    [
        [["1"], ["2"], ["…"]],
        [[None], [None]],
        [["1", "…"], ["2", "…"]],
        [["1", "Doanh nghiệp A"], ["2", "Doanh nghiệp B"], ["…"]],
    ],
)
def test_empty_numbered_lines_make_a_list(read, body) -> None:
    drafted = read(
        [["STT"], ["Tên doanh nghiệp"], ["Địa chỉ"], ["Ngày cấp"], ["Vốn (triệu đồng)"], ["Ghi chú"]], None, body
    )
    form = drafted.forms[0]
    assert form["kind"] == "list"
    assert labels(drafted) == ["Tên doanh nghiệp", "Địa chỉ", "Ngày cấp", "Vốn", "Ghi chú"]
    assert [c["type"] for c in form["columns"]] == ["text", "text", "date", "money", "text"]
    assert "kind_list" in kinds(drafted)


def test_sections_of_empty_lines_become_a_column_to_choose_from() -> None:
    body = [
        ["I", "Thương nhân bán buôn"],
        ["1"],
        ["2"],
        [None, "Cộng mục I"],
        ["II", "Thương nhân bán lẻ"],
        ["1"],
        ["…"],
        [None, "Cộng mục II"],
        [None, "Tổng cộng (I)+(II)"],
    ]
    drafted = excel([["STT"], ["Tên thương nhân"], ["Số lượng (1.000 bao)"], ["Trị giá (1.000 VNĐ)"]], None, body)
    form = drafted.forms[0]
    assert form["kind"] == "list"
    assert form["columns"][0]["type"] == "choice"
    assert [c["vi"] for c in form["columns"][0]["choices"]] == ["Thương nhân bán buôn", "Thương nhân bán lẻ"]


def test_one_line_for_each_unit_is_a_grid_of_one_row() -> None:
    drafted = excel([["STT"], ["Đơn vị"], ["Số đơn"], ["Số vụ việc"]], ["A", "B", 1, 2], [["1"], ["2"], [None, "Tổng"]])
    assert rows(drafted) == ["Đơn vị báo cáo"]
    assert "kind_one_row" in kinds(drafted)


def test_crossed_and_grey_cells_are_closed() -> None:
    content = workbook(HEADS, NUMBERS, [["1", "Công chức"], ["2", "Viên chức", "x"], ["3", "Khác"]])
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    row = next(cell.row for cell in sheet["B"] if cell.value == "Khác")
    sheet.cell(row, 4).fill = GREY
    stream = io.BytesIO()
    book.save(stream)
    drafted = draft_form(stream.getvalue(), "form.xlsx", HINTS)
    assert drafted.forms[0]["blocked"] == ["r02.c01", "r03.c02"]
    assert "blocked" in kinds(drafted)


def test_dotted_rows_of_a_grid_are_left_out_and_said() -> None:
    drafted = excel(HEADS, NUMBERS, [["1", "Lá thuốc lá"], ["2", "Sợi"], ["…", "…"], [None, "Tổng số"]])
    assert rows(drafted) == ["Lá thuốc lá", "Sợi", "Tổng số"]
    assert inferred(drafted) == ["r03 = r01 + r02"]
    assert "kind_grid" in kinds(drafted)


def test_a_heading_over_the_whole_width_orders_rows_and_has_no_figures() -> None:
    content = workbook(HEADS, NUMBERS, [["I. Nông nghiệp"], ["1", "Lúa"], ["2", "Ngô"], ["II. Thủy sản"], ["1", "Cá"]])
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    for cell in list(sheet["A"]):
        if str(cell.value).startswith(("I.", "II.")):
            sheet.merge_cells(start_row=cell.row, end_row=cell.row, start_column=1, end_column=4)
    stream = io.BytesIO()
    book.save(stream)
    assert rows(draft_form(stream.getvalue(), "form.xlsx", HINTS)) == ["Lúa", "Ngô", "Cá"]


def test_sums_in_cells_are_printed_rules() -> None:
    heads = [["STT"], ["Chỉ tiêu"], ["Tổng số"], ["Nam"], ["Nữ"]]
    content = workbook(heads, None, [["1", "Tổng"], ["2", "Công chức"], ["3", "Viên chức"]])
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    top = next(cell.row for cell in sheet["B"] if cell.value == "Tổng")
    for row in range(top, top + 3):
        sheet.cell(row, 3, f"=D{row}+E{row}")
    for column in "DE":
        sheet[f"{column}{top}"] = f"=SUM({column}{top + 1}:{column}{top + 2})"
    stream = io.BytesIO()
    book.save(stream)
    drafted = draft_form(stream.getvalue(), "form.xlsx", HINTS)
    assert sorted(printed(drafted)) == ["c01 = c02 + c03", "r01 = r02 + r03"]
    assert "formula_cell" in kinds(drafted)
