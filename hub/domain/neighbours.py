"""One report among those of its neighbours: how their figures are spread, and what stands out, in words.

Everything is exact: figures are scaled 64-bit integers, quartiles lie on quarters of a scaled unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hub.domain.packing import PRESENT
from hub.domain.regime import Edition

ENOUGH = 8
"""With fewer neighbours than this nothing is called unusual among them."""
FENCE = 3
"""How many times the middle half's width beyond it a figure stands out."""
FACTOR = 5
"""From how many times last period's figure on (or down to what part of it) a change stands out."""
SAME = 2
"""Within this factor of last period's figure a large unit is only as large as it was."""
LEAST = 10
"""A change or distance of fewer units of the last decimal never stands out."""
_MOST = np.iinfo(np.int64).max
_QUARTERS = (1, 2, 3)

Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Spread:
    """How the neighbours' figures are spread. ``rank``: 1 for the greatest, among ``count`` neighbours and the unit."""

    count: int
    low: Decimal
    q1: Decimal
    median: Decimal
    q3: Decimal
    high: Decimal
    rank: int | None
    dots: tuple[Decimal, ...] = ()

    @property
    def width(self) -> Decimal:
        """Of the middle half."""
        return self.q3 - self.q1


@dataclass(frozen=True)
class Neighbourhood:
    """The neighbours' figures, one line a figure of the edition, in ascending order; ``counts`` are there of each."""

    edition: Edition
    ordered: NDArray[np.int64]
    counts: NDArray[np.int64]
    units: int

    def spread(self, slot: int, own: Decimal | None = None, *, dots: int = 0) -> Spread | None:
        """The spread of one figure; None if no neighbour has it. ``dots``: at most so many of their values to draw."""
        count = int(self.counts[slot])
        if not count:
            return None
        line, decimals = self.ordered[slot, :count], self.edition.figures[slot].decimals
        low, high = _figure(int(line[0]), decimals), _figure(int(line[-1]), decimals)
        q1, median, q3 = (_quartile(line, quarter, decimals) for quarter in _QUARTERS)
        rank = None if own is None else 1 + count - int(np.searchsorted(line, _scaled(own, decimals), side="right"))
        return Spread(count, low, q1, median, q3, high, rank, _dots(line, decimals, dots))


def neighbourhood(edition: Edition, figures: Sequence[bytes], presence: Sequence[bytes]) -> Neighbourhood:
    """The packed figures of other units, put in order figure by figure. ValueError if a row is not of the edition."""
    matrix, present = _matrix(list(zip(figures, presence, strict=True)), len(edition.figures))
    ordered = np.where(present, matrix, _MOST).T.copy()  # what is missing goes to the end of its line
    ordered.sort(axis=1)
    return Neighbourhood(edition, ordered, present.sum(axis=0, dtype=np.int64), len(figures))


def _figure(scaled: int, decimals: int) -> Decimal:
    return Decimal(scaled).scaleb(-decimals)


def _scaled(value: Decimal, decimals: int) -> int:
    return int(value.scaleb(decimals))


def _quartile(line: NDArray[np.int64], quarter: int, decimals: int) -> Decimal:
    """Between the two nearest figures in proportion (the inclusive method): exact, with two decimals more at most."""
    place, part = divmod((len(line) - 1) * quarter, 4)
    below = int(line[place])
    above = int(line[place + 1]) if part else below
    return (Decimal(below * (4 - part) + above * part) / 4).scaleb(-decimals)


def _dots(line: NDArray[np.int64], decimals: int, most: int) -> tuple[Decimal, ...]:
    if not most:
        return ()
    step = max(1, -(-len(line) // most))
    chosen = [*line[::step], line[-1]]
    return tuple(_figure(int(value), decimals) for value in dict.fromkeys(chosen))


# --- what stands out -------------------------------------------------------------------------------------------------


def reasons(own: Decimal, decimals: int, before: Decimal | None, spread: Spread | None) -> list[Said]:
    """Why a figure deserves a look, in words of both languages; empty if it does not.

    Among at least ``ENOUGH`` neighbours: more than ``FENCE`` widths of their middle half outside of it, unless it is
    as it was last period. Against last period: changed by a factor of ``FACTOR`` or more.
    """
    least = Decimal(LEAST).scaleb(-decimals)
    found = [said for said in (_change(own, before, least),) if said is not None]
    usual = before is not None and before != 0 and Fraction(1, SAME) <= Fraction(own) / Fraction(before) <= SAME
    if spread is not None and spread.count >= ENOUGH and not usual:
        found += [said for said in (_outside(own, spread, least),) if said is not None]
    return found


def _change(own: Decimal, before: Decimal | None, least: Decimal) -> Said | None:
    if before is None or abs(own - before) < least:
        return None
    if before == 0:
        return "kỳ trước bằng 0", "it was 0 last period"
    if own == 0:
        return "kỳ này bằng 0, kỳ trước thì không", "it is 0 now and was not last period"
    if (own < 0) != (before < 0):
        return "đổi dấu so với kỳ trước", "its sign changed since last period"
    ratio = Fraction(own) / Fraction(before)
    if ratio >= FACTOR:
        times = shown(ratio)
        return f"gấp {times[0]} lần kỳ trước", f"{times[1]} times last period's figure"
    if ratio <= Fraction(1, FACTOR):
        times = shown(1 / ratio)
        return f"giảm {times[0]} lần so với kỳ trước", f"{times[1]} times less than last period's figure"
    return None


def _outside(own: Decimal, spread: Spread, least: Decimal) -> Said | None:
    """Far outside the middle half; where most neighbours say the same, far beyond all of them."""
    reach = FENCE * spread.width
    if spread.width == 0:
        furthest = max(abs(spread.low), abs(spread.high))
        reach = max(least, FACTOR * furthest - abs(spread.median))
    if own > max(spread.q3 + reach, spread.q3 + least):
        return _above(own, spread)
    if own < min(spread.q1 - reach, spread.q1 - least):
        return _below(own, spread)
    return None


def _above(own: Decimal, spread: Spread) -> Said:
    if own > spread.high:
        return (
            f"cao hơn mọi đơn vị khác trong {spread.count} đơn vị",
            f"higher than every one of {spread.count} other units",
        )
    return (
        f"cao bất thường so với {spread.count} đơn vị khác (đứng thứ {spread.rank})",
        f"unusually high among {spread.count} other units (rank {spread.rank})",
    )


def _below(own: Decimal, spread: Spread) -> Said:
    if own < spread.low:
        return (
            f"thấp hơn mọi đơn vị khác trong {spread.count} đơn vị",
            f"lower than every one of {spread.count} other units",
        )
    return (
        f"thấp bất thường so với {spread.count} đơn vị khác",
        f"unusually low among {spread.count} other units",
    )


@dataclass(frozen=True)
class Growths:
    """Each neighbour's figures over its own of last period, in whole thousandths, one ascending line a figure."""

    ordered: NDArray[np.int64]
    counts: NDArray[np.int64]

    def reason(self, slot: int, own: Decimal, before: Decimal | None) -> Said | None:
        """Why the change since last period stands out among the neighbours', whatever the units' sizes; else None."""
        count = int(self.counts[slot])
        if before is None or before <= 0 or own <= 0 or count < ENOUGH:
            return None
        ratio = Fraction(own) / Fraction(before)
        q1, median, q3 = (Fraction(_quartile(self.ordered[slot, :count], q, 3)) for q in _QUARTERS)
        reach = max(FENCE * (q3 - q1), Fraction(1, 2))
        if q1 - reach <= ratio <= q3 + reach:
            return None
        its, theirs = shown(ratio), shown(median)
        return (
            f"bằng {its[0]} lần kỳ trước, các đơn vị khác thường {theirs[0]} lần",
            f"{its[1]} times last period's figure, where other units usually have {theirs[1]} times",
        )


def growths(edition: Edition, now: Sequence[tuple[bytes, bytes]], before: Sequence[tuple[bytes, bytes]]) -> Growths:
    """From the same units' packed (figures, presence) of two periods, unit by unit. Only positive figures have one."""
    width = len(edition.figures)
    figures, seen = _matrix(now, width)
    earlier, had = _matrix(before, width)
    counted = seen & had & (figures > 0) & (earlier > 0) & (figures < _MOST // 1000)
    ratios = np.where(counted, figures, 0) * 1000 // np.where(counted, earlier, 1)
    ordered = np.where(counted, ratios, _MOST).T.copy()
    ordered.sort(axis=1)
    return Growths(ordered, counted.sum(axis=0, dtype=np.int64))


def _matrix(rows: Sequence[tuple[bytes, bytes]], width: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    figures = np.frombuffer(b"".join(row[0] for row in rows), "<i8").reshape(len(rows), width)
    present = np.frombuffer(b"".join(row[1] for row in rows), np.uint8).reshape(len(rows), width) == PRESENT
    return figures, present


def shown(ratio: Fraction) -> Said:
    """A ratio for reading: one decimal below 10, none above; a comma in Vietnamese."""
    if ratio >= 10:
        text = f"{round(ratio):,}"
        return text.replace(",", "."), text
    tenths = round(ratio * 10)
    text = f"{tenths // 10}.{tenths % 10}" if tenths % 10 else f"{tenths // 10}"
    if not tenths and ratio:
        return "chưa đến 0,1", "less than 0.1"
    return text.replace(".", ","), text
