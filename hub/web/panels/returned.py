"""The last return of a report that was not accepted since: its points with their answers, values then and now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.domain.filing import STANDING, DecisionRow
from hub.services import filings
from hub.services.filings import FilingView
from hub.services.remarks import Part, part_of
from hub.web.current import actor, core
from hub.web.panels.remarks import ThreadView, thread_views
from hub.web.places import is_changed, text_at


@dataclass(frozen=True, slots=True)
class PointView:
    """A point with what stood there when the report was returned and what stands there now (None: no single value)."""

    thread: ThreadView
    then: str | None
    now: str | None
    changed: bool


@dataclass(frozen=True, slots=True)
class ReturnedPanel:
    """``waiting``: the report is with the unit; ``version``: the one that was returned."""

    decision: DecisionRow
    points: tuple[PointView, ...]
    part: Part
    waiting: bool
    now: datetime

    @property
    def version(self) -> int | None:
        return self.decision.version

    @property
    def total(self) -> int:
        return len(self.points)

    @property
    def answered(self) -> int:
        return sum(point.thread.answered for point in self.points)

    @property
    def unanswered(self) -> list[ThreadView]:
        return [point.thread for point in self.points if not point.thread.answered]


def panel(view: FilingView, now: datetime) -> ReturnedPanel | None:
    decision = last_return(view)
    if decision is None:
        return None
    threads = [each for each in thread_views(view, now) if _is_of(each, decision)]
    then = view.values
    if threads and decision.version is not None and decision.version != view.row.version:
        then = filings.version_values(core(), actor(), view.row.id, decision.version, now)
    points = tuple(
        PointView(
            each, text_at(view.edition, each.place, then), text_at(view.edition, each.place, view.values),
            is_changed(each.place, then, view.values),
        )
        for each in threads
    )  # fmt: skip
    waiting = view.row.state in {"returned", "draft", "checked", "signed"}
    return ReturnedPanel(decision, points, part_of(core(), actor(), view.row), waiting, now)


def last_return(view: FilingView) -> DecisionRow | None:
    """The newest return that no acceptance came after."""
    if view.row.state in STANDING:
        return None
    for decision in reversed(view.decisions):
        if decision.event == "accept":
            return None
        if decision.event == "send_back":
            return decision
    return None


def _is_of(each: ThreadView, decision: DecisionRow) -> bool:
    """The points of a return were made in its transaction: they share its moment and its version."""
    return each.kind == "point" and (each.at, each.version) == (decision.at, decision.version)
