"""The grammar of rules: text → tree. Nothing here knows a form; nothing is ever evaluated as Python or SQL.

    rule       = or
    or         = and ("or" and)*
    and        = not ("and" not)*
    not        = "not" not | comparison
    comparison = sum (("=" | "!=" | "<>" | "<" | "<=" | ">" | ">=") sum)?
    sum        = product (("+" | "-") product)*
    product    = unary (("*" | "/") unary)*
    unary      = "-" unary | primary
    primary    = number | 'text' | name ("." (name | "*" | "#"))* | function "(" or ("," or)* ")" | "(" or ")"

Names: ``c03`` or ``r21`` in the rule's own form, ``F1.c03`` (a column, inside ``sum`` and its like), ``r01.c03`` and
``F1.r01.c03`` (a cell), ``F2`` (a form, inside ``count``); in another regime ``F1.r01.c03`` (a cell), ``F2.*.c03`` (a
list column's total) and ``F2.*.#`` (a list's number of records).

Functions, where x is any value of the report, an aggregate or a formula:

- ``sum min max`` of a column, a row or several values; ``count`` of what is filled, or of a list's records; ``abs(x)``;
  ``round(x, places)`` half up; ``if(condition, x, y)``; ``empty(cell)``;
- ``prev(x)`` in the period before, ``same_period_last_year(x)``; ``ytd(x)`` added up over this year's periods up to and
  including this one, missing if it is missing in any of them;
- ``convert(x, 'triệu đồng')``: the same in another unit of measure, exactly;
- ``other('CODE', F1.r01.c03)``: what the same unit reported for the same period under another regime.

``prev``, ``same_period_last_year``, ``ytd`` and ``other`` look outside the report and do not stand inside each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NoReturn

MAX_LENGTH = 2000
MAX_DEPTH = 40

FUNCTIONS: dict[str, tuple[int, int]] = {
    "sum": (1, 300),
    "count": (1, 1),
    "min": (1, 300),
    "max": (1, 300),
    "abs": (1, 1),
    "round": (1, 2),
    "if": (3, 3),
    "empty": (1, 1),
    "prev": (1, 1),
    "same_period_last_year": (1, 1),
    "ytd": (1, 1),
    "convert": (2, 2),
    "other": (2, 2),
}
"""Every function with the least and greatest number of its arguments."""

Operator = Literal["=", "!=", "<", "<=", ">", ">="]


class RuleSyntaxError(ValueError):
    """The expression cannot be understood; ``position`` counts characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        self.message = message
        self.position = position
        super().__init__(f"{message} (at character {position + 1})")


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """A written text; ``choice``: once bound, the code of a choice."""

    value: str
    choice: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """One to three codes, as written; once bound, always (form, row, column)."""

    parts: tuple[str, ...]
    position: int = 0


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms with their signs, 1 or -1."""

    terms: tuple[tuple[int, Node], ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Factors with their operators; the first operator is ``*``."""

    factors: tuple[tuple[Literal["*", "/"], Node], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    operator: Literal["and", "or"]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    operand: Node


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Node, ...]
    position: int = 0


Node = Number | Text | Name | Sum | Product | Comparison | Logic | Not | Call


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, from left to right."""
    match node:
        case Sum(terms):
            return tuple(term for _, term in terms)
        case Product(factors):
            return tuple(factor for _, factor in factors)
        case Comparison(_, left, right):
            return (left, right)
        case Logic(_, operands):
            return operands
        case Not(operand):
            return (operand,)
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def renamed(node: Node, rename: Callable[[Name], Name]) -> Node:
    """The same tree with every name of the report's own edition replaced."""
    match node:
        case Name():
            return rename(node)
        case Sum(terms):
            return Sum(tuple((sign, renamed(term, rename)) for sign, term in terms))
        case Product(factors):
            return Product(tuple((sign, renamed(factor, rename)) for sign, factor in factors))
        case Comparison(operator, left, right):
            return Comparison(operator, renamed(left, rename), renamed(right, rename))
        case Logic(operator, operands):
            return Logic(operator, tuple(renamed(operand, rename) for operand in operands))
        case Not(operand):
            return Not(renamed(operand, rename))
        case Call(function, arguments, position) if function != "other":
            return Call(function, tuple(renamed(argument, rename) for argument in arguments), position)
        case _:
            return node


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, from left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


def names(node: Node) -> tuple[Name, ...]:
    """Every name of the report's own edition in the order of writing, repeats included; not those in ``other``."""
    if isinstance(node, Name):
        return (node,)
    return tuple(found for child in own_children(node) for found in names(child))


def names_now(node: Node) -> tuple[Name, ...]:
    """The names a node reads from the report itself: all but those it asks of an earlier period alone."""
    if isinstance(node, Name):
        return (node,)
    if isinstance(node, Call) and node.function in ("prev", "same_period_last_year"):
        return ()
    return tuple(found for child in own_children(node) for found in names_now(child))


def own_children(node: Node) -> tuple[Node, ...]:
    """The parts of a node that are about the report's own edition: all but what stands in ``other``."""
    return () if isinstance(node, Call) and node.function == "other" else children(node)


# --- tokens ----------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<text>'(?:[^'\n]|'')*')"
    r"|(?P<sign><=|>=|<>|!=|[=<>+\-*/(),.#])"
)
_KEYWORDS = frozenset({"and", "or", "not"})
_COMPARISONS: dict[str, Operator] = {"=": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(text: str) -> list[_Token]:
    tokens = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise RuleSyntaxError(f"{text[position]!r} is not understood", position)
        kind = match.lastgroup or ""
        if kind == "name" and match[0] in _KEYWORDS:
            kind = "keyword"
        if kind == "number" and len(match[0]) > 40:
            raise RuleSyntaxError("the number is too long", position)
        if kind != "space":
            tokens.append(_Token(kind, match[0], position))
        position = match.end()
    tokens.append(_Token("end", "", len(text)))
    return tokens


# --- parser ----------------------------------------------------------------------------------------------------------


def parse(text: str) -> Node:
    """The tree of an expression. RuleSyntaxError, and nothing else, for any text that is not one."""
    if len(text) > MAX_LENGTH:
        raise RuleSyntaxError(f"longer than {MAX_LENGTH} characters", MAX_LENGTH)
    return _Parser(_tokens(text)).whole()


class _Parser:
    """Recursive descent over the tokens; ``depth`` bounds the nesting."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.index]

    def whole(self) -> Node:
        node = self._or()
        if self.token.kind != "end":
            self._fail(f"{self.token.text!r} is not expected here")
        return node

    def _fail(self, message: str) -> NoReturn:
        raise RuleSyntaxError(message, self.token.position)

    def _take(self, *texts: str) -> str | None:
        """The token's text if it is one of these signs or keywords, stepping over it; else None."""
        token = self.token
        if token.kind in ("sign", "keyword") and token.text in texts:
            self.index += 1
            return token.text
        return None

    def _need(self, sign: str) -> None:
        if self._take(sign) is None:
            self._fail(f"{sign!r} is missing")

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._fail(f"nested deeper than {MAX_DEPTH}")

    def _or(self) -> Node:
        operands = [self._and()]
        while self._take("or"):
            operands.append(self._and())
        return operands[0] if len(operands) == 1 else Logic("or", tuple(operands))

    def _and(self) -> Node:
        operands = [self._not()]
        while self._take("and"):
            operands.append(self._not())
        return operands[0] if len(operands) == 1 else Logic("and", tuple(operands))

    def _not(self) -> Node:
        if not self._take("not"):
            return self._comparison()
        self._deeper()
        operand = self._not()
        self.depth -= 1
        return Not(operand)

    def _comparison(self) -> Node:
        left = self._sum()
        sign = self._take(*_COMPARISONS)
        if sign is None:
            return left
        right = self._sum()
        if self.token.kind == "sign" and self.token.text in _COMPARISONS:
            self._fail("comparisons cannot be chained; join them with 'and'")
        return Comparison(_COMPARISONS[sign], left, right)

    def _sum(self) -> Node:
        terms = [(1, self._product())]
        while sign := self._take("+", "-"):
            terms.append((1 if sign == "+" else -1, self._product()))
        return terms[0][1] if len(terms) == 1 else Sum(tuple(terms))

    def _product(self) -> Node:
        factors: list[tuple[Literal["*", "/"], Node]] = [("*", self._unary())]
        while sign := self._take("*", "/"):
            factors.append(("*" if sign == "*" else "/", self._unary()))
        return factors[0][1] if len(factors) == 1 else Product(tuple(factors))

    def _unary(self) -> Node:
        if not self._take("-"):
            return self._primary()
        self._deeper()
        operand = self._unary()
        self.depth -= 1
        return Number(-operand.value) if isinstance(operand, Number) else Sum(((-1, operand),))

    def _primary(self) -> Node:
        token = self.token
        if token.kind == "number":
            self.index += 1
            return Number(Decimal(token.text))
        if token.kind == "text":
            self.index += 1
            return Text(token.text[1:-1].replace("''", "'"))
        if token.kind == "name":
            return self._name_or_call(token)
        if self._take("("):
            self._deeper()
            node = self._or()
            self._need(")")
            self.depth -= 1
            return node
        return self._fail("a value is missing" if token.kind == "end" else f"{token.text!r} is not expected here")

    def _name_or_call(self, token: _Token) -> Node:
        self.index += 1
        if self._take("("):
            return self._call(token)
        parts = [token.text]
        while self._take("."):
            if self.token.kind != "name" and self.token.text not in ("*", "#"):
                self._fail("a code is missing after '.'")
            parts.append(self.token.text)
            self.index += 1
        if len(parts) > 3:
            raise RuleSyntaxError("a name has at most three parts: form.row.column", token.position)
        return Name(tuple(parts), token.position)

    def _call(self, token: _Token) -> Node:
        if token.text not in FUNCTIONS:
            raise RuleSyntaxError(f"there is no function {token.text!r}", token.position)
        self._deeper()
        arguments = [self._or()]
        while self._take(","):
            arguments.append(self._or())
        self._need(")")
        self.depth -= 1
        least, most = FUNCTIONS[token.text]
        if not least <= len(arguments) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise RuleSyntaxError(f"{token.text!r} takes {wanted} arguments, not {len(arguments)}", token.position)
        return Call(token.text, tuple(arguments), token.position)
