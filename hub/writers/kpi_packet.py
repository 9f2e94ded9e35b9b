"""Packets of steering indicators as JSON or XML: the same names, the same order, figures as text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

NAMESPACE = "urn:vn:hub:kpi:1"
ONE_OF = {
    "sets": "set", "groups": "group", "kpis": "kpi", "breakdowns": "breakdown", "items": "item", "values": "value",
    "frequencies": "frequency",
}  # fmt: skip
"""What each entry of a list is called in XML."""


def write_json(packet: Mapping[str, Any]) -> bytes:
    """The packet as UTF-8 JSON; the same bytes for the same packet."""
    return json.dumps(packet, ensure_ascii=False, indent=1).encode()


def write_xml(packet: Mapping[str, Any]) -> bytes:
    """The packet as XML: ``<packet type=…>``, a list as an element around its entries."""
    root = etree.Element(f"{{{NAMESPACE}}}packet", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    root.set("type", packet["packet"])
    for name, value in packet.items():
        if name != "packet":
            _add(root, name, value)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _add(parent: Any, name: str, value: Any) -> None:
    if value is None:
        return
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if isinstance(value, Mapping):
        for inner, content in value.items():
            _add(element, inner, content)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for content in value:
            _add(element, ONE_OF[name], content)
    else:
        element.text = str(value).lower() if isinstance(value, bool) else str(value)
