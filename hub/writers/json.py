"""A filing's values as the JSON that the JSON door reads. Figures are strings, so that no client rounds them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hub.domain.form import Form
from hub.domain.interchange import ReportDocument
from hub.domain.regime import Edition
from hub.domain.values import FormValues, Values
from hub.writers.value_text import grid_values, record_values, value_text


def write_json(
    edition: Edition,
    unit: str,
    period: str,
    scope: str,
    values: Values,
    explanations: Mapping[str, str] | None = None,
) -> bytes:
    """One report as UTF-8 JSON, in the edition's order."""
    return _dump(_report(ReportDocument(edition, unit, period, scope, values, explanations or {})))


def write_json_many(documents: Iterable[ReportDocument]) -> bytes:
    """Many reports in one file: ``{"reports": [ … ]}``."""
    return _dump({"reports": [_report(document) for document in documents]})


def _dump(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def _report(document: ReportDocument) -> dict[str, Any]:
    edition, values = document.edition, document.values
    forms = {form.code: _form(form, values.forms[form.code]) for form in edition.forms if form.code in values.forms}
    report: dict[str, Any] = {
        "regime": edition.regime,
        "edition": edition.code,
        "unit": document.unit,
        "period": document.period,
        "scope": document.scope,
        "forms": forms,
    }
    if values.outline:
        report["outline"] = dict(values.outline)
    if document.explanations:
        report["explanations"] = dict(document.explanations)
    return report


def _form(form: Form, values: FormValues) -> dict[str, Any]:
    if values.nil:
        return {"nil": True}
    if form.kind == "grid":
        return {
            "cells": {
                f"{row}.{column.code}": value_text(column, value) for row, column, value in grid_values(form, values)
            }
        }
    return {
        "records": [
            {column.code: value_text(column, value) for column, value in record_values(form, record)}
            for record in values.records
        ]
    }
