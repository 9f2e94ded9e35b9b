"""Spreadsheet formulas in the cells of a form → trees over cells; what only guards against errors is looked through."""

from __future__ import annotations

import re
from collections.abc import Callable

from hub.domain.sheet_layout import column_index
from hub.drafting.expression import Const, Node, Op, Ref, total

Place = tuple[int, int]
_TOKEN = re.compile(
    r"\s*(?:(?P<area>\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+)|(?P<cell>\$?[A-Z]{1,3}\$?\d+(?![\w(]))|(?P<call>[A-Z][A-Z0-9.]*\()"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<text>\"[^\"]*\")|(?P<sign><=|>=|<>|[()+\-*/,;=<>%]))"
)
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")
MOST_TERMS = 300


def read_cell_formula(formula: str) -> Node | None:
    """The tree over (row, column) places of the sheet, from (0, 0); None for a formula that is no plain arithmetic."""
    tokens: list[tuple[str, str]] = []
    position, formula = 0, formula.strip().upper() if '"' not in formula else formula.strip()
    while position < len(formula):
        match = _TOKEN.match(formula, position)
        if match is None or match.end() == position:
            return None
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        position = match.end()
    try:
        reader = _Reader(tokens)
        node = reader.comparison()
        return node if reader.index == len(tokens) else None
    except _Unknown:
        return None


class _Unknown(ValueError):
    pass


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.index, self.depth = tokens, 0, 0

    def _take(self, *signs: str) -> str | None:
        if (
            self.index < len(self.tokens)
            and self.tokens[self.index][0] == "sign"
            and self.tokens[self.index][1] in signs
        ):
            self.index += 1
            return self.tokens[self.index - 1][1]
        return None

    def comparison(self) -> Node | None:
        left = self._sum()
        if self._take("=", "<", ">", "<=", ">=", "<>"):
            self._sum()
            return None
        return left

    def _sum(self) -> Node | None:
        sign = self._take("+", "-")
        node = self._product()
        if sign == "-":
            node = None
        while sign := self._take("+", "-"):
            node = _join(sign, node, self._product())
        return node

    def _product(self) -> Node | None:
        node = self._atom()
        while sign := self._take("*", "/"):
            node = _join(sign, node, self._atom())
        return node

    def _atom(self) -> Node | None:
        self.depth += 1
        if self.index >= len(self.tokens) or self.depth > 500:
            raise _Unknown
        kind, text = self.tokens[self.index]
        self.index += 1
        node: Node | None
        if kind == "cell":
            node = Ref(_place(text))
        elif kind == "area":
            node = total([Ref(place) for place in _area(text)])
        elif kind == "number":
            node = Const(text)
        elif kind == "text":
            node = None
        elif kind == "call":
            node = self._call(text[:-1])
        elif text == "(":
            node = self.comparison()
            if not self._take(")"):
                raise _Unknown
        else:
            raise _Unknown
        while self._take("%"):
            node = None
        return node

    def _call(self, name: str) -> Node | None:
        arguments: list[Node | None] = []
        while not self._take(")"):
            if not (self.index < len(self.tokens) and self.tokens[self.index] in (("sign", ","), ("sign", ";"))):
                arguments.append(self.comparison())
            if not self._take(",", ";") and not (
                self.index < len(self.tokens) and self.tokens[self.index] == ("sign", ")")
            ):
                raise _Unknown
        return _CALLS.get(name, _unknown)(arguments)


def _unknown(arguments: list[Node | None]) -> Node | None:
    return None


def _join(sign: str, left: Node | None, right: Node | None) -> Node | None:
    return None if left is None or right is None else Op(sign, left, right)


def _place(text: str) -> Place:
    match = _CELL.fullmatch(text)
    assert match is not None
    return int(match[2]) - 1, column_index(match[1])


def _area(text: str) -> list[Place]:
    (top, left), (bottom, right) = (_place(corner) for corner in text.split(":"))
    if (abs(bottom - top) + 1) * (abs(right - left) + 1) > MOST_TERMS:
        raise _Unknown
    rows, columns = range(min(top, bottom), max(top, bottom) + 1), range(min(left, right), max(left, right) + 1)
    return [(row, column) for row in rows for column in columns]


def _added(arguments: list[Node | None]) -> Node | None:
    known = [argument for argument in arguments if argument is not None]
    return total(known) if len(known) == len(arguments) else None


def _branch(arguments: list[Node | None]) -> Node | None:
    """The branch of an IF that computes something: the other gives 0 or nothing."""
    branches = [b for b in arguments[1:] if b is not None and not isinstance(b, Const)]
    return branches[0] if len(branches) == 1 else None


_CALLS: dict[str, Callable[[list[Node | None]], Node | None]] = {
    "SUM": _added,
    "IF": _branch,
    "IFERROR": lambda arguments: arguments[0] if arguments else None,
    "ROUND": lambda arguments: arguments[0] if arguments else None,
    "SUBTOTAL": lambda arguments: _added(arguments[1:]) if arguments[:1] in ([Const("9")], [Const("109")]) else None,
}
