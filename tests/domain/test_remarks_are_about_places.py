"""Where a remark belongs: places of the edition, their words and their elements on the page."""

from __future__ import annotations

import pytest

from hub.domain.form import Address
from hub.domain.remark import TEXT_LENGTH, address_of, check_place, clean_text, element_of, place_of, words_of
from hub.errors import BadRequest


@pytest.mark.parametrize(
    ("place", "words", "element"),
    [
        ("", "Toàn báo cáo", "forms"),
        ("F1", "Biểu F1", "form-F1"),
        ("F1/r02/c04", "Biểu F1, dòng Nam, cột Kinh phí", "cell.F1.r02.c04"),
        ("F2/3/c04", "Biểu F2, dòng 3, cột Diện tích", "rec.F2.3.c04"),
        ("outline/s1", "Thuyết minh: Đánh giá chung", "outline.s1"),
    ],
)
def test_a_place_is_said_in_words_and_leads_to_its_element(place, words, element, small_edition):
    assert check_place(small_edition, "monthly", place) == place
    assert words_of(small_edition, place).vi == words
    assert element_of(place) == element


@pytest.mark.parametrize(
    "place",
    ["F9", "F1/r09/c01", "F1/r02/c99", "F1/r02", "F2/0/c01", "F2/01/c01", "F2/x/c01", "F2/99999/c01", "outline/s9",
     "outline", "/", "F1/r02/c02/x", "F2/²/c01"],
)  # fmt: skip
def test_a_place_that_the_report_does_not_have_is_refused(place, small_edition):
    with pytest.raises(BadRequest):
        check_place(small_edition, "monthly", place)


def test_addresses_and_places_lead_to_each_other():
    assert place_of(Address("F1", "r02", "c04")) == "F1/r02/c04"
    assert address_of("F1/r02/c04") == Address("F1", "r02", "c04")
    assert place_of(Address("F2", "*", "c04")) == "F2", "a list's total is about the list"
    assert place_of(Address("outline", "*", "s1")) == "outline/s1"
    assert place_of(None) == ""
    assert address_of("F1") is None


@pytest.mark.parametrize("text", ["", "  \n ", "a" * (TEXT_LENGTH + 1), "a\x00b", "a\ud800b"])
def test_texts_that_cannot_be_kept_are_refused(text):
    with pytest.raises(BadRequest):
        clean_text(text)


def test_a_text_as_long_as_allowed_is_kept():
    assert clean_text("a" * TEXT_LENGTH + "\r\n") == "a" * TEXT_LENGTH
