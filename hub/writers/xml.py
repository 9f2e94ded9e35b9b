"""A filing's values as the XML that the XML door reads and the edition's XSD accepts."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Column, Form
from hub.domain.interchange import XML_NAMESPACE, ReportDocument
from hub.domain.regime import Edition
from hub.domain.values import FormValues, Value, Values
from hub.writers.value_text import grid_values, record_values, value_text

_NS = f"{{{XML_NAMESPACE}}}"
_NSMAP: Any = {None: XML_NAMESPACE}


def write_xml(
    edition: Edition,
    unit: str,
    period: str,
    scope: str,
    values: Values,
    explanations: Mapping[str, str] | None = None,
) -> bytes:
    """One report as UTF-8 XML, in the edition's order."""
    document = ReportDocument(edition, unit, period, scope, values, explanations or {})
    return etree.tostring(_report(document), encoding="utf-8", xml_declaration=True)


def write_xml_many(documents: Iterable[ReportDocument]) -> bytes:
    """Many reports in one file, under ``<reports>``; one report's tree is in memory at a time."""
    buffer = io.BytesIO()
    with etree.xmlfile(buffer, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(f"{_NS}reports", nsmap=_NSMAP):
            for document in documents:
                file.write(_report(document))
    return buffer.getvalue()


def _report(document: ReportDocument) -> Any:
    report = etree.Element(
        f"{_NS}report",
        {
            "regime": document.edition.regime,
            "edition": document.edition.code,
            "unit": document.unit,
            "period": document.period,
            "scope": document.scope,
        },
        nsmap=_NSMAP,
    )
    for form in document.edition.forms:
        if form.code in document.values.forms:
            _add_form(report, form, document.values.forms[form.code])
    _add_texts(report, "outline", "section", "code", document.values.outline)
    _add_texts(report, "explanations", "explain", "key", document.explanations)
    return report


def _add_form(report: Any, form: Form, values: FormValues) -> None:
    element = etree.SubElement(report, f"{_NS}form", code=form.code)
    if values.nil:
        element.set("nil", "true")
    elif form.kind == "grid":
        rows: dict[str, Any] = {}
        for row, column, value in grid_values(form, values):
            if row not in rows:
                rows[row] = etree.SubElement(element, f"{_NS}row", code=row)
            _add_cell(rows[row], column, value)
    else:
        for record in values.records:
            parent = etree.SubElement(element, f"{_NS}record")
            for column, value in record_values(form, record):
                _add_cell(parent, column, value)


def _add_cell(parent: Any, column: Column, value: Value) -> None:
    cell = etree.SubElement(parent, f"{_NS}{column.code}")
    if value is NOT_APPLICABLE:
        cell.set("na", "true")
    else:
        cell.text = value_text(column, value)


def _add_texts(report: Any, parent: str, child: str, naming: str, texts: Mapping[str, str]) -> None:
    if texts:
        element = etree.SubElement(report, f"{_NS}{parent}")
        for name, text in texts.items():
            etree.SubElement(element, f"{_NS}{child}", {naming: name}).text = text
