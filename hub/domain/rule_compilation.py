"""Compiles bound trees to closures. Exact: Decimals where a value is one, Fractions only where a division needs them.

What is missing: an operand of ``+``, ``-`` or ``sum`` counts as 0 as long as another one is present (constants do not
count as present); anything else with a missing operand is itself missing. A division by zero is missing too. A missing
truth is neither true nor false: ``or`` is true if any part is, ``and`` is false if any part is, else they are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import compress
from typing import Any

from hub.domain import rule_closures as closures
from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Address
from hub.domain.number_text import fold, read_date
from hub.domain.rule_closures import Closure, Exact, Vector, round_fraction
from hub.domain.rule_grammar import Call, Comparison, Logic, Name, Node, Not, Number, Product, Sum, Text, children
from hub.domain.rule_kinds import AGGREGATES, OTHER_MOMENTS, THIS
from hub.domain.rule_moment import ZERO, Layout, Moment
from hub.domain.rule_numbers import EXACT_ARITHMETIC

__all__ = ["EXACT_ARITHMETIC", "Closure", "Compiler", "Exact", "Vector", "divides", "round_fraction"]


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
                return closures.comparison_of(left, right, holds)
            case Logic(sign, operands):
                return closures.logic_of([self.truth(operand) for operand in operands], sign == "or")
            case Not(operand):
                return closures.negation_of(self.truth(operand))
            case Call("empty", (Name() as name,), _):
                return closures.emptiness_of(self._name(name))
            case Call("if", (condition, then, otherwise), _):
                return closures.conditional_of(self.truth(condition), self.truth(then), self.truth(otherwise))
            case Call(function, (argument,), _) if function in OTHER_MOMENTS:
                return self._at_other_moment(function, self.truth(argument))
            case _:
                raise TypeError(f"{node!r} is neither true nor false")

    def value(self, node: Node) -> Closure:
        """A closure that gives what people are shown: an exact number, a text as it was written, a day, or None."""
        match node:
            case Name():
                return self._name(node)
            case Call("if", (condition, then, otherwise), _):
                return closures.conditional_of(self.truth(condition), self.value(then), self.value(otherwise))
            case Call("prev" | "same_period_last_year" as function, (argument,), _):
                return self._at_other_moment(function, self.value(argument))
            case Text(text, _):
                return closures.constant(text)
            case _:
                return self.number(node)

    def sides(self, node: Comparison) -> tuple[Closure, Closure, Callable[[Any, Any], bool]]:
        """Both sides of a comparison, and whether it holds between two values that are present."""
        if self._is_text(node.left) or self._is_text(node.right):
            return self._text_sides(node)
        fraction = divides(node.left) or divides(node.right)
        holds = closures.HOLDS[node.operator] if not self.tolerance else closures.within(node.operator, self.tolerance)
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
            sides.append(closures.blank_if_missing(closure) if against_blank else closure)
        return sides[0], sides[1], closures.HOLDS[node.operator]

    def _is_day(self, node: Node) -> bool:
        match node:
            case Name((form, _, column)):
                return self.forms[form].form.column(column).type == "date"
            case Call("if", (_, then, _), _) | Call("prev" | "same_period_last_year", (then,), _):
                return self._is_day(then)
            case _:
                return False

    def _text(self, node: Node, *, days: bool) -> Closure:
        """A closure that gives a folded text (or a day), or None."""
        match node:
            case Text(text, _):
                return closures.constant(read_date(text) if days else fold(text))
            case Name():
                return self._name(node) if days else closures.folded_text(self._name(node))
            case Call("if", (condition, then, otherwise), _):
                branches = self._text(then, days=days), self._text(otherwise, days=days)
                return closures.conditional_of(self.truth(condition), *branches)
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
            return closures.constant(Fraction(node.value))
        return closures.fraction_of(self._own_number(node, divided))

    def _own_number(self, node: Node, fraction: bool) -> Closure:
        match node:
            case Number(value):
                return closures.constant(value)
            case Name():
                return self._name(node)
            case Sum(terms):
                return self._sum(terms, fraction)
            case Product(factors):
                return closures.product_of([(sign, self.number(factor, fraction)) for sign, factor in factors])
            case Call():
                return self._call(node, fraction)
            case _:
                raise TypeError(f"{node!r} is no number")

    def _name(self, name: Name) -> Closure:
        form, row, column = name.parts
        layout = self.forms[form]
        if row == THIS:
            return closures.at_hand(layout.column_offset[column])
        index = layout.index(row, column)
        return closures.fixed(index) if form == self.home else closures.elsewhere(form, index)

    def _sum(self, terms: tuple[tuple[int, Node], ...], fraction: bool) -> Closure:
        parts = [node for _, node in terms]
        if not fraction and all(isinstance(part, Name) and part.parts[0] == self.home for part in parts):
            return self._sum_of_cells(terms)
        signed = [(sign, self.number(node, fraction)) for sign, node in terms if not isinstance(node, Number)]
        constant = sum((sign * node.value for sign, node in terms if isinstance(node, Number)), ZERO)
        return closures.sum_of(signed, Fraction(constant) if fraction else constant)

    def _sum_of_cells(self, terms: tuple[tuple[int, Node], ...]) -> Closure:
        """The common case: adds cells of the home form without a call for each."""
        added = [name for sign, name in terms if sign > 0 and isinstance(name, Name)]
        taken = [name for sign, name in terms if sign < 0 and isinstance(name, Name)]
        cells = [*added, *taken]
        if len({name.parts[1] == THIS for name in cells}) > 1 or len(cells) < 2:
            return closures.sum_of([(sign, self.number(node)) for sign, node in terms], ZERO)
        layout = self.forms[cells[0].parts[0]]
        if cells[0].parts[1] == THIS:
            offsets = [layout.column_offset[name.parts[2]] for name in cells]
            return closures.sum_of_cells_at_hand(offsets, len(added), layout.width)
        return closures.sum_of_fixed_cells([layout.index(*name.parts[1:]) for name in cells], len(added))

    def _call(self, call: Call, fraction: bool) -> Closure:
        match call:
            case Call(function, (Name() as whole,), _) if function in AGGREGATES:
                return self._aggregate(function, whole)
            case Call("round", (argument, Number(places)), _):
                return self._round(argument, int(places))
            case Call("abs", (argument,), _):
                return closures.absolute_of(self.number(argument, fraction))
            case Call("min" | "max" as function, arguments, _):
                numbers = [self.number(argument, fraction) for argument in arguments]
                return closures.extreme_of(numbers, function == "max")
            case Call("if", (condition, then, otherwise), _):
                branches = self.number(then, fraction), self.number(otherwise, fraction)
                return closures.conditional_of(self.truth(condition), *branches)
            case Call("ytd", (argument,), _):
                return self._year_to_date(self.number(argument, fraction))
            case Call(function, (argument,), _) if function in OTHER_MOMENTS:
                return self._at_other_moment(function, self.number(argument, fraction))
            case Call("other", (Text(regime), Name(parts, _)), _):
                return closures.in_other_report(regime, Address(*parts))
            case _:
                raise TypeError(f"{call!r} is no number")

    def _round(self, argument: Node, places: int) -> Closure:
        if isinstance(argument, Product) and not any(divides(factor) for _, factor in argument.factors):
            above = [self.number(factor) for sign, factor in argument.factors if sign == "*"]
            below = [self.number(factor) for sign, factor in argument.factors if sign == "/"]
            return closures.rounded_quotient(above, below, places)
        return closures.rounded_half_up(self.number(argument), places)

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
            return closures.record_count(form)
        present = self._present_in_grid(layout, row, column)
        if layout.form.kind == "list":
            present = closures.present_in_records(form, layout.column_offset[column])
        return closures.aggregate_of(function, form, present)

    def _present_in_grid(self, layout: Layout, row: str, column: str) -> Callable[[Moment], list[Any]]:
        figures = [known.numeric for known in layout.form.columns] * len(layout.form.rows)
        chosen = [
            is_open and (key[1] == column if row == ALL_RECORDS else key[0] == row and figure)
            for key, is_open, figure in zip(layout.keys, layout.open, figures, strict=True)
        ]
        form = layout.form.code
        return lambda moment: [value for value in compress(moment.grid(form), chosen) if value is not None]

    def _at_other_moment(self, function: str, inner: Closure) -> Closure:
        home = self._home_grid()

        def at_other_moment(_: Vector, base: int, moment: Moment) -> Any:
            other = moment.previous if function == "prev" else moment.last_year
            if other is None:
                return None
            return inner(other.grid(home) if home is not None else (), base, other)

        return at_other_moment

    def _year_to_date(self, inner: Closure) -> Closure:
        home = self._home_grid()

        def year_to_date(vector: Vector, base: int, moment: Moment) -> Any:
            total = inner(vector, base, moment)
            if total is None or moment.so_far is None:
                return None
            for earlier in moment.so_far:
                value = inner(earlier.grid(home) if home is not None else (), base, earlier)
                if value is None:
                    return None
                total += value
            return total

        return year_to_date

    def _home_grid(self) -> str | None:
        """The home form if it is a grid, whose rows stand at the same place at every moment."""
        return self.home if self.home is not None and self.forms[self.home].form.kind == "grid" else None
