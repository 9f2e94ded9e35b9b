"""OData 4.0: what an entity set is, the service's metadata (EDMX) and its rows as JSON with exact numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from lxml import etree

from hub.domain.form import Label
from hub.writers.sdmx_data import figure_text

Edm = Literal["Edm.String", "Edm.Int32", "Edm.Decimal", "Edm.Boolean", "Edm.Date", "Edm.DateTimeOffset"]
Value = str | int | Decimal | bool | date | datetime | None
T = TypeVar("T")
NAMESPACE = "VNHub"
CONTAINER = "Hub"

_EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
_EDM = "http://docs.oasis-open.org/odata/ns/edm"
_DESCRIPTION = "Org.OData.Core.V1.Description"
_VOCABULARY = "https://docs.oasis-open.org/odata/odata-vocabularies/v4.0/vocabularies/Org.OData.Core.V1.xml"


@dataclass(frozen=True)
class Property(Generic[T]):
    """A column of an entity set: its name and type, what it is called, and where its value comes from."""

    name: str
    edm: Edm
    label: Label
    get: Callable[[T], Value]
    nullable: bool = True


@dataclass(frozen=True)
class EntitySet(Generic[T]):
    """A flat table. ``place`` orders its rows and tells any two of them apart; ``place_of_key`` gives it for a key."""

    name: str
    label: Label
    properties: tuple[Property[T], ...]
    key: str
    place: Callable[[T], tuple[Any, ...]]
    place_of_key: Callable[[str], tuple[Any, ...]]

    @cached_property
    def by_name(self) -> dict[str, Property[T]]:
        """Its properties by name."""
        return {each.name: each for each in self.properties}


def write_metadata(sets: Iterable[EntitySet[Any]]) -> bytes:
    """The EDMX document: one flat entity type a set, no links between them."""
    root = etree.Element(f"{{{_EDMX}}}Edmx", {"Version": "4.0"}, nsmap={"edmx": _EDMX})
    reference = etree.SubElement(root, f"{{{_EDMX}}}Reference", {"Uri": _VOCABULARY})
    etree.SubElement(reference, f"{{{_EDMX}}}Include", {"Namespace": "Org.OData.Core.V1"})
    services = etree.SubElement(root, f"{{{_EDMX}}}DataServices")
    schema = etree.SubElement(services, f"{{{_EDM}}}Schema", {"Namespace": NAMESPACE}, nsmap={None: _EDM})  # type: ignore[dict-item]
    container = etree.Element(f"{{{_EDM}}}EntityContainer", {"Name": CONTAINER})
    for each in sets:
        _entity_type(schema, each)
        _add(container, "EntitySet", Name=each.name, EntityType=f"{NAMESPACE}.{_type_name(each)}")
    schema.append(container)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _type_name(entity_set: EntitySet[Any]) -> str:
    return f"{entity_set.name}Row"


def _entity_type(schema: Any, entity_set: EntitySet[Any]) -> None:
    its = _add(schema, "EntityType", Name=_type_name(entity_set))
    _add(_add(its, "Key"), "PropertyRef", Name=entity_set.key)
    for each in entity_set.properties:
        element = _add(its, "Property", Name=each.name, Type=each.edm)
        if not each.nullable:
            element.set("Nullable", "false")
        if each.edm == "Edm.Decimal":
            element.set("Scale", "variable")
        if each.edm == "Edm.DateTimeOffset":
            element.set("Precision", "6")
        _describe(element, each.label)
    _describe(its, entity_set.label)


def _describe(element: Any, label: Label) -> None:
    _add(element, "Annotation", Term=_DESCRIPTION, String=f"{label.vi} / {label.en}")


def _add(parent: Any, name: str, **attributes: str) -> Any:
    return etree.SubElement(parent, f"{{{_EDM}}}{name}", attributes)


# --- JSON ------------------------------------------------------------


def write_service(sets: Iterable[EntitySet[Any]], home: str) -> bytes:
    """The service document: every set with its name and address."""
    value = [
        {"name": each.name, "kind": "EntitySet", "url": each.name, "title": f"{each.label.vi} / {each.label.en}"}
        for each in sets
    ]
    return json.dumps({"@odata.context": f"{home}/$metadata", "value": value}, ensure_ascii=False).encode()


def write_rows(
    rows: Iterable[T],
    properties: Sequence[Property[T]],
    *,
    context: str | None,
    count: int | None,
    next_link: str | None,
    quoted: bool,
) -> bytes:
    """A page of a set. Decimals are JSON numbers with all their digits, or texts where the client wants them ``quoted``
    (``IEEE754Compatible``)."""
    parts = [f'"@odata.context":{_text(context)}'] if context is not None else []
    if count is not None:
        parts.append(f'"@odata.count":{count}')
    parts.append(f'"value":[{",".join(_row(row, properties, quoted=quoted) for row in rows)}]')
    if next_link is not None:
        parts.append(f'"@odata.nextLink":{_text(next_link)}')
    return f"{{{','.join(parts)}}}".encode()


def write_row(row: T, properties: Sequence[Property[T]], *, context: str | None, quoted: bool) -> bytes:
    """One entity alone."""
    its = _row(row, properties, quoted=quoted)
    return its.encode() if context is None else f'{{"@odata.context":{_text(context)},{its[1:]}'.encode()


def _row(row: T, properties: Sequence[Property[T]], *, quoted: bool) -> str:
    return "{" + ",".join(f'"{each.name}":{json_value(each.get(row), quoted=quoted)}' for each in properties) + "}"


def json_value(value: Value, *, quoted: bool = False) -> str:
    """A value as JSON, exact to its last digit."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return f'"{figure_text(value)}"' if quoted else figure_text(value)
    return _text(plain_value(value))


def plain_value(value: str | date | datetime) -> str:
    """A text, a day or an instant as OData spells it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def _text(value: str | None) -> str:
    return json.dumps(value, ensure_ascii=False)


def write_error(code: str, text: Label) -> bytes:
    """An error as OData clients show it: both languages in one line, since they show only one."""
    details = [{"code": "vi", "message": text.vi}, {"code": "en", "message": text.en}]
    body = {"error": {"code": code, "message": f"{text.vi} / {text.en}", "details": details}}
    return json.dumps(body, ensure_ascii=False).encode()
