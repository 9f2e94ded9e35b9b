"""How each report's own change moves a figure that many reports make: exact where figures add up.

What counts only at the end or the beginning of a longer period (``last``, ``first``) moves it only there. Ratios,
means, largest values and totals made by a rule do not add up: for them no contribution is claimed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from hub.domain.form import Address, Rollup
from hub.domain.packing import PRESENT, Packed
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.rollup import Ints, Vector
from hub.domain.series import vector_as

Presence = NDArray[np.uint8]
_OVER_TIME = frozenset({"sum", "first", "last"})
_ACROSS_UNITS = frozenset({"sum", "last"})


@dataclass(frozen=True, slots=True)
class Input:
    """A report's figures in an older and a newer edition of a publication; None where it is not counted."""

    filing_id: str
    period: Period
    edition: Edition
    old: Packed | None
    new: Packed | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one report says of a figure before and after; ``moved`` is its share of the figure's difference."""

    filing_id: str
    old: Decimal | None
    new: Decimal | None
    moved: Decimal | None


def adds_up(rollup: Rollup, *, longer: bool) -> bool:
    """True where the figure is the sum of what the reports say; ``longer``: it is made of several periods."""
    return rollup.kind in _ACROSS_UNITS and (not longer or rollup.over_time in _OVER_TIME)


class Contributions:
    """The changed reports of one source, ready to be asked for any of its figures.

    ``periods``: the parts of a longer period, in order; one period alone where it is asked for by itself.
    """

    def __init__(
        self, edition: Edition, inputs: Sequence[Input], periods: Sequence[Period], known: Sequence[Edition]
    ) -> None:
        self._edition, self._periods, self._inputs = edition, tuple(periods), tuple(inputs)
        self._old = _stacked(edition, [(each.edition, each.old) for each in inputs], known)
        self._new = _stacked(edition, [(each.edition, each.new) for each in inputs], known)

    def of(self, address: Address) -> list[Contribution]:
        """What each report whose word on the figure changed says of it, in the order they were given."""
        slot = self._edition.slot[address]
        figure = self._edition.figures[slot]
        (old, said), (new, says) = self._old, self._new
        found = []
        for row in np.flatnonzero((old[:, slot] != new[:, slot]) | (said[:, slot] != says[:, slot])).tolist():
            before = _value(old, said, row, slot, figure.decimals)
            after = _value(new, says, row, slot, figure.decimals)
            each = self._inputs[row]
            moved = self._moved(figure.rollup, each, before, after)
            found.append(Contribution(each.filing_id, before, after, moved))
        return found

    def _moved(self, rollup: Rollup, each: Input, old: Decimal | None, new: Decimal | None) -> Decimal | None:
        longer = len(self._periods) > 1
        if not adds_up(rollup, longer=longer):
            return None
        at = {"first": 0, "last": -1}.get(rollup.over_time) if longer else None
        if at is not None and each.period != self._periods[at]:
            return Decimal(0)
        return (new or Decimal(0)) - (old or Decimal(0))


def explains(contributions: Sequence[Contribution], difference: Decimal) -> bool:
    """True where every contribution is known and together they are the figure's difference to the last digit."""
    moved = [each.moved for each in contributions]
    return all(each is not None for each in moved) and sum((each or Decimal(0) for each in moved), Decimal(0)) == (
        difference
    )


def _stacked(
    edition: Edition, rows: Sequence[tuple[Edition, Packed | None]], known: Sequence[Edition]
) -> tuple[Ints, Presence]:
    """The reports' figures as the source's edition holds them, one row a report, and where there are any."""
    figures = np.zeros((len(rows), len(edition.figures)), np.int64)
    presence = np.zeros(figures.shape, np.uint8)
    for row, (its, packed) in enumerate(rows):
        if packed is not None:
            one = _vector(packed)
            held = vector_as(edition, its, one, known)
            figures[row], presence[row] = held.figures, held.presence
    return figures, presence


def _vector(packed: Packed) -> Vector:
    figures, presence = np.frombuffer(packed.figures, "<i8"), np.frombuffer(packed.presence, np.uint8)
    return Vector(figures, (presence == PRESENT).astype(np.uint8), np.ones(len(figures), np.int32))


def _value(figures: Ints, presence: Presence, row: int, slot: int, decimals: int) -> Decimal | None:
    return Decimal(int(figures[row, slot])).scaleb(-decimals) if presence[row, slot] else None
