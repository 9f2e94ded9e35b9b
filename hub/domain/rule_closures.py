"""The closures that bound trees are compiled to: each a function of the vector at hand, the row's place in it and the
moment, giving an exact value or None where something it needs is missing."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation
from fractions import Fraction
from typing import Any

from hub.domain.form import Address
from hub.domain.number_text import fold
from hub.domain.rule_moment import ZERO, Moment, Slot, figure_elsewhere

_ROUNDING = Context(prec=1_000_000, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero])

Vector = Sequence[Slot]
Closure = Callable[[Vector, int, Moment], Any]
"""``closure(vector, base, moment)``: the home form's vector, where the row at hand begins in it, and all else."""

Exact = Decimal | Fraction


# --- comparisons and logic -------------------------------------------------------------------------------------------

HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def within(sign: str, tolerance: Decimal) -> Callable[[Any, Any], bool]:
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


def comparison_of(left: Closure, right: Closure, holds: Callable[[Any, Any], bool]) -> Closure:
    def comparison(vector: Vector, base: int, moment: Moment) -> bool | None:
        one = left(vector, base, moment)
        other = right(vector, base, moment)
        if one is None or other is None:
            return None
        return holds(one, other)

    return comparison


def logic_of(operands: list[Closure], decides: bool) -> Closure:
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


def negation_of(operand: Closure) -> Closure:
    def negation(vector: Vector, base: int, moment: Moment) -> bool | None:
        truth: bool | None = operand(vector, base, moment)
        return None if truth is None else not truth

    return negation


def emptiness_of(cell: Closure) -> Closure:
    return lambda vector, base, moment: cell(vector, base, moment) in (None, "")


def conditional_of(condition: Closure, then: Closure, otherwise: Closure) -> Closure:
    def conditional(vector: Vector, base: int, moment: Moment) -> Any:
        truth = condition(vector, base, moment)
        if truth is None:
            return None
        return then(vector, base, moment) if truth else otherwise(vector, base, moment)

    return conditional


# --- cells -----------------------------------------------------------------------------------------------------------


def constant(value: Any) -> Closure:
    return lambda vector, base, moment: value


def at_hand(offset: int) -> Closure:
    return lambda vector, base, moment: vector[base + offset]


def fixed(index: int) -> Closure:
    return lambda vector, base, moment: vector[index]


def elsewhere(form: str, index: int) -> Closure:
    return lambda vector, base, moment: moment.grid(form)[index]


def folded_text(cell: Closure) -> Closure:
    def folded(vector: Vector, base: int, moment: Moment) -> str | None:
        text = cell(vector, base, moment)
        return fold(text) if isinstance(text, str) else None

    return folded


def blank_if_missing(text: Closure) -> Closure:
    return lambda vector, base, moment: text(vector, base, moment) or ""


def fraction_of(number: Closure) -> Closure:
    def as_fraction(vector: Vector, base: int, moment: Moment) -> Fraction | None:
        value = number(vector, base, moment)
        return None if value is None else Fraction(value)

    return as_fraction


def in_other_report(regime: str, address: Address) -> Closure:
    """The figure of the same unit and period under another regime."""

    def elsewhere_reported(vector: Vector, base: int, moment: Moment) -> Decimal | None:
        report = moment.others.get(regime)
        return figure_elsewhere(report, address) if report is not None else None

    return elsewhere_reported


# --- arithmetic ------------------------------------------------------------------------------------------------------


def sum_of_cells_at_hand(offsets: list[int], added: int, width: int) -> Closure:
    get = operator.itemgetter(*offsets)

    def sum_at_hand(vector: Vector, base: int, moment: Moment) -> Any:
        return _added_up(get(vector[base : base + width]), added)

    return sum_at_hand


def sum_of_fixed_cells(indexes: list[int], added: int) -> Closure:
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


def sum_of(terms: list[tuple[int, Closure]], constant: Exact) -> Closure:
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


def product_of(factors: list[tuple[str, Closure]]) -> Closure:
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


def rounded_quotient(above: list[Closure], below: list[Closure], places: int) -> Closure:
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


def rounded_half_up(number: Closure, places: int) -> Closure:
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


def absolute_of(number: Closure) -> Closure:
    def absolute(vector: Vector, base: int, moment: Moment) -> Exact | None:
        value = number(vector, base, moment)
        return None if value is None else abs(value)

    return absolute


def extreme_of(numbers: list[Closure], greatest: bool) -> Closure:
    choose: Any = max if greatest else min

    def extreme(vector: Vector, base: int, moment: Moment) -> Exact | None:
        present = [value for number in numbers if (value := number(vector, base, moment)) is not None]
        return choose(present) if present else None

    return extreme


# --- whole columns ---------------------------------------------------------------------------------------------------


def present_in_records(form: str, offset: int) -> Callable[[Moment], list[Any]]:
    return lambda moment: [value for record in moment.records(form) if (value := record[offset]) is not None]


def record_count(form: str) -> Closure:
    def count(vector: Vector, base: int, moment: Moment) -> Decimal | None:
        records = moment.records(form)
        return Decimal(len(records)) if records or moment.nil(form) else None

    return count


def aggregate_of(function: str, form: str, present: Callable[[Moment], list[Any]]) -> Closure:
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
