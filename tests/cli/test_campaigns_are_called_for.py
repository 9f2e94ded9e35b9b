"""``hub campaign``: a report is called for from the command line, once, and listed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from hub import cli
from hub.config import load_config
from hub.domain.regime import DayRule, Regime, Reporter
from hub.services.core import Core

NOW = datetime(2026, 9, 13, 3, tzinfo=UTC)
CALL = [
    "campaign", "call", "LU-01", "--from", "2026-09-05", "--to", "2026-09-12", "--due", "2026-09-20",
    "--reason", "Bão số 9",
]  # fmt: skip


@pytest.fixture
def hub(sqlite_database, small_catalog, make_small_edition, tmp_path, monkeypatch):
    """``hub("campaign", "list") -> result`` on the small hub with a flood report, at a fixed moment."""
    edition = make_small_edition(
        regime="LU-01", frequencies=("ad_hoc",), windows={}, outline=(),
        reporters=(Reporter("commune", "own", "province"), Reporter("ministry")),
        dues={("ministry", "ad_hoc"): DayRule("window_end", days=10)},
    )  # fmt: skip
    catalog = replace(small_catalog, regimes={**small_catalog.regimes, "LU-01": Regime("LU-01", (edition,))})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    core = Core(load_config({}, var=tmp_path / "var", inbox=tmp_path / "inbox"), catalog, sqlite_database)
    monkeypatch.setattr("hub.cli.opened.open_core", lambda config: core)
    monkeypatch.setattr("hub.cli.opened.now", lambda: NOW)
    return lambda *arguments: CliRunner().invoke(cli.main, list(arguments))


def _json(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_call_says_what_it_opened_and_the_same_command_again_opens_nothing(hub):
    first, again = _json(hub(*CALL, "--json")), _json(hub(*CALL, "--json"))
    assert first == {
        "edition": "LU-01/2025-07-01", "period": "2026-X-1", "window": ["2026-09-05", "2026-09-12"],
        "dues": {"commune": "2026-09-20", "ministry": "2026-09-20"}, "units": [], "reason": "Bão số 9", "filings": 7,
        "by_level": {"commune": 5, "ministry": 2}, "repeated": False, "dry_run": False,
    }  # fmt: skip
    assert again == first | {"repeated": True}
    assert [each["period"] for each in _json(hub("campaign", "list", "--json"))] == ["2026-X-1"]


def test_another_key_is_another_call(hub):
    periods = [_json(hub(*CALL, "--key", key, "--json"))["period"] for key in ("a", "b", "a")]
    assert periods == ["2026-X-1", "2026-X-2", "2026-X-1"]


def test_for_people_it_tells_the_levels_and_what_comes_next(hub):
    result = hub(*CALL, "--level-due", "commune=2026-09-15", "--unit", "P1")
    assert result.exit_code == 0, result.output
    assert "Đột xuất số 1 năm 2026 / Ad hoc report 1 of 2026): 3 filings were opened." in result.stdout
    assert "2026-09-15" in result.stdout
    assert "→ hub roll-up LU-01 2026-X-1" in result.stdout
    listed = hub("campaign", "list", "--regime", "LU-01").stdout
    assert "Bão số 9" in listed
    assert "2026-09-20" in listed


def test_a_dry_run_opens_nothing(hub):
    assert _json(hub(*CALL, "--dry-run", "--json"))["filings"] == 7
    assert "7 filings would be opened" in hub(*CALL, "--dry-run").stdout
    assert _json(hub("campaign", "list", "--json")) == []


def test_a_called_campaign_is_rolled_up_by_its_regimes_name(hub):
    hub(*CALL)
    assert _json(hub("roll-up", "LU-01", "2026-X-1", "--json"))["obliged"] == 7
    refused = hub("roll-up", "LU-01", "2026-X-2")
    assert refused.exit_code == 2
    assert "has not been called for" in refused.stderr


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["--due", "20/09/2026"], "Write the day as"),
        (["--to", "2026-02-30"], "Write the day as"),
        (["--level-due", "commune"], "commune=2026-12-25"),
        (["--level-due", "district=2026-09-20"], "do not report: district"),
        (["--due", "2026-09-12", "--to", "2026-09-13"], "earlier than the end"),
        (["--unit", "P9"], "There is no unit"),
        (["--as", "nobody"], "no active account"),
        (["--frequency", "thematic"], "no thematic or ad hoc report like that"),
        (["--reason", " "], "Say why"),
    ],
)
def test_bad_input_is_answered_in_both_languages_and_opens_nothing(hub, changes, message):
    result = hub(*CALL, *changes)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) >= 2
    assert _json(hub("campaign", "list", "--json")) == []


def test_a_person_without_the_right_is_refused(hub):
    made = hub("accounts", "create", "can-bo", "--name", "Cán bộ", "--unit", "P1", "--role", "officer")
    assert made.exit_code == 0, made.output
    result = hub(*CALL, "--as", "can-bo")
    assert (result.exit_code, "You may not do this" in result.stderr) == (2, True)
