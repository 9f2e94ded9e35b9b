"""The page of what users ask for answers each ask once; the tests it names are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "hub/docs/asks.md").read_text("utf-8")
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| D?\d+ \|", line)]


def functions_of(file: Path) -> set[str]:
    return {node.name for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_every_test_named_for_an_ask_exists():
    named = re.findall(r"`(tests/[^`:]+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) > 100
    missing = []
    for path, name in named:
        file = ROOT / path
        if not file.is_file() or (name and name not in functions_of(file)):
            missing.append(f"{path}::{name}")
    assert missing == []


def test_each_ask_of_both_lists_is_answered_exactly_once_and_in_order():
    numbers = [cells_of(line)[0] for line in ROWS]
    assert numbers == [str(n) for n in range(1, 29)] + [f"D{n}" for n in range(1, 32)]


def test_each_ask_says_what_is_done_what_shows_it_and_what_is_not_there():
    for line in ROWS:
        cells = cells_of(line)
        assert len(cells) == 5, line
        assert all(cells), line
        assert "`tests/" in cells[3] or cells[3] == "no test", line
        assert cells[0].startswith("D") or re.search(r"\]\(https://", cells[1]), line
