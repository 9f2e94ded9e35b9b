"""What a process keeps of things that never change: bounded, the longest unasked goes first."""

from __future__ import annotations

from hub.services.kept import Kept


def test_what_was_kept_comes_back_and_what_was_not_does_not():
    kept: Kept[str, str] = Kept(10)
    kept.keep("a", "first", 5)
    kept.keep("a", "second", 5)
    assert (kept.get("a"), kept.get("b")) == ("first", None)


def test_what_was_not_asked_for_longest_goes_first():
    kept: Kept[str, str] = Kept(10)
    kept.keep("a", "A", 5)
    kept.keep("b", "B", 5)
    kept.get("a")
    kept.keep("c", "C", 1)
    assert [kept.get(key) for key in "abc"] == ["A", None, "C"]


def test_one_thing_larger_than_all_may_be_drives_nothing_out():
    kept: Kept[str, str] = Kept(10)
    kept.keep("a", "A", 5)
    kept.keep("b", "B", 11)
    assert (kept.get("a"), kept.get("b")) == ("A", None)
