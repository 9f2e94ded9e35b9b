"""Checks a Reading: every value, what is missing, and every rule, all findings at once, each with its place.

Stages: structure (does the address exist), value (has it one exact meaning within its bounds), presence (is all there
that must be), rule (figures that swing among them: :mod:`hub.domain.swings`). One mistake gives one finding: a cell
that already has one is neither missing nor used by rules.
Presence and rule findings never stop a version from being made; the others of severity error do.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.check_progress import Progress
from hub.domain.context import Context
from hub.domain.envelope import Reading
from hub.domain.finding_list import MAX_FINDINGS
from hub.domain.findings import Finding, stops_version
from hub.domain.presence_check import find_missing
from hub.domain.regime import Edition
from hub.domain.rules import compile_rules
from hub.domain.swings import swings
from hub.domain.value_check import check_totals, read_forms, read_outline
from hub.domain.values import Values

__all__ = ["MAX_FINDINGS", "Checked", "Context", "check"]


@dataclass(slots=True)
class Checked:
    """What was read for certain, and every finding in a fixed order (the reader's own problems first)."""

    values: Values
    findings: list[Finding]


def check(edition: Edition, reading: Reading, context: Context) -> Checked:
    """The values that could be read and all findings. Pure and deterministic: the same Reading gives the same answer.

    A total left blank is filled from the rule that computes it. An entirely blank record is ignored and not numbered.
    """
    if any(problem.severity == "error" and problem.stage == "file" for problem in reading.problems):
        return Checked(Values(), list(reading.problems))
    progress = Progress(edition, reading, context.frequency)
    read_forms(progress)
    read_outline(progress)
    moment = check_totals(progress, context)
    find_missing(progress)
    for failure in compile_rules(edition).failures(moment, progress.findings.tainted):
        progress.findings.add_failure(failure, progress.in_reading(failure.address))
    for swing in swings(edition, progress.values, context.previous):
        progress.findings.add_swing(swing, progress.in_reading(swing.address) if swing.address else None)
    findings = [*reading.problems, *progress.findings.in_order()]
    if context.parts is not None and not stops_version(findings):
        from hub.domain.parts import part_findings  # NumPy comes with it, which few checks need

        findings += part_findings(edition, progress.values, context.parts)
    return Checked(progress.values, findings)
