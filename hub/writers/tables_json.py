"""Published tables as canonical JSON: the same document is the same bytes, every figure a string of exact digits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hub.domain.form import Label
from hub.domain.tables import Cell, Document, Table, TableRow, shown_number

_INERT = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
"""Spelled out, so that the file stays data even where it is shown as a page; they stand only inside JSON strings."""


def write_tables_json(document: Document) -> bytes:
    """UTF-8, keys sorted, no spaces, one line end."""
    content = {
        "title": _label(document.title),
        "subtitle": _label(document.subtitle),
        "issuer": _label(document.issuer),
        "created_at": document.created_at.isoformat(),
        "demonstration": document.demonstration,
        "layout": document.layout,
        "facts": [
            {"label": _label(label), "text": _label(text) if isinstance(text, Label) else text}
            for label, text in document.facts
        ],
        "tables": [_table(table) for table in document.tables],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.translate(_INERT).encode("utf-8") + b"\n"


def _label(label: Label) -> dict[str, str]:
    return {"vi": label.vi, "en": label.en}


def _table(table: Table) -> dict[str, Any]:
    return {
        "code": table.code,
        "title": _label(table.title),
        "unit": None if table.unit is None else _label(table.unit),
        "header": [
            [{"label": _label(c.label), "span_cols": c.span_cols, "span_rows": c.span_rows} for c in line]
            for line in table.header
        ],
        "columns": list(table.column_codes),
        "rows": [_row(row, table.column_codes) for row in table.rows],
        "notes": [_label(note) for note in table.notes],
    }


def _row(row: TableRow, codes: Sequence[str]) -> dict[str, Any]:
    cells = {code: _cell(cell) for code, cell in zip(codes, row.cells, strict=True)}
    return {"code": row.code, "label": _label(row.label), "level": row.level, "cells": cells}


def _cell(cell: Cell) -> dict[str, Any]:
    """Only what there is to say; a figure is told from text by its key."""
    said: dict[str, Any] = {"ref": cell.ref, "note": cell.note, "mark": cell.mark or None}
    if isinstance(cell.value, Decimal | int):
        said["number"] = shown_number(cell.value, cell.decimals)
    else:
        said["text"] = cell.value
    return {name: value for name, value in said.items() if value is not None}
