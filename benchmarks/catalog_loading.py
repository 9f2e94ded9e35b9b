"""``python -m benchmarks.catalog_loading``: how long the start waits for 80 editions in force, and lint for 171.

The editions are the real ones, integrated and drafted, copied under other codes until there are enough.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rich.console import Console

from benchmarks.measuring import Line, at_most, median, repeat, table
from hub.catalog.lint.whole import lint
from hub.catalog.load import load_catalog, packaged
from hub.catalog.lock import write_lock
from hub.catalog.shelf import open_shelf

IN_FORCE, DRAFTED = 80, 171
LOAD_TARGET_MS, LINT_TARGET_MS = 1500, 20_000
TIMES = 5


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        locked, drafted = Path(name) / "locked", Path(name) / "drafted"
        make_root(locked, IN_FORCE)
        lock_unlinted(locked)
        make_root(drafted, DRAFTED)
        Console(width=140).print(table([*_measured(locked, drafted)]))


def _measured(locked: Path, drafted: Path) -> Iterator[Line]:
    assert len(load_catalog(locked).editions) == IN_FORCE
    taken = median(repeat(lambda: load_catalog(locked), TIMES))
    yield at_most(f"load, {IN_FORCE} editions in force", "", taken, LOAD_TARGET_MS)
    yield at_most(f"load, {DRAFTED} drafts", "", median(repeat(lambda: load_catalog(drafted), TIMES)))
    assert lint(drafted).editions == DRAFTED
    taken = median(repeat(lambda: lint(drafted, today=date.today()), TIMES))  # noqa: DTZ011
    yield at_most(f"lint, {DRAFTED} editions", "", taken, LINT_TARGET_MS)


def make_root(root: Path, count: int) -> None:
    """A folder with so many editions, none of them locked."""
    root.mkdir()
    for name in ("units.yaml", "indicators.yaml", "breakdowns.yaml"):
        shutil.copy(packaged() / name, root)
    sources = [draft.parent for draft in sorted((packaged() / "regimes").glob("*/*/regime.yaml"))]
    for number, source in enumerate(itertools.islice(itertools.cycle(sources), count)):
        code = source.parent.name
        new = f"{code}-B{number // len(sources)}"
        for file in source.rglob("*.yaml"):
            if "samples" not in file.parts:
                target = root / "regimes" / new / source.name / file.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(file.read_text("utf-8").replace(code, new), "utf-8")


def lock_unlinted(root: Path) -> None:
    """Locks every edition whose structure holds: a copy need not be right to be read."""
    shelf = open_shelf(root, (), [])
    drafts = [shelf.read(key, []) for key in shelf.folders]
    write_lock(root, [draft.edition for draft in drafts if draft is not None])


if __name__ == "__main__":
    main()
