"""Editions in force are locked by hash: nothing about them changes any more."""

from __future__ import annotations

import pytest

from hub.catalog.load import load_catalog, read_editions
from hub.catalog.lock import write_lock
from hub.errors import SchemaError

KEY = "THU-01/2025-07-01"


def test_a_locked_catalogue_loads(make_catalogue):
    root = make_catalogue()
    assert write_lock(root, read_editions(root)) == [KEY]
    assert f"{KEY} {load_catalog(root).edition(KEY).sha256}\n" in (root / "editions.lock").read_text("utf-8")


def test_locking_again_adds_nothing(make_catalogue):
    root = make_catalogue()
    write_lock(root, read_editions(root))
    before = (root / "editions.lock").read_bytes()
    assert write_lock(root, read_editions(root)) == []
    assert (root / "editions.lock").read_bytes() == before


def test_a_changed_label_of_a_locked_edition_is_refused(make_catalogue):
    root = make_catalogue()
    write_lock(root, read_editions(root))
    make_catalogue(("F1", "vi: Nam, en: Men", "vi: Nam giới, en: Men"))
    expected = [f"regimes/{KEY}: differs from editions.lock; a locked edition never changes: a change is a new edition"]
    with pytest.raises(SchemaError) as refused:
        load_catalog(root)
    assert refused.value.problems == expected
    with pytest.raises(SchemaError) as refused:
        write_lock(root, read_editions(root))
    assert refused.value.problems == expected


def test_a_locked_edition_that_is_gone_is_refused(make_catalogue):
    root = make_catalogue()
    (root / "editions.lock").write_text(f"OLD-01/2020-01-01 {'0' * 64}\n", "utf-8")
    with pytest.raises(SchemaError) as refused:
        load_catalog(root)
    assert refused.value.problems == ["regimes/OLD-01/2020-01-01: is locked in editions.lock but is not there"]


def test_a_lock_that_cannot_be_read_is_refused(make_catalogue):
    root = make_catalogue()
    (root / "editions.lock").write_text(f"# a remark\n{KEY} abc\n", "utf-8")
    with pytest.raises(SchemaError) as refused:
        load_catalog(root)
    assert refused.value.problems == ["editions.lock:2: is not '<regime>/<edition> <sha256>'"]


def test_only_the_editions_asked_for_are_locked(make_catalogue):
    root = make_catalogue()
    with pytest.raises(SchemaError):
        write_lock(root, read_editions(root), ["THU-02/2025-07-01"])
    assert not (root / "editions.lock").exists()
