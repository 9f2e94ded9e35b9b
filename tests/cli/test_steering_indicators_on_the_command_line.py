"""``hub kpi``: sets are listed and shown, targets set and taken back, and what is wrong is said in both languages."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from hub.catalog.load import load_catalog
from hub.cli import main


@pytest.fixture
def run(tmp_path, monkeypatch):
    """``run(*words) -> Result`` in a new hub over the packaged regimes."""
    monkeypatch.setenv("HUB_VAR", str(tmp_path))

    def do(*words):
        return CliRunner().invoke(main, ["kpi", *words])

    return do


@pytest.fixture(scope="module")
def packaged():
    return next(iter(load_catalog().kpi_sets.values()))


def test_sets_are_listed_and_shown_before_anything_came_in(run, packaged):
    assert [each["code"] for each in json.loads(run("list", "--json").stdout)] == sorted(load_catalog().kpi_sets)
    shown = json.loads(run("show", packaged.code, "--json").stdout)
    assert shown["period"] is None
    assert {each["value"] for each in shown["values"]} == {None}
    assert len(shown["values"]) == len(packaged.kpis)


def test_an_unknown_set_or_account_is_said_in_both_languages(run, packaged):
    assert run("show", "KHONG-CO").exit_code == 2
    answer = run("target", packaged.code, packaged.kpis[0].code, "95", "--as", "khong.co")
    assert answer.exit_code == 2
    assert "Không có tài khoản" in answer.stderr
    assert "There is no active account" in answer.stderr
    assert run("target", packaged.code, "99.9", "95", "--as", "x").exit_code == 2


def test_alerts_are_judged_by_hand(run):
    assert "0 alerts began" in run("alerts").stdout
