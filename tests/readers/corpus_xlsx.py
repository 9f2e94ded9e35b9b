"""A corpus of hostile, broken and odd workbooks, each with the outcome the workbook door must give it.

Every case starts from the workbook that the hub itself gives out for the small edition, filled in, and does one thing
to it. ``refused``: exactly this error and nothing accepted silently; ``accepted``: no error, and these raw values;
``warned``: no error, this warning or note. Run as a script it writes the files to a folder.
"""

from __future__ import annotations

import io
import re
import struct
import sys
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from hub.domain.form import Address
from hub.domain.regime import Edition
from hub.domain.sheet_layout import cell_name
from hub.domain.values import FormValues, Values
from hub.writers.workbook import write_workbook

Outcome = Literal["refused", "accepted", "warned"]
Expected = dict[str, Any]
NIL = "nil"

F1, F2, OUTLINE = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml", "xl/worksheets/sheet4.xml"
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS, STYLES, CUSTOM = "xl/sharedStrings.xml", "xl/styles.xml", "docProps/custom.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

BASE: dict[str, Any] = {
    "F1.r01.c01": Decimal(12), "F1.r01.c02": Decimal(5), "F1.r01.c03": Decimal(7), "F1.r01.c04": Decimal("3.5"),
    "F1.r02.c01": Decimal(8), "F1.r02.c02": Decimal(4), "F1.r02.c03": Decimal(4), "F1.r02.c04": Decimal(2),
    "F1.r03.c01": Decimal(4), "F1.r03.c02": Decimal(1), "F1.r03.c03": Decimal(3), "F1.r03.c04": Decimal("1.5"),
    "F1.r01.c06": "ghi chú",
    "F2[1].c01": "Cơ sở A", "F2[1].c02": "1", "F2[1].c03": date(2027, 1, 5), "F2[1].c04": Decimal("1.25"),
    "F2[2].c01": "Cơ sở B", "F2[2].c02": "2", "F2[2].c04": Decimal("0.1"),
}  # fmt: skip
"""The raw values of the workbook that every case starts from."""


@dataclass(frozen=True)
class Case:
    """One file: ``values`` are what must be read (``None`` where nothing may be), on top of the base where accepted."""

    name: str
    build: Callable[[Edition], bytes]
    outcome: Outcome
    code: str = ""
    values: Expected = field(default_factory=dict)
    place: str = ""


_CASES: list[Case] = []


def cases() -> list[Case]:
    """All cases, each name once."""
    return list(_CASES)


def add(
    name: str, build: Callable[[Edition], bytes], outcome: Outcome, code: str = "", place: str = "", **values: Any
) -> None:
    _CASES.append(
        Case(name, build, outcome, code, {key.replace("__", "."): value for key, value in values.items()}, place)
    )


# --- the workbook to start from ------------------------------


def base_values() -> Values:
    forms = {"F1": FormValues(), "F2": FormValues(records=[{}, {}])}
    for text, value in BASE.items():
        if text.startswith("F1."):
            _, row, column = text.split(".")
            forms["F1"].cells[row, column] = value
        else:
            forms["F2"].records[int(text[3]) - 1][text[6:]] = value
    return Values(forms, {"s1": "Nhìn chung tốt"})


def base(edition: Edition, **changes: Any) -> bytes:
    """The workbook as the hub gives it out, filled in."""
    said = {
        "unit": "P01",
        "period": "2027-M01",
        "scope": "own",
        "frequency": "monthly",
        "values": base_values(),
    } | changes
    return write_workbook(
        edition, said["unit"], "Tỉnh Thử", said["period"], said["scope"],
        frequency=said["frequency"], values=said["values"], demonstration=said.get("demonstration", False),
    )  # fmt: skip


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def edited(**edits: Callable[[bytes], bytes]) -> Callable[[Edition], bytes]:
    """A build that changes parts: the keyword names a constant of this module, e.g. ``F1=``."""

    def build(edition: Edition) -> bytes:
        parts = parts_of(base(edition))
        for name, edit in edits.items():
            part = globals()[name]
            parts[part] = edit(parts[part])
        return zipped(parts)

    return build


def with_parts(**extra: bytes) -> Callable[[Edition], bytes]:
    """A build that adds or replaces parts by path (``__`` for ``/``)."""

    def build(edition: Edition) -> bytes:
        return zipped(parts_of(base(edition)) | {name.replace("__", "/"): content for name, content in extra.items()})

    return build


def without(*names: str) -> Callable[[Edition], bytes]:
    def build(edition: Edition) -> bytes:
        return zipped({name: content for name, content in parts_of(base(edition)).items() if name not in names})

    return build


def replaced(old: str, new: str, count: int = 1) -> Callable[[bytes], bytes]:
    """Replace text that must be there."""

    def edit(part: bytes) -> bytes:
        assert old.encode() in part, old
        return part.replace(old.encode(), new.encode(), count)

    return edit


def cell(name: str, inner: str, attributes: str = "") -> Callable[[bytes], bytes]:
    """Give an existing cell of a sheet new content, keeping its style."""

    def edit(part: bytes) -> bytes:
        pattern = re.compile(rb'<c r="%s"( s="[0-9]+")?[^>]*?(?:/>|>.*?</c>)' % name.encode())
        found = pattern.search(part)
        assert found is not None, name
        new = b'<c r="%s"%s%s>%s</c>' % (name.encode(), found[1] or b"", attributes.encode(), inner.encode())
        return part[: found.start()] + new + part[found.end() :]

    return edit


def number(name: str, text: str) -> Callable[[bytes], bytes]:
    return cell(name, f"<v>{text}</v>")


def text(name: str, said: str) -> Callable[[bytes], bytes]:
    return cell(name, f'<is><t xml:space="preserve">{said}</t></is>', ' t="inlineStr"')


def styled(name: str, style: str, content: str) -> Callable[[Edition], bytes]:
    """A cell with a number format of its own (a new cell style at the end of the list)."""

    def build(edition: Edition) -> bytes:
        parts = parts_of(base(edition))
        count = int(re.search(rb'<cellXfs count="(\d+)"', parts[STYLES])[1])  # type: ignore[index]
        xf = style.encode() + b"</cellXfs>"
        parts[STYLES] = (
            parts[STYLES]
            .replace(b"</cellXfs>", xf)
            .replace(b'<cellXfs count="%d"' % count, b'<cellXfs count="%d"' % (count + 1))
        )
        sheet = F2 if name.startswith("F2!") else F1
        where = name.rpartition("!")[2]
        plain = re.sub(rb'(<c r="%s") s="[0-9]+"' % where.encode(), rb"\1", parts[sheet])
        parts[sheet] = cell(where, f"<v>{content}</v>", f' s="{count}"')(plain)
        return zipped(parts)

    return build


def all_of(*edits: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def edit(part: bytes) -> bytes:
        for one in edits:
            part = one(part)
        return part

    return edit


def row_appended(rows: str) -> Callable[[bytes], bytes]:
    return replaced("</sheetData>", rows + "</sheetData>")


def constant(content: bytes) -> Callable[[Edition], bytes]:
    return lambda edition: content


# --- not a workbook, or a broken one ------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
add("empty file", constant(b""), "refused", "file_empty")
add("white space only", constant(b" \n\t"), "refused", "file_empty")
add("plain text named xlsx", constant("Báo cáo tháng 1".encode()), "refused", "workbook_is_text")
add("CSV named xlsx", constant(b"c01,c02\n1,2\n"), "refused", "workbook_is_text")
add(
    "HTML sign-in page named xlsx",
    constant(b"<!DOCTYPE html><html><body>login</body></html>"),
    "refused",
    "file_is_html",
)
add("HTML table named xlsx", constant(b"\xef\xbb\xbf<table><tr><td>1</td></tr></table>"), "refused", "file_is_html")
add("JSON named xlsx", constant(b'{"a": 1}'), "refused", "workbook_is_text")
add("PDF named xlsx", constant(b"%PDF-1.7\n"), "refused", "workbook_is_pdf")
add(
    "XML spreadsheet of 2003",
    constant(b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'),
    "refused",
    "workbook_xml_2003",
)
add("old xls", constant(OLE + b"\0" * 2000), "refused", "workbook_old_format")
add("old xls without container", constant(b"\x09\x08\x10\x00" + b"\0" * 100), "refused", "workbook_old_format")
add(
    "workbook with a password",
    constant(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")),
    "refused",
    "workbook_encrypted",
)
add("random bytes", constant(bytes(range(256)) * 8), "refused", "workbook_not_excel")
add("gzip", constant(b"\x1f\x8b\x08\x00" + b"\0" * 50), "refused", "workbook_is_archive")
add("empty zip", constant(zipped({})), "refused", "zip_broken")
add("zip of something else", constant(zipped({"a.txt": b"a"})), "refused", "workbook_not_excel")
add(
    "Word document",
    constant(zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"})),
    "refused",
    "workbook_is_document",
)
add(
    "OpenDocument sheet",
    constant(zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"})),
    "refused",
    "workbook_open_document",
)
add(
    "binary workbook",
    constant(zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\0"})),
    "refused",
    "workbook_binary_format",
)
for share in (10, 50, 90, 99):
    add(
        f"cut off at {share} %",
        lambda edition, share=share: (lambda b: b[: len(b) * share // 100])(base(edition)),
        "refused",
        "zip_broken",
    )
add("last byte missing", lambda edition: base(edition)[:-1], "refused", "zip_broken")
add("bytes after the end", lambda edition: base(edition) + b"\n\n", "refused", "zip_broken")
add("bytes before the start", lambda edition: b"xx" + base(edition), "refused", "workbook_not_excel")
add(
    "middle overwritten",
    lambda edition: (lambda b: b[:4000] + b"\0" * 64 + b[4064:])(base(edition)),
    "refused",
    "zip_broken",
)
add("no workbook part", without(WORKBOOK), "refused", "workbook_broken")
add("no relations part", without(RELATIONS), "refused", "workbook_broken")
add("no sheet part", without(F1), "refused", "workbook_broken")
add("no shared strings", without(STRINGS), "refused", "workbook_broken")
add("no content types", without("[Content_Types].xml"), "accepted")
add("content types that lie", with_parts(**{"[Content_Types].xml": b"<Types/>"}), "accepted")
add("no styles", without(STYLES), "refused", "number_in_date", place="F2!D13")
add("no document properties", without("docProps/core.xml", "docProps/app.xml"), "accepted")
add("stored, not compressed", lambda edition: zipped(parts_of(base(edition)), zipfile.ZIP_STORED), "accepted")
add(
    "compressed with bzip2", lambda edition: zipped(parts_of(base(edition)), zipfile.ZIP_BZIP2), "refused", "zip_unsafe"
)
add("workbook part is not XML", edited(WORKBOOK=lambda p: b"not xml"), "refused", "workbook_broken")
add("workbook part is empty", edited(WORKBOOK=lambda p: b""), "refused", "workbook_broken")
add("sheet part is not XML", edited(F1=lambda p: b"not xml"), "refused", "workbook_broken")
add("sheet part cut off", edited(F1=lambda p: p[:3000]), "refused", "workbook_broken")
add("sheet part is empty", edited(F1=lambda p: b""), "refused", "workbook_broken")
add("shared strings cut off", edited(STRINGS=lambda p: p[: len(p) // 2]), "refused", "workbook_broken")
add("shared string that is not there", edited(F1=cell("H12", "<v>999999</v>", ' t="s"')), "refused", "workbook_broken")
add("unknown cell type", edited(F1=cell("D12", "<v>1</v>", ' t="zz"')), "refused", "workbook_broken")
add("two sheets of one name", edited(WORKBOOK=replaced('name="F2"', 'name="F1"')), "refused", "workbook_broken")
add(
    "relation that leads nowhere",
    edited(RELATIONS=replaced("worksheets/sheet2.xml", "worksheets/none.xml")),
    "refused",
    "workbook_broken",
)
add(
    "relation out of the package",
    edited(RELATIONS=replaced("worksheets/sheet2.xml", "../../../etc/passwd")),
    "refused",
    "workbook_broken",
)
add(
    "no sheets at all",
    edited(WORKBOOK=lambda p: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", p)),
    "refused",
    "workbook_broken",
)

# --- hostile zips ------------------------------


def _with_central(content: bytes, edit: Callable[[bytearray, int, int], None], name: bytes) -> bytes:
    """Change the headers of one entry: ``edit(bytes, local offset, central offset)``."""
    data = bytearray(content)
    central = data.find(b"PK\x01\x02")
    while data[central + 46 : central + 46 + struct.unpack_from("<H", data, central + 28)[0]] != name:
        central = data.find(b"PK\x01\x02", central + 4)
        assert central > 0
    edit(data, struct.unpack_from("<L", data, central + 42)[0], central)
    return bytes(data)


def _set(data: bytearray, at: int, form: str, value: int) -> None:
    struct.pack_into(form, data, at, value)


def _both(local: int, central: int, form: str, value: int) -> Callable[[bytearray, int, int], None]:
    def edit(data: bytearray, at_local: int, at_central: int) -> None:
        _set(data, at_local + local, form, value)
        _set(data, at_central + central, form, value)

    return edit


def tampered(edit: Callable[[bytearray, int, int], None], name: str = F1) -> Callable[[Edition], bytes]:
    return lambda edition: _with_central(base(edition), edit, name.encode())


def _bomb_part(size: int) -> Iterator[bytes]:
    head = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>'.encode()
    yield head
    for _ in range(size // (1 << 20)):
        yield b"A" * (1 << 20)
    yield b"</v></c></row></sheetData></worksheet>"


@lru_cache(maxsize=1)
def _packed_bomb(size: int) -> tuple[bytes, int, int]:
    """(deflated, checksum, size) without ever holding the whole."""
    packer, packed, checksum, total = zlib.compressobj(1, zlib.DEFLATED, -15), [], 0, 0
    for chunk in _bomb_part(size):
        packed.append(packer.compress(chunk))
        checksum, total = zlib.crc32(chunk, checksum), total + len(chunk)
    packed.append(packer.flush())
    return b"".join(packed), checksum, total


def bomb(declared: int | None = None) -> Callable[[Edition], bytes]:
    """A sheet that unpacks to 600 MB; ``declared`` is what its headers say."""

    def build(edition: Edition) -> bytes:
        packed, checksum, total = _packed_bomb(600 << 20)
        said = total if declared is None else declared
        parts = parts_of(base(edition))
        del parts[F1]
        whole = zipped(parts | {F1: b""}, zipfile.ZIP_STORED)
        end = whole.rfind(b"PK\x05\x06")
        start = struct.unpack_from("<L", whole, end + 16)[0]
        last = whole.rfind(b"PK\x03\x04", 0, start)
        name = F1.encode()
        local = struct.pack("<4sHHHHHLLLHH", b"PK\x03\x04", 20, 0, 8, 0, 33, checksum, len(packed), said, len(name), 0)
        body = whole[:last] + local + name + packed
        directory = bytearray(whole[start:end])
        at = directory.rfind(b"PK\x01\x02")
        _set(directory, at + 8, "<H", 0)
        _set(directory, at + 10, "<H", 8)
        for offset, value in ((16, checksum), (20, len(packed)), (24, said), (42, last)):
            _set(directory, at + offset, "<L", value)
        tail = bytearray(whole[end:])
        _set(tail, 16, "<L", len(body))
        return body + bytes(directory) + bytes(tail)

    return build


def many_entries(edition: Edition) -> bytes:
    return zipped(parts_of(base(edition)) | {f"xl/media/{n}.bin": b"" for n in range(2000)})


def overlapping(edition: Edition) -> bytes:
    """Two directory entries that share one entry's bytes."""
    content = base(edition)
    data = bytearray(content)
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def two_of_one_name(edition: Edition) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(base(edition)).items():
            archive.writestr(name, content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            archive.writestr(F1, b"<worksheet/>")
    return buffer.getvalue()


def symlink(edition: Edition) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts_of(base(edition)).items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def two_endings(edition: Edition) -> bytes:
    """A whole other zip hidden in the comment of the first."""
    inner = zipped({"a": b"b"})
    buffer = io.BytesIO(base(edition))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = inner
    return buffer.getvalue()


add("sheet that unpacks to 600 MB", bomb(), "refused", "zip_bomb")
add("sheet that unpacks to 600 MB and declares 100 bytes", bomb(100), "refused", "zip_bomb")
add("sheet that unpacks to 600 MB and declares 200 MB", bomb(200 << 20), "refused", "zip_bomb")
add("sheet that declares more than it holds", tampered(_both(22, 24, "<L", 100_000)), "refused", "zip_broken")
add("sheet that declares 4 GB", tampered(_both(22, 24, "<L", 0xFFFFFFF0)), "refused", "zip_bomb")
add("wrong checksum", tampered(_both(14, 16, "<L", 12345)), "refused", "zip_broken")
add("encrypted entry", tampered(_both(6, 8, "<H", 1)), "refused", "workbook_encrypted")
add(
    "local name unlike the directory",
    tampered(lambda d, a, c: d.__setitem__(slice(a + 30, a + 33), b"yl/")),
    "refused",
    "zip_unsafe",
)
add("local method unlike the directory", tampered(lambda d, a, c: _set(d, a + 8, "<H", 0)), "refused", "zip_unsafe")
add("two thousand entries", many_entries, "refused", "zip_too_many_entries")
add("overlapping entries", overlapping, "refused", "zip_unsafe")
add("one name twice", two_of_one_name, "refused", "zip_unsafe")
add("names that differ in case only", with_parts(**{"XL/Workbook.xml": b"<a/>"}), "refused", "zip_unsafe")
add("entry above the root", with_parts(**{"../../evil.xml": b"<a/>"}), "refused", "zip_unsafe")
add("absolute entry", with_parts(**{"/etc/cron.d/evil": b"x"}), "refused", "zip_unsafe")
add("entry with a backslash", with_parts(**{"..\\evil.xml": b"<a/>"}), "refused", "zip_unsafe")
add("entry on a drive", with_parts(**{"C:evil.xml": b"<a/>"}), "refused", "zip_unsafe")
add("symbolic link", symlink, "refused", "zip_unsafe")
add("second zip in the comment", two_endings, "refused", "zip_unsafe")
add(
    "directory that counts wrongly",
    lambda edition: (lambda d: (_set(d, len(d) - 12, "<H", 3), _set(d, len(d) - 14, "<H", 3), bytes(d))[2])(
        bytearray(base(edition))
    ),
    "refused",
    "zip_unsafe",
)

# --- hostile XML ------------------------------

LAUGHS = (
    '<!DOCTYPE sst [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)


def doctype(said: str, inside: str = "") -> Callable[[bytes], bytes]:
    def edit(part: bytes) -> bytes:
        head, _, body = part.partition(b"?>")
        return head + b"?>" + said.encode() + body.replace(b"<si><t>", b"<si><t>" + inside.encode(), 1)

    return edit


add("billion laughs in shared strings", edited(STRINGS=doctype(LAUGHS, "&j;")), "refused", "workbook_doctype")
add("DOCTYPE in shared strings", edited(STRINGS=doctype("<!DOCTYPE sst>")), "refused", "workbook_doctype")
add(
    "file entity in shared strings",
    edited(STRINGS=doctype('<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;")),
    "refused",
    "workbook_doctype",
)
add(
    "network entity in the sheet",
    edited(F1=doctype('<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/x.dtd">')),
    "refused",
    "workbook_doctype",
)
add("DOCTYPE in the workbook part", edited(WORKBOOK=doctype("<!DOCTYPE workbook>")), "refused", "workbook_doctype")
add(
    "file entity in the properties",
    edited(CUSTOM=doctype('<!DOCTYPE Properties [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
    "refused",
    "workbook_doctype",
)
add("DOCTYPE in the relations", edited(RELATIONS=doctype("<!DOCTYPE Relationships>")), "refused", "workbook_doctype")
add("DOCTYPE in the styles", edited(STYLES=doctype("<!DOCTYPE styleSheet>")), "refused", "workbook_doctype")
add("unknown entity", edited(F1=cell("H12", "<v>&nope;</v>", ' t="str"')), "refused", "workbook_broken")
add(
    "XML nested 5,000 deep",
    edited(F1=replaced("</worksheet>", "<extLst>" + "<a>" * 5000 + "</a>" * 5000 + "</extLst><!-- --></worksheet>")),
    "refused",
    "workbook_too_complex",
)
add(
    "XML nested 5,000 deep in the workbook part",
    edited(WORKBOOK=replaced("</workbook>", "<a>" * 5000 + "</a>" * 5000 + "</workbook>")),
    "refused",
    "workbook_broken",
)
add("tag that is not closed", edited(F1=replaced("</sheetData>", "")), "refused", "workbook_broken")
add(
    "two sheetData",
    edited(F1=replaced("</sheetData>", "</sheetData><sheetData></sheetData>")),
    "refused",
    "workbook_broken",
)

# --- too large ------------------------------


def tiny_rows(count: int, start: int = 100) -> Callable[[bytes], bytes]:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(start, start + count))
    return row_appended(rows)


def wide_row(columns: int) -> Callable[[bytes], bytes]:
    cells = "".join(f'<c r="{cell_name(99, n)}"><v>1</v></c>' for n in range(columns))
    return row_appended(f'<row r="100">{cells}</row>')


def far(name: str, inner: str = "<v>1</v>") -> Callable[[bytes], bytes]:
    row = re.sub("[A-Z]", "", name)
    return row_appended(f'<row r="{row}"><c r="{name}">{inner}</c></row>')


def merged(*refs: str) -> Callable[[bytes], bytes]:
    listed = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
    said = f'<mergeCells count="{len(refs)}">{listed}</mergeCells>'
    return lambda part: re.sub(rb"(</sheetData>(?:<sheetProtection[^>]*/>)?)", rb"\1" + said.encode(), part, count=1)


add("cell at GS1048576", edited(F1=far("GS1048576")), "refused", "cell_too_far", place="F1!GS1048576")
add("cell at XFD1048576", edited(F1=far("XFD1048576")), "refused", "cell_too_far", place="F1!XFD1048576")
add("cell at XFD20", edited(F1=far("XFD20")), "refused", "cell_too_far", place="F1!XFD20")
add("cell beyond Excel's last column", edited(F1=far("ZZZ20")), "refused", "workbook_broken")
add("cell beyond Excel's last row", edited(F1=far("A1048577")), "refused", "workbook_broken")
add("blank cell at XFD1048576", edited(F1=row_appended('<row r="1048576"><c r="XFD1048576" s="1"/></row>')), "accepted")
add(
    "dimension that lies",
    edited(F1=lambda p: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', p)),
    "accepted",
)
add(
    "dimension too small",
    edited(F1=lambda p: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', p)),
    "accepted",
)
add("a million tiny rows", edited(F1=tiny_rows(1_000_000)), "refused", "cell_too_far")
add("eighty thousand tiny rows", edited(F1=tiny_rows(80_000)), "warned", "values_outside", place="F1!A100")
add("row of 16,384 cells", edited(F1=wide_row(16_384)), "refused", "cell_too_far")
add("row of 900 cells", edited(F1=wide_row(900)), "warned", "values_outside")
add(
    "one long text in 20,000 cells",
    lambda edition: zipped(_shared_text_bomb(parts_of(base(edition)))),
    "refused",
    "workbook_too_complex",
)
add("whole sheet merged", edited(F1=merged("A1:XFD1048576")), "refused", "merged_cells")
add(
    "blank styled cells in 30,000 rows",
    edited(
        F1=row_appended(
            "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>' for n in range(100, 30_100))
        )
    ),
    "accepted",
)


def _shared_text_bomb(parts: dict[str, bytes]) -> dict[str, bytes]:
    """One shared text of 1 MB in every cell of 2,000 cells: 2 GB if each gets its own copy."""
    count = parts[STRINGS].count(b"<si>")
    noise = "".join(f"{n:x} " for n in range(200_000))
    parts[STRINGS] = parts[STRINGS].replace(b"</sst>", f"<si><t>{noise}</t></si></sst>".encode())
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{count}</v></c></row>' for n in range(100, 20_100))
    parts[F1] = row_appended(rows)(parts[F1])
    return parts


def many_sheets(edition: Edition) -> bytes:
    parts = parts_of(base(edition))
    sheets = "".join(f'<sheet name="x{n}" sheetId="{n + 100}" r:id="rX{n}"/>' for n in range(300))
    relations = "".join(
        f'<Relationship Id="rX{n}" Type="{OFFICE}/worksheet" Target="worksheets/x{n}.xml"/>' for n in range(300)
    )
    parts[WORKBOOK] = replaced("</sheets>", sheets + "</sheets>")(parts[WORKBOOK])
    parts[RELATIONS] = replaced("</Relationships>", relations + "</Relationships>")(parts[RELATIONS])
    return zipped(parts | {f"xl/worksheets/x{n}.xml": b"<worksheet><sheetData/></worksheet>" for n in range(300)})


add("three hundred sheets", many_sheets, "refused", "too_many_sheets")

# --- active content ------------------------------


def related(kind: str, target: str, content: bytes) -> Callable[[Edition], bytes]:
    def build(edition: Edition) -> bytes:
        parts = parts_of(base(edition))
        relation = f'<Relationship Id="rOdd" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
        parts[RELATIONS] = replaced("</Relationships>", relation)(parts[RELATIONS])
        return zipped(parts | {f"xl/{target}": content})

    return build


DDE = f'<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'.encode()
BOOK_LINK = f'<externalLink xmlns="{MAIN}"><externalBook/></externalLink>'.encode()
add("macros", with_parts(**{"xl/vbaProject.bin": b"\0"}), "refused", "workbook_macros")
add("Excel 4 macro sheet", related("xlMacrosheet", "macrosheets/sheet1.xml", b"<a/>"), "refused", "workbook_macros")
add("embedded object", with_parts(**{"xl/embeddings/oleObject1.bin": b"\0"}), "refused", "workbook_embedded")
add("ActiveX control", with_parts(**{"xl/activeX/activeX1.xml": b"<a/>"}), "refused", "workbook_embedded")
add("DDE link", related("externalLink", "externalLinks/externalLink1.xml", DDE), "refused", "workbook_embedded")
add(
    "link to another workbook that no cell uses",
    related("externalLink", "externalLinks/externalLink1.xml", BOOK_LINK),
    "accepted",
)
add("DDE formula", edited(F1=cell("D12", "<f>cmd|'/c calc'!A0</f><v>5</v>")), "refused", "formula_dde", place="F1!D12")
add(
    "formula to another workbook",
    edited(F1=cell("D12", "<f>[1]Sheet1!A1</f><v>5</v>")),
    "warned",
    "formula_external",
    place="F1!D12",
)
add(
    "formula with a bar inside a text",
    edited(F1=cell("H12", '<f>"a|b!"</f><v>a|b!</v>', ' t="str"')),
    "accepted",
    F1__r01__c06="a|b!",
)
add(
    "hyperlink formula in a note",
    edited(F1=cell("H12", '<f>HYPERLINK("http://x","y")</f><v>y</v>', ' t="str"')),
    "accepted",
    F1__r01__c06="y",
)
add("data connections", with_parts(**{"xl/connections.xml": b"<connections/>"}), "accepted")
add("comments", with_parts(**{"xl/comments1.xml": b"<comments/>"}), "accepted")
add(
    "drawing and printer settings",
    with_parts(**{"xl/media/image1.png": b"\x89PNG", "xl/printerSettings/p1.bin": b"\0"}),
    "accepted",
)

# --- identity ------------------------------

add("no properties, identity in the cells", without(CUSTOM), "warned", "identity_from_cells")
add("no identity at all", lambda edition: zipped(_no_identity(parts_of(base(edition)))), "refused", "template_unknown")
add(
    "other layout version",
    edited(CUSTOM=lambda p: re.sub(rb'(name="hub_layout"><vt:lpwstr>)1<', rb"\g<1>9<", p)),
    "refused",
    "template_layout",
)
add(
    "properties of another unit than the cells",
    edited(CUSTOM=replaced(">P01<", ">P02<")),
    "refused",
    "identity_conflict",
)
add(
    "properties of another period than the cells",
    edited(CUSTOM=replaced(">2027-M01<", ">2027-M02<")),
    "refused",
    "identity_conflict",
)
add("unknown regime", edited(CUSTOM=replaced(">THU-01<", ">THU-99<")), "refused", "edition_unknown")
add("period that is none", edited(CUSTOM=replaced(">2027-M01<", ">2027-M13<")), "refused", "edition_unknown")
add("other text of the regime", lambda edition: base(_changed(edition)), "refused", "edition_changed")
add("identity cell emptied", edited(F1=cell("B7", "")), "refused", "identity_lost", place="F1!B7")
add("identity cell overwritten", edited(F1=number("B7", "5")), "refused", "identity_lost", place="F1!B7")


def _changed(edition: Edition) -> Edition:
    return replace(edition, sha256="f" * 64)


def _no_identity(parts: dict[str, bytes]) -> dict[str, bytes]:
    del parts[CUSTOM]
    parts[STRINGS] = parts[STRINGS].replace(b"HUB | ", b"HUB ")
    return parts


def sheet_from_other_unit(edition: Edition) -> bytes:
    """The identity cell of F1 says another unit: a sheet copied over from another workbook."""
    parts = parts_of(base(edition))
    strings = parts[STRINGS]
    said = re.search(rb"HUB \| [^<]* \| F1(?=<)", strings)
    assert said is not None
    parts[STRINGS] = strings.replace(said[0], said[0].replace(b"P01", b"P77"))
    return zipped(parts)


add("sheet of another unit copied in", sheet_from_other_unit, "refused", "identity_conflict", place="F1!B7")

# --- sheets and layout ------------------------------


def extra_sheet(name: str, part_of: str | None, state: str = "") -> Callable[[Edition], bytes]:
    """One more sheet: a copy of another, or one with a single number."""

    def build(edition: Edition) -> bytes:
        parts = parts_of(base(edition))
        own = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
        content = parts[part_of] if part_of else own.encode()
        sheet = f'<sheet name="{name}" sheetId="99"{state} r:id="rX"/></sheets>'
        relation = f'<Relationship Id="rX" Type="{OFFICE}/worksheet" Target="worksheets/x.xml"/></Relationships>'
        parts[WORKBOOK] = replaced("</sheets>", sheet)(parts[WORKBOOK])
        parts[RELATIONS] = replaced("</Relationships>", relation)(parts[RELATIONS])
        return zipped(parts | {"xl/worksheets/x.xml": content})

    return build


def rows_shifted(first: int, by: int) -> Callable[[bytes], bytes]:
    """Insert (or delete) rows at a row of the sheet, as Excel would."""

    def edit(part: bytes) -> bytes:
        def move(found: re.Match[bytes]) -> bytes:
            at = int(found[2])
            return found[1] + str(at + by if at >= first else at).encode() + found[3]

        if by < 0:
            part = re.sub(rb'<row r="%d".*?</row>' % first, b"", part)
        part = re.sub(rb'(<row r=")([0-9]+)(")', move, part)
        return re.sub(rb'(<c r="[A-Z]+)([0-9]+)(")', move, part)

    return edit


def columns_shifted(first: str, by: int) -> Callable[[bytes], bytes]:
    """Insert (or delete) one column."""

    def edit(part: bytes) -> bytes:
        if by < 0:
            part = re.sub(rb'<c r="%s[0-9]+"[^>]*?(?:/>|>.*?</c>)' % first.encode(), b"", part)

        def move(found: re.Match[bytes]) -> bytes:
            letter = found[1].decode()
            return b'<c r="' + (chr(ord(letter) + by) if letter >= first else letter).encode() + found[2]

        return re.sub(rb'<c r="([A-Z])([0-9]+")', move, part)

    return edit


add("sheet renamed", edited(WORKBOOK=replaced('name="F1"', 'name="Biểu 1"')), "warned", "sheet_renamed", place="Biểu 1")
add(
    "sheet deleted",
    lambda edition: zipped(_sheet_deleted(parts_of(base(edition)))),
    "refused",
    "sheet_missing",
    place="F1",
)
add(
    "two sheets swapped names",
    edited(
        WORKBOOK=lambda p: (
            p.replace(b'name="F1"', b'name="@"').replace(b'name="F2"', b'name="F1"').replace(b'name="@"', b'name="F2"')
        )
    ),
    "warned",
    "sheet_renamed",
)
add("sheet duplicated", extra_sheet("F1 (2)", F1), "refused", "sheet_duplicate", place="F1 (2)")
add("sheet of one's own", extra_sheet("Tính toán", None), "warned", "sheet_extra", place="Tính toán")
add("sheet of one's own, hidden", extra_sheet("Nháp", None, ' state="veryHidden"'), "warned", "sheet_extra")
add(
    "form sheet hidden",
    edited(WORKBOOK=replaced('name="F1" sheetId="2"', 'name="F1" sheetId="2" state="hidden"')),
    "warned",
    "sheet_hidden",
    place="F1",
)
add("row inserted above the table", edited(F1=rows_shifted(9, 1)), "warned", "table_moved", place="F1!C12")
add("row inserted at the top", edited(F1=rows_shifted(1, 1)), "warned", "table_moved", place="F1!C12")
add("row inserted within the table", edited(F1=rows_shifted(13, 1)), "warned", "table_moved", place="F1!A14")
add("row deleted within the table", edited(F1=rows_shifted(13, -1)), "refused", "row_lost", place="F1!A13")
add("row code overwritten", edited(F1=text("A13", "r99")), "refused", "row_lost", place="F1!A13")
add("column inserted", edited(F1=columns_shifted("D", 1)), "warned", "table_moved", place="F1!E11")
add("column deleted", edited(F1=columns_shifted("D", -1)), "refused", "column_lost", place="F1!D11")
add("column code overwritten", edited(F2=text("C11", "(c09)")), "refused", "column_lost", place="F2!C11")
add("column inserted in a list", edited(F2=columns_shifted("C", 1)), "warned", "table_moved", place="F2!D11")
add("row inserted above a list", edited(F2=rows_shifted(5, 1)), "warned", "table_moved", place="F2!B12")
add(
    "outline section code overwritten",
    edited(OUTLINE=text("A10", "s9")),
    "refused",
    "header_moved",
    place="Đề cương!A10",
)
add("entry cells merged", edited(F1=merged("D12:E12")), "refused", "merged_cells", place="F1!D12")
add("heading merged by the user", edited(F1=merged("A1:H1")), "accepted")
add("values merged over in a list", edited(F2=merged("B14:B15")), "refused", "merged_cells", place="F2!B14")
add(
    "value right of the table",
    edited(F1=replaced('</row><row r="13"', '<c r="K12"><v>5</v></c></row><row r="13"')),
    "warned",
    "values_outside",
    place="F1!K12",
)
add("value below the grid", edited(F1=far("C40")), "warned", "values_outside", place="F1!C40")
add(
    "white space below the grid",
    edited(F1=row_appended('<row r="40"><c r="C40" t="str"><v>  </v></c></row>')),
    "accepted",
)
add(
    "hidden row with values",
    edited(F1=replaced('<row r="13"', '<row r="13" hidden="1"')),
    "warned",
    "hidden_values",
    place="F1!C13",
)
add(
    "hidden column with values",
    edited(F1=lambda p: re.sub(rb"<cols>", b'<cols><col min="4" max="4" width="0" hidden="1"/>', p, count=1)),
    "warned",
    "hidden_values",
    place="F1!D12",
)
add("nil chosen", edited(F2=text("A8", "x")), "accepted", F2__nil=True)
add("nil chosen with a capital", edited(F2=text("A8", " X ")), "accepted", F2__nil=True)
add("nil cell with something else", edited(F2=text("A8", "có")), "refused", "nil_unknown", place="F2!A8")


def _sheet_deleted(parts: dict[str, bytes]) -> dict[str, bytes]:
    parts[WORKBOOK] = re.sub(rb'<sheet name="F1"[^>]*/>', b"", parts[WORKBOOK])
    return parts


# --- cells: errors and formulas ------------------------------

for error in ("#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!"):
    add(
        f"error cell {error}",
        edited(F1=cell("D12", f"<v>{error}</v>", ' t="e"')),
        "refused",
        "error_cell",
        place="F1!D12",
    )
add(
    "error from a formula",
    edited(F1=cell("F12", "<f>1/0</f><v>#DIV/0!</v>", ' t="e"')),
    "refused",
    "error_cell",
    place="F1!F12",
)
add(
    "error in a total",
    edited(F1=cell("C12", "<f>D12+#REF!</f><v>#REF!</v>", ' t="e"')),
    "refused",
    "error_cell",
    place="F1!C12",
)
add("error in a list", edited(F2=cell("E14", "<v>#N/A</v>", ' t="e"')), "refused", "error_cell", place="F2!E14")
add("error in the total line of a list", edited(F2=cell("E12", "<v>#N/A</v>", ' t="e"')), "accepted")
add("formula without a value", edited(F1=cell("D12", "<f>2+3</f>")), "refused", "formula_without_value", place="F1!D12")
add(
    "formula with an empty value",
    edited(F1=cell("D12", "<f>2+3</f><v></v>")),
    "refused",
    "formula_without_value",
    place="F1!D12",
)
add(
    "formula with an empty value tag",
    edited(F1=cell("D12", "<f>2+3</f><v/>")),
    "refused",
    "formula_without_value",
    place="F1!D12",
)
add(
    "formula with an empty text",
    edited(F1=cell("H12", "<f>IF(1,&quot;&quot;)</f><v></v>", ' t="str"')),
    "accepted",
    F1__r01__c06=None,
)
add("formula with a value", edited(F1=cell("D12", "<f>2+3</f><v>5</v>")), "accepted")
add(
    "formula never calculated, 0 stored",
    edited(F1=cell("D12", "<f>2+3</f><v>0</v>")),
    "refused",
    "formula_not_calculated",
    place="F1!D12",
)
add(
    "formula calculated to 0",
    edited(F1=cell("D13", "<f>4-4</f><v>0</v>"), WORKBOOK=replaced(' fullCalcOnLoad="1"', "")),
    "accepted",
    F1__r02__c02=Decimal(0),
)
add("total without a value", edited(F1=cell("C12", "<f>SUM(D12,E12)</f>")), "accepted", F1__r01__c01=None)
add("total never calculated", edited(F1=cell("C12", "<f>SUM(D12,E12)</f><v>0</v>")), "accepted", F1__r01__c01=None)
add(
    "shared formula",
    edited(
        F1=all_of(
            cell("D12", '<f t="shared" ref="D12:D13" si="0">2+3</f><v>5</v>'),
            cell("D13", '<f t="shared" si="0"/><v>4</v>'),
        )
    ),
    "accepted",
)
add("array formula", edited(F1=cell("D12", '<f t="array" ref="D12">SUM(2,3)</f><v>5</v>')), "accepted")

# --- cells: numbers ------------------------------

D12 = "F1__r01__c02"
for said, value in (
    ("5", "5"), ("5.0", "5"), ("5E0", "5"), ("-0", "0"), ("-5", "-5"), ("0.1", "0.1"),
    ("0.30000000000000004", "0.3"), ("999999999999999", "999999999999999"), ("1.5E3", "1500"),
    ("123456789.12345678", "123456789.123457"), ("1E-7", "1E-7"), ("4.9406564584124654E-324", "4.94065645841247E-324"),
):  # fmt: skip
    add(f"number {said}", edited(F1=number("D12", said)), "accepted", **{D12: Decimal(value)})
for said in ("1000000000000000", "12345678901234567", "-1000000000000001", "1E300", "1E15"):
    add(f"number {said}", edited(F1=number("D12", said)), "refused", "number_beyond_excel", place="F1!D12")
for said in ("1e400", "-1e400"):
    add(f"number {said}", edited(F1=number("D12", said)), "refused", "number_impossible", place="F1!D12")
for said in ("NaN", "INF", "abc", "１２", "1_000", "0x10", "1,5", " 5 ", "1.234.567", "--5", "+5", "5e"):
    add(
        f"number cell that holds {said!r}",
        edited(F1=number("D12", said)),
        "refused",
        "number_impossible",
        place="F1!D12",
    )
for said in (
    "1.234,5", "1.234", "1,234.5", "１２", "12 người", "NaN", "1e5", "²", "0x10", "1_000", "-", "=1+1", "n/a", "N/A",
    "123456789012345678", "1.234.567.890.123.456,78", "\u00a012\u00a0", "TRUE", "5\n",
):  # fmt: skip
    add(f"number typed as the text {said!r}", edited(F1=text("D12", said)), "accepted", **{D12: said})
for name, said in (("blank", " "), ("no-break spaces", "\u00a0\u00a0"), ("line ends", "\n\n"), ("nothing", "")):
    add(f"text of {name}", edited(F1=text("D12", said)), "accepted", **{D12: None})
add("cell emptied", edited(F1=cell("D12", "")), "accepted", **{D12: None})
add(
    "truth value as a number",
    edited(F1=cell("D12", "<v>1</v>", ' t="b"')),
    "refused",
    "boolean_in_cell",
    place="F1!D12",
)
add("truth value as a text", edited(F1=cell("H12", "<v>0</v>", ' t="b"')), "refused", "boolean_in_cell", place="F1!H12")
add(
    "date as a number",
    styled("D12", '<xf numFmtId="14" applyNumberFormat="1"/>', "45000"),
    "refused",
    "date_in_number",
    place="F1!D12",
)
add(
    "time as a number",
    styled("D12", '<xf numFmtId="20" applyNumberFormat="1"/>', "0.5"),
    "refused",
    "date_in_number",
    place="F1!D12",
)
add(
    "percentage as a number",
    styled("D12", '<xf numFmtId="9" applyNumberFormat="1"/>', "0.12"),
    "refused",
    "percent_format",
    place="F1!D12",
)
add(
    "percentage with decimals",
    styled("F12", '<xf numFmtId="10" applyNumberFormat="1"/>', "0.125"),
    "refused",
    "percent_format",
    place="F1!F12",
)
add("zero per cent", styled("D12", '<xf numFmtId="9" applyNumberFormat="1"/>', "0"), "accepted", **{D12: Decimal(0)})
add(
    "ISO date as a number",
    edited(F1=cell("D12", "<v>2027-01-05</v>", ' t="d"')),
    "refused",
    "date_in_number",
    place="F1!D12",
)

# --- cells: texts, days, choices ------------------------------

H12 = "F1__r01__c06"
for name, said, value in (
    ("composed", "Đà Nẵng", "Đà Nẵng"),
    ("decomposed", "Đà Nẵng", "Đà Nẵng"),
    ("typed for an old font", "B¸o c¸o", "B¸o c¸o"),
    ("formula-like", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ("with a plus", "+84 24", "+84 24"),
    ("with an at sign", "@SUM(1)", "@SUM(1)"),
    ("with leading zeros", "00123", "00123"),
    ("with markup", "&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
    ("with a carriage return", "a&#13;b", "a\rb"),
    ("with an emoji", "tốt 👍", "tốt 👍"),
    ("escaped", "_x0041_", "A"),
    ("escaped escape", "_x005F_x0041_", "_x0041_"),
    ("right to left", "a\u202eb", "a\u202eb"),
    ("long", "x" * 3000, "x" * 3000),
):
    add(f"text {name}", edited(F1=text("H12", said)), "accepted", **{H12: value})
add("text with NUL", edited(F1=text("H12", "a_x0000_b")), "refused", "forbidden_character", place="F1!H12")
for name, said, value in (
    ("a bell", "a_x0007_b", "a\x07b"),
    ("a raw bell", "a\x07b", "a\x07b"),
    ("a delete sign", "a&#127;b", "a\x7fb"),
    ("half a surrogate pair", "a_xD800_b", "a_xD800_b"),
):
    add(f"text with {name}", edited(F1=text("H12", said)), "accepted", **{H12: value})
add("whole number as a text", edited(F1=number("H12", "123")), "accepted", **{H12: "123"})
add("number with decimals as a text", edited(F1=number("H12", "1.5")), "refused", "number_in_text", place="F1!H12")
add(
    "long number as a text",
    edited(F1=number("H12", "1234567890123456789")),
    "refused",
    "number_in_text",
    place="F1!H12",
)
add(
    "date as a text",
    styled("H12", '<xf numFmtId="14" applyNumberFormat="1"/>', "45000"),
    "refused",
    "date_in_text",
    place="F1!H12",
)
add(
    "rich inline text",
    edited(F1=cell("H12", "<is><r><rPr><b/></rPr><t>a</t></r><r><t>b</t></r></is>", ' t="inlineStr"')),
    "accepted",
    **{H12: "ab"},
)
add(
    "phonetic inline text",
    edited(F1=cell("H12", '<is><t>a</t><rPh sb="0" eb="1"><t>PHON</t></rPh></is>', ' t="inlineStr"')),
    "accepted",
    **{H12: "a"},
)
add(
    "rich shared text",
    edited(STRINGS=replaced("<t>ghi chú</t>", '<r><t>ghi</t></r><r><t xml:space="preserve"> chú</t></r>')),
    "accepted",
)
add(
    "phonetic shared text",
    edited(STRINGS=replaced("<t>ghi chú</t>", '<t>ghi chú</t><rPh sb="0" eb="1"><t>PHON</t></rPh>')),
    "accepted",
)
add("day with a time", edited(F2=number("D13", "46000.5")), "refused", "date_impossible", place="F2!D13")
add("day 60 of 1900", edited(F2=number("D13", "60")), "refused", "date_impossible", place="F2!D13")
add("day 0", edited(F2=number("D13", "0")), "refused", "date_impossible", place="F2!D13")
add("day after the year 9999", edited(F2=number("D13", "3000000")), "refused", "number_in_date", place="F2!D13")
add("negative day", edited(F2=number("D13", "-5")), "refused", "date_impossible", place="F2!D13")
add(
    "plain number as a day",
    styled("F2!D13", '<xf numFmtId="0"/>', "46000"),
    "refused",
    "number_in_date",
    place="F2!D13",
)
add("day typed as text", edited(F2=text("D13", "05/01/2027")), "accepted", **{"F2[1].c03": "05/01/2027"})
add(
    "day of the 1904 calendar",
    edited(F2=number("D13", "44930"), WORKBOOK=lambda p: p.replace(b"<workbookPr", b'<workbookPr date1904="1"')),
    "accepted",
    **{"F2[1].c03": date(2027, 1, 5)},
)
add("choice by its code", edited(F2=text("C13", "2")), "accepted", **{"F2[1].c02": "2"})
add("choice by its number", edited(F2=number("C13", "2")), "accepted", **{"F2[1].c02": "2"})
add("choice by its listed text", edited(F2=text("C13", "2 - Hai")), "accepted", **{"F2[1].c02": "2"})
add("choice that is not listed", edited(F2=text("C13", "9 - Chín")), "accepted", **{"F2[1].c02": "9 - Chín"})

# --- lists ------------------------------


def records(*rows: tuple[int, str]) -> Callable[[bytes], bytes]:
    """More records: (sheet row, name), each with a choice and an area."""
    said = "".join(
        f'<row r="{at}"><c r="B{at}" t="str"><v>{name}</v></c><c r="C{at}" t="str"><v>1</v></c>'
        f'<c r="E{at}"><v>2</v></c></row>'
        for at, name in rows
    )

    def edit(part: bytes) -> bytes:
        first = rows[0][0]
        part = re.sub(
            rb'<row r="(%s)"[^>]*?(?:/>|>.*?</row>)' % b"|".join(str(at).encode() for at, _ in rows), b"", part
        )
        after = re.search(rb'<row r="(?:%s)"' % b"|".join(str(n).encode() for n in range(first + 1, first + 600)), part)
        where = after.start() if after else part.index(b"</sheetData>")
        return part[:where] + said.encode() + part[where:]

    return edit


add(
    "blank rows between records",
    edited(F2=records((20, "Cơ sở C"))),
    "accepted",
    **{"F2[3].c01": "Cơ sở C", "F2[3].c04": Decimal(2)},
)
add("record below the drawn lines", edited(F2=records((1200, "Cơ sở C"))), "accepted", **{"F2[3].c01": "Cơ sở C"})
add(
    "ten thousand records",
    edited(F2=records(*[(n, f"Cơ sở {n}") for n in range(16, 10_016)])),
    "accepted",
    **{"F2[10002].c01": "Cơ sở 10015"},
)
add(
    "more records than the form allows",
    edited(F2=records(*[(n, "x") for n in range(16, 20_020)])),
    "refused",
    "too_many_records",
)
add("numbering in column A", edited(F2=replaced('<c r="B14"', '<c r="A14"><v>1</v></c><c r="B14"')), "accepted")

# --- written by other programs ------------------------------


def prefixed(part: bytes) -> bytes:
    part = re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", part)
    return part.replace(b"xmlns=", b"xmlns:x=", 1)


def without_names(part: bytes) -> bytes:
    """Rows and cells without ``r``: gaps are filled with blank cells, as such writers do."""
    cells = {(int(m[2]), m[1]): m[3] for m in re.finditer(rb'<c r="([A-Z])([0-9]+)"((?:[^>]*?)(?:/>|>.*?</c>))', part)}
    rows = []
    for row in range(1, 15):
        line = [b"<c" + cells.get((row, chr(65 + n).encode()), b"/>") for n in range(8)]
        rows.append(b"<row>" + b"".join(line) + b"</row>")
    start, end = part.index(b"<sheetData>") + 11, part.index(b"</sheetData>")
    return part[:start] + b"".join(rows) + part[end:]


def recoded(encoding: str) -> Callable[[bytes], bytes]:
    def edit(part: bytes) -> bytes:
        body = re.sub(r"<\?xml.*?\?>", f'<?xml version="1.0" encoding="{encoding}"?>', part.decode())
        return body.encode(encoding)

    return edit


add("prefixed tags", edited(F1=prefixed), "accepted")
add("prefixed tags and a far cell", edited(F1=lambda p: prefixed(far("GS1048576")(p))), "refused", "cell_too_far")
add("cells without names", edited(F1=without_names), "accepted")
add("sheet in UTF-16", edited(F1=recoded("utf-16")), "accepted")
add("shared strings in UTF-16", edited(STRINGS=recoded("utf-16")), "accepted")
add(
    "billion laughs in UTF-16",
    edited(STRINGS=lambda p: recoded("utf-16")(doctype(LAUGHS, "&j;")(p))),
    "refused",
    "workbook_doctype",
)
add("UTF-7 sheet", edited(F1=recoded("utf-7")), "refused", "workbook_broken")
add("byte order mark", edited(F1=lambda p: b"\xef\xbb\xbf" + p), "accepted")
add("comment within a number", edited(F1=cell("D12", "<v>1<!-- x -->2</v>")), "accepted", **{D12: Decimal(12)})
add("CDATA number", edited(F1=cell("D12", "<v><![CDATA[12]]></v>")), "accepted", **{D12: Decimal(12)})
add(
    "attributes in another order",
    edited(F1=lambda p: re.sub(rb'<c r="([A-Z]+[0-9]+)" s="([0-9]+)"', rb'<c s="\2" r="\1"', p)),
    "accepted",
)
add(
    "line ends between the tags",
    edited(F1=lambda p: p.replace(b"<row", b"\n  <row").replace(b"</row>", b"\n</row>")),
    "accepted",
)
add("rows out of order", edited(F1=lambda p: _rows_turned(p)), "refused", "workbook_broken")
add(
    "one cell twice",
    edited(F1=lambda p: re.sub(rb'(<c r="D12"[^>]*>.*?</c>)', rb"\1\1", p, count=1)),
    "refused",
    "workbook_broken",
)
add("cell in another row", edited(F1=replaced('<c r="C12"', '<c r="C99"')), "refused", "workbook_broken")
add("two values in a cell", edited(F1=cell("D12", "<v>1</v><v>2</v>")), "refused", "workbook_broken")
add(
    "strict namespace",
    edited(F1=lambda p: p.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")),
    "accepted",
)


def _rows_turned(part: bytes) -> bytes:
    first = re.search(rb'<row r="12".*?</row>', part)
    second = re.search(rb'<row r="13".*?</row>', part)
    assert first is not None
    assert second is not None
    return part[: first.start()] + second[0] + first[0] + part[second.end() :]


# --- what people really do ------------------------------

add("untouched", base, "accepted")
add("demonstration workbook", lambda edition: base(edition, demonstration=True), "accepted")
add("quarterly workbook", lambda edition: base(edition, period="2027-Q1", frequency="quarterly"), "accepted")


def address_of(said: str) -> Address:
    """``F1.r01.c03`` or ``F2[3].c01``."""
    match = re.fullmatch(r"(\w+)\[(\d+)\]\.(\w+)", said)
    return Address(*match.groups()) if match else Address(*said.split("."))


def main(folder: Path, edition: Edition) -> None:
    """Write every case as a file."""
    folder.mkdir(parents=True, exist_ok=True)
    for number_of, case in enumerate(_CASES, 1):
        name = re.sub(r"[^A-Za-z0-9]+", "-", case.name).strip("-").lower()
        (folder / f"{number_of:03}-{case.outcome}-{case.code or 'ok'}-{name}.xlsx").write_bytes(case.build(edition))


if __name__ == "__main__":
    import importlib.util

    spec = importlib.util.spec_from_file_location("root_conftest", Path(__file__).parents[1] / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    main(Path(sys.argv[1]), module._make_small_edition())
