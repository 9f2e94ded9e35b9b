"""Checkpoints of the audit chain, outside the database and signed (R40, P21)."""

from __future__ import annotations

import json
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from hub.catalog.catalog import Catalog
from hub.config import load_config
from hub.domain.access import SYSTEM
from hub.services import audit
from hub.services.core import Core
from hub.store.database import Database

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def _happen(core: Core, *names: str) -> None:
    for name in names:
        with core.database.write() as connection:
            audit.record(connection, SYSTEM, action="send", object_type="filing", object_id=name, now=NOW)


def _lines(core: Core) -> list[str]:
    return (core.config.var / "checkpoints" / "chain.jsonl").read_text().splitlines()


def test_a_hub_without_checkpoints_holds(core: Core) -> None:
    assert audit.verify(core) == []
    assert not (core.config.var / "checkpoints").exists()


def test_checkpoints_written_as_the_chain_grows_all_hold(core: Core) -> None:
    audit.write_checkpoint(core, NOW)
    for names in (("a", "b"), ("c",), ()):
        _happen(core, *names)
        audit.write_checkpoint(core, NOW)
    assert [json.loads(line)["number"] for line in _lines(core)] == [0, 2, 3, 3]
    assert audit.verify(core) == []


def test_only_the_hubs_own_system_user_can_read_the_key(core: Core) -> None:
    audit.write_checkpoint(core, NOW)
    folder = core.config.var / "checkpoints"
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_old_copy_of_the_database_is_found_out(
    sqlite_database: Database, small_catalog: Catalog, tmp_path: Path
) -> None:
    core = Core(load_config({}, var=tmp_path / "var"), small_catalog, sqlite_database)
    file, copy = Path(sqlite_database.url.removeprefix("sqlite:///")), tmp_path / "old.db"
    _happen(core, "a")
    sqlite_database.dispose()
    shutil.copy(file, copy)
    _happen(core, "b")
    audit.write_checkpoint(core, NOW)
    sqlite_database.dispose()
    shutil.copy(copy, file)
    assert [problem.number for problem in audit.verify(core)] == [2]
    _happen(core, "something else")
    assert [problem.number for problem in audit.verify(core)] == [2]


def test_a_forged_an_altered_and_a_removed_checkpoint_are_found_out(core: Core) -> None:
    for name in ("a", "b", "c"):
        _happen(core, name)
        audit.write_checkpoint(core, NOW)
    file = core.config.var / "checkpoints" / "chain.jsonl"
    first, second, third = _lines(core)
    altered = second.replace('"number": 2', '"number": 1')
    for lines in (
        [first, altered, third],
        [first, third],
        [second, third],
        [first, second, third, third],
        [first, "x"],
    ):
        file.write_text("\n".join(lines) + "\n")
        assert [problem.number for problem in audit.verify(core)] == [0]
    file.write_text("\n".join([first, second, third]) + "\n")
    assert audit.verify(core) == []


def test_a_chain_whose_end_was_cut_is_found_out(core: Core) -> None:
    _happen(core, "a", "b")
    audit.write_checkpoint(core, NOW)
    with core.database._writer.connect() as connection, connection.begin():
        if core.database.kind == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            connection.execute(text("DROP TRIGGER event_refuses_delete"))
        connection.execute(text("DELETE FROM event WHERE number = 2"))
    assert [problem.number for problem in audit.verify(core)] == [2]
