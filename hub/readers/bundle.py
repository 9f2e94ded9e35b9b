"""A ZIP of workbooks: its members, each checked by the guard of every archive; no archive inside an archive."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace

from hub.readers.guard import Archive, Refusal, open_archive
from hub.readers.limits import MIB, Limits

MOST_MEMBERS = 5_000
"""Workbooks in one file: as many as there may be reports."""
_WORKBOOK = "[Content_Types].xml"
_IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def is_bundle(content: bytes) -> bool:
    """True for a ZIP that is no office document itself."""
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, zlib.error):
        return False
    return _WORKBOOK not in names and "mimetype" not in names and any(not name.endswith("/") for name in names)


def open_bundle(content: bytes, limits: Limits) -> Archive:
    """The archive, checked but not unpacked; together its members may unpack to ten times the largest file.

    Refusal if it cannot be trusted.
    """
    most = min(limits.max_unpacked, 10 * limits.max_bytes)
    wide = replace(limits, max_entries=MOST_MEMBERS, max_unpacked=most, max_part=max(limits.max_bytes, MIB))
    return open_archive(content, wide)


def members(archive: Archive) -> list[str]:
    """The names of the files in it that people put there, in order."""
    return sorted(
        name
        for name in archive.names
        if not name.endswith("/") and not any(part in name for part in _IGNORED) and not _lock_file(name)
    )


def unpacked(archive: Archive, names: list[str]) -> Iterator[tuple[str, bytes | Refusal]]:
    """Each member's bytes, one at a time; a Refusal for one that is damaged, an archive itself, or too large."""
    for name in names:
        try:
            content = archive.read(name)
        except Refusal as refusal:
            yield name, refusal
            continue
        yield name, Refusal("workbook_is_archive", name) if is_bundle(content) else content


def _lock_file(name: str) -> bool:
    """Excel's own note that somebody has the workbook open."""
    return name.rpartition("/")[2].startswith("~$")
