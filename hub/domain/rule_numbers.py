"""Exact numbers of rules as text and as differences."""

from __future__ import annotations

from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation
from fractions import Fraction
from typing import Any

EXACT_ARITHMETIC = Context(prec=1_000_000, traps=[InvalidOperation, DivisionByZero, Inexact])
"""The context rules run in: what would be rounded raises instead."""


def exact_difference(left: Decimal | Fraction, right: Decimal | Fraction) -> Decimal | Fraction:
    """``left - right`` without rounding."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return EXACT_ARITHMETIC.subtract(left, right)
    return Fraction(left) - Fraction(right)


def exact_text(value: Any) -> str | None:
    """A rule's value as exact text: plain digits, no trailing zeros; an endless fraction as ``1/3``."""
    if isinstance(value, Fraction):
        decimal = as_decimal(value)
        return str(value) if decimal is None else exact_text(decimal)
    if isinstance(value, Decimal):
        text = format(value or abs(value), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return None if value is None else str(value)


def as_decimal(value: Fraction) -> Decimal | None:
    """The same number as a decimal; None if it has endless digits."""
    rest = value.denominator
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    return Decimal(value.numerator * 10**places // value.denominator).scaleb(-places, EXACT_ARITHMETIC)
