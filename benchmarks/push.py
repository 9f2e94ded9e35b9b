"""Bulk push: the reports of many communes in one body of the API, to durable versions with receipts, against rivals.

The hub's side is the whole of ``POST /api/v1/submissions``: token, reading, every check, content, version, packed
figures, decisions, submission, receipt and audit line of each report, committed and on disk.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import time
from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import func, insert, select

from benchmarks import push_rivals
from benchmarks.campaign import NOW, PERIOD, SENDER, communes, core_over, make_edition, make_figures, open_hub
from benchmarks.measuring import Cost, Line, at_least, cost
from benchmarks.postgres import beside, processor_seconds
from hub.app import create_app
from hub.domain.interchange import ReportDocument
from hub.domain.regime import Edition
from hub.services import access
from hub.services.core import Core
from hub.store import tables
from hub.store.instants import to_text
from hub.writers.json import write_json_many
from hub.writers.xml import write_xml_many

SHAPES = ((10, 10), (60, 15))
"""Rows and columns: 100 cells without rules, 900 with twenty."""
WRITERS = {"application/json": write_json_many, "application/xml": write_xml_many}
BODY = 1_900_000
"""Bytes of one body at most: larger ones are first tried in a child process, and so read twice."""
WARM = 260
"""Reports of other communes that each process takes in before: a hub runs for months, and its first second is slow."""


def in_bulk(name: str, url: str, count: int) -> list[Line]:
    """What reports of 100 cells and of 900 cost, as JSON in one process and in two, as XML, and the rivals'."""
    lines = []
    for number, (rows, columns) in enumerate(SHAPES):
        edition = make_edition(rows, columns)
        cells = rows * columns
        some = count if cells < 500 else count // 3
        alone = _pushed(_again(url, f"{number}j"), edition, some, "application/json", 1)
        both = _pushed(_again(url, f"{number}b"), edition, some, "application/json", 2)
        xml = _pushed(_again(url, f"{number}x"), edition, some // 3, "application/xml", 1)
        what = f"reports of {cells} cells"
        lines.append(Line(f"{some:,} {what} as JSON, 1 process", name, str(alone)))
        lines.append(Line(f"{some:,} {what} as JSON, 2 processes", name, str(both)))
        lines.append(Line(f"{some // 3:,} {what} as XML, 1 process", name, str(xml)))
        for rival, (its, target) in push_rivals.costs(_again(url, f"{number}r"), min(40_000, some * cells)).items():
            lines.append(Line(f"   rival, 1 process: {rival}", name, str(its)))
            lines.append(at_least("   times faster, JSON, 1 process", name, alone.rate / its.rate, " ×", target))
            lines.append(at_least("   times faster, JSON, 2 processes", name, both.rate / its.rate, " ×", target))
            lines.append(at_least("   times less processor time, JSON", name, its.micro / alone.micro, " ×", target))
    return lines


def _again(url: str, suffix: str) -> str:
    """Another database beside the one that the measurement was given."""
    return beside(url, suffix) if url.startswith("postgresql") else url.replace(".db", f"{suffix}.db")


def _pushed(url: str, edition: Edition, count: int, kind: str, processes: int) -> Cost:
    """The cost of these reports, the bodies dealt out to so many web processes, each with a client of its own."""
    core = open_hub(url, edition)
    token = _token(core)
    units = [unit.id for unit in communes(core)]
    core.database.dispose()
    pushing = partial(_Pushing, url, edition, kind, token)
    bodies = _bodies(edition, units[:count], kind, processes)
    first = _bodies(edition, units[-WARM:], kind, processes)
    if processes == 1:
        work = pushing(first[0])
        found = cost(count * len(edition.figures), lambda: work.push(bodies), lambda: processor_seconds(url))
        work.core.database.dispose()
    else:
        found = _in_processes(pushing, first, bodies, count * len(edition.figures), processes, url)
    with core.database.read() as connection:
        stored = connection.scalar(select(func.count()).select_from(tables.version))
    core.database.dispose()
    assert stored >= count, (stored, count)
    return found


class _Pushing:
    """A web process with its client; the first body is sent at once, so that nothing is done for the first time."""

    def __init__(self, url: str, edition: Edition, kind: str, token: str, first: bytes) -> None:
        self.core = core_over(url, edition)
        self.client = create_app(self.core, lambda: NOW).test_client()
        self.kind, self.headers = kind, {"Authorization": f"Bearer {token}"}
        self.push([first])

    def push(self, bodies: Sequence[bytes]) -> None:
        for body in bodies:
            answer = self.client.post(
                "/api/v1/submissions?intent=send", data=body, content_type=self.kind,
                headers=self.headers | {"Idempotency-Key": hashlib.sha256(body).hexdigest()},
            )  # fmt: skip
            assert answer.status_code == 200, answer.get_data(as_text=True)[:500]


def _in_processes(
    pushing: Callable[[bytes], _Pushing], first: Sequence[bytes], bodies: Sequence[bytes], values: int, count: int,
    url: str,
) -> Cost:  # fmt: skip
    """The same by so many processes that begin together; it lasts until the slower one is done."""
    context = multiprocessing.get_context("fork")
    ready, used = context.Barrier(count + 1), context.SimpleQueue()

    def work(number: int) -> None:
        mine = pushing(first[number])
        ready.wait(60)
        used.put(cost(values, lambda: mine.push(bodies[number::count])).processor)

    workers = [context.Process(target=work, args=(number,)) for number in range(count)]
    for worker in workers:
        worker.start()
    ready.wait(60)
    began, server = time.perf_counter(), processor_seconds(url)
    for worker in workers:
        worker.join()
    wall = time.perf_counter() - began
    assert all(worker.exitcode == 0 for worker in workers)
    return Cost(values, wall, sum(used.get() for _ in workers) + processor_seconds(url) - server)


def _bodies(edition: Edition, units: Sequence[str], kind: str, processes: int = 1) -> list[bytes]:
    """The reports of these units in as few bodies as the limits allow, as many for each process."""
    figures = [make_figures(edition, seed) for seed in range(12)]
    documents = [
        ReportDocument(edition, unit, PERIOD.code, "own", figures[number % len(figures)])
        for number, unit in enumerate(units)
    ]
    write = WRITERS[kind]
    share = max(1, len(documents) * len(write(documents[:10])) // min(10, len(documents)) // BODY + 1)
    size = -(-len(documents) // (-(-share // processes) * processes))
    return [write(documents[at : at + size]) for at in range(0, len(documents), size)]


def _token(core: Core) -> str:
    """The token of a machine that may send for every commune."""
    with core.database.write() as connection:
        connection.execute(insert(tables.account), _account())
        connection.execute(
            insert(tables.role_grant),
            [{"account_id": SENDER.account_id, "role": each.role, "unit_id": each.unit_id} for each in SENDER.grants],
        )
    return access.issue_token(
        core, SENDER, account_id=SENDER.account_id, name="push", scopes={"read", "submit", "send"}, now=NOW
    )


def _account() -> dict[str, object]:
    return {
        "id": SENDER.account_id, "username": "push", "name": SENDER.name, "unit_id": SENDER.unit_id,
        "password_hash": "-", "must_change_password": False, "active": True, "failures": 0,
        "created_at": to_text(NOW),
    }  # fmt: skip
