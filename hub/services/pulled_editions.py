"""Files of issued editions as programs pull them over and over: read from the database and compressed once.

An issued edition never changes, so what was read of it stays true; who may read it is asked anew each time.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import datetime

from hub.domain.access import Actor
from hub.errors import NotFound
from hub.services import publication_documents
from hub.services.core import Core
from hub.services.kept import Kept
from hub.services.seeing import may_read_report
from hub.store import publications

KEPT_BYTES = 64 * 1024 * 1024
"""So much is kept in memory; what was not asked for longest goes first."""
LEAST = 1_000
"""Bytes below which compressing gains nothing."""
_TEXTS = ("application/json", "text/", "application/xml")


@dataclass(frozen=True, slots=True)
class PulledFile:
    """``content`` byte for byte as issued; ``packed`` the same by gzip, None where that gains nothing."""

    report: str
    media_type: str
    sha256: str
    content: bytes
    packed: bytes | None

    @property
    def size(self) -> int:
        return len(self.content) + len(self.packed or b"")


class PulledFiles:
    """What one process keeps of the files of editions. Safe to share between threads."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._kept: Kept[tuple[str, str, str], PulledFile] = Kept(most)

    def file(self, core: Core, actor: Actor, publication_id: str, name: str, now: datetime) -> PulledFile:
        """One file of an edition. NotFound where there is none, or the actor may not read it, alike."""
        key = (core.database.url, publication_id, name)
        found = self._kept.get(key)
        if found is None:
            found = _read(core, actor, publication_id, name, now)
            self._kept.keep(key, found, found.size)
        elif not may_read_report(core, actor, found.report, now):
            raise NotFound
        return found


def _read(core: Core, actor: Actor, publication_id: str, name: str, now: datetime) -> PulledFile:
    """From the database; a document that nobody has asked for yet is made first."""
    with core.database.read() as connection:
        report = publications.report_of(connection, publication_id)
        if report is None or not may_read_report(core, actor, report, now):
            raise NotFound
        stored = publications.get(connection, publication_id)
        file = publications.file(connection, publication_id, name)
    if file is None and stored is not None:
        file = publication_documents.document(core, stored[0], publication_documents.format_of(stored[0], name))
    if file is None:
        raise NotFound
    text = file.media_type.startswith(_TEXTS) and len(file.content) >= LEAST
    packed = gzip.compress(file.content, 9, mtime=0) if text else None
    return PulledFile(report, file.media_type, file.sha256, file.content, packed)
