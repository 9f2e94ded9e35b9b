"""What explains the figures of the history, as tables to join: cells, units, and what makes up which period.

``steps`` says which campaigns make a period (itself, or the shorter ones that fill it), ``places`` where a cell of
theirs stands in the period's own edition, ``homes`` under which unit a unit's figures of that period stand: ``then`` as
the roll-up of the hub keeps it, ``today`` on today's units. Every home is there with the nation beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

import pyarrow as pa

from hub.domain.form import Address
from hub.domain.org import NATION, OrgRegister
from hub.domain.period import Period, window
from hub.domain.rebasing import Homes, places_of
from hub.domain.regime import Edition
from hub.domain.tiling import tiles
from hub.services.aggregation import longer_periods
from hub.services.core import Core
from hub.services.receiving import owner_of
from hub.store.standing_rows import Campaign

_SUCCESSIONS = (
    ("predecessor", pa.string()),
    ("successor", pa.string()),
    ("effective", pa.date32()),
    ("kind", pa.string()),
)
_CELLS = (
    ("regime", pa.string()), ("edition", pa.string()), ("cell", pa.int32()), ("form", pa.string()),
    ("row", pa.string()),
    ("column", pa.string()), ("decimals", pa.int32()), ("kind", pa.string()), ("over_time", pa.string()),
    ("top", pa.int32()), ("bottom", pa.int32()), ("scale", pa.string()),
)  # fmt: skip
_UNITS = (
    ("unit", pa.string()), ("code", pa.string()), ("level", pa.string()), ("name_vi", pa.string()),
    ("name_en", pa.string()), ("valid_from", pa.date32()), ("valid_to", pa.date32()), ("parent_code", pa.string()),
)  # fmt: skip
_STEPS = (
    ("regime", pa.string()), ("edition", pa.string()), ("period", pa.string()), ("frequency", pa.string()),
    ("first_day", pa.date32()), ("last_day", pa.date32()), ("part_edition", pa.string()), ("part_period", pa.string()),
    ("is_own", pa.int32()), ("is_first", pa.int32()), ("is_last", pa.int32()), ("mapping", pa.string()),
    ("homing", pa.int32()),
)  # fmt: skip
_PLACES = (
    ("mapping", pa.string()), ("part_edition", pa.string()), ("part_cell", pa.int32()), ("cell", pa.int32()),
    ("times", pa.int64()),
)  # fmt: skip
_HOMES = (
    ("homing", pa.int32()), ("basis", pa.string()), ("unit", pa.string()), ("home", pa.string()),
    ("is_exact", pa.int32()),
)  # fmt: skip

Made = tuple[Edition, Period, tuple[tuple[Edition, Period], ...]]
"""A period, under its edition, with the campaigns that make it."""


def dictionaries(core: Core, campaigns: Collection[Campaign], today: date) -> dict[str, pa.Table]:
    """Every table by its name, for the campaigns whose figures are in the history."""
    made, homing = list(_made(core, campaigns)), _Homing(core, today)
    steps = _table(_STEPS, (row for each in made for row in _steps(*each, homing)))
    return {
        "cells": _table(_CELLS, _cells({key: core.catalog.edition(key) for key, _ in sorted(campaigns)}.values())),
        "units": _table(_UNITS, _units(core.orgs)),
        "successions": _table(_SUCCESSIONS, _successions(core.orgs)),
        "steps": steps,
        "places": _table(_PLACES, _places(core, made)),
        "homes": _table(_HOMES, homing.rows()),
    }


def _table(columns: Sequence[tuple[str, pa.DataType]], rows: Iterable[tuple[object, ...]]) -> pa.Table:
    taken = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pa.table({name: pa.array(values, kind) for (name, kind), values in zip(columns, taken, strict=True)})


def _made(core: Core, campaigns: Collection[Campaign]) -> Iterator[Made]:
    """Each campaign by itself, then each longer period all of whose parts are there."""
    longer: dict[Campaign, Made] = {}
    for key, code in sorted(campaigns):
        edition, period = core.catalog.edition(key), Period.parse(code)
        yield edition, period, ((edition, period),)
        for its, whole in longer_periods(core, edition, period):
            if (its.key, whole.code) in longer:
                continue
            known = core.catalog.regimes[its.regime].editions
            tiled = tiles([each for each in known if each.valid_from <= its.valid_from], whole)
            if tiled and all((part.key, each.code) in campaigns for part, each in tiled):
                longer[its.key, whole.code] = its, whole, tiled
    yield from longer.values()


def _cells(editions: Iterable[Edition]) -> Iterator[tuple[object, ...]]:
    for edition in editions:
        for cell, figure in enumerate(edition.figures):
            at, rollup = figure.address, figure.rollup
            top, bottom = (
                edition.slot.get(Address(at.form, at.row, column)) if column else None
                for column in (rollup.numerator, rollup.denominator)
            )
            yield (
                edition.regime, edition.code, cell, at.form, at.row, at.column, figure.decimals, rollup.kind,
                rollup.over_time, top, bottom, str(rollup.scale),
            )  # fmt: skip


def _units(orgs: OrgRegister) -> Iterator[tuple[object, ...]]:
    for each in orgs.units.values():
        yield (
            each.id, each.code, each.level, each.name.vi, each.name.en, each.valid_from, each.valid_to, each.parent_code
        )  # fmt: skip


def _successions(orgs: OrgRegister) -> Iterator[tuple[object, ...]]:
    for each in orgs.successions:
        yield each.predecessor_id, each.successor_id, each.effective, each.kind


def _steps(
    edition: Edition, period: Period, parts: Sequence[tuple[Edition, Period]], homing: _Homing
) -> Iterator[tuple[object, ...]]:  # fmt: skip
    own = int(parts[0][1] == period)
    for number, (its, part) in enumerate(parts):
        yield (
            edition.regime, edition.code, period.code, period.frequency, period.start, period.end, its.code, part.code,
            own, int(number == 0), int(number == len(parts) - 1), _mapping(edition, parts),
            homing.of(edition, period, parts),
        )  # fmt: skip


def _mapping(edition: Edition, parts: Sequence[tuple[Edition, Period]]) -> str:
    """Names how the cells of the parts' editions stand in that of the period."""
    return f"{edition.key}<{'+'.join(sorted({its.code for its, _ in parts}))}"


def _places(core: Core, made: Sequence[Made]) -> Iterator[tuple[object, ...]]:
    """Each mapping once. What would have to be divided is left out in all its parts, so that no part is missing."""
    done: set[str] = set()
    for edition, _, parts in made:
        mapping = _mapping(edition, parts)
        if mapping in done:
            continue
        done.add(mapping)
        known = core.catalog.regimes[edition.regime].editions
        addresses = [figure.address for figure in edition.figures]
        found = {its.code: places_of(edition, its, known, addresses) for its, _ in parts}
        divided = {at for its in found.values() for at, place in its.items() if place.factor.denominator != 1}
        for code, its in found.items():
            for address, place in its.items():
                if address not in divided:
                    yield mapping, code, place.slot, edition.slot[address], place.factor.numerator


class _Homing:
    """Under whom the figures of each body stand, numbered: most periods have the same."""

    def __init__(self, core: Core, today: date) -> None:
        self._core, self._today = core, today
        self._bodies = [unit.id for unit in core.orgs.units.values() if unit.level != "commune"]
        self._owners: dict[str, str] = {}
        self._standing: dict[str, Homes] = {}
        self._of: dict[tuple[str, Period, date | None], int] = {}
        self._numbers: dict[tuple[tuple[str, str, int], ...], int] = {}

    def of(self, edition: Edition, period: Period, parts: Sequence[tuple[Edition, Period]]) -> int:
        """The number of the homes of a period that these parts make."""
        owner = self._owner(edition.regime)
        last_day = window(*parts[-1], self._core.calendar).end if parts[0][1] != period else None
        key = owner, period, last_day
        if key not in self._of:
            homes = self._standing.setdefault(owner, Homes(self._core.orgs, self._today, owner))
            lines = tuple(self._line(unit, homes, period, last_day) for unit in self._bodies)
            self._of[key] = self._numbers.setdefault(lines, len(self._numbers) + 1)
        return self._of[key]

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Every numbered home as rows: each body's own, and the nation."""
        for lines, number in self._numbers.items():
            for unit, (then, now, exact) in zip(self._bodies, lines, strict=True):
                for basis, home, is_exact in (("then", then, 1), ("today", now, exact)):
                    for each in sorted({home, NATION}):
                        yield number, basis, unit, each, is_exact

    def _owner(self, regime: str) -> str:
        if regime not in self._owners:
            latest = self._core.catalog.regimes[regime].editions[-1]
            self._owners[regime] = owner_of(self._core, latest, self._today)
        return self._owners[regime]

    def _line(self, unit: str, homes: Homes, period: Period, last_day: date | None) -> tuple[str, str, int]:
        heirs = self._core.orgs.today(unit, last_day) if last_day is not None else ()
        then = heirs[0].id if len(heirs) == 1 else unit
        now = homes.of(then, period)
        return then, now.unit_id, int(now.exact)
