"""Binds a rule's names to an edition: what each means, where the rule applies, and whether its parts fit together.

After binding, every name has three parts (form, row, column):

- ``F1.@.c03`` the cell of the row or record at hand (``THIS``);
- ``F1.r01.c03`` one cell, the same wherever the rule is asked;
- ``F1.*.c03`` and ``F1.r01.*`` a whole column or row, only inside ``sum``, ``count``, ``min`` and ``max``;
- ``F2.*.#`` the number of records, only inside ``count``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Choice, Column, Form
from hub.domain.number_text import fold, read_date
from hub.domain.regime import Edition, Rule
from hub.domain.rule_grammar import (
    Call,
    Comparison,
    Logic,
    Name,
    Node,
    Not,
    Number,
    Product,
    RuleSyntaxError,
    Sum,
    Text,
    children,
    names,
    parse,
    walk,
)

THIS = "@"
"""The row of a bound name that stands for the row or record at hand."""

AGGREGATES = frozenset({"sum", "count", "min", "max"})
OTHER_MOMENTS = frozenset({"prev", "same_period_last_year", "ytd"})
MAX_ROUND = 10

Kind = Literal["number", "text", "date", "truth"]
Scope = Literal["row", "record", "once"]


@dataclass(frozen=True, slots=True)
class BoundRule:
    """One rule where it applies: on every row or record of ``form``, or once.

    A rule over rows is bound once for each column that adds up. ``total`` and ``formula`` are set when the rule
    computes a total: the name it defines, and from what.
    """

    rule: Rule
    form: str | None
    scope: Scope
    test: Node
    when: Node | None
    total: Name | None = None
    formula: Node | None = None

    @property
    def names(self) -> tuple[Name, ...]:
        return names(self.test) + (names(self.when) if self.when is not None else ())


def bind(edition: Edition, rule: Rule) -> list[BoundRule]:
    """The rule at every place where it applies. RuleSyntaxError if it does not parse or does not fit the edition."""
    test, when = parse(rule.expr), parse(rule.when) if rule.when else None
    bound = [one for form in _homes(edition, rule, test, when) for one in _bind_in(edition, rule, form, test, when)]
    if rule.computes is not None and not any(one.total is not None for one in bound):
        raise RuleSyntaxError(f"the rule does not say what {rule.computes} equals", 0)
    return bound


def adds_up(column: Column) -> bool:
    """True if rows of this column may be added: not for percentages, ratios and means."""
    return column.numeric and column.type != "percent" and column.rollup.kind not in ("ratio", "weighted")


def _homes(edition: Edition, rule: Rule, test: Node, when: Node | None) -> list[Form | None]:
    """The forms the rule is bound in; [None] if all its names say their form."""
    if rule.form is not None:
        if rule.form not in edition.form_by_code:
            raise RuleSyntaxError(f"there is no form {rule.form}", 0)
        return [edition.form(rule.form)]
    written = names(test) + (names(when) if when is not None else ())
    local = [name for name in written if name.parts[0] not in edition.form_by_code]
    if not local:
        return [None]
    homes: list[Form | None] = [form for form in edition.forms if all(_known_in(form, name) for name in local)]
    if not homes:
        raise RuleSyntaxError(f"no form has all of {', '.join('.'.join(n.parts) for n in local)}", local[0].position)
    return homes


def _known_in(form: Form, name: Name) -> bool:
    rows, columns = {row.code for row in form.rows}, {column.code for column in form.columns}
    if len(name.parts) == 1:
        return name.parts[0] in rows | columns
    return len(name.parts) == 2 and name.parts[0] in rows and name.parts[1] in columns


def _bind_in(edition: Edition, rule: Rule, form: Form | None, test: Node, when: Node | None) -> Iterator[BoundRule]:
    axis = _axis(edition, form, test, when)
    if axis != "rows":
        scope: Scope = "once"
        if axis == "columns" and form is not None:
            scope = "row" if form.kind == "grid" else "record"
        yield _bind_at(edition, rule, form, scope, None, test, when)
        return
    assert form is not None
    for column in form.columns:
        if adds_up(column):
            yield _bind_at(edition, rule, form, "once", column.code, test, when)


def _bind_at(
    edition: Edition, rule: Rule, form: Form | None, scope: Scope, column: str | None, test: Node, when: Node | None
) -> BoundRule:
    binder = _Binder(edition, form, column)
    bound_test = binder.node(test)
    bound_when = binder.node(when) if when is not None else None
    for tree in (bound_test, bound_when):
        if tree is not None and binder.kind(tree) != "truth":
            raise RuleSyntaxError("a rule must compare something", 0)
    _no_record_of_another_moment(scope, bound_test, bound_when)
    total, formula = _total(rule, bound_test)
    return BoundRule(rule, form.code if form else None, scope, bound_test, bound_when, total, formula)


def _no_record_of_another_moment(scope: Scope, *trees: Node | None) -> None:
    for tree in trees:
        for node in walk(tree) if tree is not None and scope == "record" else ():
            if isinstance(node, Call) and node.function in OTHER_MOMENTS:
                for name in names(node):
                    if name.parts[1] == THIS:
                        raise RuleSyntaxError("records of another period cannot be matched", name.position)


def _total(rule: Rule, test: Node) -> tuple[Name | None, Node | None]:
    """The name that the rule defines and its formula, where ``computes`` asks for it."""
    if rule.computes is None or not isinstance(test, Comparison) or test.operator != "=":
        return None, None
    for target, formula in ((test.left, test.right), (test.right, test.left)):
        if isinstance(target, Name) and rule.computes in (*target.parts, ".".join(target.parts)):
            return target, formula
    return None, None


# --- where the rule applies ------------------------------------------------------------------------------------------


def _axis(edition: Edition, form: Form | None, *trees: Node | None) -> Literal["columns", "rows", "none"]:
    """What the bare names outside aggregates are: the rule is asked for every row, every column, or once."""
    found: dict[str, Name] = {}
    for tree in trees:
        for name in _bare_names(tree) if tree is not None else ():
            if form is None:
                raise RuleSyntaxError(f"{name.parts[0]} needs its form", name.position)
            found.setdefault(_which(form, name), name)
    if len(found) == 2:
        last = max(found.values(), key=lambda name: name.position)
        raise RuleSyntaxError("row and column names cannot be mixed; write row.column", last.position)
    return "columns" if "columns" in found else "rows" if found else "none"


def _bare_names(node: Node) -> Iterator[Name]:
    if isinstance(node, Name):
        if len(node.parts) == 1:
            yield node
    elif not (isinstance(node, Call) and _is_aggregate(node)):
        for child in children(node):
            yield from _bare_names(child)


def _which(form: Form, name: Name) -> Literal["columns", "rows"]:
    code = name.parts[0]
    is_column = any(column.code == code for column in form.columns)
    is_row = any(row.code == code for row in form.rows)
    if is_column and is_row:
        raise RuleSyntaxError(f"{code} is both a row and a column of {form.code}", name.position)
    if not is_column and not is_row:
        raise RuleSyntaxError(f"{form.code} has no row or column {code}", name.position)
    return "columns" if is_column else "rows"


def _is_aggregate(call: Call) -> bool:
    """True for ``sum(c03)`` and its like over a whole column or row, false for ``sum(c03, c04)``."""
    return call.function in AGGREGATES and len(call.arguments) == 1


# --- names, types, decimals ------------------------------------------------------------------------------------------


class _Binder:
    """Rewrites a tree with bound names and checks that its parts fit.

    ``column``: the column at hand of a rule over rows.
    """

    def __init__(self, edition: Edition, form: Form | None, column: str | None) -> None:
        self.edition = edition
        self.form = form
        self.column = column

    def node(self, node: Node) -> Node:
        match node:
            case Name():
                return self._cell(node)
            case Sum(terms):
                return Sum(tuple((sign, self._number(term)) for sign, term in terms))
            case Product(factors):
                return Product(tuple((sign, self._number(factor)) for sign, factor in factors))
            case Comparison():
                return self._comparison(node)
            case Logic(operator, operands):
                return Logic(operator, tuple(self._of_kind("truth", operand) for operand in operands))
            case Not(operand):
                return Not(self._of_kind("truth", operand))
            case Call():
                return self._call(node)
            case _:
                return node

    def kind(self, node: Node) -> Kind:
        """What a bound node gives."""
        match node:
            case Name():
                column = self._column_of(node)
                if column is None or column.numeric:
                    return "number"
                return "date" if column.type == "date" else "text"
            case Text():
                return "text"
            case Comparison() | Logic() | Not():
                return "truth"
            case Call("empty", _, _):
                return "truth"
            case Call("if", (_, then, _), _):
                return self.kind(then)
            case Call(function, (argument, *_), _) if function in OTHER_MOMENTS:
                return self.kind(argument)
            case _:
                return "number"

    def _number(self, node: Node) -> Node:
        return self._of_kind("number", node)

    def _of_kind(self, wanted: Kind, node: Node) -> Node:
        bound = self.node(node)
        found = self.kind(bound)
        if found != wanted:
            raise RuleSyntaxError(f"a {wanted} is needed here, not a {found}", _position(node))
        return bound

    def _column_of(self, name: Name) -> Column | None:
        """The column of a bound name; None where it stands for several columns or for a number of records."""
        form, _, column = name.parts
        return None if column in (ALL_RECORDS, RECORD_COUNT) else self.edition.form(form).column(column)

    # names

    def _cell(self, name: Name) -> Name:
        parts = name.parts
        if len(parts) == 1:
            if self.form is None:
                raise RuleSyntaxError(f"{parts[0]} needs its form", name.position)
            if _which(self.form, name) == "rows":
                return self._open_cell(name, self.form, parts[0], self.column or "")
            return Name((self.form.code, THIS, parts[0]), name.position)
        if len(parts) == 2:
            if self.form is None or parts[0] in self.edition.form_by_code:
                raise RuleSyntaxError(f"{'.'.join(parts)} is not one cell; use sum(…) or its like", name.position)
            return self._open_cell(name, self.form, *parts)
        return self._open_cell(name, self._form(parts[0], name), parts[1], parts[2])

    def _open_cell(self, name: Name, form: Form, row: str, column: str) -> Name:
        if form.kind != "grid":
            raise RuleSyntaxError(f"{form.code} is a list; only its totals can be named", name.position)
        if all(known.code != row for known in form.rows):
            raise RuleSyntaxError(f"{form.code} has no row {row}", name.position)
        self._need_column(form, column, name)
        if len(name.parts) > 1 and (row, column) in form.blocked:
            raise RuleSyntaxError(f"{form.code}.{row}.{column} is a blocked cell", name.position)
        return Name((form.code, row, column), name.position)

    def _form(self, code: str, name: Name) -> Form:
        if code not in self.edition.form_by_code:
            raise RuleSyntaxError(f"there is no form {code}", name.position)
        return self.edition.form(code)

    def _need_column(self, form: Form, code: str, name: Name) -> Column:
        for column in form.columns:
            if column.code == code:
                return column
        raise RuleSyntaxError(f"{form.code} has no column {code}", name.position)

    # functions

    def _call(self, call: Call) -> Node:
        if _is_aggregate(call):
            return self._aggregate(call)
        if call.function == "sum":
            return Sum(tuple((1, self._number(argument)) for argument in call.arguments))
        if call.function == "empty":
            if not isinstance(call.arguments[0], Name):
                raise RuleSyntaxError("empty() takes one cell", call.position)
            return Call("empty", (self._cell(call.arguments[0]),), call.position)
        if call.function in OTHER_MOMENTS:
            return Call(call.function, (self.node(call.arguments[0]),), call.position)
        if call.function == "if":
            return self._choice(call)
        if call.function == "round":
            return self._round(call)
        return Call(call.function, tuple(self._number(argument) for argument in call.arguments), call.position)

    def _choice(self, call: Call) -> Node:
        condition = self._of_kind("truth", call.arguments[0])
        then = self.node(call.arguments[1])
        return Call("if", (condition, then, self._of_kind(self.kind(then), call.arguments[2])), call.position)

    def _round(self, call: Call) -> Node:
        places = call.arguments[1] if len(call.arguments) == 2 else Number(Decimal(0))
        if not isinstance(places, Number) or places.value not in range(MAX_ROUND + 1):
            raise RuleSyntaxError(f"round() takes 0 to {MAX_ROUND} decimal places", call.position)
        return Call("round", (self._number(call.arguments[0]), Number(Decimal(int(places.value)))), call.position)

    def _aggregate(self, call: Call) -> Node:
        name = call.arguments[0]
        if not isinstance(name, Name):
            raise RuleSyntaxError(f"{call.function}() takes a column, a row or a form", call.position)
        whole = self._whole(call.function, name)
        if call.function != "count" and self.kind(whole) != "number":
            raise RuleSyntaxError(f"{'.'.join(name.parts)} holds no numbers", name.position)
        return Call(call.function, (whole,), call.position)

    def _whole(self, function: str, name: Name) -> Name:
        """The column, row or list that an aggregate's argument names."""
        *first, code = name.parts
        if not first and code in self.edition.form_by_code:
            if function != "count" or self.edition.form(code).kind != "list":
                raise RuleSyntaxError(f"{function}({code}) has no meaning; name a column", name.position)
            return Name((code, ALL_RECORDS, RECORD_COUNT), name.position)
        form = self._form(first[0], name) if first else self.form
        if form is None or len(first) > 1:
            raise RuleSyntaxError(f"{'.'.join(name.parts)} is no column or row", name.position)
        if _which(form, Name((code,), name.position)) == "columns":
            return Name((form.code, ALL_RECORDS, code), name.position)
        return Name((form.code, code, ALL_RECORDS), name.position)

    # comparisons

    def _comparison(self, node: Comparison) -> Node:
        left, right = self.node(node.left), self.node(node.right)
        left_kind, right_kind = self.kind(left), self.kind(right)
        if {left_kind, right_kind} == {"date", "text"}:
            _need_day(left if left_kind == "text" else right, node)
        elif left_kind != right_kind or left_kind == "truth":
            raise RuleSyntaxError(f"a {left_kind} cannot be compared with a {right_kind}", _position(node.right))
        elif left_kind == "text" and node.operator not in ("=", "!="):
            raise RuleSyntaxError("texts are only equal or different", _position(node.right))
        left, right = self._as_choice(left, right), self._as_choice(right, left)
        if left_kind == "number" and node.operator == "=":
            left, right = self._as_fine_as(left, right), self._as_fine_as(right, left)
        return Comparison(node.operator, left, right)

    def _as_choice(self, node: Node, beside: Node) -> Node:
        """A text compared with a choice column, as the choice's code; its labels may be written too."""
        if not isinstance(node, Text) or not isinstance(beside, Name) or not node.value:
            return node
        column = self._column_of(beside)
        if column is None or column.type != "choice":
            return node
        code = choice_code(column.choices, node.value)
        if code is None:
            raise RuleSyntaxError(f"{node.value!r} is no choice of {column.code}", beside.position)
        return Text(code, choice=True)

    def _as_fine_as(self, node: Node, beside: Node) -> Node:
        """A formula that may be finer than the cell it must equal, rounded half up to the cell's decimals."""
        if isinstance(node, Name) or not isinstance(beside, Name):
            return node
        column = self._column_of(beside)
        if column is None:
            return node
        fineness = self._decimals(node)
        if fineness is not None and fineness <= column.decimals:
            return node
        return Call("round", (node, Number(Decimal(column.decimals))))

    def _decimals(self, node: Node) -> int | None:
        """The most decimals the node's value can have; None where a division may give endless ones."""
        match node:
            case Number(value):
                return max(0, -int(value.as_tuple().exponent))
            case Name():
                column = self._column_of(node)
                return column.decimals if column is not None else self._finest(node)
            case Product(factors):
                if any(sign == "/" for sign, _ in factors):
                    return None
                return _combined(sum, [self._decimals(factor) for _, factor in factors])
            case Call("round", (_, Number(places)), _):
                return int(places)
            case Call("if", (_, *branches), _):
                return _combined(max, [self._decimals(branch) for branch in branches])
            case Call("count", _, _):
                return 0
            case _:
                return _combined(max, [self._decimals(child) for child in children(node)])

    def _finest(self, name: Name) -> int:
        return max(
            (column.decimals for column in self.edition.form(name.parts[0]).columns if adds_up(column)), default=0
        )


def _combined(how: Callable[[list[int]], int], decimals: list[int | None]) -> int | None:
    known = [number for number in decimals if number is not None]
    return how(known) if len(known) == len(decimals) else None


def choice_code(choices: tuple[Choice, ...], text: str) -> str | None:
    """The code of the choice that a text names, by its code or by either label as people read it; None if none."""
    for choice in choices:
        if choice.code == text:
            return choice.code
    folded = fold(text)
    for choice in choices:
        if folded in (fold(choice.code), fold(choice.label.vi), fold(choice.label.en)):
            return choice.code
    return None


def _need_day(node: Node, comparison: Comparison) -> None:
    if not isinstance(node, Text) or not isinstance(read_date(node.value), date):
        raise RuleSyntaxError("a date is written 'yyyy-mm-dd'", _position(comparison.right))


def _position(node: Node) -> int:
    return next((found.position for found in walk(node) if isinstance(found, (Name, Call))), 0)
