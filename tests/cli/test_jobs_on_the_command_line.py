"""``hub jobs`` shows every job, pauses one, lets it go on and has it run."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from hub.cli import jobs as commands
from hub.cli import main
from hub.services import job_control, runs
from scheduler.jobs import JOBS

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def database(sqlite_database):
    return sqlite_database


@pytest.fixture
def hub(core, monkeypatch):
    """``hub(*words)`` over a hub whose digest failed once this morning."""
    runs.claim(core, "digest", "2026-09-15T00:00Z", "w1", NOW, 60)
    runs.finish(core, "digest", "2026-09-15T00:00Z", "failed", "hết giấy\nout of paper", NOW)

    @contextmanager
    def opened():
        yield core

    monkeypatch.setattr(commands.opened, "hub", opened)
    monkeypatch.setattr(commands.opened, "now", lambda: NOW)
    return lambda *words: CliRunner().invoke(main, ["jobs", *words])


def rows(hub):
    return {row["job"]: row for row in json.loads(hub("--json").output)["jobs"]}


def test_every_job_is_shown_with_its_last_run_and_its_next(hub):
    shown = hub()
    assert shown.exit_code == 0, shown.output
    assert all(job.about[0] in shown.output for job in JOBS)
    found = rows(hub)
    assert found["digest"]["outcome"] == "failed"
    assert found["digest"]["did"] == "out of paper"
    assert found["digest"]["next"] == "2026-09-16T00:00:00+00:00"
    assert found["roll_up"]["last"] is None


def test_a_job_is_paused_with_a_reason_and_goes_on(hub):
    assert hub("pause", "roll_up", "--reason", "bảo trì").exit_code == 0
    assert rows(hub)["roll_up"]["next"] == "paused: bảo trì"
    assert hub("pause", "roll_up").exit_code == 2
    assert hub("resume", "roll_up").exit_code == 0
    assert "paused" not in rows(hub)["roll_up"]["next"]


def test_a_run_that_failed_is_asked_for_again_once(hub, core):
    for words in (("run", "digest"), ("run", "digest", "--occurrence", "2026-09-15T00:00Z")):
        asked = hub(*words)
        assert asked.exit_code == 0, asked.output
        assert "2026-09-15T00:00Z#2" in asked.output
    assert [each.occurrence for each in job_control.standing(core, "digest").asked] == ["2026-09-15T00:00Z#2"]


@pytest.mark.parametrize(
    "words", [("run", "sweeping"), ("pause", "x", "--reason", "y"), ("run", "digest", "--occurrence", "x")]
)
def test_what_is_not_there_is_refused_in_both_languages(hub, words):
    refused = hub(*words)
    assert refused.exit_code == 2
    assert "Không có" in refused.output
    assert "There is no" in refused.output
