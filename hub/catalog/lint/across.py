"""Between editions: those that overlap (R12), other windows of one owner (R09), what two ask for (R13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from hub.catalog.draft import Draft
from hub.catalog.lint.dates import window_in_force
from hub.domain.form import Breakdown, Column, Form, Row, breakdown_of, indicator_of


def overlap_problems(drafts: Iterable[Draft]) -> Iterator[str]:
    """R12: two editions of a regime are never in force on one day."""
    ordered = sorted(drafts, key=lambda draft: (draft.edition.regime, draft.edition.valid_from))
    for draft in ordered:
        last = draft.edition.valid_to
        if last is not None and last < draft.edition.valid_from:
            yield draft.regime.problem(["valid_to"], f"{last} is before the first day")
    for earlier, later in pairwise(ordered):
        last = earlier.edition.valid_to
        if earlier.edition.regime == later.edition.regime and last is not None and last >= later.edition.valid_from:
            yield earlier.regime.problem(["valid_to"], f"{last} overlaps the edition {later.edition.code}")


def window_warnings(drafts: Iterable[Draft]) -> Iterator[str]:
    """R09: regimes of one owner and one frequency whose figures are of different days."""
    first: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        edition = draft.edition
        for frequency in edition.frequencies:
            other = first.setdefault((edition.owner, frequency), draft)
            if window_in_force(other.edition, frequency) == window_in_force(edition, frequency):
                continue
            text = f"the window for {frequency} is not that of {other.edition.key}, of the same owner (R09)"
            yield draft.regime.problem(["windows", frequency], text)


def overlap_warnings(drafts: Iterable[Draft]) -> Iterator[str]:
    """R13: two regimes ask the same level for the same indicator and breakdown equally often."""
    first: dict[tuple[str, Breakdown, str, str], str] = {}
    for draft in drafts:
        for place, indicator, breakdown in _bound(draft):
            asked = [(level, frequency) for level in _own_levels(draft) for frequency in draft.edition.frequencies]
            others = {first.setdefault((indicator, breakdown, *pair), draft.edition.regime) for pair in asked}
            for other in sorted(others - {draft.edition.regime}):
                part = "".join(f" {{{code}: {item}}}" for code, item in breakdown)
                yield f"{place}: {indicator}{part} is asked for by {other} too (R13)"


def _bound(draft: Draft) -> Iterator[tuple[str, str, Breakdown]]:
    """Where each indicator and breakdown stands first in an edition."""
    seen: set[tuple[str, Breakdown]] = set()
    for form in draft.edition.forms:
        document, columns = draft.forms[form.code], [column.code for column in form.columns]
        cells: Iterable[tuple[Row | None, Column]] = form.cells() if form.kind == "grid" else _columns(form)
        for row, column in cells:
            indicator, breakdown = indicator_of(column, row), breakdown_of(column, row)
            if indicator is not None and column.numeric and (indicator, breakdown) not in seen:
                seen.add((indicator, breakdown))
                place = document.problem(["columns", columns.index(column.code)], column.code)
                yield place, indicator, breakdown


def _columns(form: Form) -> Iterator[tuple[Row | None, Column]]:
    yield from ((None, column) for column in form.columns)


def _own_levels(draft: Draft) -> dict[str, None]:
    return {reporter.level: None for reporter in draft.edition.reporters if reporter.scope == "own"}
