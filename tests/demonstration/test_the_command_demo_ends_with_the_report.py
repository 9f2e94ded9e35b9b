"""``hub demo``: its settings, and the line that others look for."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from hub import cli
from hub.demonstration import show


@pytest.fixture
def seen(monkeypatch, tmp_path, make_hub, some_regimes):
    """What the command opened; the long job itself is left out."""
    found = {}

    def run(core, console):
        found["core"] = core
        console.print("…")
        return SimpleNamespace(overview=core.config.var / "national" / "overview.xlsx")

    monkeypatch.setenv("HUB_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("HUB_DEMO_SERVE", "0")
    monkeypatch.setattr(show, "run", run)
    monkeypatch.setattr("hub.cli.opened.open_core", lambda config: _hub(make_hub(some_regimes, config.var), config))
    return found


def _hub(core, config):
    return type(core)(config, core.catalog, core.database)


def test_the_last_line_names_the_national_report(seen):
    result = CliRunner().invoke(cli.main, ["demo"])
    assert result.exit_code == 0
    last = result.stdout.splitlines()[-1]
    assert last == f"national report: {seen['core'].config.var / 'national' / 'overview.xlsx'}"


def test_everything_is_marked_as_demonstration_whatever_the_settings_say(seen, monkeypatch):
    monkeypatch.setenv("HUB_DEMONSTRATION", "0")
    CliRunner().invoke(cli.main, ["demo"])
    assert seen["core"].config.demonstration


def test_the_inbox_of_the_demonstration_lies_in_its_own_folder(seen, tmp_path):
    CliRunner().invoke(cli.main, ["demo"])
    assert seen["core"].config.inbox.is_relative_to(Path(tmp_path))
