"""The one file of an issued edition that stands for a format; the same bytes each time it is asked for."""

from __future__ import annotations

import hashlib
import io
import zipfile

from hub.services import publication_documents
from hub.services.core import Core
from hub.store import publications
from hub.store.database import Connection
from hub.store.publications import PublicationFile, PublicationRow

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The only moment that every zip holds: the files' own say when they were issued."""


def file_in(core: Core, connection: Connection, row: PublicationRow, format: str) -> PublicationFile | None:
    """The edition's file in that format; all its CSV files in one zip; None where it was issued without such a file.

    The PDF, the Word file and the Data Package are made if nobody has asked for them yet, in a transaction of their
    own: the one that is open must be for reading.
    """
    names = [name for name, *_ in publications.files(connection, row.id)]
    if format == "json":
        return publications.file(connection, row.id, publications.json_name(row))
    if format == "csv":
        return _zipped(connection, row, [name for name in names if name.endswith(".csv")])
    if format in publication_documents.names(row):
        return publication_documents.document(core, row, format)
    found = next((name for name in names if name.endswith(f".{format}")), None)
    return publications.file(connection, row.id, found) if found is not None else None


def _zipped(connection: Connection, row: PublicationRow, names: list[str]) -> PublicationFile | None:
    if not names:
        return None
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(names):
            file = publications.file(connection, row.id, name)
            assert file is not None
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), file.content, zipfile.ZIP_DEFLATED)
    content = written.getvalue()
    name = publications.json_name(row).removesuffix(".json") + "_csv.zip"
    return PublicationFile(name, "application/zip", hashlib.sha256(content).hexdigest(), content)
