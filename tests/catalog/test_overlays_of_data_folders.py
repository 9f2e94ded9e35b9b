"""Further folders are laid over the base: they add editions, reports, units and indicators, and replace nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.catalog.lint.whole import lint
from hub.catalog.load import load_catalog, read_editions
from hub.catalog.lock import write_lock
from hub.cli import main
from hub.config import load_config
from hub.errors import ConfigError, SchemaError

KEY = "THU-01/2025-07-01"


@pytest.fixture
def overlay(make_catalogue, tmp_path: Path) -> Path:
    """A folder with a regime of its own that uses the base's units, and one unit of its own."""
    base, folder = make_catalogue(), tmp_path / "overlay"
    for file in (base / "regimes" / KEY).rglob("*.yaml"):
        copy = folder / "regimes/MOI-01/2026-01-01" / file.relative_to(base / "regimes" / KEY)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text("utf-8").replace("THU-01", "MOI-01").replace("2025-07-01", "2026-01-01")
        copy.write_text(text.replace("integer, unit: người, of: c01", "integer, unit: bò, of: c01"), "utf-8")
    (folder / "units.yaml").write_text("units:\n- {code: bò, vi: con bò, en: head of cattle}\n", "utf-8")
    return folder


def test_an_overlay_adds_editions_and_units(make_catalogue, lock_all, overlay):
    base = lock_all(make_catalogue())
    catalog = load_catalog(base, [overlay])
    assert list(catalog.editions) == [KEY]
    assert list(catalog.drafts) == ["MOI-01/2026-01-01"]
    assert catalog.draft_problems("MOI-01/2026-01-01") == ()
    assert set(catalog.units) == {"người", "bò"}
    assert catalog.roots == (base, overlay)
    assert catalog.folders["MOI-01/2026-01-01"].root == overlay


def test_an_overlay_has_its_own_lock(make_catalogue, lock_all, overlay):
    base = lock_all(make_catalogue())
    write_lock(overlay, [load_catalog(base, [overlay]).drafts["MOI-01/2026-01-01"]])
    assert list(load_catalog(base, [overlay]).editions) == ["MOI-01/2026-01-01", KEY]
    assert list(load_catalog(base).editions) == [KEY]


def test_problems_of_an_overlay_name_its_whole_path(make_catalogue, overlay):
    form = overlay / "regimes/MOI-01/2026-01-01/forms/F1.yaml"
    form.write_text(form.read_text("utf-8").replace("of: c01", "of: c09"), "utf-8")
    found = lint(make_catalogue(), [overlay]).problems
    assert found == (f"{form}:9 columns.1.of: c02 is of 'c09', which does not exist",)


def test_what_two_roots_define_is_a_problem(make_catalogue, lock_all, overlay):
    base = lock_all(make_catalogue())
    (overlay / "units.yaml").write_text("units:\n- {code: người, vi: người, en: people}\n", "utf-8")
    (overlay / "regimes/MOI-01").rename(overlay / "regimes/THU-01")
    (overlay / "regimes/THU-01/2026-01-01").rename(overlay / "regimes/THU-01/2025-07-01")
    report = overlay / "national/thu/report.yaml"
    report.parent.mkdir(parents=True)
    report.write_text((base / "national/thu/report.yaml").read_text("utf-8"), "utf-8")
    with pytest.raises(SchemaError) as refused:
        load_catalog(base, [overlay])
    assert refused.value.problems == [
        f"{overlay}/units.yaml:2 units.0: the code 'người' stands twice",
        f"{overlay}/regimes/{KEY}: this edition is also in regimes/{KEY}",
        f"{overlay}/national/thu: this report is also in national/thu",
    ]


def test_an_overlay_may_bring_the_next_edition_of_a_regime(make_catalogue, lock_all, overlay):
    base = lock_all(make_catalogue())
    for file in (overlay / "regimes/MOI-01").rglob("*.yaml"):
        file.write_text(file.read_text("utf-8").replace("MOI-01", "THU-01"), "utf-8")
    (overlay / "regimes/MOI-01").rename(overlay / "regimes/THU-01")
    write_lock(overlay, [load_catalog(base, [overlay]).drafts["THU-01/2026-01-01"]])
    editions = load_catalog(base, [overlay]).regimes["THU-01"].editions
    assert [str(edition.valid_to) for edition in editions] == ["2025-12-31", "None"]


def test_the_setting_names_folders(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    assert load_config({}).schemas == ()
    assert load_config({"HUB_SCHEMAS": str(one)}).schemas == (one,)
    with pytest.raises(ConfigError, match="two is not a folder"):
        load_config({"HUB_SCHEMAS": f"{one}{os.pathsep}{two}"})


def test_a_root_without_an_overlay_is_read_alone(make_catalogue, overlay):
    with pytest.raises(SchemaError) as refused:
        read_editions(overlay)
    assert {problem.rpartition(": ")[2] for problem in refused.value.problems} >= {
        "the unit 'người' is not in units.yaml",
        "the indicator 'people' is not in indicators.yaml",
    }
    assert [edition.key for edition in read_editions(make_catalogue())] == [KEY]


def test_the_command_lists_regimes_of_an_overlay(make_catalogue, overlay, monkeypatch):
    packaged_units = (load_catalog().root / "units.yaml").read_text("utf-8")
    assert "code: bò" not in packaged_units
    (overlay / "indicators.yaml").write_text(
        "indicators:\n- {code: people, vi: Số người, en: People, unit: người, rollup: sum/sum}\n", "utf-8"
    )
    write_lock(overlay, [load_catalog(overlays=[overlay]).drafts["MOI-01/2026-01-01"]])
    monkeypatch.setenv("HUB_SCHEMAS", str(overlay))
    result = CliRunner().invoke(main, ["regime", "show", "MOI-01"])
    assert "MOI-01/2026-01-01" in result.output


def test_the_command_says_problems_then_warnings_and_picks_regimes(make_catalogue):
    root = make_catalogue(("F1", "of: c01", "of: c09"))
    for name, code in (("THU-01", 1), ("THU-02", 2)):
        result = CliRunner().invoke(main, ["regime", "lint", name, "--folder", str(root)])
        assert result.exit_code == code
        assert ("c02 is of 'c09'" in result.output) == (code == 1)
