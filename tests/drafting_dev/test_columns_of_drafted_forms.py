"""Headings, printed numbers and formulas, units and types."""

from __future__ import annotations

import pytest
from reading_drafts import columns, docx, excel, inferred, kinds, labels, printed

PEOPLE = [["STT"], ["Chỉ tiêu"], ["Tổng số"], ["Chia ra", "Nam"], ["Chia ra", "Nữ"], ["Ghi chú"]]
ROWS = [["1", "Công chức"], ["2", "Viên chức"]]


@pytest.mark.parametrize("read", [excel, docx])
def test_merged_headings_become_groups_and_leaves(read) -> None:
    drafted = read(PEOPLE, ["A", "B", 1, 2, 3, 4], ROWS)
    assert labels(drafted) == ["Tổng số", "Chia ra > Nam", "Chia ra > Nữ", "Ghi chú"]
    assert list(columns(drafted)) == ["c01", "c02", "c03", "c04"]


@pytest.mark.parametrize("read", [excel, docx])
@pytest.mark.parametrize(
    "numbers",
    [
        ["A", "B", "1=2+3", 2, 3, 4],
        ["A", "B", "(1)=(2)+(3)", "(2)", "(3)", "(4)"],
        ["A", "B", "1 = 2 + 3", "2", "3", "4"],
        ["A", "B", "(1=2+3)", "(2)", "(3)", "(4)"],
        ["(A)", "(B)", "c1 = c2 + c3", "c2", "c3", "c4"],
        ["MS", "", "1=2+3", 2, 3, 4],
        ["A", "B", "1 (=2+3)", "2", "3", "4"],
        ["A", "B", "1=2+…+3", "2", "3", "4"],
        ["A", "B", "Cột 1 = cột 2 + cột 3", "2", "3", "4"],
    ],
)
def test_a_printed_sum_is_a_rule_that_computes(read, numbers: list[object]) -> None:
    drafted = read(PEOPLE, numbers, ROWS)
    assert printed(drafted) == ["c01 = c02 + c03"]
    assert [(r["severity"], r["computes"]) for r in drafted.rules if r["source"] == "text"] == [("error", "c01")]
    assert columns(drafted)["c02"]["of"] == "c01"


def test_printed_numbers_that_count_the_stub_columns_keep_their_value() -> None:
    drafted = excel(PEOPLE, ["(1)", "(2)", "(3)=(4)+(5)", "(4)", "(5)", "(6)"], ROWS)
    assert list(columns(drafted)) == ["c03", "c04", "c05", "c06"]
    assert printed(drafted) == ["c03 = c04 + c05"]


def test_a_formula_row_below_the_numbers_belongs_to_them() -> None:
    drafted = excel(PEOPLE, ["A", "B", 1, 2, 3, 4], [[None, None, "1=2+3", None, None, None], *ROWS])
    assert printed(drafted) == ["c01 = c02 + c03"]
    assert len(drafted.forms[0]["rows"]) == 2


def test_a_formula_inside_the_heading_is_read_and_taken_out_of_the_label() -> None:
    paths = [["STT"], ["Chỉ tiêu"], ["Tổng số (3=4+5)"], ["Nam (4)"], ["Nữ (5)"], ["Ghi chú (6)"]]
    drafted = excel(paths, None, ROWS)
    assert labels(drafted) == ["Tổng số", "Nam", "Nữ", "Ghi chú"]
    assert printed(drafted) == ["c03 = c04 + c05"]


def test_a_footnote_mark_after_a_heading_is_not_a_column_number() -> None:
    paths = [["STT"], ["Tên doanh nghiệp"], ["Diện tích (ha)(1)"], ["Sản lượng (tấn)"], ["Ghi chú"]]
    drafted = excel(paths, None, [["1"], ["2"]])
    assert columns(drafted)["c02"]["unit"] == "ha"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("7=3-5-6", "c07 = c03 - c05 - c06"),
        ("7=(5+6)/3*100", "c07 = (c05 + c06) / c03 * 100"),
        ("7 = 6/5 x 100%", "c07 = c06 / c05 * 100"),
        ("(7)=(6):(5)x100", "c07 = c06 / c05 * 100"),
        ("7=6/5", "c07 = c06 / c05 * 100"),
        ("7≤3", "c07 <= c03"),
    ],
)
def test_differences_and_ratios_are_read(formula: str, expected: str) -> None:
    paths = [["STT"], ["Tên"], ["A"], ["B"], ["C"], ["D"], ["Tỷ lệ (%)"]]
    drafted = excel(paths, [1, 2, 3, 4, 5, 6, formula], [["1", "Lúa"], ["2", "Ngô"]])
    assert printed(drafted) == [expected]


def test_a_printed_ratio_is_recomputed_in_the_roll_up() -> None:
    paths = [["STT"], ["Chỉ tiêu"], ["Kế hoạch"], ["Thực hiện"], ["Tỷ lệ (%)"]]
    drafted = excel(paths, ["A", "B", 1, 2, "3=2/1x100"], ROWS)
    ratio = columns(drafted)["c03"]
    assert ratio["rollup"] == {
        "kind": "ratio",
        "over_time": "recompute",
        "numerator": "c02",
        "denominator": "c01",
        "scale": 100,
    }
    assert ratio["type"] == "percent"


def test_two_sums_of_one_total_are_both_kept_and_one_computes() -> None:
    paths = [["STT"], ["Đơn vị"], ["Tổng số"], ["Nam"], ["Nữ"], ["Kinh"], ["Dân tộc khác"]]
    drafted = excel(paths, ["A", "B", "1=2+3=4+5", 2, 3, 4, 5], [[None], ["Tổng"]])
    assert printed(drafted) == ["c01 = c02 + c03", "c01 = c04 + c05"]
    assert [rule.get("computes") for rule in drafted.rules] == ["c01", None]
    assert "formula_twice" in kinds(drafted)


def test_a_formula_that_names_no_column_is_said_and_left_out() -> None:
    drafted = excel(PEOPLE, ["A", "B", "1=2+9", 2, 3, 4], ROWS)
    assert printed(drafted) == []
    assert "formula_unread" in kinds(drafted)


def test_a_total_beside_its_parts_is_inferred_as_a_warning() -> None:
    paths = [
        ["STT"],
        ["Chỉ tiêu"],
        ["Hồ sơ đã giải quyết", "Tổng số"],
        ["Hồ sơ đã giải quyết", "Đúng hạn"],
        ["Hồ sơ đã giải quyết", "Quá hạn"],
    ]
    drafted = excel(paths, None, ROWS)
    assert inferred(drafted) == ["c01 = c02 + c03"]
    assert drafted.rules[0]["severity"] == "warning"


def test_of_which_columns_are_at_most_the_column_before_them() -> None:
    paths = [["STT"], ["Chỉ tiêu"], ["Số người"], ["Trong đó", "Nữ"], ["Trong đó", "Dân tộc thiểu số"]]
    drafted = excel(paths, ["A", "B", 1, 2, 3], ROWS)
    assert inferred(drafted) == ["c02 <= c01", "c03 <= c01"]
    assert columns(drafted)["c03"]["of"] == "c01"


def test_a_single_of_which_leaf_speaks_of_its_neighbour() -> None:
    paths = [["STT"], ["Chỉ tiêu"], ["Xử lý", "Tổng số người"], ["Xử lý", "Trong đó: cán bộ, công chức"]]
    assert inferred(excel(paths, None, ROWS)) == ["c02 <= c01"]


def test_a_breakdown_group_adds_up_to_the_column_before_it() -> None:
    paths = [
        ["STT"],
        ["Chỉ tiêu"],
        ["Số cơ sở"],
        ["Chia theo loại hình", "Doanh nghiệp"],
        ["Chia theo loại hình", "Hợp tác xã"],
    ]
    assert inferred(excel(paths, None, ROWS)) == ["c01 = c02 + c03"]


def test_two_breakdowns_of_one_total_are_two_rules() -> None:
    paths = [
        ["STT"], ["Chỉ tiêu"], ["Tổng số"], ["Phân theo giới tính", "Nam"], ["Phân theo giới tính", "Nữ"],
        ["Phân theo khu vực", "Thành thị"], ["Phân theo khu vực", "Nông thôn"],
    ]  # fmt: skip
    assert inferred(excel(paths, None, ROWS)) == ["c01 = c02 + c03", "c01 = c04 + c05"]


def test_women_beside_a_total_are_a_part_and_not_a_sum() -> None:
    paths = [
        ["STT"],
        ["Chỉ tiêu"],
        ["Số lao động", "Tổng số"],
        ["Số lao động", "Nữ"],
        ["Số lao động", "Dân tộc thiểu số"],
    ]
    assert inferred(excel(paths, None, ROWS)) == ["c02 <= c01", "c03 <= c01"]


def test_money_and_people_under_one_group_are_not_added() -> None:
    paths = [
        ["STT"],
        ["Chỉ tiêu"],
        ["Kết quả", "Tổng số"],
        ["Kết quả", "Số người (người)"],
        ["Kết quả", "Số tiền (triệu đồng)"],
    ]
    assert not any(" + " in rule for rule in inferred(excel(paths, None, ROWS)))


def test_large_groups_are_paired_with_the_columns_that_they_are_parts_of() -> None:
    paths = [
        ["STT"], ["Đơn vị"], ["Tiếp", "Số lượt"], ["Tiếp", "Số người"],
        ["Tiếp", "Trong đó đoàn đông người", "Số đoàn"], ["Tiếp", "Trong đó đoàn đông người", "Số người"],
    ]  # fmt: skip
    assert inferred(excel(paths, ["MS", "", 1, 2, 3, 4], [[None]])) == ["c03 <= c01", "c04 <= c02"]


@pytest.mark.parametrize(
    ("label", "kind", "unit"),
    [
        ("Số người tham gia", "integer", "người"), ("Số hồ sơ đã giải quyết", "integer", "hồ sơ"),
        ("Diện tích (ha)", "decimal", "ha"), ("Sản lượng (tấn)", "decimal", "tấn"), ("Chiều dài (km)", "decimal", "km"),
        ("Đất (m²)", "decimal", "m2"), ("Kinh phí (Trđ)", "money", "triệu đồng"), ("Số tiền (1.000đ)", "money", "nghìn đồng"),  # noqa: E501
        ("Tiền (tr.đồng)", "money", "triệu đồng"), ("Tỷ lệ %", "percent", "%"), ("Tỉ lệ hoàn thành (%)", "percent", "%"),  # noqa: E501
        ("Ghi chú", "text", None), ("Lý do", "text", None),
    ],
)  # fmt: skip
def test_types_and_units_follow_from_the_heading(label: str, kind: str, unit: str | None) -> None:
    drafted = excel([["STT"], ["Chỉ tiêu"], [label], ["Số lượng"]], None, ROWS)
    column = columns(drafted)["c01"]
    assert (column["type"], column.get("unit")) == (kind, unit)


@pytest.mark.parametrize(
    "caption", ["Đơn vị tính: triệu đồng", "ĐVT: Triệu đồng", "(Đơn vị tính: Tr.đ)", "Đơn vị: triệu đồng"]
)
def test_the_caption_s_unit_is_that_of_columns_without_one(caption: str) -> None:
    paths = [["STT"], ["Nội dung"], ["Kế hoạch"], ["Thực hiện"], ["Tỷ lệ (%)"]]
    drafted = excel(paths, ["A", "B", 1, 2, 3], ROWS, more=(caption,))
    found = columns(drafted)
    assert [(c["type"], c["unit"]) for c in found.values()] == [("money", "triệu đồng")] * 2 + [("percent", "%")]


def test_options_in_brackets_make_a_choice() -> None:
    drafted = excel([["STT"], ["Tên cơ sở"], ["Đạt chuẩn (Có/Không)"], ["Số người"]], None, [["1"], ["2"]])
    choice = columns(drafted)["c02"]
    assert choice["type"] == "choice"
    assert [entry["vi"] for entry in choice["choices"]] == ["Có", "Không"]
    assert choice["vi"] == "Đạt chuẩn"


def test_units_with_a_stroke_in_brackets_are_no_options() -> None:
    drafted = excel([["STT"], ["Chỉ tiêu"], ["Năng suất (tạ/ha)"], ["Số lượng"]], None, ROWS)
    assert columns(drafted)["c01"]["type"] == "decimal"


@pytest.mark.parametrize("borders", [True, False])
@pytest.mark.parametrize("merge", [True, False])
def test_headings_are_found_without_borders_and_without_merging(borders: bool, merge: bool) -> None:
    drafted = excel(PEOPLE, ["A", "B", "1=2+3", 2, 3, 4], ROWS, borders=borders, merge=merge)
    assert labels(drafted) == ["Tổng số", "Chia ra > Nam", "Chia ra > Nữ", "Ghi chú"]
    assert printed(drafted) == ["c01 = c02 + c03"]


def test_five_levels_of_headings_are_kept() -> None:
    path = ["Kết quả", "Tiếp công dân", "Thủ trưởng tiếp", "Số vụ việc"]
    paths = [["STT"], ["Đơn vị"], [*path, "Lần đầu"], [*path, "Nhiều lần"], ["Ghi chú"]]
    assert (
        labels(excel(paths, ["A", "B", 1, 2, 3], [[None]]))[0]
        == "Kết quả > Tiếp công dân > Thủ trưởng tiếp > Số vụ việc > Lần đầu"
    )


def test_stocks_keep_their_last_and_flows_are_added() -> None:
    paths = [
        ["STT"],
        ["Chỉ tiêu"],
        ["Số cơ sở hiện có"],
        ["Số cấp mới trong kỳ"],
        ["Số có đến cuối kỳ"],
        ["Lũy kế từ đầu năm"],
    ]
    drafted = excel(paths, None, ROWS, more=("Kỳ báo cáo: quý",))
    assert [c["rollup"] for c in columns(drafted).values()] == ["last/last", "sum/sum", "last/last", "last/last"]
    assert "rollup" in kinds(drafted)


def test_flows_of_a_regime_with_several_frequencies_are_not_added_over_time() -> None:
    paths = [["STT"], ["Chỉ tiêu"], ["Số người"]]
    drafted = excel(paths, None, ROWS, more=("Kỳ báo cáo: quý, 6 tháng, năm",))
    assert columns(drafted)["c01"]["rollup"] == "sum/none"
    assert drafted.regime["frequencies"] == ["quarterly", "half_yearly", "yearly"]


def test_repeated_printed_numbers_are_said_and_codes_follow_the_order() -> None:
    drafted = excel(PEOPLE, ["A", "B", 1, 2, 2, 3], ROWS)
    assert list(columns(drafted)) == ["c01", "c02", "c03", "c04"]
    assert "numbers" in kinds(drafted)
