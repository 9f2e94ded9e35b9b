"""Totals left blank are computed from the rules that define them (``Rule.computes``); totals given must agree.

Totals are filled in the order in which they depend on each other, so a total of totals sees them filled. A rule that
divides by zero fills NOT_APPLICABLE: a share of nothing is not missing, it does not apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import ALL_RECORDS, Address
from hub.domain.number_text import MAX_DIGITS, scale_of
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition
from hub.domain.rule_binding import THIS, BoundRule
from hub.domain.rule_compilation import EXACT_ARITHMETIC, Closure, Compiler, Vector
from hub.domain.rule_grammar import Name, Node, RuleSyntaxError, names
from hub.domain.rule_moment import Layout, Moment
from hub.domain.rules import Tainted, compile_rules
from hub.domain.values import FormValues, Value, Values

Target = tuple[str, str, str]
"""(form, row, column) of a computed cell; the row is ``@`` for a list, where every record has one."""

Filled = list[tuple[Address, Decimal | None]]
"""The totals that were computed; None for one that is too large for its column and was left out."""

_HALF_UP = Context(prec=1_000_000, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Formula:
    """One way to compute a cell: closures over its form's vector, and the bound tree they come from."""

    tree: Node
    condition: Node | None
    value: Closure
    when: Closure | None
    denominators: tuple[Closure, ...]
    needed: tuple[Name, ...]


@dataclass(frozen=True)
class ComputedCell:
    """A cell that rules define. The first formula whose condition holds and that has a value counts."""

    target: Target
    index: int
    base: int
    quantum: Decimal
    formulas: list[Formula] = field(default_factory=list)


@per_edition
def computed(edition: Edition) -> tuple[ComputedCell, ...]:
    """The computed cells in the order in which to compute them. RuleSyntaxError if totals depend on each other."""
    compiled = compile_rules(edition)
    cells: dict[Target, ComputedCell] = {}
    for bound in compiled.bound:
        if bound.total is not None and bound.formula is not None:
            formula = _formula(compiled.forms, bound)
            for target in _targets(compiled.forms, bound.total):
                cell = cells.get(target)
                if cell is None:
                    cell = cells[target] = _computed_cell(compiled.forms, target)
                cell.formulas.append(formula)
    return tuple(_ordered(cells))


def _formula(forms: dict[str, Layout], bound: BoundRule) -> Formula:
    assert bound.formula is not None
    compiler = Compiler(forms, bound.form)
    return Formula(
        bound.formula,
        bound.when,
        compiler.number(bound.formula),
        compiler.truth(bound.when) if bound.when is not None else None,
        tuple(compiler.denominators(bound.formula)),
        names(bound.formula) + (names(bound.when) if bound.when is not None else ()),
    )


def _targets(forms: dict[str, Layout], total: Name) -> Iterator[Target]:
    """The open cells that a total's bound name stands for."""
    form, row, column = total.parts
    layout = forms[form]
    if row != THIS or layout.form.kind == "list":
        rows: Iterable[str] = (row,)
    else:
        rows = layout.row_offset
    for code in rows:
        if (code, column) not in layout.form.blocked:
            yield form, code, column


def _computed_cell(forms: dict[str, Layout], target: Target) -> ComputedCell:
    form, row, column = target
    layout = forms[form]
    base = 0 if row == THIS else layout.row_offset[row]
    decimals = layout.form.column(column).decimals
    return ComputedCell(target, base + layout.column_offset[column], base, scale_of(decimals).quantum)


def _ordered(cells: dict[Target, ComputedCell]) -> Iterator[ComputedCell]:
    """Every cell after the computed cells it needs."""
    done: set[Target] = set()
    for first in cells:
        path: list[Target] = []
        stack: list[tuple[Target, Iterator[Target]]] = []
        _enter(first, cells, done, path, stack)
        while stack:
            target, needed = stack[-1]
            following = next((one for one in needed if one not in done), None)
            if following is None:
                stack.pop()
                path.pop()
                done.add(target)
                yield cells[target]
            elif following in path:
                raise RuleSyntaxError(f"{'.'.join(following)} is computed from itself", 0)
            else:
                _enter(following, cells, done, path, stack)


def _enter(
    target: Target,
    cells: dict[Target, ComputedCell],
    done: set[Target],
    path: list[Target],
    stack: list[tuple[Target, Iterator[Target]]],
) -> None:
    if target not in done:
        path.append(target)
        stack.append((target, _needs(cells, target)))


def _needs(cells: dict[Target, ComputedCell], target: Target) -> Iterator[Target]:
    for formula in cells[target].formulas:
        for name in formula.needed:
            yield from _computed_under(cells, name, target)


def _computed_under(cells: dict[Target, ComputedCell], name: Name, at: Target) -> Iterator[Target]:
    """The computed cells that a bound name covers when it is asked at a cell."""
    form, row, column = name.parts
    if row != ALL_RECORDS and column != ALL_RECORDS:
        key = (form, at[1] if row == THIS else row, column)
        if key in cells:
            yield key
        return
    for key in cells:
        if key[0] == form and row in (ALL_RECORDS, key[1]) and column in (ALL_RECORDS, key[2]):
            yield key


# --- filling ---------------------------------------------------------------------------------------------------------


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
