"""From settings to a core: the schema is made, and what may lose data is refused (P2, P23)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from hub import boot
from hub.catalog.catalog import Catalog
from hub.config import load_config
from hub.errors import ConfigError, Unavailable
from hub.services import audit, runs


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, small_catalog: Catalog) -> None:
    monkeypatch.setattr(boot, "load_catalog", lambda overlays: small_catalog)


def test_a_hub_opens_on_an_empty_folder_and_again(tmp_path: Path) -> None:
    for _ in range(2):
        core = boot.open_core(load_config({}, var=tmp_path / "new" / "var"))
        assert (tmp_path / "new" / "var" / "hub.db").exists()
        assert runs.listing(core) == []
        assert audit.verify(core) == []
        assert core.orgs.get("P1").level == "province"
        core.database.dispose()


def test_a_hub_does_not_open_on_a_database_of_a_newer_release(tmp_path: Path) -> None:
    config = load_config({}, var=tmp_path)
    core = boot.open_core(config)
    with core.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    core.database.dispose()
    with pytest.raises(ConfigError):
        boot.open_core(config)


def test_a_hub_does_not_open_without_its_database(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        boot.open_core(load_config({}, var=tmp_path, database=f"postgresql://hub@/hub?host={tmp_path}"))


@pytest.mark.postgres
def test_a_hub_opens_on_an_empty_postgresql_database(postgres_server, tmp_path: Path) -> None:
    core = boot.open_core(load_config({}, var=tmp_path, database=postgres_server.make("booted")))
    assert audit.verify(core) == []
    core.database.dispose()
