"""R06: a stamp of secrecy is found however it is written; ordinary words are left alone."""

from __future__ import annotations

import unicodedata

import pytest

from hub.domain.secrecy import Line, has_mark, is_mark, marked_places

STAMPS = [
    "MẬT", "TỐI MẬT", "TUYỆT MẬT", " TUYỆT MẬT ", "[MẬT]", "(TỐI MẬT)", "* TUYỆT MẬT *", "“MẬT”", "MẬT.", "--- MẬT ---",
    "M Ậ T", "T Ố I  M Ậ T", "T U Y Ệ T M Ậ T", "T U Y E T M A T", "TUYET MAT", "TOI MAT", "Tuyệt mật", "tối mật",
    "(Mật)", "Độ mật: Mật", "Độ mật: Tối mật", "ĐỘ MẬT: TUYỆT MẬT", "độ mật : mật", "Mức độ mật: MẬT",
    "Mức độ mật – Mật",
    "Dấu độ mật: Tối mật", "Độ mật: [Mật]", "DO MAT: MAT", "Do mat: Tuyet mat", "Muc do mat: Toi mat",
    "TÀI LIỆU MẬT", "TÀI LIỆU TUYỆT MẬT", "VĂN BẢN MẬT", "HỒ SƠ TỐI MẬT", "CÔNG VĂN MẬT", "ĐỘ MẬT", "DẤU MẬT",
    "MẬT - KHẨN", "TUYỆT MẬT HỎA TỐC", "HỎA TỐC - TUYỆT MẬT", "KHẨN MẬT", "Bộ X\tMẬT", "UBND TỈNH Y     TỐI MẬT",
    "BỘ QUỐC PHÒNG TUYỆT MẬT", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM TỐI MẬT", "Số: 12/BC | MẬT", "MẬT; bản số 1",
    "Báo cáo quý (độ mật: Mật)", "TỐI\u00a0MẬT",
]  # fmt: skip
WORDS = [
    "", "mật", "Mật", "bí mật", "Bí mật kinh doanh", "BÍ MẬT KINH DOANH", "bảo mật", "BẢO MẬT THÔNG TIN", "mật ong",
    "Mật ong rừng", "MẬT ONG", "mật độ dân số", "MẬT ĐỘ DÂN SỐ", "Mật độ xây dựng: 40%", "mật khẩu", "MẬT KHẨU",
    "Mật khẩu: abc", "mật mã", "BAN CƠ YẾU - MẬT MÃ", "mật thiết", "thân mật", "THÂN MẬT", "cẩn mật", "mật vụ",
    "mật mía",
    "mật gấu", "túi mật", "SỎI TÚI MẬT", "viêm đường mật", "mật nghị", "Công tác bảo vệ bí mật nhà nước",
    "CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC", "Danh mục bí mật nhà nước độ Tối mật", "DANH MỤC BÍ MẬT NHÀ NƯỚC ĐỘ TỐI MẬT",
    "Số văn bản Tối mật đã ban hành là 5.", "Không đưa tài liệu TUYỆT MẬT lên mạng.",
    "tuyệt mật không được gửi qua đây",
    "Tỷ lệ văn bản mật được giải mật", "giải mật", "GIẢI MẬT TÀI LIỆU", "Phải mặt hàng", "mất mùa", "MẤT MÙA",
    "TÔI MẤT",
    "mặt bằng", "MẶT BẰNG", "mắt", "MẮT", "MAT", "TOI MAT XE", "toi mat", "Độ mật độ: 5", "Độ mật của tài liệu",
    "Độ mật độ che phủ: mật", "tuyệt đối bảo mật", "TUYỆT ĐỐI BẢO MẬT", "Xã Mật Sơn", "Thôn Yên Mật", "MẬT SƠN",
    "Ủy ban nhân dân xã", "Không có nội dung mật", "Báo cáo không chứa bí mật nhà nước", "GAN MẬT", "Mật Thám",
    "dịch mật", "Kem mật ong: 12", "MẬT SỐ SÂU BỆNH", "độ ẩm: mật",
]  # fmt: skip


@pytest.mark.parametrize("text", STAMPS)
def test_a_stamp_is_found_in_either_unicode_form(text):
    assert is_mark(unicodedata.normalize("NFC", text))
    assert is_mark(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("text", WORDS)
def test_an_ordinary_word_is_no_stamp(text):
    assert not is_mark(unicodedata.normalize("NFC", text))
    assert not is_mark(unicodedata.normalize("NFD", text))


def test_a_mark_is_found_on_any_line_of_a_text():
    assert has_mark("Kính gửi Bộ\nTUYỆT MẬT\nNội dung")
    assert not has_mark("Kính gửi Bộ\nCông tác bảo mật\nMật độ dân số")


def test_a_stamp_set_in_two_lines_of_one_page_is_found():
    lines = [Line("TUYỆT", "trang 1", "page 1"), Line("", "trang 1", "page 1"), Line("MẬT", "trang 1", "page 1")]
    assert list(marked_places(lines)) == [("trang 1", "page 1")]


def test_words_at_the_end_and_start_of_two_pages_make_no_stamp():
    assert list(marked_places([Line("TỐI", "trang 1", "page 1"), Line("ONG", "trang 2", "page 2")])) == []


def test_each_place_is_told_once_and_never_its_text():
    lines = [Line("MẬT", "trang 2", "page 2"), Line("TỐI MẬT", "trang 2", "page 2"), Line("MẬT", "trang 9", "page 9")]
    assert list(marked_places(lines)) == [("trang 2", "page 2"), ("trang 9", "page 9")]


def test_a_long_run_of_white_space_is_looked_at_once():
    """A search that tries every way to split the run would not end within the patience of anybody."""
    assert not is_mark("Độ mật:" + " " * 200_000 + "x")
    assert is_mark("Độ mật:" + " " * 1_000 + "Mật")
