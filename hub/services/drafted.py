"""An official form becomes a draft that is not kept anywhere yet: its files, what lint says, and what is unsure."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hub.catalog.drafts import Drafts
from hub.catalog.shelf import open_shelf
from hub.domain.access import Actor
from hub.domain.regime import Edition
from hub.drafting.doubts import Uncertain
from hub.drafting.draft import Hints, draft_form
from hub.drafting.files import write_draft
from hub.errors import TooLarge
from hub.services.core import Core
from hub.services.workshop import insist


@dataclass(frozen=True, slots=True)
class Drafted:
    """``files``: path as under ``report_schemas`` → text. ``edition``: None where the draft cannot be read as one."""

    key: str
    edition: Edition | None
    files: Mapping[str, str]
    doubts: tuple[Uncertain, ...]
    problems: tuple[str, ...]
    printed: int
    inferred: int


def draft(core: Core, actor: Actor, content: bytes, filename: str, hints: Hints) -> Drafted:
    """The draft of a form; nothing is stored. BadRequest or TooLarge for what is no form."""
    insist(actor)
    if len(content) > core.config.max_upload_bytes:
        raise TooLarge
    made = draft_form(content, filename, replace(hints, known_units=core.catalog.units))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        files = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in write_draft(made, root)}
        edition, problems = _read(core, root, made.key)
    printed = sum(rule["source"] == "text" for rule in made.rules)
    return Drafted(made.key, edition, files, made.uncertain, problems, printed, len(made.rules) - printed)


def _read(core: Core, folder: Path, key: str) -> tuple[Edition | None, tuple[str, ...]]:
    """The draft laid over all else, as it would stand in the workshop."""
    problems: list[str] = []
    shelf = open_shelf(core.catalog.root, (*core.catalog.overlays, folder), problems)
    drafts = Drafts(shelf)
    if shelf.folders[key].root != folder:
        return None, tuple(problems)
    found = [*problems, *drafts.problems(key)]
    return shelf.edition(key), tuple(line.replace(f"{folder}/", "") for line in dict.fromkeys(found))
