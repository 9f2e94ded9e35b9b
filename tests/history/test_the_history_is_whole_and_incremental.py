"""The history in Parquet: one file a campaign, whole or as before, written again only when something in it changed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow.dataset as ds
import pytest

from hub.errors import Refused
from hub.services import history_export
from hub.services.history_files import alone, folder_of, partition_name, read_manifest
from hub.store import versions

EDITION = "LS-01/2026-01-01"


@pytest.fixture
def here(hub, in_history):
    """The hub and the months of its history, exported once."""
    history_export.export(hub, in_history.NOW)
    return hub


def files_of(core) -> dict[str, bytes]:
    folder = folder_of(core.config)
    return {str(path.relative_to(folder)): path.read_bytes() for path in (folder / "figures").rglob("*.parquet")}


def test_every_figure_in_force_stands_in_the_file_of_its_campaign(here):
    folder = folder_of(here.config)
    table = ds.dataset(folder / "figures", partitioning="hive", format="parquet").to_table().to_pylist()
    with here.database.read() as connection:
        standing = versions.in_force(connection, EDITION, "2026-M08", "own")
    expected = {
        (path.split("/")[1], cell, int.from_bytes(figures[8 * cell : 8 * cell + 8], "little", signed=True), mark)
        for path, figures, presence in zip(standing.paths, standing.figures, standing.presence, strict=True)
        for cell, mark in enumerate(presence)
        if mark
    }
    found = {(row["unit"], row["cell"], row["value"], row["presence"]) for row in table if row["period"] == "2026-M08"}
    assert found == expected
    assert {row["unit_id"] for row in table} == {"A", "B", "AB", "C", "G12"}
    assert history_export.verify(here) == []


def test_only_a_campaign_in_which_something_changed_is_written_again(here, in_history):
    before = files_of(here)
    again = history_export.export(here, in_history.NOW)
    assert (again.written, again.unchanged) == (0, 12)
    in_history.put_in_force(here, in_history.make_edition(), "2026-M08", seed=2)
    assert history_export.verify(here) == [f"{partition_name(EDITION, '2026-M08')}: behind what is in force"]
    later = history_export.export(here, in_history.NOW + timedelta(minutes=5))
    assert (later.written, later.unchanged) == (1, 11)
    changed = {name for name, content in files_of(here).items() if before[name] != content}
    assert changed == {partition_name(EDITION, "2026-M08")}
    assert history_export.verify(here) == []


def test_a_campaign_that_nothing_is_in_force_of_any_more_leaves_no_file(here, in_history):
    in_history.put_in_force(here, in_history.make_edition(), "2026-M08", but=("AB", "C", "G12"))
    assert history_export.export(here, in_history.NOW).removed == 1
    assert partition_name(EDITION, "2026-M08") not in files_of(here)
    assert not (folder_of(here.config) / partition_name(EDITION, "2026-M08")).parent.exists()
    assert history_export.verify(here) == []


def test_a_changed_byte_a_missing_and_a_stray_file_are_found(here):
    folder = folder_of(here.config)
    first, second = folder / partition_name(EDITION, "2026-M01"), folder / partition_name(EDITION, "2026-M02")
    content = bytearray(first.read_bytes())
    content[len(content) // 2] ^= 1
    first.write_bytes(content)
    shutil.copy(second, folder / "figures" / "another.parquet")
    second.unlink()
    assert [problem.rsplit(": ", 1)[1] for problem in history_export.verify(here)] == [
        "not the bytes that were written", "missing", "nobody knows it",
    ]  # fmt: skip


def test_two_exports_at_once_do_not_write_over_each_other(here, in_history):
    with alone(folder_of(here.config)), pytest.raises(Refused):
        history_export.export(here, in_history.NOW)


KILLED = """
import sys
from pathlib import Path
import pyarrow as pa
from hub.services.history_files import write_table
write_table(Path(sys.argv[1]), sys.argv[2], pa.table({"cell": [1, 2, 3]}), "new")
"""


def test_a_kill_in_the_middle_of_writing_leaves_the_old_file_whole(here, in_history):
    folder, name = folder_of(here.config), partition_name(EDITION, "2026-M08")
    before = files_of(here)
    environment = os.environ | {"HUB_FAILPOINT": "mid-history", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder), name], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert list(folder.rglob("*.aside")), "it was not stopped in the middle of writing"
    assert files_of(here) == before
    assert history_export.verify(here) == []
    history_export.export(here, in_history.NOW)
    assert not list(folder.rglob("*.aside"))
    assert files_of(here) == before


def test_an_older_layout_is_written_anew(here, in_history, monkeypatch):
    monkeypatch.setattr("hub.services.history_files.LAYOUT", 2)
    assert history_export.export(here, in_history.NOW).written == 12
    assert len(read_manifest(folder_of(here.config)).figures) == 12


def test_the_folder_of_the_history_is_a_setting(here, tmp_path):
    assert folder_of(here.config) == here.config.var / "history"
    assert folder_of(replace(here.config, history=tmp_path / "elsewhere")) == tmp_path / "elsewhere"
