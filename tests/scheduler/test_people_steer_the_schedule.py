"""Jobs are paused with a reason and go on, runs are asked for and run once, long runs say how far they are."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import BadRequest, Conflict, Forbidden, HubError
from hub.services import audit, job_control, journal, runs
from scheduler import progress
from scheduler import runner as runner_module
from scheduler.jobs import JOBS, Job
from scheduler.occurrences import NUMBERS, Daily, Every, due, key_of, next_run, next_try
from scheduler.runner import Runner, as_detail

LEASE = timedelta(minutes=1)
NOON = datetime(2027, 1, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def central(make_actor):
    return make_actor("central", "VN")


@pytest.fixture
def job():
    """Every five minutes it adds one to ``job.body.counted``."""
    counted = []

    def body(core, now):
        counted.append(now)
        return f"lượt {len(counted)}", f"turn {len(counted)}"

    body.counted = counted
    return Job("count", Every(5), body, LEASE)


def test_a_paused_job_is_not_begun_and_catches_up_with_one_run_when_it_goes_on(core, job, make_runner, clock, central):
    runner = make_runner(job)
    runner.tick(job)
    job_control.pause(core, central, "count", "Bảo trì máy chủ", clock())
    for _ in range(6):
        clock.move(minutes=5)
        assert runner.tick(job) == []
    job_control.resume(core, central, "count", clock())
    assert runner.tick(job) == ["2027-01-10T12:30Z"]
    assert runner.tick(job) == []
    assert len(job.body.counted) == 2


def test_a_run_asked_for_twice_runs_once_whoever_ticks(core, job, make_runner, clock, central):
    first, second = make_runner(job), make_runner(job, worker="w2")
    first.tick(job)
    for _ in range(2):
        job_control.ask(core, central, "count", "2027-01-10T12:00Z#2", clock())
    assert [*first.tick(job), *second.tick(job), *first.tick(job)] == ["2027-01-10T12:00Z#2"]
    job_control.ask(core, central, "count", "2027-01-10T12:00Z#2", clock())  # the same page, clicked once more
    assert first.tick(job) == []
    assert runs.last(core, "count").said == ("lượt 2", "turn 2")


def test_many_workers_take_what_was_asked_for_once(core, job, clock, log, central):
    runners = [Runner(core, f"w{number}", [job], clock, log) for number in range(4)]
    runners[0].tick(job)
    ran, before = [], threading.Barrier(4)
    for number in "234":
        job_control.ask(core, central, "count", f"2027-01-10T12:00Z#{number}", clock())

        def work(runner):
            before.wait(30)
            ran.extend(runner.tick(job))

        threads = [threading.Thread(target=work, args=[runner]) for runner in runners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        ran.extend(runners[0].tick(job))  # whoever found the database busy left it to the next tick
    assert sorted(ran) == [f"2027-01-10T12:00Z#{number}" for number in "234"]
    assert len(job.body.counted) == 4


def test_what_is_asked_for_runs_also_while_the_job_is_paused_and_when_nothing_is_due(
    core, job, make_runner, clock, central
):
    runner = make_runner(job)
    runner.tick(job)
    job_control.pause(core, central, "count", "Chờ dữ liệu", clock())
    job_control.ask(core, central, "count", "2027-01-10T12:00Z#2", clock())
    clock.move(minutes=10)
    assert runner.tick(job) == ["2027-01-10T12:00Z#2"]
    assert runner.tick(job) == []


def test_a_failed_run_is_asked_for_again_and_the_schedule_goes_on_as_if_nothing_was(core, make_runner, clock, central):
    well = []

    def body(core, now):
        if not well:
            raise HubError("Chưa được.", "Not yet.")
        return "được", "well"

    job = Job("fails", Daily(7), body, LEASE)
    runner = make_runner(job)
    for _ in range(5):
        runner.tick(job)
    failed = job_control.history(core, central, "fails")
    assert failed.failures == 3
    assert [failed.may_retry(run) for run in failed.runs] == [True, False, False], "the last try of its instant"
    well.append(True)
    job_control.ask(core, central, "fails", next_try(failed.last.occurrence), clock())
    assert not job_control.history(core, central, "fails").may_retry(failed.last), "asked for already"
    assert runner.tick(job) == ["2027-01-10T00:00Z#4"]
    assert runs.last(core, "fails").said == ("được", "well")
    clock.move(days=1)
    assert runner.tick(job) == ["2027-01-11T00:00Z"]


def test_nothing_is_asked_of_a_job_at_work_and_nothing_runs_beside_it(core, job, make_runner, clock, central):
    job_control.ask(core, central, "count", "2027-01-10T12:00Z#2", clock())
    runs.claim(core, "count", "2027-01-10T12:00Z", "other", clock(), 600)
    with pytest.raises(Conflict, match="running"):
        job_control.ask(core, central, "count", "2027-01-10T12:00Z#3", clock())
    assert make_runner(job).tick(job) == []
    runs.finish(core, "count", "2027-01-10T12:00Z", "done", "", clock())
    assert make_runner(job).tick(job) == ["2027-01-10T12:00Z#2"]


def test_steering_is_for_who_manages_jobs_needs_a_reason_and_is_audited_once(core, make_actor, central, clock):
    for _ in range(2):
        job_control.pause(core, central, "count", "  Bảo trì ", clock())
        job_control.ask(core, central, "count", "2027-01-10T12:00Z", clock())
    for _ in range(2):
        job_control.resume(core, central, "count", clock())
    admin = make_actor("administrator", "VN")
    deeds = [event.action for event in journal.latest(core, admin, clock()) if event.object_type == "job"]
    assert deeds == ["resume_job", "run_job", "pause_job"]
    assert audit.verify(core) == []
    with pytest.raises(BadRequest, match="paused"):
        job_control.pause(core, central, "count", "  ", clock())
    officer = make_actor("officer", "P1")
    for forbidden in (
        lambda: job_control.pause(core, officer, "count", "vì", clock()),
        lambda: job_control.resume(core, officer, "count", clock()),
        lambda: job_control.ask(core, officer, "count", "2027-01-10T12:00Z#2", clock()),
        lambda: job_control.histories(core, officer),
        lambda: job_control.history(core, officer, "count"),
    ):
        with pytest.raises(Forbidden):
            forbidden()


def test_a_long_run_says_how_far_it_is_and_is_held_for_longer(core, clock, log, monkeypatch):
    monkeypatch.setattr(runner_module, "TELL_SECONDS", 0.0)
    seen = []

    def body(core, now):
        for done in range(3):
            clock.move(seconds=50)
            progress.tell(done, 3)
            seen.append((runs.last(core, "long").said[1], runs.last(core, "long").lease_until > clock()))
        return "xong", "done"

    job = Job("long", Every(5), body, LEASE)
    Runner(core, "w1", [job], clock, log).tick(job)
    assert seen == [("0 of 3 done", True), ("1 of 3 done", True), ("2 of 3 done", True)]
    assert runs.last(core, "long").said == ("xong", "done")
    progress.tell(1, 2)  # nobody listens outside a run


def test_every_jobs_history_is_read_at_once_with_how_long_it_takes(core, make_runner, clock, central):
    def body(core, now):
        clock.move(seconds=7)
        return "xong", "done"

    jobs = [Job(name, Every(5), body, LEASE) for name in ("one", "two")]
    runner = make_runner(*jobs)
    for _ in range(25):
        clock.move(minutes=5)
        for job in jobs:
            runner.tick(job)
    found = job_control.histories(core, central)
    assert {name: len(each.runs) for name, each in found.items()} == {"one": 20, "two": 20}
    assert found["one"].usual == timedelta(seconds=7)
    assert found["one"].failures == 0


@given(
    st.one_of(st.sampled_from([5, 30, 60]).map(Every), st.builds(Daily, st.integers(0, 23))),
    st.integers(0, 10**6),
    st.integers(-5000, 5000),
)
def test_the_next_run_is_due_now_or_the_first_instant_that_is_yet_to_come(schedule, back, seconds):
    now = NOON + timedelta(seconds=seconds)
    last = key_of(schedule.latest(now - timedelta(seconds=back)))
    coming = next_run(schedule, last, now)
    assert schedule.latest(coming) == coming
    assert (coming <= now) == bool(due(schedule, last, now))
    assert coming <= schedule.following(schedule.latest(now))


def test_tries_of_one_instant_sort_in_their_order_and_come_to_an_end():
    keys = ["2027-01-10T12:00Z"]
    while (following := next_try(keys[-1])) is not None:
        keys.append(following)
    assert keys == sorted(keys)
    assert len(keys) == len(NUMBERS)


def test_what_a_run_says_is_kept_as_a_line_in_each_language():
    assert as_detail(("một\nhai", "one")) == "một hai\none"
    assert as_detail("one", late=True) == "late; one"


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_says_in_both_languages_what_it_does_and_when(job):
    assert all(job.title)
    assert all(job.about)
    assert all(job.schedule.words)
