"""Messages with figures in them: ``{found}``, ``{row}``, ``{c03}`` … stand for what a rule met where it failed.

``{found} {expected} {difference}`` are the two sides of the comparison, ``{row}`` and ``{column}`` what the place is
called (a record's number in a list); anything else in braces is an expression with the same scope as the rule's own:
``{c03}``, ``{r05.c01}``, ``{F1.r01.c03}``, ``{sum(F2.c04)}``, ``{prev(c03)}``. What is missing is shown as blank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hub.domain.cell_reading import people_number
from hub.domain.form import ALL_RECORDS, Label
from hub.domain.regime import Rule
from hub.domain.rule_binder import Binder
from hub.domain.rule_grammar import Comparison, Name, Node, RuleSyntaxError, names, parse
from hub.domain.rule_kinds import THIS, kind_of
from hub.domain.rule_moment import Layout
from hub.domain.rule_numbers import exact_text

SIDES = frozenset({"found", "expected", "difference"})
PLACES = frozenset({"row", "column"})
BLANK = Label("(trống)", "(blank)")
"""What stands for a figure that is missing."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders(text: str) -> tuple[str, ...]:
    """What stands in braces, in order, each once."""
    return tuple(dict.fromkeys(found.strip() for found in _PLACEHOLDER.findall(text)))


def expressions(message: Label) -> tuple[str, ...]:
    """The placeholders of either language that are expressions."""
    both = (*placeholders(message.vi), *placeholders(message.en))
    return tuple(dict.fromkeys(each for each in both if each not in SIDES | PLACES))


def _has_places(message: Label) -> bool:
    return "{" in message.vi or "{" in message.en


def tells_figures(message: Label) -> bool:
    """True if the message says itself which figures it is about: then they are not put after it."""
    return _has_places(message) and bool({*placeholders(message.vi), *placeholders(message.en)} - PLACES)


def bound_figures(rule: Rule, binder: Binder, test: Node, *, asked_once: bool) -> dict[str, Node]:
    """The bound tree of each expression that the rule's message names.

    RuleSyntaxError for one that is no figure at the place where the rule is asked, and for a side that the bound
    ``test`` does not have.
    """
    known = {*placeholders(rule.message.vi), *placeholders(rule.message.en)}
    if known & {"expected", "difference"} and not isinstance(test, Comparison):
        raise RuleSyntaxError("{expected} and {difference} of the message need a rule that compares two values", 0)
    if "difference" in known and isinstance(test, Comparison) and kind_of(binder.edition, test.left) != "number":
        raise RuleSyntaxError("{difference} of the message needs numbers", 0)
    if "row" in known and asked_once and not any(name.parts[1] != ALL_RECORDS for name in names(test)):
        raise RuleSyntaxError("{row} of the message: the rule is about no row", 0)
    return {text: _bound_figure(text, binder, asked_once) for text in expressions(rule.message)}


def _bound_figure(text: str, binder: Binder, asked_once: bool) -> Node:
    try:
        bound = binder.node(parse(text))
    except RuleSyntaxError as error:
        raise RuleSyntaxError(f"{{{text}}} of the message: {error.message}", 0) from error
    if kind_of(binder.edition, bound) == "truth":
        raise RuleSyntaxError(f"{{{text}}} of the message is no figure", 0)
    if asked_once and any(name.parts[1] == THIS for name in names(bound)):
        raise RuleSyntaxError(f"{{{text}}} of the message: the rule is not asked row by row", 0)
    return bound


def choice_labels(forms: Mapping[str, Layout], node: Node) -> Mapping[Any, Label]:
    """By choice code what people call it, where a bound node is a cell of choices; else nothing."""
    if not isinstance(node, Name) or node.parts[2] not in forms[node.parts[0]].column_offset:
        return {}
    column = forms[node.parts[0]].form.column(node.parts[2])
    return {choice.code: choice.label for choice in column.choices} if column.type == "choice" else {}


def filled(message: Label, shown: Mapping[str, Label]) -> Label:
    """The message in both languages with every placeholder replaced; one that is not known counts as blank."""
    if not _has_places(message):
        return message
    return Label(
        _PLACEHOLDER.sub(lambda found: shown.get(found[1].strip(), BLANK).vi, message.vi),
        _PLACEHOLDER.sub(lambda found: shown.get(found[1].strip(), BLANK).en, message.en),
    )


def written(value: Any) -> Label:
    """A rule's value as people read it: ``1.234,5`` / ``1,234.5``, ``31/12/2026`` / ``2026-12-31``, text in quotes."""
    if value is None:
        return BLANK
    if isinstance(value, Label):
        return value
    if isinstance(value, Decimal | Fraction):
        return Label(*people_number(exact_text(value) or ""))
    if isinstance(value, date):
        return Label(f"{value:%d/%m/%Y}", value.isoformat())
    return Label(f"“{value}”", f"“{value}”")
