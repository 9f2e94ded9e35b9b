"""``hub publication``, ``hub subscription`` and ``hub deliver``: editions over time for the operator."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from hub.cli import editions as commands
from hub.cli import main
from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.domain.form import Label
from hub.domain.publish_floor import Shortfall
from hub.domain.report_definition import ReportDefinition, Section
from hub.services import aggregation, holds, intake, opening, publication, review
from hub.store import publication_holds

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"


@pytest.fixture
def database(sqlite_database):
    return sqlite_database


@pytest.fixture
def hub(core, make_actor, monkeypatch, tmp_path):
    """The small hub with its national report, a folder for deliveries, and two editions of September."""
    sections = (Section("nation", "F1"), Section("units", "F1", columns=("c01",)))
    report = ReportDefinition("thu", Label("Báo cáo thử", "A test report"), "regime", "THU-01", sections)
    core.catalog.__dict__["reports"] = {"thu": report}
    object.__setattr__(core, "config", replace(core.config, deliver_folder=str(tmp_path / "out")))
    opening.open_due(core, NOW, since=date(2026, 9, 1))
    make_actor("central", "VN", "trung-uong")
    for hours, unit in ((0, "X11"), (1, "X12")):
        at = NOW + timedelta(hours=hours)
        sent = intake.receive(core, make_actor("approver", unit), Envelope(report_of(unit), "json", intent="send"), at)
        review.accept_many(core, make_actor("officer", "P1"), [sent.filing_id], at)
        aggregation.run(core, SYSTEM, EDITION, PERIOD, at)
        publication.issue(core, SYSTEM, "thu", PERIOD, at)

    @contextmanager
    def opened():
        yield core

    monkeypatch.setattr(commands.opened, "hub", opened)
    monkeypatch.setattr(commands.opened, "now", lambda: NOW + timedelta(hours=2))
    return core


def report_of(unit):
    total = {"c01": 5, "c02": 2, "c03": 3, "c04": "10.50"}
    none = {"c01": 0, "c02": 0, "c03": 0, "c04": 0}
    rows = (("r01", total), ("r02", total), ("r03", none))
    cells = {f"{row}.{column}": value for row, values in rows for column, value in values.items()}
    return json.dumps({"regime": "THU-01", "unit": unit, "period": PERIOD, "forms": {"F1": {"cells": cells}}}).encode()


def run(*words):
    done = CliRunner().invoke(main, list(words))
    return done.exit_code, done.stdout


def test_editions_are_listed_and_those_in_force_on_a_day(hub):
    code, out = run("publication", "list", "thu", "--json")
    assert (code, [row["number"] for row in json.loads(out)]) == (0, [2, 1])
    assert len(json.loads(run("publication", "list", "--on", "2026-09-15", "--json")[1])) == 1
    assert json.loads(run("publication", "list", "--on", "2026-09-14", "--json")[1]) == []


def test_what_changed_is_told_with_the_units_that_are_why(hub):
    newest = publication.listing(hub, SYSTEM, NOW)[0]
    code, out = run("publication", "changes", newest.id)
    assert code == 0
    assert "Xã X12" in out
    assert "added" in out
    assert "THU-01@VN:F1.r01.c01" in out
    assert json.loads(run("publication", "changes", newest.id, "--json")[1])["total"] > 5


def test_an_edition_is_proved_and_a_broken_one_ends_with_one(hub, monkeypatch):
    newest = publication.listing(hub, SYSTEM, NOW)[0]
    assert run("publication", "verify", newest.id)[0] == 0
    assert json.loads(run("publication", "verify", newest.id, "--json")[1])["holds"] is True
    monkeypatch.setattr(commands.publication_proof.hashlib, "sha256", lambda *_: type("H", (), {"hexdigest": str})())
    assert run("publication", "verify", newest.id)[0] == 1


def test_a_report_that_is_held_is_listed_and_let_go(hub):
    hub.catalog.edition(EDITION).__dict__["publish_floor"] = 100
    with hub.database.write() as connection:
        publication_holds.note(connection, "thu", PERIOD, Shortfall("THU-01", 2, 7, 100), NOW)
    assert [each["floor"] for each in json.loads(run("publication", "held", "--json")[1])] == [100]
    code, out = run("publication", "release", "thu", PERIOD, "--note", "Họp gấp")
    assert (code, "2 of 7" in out) == (0, True)
    assert holds.listing(hub, SYSTEM, NOW) == []


def test_an_account_subscribes_and_has_the_next_edition_in_the_folder(hub, make_actor, tmp_path):
    code, out = run("subscription", "add", "trung-uong", "thu", "--format", "json", "--connector", "folder")
    assert (code, "thu as json by connector" in out) == (0, True)
    (kept,) = json.loads(run("subscription", "list", "trung-uong", "--json")[1])
    at = NOW + timedelta(hours=1, minutes=30)
    sent = intake.receive(hub, make_actor("approver", "X21"), Envelope(report_of("X21"), "json", intent="send"), at)
    review.accept_many(hub, make_actor("officer", "P2"), [sent.filing_id], at)
    aggregation.run(hub, SYSTEM, EDITION, PERIOD, at)
    publication.issue(hub, SYSTEM, "thu", PERIOD, at)
    assert json.loads(run("deliver", "--json")[1])["done"]["sent"] == 1
    assert (tmp_path / "out" / "thu_2026-M09_3.json").exists()
    assert run("deliver")[0] == 0
    assert run("subscription", "end", kept["id"])[0] == 0
    assert json.loads(run("subscription", "list", "trung-uong", "--json")[1]) == []
    assert run("subscription", "list", "ai-do")[0] == 2
