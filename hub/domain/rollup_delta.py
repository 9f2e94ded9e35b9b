"""A roll-up brought up to date by what changed: what went out is taken away, what came in is added; exact.

The same bytes as rolling everything up again, at the price of the reports that changed. Sums, contributors and
presence follow from the change alone, ratios from the sums (R29). The largest of many and a weighted mean do not: who
brings those up to date looks at the rows again (:func:`needs_rows`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from hub.domain.packing import NIL, PRESENT, FigureOverflow
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition
from hub.domain.rollup import LIMIT, Coverage, Ints, Matrix, Vector, slots_of_kind, with_derived

Input = TypeVar("Input", bound=Hashable)

_NOT_SUMMED = ("max", "weighted", "ratio", "none")


@per_edition
def needs_rows(edition: Edition) -> bool:
    """True if some figure cannot be followed by what changed: a maximum or a weighted mean."""
    return any(slots_of_kind(edition, kind) for kind in ("max", "weighted"))


def difference(before: Iterable[Input], now: Iterable[Input]) -> tuple[list[Input], list[Input]]:
    """What went out and what came in, each in its own order."""
    old, new = dict.fromkeys(before), dict.fromkeys(now)
    return [each for each in old if each not in new], [each for each in new if each not in old]


def moved(edition: Edition, before: Vector, out: Matrix, into: Matrix) -> Vector:
    """The vector after the rows of ``out`` left and those of ``into`` came, as rolling up all the rows would make it.

    Only for editions that need no rows. FigureOverflow if a sum is beyond 64 bits.
    """
    contributors = (before.contributors - _counted(out) + _counted(into)).astype(np.int32)
    figures = _sums(edition, before.figures, out.figures, into.figures)
    presence = np.minimum(contributors, 1).astype(np.uint8)
    presence[slots_of_kind(edition, "none")] = 0
    return with_derived(edition, Vector(figures, presence, contributors), _no_rows(edition))


def _counted(rows: Matrix) -> Ints:
    counted: Ints = ((rows.presence == PRESENT) | (rows.presence == NIL)).sum(axis=0, dtype=np.int64)
    return counted


def _sums(edition: Edition, before: Ints, out: Ints, into: Ints) -> Ints:
    """The sums after the change; 0 where a figure is not summed."""
    summed = _summed(edition)
    old, gone, come = (np.where(summed, each, 0) for each in (before, out, into))
    if _largest(old) + _largest(gone) * len(gone) + _largest(come) * len(come) <= LIMIT:
        quick: Ints = old - gone.sum(axis=0) + come.sum(axis=0)
        return quick
    return _exactly(edition, old.astype(object) - gone.astype(object).sum(axis=0) + come.astype(object).sum(axis=0))


def _exactly(edition: Edition, sums: Any) -> Ints:
    """Whole numbers of any size as 64-bit ones."""
    for index, value in enumerate(sums):
        if abs(value) > LIMIT:
            raise FigureOverflow(edition.figures[index].address)
    narrowed: Ints = sums.astype(np.int64)
    return narrowed


@per_edition
def _summed(edition: Edition) -> NDArray[np.bool_]:
    marks = np.ones(len(edition.figures), bool)
    for kind in _NOT_SUMMED:
        marks[slots_of_kind(edition, kind)] = False
    return marks


@per_edition
def _no_rows(edition: Edition) -> Matrix:
    return Matrix.of(edition, [], [])


def _largest(figures: Ints) -> int:
    return max(int(figures.max(initial=0)), -int(figures.min(initial=0)))


def put_together(coverages: Sequence[Coverage]) -> Coverage:
    """The coverage of a whole from those of its parts, which share no unit, in their order."""
    return Coverage(
        sum(each.obliged for each in coverages), sum(each.accepted for each in coverages),
        sum(each.waiting for each in coverages),
        tuple(unit for each in coverages for unit in each.missing),
        tuple(unit for each in coverages for unit in each.excluded),
    )  # fmt: skip


def exchanged(whole: Coverage, old: Coverage, new: Coverage) -> Coverage | None:
    """The coverage of a whole in which one part's has become another; None where only all parts together can tell.

    The units of each part stand together in the whole, so those of a part that had none have no place to go to.
    """
    missing = _put_instead(whole.missing, old.missing, new.missing)
    excluded = _put_instead(whole.excluded, old.excluded, new.excluded)
    if missing is None or excluded is None:
        return None
    return Coverage(
        whole.obliged - old.obliged + new.obliged, whole.accepted - old.accepted + new.accepted,
        whole.waiting - old.waiting + new.waiting, missing, excluded,
    )  # fmt: skip


def _put_instead(units: tuple[str, ...], old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...] | None:
    if old == new:
        return units
    if not old or old[0] not in units:
        return None
    start = units.index(old[0])
    end = start + len(old)
    return units[:start] + new + units[end:] if units[start:end] == old else None
