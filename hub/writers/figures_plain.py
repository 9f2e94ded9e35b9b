"""A series of national figures as one long list, in CSV and JSON: a figure a line, with all that it stands on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from hub.domain.form import Label
from hub.domain.interchange import neutralise
from hub.domain.observation import Observation, Series
from hub.domain.tables import shown_number

COLUMNS = (
    "regime", "form", "row", "column", "label_vi", "label_en", "unit_of_measure", "unit", "unit_name_vi",
    "unit_name_en", "period", "value", "standing", "exactness", "edition", "accepted", "obliged", "waiting",
    "excluded", "missing_weight", "revised", "from_units",
)  # fmt: skip
_FIGURES = frozenset({"value", "missing_weight"})

Names = Callable[[str], Label]


def write_series_csv(series: Series, unit_names: Names) -> bytes:
    """UTF-8 with a byte order mark, RFC 4180, names of columns in the first line; figures with all their decimals and a
    point, blank where there is none. Text that could begin a formula has one apostrophe in front (P30)."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in _lines(series, unit_names):
        writer.writerow([_csv_text(name, line[name]) for name in COLUMNS])
    return buffer.getvalue().encode("utf-8-sig")


def write_series_json(series: Series, unit_names: Names, made_at: datetime, *, demonstration: bool = False) -> bytes:
    """One object with the basis, the moments and ``observations``; figures are strings with exactly their decimals."""
    content = {
        "made_at": made_at.isoformat(),
        "known_at": series.known_at.isoformat() if series.known_at is not None else None,
        "basis": series.basis,
        "demonstration": demonstration,
        "notes": [{"vi": note.vi, "en": note.en} for note in series.notes],
        "periods": [period.code for period in series.periods],
        "units": list(series.units),
        "observations": list(_lines(series, unit_names)),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.translate(_INERT).encode() + b"\n"


_INERT = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def _lines(series: Series, unit_names: Names) -> Iterator[dict[str, Any]]:
    for each in series.observations:
        yield _line(each, unit_names(each.unit_id))


def _line(each: Observation, unit: Label) -> dict[str, Any]:
    measure, weight = each.measure, each.missing_weight
    form, row, column = measure.address
    return {
        "regime": measure.regime, "form": form, "row": row, "column": column,
        "label_vi": measure.label.vi, "label_en": measure.label.en, "unit_of_measure": measure.unit,
        "unit": each.unit_id, "unit_name_vi": unit.vi, "unit_name_en": unit.en, "period": each.period.code,
        "value": _digits(each.value, measure.decimals), "standing": each.standing, "exactness": each.exactness,
        "edition": each.edition, "accepted": each.accepted, "obliged": each.obliged, "waiting": each.waiting,
        "excluded": each.excluded, "missing_weight": _digits(weight, 6), "revised": each.revised,
        "from_units": list(each.from_units),
    }  # fmt: skip


def _digits(value: Decimal | None, decimals: int) -> str | None:
    return shown_number(value, decimals) if value is not None else None


def _csv_text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return neutralise(" ".join(value))
    return str(value) if name in _FIGURES else neutralise(str(value))
