"""A figure in a cell of a workbook: a number with its own digits, or text where a number would lose some."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

MOST_DIGITS = 15
"""Significant digits that the numbers of a workbook hold."""


def write_figure(
    sheet: Worksheet, line: int, column: int, digits: str, styles: Callable[..., Format], look: Mapping[str, Any]
) -> None:  # fmt: skip
    """The cell says exactly these digits, with all their decimals."""
    number = Decimal(digits)
    if significant(number) > MOST_DIGITS:
        sheet.write_string(line, column, digits, styles(**look, align="right"))
    else:
        sheet.write_number(line, column, number, styles(**look, align="right", num_format=number_format(number)))


def significant(number: Decimal) -> int:
    """Digits from the first that is not zero to the last that is not."""
    digits = "".join(map(str, number.as_tuple().digits))
    return len(digits.strip("0"))


def number_format(number: Decimal) -> str:
    """How Excel shows it: thousands in groups, as many decimals as the number has."""
    exponent = number.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return "#,##0" + ("." + "0" * decimals if decimals else "")
