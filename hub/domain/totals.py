"""Totals left blank are computed from the rules that define them (``Rule.computes``); totals given must agree.

Totals are filled in the order in which they depend on each other, so a total of totals sees them filled. A rule that
divides by zero fills NOT_APPLICABLE: a share of nothing is not missing, it does not apply.
"""

from __future__ import annotations

from collections.abc import Set
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Address
from hub.domain.number_text import MAX_DIGITS
from hub.domain.regime import Edition
from hub.domain.rule_binding import THIS
from hub.domain.rule_compilation import EXACT_ARITHMETIC, Vector
from hub.domain.rule_moment import Moment
from hub.domain.rule_totals import ComputedCell
from hub.domain.rules import Tainted, compile_rules
from hub.domain.values import FormValues, Value, Values

Filled = list[tuple[Address, Decimal | None]]
"""The totals that were computed; None for one that is too large for its column and was left out."""

_HALF_UP = Context(prec=1_000_000, rounding=ROUND_HALF_UP)


def computed(edition: Edition) -> tuple[ComputedCell, ...]:
    """The cells that the edition's rules define, in the order in which to compute them."""
    return compile_rules(edition).totals


def totals_by_rules(edition: Edition, values: Values) -> Values:
    """The values with every computed cell as its rules give it, whatever was given; absent where they give none."""
    cells = {cell.target for cell in computed(edition)}
    forms = {}
    for code, form in values.forms.items():
        kept = {place: value for place, value in form.cells.items() if (code, *place) not in cells}
        records = [{c: v for c, v in record.items() if (code, THIS, c) not in cells} for record in form.records]
        forms[code] = FormValues(kept, records, form.nil)
    filled = Values(forms, values.outline)
    fill_totals(edition, filled)
    return filled


def fill_totals(edition: Edition, values: Values, touched: Set[Address] = frozenset()) -> None:
    """Fill, in place, the computed cells that were left blank and whose formula has a value.

    ``touched``: addresses where something was given that could not be read; they are neither filled nor used. Forms of
    which nothing was said and nil forms stay as they are. A total too large for its column is left out.
    """
    if not computed(edition):
        return
    tainted = Tainted()
    for address in touched:
        tainted.add(address)
    fill_moment(edition, Moment(compile_rules(edition).forms, values), tainted)


def fill_moment(edition: Edition, moment: Moment, tainted: Tainted) -> Filled:
    """As :func:`fill_totals`, on values already laid out, which stay in step."""
    filled: Filled = []
    with localcontext(EXACT_ARITHMETIC):
        for cell in computed(edition):
            form = moment.values.forms.get(cell.target[0])
            if form is None or form.nil:
                continue
            fill = _fill_records if cell.target[1] == THIS else _fill_cell
            fill(cell, form, moment, tainted, filled)
    return filled


def _fill_cell(cell: ComputedCell, form: FormValues, moment: Moment, tainted: Tainted, filled: Filled) -> None:
    code, row, column = cell.target
    vector = moment.grid(code)
    if vector[cell.index] is not None or (row, column) in form.cells:
        return
    value = _value(cell, vector, row, moment, tainted)
    if value is not None and _fits(value, Address(code, row, column), filled):
        form.cells[row, column] = value
        if isinstance(value, Decimal):
            vector[cell.index] = value


def _fill_records(cell: ComputedCell, form: FormValues, moment: Moment, tainted: Tainted, filled: Filled) -> None:
    code, _, column = cell.target
    for number, (vector, record) in enumerate(zip(moment.records(code), form.records, strict=True), start=1):
        if column in record:
            continue
        value = _value(cell, vector, str(number), moment, tainted)
        if value is not None and _fits(value, Address(code, str(number), column), filled):
            record[column] = value
            if isinstance(value, Decimal):
                vector[cell.index] = value


def _fits(value: Value, address: Address, filled: Filled) -> bool:
    if isinstance(value, Decimal):
        fits = len(value.as_tuple().digits) <= MAX_DIGITS
        filled.append((address, value if fits else None))
        return fits
    return True


def _value(cell: ComputedCell, vector: Vector, row: str, moment: Moment, tainted: Tainted) -> Value | None:
    code, _, column = cell.target
    if tainted and Address(code, row, column) in tainted.cells:
        return None
    for formula in cell.formulas:
        if tainted and tainted.touches(formula.needed, row):
            continue
        if formula.when is not None and formula.when(vector, cell.base, moment) is not True:
            continue
        value = formula.value(vector, cell.base, moment)
        if value is not None:
            exact: Decimal = value.quantize(cell.quantum, context=_HALF_UP)
            return exact or abs(exact)
        if any(below(vector, cell.base, moment) == 0 for below in formula.denominators):
            return NOT_APPLICABLE
    return None
