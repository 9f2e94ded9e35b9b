"""A folder that holds a demonstration says so whoever opens it, with whatever settings."""

from __future__ import annotations

from hub.boot import DEMONSTRATION_MARK, open_core
from hub.config import load_config


def test_a_demonstrations_folder_is_marked_without_being_told(tmp_path):
    (tmp_path / DEMONSTRATION_MARK).write_text("# …\n", encoding="utf-8")
    assert open_core(load_config({}, var=tmp_path)).config.demonstration


def test_another_folder_is_not(tmp_path):
    assert not open_core(load_config({}, var=tmp_path)).config.demonstration
