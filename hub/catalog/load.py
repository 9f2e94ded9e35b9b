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
from hub.catalog.draft import Draft
from hub.catalog.drafts import Drafts
from hub.catalog.in_force import regimes_of
from hub.catalog.lint import lint_drafts
from hub.catalog.lock import lock_problems
from hub.catalog.reading import read_draft
from hub.catalog.reports import load_reports
from hub.catalog.roots import edition_folders, roots_of
from hub.catalog.shared_lists import read_lists
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
    roots = roots_of(base, overlays)
    lists = read_lists(roots, problems)
    all_folders = edition_folders(roots, problems)
    locked = {key: folder for key, folder in all_folders.items() if folder.locked}
    read = [
        draft for folder in locked.values() if (draft := read_draft(folder, problems, lists.conversions)) is not None
    ]
    problems += lock_problems({key: folder.sha256 or "" for key, folder in locked.items()}, [d.edition for d in read])
    regimes = regimes_of(draft.edition for draft in read)
    not_read = locked.keys() - {draft.edition.key for draft in read}
    unread = frozenset(locked[key].regime for key in not_read)
    drafts = Drafts([folder for folder in all_folders.values() if not folder.locked], lists)
    drafted = frozenset(folder.regime for folder in all_folders.values()) - {f.regime for f in locked.values()}
    reports = load_reports(roots, regimes, unread, drafted, problems)
    if problems:
        raise SchemaError(problems)
    return Catalog(
        regimes,
        reports,
        lists.units or {},
        lists.indicators or {},
        base,
        overlays=tuple(overlays),
        drafts=drafts,
        breakdowns=lists.breakdowns or {},
    )


def read_editions(root: Traversable, keys: Iterable[str] = ()) -> list[Edition]:
    """The editions of those keys (or all) of a folder, linted, whether locked or not. SchemaError as for loading."""
    problems: list[str] = []
    roots = roots_of(root, ())
    lists = read_lists(roots, problems)
    wanted = set(keys)
    chosen = [folder for key, folder in edition_folders(roots, []).items() if not wanted or key in wanted]
    drafts: list[Draft] = [
        draft for folder in chosen if (draft := read_draft(folder, problems, lists.conversions)) is not None
    ]
    problems += lint_drafts(drafts, lists.units, lists.indicators)
    if problems:
        raise SchemaError(problems)
    return [draft.edition for draft in drafts]
