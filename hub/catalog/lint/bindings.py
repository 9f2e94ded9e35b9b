"""What figures are bound to: units of measure, indicators, breakdowns."""

from __future__ import annotations

from collections.abc import Iterator

from hub.catalog.concepts import Indicator
from hub.catalog.document import Document
from hub.catalog.shared_lists import Lists
from hub.domain.form import Breakdown, Column, Form, Row


def binding_problems(document: Document, form: Form, lists: Lists) -> Iterator[str]:
    """Units, indicators and breakdowns of a form that do not exist, or do not agree with each other."""
    for position, column in enumerate(form.columns):
        for text in (*_of_column(column, lists), *_of_breakdown(column.breakdown, lists)):
            yield document.problem(["columns", position], f"{column.code}: {text}")
    for position, row in enumerate(form.rows):
        if row.unit is not None and lists.units is not None and row.unit not in lists.units:
            yield document.problem(["rows", position, "unit"], f"the unit {row.unit!r} is not in units.yaml")
        for text in (*_of_row(row, form, lists), *_of_breakdown(row.breakdown, lists)):
            yield document.problem(["rows", position], f"{row.code}: {text}")
        for text in _contradictions(row, form):
            yield document.problem(["rows", position, "breakdown"], text)


def _of_column(column: Column, lists: Lists) -> Iterator[str]:
    if column.unit is not None and lists.units is not None and column.unit not in lists.units:
        yield f"the unit {column.unit!r} is not in units.yaml"
    if column.indicator is None or lists.indicators is None:
        return
    indicator = lists.indicators.get(column.indicator)
    if indicator is None:
        yield f"the indicator {column.indicator!r} is not in indicators.yaml"
        return
    if not column.numeric:
        yield "only a numeric column is bound to an indicator"
    yield from _disagreement(column, column.unit, indicator)


def _of_row(row: Row, form: Form, lists: Lists) -> Iterator[str]:
    """All figures of a row that is bound to an indicator are figures of that indicator."""
    if row.indicator is None or lists.indicators is None:
        return
    indicator = lists.indicators.get(row.indicator)
    if indicator is None:
        yield f"the indicator {row.indicator!r} is not in indicators.yaml"
        return
    for its_row, column in form.cells():
        if its_row.code == row.code and column.numeric:
            yield from (f"{column.code}: {text}" for text in _disagreement(column, row.unit or column.unit, indicator))


def _disagreement(column: Column, unit: str | None, indicator: Indicator) -> Iterator[str]:
    if indicator.unit != unit:
        yield f"the unit {unit!r} is not that of its indicator ({indicator.unit!r})"
    if (indicator.rollup.kind, indicator.rollup.over_time) != (column.rollup.kind, column.rollup.over_time):
        yield "its roll-up is not that of its indicator"


def _of_breakdown(breakdown: Breakdown, lists: Lists) -> Iterator[str]:
    if lists.breakdowns is None:
        return
    for code, item in breakdown:
        if code not in lists.breakdowns:
            yield f"the breakdown {code!r} is not in breakdowns.yaml"
        elif item not in lists.breakdowns[code].items:
            yield f"the breakdown {code!r} has no item {item!r}"


def _contradictions(row: Row, form: Form) -> Iterator[str]:
    """A cell is not two parts of one breakdown at once."""
    said = dict(row.breakdown)
    for its_row, column in form.cells():
        for code, item in column.breakdown if its_row.code == row.code else ():
            if said.get(code, item) != item:
                yield f"{row.code}.{column.code} would be both {said[code]!r} and {item!r} of {code!r}"
