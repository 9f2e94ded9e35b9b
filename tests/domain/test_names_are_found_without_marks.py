"""People type quickly: names are found with and without tone marks, capitals and doubled spaces."""

from __future__ import annotations

import unicodedata

import pytest

from hub.domain.search_text import found_in

NAME = "Báo cáo về Đê điều của Tỉnh Đắk Lắk"


@pytest.mark.parametrize("typed", ["bao cao", "BÁO CÁO", "  báo   cáo ", "de dieu", "đê điều", "dak lak", ""])
def test_a_name_is_found_however_it_is_typed(typed):
    assert found_in(typed, NAME)


def test_letters_typed_in_pieces_are_the_same_letters():
    assert found_in(unicodedata.normalize("NFD", "Báo cáo"), NAME)
    assert found_in("báo cáo", unicodedata.normalize("NFD", NAME))


def test_who_types_marks_means_them():
    assert not found_in("bảo", NAME)
    assert found_in("bao", NAME)


def test_any_of_several_texts_may_hold_it():
    assert found_in("thu-01", "Chế độ thử", "THU-01")
    assert not found_in("khác", "Chế độ thử", "THU-01")
