"""What is locked and unchanged was linted before it was locked: the start reads it and asks no more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.catalog import shelf
from hub.catalog.lint import edition as lint_edition
from hub.catalog.lint.edition import edition_problems
from hub.catalog.lint.whole import lint
from hub.catalog.load import load_catalog, packaged
from hub.catalog.lock import write_lock
from hub.catalog.shelf import open_shelf

KEY = "THU-01/2025-07-01"
STRICTER = "regimes/THU-01/2025-07-01/forms/F1.yaml:8 columns.0: c01: the indicator 'people' is not in indicators.yaml"


def test_a_locked_edition_that_lint_has_become_stricter_about_stays_in_force(make_catalogue, lock_all):
    root = lock_all(make_catalogue())
    (root / "indicators.yaml").write_text("indicators: []\n", "utf-8")
    assert list(load_catalog(root).editions) == [KEY]
    assert lint(root).problems == (STRICTER,)


def test_the_start_lints_nothing(monkeypatch):
    def linted(*_):
        raise AssertionError("linted")

    monkeypatch.setattr(lint_edition, "item_problems", linted)
    monkeypatch.setattr(lint_edition, "form_problems", linted)
    assert len(load_catalog(packaged()).editions) > 10


def test_threads_that_ask_for_drafts_at_once_get_equal_editions(make_catalogue):
    drafts = load_catalog(make_catalogue()).drafts
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda _: drafts[KEY], range(32)))
    assert {edition.sha256 for edition in read} == {drafts[KEY].sha256}


def test_a_draft_is_read_once(make_catalogue, monkeypatch):
    drafts = load_catalog(make_catalogue()).drafts
    first = drafts[KEY]
    monkeypatch.setattr(shelf, "read_draft", None)
    assert drafts[KEY] is first


def test_every_edition_in_force_holds_by_all_checks_of_today():
    problems: list[str] = []
    shelf = open_shelf(packaged(), (), problems)
    for key in load_catalog().editions:
        draft = shelf.read(key, problems)
        problems += edition_problems(draft, shelf) if draft is not None else ["cannot be read"]
    assert problems == []


def test_the_hashes_of_old_editions_do_not_move_with_the_language(make_catalogue):
    """The same data give the same hash that the first edition of the language gave them."""
    edition = load_catalog(make_catalogue()).drafts[KEY]
    assert edition.sha256 == "1cdc95d58c875bbe42554fb960edc6ba6ff7d713ec4033aff45ea8332e4bc716"


def test_a_new_series_counts_in_the_hash(make_catalogue):
    def sha256(line: str) -> str:
        root = make_catalogue(("regime", "forms: [F1, F2]", f"{line}forms: [F1, F2]"))
        return load_catalog(root).drafts[KEY].sha256

    plain = sha256("")
    new = sha256("continues: {F1.c02: null}\n")
    assert len({plain, new, sha256("continues: {F1.c02: F1.c01}\n")}) == 3
    assert sha256("unread: {}\n") != new


def test_a_lock_of_another_hash_is_not_replaced(make_catalogue, lock_all):
    root = lock_all(make_catalogue())
    before = (root / "editions.lock").read_text("utf-8")
    drafts = load_catalog(make_catalogue()).drafts
    assert not drafts
    with pytest.raises(KeyError):
        drafts[KEY]
    assert write_lock(root, load_catalog(root).editions.values()) == []
    assert (root / "editions.lock").read_text("utf-8") == before
