"""Entering for a unit that cannot (R19): an officer of its receiver begins with a reason, and ends by sending.

What was entered so is marked wherever it is shown; who entered it never accepts it (P20).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.domain.filing import DecisionRow

BEGUN = "enter_for"
ENDS: frozenset[str] = frozenset({"send", "accept", "send_back", "amend"})
"""Events after which nobody enters for the unit any more until somebody begins again, with a reason."""
STATES: frozenset[str] = frozenset({"draft", "checked", "returned"})
"""The states in which somebody may begin."""
ACTIONS: frozenset[str] = frozenset({"edit", "explain", "check", "send"})
"""What it allows on that one filing: never signing, taking back or amending, which stay with the unit."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when somebody entered for the unit, and why; ``until`` None: still."""

    account_id: str
    account_name: str
    reason: str
    since: datetime
    until: datetime | None = None


def stretches(decisions: Iterable[DecisionRow]) -> tuple[Stretch, ...]:
    """Every stretch of a filing, from its steps, the oldest first."""
    found: list[Stretch] = []
    open_ones: dict[str, DecisionRow] = {}
    for step in decisions:
        if step.event == BEGUN:
            open_ones.setdefault(step.account_id, step)
        elif step.event in ENDS:
            found += [_stretch(begun, step.at) for begun in open_ones.values()]
            open_ones = {}
    found += [_stretch(begun, None) for begun in open_ones.values()]
    return tuple(sorted(found, key=lambda each: (each.since, each.account_id)))


def _stretch(begun: DecisionRow, until: datetime | None) -> Stretch:
    return Stretch(begun.account_id, begun.account_name, begun.reason or "", begun.at, until)


def entering(decisions: Iterable[DecisionRow], account_id: str) -> bool:
    """True while the account enters for the unit."""
    return any(each.account_id == account_id and each.until is None for each in stretches(decisions))


def entered(decisions: Iterable[DecisionRow], account_id: str, at: datetime) -> Stretch | None:
    """The stretch in which the account did something at a moment for the unit; None if it did so as the unit."""
    for each in stretches(decisions):
        if each.account_id == account_id and each.since <= at and (each.until is None or at <= each.until):
            return each
    return None
