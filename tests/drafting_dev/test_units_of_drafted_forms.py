"""Where units of measure stand in a form, and which of them wins."""

from __future__ import annotations

import pytest
from reading_drafts import columns, docx, excel, kinds, labels, rows

HEADS = [["STT"], ["Chỉ tiêu"]]
BODY = [["1", "Vùng cao"], ["2", "Vùng thấp"]]


def measured(paths, more=(), *, body=BODY, read=excel, numbers=None):  # type: ignore[no-untyped-def]
    """(type, unit) of each column."""
    extra = {"lines": ["BÁO CÁO THỬ", *more]} if read is docx else {"more": more}
    drafted = read([*HEADS, *paths], numbers, body, **extra)
    return [(column["type"], column.get("unit")) for column in drafted.forms[0]["columns"]]


@pytest.mark.parametrize("read", [excel, docx])
@pytest.mark.parametrize(
    "caption", ["Đơn vị: 1.000 đồng, người", "Đơn vị tính: Nghìn đồng; người", "(ĐVT: người và 1.000đ)"]
)
def test_a_caption_of_money_and_a_count_serves_both_kinds_of_columns(read, caption) -> None:
    got = measured([["Kinh phí hỗ trợ"], ["Số người được dạy nghề"], ["Tỷ lệ"]], [caption], read=read)
    assert got == [("money", "nghìn đồng"), ("integer", "người"), ("percent", "%")]


def test_a_share_in_a_caption_is_for_the_rates_only() -> None:
    got = measured([["Kế hoạch"], ["Thực hiện"], ["So với kế hoạch"]], ["Đơn vị tính: Triệu đồng và %"])
    assert got == [("money", "triệu đồng"), ("money", "triệu đồng"), ("percent", "%")]


@pytest.mark.parametrize(
    "caption",
    [
        "ĐVT cho: trữ lượng là m3; diện tích là ha",
        "Đơn vị tính: Diện tích: ha; Trữ lượng: m3",
        "Đơn vị tính: ha (diện tích), m3 (trữ lượng)",
    ],
)
def test_a_caption_may_say_which_measure_each_unit_is_for(caption: str) -> None:
    assert measured([["Trữ lượng"], ["Diện tích rừng"]], [caption]) == [("decimal", "m3"), ("decimal", "ha")]


def test_a_unit_in_brackets_and_a_heading_s_own_count_win_over_the_caption() -> None:
    got = measured([["Số hộ trồng sâm"], ["Số đơn vị tham gia"], ["Sản lượng (tạ)"], ["Nữ"]], ["Đơn vị tính: người"])
    assert got == [("integer", "hộ"), ("integer", "đơn vị"), ("decimal", "tạ"), ("integer", "người")]


@pytest.mark.parametrize(
    ("heading", "kind", "unit"),
    [
        ("Số lượng (bó)", "integer", "bó"),
        ("Luân chuyển hàng (tấn.km)", "decimal", "tấn.km"),
        ("Vận chuyển (1.000 hành khách.km)", "decimal", "1.000 hành khách.km"),
        ("Số lượt qua cầu (lượt xe)", "integer", "lượt xe"),
        ("Số vụ (vụ tai nạn)", "integer", "vụ tai nạn"),
        ("Lượng bán (1.000 con)", "decimal", "1.000 con"),
        ("Số lượng (giàn khoan)", "integer", "giàn khoan"),
    ],
)
def test_a_unit_in_brackets_is_kept_whole_although_it_is_not_known(heading: str, kind: str, unit: str) -> None:
    assert measured([[heading], ["Diện tích (ha)"]])[0] == (kind, unit)


def test_a_unit_that_the_catalogue_lacks_is_said() -> None:
    assert "unit_new" in kinds(excel([*HEADS, ["Số lượng (giàn khoan)"], ["Diện tích (ha)"]], None, BODY))


@pytest.mark.parametrize("remark", ["nếu có", "lũy kế", "trong đó nữ", "kể cả tạm trú", "dự kiến"])
def test_a_remark_in_brackets_is_no_unit(remark: str) -> None:
    assert measured([[f"Số người ({remark})"], ["Diện tích (ha)"]])[0] == ("integer", "người")


def test_a_new_unit_after_a_group_is_for_all_its_columns_but_its_shares() -> None:
    got = measured([["Số lượng (đầu sách)", "Tổng"], ["Số lượng (đầu sách)", "Mới"], ["Số lượng (đầu sách)", "Tỷ lệ"]])
    assert got == [("integer", "đầu sách"), ("integer", "đầu sách"), ("percent", "%")]


@pytest.mark.parametrize("read", [excel, docx])
@pytest.mark.parametrize("first", [["Đơn vị tính", None], [None, "ĐVT"], [None, None]])
def test_a_row_of_units_gives_each_column_its_own(read, first) -> None:
    body = [[*first, "ha", "căn", "triệu đồng"], ["A", "B", 1, 2, 3], *BODY]
    drafted = read([*HEADS, ["Diện tích"], ["Nhà ở"], ["Kinh phí"]], None, body)
    assert labels(drafted) == ["Diện tích", "Nhà ở", "Kinh phí"]
    assert [c["unit"] for c in drafted.forms[0]["columns"]] == ["ha", "nhà", "triệu đồng"]
    assert rows(drafted) == ["Vùng cao", "Vùng thấp"]


def test_units_that_part_a_group_stay_headings() -> None:
    drafted = excel([*HEADS, ["Tàu cá", "Chiếc"], ["Tàu cá", "Tấn"], ["Ao", "Cái"], ["Ao", "Ha"]], None, BODY)
    assert labels(drafted) == ["Tàu cá > Chiếc", "Tàu cá > Tấn", "Ao > Cái", "Ao > Ha"]


@pytest.mark.parametrize("label", ["Số nhà máy", "Số phòng khám", "Số bản án", "Số hộ, số khẩu"])
def test_no_unit_is_guessed_from_half_a_noun_or_for_two_things(label: str) -> None:
    assert measured([[label]]) == [("integer", None)]
    assert measured([[label]], ["Đơn vị tính: người"]) == [("integer", None)]


def test_papers_in_force_are_counted_and_a_term_is_a_date_in_a_register() -> None:
    heads = [["STT"], ["Tên cơ sở"], ["Số giấy phép"], ["Số giấy phép còn hiệu lực"], ["Thời hạn thuê đất"]]
    drafted = excel([*heads, ["Thời hạn thuê (tháng)"]], None, [["1"], ["2"]])
    assert [c["type"] for c in columns(drafted).values()] == ["text", "text", "integer", "date", "integer"]
