"""``hub history`` exports, asks and verifies; the nightly job runs only where it is switched on."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace

import pytest
from click.testing import CliRunner

from hub.cli import history as commands
from hub.cli import main
from hub.services.history_files import folder_of, partition_name
from scheduler.jobs import JOBS


@pytest.fixture
def database(sqlite_database):
    return sqlite_database


@pytest.fixture
def said(hub, in_history, monkeypatch):
    """``said(*words)`` over that hub."""

    @contextmanager
    def opened():
        yield hub

    monkeypatch.setattr(commands.opened, "hub", opened)
    monkeypatch.setattr(commands.opened, "now", lambda: in_history.NOW)
    return lambda *words: CliRunner().invoke(main, ["history", *words])


def test_the_history_is_exported_asked_and_verified(said, hub):
    assert "12 campaigns written" in said("export").output
    assert json.loads(said("export", "--json").output)["unchanged"] == 12
    asked = said("query", "--frequency", "yearly", "--unit", "VN", "--json")
    assert {(each["unit_id"], each["period"]) for each in json.loads(asked.output)["figures"]} == {("VN", "2026-Y")}
    assert "AB" in said("query", "--today", "--to", "2026-01-31").output
    assert said("verify").exit_code == 0
    (folder_of(hub.config) / partition_name("LS-01/2026-01-01", "2026-M01")).unlink()
    broken = said("verify")
    assert broken.exit_code == 1
    assert "missing" in broken.output


def test_the_nightly_export_runs_only_where_it_is_switched_on(hub, in_history):
    (job,) = [each for each in JOBS if each.name == "history"]
    assert not job.wanted(hub, in_history.NOW)
    assert job.wanted(replace(hub, config=replace(hub.config, history_export=True)), in_history.NOW)
    assert "12 campaigns written" in job.body(hub, in_history.NOW)[1]
