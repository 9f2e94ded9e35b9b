"""A hub with figures, served over HTTP on this machine, for the clients that statisticians really use."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert
from waitress.server import create_server

from hub.app import create_app
from hub.catalog.catalog import Catalog
from hub.config import load_config
from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.observation import Observation
from hub.domain.regime import Regime
from hub.domain.working_days import WorkingCalendar
from hub.services import access, aggregation, figures, filings, intake, opening, review
from hub.services.core import Core
from hub.store import tables
from hub.store.database import Database
from hub.web import serving

NOW = datetime(2026, 12, 15, 3, 0, tzinfo=UTC)
MONTHS = ("2026-M09", "2026-M10")
EDITION = "THU-01/2025-07-01"


@dataclass(frozen=True)
class Served:
    """A running hub: its core, its address, and a token of somebody who reads the country's figures."""

    core: Core
    url: str
    token: str
    officer: Actor
    outsider_token: str
    now: datetime = NOW

    def get(self, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return httpx.get(f"{self.url}{path}", headers=headers, timeout=60, **options)


def _report(unit: str, period: str, people: int) -> bytes:
    cells: dict[str, Any] = {}
    for row, count, new in (("r02", people, 1), ("r03", people + 2, 1), ("r01", 2 * people + 2, 2)):
        cells |= {f"{row}.c02": new, f"{row}.c03": count - new, f"{row}.c04": f"{count}.5{people % 10}"}
    cells["r01.c04"] = f"{2 * people + 3}.{2 * (people % 10):02}"
    body = {
        "regime": "THU-01", "unit": unit, "period": period,
        "forms": {
            "F1": {"cells": cells},
            "F2": {"records": [{"c01": "Vườn", "c02": "1", "c04": "2345678901234567.25"}]},
        },
        "outline": {"s1": "Ổn định."},
    }  # fmt: skip
    return json.dumps(body).encode()


def _account(core: Core, role: str, unit: str) -> Actor:
    account_id = f"{role}-{unit}".lower()
    with core.database.write() as connection:
        connection.execute(
            insert(tables.account).values(
                id=account_id, username=account_id, name=account_id, unit_id=unit, password_hash="!", active=True,
                must_change_password=False, failures=0, created_at="2026-01-01T00:00:00.000000+00:00",
            )
        )  # fmt: skip
        connection.execute(insert(tables.role_grant).values(account_id=account_id, role=role, unit_id=unit))
    return Actor(account_id, account_id, unit, (Grant(role, unit),))  # type: ignore[arg-type]


def _fill(core: Core) -> None:
    """Two months of three communes and a ministry; one commune has not answered for the second month."""
    senders = {unit: _account(core, "approver", unit) for unit in ("X11", "X12", "X21", "G01")}
    receivers = {unit: _account(core, "officer", unit) for unit in ("P1", "P2", "G12")}
    opening.open_due(core, NOW, since=date(2026, 9, 1))
    for month, units in zip(MONTHS, (("X11", "X12", "X21", "G01"), ("X11", "X21", "G01")), strict=True):
        for place, unit in enumerate(units):
            receipt = intake.receive(
                core, senders[unit], Envelope(_report(unit, month, 3 + place), "json", intent="send"), NOW
            )  # fmt: skip
            assert receipt.verdict == "accepted", receipt.findings
            row = filings.search(core, SYSTEM, FilingQuery(unit_id=unit, period=month), NOW).rows[0]
            review.accept(
                core, receivers[row.receiver_id], row.id, revision=row.revision, version=row.sent_version, now=NOW
            )
        aggregation.run(core, SYSTEM, EDITION, month, NOW)


def _token(core: Core, actor: Actor) -> str:
    return access.issue_token(core, actor, account_id=actor.account_id, name="máy", scopes=("read",), now=NOW)


@pytest.fixture(scope="session")
def filled():
    """``filled(core) -> token``: the same reports in another hub, and a reader of the country there."""

    def fill(core: Core) -> str:
        _fill(core)
        return _token(core, _account(core, "central", "VN"))

    return fill


@pytest.fixture(scope="session")
def reading_catalog(make_small_edition, small_orgs) -> Catalog:
    edition = make_small_edition()
    catalog = Catalog({edition.regime: Regime(edition.regime, (edition,))}, {}, {}, {}, files("report_schemas"))
    calendar = WorkingCalendar(frozenset(), frozenset(), range(2020, 2040))
    catalog.__dict__.update(orgs=small_orgs, calendar=calendar)
    return catalog


@pytest.fixture(scope="session")
def served(
    reading_catalog: Catalog, migrated_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The hub on a free port of 127.0.0.1; it closes when the tests are done."""
    folder = tmp_path_factory.mktemp("pull")
    shutil.copy(migrated_sqlite_file, folder / "hub.db")
    database = Database(f"sqlite:///{folder / 'hub.db'}")
    core = Core(load_config({}, var=folder / "var", inbox=folder / "inbox"), reading_catalog, database)
    _fill(core)
    central, outsider = _account(core, "central", "VN"), _account(core, "reporter", "X22")
    server = create_server(create_app(core, clock=lambda: NOW), host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.effective_port}"
        yield Served(core, url, _token(core, central), central, _token(core, outsider))
    finally:
        serving.stop(server)
        thread.join(timeout=10)
        database.dispose()


@pytest.fixture(scope="session")
def truth(served: Served):
    """``truth(form) -> [Observation]``: what the hub itself says of a form, asked in one go."""

    def figures_of(form: str, **ask: Any) -> tuple[Observation, ...]:
        measures = figures.measures(served.core, served.officer, NOW, "THU-01")
        its = tuple(each for each in measures if each.address.form == form)
        return figures.series(served.core, served.officer, figures.Ask(its, **ask), NOW).observations

    return figures_of
