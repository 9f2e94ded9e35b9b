"""``$filter``: the text parsed by ``odata-query``, then turned into a function over rows, with no SQL in between.

Types are checked before any row is looked at. Comparing with null is false but for ``eq`` and ``ne``; logic is that of
three values, and a row stays only where the whole is true.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

from hub.errors import BadRequest
from hub.writers.odata import Edm, Property, Value

T = TypeVar("T")
LONGEST = 4_000
"""Characters of a filter."""
_EXACT = Context(prec=60, traps=[])

_KINDS: Mapping[Edm, str] = {
    "Edm.String": "text", "Edm.Int32": "number", "Edm.Decimal": "number", "Edm.Boolean": "truth", "Edm.Date": "day",
    "Edm.DateTimeOffset": "instant",
}  # fmt: skip


class WrongFilter(BadRequest):
    code = "wrong_filter"
    vi, en = "Điều kiện $filter viết sai.", "The $filter is not well formed."


def parsed(text: str) -> ast._Node:
    """The tree of a filter; WrongFilter if it is none or too long."""
    if len(text) > LONGEST:
        raise WrongFilter("Điều kiện $filter quá dài.", "The $filter is too long.")
    try:
        tree = ODataParser().parse(ODataLexer().tokenize(text))
    except (ODataException, RecursionError, ValueError) as error:
        raise WrongFilter() from error
    if tree is None:
        raise WrongFilter()
    return tree  # type: ignore[no-any-return]


# --- What a filter allows ------------------------------------------------------------


def allowed_texts(tree: ast._Node, name: str) -> frozenset[str] | None:
    """The values of a property that a row may have if the filter holds; None where any value could do.

    Read from ``eq``, ``in``, ``and`` and ``or`` alone, so it may allow too much and never too little.
    """
    match tree:
        case ast.BoolOp(op=ast.And(), left=left, right=right):
            both = [each for each in (allowed_texts(left, name), allowed_texts(right, name)) if each is not None]
            return frozenset.intersection(*both) if both else None
        case ast.BoolOp(op=ast.Or(), left=left, right=right):
            one, other = allowed_texts(left, name), allowed_texts(right, name)
            return None if one is None or other is None else one | other
        case ast.Compare(comparator=ast.Eq(), left=ast.Identifier(name=named), right=ast.String(val=value)):
            return frozenset({value}) if named == name else None
        case ast.Compare(comparator=ast.In(), left=ast.Identifier(name=named), right=ast.List(val=values)):
            texts = [each.val for each in values if isinstance(each, ast.String)]
            return frozenset(texts) if named == name and len(texts) == len(values) else None
    return None


def bound(tree: ast._Node, name: str, *, lower: bool) -> date | None:
    """A day that a property cannot lie before (``lower``) or after if the filter holds; None where it sets none."""
    match tree:
        case ast.BoolOp(op=ast.And(), left=left, right=right):
            found = [each for each in (bound(left, name, lower=lower), bound(right, name, lower=lower)) if each]
            return (max(found) if lower else min(found)) if found else None
        case ast.Compare(comparator=comparator, left=ast.Identifier(name=named), right=ast.Date(val=text)):
            kinds = (ast.GtE, ast.Gt, ast.Eq) if lower else (ast.LtE, ast.Lt, ast.Eq)
            return _day(text) if named == name and isinstance(comparator, kinds) else None
    return None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongFilter() from None


# --- From a tree to a function ------------------------------------------------------------


@dataclass(frozen=True)
class _Part(Generic[T]):
    """A piece of a filter: what kind of value it gives, and the function that gives it for a row."""

    kind: str
    of: Callable[[T], Any]


def condition(tree: ast._Node, properties: Mapping[str, Property[T]]) -> Callable[[T], bool]:
    """Whether a row fits; WrongFilter for unknown names, functions and types that do not go together."""
    try:
        whole = _part(tree, properties)
    except RecursionError:
        raise WrongFilter() from None
    _want(whole, "truth")
    return lambda row: whole.of(row) is True


def _want(part: _Part[T], *kinds: str) -> _Part[T]:
    if part.kind not in kinds and part.kind != "null":
        raise WrongFilter(
            "Các vế của $filter không cùng kiểu dữ liệu.", "The parts of the $filter are of types that do not match."
        )
    return part


def _part(tree: ast._Node, properties: Mapping[str, Property[T]]) -> _Part[T]:
    match tree:
        case ast.Identifier():
            return _named(tree, properties)
        case ast.BoolOp():
            return _logic(tree, properties)
        case ast.Compare():
            return _comparison(tree, properties)
        case ast.UnaryOp():
            return _unary(tree, properties)
        case ast.BinOp():
            return _arithmetic(tree, properties)
        case ast.Call():
            return _call(tree, properties)
    return _literal(tree)


def _named(tree: ast.Identifier, properties: Mapping[str, Property[T]]) -> _Part[T]:
    name = _full(tree)
    its = properties.get(name)
    if its is None:
        raise WrongFilter(f"Không có cột {name[:40]}.", f"There is no property {name[:40]}.")
    return _Part(_KINDS[its.edm], its.get)


def _full(tree: ast.Identifier) -> str:
    return ".".join((*tree.namespace, tree.name))


def _literal(tree: ast._Node) -> _Part[T]:
    kind, value = _constant(tree)
    return _Part(kind, lambda _row: value)


def _constant(tree: ast._Node) -> tuple[str, Value]:
    try:
        match tree:
            case ast.Null():
                return "null", None
            case ast.Integer(val=text) | ast.Float(val=text):
                return "number", Decimal(text)
            case ast.Boolean(val=text):
                return "truth", text.lower() == "true"
            case ast.String(val=text):
                return "text", text
            case ast.Date(val=text):
                return "day", date.fromisoformat(text)
            case ast.DateTime(val=text):
                at = datetime.fromisoformat(text)
                return "instant", at.replace(tzinfo=UTC) if at.tzinfo is None else at
    except (ValueError, InvalidOperation):
        raise WrongFilter() from None
    raise WrongFilter("Hệ thống không hiểu phần này của $filter.", "This part of the $filter is not supported.")


def _logic(tree: ast.BoolOp, properties: Mapping[str, Property[T]]) -> _Part[T]:
    left: Callable[[T], bool | None] = _want(_part(tree.left, properties), "truth").of
    right: Callable[[T], bool | None] = _want(_part(tree.right, properties), "truth").of
    stops = isinstance(tree.op, ast.Or)  # the value of one side that settles the whole

    def both(row: T) -> bool | None:
        one = left(row)
        if one is stops:
            return one
        other = right(row)
        if other is stops:
            return other
        return None if one is None or other is None else not stops

    return _Part("truth", both)


_ORDERS: Mapping[type, Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip


def _comparison(tree: ast.Compare, properties: Mapping[str, Property[T]]) -> _Part[T]:
    left = _part(tree.left, properties)
    if isinstance(tree.comparator, ast.In):
        return _membership(left, tree.right)
    right = _want(_part(tree.right, properties), left.kind) if left.kind != "null" else _part(tree.right, properties)
    one, other = left.of, right.of
    if isinstance(tree.comparator, ast.Eq):
        return _Part("truth", lambda row: one(row) == other(row))
    if isinstance(tree.comparator, ast.NotEq):
        return _Part("truth", lambda row: one(row) != other(row))
    order = _ORDERS[type(tree.comparator)]

    def compare(row: T) -> bool:
        first, second = one(row), other(row)
        return first is not None and second is not None and order(first, second)

    return _Part("truth", compare)


def _membership(left: _Part[T], values: ast._Node) -> _Part[T]:
    if not isinstance(values, ast.List):
        raise WrongFilter()
    known = [_constant(each) for each in values.val]
    for kind, _ in known:
        _want(_Part(kind, left.of), left.kind)
    held = {value for _, value in known}
    return _Part("truth", lambda row: left.of(row) in held)


def _unary(tree: ast.UnaryOp, properties: Mapping[str, Property[T]]) -> _Part[T]:
    its = _part(tree.operand, properties)
    if isinstance(tree.op, ast.Not):
        of = _want(its, "truth").of
        return _Part("truth", lambda row: None if (value := of(row)) is None else not value)
    number = _want(its, "number").of
    return _Part("number", lambda row: None if (value := number(row)) is None else -value)


_OPERATIONS: Mapping[type, Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: _EXACT.add, ast.Sub: _EXACT.subtract, ast.Mult: _EXACT.multiply, ast.Div: _EXACT.divide,
    ast.Mod: _EXACT.remainder,
}  # fmt: skip


def _arithmetic(tree: ast.BinOp, properties: Mapping[str, Property[T]]) -> _Part[T]:
    left = _want(_part(tree.left, properties), "number").of
    right = _want(_part(tree.right, properties), "number").of
    operation = _OPERATIONS[type(tree.op)]
    divides = isinstance(tree.op, ast.Div | ast.Mod)

    def compute(row: T) -> Decimal | None:
        one, other = left(row), right(row)
        if one is None or other is None or (divides and not other):
            return None
        result = operation(Decimal(one), Decimal(other))
        return result if result.is_finite() else None

    return _Part("number", compute)


# --- Functions ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Function:
    takes: tuple[str, ...]
    gives: str
    of: Callable[..., Any]


_DATED = "day instant"
_FUNCTIONS: Mapping[str, _Function] = {
    "contains": _Function(("text", "text"), "truth", lambda text, part: part in text),
    "startswith": _Function(("text", "text"), "truth", lambda text, part: text.startswith(part)),
    "endswith": _Function(("text", "text"), "truth", lambda text, part: text.endswith(part)),
    "tolower": _Function(("text",), "text", lambda text: text.lower()),
    "toupper": _Function(("text",), "text", lambda text: text.upper()),
    "trim": _Function(("text",), "text", lambda text: text.strip()),
    "length": _Function(("text",), "number", lambda text: Decimal(len(text))),
    "concat": _Function(("text", "text"), "text", lambda one, other: one + other),
    "indexof": _Function(("text", "text"), "number", lambda text, part: Decimal(text.find(part))),
    "year": _Function((_DATED,), "number", lambda day: Decimal(day.year)),
    "month": _Function((_DATED,), "number", lambda day: Decimal(day.month)),
    "day": _Function((_DATED,), "number", lambda day: Decimal(day.day)),
    "date": _Function(("instant",), "day", lambda at: at.astimezone(UTC).date()),
    "round": _Function(("number",), "number", lambda one: Decimal(one).to_integral_value(ROUND_HALF_UP)),
    "floor": _Function(("number",), "number", lambda one: Decimal(one).to_integral_value(ROUND_FLOOR)),
    "ceiling": _Function(("number",), "number", lambda one: Decimal(one).to_integral_value(ROUND_CEILING)),
}


def _call(tree: ast.Call, properties: Mapping[str, Property[T]]) -> _Part[T]:
    name = _full(tree.func).lower()
    function = _FUNCTIONS.get(name)
    if function is None or len(function.takes) != len(tree.args):
        raise WrongFilter(
            f"Không dùng được hàm {name[:40]} trong $filter.", f"The function {name[:40]} cannot be used in $filter."
        )
    parts = [
        _want(_part(each, properties), *kind.split()) for each, kind in zip(tree.args, function.takes, strict=True)
    ]
    return _Part(function.gives, _applied(function, [part.of for part in parts]))


def _applied(function: _Function, arguments: Sequence[Callable[[T], Any]]) -> Callable[[T], Any]:
    """Nothing comes of nothing: a function of null is null."""

    def apply(row: T) -> Any:
        values = [of(row) for of in arguments]
        return None if any(value is None for value in values) else function.of(*values)

    return apply
