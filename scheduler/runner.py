"""Runs the jobs: a tick asks what is due and claims it by a unique row; who gets the row runs the body (P12).

Any number of processes may run this on one database: the row decides, so no leader is elected and no lock is held.
What people asked of a job (a pause, a run) stands in the database too, and is looked at in every tick.
APScheduler only makes the ticks; its memory store is rebuilt from ``scheduler.jobs`` at every start.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from hub.errors import HubError
from hub.services import job_control, runs
from hub.services.core import Core
from scheduler import progress
from scheduler.jobs import JOBS, Job, Said
from scheduler.occurrences import due, is_late, next_try

TICK_SECONDS = 20.0
TRIES = 3
"""How often a failed run is tried, one tick after the other, and how often a run whose process died is taken over."""
CLOCK_JUMP = 5.0
"""Seconds by which wall time and running time may drift apart between two looks before it counts as a jump."""

TELL_SECONDS = 2.0
"""A run under way writes down how far it is at most this often."""

Clock = Callable[[], datetime]
Stop = Callable[[], None]


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Runner:
    """One worker. ``worker`` names this process among all others: host, process number and something random."""

    core: Core
    worker: str
    jobs: Sequence[Job] = JOBS
    clock: Clock = system_clock
    log: Any = field(default_factory=lambda: structlog.get_logger("scheduler"))

    def tick(self, job: Job) -> list[str]:
        """Whatever was asked for or is due of a job that nobody else holds has run; its occurrences. Never raises."""
        try:
            now = self.clock()
            standing = job_control.standing(self.core, job.name)
            if any(run.claimed_at <= now < run.lease_until for run in standing.unfinished):
                return []  # one job never runs beside itself
            ran = [each.occurrence for each in standing.asked if self._run_asked(job, each, now)]
            if ran or standing.paused or not job.wanted(self.core, now):
                return ran
            return [key for key in self._wanted(job, now) if self._claimed(job, key, now) and self._run(job, key, now)]
        except Exception as error:
            self.log.error("tick_failed", job=job.name, error=described(error))
            return []

    def _run_asked(self, job: Job, asked: job_control.Request, now: datetime) -> bool:
        """Somebody asked for this run, and it has run: also of a job that is paused."""
        lease = int(job.lease.total_seconds())
        taken = job_control.take(self.core, asked, self.worker, now, lease)
        return taken and self._run(job, asked.occurrence, now)

    def _wanted(self, job: Job, now: datetime) -> list[str]:
        """What to claim. An unfinished run comes before anything newer: one job never runs beside itself."""
        last = runs.last(self.core, job.name)
        if last is None:
            return due(job.schedule, None, now, coalesce=job.coalesce)
        if last.finished_at is None and last.claimed_at <= now:
            if now < last.lease_until:
                return []
            if last.tries < TRIES:
                return [last.occurrence]
            self._give_up(job, last, now)
        newer = due(job.schedule, last.occurrence, now, coalesce=job.coalesce)
        again = next_try(last.occurrence, TRIES) if last.outcome == "failed" else None
        return [again] if again and not newer else newer

    def _give_up(self, job: Job, last: runs.Run, now: datetime) -> None:
        """A run whose process died every time is closed, so that the newer ones go on; it stays visible."""
        said = f"bỏ dở: tiến trình chạy nó bị dừng {last.tries} lần", f"given up: its process died {last.tries} times"
        runs.finish(self.core, job.name, last.occurrence, "given_up", as_detail(said), now)
        self.log.error("given_up", job=job.name, occurrence=last.occurrence, tries=last.tries)

    def _claimed(self, job: Job, key: str, now: datetime) -> bool:
        return runs.claim(self.core, job.name, key, self.worker, now, int(job.lease.total_seconds()))

    def _run(self, job: Job, key: str, now: datetime) -> bool:
        """The body ran and its end is recorded, unless another worker took the run over in the meantime."""
        late = is_late(job.schedule, key, now)
        began = time.monotonic()
        try:
            with progress.heard_by(self._listener(job, key)):
                outcome, said = "done", job.body(self.core, now)
        except Exception as error:
            outcome, said = (
                "failed",
                (error.message_vi, error.message_en) if isinstance(error, HubError) else described(error),
            )
        detail = as_detail(said, late=late)
        kept = runs.finish(self.core, job.name, key, outcome, detail, self.clock(), worker=self.worker)
        seconds = round(time.monotonic() - began, 3)
        say = self.log.info if outcome == "done" else self.log.error
        line = detail.rpartition("\n")[2]
        say("run", job=job.name, occurrence=key, outcome=outcome, late=late, kept=kept, seconds=seconds, detail=line)
        return True

    def _listener(self, job: Job, key: str) -> progress.Listener:
        """Writes down how far the run is, now and then; with it the run is held for another lease."""
        told = time.monotonic()
        lease = int(job.lease.total_seconds())

        def listen(done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told < TELL_SECONDS:
                return
            told = time.monotonic()
            detail = as_detail((f"đã xong {done} trong {total}", f"{done} of {total} done"))
            runs.note(self.core, job.name, key, self.worker, detail, self.clock(), lease)

        return listen


MOST_DETAIL = 2000
"""Characters kept of what a run says, in each language."""


def as_detail(said: Said | str, *, late: bool = False) -> str:
    """As the record of runs keeps it: a line of Vietnamese and one of English, or one line where there is but one."""
    pair = (said,) if isinstance(said, str) else said
    marks = ("late; ",) if isinstance(said, str) else ("muộn; ", "late; ")
    lines = [" ".join(text.split())[:MOST_DETAIL] for text in pair]
    return "\n".join(mark * late + line for mark, line in zip(marks, lines, strict=True))


def _said_of(error: Exception) -> Said | str:
    return (error.message_vi, error.message_en) if isinstance(error, HubError) else described(error)


def described(error: BaseException) -> str:
    """An error without what it was given: a refusal's own words, else its kind and where it arose."""
    if isinstance(error, HubError):
        return error.message_en
    frames = traceback.extract_tb(error.__traceback__)[-2:]
    places = " < ".join(f"{frame.name} line {frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} in {places}" if places else type(error).__name__


class ClockWatch:
    """Notices when the wall clock jumps. APScheduler plans by the wall clock: set back a day, it would sleep a day."""

    def __init__(self, wall: Callable[[], float] = time.time, running: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._running = wall, running
        self._offset = wall() - running()

    def jumped(self) -> bool:
        """True once after each jump of more than a few seconds, either way."""
        offset = self._wall() - self._running()
        moved = abs(offset - self._offset) > CLOCK_JUMP
        if moved:
            self._offset = offset
        return moved


def make_scheduler(runner: Runner, tick_seconds: float = TICK_SECONDS) -> BackgroundScheduler:
    """A stopped APScheduler that ticks every job, the first time at once. Late ticks run, missed ones become one."""
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(max(1, len(runner.jobs)))},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for job in runner.jobs:
        scheduler.add_job(
            runner.tick, "interval", args=[job], id=job.name, seconds=tick_seconds, next_run_time=datetime.now(UTC)
        )
    return scheduler


def tick_all_now(scheduler: BackgroundScheduler) -> None:
    """Every job's next tick is now, whatever was planned."""
    for planned in scheduler.get_jobs():
        planned.modify(next_run_time=datetime.now(UTC))


def start(runner: Runner, tick_seconds: float = TICK_SECONDS, watch: ClockWatch | None = None) -> Stop:
    """Ticking in background threads; the answer stops it and waits for runs under way to end."""
    scheduler = make_scheduler(runner, tick_seconds)
    watch = watch or ClockWatch()
    stopping = threading.Event()

    def look() -> None:
        while not stopping.wait(tick_seconds):
            if watch.jumped():
                runner.log.warning("clock_jumped")
                tick_all_now(scheduler)

    watcher = threading.Thread(target=look, name="clock-watch", daemon=True)
    scheduler.start()
    watcher.start()

    def stop() -> None:
        stopping.set()
        watcher.join()
        scheduler.shutdown(wait=True)

    return stop


def start_background(core: Core, worker: str) -> Stop:
    """The scheduler inside another process, such as the web server; the answer stops it."""
    return start(Runner(core, worker))
