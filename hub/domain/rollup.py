"""Roll-up: packed vectors of many units to one of a province or the nation, of months to a quarter or a year; exact.

Everything is integer arithmetic on scaled figures. A sum that leaves 64 bits is an error, never a wrap. Ratios are
recomputed from sums (R29). The same rows in any order give the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.domain.form import Address
from hub.domain.packing import MISSING, NIL, PRESENT, FigureOverflow
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition

Ints = NDArray[np.int64]
LIMIT = 2**63 - 1


@dataclass(frozen=True)
class Vector:
    """One unit's figures in the edition's packed order: scaled value, presence, and how many units contributed."""

    figures: Ints
    presence: NDArray[np.uint8]
    contributors: NDArray[np.int32]

    def packed(self) -> tuple[bytes, bytes, bytes]:
        """Little-endian bytes of the three arrays, as stored."""
        return (
            self.figures.astype("<i8", copy=False).tobytes(),
            self.presence.tobytes(),
            self.contributors.astype("<i4", copy=False).tobytes(),
        )


def unpack_vector(figures: bytes, presence: bytes, contributors: bytes) -> Vector:
    """The vector whose :meth:`Vector.packed` gave these bytes."""
    return Vector(np.frombuffer(figures, "<i8"), np.frombuffer(presence, np.uint8), np.frombuffer(contributors, "<i4"))


@dataclass(frozen=True)
class Matrix:
    """The figures of many units, one row a unit, in the edition's packed order."""

    figures: Ints
    presence: NDArray[np.uint8]

    @staticmethod
    def of(edition: Edition, figures: Sequence[bytes], presence: Sequence[bytes]) -> Matrix:
        """Stack packed rows. ValueError if a row has not the edition's length."""
        width = len(edition.figures)
        return Matrix(
            np.frombuffer(b"".join(figures), "<i8").reshape(len(figures), width),
            np.frombuffer(b"".join(presence), np.uint8).reshape(len(presence), width),
        )


def by_group(edition: Edition, matrix: Matrix, starts: Sequence[int]) -> list[Vector]:
    """One vector for each run of rows that begins at a start (ascending, the first 0). No rows: no vectors."""
    if not len(matrix.figures):
        return []
    sums = _sums(edition, matrix.figures, starts)
    contributors = _contributors(matrix.presence, starts)
    presence = np.minimum(contributors, 1).astype(np.uint8)
    _apply_max(edition, matrix, starts, sums)
    _apply_none(edition, sums, presence)
    ends = [*list(starts)[1:], len(matrix.figures)]
    vectors = []
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        part = Matrix(matrix.figures[start:end], matrix.presence[start:end])
        vectors.append(with_derived(edition, Vector(sums[index], presence[index], contributors[index]), part))
    return vectors


def _contributors(presence: NDArray[np.uint8], starts: Sequence[int]) -> NDArray[np.int32]:
    """How many rows of each run have something to say of each figure: a value, or that there is nothing."""
    if (presence == PRESENT).all():
        sizes = np.diff([*starts, len(presence)]).astype(np.int32)
        return np.repeat(sizes, presence.shape[1]).reshape(len(starts), -1)
    counted = ((presence == PRESENT) | (presence == NIL)).astype(np.int32)
    contributors: NDArray[np.int32] = np.add.reduceat(counted, list(starts), axis=0)
    return contributors


def whole(edition: Edition, matrix: Matrix) -> Vector:
    """One vector of all rows; all missing if there are none."""
    if len(matrix.figures):
        return by_group(edition, matrix, [0])[0]
    width = len(edition.figures)
    return Vector(np.zeros(width, np.int64), np.zeros(width, np.uint8), np.zeros(width, np.int32))


def joined(edition: Edition, vectors: Sequence[Vector]) -> Vector | None:
    """The vectors of several units as that of one; None if there are none."""
    if len(vectors) < 2:
        return vectors[0] if vectors else None
    packed = [vector.packed() for vector in vectors]
    merged = whole(edition, Matrix.of(edition, [figures for figures, _, _ in packed], [seen for _, seen, _ in packed]))
    contributors = sum((vector.contributors for vector in vectors[1:]), vectors[0].contributors)
    return Vector(merged.figures, merged.presence, contributors)


def _sums(edition: Edition, figures: Ints, starts: Sequence[int]) -> Ints:
    """Column sums of each run, exact."""
    places = list(starts)
    largest = max(int(figures.max(initial=0)), -int(figures.min(initial=0)))
    if largest * len(figures) <= LIMIT:
        sums: Ints = np.add.reduceat(figures, places, axis=0)
        return sums
    high = np.add.reduceat(figures >> 32, places, axis=0).astype(object)
    low = np.add.reduceat(figures & 0xFFFFFFFF, places, axis=0).astype(object)
    exact = high * 2**32 + low
    for place, value in np.ndenumerate(exact):
        if abs(value) > LIMIT:
            raise FigureOverflow(edition.figures[place[1]].address)
    narrowed: Ints = exact.astype(np.int64)
    return narrowed


@per_edition
def _by_kind(edition: Edition) -> dict[str, list[int]]:
    slots: dict[str, list[int]] = {}
    for index, figure in enumerate(edition.figures):
        slots.setdefault(figure.rollup.kind, []).append(index)
    return slots


def slots_of_kind(edition: Edition, kind: str) -> list[int]:
    """The slots whose figures are rolled up in this way."""
    return _by_kind(edition).get(kind, [])


def _apply_max(edition: Edition, matrix: Matrix, starts: Sequence[int], sums: Ints) -> None:
    columns = slots_of_kind(edition, "max")
    if not columns:
        return
    lowest = np.iinfo(np.int64).min
    candidates = np.where(matrix.presence[:, columns] == PRESENT, matrix.figures[:, columns], lowest)
    largest = np.maximum.reduceat(candidates, list(starts), axis=0)
    sums[:, columns] = np.where(largest == lowest, 0, largest)


def _apply_none(edition: Edition, sums: Ints, presence: NDArray[np.uint8]) -> None:
    columns = slots_of_kind(edition, "none")
    if columns:
        sums[:, columns] = 0
        presence[:, columns] = MISSING


def with_derived(edition: Edition, vector: Vector, rows: Matrix) -> Vector:
    """The vector with its ratios recomputed from sums and its weighted means from the rows."""
    figures, presence = vector.figures.copy(), vector.presence.copy()
    for index in slots_of_kind(edition, "ratio"):
        _put(edition, figures, presence, index, ratio_of(edition, index, vector))
    for index in slots_of_kind(edition, "weighted"):
        _put(edition, figures, presence, index, _weighted(edition, index, rows))
    return Vector(figures, presence, vector.contributors)


def _put(edition: Edition, figures: Ints, presence: NDArray[np.uint8], index: int, value: int | None) -> None:
    if value is not None and abs(value) > LIMIT:
        raise FigureOverflow(edition.figures[index].address)
    figures[index] = 0 if value is None else value
    presence[index] = MISSING if value is None else PRESENT


def _beside(edition: Edition, index: int, column: str | None) -> int | None:
    """The slot of another column in the same row."""
    address = edition.figures[index].address
    return edition.slot.get(Address(address.form, address.row, column or ""))


def ratio_of(edition: Edition, index: int, vector: Vector) -> int | None:
    """The scaled ratio that a vector's own sums make for a figure; None where they make none (R29)."""
    figure = edition.figures[index]
    numerator = _beside(edition, index, figure.rollup.numerator)
    denominator = _beside(edition, index, figure.rollup.denominator)
    if numerator is None or denominator is None:
        return None
    if not (vector.presence[numerator] and vector.presence[denominator]) or vector.figures[denominator] == 0:
        return None
    return scaled_quotient(
        int(vector.figures[numerator]), edition.figures[numerator].decimals,
        int(vector.figures[denominator]), edition.figures[denominator].decimals,
        figure.rollup.scale, figure.decimals,
    )  # fmt: skip


def scaled_quotient(
    numerator: int, numerator_decimals: int, denominator: int, denominator_decimals: int, scale: Decimal, decimals: int
) -> int:
    """``numerator / denominator * scale`` rounded half away from zero to ``decimals``, all as scaled integers."""
    top, bottom = scale.as_integer_ratio()
    top *= numerator * 10 ** (denominator_decimals + decimals)
    bottom *= denominator * 10**numerator_decimals
    return rounded(top, bottom)


def rounded(top: int, bottom: int) -> int:
    """``top / bottom`` rounded half away from zero."""
    if bottom < 0:
        top, bottom = -top, -bottom
    quotient = (2 * abs(top) + bottom) // (2 * bottom)
    return quotient if top >= 0 else -quotient


def _weighted(edition: Edition, index: int, rows: Matrix) -> int | None:
    weight = _beside(edition, index, edition.figures[index].rollup.weight)
    if weight is None:
        return None
    both = (rows.presence[:, index] == PRESENT) & (rows.presence[:, weight] == PRESENT)
    values = [int(value) for value in rows.figures[both, index]]
    weights = [int(value) for value in rows.figures[both, weight]]
    total = sum(weights)
    if not total:
        return None
    return rounded(sum(value * times for value, times in zip(values, weights, strict=True)), total)


Recompute = Callable[[Mapping[Address, Decimal], Sequence[Address]], Mapping[Address, Decimal]]
"""Applies an edition's total rules to figures already brought together: known figures, wanted addresses → values."""


def over_time(edition: Edition, parts: Sequence[Vector | None], recompute: Recompute | None = None) -> Vector:
    """A longer period from its parts, in order of time; ``None`` where a part is missing.

    Each figure follows its ``over_time``: sum of the parts there are, first or last part (missing if that part is),
    max, recompute, or none. Contributors are the sum (sum, max) or those of the chosen part.
    """
    vector = _through_time(edition, parts)
    for index in slots_of_kind(edition, "ratio"):
        if edition.figures[index].rollup.over_time == "recompute":
            _put(edition, vector.figures, vector.presence, index, ratio_of(edition, index, vector))
            vector.contributors[index] = _contributors_of_ratio(edition, index, vector)
    if recompute is not None:
        _recompute_totals(edition, vector, recompute)
    return vector


def _contributors_of_ratio(edition: Edition, index: int, vector: Vector) -> int:
    numerator = _beside(edition, index, edition.figures[index].rollup.numerator)
    return 0 if numerator is None else int(vector.contributors[numerator])


@per_edition
def _by_time(edition: Edition) -> dict[str, list[int]]:
    slots: dict[str, list[int]] = {}
    for index, figure in enumerate(edition.figures):
        slots.setdefault(figure.rollup.over_time, []).append(index)
    return slots


def _through_time(edition: Edition, parts: Sequence[Vector | None]) -> Vector:
    """Sums, largest, first and last parts, all figures at once; whatever else there is stays missing."""
    width = len(edition.figures)
    figures, presence, contributors = np.zeros(width, np.int64), np.zeros(width, np.uint8), np.zeros(width, np.int32)
    there = [part for part in parts if part is not None]
    slots = _by_time(edition)
    if there:
        known = np.array([part.presence for part in there]) == PRESENT
        values = np.where(known, np.array([part.figures for part in there]), 0)
        counts = np.where(known, np.array([part.contributors for part in there]), 0).sum(axis=0)
        for columns in (slots.get("sum", []), slots.get("max", [])):
            presence[columns], contributors[columns] = known.any(axis=0)[columns], counts[columns]
        summed, largest = slots.get("sum", []), slots.get("max", [])
        figures[summed] = _sums_over_time(edition, values, summed)
        figures[largest] = np.where(known, values, -LIMIT - 1).max(axis=0)[largest] * presence[largest]
    for which, place in (("first", 0), ("last", -1)):
        part = parts[place] if parts else None
        its = [index for index in slots.get(which, []) if part is not None and part.presence[index] == PRESENT]
        if its and part is not None:
            figures[its], presence[its], contributors[its] = part.figures[its], PRESENT, part.contributors[its]
    return Vector(figures, presence, contributors)


def _sums_over_time(edition: Edition, values: Ints, columns: Sequence[int]) -> Ints:
    """The sum of each of these columns, exact."""
    chosen = values[:, list(columns)]
    largest = max(int(chosen.max(initial=0)), -int(chosen.min(initial=0)))
    if largest * len(chosen) <= LIMIT:
        sums: Ints = chosen.sum(axis=0)
        return sums
    exact = [sum(column) for column in chosen.T.tolist()]
    for index, value in zip(columns, exact, strict=True):
        if abs(value) > LIMIT:
            raise FigureOverflow(edition.figures[index].address)
    return np.array(exact, np.int64)


def _recompute_totals(edition: Edition, vector: Vector, recompute: Recompute) -> None:
    wanted = [
        index
        for index, figure in enumerate(edition.figures)
        if figure.rollup.over_time == "recompute" and figure.rollup.kind != "ratio"
    ]
    if not wanted:
        return
    values = recompute(as_decimals(edition, vector), [edition.figures[index].address for index in wanted])
    for index in wanted:
        figure = edition.figures[index]
        value = values.get(figure.address)
        if value is not None:
            _put(edition, vector.figures, vector.presence, index, int(value.scaleb(figure.decimals)))


def as_decimals(edition: Edition, vector: Vector) -> dict[Address, Decimal]:
    """The figures that are there, as decimals by address."""
    return {
        figure.address: Decimal(int(vector.figures[index])).scaleb(-figure.decimals)
        for index, figure in enumerate(edition.figures)
        if vector.presence[index]
    }


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who is in a figure: ``accepted`` of ``obliged`` units; ``missing`` and ``excluded`` by unit id (R27, R28).

    Excluded units are not among the obliged. ``waiting`` of the missing have sent and are not accepted yet.
    """

    obliged: int
    accepted: int
    waiting: int
    missing: tuple[str, ...]
    excluded: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return self.accepted == self.obliged

    def as_json(self) -> dict[str, Any]:
        return {
            "obliged": self.obliged,
            "accepted": self.accepted,
            "waiting": self.waiting,
            "missing": list(self.missing),
            "excluded": list(self.excluded),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Coverage:
        return Coverage(
            data["obliged"], data["accepted"], data["waiting"], tuple(data["missing"]), tuple(data["excluded"])
        )


def coverage_of(
    obligations: Sequence[tuple[str, str, bool]], in_force: frozenset[str] | set[str], settled: int = 0
) -> Coverage:
    """Coverage from (unit path, state, excluded) of every obliged unit and the unit paths in force.

    ``settled``: how many more obliged units there are, each accepted and not listed.
    """
    missing: list[str] = []
    excluded: list[str] = []
    waiting, accepted, obliged = 0, settled, settled
    for path, state, is_excluded in obligations:
        unit = path.rsplit("/", 1)[-1]
        if is_excluded:
            excluded.append(unit)
            continue
        obliged += 1
        if path in in_force:
            accepted += 1
        else:
            missing.append(unit)
            waiting += state == "submitted"
    return Coverage(obliged, accepted, waiting, tuple(missing), tuple(excluded))
