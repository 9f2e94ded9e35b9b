"""A filing's values as the fields that the web form posts."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from hub.domain.form import Form
from hub.domain.interchange import cell_field, explain_field, nil_field, outline_field, record_field
from hub.domain.regime import Edition
from hub.domain.values import FormValues, Values
from hub.writers.value_text import grid_values, record_values, value_text


def form_fields(
    edition: Edition, values: Values, explanations: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """(name, text) of every field with a value; figures as people write them, with a decimal comma."""
    fields = [
        field
        for form in edition.forms
        if form.code in values.forms
        for field in _form_fields(form, values.forms[form.code])
    ]
    fields += [(outline_field(code), text) for code, text in values.outline.items()]
    fields += [(explain_field(key), text) for key, text in (explanations or {}).items()]
    return fields


def write_form(edition: Edition, values: Values, explanations: Mapping[str, str] | None = None) -> bytes:
    """The same fields as the body of ``application/x-www-form-urlencoded``."""
    return urlencode(form_fields(edition, values, explanations)).encode("ascii")


def _form_fields(form: Form, values: FormValues) -> list[tuple[str, str]]:
    if values.nil:
        return [(nil_field(form.code), "1")]
    if form.kind == "grid":
        return [
            (cell_field(form.code, row, column.code), value_text(column, value, "vi"))
            for row, column, value in grid_values(form, values)
        ]
    return [
        (record_field(form.code, number, column.code), value_text(column, value, "vi"))
        for number, record in enumerate(values.records, 1)
        for column, value in record_values(form, record)
    ]
