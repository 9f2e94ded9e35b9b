"""All edition folders of all roots, read when asked for: what is in force, what is a draft, and what came before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.resources.abc import Traversable

from hub.catalog.draft import Draft
from hub.catalog.orgunits import load_orgs
from hub.catalog.reading import read_draft
from hub.catalog.roots import EditionFolder, Root, edition_folders, roots_of
from hub.catalog.shared_lists import Lists, read_lists
from hub.domain.org import OrgRegister
from hub.domain.regime import Edition


class Shelf:
    """Knows the folder of every edition at once and reads one when asked. Problems found on the way are the caller's.

    Threads may share one: two of them may read the same edition at once, both get equal results, and one is kept.
    """

    def __init__(self, roots: Sequence[Root], lists: Lists, folders: Mapping[str, EditionFolder]) -> None:
        self.roots, self.lists, self.folders = tuple(roots), lists, folders
        self._editions: dict[str, Edition | None] = {}

    @cached_property
    def orgs(self) -> OrgRegister:
        """The register of organisation units: the base's own, else the packaged one."""
        folder = self.roots[0].folder / "orgunits"
        return load_orgs(folder) if folder.is_dir() else load_orgs()

    def read(self, key: str, problems: list[str]) -> Draft | None:
        """The edition of a key beside its files; None, with why in ``problems``, if its structure does not hold."""
        draft = read_draft(self.folders[key], problems, self.lists.conversions)
        self._editions[key] = draft.edition if draft is not None else None
        return draft

    def edition(self, key: str) -> Edition | None:
        """The edition of a key, in force or not; None if there is none or it cannot be read."""
        if key not in self._editions and key in self.folders:
            self.read(key, [])
        return self._editions.get(key)

    def latest(self, regime: str) -> Edition | None:
        """The last edition of a regime that is in force, or its last draft where none is."""
        keys = self._keys(regime)
        locked = [key for key in keys if self.folders[key].locked]
        return self.edition((locked or keys)[-1]) if keys else None

    def before(self, edition: Edition) -> Edition | None:
        """The edition of the same regime that this one takes the place of, in force or not."""
        earlier = [key for key in self._keys(edition.regime) if key < edition.key]
        return self.edition(earlier[-1]) if earlier else None

    def _keys(self, regime: str) -> list[str]:
        return [key for key, folder in self.folders.items() if folder.regime == regime]


def open_shelf(base: Traversable, overlays: Sequence[Traversable], problems: list[str]) -> Shelf:
    """The shelf of a folder laid out like ``report_schemas`` with its overlays; their shared lists are read now."""
    roots = roots_of(base, overlays)
    return Shelf(roots, read_lists(roots, problems), edition_folders(roots, problems))
