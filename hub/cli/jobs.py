"""``hub jobs``: what runs when and how it went; pausing a job, letting it go on, having it run now or again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from hub.cli import opened
from hub.cli.answers import json_option, say, say_both, say_json, say_next, say_table
from hub.domain.access import SYSTEM
from hub.errors import BadRequest, NotFound
from hub.services import job_control
from hub.services.job_control import History
from scheduler.jobs import JOBS, Job


@click.group("jobs", invoke_without_command=True)
@json_option
@click.pass_context
def jobs_group(context: click.Context, as_json: bool) -> None:
    """Tác vụ định kỳ / Every job: what it does, when it runs, how its last run went."""
    if context.invoked_subcommand is not None:
        return
    with opened.hub() as core:
        found, now = job_control.histories(core, SYSTEM), opened.now()
    rows = [_row(job, found.get(job.name, History()), now) for job in JOBS]
    if as_json:
        say_json({"jobs": rows})
        return
    for job in JOBS:
        say_both(f"{job.name}: {job.about[0]}", job.about[1])
    columns = ("job", "schedule", "next", "last", "outcome", "seconds", "failed", "did")
    say_table(columns, [tuple(row[name] for name in columns) for row in rows])
    say_next("hub runs --job NAME, hub jobs run NAME, hub jobs pause NAME --reason …")


def _row(job: Job, history: History, now: datetime) -> dict[str, Any]:
    last, usual = history.last, history.usual
    newest = max((run.occurrence for run in history.runs), default=None)
    return {
        "job": job.name,
        "schedule": job.schedule.words[1],
        "next": f"paused: {history.pause.reason}" if history.pause else job.coming(newest, now),
        "last": last.claimed_at if last else None,
        "outcome": (last.outcome or "running") if last else None,
        "seconds": round(usual.total_seconds(), 1) if usual is not None else None,
        "failed": history.failures,
        "did": last.said[1] if last else None,
    }


@jobs_group.command("pause")
@click.argument("name")
@click.option("--reason", required=True, help="why, for whoever looks")
def pause_job(name: str, reason: str) -> None:
    """Tạm dừng / The job stands still until it is let go on; a run under way ends."""
    with opened.hub() as core:
        job_control.pause(core, SYSTEM, _job(name).name, reason, opened.now())
    say_both(f"{name}: đã tạm dừng", f"{name}: paused")
    say_next(f"hub jobs resume {name}")


@jobs_group.command("resume")
@click.argument("name")
def resume_job(name: str) -> None:
    """Chạy tiếp / The job goes on; one run catches up what it missed."""
    with opened.hub() as core:
        job_control.resume(core, SYSTEM, _job(name).name, opened.now())
    say_both(f"{name}: chạy tiếp", f"{name}: goes on")
    say_next("hub jobs")


@jobs_group.command("run")
@click.argument("name")
@click.option("--occurrence", help="a run that failed, as `hub runs` shows it; without it the job runs now")
def run_job(name: str, occurrence: str | None) -> None:
    """Chạy ngay, chạy lại / A scheduler runs the job within half a minute, once however often it is asked."""
    job = _job(name)
    with opened.hub() as core:
        now = opened.now()
        known = [run.occurrence for run in job_control.history(core, SYSTEM, name).runs]
        tries = [each for each in known if occurrence is None or each.partition("#")[0] == occurrence.partition("#")[0]]
        if occurrence is not None and not tries:
            raise NotFound(f"Không có lượt {occurrence}.", f"There is no run {occurrence}.")
        wanted = job.asked_key(max(tries, default=None), now)
        if wanted is None:
            raise BadRequest("Lượt này đã được chạy quá nhiều lần.", "This run was tried too often.")
        job_control.ask(core, SYSTEM, name, wanted, now)
    say(wanted)
    say_both(f"{name}: sẽ chạy trong nửa phút", f"{name}: runs within half a minute")
    say_next(f"hub runs --job {name}")


def _job(name: str) -> Job:
    for job in JOBS:
        if job.name == name:
            return job
    raise NotFound(f"Không có tác vụ {name}.", f"There is no job {name}.")
