"""The reports that a publication names, brought together again: each unit's figures and the nation's (R29).

The same steps as aggregation in the same order: reports of one period and edition are summed over units, then stand as
the source's edition holds them, then the periods are brought together over time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.domain.packing import Packed
from hub.domain.period import Period
from hub.domain.recompute import recompute_totals
from hub.domain.regime import Edition
from hub.domain.rollup import Matrix, Vector, joined, over_time, whole
from hub.domain.series import vector_as


@dataclass(frozen=True, slots=True)
class Counted:
    """One report that counts: under which edition and in which period it was made, and under which unit it stands."""

    above: str
    period: Period
    edition: Edition
    packed: Packed


def bring_together(
    edition: Edition, known: Sequence[Edition], periods: Sequence[Period], reports: Sequence[Counted], *, by_unit: bool
) -> Vector:
    """One vector of all these reports in the source's edition; all missing if there are none.

    ``periods``: the parts of a longer period in order, or the period itself alone. ``by_unit``: the reports of a longer
    period are those of one unit, which may have followed others: each of them is brought together first.
    """
    parts = [_of_period(edition, known, [each for each in reports if each.period == one], by_unit) for one in periods]
    if len(periods) == 1:
        return parts[0] or whole(edition, Matrix.of(edition, [], []))
    return over_time(edition, parts, lambda values, wanted: recompute_totals(edition, values, wanted))


def _of_period(edition: Edition, known: Sequence[Edition], reports: Sequence[Counted], by_unit: bool) -> Vector | None:
    groups: dict[tuple[str, str], list[Counted]] = {}
    for each in reports:
        groups.setdefault((each.edition.key, each.above if by_unit else ""), []).append(each)
    return joined(edition, [_as_held(edition, known, group) for group in groups.values()])


def _as_held(edition: Edition, known: Sequence[Edition], group: Sequence[Counted]) -> Vector:
    its = group[0].edition
    matrix = Matrix.of(its, [each.packed.figures for each in group], [each.packed.presence for each in group])
    return vector_as(edition, its, whole(its, matrix), known)
