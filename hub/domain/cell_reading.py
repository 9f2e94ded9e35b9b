"""Reads one raw value by its column's type: a checked value, None for a blank, or a Problem."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, Inexact, InvalidOperation
from functools import cache

from hub.domain.envelope import NOT_APPLICABLE, NotApplicable, Notation, Raw
from hub.domain.form import Column
from hub.domain.number_text import (
    EXACT,
    MAX_DIGITS,
    Problem,
    clean_text,
    exact_date,
    exact_number,
    fold,
    read_date,
    read_number,
    scale_of,
)
from hub.domain.values import Value

Read = Callable[[Raw], Value | Problem | None]

_NOT_APPLICABLE_TEXT = "n/a"
_SMALL = 1_000
_ISO_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})T00:00(:00(\.0+)?)?", re.ASCII)


def reader_of(column: Column, notation: Notation) -> Read:
    """The function that reads this column's cells."""
    if column.numeric:
        return _figure_reader(column, notation)
    if column.type == "choice":
        return _choice_reader(column)
    if column.type == "date":
        return _read_day
    return _text_reader(column.max_length)


def bounds_problem(column: Column, value: Decimal) -> Problem | None:
    """What is wrong with a figure's size, or None."""
    if column.minimum is not None and value < column.minimum:
        vi, en = people_number(format(column.minimum, "f"))
        return Problem(
            "below_minimum", f"Số nhỏ hơn mức cho phép ({vi}).", f"The number is below {en}.", f"≥ {en}", value
        )
    if column.maximum is not None and value > column.maximum:
        vi, en = people_number(format(column.maximum, "f"))
        return Problem(
            "above_maximum", f"Số lớn hơn mức cho phép ({vi}).", f"The number is above {en}.", f"≤ {en}", value
        )
    return None


def people_number(text: str) -> tuple[str, str]:
    """Plain digits as people read them, Vietnamese and English: ``1.234,5``, ``1,234.5``. Other text as it is."""
    match = re.fullmatch(r"(-?)(\d+)(?:\.(\d+))?", text, re.ASCII)
    if match is None:
        return text, text
    sign, whole, part = match.groups()
    english = f"{sign}{int(whole):,}" + (f".{part}" if part else "")
    return english.translate(str.maketrans(",.", ".,")), english


def _figure_reader(column: Column, notation: Notation) -> Read:
    decimals = column.decimals
    plain_digits = MAX_DIGITS - decimals
    quantum, zero, greatest = scale_of(decimals)
    small, tail = _small_figures(decimals), _tail(decimals)
    low = -greatest if column.minimum is None else max(column.minimum, -greatest)
    high = greatest if column.maximum is None else min(column.maximum, greatest)

    def careful(raw: Raw) -> Value | Problem | None:
        value = _figure(raw, decimals, notation)
        return (bounds_problem(column, value) or value) if isinstance(value, Decimal) else value

    def read(raw: Raw) -> Value | Problem | None:
        if isinstance(raw, str):
            value = small.get(raw)
            if value is None and len(raw) <= plain_digits and raw.isascii() and raw.isdigit():
                value = Decimal(raw + tail)
        elif isinstance(raw, Decimal) and raw.same_quantum(quantum):
            value = raw
        elif isinstance(raw, Decimal):
            try:
                value = raw.quantize(quantum, None, EXACT)
            except (Inexact, InvalidOperation):
                return careful(raw)
        else:
            value = None
        if value is not None and low <= value <= high:
            return value or zero
        return careful(raw)

    return read


def _tail(decimals: int) -> str:
    """What stands after the digits of a whole number."""
    return "." + "0" * decimals if decimals else ""


@cache
def _small_figures(decimals: int) -> dict[str, Decimal]:
    """Small whole numbers by their text: most figures are some of them, and long lists hold each once."""
    return {str(number): Decimal(f"{number}{_tail(decimals)}") for number in range(_SMALL)}


def _figure(raw: Raw, decimals: int, notation: Notation) -> Value | Problem | None:
    if isinstance(raw, str):
        text = raw.strip()
        if not text:
            return None
        return NOT_APPLICABLE if text.lower() == _NOT_APPLICABLE_TEXT else read_number(text, decimals, notation)
    if isinstance(raw, Decimal):
        return exact_number(raw, decimals)
    if isinstance(raw, NotApplicable):
        return raw
    if isinstance(raw, date):
        return Problem(
            "number_unreadable",
            "Ô này cần một số nhưng đang là ngày. Hãy đổi định dạng ô rồi nhập lại.",
            "A number is needed here, but this is a date. Change the cell's format and type it again.",
        )
    return Problem("number_unreadable", "Ô này cần một số.", "A number is needed here.")


def _read_day(raw: Raw) -> Value | Problem | None:
    if isinstance(raw, str):
        text = raw.strip()
        if not text:
            return None
        midnight = _ISO_MIDNIGHT.fullmatch(text)
        return NOT_APPLICABLE if text.lower() == _NOT_APPLICABLE_TEXT else read_date(midnight[1] if midnight else text)
    if isinstance(raw, NotApplicable):
        return raw
    if isinstance(raw, datetime):
        return exact_date(raw.date()) if raw.isoformat().endswith("T00:00:00") else read_date(raw.isoformat())
    return exact_date(raw) if isinstance(raw, date) else read_date("?")


def _plain_text(raw: Raw) -> str | NotApplicable | Problem:
    """Typed numbers and days as the text a person would write for them."""
    if isinstance(raw, str | NotApplicable):
        return raw
    if isinstance(raw, Decimal):
        if not raw.is_finite() or abs(raw.adjusted()) > 40:
            return Problem("text_unreadable", "Không đọc được nội dung.", "The content cannot be read.")
        text = format(raw, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(raw, date):
        return f"{raw.day:02d}/{raw.month:02d}/{raw.year:04d}"
    return Problem("text_unreadable", "Ô này cần chữ, không phải đúng/sai.", "Text is needed here, not true or false.")


def _text_reader(max_length: int) -> Read:
    def read(raw: Raw) -> Value | Problem | None:
        plain = _plain_text(raw)
        return (clean_text(plain, max_length) or None) if isinstance(plain, str) else plain

    return read


def _choice_reader(column: Column) -> Read:
    codes = {choice.code for choice in column.choices}
    names = {
        fold(name): choice.code
        for choice in reversed(column.choices)
        for name in _names(choice.label.vi, choice.label.en, choice.code)
    }
    allowed = "; ".join(f"{choice.code} ({choice.label.vi})" for choice in column.choices[:12])
    allowed += "; …" if len(column.choices) > 12 else ""

    def read(raw: Raw) -> Value | Problem | None:
        plain = _plain_text(raw)
        if not isinstance(plain, str):
            return plain
        text = clean_text(plain, 2000)
        if isinstance(text, Problem) or not text:
            return text or None
        if text in codes:
            return text
        if text.lower() == _NOT_APPLICABLE_TEXT:
            return NOT_APPLICABLE
        return names.get(fold(text)) or Problem(
            "choice_unknown",
            f"Giá trị không có trong danh mục. Chọn một trong: {allowed}.",
            f"The value is not in the list. Choose one of: {allowed}.",
            allowed,
        )

    return read


def _names(*names: str) -> tuple[str, ...]:
    return tuple(name for name in names if name)
