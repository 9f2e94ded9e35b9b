"""Numbers, dates and text: one exact meaning or one finding (P11, P31; traps 3, 4 and 7)."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.legacy_fonts import legacy_font
from hub.domain.number_text import Problem, clean_text, exact_number, fold, read_date, read_number


def outcome(value: object) -> str:
    return value.code if isinstance(value, Problem) else str(value)


@pytest.mark.parametrize(
    ("text", "decimals", "expected"),
    [
        ("1.234,5", 1, "1234.5"),
        ("1.234.567", 0, "1234567"),
        ("1,234,567", 0, "1234567"),
        ("1234,5", 2, "1234.50"),
        ("1,5", 1, "1.5"),
        ("1.5", 1, "1.5"),
        ("1,234.5", 1, "1234.5"),
        ("1.234", 0, "1234"),
        ("1.234", 2, "1234.00"),
        ("1.234", 3, "number_ambiguous"),
        ("1,234", 0, "number_ambiguous"),
        ("1,000", 2, "number_ambiguous"),
        ("1,234", 3, "1.234"),
        ("0.123", 3, "0.123"),
        ("1234.567", 3, "1234.567"),
        ("1 234", 0, "1234"),
        ("1\u00a0234\u00a0567,25", 2, "1234567.25"),
        ("1\u202f234", 0, "1234"),
        ("12 34", 0, "number_unreadable"),
        ("1 234\u00a0567", 0, "number_unreadable"),
        ("\u00a012 ", 0, "12"),
        ("-5", 0, "-5"),
        ("-0", 0, "0"),
        ("-0,00", 2, "0.00"),
        ("007", 0, "7"),
        ("1,50", 1, "1.5"),
        ("1,55", 1, "too_many_decimals"),
        ("1,5", 0, "too_many_decimals"),
        ("999999999999999999", 0, "999999999999999999"),
        ("9999999999999999999", 0, "number_too_large"),
        ("1234567890123456789", 0, "number_too_large"),
        ("1000000000000000000", 0, "1000000000000000000"),
        ("123456789012345678", 2, "number_too_large"),
        ("9" * 79, 0, "number_too_large"),
        ("9" * 5000, 0, "number_unreadable"),
    ],
)  # fmt: skip
def test_vietnamese_number_text_has_one_meaning_or_one_finding(text: str, decimals: int, expected: str) -> None:
    assert outcome(read_number(text, decimals, "vi")) == expected


@pytest.mark.parametrize(
    ("text", "decimals", "expected"),
    [
        ("1.234", 3, "1.234"),
        ("1.234", 2, "too_many_decimals"),
        ("1.230", 2, "1.23"),
        ("1.234,5", 1, "1234.5"),
        ("1,5", 1, "1.5"),
        ("1,234", 3, "number_ambiguous"),
        ("1,234", 0, "number_ambiguous"),
        ("-12.50", 2, "-12.50"),
    ],
)
def test_canonical_number_text_takes_the_dot_as_the_decimal_mark(text: str, decimals: int, expected: str) -> None:
    assert outcome(read_number(text, decimals, "canonical")) == expected


@pytest.mark.parametrize("notation", ["vi", "canonical"])
@pytest.mark.parametrize(
    "text",
    ["(12)", "12-", "1e5", "1E+9", "1_000", "０１２", "²", "①", "٣", "+5", "12%", "12 người", ".5", "5.", "", "-",
     "--5", "1.23.456", "1..5", "NaN", "Infinity", "0x10", "1\n2", "\u200b5", "−5"],
)  # fmt: skip
def test_what_is_no_plain_number_is_never_guessed(text: str, notation: str) -> None:
    assert outcome(read_number(text, 2, notation)) == "number_unreadable"  # type: ignore[arg-type]


def test_a_problem_tells_in_both_languages_what_is_allowed() -> None:
    ambiguous = read_number("1,234", 0, "vi")
    assert isinstance(ambiguous, Problem)
    assert "1234 hoặc 1,234" in ambiguous.vi
    assert "1234 or 1.234" in ambiguous.en
    percent = read_number("12%", 1, "vi")
    assert isinstance(percent, Problem)
    assert "%" in percent.vi


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("12", 0, "12"),
        ("1E+3", 0, "1000"),
        ("12.7", 0, "too_many_decimals"),
        ("1E+999999999", 2, "number_too_large"),
        ("1E-999999999", 2, "too_many_decimals"),
        ("NaN", 0, "number_unreadable"),
        ("-Infinity", 0, "number_unreadable"),
        ("-0", 1, "0.0"),
    ],
)
def test_typed_numbers_are_taken_exactly_or_not_at_all(value: str, decimals: int, expected: str) -> None:
    assert outcome(exact_number(Decimal(value), decimals)) == expected


def vietnamese(value: Decimal) -> str:
    return f"{value:,f}".translate(str.maketrans(",.", ".,"))


@given(st.integers(-(10**18) + 1, 10**18 - 1), st.integers(0, 6))
def test_every_decimal_of_18_digits_reads_back_as_itself(scaled: int, decimals: int) -> None:
    value = Decimal(scaled).scaleb(-decimals)
    assert read_number(f"{value:f}", decimals, "canonical") == value
    written = vietnamese(value)
    read = read_number(written, decimals, "vi")
    if decimals >= 3 and outcome(read) == "number_ambiguous":
        assert written.count(".") == 1
        assert "," not in written
    else:
        assert read == value
        assert str(read) != "-0"


@given(st.text(max_size=30), st.integers(0, 4), st.sampled_from(["vi", "canonical"]))
def test_any_text_gives_a_quantized_number_or_a_problem(text: str, decimals: int, notation: str) -> None:
    read = read_number(text, decimals, notation)  # type: ignore[arg-type]
    assert isinstance(read, Problem) or read.as_tuple().exponent == -decimals


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-28", "2026-02-28"),
        ("28/02/2026", "2026-02-28"),
        ("1/7/2025", "2025-07-01"),
        (" 31/12/2026\u00a0", "2026-12-31"),
        ("29/02/2026", "date_unreal"),
        ("31/04/2026", "date_unreal"),
        ("12/31/2026", "date_unreal"),
        ("2026-2-8", "date_unreadable"),
        ("28/02/26", "date_unreadable"),
        ("２８/02/2026", "date_unreadable"),
        ("1899-12-31", "date_out_of_range"),
        ("2201-01-01", "date_out_of_range"),
        ("46000", "date_unreadable"),
        ("hôm qua", "date_unreadable"),
    ],
)
def test_only_real_days_written_one_of_two_ways_are_dates(text: str, expected: str) -> None:
    assert outcome(read_date(text)) == expected


def test_a_date_read_is_a_plain_date() -> None:
    assert read_date("2026-01-02") == date(2026, 1, 2)


@pytest.mark.parametrize("text", ["a\x00b", "a\x07", "\ud800", "a\udfffb", "\x1f", "\ue000", "\u0378", "\x85", "\x7f"])
def test_characters_that_cannot_be_stored_or_shown_are_refused(text: str) -> None:
    assert outcome(clean_text(text, 100)) == "text_character"


def test_text_is_kept_in_nfc_with_plain_line_ends_and_trimmed_ends() -> None:
    decomposed = unicodedata.normalize("NFD", "  Tiếng Việt\r\ncó dấu\t  ")
    assert clean_text(decomposed, 100) == "Tiếng Việt\ncó dấu"


def test_length_is_counted_in_characters_after_composing() -> None:
    decomposed = unicodedata.normalize("NFD", "ế" * 10)
    assert clean_text(decomposed, 10) == "ế" * 10
    assert outcome(clean_text("ế" * 11, 10)) == "text_too_long"


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", "TCVN3"),
        ("B¸o c¸o c«ng t¸c th¸ng 7", "TCVN3"),
        ("Hµ Néi", "TCVN3"),
        ("Tæng sè", "TCVN3"),
        ("Coäng hoøa xaõ hoäi", "VNI"),
        ("Soá lieäu", "VNI"),
        ("Ñaø Naüng", "VNI"),
    ],
)
def test_text_of_the_old_fonts_is_recognised_and_refused_with_advice(text: str, font: str) -> None:
    assert legacy_font(text) == font
    problem = clean_text(text, 200)
    assert isinstance(problem, Problem)
    assert problem.code == "text_legacy_font"
    assert font in problem.vi
    assert "Unicode" in problem.vi


@pytest.mark.parametrize(
    "text",
    [
        "Cộng hòa xã hội chủ nghĩa Việt Nam",
        "Cộng hoà, khoẻ mạnh, thuỷ lợi, quý I",
        "Đắk Lắk, Krông Bông, Ea H'leo, Cư M'gar",
        "Müller Straße, résumé, São Paulo, Ångström, Øresund",
        "«trích dẫn» 50 µm, 12 m², 30 °C, 5·10³ N·m, 3 × 4, § 5",
        "Công ty ABC® và Cty DEF©",
        "Nguyễn Thị Thúy Hằng; Lò Văn Ón; Giàng A Sùng",
    ],
)
def test_proper_vietnamese_and_foreign_words_are_left_alone(text: str) -> None:
    assert clean_text(text, 200) == text


def test_names_compare_as_people_read_them() -> None:
    assert fold("ĐẶNG  Văn\u00a0A") == fold(unicodedata.normalize("NFD", "đặng văn a"))
    assert fold("Hòa") != fold("Hóa")
    assert fold("А") != fold("A"), "a Cyrillic letter is no Latin one"


def test_a_text_that_is_no_number_is_not_answered_with_a_figure_as_if_that_one_were_asked_for() -> None:
    problem = read_number("abc", 0, "vi")
    assert isinstance(problem, Problem)
    assert problem.allowed is None
