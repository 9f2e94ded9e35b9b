"""A filing's values laid out for rules: a flat vector per grid and per record, and the moments rules look back to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Form
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


class Moment:
    """One filing's values at one time, with the last period's and the last year's where they are known.

    ``foreign``: the values may be of another edition; what is no longer of its column's type counts as missing.
    """

    def __init__(
        self,
        forms: dict[str, Layout],
        values: Values,
        previous: Moment | None = None,
        last_year: Moment | None = None,
        *,
        foreign: bool = False,
    ) -> None:
        self.forms = forms
        self.values = values
        self.previous = previous
        self.last_year = last_year
        self.foreign = foreign
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
            vectors = [[_slot(record.get(code)) for code in codes] for record in said.records]
            if self.foreign:
                vectors = [self._of_type(form, vector) for vector in vectors]
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
        get = said.cells.get
        vector = [get(key) for key in layout.keys]
        if self.foreign:
            return self._of_type(form, [_slot(value) for value in vector])
        if NOT_APPLICABLE in vector:
            return [_slot(value) for value in vector]
        return vector  # type: ignore[return-value]

    def _of_type(self, form: str, vector: list[Slot]) -> list[Slot]:
        columns = self.forms[form].form.columns
        kinds = [Decimal if column.numeric else date if column.type == "date" else str for column in columns]
        return [
            value if isinstance(value, kind) else None
            for value, kind in zip(vector, kinds * (len(vector) // len(kinds)), strict=True)
        ]


def _slot(value: Value | None) -> Slot:
    return None if value is NOT_APPLICABLE else value  # type: ignore[return-value]
