"""Editions that are not in force: read and linted when somebody asks, so that a broken one hurts nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hub.catalog.lint.edition import edition_problems
from hub.catalog.shelf import Shelf
from hub.domain.regime import Edition
from hub.errors import SchemaError


class Drafts(Mapping[str, Edition]):
    """Draft editions by key ``<regime>/<edition>``. Keys are known at once; each edition is read once, when asked for.

    Asking for one whose files cannot be read raises SchemaError with every problem; :meth:`problems` never raises it.
    """

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = shelf
        found = shelf.folders if shelf is not None else {}
        self._keys = tuple(key for key, folder in found.items() if not folder.locked)

    def __getitem__(self, key: str) -> Edition:
        if self._shelf is None or key not in self._keys:
            raise KeyError(key)
        edition = self._shelf.edition(key)
        if edition is None:
            raise SchemaError(list(self.problems(key)))
        return edition

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def problems(self, key: str) -> tuple[str, ...]:
        """What is wrong with a draft, each with file and line; empty if it holds. KeyError if there is none."""
        if self._shelf is None or key not in self._keys:
            raise KeyError(key)
        problems: list[str] = []
        draft = self._shelf.read(key, problems)
        return tuple(problems) if draft is None else tuple(edition_problems(draft, self._shelf))
