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
from hub.domain.rollup import Ints, Vector, ratio_of
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
        rollup = self._edition.figures[slot].rollup
        found = []
        for row in self._changed(slot, rollup):
            old, new = self._value(self._old, row, slot), self._value(self._new, row, slot)
            if old != new:
                each = self._inputs[row]
                found.append(Contribution(each.filing_id, old, new, self._moved(rollup, each, old, new)))
        return found

    def _changed(self, slot: int, rollup: Rollup) -> list[int]:
        """The reports in which the figure, or what it is computed from, is another one."""
        slots = [slot, *(_beside(self._edition, slot, name) for name in (rollup.numerator, rollup.denominator))]
        (old, said), (new, says) = self._old, self._new
        at = [each for each in slots if each is not None]
        differs = (old[:, at] != new[:, at]) | (said[:, at] != says[:, at])
        rows: list[int] = np.flatnonzero(differs.any(axis=1)).tolist()
        return rows

    def _value(self, stacked: tuple[Ints, Presence], row: int, slot: int) -> Decimal | None:
        """The report's own figure; a ratio as its own sums make it (R29)."""
        figures, presence = stacked[0][row], stacked[1][row]
        figure = self._edition.figures[slot]
        scaled = int(figures[slot]) if presence[slot] else None
        if figure.rollup.kind == "ratio":
            scaled = ratio_of(self._edition, slot, Vector(figures, presence, np.ones(len(figures), np.int32)))
        return Decimal(scaled).scaleb(-figure.decimals) if scaled is not None else None

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


def _beside(edition: Edition, slot: int, column: str | None) -> int | None:
    """The slot of another column in the same row."""
    address = edition.figures[slot].address
    return edition.slot.get(Address(address.form, address.row, column or ""))
