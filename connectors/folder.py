"""A watched folder: files left in it are taken in by name order, then moved to ``done`` or ``refused`` with a receipt.

Nothing is ever deleted or overwritten. Whoever writes slowly names the file ``*.part`` or ``*.tmp`` and renames it.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from connectors.base import ConnectorFault, Cursor, Fetched, FetchLimits, Outcome, Visit, idempotency_key
from hub.domain.envelope import Door, Envelope

UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
DOORS: dict[str, tuple[Door, str]] = {
    ".xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".xml": ("xml", "application/xml"),
    ".json": ("json", "application/json"),
    ".csv": ("csv", "text/csv"),
}
RECEIPT = ".receipt.json"
LONGEST_NAME = 255
"""Bytes of a file name on the file systems in use."""


@dataclass(slots=True)
class FolderConnector:
    """Watches ``folder``. A file is taken when its size and time do not change for ``quiet`` seconds."""

    folder: Path
    name: str = "folder"
    quiet: float = 1.0
    sleep: Callable[[float], None] = field(default=time.sleep)

    def fetch(self, cursor: Cursor, limits: FetchLimits, visit: Visit) -> Iterator[Fetched]:
        """Each settled file in name order. Files that may not be read (links, too large) are refused on the spot."""
        try:
            self._prepare()
            names = self._settled_names()[: limits.max_items]
        except OSError as error:
            raise ConnectorFault(
                f"Không mở được thư mục nhận tệp: {_reason(error)}.", f"The inbox cannot be opened: {_reason(error)}."
            ) from None
        for name in names:
            content = self._content(name, limits.max_bytes, visit)
            if content is not None:
                yield self._fetched(name, *content)

    def settle(self, fetched: Fetched, outcome: Outcome) -> None:
        """The file stands in ``done`` or ``refused`` with ``<name>.receipt.json`` beside it; a repeat moves nothing."""
        name = fetched.key.rsplit("@", 1)[0]
        if (self.folder / name).is_symlink() or (self.folder / name).exists():
            self._put_away(name, "done" if outcome.accepted else "refused", outcome.receipt)

    def _prepare(self) -> None:
        for folder in (self.folder, self.folder / "done", self.folder / "refused"):
            folder.mkdir(parents=True, exist_ok=True)

    def _settled_names(self) -> list[str]:
        first = self._looks()
        if not first:
            return []
        self.sleep(self.quiet)
        second = self._looks()
        return sorted(name for name, look in first.items() if second.get(name) == look)

    def _looks(self) -> dict[str, tuple[int, int]]:
        looks = {}
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if not _is_waiting(entry):
                    continue
                with contextlib.suppress(FileNotFoundError):
                    seen = entry.stat(follow_symlinks=False)
                    looks[entry.name] = (seen.st_size, seen.st_mtime_ns)
        return looks

    def _content(self, name: str, max_bytes: int, visit: Visit) -> tuple[bytes, int] | None:
        """Bytes and time of a plain file; None after refusing what is a link, no file, too large or cannot be read."""
        try:
            handle = os.open(self.folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno == errno.ELOOP:
                return self._refused(name, "là liên kết, không phải tệp", "is a link, not a file", visit)
            return self._refused(
                name, f"không đọc được ({_reason(error)})", f"cannot be read ({_reason(error)})", visit
            )
        with os.fdopen(handle, "rb") as file:
            seen = os.fstat(file.fileno())
            if not stat.S_ISREG(seen.st_mode):
                return self._refused(name, "không phải tệp thường", "is not a plain file", visit)
            if seen.st_size > max_bytes:
                return self._refused(
                    name,
                    f"có {seen.st_size} byte, lớn hơn mức cho phép {max_bytes} byte",
                    f"has {seen.st_size} bytes, more than the {max_bytes} allowed",
                    visit,
                )
            content = file.read(max_bytes + 1)
        # A file that grew or shrank while it was read is still being written: it waits for the next visit.
        return (content, seen.st_mtime_ns) if len(content) == seen.st_size else None

    def _fetched(self, name: str, content: bytes, changed: int) -> Fetched:
        door, media_type = DOORS.get(Path(name).suffix.lower(), ("json", "application/octet-stream"))
        key = f"{name}@{changed}"
        envelope = Envelope(
            content=content,
            door=door,
            filename=shown(name),
            media_type=media_type,
            idempotency_key=idempotency_key(self.name, key, content),
            intent="send",
            via=self.name,
        )
        return Fetched(envelope, {"last": shown(name)}, key)

    def _refused(self, name: str, vi: str, en: str, visit: Visit) -> tuple[bytes, int] | None:
        receipt = {"verdict": "refused", "file": shown(name), "message": {"vi": f"Tệp {vi}.", "en": f"The file {en}."}}
        self._put_away(name, "refused", json.dumps(receipt, ensure_ascii=False, indent=1).encode())
        visit.refused.append(f"{shown(name)}: tệp {vi} / {en}")
        return None

    def _put_away(self, name: str, where: str, receipt: bytes) -> None:
        """The receipt is written first, by an exclusive create: it reserves a name that nothing else has."""
        try:
            target = self._reserve(self.folder / where, name, receipt)
            try:
                os.rename(self.folder / name, target)
            except FileNotFoundError:  # somebody took the file away; its receipt would tell of nothing
                (target.parent / (target.name + RECEIPT)).unlink(missing_ok=True)
        except OSError as error:
            raise ConnectorFault(
                f"Không chuyển được tệp {shown(name)}: {_reason(error)}.",
                f"The file {shown(name)} cannot be moved: {_reason(error)}.",
            ) from None

    def _reserve(self, folder: Path, name: str, receipt: bytes) -> Path:
        for number in range(1, 100_000):
            target = folder / _numbered(name, number)
            if os.path.lexists(target):
                continue
            try:
                with open(folder / (target.name + RECEIPT), "xb") as file:
                    file.write(receipt)
                    file.flush()
                    os.fsync(file.fileno())
            except FileExistsError:
                continue
            return target
        raise ConnectorFault("Thư mục kết quả đã đầy.", "The folder of results is full.")


def shown(name: str) -> str:
    """A file name as text that may be stored: NFC, and no bytes that are not UTF-8."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _is_waiting(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith((".", "~$")) or entry.name.lower().endswith(UNFINISHED):
        return False
    return not entry.is_dir(follow_symlinks=False)


def _numbered(name: str, number: int) -> str:
    """``report.xlsx``, ``report-2.xlsx``, …, cut so that the receipt's name still fits."""
    stem, suffix = os.path.splitext(name)
    ending = (f"-{number}" if number > 1 else "") + suffix
    room = LONGEST_NAME - len(os.fsencode(ending)) - len(RECEIPT)
    return os.fsdecode(os.fsencode(stem)[:room]) + ending


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else "OSError"
