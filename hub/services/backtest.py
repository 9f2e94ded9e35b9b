"""A rule over history: which reports of past periods would have failed it, before it is written into an edition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.filing import FilingRow
from hub.domain.form import Label
from hub.domain.regime import Edition, Rule
from hub.domain.rule_asking import Failure
from hub.domain.rule_batch import backtest as fails_over
from hub.domain.rule_moment import Moment
from hub.domain.rules import compile_rules, rule_problems
from hub.domain.values import from_canonical
from hub.errors import BadRequest, NotFound
from hub.services.core import Core
from hub.services.history import context_of
from hub.services.seeing import may_read_regime
from hub.store import filings, versions

TRIED = "thu-quy-tac"
"""The id of a rule that is only tried."""


@dataclass(frozen=True, slots=True)
class Failed:
    """One report that fails, and where."""

    filing: FilingRow
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """A rule over the reports of some periods: how many were asked, and those that fail, by period and unit."""

    edition: str
    rule: Rule
    periods: tuple[str, ...]
    asked: int
    failed: tuple[Failed, ...]


def rule_named(edition: Edition, text: str, form: str | None = None) -> Rule:
    """The edition's rule of that id; else the text itself as a new rule. BadRequest if it does not fit the edition."""
    for rule in edition.rules:
        if rule.id == text:
            return rule
    rule = Rule(TRIED, form, text, "warning", "hub", Label("Quy tắc thử", "A rule on trial"), beta=True)
    problems = rule_problems(replace(edition, rules=(rule,)))
    if problems:
        said = "; ".join(problem.message for problem in problems)
        raise BadRequest(f"Không hiểu quy tắc “{text}”: {said}", f"The rule “{text}” does not fit: {said}")
    return rule


def backtest(
    core: Core, actor: Actor, edition_key: str, rule: str, now: datetime, *,
    form: str | None = None, periods: Sequence[str] = (),
) -> Backtest:  # fmt: skip
    """Ask one rule of every report of an edition that was sent (the accepted version, else the last one sent), in all
    or some periods: what no unit has sent is nobody else's (R44).

    ``rule`` is a rule's id or an expression. Nothing is stored. NotFound for who may not see the regime nationally.
    """
    edition = core.catalog.edition(edition_key)
    if not may_read_regime(core, actor, edition.regime, now):
        raise NotFound
    alone = replace(edition, rules=(rule_named(edition, rule, form),))
    with core.database.read() as connection:
        known = sorted({period for period, _, _ in filings.states(connection, edition_key)})
        wanted = [period for period in known if not periods or period in periods]
        rows = {row.id: row for period in wanted for row in filings.campaign(connection, edition_key, period)}
        asked = 0
        found: dict[str, list[Failure]] = {}

        def reports() -> Iterator[tuple[str, Moment]]:
            nonlocal asked
            for filing_id, document in versions.reported(connection, edition_key, wanted):
                asked += 1
                values = from_canonical(edition, document)
                yield filing_id, context_of(core, connection, rows[filing_id], alone, _sent).moment(alone, values)

        for filing_id, failure in fails_over(compile_rules(alone), reports()):
            found.setdefault(filing_id, []).append(failure)
    failed = tuple(Failed(row, tuple(found[row.id])) for row in rows.values() if row.id in found)
    return Backtest(edition_key, alone.rules[0], tuple(wanted), asked, failed)


def _sent(row: FilingRow) -> int | None:
    return row.accepted_version or row.sent_version
