"""Which version of a report counted at a moment of the past, from the decisions that were taken on it (R26–R28).

A version counts from the moment it is accepted. It stops when it is sent back, unless that was an amendment of it: then
it counts until another one is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from hub.domain.filing import STANDING

Stage = Literal["open", "submitted", "standing"]


@dataclass(frozen=True, slots=True)
class Step:
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
    now = Stood()
    for _, at_once in groupby(sorted(steps, key=lambda step: (step.at, step.id)), key=lambda step: step.at):
        for step in _as_they_follow(now, list(at_once)):
            now = _after(now, step)
    return now


def _as_they_follow(now: Stood, waiting: list[Step]) -> Iterator[Step]:
    while waiting:
        fitting = [step for step in waiting if _fits(now, step)] or waiting
        step = min(fitting, key=lambda each: (each.version or 0, each.id))
        waiting.remove(step)
        now = _after(now, step)
        yield step


def _fits(now: Stood, step: Step) -> bool:
    if step.event in {"exclude", "include"}:
        return now.excluded == (step.event == "include")
    return stage_of(step.from_state) == now.stage


def _after(now: Stood, step: Step) -> Stood:
    match step.event:
        case "exclude" | "include":
            return replace(now, excluded=step.event == "exclude", touched=True)
        case "accept":
            now = replace(now, counting=step.version)
        case "send_back" if step.from_state in STANDING:
            now = replace(now, counting=None)
        case "send":
            now = replace(now, touched=True)
    return replace(now, stage=stage_of(step.to_state))


def stage_of(state: str) -> Stage:
    """What matters of a state here."""
    return "submitted" if state == "submitted" else "standing" if state in STANDING else "open"
