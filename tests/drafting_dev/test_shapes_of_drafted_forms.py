"""Units as rows, registers and fixed rows told apart."""

from __future__ import annotations

import pytest
from reading_drafts import docx, excel, labels, rows

COUNTS = [["Số buổi hòa nhạc"], ["Số lượt khán giả"], ["Số tiền vé"]]


@pytest.mark.parametrize(
    ("read", "stub", "numbers"),
    [
        (excel, "Tên đơn vị", None),
        (docx, "Cơ quan, đơn vị", ["A", "B", 1, 2, 3]),
        (excel, "Xã, phường, đặc khu", [None, None, 1, 2, 3]),
        (docx, "Tỉnh/TP", [1, 2, 3, 4, 5]),
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        [[None, "Tổng số"], ["1", "Nhà hát số 1"], ["2", "Trung tâm số 2"], ["…", "…"]],
        [["1", "Phường Hạ"], ["2", "Phường Thượng"], [None, "Tổng cộng"]],
        [["1", "Xã …"], ["2", "Phường …"], [None, "Tổng cộng"]],
        [["1"], ["2"], ["…"]],
    ],
)
def test_units_by_way_of_example_are_one_row(read, stub, numbers, body) -> None:
    drafted = read([["STT"], [stub], *COUNTS], numbers, body)
    assert rows(drafted) == ["Đơn vị báo cáo"]
    assert labels(drafted) == ["Số buổi hòa nhạc", "Số lượt khán giả", "Số tiền vé"]


def test_levels_under_a_heading_of_units_are_fixed_rows() -> None:
    body = [["1", "Cấp tỉnh"], ["2", "Cấp xã"], [None, "Tổng số"]]
    assert rows(excel([["STT"], ["Đơn vị"], *COUNTS], None, body)) == ["Cấp tỉnh", "Cấp xã", "Tổng số"]


@pytest.mark.parametrize("read", [excel, docx])
@pytest.mark.parametrize(
    "heads",
    [
        ["Xã, phường", "Tên nhà hát", "Học kỳ", "Số học viên", "Ngày cấp", "Ghi chú"],
        ["Tỉnh/TP", "Nhà hát", "Số ghế", "Hình thức (Trực tiếp/Trực tuyến)", "Số vé", "Số buổi"],
        ["Địa bàn", "Nơi biểu diễn", "Số ghế", "Người đại diện", "Số buổi"],
    ],
)
def test_a_register_that_begins_with_a_place_is_a_list(read, heads) -> None:
    drafted = read([["STT"], *([head] for head in heads)], None, [["1"], ["2"], ["…"], [None, "Tổng cộng"]])
    form = drafted.forms[0]
    assert form["kind"] == "list"
    assert len(form["columns"]) == len(heads)
    assert [c["type"] for c in form["columns"][:1]] == ["text"]


def test_remarks_at_the_end_do_not_make_a_register() -> None:
    heads = [["STT"], ["Đơn vị"], *COUNTS, ["Khó khăn, vướng mắc"], ["Kiến nghị"]]
    assert rows(excel(heads, None, [["1"], ["2"]])) == ["Đơn vị báo cáo"]
