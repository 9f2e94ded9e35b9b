"""Four web servers and two schedulers on one PostgreSQL; one of each is killed at work. Nothing is lost or double.

People go from server to server with every request, as a load balancer without sticky sessions sends them. Whoever is
cut off asks the next server for the very same thing again.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import pickle
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from hub.catalog.catalog import Catalog
from hub.domain.access import SYSTEM, Grant
from hub.domain.form import Label
from hub.domain.org import OrgRegister, OrgUnit
from hub.domain.period import Period
from hub.services import access, aggregation, opening, profiles, verify
from hub.services.aggregation import lineage_hash
from hub.store import aggregates, tables
from scheduler import jobs

OFFICE = Path(__file__).with_name("office.py")
NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
SECONDS, KILL_AFTER = 12, 4
PASSWORD = "bốn từ rất dễ nhớ"
PROVINCES = {"P1": [f"X1{number}" for number in range(1, 9)], "P2": [f"X2{number}" for number in range(1, 9)]}


@pytest.fixture
def database(postgres_database):
    return postgres_database


@pytest.fixture
def small_catalog(small_catalog: Catalog, small_orgs: OrgRegister) -> Catalog:
    """The small catalog with eight communes in each province."""
    commune = small_orgs.units["X11"]
    units = [unit for unit in small_orgs.units.values() if unit.level != "commune"]
    units += [
        OrgUnit(**{name: getattr(commune, name) for name in commune.__slots__}
                | {"id": code, "code": code, "name": Label(f"Xã {code}", code), "parent_code": province})
        for province, codes in PROVINCES.items() for code in codes
    ]  # fmt: skip
    small_catalog.__dict__["orgs"] = OrgRegister(units, ())
    return small_catalog


class Postbox:
    """A mail server that remembers which letters it was given."""

    def __init__(self) -> None:
        self.received: list[str] = []
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = int(taken.getsockname()[1])
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server, session, envelope):
        self.received.append(str(message_from_bytes(envelope.content, policy=default)["Message-ID"]))
        return "250 OK"


@pytest.fixture
def postbox():
    box = Postbox()
    box.controller.start()
    yield box
    box.controller.stop()


class Balancer:
    """The next server for every request; one that does not answer is asked no more."""

    def __init__(self, ports: list[int]) -> None:
        self.ports, self._turn = list(ports), itertools.count()

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Status, headers and text; what was cut off is asked again of the next server."""
        for _ in range(20):
            port = self.ports[next(self._turn) % len(self.ports)]
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                connection.request(
                    method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
                )
                answer = connection.getresponse()
                text = answer.read().decode()
            except (ConnectionError, http.client.HTTPException):
                if len(self.ports) > 3 and port in self.ports:
                    self.ports.remove(port)
                continue
            finally:
                connection.close()
            if answer.status in {429, 503}:
                time.sleep(0.2)
                continue
            return answer.status, answer.headers, text
        raise AssertionError(f"no server answers {method} {path}")


@dataclass
class Person:
    """Somebody in a browser that meets another server with every request."""

    balancer: Balancer
    cookie: str = ""

    def sign_in(self, username: str) -> Person:
        _, headers, page = self.get("/sign-in")
        self.cookie = self._cookies(headers)
        form = {"username": username, "password": PASSWORD, "csrf_token": found(page, "csrf_token")}
        status, headers, _ = self.post("/sign-in", form)
        assert status == 303
        self.cookie = self._cookies(headers)
        return self

    def _cookies(self, headers: http.client.HTTPMessage) -> str:
        held = dict(part.split("=", 1) for part in self.cookie.split("; ") if part)
        for line in headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            held[name] = value
        return "; ".join(f"{name}={value}" for name, value in held.items())

    def get(self, path: str) -> tuple[int, http.client.HTTPMessage, str]:
        return self.balancer.ask("GET", path, Cookie=self.cookie)

    def post(self, path: str, form: dict[str, str]) -> tuple[int, http.client.HTTPMessage, str]:
        return self.balancer.ask(
            "POST", path, urlencode(form).encode(), Cookie=self.cookie,
            Content_Type="application/x-www-form-urlencoded",
        )  # fmt: skip


def found(page: str, name: str) -> str:
    """The value of a page's first field of that name."""
    match = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    assert match is not None, name
    return unescape(match[1])


@dataclass
class Work:
    """What was acknowledged: keys of reports that were taken in, filings with the version that was accepted."""

    balancer: Balancer
    token: str
    ends: float
    received: list[str] = field(default_factory=list)
    accepted: list[tuple[str, int]] = field(default_factory=list)
    pages: Counter[int] = field(default_factory=Counter)
    asked: int = 0
    failures: list[str] = field(default_factory=list)

    def in_a_thread(self, work, *given) -> threading.Thread:
        def run() -> None:
            try:
                work(*given)
            except Exception as error:
                self.failures.append(repr(error))

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def send(self, unit: str, men: int, key: str) -> str:
        """The filing's id, after one more report of the unit was received."""
        status, _, text = self.balancer.ask(
            "POST", "/api/v1/submissions", report_of(unit, men), Content_Type="application/json",
            Authorization=f"Bearer {self.token}", Idempotency_Key=key,
        )  # fmt: skip
        assert status in {200, 201}, text
        self.received.append(key)
        return str(json.loads(text)["filing_id"])

    def review(self, person: Person, units: list[str]) -> None:
        """Unit after unit: what was accepted is looked at again and sent back, the unit sends, the officer accepts."""
        filings_of: dict[str, str] = {}
        for turn in itertools.count():
            for unit in units:
                if time.monotonic() > self.ends:
                    return
                if turn:
                    self.decide(person, filings_of[unit], "send_back", reason="Xem lại số nam.")
                filings_of[unit] = self.send(unit, 10 + turn, f"{unit}-{turn}-0000")
                self.accepted.append((filings_of[unit], self.decide(person, filings_of[unit], "accept")))

    def decide(self, person: Person, filing: str, action: str, **more: str) -> int:
        """The version that the decision was about; taken on the page as it stands, and only once."""
        for _ in range(20):
            _, _, page = person.get(f"/filings/{filing}")
            version = found(page, "version")
            form = (
                {name: found(page, name) for name in ("revision", "version", "csrf_token")} | {"action": action} | more
            )
            status, _, _ = person.post(f"/filings/{filing}/decide", form)
            self.pages[200] += 1
            if status == 303:
                return int(version)
            assert status == 409, status  # the job rolled it up since the page was drawn
        raise AssertionError(f"{action} was never taken")

    def look_around(self, person: Person) -> None:
        """The centre reads pages and asks for runs."""
        while time.monotonic() < self.ends:
            for path in ("/", "/filings", "/reports"):
                self.pages[person.get(path)[0]] += 1
            for job in ("roll_up", "letters"):
                _, _, page = person.get(f"/admin/jobs/{job}")
                if 'name="occurrence"' not in page:
                    continue
                form = {name: found(page, name) for name in ("occurrence", "csrf_token")}
                self.asked += person.post(f"/admin/jobs/{job}/run", form)[0] == 303


def report_of(unit: str, men: int) -> bytes:
    cells = {}
    for row, people, new in (("r02", men, 1), ("r03", 6, 1), ("r01", men + 6, 2)):
        cells |= {f"{row}.c01": people, f"{row}.c02": new, f"{row}.c03": people - new, f"{row}.c04": f"{people * 2}.00"}
    body = {
        "regime": "THU-01",
        "unit": unit,
        "period": PERIOD,
        "forms": {"F1": {"cells": cells}},
        "outline": {"s1": "Ổn."},
    }
    return json.dumps(body, ensure_ascii=False).encode()


@pytest.fixture
def office(core, small_catalog, postbox, tmp_path):
    """The six processes: ``(web servers as (pid, port), pids of schedulers)``."""
    catalog = tmp_path / "catalog.pickle"
    units = list(small_catalog.orgs.units.values())
    catalog.write_bytes(pickle.dumps((small_catalog.regimes["THU-01"].editions[0], units)))
    task = {
        "catalog": str(catalog), "url": core.database.url, "var": str(core.config.var), "now": NOW.isoformat(),
        "smtp_port": postbox.port,
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, OFFICE, json.dumps(task)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    lines = [json.loads(process.stdout.readline()) for _ in range(6)]
    yield (
        [(each["pid"], each["port"]) for each in lines if each["role"] == "web"],
        [each["pid"] for each in lines if each["role"] == "scheduler"],
    )
    process.stdin.close()
    process.wait(20)


@pytest.fixture
def people(core, make_actor):
    """Accounts that can sign in: the officers of two provinces, the centre, and one that sends for every commune."""
    opening.open_due(core, NOW, since=NOW.date().replace(day=1))
    made = {}
    for name, role, unit in (
        ("canbo-p1", "officer", "P1"), ("canbo-p2", "officer", "P2"), ("trung-uong", "central", "VN"),
        ("nap-so-lieu", "approver", "VN"),
    ):  # fmt: skip
        made[name] = access.create_account(
            core, SYSTEM, username=name, name=name, unit_id=unit, password=PASSWORD, grants=[Grant(role, unit)],
            now=NOW, must_change_password=False,
        )  # fmt: skip
    for unit in itertools.chain(*PROVINCES.values()):  # a return is told to its unit's own people, by a letter at once
        reporter = make_actor("reporter", unit)
        profiles.keep(core, reporter, email=f"{unit}@example.vn", phone="", language="vi", choices={}, now=NOW)
    return made


@pytest.mark.postgres
def test_nothing_is_lost_or_double_when_a_web_server_and_a_scheduler_die_at_work(core, people, office, postbox):
    webs, schedulers = office
    token = access.issue_token(
        core, SYSTEM, account_id=people["nap-so-lieu"], name="máy", scopes=["read", "submit", "send"], now=NOW,
        expires_in_days=30,
    )  # fmt: skip
    balancer = Balancer([port for _, port in webs])
    work = Work(balancer, token, time.monotonic() + SECONDS)
    threads = []
    for province, units in PROVINCES.items():
        officer = Person(balancer).sign_in(f"canbo-{province.lower()}")
        threads += [work.in_a_thread(work.review, officer, half) for half in (units[::2], units[1::2])]
    threads.append(work.in_a_thread(work.look_around, Person(balancer).sign_in("trung-uong")))
    time.sleep(KILL_AFTER)
    os.kill(webs[1][0], signal.SIGKILL)
    os.kill(schedulers[0], signal.SIGKILL)
    for thread in threads:
        thread.join(60)
    assert work.failures == []
    assert set(work.pages) == {200}
    assert len(work.accepted) > 8
    assert work.asked > 2
    _every_report_and_decision_is_there_once(core, work)
    _people_were_told_once(core, postbox)
    _no_run_was_made_twice(core, {schedulers[0]})
    jobs.roll_up(core, LATER)  # what the killed server had decided and not followed; it says if any figure was wrong
    _the_aggregates_are_what_a_recomputation_makes(core)
    assert verify.everything(core).problems == []


def _every_report_and_decision_is_there_once(core, work: Work) -> None:
    with core.database.read() as connection:
        keys = connection.scalars(select(tables.submission.c.idempotency_key)).all()
        decision = tables.decision
        taken = connection.execute(
            select(decision.c.filing_id, decision.c.version).where(decision.c.event == "accept")
        ).all()
        filings_of_communes = connection.scalar(
            select(func.count()).select_from(tables.filing).where(tables.filing.c.level == "commune")
        )
    assert sorted(keys) == sorted(work.received)
    assert sorted(map(tuple, taken)) == sorted(work.accepted)
    assert filings_of_communes == sum(map(len, PROVINCES.values())) * _periods(core)


def _periods(core) -> int:
    with core.database.read() as connection:
        return len(set(connection.scalars(select(tables.filing.c.period))))


def _people_were_told_once(core, postbox: Postbox) -> None:
    """Every return is told of once, by one letter; at most the one that was on its way at the kill came again."""
    with core.database.read() as connection:
        returns = connection.scalar(
            select(func.count()).select_from(tables.decision).where(tables.decision.c.event == "send_back")
        )
        told = connection.execute(
            select(tables.notification.c.id, tables.notification.c.mail_id).where(
                tables.notification.c.kind == "returned"
            )
        ).all()
        states = dict(connection.execute(select(tables.mail.c.id, tables.mail.c.state)).all())
    assert len(told) == returns
    assert len({mail_id for _, mail_id in told}) == len(told)
    assert {mail_id for _, mail_id in told} <= set(states)
    received = Counter(name.strip("<>").partition("@")[0] for name in postbox.received)
    assert {mail_id for mail_id, state in states.items() if state == "sent"} <= set(received) <= set(states)
    assert sum(times - 1 for times in received.values()) <= 1


def _no_run_was_made_twice(core, killed: set[int]) -> None:
    """Each run has one row by its key; those left unfinished are the killed scheduler's, and nobody else took them."""
    ends = time.monotonic() + 20
    while any(_worker_pid(run) not in killed for run in _runs(core) if run.finished_at is None):
        assert time.monotonic() < ends, "the other scheduler does not come to an end"
        time.sleep(0.1)
    with core.database.read() as connection:
        asked = connection.execute(select(tables.job_request)).all()
    runs = _runs(core)
    assert {run.tries for run in runs} == {1}
    made = {(run.job, run.occurrence) for run in runs}
    assert {(request.job, request.occurrence) for request in asked if request.taken_at} <= made
    assert len({run.worker for run in runs}) == 2


def _runs(core) -> list:
    with core.database.read() as connection:
        return connection.execute(select(tables.job_run)).all()


def _worker_pid(run) -> int:
    return int(run.worker.rsplit("-", 2)[1])


def _the_aggregates_are_what_a_recomputation_makes(core) -> None:
    with core.database.read() as connection:
        kept = aggregates.of_campaign(connection, EDITION, PERIOD)
        edition = core.catalog.edition(EDITION)
        made = aggregation.roll_up(core, connection, edition, Period.parse(PERIOD), "x", NOW)
    assert [_content(each) for each in kept] == [_content(each) for each in sorted(made, key=lambda each: each.unit_id)]
    assert kept[-1].coverage.accepted > 0


def _content(aggregate) -> tuple:
    return aggregate.unit_id, aggregate.vector.packed(), aggregate.coverage, lineage_hash(aggregate)
