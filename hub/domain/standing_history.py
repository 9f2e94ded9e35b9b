"""Which version of a report counted at a moment of the past, from the decisions that were taken on it (R26–R28).

A version counts from the moment it is accepted. It stops when it is sent back, unless that was an amendment of it: then
it counts until another one is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from hub.domain.filing import STANDING

Stage = Literal["open", "submitted", "standing"]


class Step(NamedTuple):
    """One decision. ``at`` sorts as time does; ``id`` sorts steps of one moment as far as anything does."""

    at: str
    id: str
    event: str
    from_state: str
    to_state: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Stood:
    """How a report stood: with its unit, sent, or counting; which version counted; whether the unit was excluded.

    ``touched``: it had been sent once, or excluded.
    """

    stage: Stage = "open"
    counting: int | None = None
    excluded: bool = False
    touched: bool = False

    @property
    def state(self) -> str:
        """A state of the table of moves that says as much (R25)."""
        return {"open": "draft", "submitted": "submitted", "standing": "accepted"}[self.stage]


def stood(steps: Iterable[Step]) -> Stood:
    """How a report stood after these steps; those of one moment are put in the order in which they can follow."""
    now = _NEW
    in_time = sorted(steps, key=lambda step: (step.at, step.id))
    start = 0
    while start < len(in_time):
        end = start + 1
        while end < len(in_time) and in_time[end].at == in_time[start].at:
            end += 1
        now = _after(now, in_time[start]) if end == start + 1 else _after_all(now, in_time[start:end])
        start = end
    return Stood(*now)


_Now = tuple[Stage, int | None, bool, bool]
"""The fields of :class:`Stood`, which thousands of reports are followed by."""
_NEW: _Now = ("open", None, False, False)


def _after_all(now: _Now, waiting: list[Step]) -> _Now:
    """After steps of one moment, each taken when it can follow."""
    while waiting:
        fitting = [step for step in waiting if _fits(now, step)] or waiting
        step = min(fitting, key=lambda each: (each.version or 0, each.id))
        waiting.remove(step)
        now = _after(now, step)
    return now


def _fits(now: _Now, step: Step) -> bool:
    stage, _, excluded, _ = now
    if step.event in {"exclude", "include"}:
        return excluded == (step.event == "include")
    return stage_of(step.from_state) == stage


def _after(now: _Now, step: Step) -> _Now:
    stage, counting, excluded, touched = now
    match step.event:
        case "exclude" | "include":
            return stage, counting, step.event == "exclude", True
        case "accept":
            counting = step.version
        case "send_back" if step.from_state in STANDING:
            counting = None
        case "send":
            touched = True
    return stage_of(step.to_state), counting, excluded, touched


def stage_of(state: str) -> Stage:
    """What matters of a state here."""
    return "submitted" if state == "submitted" else "standing" if state in STANDING else "open"
