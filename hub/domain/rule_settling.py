"""Settles what a rule sees outside the report: an earlier period or another regime becomes a constant, or missing.

A workbook and a page hold one report only. When they are made, everything that looks elsewhere (``prev``,
``same_period_last_year``, ``ytd``, ``other``) is worked out by the server's own closures, so that both can ask every
rule:

- ``Call("given", (node,))`` a value that is known: a ``Number``, a quotient of two, a ``Text`` (a day is its ISO text)
  or a truth. It counts as present in sums, which a written constant does not;
- ``Call("missing", ())`` a value that is not there.

Neither can be written in a rule, and no name of another moment or regime is left. ``ytd`` becomes the sum of what came
before and of this report's own figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition, Rule
from hub.domain.rule_binding import BoundRule
from hub.domain.rule_compilation import Compiler, Vector
from hub.domain.rule_grammar import (
    Call,
    Comparison,
    Logic,
    Name,
    Node,
    Not,
    Number,
    Product,
    Sum,
    Text,
    names_now,
    walk,
)
from hub.domain.rule_kinds import ELSEWHERE, THIS, Kind, kind_of
from hub.domain.rule_moment import Moment
from hub.domain.rule_numbers import EXACT_ARITHMETIC
from hub.domain.rules import compile_rules
from hub.domain.values import Values

GIVEN, ABSENT = "given", "missing"
MISSING = Call(ABSENT, ())
_TRUE = Comparison("=", Number(Decimal(1)), Number(Decimal(1)))
_FALSE = Comparison("=", Number(Decimal(0)), Number(Decimal(1)))


@dataclass(frozen=True, slots=True)
class AskedRule:
    """A bound rule as it is asked of one report at hand.

    ``rows``: the rows of its grid at which these trees hold, none for a rule over records or one asked once.
    ``needed``: the names it reads from the report itself. ``subject``: the name its findings stand at.
    """

    bound: BoundRule
    rows: tuple[str, ...]
    test: Node
    when: Node | None
    shown: Mapping[str, Node] = field(default_factory=dict)

    @property
    def rule(self) -> Rule:
        return self.bound.rule

    @property
    def trees(self) -> tuple[Node, ...]:
        return (self.test,) if self.when is None else (self.test, self.when)

    @property
    def needed(self) -> tuple[Name, ...]:
        bound = (self.bound.test,) if self.bound.when is None else (self.bound.test, self.bound.when)
        return tuple(dict.fromkeys(name for tree in bound for name in names_now(tree)))

    @property
    def subject(self) -> Name:
        return next((name for name in self.bound.names if name.parts[1] == THIS), self.bound.names[0])

    @property
    def own_forms(self) -> frozenset[str]:
        """Every form that the rule names, be it at another moment."""
        return frozenset(name.parts[0] for name in self.bound.names)


def looks_elsewhere(node: Node) -> bool:
    """True if any part of the tree is about another period or another regime."""
    return any(isinstance(part, Call) and part.function in ELSEWHERE for part in walk(node))


@per_edition
def settles(edition: Edition) -> bool:
    """True if any rule of the edition looks elsewhere, so that its reports have to be settled one by one."""
    return any(looks_elsewhere(tree) for bound in compile_rules(edition).bound for tree in _trees(bound))


def asked_rules(edition: Edition, moment: Moment | None = None) -> tuple[AskedRule, ...]:
    """The edition's rules as they are asked of the report of this moment; without one all else is missing.

    Only rules that look elsewhere are worked out anew; of these a rule over the rows of a grid is one per row.
    """
    plain = _plain_rules(edition)
    if all(isinstance(one, AskedRule) for one in plain):
        return plain  # type: ignore[return-value]
    at = moment or nothing_known(edition)
    with localcontext(EXACT_ARITHMETIC):
        return tuple(
            asked
            for one in plain
            for asked in ([one] if isinstance(one, AskedRule) else _settled_rules(edition, one, at))
        )


@per_edition
def _plain_rules(edition: Edition) -> tuple[AskedRule | BoundRule, ...]:
    """The rules that look nowhere else, ready; the others as they are bound."""
    return tuple(
        bound
        if any(looks_elsewhere(tree) for tree in _trees(bound))
        else AskedRule(bound, rows_of(edition, bound), bound.test, bound.when, dict(bound.shown))
        for bound in compile_rules(edition).bound
    )


def rows_of(edition: Edition, bound: BoundRule) -> tuple[str, ...]:
    """The rows of a grid at which a rule is asked; none unless it is a rule over the rows."""
    if bound.scope != "row" or bound.form is None:
        return ()
    return tuple(row.code for row in edition.form(bound.form).rows)


def _trees(bound: BoundRule) -> tuple[Node, ...]:
    return tuple(tree for tree in (bound.test, bound.when, *bound.shown.values()) if tree is not None)


def _settled_rules(edition: Edition, bound: BoundRule, moment: Moment) -> list[AskedRule]:
    settled_rules = []
    for row in rows_of(edition, bound) or ("",):
        settle = _Settler(edition, bound.form, row, moment, bound.rule.tolerance).tree
        when = settle(bound.when) if bound.when is not None else None
        shown = {text: settle(node) for text, node in bound.shown.items()}
        settled_rules.append(AskedRule(bound, (row,) if row else (), settle(bound.test), when, shown))
    return settled_rules


def settled(edition: Edition, tree: Node, form: str | None, row: str, moment: Moment | None = None) -> Node:
    """A tree bound in a form, at one row of it (or ``""``), with everything outside the report worked out."""
    if not looks_elsewhere(tree):
        return tree
    with localcontext(EXACT_ARITHMETIC):
        return _Settler(edition, form, row, moment or nothing_known(edition), Decimal(0)).tree(tree)


def nothing_known(edition: Edition) -> Moment:
    """The moment of a report of which nothing is known, neither now nor before."""
    return Moment(compile_rules(edition).forms, Values())


class _Settler:
    """Rewrites trees bound in one form, at one row."""

    def __init__(self, edition: Edition, form: str | None, row: str, moment: Moment, tolerance: Decimal) -> None:
        layout = moment.forms[form] if form is not None else None
        on_grid = layout is not None and layout.form.kind == "grid"
        self.edition, self.moment = edition, moment
        self.grid = form if on_grid else None
        self.compiler = Compiler(moment.forms, form, tolerance)
        self.vector: Vector = moment.grid(self.grid) if self.grid is not None else ()
        self.base = layout.row_offset.get(row, 0) if layout is not None else 0

    def tree(self, node: Node) -> Node:
        match node:
            case Call("ytd", (now,), _):
                return self._year_to_date(now)
            case Call(function, _, _) if function in ELSEWHERE:
                return self._constant(node)
            case Sum(terms):
                return Sum(tuple((sign, self.tree(term)) for sign, term in terms))
            case Product(factors):
                return Product(tuple((sign, self.tree(factor)) for sign, factor in factors))
            case Comparison(operator, left, right):
                return Comparison(operator, self.tree(left), self.tree(right))
            case Logic(operator, operands):
                return Logic(operator, tuple(self.tree(operand) for operand in operands))
            case Not(operand):
                return Not(self.tree(operand))
            case Call(function, arguments, position):
                return Call(function, tuple(self.tree(argument) for argument in arguments), position)
            case _:
                return node

    def _constant(self, call: Call) -> Node:
        if kind_of(self.edition, call) == "truth":
            truth = self.compiler.truth(call)(self.vector, self.base, self.moment)
            return MISSING if truth is None else Call(GIVEN, (_TRUE if truth else _FALSE,))
        return given(self.compiler.value(call)(self.vector, self.base, self.moment))

    def _year_to_date(self, now: Node) -> Node:
        """What the year's earlier periods add up to, and this report's own figure, which is still being typed."""
        if self.moment.so_far is None:
            return MISSING
        total: Decimal | Fraction = Decimal(0)
        for earlier in self.moment.so_far:
            vector = earlier.grid(self.grid) if self.grid is not None else ()
            value = self.compiler.number(now)(vector, self.base, earlier)
            if value is None:
                return MISSING
            total = total + value
        if isinstance(total, Fraction):
            scaled = Product((("*", now), ("*", Number(Decimal(total.denominator)))))
            over = Sum(((1, scaled), (1, Number(Decimal(total.numerator)))))
            return Product((("*", over), ("/", Number(Decimal(total.denominator)))))
        return Sum(((1, now), (1, Number(total))))


def given(value: Any) -> Node:
    """A known number, text or day as a node; :data:`MISSING` for None."""
    if value is None:
        return MISSING
    if isinstance(value, Fraction):
        quotient = (("*", Number(Decimal(value.numerator))), ("/", Number(Decimal(value.denominator))))
        return Call(GIVEN, (Product(quotient),))  # type: ignore[arg-type]
    if isinstance(value, date):
        return Call(GIVEN, (Text(value.isoformat()),))
    return Call(GIVEN, (Number(value) if isinstance(value, Decimal) else Text(value),))


def settled_kind(edition: Edition, node: Node) -> Kind:
    """What a settled node gives; a missing value counts as a number."""
    match node:
        case Call("given", (inner,), _):
            return settled_kind(edition, inner)
        case Call("if", (_, then, otherwise), _):
            return settled_kind(edition, otherwise if then == MISSING else then)
        case _:
            return kind_of(edition, node)


def compared_as(edition: Edition, comparison: Comparison) -> Kind:
    """How both sides are compared: ``number``, ``text`` or ``date``; a day on one side makes the other one a day."""
    kinds = {settled_kind(edition, side) for side in (comparison.left, comparison.right)}
    return "date" if "date" in kinds else "text" if "text" in kinds else "number"
