"""The first, cheap look at bytes that claim to be a workbook: what they are, and whether the zip can be trusted.

Nothing is unpacked before the zip's directory was checked against the file itself: every entry must stand where the
directory says, under the same name, without overlaps. What is unpacked is counted while it is unpacked, so a declared
size is never believed (P16, P17; design.md section 6).
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

from hub.readers.limits import MIB, Limits

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_END = struct.Struct("<4sHHHHLLH")
_END64 = struct.Struct("<4sQHHLLQQQQ")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_KINDS: dict[str, tuple[bytes, ...]] = {
    "workbook_is_pdf": (b"%PDF-",),
    "workbook_is_picture": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*"),
    "workbook_is_archive": (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xfd7zXZ", b"BZh"),
}
_DESCRIPTOR = 24
"""Most bytes that may follow an entry's data: signature, checksum and two 64-bit sizes."""


class Refusal(Exception):
    """The file cannot be read at all; ``code`` is one of the workbook problems."""

    def __init__(self, code: str, found: str | None = None, sheet: str | None = None, cell: str | None = None) -> None:
        super().__init__(code)
        self.code, self.found, self.sheet, self.cell = code, found, sheet, cell


@dataclass
class Archive:
    """A zip whose directory was found sound. ``names`` lists its entries; :meth:`read` unpacks one of them."""

    content: bytes
    limits: Limits
    entries: dict[str, tuple[zipfile.ZipInfo, int]]
    unpacked: int = field(default=0)

    @property
    def names(self) -> list[str]:
        return list(self.entries)

    def declared(self, names: list[str]) -> int:
        """Bytes that these entries declare to unpack to; :meth:`read` holds them to it."""
        return sum(self.entries[name][0].file_size for name in names if name in self.entries)

    def read(self, name: str) -> bytes:
        """The unpacked bytes of an entry, exactly as many as declared and with the declared checksum, else Refusal."""
        if name not in self.entries:
            raise Refusal("workbook_broken", name)
        info, start = self.entries[name]
        if info.file_size > self.limits.max_part:
            raise Refusal("zip_bomb", name)
        packed = self.content[start : start + info.compress_size]
        data = packed if info.compress_type == zipfile.ZIP_STORED else _inflate(packed, info)
        if len(data) != info.file_size or zlib.crc32(data) != info.CRC:
            raise Refusal("zip_broken", name)
        self.unpacked += len(data)
        return data


def _inflate(packed: bytes, info: zipfile.ZipInfo) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(packed, info.file_size + 1)
    except zlib.error as error:
        raise Refusal("zip_broken", info.filename) from error
    if len(data) > info.file_size:
        raise Refusal("zip_bomb", info.filename)
    if not inflater.eof or inflater.unused_data:
        raise Refusal("zip_broken", info.filename)
    return data


def open_archive(content: bytes, limits: Limits) -> Archive:
    """The archive, checked but not unpacked. Refusal if the bytes are no workbook or their zip cannot be trusted."""
    if len(content) > limits.max_bytes:
        raise Refusal("file_too_large", f"{len(content)} bytes")
    _must_be_zip(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos, start_of_directory = archive.infolist(), archive.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error, zlib.error) as error:
        raise Refusal("zip_broken") from error
    _check_end(content, start_of_directory, len(infos))
    _check_entries(infos, limits)
    return Archive(content, limits, _place_entries(content, infos, start_of_directory))


def _must_be_zip(content: bytes) -> None:
    """Refusal that says what the bytes are, unless they begin and end as a zip."""
    if content.startswith(b"PK\x03\x04"):
        return
    if not content.strip():
        raise Refusal("file_empty")
    if content.startswith(_OLE):
        raise Refusal("workbook_encrypted" if _ENCRYPTED_PACKAGE in content else "workbook_old_format")
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise Refusal("workbook_xml_2003")
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<table", b"<meta")):
        raise Refusal("file_is_html")
    if content.startswith((b"\x09\x08", b"\x09\x04", b"\x09\x02")):
        raise Refusal("workbook_old_format")
    raise Refusal("zip_broken" if content.startswith(b"PK") else _named(content))


def _named(content: bytes) -> str:
    """The code that says what some other kind of file is."""
    for code, beginnings in _KINDS.items():
        if content.startswith(beginnings):
            return code
    head = content[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "workbook_is_text"
    readable = not any(byte < 32 and byte not in b"\t\n\r\f" for byte in head)
    return "workbook_is_text" if readable else "workbook_not_excel"


def _check_end(content: bytes, start_of_directory: int, count: int) -> None:
    """The end record closes the file, follows the directory, and there is one story only about both."""
    end = len(content) - _END.size
    if end < 0 or content[end : end + 4] != b"PK\x05\x06":
        raise Refusal("zip_broken")
    _, disk, disk_of_directory, here, entries, size, offset, comment = _END.unpack_from(content, end)
    if comment or disk or disk_of_directory or here != entries:
        raise Refusal("zip_unsafe")
    if content[end - 20 : end - 16] == b"PK\x06\x07":
        end = struct.unpack_from("<Q", content, end - 12)[0]
        if end + _END64.size + 20 + _END.size != len(content) or content[end : end + 4] != b"PK\x06\x06":
            raise Refusal("zip_unsafe")
        *_, entries64, size64, offset64 = _END64.unpack_from(content, end)
        agree = entries in (0xFFFF, entries64) and size in (2**32 - 1, size64) and offset in (2**32 - 1, offset64)
        if not agree:
            raise Refusal("zip_unsafe")
        entries, size, offset = entries64, size64, offset64
    if entries != count or offset != start_of_directory or offset + size != end:
        raise Refusal("zip_unsafe")


def _check_entries(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Number, names, kinds and declared sizes of the entries."""
    if len(infos) > limits.max_entries:
        raise Refusal("zip_too_many_entries", str(len(infos)))
    if len({info.filename.lower() for info in infos}) != len(infos):
        raise Refusal("zip_unsafe", "duplicate names")
    for info in infos:
        name = info.orig_filename
        if info.flag_bits & 0x1:
            raise Refusal("workbook_encrypted", name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refusal("zip_unsafe", name)
        if name.startswith("/") or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/"):
            raise Refusal("zip_unsafe", name)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Refusal("zip_unsafe", name)
        if info.file_size > MIB and info.file_size > limits.max_ratio * max(info.compress_size, 1):
            raise Refusal("zip_bomb", name)
    if sum(info.file_size for info in infos) > limits.max_unpacked:
        raise Refusal("zip_bomb")


def _place_entries(
    content: bytes, infos: list[zipfile.ZipInfo], start_of_directory: int
) -> dict[str, tuple[zipfile.ZipInfo, int]]:
    """Entry name → (entry, where its data begins). The local headers must tell the same as the directory."""
    placed: dict[str, tuple[zipfile.ZipInfo, int]] = {}
    free = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        offset = info.header_offset
        if offset < free or offset > free + _DESCRIPTOR or offset + _LOCAL.size > start_of_directory:
            raise Refusal("zip_unsafe", info.filename)
        signature, _, flags, method, _, _, _, _, _, name_length, extra_length = _LOCAL.unpack_from(content, offset)
        begin = offset + _LOCAL.size
        name = content[begin : begin + name_length]
        encoding = "utf-8" if info.flag_bits & 0x800 else "cp437"
        same = (signature, flags, method) == (b"PK\x03\x04", info.flag_bits, info.compress_type)
        if not same or name != info.orig_filename.encode(encoding, "replace"):
            raise Refusal("zip_unsafe", info.filename)
        data = begin + name_length + extra_length
        free = data + info.compress_size
        if free > start_of_directory:
            raise Refusal("zip_unsafe", info.filename)
        placed[info.filename] = (info, data)
    if start_of_directory > free + _DESCRIPTOR:
        raise Refusal("zip_unsafe")
    return placed
