"""A received OOXML package under operation: parts by name, relations, content types, and a zip that keeps raw bytes.

Whoever opens the package has proved the zip sound (names, sizes, checksums); here its entries are copied as they are
packed, and only what was put or dropped differs.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any, Protocol

from lxml import etree

from hub.writers.marked_workbook.contents import Unmarkable

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONS_MAP: Any = {None: _RELATIONS}
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPES_PART = "[Content_Types].xml"
_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_ENTRY = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END = struct.Struct("<4sHHHHLLH")
_UTF8 = 0x800
_DAY_OF_NEW_PARTS = (1 << 5) | 1  # 1 January 1980: equal input gives equal bytes
_LARGEST_TREE = 16 * 1024 * 1024
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_pis=True
)
BROKEN = (
    "Cấu trúc bên trong của tệp khác thường nên không đánh dấu được ngay trong tệp. Hãy mở tệp bằng Excel, lưu lại.",
    "The inside of the file is unusual, so it could not be marked in itself. Open it in Excel and save it again.",
)


class Received(Protocol):
    """A sound zip: ``entries`` gives each entry's directory record and where its packed bytes begin in ``content``."""

    content: bytes
    entries: dict[str, tuple[zipfile.ZipInfo, int]]

    def read(self, name: str) -> bytes:
        """The unpacked bytes of an entry."""
        ...


def parsed(content: bytes) -> Any:
    """The root of a part; Unmarkable if it is large, not well formed or has a DOCTYPE."""
    if len(content) > _LARGEST_TREE:
        raise Unmarkable(*BROKEN)
    try:
        root = etree.fromstring(content, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unmarkable(*BROKEN) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unmarkable(*BROKEN)
    return root


def written(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def local(element: Any) -> str:
    """The tag without its namespace; ``""`` for a comment."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def namespace(element: Any) -> str:
    return str(etree.QName(element).namespace or "")


@dataclass(frozen=True, slots=True)
class Relation:
    """``kind`` is the last word of the type; ``part`` the target's name in the package, ``""`` if it lies outside."""

    id: str
    kind: str
    part: str


@dataclass
class Package:
    """The parts of a workbook; what was changed is kept beside what was received until :meth:`save`."""

    received: Received | None = None
    changed: dict[str, bytes] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    _trees: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Entries in the received order, then the new ones."""
        old = list(self.received.entries) if self.received is not None else []
        kept = [name for name in old if name not in self.dropped or name in self.changed]
        return kept + [name for name in self.changed if name not in set(old)]

    def has(self, name: str) -> bool:
        if name in self.changed:
            return True
        return self.received is not None and name in self.received.entries and name not in self.dropped

    def read(self, name: str) -> bytes:
        if name in self.changed:
            return self.changed[name]
        if self.received is None or not self.has(name):
            raise Unmarkable(*BROKEN)
        return self.received.read(name)

    def put(self, name: str, content: bytes) -> None:
        """The part holds these bytes from now on; bytes that are the received ones leave it untouched."""
        received = self.received is not None and name in self.received.entries
        if received and self.received is not None and self.received.read(name) == content:
            self.changed.pop(name, None)
        else:
            self.changed[name] = content
        self.dropped.discard(name)
        self._trees.pop(name, None)

    def drop(self, name: str) -> None:
        """The part is gone, with its content type and its own relations."""
        self._forget(name)
        types = self.tree(_TYPES_PART)
        for element in [each for each in types if each.get("PartName") == f"/{name}"]:
            types.remove(element)
            self.store(_TYPES_PART)
        if self.has(relations_part(name)):
            self._forget(relations_part(name))

    def _forget(self, name: str) -> None:
        self.changed.pop(name, None)
        self._trees.pop(name, None)
        self.dropped.add(name)

    def tree(self, name: str) -> Any:
        """The parsed part, the same object at every call; :meth:`store` writes what was changed in it."""
        if name not in self._trees:
            self._trees[name] = parsed(self.read(name))
        return self._trees[name]

    def store(self, name: str) -> None:
        self.changed[name] = written(self._trees[name])
        self.dropped.discard(name)

    def free_name(self, pattern: str) -> str:
        """A part name that nothing has yet: ``pattern`` holds ``{}`` for a number from 1."""
        taken = {name.lower() for name in self.names}
        number = 1
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    # -- content types and relations ---------------------------------------------------------------------------------

    def set_type(self, part: str, media_type: str) -> None:
        """The content type of one part."""
        types = self.tree(_TYPES_PART)
        for element in [each for each in types if each.get("PartName") == f"/{part}"]:
            types.remove(element)
        etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{part}", ContentType=media_type)
        self.store(_TYPES_PART)

    def set_default_type(self, ending: str, media_type: str) -> None:
        """The content type of all parts with that ending, unless they have one."""
        types = self.tree(_TYPES_PART)
        if not any((each.get("Extension") or "").lower() == ending for each in types):
            types.insert(0, etree.Element(f"{{{_TYPES}}}Default", Extension=ending, ContentType=media_type))
            self.store(_TYPES_PART)

    def relations(self, part: str) -> list[Relation]:
        """What a part points to."""
        name = relations_part(part)
        if not self.has(name):
            return []
        folder = posixpath.dirname(part)
        found = []
        for element in self.tree(name):
            if local(element) != "Relationship":
                continue
            target = element.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            inside = element.get("TargetMode") != "External"
            kind = element.get("Type", "").rpartition("/")[2]
            found.append(Relation(element.get("Id", ""), kind, path if inside else ""))
        return found

    def relate(self, part: str, kind: str, target: str, wanted: str) -> str:
        """A new relation; its id is ``wanted``, with a number if that is taken."""
        name = relations_part(part)
        if not self.has(name):
            self._trees[name] = etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap=_RELATIONS_MAP)
        taken = {relation.id for relation in self.relations(part)} if self.has(name) else set()
        identifier, number = wanted, 1
        while identifier in taken:
            number += 1
            identifier = f"{wanted}{number}"
        path = posixpath.relpath(target, posixpath.dirname(part) or ".")
        etree.SubElement(
            self._trees[name], f"{{{_RELATIONS}}}Relationship", Id=identifier, Type=f"{OFFICE}/{kind}", Target=path
        )
        self.store(name)
        return identifier

    def unrelate(self, part: str, identifier: str) -> None:
        """The relation is gone; a part of relations that holds none is dropped."""
        name = relations_part(part)
        root = self.tree(name)
        for element in [each for each in root if each.get("Id") == identifier]:
            root.remove(element)
        if len(root):
            self.store(name)
        else:
            self._forget(name)

    # -- the zip -----------------------------------------------------------------------------------------------------

    def save(self) -> bytes:
        """The zip: untouched entries as they were packed, changed ones packed anew in their place, new ones last."""
        out, directory = io.BytesIO(), io.BytesIO()
        names = self.names
        for name in names:
            if name in self.changed:
                _write_new(out, directory, name, self.changed[name])
            else:
                assert self.received is not None
                info, start = self.received.entries[name]
                _write_raw(out, directory, info, self.received.content[start : start + info.compress_size])
        begin, content = out.tell(), directory.getvalue()
        out.write(content)
        out.write(_END.pack(b"PK\x05\x06", 0, 0, len(names), len(names), len(content), begin, 0))
        return out.getvalue()


def relations_part(part: str) -> str:
    """Where the relations of a part are kept."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _write_new(out: io.BytesIO, directory: io.BytesIO, name: str, content: bytes) -> None:
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    flags = 0 if name.isascii() else _UTF8
    facts = (20, flags, zipfile.ZIP_DEFLATED, 0, _DAY_OF_NEW_PARTS, zlib.crc32(content), len(packed), len(content))
    _write(out, directory, name.encode(), facts, 0, packed)


def _write_raw(out: io.BytesIO, directory: io.BytesIO, info: zipfile.ZipInfo, packed: bytes) -> None:
    name = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437", "replace")
    year, month, day, hour, minute, second = info.date_time
    moment = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
    flags = info.flag_bits & ~0x8  # sizes stand in the header, no descriptor follows
    facts = (20, flags, info.compress_type, *moment, info.CRC, info.compress_size, info.file_size)
    _write(out, directory, name, facts, info.external_attr, packed)


def _write(
    out: io.BytesIO, directory: io.BytesIO, name: bytes, facts: tuple[int, ...], attributes: int, packed: bytes
) -> None:
    begin = out.tell()
    out.write(_LOCAL.pack(b"PK\x03\x04", *facts, len(name), 0))
    out.write(name)
    out.write(packed)
    directory.write(_ENTRY.pack(b"PK\x01\x02", 20, *facts, len(name), 0, 0, 0, 0, attributes, begin))
    directory.write(name)
