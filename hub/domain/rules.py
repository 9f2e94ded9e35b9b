"""Rules of an edition: parsed and compiled once, asked of every filing, each failure with its figures.

A rule is text in a small checked language (:mod:`hub.domain.rule_grammar`); it is never evaluated as Python or SQL.
Where it applies follows from its names: column names only → every row or record of the form; row names only → every
column that adds up; full addresses and aggregates only → once. A rule without a form applies to every form that has all
its names.

``a = b`` between a cell and a formula that may be finer than the cell (a division, a product of decimals) compares the
formula rounded half up to the cell's decimals. Tolerance is absolute. A rule is skipped, never failed, where something
it needs is missing, does not apply, is divided by zero or already has a finding (:class:`Tainted`), and where its form
is nil.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from hub.domain.form import ALL_RECORDS, Address
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition, Rule
from hub.domain.rule_binding import OTHER_MOMENTS, THIS, BoundRule, bind
from hub.domain.rule_compilation import EXACT_ARITHMETIC, Closure, Compiler, Vector
from hub.domain.rule_grammar import Call, Comparison, Name, Node, RuleSyntaxError, children, names, parse
from hub.domain.rule_moment import Layout, Moment, layouts
from hub.domain.rule_totals import ComputedCell, computed_cells_of

__all__ = [
    "CompiledRule",
    "CompiledRules",
    "Failure",
    "Node",
    "RuleProblem",
    "RuleSyntaxError",
    "Tainted",
    "compile_rules",
    "names",
    "parse",
    "rule_problems",
]


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """Why a rule of an edition cannot be used, for lint; ``position`` counts characters of its expression from 0."""

    rule_id: str
    message: str
    position: int


@dataclass(slots=True)
class Tainted:
    """Addresses that already have an error: rules that need one of them are skipped."""

    cells: set[Address] = field(default_factory=set)
    columns: set[tuple[str, str]] = field(default_factory=set)
    rows: set[tuple[str, str]] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)

    def add(self, address: Address) -> None:
        self.cells.add(address)
        self.columns.add((address.form, address.column))
        self.rows.add((address.form, address.row))
        self.forms.add(address.form)

    def __bool__(self) -> bool:
        return bool(self.forms)

    def touches(self, needed: Iterable[Name], row: str) -> bool:
        """True if one of the bound names, asked at that row or record, has an error."""
        return any(self._has(name, row) for name in needed)

    def _has(self, name: Name, at: str) -> bool:
        form, row, column = name.parts
        if form not in self.forms:
            return False
        if row == ALL_RECORDS:
            return (form, column) in self.columns
        if column == ALL_RECORDS:
            return (form, row) in self.rows
        return Address(form, at if row == THIS else row, column) in self.cells


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that does not hold at one place, with both sides' values where it is a comparison."""

    rule: Rule
    address: Address
    found: Any = None
    expected: Any = None


class CompiledRule:
    """One rule at every place of one form where it applies."""

    def __init__(self, forms: dict[str, Layout], bound: BoundRule) -> None:
        compiler = Compiler(forms, bound.form, bound.rule.tolerance)
        self.rule = bound.rule
        self.layout = forms[bound.form] if bound.form is not None else None
        self.scope = bound.scope
        self.subject = next((name for name in bound.names if name.parts[1] == THIS), bound.names[0])
        self.needed = tuple(_needed_now(bound.test)) + tuple(_needed_now(bound.when) if bound.when else ())
        self.own_forms = {name.parts[0] for name in bound.names}
        self.when = compiler.truth(bound.when) if bound.when is not None else None
        self.first = compiler.number(self.subject) if _is_cell(self.subject) else None
        if isinstance(bound.test, Comparison):
            self.left, self.right, self.holds = compiler.sides(bound.test)
            self.truth: Closure | None = None
        else:
            self.truth = compiler.truth(bound.test)

    def failures(self, moment: Moment, tainted: Tainted) -> Iterator[Failure]:
        """Where the rule fails, in the order of rows or records."""
        if self._is_nil(moment):
            return
        fails = self._comparison_fails if self.truth is None else self._truth_fails
        for row, vector, base in self._places(moment):
            found = fails(vector, base, moment)
            if found is not None and not (tainted and tainted.touches(self.needed, row)):
                yield Failure(self.rule, self._address(row), *found)

    def _is_nil(self, moment: Moment) -> bool:
        """A nil form is not asked; a rule that spans forms is, and sees 0."""
        if self.scope != "once":
            assert self.layout is not None
            return moment.nil(self.layout.form.code)
        return len(self.own_forms) == 1 and all(moment.nil(form) for form in self.own_forms)

    def _places(self, moment: Moment) -> Iterator[tuple[str, Vector, int]]:
        layout = self.layout
        if layout is None or (self.scope == "once" and layout.form.kind == "list"):
            yield "", (), 0
        elif self.scope == "record":
            for number, record in enumerate(moment.records(layout.form.code), start=1):
                yield str(number), record, 0
        elif self.scope == "row":
            vector = moment.grid(layout.form.code)
            for row, base in layout.row_offset.items():
                yield row, vector, base
        else:
            yield "", moment.grid(layout.form.code), 0

    def _comparison_fails(self, vector: Vector, base: int, moment: Moment) -> tuple[Any, Any] | None:
        left = self.left(vector, base, moment)
        if left is None:
            return None
        right = self.right(vector, base, moment)
        if right is None or self.holds(left, right) or not self._asked(vector, base, moment):
            return None
        return left, right

    def _truth_fails(self, vector: Vector, base: int, moment: Moment) -> tuple[Any, Any] | None:
        assert self.truth is not None
        if self.truth(vector, base, moment) is not False or not self._asked(vector, base, moment):
            return None
        return (self.first(vector, base, moment) if self.first is not None else None), None

    def _asked(self, vector: Vector, base: int, moment: Moment) -> bool:
        return self.when is None or self.when(vector, base, moment) is True

    def _address(self, row: str) -> Address:
        form, at, column = self.subject.parts
        return Address(form, row if at == THIS else at, column)


@dataclass(frozen=True)
class CompiledRules:
    """All rules of an edition, ready to be asked."""

    forms: dict[str, Layout]
    bound: tuple[BoundRule, ...]
    rules: tuple[CompiledRule, ...]
    totals: tuple[ComputedCell, ...]

    def failures(self, moment: Moment, tainted: Tainted) -> list[Failure]:
        """Every failure, rule by rule in the edition's order."""
        with localcontext(EXACT_ARITHMETIC):
            return [failure for rule in self.rules for failure in rule.failures(moment, tainted)]


@per_edition
def compile_rules(edition: Edition) -> CompiledRules:
    """The edition's rules, compiled at first use and kept with it. RuleSyntaxError if one does not fit the edition."""
    forms = layouts(edition)
    bound = tuple(one for rule in edition.rules for one in bind(edition, rule))
    rules = tuple(CompiledRule(forms, one) for one in bound)
    return CompiledRules(forms, bound, rules, computed_cells_of(forms, bound))


def rule_problems(edition: Edition) -> list[RuleProblem]:
    """What is wrong with the edition's rules, one problem a rule; empty if :func:`compile_rules` succeeds."""
    problems: list[RuleProblem] = []
    forms = layouts(edition)
    good: list[BoundRule] = []
    for rule in edition.rules:
        try:
            bound = bind(edition, rule)
            for one in bound:
                CompiledRule(forms, one)
            computed_cells_of(forms, [*good, *bound])
        except RuleSyntaxError as error:
            problems.append(RuleProblem(rule.id, error.message, error.position))
        else:
            good += bound
    return problems


def exact_difference(left: Decimal | Fraction, right: Decimal | Fraction) -> Decimal | Fraction:
    """``left - right`` without rounding."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return EXACT_ARITHMETIC.subtract(left, right)
    return Fraction(left) - Fraction(right)


def exact_text(value: Any) -> str | None:
    """A rule's value as exact text: plain digits, no trailing zeros; an endless fraction as ``1/3``."""
    if isinstance(value, Fraction):
        decimal = _as_decimal(value)
        return str(value) if decimal is None else exact_text(decimal)
    if isinstance(value, Decimal):
        text = format(value or abs(value), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return None if value is None else str(value)


def _as_decimal(value: Fraction) -> Decimal | None:
    rest = value.denominator
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    return Decimal(value.numerator * 10**places // value.denominator).scaleb(-places, EXACT_ARITHMETIC)


def _needed_now(node: Node) -> Iterator[Name]:
    """The names a node reads from the filing itself, not from another period."""
    if isinstance(node, Name):
        yield node
    elif not (isinstance(node, Call) and node.function in OTHER_MOMENTS):
        for child in children(node):
            yield from _needed_now(child)


def _is_cell(name: Name) -> bool:
    return ALL_RECORDS not in name.parts
