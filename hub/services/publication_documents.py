"""An edition as PDF, Word and Data Package: made from its own stored JSON when first asked for, then kept for good.

They say what the edition says and nothing newer, so it does not matter when they are made. They are not made with the
edition itself because a hundred editions of one morning would take minutes, and few of them are ever printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hub.readers.tables_json import read_tables_json
from hub.services.core import Core
from hub.store import publications
from hub.store.publications import PublicationFile, PublicationRow
from hub.writers.publication_package import write_publication_package
from hub.writers.publication_print import write_publication_docx, write_publication_pdf


@dataclass(frozen=True, slots=True)
class _Kind:
    """``write`` makes it of the edition's name and its stored JSON."""

    media_type: str
    ending: str
    write: Callable[[str, bytes], bytes]


_KINDS: Mapping[str, _Kind] = {
    "pdf": _Kind(
        "application/pdf", "pdf", lambda _, stored: write_publication_pdf(read_tables_json(stored), stored)
    ),
    "docx": _Kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx",
        lambda _, stored: write_publication_docx(read_tables_json(stored)),
    ),
    "package": _Kind(
        "application/zip", "zip",
        lambda name, stored: write_publication_package(read_tables_json(stored), name, stored),
    ),
}  # fmt: skip


def names(row: PublicationRow) -> dict[str, str]:
    """What the documents of an edition are called, by format: ``pdf``, ``docx`` and ``package``."""
    return {format: f"{_stem(row)}.{kind.ending}" for format, kind in _KINDS.items()}


def format_of(row: PublicationRow, name: str) -> str:
    """The format of the edition's document of that name; empty where it has no such document."""
    return next((format for format, its in names(row).items() if its == name), "")


def _stem(row: PublicationRow) -> str:
    return publications.json_name(row).removesuffix(".json")


def document(core: Core, row: PublicationRow, kind: str) -> PublicationFile | None:
    """The edition's document; kept from now on, and the same bytes ever after. None for an unknown kind.

    To be asked outside of a transaction: the caller has seen to it that the reader may have the edition.
    """
    if kind not in _KINDS:
        return None
    name = names(row)[kind]
    with core.database.read() as connection:
        found = publications.file(connection, row.id, name)
        stored = publications.file(connection, row.id, publications.json_name(row))
    if found is not None or stored is None:
        return found
    content = _KINDS[kind].write(_stem(row), stored.content)
    made = PublicationFile(name, _KINDS[kind].media_type, hashlib.sha256(content).hexdigest(), content)
    with core.database.write() as connection:
        publications.keep_file(connection, row.id, made)
        return publications.file(connection, row.id, name)
