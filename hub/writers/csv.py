"""A filing's values as the CSV that the CSV door reads: one line a value, text that no spreadsheet runs (P30)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Literal

from hub.domain.envelope import Notation
from hub.domain.form import Column, Form
from hub.domain.interchange import CSV_HEADER, NIL_COLUMN, OUTLINE_FORM, ReportDocument, neutralise
from hub.domain.regime import Edition
from hub.domain.values import FormValues, Value, Values
from hub.writers.value_text import grid_values, record_values, value_text

Separator = Literal[",", ";", "\t"]


def write_csv(
    edition: Edition, unit: str, period: str, scope: str, values: Values, separator: Separator = ","
) -> bytes:
    """One report as UTF-8 CSV with a byte order mark. With ``;`` figures have a decimal comma, as the door reads them.

    CSV carries no explanations.
    """
    return write_csv_many([ReportDocument(edition, unit, period, scope, values)], separator)


def write_csv_many(documents: Iterable[ReportDocument], separator: Separator = ",") -> bytes:
    """Many reports in one file, the lines of each together."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    writer.writerow(CSV_HEADER)
    notation: Notation = "vi" if separator == ";" else "canonical"
    for document in documents:
        identity = (document.edition.regime, document.unit, document.period, document.scope)
        for line in _lines(document, notation):
            writer.writerow(identity + line)
    return buffer.getvalue().encode("utf-8-sig")


def _lines(document: ReportDocument, notation: Notation) -> Iterator[tuple[str, str, str, str]]:
    for form in document.edition.forms:
        values = document.values.forms.get(form.code)
        if values is not None:
            yield from _form_lines(form, values, notation)
    for code, text in document.values.outline.items():
        yield OUTLINE_FORM, "", code, neutralise(text)


def _form_lines(form: Form, values: FormValues, notation: Notation) -> Iterator[tuple[str, str, str, str]]:
    if values.nil:
        yield form.code, "", NIL_COLUMN, "true"
    elif form.kind == "grid":
        for row, column, value in grid_values(form, values):
            yield form.code, row, column.code, _inert(column, value, notation)
    else:
        for number, record in enumerate(values.records, 1):
            for column, value in record_values(form, record):
                yield form.code, str(number), column.code, _inert(column, value, notation)


def _inert(column: Column, value: Value, notation: Notation) -> str:
    """A figure stays a number (``-5`` is one, not a formula); all other text is neutralised."""
    text = value_text(column, value, notation)
    return text if column.numeric else neutralise(text)
