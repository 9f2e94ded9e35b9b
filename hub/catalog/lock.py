"""Editions in force are locked by hash: ``editions.lock`` holds ``<regime>/<edition> <sha256>``, one edition a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path

from hub.catalog.writing import write_whole
from hub.domain.regime import Edition
from hub.errors import SchemaError

LOCK_FILE = "editions.lock"
_LINE = re.compile(r"(\S+/\S+) ([0-9a-f]{64})", re.ASCII)
_HEAD = (
    "# Editions in force and the SHA-256 of their data. A locked edition never changes: a change is a new edition.\n"
)


def read_lock(root: Traversable, problems: list[str], prefix: str = "") -> dict[str, str]:
    """Edition key → hash. A line that is neither a comment nor a lock is added to ``problems``."""
    file = root / LOCK_FILE
    locked: dict[str, str] = {}
    if not file.is_file():
        return locked
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            problems.append(f"{prefix}{LOCK_FILE}:{number}: is not '<regime>/<edition> <sha256>'")
        elif match[1] in locked:
            problems.append(f"{prefix}{LOCK_FILE}:{number}: {match[1]} is locked twice")
        else:
            locked[match[1]] = match[2]
    return locked


def lock_problems(locked: Mapping[str, str], editions: Iterable[Edition]) -> list[str]:
    """One text for each edition whose data are no longer those that were locked (R12)."""
    return [
        f"regimes/{edition.key}: differs from {LOCK_FILE}; a locked edition never changes: a change is a new edition"
        for edition in editions
        if locked.get(edition.key, edition.sha256) != edition.sha256
    ]


def write_lock(folder: Path, editions: Iterable[Edition], keys: Iterable[str] = ()) -> list[str]:
    """Locks the editions (those of ``keys``, or all) that are not locked yet; gives their keys in order.

    What is locked stays as it is. SchemaError if a locked edition was changed, or a key names no edition.
    """
    by_key = {edition.key: edition for edition in editions}
    problems: list[str] = []
    locked = read_lock(folder, problems)
    problems += lock_problems(locked, by_key.values())
    wanted = list(keys) or sorted(by_key)
    problems += [f"regimes/{key}: there is no such edition" for key in wanted if key not in by_key]
    if problems:
        raise SchemaError(problems)
    new = [key for key in wanted if key not in locked]
    locked |= {key: by_key[key].sha256 for key in new}
    lines = "".join(f"{key} {locked[key]}\n" for key in sorted(locked))
    write_whole(folder / LOCK_FILE, (_HEAD + lines).encode())
    return new
