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

from hub.domain.rule_asking import CompiledRule, CompiledRules, Failure, Tainted, compile_rules
from hub.domain.rule_grammar import Node, RuleSyntaxError, names, parse
from hub.domain.rule_numbers import exact_difference, exact_text
from hub.domain.rule_problems import RegimeLookup, RuleProblem, rule_problems, unit_warnings

__all__ = [
    "CompiledRule",
    "CompiledRules",
    "Failure",
    "Node",
    "RegimeLookup",
    "RuleProblem",
    "RuleSyntaxError",
    "Tainted",
    "compile_rules",
    "exact_difference",
    "exact_text",
    "names",
    "parse",
    "rule_problems",
    "unit_warnings",
]
