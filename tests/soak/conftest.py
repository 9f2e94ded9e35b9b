"""A hub that is killed, and what must be true of what it leaves behind (P1)."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, text

from hub.catalog.catalog import Catalog
from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.form import Label
from hub.domain.org import NATION
from hub.domain.report_definition import ReportDefinition, Section
from hub.services import filings, intake, opening, review, verify
from hub.services.aggregation import lineage_hash
from hub.services.core import Core
from hub.services.receipts import receipt_json
from hub.store import aggregates, tables

EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EARLIER = datetime(2026, 9, 15, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 9, 16, 3, 0, tzinfo=UTC)
LIFE = Path(__file__).with_name("life.py")


@pytest.fixture(scope="session")
def report() -> ReportDefinition:
    sections = (Section("nation", "F1"), Section("units", "F1", columns=("c01",)))
    return ReportDefinition("thu", Label("Báo cáo thử", "A test report"), "regime", "THU-01", sections)


@pytest.fixture
def small_catalog(small_catalog: Catalog, report: ReportDefinition) -> Catalog:
    """The small catalog with one national report."""
    catalog = replace(small_catalog, reports={report.code: report})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def catalog_file(small_catalog: Catalog, report: ReportDefinition, tmp_path: Path) -> Path:
    """What a process needs to build the same catalog."""
    path = tmp_path / "catalog.pickle"
    units = list(small_catalog.orgs.units.values())
    path.write_bytes(pickle.dumps((small_catalog.regimes["THU-01"].editions[0], units, report)))
    return path


class Nursery:
    """A process that has everything imported and forks the groups that are to be killed."""

    def __init__(self, catalog_file: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, LIFE, catalog_file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.began = time.time()

    def start(self, core: Core, log: Path, do: str, *, seed: int = 0, failpoint: str = "") -> int:
        """The id of a new process group at work on the hub's database."""
        task = {
            "do": do, "url": core.database.url, "var": str(core.config.var), "log": str(log), "seed": seed,
            "failpoint": failpoint, "began": self.began,
        }  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        return int(self._process.stdout.readline())

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


@pytest.fixture
def nursery(catalog_file: Path) -> Iterator[Nursery]:
    made = Nursery(catalog_file)
    yield made
    made.stop()


@pytest.fixture
def renew(core: Core, migrated_sqlite_file: Path, request: pytest.FixtureRequest) -> Callable[[], None]:
    """A callable that empties the database and opens this month's filings."""

    def do() -> None:
        core.database.dispose()
        if core.database.kind == "sqlite":
            path = Path(core.database.url.removeprefix("sqlite:///"))
            for ending in ("-wal", "-shm"):
                Path(f"{path}{ending}").unlink(missing_ok=True)
            shutil.copy(migrated_sqlite_file, path)
        else:
            emptied = "; ".join(f'DELETE FROM "{table.name}"' for table in reversed(tables.metadata.sorted_tables))
            server = request.getfixturevalue("postgres_server")
            server.run(f"SET session_replication_role = replica; {emptied}", "hub")
        opening.open_due(core, NOW, since=NOW.date().replace(day=1))

    return do


def kill_group(group: int) -> None:
    """Every process of the group is killed at once and gone when this returns."""
    os.killpg(group, signal.SIGKILL)
    wait_for_end(group)


def wait_for_end(group: int) -> None:
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.002)
    raise AssertionError("the group did not end")


def wait_for_backends(core: Core) -> None:
    """PostgreSQL has noticed that its clients are gone."""
    if core.database.kind == "sqlite":
        return
    core.database.dispose()
    ends = time.monotonic() + 20
    asked = text("SELECT count(*) FROM pg_stat_activity WHERE datname = 'hub' AND pid <> pg_backend_pid()")
    while time.monotonic() < ends:
        with core.database.read() as connection:
            if not connection.execute(asked).scalar_one():
                return
        time.sleep(0.005)
    raise AssertionError("a backend did not end")


@dataclass
class Told:
    """What the log of a life says: attempts and receipts by key, decisions, publications, errors."""

    tries: dict[str, dict[str, Any]] = field(default_factory=dict)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    publications: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def unknown(self) -> dict[str, dict[str, Any]]:
        return {key: said for key, said in self.tries.items() if key not in self.receipts}


def read_log(path: Path) -> Told:
    """Every whole line; a line torn by the kill was never an answer."""
    told = Told()
    for line in path.read_bytes().split(b"\n")[:-1] if path.exists() else []:
        said = json.loads(line)
        match said.pop("what"):
            case "try":
                told.tries[said["key"]] = said
            case "receipt":
                told.receipts[said["key"]] = said
            case "decision":
                told.decisions.append(said)
            case "publication":
                told.publications.append(said)
            case "error":
                told.errors.append(said["text"])
    return told


def violations(core: Core, told: Told) -> list[str]:
    """What is wrong with what a kill left behind; empty if every promise was kept."""
    with core.database.read() as connection:
        found = [*_of_database(core, connection), *_of_receipts(connection, told), *_of_aggregates(core, connection)]
        for said in told.decisions:
            row = connection.execute(select(tables.filing).where(tables.filing.c.id == said["filing"])).one()
            if row.revision < said["revision"]:
                found.append(f"decision {said} is lost")
        for said in told.publications:
            known = select(tables.publication.c.manifest_sha256).where(tables.publication.c.id == said["id"])
            if connection.execute(known).scalar_one_or_none() != said["manifest"]:
                found.append(f"publication {said} is lost")
    return found + [f"error: {error}" for error in told.errors]


def _of_database(core: Core, connection: Any) -> Iterator[str]:
    if core.database.kind == "sqlite":
        if connection.execute(text("PRAGMA integrity_check")).scalar_one() != "ok":
            yield "integrity_check is not ok"
        yield from (f"foreign key: {row}" for row in connection.execute(text("PRAGMA foreign_key_check")))
    told = connection.execute(
        select(tables.event.c.detail).where(tables.event.c.action.in_(("receive", "refuse")))
    ).scalars()
    events = sorted(json.loads(detail)["submission"] for detail in told)
    stored = sorted(connection.execute(select(tables.submission.c.id)).scalars())
    if events != stored:
        yield f"{len(stored)} submissions, but events of {len(events)}"


def _of_receipts(connection: Any, told: Told) -> Iterator[str]:
    stored = select(tables.submission, tables.submission_content.c.content).join(tables.submission_content)
    by_id = {row.id: row for row in connection.execute(stored)}
    keys = [row.idempotency_key for row in by_id.values() if row.idempotency_key is not None]
    if len(set(keys)) != len(keys):
        yield "a key was stored twice"
    for row in by_id.values():
        if hashlib.sha256(row.content).hexdigest() != row.sha256 or len(row.content) != row.size:
            yield f"the content of {row.id} is not what was received"
    numbered = connection.execute(select(tables.version.c.filing_id, tables.version.c.number))
    versions = {tuple(row) for row in numbered}
    for row in by_id.values():
        if row.verdict == "accepted" and (row.filing_id, row.version) not in versions:
            yield f"submission {row.id} has no version"
    for key, said in told.receipts.items():
        row = by_id.get(said["id"])
        if row is None:
            yield f"acknowledged {key} is lost"
        elif row.content.hex() != told.tries[key]["content"]:
            yield f"acknowledged {key} was stored otherwise"


def _of_aggregates(core: Core, connection: Any) -> Iterator[str]:
    made = aggregates.of_campaign(connection, EDITION, PERIOD)
    if not made:
        return
    nation = next((aggregate for aggregate in made if aggregate.unit_id == NATION), None)
    parts = [aggregate for aggregate in made if aggregate.unit_id != NATION]
    if nation is None:
        yield "the nation is missing"
        return
    if dict(nation.parts) != {f"{part.unit_id}|{part.period}": lineage_hash(part) for part in parts}:
        yield "the nation goes back to other parts than those that stand"
    additive = [
        slot for slot, figure in enumerate(core.catalog.edition(EDITION).figures) if figure.rollup.kind == "sum"
    ]
    together = np.sum([part.vector.figures[additive] for part in parts], axis=0)
    if not np.array_equal(nation.vector.figures[additive], together):
        yield "the nation is not the sum of its parts"


def settle(core: Core, told: Told) -> list[str]:
    """Send every unknown again with its key: it must now be answered, and be stored no more than once."""
    found = []
    for key, said in told.unknown.items():
        actor = Actor(f"approver-{said['unit']}", said["unit"], said["unit"], (Grant("approver", said["unit"]),))
        envelope = Envelope(
            bytes.fromhex(said["content"]), said["door"], f"{said['unit']}.{said['door']}", idempotency_key=key,
            intent=said["intent"], filing_id=said["filing"],
        )  # fmt: skip
        answers = [intake.receive(core, actor, envelope, LATER) for _ in range(2)]
        if receipt_json(answers[0]) != receipt_json(answers[1]):
            found.append(f"two answers for {key}")
        if answers[0].sha256 != hashlib.sha256(envelope.content).hexdigest():
            found.append(f"the answer for {key} is of other bytes")
    return found


def everything_holds(core: Core) -> list[str]:
    """The hub's own verification: audit chain, contents, versions, reports in force, publications."""
    return verify.everything(core).problems


@pytest.fixture
def sent(core: Core) -> Callable[[str, int], Any]:
    """``sent(unit, men)``: a unit's report is sent; its filing."""

    def do(unit: str, men: int) -> Any:
        cells = {}
        for row, people, new in (("r02", men, 1), ("r03", 3, 1), ("r01", men + 3, 2)):
            cells |= {f"{row}.c02": new, f"{row}.c03": people - new, f"{row}.c04": people * 2}
        said = {"regime": "THU-01", "unit": unit, "period": PERIOD, "forms": {"F1": {"cells": cells}}}
        said["outline"] = {"s1": "Tình hình ổn định."}
        sender = Actor(f"approver-{unit}", unit, unit, (Grant("approver", unit),))
        receipt = intake.receive(core, sender, Envelope(json.dumps(said).encode(), "json", intent="send"), EARLIER)
        assert receipt.state == "submitted"
        return filings.search(core, SYSTEM, FilingQuery(unit_id=unit, period=PERIOD, scope="own"), EARLIER).rows[0]

    return do


@pytest.fixture
def accepted(core: Core, sent: Callable[[str, int], Any]) -> Callable[[str, int], None]:
    """``accepted(unit, men)``: a unit's report is sent and its receiver accepts it."""

    def do(unit: str, men: int) -> None:
        row = sent(unit, men)
        officer = Actor("officer", "Cán bộ", row.receiver_id, (Grant("officer", row.receiver_id),))
        review.accept(core, officer, row.id, revision=row.revision, now=EARLIER)

    return do


@pytest.fixture
def after_a_kill(core: Core) -> Callable[..., tuple[Told, list[str]]]:
    """``after_a_kill(group, log, last=…)``: kill, then what was told and every violation; ``last`` looks at all."""
    tolds: list[Told] = []

    def look(group: int, log: Path, *, last: bool = False) -> tuple[Told, list[str]]:
        kill_group(group)
        wait_for_backends(core)
        told = read_log(log)
        tolds.append(told)
        problems = violations(core, told) + settle(core, told)
        if last:
            for earlier in tolds:
                problems += violations(core, earlier)
            problems += everything_holds(core)
            tolds.clear()
        log.unlink(missing_ok=True)
        return told, problems

    return look


@pytest.fixture
def after_the_end(core: Core) -> Callable[[int, Path], tuple[Told, list[str]]]:
    """The same for a process that ends itself, with the hub's own verification."""

    def look(group: int, log: Path) -> tuple[Told, list[str]]:
        wait_for_end(group)
        wait_for_backends(core)
        told = read_log(log)
        return told, violations(core, told) + everything_holds(core)

    return look
