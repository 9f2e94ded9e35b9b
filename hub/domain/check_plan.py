"""What checking needs that only depends on the edition: each form's columns ready for reading, and its totals."""

from __future__ import annotations

from hub.domain.cell_reading import Read, reader_of
from hub.domain.envelope import Notation
from hub.domain.form import Form
from hub.domain.per_edition import per_edition
from hub.domain.plain_figures import PlainFigures
from hub.domain.regime import Edition
from hub.domain.totals import computed


class FormPlan:
    """One form's columns ready for reading, and what must be present."""

    def __init__(self, form: Form, notation: Notation, totals: set[tuple[str, str]]) -> None:
        self.form = form
        self.columns = {column.code: column for column in form.columns}
        self.readers: dict[str, Read] = {column.code: reader_of(column, notation) for column in form.columns}
        self.rows = {row.code for row in form.rows}
        self.cells = [((row.code, column.code), self.readers[column.code]) for row, column in form.cells()]
        self.plain = PlainFigures(form)
        self.required = [(row.code, column.code) for row, column in form.cells() if column.required]
        self.required_keys = frozenset(self.required)
        self.required_columns = [column.code for column in form.columns if column.required]
        self.totals = totals


class Plan:
    """Everything about an edition that checking needs, per notation."""

    def __init__(self, edition: Edition, notation: Notation) -> None:
        totals: dict[str, set[tuple[str, str]]] = {}
        for cell in computed(edition):
            form, row, column = cell.target
            totals.setdefault(form, set()).add((row, column))
        self.forms = {form.code: FormPlan(form, notation, totals.get(form.code, set())) for form in edition.forms}
        self.formulas = {cell.target: cell.formulas for cell in computed(edition)}


@per_edition
def plans(edition: Edition) -> dict[Notation, Plan]:
    """The edition's plans by notation, made once."""
    return {"vi": Plan(edition, "vi"), "canonical": Plan(edition, "canonical")}
