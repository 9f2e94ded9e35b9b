"""Figures that a workbook's numbers hold for certain, and totals whose formula gives exactly what was given."""

from __future__ import annotations

from decimal import Decimal

from hub.domain.values import Value

MOST_DIGITS = 15
"""Significant digits that a workbook's number holds for certain; longer numbers are text cells."""


def significant_digits(value: Decimal) -> int:
    """Digits of a figure without the zeros at the end of its decimals; zeros at the end of a whole number count."""
    _, digits, exponent = value.normalize().as_tuple()
    return len(digits) + max(0, int(exponent))


def follows(value: Value, by_rules: Value | None) -> bool:
    """True if a total's formula gives the value that was given, to its last digit."""
    return value == by_rules and not (isinstance(value, Decimal) and significant_digits(value) > MOST_DIGITS)
