"""Compiles bound trees to closures. Exact: Decimals where a value is one, Fractions only where a division needs them.

What is missing: an operand of ``+``, ``-`` or ``sum`` counts as 0 as long as another one is present (constants do not
count as present); anything else with a missing operand is itself missing. A division by zero is missing too. A missing
truth is neither true nor false: ``or`` is true if any part is, ``and`` is false if any part is, else they are missing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation
from fractions import Fraction
from itertools import compress
from typing import Any

from hub.domain.form import ALL_RECORDS, RECORD_COUNT
from hub.domain.number_text import fold, read_date
from hub.domain.rule_binding import AGGREGATES, OTHER_MOMENTS, THIS
from hub.domain.rule_grammar import Call, Comparison, Logic, Name, Node, Not, Number, Product, Sum, Text, children
from hub.domain.rule_moment import ZERO, Layout, Moment, Slot

EXACT_ARITHMETIC = Context(prec=1_000_000, traps=[InvalidOperation, DivisionByZero, Inexact])
"""The context rules run in: what would be rounded raises instead."""

_ROUNDING = Context(prec=1_000_000, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero])

Vector = Sequence[Slot]
Closure = Callable[[Vector, int, Moment], Any]
"""``closure(vector, base, moment)``: the home form's vector, where the row at hand begins in it, and all else."""

Exact = Decimal | Fraction


def divides(node: Node) -> bool:
    """True if the node's value may be no finite decimal."""
    if isinstance(node, Call) and node.function in ("round", "count"):
        return False
    if isinstance(node, Product) and any(sign == "/" for sign, _ in node.factors):
        return True
    return any(divides(child) for child in children(node))


class Compiler:
    """Compiles the trees of one bound rule. ``home``: the form whose vector the closures are given."""

    def __init__(self, forms: dict[str, Layout], home: str | None, tolerance: Decimal = ZERO) -> None:
        self.forms = forms
        self.home = home
        self.tolerance = tolerance

    def truth(self, node: Node) -> Closure:
        """A closure that gives True, False or None."""
        match node:
            case Comparison():
                left, right, holds = self.sides(node)
                return _comparison(left, right, holds)
            case Logic(sign, operands):
                return _logic([self.truth(operand) for operand in operands], sign == "or")
            case Not(operand):
                return _negation(self.truth(operand))
            case Call("empty", (Name() as name,), _):
                return _emptiness(self._name(name))
            case Call("if", (condition, then, otherwise), _):
                return _conditional(self.truth(condition), self.truth(then), self.truth(otherwise))
            case Call(function, (argument,), _) if function in OTHER_MOMENTS:
                return self._at_other_moment(function, self.truth(argument))
            case _:
                raise TypeError(f"{node!r} is neither true nor false")

    def sides(self, node: Comparison) -> tuple[Closure, Closure, Callable[[Any, Any], bool]]:
        """Both sides of a comparison, and whether it holds between two values that are present."""
        if self._is_text(node.left) or self._is_text(node.right):
            return self._text_sides(node)
        fraction = divides(node.left) or divides(node.right)
        holds = _HOLDS[node.operator] if not self.tolerance else _within(node.operator, self.tolerance)
        return self.number(node.left, fraction), self.number(node.right, fraction), holds

    # --- texts and days

    def _is_text(self, node: Node) -> bool:
        """True for texts and days: what is compared but not computed with."""
        match node:
            case Text():
                return True
            case Name((form, _, column)):
                layout = self.forms[form]
                return column in layout.column_offset and not layout.form.column(column).numeric
            case Call("if", (_, then, _), _):
                return self._is_text(then)
            case Call(function, (argument,), _) if function in OTHER_MOMENTS:
                return self._is_text(argument)
            case _:
                return False

    def _text_sides(self, node: Comparison) -> tuple[Closure, Closure, Callable[[Any, Any], bool]]:
        days = any(self._is_day(side) for side in (node.left, node.right))
        against_blank = Text("") in (node.left, node.right)
        sides = []
        for side in (node.left, node.right):
            closure = self._text(side, days=days)
            sides.append(_blank_if_missing(closure) if against_blank else closure)
        return sides[0], sides[1], _HOLDS[node.operator]

    def _is_day(self, node: Node) -> bool:
        match node:
            case Name((form, _, column)):
                return self.forms[form].form.column(column).type == "date"
            case Call("if", (_, then, _), _) | Call("prev" | "same_period_last_year" | "ytd", (then,), _):
                return self._is_day(then)
            case _:
                return False

    def _text(self, node: Node, *, days: bool) -> Closure:
        """A closure that gives a folded text (or a day), or None."""
        match node:
            case Text(text, _):
                return _constant(read_date(text) if days else fold(text))
            case Name():
                return self._name(node) if days else _folded(self._name(node))
            case Call("if", (condition, then, otherwise), _):
                branches = self._text(then, days=days), self._text(otherwise, days=days)
                return _conditional(self.truth(condition), *branches)
            case Call(function, (argument,), _) if function in OTHER_MOMENTS:
                return self._at_other_moment(function, self._text(argument, days=days))
            case _:
                raise TypeError(f"{node!r} is no text")

    # --- numbers

    def number(self, node: Node, fraction: bool | None = None) -> Closure:
        """A closure that gives an exact number or None; a Fraction if ``fraction`` (by default: if it divides)."""
        divided = divides(node)
        if not fraction or divided:
            return self._own_number(node, divided)
        if isinstance(node, Number):
            return _constant(Fraction(node.value))
        return _as_fraction(self._own_number(node, divided))

    def _own_number(self, node: Node, fraction: bool) -> Closure:
        match node:
            case Number(value):
                return _constant(value)
            case Name():
                return self._name(node)
            case Sum(terms):
                return self._sum(terms, fraction)
            case Product(factors):
                return _product([(sign, self.number(factor, fraction)) for sign, factor in factors])
            case Call():
                return self._call(node, fraction)
            case _:
                raise TypeError(f"{node!r} is no number")

    def _name(self, name: Name) -> Closure:
        form, row, column = name.parts
        layout = self.forms[form]
        if row == THIS:
            return _at_hand(layout.column_offset[column])
        index = layout.index(row, column)
        return _fixed(index) if form == self.home else _elsewhere(form, index)

    def _sum(self, terms: tuple[tuple[int, Node], ...], fraction: bool) -> Closure:
        parts = [node for _, node in terms]
        if not fraction and all(isinstance(part, Name) and part.parts[0] == self.home for part in parts):
            return self._sum_of_cells(terms)
        signed = [(sign, self.number(node, fraction)) for sign, node in terms if not isinstance(node, Number)]
        constant = sum((sign * node.value for sign, node in terms if isinstance(node, Number)), ZERO)
        return _sum(signed, Fraction(constant) if fraction else constant)

    def _sum_of_cells(self, terms: tuple[tuple[int, Node], ...]) -> Closure:
        """The common case: adds cells of the home form without a call for each."""
        added = [name for sign, name in terms if sign > 0 and isinstance(name, Name)]
        taken = [name for sign, name in terms if sign < 0 and isinstance(name, Name)]
        cells = [*added, *taken]
        if len({name.parts[1] == THIS for name in cells}) > 1 or len(cells) < 2:
            return _sum([(sign, self.number(node)) for sign, node in terms], ZERO)
        layout = self.forms[cells[0].parts[0]]
        if cells[0].parts[1] == THIS:
            offsets = [layout.column_offset[name.parts[2]] for name in cells]
            return _sum_at_hand(offsets, len(added), layout.width)
        return _sum_fixed([layout.index(*name.parts[1:]) for name in cells], len(added))

    def _call(self, call: Call, fraction: bool) -> Closure:
        match call:
            case Call(function, (Name() as whole,), _) if function in AGGREGATES:
                return self._aggregate(function, whole)
            case Call("round", (argument, Number(places)), _):
                return self._round(argument, int(places))
            case Call("abs", (argument,), _):
                return _absolute(self.number(argument, fraction))
            case Call("min" | "max" as function, arguments, _):
                return _extreme([self.number(argument, fraction) for argument in arguments], function == "max")
            case Call("if", (condition, then, otherwise), _):
                branches = self.number(then, fraction), self.number(otherwise, fraction)
                return _conditional(self.truth(condition), *branches)
            case Call(function, (argument,), _) if function in OTHER_MOMENTS:
                return self._at_other_moment(function, self.number(argument, fraction))
            case _:
                raise TypeError(f"{call!r} is no number")

    def _round(self, argument: Node, places: int) -> Closure:
        if isinstance(argument, Product) and not any(divides(factor) for _, factor in argument.factors):
            above = [self.number(factor) for sign, factor in argument.factors if sign == "*"]
            below = [self.number(factor) for sign, factor in argument.factors if sign == "/"]
            return _rounded_quotient(above, below, places)
        return _rounded(self.number(argument), places)

    def denominators(self, node: Node) -> list[Closure]:
        """What the node divides by: if one of them is 0, the value does not apply rather than being missing."""
        found = [child for part in children(node) for child in self.denominators(part)]
        if isinstance(node, Product):
            found += [self.number(factor) for sign, factor in node.factors if sign == "/"]
        return found

    # --- whole columns and rows, other moments

    def _aggregate(self, function: str, name: Name) -> Closure:
        form, row, column = name.parts
        layout = self.forms[form]
        if column == RECORD_COUNT:
            return _record_count(form)
        present = self._present_in_grid(layout, row, column)
        if layout.form.kind == "list":
            present = _present_in_records(form, layout.column_offset[column])
        return _aggregate(function, form, present)

    def _present_in_grid(self, layout: Layout, row: str, column: str) -> Callable[[Moment], list[Any]]:
        figures = [known.numeric for known in layout.form.columns] * len(layout.form.rows)
        chosen = [
            is_open and (key[1] == column if row == ALL_RECORDS else key[0] == row and figure)
            for key, is_open, figure in zip(layout.keys, layout.open, figures, strict=True)
        ]
        form = layout.form.code
        return lambda moment: [value for value in compress(moment.grid(form), chosen) if value is not None]

    def _at_other_moment(self, function: str, inner: Closure) -> Closure:
        home = self.home if self.home is not None and self.forms[self.home].form.kind == "grid" else None

        def at_other_moment(_: Vector, base: int, moment: Moment) -> Any:
            other = {"prev": moment.previous, "same_period_last_year": moment.last_year}.get(function)
            if other is None:
                return None
            return inner(other.grid(home) if home is not None else (), base, other)

        return at_other_moment


# --- comparisons and logic -------------------------------------------------------------------------------------------

_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _within(sign: str, tolerance: Decimal) -> Callable[[Any, Any], bool]:
    """The comparison of numbers that may be off by an absolute tolerance, to the reporter's favour."""
    slack = Fraction(tolerance)

    def off(left: Exact, right: Exact) -> Fraction:
        return Fraction(left) - Fraction(right)

    rules: dict[str, Callable[[Any, Any], bool]] = {
        "=": lambda left, right: abs(off(left, right)) <= slack,
        "!=": lambda left, right: abs(off(left, right)) > slack,
        "<": lambda left, right: off(left, right) < slack,
        "<=": lambda left, right: off(left, right) <= slack,
        ">": lambda left, right: off(left, right) > -slack,
        ">=": lambda left, right: off(left, right) >= -slack,
    }
    return rules[sign]


def _comparison(left: Closure, right: Closure, holds: Callable[[Any, Any], bool]) -> Closure:
    def comparison(vector: Vector, base: int, moment: Moment) -> bool | None:
        one = left(vector, base, moment)
        other = right(vector, base, moment)
        if one is None or other is None:
            return None
        return holds(one, other)

    return comparison


def _logic(operands: list[Closure], decides: bool) -> Closure:
    """``decides``: the truth that settles it, True for ``or`` and False for ``and``."""

    def logic(vector: Vector, base: int, moment: Moment) -> bool | None:
        outcome: bool | None = not decides
        for operand in operands:
            truth: bool | None = operand(vector, base, moment)
            if truth is decides:
                return decides
            if truth is None:
                outcome = None
        return outcome

    return logic


def _negation(operand: Closure) -> Closure:
    def negation(vector: Vector, base: int, moment: Moment) -> bool | None:
        truth: bool | None = operand(vector, base, moment)
        return None if truth is None else not truth

    return negation


def _emptiness(cell: Closure) -> Closure:
    return lambda vector, base, moment: cell(vector, base, moment) in (None, "")


def _conditional(condition: Closure, then: Closure, otherwise: Closure) -> Closure:
    def conditional(vector: Vector, base: int, moment: Moment) -> Any:
        truth = condition(vector, base, moment)
        if truth is None:
            return None
        return then(vector, base, moment) if truth else otherwise(vector, base, moment)

    return conditional


# --- cells -----------------------------------------------------------------------------------------------------------


def _constant(value: Any) -> Closure:
    return lambda vector, base, moment: value


def _at_hand(offset: int) -> Closure:
    return lambda vector, base, moment: vector[base + offset]


def _fixed(index: int) -> Closure:
    return lambda vector, base, moment: vector[index]


def _elsewhere(form: str, index: int) -> Closure:
    return lambda vector, base, moment: moment.grid(form)[index]


def _folded(cell: Closure) -> Closure:
    def folded(vector: Vector, base: int, moment: Moment) -> str | None:
        text = cell(vector, base, moment)
        return fold(text) if isinstance(text, str) else None

    return folded


def _blank_if_missing(text: Closure) -> Closure:
    return lambda vector, base, moment: text(vector, base, moment) or ""


def _as_fraction(number: Closure) -> Closure:
    def as_fraction(vector: Vector, base: int, moment: Moment) -> Fraction | None:
        value = number(vector, base, moment)
        return None if value is None else Fraction(value)

    return as_fraction


# --- arithmetic ------------------------------------------------------------------------------------------------------


def _sum_at_hand(offsets: list[int], added: int, width: int) -> Closure:
    get = operator.itemgetter(*offsets)

    def sum_at_hand(vector: Vector, base: int, moment: Moment) -> Any:
        return _added_up(get(vector[base : base + width]), added)

    return sum_at_hand


def _sum_fixed(indexes: list[int], added: int) -> Closure:
    get = operator.itemgetter(*indexes)
    return lambda vector, base, moment: _added_up(get(vector), added)


def _added_up(cells: tuple[Any, ...], added: int) -> Any:
    """The first ``added`` cells minus the others; None if none is present."""
    try:
        if added == len(cells):
            return sum(cells)
        return sum(cells[:added]) - sum(cells[added:])
    except TypeError:  # something is missing, which is the rarer case
        present = [cell for cell in cells if cell is not None]
        if not present:
            return None
        return sum((cell for cell in cells[:added] if cell is not None), ZERO) - sum(
            (cell for cell in cells[added:] if cell is not None), ZERO
        )


def _sum(terms: list[tuple[int, Closure]], constant: Exact) -> Closure:
    def added(vector: Vector, base: int, moment: Moment) -> Exact | None:
        total: Any = constant
        missing = bool(terms)
        for sign, term in terms:
            value = term(vector, base, moment)
            if value is not None:
                missing = False
                total = total + value if sign > 0 else total - value
        return None if missing else total

    return added


def _product(factors: list[tuple[str, Closure]]) -> Closure:
    def multiplied(vector: Vector, base: int, moment: Moment) -> Exact | None:
        total: Any = 1
        for sign, factor in factors:
            value = factor(vector, base, moment)
            if value is None or (sign == "/" and not value):
                return None
            total = total * value if sign == "*" else total / value
        return total  # type: ignore[no-any-return]

    return multiplied


def _times(factors: list[Closure], vector: Vector, base: int, moment: Moment) -> Decimal | None:
    total = Decimal(1)
    for factor in factors:
        value = factor(vector, base, moment)
        if value is None:
            return None
        total *= value
    return total


def _rounded_quotient(above: list[Closure], below: list[Closure], places: int) -> Closure:
    """Products over products, rounded half up, in integers and Decimals only: the common ratio, without Fractions."""
    shift = Decimal(10) ** places
    quantum = Decimal((0, (1,), -places))

    def quotient(vector: Vector, base: int, moment: Moment) -> Decimal | None:
        upper = _times(above, vector, base, moment)
        lower = _times(below, vector, base, moment)
        if upper is None or not lower:
            return None
        whole, rest = divmod(abs(upper) * shift, abs(lower))
        if rest + rest >= abs(lower):
            whole += 1
        return (whole if (upper < 0) == (lower < 0) else -whole) * quantum

    return quotient


def _rounded(number: Closure, places: int) -> Closure:
    quantum = Decimal((0, (1,), -places))

    def rounded(vector: Vector, base: int, moment: Moment) -> Decimal | None:
        value = number(vector, base, moment)
        if isinstance(value, Fraction):
            return round_fraction(value, places)
        return None if value is None else value.quantize(quantum, context=_ROUNDING)

    return rounded


def round_fraction(value: Fraction, places: int) -> Decimal:
    """Half up, away from zero, as Excel's ROUND and as people do."""
    whole, rest = divmod(abs(value.numerator) * 10**places, value.denominator)
    if 2 * rest >= value.denominator:
        whole += 1
    return Decimal((0 if value >= 0 else 1, tuple(map(int, str(whole))), -places))


def _absolute(number: Closure) -> Closure:
    def absolute(vector: Vector, base: int, moment: Moment) -> Exact | None:
        value = number(vector, base, moment)
        return None if value is None else abs(value)

    return absolute


def _extreme(numbers: list[Closure], greatest: bool) -> Closure:
    choose: Any = max if greatest else min

    def extreme(vector: Vector, base: int, moment: Moment) -> Exact | None:
        present = [value for number in numbers if (value := number(vector, base, moment)) is not None]
        return choose(present) if present else None

    return extreme


# --- whole columns ---------------------------------------------------------------------------------------------------


def _present_in_records(form: str, offset: int) -> Callable[[Moment], list[Any]]:
    return lambda moment: [value for record in moment.records(form) if (value := record[offset]) is not None]


def _record_count(form: str) -> Closure:
    def count(vector: Vector, base: int, moment: Moment) -> Decimal | None:
        records = moment.records(form)
        return Decimal(len(records)) if records or moment.nil(form) else None

    return count


def _aggregate(function: str, form: str, present: Callable[[Moment], list[Any]]) -> Closure:
    """A nil form gives 0; a form of which nothing was said gives a missing value."""
    reduce: Any = {"sum": sum, "count": len, "min": min, "max": max}[function]

    def aggregate(vector: Vector, base: int, moment: Moment) -> Decimal | None:
        if moment.nil(form):
            return ZERO
        said = moment.values.forms.get(form)
        values = present(moment)
        if values or (function == "count" and said is not None and not said.blank):
            return Decimal(reduce(values))
        return None

    return aggregate
