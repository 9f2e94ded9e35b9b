"""Reads numbers, dates and text as people and machines write them: one exact meaning, or one Problem. Never a guess.

Only ASCII digits count (``re.ASCII``, ``fullmatch``): ``str.isdigit``, ``int`` and ``Decimal`` take ``²``, ``٣`` and
``1_000``, so none of them decides here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import cache
from typing import NamedTuple

from hub.domain.envelope import Notation
from hub.domain.legacy_fonts import legacy_font

MAX_DIGITS = 18
INT64_MAX = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 1900, 2200
_LONGEST_NUMBER = 80
_BLANKS = " \t\r\n\u00a0\u2007\u202f"

EXACT = Context(prec=19, traps=[InvalidOperation, Inexact])
"""Quantizing in this context either gives the same number or raises: it never rounds."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text has no one exact meaning, or its figure no place here: what to say, and what would be allowed.

    ``read``: the figure, where the text could be read. It is then what was found, the same through every door.
    """

    code: str
    vi: str
    en: str
    allowed: str | None = None
    read: Decimal | None = None


class Scale(NamedTuple):
    """What a number of declared decimals may be: its quantum, its zero, and the greatest of at most 18 digits."""

    quantum: Decimal
    zero: Decimal
    greatest: Decimal


@cache
def scale_of(decimals: int) -> Scale:
    """The scale of a column with that many decimals (0 or more)."""
    quantum = Decimal((0, (1,), -decimals))
    return Scale(quantum, Decimal((0, (0,), -decimals)), Decimal((0, (9,) * MAX_DIGITS, -decimals)))


# --- numbers ---------------------------------------------------------------------------------------------------------

_GROUPED = r"[1-9]\d{0,2}"
_SPACE = "[ \u00a0\u202f]"
_INTEGER = re.compile(r"-?\d+", re.ASCII)
_ONE_MARK = re.compile(r"(-?\d+)([.,])(\d+)", re.ASCII)
_ONE_GROUP = re.compile(rf"-?{_GROUPED}[.,]\d{{3}}", re.ASCII)
_MANY_GROUPS = re.compile(rf"-?{_GROUPED}(?:(?:\.\d{{3}}){{2,}}|(?:,\d{{3}}){{2,}})", re.ASCII)
_DOTS_THEN_COMMA = re.compile(rf"(-?{_GROUPED}(?:\.\d{{3}})+),(\d+)", re.ASCII)
_COMMAS_THEN_DOT = re.compile(rf"(-?{_GROUPED}(?:,\d{{3}})+)\.(\d+)", re.ASCII)
_SPACED = re.compile(rf"(-?{_GROUPED}(?:({_SPACE})\d{{3}})(?:\2\d{{3}})*)(?:[.,](\d+))?", re.ASCII)
_MARKS = str.maketrans("", "", "., \u00a0\u202f")


def read_number(text: str, decimals: int, notation: Notation) -> Decimal | Problem:
    """The number that a text means, quantized to ``decimals``, or the Problem with it.

    What has one meaning is read in either notation: ``1.234.567``, ``1.234,5``, ``1,234.5``, ``1 234``, ``1,5``.
    ``1.234`` is 1234 in ``vi`` (declared convention) unless the column has three or more decimals, where it is
    ambiguous; in ``canonical`` it is 1 and 234 thousandths. ``1,234`` is ambiguous, except in ``vi`` in a column with
    three or more decimals, where the comma is the decimal mark.
    """
    trimmed = text.strip(_BLANKS)
    if len(trimmed) > _LONGEST_NUMBER:
        return _unreadable(trimmed)
    plain = _plain_digits(trimmed, decimals, notation)
    if isinstance(plain, Problem):
        return plain
    return exact_number(Decimal(plain), decimals)


def _plain_digits(text: str, decimals: int, notation: Notation) -> str | Problem:
    """The text as ``-?digits[.digits]``."""
    if _INTEGER.fullmatch(text):
        return text
    if _ONE_GROUP.fullmatch(text):
        return _one_group(text, decimals, notation)
    if single := _ONE_MARK.fullmatch(text):
        return f"{single[1]}.{single[3]}"
    if _MANY_GROUPS.fullmatch(text):
        return text.translate(_MARKS)
    if mixed := _DOTS_THEN_COMMA.fullmatch(text) or _COMMAS_THEN_DOT.fullmatch(text):
        return f"{mixed[1].translate(_MARKS)}.{mixed[2]}"
    if spaced := _SPACED.fullmatch(text):
        return f"{spaced[1].translate(_MARKS)}.{spaced[3] or '0'}"
    return _unreadable(text)


def _one_group(text: str, decimals: int, notation: Notation) -> str | Problem:
    """One mark with exactly three digits behind it: thousands or thousandths?"""
    if "." in text:
        if notation == "canonical":
            return text
        return text.replace(".", "") if decimals < 3 else _ambiguous(text)
    return text.replace(",", ".") if notation == "vi" and decimals >= 3 else _ambiguous(text)


def exact_number(value: Decimal, decimals: int) -> Decimal | Problem:
    """A typed number quantized to ``decimals`` without rounding, or the Problem with it. ``-0`` becomes 0.

    At most 18 significant digits, and within a signed 64-bit integer when scaled.
    """
    if not value.is_finite():
        return _unreadable(str(value))
    scale = scale_of(decimals)
    try:
        exact = value.quantize(scale.quantum, context=EXACT)
    except Inexact:
        return _too_many_decimals(decimals)
    except InvalidOperation:
        return _too_large()
    if -scale.greatest <= exact <= scale.greatest:
        return exact or scale.zero
    return exact if _fits(exact) else _too_large()


def _fits(value: Decimal) -> bool:
    _, digits, _ = value.as_tuple()
    coefficient = "".join(map(str, digits))
    return len(coefficient.rstrip("0")) <= MAX_DIGITS and int(coefficient) <= INT64_MAX


def _unreadable(text: str) -> Problem:
    vi, en = _advice(text)
    return Problem("number_unreadable", f"Không đọc được số. {vi}", f"This is not a number. {en}")


def _advice(text: str) -> tuple[str, str]:
    """What is most likely wrong with it."""
    if "%" in text:
        return "Chỉ ghi số, không ghi dấu %.", "Write the number alone, without the % sign."
    if text.startswith("(") or text.endswith("-") or text.startswith("+"):
        return (
            "Số âm ghi dấu trừ ở trước, số dương không ghi dấu.",
            "Put a minus before a negative number, and no sign before others.",
        )
    if re.fullmatch(r"-?\d+([.,]\d+)?[eE][+-]?\d+", text, re.ASCII):
        return "Ghi đủ các chữ số, không ghi dạng lũy thừa.", "Write all digits, without an exponent."
    if any(unicodedata.category(letter) in ("Nd", "No", "Nl") and not letter.isascii() for letter in text):
        return "Chỉ dùng chữ số thường 0–9.", "Use the plain digits 0–9 only."
    return "Chỉ ghi chữ số, ví dụ 1234,5; không ghi chữ hay đơn vị tính.", "Write digits only, without words or units."


def _ambiguous(text: str) -> Problem:
    mark = "." if "." in text else ","
    whole, part = text.replace(mark, ""), text.replace(mark, ",")
    return Problem(
        "number_ambiguous",
        f"Số này đọc được hai cách ({whole} hoặc {part}). Hãy bỏ dấu phân cách hàng nghìn.",
        f"This number can be read two ways ({whole} or {part.replace(',', '.')}). Leave out the thousands mark.",
        f"{whole} / {part}",
    )


def _too_many_decimals(decimals: int) -> Problem:
    if decimals == 0:
        return Problem("too_many_decimals", "Ô này chỉ nhận số nguyên.", "Only whole numbers are allowed here.", "0")
    return Problem(
        "too_many_decimals",
        f"Ô này nhận nhiều nhất {decimals} chữ số thập phân.",
        f"At most {decimals} decimal places are allowed here.",
        str(decimals),
    )


def _too_large() -> Problem:
    return Problem(
        "number_too_large",
        f"Số quá lớn: nhiều nhất {MAX_DIGITS} chữ số. Hãy kiểm tra lại đơn vị tính.",
        f"The number is too large: at most {MAX_DIGITS} digits. Check the unit of measure.",
        str(MAX_DIGITS),
    )


# --- dates -----------------------------------------------------------------------------------------------------------

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


def read_date(text: str) -> date | Problem:
    """The day that ``yyyy-mm-dd`` or ``dd/mm/yyyy`` names, if it exists and its year is 1900 to 2200."""
    trimmed = text.strip(_BLANKS)
    if iso := _ISO_DATE.fullmatch(trimmed):
        year, month, day = map(int, iso.groups())
    elif day_first := _DAY_FIRST.fullmatch(trimmed):
        day, month, year = map(int, day_first.groups())
    else:
        return _no_date()
    try:
        return exact_date(date(year, month, day))
    except ValueError:
        return Problem("date_unreal", "Ngày này không có trong lịch.", "There is no such day.", "dd/mm/yyyy")


def exact_date(day: date) -> date | Problem:
    """A typed day, if its year is 1900 to 2200."""
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day
    return Problem(
        "date_out_of_range",
        f"Năm phải từ {FIRST_YEAR} đến {LAST_YEAR}.",
        f"The year must be {FIRST_YEAR} to {LAST_YEAR}.",
        f"{FIRST_YEAR}–{LAST_YEAR}",
    )


def _no_date() -> Problem:
    return Problem(
        "date_unreadable",
        "Không đọc được ngày. Hãy ghi ngày/tháng/năm, ví dụ 31/12/2026.",
        "This is not a date. Write day/month/year, for example 31/12/2026.",
        "dd/mm/yyyy, yyyy-mm-dd",
    )


# --- text ------------------------------------------------------------------------------------------------------------

_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn"})


def clean_text(text: str, max_length: int) -> str | Problem:
    """The text in NFC with ``\\n`` line ends and no white space at its ends, or the Problem with it.

    Refused: NUL and other control characters, lone surrogates, private-use and unassigned characters, text typed for
    the TCVN3 and VNI fonts, more than ``max_length`` characters.
    """
    if text.isascii() and text.isprintable():
        cleaned = text.strip()
    else:
        if bad := _refused_character(text):
            return bad
        cleaned = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()
        if font := legacy_font(cleaned):
            return _typed_for(font)
    if len(cleaned) > max_length:
        return Problem(
            "text_too_long",
            f"Nội dung dài {len(cleaned)} ký tự; nhiều nhất {max_length}.",
            f"The text has {len(cleaned)} characters; at most {max_length}.",
            str(max_length),
        )
    return cleaned


def fold(text: str) -> str:
    """The text as names are compared: NFC, case folded, white space collapsed (never compare in SQL)."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def _refused_character(text: str) -> Problem | None:
    if text.isprintable():
        return None
    for letter in text:
        if letter not in "\n\t\r" and unicodedata.category(letter) in _REFUSED_CATEGORIES:
            return Problem(
                "text_character",
                f"Có ký tự không dùng được (U+{ord(letter):04X}). Hãy xóa và gõ lại đoạn này.",
                f"There is a character that cannot be used (U+{ord(letter):04X}). Delete and retype this part.",
            )
    return None


def _typed_for(font: str) -> Problem:
    return Problem(
        "text_legacy_font",
        f"Nội dung gõ bằng bảng mã cũ {font}. Hãy chuyển sang Unicode (dựng sẵn) rồi gửi lại.",
        f"The text was typed in the old {font} encoding. Convert it to Unicode and send it again.",
        "Unicode",
    )
