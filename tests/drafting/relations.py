"""Relations between columns or between rows in one canonical form, whether printed, expected or written as a rule.

A relation is a tuple: ``("equality", scope, terms)`` with terms a frozenset of (name, coefficient) that add to nothing,
``("part", scope, whole, part)`` for part <= whole, ``("ratio", scope, total, over, under)`` whatever its scale, or
``("other", …)``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from hub.domain.rule_grammar import Call, Comparison, Name, Node, Number, Product, RuleSyntaxError, Sum, parse

Relation = tuple[Hashable, ...]
Terms = dict[str, Fraction]
CONSTANT = ""


def of_expectation(rule: Mapping[str, Any]) -> Iterator[Relation]:
    """The relations of an expected rule; names are numbers of columns or rows."""
    total, parts, scope = rule["total"], rule["parts"], rule["scope"]
    if rule["kind"] == "part":
        yield from (("part", scope, total, part) for part in parts)
    elif rule["kind"] == "ratio":
        yield "ratio", scope, total, frozenset(parts), frozenset(rule["of"])
    else:
        terms = {abs(part): Fraction(-1 if part > 0 else 1) for part in parts} | {total: Fraction(1)}
        yield "equality", scope, _equation(terms)


def of_expression(text: str, number: Callable[[str], int | None]) -> Iterator[Relation]:
    """The relations of a rule's expression; ``number`` tells what expected column or row a code stands for.

    A code that stands for nothing, and whatever is no sum, part or ratio, gives a relation that equals no expected one.
    """
    try:
        node = parse(text)
    except RuleSyntaxError:
        node = None
    found = list(_relations(node, number)) if isinstance(node, Comparison) else []
    yield from found or [("other", text)]


def implied(relation: Relation, known: set[Relation]) -> bool:
    """Whether a part follows from an equality that adds it to its whole: said twice, but not wrong."""
    if relation[0] != "part":
        return False
    _, scope, whole, part = relation
    for other in known:
        if other[0] == "equality" and other[1] == scope:
            signs = dict(other[2])  # type: ignore[call-overload]
            if whole in signs and part in signs and signs[whole] * signs[part] < 0:
                alone = [name for name in signs if signs[name] * signs[whole] > 0]
                if alone == [whole]:
                    return True
    return False


def _relations(node: Comparison, number: Callable[[str], int | None]) -> Iterator[Relation]:
    left, right, operator = node.left, node.right, node.operator
    if operator in (">=", ">"):
        left, right, operator = right, left, "<="
    whole, sides = _linear(right), _linear(left)
    if operator == "=":
        ratio = _ratio(left, right, number) or _ratio(right, left, number)
        if ratio:
            yield ratio
        elif whole is not None and sides is not None:
            yield from _as_equality(_minus(sides, whole), number)
    elif operator in ("<", "<=") and whole is not None and sides is not None:
        yield from _as_parts(sides, whole, number)


def _as_equality(terms: Terms, number: Callable[[str], int | None]) -> Iterator[Relation]:
    if CONSTANT not in terms and terms:
        numbers = _numbers(terms, number)
        if numbers:
            yield "equality", _scope(next(iter(terms))), _equation(numbers)


def _as_parts(parts: Terms, whole: Terms, number: Callable[[str], int | None]) -> Iterator[Relation]:
    if len(whole) == 1 and CONSTANT not in (*whole, *parts):
        total, below = _numbers(whole, number), _numbers(parts, number)
        if total and below:
            scope = _scope(next(iter(whole)))
            yield from (("part", scope, next(iter(total)), part) for part in below)


def _numbers(terms: Terms, number: Callable[[str], int | None]) -> dict[int, Fraction] | None:
    found: dict[int, Fraction] = {}
    for name, coefficient in terms.items():
        place = number(name)
        if place is None or place in found:
            return None
        found[place] = coefficient
    return found


def _equation(terms: Mapping[int, Fraction]) -> frozenset[tuple[int, Fraction]]:
    lead = terms[min(terms)]
    return frozenset((name, coefficient / lead) for name, coefficient in terms.items() if coefficient)


def _ratio(total: Node, quotient: Node, number: Callable[[str], int | None]) -> Relation | None:
    if isinstance(quotient, Call) and quotient.function == "round":
        quotient = quotient.arguments[0]
    if not (isinstance(total, Name) and isinstance(quotient, Product)):
        return None
    over, under = [], []
    for operator, factor in quotient.factors:
        terms = _linear(factor)
        if terms is None:
            return None
        if set(terms) != {CONSTANT}:
            (over if operator == "*" else under).append(terms)
    if len(over) != 1 or len(under) != 1:
        return None
    whole, above, below = (
        _numbers({_code(total): Fraction(1)}, number),
        *(_numbers(t[0], number) for t in (over, under)),
    )
    if not (whole and above and below):
        return None
    return "ratio", _scope(_code(total)), next(iter(whole)), frozenset(above), frozenset(below)


def _linear(node: Node) -> Terms | None:
    """Names with their coefficients (a number under ``CONSTANT``); None if the node is no sum of such terms."""
    match node:
        case Number(value):
            return {CONSTANT: Fraction(value)}
        case Name():
            return {_code(node): Fraction(1)}
        case Sum(terms):
            return _added([(Fraction(sign), term) for sign, term in terms])
        case Call("sum", arguments):
            return _added([(Fraction(1), argument) for argument in arguments])
        case Product(factors):
            return _scaled(factors)
    return None


def _added(terms: list[tuple[Fraction, Node]]) -> Terms | None:
    total: Terms = {}
    for sign, term in terms:
        linear = _linear(term)
        if linear is None:
            return None
        for name, coefficient in linear.items():
            total[name] = total.get(name, Fraction(0)) + sign * coefficient
    return {name: coefficient for name, coefficient in total.items() if coefficient}


def _scaled(factors: tuple[Any, ...]) -> Terms | None:
    scale, names = Fraction(1), None
    for operator, factor in factors:
        linear = _linear(factor)
        if linear is None:
            return None
        if set(linear) <= {CONSTANT}:
            value = linear.get(CONSTANT, Fraction(0))
            if operator == "/" and not value:
                return None
            scale = scale * value if operator == "*" else scale / value
        elif operator == "*" and names is None:
            names = linear
        else:
            return None
    return {CONSTANT: scale} if names is None else {name: value * scale for name, value in names.items()}


def _minus(left: Terms, right: Terms) -> Terms:
    difference = dict(left)
    for name, coefficient in right.items():
        difference[name] = difference.get(name, Fraction(0)) - coefficient
    return {name: coefficient for name, coefficient in difference.items() if coefficient}


def _code(name: Name) -> str:
    """The code of the column or row; a cell stands for its row (its column is that of the whole rule)."""
    codes = [part for part in name.parts if part[:1] in "rc" and part[1:].isdigit()]
    return codes[0] if codes else ".".join(name.parts)


def _scope(code: str) -> str:
    return "row" if code.startswith("r") else "column"
