"""Editions that are not in force: read and linted when somebody asks, so that a broken one hurts nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hub.catalog.draft import Draft
from hub.catalog.lint import lint_drafts
from hub.catalog.reading import read_draft
from hub.catalog.roots import EditionFolder
from hub.catalog.shared_lists import Lists
from hub.domain.regime import Edition
from hub.errors import SchemaError


class Drafts(Mapping[str, Edition]):
    """Draft editions by key ``<regime>/<edition>``. Keys are known at once; each edition is read once, when asked for.

    Asking for one whose files cannot be read raises SchemaError with every problem; :meth:`problems` never raises.
    """

    def __init__(self, folders: Iterable[EditionFolder] = (), lists: Lists | None = None) -> None:
        self._folders = {folder.key: folder for folder in folders}
        self._lists = lists or Lists()
        self._read: dict[str, tuple[Draft | None, tuple[str, ...]]] = {}

    def __getitem__(self, key: str) -> Edition:
        draft, problems = self._reading(key)
        if draft is None:
            raise SchemaError(list(problems))
        return draft.edition

    def __iter__(self) -> Iterator[str]:
        return iter(self._folders)

    def __len__(self) -> int:
        return len(self._folders)

    def __contains__(self, key: object) -> bool:
        return key in self._folders

    def problems(self, key: str) -> tuple[str, ...]:
        """What is wrong with a draft, each with file and line; empty if it holds. KeyError if there is none."""
        draft, problems = self._reading(key)
        if draft is None:
            return problems
        return (*problems, *lint_drafts([draft], self._lists.units, self._lists.indicators))

    def _reading(self, key: str) -> tuple[Draft | None, tuple[str, ...]]:
        """Two threads may read the same draft at once; both get equal results, and one of them is kept."""
        if key not in self._read:
            found: list[str] = []
            draft = read_draft(self._folders[key], found, self._lists.conversions)
            self._read[key] = draft, tuple(found)
        return self._read[key]
