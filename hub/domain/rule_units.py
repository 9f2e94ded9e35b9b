"""Units of measure in rules: what ``convert`` multiplies by, and where figures of different units meet without it.

A cell's unit is its row's, else its column's. Products have no unit here: ``c01 * 1000`` may be a conversion by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Form
from hub.domain.regime import Edition
from hub.domain.rule_grammar import Call, Comparison, Name, Node, Number, Product, RuleSyntaxError, Sum, Text, walk
from hub.domain.rule_kinds import THIS, adds_up
from hub.domain.units import factor_between


def unit_of(edition: Edition, node: Node) -> str | None:
    """The one unit of a bound node's value; None where it has none, several, or one that cannot be told."""
    match node:
        case Name():
            return _only(_units_at(edition.form(node.parts[0]), node))
        case Call("convert", (_, Text(unit)), _):
            return unit
        case Sum(terms):
            return _only(unit_of(edition, term) for _, term in terms if not isinstance(term, Number))
        case Call("round" | "abs" | "prev" | "same_period_last_year" | "ytd", (argument, *_), _):
            return unit_of(edition, argument)
        case Call("if", (_, *arguments), _) | Call("sum" | "min" | "max", arguments, _):
            return _only(unit_of(edition, argument) for argument in arguments if not isinstance(argument, Number))
        case _:
            return None


def _units_at(form: Form, name: Name) -> Iterator[str | None]:
    """The units of all cells that a bound name covers."""
    _, row, column = name.parts
    if column == RECORD_COUNT:
        yield None
    elif form.kind == "list":
        yield form.column(column).unit
    for known, its_column in form.cells():
        of_row = row in (THIS, ALL_RECORDS, known.code)
        if of_row and (its_column.code == column or (column == ALL_RECORDS and adds_up(its_column))):
            yield known.unit or its_column.unit


def _only(units: Iterable[str | None]) -> str | None:
    found = set(units)
    return found.pop() if len(found) == 1 else None


def converted(edition: Edition, operand: Node, unit: str, position: int) -> Node:
    """The operand as a figure of that unit: times and divided by whole or decimal numbers, exactly.

    RuleSyntaxError if either unit is unknown or they measure different things.
    """
    given = unit_of(edition, operand)
    if given is None or given not in edition.conversions:
        raise RuleSyntaxError("convert() needs figures of one unit of measure that has a factor", position)
    if unit not in edition.conversions:
        raise RuleSyntaxError(f"there is no unit of measure {unit!r} with a factor", position)
    factor = factor_between(edition.conversions, given, unit)
    if factor is None:
        raise RuleSyntaxError(f"{given!r} cannot be converted to {unit!r}: they measure different things", position)
    factors: list[tuple[Literal["*", "/"], Node]] = [("*", operand)]
    if factor.numerator != 1:
        factors.append(("*", Number(Decimal(factor.numerator))))
    if factor.denominator != 1:
        factors.append(("/", Number(Decimal(factor.denominator))))
    return Product(tuple(factors)) if len(factors) > 1 else operand


def mismatches(edition: Edition, tree: Node) -> Iterator[tuple[str, int]]:
    """Where a tree whose ``convert`` calls are still there adds or compares figures of different known units."""
    for node in walk(tree):
        match node:
            case Sum(terms):
                met: tuple[Node, ...] = tuple(term for _, term in terms)
            case Comparison(_, left, right):
                met = (left, right)
            case Call("if", (_, then, otherwise), _):
                met = (then, otherwise)
            case Call("min" | "max", arguments, _):
                met = arguments
            case _:
                continue
        yield from _between(edition, met)


def _between(edition: Edition, met: tuple[Node, ...]) -> Iterator[tuple[str, int]]:
    units = [(unit, part) for part in met if (unit := unit_of(edition, part)) in edition.conversions]
    for (one, _), (other, part) in pairwise(units):
        factor = factor_between(edition.conversions, one, other)
        position = next((found.position for found in walk(part) if isinstance(found, (Name, Call))), 0)
        if factor is None:
            yield f"figures in {one!r} meet figures in {other!r}, which measure different things", position
        elif factor != 1:
            yield f"figures in {one!r} meet figures in {other!r}; write convert(…, {one!r})", position
