"""The page of jobs: what runs when, what it did and how long it took; pausing, going on, running once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, cast

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.errors import BadRequest, Conflict, HubError, NotFound
from hub.services import job_control
from hub.services.job_control import History
from hub.services.runs import Run
from hub.web.audit_words import RESULTS
from hub.web.current import actor, core, now

blueprint = Blueprint("jobs", __name__, url_prefix="/admin/jobs")

Said = tuple[str, str]

DONE: dict[str, Said] = {
    "paused": ("Đã tạm dừng. Lượt đang chạy, nếu có, vẫn chạy nốt.", "Paused. A run under way still ends."),
    "resumed": (
        "Tác vụ chạy tiếp. Những lượt đã lỡ được gộp thành một lượt, bắt đầu trong nửa phút.",
        "The job goes on. What it missed is caught up by one run, which begins within half a minute.",
    ),
    "asked": ("Đã yêu cầu chạy; lượt này bắt đầu trong nửa phút.", "Asked for: the run begins within half a minute."),
}
SILENT = timedelta(minutes=15)
"""With jobs due every five minutes, no run for this long means that no scheduler is at work."""


class Planned(Protocol):
    """What is planned each time, in words."""

    @property
    def words(self) -> Said: ...


class Duty(Protocol):
    """A job as the scheduler declares it."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> Said: ...
    @property
    def about(self) -> Said: ...
    @property
    def schedule(self) -> Planned: ...

    def coming(self, last: str | None, now: datetime) -> datetime: ...
    def asked_key(self, last: str | None, now: datetime) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Card:
    """A job as the page shows it. ``coming``: None while it stands still; ``running``: the run under way."""

    duty: Duty
    history: History
    coming: datetime | None
    running: Run | None
    ask_key: str | None

    @property
    def usual(self) -> Said | None:
        return lasting(self.history.usual) if self.history.usual is not None else None


def lasting(time: timedelta) -> Said:
    """A time in words, to the second."""
    seconds = int(time.total_seconds())
    if seconds < 1:
        return "dưới 1 giây", "under 1 s"
    minutes, rest = divmod(seconds, 60)
    return (f"{minutes} phút {rest} giây", f"{minutes} min {rest} s") if minutes else (f"{rest} giây", f"{rest} s")


def took(run: Run) -> Said | None:
    """How long a run took; None while it has not ended."""
    return lasting(run.finished_at - run.claimed_at) if run.finished_at is not None else None


def run_again_key(run: Run) -> str | None:
    """The occurrence of one more try of a run that failed."""
    return _duty(run.job).asked_key(run.occurrence, now())


def duties() -> Sequence[Duty]:
    """The jobs of the scheduler."""
    return cast(Sequence[Duty], current_app.config["JOBS"])


def _duty(name: str) -> Duty:
    for duty in duties():
        if duty.name == name:
            return duty
    raise NotFound


def _card(duty: Duty, history: History, moment: datetime) -> Card:
    last = max((run.occurrence for run in history.runs), default=None)
    running = next((run for run in history.runs if run.finished_at is None and run.lease_until > moment), None)
    coming = None if history.pause is not None else duty.coming(last, moment)
    return Card(duty, history, coming, running, duty.asked_key(last, moment))


# --- Looking --------------------------------------------------------------------------------------------------------


@blueprint.get("")
def listing() -> str:
    """Every job, with its latest run and its next."""
    found, moment = job_control.histories(core(), actor()), now()
    cards = [_card(duty, found.get(duty.name, History()), moment) for duty in duties()]
    begun = [card.history.last.claimed_at for card in cards if card.history.last is not None]
    return render_template(
        "pages/jobs.html", cards=cards, RESULTS=RESULTS, now=moment, took=took,
        silent=not begun or max(begun) < moment - SILENT,
    )  # fmt: skip


@blueprint.get("/<job>")
def show(job: str) -> str:
    """One job: its runs, and what may be done about it."""
    return _page(job)


def _page(name: str, problem: HubError | None = None) -> str:
    moment = now()
    card = _card(_duty(name), job_control.history(core(), actor(), name), moment)
    return render_template(
        "pages/job.html", card=card, RESULTS=RESULTS, now=moment, took=took, run_again_key=run_again_key,
        done=None if problem else DONE.get(request.args.get("done", "")), problem=problem, typed=request.form,
    )  # fmt: skip


# --- Steering -------------------------------------------------------------------------------------------------------


@blueprint.post("/<job>/pause")
def pause(job: str) -> AnyResponse:
    """The job stands still until somebody lets it go on."""
    _duty(job)
    try:
        job_control.pause(core(), actor(), job, request.form.get("reason", ""), now())
    except (BadRequest, Conflict) as problem:
        return make_response(_page(job, problem), problem.status)
    return redirect(url_for("jobs.show", job=job, done="paused"), 303)


@blueprint.post("/<job>/resume")
def resume(job: str) -> AnyResponse:
    """The job goes on."""
    _duty(job)
    job_control.resume(core(), actor(), job, now())
    return redirect(url_for("jobs.show", job=job, done="resumed"), 303)


@blueprint.post("/<job>/run")
def run(job: str) -> AnyResponse:
    """The job runs once more, under the occurrence that the page named: clicked twice, it runs once."""
    occurrence = request.form.get("occurrence", "")
    try:
        if occurrence not in _askable(_duty(job)):
            raise BadRequest(
                "Không rõ cần chạy lượt nào; hãy mở lại trang này.",
                "Which run is meant is not clear: open this page again.",
            )
        job_control.ask(core(), actor(), job, occurrence, now())
    except (BadRequest, Conflict) as problem:
        return make_response(_page(job, problem), problem.status)
    return redirect(url_for("jobs.show", job=job, done="asked"), 303)


def _askable(duty: Duty) -> set[str | None]:
    """What a page may have named: one more try of a run there is, also where a first click has asked for it already."""
    known = [run.occurrence for run in job_control.history(core(), actor(), duty.name).runs]
    return {*known, duty.asked_key(max(known, default=None), now()), *(duty.asked_key(each, now()) for each in known)}
