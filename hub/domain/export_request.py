"""What somebody takes away of the national figures: which, of whom, of when, on which basis, in which format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal, get_args

from hub.domain.form import Label
from hub.domain.observation import Basis

Format = Literal["xlsx", "csv", "json", "package", "pdf"]
FORMATS: Mapping[Format, Label] = {
    "xlsx": Label("Bảng tính Excel (XLSX)", "Excel workbook (XLSX)"),
    "csv": Label("CSV", "CSV"),
    "json": Label("JSON", "JSON"),
    "package": Label("Gói dữ liệu (zip)", "Data package (zip)"),
    "pdf": Label("PDF để in", "PDF for print"),
}
Level = Literal["", "nation", "province", "ministry", "commune"]


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Measures by their keys; periods by their codes, empty for no bound; ``level`` empty for the nation and all units
    right below it; ``within``: the province whose communes are meant; ``known_at``: None for what is known now."""

    regime: str
    measures: tuple[str, ...]
    format: Format = "xlsx"
    level: Level = ""
    within: str = ""
    first: str = ""
    last: str = ""
    frequency: str = ""
    basis: Basis = "then"
    known_at: datetime | None = None

    def text(self) -> str:
        """The request in its one form, to keep and to compare."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values |= {"measures": list(self.measures), "known_at": self.known_at and self.known_at.isoformat()}
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def in_format(self, format: Format) -> ExportRequest:
        """The same figures in another format."""
        return replace(self, format=format)


def request_of(text: str) -> ExportRequest:
    """The request that :meth:`ExportRequest.text` wrote."""
    values: dict[str, Any] = json.loads(text)
    moment = values["known_at"]
    values |= {"measures": tuple(values["measures"]), "known_at": datetime.fromisoformat(moment) if moment else None}
    return ExportRequest(**values)


def is_level(text: str) -> bool:
    """Whether it names a level that can be asked for."""
    return text in get_args(Level)
