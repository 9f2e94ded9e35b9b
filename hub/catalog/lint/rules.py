"""Rules: each one compiles, names what exists, and computes what no other computes."""

from __future__ import annotations

from collections.abc import Iterator

from hub.catalog.draft import Draft
from hub.catalog.lint.codes import twice
from hub.domain.rules import RegimeLookup, RuleProblem, rule_problems, unit_warnings


def rule_lint(draft: Draft, lookup: RegimeLookup) -> Iterator[str]:
    """All problems of an edition's rules; ``lookup`` gives the edition of another regime that ``other`` speaks of."""
    document = draft.rules
    if document is None:
        return
    rules = draft.edition.rules
    yield from twice(document, ["rules"], [rule.id for rule in rules])
    for position, rule in enumerate(rules):
        if not rule.id.startswith(f"{draft.edition.regime}-"):
            text = f"the rule id {rule.id!r} does not begin with the regime's code"
            yield document.problem(["rules", position], text)
    yield from (_placed(draft, problem) for problem in rule_problems(draft.edition, lookup))
    for position, text in _lint_computed(draft):
        yield document.problem(["rules", position], f"{rules[position].id}: {text}")


def _lint_computed(draft: Draft) -> Iterator[tuple[int, str]]:
    """A row or column is computed by one rule only."""
    computed: set[tuple[str | None, str]] = set()
    for position, rule in enumerate(draft.edition.rules):
        if rule.computes is not None and (rule.form, rule.computes) in computed:
            yield position, f"{rule.computes} is already computed by another rule"
        computed.add((rule.form, rule.computes or ""))


def unit_lint(draft: Draft) -> Iterator[str]:
    """Warnings: rules that add or compare figures of different units of measure."""
    yield from (_placed(draft, warning) for warning in unit_warnings(draft.edition))


def _placed(draft: Draft, problem: RuleProblem) -> str:
    assert draft.rules is not None
    position = next(at for at, rule in enumerate(draft.edition.rules) if rule.id == problem.rule_id)
    return draft.rules.problem(["rules", position], f"{problem.rule_id}: {problem.message}")
