"""The duties themselves: each does its work, and run twice does nothing twice."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

import scheduler
from connectors.http_pull import HttpPullConnector
from hub.domain.form import Label
from hub.domain.report_definition import ReportDefinition, Section
from hub.errors import HubError
from hub.services.aggregation import AggregationRun
from hub.services.core import Core
from scheduler import jobs
from scheduler.runner import Runner

NOW = datetime(2027, 1, 26, 3, 0, tzinfo=UTC)  # the day after the province's and the ministry's due day of January


@pytest.fixture
def hub(core):
    """The small hub with one national report of its regime."""
    section = Section("nation", form="F1", level=None)
    report = ReportDefinition("QG-THU", Label("Báo cáo thử", "A test report"), "regime", "THU-01", (section,))
    core.catalog.__dict__["reports"] = {"QG-THU": report}
    return core


def counted(core, table):
    with core.database.read() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def drop_report(core, unit):
    total = {"c01": 5, "c02": 2, "c03": 3, "c04": "10.50"}
    none = {"c01": 0, "c02": 0, "c03": 0, "c04": 0}
    cells = {
        f"{row}.{column}": value
        for row, values in (("r01", total), ("r02", total), ("r03", none))
        for column, value in values.items()
    }
    content = {"regime": "THU-01", "unit": unit, "period": "2027-M01", "forms": {"F1": {"cells": cells}}}
    core.config.inbox.mkdir(parents=True, exist_ok=True)
    (core.config.inbox / f"{unit}.json").write_text(json.dumps(content))


def test_the_whole_day_of_duties_runs_twice_and_counts_nothing_twice(hub):
    drop_report(hub, "G12")
    jobs.open_filings(hub, NOW)
    assert jobs.collect(hub, NOW) == (
        "folder: 1 tệp, nhận 1 báo cáo, từ chối 0",
        "folder: 1 items, 1 accepted, 0 refused",
    )
    assert jobs.roll_up(hub, NOW)[1].startswith("1 campaigns rolled up")
    assert "1 reports in force" in jobs.publish(hub, NOW)[1]
    before = [counted(hub, table) for table in ("filing", "submission", "aggregate", "publication")]
    assert jobs.open_filings(hub, NOW) == ("đã mở 0 báo cáo của 0 đợt", "0 filings opened in 0 campaigns")
    assert jobs.collect(hub, NOW)[1] == "folder: 0 items, 0 accepted, 0 refused"
    assert jobs.roll_up(hub, NOW)[1].startswith("0 campaigns rolled up")
    jobs.publish(hub, NOW)
    assert [counted(hub, table) for table in ("filing", "submission", "aggregate", "publication")] == before


def test_a_report_is_due_when_the_last_due_date_of_its_period_has_passed(hub):
    assert ("QG-THU", "2027-M01") in jobs.reports_due(hub, NOW)
    before = datetime(2027, 1, 25, 16, 59, tzinfo=UTC)  # one minute before midnight of day 25 in Viet Nam
    assert ("QG-THU", "2027-M01") not in jobs.reports_due(hub, before)


def test_the_audit_chain_is_verified_and_gets_a_checkpoint(hub):
    jobs.open_filings(hub, NOW)
    assert jobs.verify_audit(hub, NOW)[1].endswith("events holds")
    checkpoints = list((hub.config.var / "checkpoints").glob("*.jsonl"))
    assert len(checkpoints) == 1
    checkpoints[0].write_text('{"not": "genuine"}\n')
    with pytest.raises(HubError, match="does not hold"):
        jobs.verify_audit(hub, NOW)


def test_a_campaign_that_cannot_be_rolled_up_does_not_stop_the_others(hub, monkeypatch):
    tried = []

    def run(core, actor, edition, period, now):
        tried.append(period)
        if period == "2027-M01":
            raise HubError("Không được.", "Not possible.")
        return AggregationRun("run", edition, period, 1, 1, 1)

    monkeypatch.setattr(jobs.aggregation, "due_campaigns", lambda core, now: [("e", "2027-M01"), ("e", "2027-M02")])
    monkeypatch.setattr(jobs.aggregation, "run", run)
    with pytest.raises(HubError, match="2027-M01: Not possible"):
        jobs.roll_up(hub, NOW)
    assert tried == ["2027-M01", "2027-M02"]


def test_the_pull_connector_is_there_when_its_address_is_set(hub):
    assert [each.name for each in jobs.connectors(hub.config)] == ["folder"]
    config = replace(hub.config, pull_url="https://example.org/reports", pull_token="t")
    [_, pull] = jobs.connectors(config)
    assert isinstance(pull, HttpPullConnector)
    assert (pull.url, pull.token) == ("https://example.org/reports", "t")


def test_every_job_of_the_list_runs_through_the_runner(hub, clock, log):
    clock.now = NOW
    runner = Runner(hub, "w1", clock=clock, log=log)
    for job in runner.jobs:
        assert len(runner.tick(job)) == job.wanted(hub, NOW), "where nothing waits: no run"
    assert {fields["outcome"] for _, fields in log.lines} == {"done"}


def test_nothing_of_the_scheduler_is_ever_unpickled():
    """Trap 10: jobs are declared in code; no job store, no pickle, in any module of the scheduler."""
    for path in Path(scheduler.__file__).parent.glob("*.py"):
        imported = {
            name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
        }
        assert not {name for name in imported if "pickle" in name or "jobstore" in name}, path
    assert all(job.body.__module__ == "scheduler.jobs" for job in jobs.JOBS)


def test_python_m_scheduler_starts_ticks_and_stops_when_asked(tmp_path):
    environment = {**os.environ, "HUB_VAR": str(tmp_path / "var"), "HUB_INBOX": str(tmp_path / "inbox")}
    process = subprocess.Popen([sys.executable, "-m", "scheduler"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        first = json.loads(process.stderr.readline())
        assert first["event"] in {"started", "run"}
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 0, rest
    assert json.loads(rest.splitlines()[-1])["event"] == "stopped"


def test_python_m_scheduler_says_in_both_languages_why_it_cannot_start(tmp_path):
    environment = {**os.environ, "HUB_DATABASE": "sqlite://", "HUB_VAR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "scheduler"], env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 2
    assert Core.__name__ not in done.stderr
