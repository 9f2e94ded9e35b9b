"""A hub at work behind its web pages: a small campaign, people of every role, and a browser without a browser."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import secrets
import sys
from dataclasses import astuple, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.app import create_app
from hub.catalog.catalog import Catalog
from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery, FilingRow
from hub.domain.form import Label
from hub.domain.kpi import Alerts, Formula, Kpi, KpiGroup, KpiSet, Thresholds
from hub.domain.report_definition import ReportDefinition, Section
from hub.services import access, aggregation, filings, intake, opening, publication, review
from hub.services.core import Core
from hub.store import sessions
from hub.store.database import Database
from hub.store.sessions import Session

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
PERIOD = "2026-M09"
EDITION = "THU-01/2025-07-01"


@dataclass
class Browser:
    """A signed-in person: the test client with the session's cookie, and the token that its pages carry."""

    client: FlaskClient
    actor: Actor
    csrf: str

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> TestResponse:
        fields = {"csrf_token": self.csrf} | dict(data or {})
        return self.client.post(path, data=fields, **options)


def text_of(response: TestResponse) -> str:
    """What a person reads: the page without its tags."""
    return unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


@pytest.fixture(name="text_of")
def text_of_fixture():
    return text_of


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Pages are the same on both databases: the services below them are tested on both."""
    return sqlite_database


def _kpi_set() -> KpiSet:
    """A share of the small regime and a value that others send."""
    share = Formula("THU-01/F1.r01.c05", "THU-01/F1.r01.c02", "THU-01/F1.r01.c01", Decimal(100))
    bounds = Thresholds(Decimal(20), Decimal(10), "choice")
    kpis = (
        Kpi("1.1", "1", Label("Tỷ lệ mới", "Share of new"), "%", 1, "higher", share, bounds, full_at=Decimal(25)),
        Kpi("1.2", "1", Label("Tỷ lệ hài lòng", "Satisfaction"), "%", 2, "higher", Formula(scale=Decimal(100))),
    )
    title, groups = Label("Bộ chỉ số thử", "A test set"), (KpiGroup("1", Label("Nhóm một", "Group one")),)
    levels, alerts = ("province", "ministry"), Alerts("red", ("central",), ("approver",))
    return KpiSet("THU-KPI", title, "G12", "Văn bản thử", "derived", date(2025, 7, 1), ("monthly", "yearly"), levels,
                  groups, kpis, alerts)  # fmt: skip


@pytest.fixture
def small_catalog(small_catalog: Catalog) -> Catalog:
    """The small catalog with one national report, ``thu``."""
    sections = (Section("nation", "F1"), Section("units", "F1", columns=("c01",)))
    report = ReportDefinition("thu", Label("Báo cáo thử", "A test report"), "regime", "THU-01", sections)
    catalog = replace(small_catalog, reports={"thu": report}, kpi_sets={"THU-KPI": _kpi_set()})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def hub(core: Core) -> Core:
    """The filings of September 2026 opened."""
    opening.open_due(core, NOW, since=date(2026, 9, 1))
    return core


@pytest.fixture(scope="session")
def applications() -> dict[Any, tuple[Flask, dict[str, Any]]]:
    """The applications of this process with their settings when they were made."""
    return {}


@pytest.fixture
def app(hub: Core, applications) -> Flask:
    """The application over this test's hub. It takes longer to make than most tests to run: one serves them all."""
    switches = tuple(value for value in astuple(hub.config) if isinstance(value, int))
    if switches not in applications:
        made = create_app(hub, clock=lambda: NOW)
        applications[switches] = made, dict(made.config)
    app, settings = applications[switches]
    app.config.clear()
    app.config.update(settings, CLOCK=lambda: NOW)
    app.extensions["hub"] = hub
    return app


@pytest.fixture
def sign_in(app, hub: Core):
    """``sign_in(actor) -> Browser``: a session of that account, as the sign-in page makes it."""

    def enter(actor: Actor, at: datetime = NOW) -> Browser:
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        digest = hashlib.sha256(token.encode()).hexdigest()
        with hub.database.write() as connection:
            sessions.start(
                connection,
                Session(digest, actor.account_id, csrf, at, at, at + timedelta(hours=12), "127.0.0.1"),
            )
        client = app.test_client()
        client.set_cookie("hub_session", token)
        return Browser(client, actor, csrf)

    return enter


@pytest.fixture
def filing_of(hub: Core):
    """``filing_of(unit) -> FilingRow`` of September 2026."""

    def find(unit: str) -> FilingRow:
        return filings.search(hub, SYSTEM, FilingQuery(unit_id=unit, period=PERIOD), NOW).rows[0]

    return find


def report_of(unit: str, *, men: int = 4, women: int = 6, note: str = "Tình hình ổn định.", **changes: Any) -> bytes:
    """A right JSON report of a unit."""
    cells: dict[str, Any] = {}
    for row, people, new in (("r02", men, 1), ("r03", women, 1), ("r01", men + women, 2)):
        cells |= {f"{row}.c02": new, f"{row}.c03": people - new, f"{row}.c04": f"{people}.50"}
    cells["r01.c04"] = f"{men + women + 1}.00"
    body = {
        "regime": "THU-01", "unit": unit, "period": PERIOD,
        "forms": {"F1": {"cells": cells | changes}}, "outline": {"s1": note},
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False).encode()


@pytest.fixture(name="report_of")
def report_of_fixture():
    return report_of


@pytest.fixture
def form_of():
    """``form_of(men=…, …) -> dict``: the fields of the entry page filled in right; keyword names replace cells."""

    def fields(*, men: str = "4", women: str = "6", **changes: str) -> dict[str, str]:
        total = int(men) + int(women)
        filled = {
            "cell.F1.r02.c02": "1", "cell.F1.r02.c03": str(int(men) - 1), "cell.F1.r02.c04": f"{men},50",
            "cell.F1.r03.c02": "1", "cell.F1.r03.c03": str(int(women) - 1), "cell.F1.r03.c04": f"{women},50",
            "cell.F1.r01.c02": "2", "cell.F1.r01.c03": str(total - 2), "cell.F1.r01.c04": f"{total + 1},00",
            "outline.s1": "Tình hình ổn định.",
        }  # fmt: skip
        return filled | {f"cell.F1.{key.replace('_', '.')}": text for key, text in changes.items()}

    return fields


@pytest.fixture
def submit(hub: Core, make_actor):
    """``submit(unit, …) -> Receipt``: sent through the JSON door by an approver of the unit."""

    def send(unit: str, actor: Actor | None = None, **changes: Any):
        envelope = Envelope(
            report_of(unit, **changes), "json", filename=f"{unit}.json", media_type="application/json", intent="send"
        )  # fmt: skip
        return intake.receive(hub, actor or make_actor("approver", unit), envelope, NOW)

    return send


@pytest.fixture
def accept(hub: Core, filing_of, make_actor):
    """``accept(unit)``: its receiver accepts what it sent."""

    def do(unit: str) -> FilingRow:
        row = filing_of(unit)
        officer = make_actor("officer", row.receiver_id)
        return review.accept(hub, officer, row.id, revision=row.revision, version=row.sent_version, now=NOW)

    return do


@pytest.fixture
def published(hub: Core, submit, accept):
    """A publication with the figures of commune X11 and ministry G01."""
    for unit in ("X11", "G01"):
        submit(unit)
        accept(unit)
    aggregation.run(hub, SYSTEM, EDITION, PERIOD, NOW)
    central = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))
    return publication.issue(hub, central, "thu", PERIOD, NOW)


@pytest.fixture
def token_for(hub: Core):
    """``token_for(actor, scopes=…) -> str``: an API token of the account."""

    def issue(actor: Actor, scopes: tuple[str, ...] = ("read", "submit", "send", "subscribe")) -> str:
        return access.issue_token(
            hub, actor, account_id=actor.account_id, name="máy thử", scopes=scopes, now=NOW
        )  # fmt: skip

    return issue


@pytest.fixture(scope="session")
def made_up() -> ModuleType:
    """The module beside this one that holds a regime from outside; test folders are no packages."""
    spec = importlib.util.spec_from_file_location("made_up_regime", Path(__file__).with_name("made_up_regime.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
