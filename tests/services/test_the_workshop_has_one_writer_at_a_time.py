"""Two people who publish or keep at the same moment: nothing is lost, nothing is done twice."""

from __future__ import annotations

import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from hub.catalog.keeper import keep
from hub.catalog.lock import read_lock
from hub.config import load_config
from hub.demonstration.sample_files import make_files
from hub.domain.access import SYSTEM
from hub.errors import Conflict
from hub.services import regime_publishing, workshop
from hub.services.core import Core

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
CODES = ("VUON-A", "VUON-B", "VUON-C")


@pytest.fixture(scope="module")
def made_up() -> ModuleType:
    path = Path(__file__).parents[1] / "web" / "made_up_regime.py"
    spec = importlib.util.spec_from_file_location("made_up_regime", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def files(made_up) -> dict[str, str]:
    """A draft as a page carries it."""
    home = f"regimes/{made_up.KEY}"
    return {
        f"{home}/regime.yaml": made_up.REGIME, f"{home}/forms/F1.yaml": made_up.GRID,
        f"{home}/forms/F2.yaml": made_up.LIST, f"{home}/rules.yaml": made_up.RULES, "units.yaml": made_up.UNIT_LIST,
    }  # fmt: skip


@pytest.fixture
def core(sqlite_database, tmp_path: Path, made_up) -> Core:
    folder = tmp_path / "outside"
    folder.mkdir()
    config = load_config({}, var=tmp_path / "var", schemas=(folder,))
    return Core(config, keep(made_up.empty_base(tmp_path / "base"), config.schemas), sqlite_database)


def outcome(call):
    try:
        return call()
    except Conflict as error:
        return type(error).__name__


def test_a_draft_kept_by_many_at_once_lies_there_once(core, files, made_up):
    with ThreadPoolExecutor(6) as pool:
        keys = list(pool.map(lambda _: workshop.keep(core, SYSTEM, files, NOW), range(6)))
    assert set(keys) == {made_up.KEY}
    folder = core.config.schemas[0]
    assert (folder / "units.yaml").read_text("utf-8").count("cây thử") == 1
    assert [path.name for path in (folder / "regimes" / made_up.CODE).iterdir()] == [made_up.DAY]


def test_a_file_saved_by_many_at_once_keeps_one_of_them_and_tells_the_others(core, files, made_up):
    workshop.keep(core, SYSTEM, files, NOW)
    seen = workshop.read_file(core, SYSTEM, made_up.KEY, "rules.yaml").sha256
    texts = [f"{made_up.RULES}# {number}\n" for number in range(6)]

    def save(text: str):
        return outcome(lambda: workshop.save_file(core, SYSTEM, made_up.KEY, "rules.yaml", text, seen, NOW).text)

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(save, texts))
    assert sorted(said).count("Conflict") == 5
    assert workshop.read_file(core, SYSTEM, made_up.KEY, "rules.yaml").text in said


def test_regimes_published_at_the_same_moment_are_all_locked(core, files, made_up):
    base, folder = Path(str(core.catalog.root)), core.config.schemas[0]
    for code in CODES:
        own = {path.replace(made_up.CODE, code): text.replace(made_up.CODE, code) for path, text in files.items()}
        key = workshop.keep(core, SYSTEM, own, NOW)
        edition = keep(base, (folder,)).current.drafts[key]
        for name, text in make_files(edition, core.orgs).items():
            workshop.save_file(core, SYSTEM, key, f"samples/{name}", text, "", NOW)
    keys = [f"{code}/{made_up.DAY}" for code in CODES]

    def publish(key: str):
        return outcome(lambda: regime_publishing.publish(base, (folder,), key).edition.key)

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(publish, [*keys, *keys]))
    assert sorted(said) == sorted([*keys, "Conflict", "Conflict", "Conflict"])
    assert sorted(read_lock(folder, [])) == sorted(keys)
    core.look_at_locks()
    assert sorted(core.catalog.editions) == sorted(keys)
    assert sorted(core.catalog.reports) == sorted(CODES)


def test_a_hub_without_rights_to_the_folder_keeps_nothing(core, files, monkeypatch):
    monkeypatch.setattr(workshop.os, "access", lambda *_: False)
    with pytest.raises(workshop.Forbidden):
        workshop.keep(core, SYSTEM, files, NOW)
