"""A folder into which issued editions are put, each file under its own name with a note of what it is beside it.

A file appears whole or not at all, and is never overwritten. The same file again is there already; another one of the
same name is refused.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from connectors.outgoing import Parcel, ParcelRefused, TargetAway

NOTE = ".delivery.json"


@dataclass(slots=True)
class OutgoingFolder:
    """Delivers into ``folder``, which is made if it is not there."""

    folder: Path
    name: str = "folder"

    def deliver(self, parcel: Parcel) -> None:
        """``<name>`` and ``<name>.delivery.json`` stand in the folder, on disk; the note last, so that it says so."""
        note = json.dumps(
            {"file": parcel.name, "sha256": parcel.sha256, "media_type": parcel.media_type} | parcel.about,
            ensure_ascii=False, indent=1, sort_keys=True,
        ).encode()  # fmt: skip
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._put(_plain(parcel.name), parcel.content)
            self._put(_plain(parcel.name) + NOTE, note)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else "OSError"
            raise TargetAway(f"the folder cannot be written to: {reason}") from None

    def _put(self, name: str, content: bytes) -> None:
        target = self.folder / name
        if self._stands(target, content):
            return
        unfinished = self.folder / f".{secrets.token_hex(8)}.part"
        try:
            with unfinished.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._name(unfinished, target, content)
        finally:
            with contextlib.suppress(FileNotFoundError):
                unfinished.unlink()
        _keep_on_disk(self.folder)

    def _name(self, unfinished: Path, target: Path, content: bytes) -> None:
        """Unlike renaming, linking never replaces what came in the meantime; not every file system can."""
        try:
            os.link(unfinished, target)
        except FileExistsError:
            self._stands(target, content)
        except OSError as error:
            if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS}:
                raise
            os.rename(unfinished, target)

    def _stands(self, target: Path, content: bytes) -> bool:
        """Whether the very file is there; ParcelRefused if another one has its name."""
        try:
            there = target.read_bytes()
        except FileNotFoundError:
            return False
        if hashlib.sha256(there).digest() != hashlib.sha256(content).digest():
            raise ParcelRefused(f"another file named {target.name} is there already")
        return True


def _plain(name: str) -> str:
    """The name without folders; ParcelRefused for one that names no file."""
    plain = Path(name).name
    if not plain or plain.startswith("."):
        raise ParcelRefused("the file has no name of its own")
    return plain


def _keep_on_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
