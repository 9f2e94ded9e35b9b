"""The commands: what they did, what comes next, a clear sentence for bad input, and never a traceback."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from hub import cli
from hub.domain.period import Period, window
from hub.errors import ConfigError
from hub.services import runs
from hub.services.core import Core

NOW = datetime(2027, 1, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def core(sqlite_database, small_catalog, tmp_path):
    from hub.config import load_config

    return Core(load_config({}, var=tmp_path / "var", inbox=tmp_path / "inbox"), small_catalog, sqlite_database)


@pytest.fixture
def hub(core, monkeypatch):
    """``hub("orgs", "count") -> result`` on the small hub at a fixed moment."""
    monkeypatch.setattr("hub.cli.opened.open_core", lambda config: core)
    monkeypatch.setattr("hub.cli.opened.now", lambda: NOW)

    def run(*arguments, **options):
        return CliRunner().invoke(cli.main, list(arguments), **options)

    return run


def good(result):
    assert result.exit_code == 0, result.output
    return result.stdout


def report(unit, count=5, **changes):
    """A JSON report of the small edition that has no finding."""
    rest = {"c02": 2, "c03": count - 2, "c04": "10.50"}
    zero = {"c01": 0, "c02": 0, "c03": 0, "c04": 0}
    cells = {f"r01.{c}": v for c, v in ({"c01": count} | rest).items()}
    cells |= {f"r02.{c}": v for c, v in ({"c01": count} | rest).items()}
    cells |= {f"r03.{c}": v for c, v in zero.items()}
    return {"regime": "THU-01", "unit": unit, "period": "2027-M01", "forms": {"F1": {"cells": cells}}} | changes


# --- without a database ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "provinces", "ministries"),
    [("2025-06-30", 63, None), ("2025-07-01", 34, None), ("2025-02-28", None, 30), ("2025-03-01", None, 22)],
)
def test_units_are_counted_on_a_day(day, provinces, ministries):
    counted = json.loads(good(CliRunner().invoke(cli.main, ["orgs", "count", "--on", day, "--json"])))
    assert counted["day"] == day
    assert provinces in {None, counted["levels"]["province"]}
    assert ministries in {None, counted["levels"]["ministry"]}


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["orgs", "count", "--on", "30/06/2025"],
        ["orgs", "count", "--no-such-option"],
        ["submit", "/no/such/file"],
        ["regime", "show", "NO-SUCH-REGIME"],
        ["runs", "--limit", "0"],
        ["accounts", "grant", "somebody", "approver"],
        ["roll-up"],
    ],
)
def test_bad_input_is_answered_in_both_languages_with_exit_2(hub, arguments):
    result = hub(*arguments)
    assert result.exit_code == 2
    vietnamese, english = result.stderr.strip().splitlines()[:2]
    assert re.search("[ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụ]", vietnamese)
    assert english.isascii() or "“" in english
    assert "Traceback" not in result.output


def test_a_setting_that_cannot_be_read_is_explained(monkeypatch):
    monkeypatch.setenv("HUB_PORT", "many")
    result = CliRunner().invoke(cli.main, ["config"])
    assert result.exit_code == 2
    assert "HUB_PORT" in result.stderr


def test_a_log_level_that_does_not_exist_is_explained(hub, monkeypatch):
    monkeypatch.setenv("HUB_LOG_LEVEL", "silly")
    result = hub("open")
    assert result.exit_code == 2
    assert "HUB_LOG_LEVEL" in result.stderr


def test_settings_are_shown_without_their_secrets(monkeypatch):
    monkeypatch.setenv("HUB_PULL_TOKEN", "hunter2")
    monkeypatch.setenv("HUB_DATABASE", "postgresql://hub:hunter3@db/hub")
    for arguments in (["config"], ["config", "--json"]):
        output = good(CliRunner().invoke(cli.main, arguments))
        assert "hunter" not in output
        assert "db/hub" in output


def test_an_unforeseen_error_is_one_sentence_and_exit_1(hub, monkeypatch):
    def broken(config):
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("hub.cli.opened.open_core", broken)
    result = hub("open")
    assert result.exit_code == 1
    assert "hunter2" not in result.output
    assert "Traceback" not in result.output


def test_a_hub_that_cannot_start_says_why(hub, monkeypatch):
    def refused(config):
        raise ConfigError("Cơ sở dữ liệu có thể mất dữ liệu.", "The database may lose data.")

    monkeypatch.setattr("hub.cli.opened.open_core", refused)
    result = hub("migrate")
    assert (result.exit_code, result.stderr) == (2, "Cơ sở dữ liệu có thể mất dữ liệu.\nThe database may lose data.\n")


def test_regime_data_that_do_not_hold_are_told_problem_by_problem_once(tmp_path):
    (tmp_path / "regimes" / "X" / "2025-07-01").mkdir(parents=True)
    (tmp_path / "regimes" / "Y" / "2025-07-01").mkdir(parents=True)
    result = CliRunner().invoke(cli.main, ["regime", "lint", "--folder", str(tmp_path)])
    assert result.exit_code == 1
    assert [line.count("has no regime.yaml") for line in result.stdout.strip().splitlines()] == [1, 1, 0]


def test_every_command_explains_itself_in_both_languages():
    def walk(command, path):
        yield path, command
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, [*path, name])

    for path, command in walk(cli.main, []):
        assert " / " in (command.help or ""), path
        good(CliRunner().invoke(cli.main, [*path, "--help"]))


# --- the main job ------------------------------------------------------------------------------------------------


def opened(hub):
    return json.loads(good(hub("open", "--json")))


def sent(hub, tmp_path, *units):
    file = tmp_path / "reports.json"
    file.write_text(json.dumps({"reports": [report(unit) for unit in units]}))
    hub("accounts", "create", "sender", "--name", "Sender", "--unit", "VN", "--role", "approver@VN")
    return hub("submit", str(file), "--as", "sender", "--json")


def test_opening_twice_opens_nothing_twice(hub):
    assert opened(hub)["total"] > 0
    assert opened(hub)["total"] == 0


def test_a_file_of_many_reports_is_taken_in_as_a_named_account(hub, tmp_path):
    opened(hub)
    answered = json.loads(good(sent(hub, tmp_path, "X11", "X12", "G12")))
    assert [(each["verdict"], each["state"]) for each in answered] == [("accepted", "submitted")] * 3


def test_a_refused_file_exits_1_and_says_where_and_why(hub, tmp_path):
    opened(hub)
    hub("accounts", "create", "sender", "--name", "Sender", "--unit", "VN", "--role", "approver@VN")
    file = tmp_path / "bad.json"
    file.write_text("{not json")
    result = hub("submit", str(file), "--as", "sender")
    assert result.exit_code == 1
    assert "refused" in result.stdout
    assert " / " in result.stdout


def test_without_an_account_or_a_token_nothing_is_taken_in(hub, tmp_path):
    file = tmp_path / "a.json"
    file.write_text("{}")
    assert hub("submit", str(file)).exit_code == 2
    assert hub("submit", str(file), "--token", "hubt_wrong").exit_code == 2
    assert hub("submit", str(file), "--as", "nobody").exit_code == 2


def test_a_token_is_shown_once_opens_the_door_and_is_revoked(hub, tmp_path):
    opened(hub)
    good(sent(hub, tmp_path, "X11"))
    issued = good(hub("tokens", "issue", "sender", "--name", "test", "--days", "30"))
    token = re.search(r"hubt_\S+", issued)[0]
    file = tmp_path / "one.json"
    file.write_text(json.dumps(report("X12")))
    good(hub("submit", str(file), env={"HUB_TOKEN": token}))
    [listed] = json.loads(good(hub("tokens", "list", "sender", "--json")))
    assert token not in json.dumps(listed)
    good(hub("tokens", "revoke", listed["id"]))
    assert hub("submit", str(file), env={"HUB_TOKEN": token}).exit_code == 2


def test_an_account_gets_a_password_once_and_roles_that_can_be_taken_away(hub):
    made = good(hub("accounts", "create", "lan", "--name", "Lan", "--unit", "P1", "--role", "reporter"))
    assert "shown once" in made
    good(hub("accounts", "grant", "lan", "approver@P1"))
    [account] = json.loads(good(hub("accounts", "list", "--json")))
    assert account["roles"].split() == ["approver@P1", "reporter@P1"]
    good(hub("accounts", "grant", "lan", "approver@P1", "--revoke"))
    [account] = json.loads(good(hub("accounts", "list", "--json")))
    assert account["roles"] == "reporter@P1"
    assert hub("accounts", "grant", "lan", "emperor@VN").exit_code == 2


def test_the_folder_is_collected_by_hand(hub, core):
    opened(hub)
    core.config.inbox.mkdir(parents=True)
    (core.config.inbox / "a.json").write_text(json.dumps(report("X11")))
    [done] = json.loads(good(hub("collect", "--connector", "folder", "--json")))
    assert (done["items"], done["accepted"], done["refused"]) == (1, 1, 0)
    assert hub("collect", "--connector", "none").exit_code == 2


def test_a_workbook_is_written_for_a_filing(hub, core, tmp_path):
    opened(hub)
    with core.database.read() as connection:
        filing = connection.execute(text("SELECT id FROM filing WHERE unit_id = 'X11' LIMIT 1")).scalar_one()
    good(hub("template", filing, "--out", str(tmp_path / "out")))
    [file] = (tmp_path / "out").iterdir()
    assert file.read_bytes().startswith(b"PK")
    assert hub("template", "no-such-filing").exit_code == 2


def test_a_roll_up_by_regime_code_says_how_many_reports_are_in_it(hub, small_edition):
    opened(hub)
    run = json.loads(good(hub("roll-up", "THU-01", "2027-M01", "--json")))
    assert (run["edition"], run["period"], run["accepted"]) == (small_edition.key, "2027-M01", 0)
    assert hub("roll-up", "THU-01", "2027-13").exit_code == 2
    assert hub("roll-up", "NO-SUCH/2025-07-01", "2027-M01").exit_code == 2
    assert window(small_edition, Period.parse("2027-M01"), None).end.isoformat() == "2027-01-14"


def test_a_report_or_publication_that_is_not_there_is_refused(hub):
    assert hub("publish", "NO-SUCH", "2027-M01").exit_code == 2
    assert hub("trace", "no-such", "F1.r01.c01").exit_code == 2


def test_runs_and_connectors_are_listed(hub, core):
    runs.claim(core, "roll_up", "2027-01-20T03:00Z", "w1", NOW, 60)
    runs.finish(core, "roll_up", "2027-01-20T03:00Z", "failed", "no figures", NOW)
    hub("collect")
    shown = json.loads(good(hub("runs", "--json")))
    assert [(run["job"], run["outcome"]) for run in shown["runs"]] == [("roll_up", "failed")]
    assert [state["connector"] for state in shown["connectors"]] == ["folder"]
    assert "no figures" in good(hub("runs"))


def test_a_sound_hub_is_verified_and_rebuilt_with_exit_0(hub, tmp_path):
    opened(hub)
    good(sent(hub, tmp_path, "X11", "X12"))
    good(hub("roll-up", "THU-01", "2027-M01"))
    verified = json.loads(good(hub("verify", "--json")))
    assert verified["holds"]
    assert verified["looked_at"]["versions"] == 2
    assert "Everything holds" in good(hub("verify"))
    rebuilt = json.loads(good(hub("rebuild", "--json")))
    assert len(rebuilt["same"]) == 1
    assert rebuilt["differed"] == []
