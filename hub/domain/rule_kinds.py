"""What bound nodes are: the column a name stands for, the kind of value a node gives, and how fine a number can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Column, Form
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
    Text,
    children,
)

THIS = "@"
"""The row of a bound name that stands for the row or record at hand."""

AGGREGATES = frozenset({"sum", "count", "min", "max"})
OTHER_MOMENTS = frozenset({"prev", "same_period_last_year", "ytd"})
ELSEWHERE = OTHER_MOMENTS | {"other"}
"""The functions that look outside the report."""

Kind = Literal["number", "text", "date", "truth"]


def adds_up(column: Column) -> bool:
    """True if rows of this column may be added: not for percentages, ratios and means."""
    return column.numeric and column.type != "percent" and column.rollup.kind not in ("ratio", "weighted")


def is_aggregate(call: Call) -> bool:
    """True for ``sum(c03)`` and its like over a whole column or row, false for ``sum(c03, c04)``."""
    return call.function in AGGREGATES and len(call.arguments) == 1


def axis_of(form: Form, name: Name) -> Literal["columns", "rows"]:
    """Whether a one-part name is a column or a row of the form; RuleSyntaxError if it is neither, or both."""
    code = name.parts[0]
    is_column = any(column.code == code for column in form.columns)
    is_row = any(row.code == code for row in form.rows)
    if is_column and is_row:
        raise RuleSyntaxError(f"{code} is both a row and a column of {form.code}", name.position)
    if not is_column and not is_row:
        raise RuleSyntaxError(f"{form.code} has no row or column {code}", name.position)
    return "columns" if is_column else "rows"


def column_of(edition: Edition, name: Name) -> Column | None:
    """The column of a bound name; None where it stands for several columns or for a number of records."""
    form, _, column = name.parts
    return None if column in (ALL_RECORDS, RECORD_COUNT) else edition.form(form).column(column)


def kind_of(edition: Edition, node: Node) -> Kind:
    """What a bound node gives."""
    match node:
        case Name():
            column = column_of(edition, node)
            if column is None or column.numeric:
                return "number"
            return "date" if column.type == "date" else "text"
        case Text():
            return "text"
        case Comparison() | Logic() | Not() | Call("empty", _, _):
            return "truth"
        case Call("if", (_, then, _), _):
            return kind_of(edition, then)
        case Call("prev" | "same_period_last_year", (argument,), _):
            return kind_of(edition, argument)
        case _:
            return "number"


def decimals_of(edition: Edition, node: Node) -> int | None:
    """The most decimals a bound number can have; None where there may be any number of them."""
    match node:
        case Number(value):
            return max(0, -int(value.as_tuple().exponent))
        case Name():
            column = column_of(edition, node)
            return column.decimals if column is not None else _finest(edition, node)
        case Product(factors):
            if any(sign == "/" for sign, _ in factors):
                return None
            return _combined(sum, [decimals_of(edition, factor) for _, factor in factors])
        case Call("other" | "convert", _, _):
            return None
        case Call("round", (_, Number(places)), _):
            return int(places)
        case Call("if", (_, *branches), _):
            return _combined(max, [decimals_of(edition, branch) for branch in branches])
        case Call("count", _, _):
            return 0
        case _:
            return _combined(max, [decimals_of(edition, child) for child in children(node)])


def _finest(edition: Edition, name: Name) -> int:
    return max((column.decimals for column in edition.form(name.parts[0]).columns if adds_up(column)), default=0)


def _combined(how: Callable[[list[int]], int], decimals: list[int | None]) -> int | None:
    known = [number for number in decimals if number is not None]
    return how(known) if len(known) == len(decimals) else None
