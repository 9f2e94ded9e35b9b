"""Reads the lists that all regimes share: units of measure and indicators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from hub.catalog.concepts import Indicator, Unit
from hub.catalog.document import check_structure, read_document
from hub.catalog.metaschema import IndicatorsSchema, UnitsSchema
from hub.catalog.roots import Root
from hub.domain.form import Label


@dataclass(frozen=True, slots=True)
class Lists:
    """The shared lists of all roots. None: one could not be read, so what names its entries is left unjudged."""

    units: dict[str, Unit] | None = None
    indicators: dict[str, Indicator] | None = None


def read_lists(roots: Iterable[Root], problems: list[str]) -> Lists:
    """The lists of all roots together; an entry given twice, in one root or two, is a problem."""
    roots = tuple(roots)
    units = _read_list(roots, "units.yaml", UnitsSchema(), "units", problems)
    indicators = _read_list(roots, "indicators.yaml", IndicatorsSchema(), "indicators", problems)
    return Lists(
        None if units is None else {e["code"]: Unit(e["code"], Label(e["vi"], e["en"])) for e in units},
        None if indicators is None else {e["code"]: _indicator(e) for e in indicators},
    )


def _indicator(entry: dict[str, Any]) -> Indicator:
    return Indicator(entry["code"], Label(entry["vi"], entry["en"]), entry["unit"], entry["rollup"])


def _read_list(
    roots: Iterable[Root], name: str, schema: Schema, key: str, problems: list[str]
) -> list[dict[str, Any]] | None:
    """The entries of a shared list, or None if the structure of one of its files does not hold."""
    entries: list[dict[str, Any]] = []
    seen: set[str] = set()
    for root in roots:
        if not (root.folder / name).is_file():
            continue
        document = read_document(root.folder / name, f"{root.prefix}{name}")
        data = check_structure(document, schema, problems)
        if data is None:
            return None
        for position, entry in enumerate(data[key]):
            if entry["code"] in seen:
                problems.append(document.problem([key, position], f"the code {entry['code']!r} stands twice"))
            seen.add(entry["code"])
            entries.append(entry)
    return entries
