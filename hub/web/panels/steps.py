"""Where a report stands, at a glance: the steps it goes through, who made those that are done, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.domain.filing import DecisionRow
from hub.services import steps
from hub.services.filings import FilingView
from hub.web.current import core

Standing = Literal["done", "next", "later", "back"]

REACHED = {
    "draft": "entry", "returned": "entry", "checked": "check", "signed": "sign", "submitted": "send",
    "accepted": "accept", "aggregated": "aggregate", "finalized": "finalise",
}  # fmt: skip
"""The last step that a report in a state has made; ``entry`` counts only once there is a version."""
LOOPS = ("send_back", "withdraw", "amend")


@dataclass(frozen=True, slots=True)
class Stage:
    """One step. ``next``: what is to be done now; ``back``: done before, to be done again."""

    code: str
    standing: Standing
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StepsPanel:
    """``loops``: how often it came back and why, newest first."""

    stages: tuple[Stage, ...]
    loops: tuple[DecisionRow, ...]

    @property
    def coming(self) -> str | None:
        return next((stage.code for stage in self.stages if stage.standing == "next"), None)


def panel(view: FilingView, now: datetime) -> StepsPanel:
    codes = ["entry", *view.asked.steps, "send", "accept", "aggregate", "finalise"]
    reached = _reached(view, codes)
    return StepsPanel(
        tuple(_stages(view, codes, reached)),
        tuple(reversed([each for each in view.decisions if each.event in LOOPS])),
    )


def _reached(view: FilingView, codes: list[str]) -> int:
    """How many steps are made: a returned report is to be entered again, one that skipped the roll-up is past it."""
    row = view.row
    if row.state == "returned" or row.version is None:
        return 0
    step = REACHED[row.state]
    return codes.index(step) + 1 if step in codes else codes.index("send")


def _stages(view: FilingView, codes: list[str], reached: int) -> Iterator[Stage]:
    latest = {each.event: each for each in view.decisions}
    for place, code in enumerate(codes):
        if place >= reached:
            again = code in latest or (code == "entry" and view.row.state == "returned")
            yield Stage(code, "next" if place == reached else "back" if again else "later")
        elif code == "entry":
            yield _entered(view)
        elif code in latest:
            yield Stage(code, "done", latest[code].account_name, latest[code].at)
        else:
            yield Stage(code, "done")


def _entered(view: FilingView) -> Stage:
    newest = max(view.versions, key=lambda version: version.number)
    return Stage("entry", "done", steps.name_of(core(), newest.account_id), newest.created_at)
