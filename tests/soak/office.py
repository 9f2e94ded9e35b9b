"""A hub of several processes: four web servers and two schedulers on one database, each a process of its own.

Started as ``python office.py <task in JSON>``, never imported. It imports everything once and forks, so that six
processes are up in a moment; they share nothing but the database and the folder ``var``. A line for each tells its id,
and its port. They end when standard input does.
"""

from __future__ import annotations

import ctypes
import json
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from hub.app import create_app
from hub.catalog.catalog import Catalog
from hub.config import load_config
from hub.domain.org import OrgRegister
from hub.domain.regime import Regime
from hub.domain.working_days import WorkingCalendar
from hub.services.core import Core
from hub.store.database import Database
from hub.web import serving
from scheduler.__main__ import configure_log, worker_id
from scheduler.runner import Runner, start

TICK_SECONDS = 0.5


def make_core(task: dict[str, Any]) -> Core:
    edition, units = pickle.loads(Path(task["catalog"]).read_bytes())
    catalog = Catalog({edition.regime: Regime(edition.regime, (edition,))}, {}, {}, {}, files("report_schemas"))
    catalog.__dict__["orgs"] = OrgRegister(units, ())
    catalog.__dict__["calendar"] = WorkingCalendar(frozenset(), frozenset(), range(2020, 2040))
    config = load_config(
        {}, var=Path(task["var"]), inbox=Path(task["var"]) / "inbox", smtp_host="127.0.0.1",
        smtp_port=task["smtp_port"], mail_from="hub@example.vn", base_url="https://hub.example.vn/",
    )  # fmt: skip
    return Core(config, catalog, Database(task["url"]))


def web(core: Core, clock: Callable[[], datetime], told: int) -> None:
    """As ``hub serve`` with HUB_SCHEDULER=0."""
    serving.system_clock = clock
    server = serving.make_server(create_app(core, clock), "127.0.0.1", 0)
    os.write(told, json.dumps({"role": "web", "pid": os.getpid(), "port": server.effective_port}).encode() + b"\n")
    server.run()


def scheduler(core: Core, clock: Callable[[], datetime], told: int) -> None:
    """As ``python -m scheduler``, with shorter ticks."""
    start(Runner(core, worker_id(), clock=clock), TICK_SECONDS)
    os.write(told, json.dumps({"role": "scheduler", "pid": os.getpid()}).encode() + b"\n")
    signal.pause()


def main() -> None:
    task = json.loads(sys.argv[1])
    began, first = time.monotonic(), datetime.fromisoformat(task["now"]).astimezone(UTC)

    def clock() -> datetime:
        return first + timedelta(seconds=time.monotonic() - began)

    told = os.dup(1)
    for work in (web, web, web, web, scheduler, scheduler):
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(2, 1)
            configure_log("ERROR")
            work(make_core(task), clock, told)
            os._exit(0)
    sys.stdin.read()


main()
