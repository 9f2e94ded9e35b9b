"""Runs take effect once, are caught up, taken over and given up (P12)."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from hub.errors import HubError, Unavailable
from hub.services import runs
from hub.services.core import Core
from hub.store.database import Database
from scheduler import runner as runner_module
from scheduler.jobs import Job
from scheduler.occurrences import Daily, Every
from scheduler.runner import ClockWatch, Runner, described, make_scheduler, start, tick_all_now

LEASE = timedelta(minutes=1)


def counting(name="count", schedule=None, counted=None, lease=LEASE):
    counted = [] if counted is None else counted

    def body(core, now):
        counted.append(now)
        return f"counted {len(counted)}"

    return Job(name, schedule or Every(5), body, lease), counted


def outcomes(core, job):
    return [(run.occurrence, run.outcome) for run in sorted(runs.listing(core, job), key=lambda run: run.occurrence)]


def test_a_due_job_runs_once_and_its_end_is_recorded(core, make_runner):
    job, counted = counting()
    runner = make_runner(job)
    assert runner.tick(job) == ["2027-01-10T12:00Z"]
    assert runner.tick(job) == []
    assert len(counted) == 1
    run = runs.last(core, "count")
    assert (run.outcome, run.detail, run.worker, run.tries) == ("done", "counted 1", "w1", 1)


def test_three_runners_and_fifty_ticks_give_fifty_effects(core, clock, log):
    """Each of three threads ticks at every minute of a simulated clock, all at the same time."""
    job, counted = counting()
    runners = [Runner(core, f"w{number}", [job], clock, log) for number in range(3)]
    before = threading.Barrier(3, action=lambda: clock.move(minutes=5))
    failures = []

    def work(runner):
        for _ in range(50):
            before.wait(30)
            runner.tick(job)

    threads = [threading.Thread(target=work, args=[runner]) for runner in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    failures += [line for line in log.lines if line[0] != "run"]
    assert len(counted) == len({run.occurrence for run in runs.listing(core, "count", 500)})
    assert len(set(counted)) == len(counted)
    # A tick that found the database busy left its occurrence to the others; nothing else may have gone wrong.
    assert {fields["error"] for _, fields in failures} <= {Unavailable.en}
    assert len(counted) == 50


def test_six_hours_down_are_caught_up_by_one_late_run(core, make_runner, clock):
    job, counted = counting(schedule=Every(30))
    make_runner(job).tick(job)
    clock.move(hours=6, minutes=40)
    assert make_runner(job, worker="w2").tick(job) == ["2027-01-10T18:30Z"]
    assert make_runner(job, worker="w3").tick(job) == []
    assert len(counted) == 2


def test_a_run_that_comes_after_its_turn_is_flagged_as_late(core, make_runner, clock, log):
    job, _ = counting(schedule=Daily(7))
    make_runner(job).tick(job)
    assert log.lines[-1][1]["late"] is False
    slow = Job("slow", Every(5), job.body, LEASE)
    runs.claim(core, "slow", "2027-01-10T12:00Z", "dead", clock(), 60)
    clock.move(hours=1)
    make_runner(slow).tick(slow)
    assert log.lines[-1][1]["late"] is True
    assert runs.last(core, "slow").detail.startswith("late; ")


def test_nobody_touches_a_run_while_its_lease_lasts(core, make_runner, clock):
    job, counted = counting()
    assert runs.claim(core, "count", "2027-01-10T12:00Z", "other", clock(), 600)
    clock.move(minutes=9)  # the next occurrence is due, but this job never runs beside itself
    assert make_runner(job).tick(job) == []
    assert counted == []


def test_a_run_whose_process_died_is_taken_over_after_the_lease_and_then_the_newer_one_runs(core, make_runner, clock):
    job, counted = counting()
    runs.claim(core, "count", "2027-01-10T12:00Z", "dead", clock(), 60)
    clock.move(minutes=6)
    runner = make_runner(job)
    assert runner.tick(job) == ["2027-01-10T12:00Z"]
    assert runner.tick(job) == ["2027-01-10T12:05Z"]
    assert len(counted) == 2
    assert runs.listing(core, "count")[-1].tries == 2


def test_a_run_that_kills_its_process_every_time_is_given_up_and_the_job_goes_on(core, make_runner, clock, log):
    job, counted = counting()
    for _ in range(3):
        assert runs.claim(core, "count", "2027-01-10T12:00Z", "dead", clock(), 60)
        clock.move(minutes=2)
    assert make_runner(job).tick(job) == ["2027-01-10T12:05Z"]
    assert outcomes(core, "count") == [("2027-01-10T12:00Z", "given_up"), ("2027-01-10T12:05Z", "done")]
    assert len(counted) == 1
    assert "given_up" in [event for event, _ in log.lines]


def test_a_failed_run_is_tried_three_times_and_stays_visible(core, make_runner, clock):
    def body(core, now):
        raise HubError("Máy in hết giấy.", "Out of paper.")

    job = Job("fails", Daily(7), body, LEASE)
    runner = make_runner(job)
    for _ in range(5):
        runner.tick(job)
        clock.move(seconds=20)
    assert outcomes(core, "fails") == [
        ("2027-01-10T00:00Z", "failed"),
        ("2027-01-10T00:00Z#2", "failed"),
        ("2027-01-10T00:00Z#3", "failed"),
    ]
    assert {run.said for run in runs.listing(core, "fails")} == {("Máy in hết giấy.", "Out of paper.")}
    clock.move(days=1)
    assert runner.tick(job) == ["2027-01-11T00:00Z"]


def test_a_failed_run_that_succeeds_at_its_second_try_is_not_tried_again(core, make_runner, clock):
    tries = []

    def body(core, now):
        tries.append(now)
        if len(tries) == 1:
            raise RuntimeError("once")
        return "well"

    job = Job("recovers", Daily(7), body, LEASE)
    runner = make_runner(job)
    for _ in range(4):
        runner.tick(job)
        clock.move(seconds=20)
    assert [outcome for _, outcome in outcomes(core, "recovers")] == ["failed", "done"]


def test_what_is_recorded_of_an_unforeseen_error_holds_nothing_it_was_given(core, make_runner, log):
    def body(core, now):
        raise RuntimeError("password=hunter2")

    job = Job("leaks", Every(5), body, LEASE)
    make_runner(job).tick(job)
    assert "hunter2" not in runs.last(core, "leaks").detail
    assert "RuntimeError" in runs.last(core, "leaks").detail
    assert "hunter2" not in repr(log.lines)


def test_a_worker_that_lost_its_run_to_another_does_not_overwrite_how_that_one_ended(core, make_runner, clock):
    def body(core, now):
        clock.move(minutes=5)  # longer than the lease
        assert runs.claim(core, "slow", "2027-01-10T12:00Z", "w2", clock(), 60)
        assert runs.finish(core, "slow", "2027-01-10T12:00Z", "done", "by w2", clock(), worker="w2")
        return "by w1"

    job = Job("slow", Every(30), body, LEASE)
    make_runner(job).tick(job)
    assert runs.last(core, "slow").detail == "by w2"


@pytest.mark.parametrize("jump", [{"hours": 2}, {"hours": -2}, {"days": 1}, {"days": -1}, {"hours": -13}])
def test_a_clock_that_jumps_gives_no_run_twice_and_silences_nothing(core, make_runner, clock, jump):
    job, counted = counting()
    runner = make_runner(job)
    runner.tick(job)
    for move in (jump, {"minutes": 5}, {name: -value for name, value in jump.items()}, {"minutes": 5}):
        clock.move(**move)
        before = len(counted)
        ran = runner.tick(job)
        assert len(counted) == before + len(ran)
        assert runner.tick(job) == []
    keys = [run.occurrence for run in runs.listing(core, "count")]
    assert len(keys) == len(set(keys)) == len(counted)
    assert "2027-01-10T12:10Z" in keys  # back in time, and the newest moment has run


def test_a_database_that_is_away_is_logged_and_the_next_tick_tries_again(core, make_runner, log, monkeypatch):
    job, counted = counting()
    runner = make_runner(job)
    monkeypatch.setattr(runner_module.runs, "last", lambda core, job: (_ for _ in ()).throw(Unavailable()))
    assert runner.tick(job) == []
    monkeypatch.undo()
    assert log.lines[-1][0] == "tick_failed"
    assert len(runner.tick(job)) == len(counted) == 1


def test_apscheduler_keeps_jobs_in_memory_and_never_drops_a_late_tick(make_runner):
    job, _ = counting()
    scheduler = make_scheduler(make_runner(job))
    scheduler.start(paused=True)
    try:
        [planned] = scheduler.get_jobs()
        assert (planned.misfire_grace_time, planned.coalesce, planned.max_instances) == (None, True, 1)
        assert type(scheduler._jobstores["default"]).__name__ == "MemoryJobStore"
    finally:
        scheduler.shutdown()


def test_started_in_the_background_the_jobs_run_and_stop_waits_for_them(core):
    ran, release = threading.Event(), threading.Event()

    def body(core, now):
        ran.set()
        release.wait(10)
        return "well"

    job = Job("background", Every(5), body, LEASE)
    stop = start(Runner(core, "w1", [job]), tick_seconds=60)
    assert ran.wait(10)
    release.set()
    stop()
    assert runs.last(core, "background").outcome == "done"


def test_the_watch_sees_a_jump_of_the_wall_clock_once():
    wall, running = [1000.0], [10.0]
    watch = ClockWatch(lambda: wall[0], lambda: running[0])
    wall[0], running[0] = 1020.0, 30.0
    assert not watch.jumped()
    wall[0] -= 86400
    assert watch.jumped()
    assert not watch.jumped()


def test_after_a_jump_back_the_planned_ticks_come_at_once(core):
    ran = threading.Semaphore(0)
    job = Job("again", Every(5), lambda core, now: ran.release() or "ran", LEASE)
    clock = iter(datetime(2027, 1, 10, 12, minute, tzinfo=UTC) for minute in range(0, 60, 5) for _ in range(2))
    scheduler = make_scheduler(Runner(core, "w1", [job], lambda: next(clock)))
    for planned in scheduler.get_jobs():
        planned.modify(next_run_time=datetime.now(UTC) + timedelta(days=1))
    scheduler.start()
    try:
        assert not ran.acquire(blocking=False)
        tick_all_now(scheduler)
        assert ran.acquire(timeout=10)
    finally:
        scheduler.shutdown()


def test_an_error_is_described_by_kind_and_place():
    with pytest.raises(ValueError) as caught:
        int("secret")
    assert "secret" not in described(caught.value)
    assert "test_an_error_is_described" in described(caught.value)


# --- a process killed inside a run -------------------------------------------------------------------------------


def _work_and_die(url, config, marker):
    core = Core(config, None, Database(url))

    def body(core, now):
        with core.database.write() as connection:
            connection.execute(text("INSERT INTO edition VALUES (:key, 'x', 'x', 'x', 'x')"), {"key": marker})
        os.kill(os.getpid(), signal.SIGKILL)
        return ""

    job = Job("killed", Every(30), body, LEASE)
    Runner(core, "victim", [job], lambda: datetime(2027, 1, 10, 12, tzinfo=UTC)).tick(job)


def test_a_process_killed_in_the_middle_of_a_run_is_replaced_and_the_run_ends_once(core, make_runner, clock):
    victim = multiprocessing.get_context("spawn").Process(
        target=_work_and_die, args=(core.database.url, core.config, "mark")
    )
    victim.start()
    victim.join(60)
    assert victim.exitcode == -signal.SIGKILL
    effects = []

    def body(core, now):
        with core.database.write() as connection:  # the body is idempotent: its first half was done before the kill
            statement = "INSERT INTO edition VALUES ('mark', 'x', 'x', 'x', 'x') ON CONFLICT DO NOTHING"
            effects.append(connection.execute(text(statement)).rowcount)
        return "completed"

    job = Job("killed", Every(30), body, LEASE)
    assert make_runner(job, worker="heir").tick(job) == []  # the lease still lasts
    clock.move(minutes=2)
    assert make_runner(job, worker="heir").tick(job) == ["2027-01-10T12:00Z"]
    assert make_runner(job, worker="third").tick(job) == []
    assert effects == [0]
    assert outcomes(core, "killed") == [("2027-01-10T12:00Z", "done")]
