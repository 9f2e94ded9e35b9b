"""Small arithmetic trees: what printed formulas and spreadsheet formulas are read into before they become rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ref:
    """A row, a column or a cell, by whatever names it."""

    key: Hashable


@dataclass(frozen=True, slots=True)
class Const:
    text: str


@dataclass(frozen=True, slots=True)
class Op:
    """``+ - * /`` over two parts."""

    sign: str
    left: Node
    right: Node


Node = Ref | Const | Op


def refs(node: Node) -> Iterator[Hashable]:
    """Every name in the order of writing."""
    if isinstance(node, Ref):
        yield node.key
    elif isinstance(node, Op):
        yield from refs(node.left)
        yield from refs(node.right)


def renamed(node: Node, name: Callable[[Hashable], str | None]) -> Node | None:
    """The tree with names of the draft; None if a name is unknown."""
    if isinstance(node, Ref):
        new = name(node.key)
        return None if new is None else Ref(new)
    if isinstance(node, Op):
        left, right = renamed(node.left, name), renamed(node.right, name)
        return None if left is None or right is None else Op(node.sign, left, right)
    return node


def parts_of_sum(node: Node) -> list[Hashable] | None:
    """The names that are added up, if the tree is nothing but a sum of two names or more."""
    if isinstance(node, Ref):
        return [node.key]
    if isinstance(node, Op) and node.sign == "+":
        left, right = parts_of_sum(node.left), parts_of_sum(node.right)
        return None if left is None or right is None else [*left, *right]
    return None


def total(nodes: list[Node]) -> Node | None:
    """The sum of the nodes; None if there are none."""
    found: Node | None = None
    for node in nodes:
        found = node if found is None else Op("+", found, node)
    return found


def ratio(node: Node) -> tuple[Hashable, Hashable, str] | None:
    """(numerator, denominator, scale) of ``a / b``, ``a / b * 100`` and ``a * 100 / b``."""
    if not isinstance(node, Op):
        return None
    if node.sign == "*" and isinstance(node.right, Const) and (inner := ratio(node.left)) and inner[2] == "1":
        return inner[0], inner[1], node.right.text
    if node.sign == "*" and isinstance(node.left, Const) and (inner := ratio(node.right)) and inner[2] == "1":
        return inner[0], inner[1], node.left.text
    if node.sign != "/" or not isinstance(node.right, Ref):
        return None
    if isinstance(node.left, Ref):
        return node.left.key, node.right.key, "1"
    if isinstance(node.left, Op) and node.left.sign == "*":
        sides = (node.left.left, node.left.right)
        names = [side for side in sides if isinstance(side, Ref)]
        numbers = [side for side in sides if isinstance(side, Const)]
        if len(names) == len(numbers) == 1:
            return names[0].key, node.right.key, numbers[0].text
    return None


_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}


def written(node: Node) -> str:
    """The tree in the language of rules, with as few brackets as its meaning needs."""
    return _written(node, 0, right=False)


def _written(node: Node, outer: int, *, right: bool) -> str:
    if isinstance(node, Ref):
        return str(node.key)
    if isinstance(node, Const):
        return node.text
    strength = _STRENGTH[node.sign]
    left = _written(node.left, strength, right=False)
    text = f"{left} {node.sign} {_written(node.right, strength, right=node.sign in '-/')}"
    return f"({text})" if strength < outer or (right and strength == outer) else text


LEAST_SCALE = 2
_NAME = r"[a-z]\w*"
_RATIO = re.compile(
    rf"(?P<a>{_NAME}) / (?P<b>{_NAME})(?: \* (?P<s>\d+))?|(?P<a2>{_NAME}) \* (?P<s2>\d+) / (?P<b2>{_NAME})"
    rf"|(?P<s3>\d+) \* (?P<a3>{_NAME}) / (?P<b3>{_NAME})"
)


def ratio_in(expr: str) -> tuple[str, str, str] | None:
    """(numerator, denominator, scale) of a written rule ``c03 = c01 / c02 * 100``."""
    match = _RATIO.fullmatch(expr.partition(" = ")[2])
    if match is None:
        return None
    if match["a"]:
        return match["a"], match["b"], match["s"] or "1"
    if match["a2"]:
        return match["a2"], match["b2"], match["s2"]
    return match["a3"], match["b3"], match["s3"]
