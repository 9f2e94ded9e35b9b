"""Printed and implied rules: notes, labels, ways of dividing a total, and what must not be inferred."""

from __future__ import annotations

import pytest
from reading_drafts import docx, excel, inferred, printed, rows

HEADS = [["STT"], ["Chỉ tiêu"]]
ONE = [*HEADS, ["Số lượng"]]
NUMBERS = ["A", "B", 1]
BODY = [["1", "Vùng cao"], ["2", "Vùng thấp"]]


def parents(drafted) -> list[str | None]:  # type: ignore[no-untyped-def]
    return [row.get("of") for row in drafted.forms[0]["rows"]]


# --- printed ---------------------------------------------------------------------------------------------------------

FIVE = [["STT"], ["Loại rừng"], ["Cộng"], ["Tự nhiên"], ["Trồng"], ["Tỷ lệ che phủ"]]


def test_formulas_in_the_notes_use_the_printed_numbers() -> None:
    note = "Ghi chú: Cột (3) = Cột (4) + Cột (5); Cột (6) = Cột (5)/Cột (3) x 100%"
    drafted = excel(FIVE, [1, 2, 3, 4, 5, 6], BODY, notes=[note])
    assert printed(drafted) == ["c03 = c04 + c05", "c06 = c05 / c03 * 100"]


@pytest.mark.parametrize("note", ["- Cột 3 bằng cột 4 cộng cột 5.", "Cột (3) = (4) + (5)", "Cột 3 = cột 4 + cột 5"])
def test_notes_count_the_stubs_where_no_numbers_are_printed(note: str) -> None:
    assert "c01 = c02 + c03" in printed(docx(FIVE, None, BODY, after=["Ghi chú:", note]))


def test_notes_may_speak_of_row_codes() -> None:
    body = [["Cộng", "01"], ["Tre", "02"], ["Nứa", "03"]]
    heads = [["Loài"], ["Mã số"], ["Số lượng"]]
    drafted = docx(heads, NUMBERS, body, after=["Ghi chú: Mã số 01 = Mã số 02 + Mã số 03"])
    assert printed(drafted) == ["r01 = r02 + r03"]


def test_a_ratio_in_a_row_s_label_is_printed() -> None:
    drafted = excel(ONE, NUMBERS, [["1", "Số hộ"], ["2", "Số hộ có điện"], ["3", "Tỷ lệ có điện (3 = 2/1 x 100%)"]])
    assert printed(drafted) == ["r03 = r02 / r01 * 100"]
    assert rows(drafted)[2] == "Tỷ lệ có điện"


# --- ways of dividing a total ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [("Theo giới tính", "Theo độ tuổi"), ("Giới tính", "Độ tuổi")])
def test_two_groups_beside_a_total_each_divide_it(first: str, second: str) -> None:
    heads = [*HEADS, ["Tổng số"], [first, "Nam"], [first, "Nữ"], [second, "Dưới 30"], [second, "Trên 30"]]
    assert inferred(excel(heads, None, BODY)) == ["c01 = c02 + c03", "c01 = c04 + c05"]
    printed_first = excel(heads, ["A", "B", "1=2+3", 2, 3, 4, 5], BODY)
    assert printed(printed_first) == ["c01 = c02 + c03"]
    assert inferred(printed_first) == ["c01 = c04 + c05"]


def test_a_part_with_a_total_and_an_of_which_of_its_own_counts_once() -> None:
    heads = [
        *HEADS, ["Số thợ gốm"], ["Chia theo khu vực", "Làng"], ["Chia theo khu vực", "Phố", "Tổng số"],
        ["Chia theo khu vực", "Phố", "Trong đó: nữ"],
    ]  # fmt: skip
    assert inferred(excel(heads, None, BODY)) == ["c04 <= c03", "c01 = c02 + c03"]


def test_men_and_women_divide_a_total_whatever_stands_beside_them() -> None:
    heads = [*HEADS, ["Tổng số"], ["Nam"], ["Nữ"], ["Dưới 30 tuổi"], ["Từ 30 tuổi"]]
    assert inferred(excel(heads, None, BODY)) == ["c01 = c02 + c03"]


def test_of_which_after_several_columns_without_a_total_is_left_to_a_person() -> None:
    assert inferred(excel([*HEADS, ["Tập thể"], ["Cá nhân"], ["Trong đó: nữ"]], None, BODY)) == []


# --- rows ------------------------------------------------------------------------------------------------------------


def test_a_row_whose_word_begins_like_an_organisation_is_kept() -> None:
    body = [["1", "Số ca bệnh"], [None, "- Sởi"], [None, "- Hội chứng cúm"], [None, "- Bang"], ["2", "Số ca ho gà"]]
    assert rows(excel(ONE, NUMBERS, body)) == ["Số ca bệnh", "Sởi", "Hội chứng cúm", "Bang", "Số ca ho gà"]


def test_rows_that_begin_like_signatures_or_notes_do_not_end_the_form() -> None:
    body = [["1", "Số buổi"], [None, "Cán bộ xã tham gia"], [None, "Kiểm tra thực địa"], ["2", "Số thôn"]]
    assert len(rows(excel(ONE, NUMBERS, body))) == 4


def test_siblings_hang_under_their_total_although_deeper_rows_begin_alike() -> None:
    body = [
        [None, "Tổng số"], ["1", "Trẻ em mồ côi"], [None, "- Trẻ em trai"], [None, "- Trẻ em gái"],
        ["2", "Người cao tuổi"], ["3", "Người khuyết tật"], ["3.1", "Nặng"], [None, "- Mù"], [None, "- Điếc"],
        ["3.2", "Nhẹ"],
    ]  # fmt: skip
    drafted = excel(ONE, NUMBERS, body)
    assert set(inferred(drafted)) == {
        "r01 = r02 + r05 + r06", "r02 = r03 + r04", "r06 = r07 + r10", "r07 = r08 + r09",
    }  # fmt: skip
    assert parents(drafted) == [None, "r01", "r02", "r02", "r01", "r01", "r06", "r07", "r07", "r06"]


def test_siblings_hang_under_their_total_where_no_sum_may_be_drawn() -> None:
    drafted = excel(ONE, NUMBERS, [[None, "Tổng số"], ["1", "Số hộ"], ["2", "Số thôn"]])
    assert inferred(drafted) == []
    assert parents(drafted) == [None, "r01", "r01"]


@pytest.mark.parametrize("read", [excel, docx])
def test_a_breakdown_may_begin_on_the_line_of_its_first_part(read) -> None:
    body = [["1", "Số vở diễn"], [None, "Chia ra: - Chèo"], [None, "- Tuồng"], ["2", "Số rạp"]]
    drafted = read(ONE, NUMBERS, body)
    assert rows(drafted) == ["Số vở diễn", "Chèo", "Tuồng", "Số rạp"]
    assert inferred(drafted) == ["r01 = r02 + r03"]


def test_a_section_without_a_unit_is_no_total() -> None:
    body = [
        ["I", "Đào tạo nghề", None], ["1", "Tổng số học viên", "người"], ["2", "Số học viên có việc", "người"],
        ["II", "Khai giảng", None], ["1", "Số lớp", "lớp"],
    ]  # fmt: skip
    assert inferred(excel([*HEADS, ["Đơn vị tính"], ["Số lượng"]], ["A", "B", "C", 1], body)) == []


@pytest.mark.parametrize(
    "parts",
    [["Số cuộc thi", "Số người dự"], ["Tổng số bài dự thi", "Bài đạt giải"], ["Số tác phẩm", "Số tác phẩm bị loại"]],
)
def test_what_cannot_be_parts_of_one_whole_is_not_added(parts: list[str]) -> None:
    body = [["1", "Phong trào viết"], *([None, f"- {part}"] for part in parts), ["2", "Khác"]]
    assert inferred(excel(ONE, NUMBERS, body)) == []
