"""Figures alone, of many campaigns: the sums of every unit right below the nation, and the nation's.

The very figures that :mod:`hub.services.aggregation` makes, without who is in them and from which versions: for what
compares or recomputes years of the whole country. Campaigns are read side by side, each as it stands at one moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate

import numpy as np

from hub.domain.org import NATION
from hub.domain.period import Period
from hub.domain.recompute import recompute_totals
from hub.domain.regime import Edition
from hub.domain.rollup import Matrix, Vector, by_group, joined, over_time, slots_of_kind, whole
from hub.services.core import Core
from hub.store import packed_columns
from hub.store.standing_rows import OWN, Campaign

Sums = Mapping[str, Vector]
"""Unit id → its vector; the nation's among them."""


def of_campaigns(core: Core, campaigns: Sequence[Campaign], *, readers: int = 2) -> dict[Campaign, Sums]:
    """Each campaign's sums. FigureOverflow if a total does not fit. ``readers``: how many are read at once."""

    def one(campaign: Campaign) -> Sums:
        return of_campaign(core, core.catalog.edition(campaign[0]), campaign[1])

    with ThreadPoolExecutor(readers) as pool:
        return dict(zip(campaigns, pool.map(one, campaigns), strict=True))


def of_campaign(core: Core, edition: Edition, period: str) -> Sums:
    """One campaign's sums at this moment."""
    with core.database.read() as connection:
        pieces = packed_columns.read(connection, edition.key, period, OWN)
    shape = sum(piece.rows for piece in pieces), len(edition.figures)
    matrix = Matrix(
        np.frombuffer(b"".join([piece.figures for piece in pieces]), "<i8").reshape(shape),
        np.frombuffer(b"".join([piece.presence for piece in pieces]), np.uint8).reshape(shape),
    )
    ends = accumulate(piece.rows for piece in pieces)
    starts = [end - piece.rows for piece, end in zip(pieces, ends, strict=True)]
    vectors = by_group(edition, matrix, starts)
    by_body = {piece.body or NATION: vector for piece, vector in zip(pieces, vectors, strict=True)}
    return by_body | {NATION: _nation(edition, vectors, matrix)}


def _nation(edition: Edition, vectors: Sequence[Vector], matrix: Matrix) -> Vector:
    """The nation from its parts, where every figure follows from them; else from all rows."""
    from_rows = slots_of_kind(edition, "max") or slots_of_kind(edition, "weighted")
    return whole(edition, matrix) if from_rows else joined(edition, vectors) or whole(edition, matrix)


def longer(edition: Edition, parts: Sequence[Sums]) -> Sums:
    """A longer period from its parts in order of time, of units that were there all along (no reform within it)."""
    units = {unit: None for part in parts for unit in part}
    return {
        unit: over_time(
            edition, [part.get(unit) for part in parts], lambda known, wanted: recompute_totals(edition, known, wanted)
        )
        for unit in units
    }


def of_period(edition: Edition, period: Period, made: Mapping[Campaign, Sums]) -> Sums:
    """A quarter, half-year or year of an edition that asks for months, from the sums of its months."""
    return longer(edition, [made[edition.key, month.code] for month in period.parts("monthly")])
