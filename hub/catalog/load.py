"""Reads ``report_schemas`` into a Catalog: editions in force are read and checked against their lock, drafts are not.

A locked edition was linted before it was locked and has not changed since, so only its structure is read here. What
has no lock is a draft: it is read and linted when somebody asks for it, and never stops the hub from starting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from hub.catalog.catalog import Catalog
from hub.catalog.drafts import Drafts
from hub.catalog.in_force import regimes_of
from hub.catalog.kpi import load_kpi_sets
from hub.catalog.lint.edition import edition_problems
from hub.catalog.lock import lock_problems
from hub.catalog.reports import load_reports
from hub.catalog.shelf import open_shelf
from hub.domain.regime import Edition
from hub.errors import SchemaError


def load_catalog(root: Traversable | None = None, overlays: Sequence[Traversable] = ()) -> Catalog:
    """The Catalog of a folder laid out like ``report_schemas`` (None: the packaged one), with overlays laid over it.

    ``regimes``, ``editions`` and ``reports`` are those in force; ``drafts`` are the others. SchemaError lists every
    problem of what is in force, each with file and line. The packaged folder is read once per process.
    """
    if root is None and not overlays:
        return _packaged()
    return _load(packaged() if root is None else root, overlays)


def packaged() -> Path:
    """The folder ``report_schemas`` that comes with the hub."""
    return Path(str(files("report_schemas")))


@lru_cache(maxsize=1)
def _packaged() -> Catalog:
    return _load(packaged(), ())


def _load(base: Traversable, overlays: Sequence[Traversable]) -> Catalog:
    problems: list[str] = []
    shelf = open_shelf(base, overlays, problems)
    locked = {key: folder.sha256 for key, folder in shelf.folders.items() if folder.sha256 is not None}
    read = [draft.edition for key in locked if (draft := shelf.read(key, problems)) is not None]
    problems += lock_problems(locked, read)
    regimes = regimes_of(read)
    unread = {shelf.folders[key].regime for key in locked} - regimes.keys()
    drafted = {folder.regime for folder in shelf.folders.values()} - regimes.keys() - unread
    reports = load_reports(shelf.roots, regimes, frozenset(unread), frozenset(drafted), problems)
    lists = shelf.lists
    kpi_sets = load_kpi_sets(shelf.roots, regimes, lists.units or {}, unread | drafted, problems)
    if problems:
        raise SchemaError(problems)
    return Catalog(
        regimes,
        reports,
        lists.units or {},
        lists.indicators or {},
        base,
        overlays=tuple(overlays),
        breakdowns=lists.breakdowns or {},
        drafts=Drafts(shelf),
        folders=shelf.folders,
        kpi_sets=kpi_sets,
    )


def read_editions(root: Traversable, keys: Iterable[str] = ()) -> list[Edition]:
    """The editions of those keys (or all) of a folder, linted, whether locked or not. SchemaError as for loading."""
    problems: list[str] = []
    shelf = open_shelf(root, (), problems)
    wanted = set(keys) or shelf.folders.keys()
    drafts = [draft for key in shelf.folders if key in wanted and (draft := shelf.read(key, problems)) is not None]
    for draft in drafts:
        problems += edition_problems(draft, shelf)
    if problems:
        raise SchemaError(problems)
    return [draft.edition for draft in drafts]
