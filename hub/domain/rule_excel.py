"""Writes rules as Excel formulas from the same bound trees the server checks with: totals, and live checks.

``locate`` says where an address stands: one cell for ``F1.r01.c03`` and for ``F1.@.c03`` (the same record), a range for
``F1.*.c03`` and ``F1.r01.*``. Formulas are written without the leading ``=`` and in English function names, as the file
format stores them. What is missing behaves as on the server: a total of nothing stays blank, a check of it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from hub.domain.form import RECORD_COUNT, Address
from hub.domain.interchange import NOT_APPLICABLE_TEXT
from hub.domain.number_text import read_date
from hub.domain.regime import Edition
from hub.domain.rule_binding import THIS, BoundRule
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
    renamed,
    walk,
)
from hub.domain.rule_totals import Formula
from hub.domain.totals import computed

Locate = Callable[[Address], str]

MAX_FORMULA = 8192
"""Excel's own limit; a longer formula is not written."""
_FLOAT_DECIMALS = 6
"""Excel computes in binary: differences are rounded to this many decimals before they are judged."""
_UNSUPPORTED = frozenset({"prev", "same_period_last_year", "ytd"})


def computed_cells(edition: Edition, form: str) -> dict[tuple[str, str], Node]:
    """The formula of each computed cell of a form, its names bound to concrete addresses.

    In a list the row is ``@``, in the key as in the names of the same record. RuleSyntaxError if a rule does not fit.
    """
    return {
        (cell.target[1], cell.target[2]): _chained(cell.formulas, cell.target[1])
        for cell in computed(edition)
        if cell.target[0] == form
    }


def _chained(formulas: list[Formula], row: str) -> Node:
    """Several formulas of one cell as ``if(condition, formula, next)``."""
    *others, last = formulas
    tree = _guarded(last, Text(""))
    for formula in reversed(others):
        tree = _guarded(formula, tree)
    return at_row(tree, row)


def _guarded(formula: Formula, otherwise: Node) -> Node:
    return formula.tree if formula.condition is None else Call("if", (formula.condition, formula.tree, otherwise))


def at_row(node: Node, row: str) -> Node:
    """A bound tree as it reads at one row: ``F1.@.c03`` becomes ``F1.<row>.c03``."""

    def rename(name: Name) -> Name:
        form, at, column = name.parts
        return Name((form, row, column), name.position) if at == THIS else name

    return renamed(node, rename)


def to_excel(node: Node, locate: Locate, tolerance: Decimal = Decimal(0)) -> str | None:
    """The formula of a bound tree: a number for a total, TRUE or FALSE for a check; None if Excel cannot have it.

    A total is blank where the server would leave it missing. A check is TRUE where the server would skip it.
    """
    if any(isinstance(part, Call) and part.function in _UNSUPPORTED for part in walk(node)):
        return None
    writer = _Writer(locate, tolerance)
    if isinstance(node, (Comparison, Logic, Not)) or (isinstance(node, Call) and node.function == "empty"):
        formula = f"IFERROR({writer.truth(node, skipped=True)},TRUE)"
    else:
        known = writer.known(node)
        value = f'IFERROR({writer.value(node)},"")'
        formula = value if known is None else f'IF({known},{value},"")'
    return formula if len(formula) <= MAX_FORMULA else None


def check_to_excel(bound: BoundRule, row: str, locate: Locate) -> str | None:
    """The live check of a bound rule at a row (or ``@`` for the same record): TRUE, or FALSE where it fails."""
    test = to_excel(at_row(bound.test, row), locate, bound.rule.tolerance)
    if test is None or bound.when is None:
        return test
    when = to_excel(at_row(bound.when, row), locate)
    known = _Writer(locate, Decimal(0)).known(at_row(bound.when, row))
    if when is None:
        return None
    asked = when if known is None else f"AND({known},{when})"
    return f"IF({asked},{test},TRUE)"


class _Writer:
    """Writes one tree."""

    def __init__(self, locate: Locate, tolerance: Decimal) -> None:
        self.locate = locate
        self.tolerance = tolerance

    # what is there

    def known(self, node: Node) -> str | None:
        """A formula that is TRUE where the node has a value; None if it always has."""
        match node:
            case Number() | Text():
                return None
            case Name():
                return f"COUNT({self._at(node)})>0"
            case Sum(terms):
                return self._known_sum([term for _, term in terms if not isinstance(term, Number)])
            case Call("count", (Name() as whole,), _):
                return f"COUNTA({self._at(whole)})>0" if whole.parts[2] == RECORD_COUNT else None
            case Call("min" | "max" | "sum", arguments, _):
                return self._known_sum(list(arguments))
            case Call("empty", _, _):
                return None
            case Call("round", (argument, _), _):
                return self.known(argument)
            case Call("if", (condition, then, otherwise), _):
                return self._known_choice(condition, then, otherwise)
            case Call(_, parts, _) | Logic(_, parts):
                return self._all_known(list(parts))
            case Product(factors):
                return self._all_known([factor for _, factor in factors])
            case Comparison(_, left, right) if isinstance(left, Text) or isinstance(right, Text):
                cells = [self.value(side) for side in (left, right) if not isinstance(side, Text)]
                return None if Text("") in (left, right) or not cells else f'{cells[0]}<>""'
            case Comparison(_, left, right):
                return self._all_known([left, right])
            case Not(operand):
                return self.known(operand)

    def _known_choice(self, condition: Node, then: Node, otherwise: Node) -> str | None:
        asked = self.truth(condition, skipped=False)
        branches = f"IF({asked},{self.known(then) or 'TRUE'},{self.known(otherwise) or 'TRUE'})"
        decided = self.known(condition)
        return branches if decided is None else f"AND({decided},{branches})"

    def _known_sum(self, terms: list[Node]) -> str | None:
        cells = [term for term in terms if isinstance(term, Name)]
        found = [self.known(term) for term in terms if not isinstance(term, Name)]
        if any(condition is None for condition in found):
            return None
        conditions = [condition for condition in found if condition is not None]
        if cells:
            conditions.insert(0, f"COUNT({','.join(self._at(cell) for cell in cells)})>0")
        return conditions[0] if len(conditions) == 1 else f"OR({','.join(conditions)})" if conditions else None

    def _all_known(self, parts: list[Node]) -> str | None:
        cells = [part for part in parts if isinstance(part, Name)]
        conditions = [f"COUNT({','.join(self._at(cell) for cell in cells)})={len(cells)}"] if cells else []
        for part in parts:
            condition = self.known(part) if not isinstance(part, Name) else None
            if condition is not None:
                conditions.append(condition)
        return conditions[0] if len(conditions) == 1 else f"AND({','.join(conditions)})" if conditions else None

    # values

    def _at(self, name: Name) -> str:
        return self.locate(Address(*name.parts))

    def value(self, node: Node) -> str:
        match node:
            case Number(value):
                return format(value, "f")
            case Text(text):
                return '"' + text.replace('"', '""') + '"'
            case Name():
                return self._at(node)
            case Sum(terms):
                return self._sum(terms)
            case Product(factors):
                return self._product(factors)
            case Call():
                return self._call(node)
            case _:
                return self.truth(node, skipped=True)

    def _sum(self, terms: tuple[tuple[int, Node], ...]) -> str:
        """SUM, not ``+``: it takes blanks and N/A as nothing."""
        added = ",".join(self.value(term) for sign, term in terms if sign > 0)
        taken = ",".join(self.value(term) for sign, term in terms if sign < 0)
        if not taken:
            return f"SUM({added})"
        return f"(SUM({added})-SUM({taken}))" if added else f"(-SUM({taken}))"

    def _product(self, factors: tuple[tuple[str, Node], ...]) -> str:
        text = self.value(factors[0][1])
        for sign, factor in factors[1:]:
            text += sign + (f"({self.value(factor)})" if isinstance(factor, Product) else self.value(factor))
        return f"({text})"

    def _call(self, call: Call) -> str:
        if call.function == "if":
            condition, then, otherwise = call.arguments
            return f"IF({self.truth(condition, skipped=False)},{self.value(then)},{self.value(otherwise)})"
        if call.function == "count":
            whole = call.arguments[0]
            assert isinstance(whole, Name)
            return f"{'COUNTA' if whole.parts[2] == RECORD_COUNT else 'COUNT'}({self._at(whole)})"
        return f"{call.function.upper()}({','.join(self.value(argument) for argument in call.arguments)})"

    # truths

    def truth(self, node: Node, *, skipped: bool) -> str:
        """``skipped``: what stands where the server would not decide."""
        match node:
            case Comparison():
                return self._comparison(node, skipped=skipped)
            case Logic(operator, operands):
                return f"{operator.upper()}({','.join(self.truth(part, skipped=skipped) for part in operands)})"
            case Not(operand):
                return f"NOT({self.truth(operand, skipped=not skipped)})"
            case Call("empty", (cell,), _):
                at = self.value(cell)
                return f'OR({at}="",{at}="{NOT_APPLICABLE_TEXT}")'
            case Call("if", (condition, then, otherwise), _):
                branches = f"{self.truth(then, skipped=skipped)},{self.truth(otherwise, skipped=skipped)}"
                return f"IF({self.truth(condition, skipped=False)},{branches})"
            case _:
                raise TypeError(f"{node!r} is neither true nor false")

    def _comparison(self, node: Comparison, *, skipped: bool) -> str:
        if isinstance(node.left, Text) or isinstance(node.right, Text):
            return self._text_comparison(node, skipped=skipped)
        sides = f"{self.value(node.left)}-{self.value(node.right)}"
        if isinstance(node.right, (Sum, Product)):
            sides = f"{self.value(node.left)}-({self.value(node.right)})"
        off = f"ROUND({sides},{_FLOAT_DECIMALS})"
        slack = format(self.tolerance, "f")
        compared = {
            "=": f"ABS({off})<={slack}",
            "!=": f"ABS({off})>{slack}",
            "<": f"{off}<{slack}",
            "<=": f"{off}<={slack}",
            ">": f"{off}>-{slack}",
            ">=": f"{off}>=-{slack}",
        }[node.operator]
        known = self.known(node)
        otherwise = "TRUE" if skipped else "FALSE"
        return compared if known is None else f"IFERROR(IF({known},{compared},{otherwise}),{otherwise})"

    def _text_comparison(self, node: Comparison, *, skipped: bool) -> str:
        """A day is compared by its date; Excel itself ignores case."""
        sign = "<>" if node.operator == "!=" else node.operator
        compared = f"{self._text(node.left)}{sign}{self._text(node.right)}"
        if isinstance(node.right, Text) and node.right.choice:
            compared = self._chosen(node.left, node.right.value, node.operator)
        elif isinstance(node.left, Text) and node.left.choice:
            compared = self._chosen(node.right, node.left.value, node.operator)
        known = self.known(node)
        return compared if known is None else f"IF({known},{compared},{'TRUE' if skipped else 'FALSE'})"

    def _chosen(self, cell: Node, code: str, operator: str) -> str:
        """A cell of choices shows the code alone or ``code - label``."""
        at, code_text, shown = self.value(cell), self.value(Text(code)), self.value(Text(f"{code} - "))
        is_it = f"OR({at}={code_text},LEFT({at},{len(code) + 3})={shown})"
        return is_it if operator == "=" else f"NOT({is_it})"

    def _text(self, node: Node) -> str:
        day = read_date(node.value) if isinstance(node, Text) else None
        return f"DATE({day.year},{day.month},{day.day})" if isinstance(day, date) else self.value(node)
