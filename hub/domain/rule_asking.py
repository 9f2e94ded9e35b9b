"""Asks an edition's rules of one filing: each at every place where it applies, each failure with its figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import localcontext
from types import MappingProxyType
from typing import Any

from hub.domain.form import ALL_RECORDS, Address
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition, Rule
from hub.domain.rule_binding import THIS, BoundRule, bind
from hub.domain.rule_compilation import Closure, Compiler, Vector
from hub.domain.rule_grammar import Comparison, Name, names_now
from hub.domain.rule_messages import choice_labels
from hub.domain.rule_moment import Layout, Moment, layouts
from hub.domain.rule_numbers import EXACT_ARITHMETIC
from hub.domain.rule_sweep import Sweep, sweeps_of
from hub.domain.rule_totals import ComputedCell, computed_cells_of


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


_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that does not hold at one place, with both sides' values where it is a comparison.

    ``shown``: the values that its message names, by the text between the braces.
    """

    rule: Rule
    address: Address
    found: Any = None
    expected: Any = None
    shown: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


class CompiledRule:
    """One rule at every place of one form where it applies."""

    def __init__(self, forms: dict[str, Layout], bound: BoundRule) -> None:
        compiler = Compiler(forms, bound.form, bound.rule.tolerance)
        self.rule = bound.rule
        self.layout = forms[bound.form] if bound.form is not None else None
        self.scope = bound.scope
        self.subject = next((name for name in bound.names if name.parts[1] == THIS), bound.names[0])
        self.needed = names_now(bound.test) + (names_now(bound.when) if bound.when is not None else ())
        self.own_forms = {name.parts[0] for name in bound.names}
        self.when = compiler.truth(bound.when) if bound.when is not None else None
        self.first = compiler.number(self.subject) if _is_cell(self.subject) else None
        self.shown = {text: (compiler.value(tree), choice_labels(forms, tree)) for text, tree in bound.shown.items()}
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
                yield Failure(self.rule, self._address(row), *found, shown=self._shown(vector, base, moment))

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

    def _shown(self, vector: Vector, base: int, moment: Moment) -> Mapping[str, Any]:
        if not self.shown:
            return _NOTHING
        values = {text: (value(vector, base, moment), labels) for text, (value, labels) in self.shown.items()}
        return {text: labels.get(value, value) for text, (value, labels) in values.items()}

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
    sweeps: tuple[Sweep, ...] = ()

    def failures(self, moment: Moment, tainted: Tainted) -> list[Failure]:
        """Every failure, rule by rule in the edition's order."""
        with localcontext(EXACT_ARITHMETIC):
            kept = {number for sweep in self.sweeps if sweep.holds(moment) for number in sweep.rules}
            asked = [rule for number, rule in enumerate(self.rules) if number not in kept]
            return [failure for rule in asked for failure in rule.failures(moment, tainted)]


@per_edition
def compile_rules(edition: Edition) -> CompiledRules:
    """The edition's rules, compiled at first use and kept with it. RuleSyntaxError if one does not fit the edition."""
    forms = layouts(edition)
    bound = tuple(one for rule in edition.rules for one in bind(edition, rule))
    rules = tuple(CompiledRule(forms, one) for one in bound)
    return CompiledRules(forms, bound, rules, computed_cells_of(forms, bound), sweeps_of(forms, bound))


def _is_cell(name: Name) -> bool:
    return ALL_RECORDS not in name.parts
