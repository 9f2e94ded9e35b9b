"""Series across editions: what was reported under an older edition, as the newer edition would hold it.

Which figure goes on from which is said at :mod:`hub.domain.series_mapping`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import numpy as np

from hub.domain.form import RECORD_COUNT, Address, Column, Form
from hub.domain.number_text import scale_of
from hub.domain.packing import FigureOverflow
from hub.domain.regime import Edition
from hub.domain.rollup import LIMIT, Vector, rounded
from hub.domain.rule_closures import round_fraction
from hub.domain.series_mapping import SeriesProblem, Source, chain_of, series_problems, sources
from hub.domain.values import FormValues, Value, Values

__all__ = ["SeriesProblem", "carried", "carried_through", "series_problems", "values_as", "vector_as"]

_HALF_UP = Context(prec=200, rounding=ROUND_HALF_UP)
_NOTHING = FormValues()


def carried(old: Edition, new: Edition) -> dict[Address, Address]:
    """Where each series of the new edition stood in the edition right before it; new series are absent."""
    return {address: source.address for address, source in sources(new, (old, new)).items()}


def carried_through(regime_editions: Sequence[Edition], old: Edition, new: Edition) -> dict[Address, Address]:
    """As :func:`carried`, over all the editions of a regime between an older and a newer one; empty if it is later."""
    chain = chain_of(regime_editions, old, new)
    return {address: source.address for address, source in sources(new, chain).items()} if chain else {}


def values_as(new: Edition, old: Edition, values: Values, regime_editions: Sequence[Edition] = ()) -> Values:
    """The values as the new edition would hold them: each where its series goes on, in the new unit and decimals.

    Figures are rounded half up only where the new column has fewer decimals. What begins a new series is missing, and
    so is a choice that is no longer offered. A nil form stays nil unless a figure was added to it: then what goes on is
    0. ``regime_editions``: those between the two, if there may be any.
    """
    if new.key == old.key:
        return values
    chain = chain_of(regime_editions, old, new)
    by_form: dict[str, dict[Address, Source]] = {}
    for address, source in (sources(new, chain) if chain else {}).items():
        by_form.setdefault(address.form, {})[address] = source
    forms = {code: _form_as(new.form(code), values, its) for code, its in by_form.items()}
    sections = {section.code for section in new.outline}
    return Values(
        {code: form for code, form in forms.items() if not form.blank},
        {code: text for code, text in values.outline.items() if code in sections},
    )


def _form_as(form: Form, values: Values, its: Mapping[Address, Source]) -> FormValues:
    if form.kind == "list":
        return _records_as(form, values, its)
    said = {source.address.form: values.forms.get(source.address.form, _NOTHING) for source in its.values()}
    figures = [Address(form.code, row.code, column.code) for row, column in form.cells() if column.numeric]
    if said and all(each.nil for each in said.values()) and all(address in its for address in figures):
        return FormValues(nil=True)
    columns = {column.code: column for column in form.columns}
    cells: dict[tuple[str, str], Value] = {}
    for address, source in its.items():
        column = columns[address.column]
        value = _said(said[source.address.form], source, column)
        if value is not None:
            cells[address.row, address.column] = value
    return FormValues(cells)


def _said(form: FormValues, source: Source, column: Column) -> Value | None:
    if form.nil:
        return scale_of(column.decimals).zero if column.numeric else None
    return _value_as(form.cells.get((source.address.row, source.address.column)), source.factor, column)


def _records_as(form: Form, values: Values, its: Mapping[Address, Source]) -> FormValues:
    columns = {column.code: column for column in form.columns}
    taken = [(columns[a.column], s) for a, s in its.items() if a.column != RECORD_COUNT]
    if not taken:
        return FormValues()
    said = values.forms.get(taken[0][1].address.form, _NOTHING)
    return FormValues(records=[_record_as(record, taken) for record in said.records], nil=said.nil)


def _record_as(record: Mapping[str, Value], taken: Iterable[tuple[Column, Source]]) -> dict[str, Value]:
    found = ((column, _value_as(record.get(source.address.column), source.factor, column)) for column, source in taken)
    return {column.code: value for column, value in found if value is not None}


def _value_as(value: Value | None, factor: Fraction, column: Column) -> Value | None:
    if isinstance(value, Decimal):
        if factor != 1:
            return round_fraction(Fraction(value) * factor, column.decimals)
        return value.quantize(scale_of(column.decimals).quantum, context=_HALF_UP)
    if column.type == "choice" and value not in {choice.code for choice in column.choices}:
        return None
    return value


# --- roll-ups --------------------------------------------------------------------------------------------------------


def vector_as(new: Edition, old: Edition, vector: Vector, regime_editions: Sequence[Edition] = ()) -> Vector:
    """A roll-up's vector as the new edition would hold it; 0 and missing where a series begins anew.

    Rounded half away from zero only where the new figure has fewer decimals. FigureOverflow beyond 64 bits.
    """
    if new.key == old.key:
        return vector
    chain = chain_of(regime_editions, old, new)
    width = len(new.figures)
    figures, presence, contributors = np.zeros(width, np.int64), np.zeros(width, np.uint8), np.zeros(width, np.int32)
    for slot, from_slot, factor in _slots(new, old, sources(new, chain) if chain else {}):
        presence[slot], contributors[slot] = vector.presence[from_slot], vector.contributors[from_slot]
        scaled = int(vector.figures[from_slot])
        if factor != 1:
            scaled = rounded(scaled * factor.numerator, factor.denominator)
            if abs(scaled) > LIMIT:
                raise FigureOverflow(new.figures[slot].address)
        figures[slot] = scaled
    return Vector(figures, presence, contributors)


def _slots(new: Edition, old: Edition, its: Mapping[Address, Source]) -> list[tuple[int, int, Fraction]]:
    """New slot, old slot, and what the old scaled figure is multiplied by."""
    found = []
    for slot, figure in enumerate(new.figures):
        source = its.get(figure.address)
        from_slot = old.slot.get(source.address) if source is not None else None
        if source is not None and from_slot is not None:
            shift = figure.decimals - old.figures[from_slot].decimals
            found.append((slot, from_slot, source.factor * Fraction(10) ** shift))
    return found
