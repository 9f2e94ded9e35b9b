"""A publication's own JSON file back to the document it was written from: what is shown is what was issued."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from hub.domain.form import Label
from hub.domain.tables import Cell, Document, HeaderCell, Table, TableRow


def read_tables_json(content: bytes) -> Document:
    """The document that ``hub.writers.tables_json`` wrote. KeyError or ValueError for anything else."""
    data = json.loads(content)
    return Document(
        title=_label(data["title"]),
        subtitle=_label(data["subtitle"]),
        facts=[(_label(fact["label"]), _text(fact["text"])) for fact in data["facts"]],
        tables=[_table(table) for table in data["tables"]],
        demonstration=data["demonstration"],
        created_at=datetime.fromisoformat(data["created_at"]),
        issuer=_label(data["issuer"]),
        layout=data.get("layout", 1),
    )


def _text(said: Any) -> str | Label:
    """What older publications say in one text, newer ones say in both languages."""
    return said if isinstance(said, str) else _label(said)


def _label(data: dict[str, str]) -> Label:
    return Label(data["vi"], data["en"])


def _table(data: dict[str, Any]) -> Table:
    return Table(
        code=data["code"],
        title=_label(data["title"]),
        header=[
            [HeaderCell(_label(cell["label"]), cell["span_cols"], cell["span_rows"]) for cell in line]
            for line in data["header"]
        ],
        column_codes=data["columns"],
        rows=[_row(row, data["columns"]) for row in data["rows"]],
        notes=[_label(note) for note in data["notes"]],
        unit=_label(data["unit"]) if data["unit"] else None,
    )


def _row(data: dict[str, Any], codes: list[str]) -> TableRow:
    return TableRow(
        data["code"], _label(data["label"]), [_cell(data["cells"].get(code, {})) for code in codes], data["level"]
    )


def _cell(data: dict[str, Any]) -> Cell:
    value, decimals = data.get("text"), None
    if "number" in data:
        value = Decimal(data["number"])
        decimals = max(0, -int(value.as_tuple().exponent))
    return Cell(value, decimals, data.get("ref"), data.get("note"), data.get("mark", ""))
