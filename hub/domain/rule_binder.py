"""Rewrites the names of one expression to full addresses and checks that its parts fit together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Choice, Column, Form
from hub.domain.number_text import fold, read_date
from hub.domain.regime import Edition
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
    walk,
)
from hub.domain.rule_kinds import (
    ELSEWHERE,
    OTHER_MOMENTS,
    THIS,
    Kind,
    axis_of,
    column_of,
    decimals_of,
    is_aggregate,
    kind_of,
)
from hub.domain.rule_units import converted

MAX_ROUND = 10


class Binder:
    """Rewrites a tree with bound names and checks that its parts fit.

    ``column``: the column at hand of a rule over rows. ``converting``: False to leave ``convert`` calls as written.
    """

    def __init__(self, edition: Edition, form: Form | None, column: str | None, *, converting: bool = True) -> None:
        self.edition = edition
        self.form = form
        self.column = column
        self.converting = converting

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

    def _number(self, node: Node) -> Node:
        return self._of_kind("number", node)

    def _of_kind(self, wanted: Kind, node: Node) -> Node:
        bound = self.node(node)
        found = kind_of(self.edition, bound)
        if found != wanted:
            raise RuleSyntaxError(f"a {wanted} is needed here, not a {found}", _position(node))
        return bound

    # names

    def _cell(self, name: Name) -> Name:
        parts = name.parts
        if ALL_RECORDS in parts or RECORD_COUNT in parts:
            raise RuleSyntaxError("only other() names totals with * and #; write sum(…) or count(…)", name.position)
        if len(parts) == 1:
            if self.form is None:
                raise RuleSyntaxError(f"{parts[0]} needs its form", name.position)
            if axis_of(self.form, name) == "rows":
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
        if is_aggregate(call):
            return self._aggregate(call)
        if call.function == "sum":
            return Sum(tuple((1, self._number(argument)) for argument in call.arguments))
        if call.function == "empty":
            if not isinstance(call.arguments[0], Name):
                raise RuleSyntaxError("empty() takes one cell", call.position)
            return Call("empty", (self._cell(call.arguments[0]),), call.position)
        if call.function in OTHER_MOMENTS:
            return self._at_another_moment(call)
        if call.function == "convert":
            return self._convert(call)
        if call.function == "other":
            return self._other(call)
        if call.function == "if":
            return self._choice(call)
        if call.function == "round":
            return self._round(call)
        return Call(call.function, tuple(self._number(argument) for argument in call.arguments), call.position)

    def _at_another_moment(self, call: Call) -> Node:
        argument = call.arguments[0]
        for node in walk(argument):
            if isinstance(node, Call) and node.function in ELSEWHERE:
                raise RuleSyntaxError(f"{node.function}() cannot stand inside {call.function}()", node.position)
        bound = self._number(argument) if call.function == "ytd" else self.node(argument)
        return Call(call.function, (bound,), call.position)

    def _convert(self, call: Call) -> Node:
        operand, unit = self._number(call.arguments[0]), call.arguments[1]
        if not isinstance(unit, Text):
            raise RuleSyntaxError("convert() takes a figure and the name of a unit in quotes", call.position)
        as_product = converted(self.edition, operand, unit.value, call.position)
        return as_product if self.converting else Call("convert", (operand, unit), call.position)

    def _other(self, call: Call) -> Node:
        regime, name = call.arguments
        if not isinstance(regime, Text) or not isinstance(name, Name) or len(name.parts) != 3:
            raise RuleSyntaxError("other() takes a regime's code in quotes and form.row.column", call.position)
        if regime.value == self.edition.regime:
            raise RuleSyntaxError("other() looks into another regime; name this one's cells directly", call.position)
        return Call("other", (Text(regime.value), name), call.position)

    def _choice(self, call: Call) -> Node:
        condition = self._of_kind("truth", call.arguments[0])
        then = self.node(call.arguments[1])
        otherwise = self._of_kind(kind_of(self.edition, then), call.arguments[2])
        return Call("if", (condition, then, otherwise), call.position)

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
        if call.function != "count" and kind_of(self.edition, whole) != "number":
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
        if axis_of(form, Name((code,), name.position)) == "columns":
            return Name((form.code, ALL_RECORDS, code), name.position)
        return Name((form.code, code, ALL_RECORDS), name.position)

    # comparisons

    def _comparison(self, node: Comparison) -> Node:
        left, right = self.node(node.left), self.node(node.right)
        left_kind, right_kind = kind_of(self.edition, left), kind_of(self.edition, right)
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
        column = column_of(self.edition, beside)
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
        column = column_of(self.edition, beside)
        if column is None:
            return node
        fineness = decimals_of(self.edition, node)
        if fineness is not None and fineness <= column.decimals:
            return node
        return Call("round", (node, Number(Decimal(column.decimals))))


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
