"""A filing's values laid out for rules: a flat vector per grid and per record, and what rules look at besides them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from hub.domain.envelope import NotApplicable
from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Address, Form
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition
from hub.domain.values import FormValues, Value, Values

Slot = Decimal | str | date | None
"""A value as rules see it: what is missing and what does not apply are both None."""

ZERO = Decimal(0)


@dataclass(frozen=True)
class Layout:
    """Where each cell of a form stands in its vector: row by row for a grid, column by column for a record."""

    form: Form
    width: int
    row_offset: dict[str, int]
    column_offset: dict[str, int]
    keys: tuple[tuple[str, str], ...]
    open: tuple[bool, ...]

    def index(self, row: str, column: str) -> int:
        """A grid cell's place in the form's vector."""
        return self.row_offset[row] + self.column_offset[column]


@per_edition
def layouts(edition: Edition) -> dict[str, Layout]:
    """The layout of each form of an edition."""
    return {form.code: _layout(form) for form in edition.forms}


def _layout(form: Form) -> Layout:
    width = len(form.columns)
    keys = tuple((row.code, column.code) for row in form.rows for column in form.columns)
    return Layout(
        form,
        width,
        {row.code: index * width for index, row in enumerate(form.rows)},
        {column.code: index for index, column in enumerate(form.columns)},
        keys,
        tuple(key not in form.blocked for key in keys),
    )


@dataclass(frozen=True, slots=True)
class OtherReport:
    """What the same unit reported for the same period under another regime, and the edition it was reported under."""

    edition: Edition
    values: Values


class Moment:
    """One filing's values at one time, with what its rules may look at where that is known.

    ``previous`` and ``last_year``: the period before and the same one last year. ``so_far``: this year's earlier
    periods, in order; None where one of them is missing. All of them in this edition's own addresses
    (:mod:`hub.domain.series`). ``others``: reports under other regimes, by regime code.
    """

    def __init__(
        self,
        forms: dict[str, Layout],
        values: Values,
        previous: Moment | None = None,
        last_year: Moment | None = None,
        *,
        so_far: Sequence[Moment] | None = None,
        others: Mapping[str, OtherReport] = MappingProxyType({}),
    ) -> None:
        self.forms = forms
        self.values = values
        self.previous = previous
        self.last_year = last_year
        self.so_far = so_far
        self.others = others
        self._grids: dict[str, list[Slot]] = {}
        self._records: dict[str, list[list[Slot]]] = {}

    def nil(self, form: str) -> bool:
        """Nothing to report was said of the whole form."""
        said = self.values.forms.get(form)
        return said is not None and said.nil

    def grid(self, form: str) -> list[Slot]:
        """The vector of a grid: all None if nothing was said, 0 in every open figure if it is nil."""
        vector = self._grids.get(form)
        if vector is None:
            vector = self._grids[form] = self._laid_out(form)
        return vector

    def records(self, form: str) -> list[list[Slot]]:
        """The vectors of a list's records; empty for a nil form and for one of which nothing was said."""
        vectors = self._records.get(form)
        if vectors is None:
            codes = list(self.forms[form].column_offset)
            said = self.values.forms.get(form) or FormValues()
            vectors = [_slots(list(map(record.get, codes))) for record in said.records]
            self._records[form] = vectors
        return vectors

    def _laid_out(self, form: str) -> list[Slot]:
        layout = self.forms[form]
        said = self.values.forms.get(form)
        if said is None:
            return [None] * len(layout.keys)
        if said.nil:
            numeric = [column.numeric for column in layout.form.columns] * len(layout.form.rows)
            return [ZERO if is_open and number else None for is_open, number in zip(layout.open, numeric, strict=True)]
        return _slots(list(map(said.cells.get, layout.keys)))


def figure_elsewhere(report: OtherReport, address: Address) -> Decimal | None:
    """A figure of another regime's report; None where it is missing or where its edition has no such figure.

    The row ``*`` of a list form is the column's total, its column ``#`` the number of records. In a nil form every
    figure is 0.
    """
    if address not in report.edition.slot:
        return None
    said = report.values.forms.get(address.form)
    if said is None or said.nil:
        return None if said is None else ZERO
    if address.row != ALL_RECORDS:
        value = said.cells.get((address.row, address.column))
        return value if isinstance(value, Decimal) else None
    if address.column == RECORD_COUNT:
        return Decimal(len(said.records)) if said.records else None
    values = [value for record in said.records if isinstance(value := record.get(address.column), Decimal)]
    return sum(values, ZERO) if values else None


def _slots(vector: list[Value | None]) -> list[Slot]:
    """The same values, None where one does not apply."""
    if NotApplicable in set(map(type, vector)):
        return [None if isinstance(value, NotApplicable) else value for value in vector]
    return vector  # type: ignore[return-value]
