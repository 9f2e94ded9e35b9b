"""An edition as PDF and as Word: made from its own stored JSON when first asked for, then kept with its files for good.

Both say what the edition says and nothing newer, so it does not matter when they are made. They are not made with the
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
from hub.writers.publication_print import write_publication_docx, write_publication_pdf


@dataclass(frozen=True, slots=True)
class _Kind:
    media_type: str
    write: Callable[[bytes], bytes]


_KINDS: Mapping[str, _Kind] = {
    "pdf": _Kind("application/pdf", lambda stored: write_publication_pdf(read_tables_json(stored), stored)),
    "docx": _Kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        lambda stored: write_publication_docx(read_tables_json(stored)),
    ),
}


def names(row: PublicationRow) -> dict[str, str]:
    """What the documents of an edition are called, by format: ``pdf`` and ``docx``."""
    stem = publications.json_name(row).removesuffix(".json")
    return {kind: f"{stem}.{kind}" for kind in _KINDS}


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
    content = _KINDS[kind].write(stored.content)
    made = PublicationFile(name, _KINDS[kind].media_type, hashlib.sha256(content).hexdigest(), content)
    with core.database.write() as connection:
        publications.keep_file(connection, row.id, made)
        return publications.file(connection, row.id, name)
