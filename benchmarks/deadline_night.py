"""``python -m benchmarks.deadline_night``: the last hours before a deadline, against several server processes (P14).

Reports come at a fixed rate whatever the answers do (open loop), each under its own key, as JSON and as workbooks,
while 300 signed-in people go from page to page. A time counts from when its request was due. Who is refused waits as
long as the answer says, at most ``--patience`` seconds, and sends the same again. Then four times as much, then the
usual again; then the usual while ten people a second sign in with their passwords (P15). One token sends for all
communes, so the limits of how often a token may ask are off.
The generator stands on the same cores. At the end the database is asked: what was acknowledged is there, once.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from rich.console import Console
from sqlalchemy import func, insert, select

from benchmarks.campaign import NOW, PERIOD, SENDER, Workbooks, communes, make_edition, make_figures, open_hub
from benchmarks.measuring import Line, table
from benchmarks.postgres import new_database, private_server
from benchmarks.visitors import Answer, Visitor
from hub.app import create_app
from hub.config import load_config
from hub.domain.filing import filing_id
from hub.domain.regime import Edition, Regime
from hub.services import access, opening, passwords
from hub.services.core import Core
from hub.store import sessions, tables
from hub.store.database import Database
from hub.store.instants import to_text
from hub.store.sessions import Session
from hub.web import serving
from hub.web.rendering import read_templates
from hub.web.security import CSRF_FIELD
from hub.writers.json import write_json

ROWS, COLUMNS = 10, 10
PEOPLE, THINK = 300, 15.0
"""Signed-in people, and the seconds that one looks at a page."""
SURGE = 4
SIGN_INS = 10
"""People a second who sign in while that is measured."""
PASSWORD = "mot hai ba bon nam"
FORM_TOKEN = "f" * 43


@dataclass
class Phase:
    """What came of the requests that were due within it: when each was due, how long it took, and the answer."""

    name: str
    seconds: float
    began: float = 0.0
    sent: list[tuple[float, float, int]] = field(default_factory=list)
    pages: list[tuple[float, float, int]] = field(default_factory=list)
    sign_ins: list[tuple[float, float, int]] = field(default_factory=list)


@dataclass
class Night:
    """A hub made for the measurement and what the visitors need to know of it."""

    core: Core
    editions: list[Edition]
    token: str
    cookies: list[tuple[str, list[str]]]
    """Session and the pages that this person goes to in turn."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deadline_night", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--surge", type=int, default=120, help="seconds of four times as much; 0: none")
    parser.add_argument("--sign-ins", type=int, default=120, help="seconds with ten sign-ins a second; 0: none")
    parser.add_argument("--rate", type=float, default=25.0, help="JSON reports a second")
    parser.add_argument("--workbooks", type=float, default=2.0, help="workbooks a second")
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--patience", type=float, default=60.0, help="longest wait before sending again")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--folder", default=".", help="where a SQLite file is made (a real disk, not memory)")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-bench-", dir=options.folder)))
        url = f"sqlite:///{folder / 'night.db'}"
        if options.database == "postgresql":
            server = stack.enter_context(private_server())
            assert server is not None, "PostgreSQL is not installed"
            url = new_database(server, "night")
        lines = _night(url, options)
    Console(width=150).print(table(lines))


def _night(url: str, options: argparse.Namespace) -> list[Line]:
    usual = options.rate + options.workbooks
    reports = int(usual * (options.seconds + 30 + options.sign_ins + SURGE * options.surge)) + 100
    night = make_night(url, reports)
    print(f"load {os.getloadavg()[0]:.1f}, {reports} reports owed, {options.servers} servers", flush=True)
    phases = [Phase("usual", options.seconds)]
    if options.surge:
        phases += [Phase("surge", options.surge), Phase("after", 30)]
    if options.sign_ins:
        phases += [Phase("sign-ins", options.sign_ins)]
    with _servers(night.core, options.servers) as (ports, pids):
        acknowledged = asyncio.run(_traffic(night, ports, phases, options))
        memory = [_highest(pid) for pid in pids]
    database = Database(url)
    every = [each for phase in phases for each in phase.sent]
    lines = [line for phase in phases for line in _told(phase, every, options)]
    lines += _kept(database, acknowledged, options.database)
    lines.append(Line("memory at its highest, all servers", options.database, f"{sum(memory):.0f} MiB", "≤ 1536 MiB"))
    database.dispose()
    return lines


# --- the hub --------------------------------------------------------------


def make_night(url: str, reports: int) -> Night:
    """A hub in which at least so many reports of communes are owed, its people signed in."""
    first = make_edition(ROWS, COLUMNS)
    core = open_hub(url, first)
    units = communes(core)
    more = range(1, -(-reports // len(units)))
    editions = [first, *(replace(first, regime=f"NIGHT-{n}", sha256=f"{n:064}") for n in more)]
    catalog = replace(core.catalog, regimes={each.regime: Regime(each.regime, (each,)) for each in editions})
    core = Core(load_config({}, rate_read=0, rate_write=0, scheduler=False), catalog, core.database)
    opening.open_due(core, NOW, since=datetime(2026, 9, 1, tzinfo=NOW.tzinfo).date())
    people = [(f"p{n}", units[n * 7 % len(units)].id, "approver") for n in range(int(PEOPLE * 0.8))]
    provinces = core.orgs.on(NOW.date(), "province")
    people += [(f"o{n}", provinces[n % len(provinces)].id, "officer") for n in range(PEOPLE - len(people) - 10)]
    people += [(f"c{n}", "VN", "central") for n in range(10)]
    _add_accounts(core, [(SENDER.account_id, "VN", "approver"), *people])
    token = access.issue_token(
        core, SENDER, account_id=SENDER.account_id, name="night", scopes={"submit", "send"}, now=NOW
    )
    return Night(core, editions, token, [_signed_in(core, editions, *person) for person in people])


def _add_accounts(core: Core, people: Sequence[tuple[str, str, str]]) -> None:
    hashed = passwords.make_hash(PASSWORD)
    with core.database.write() as connection:
        accounts = [
            {
                "id": name, "username": name, "name": name, "unit_id": unit, "password_hash": hashed,
                "must_change_password": False, "active": True, "failures": 0, "created_at": to_text(NOW),
            }
            for name, unit, _ in people
        ]  # fmt: skip
        connection.execute(insert(tables.account), accounts)
        grants = [{"account_id": name, "role": role, "unit_id": unit} for name, unit, role in people]
        connection.execute(insert(tables.role_grant), grants)


def _signed_in(core: Core, editions: Sequence[Edition], name: str, unit: str, role: str) -> tuple[str, list[str]]:
    token = f"session-of-{name}"
    with core.database.write() as connection:
        sessions.start(
            connection,
            Session(
                hashlib.sha256(token.encode()).hexdigest(), name, "c", NOW, NOW, NOW + access.ABSOLUTE, "127.0.0.1"
            ),
        )
    if role == "approver":
        own = [f"/filings/{filing_id(each.key, PERIOD.code, unit, 'own')}" for each in editions[-2:]]
        return token, ["/", "/filings", *own]
    if role == "officer":
        return token, [
            "/",
            "/inbox",
            f"/inbox/campaign?edition={editions[0].key}&period={PERIOD.code}&tab=waiting",
            "/filings",
        ]
    return token, ["/", "/national", "/national/punctuality", "/filings"]


@contextmanager
def _servers(core: Core, count: int) -> Iterator[tuple[list[int], list[int]]]:
    """Ports and process ids of so many web servers without a scheduler inside."""
    core.database.dispose()
    context = multiprocessing.get_context("fork")
    began = time.monotonic()
    receiving, sending = context.Pipe(duplex=False)

    def serve() -> None:
        def clock() -> datetime:
            return NOW + timedelta(seconds=time.monotonic() - began)

        serving.system_clock = clock
        app = create_app(Core(core.config, core.catalog, Database(core.database.url)), clock)
        read_templates(app)
        serving.settle()
        server = serving.make_server(app, "127.0.0.1", 0)
        sending.send((server.effective_port, os.getpid()))
        server.run()

    processes = [context.Process(target=serve, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        told = [receiving.recv() for _ in processes]
        yield [port for port, _ in told], [pid for _, pid in told]
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _highest(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


# --- the crowd ------------------------------------------------------------


async def _traffic(
    night: Night, ports: Sequence[int], phases: Sequence[Phase], options: argparse.Namespace
) -> dict[str, str]:
    """Every phase one after another; the filing of each key that was acknowledged."""
    visitor = Visitor(ports)
    acknowledged: dict[str, str] = {}
    bodies = _bodies(night)
    end = time.perf_counter() + sum(phase.seconds for phase in phases)
    ends = [end - sum(phase.seconds for phase in phases[at + 1 :]) for at in range(len(phases))]

    def now_in() -> Phase:
        return next((phase for phase, over in zip(phases, ends, strict=True) if time.perf_counter() < over), phases[-1])

    people = [asyncio.create_task(_browse(visitor, *cookie, now_in, end)) for cookie in night.cookies]
    sendings = []
    for phase in phases:
        share = SURGE if phase.name == "surge" else 1
        if phase.name == "sign-ins":
            people.append(asyncio.create_task(_sign_in_all(visitor, phase)))
        sendings += await _send_all(visitor, night, phase, bodies, acknowledged, share, options)
    await asyncio.wait_for(asyncio.gather(*sendings, *people), 180)
    visitor.close()
    return acknowledged


def _bodies(night: Night) -> Iterator[tuple[str, str, Callable[[str], bytes], Edition]]:
    """Key, unit and edition of one report after another, each owed once."""
    chance = random.Random(1)
    figures = [make_figures(night.editions[0], seed) for seed in range(12)]
    units = [unit.id for unit in communes(night.core)]
    for edition in night.editions:
        chance.shuffle(units)
        for number, unit in enumerate(units):
            values = figures[number % 12]

            def write(kind: str, edition: Edition = edition, unit: str = unit, number: int = number) -> bytes:
                if kind == "xlsx":
                    return _workbooks(edition).of(unit, number)
                return write_json(edition, unit, PERIOD.code, "own", values)  # noqa: B023

            yield f"{edition.regime}-{unit}", unit, write, edition


_WRITTEN: dict[str, Workbooks] = {}


def _workbooks(edition: Edition) -> Workbooks:
    if edition.regime not in _WRITTEN:
        _WRITTEN[edition.regime] = Workbooks(edition, 2)
    return _WRITTEN[edition.regime]


async def _send_all(
    visitor: Visitor, night: Night, phase: Phase, bodies: Iterator[tuple[str, str, Callable[[str], bytes], Edition]],
    acknowledged: dict[str, str], share: int, options: argparse.Namespace,
) -> list[asyncio.Task[None]]:  # fmt: skip
    """Every report of a phase is under way, each begun when it was due."""
    rate = (options.rate + options.workbooks) * share
    every = max(1, round((options.rate + options.workbooks) / options.workbooks)) if options.workbooks else 0
    began, tasks = time.perf_counter(), []
    phase.began = began
    for number in range(int(rate * phase.seconds)):
        due = began + number / rate
        kind = "xlsx" if every and number % every == 0 else "json"
        key, _, write, _ = next(bodies)
        body = write(kind)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(
            asyncio.create_task(
                _send(visitor, night.token, phase, key, kind, body, due, acknowledged, options.patience)
            )
        )
    return tasks


TYPES = {"json": "application/json", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


async def _send(
    visitor: Visitor, token: str, phase: Phase, key: str, kind: str, body: bytes, due: float,
    acknowledged: dict[str, str], patience: float,
) -> None:  # fmt: skip
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "Content-Type": TYPES[kind]}
    for _ in range(20):
        answer = await visitor.ask("POST", "/api/v1/submissions?intent=send", headers, body)
        phase.sent.append((due, time.perf_counter() - due, answer.status))
        if answer.status in {200, 201}:
            acknowledged[key] = str(answer.json()["filing_id"])
            return
        if answer.status not in {0, 429, 503}:
            return
        await asyncio.sleep(random.uniform(0.5, 1.0) * min(patience, answer.retry_after))
        due = time.perf_counter()


async def _browse(visitor: Visitor, session: str, pages: list[str], now_in: Callable[[], Phase], end: float) -> None:
    await asyncio.sleep(random.uniform(0, THINK))
    at = 0
    while time.perf_counter() < end:
        phase, began = now_in(), time.perf_counter()
        answer: Answer = await visitor.ask("GET", pages[at % len(pages)], {"Cookie": f"hub_session={session}"})
        phase.pages.append((began, time.perf_counter() - began, answer.status))
        at += 1
        await asyncio.sleep(random.uniform(0.5, 1.5) * THINK)


async def _sign_in_all(visitor: Visitor, phase: Phase) -> None:
    """Ten people a second, each begun when due, each with the right password."""
    began = time.perf_counter()
    waiting = []
    for number in range(int(SIGN_INS * phase.seconds)):
        await asyncio.sleep(max(0.0, began + number / SIGN_INS - time.perf_counter()))
        waiting.append(asyncio.create_task(_sign_in(visitor, phase, f"p{number % int(PEOPLE * 0.8)}")))
    await asyncio.gather(*waiting)


async def _sign_in(visitor: Visitor, phase: Phase, name: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"hub_form={FORM_TOKEN}"}
    body = urlencode({CSRF_FIELD: FORM_TOKEN, "username": name, "password": PASSWORD}).encode()
    due = time.perf_counter()
    answer = await visitor.ask("POST", "/sign-in", headers, body)
    phase.sign_ins.append((due, time.perf_counter() - due, answer.status))


# --- what came of it ------------------------------------------------------


def _told(phase: Phase, every: list[tuple[float, float, int]], options: argparse.Namespace) -> list[Line]:
    where, name = options.database, phase.name
    good = [took for _, took, status in phase.sent if status in {200, 201}]
    errors = Counter(status for _, _, status in phase.sent if status not in {200, 201})
    pages = [took for _, took, status in phase.pages if status == 200]
    wrong = Counter(status for _, _, status in phase.pages if status != 200)
    lines = [
        Line(f"{name}: {len(good):,} reports due within {phase.seconds:.0f} s acknowledged in the end", where, ""),
        Line(f"{name}: acknowledged while it lasted", where, f"{_within(phase, every) / phase.seconds:.1f} /s"),
        Line(f"{name}: answer to a report, median / p95 / p99", where, _quantiles(good), "p95 ≤ 2 s, p99 ≤ 5 s"),
        Line(f"{name}: refusals by status (0: no answer)", where, str(dict(errors)), "≤ 0.1 %, 429 and 503 only"),
        Line(f"{name}: {len(pages):,} pages, median / p95 / p99", where, _quantiles(pages), "p95 ≤ 3 s"),
        Line(f"{name}: pages refused by status", where, str(dict(wrong))),
    ]  # fmt: skip
    if phase.sign_ins:
        entered = [took for _, took, status in phase.sign_ins if status == 303]
        refused = Counter(status for _, _, status in phase.sign_ins if status != 303)
        lines += [
            Line(
                f"{name}: {len(entered):,} people signed in, median / p95 / p99",
                where,
                _quantiles(entered),
                "p95 ≤ 1.5 s",
            ),
            Line(f"{name}: sign-ins refused by status", where, str(dict(refused))),
        ]
    if name == "after" and phase.sent:
        began = min(due for due, _, _ in phase.sent)
        late = [due - began for due, took, status in phase.sent if took > 2 or status not in {200, 201}]
        lines.append(
            Line("after: last report not answered well began", where, f"{max(late, default=0):.1f} s", "≤ 10 s")
        )
    return lines


def _within(phase: Phase, every: list[tuple[float, float, int]]) -> int:
    """How many were acknowledged while a phase lasted, whenever they were due."""
    answered = [due + took - phase.began for due, took, status in every if status in {200, 201}]
    return sum(0 <= at < phase.seconds for at in answered)


def _quantiles(times: list[float]) -> str:
    if not times:
        return "-"
    ordered = sorted(times)
    return " / ".join(f"{ordered[min(len(ordered) - 1, int(len(ordered) * share))]:.2f}" for share in (0.5, 0.95, 0.99))


def _kept(database: Database, acknowledged: dict[str, str], where: str) -> list[Line]:
    """What was acknowledged is there, once."""
    with database.read() as connection:
        found = connection.execute(
            select(tables.submission.c.idempotency_key, tables.submission.c.filing_id).where(
                tables.submission.c.verdict == "accepted"
            )
        )
        kept = dict(found.all())
        versions = connection.execute(
            select(tables.version.c.filing_id, func.count()).group_by(tables.version.c.filing_id)
        )
        twice = sum(count > 1 for _, count in versions)
    lost = sum(kept.get(key) != filing for key, filing in acknowledged.items())
    return [Line(f"of {len(acknowledged):,} acknowledged reports lost / twice", where, f"{lost} / {twice}", "0 / 0")]


if __name__ == "__main__":
    main()
