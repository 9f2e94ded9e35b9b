"""What an upload did not take in, given back in a file of the same kind with the reasons, ready to be corrected."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO

from hub.domain.access import Actor
from hub.domain.envelope import Receipt
from hub.domain.findings import Finding
from hub.errors import HubError, NotFound
from hub.readers.bundle import is_bundle
from hub.readers.dispatch import door_of
from hub.readers.limits import Limits
from hub.readers.xlsx_many import is_many
from hub.services import many_units, marked, uploads
from hub.services.core import Core
from hub.services.receipts import receipt_from_json
from hub.services.refused_documents import WRITERS, write_list
from hub.store import submissions
from hub.store import uploads as stored
from hub.store.database import Connection
from hub.store.uploads import Upload, UploadReport

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIST_NAME = "ly-do.csv"
_ENDING = "_bi-tu-choi"
_IN_MEMORY = 4 * 1024 * 1024


def refused_file(core: Core, actor: Actor, upload_id: str, now: datetime) -> tuple[str, str, IO[bytes]]:
    """(file name, media type, file at its beginning) with the refused reports alone. NotFound if there are none.

    XML, JSON and CSV: the refused reports as they stood, with reasons that the readers pass over. An archive: the
    refused workbooks, marked, and a list. One workbook: itself, marked. What could not be read at all: a list.
    """
    upload = uploads.open_one(core, actor, upload_id)
    if not upload.finished or not upload.refused:
        raise NotFound
    with core.database.read() as connection:
        content = submissions.content(connection, upload.sha256)
        if is_bundle(content):
            return _named(upload, "zip"), "application/zip", _archive(core, actor, connection, upload, now)
        door = door_of(content, upload.filename, upload.media_type)
        limits = Limits(max_bytes=core.config.max_upload_bytes)
        if door == "xlsx" and not is_many(content, limits):
            return _workbook(core, actor, connection, upload, now)
        out = _file()
        if door == "xlsx" and not _unreadable(connection, upload):
            many_units.write_refused(content, _by_number(connection, upload), out, core.config.max_upload_bytes)
            media = XLSX
        elif door not in WRITERS or _unreadable(connection, upload):
            write_list(_by_name(connection, upload), out)
            door, media = "csv", "text/csv"
        else:
            writer, media = WRITERS[door]
            writer(content, _by_number(connection, upload), out)
    out.seek(0)
    return _named(upload, door), media, out


def _file() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(_IN_MEMORY)  # closed by who reads it


def _named(upload: Upload, ending: str) -> str:
    """The sender's own file name with an ending that is added once, however many rounds there were."""
    stem = upload.filename.rpartition(".")[0] or upload.filename or "bao-cao"
    return f"{stem.removesuffix(_ENDING)}{_ENDING}.{ending}"


def _refused(connection: Connection, upload: Upload) -> Iterator[tuple[UploadReport, Receipt]]:
    for report in stored.every_report(connection, upload.id, "refused"):
        yield report, receipt_from_json(report.receipt)


def _by_number(connection: Connection, upload: Upload) -> Iterator[tuple[int, tuple[Finding, ...]]]:
    return ((report.number, receipt.findings) for report, receipt in _refused(connection, upload))


def _by_name(connection: Connection, upload: Upload) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    return ((report.member or upload.filename, receipt.findings) for report, receipt in _refused(connection, upload))


def _unreadable(connection: Connection, upload: Upload) -> bool:
    """True if the file as a whole was refused: there is no report in it that could be copied."""
    _, receipt = next(_refused(connection, upload))
    return upload.reports == 1 and any(finding.stage == "file" for finding in receipt.findings)


def _workbook(
    core: Core, actor: Actor, connection: Connection, upload: Upload, now: datetime
) -> tuple[str, str, IO[bytes]]:
    _, receipt = next(_refused(connection, upload))
    out = _file()
    marked_one = _marked(core, actor, receipt, now)
    if marked_one is None:
        write_list(_by_name(connection, upload), out)
        out.seek(0)
        return _named(upload, "csv"), "text/csv", out
    out.write(marked_one[1])
    out.seek(0)
    return marked_one[0], XLSX, out


def _archive(core: Core, actor: Actor, connection: Connection, upload: Upload, now: datetime) -> IO[bytes]:
    """Each refused workbook marked, under its own name; the list says why also those that could not be opened."""
    out, listed = _file(), _file()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for report, receipt in _refused(connection, upload):
            marked_one = _marked(core, actor, receipt, now)
            if marked_one is not None:
                folder = report.member.rpartition("/")[0]
                archive.writestr(f"{folder}/{marked_one[0]}".lstrip("/"), marked_one[1])
        write_list(_by_name(connection, upload), listed)
        listed.seek(0)
        archive.writestr(LIST_NAME, listed.read())
    out.seek(0)
    return out


def _marked(core: Core, actor: Actor, receipt: Receipt, now: datetime) -> tuple[str, bytes] | None:
    """None for what was never kept as an arrival of its own: a member that was not opened, or a trial."""
    if not receipt.submission_id:
        return None
    try:
        return marked.marked(core, actor, receipt.submission_id, now)
    except HubError:
        return None
