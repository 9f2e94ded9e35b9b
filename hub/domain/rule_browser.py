"""An edition's rules as a JSON program that the entry page evaluates while people type (``templates/static/rules.js``).

The program holds what reading a field needs (types, bounds, choices, and what to say of a text that cannot be read),
the totals in the order in which to compute them, and every rule where it applies, with the names, trees and messages
the server has. Numbers are exact text, never floats. A tree is an array that begins with what it is::

    ["n", "12.5"]  ["n", "1/3"]  ["t", "text"]  ["d", "2026-01-31"]  ["-"]    a constant; something missing
    ["g", node]  ["given", true | false]                                     what was settled: present in sums
    ["c", form, row, column]                                                 a cell; row "@" is the one at hand
    ["all", "sum" | "count" | "min" | "max", form, row, column]              a whole column, row or list
    ["+", [[1 | -1, node], …]]  ["*", [["*" | "/", node], …]]  ["round", node, places]  ["abs", node]
    ["min" | "max", [node, …]]  ["if", truth, node, node]
    ["cmp", operator, "number" | "text" | "date", node, node, against blank]
    ["and" | "or", [truth, …]]  ["not", truth]  ["empty", cell]

:mod:`hub.domain.rule_compilation` says what each means; tests give both readers the same trees and the same texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal

from hub.domain.cell_reading import bounds_problem, reader_of
from hub.domain.context import Context
from hub.domain.form import Column, Form, Label, Row
from hub.domain.number_text import Problem, fold, read_date, read_number
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition
from hub.domain.rule_grammar import Call, Comparison, Logic, Name, Node, Not, Number, Product, Sum, Text, children
from hub.domain.rule_kinds import AGGREGATES
from hub.domain.rule_messages import BLANK, tells_figures
from hub.domain.rule_moment import Moment
from hub.domain.rule_settling import AskedRule, asked_rules, compared_as, settled, settled_kind, settles
from hub.domain.rule_totals import ComputedCell, Formula
from hub.domain.rules import compile_rules
from hub.domain.values import Values

Program = dict[str, Any]
Language = Literal["vi", "en"]
Tree = list[Any]


def program(edition: Edition, frequency: str, context: Context | None = None, language: Language = "vi") -> Program:
    """The program of a filing of this frequency; ``context`` as for a check, without it nothing is known elsewhere.

    What it says to people is in ``language``; what has no English is said in Vietnamese.
    """
    asked = {form.code for form in edition.forms_for(frequency)}
    made = _plain_program(edition) if language == "vi" else _english_program(edition)
    if context is not None and settles(edition):
        made = _program(edition, context.moment(edition, Values()), language)
    return {**made, "forms": {code: {**form, "asked": code in asked} for code, form in made["forms"].items()}}


@per_edition
def _plain_program(edition: Edition) -> Program:
    return _program(edition, None, "vi")


@per_edition
def _english_program(edition: Edition) -> Program:
    return _program(edition, None, "en")


def _program(edition: Edition, moment: Moment | None, language: Language) -> Program:
    return {
        "version": 1,
        "texts": _texts(language),
        "forms": {form.code: _form(form, language) for form in edition.forms},
        "totals": [_total(edition, cell, moment) for cell in compile_rules(edition).totals],
        "rules": [_rule(edition, asked, language) for asked in asked_rules(edition, moment)],
        "swing": _swing(edition),
    }


def _swing(edition: Edition) -> dict[str, str] | None:
    """When a figure far from last period's is asked about; the page knows last period's figures of its own cells."""
    swing = edition.swing
    return None if swing is None else {"factor": format(swing.factor, "f"), "least": format(swing.least, "f")}


def _in(language: Language, label: Label) -> str:
    return (label.en if language == "en" else "") or label.vi


# --- forms -----------------------------------------------------------------------------------------------------------


def _form(form: Form, language: Language) -> dict[str, Any]:
    return {
        "kind": form.kind,
        "rows": {row.code: _in(language, row.label) for row in form.rows},
        "columns": {column.code: _column(column, language) for column in form.columns},
        "blocked": [".".join(cell) for cell in sorted(form.blocked)],
        "max_records": form.max_records,
        "row_parts": _parts(form.rows),
        "column_parts": _parts(form.columns),
    }


def _parts(lines: Iterable[Row] | Iterable[Column]) -> dict[str, list[str]]:
    """Whole → its parts: where a part swings, its whole is not asked about."""
    parts: dict[str, list[str]] = {}
    for line in lines:
        if line.of is not None:
            parts.setdefault(line.of, []).append(line.code)
    return parts


def _column(column: Column, language: Language) -> dict[str, Any]:
    """What reading a field of the column needs; what to say where its text is refused."""
    said: dict[str, Any] = {"type": column.type, "label": _in(language, column.label), "required": column.required}
    if column.numeric:
        too_fine = read_number("0," + "1" * 12, column.decimals, "vi")
        said |= {"decimals": column.decimals, "too_fine": _told(too_fine, language)}
        if column.minimum is not None:
            too_small = bounds_problem(column, column.minimum - 1)
            said |= {"min": _exact(column.minimum), "too_small": _told(too_small, language)}
        if column.maximum is not None:
            too_great = bounds_problem(column, column.maximum + 1)
            said |= {"max": _exact(column.maximum), "too_great": _told(too_great, language)}
    elif column.type == "choice":
        said["choices"] = _choices(column)
        said["labels"] = {choice.code: _in(language, choice.label) for choice in column.choices}
        said["unknown"] = _told(reader_of(column, "vi")("\ufffd?"), language)
    else:
        said["max_length"] = column.max_length
    return said


def _choices(column: Column) -> dict[str, str]:
    """Folded name → code, as the server knows choices; a code itself always means itself."""
    names: dict[str, str] = {}
    for choice in reversed(column.choices):
        for name in (choice.label.vi, choice.label.en, choice.code):
            if name:
                names[fold(name)] = choice.code
    return names


def _told(found: Any, language: Language) -> str:
    if not isinstance(found, Problem):
        return ""
    return found.vi if language == "vi" else found.en


_EXAMPLES = {"percent": "5%", "sign": "(5)", "exponent": "1e5", "digits": "５", "words": "mười"}
_DAYS = {"no_date": "x", "no_day": "31/02/2026", "no_year": "01/01/1800"}


_SAID: Mapping[Language, Mapping[str, str]] = {
    "vi": {
        "missing": "Chưa điền",
        "too_long": "Nội dung dài {length} ký tự; nhiều nhất {most}.",
        "compared": ": ghi {found}, đối chiếu {expected}",
        "difference": ", chênh lệch {difference}",
        "swing": "{where}: kỳ này {now}, kỳ trước {before}. Số thay đổi nhiều; hãy kiểm tra và giải trình.",
        "more_swings": "Còn {number} số khác cũng thay đổi nhiều so với kỳ trước. "
        "Hãy kiểm tra lại cả biểu và giải trình chung.",
    },
    "en": {
        "missing": "Not filled in",
        "too_long": "The text has {length} characters; at most {most}.",
        "compared": ": entered {found}, compared with {expected}",
        "difference": ", difference {difference}",
        "swing": "{where}: {now} now, {before} last period. This is a large change; check it and explain.",
        "more_swings": "{number} more figures moved far from last period's. "
        "Look the whole report over and explain them together.",
    },
}
"""What only the page says, in places of its own."""


def _texts(language: Language) -> dict[str, str]:
    """What the server says of texts that cannot be read."""
    texts = {f"number_{name}": _told(read_number(text, 0, "vi"), language) for name, text in _EXAMPLES.items()}
    texts |= {name: _told(read_date(text), language) for name, text in _DAYS.items()}
    return {
        **texts,
        **_SAID[language],
        "number_ambiguous": _told(read_number("1,234", 0, "vi"), language),
        "number_too_large": _told(read_number("9" * 30, 0, "vi"), language),
        "blank": _in(language, BLANK),
    }


# --- totals and rules ------------------------------------------------------------------------------------------------


def _total(edition: Edition, cell: ComputedCell, moment: Moment | None) -> dict[str, Any]:
    form, row, column = cell.target
    return {
        "cell": [form, row, column],
        "decimals": edition.form(form).column(column).decimals,
        "formulas": [_formula(edition, form, row, formula, moment) for formula in cell.formulas],
    }


def _formula(edition: Edition, form: str, row: str, formula: Formula, moment: Moment | None) -> dict[str, Any]:
    writer = _Writer(edition)
    tree = settled(edition, formula.tree, form, row, moment)
    when = settled(edition, formula.condition, form, row, moment) if formula.condition is not None else None
    return {
        "tree": writer.number(tree),
        "when": writer.truth(when) if when is not None else None,
        "below": [writer.number(node) for node in _denominators(tree)],
        "needed": _names(formula.needed),
    }


def _denominators(node: Node) -> list[Node]:
    found = [below for child in children(node) for below in _denominators(child)]
    if isinstance(node, Product):
        found += [factor for sign, factor in node.factors if sign == "/"]
    return found


def _rule(edition: Edition, asked: AskedRule, language: Language) -> dict[str, Any]:
    writer, rule = _Writer(edition), asked.rule
    return {
        "id": rule.id,
        "severity": rule.severity,
        "beta": rule.beta,
        "form": asked.bound.form,
        "scope": asked.bound.scope,
        "rows": list(asked.rows),
        "test": writer.truth(asked.test),
        "when": writer.truth(asked.when) if asked.when is not None else None,
        "tolerance": format(rule.tolerance, "f"),
        "needed": _names(asked.needed),
        "subject": list(asked.subject.parts),
        "own_forms": sorted(asked.own_forms),
        "message": _in(language, rule.message),
        "tells_figures": tells_figures(rule.message),
        "shown": {text: writer.shown(node) for text, node in asked.shown.items()},
    }


def _names(names: tuple[Name, ...]) -> list[list[str]]:
    return [list(parts) for parts in dict.fromkeys(name.parts for name in names)]


class _Writer:
    """Writes settled trees as arrays."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def number(self, node: Node) -> Tree:
        match node:
            case Number(value):
                return ["n", _exact(value)]
            case Name():
                return ["c", *node.parts]
            case Sum(terms):
                return ["+", [[sign, self.number(term)] for sign, term in terms]]
            case Product(factors):
                return ["*", [[sign, self.number(factor)] for sign, factor in factors]]
            case Call():
                return self._call(node)
            case _:
                raise TypeError(f"{node!r} is no number")

    def _call(self, call: Call) -> Tree:
        match call:
            case Call("missing", _, _):
                return ["-"]
            case Call("given", (inner,), _):
                return ["g", self.number(inner)]
            case Call(function, (Name() as whole,), _) if function in AGGREGATES:
                return ["all", function, *whole.parts]
            case Call("round", (argument, Number(places)), _):
                return ["round", self.number(argument), int(places)]
            case Call("abs", (argument,), _):
                return ["abs", self.number(argument)]
            case Call("min" | "max" as function, arguments, _):
                return [function, [self.number(argument) for argument in arguments]]
            case Call("if", (condition, then, otherwise), _):
                return ["if", self.truth(condition), self.number(then), self.number(otherwise)]
            case _:
                raise TypeError(f"{call!r} is no number")

    def text(self, node: Node, *, days: bool) -> Tree:
        match node:
            case Text(text):
                return ["d", str(read_date(text))] if days else ["t", text]
            case Name():
                return ["c", *node.parts]
            case Call("given", (inner,), _):
                return self.text(inner, days=days)
            case Call("if", (condition, then, otherwise), _):
                return ["if", self.truth(condition), self.text(then, days=days), self.text(otherwise, days=days)]
            case _:
                return ["-"]

    def shown(self, node: Node) -> Tree:
        kind = settled_kind(self.edition, node)
        return self.number(node) if kind == "number" else self.text(node, days=kind == "date")

    def truth(self, node: Node) -> Tree:
        match node:
            case Comparison():
                return self._comparison(node)
            case Logic(operator, operands):
                return [operator, [self.truth(operand) for operand in operands]]
            case Not(operand):
                return ["not", self.truth(operand)]
            case Call("empty", (Name() as cell,), _):
                return ["empty", *cell.parts]
            case Call("if", (condition, then, otherwise), _):
                return ["if", self.truth(condition), self.truth(then), self.truth(otherwise)]
            case Call("given", (Comparison(_, left, right),), _):
                return ["given", left == right]
            case Call("missing", _, _):
                return ["-"]
            case _:
                raise TypeError(f"{node!r} is neither true nor false")

    def _comparison(self, node: Comparison) -> Tree:
        kind = compared_as(self.edition, node)
        if kind == "number":
            return ["cmp", node.operator, kind, self.number(node.left), self.number(node.right), False]
        left, right = (self.text(side, days=kind == "date") for side in (node.left, node.right))
        return ["cmp", node.operator, kind, left, right, Text("") in (node.left, node.right)]


def _exact(value: Decimal) -> str:
    return format(value, "f")
