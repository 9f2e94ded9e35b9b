"""The zip's directory is believed only where the file tells the same, and nothing is unpacked beyond its word."""

from __future__ import annotations

import io
import struct
import zipfile

from hub.readers.guard import Refusal, open_archive
from hub.readers.limits import Limits


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(content: bytes, limits: Limits | None = None, read: str | None = None) -> str:
    try:
        archive = open_archive(content, limits or Limits())
        if read:
            archive.read(read)
    except Refusal as refused:
        return refused.code
    return "accepted"


def test_a_sound_zip_gives_back_its_parts():
    archive = open_archive(zipped(a=b"first", b=b"second"), Limits())
    assert archive.names == ["a", "b"]
    assert (archive.read("a"), archive.read("b")) == (b"first", b"second")


def test_a_part_that_is_not_there_is_refused():
    assert refusal(zipped(a=b"1"), read="b") == "workbook_broken"


def test_a_file_over_the_limit_is_refused_before_anything_else():
    assert refusal(b"PK\x03\x04" + b"\0" * 100, Limits(max_bytes=50)) == "file_too_large"


def test_more_entries_than_allowed_are_refused():
    assert refusal(zipped(a=b"", b=b"", c=b""), Limits(max_entries=2)) == "zip_too_many_entries"


def test_declared_sizes_count_together():
    assert refusal(zipped(a=b"x" * 600, b=b"x" * 600), Limits(max_unpacked=1000)) == "zip_bomb"


def test_a_part_over_its_own_limit_is_not_unpacked():
    assert refusal(zipped(a=b"x" * 600), Limits(max_part=500), read="a") == "zip_bomb"


def test_a_part_that_holds_more_than_it_declares_is_stopped_one_byte_later():
    content = bytearray(zipped(a=b"x" * 5000))
    directory = content.find(b"PK\x01\x02")
    struct.pack_into("<L", content, directory + 24, 10)
    assert refusal(bytes(content), read="a") == "zip_bomb"


def test_zip64_records_are_read_where_they_agree():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("a", "w", force_zip64=True) as part:
        part.write(b"first")
    assert open_archive(buffer.getvalue(), Limits()).read("a") == b"first"


def with_zip64_end(content: bytes, entries: int) -> bytes:
    """The same zip with a zip64 end record that says how many entries there are."""
    end = content.rfind(b"PK\x05\x06")
    *_, size, offset, _ = struct.unpack("<4sHHHHLLH", content[end:])
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return content[:end] + record + locator + content[end:]


def test_a_zip64_end_record_must_tell_the_same_as_the_classic_one():
    content = zipped(a=b"1", b=b"2")
    assert open_archive(with_zip64_end(content, 2), Limits()).names == ["a", "b"]
    assert refusal(with_zip64_end(content, 1)) == "zip_unsafe"


def test_a_gap_between_entries_hides_nothing():
    content = zipped(a=b"1")
    start = content.find(b"PK\x01\x02")
    end = content.rfind(b"PK\x05\x06")
    gap = b"hidden" * 20
    tail = bytearray(content[end:])
    struct.pack_into("<L", tail, 16, start + len(gap))
    assert refusal(content[:start] + gap + content[start:end] + bytes(tail)) == "zip_unsafe"
