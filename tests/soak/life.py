"""A hub at work in processes of its own, to be killed: started as ``python life.py <catalog>``, never imported.

Reads one task a line (JSON) from standard input. For each it forks a process group with everything already imported,
answers with its id, and goes on. Everything a client was answered stands in the group's log before the next line.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import pickle
import random
import signal
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from hub.catalog.catalog import Catalog
from hub.config import load_config
from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.org import OrgRegister
from hub.domain.regime import Regime
from hub.domain.values import FormValues, Values
from hub.domain.working_days import WorkingCalendar
from hub.errors import HubError
from hub.readers import csv, dispatch, form, xlsx, xml  # noqa: F401 imported before the fork
from hub.services import aggregation, filings, intake, publication, review
from hub.services.core import Core
from hub.services.receipts import receipt_json
from hub.store.database import Database
from hub.writers.form import write_form
from hub.writers.json import write_json
from hub.writers.workbook import write_workbook
from hub.writers.xml import write_xml

PERIOD = "2026-M09"
UNITS = ("X11", "X12", "X13", "X21", "X22", "G01", "G12")
DOORS = ("json", "xlsx", "form", "xml")
START = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))


def reporter(unit: str) -> Actor:
    return Actor(f"approver-{unit}", unit, unit, (Grant("approver", unit),))


def officer(unit: str) -> Actor:
    return Actor(f"officer-{unit}", unit, unit, (Grant("officer", unit),))


def open_catalog(path: str) -> Catalog:
    edition, units, report = pickle.loads(Path(path).read_bytes())
    regime = Regime(edition.regime, (edition,))
    catalog = Catalog({regime.code: regime}, {report.code: report}, {}, {}, files("report_schemas"))
    catalog.__dict__["orgs"] = OrgRegister(units, ())
    catalog.__dict__["calendar"] = WorkingCalendar(frozenset(), frozenset(), range(2020, 2040))
    return catalog


def make_values(men: int, women: int) -> Values:
    """Right figures: every rule holds and no explanation is asked for."""
    cells: dict[tuple[str, str], Any] = {}
    for row, people, new in (("r02", men, 1), ("r03", women, 1), ("r01", men + women, 2)):
        figures = {"c01": people, "c02": new, "c03": people - new}
        cells |= {(row, column): Decimal(value) for column, value in figures.items()}
        cells[row, "c04"] = Decimal(people * 2).quantize(Decimal("0.01"))
    return Values({"F1": FormValues(cells=cells)}, {"s1": "Tình hình ổn định."})


def make_content(catalog: Catalog, door: str, unit: str, men: int) -> bytes:
    """A report of a unit as it would come through a door."""
    edition = catalog.regimes["THU-01"].editions[0]
    values = make_values(men, 3)
    if door == "xlsx":
        return write_workbook(edition, unit, unit, PERIOD, "own", frequency="monthly", values=values)
    if door == "form":
        return write_form(edition, values)
    writer = write_json if door == "json" else write_xml
    return writer(edition, unit, PERIOD, "own", values)


class Log:
    """What was tried and what was answered; an answer is on the disk before the client goes on."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def tell(self, *, durable: bool = True, **said: object) -> None:
        os.write(self._file, json.dumps(said).encode() + b"\n")
        if durable:
            os.fdatasync(self._file)


@dataclass
class Hub:
    """One process's hub with the clock of the campaign: as much later than START as the work has gone on."""

    core: Core
    log: Log
    chance: random.Random
    began: float
    workbooks: dict[str, list[bytes]]

    def now(self) -> datetime:
        return START + timedelta(seconds=time.time() - self.began)

    def filing_of(self, unit: str) -> Any:
        query = FilingQuery(unit_id=unit, period=PERIOD, scope="own")
        return filings.search(self.core, SYSTEM, query, self.now()).rows[0]

    def submit(self) -> None:
        unit, door = self.chance.choice(UNITS), self.chance.choice(DOORS)
        if door == "xlsx":
            content = self.chance.choice(self.workbooks[unit])
        else:
            content = make_content(self.core.catalog, door, unit, self.chance.randint(1, 10**6))
        filing = self.filing_of(unit).id if door == "form" else None
        intent = self.chance.choice(("send", "send", "draft"))
        key = uuid.uuid4().hex
        said = {"key": key, "unit": unit, "door": door, "filing": filing, "intent": intent, "content": content.hex()}
        self.log.tell(durable=False, what="try", **said)
        envelope = Envelope(content, door, f"{unit}.{door}", idempotency_key=key, intent=intent, filing_id=filing)
        receipt = intake.receive(self.core, reporter(unit), envelope, self.now())
        self.log.tell(what="receipt", key=key, id=receipt.submission_id, receipt=receipt_json(receipt).decode())

    def decide(self) -> None:
        unit = self.chance.choice(UNITS)
        row = self.filing_of(unit)
        wanted = {"submitted": ("accept", "accept", "send_back"), "accepted": ("send_back",)}.get(row.state)
        wanted = ("send_back",) if row.state == "aggregated" else wanted
        if wanted is None:
            return
        event = self.chance.choice(wanted)
        reason = {"reason": "Xem lại"} if event == "send_back" else {}
        do = getattr(review, event)
        moved = do(self.core, officer(row.receiver_id), row.id, revision=row.revision, now=self.now(), **reason)
        self.log.tell(what="decision", filing=row.id, revision=moved.revision, event=event)

    def aggregate(self) -> None:
        edition = self.core.catalog.regimes["THU-01"].editions[0]
        aggregation.run(self.core, SYSTEM, edition.key, PERIOD, self.now())
        row = publication.issue(self.core, CENTRAL, "thu", PERIOD, self.now(), "bản sau")
        self.log.tell(what="publication", id=row.id, manifest=row.manifest_sha256)

    def keep_doing(self, *works: Callable[[], None]) -> None:
        """Until the end. What the hub refuses is part of its work; anything else is told as an error."""
        while True:
            try:
                self.chance.choice(works)()
            except HubError:
                continue
            except BaseException:
                self.log.tell(what="error", text=traceback.format_exc())
                raise


def crowd(make_hub: Callable[[int], Hub]) -> None:
    """Four clients in this process: three send reports, one sits in an office."""
    for number in range(4):
        client = make_hub(number)
        works = (client.decide, client.decide, client.aggregate) if number == 3 else (client.submit,)
        threading.Thread(target=client.keep_doing, args=works, daemon=True).start()
    signal.pause()


def one_by_one(hub: Hub, count: int) -> None:
    """Reports one after the other, each announced and acknowledged on standard output."""
    for number in range(count):
        content = make_content(hub.core.catalog, "json", UNITS[number % len(UNITS)], number + 1)
        os.write(1, b"begin\n")
        intake.receive(hub.core, reporter(UNITS[number % len(UNITS)]), Envelope(content, "json"), hub.now())
        os.write(1, b"answered\n")


def run(task: dict[str, Any], catalog: Catalog, workbooks: dict[str, list[bytes]]) -> None:
    """One task in this process, to its end or its kill. A crowd is two processes, each with a hub of its own."""
    side = 0
    if task["do"] == "crowd" and os.fork() == 0:
        side = 1
        end_with_parent()
    core = Core(load_config({}, var=Path(task["var"])), catalog, Database(task["url"]))
    log = Log(task["log"])

    def make_hub(number: int) -> Hub:
        return Hub(core, log, random.Random(f"{task['seed']} {side} {number}"), task["began"], workbooks)

    if task["do"] == "crowd":
        crowd(make_hub)
    elif task["do"] == "one_by_one":
        one_by_one(make_hub(0), task["count"])
    else:
        os.environ["HUB_FAILPOINT"] = task["failpoint"]
        getattr(make_hub(0), task["do"])()


def end_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def main() -> None:
    """Serve tasks until standard input ends. Ended children are reaped by the kernel, grandchildren too."""
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    catalog = open_catalog(sys.argv[1])
    workbooks = {unit: [make_content(catalog, "xlsx", unit, n) for n in (11, 12, 13, 14)] for unit in UNITS}
    for line in sys.stdin:
        task = json.loads(line)
        if task.get("stay"):
            run(task, catalog, workbooks)
            return
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            end_with_parent()
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(2, 1)
            try:
                run(task, catalog, workbooks)
            finally:
                os._exit(0)
        with contextlib.suppress(OSError):  # it may have done so itself, and may even be gone
            os.setpgid(child, child)
        os.write(1, f"{child}\n".encode())


main()
