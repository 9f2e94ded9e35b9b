"""People and the schedule: a job is paused with a reason and goes on, a run is asked for; all of it is audited.

The scheduler looks here at every tick. Names of jobs are the scheduler's: whoever calls knows that there is such a job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.domain.access import Actor
from hub.domain.plain_text import storable
from hub.domain.visibility import allowed_nationally
from hub.errors import BadRequest, Conflict, Forbidden
from hub.services import moves
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.runs import Run
from hub.store import job_control, runs
from hub.store.job_control import Pause, Request

__all__ = ["History", "Pause", "Request", "ask", "histories", "history", "pause", "resume", "standing", "take"]

RECENT = 20
"""How many of a job's latest runs say how long it takes and how often it fails."""
MOST_RUNS = 200


@dataclass(frozen=True)
class History:
    """A job's latest runs, the newest first; whether it stands still; which runs were asked for and not begun."""

    runs: tuple[Run, ...] = ()
    pause: Pause | None = None
    asked: tuple[Request, ...] = field(default=())

    @property
    def last(self) -> Run | None:
        return self.runs[0] if self.runs else None

    @property
    def usual(self) -> timedelta | None:
        """The median time of the latest runs that ended by themselves; None before the first."""
        ended = sorted(
            run.finished_at - run.claimed_at for run in self.runs[:RECENT] if run.finished_at and not run.given_up
        )
        return ended[len(ended) // 2] if ended else None

    @property
    def failures(self) -> int:
        """How many of the latest runs failed or were given up."""
        return sum(run.failed for run in self.runs[:RECENT])

    def may_retry(self, run: Run) -> bool:
        """True for a run that failed, is the last try of its instant and was not asked for again."""
        instant = run.instant
        later = any(each.instant == instant and each.occurrence > run.occurrence for each in self.runs)
        return run.failed and not later and all(each.occurrence.partition("#")[0] != instant for each in self.asked)


def manages(actor: Actor) -> bool:
    """Whether the actor may see and steer the jobs."""
    return allowed_nationally(actor, "manage_jobs")


def histories(core: Core, actor: Actor) -> Mapping[str, History]:
    """Every job that ever ran, was paused or asked for, with its latest runs. Forbidden."""
    _permit(actor)
    with core.database.read() as connection:
        latest, pauses = runs.latest(connection, RECENT), job_control.pauses(connection)
        requests = job_control.open_requests(connection)
    names = {*latest, *pauses, *(request.job for request in requests)}
    return {
        name: History(
            tuple(latest.get(name, ())), pauses.get(name), tuple(each for each in requests if each.job == name)
        )
        for name in names
    }


def history(core: Core, actor: Actor, job: str) -> History:
    """One job with more of its runs. Forbidden."""
    _permit(actor)
    with core.database.read() as connection:
        found = runs.listing(connection, job, MOST_RUNS)
        return History(
            tuple(found), job_control.pauses(connection).get(job), tuple(job_control.open_requests(connection, job))
        )


def pause(core: Core, actor: Actor, job: str, reason: str, now: datetime) -> None:
    """From the next tick on the job is not begun, whatever falls due; a run under way ends. A second click is the same.

    BadRequest without a reason; Conflict if it stands still already for another one.
    """
    _permit(actor)
    why = storable(reason.strip())[:1000]
    if not why:
        raise BadRequest("Cần nêu lý do tạm dừng.", "Say why it is paused.")
    with core.database.write() as connection:
        if job_control.pause(connection, job, actor.account_id, why, now):
            moves.tell(connection, actor, "pause_job", "job", job, now, {"reason": why})
        elif job_control.pauses(connection)[job].reason != why:
            raise Conflict("Tác vụ đã được tạm dừng từ trước.", "The job has been paused before.")


def resume(core: Core, actor: Actor, job: str, now: datetime) -> None:
    """The job runs again: one run, within a tick, catches up what fell due meanwhile. A second click is the same."""
    _permit(actor)
    with core.database.write() as connection:
        if job_control.resume(connection, job):
            moves.tell(connection, actor, "resume_job", "job", job, now, {})


def ask(core: Core, actor: Actor, job: str, occurrence: str, now: datetime) -> None:
    """A run under this occurrence begins within a tick, also of a job that is paused. Asked for twice, it runs once.

    Conflict if the job is running.
    """
    _permit(actor)
    with core.database.write() as connection:
        if runs.find(connection, job, occurrence) is not None:
            return  # a second click, after the first one's run has begun
        if any(run.lease_until > now for run in runs.unfinished(connection, job)):
            raise Conflict("Tác vụ đang chạy; hãy đợi lượt này xong.", "The job is running: wait until it ends.")
        if job_control.ask(connection, Request(new_id(now), job, occurrence, now), actor.account_id):
            moves.tell(connection, actor, "run_job", "job", job, now, {"occurrence": occurrence})


# --- What the scheduler asks ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What the scheduler looks at before it begins a run: the job may stand still, be at work, or be asked for."""

    paused: bool
    unfinished: tuple[Run, ...]
    asked: tuple[Request, ...]


def standing(core: Core, job: str) -> Standing:
    """How a job stands now; what was asked for and nobody has taken, the oldest first."""
    with core.database.read() as connection:
        return Standing(
            job_control.is_paused(connection, job),
            tuple(runs.unfinished(connection, job)),
            tuple(job_control.open_requests(connection, job)),
        )


def take(core: Core, request: Request, worker: str, now: datetime, lease_seconds: int) -> bool:
    """True if this worker alone holds the run that was asked for; the request and the run's row in one transaction."""
    until = now + timedelta(seconds=lease_seconds)
    with core.database.write() as connection:
        return job_control.take(connection, request.id, now) and runs.claim(
            connection, request.job, request.occurrence, worker, now, until
        )


def _permit(actor: Actor) -> None:
    if not manages(actor):
        raise Forbidden
