"""Where regime data lie: the packaged folder first, then the extra folders of ``HUB_SCHEMAS`` laid over it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from hub.catalog.document import folders
from hub.catalog.lock import read_lock


@dataclass(frozen=True, slots=True)
class Root:
    """A folder laid out like ``report_schemas``. ``prefix`` goes before each of its paths in a problem."""

    folder: Traversable
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class EditionFolder:
    """The folder of one edition: ``place``, under its ``root``; ``path`` names it in problems.

    ``sha256`` is what the root's lock says; None: a draft, not in force.
    """

    regime: str
    code: str
    root: Traversable
    place: Traversable
    path: str
    sha256: str | None

    @property
    def key(self) -> str:
        return f"{self.regime}/{self.code}"

    @property
    def locked(self) -> bool:
        return self.sha256 is not None


def roots_of(base: Traversable, overlays: Sequence[Traversable]) -> tuple[Root, ...]:
    """The base, whose paths in problems are relative, and its overlays, whose paths are given whole."""
    return (Root(base), *(Root(folder, f"{folder}/") for folder in overlays))


def edition_folders(roots: Iterable[Root], problems: list[str]) -> dict[str, EditionFolder]:
    """Every edition folder by its key, in order. An edition in two roots, or locked but gone, is a problem."""
    found: dict[str, EditionFolder] = {}
    for root in roots:
        locked = read_lock(root.folder, problems, root.prefix)
        here = {folder.key: folder for folder in _folders(root, locked)}
        for key in locked.keys() - here.keys():
            problems.append(f"{root.prefix}regimes/{key}: is locked in editions.lock but is not there")
        for key in here.keys() & found.keys():
            problems.append(f"{here[key].path}: this edition is also in {found[key].path}")
        found = here | found
    return dict(sorted(found.items()))


def _folders(root: Root, locked: dict[str, str]) -> Iterator[EditionFolder]:
    for regime in folders(root.folder / "regimes"):
        for edition in folders(regime):
            key = f"{regime.name}/{edition.name}"
            if key in locked and not (edition / "regime.yaml").is_file():
                continue
            yield EditionFolder(
                regime.name, edition.name, root.folder, edition, f"{root.prefix}regimes/{key}", locked.get(key)
            )
