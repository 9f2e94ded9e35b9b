"""The page of promises names tests; each of them is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "hub/docs/promises.md").read_text("utf-8")


def functions_of(file: Path) -> set[str]:
    return {node.name for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}


def test_every_test_named_on_the_page_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) > 40
    missing = []
    for path, name in named:
        file = ROOT / path
        if not file.exists() or (name and name not in functions_of(file)):
            missing.append(f"{path}::{name}")
    assert missing == []


def test_the_promises_of_the_spine_and_all_traps_are_on_the_page():
    promises = set(re.findall(r"^\| (P\d+) \|", PAGE, re.MULTILINE))
    assert {f"P{n}" for n in (1, 2, 3, 6, 8, 10, 11, 13, 19, 20, 21, 30)} <= promises
    assert [int(n) for n in re.findall(r"^\| (\d+) ", PAGE, re.MULTILINE)] == list(range(1, 12))
