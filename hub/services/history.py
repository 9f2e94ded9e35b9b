"""What a unit reported before and elsewhere: earlier periods and other regimes, through renames of the unit.

Earlier reports are read under the edition they were made under and seen as the present edition holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hub.domain.context import Context
from hub.domain.filing import FilingRow, filing_id
from hub.domain.per_edition import per_edition
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.rule_grammar import Call, Text, walk
from hub.domain.rule_moment import OtherReport
from hub.domain.rules import compile_rules
from hub.domain.series import values_as
from hub.domain.values import Values, from_canonical
from hub.services.core import Core
from hub.services.rollup_parts import parts_for_checking
from hub.store import filings, versions
from hub.store.database import Connection

Counting = Callable[[FilingRow], int | None]
"""Which version of another report of the unit is looked at; None: none of them."""


def _own(row: FilingRow) -> int | None:
    """What counts for the unit itself: the accepted version, else the latest."""
    return row.accepted_version or row.version


@dataclass(frozen=True, slots=True)
class Earlier:
    """A unit's values of an earlier period and the edition they were reported under."""

    edition: Edition
    values: Values


@dataclass(frozen=True, slots=True)
class Looks:
    """Where an edition's rules look besides the report itself: functions, and the regimes that ``other`` names."""

    functions: frozenset[str]
    regimes: tuple[str, ...]


@per_edition
def looks_of(edition: Edition) -> Looks:
    """Where the edition's rules, conditions and messages look; worked out once."""
    trees = [
        tree
        for bound in compile_rules(edition).bound
        for tree in (bound.test, bound.when, *bound.shown.values())
        if tree is not None
    ]
    calls = [node for tree in trees for node in walk(tree) if isinstance(node, Call)]
    regimes = [call.arguments[0] for call in calls if call.function == "other"]
    codes = sorted({regime.value for regime in regimes if isinstance(regime, Text)})
    return Looks(frozenset(call.function for call in calls), tuple(codes))


def asks_previous(edition: Edition) -> bool:
    """Whether a check looks at the report of the period before: a rule does, or large swings are asked about."""
    return edition.swing is not None or "prev" in looks_of(edition).functions


def context_of(
    core: Core, connection: Connection, row: FilingRow, edition: Edition, counting: Counting | None = None
) -> Context:
    """What the rules of a filing may look at besides its own figures; only what a rule asks for is read.

    ``counting``: which version of the unit's other reports, where that is not the one that counts for the unit itself:
    a reader is never shown through the rules of one report what was not sent to them of another (R44).
    """
    looks = looks_of(edition)
    chosen = counting or _own
    period = Period.parse(row.period)
    asks = looks.functions
    return Context(
        row.period,
        row.frequency,
        previous=before(core, connection, row, edition, period.previous(), chosen) if asks_previous(edition) else None,
        last_year=(
            before(core, connection, row, edition, period.same_last_year(), chosen)
            if "same_period_last_year" in asks
            else None
        ),
        so_far=_so_far(core, connection, row, edition, period, chosen) if "ytd" in asks else None,
        others={
            code: report for code in looks.regimes if (report := _other(core, connection, row, period, code, chosen))
        },
        parts=parts_for_checking(connection, row),
    )


def looked_at(core: Core, row: FilingRow, edition: Edition) -> set[str]:
    """The ids that the reports of earlier periods have, or could have, of which a check asks before all others."""
    period, functions = Period.parse(row.period), looks_of(edition).functions
    asked = [period.previous()] if asks_previous(edition) else []
    asked += [period.same_last_year()] if "same_period_last_year" in functions else []
    return {
        filing_id(each.key, earlier.code, unit_id, row.scope)
        for earlier in asked
        if earlier is not None
        for each in _editions_for(core, row.regime, earlier)
        for unit_id in core.orgs.same_body(row.unit_id) | {row.unit_id}
    }


def before(
    core: Core, connection: Connection, row: FilingRow, edition: Edition, period: Period | None,
    counting: Counting | None = None,
) -> Values | None:  # fmt: skip
    """What the filing's unit reported for an earlier period, as the edition at hand would hold it; None if nothing."""
    found = earlier(core, connection, row, period, counting)
    if found is None:
        return None
    return values_as(edition, found.edition, found.values, core.catalog.regimes[row.regime].editions)


def earlier(
    core: Core, connection: Connection, row: FilingRow, period: Period | None, counting: Counting | None = None
) -> Earlier | None:
    """What the filing's unit reported for an earlier period: the accepted version, else the latest, else None."""
    if period is None:
        return None
    for edition in _editions_for(core, row.regime, period):
        values = _reported(core, connection, row, edition, period, row.scope, counting or _own)
        if values is not None:
            return Earlier(edition, values)
    return None


def _editions_for(core: Core, regime: str, period: Period) -> Iterator[Edition]:
    """The edition that periodic reports of a period are made under, then the others: reports on call name theirs."""
    known = core.catalog.regimes.get(regime)
    editions = known.editions if known is not None else ()
    in_force = [edition for edition in editions if edition.in_force(period.end)]
    yield from in_force
    yield from (edition for edition in reversed(editions) if edition not in in_force)


def _so_far(
    core: Core, connection: Connection, row: FilingRow, edition: Edition, period: Period, counting: Counting
) -> list[Values] | None:
    """The unit's reports of this year's earlier periods that were asked for, in order; None if one is missing."""
    found: list[Values] = []
    at = period.previous()
    while at is not None and at.year == period.year:
        values = before(core, connection, row, edition, at, counting)
        if values is not None:
            found.insert(0, values)
        elif _asked_for(core, row.regime, at):
            return None
        at = at.previous()
    return found


def _asked_for(core: Core, regime: str, period: Period) -> bool:
    """False if the regime leaves this period out; a period before its first edition was asked for by another text."""
    in_force = [edition for edition in core.catalog.regimes[regime].editions if edition.in_force(period.end)]
    return not in_force or in_force[0].asks_for(period.frequency, period.index, period.year)


def _other(
    core: Core, connection: Connection, row: FilingRow, period: Period, regime: str, counting: Counting
) -> OtherReport | None:
    """What the filing's unit reported for the same period under another regime, in the scope that one asks of it."""
    known = core.catalog.regimes.get(regime)
    edition = known.edition_on(period.end) if known is not None else None
    scope = next((each.scope for each in edition.reporters if each.level == row.level), None) if edition else None
    if edition is None or scope is None:
        return None
    values = _reported(core, connection, row, edition, period, scope, counting)
    return OtherReport(edition, values) if values is not None else None


def _reported(
    core: Core, connection: Connection, row: FilingRow, edition: Edition, period: Period, scope: str,
    counting: Counting,
) -> Values | None:  # fmt: skip
    """The version that counts of the unit's report, under any name of the unit; None if there is none."""
    for unit_id in sorted(core.orgs.same_body(row.unit_id) | {row.unit_id}):
        found = filings.get(connection, filing_id(edition.key, period.code, unit_id, scope))
        number = counting(found) if found is not None else None
        if found is not None and number is not None:
            return from_canonical(edition, versions.get(connection, found.id, number).document)
    return None
