"""Comparisons between a grid's own figures, asked at all their places in one go: as nearly every report keeps them all.

Only that all hold is ever concluded here. Where one does not, or something is missing, each rule is asked by itself.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat
from typing import Any

from hub.domain.rule_binding import THIS, BoundRule
from hub.domain.rule_closures import HOLDS, Vector
from hub.domain.rule_grammar import Comparison, Name, Node, Number, Sum
from hub.domain.rule_moment import Layout, Moment

Side = tuple[Name, ...] | Decimal
"""What is compared: one cell or several added up, or a number."""
_Shape = tuple[str, str, int | Decimal, int | Decimal]
"""Form, sign of the comparison, and of each side how many cells it adds up, or the number."""


@dataclass(frozen=True)
class Sweep:
    """All places of all rules of one shape. ``rules``: their numbers in the edition's order.

    ``left`` and ``right``: for each cell that is added up, where it stands at each place; or the number.
    """

    form: str
    sign: str
    rules: frozenset[int]
    left: tuple[operator.itemgetter[Any], ...] | Decimal
    right: tuple[operator.itemgetter[Any], ...] | Decimal

    def holds(self, moment: Moment) -> bool:
        """True if none of the rules fails anywhere. In exact arithmetic, as the rules themselves."""
        vector = moment.grid(self.form)
        try:
            return all(map(HOLDS[self.sign], _values(self.left, vector), _values(self.right, vector)))
        except TypeError:  # something is missing
            return False


def _values(side: tuple[operator.itemgetter[Any], ...] | Decimal, vector: Vector) -> Iterable[Any]:
    if isinstance(side, Decimal):
        return repeat(side)
    first, *others = side
    total: Iterable[Any] = first(vector)
    for cells in others:
        total = map(operator.add, total, cells(vector))
    return total


def sweeps_of(forms: Mapping[str, Layout], bound: Sequence[BoundRule]) -> tuple[Sweep, ...]:
    """The sweeps of an edition's rules; a rule of any other kind is in none of them."""
    rules: defaultdict[_Shape, set[int]] = defaultdict(set)
    places: defaultdict[_Shape, list[tuple[list[int], list[int]]]] = defaultdict(list)
    for number, rule in enumerate(bound):
        sides = _sides(forms, rule)
        found = list(_places(forms, rule, *sides)) if sides is not None else []
        if sides is None or not found or None in found:
            continue
        assert rule.form is not None
        assert isinstance(rule.test, Comparison)
        left, right = (side if isinstance(side, Decimal) else len(side) for side in sides)
        shape = (rule.form, rule.test.operator, left, right)
        rules[shape].add(number)
        places[shape] += [place for place in found if place is not None]
    return tuple(_sweep(shape, frozenset(rules[shape]), its) for shape, its in places.items())


def _sweep(shape: _Shape, rules: frozenset[int], places: Sequence[tuple[list[int], list[int]]]) -> Sweep:
    form, sign, left, right = shape
    lefts, rights = zip(*places, strict=True)
    return Sweep(
        form, sign, rules,
        left if isinstance(left, Decimal) else tuple(map(_getter, zip(*lefts, strict=True))),
        right if isinstance(right, Decimal) else tuple(map(_getter, zip(*rights, strict=True))),
    )  # fmt: skip


def _getter(indexes: tuple[int, ...]) -> operator.itemgetter[Any]:
    return operator.itemgetter(*indexes, indexes[0])  # the first twice: of a single one it would give no tuple


def _sides(forms: Mapping[str, Layout], rule: BoundRule) -> tuple[Side, Side] | None:
    """Both sides of a rule that can be swept; None for any other."""
    layout = forms.get(rule.form or "")
    if layout is None or layout.form.kind != "grid" or not isinstance(rule.test, Comparison) or rule.rule.tolerance:
        return None
    left, right = _side(layout, rule.test.left), _side(layout, rule.test.right)
    if left is None or right is None or (isinstance(left, Decimal) and isinstance(right, Decimal)):
        return None
    return left, right


def _side(layout: Layout, node: Node) -> Side | None:
    if isinstance(node, Number):
        return node.value
    terms = node.terms if isinstance(node, Sum) else ((1, node),)
    names = tuple(term for sign, term in terms if sign > 0 and isinstance(term, Name))
    own = all(name.parts[0] == layout.form.code and _is_figure(layout, name) for name in names)
    return names if own and len(names) == len(terms) else None


def _is_figure(layout: Layout, name: Name) -> bool:
    _, row, column = name.parts
    here = row == THIS or row in layout.row_offset
    return here and column in layout.column_offset and layout.form.column(column).numeric


def _places(
    forms: Mapping[str, Layout], rule: BoundRule, left: Side, right: Side
) -> Iterator[tuple[list[int], list[int]] | None]:  # fmt: skip
    """Where the cells of both sides stand, at each place where the rule is asked; None for one with a blocked cell."""
    assert rule.form is not None
    layout = forms[rule.form]
    for base in layout.row_offset.values() if rule.scope == "row" else (0,):
        both = [
            [_index(layout, name, base) for name in side] if isinstance(side, tuple) else [] for side in (left, right)
        ]
        is_open = all(layout.open[index] for side in both for index in side)
        yield (both[0], both[1]) if is_open else None


def _index(layout: Layout, name: Name, base: int) -> int:
    _, row, column = name.parts
    return base + layout.column_offset[column] if row == THIS else layout.index(row, column)
