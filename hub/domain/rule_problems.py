"""What is wrong with an edition's rules, for those who write them: problems, and units of measure that do not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Address
from hub.domain.regime import Edition, Rule
from hub.domain.rule_asking import CompiledRule
from hub.domain.rule_binding import BoundRule, bind
from hub.domain.rule_grammar import Call, Name, Node, RuleSyntaxError, Text, walk
from hub.domain.rule_moment import layouts
from hub.domain.rule_totals import computed_cells_of
from hub.domain.rule_units import mismatches

RegimeLookup = Callable[[str], Edition | None]
"""The edition of a regime that ``other`` is checked against, by the regime's code; None if there is no such regime."""


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """Why a rule of an edition cannot be used, for lint; ``position`` counts characters of its expression from 0."""

    rule_id: str
    message: str
    position: int


def rule_problems(edition: Edition, lookup: RegimeLookup | None = None) -> list[RuleProblem]:
    """What is wrong with the edition's rules, one problem a rule; empty if they compile.

    With ``lookup``, what ``other`` names must exist too and be a figure.
    """
    problems: list[RuleProblem] = []
    forms = layouts(edition)
    good: list[BoundRule] = []
    for rule in edition.rules:
        try:
            bound = bind(edition, rule)
            for one in bound:
                CompiledRule(forms, one)
                if lookup is not None:
                    _look_elsewhere(one, lookup)
            computed_cells_of(forms, [*good, *bound])
        except RuleSyntaxError as error:
            problems.append(RuleProblem(rule.id, error.message, error.position))
        else:
            good += bound
    return problems


def unit_warnings(edition: Edition) -> list[RuleProblem]:
    """Where rules add or compare figures of different units of measure without ``convert``; each said once a rule.

    Rules that have problems are left to :func:`rule_problems`.
    """
    return [warning for rule in edition.rules for warning in _unit_warnings(edition, rule)]


def _unit_warnings(edition: Edition, rule: Rule) -> Iterator[RuleProblem]:
    try:
        bound = bind(edition, rule, converting=False)
    except RuleSyntaxError:
        return
    found = [mismatch for one in bound for tree in _trees(one) for mismatch in mismatches(edition, tree)]
    for message, position in dict.fromkeys(found):
        yield RuleProblem(rule.id, message, position)


def _trees(bound: BoundRule) -> tuple[Node, ...]:
    return (bound.test,) if bound.when is None else (bound.test, bound.when)


def _look_elsewhere(bound: BoundRule, lookup: RegimeLookup) -> None:
    for tree in (*_trees(bound), *bound.shown.values()):
        for node in walk(tree):
            match node:
                case Call("other", (Text(code), Name() as name), position):
                    _check_other(lookup(code), code, name, position)


def _check_other(edition: Edition | None, code: str, name: Name, position: int) -> None:
    if edition is None:
        raise RuleSyntaxError(f"there is no regime {code}", position)
    address = Address(*name.parts)
    if address in edition.slot:
        return
    form = edition.form_by_code.get(address.form)
    if form is not None and form.kind == "list" and address.row != ALL_RECORDS:
        hint = f"{code} lists records in {form.code}; write {form.code}.{ALL_RECORDS}.{address.column}"
        raise RuleSyntaxError(f"{hint} or {form.code}.{ALL_RECORDS}.{RECORD_COUNT}", name.position)
    raise RuleSyntaxError(f"{code} has no figure {'.'.join(name.parts)}", name.position)
