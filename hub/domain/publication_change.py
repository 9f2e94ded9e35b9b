"""What changed between two editions of a publication: figures, sources, coverage, and whose reports went in or out.

Everything is read from what was issued: the tables of both editions and the manifests of their inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from hub.domain.tables import Document

InputKind = Literal["amended", "added", "gone"]
"""``amended``: the same report in another version; ``added``: in the newer edition only; ``gone``: in the older."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A published figure's name in parts: ``<regime>@<unit>:<address>``."""

    regime: str
    unit_id: str
    address: str

    def __str__(self) -> str:
        return f"{self.regime}@{self.unit_id}:{self.address}"


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One published figure before and after. None: the edition does not show it."""

    ref: Reference
    old: Decimal | None
    new: Decimal | None
    decimals: int

    @property
    def difference(self) -> Decimal:
        """How far the figure moved, where a figure that is not shown counts as nothing."""
        return (self.new or Decimal(0)) - (self.old or Decimal(0))


@dataclass(frozen=True, slots=True)
class InputChange:
    """One report whose part in the figures changed: the version counted before, and the one counted after."""

    kind: InputKind
    filing_id: str
    old_version: int | None
    new_version: int | None


@dataclass(frozen=True, slots=True)
class CoverageChange:
    """Accepted and obliged of one unit, before and after."""

    unit_id: str
    old: tuple[int, int]
    new: tuple[int, int]


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A regime that the editions do not draw on alike: (edition, period) before and after; None where it is absent."""

    regime: str
    old: tuple[str, str] | None
    new: tuple[str, str] | None


def parse_reference(text: str) -> Reference | None:
    """The parts of a figure's name; None for a name that is no figure's."""
    regime, at, rest = text.partition("@")
    unit_id, colon, address = rest.partition(":")
    return Reference(regime, unit_id, address) if at and colon else None


def figures_of(document: Document) -> dict[str, tuple[Decimal, int]]:
    """Every figure of a publication by its name, in the order of the tables; one that stands twice is there once."""
    found: dict[str, tuple[Decimal, int]] = {}
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                if cell.ref is not None and isinstance(cell.value, Decimal | int):
                    found.setdefault(cell.ref, (Decimal(cell.value), cell.decimals or 0))
    return found


def figure_changes(old: Document, new: Document) -> list[FigureChange]:
    """The figures that differ, in the order of the newer edition; those that only the older one shows come last."""
    before, after = figures_of(old), figures_of(new)
    return [
        FigureChange(ref, _value(before, name), _value(after, name), (after.get(name) or before[name])[1])
        for name in dict.fromkeys([*after, *before])
        if _value(before, name) != _value(after, name) and (ref := parse_reference(name)) is not None
    ]


def _value(figures: Mapping[str, tuple[Decimal, int]], name: str) -> Decimal | None:
    found = figures.get(name)
    return found[0] if found is not None else None


def input_changes(old: Sequence[Sequence[Any]], new: Sequence[Sequence[Any]]) -> list[InputChange]:
    """The reports that count differently, by their ids; ``old`` and ``new`` are inputs as a manifest lists them."""
    before = {filing_id: (number, sha256) for filing_id, number, sha256 in old}
    after = {filing_id: (number, sha256) for filing_id, number, sha256 in new}
    return list(_inputs(before, after))


def _inputs(before: Mapping[str, tuple[int, str]], after: Mapping[str, tuple[int, str]]) -> Iterator[InputChange]:
    for filing_id in sorted({*before, *after}):
        old, new = before.get(filing_id), after.get(filing_id)
        if old == new:
            continue
        kind: InputKind = "added" if old is None else "gone" if new is None else "amended"
        yield InputChange(kind, filing_id, old and old[0], new and new[0])


def coverage_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[CoverageChange]:
    """The units of which another number is accepted or obliged, by id; ``old`` and ``new``: one regime's manifests."""
    before, after = old["coverage"], new["coverage"]
    pairs = ((unit, _covered(before, unit), _covered(after, unit)) for unit in sorted({*before, *after}))
    return [CoverageChange(unit, was, now) for unit, was, now in pairs if was != now]


def _covered(coverage: Mapping[str, Sequence[int]], unit_id: str) -> tuple[int, int]:
    accepted, obliged = coverage.get(unit_id, (0, 0))
    return accepted, obliged


def source_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[SourceChange]:
    """The regimes that came, went, or stand there with another edition or period; of two whole manifests."""
    before, after = old["regimes"], new["regimes"]
    pairs = ((code, _source(before.get(code)), _source(after.get(code))) for code in sorted({*before, *after}))
    return [SourceChange(code, was, now) for code, was, now in pairs if was != now]


def _source(regime: Mapping[str, Any] | None) -> tuple[str, str] | None:
    return None if regime is None else (regime["edition"], regime["period"])


def count_inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, int]:
    """How many reports of the regimes in both manifests were amended, added and are gone."""
    before, after = old["regimes"], new["regimes"]
    kinds = [
        change.kind
        for code in before.keys() & after.keys()
        for change in input_changes(before[code]["inputs"], after[code]["inputs"])
    ]
    return {kind: kinds.count(kind) for kind in ("amended", "added", "gone")}
