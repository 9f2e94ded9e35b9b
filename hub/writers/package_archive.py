"""The zip of a frictionless Data Package: its files, one after another, each described with its size and its hash."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA_TYPE = "application/zip"
_LINES_AT_ONCE = 1_000
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip, so that the same figures give the same bytes."""

Field = dict[str, Any]


def slug(text: str) -> str:
    """Lower-case letters, digits, dots, underscores and hyphens: what names and paths of a package may hold."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-.")


def field_of(name: str, kind: str, vi: str, en: str, *, required: bool = False, **constraints: Any) -> Field:
    """A column of a table: its type, what it is called in both languages, and what it must keep to."""
    found: Field = {"name": name, "type": kind, "title": vi, "description": en}
    held = ({"required": True} if required else {}) | constraints
    return found | {"constraints": held} if held else found


def add_table(
    archive: zipfile.ZipFile, path: str, name: str, fields: list[Field], lines: Iterable[list[str]], key: list[str],
    elsewhere: Mapping[str, list[str]],
) -> dict[str, Any]:  # fmt: skip
    """Writes one CSV and gives its description; ``elsewhere``: the tables that list what its columns may hold."""
    size, sha256 = add_file(archive, path, _csv([each["name"] for each in fields], lines))
    schema: dict[str, Any] = {"fields": fields, "primaryKey": key, "missingValues": [""]}
    if elsewhere:
        schema["foreignKeys"] = [
            {"fields": columns, "reference": {"resource": listed, "fields": columns}}
            for listed, columns in elsewhere.items()
        ]
    return {
        "name": name, "type": "table", "path": path, "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "bytes": size, "hash": f"sha256:{sha256}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True}, "schema": schema,
    }  # fmt: skip


def _csv(head: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[bytes]:
    yield _csv_bytes([head])
    iterator = iter(lines)
    while taken := list(islice(iterator, _LINES_AT_ONCE)):
        yield _csv_bytes(taken)


def _csv_bytes(lines: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(lines)
    return buffer.getvalue().encode()


def add_file(archive: zipfile.ZipFile, path: str, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Writes one file of the zip; its size and its hash."""
    size, digest = 0, hashlib.sha256()
    info = zipfile.ZipInfo(path, _FIRST_DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    with archive.open(info, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)
            size += len(piece)
            digest.update(piece)
    return size, digest.hexdigest()
