"""Lint of everything under one or more roots: editions in force and drafts alike, shared lists, national reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from hub.catalog.draft import Draft
from hub.catalog.in_force import regimes_of
from hub.catalog.lint import lint_drafts, lint_indicators
from hub.catalog.lock import lock_problems
from hub.catalog.reading import read_draft
from hub.catalog.reports import load_reports
from hub.catalog.roots import EditionFolder, edition_folders, roots_of
from hub.catalog.shared_lists import read_lists
from hub.domain.regime import Regime


@dataclass(frozen=True, slots=True)
class LintResult:
    """``problems`` must be mended before an edition is published; ``warnings`` are for a person to judge."""

    problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    editions: int = 0
    """How many editions could be read."""


def lint(root: Traversable, overlays: Sequence[Traversable] = ()) -> LintResult:
    """Everything that is wrong or doubtful under a folder laid out like ``report_schemas``, each with file and line."""
    problems: list[str] = []
    roots = roots_of(root, overlays)
    lists = read_lists(roots, problems)
    every = edition_folders(roots, problems)
    drafts = [
        draft for folder in every.values() if (draft := read_draft(folder, problems, lists.conversions)) is not None
    ]
    problems += lint_indicators(root, lists.indicators, lists.units)
    problems += lint_drafts(drafts, lists.units, lists.indicators)
    locked = {key: folder.sha256 for key, folder in every.items() if folder.sha256 is not None}
    problems += lock_problems(locked, [draft.edition for draft in drafts])
    load_reports(roots, _judged_by(every, drafts), _unread(every, drafts), None, problems)
    return LintResult(tuple(problems), editions=len(drafts))


def _judged_by(every: dict[str, EditionFolder], drafts: Iterable[Draft]) -> dict[str, Regime]:
    """What national reports are checked against: a regime's editions in force, or its drafts where none is."""
    in_force = {folder.regime for folder in every.values() if folder.locked}
    editions = [d.edition for d in drafts if every[d.edition.key].locked or d.edition.regime not in in_force]
    return regimes_of(editions)


def _unread(every: dict[str, EditionFolder], drafts: Iterable[Draft]) -> frozenset[str]:
    """The regimes with an edition that could not be read: nothing that names them can be judged."""
    read = {draft.edition.key for draft in drafts}
    return frozenset(folder.regime for key, folder in every.items() if key not in read)
