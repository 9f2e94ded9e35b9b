"""From the bytes of a workbook to a durable version: one at a time on one core, and a whole country on two."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Sequence

from benchmarks.campaign import NOW, SENDER, Workbooks, communes, make_edition, open_hub
from benchmarks.measuring import Line, Stopwatch, at_least, at_most, median
from hub.domain.envelope import Envelope
from hub.services import intake
from hub.services.core import Core
from hub.store.database import Database

ROWS, COLUMNS = 60, 15
WARM_UP = 30
DIFFERENT = 12
"""Workbooks written in full; the others are these under each unit's own identity."""


def send(core: Core, unit_id: str, content: bytes) -> None:
    """One upload by a reporter, answered with a receipt. AssertionError unless it was accepted and sent."""
    envelope = Envelope(content, "xlsx", f"{unit_id}.xlsx", idempotency_key=unit_id, intent="send", via="bench")
    receipt = intake.receive(core, SENDER, envelope, NOW)
    assert receipt.state == "submitted", receipt.findings[:3]


def one_at_a_time(name: str, url: str, count: int) -> list[Line]:
    """Median of ``count`` workbooks on one core, with what reading, checking and storing take of it."""
    _keep_to_one_core()
    edition = make_edition(ROWS, COLUMNS)
    core = open_hub(url, edition)
    workbooks = Workbooks(edition, DIFFERENT)
    units = communes(core)[: count + WARM_UP]
    uploads = [(unit.id, workbooks.of(unit.id, number)) for number, unit in enumerate(units)]
    for unit_id, content in uploads[:WARM_UP]:
        send(core, unit_id, content)
    parts: dict[str, list[float]] = {"whole": [], "read": [], "check": [], "store": []}
    for unit_id, content in uploads[WARM_UP:]:
        with Stopwatch().watching(intake, "read", "check") as watch:
            began = time.perf_counter()
            send(core, unit_id, content)
            whole = (time.perf_counter() - began) * 1e3
        parts["whole"].append(whole)
        parts["read"].append(watch.spent["read"])
        parts["check"].append(watch.spent["check"])
        parts["store"].append(whole - watch.spent["read"] - watch.spent["check"])
    core.database.dispose()
    lines = [
        at_most(f"one {ROWS}×{COLUMNS} workbook, bytes to durable version, sent", name, median(parts["whole"]), 12)
    ]
    lines += [at_most(f"   of which to {part}", name, median(parts[part])) for part in ("read", "check", "store")]
    return lines


def a_country(name: str, url: str, count: int, workers: int = 2) -> list[Line]:
    """Submissions a second of ``count`` communes' workbooks through worker processes, all begun at once."""
    edition = make_edition(ROWS, COLUMNS)
    core = open_hub(url, edition)
    workbooks = Workbooks(edition, DIFFERENT)
    uploads = [(unit.id, workbooks.of(unit.id, number)) for number, unit in enumerate(communes(core)[:count])]
    core.database.dispose()
    context = multiprocessing.get_context("fork")
    ready, go = context.Barrier(workers + 1), context.Barrier(workers + 1)
    processes = [
        context.Process(target=_work, args=(core, url, uploads[number::workers], ready, go))
        for number in range(workers)
    ]
    for process in processes:
        process.start()
    ready.wait(120)
    go.wait(120)
    began = time.perf_counter()
    for process in processes:
        process.join()
    seconds = time.perf_counter() - began
    assert all(process.exitcode == 0 for process in processes)
    stored = _versions(url)
    assert stored == len(uploads), (stored, len(uploads))
    what = f"{len(uploads):,} commune workbooks through the pipeline, {workers} processes"
    return [at_least(what, name, len(uploads) / seconds, " /s", 120)]


def _work(core: Core, url: str, uploads: Sequence[tuple[str, bytes]], ready: object, go: object) -> None:
    """One worker process with a connection pool of its own, warmed up on what changes nothing."""
    mine = Core(core.config, core.catalog, Database(url))
    for _, content in uploads[:5]:
        intake.receive(mine, SENDER, Envelope(content, "xlsx", intent="dry_run"), NOW)
    ready.wait(120)  # type: ignore[attr-defined]
    go.wait(120)  # type: ignore[attr-defined]
    for unit_id, content in uploads:
        send(mine, unit_id, content)
    mine.database.dispose()


def _versions(url: str) -> int:
    database = Database(url)
    with database.read() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM version").scalar_one()
    database.dispose()
    return int(count)


def _keep_to_one_core() -> None:
    """This process and what it starts from now on; the database server keeps its freedom."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
