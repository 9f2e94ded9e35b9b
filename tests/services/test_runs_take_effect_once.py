"""Scheduled runs: claimed once by whoever comes first, and again only when a worker died (P12)."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

from hub.services import runs
from hub.services.core import Core

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
LEASE = 60
LATER = NOW + timedelta(seconds=LEASE)


def test_a_run_is_claimed_once(core: Core) -> None:
    assert runs.claim(core, "open", "2026-11-22", "w1", NOW, LEASE)
    assert not runs.claim(core, "open", "2026-11-22", "w2", NOW, LEASE)
    assert runs.claim(core, "open", "2026-11-23", "w2", NOW, LEASE)
    assert runs.claim(core, "publish", "2026-11-22", "w2", NOW, LEASE)


def test_many_workers_at_once_have_each_run_once(core: Core) -> None:
    claimed: list[str] = []

    def work(worker: str) -> None:
        claimed.extend(str(n) for n in range(50) if runs.claim(core, "tick", str(n), worker, NOW, LEASE))

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed, key=int) == [str(n) for n in range(50)]


_CLAIMING = """
import sys, time
from datetime import datetime
from types import SimpleNamespace
from hub.services import runs
from hub.store.database import Database
core = SimpleNamespace(database=Database(sys.argv[1]))
now = datetime.fromisoformat(sys.argv[3])
for number in range(int(sys.argv[4])):
    if runs.claim(core, "tick", str(number), sys.argv[2], now, 60):
        print(number, flush=True)
if sys.argv[5] == "stay":
    time.sleep(60)
"""


def _worker(core: Core, name: str, count: int, then: str) -> subprocess.Popen[str]:
    arguments = [core.database.url, name, NOW.isoformat(), str(count), then]
    return subprocess.Popen([sys.executable, "-c", _CLAIMING, *arguments], stdout=subprocess.PIPE, text=True)


def test_several_processes_have_each_run_once(core: Core) -> None:
    workers = [_worker(core, f"p{n}", 40, "go") for n in range(3)]
    claimed = [line for worker in workers for line in worker.communicate(timeout=60)[0].split()]
    assert sorted(claimed, key=int) == [str(n) for n in range(40)]


def test_a_run_whose_worker_was_killed_is_claimed_again_after_its_lease(core: Core) -> None:
    worker = _worker(core, "p1", 1, "stay")
    assert worker.stdout is not None
    assert worker.stdout.readline() == "0\n"
    worker.kill()
    worker.communicate()
    assert not runs.claim(core, "tick", "0", "w2", LATER - timedelta(microseconds=1), LEASE)
    assert runs.claim(core, "tick", "0", "w2", LATER, LEASE)
    assert runs.finish(core, "tick", "0", "done", "", LATER, worker="w2")
    run = runs.last(core, "tick")
    assert run is not None
    assert (run.tries, run.worker, run.outcome) == (2, "w2", "done")


def test_a_finished_run_is_never_claimed_again(core: Core) -> None:
    runs.claim(core, "open", "1", "w1", NOW, LEASE)
    assert runs.finish(core, "open", "1", "done", "3 opened", NOW)
    assert not runs.claim(core, "open", "1", "w2", NOW + timedelta(days=365), LEASE)
    assert not runs.finish(core, "open", "1", "failed", "", LATER)


def test_a_worker_that_lost_its_lease_cannot_finish_for_the_new_holder(core: Core) -> None:
    runs.claim(core, "open", "1", "slow", NOW, LEASE)
    runs.claim(core, "open", "1", "quick", LATER, LEASE)
    assert not runs.finish(core, "open", "1", "done", "", LATER, worker="slow")
    assert runs.finish(core, "open", "1", "done", "", LATER, worker="quick")


def test_runs_are_listed_with_the_latest_first(core: Core) -> None:
    assert runs.last(core, "open") is None
    for number, job in enumerate(("open", "open", "publish")):
        runs.claim(core, job, f"2026-11-2{number}", "w", NOW + timedelta(hours=number), LEASE)
    assert [(run.job, run.occurrence) for run in runs.listing(core)] == [
        ("publish", "2026-11-22"),
        ("open", "2026-11-21"),
        ("open", "2026-11-20"),
    ]
    assert len(runs.listing(core, "open")) == 2
    latest = runs.last(core, "open")
    assert latest is not None
    assert latest.occurrence == "2026-11-21"


def test_the_same_instant_claimed_after_the_clock_went_back_is_claimed_once(core: Core) -> None:
    assert runs.claim(core, "tick", "2026-11-22T00:00", "w1", NOW, LEASE)
    assert not runs.claim(core, "tick", "2026-11-22T00:00", "w1", NOW - timedelta(hours=2), LEASE)
