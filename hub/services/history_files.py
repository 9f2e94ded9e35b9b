"""The folder of the history: whole files or none, and a manifest that says what each was made of.

``<history>/figures/regime=…/edition=…/period=…/part.parquet`` holds the figures, ``<history>/dictionaries/*.parquet``
what explains them. Any tool that reads partitioned Parquet reads the folder ``figures``.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from hub.config import Config
from hub.errors import Refused
from hub.failpoints import reach

FIGURES = "figures"
DICTIONARIES = "dictionaries"
MANIFEST = "manifest.json"
LAYOUT = 1
"""Changes when the columns do: then everything is written anew."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was written. ``source``: hash of what it was made of; ``sha256`` that of its bytes."""

    source: str
    sha256: str
    rows: int
    size: int


@dataclass
class Manifest:
    """What stands in the folder, by path within it. ``seen``: all that changed before this instant is in it."""

    seen: str = ""
    figures: dict[str, Written] = field(default_factory=dict)
    dictionaries: dict[str, Written] = field(default_factory=dict)


def folder_of(config: Config) -> Path:
    """Where the history of this hub stands."""
    return config.history if config.history != Path() else config.var / "history"


def partition_name(edition_key: str, period: str) -> str:
    """The path of a campaign's file within the history."""
    regime, code = edition_key.split("/", 1)
    steps = (f"regime={quote(regime, safe='')}", f"edition={quote(code, safe='')}", f"period={quote(period, safe='')}")
    return "/".join((FIGURES, *steps, "part.parquet"))


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else writes the history meanwhile. Refused if somebody does already."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                "Lịch sử số liệu đang được xuất ở một tiến trình khác.",
                "The history is being exported by another process.",
            ) from None
        yield


def read_manifest(folder: Path) -> Manifest:
    """The manifest; an empty one where there is none or its layout is an older one, so that all is written anew."""
    try:
        data = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return Manifest()
    if data.get("layout") != LAYOUT:
        return Manifest()
    return Manifest(data["seen"], _written(data["figures"]), _written(data["dictionaries"]))


def _written(data: dict[str, dict[str, Any]]) -> dict[str, Written]:
    return {name: Written(**each) for name, each in data.items()}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """The manifest is this one, on disk."""
    data = {
        "layout": LAYOUT,
        "seen": manifest.seen,
        "figures": {name: asdict(each) for name, each in sorted(manifest.figures.items())},
        "dictionaries": {name: asdict(each) for name, each in sorted(manifest.dictionaries.items())},
    }
    aside = folder / f".{MANIFEST}.aside"
    aside.write_text(json.dumps(data, indent=0), "utf-8")
    _put_in_place(aside, folder / MANIFEST)


def write_table(folder: Path, name: str, table: pa.Table, source: str) -> Written:
    """The file of that name is this table: written aside, made durable, then put in the old one's place at once."""
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f".{place.name}.aside")
    pq.write_table(table.replace_schema_metadata(None), aside, compression="zstd", compression_level=1)
    written = Written(source, sha256_of(aside), table.num_rows, aside.stat().st_size)
    reach("mid-history")
    _put_in_place(aside, place)
    return written


def remove(folder: Path, name: str) -> None:
    """The file is gone, and the folders that it leaves empty."""
    place = folder / name
    place.unlink(missing_ok=True)
    for above in place.parents:
        if above == folder or any(above.iterdir()):
            return
        above.rmdir()


def sweep(folder: Path, manifest: Manifest) -> None:
    """No file is left that was written aside and never put in place, nor one that the manifest does not name."""
    for path in [*folder.rglob("*.aside"), *folder.rglob("*.parquet")]:
        name = path.relative_to(folder).as_posix()
        if name not in manifest.figures and name not in manifest.dictionaries:
            remove(folder, name)


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put_in_place(aside: Path, place: Path) -> None:
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    aside.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
