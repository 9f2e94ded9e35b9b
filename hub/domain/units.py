"""Units of measure as numbers: which quantity a unit measures, and how many of the quantity's base one of it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Conversion:
    """``factor``: exactly how many base units one of this unit is, e.g. 1000000 for ``triệu đồng`` of money in đồng."""

    quantity: str
    factor: Decimal


def factor_between(conversions: Mapping[str, Conversion], given: str | None, wanted: str | None) -> Fraction | None:
    """What a figure in the given unit is multiplied by to stand in the wanted one, exactly.

    1 for the same unit, known or not, and for two that are not stated; None where the two cannot be converted.
    """
    if given == wanted:
        return Fraction(1)
    one, other = conversions.get(given or ""), conversions.get(wanted or "")
    if one is None or other is None or one.quantity != other.quantity:
        return None
    return Fraction(one.factor) / Fraction(other.factor)
