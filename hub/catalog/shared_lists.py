"""Reads the lists that all regimes share: units of measure, indicators and breakdowns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from marshmallow import Schema

from hub.catalog.concepts import Breakdown, Indicator, Unit
from hub.catalog.document import check_structure, read_document
from hub.catalog.metaschema import BreakdownsSchema, IndicatorsSchema, UnitsSchema
from hub.catalog.roots import Root
from hub.domain.form import Choice, Label
from hub.domain.units import Conversion

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Lists:
    """The shared lists of all roots. None: one could not be read, so what names its entries is left unjudged."""

    units: Mapping[str, Unit] | None = None
    indicators: Mapping[str, Indicator] | None = None
    breakdowns: Mapping[str, Breakdown] | None = None
    conversions: Mapping[str, Conversion] = field(default_factory=dict)
    """What each unit of known quantity is worth."""


def read_lists(roots: Iterable[Root], problems: list[str]) -> Lists:
    """The lists of all roots together; an entry given twice, in one root or two, is a problem."""
    roots = tuple(roots)
    units = _read_list(roots, "units.yaml", UnitsSchema(), "units", _unit, problems)
    return Lists(
        units,
        _read_list(roots, "indicators.yaml", IndicatorsSchema(), "indicators", _indicator, problems),
        _read_list(roots, "breakdowns.yaml", BreakdownsSchema(), "breakdowns", _breakdown, problems),
        {unit.code: Conversion(unit.quantity, unit.factor) for unit in (units or {}).values()
         if unit.quantity is not None and unit.factor is not None},
    )  # fmt: skip


def _unit(entry: dict[str, Any]) -> Unit:
    return Unit(entry["code"], _label(entry), entry.get("quantity"), entry.get("factor"))


def _indicator(entry: dict[str, Any]) -> Indicator:
    return Indicator(entry["code"], _label(entry), entry["unit"], entry["rollup"], entry["description"])


def _breakdown(entry: dict[str, Any]) -> Breakdown:
    items = {item["code"]: Choice(item["code"], _label(item)) for item in entry["items"]}
    return Breakdown(entry["code"], _label(entry), items)


def _label(entry: dict[str, Any]) -> Label:
    return Label(entry["vi"], entry["en"])


def _read_list(
    roots: Iterable[Root],
    name: str,
    schema: Schema,
    key: str,
    build: Callable[[dict[str, Any]], Entry],
    problems: list[str],
) -> dict[str, Entry] | None:
    """The entries of a shared list by code, or None if the structure of one of its files does not hold."""
    entries: dict[str, Entry] = {}
    for root in roots:
        if not (root.folder / name).is_file():
            continue
        document = read_document(root.folder / name, f"{root.prefix}{name}")
        data = check_structure(document, schema, problems)
        if data is None:
            return None
        for position, entry in enumerate(data[key]):
            problems += [document.problem([key, position], text) for text in _twice(entry, entries)]
            entries[entry["code"]] = build(entry)
    return entries


def _twice(entry: dict[str, Any], before: Mapping[str, object]) -> list[str]:
    codes = [item["code"] for item in entry.get("items", ())]
    found = [f"the code {entry['code']!r} stands twice"] if entry["code"] in before else []
    return found + [f"the item {code!r} stands twice" for code in sorted({c for c in codes if codes.count(c) > 1})]
