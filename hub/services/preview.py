"""An edition before anybody owes it: the workbook that a unit would get, for a unit and period that it would ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from hub.domain.org import NATION, OrgRegister, OrgUnit
from hub.domain.period import Period
from hub.domain.regime import Edition, Frequency, Scope
from hub.domain.rules import rule_problems
from hub.errors import BadRequest
from hub.services.edition_dates import next_period
from hub.writers.workbook import write_workbook


@dataclass(frozen=True, slots=True)
class SampleFiling:
    """A report that the edition would ask for. ``unit`` is the nation where the register has none that reports."""

    unit: OrgUnit
    period: Period
    scope: Scope


def with_sound_rules(edition: Edition) -> Edition:
    """The edition without the rules that do not hold, so that a draft can be looked at before it is mended."""
    broken = {problem.rule_id for problem in rule_problems(edition)}
    if not broken:
        return edition
    return replace(edition, rules=tuple(rule for rule in edition.rules if rule.id not in broken))


def sample_filing(edition: Edition, orgs: OrgRegister, day: date, frequency: str = "") -> SampleFiling:
    """The next period of a frequency (the first if none is named) and a unit that owes it, first-hand if possible.

    BadRequest for a frequency that the edition does not ask for.
    """
    period = _period(edition, day, frequency)
    on = max(period.end, edition.valid_from)
    reporters = sorted(edition.reporters, key=lambda each: each.scope != "own")
    for reporter in reporters:
        for unit in orgs.on(on, reporter.level) if reporter.level != "district" else ():
            if not reporter.units or unit.id in reporter.units:
                return SampleFiling(unit, period, reporter.scope)
    return SampleFiling(orgs.get(NATION), period, "own")


def _period(edition: Edition, day: date, name: str) -> Period:
    frequencies: tuple[Frequency, ...] = tuple(each for each in edition.frequencies if not name or each == name)
    if not frequencies:
        raise BadRequest(f"Ấn bản này không có kỳ “{name[:40]}”.", f"This edition has no “{name[:40]}” reports.")
    return next_period(edition, frequencies[0], day) or Period(frequencies[0], max(day, edition.valid_from).year)


def sample_workbook(edition: Edition, sample: SampleFiling) -> tuple[str, bytes]:
    """File name and content of the empty workbook of that report."""
    content = write_workbook(
        with_sound_rules(edition), sample.unit.id, sample.unit.name.vi, sample.period.code, sample.scope,
        frequency=sample.period.frequency, demonstration=True,
    )  # fmt: skip
    return f"{edition.regime}_{edition.code}_{sample.period.code}.xlsx", content
