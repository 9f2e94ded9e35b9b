"""Figures rolled up from the history by one text of SQL, whatever engine runs it: exact, as the hub itself makes them.

Every province and ministry and the nation, every period that was reported and every longer one whose parts are all in
the history. Made are the figures that follow exactly from those of the units (R29): sums, last and largest values, and
ratios made again from their sums. Weighted means, and totals that only a rule makes of a longer period, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from hub.domain.form import Address
from hub.domain.observation import Basis
from hub.domain.rollup import scaled_quotient
from hub.errors import BadRequest, NotFound
from hub.services.history_engines import Engine, Row, Source
from hub.services.history_files import DICTIONARIES, FIGURES, MANIFEST

_CODE = re.compile(r"[\w.\-]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the history; empty means all. ``first`` and ``last`` bound the days of periods (ISO)."""

    basis: Basis = "then"
    regimes: tuple[str, ...] = ()
    frequencies: tuple[str, ...] = ()
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """One figure of a unit or the nation. ``value`` has the cell's decimals; ``contributors`` units reported it.

    ``exact``: it could be told under which unit every part of it belongs.
    """

    unit_id: str
    edition: str
    period: str
    address: Address
    value: Decimal
    contributors: int
    exact: bool


@dataclass(frozen=True, slots=True)
class _Cell:
    address: Address
    decimals: int
    kind: str
    over_time: str
    top: int | None
    bottom: int | None
    scale: Decimal


def statement() -> str:
    """The text of the roll-up, the same for every engine."""
    return (files("hub.services") / "history_rollup.sql").read_text("utf-8")


def roll_up(folder: Path, engine: Engine, wanted: Wanted | None = None) -> list[Total]:
    """What the history holds of what is wanted, by unit, edition, period and cell.

    NotFound where there is no history yet; BadRequest for a code that cannot be one.
    """
    sources = _narrowed(sources_of(folder, wanted or Wanted()), engine)
    rows = engine.run(sources, statement())
    return _finished(rows, _cells(engine.run({"cells": sources["cells"]}, "SELECT * FROM cells")))


def sources_of(folder: Path, wanted: Wanted) -> dict[str, Source]:
    """The tables that the text asks for, narrowed to what is wanted."""
    if not (folder / MANIFEST).exists():
        raise NotFound(
            "Chưa có lịch sử số liệu; hãy chạy: hub history export", "No history yet; run: hub history export"
        )
    regimes = _one_of("regime", wanted.regimes)
    of_steps = [regimes, _one_of("frequency", wanted.frequencies)]
    of_steps += [f"first_day >= {_day(wanted.first)}"] if wanted.first else []
    of_steps += [f"last_day <= {_day(wanted.last)}"] if wanted.last else []
    figures = folder / FIGURES
    dictionary = {
        name: str(folder / DICTIONARIES / f"{name}.parquet") for name in ("steps", "places", "homes", "cells")
    }
    return {
        "figures": Source(f"{figures}/regime=*/edition=*/period=*/part.parquet", regimes, figures),
        "steps": Source(dictionary["steps"], " AND ".join(each for each in of_steps if each)),
        "places": Source(dictionary["places"]),
        "homes": Source(dictionary["homes"], _one_of("basis", (wanted.basis,))),
        "cells": Source(dictionary["cells"], regimes),
    }


def _narrowed(sources: dict[str, Source], engine: Engine) -> dict[str, Source]:
    """Only the files of periods that are a part of what is wanted are read."""
    if "frequency" not in sources["steps"].condition and "_day" not in sources["steps"].condition:
        return sources
    found = engine.run({"steps": sources["steps"]}, "SELECT DISTINCT part_period FROM steps ORDER BY part_period")
    figures = sources["figures"]
    periods = _one_of("period", [code for (code,) in found]) or "period = ''"
    condition = f"{figures.condition} AND {periods}" if figures.condition else periods
    return sources | {"figures": Source(figures.files, condition, figures.partitioned)}


def _one_of(column: str, codes: Sequence[str]) -> str:
    if not all(_CODE.fullmatch(code) for code in codes):
        raise BadRequest("Mã không hợp lệ.", "Such a code cannot be.")
    return f"{column} IN ({', '.join(repr(code) for code in codes)})" if codes else ""


def _day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise BadRequest(f"{text}: ngày phải viết dạng 2026-01-31.", f"{text}: a day is written as 2026-01-31.")
    return f"CAST('{text}' AS DATE)"


def _cells(rows: Sequence[Row]) -> dict[tuple[str, str], dict[int, _Cell]]:
    found: dict[tuple[str, str], dict[int, _Cell]] = {}
    for regime, edition, cell, form, row, column, decimals, kind, over_time, top, bottom, scale in rows:
        at = Address(form, row, column)
        found.setdefault((regime, edition), {})[cell] = _Cell(
            at, decimals, kind, over_time, top, bottom, Decimal(scale)
        )
    return found


def _finished(rows: Sequence[Row], cells: Mapping[tuple[str, str], Mapping[int, _Cell]]) -> list[Total]:
    """Figures from the rows of the statement, the ratios among them."""
    totals: list[Total] = []
    group: dict[int, Row] = {}
    key: tuple[str, ...] = ()
    for row in [*rows, ("", "", "", "", 0)]:
        if row[:4] != key and group:
            totals += _of_group(key, group, cells[key[1], key[2]])
            group = {}
        key, group[row[4]] = row[:4], row
    return totals


def _of_group(key: tuple[str, ...], group: Mapping[int, Row], cells: Mapping[int, _Cell]) -> list[Total]:
    unit, regime, edition, period = key
    own, exact = any(row[5] for row in group.values()), all(row[9] for row in group.values())
    scaled: dict[int, tuple[int, int]] = {}
    for cell, row in group.items():
        value = row[6] if row[5] or cells[cell].over_time != "max" else row[7]
        if value is not None:
            scaled[cell] = int(value), int(row[8])
    for cell, its in cells.items():
        if its.kind == "ratio" and (own or its.over_time == "recompute"):
            made = _ratio(its, cells, scaled)
            if made is not None:
                scaled[cell] = (made[0], int(group[cell][8]) if cell in group else 0) if own else made
    return [
        Total(
            unit, f"{regime}/{edition}", period, cells[cell].address,
            Decimal(value).scaleb(-cells[cell].decimals), count, exact,
        )
        for cell, (value, count) in sorted(scaled.items())
    ]  # fmt: skip


def _ratio(its: _Cell, cells: Mapping[int, _Cell], scaled: Mapping[int, tuple[int, int]]) -> tuple[int, int] | None:
    """The scaled ratio of two sums, and how many units gave the upper one; None where they make none."""
    if its.top is None or its.bottom is None or its.top not in scaled or its.bottom not in scaled:
        return None
    (top, count), (bottom, _) = scaled[its.top], scaled[its.bottom]
    if bottom == 0:
        return None
    tens = cells[its.top].decimals, cells[its.bottom].decimals
    return scaled_quotient(top, tens[0], bottom, tens[1], its.scale, its.decimals), count
