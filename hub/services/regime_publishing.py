"""Bringing a draft edition into force: it holds, its samples are judged as they say, and then it is locked by hash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from hub.catalog.load import load_catalog
from hub.catalog.lock import write_lock
from hub.catalog.roots import edition_folders, roots_of
from hub.catalog.samples import read_samples
from hub.domain.regime import Edition
from hub.errors import Conflict, NotFound, SchemaError
from hub.services.samples import sample_problems


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether an edition may be brought into force, and what those who do it must know.

    ``unread``: items that the law asks for and nobody could read in the text, each with its reason; they are shown to
    everybody who files (R02).
    """

    edition: Edition
    problems: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def ready(self) -> bool:
        return not self.problems


def readiness(base: Traversable, overlays: Sequence[Traversable], key: str) -> Readiness:
    """What stands between a draft and its publication: lint (R02-R05 and the rest) and samples.

    NotFound if there is no such edition, Conflict if it is in force already, SchemaError if its files cannot be read.
    """
    catalog = load_catalog(base, overlays)
    folder = edition_folders(roots_of(base, overlays), []).get(key)
    if folder is None:
        raise NotFound(f"Không có bản thảo {key}.", f"There is no draft {key}.")
    if folder.locked:
        raise Conflict(f"{key} đã có hiệu lực.", f"{key} is in force already.")
    edition = catalog.drafts[key]
    problems = [*catalog.draft_problems(key)]
    if not problems:
        problems += sample_problems(edition, read_samples(folder))
    return Readiness(edition, tuple(problems), tuple(_unread(edition)))


def _unread(edition: Edition) -> Iterator[str]:
    for name, why in edition.source.items():
        kind, _, item = name.partition(".")
        if kind == "unread":
            yield f"{item}: {why}"


def publish(base: Path, overlays: Sequence[Path], key: str) -> Readiness:
    """The edition is locked in the folder it stands in, and the next start of the hub opens it for filing.

    SchemaError with every problem if it is not ready; nothing is written then. NotFound and Conflict as for
    :func:`readiness`.
    """
    found = readiness(base, overlays, key)
    if not found.ready:
        raise SchemaError(list(found.problems))
    home = next(root for root in (base, *overlays) if (root / "regimes" / key).is_dir())
    write_lock(home, [found.edition], [key])
    return found
