"""The XSD of an edition, for whoever writes XML for the hub.

XSD 1.0 cannot let a form's code decide which rows and columns it has. So there are two schemas: that of the whole
edition, where the cells of all forms share their types, and that of one form, which is exact. What is required is not
enforced (a draft may be incomplete), and neither are cells that a grid leaves no room for, nor comments inside cells,
which the reader refuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree

from hub.domain.form import Column, Form
from hub.domain.interchange import NO_SECRET, SCOPES, XML_NAMESPACE
from hub.domain.regime import Edition

XS = "http://www.w3.org/2001/XMLSchema"
_XS = f"{{{XS}}}"
_NOT_APPLICABLE = "[Nn]/[Aa]"


def write_xsd(edition: Edition, form: str | None = None) -> bytes:
    """The schema of the whole edition, or of reports holding only the form of that code; KeyError if there is none."""
    forms = edition.forms if form is None else (edition.form(form),)
    schema = etree.Element(
        f"{_XS}schema",
        {"targetNamespace": XML_NAMESPACE, "elementFormDefault": "qualified", "version": edition.code},
        nsmap={"xs": XS, "h": XML_NAMESPACE},
    )
    _document(schema, f"{edition.key}: {edition.title.vi} / {edition.title.en}")
    reports = _element(schema, "reports")
    _add(_sequence(reports), "element", ref="h:report", maxOccurs="unbounded")
    _report(schema, edition, forms)
    _form_type(schema, forms)
    _item_type(schema, "Row", [f for f in forms if f.kind == "grid"])
    _item_type(schema, "Record", [f for f in forms if f.kind == "list"])
    if edition.outline:
        _texts_type(schema, "Outline", "section", "code", [section.code for section in edition.outline])
    _texts_type(schema, "Explanations", "explain", "key", None)
    return etree.tostring(schema, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _add(parent: Any, tag: str, **attributes: str) -> Any:
    return etree.SubElement(parent, f"{_XS}{tag}", attributes)


def _element(parent: Any, name: str, **attributes: str) -> Any:
    return _add(parent, "element", name=name, **attributes)


def _sequence(element: Any) -> Any:
    return _add(_add(element, "complexType"), "sequence")


def _document(parent: Any, text: str) -> None:
    _add(_add(parent, "annotation"), "documentation").text = text


def _report(schema: Any, edition: Edition, forms: Iterable[Form]) -> None:
    report = _element(schema, "report")
    _document(report, " | ".join(f"{form.code} ({form.kind}): {form.title.vi} / {form.title.en}" for form in forms))
    kind = _add(report, "complexType")
    parts = _add(kind, "choice", minOccurs="0", maxOccurs="unbounded")
    _unique(_element(parts, "form", type="h:Form"), "oneRowOfACode", "h:row", "@code")
    if edition.outline:
        _element(parts, "outline", type="h:Outline")
    _element(parts, "explanations", type="h:Explanations")
    _enumeration(_add(kind, "attribute", name="regime", use="required"), [edition.regime])
    _enumeration(_add(kind, "attribute", name="edition"), [edition.code])
    _add(kind, "attribute", name="unit", type="xs:token", use="required")
    _add(kind, "attribute", name="period", type="xs:token", use="required")
    _enumeration(_add(kind, "attribute", name="scope"), list(SCOPES))
    _enumeration(_add(kind, "attribute", name="secrecy"), [NO_SECRET])
    _unique(report, "oneFormOfACode", "h:form", "@code")
    _unique(report, "oneSectionOfACode", "h:outline/h:section", "@code")
    _unique(report, "oneExplanationOfAKey", "h:explanations/h:explain", "@key")


def _unique(element: Any, name: str, selector: str, field: str) -> None:
    unique = _add(element, "unique", name=name)
    _add(unique, "selector", xpath=selector)
    _add(unique, "field", xpath=field)


def _form_type(schema: Any, forms: tuple[Form, ...]) -> None:
    kind = _add(schema, "complexType", name="Form")
    items = _add(kind, "choice", minOccurs="0", maxOccurs="unbounded")
    if any(form.kind == "grid" for form in forms):
        _element(items, "row", type="h:Row")
    if any(form.kind == "list" for form in forms):
        _element(items, "record", type="h:Record")
    _enumeration(_add(kind, "attribute", name="code", use="required"), [form.code for form in forms])
    _add(kind, "attribute", name="nil", type="xs:boolean")


def _item_type(schema: Any, name: str, forms: list[Form]) -> None:
    """A row or record: any of its cells, in any order, each at most once."""
    if not forms:
        return
    kind = _add(schema, "complexType", name=name)
    cells = _add(kind, "all")
    for code, columns in _columns_by_code(forms).items():
        element = _element(cells, code, minOccurs="0")
        _document(element, " | ".join(f"{column.label.vi} / {column.label.en}" for column in columns))
        _value_type(schema, f"{name}.{code}", columns)
        content = _add(_add(element, "complexType"), "simpleContent")
        extension = _add(content, "extension", base=f"h:{name}.{code}")
        _add(extension, "attribute", name="na", type="xs:boolean")
    if name == "Row":
        rows = list(dict.fromkeys(row.code for form in forms for row in form.rows))
        _enumeration(_add(kind, "attribute", name="code", use="required"), rows)


def _columns_by_code(forms: list[Form]) -> dict[str, list[Column]]:
    """Columns of the same code in several forms share one element, whose type is then the union of theirs."""
    columns: dict[str, list[Column]] = {}
    for form in forms:
        for column in form.columns:
            columns.setdefault(column.code, []).append(column)
    return columns


def _value_type(schema: Any, name: str, columns: list[Column]) -> None:
    kind = _add(schema, "simpleType", name=name)
    if len(columns) == 1:
        _restriction(kind, columns[0])
        return
    union = _add(kind, "union")
    for column in columns:
        _restriction(_add(union, "simpleType"), column)


def _restriction(parent: Any, column: Column) -> None:
    """What the canonical notation allows in a cell; empty means missing."""
    if column.type == "text":
        _add(_add(parent, "restriction", base="xs:string"), "maxLength", value=str(column.max_length))
        return
    restriction = _add(parent, "restriction", base="xs:token")
    if column.type == "choice":
        for code in ("", "N/A", *(choice.code for choice in column.choices)):
            _add(restriction, "enumeration", value=code)
        return
    number = "-?[0-9]+" + (rf"(\.[0-9]{{1,{column.decimals}}}0*)?" if column.decimals else r"(\.0+)?")
    day = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    _add(restriction, "pattern", value=f"({number if column.numeric else day}|{_NOT_APPLICABLE})?")


def _texts_type(schema: Any, name: str, child: str, naming: str, codes: list[str] | None) -> None:
    items = _add(_add(schema, "complexType", name=name), "sequence")
    element = _element(items, child, minOccurs="0", maxOccurs="unbounded")
    content = _add(_add(element, "complexType"), "simpleContent")
    attribute = _add(_add(content, "extension", base="xs:string"), "attribute", name=naming, use="required")
    if codes is None:
        attribute.set("type", "xs:token")
    else:
        _enumeration(attribute, codes)


def _enumeration(attribute: Any, codes: list[str]) -> None:
    restriction = _add(_add(attribute, "simpleType"), "restriction", base="xs:token")
    for code in codes:
        _add(restriction, "enumeration", value=code)
