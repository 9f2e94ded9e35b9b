"""Which figure of an edition stands for a national indicator: the same question asked by several regimes (R13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hub.domain.form import ALL_RECORDS, Address, Breakdown, Column, Form, Row, breakdown_of, indicator_of
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition

Concept = tuple[str, Breakdown]
"""An indicator and the part of it that is counted."""


@dataclass(frozen=True, slots=True)
class SharedFigure:
    """Where an edition asks for a concept, in which unit and with how many decimals."""

    address: Address
    unit: str | None
    decimals: int


def shared_figures(edition: Edition, frequency: str) -> Mapping[Concept, SharedFigure]:
    """The one figure of the edition for each concept that its reports of this frequency ask for.

    A column bound to an indicator asks for it in every row; only a row that is no part of another then stands for the
    whole. Where several figures still could stand for a concept, none does: there is no telling which.
    """
    return _by_frequency(edition).get(frequency, MappingProxyType({}))


def standing_addresses(edition: Edition) -> frozenset[Address]:
    """The cells that stand for a concept in reports of some frequency."""
    return frozenset(figure.address for figures in _by_frequency(edition).values() for figure in figures.values())


@per_edition
def _by_frequency(edition: Edition) -> Mapping[str, Mapping[Concept, SharedFigure]]:
    return {frequency: _of_forms(edition.forms_for(frequency)) for frequency in edition.frequencies}


def _of_forms(forms: Iterable[Form]) -> Mapping[Concept, SharedFigure]:
    found: dict[Concept, list[SharedFigure]] = defaultdict(list)
    for concept, figure in _bound(forms):
        found[concept].append(figure)
    return MappingProxyType({concept: figures[0] for concept, figures in found.items() if len(figures) == 1})


def _bound(forms: Iterable[Form]) -> Iterator[tuple[Concept, SharedFigure]]:
    for form in forms:
        cells = form.cells() if form.kind == "grid" else ((None, column) for column in form.columns)
        for row, column in cells:
            indicator = indicator_of(column, row)
            if indicator is None or not column.numeric or _is_part(row, column):
                continue
            address = Address(form.code, row.code if row is not None else ALL_RECORDS, column.code)
            unit = (row.unit if row is not None else None) or column.unit
            yield (indicator, breakdown_of(column, row)), SharedFigure(address, unit, column.decimals)


def _is_part(row: Row | None, column: Column) -> bool:
    """A row that is part of another counts part of its column's indicator, unless it says what it counts itself."""
    if row is None or row.of is None:
        return False
    return row.indicator is None and not row.breakdown
