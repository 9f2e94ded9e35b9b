"""Packet 13 (values of steering indicators) in JSON or XML: strict text to plain data, every problem with its place.

Both are brought to the same tree of objects, lists and texts first; what is wrong in either is then said the same.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree

from hub.domain.form import Label
from hub.domain.kpi_packet import BadPacket, KpiPacket, PacketProblem, PacketValue
from hub.domain.plain_text import is_storable
from hub.readers.limits import Limits
from hub.readers.xml_text import PARSER_OPTIONS, checked_xml

NAMESPACE = "urn:vn:hub:kpi:1"
MOST_VALUES = 20_000
_FIGURE = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?", re.ASCII)
_MESSAGE = re.compile(r"[!-\"$-~]{1,120}", re.ASCII)
_TOP = frozenset({"packet", "version", "message_id", "sender", "set", "values"})
_ENTRY = frozenset({"kpi", "unit", "period", "breakdown", "value", "numerator", "denominator"})
_FIGURES = ("value", "numerator", "denominator")


class _Unreadable(Exception):
    """The bytes are no document at all; says why."""

    def __init__(self, vi: str, en: str) -> None:
        self.message = Label(vi, en)


def read(content: bytes, media_type: str, limits: Limits) -> KpiPacket:
    """The packet. BadPacket lists everything that is wrong with it."""
    try:
        tree = _xml(content, limits) if media_type.endswith("xml") else _json(content, limits)
    except _Unreadable as wrong:
        raise BadPacket([PacketProblem("", wrong.message)]) from None
    reading = _Reading()
    packet = reading.packet(tree)
    if packet is None or reading.problems:
        raise BadPacket(reading.problems, packet.message_id if packet is not None else "")
    return packet


# --- Bytes to objects, lists and texts --------------------------------------------------------------------------------


def _json(content: bytes, limits: Limits) -> Any:
    if len(content) > limits.max_bytes:
        raise _too_large()
    try:
        return json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_object, parse_float=str, parse_int=str,
            parse_constant=_no_constant,
        )  # fmt: skip
    except (ValueError, RecursionError):
        raise _Unreadable("Không đọc được JSON (UTF-8).", "This is no JSON in UTF-8.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Unreadable("Một khóa JSON bị lặp.", "A JSON key is repeated.")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def _xml(content: bytes, limits: Limits) -> Any:
    """``<packet type=…>`` as the object that its JSON would be."""
    data, trouble = checked_xml(content, limits)
    if trouble is not None:
        raise _Unreadable(trouble.message_vi, trouble.message_en)
    try:
        parser = etree.XMLParser(remove_comments=True, remove_pis=True, **PARSER_OPTIONS)
        root: Any = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise _Unreadable("Không đọc được XML.", "This is no XML.") from None
    if root.tag != f"{{{NAMESPACE}}}packet":
        raise _Unreadable(
            f"Phần tử gốc phải là packet, không gian tên {NAMESPACE}.", f"The root must be packet in {NAMESPACE}."
        )
    found = _children(root)
    if "values" in found:
        found["values"] = [_children(entry) for entry in root.find(f"{{{NAMESPACE}}}values")]
    return {"packet": root.get("type")} | found


def _children(element: Any) -> dict[str, Any]:
    names = [etree.QName(child) for child in element]
    if any(name.namespace != NAMESPACE for name in names):
        raise _Unreadable("Có phần tử ngoài không gian tên.", "An element is outside the namespace.")
    return _object(
        [(name.localname, "".join(child.itertext()).strip()) for name, child in zip(names, element, strict=True)]
    )


def _too_large() -> _Unreadable:
    return _Unreadable("Gói tin quá lớn.", "The packet is too large.")


# --- Objects to a packet ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """Takes a packet out of a tree and notes every problem on the way."""

    problems: list[PacketProblem] = field(default_factory=list)

    def packet(self, tree: Any) -> KpiPacket | None:
        if not isinstance(tree, Mapping) or tree.get("packet") != "KPI_DATA":
            self._wrong("/packet", "Cần gói tin KPI_DATA.", "A packet KPI_DATA is expected.")
            return None
        self._unknown("", tree, _TOP)
        message_id = self._text(tree, "", "message_id")
        if message_id and _MESSAGE.fullmatch(message_id) is None:
            self._wrong("/message_id", "Mã gói tin: 1 đến 120 ký tự ASCII, không có dấu cách và #.",
                        "A message id is 1 to 120 visible ASCII characters without #.")  # fmt: skip
        sender = self._text(tree, "", "sender") if "sender" in tree else ""
        return KpiPacket(message_id, sender, self._text(tree, "", "set"), tuple(self._values(tree.get("values"))))

    def _values(self, entries: Any) -> Iterator[PacketValue]:
        if not isinstance(entries, list) or not entries or len(entries) > MOST_VALUES:
            self._wrong(
                "/values", f"Cần từ 1 đến {MOST_VALUES} số liệu.", f"From 1 to {MOST_VALUES} values are expected."
            )
            return
        for number, entry in enumerate(entries):
            place = f"/values/{number}"
            if not isinstance(entry, Mapping):
                self._wrong(place, "Cần một đối tượng.", "An object is expected.")
                continue
            self._unknown(place, entry, _ENTRY)
            yield self._value(entry, place)

    def _value(self, entry: Mapping[str, Any], place: str) -> PacketValue:
        whole = entry.get("value") is not None
        parts = [entry.get("numerator") is not None, entry.get("denominator") is not None]
        if whole == any(parts) or any(parts) != all(parts):
            self._wrong(place, "Cần value, hoặc cả numerator và denominator.",
                        "Give value, or both numerator and denominator.")  # fmt: skip
        kpi, unit, period = (self._text(entry, place, name) for name in ("kpi", "unit", "period"))
        breakdown = self._text(entry, place, "breakdown") if entry.get("breakdown") else ""
        value, numerator, denominator = (self._figure(entry, place, name) for name in _FIGURES)
        return PacketValue(place, kpi, unit, period, breakdown, value, numerator, denominator)

    def _text(self, entry: Mapping[str, Any], place: str, name: str) -> str:
        value = entry.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > 120 or not is_storable(value):
            self._wrong(f"{place}/{name}", "Thiếu hoặc không hợp lệ.", "Missing or not valid.")
            return ""
        return unicodedata.normalize("NFC", value.strip())

    def _figure(self, entry: Mapping[str, Any], place: str, name: str) -> Decimal | None:
        value = entry.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or _FIGURE.fullmatch(value) is None:
            self._wrong(f"{place}/{name}", "Không phải số (ví dụ 97.25).", "Not a number such as 97.25.")
            return None
        return Decimal(value)

    def _unknown(self, place: str, entry: Mapping[str, Any], known: frozenset[str]) -> None:
        for name in sorted(str(key) for key in entry.keys() - known):
            self._wrong(f"{place}/{name[:60]}", "Khóa không được dùng ở đây.", "This key has no meaning here.")

    def _wrong(self, place: str, vi: str, en: str) -> None:
        self.problems.append(PacketProblem(place, Label(vi, en)))
