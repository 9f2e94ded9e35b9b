"""The history for analysis: the versions in force of every campaign as partitioned Parquet, one file a campaign.

A copy that may be made again at any time. Each file is whole or the one before it; a campaign is written again only
when who is in it, with which version, or its edition has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.packing import MISSING
from hub.domain.period import local_day
from hub.domain.regime import Edition
from hub.domain.rollup import Matrix
from hub.services import history_files
from hub.services.core import Core
from hub.services.history_dictionaries import dictionaries
from hub.services.history_files import DICTIONARIES, Manifest, Written, folder_of, partition_name
from hub.store import standing_rows, versions
from hub.store.database import Connection
from hub.store.instants import from_text, to_text
from hub.store.standing_rows import OWN, Campaign
from hub.store.versions import Standings

OVERLAP = timedelta(hours=1)
"""How far before the last export changes are looked for again: a decision may be on disk later than its own instant."""
_MANIFEST_EVERY = 50


@dataclass(frozen=True, slots=True)
class Exported:
    """How many files were written, found unchanged, removed; figures written; editions that are not known."""

    written: int
    unchanged: int
    removed: int
    figures: int
    unknown: tuple[str, ...]


def export(core: Core, now: datetime, *, everything: bool = False) -> Exported:
    """The history holds what is in force at this moment. ``everything``: each campaign is compared, not the changed.

    Refused while another process exports.
    """
    folder = folder_of(core.config)
    with history_files.alone(folder):
        manifest = history_files.read_manifest(folder)
        history_files.sweep(folder, manifest)
        with core.database.read() as connection:
            there = standing_rows.campaigns(connection)
            moved = _moved(connection, manifest, everything)
        known = {campaign for campaign in there if _is_known(core, campaign)}
        gone = set(manifest.figures) - {partition_name(*campaign) for campaign in known}
        wanted = [
            each for each in sorted(known) if moved is None or each in moved or _name(each) not in manifest.figures
        ]
        written = [made for made in (_bring_up_to_date(core, folder, manifest, each) for each in wanted) if made]
        for name in gone:
            history_files.remove(folder, name)
            del manifest.figures[name]
        _explain(core, folder, manifest, known, now)
        manifest.seen = to_text(now)
        history_files.write_manifest(folder, manifest)
    unknown = tuple(sorted({edition for edition, _ in there - known}))
    figures = sum(each.rows for each in written)
    return Exported(len(written), len(known) - len(written), len(gone), figures, unknown)


def _moved(connection: Connection, manifest: Manifest, everything: bool) -> set[Campaign] | None:
    """The campaigns that something was decided in since the last export; None if any may have changed."""
    if everything or not manifest.seen:
        return None
    return standing_rows.changed_since(connection, from_text(manifest.seen) - OVERLAP)


def _is_known(core: Core, campaign: Campaign) -> bool:
    regime = core.catalog.regimes.get(campaign[0].split("/", 1)[0])
    return regime is not None and any(edition.key == campaign[0] for edition in regime.editions)


def _name(campaign: Campaign) -> str:
    return partition_name(*campaign)


def _bring_up_to_date(core: Core, folder: Path, manifest: Manifest, campaign: Campaign) -> Written | None:
    """The campaign's file holds what is in force; None if it did so already."""
    edition, name = core.catalog.edition(campaign[0]), _name(campaign)
    with core.database.read() as connection:
        before = manifest.figures.get(name)
        if before is not None and before.source == _source(edition, standing_rows.fingerprint(connection, campaign)):
            return None
        standing = versions.in_force(connection, *campaign, OWN)
    columns = (standing.paths, standing.filing_ids, standing.versions, standing.sha256s)
    source = _source(edition, standing_rows.fingerprint_of(*(list(column) for column in columns)))  # type: ignore[arg-type]
    written = history_files.write_table(folder, name, long_table(core, edition, standing), source)
    manifest.figures[name] = written
    if len(manifest.figures) % _MANIFEST_EVERY == 0:
        history_files.write_manifest(folder, manifest)
    return written


def _source(edition: Edition, fingerprint: str) -> str:
    """What a file is made of: the edition that gives each cell its number, and the versions in force."""
    return hashlib.sha256(f"{history_files.LAYOUT} {edition.sha256} {fingerprint}".encode()).hexdigest()


def long_table(core: Core, edition: Edition, standing: Standings) -> pa.Table:
    """One line a cell that something was said of, cell after cell, units in the order of the tree.

    Columns ``unit_id``, ``unit`` (the body right below the nation that it belonged to), ``level``, ``cell`` (its number
    in the edition), ``value`` (scaled by the cell's decimals) and ``presence``.
    """
    matrix = Matrix.of(edition, standing.figures, standing.presence)
    count, width = matrix.figures.shape
    presence = matrix.presence.T.ravel()
    rows = np.tile(np.arange(count, dtype=np.int32), width)
    columns = {
        "unit_id": _repeated(rows, [path.rsplit("/", 1)[-1] for path in standing.paths]),
        "unit": _repeated(rows, [path.split("/", 2)[:2][-1] for path in standing.paths]),
        "level": _repeated(rows, [_level(core, path) for path in standing.paths]),
        "cell": pa.array(np.repeat(np.arange(width, dtype=np.int32), count)),
        "value": pa.array(matrix.figures.T.ravel().astype(np.int64)),
        "presence": pa.array(presence.astype(np.int8)),
    }
    table = pa.table(columns)
    return table if (presence != MISSING).all() else table.filter(pc.not_equal(table["presence"], MISSING))


def _level(core: Core, path: str) -> str:
    unit = core.orgs.units.get(path.rsplit("/", 1)[-1])
    return unit.level if unit is not None else ""


def _repeated(rows: np.ndarray[tuple[int], np.dtype[np.int32]], texts: Sequence[str]) -> pa.Array:
    """The texts of the rows, each kept once."""
    distinct = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    numbers = np.array([distinct[text] for text in texts], np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(numbers[rows]), pa.array(list(distinct), pa.string()))


def _explain(core: Core, folder: Path, manifest: Manifest, campaigns: set[Campaign], now: datetime) -> None:
    for name, table in dictionaries(core, campaigns, local_day(now)).items():
        place = f"{DICTIONARIES}/{name}.parquet"
        manifest.dictionaries[place] = history_files.write_table(folder, place, table, "")


def verify(core: Core) -> list[str]:
    """What is wrong with the history: files that are not what was written, or not what is in force. Empty if nothing.

    What was decided since the last export shows as *behind*.
    """
    folder = folder_of(core.config)
    manifest = history_files.read_manifest(folder)
    problems = []
    for name, written in sorted((manifest.figures | manifest.dictionaries).items()):
        path = folder / name
        if not path.exists():
            problems.append(f"{name}: missing")
        elif history_files.sha256_of(path) != written.sha256:
            problems.append(f"{name}: not the bytes that were written")
    stray = {path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet")}
    problems += [f"{name}: nobody knows it" for name in sorted(stray - {*manifest.figures, *manifest.dictionaries})]
    return problems + list(_behind(core, manifest))


def _behind(core: Core, manifest: Manifest) -> list[str]:
    with core.database.read() as connection:
        there = {each for each in standing_rows.campaigns(connection) if _is_known(core, each)}
        sources = {
            _name(each): _source(core.catalog.edition(each[0]), standing_rows.fingerprint(connection, each))
            for each in sorted(there)
        }
    kept = {name: written.source for name, written in manifest.figures.items()}
    return [
        f"{name}: behind what is in force" for name in sorted({*kept, *sources}) if kept.get(name) != sources.get(name)
    ]
