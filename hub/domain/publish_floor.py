"""How many of a regime's obliged units must be accepted before its figures are published; whole numbers only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A regime of which fewer units are accepted than its floor asks, in per cent of the obliged (R27, R28)."""

    regime: str
    accepted: int
    obliged: int
    floor: int


def is_short(accepted: int, obliged: int, floor: int) -> bool:
    """True while the accepted are under ``floor`` per cent of the obliged; never where nobody is obliged."""
    return accepted * 100 < floor * obliged


def worst(sources: Iterable[tuple[str, int, int, int]]) -> Shortfall | None:
    """Of (regime, accepted, obliged, floor) the one that lacks most to its floor; None where each has reached it."""
    short = [Shortfall(*each) for each in sources if is_short(*each[1:])]
    return max(short, key=lambda each: (Fraction(each.floor) - _share(each), each.regime), default=None)


def _share(each: Shortfall) -> Fraction:
    return Fraction(100 * each.accepted, each.obliged)
