"""Which figure of a new edition goes on from which figure of the editions before, as ``continues`` says.

``Edition.continues`` says so where addresses changed, new ← old: ``F1.c05: F1.c06`` a column (of a list, too),
``F1.r02: F1.r04`` a row, ``F1.r02.c01: F1.r02.c03`` one cell, ``F3: F2`` a whole form; ``null`` begins a new series.
The narrower one counts. What is not named goes on from the same address if that was there with the same type and unit
and no other address goes on from it. A column, row or cell that is named may change between numeric types, and to
another unit of the same quantity.

Addresses are those of grid cells, and ``(form, *, column)`` for the columns of a list and ``(form, *, #)`` for its
number of records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Address, Column, Form
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition
from hub.domain.units import factor_between

Renamed = tuple[str, str, str] | None
"""The old (form, row, column) of a name in ``continues``, with an empty text where it names a whole; None for null."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a series comes from, and what its old figures are multiplied by to stand in the new unit."""

    address: Address
    factor: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class SeriesProblem:
    """Why an entry of ``continues`` cannot be used, for lint."""

    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What an address is: its column (None for a number of records) and its unit of measure."""

    column: Column | None
    unit: str | None


def chain_of(regime_editions: Sequence[Edition], old: Edition, new: Edition) -> tuple[Edition, ...]:
    """The editions from the old one to the new one, both included, in order; empty if the old one is the later."""
    if old.key == new.key:
        return (new,)
    if old.valid_from >= new.valid_from:
        return ()
    between = [one for one in regime_editions if old.valid_from < one.valid_from < new.valid_from]
    return (old, *sorted(between, key=lambda one: one.valid_from), new)


def sources(new: Edition, chain: Sequence[Edition]) -> Mapping[Address, Source]:
    """Where each address of the last edition of a chain stood in its first; worked out once for each chain."""
    known = _known(new)
    key = tuple(id(edition) for edition in chain)
    if key not in known:
        known[key] = (tuple(chain), _through(chain))
    return known[key][1]


@per_edition
def _known(edition: Edition) -> dict[tuple[int, ...], tuple[tuple[Edition, ...], Mapping[Address, Source]]]:
    return {}


def _through(chain: Sequence[Edition]) -> Mapping[Address, Source]:
    whole = {address: Source(address) for address in cells_of(chain[-1])}
    for old, new in reversed(list(pairwise(chain))):
        step = _step(old, new)
        whole = {
            address: Source(step[at.address].address, at.factor * step[at.address].factor)
            for address, at in whole.items()
            if at.address in step
        }
    return whole


def _step(old: Edition, new: Edition) -> dict[Address, Source]:
    renames = {key: found for key, found in _renames(old, new) if not isinstance(found, str)}
    before = {address: _address_before(renames, address) for address in cells_of(new)}
    taken = {at for at, how in before.values() if how != "same"}
    found = {}
    for address, (at, how) in before.items():
        if at is None or (how == "same" and at in taken) or (at.row == ALL_RECORDS) != (address.row == ALL_RECORDS):
            continue
        factor = _factor(old, new, at, address, stated=how == "named")
        if factor is not None:
            found[address] = Source(at, factor)
    return _one_list_each(found)


def _one_list_each(found: dict[Address, Source]) -> dict[Address, Source]:
    """Without the columns of a list that come from another list than most: records cannot be matched."""
    origins: dict[str, list[str]] = {}
    for address, source in found.items():
        if address.row == ALL_RECORDS and address.column != RECORD_COUNT:
            origins.setdefault(address.form, []).append(source.address.form)
    chosen = {form: max(sorted(set(forms)), key=forms.count) for form, forms in origins.items()}
    kept = {a: s for a, s in found.items() if a.row != ALL_RECORDS or chosen.get(a.form) == s.address.form}
    for form, origin in chosen.items():
        kept[Address(form, ALL_RECORDS, RECORD_COUNT)] = Source(Address(origin, ALL_RECORDS, RECORD_COUNT))
    return kept


@per_edition
def cells_of(edition: Edition) -> dict[Address, Cell]:
    """Every address of an edition that can be a series or part of one: its open cells, whatever their type."""
    return {address: cell for form in edition.forms for address, cell in _cells_of_form(form)}


def _cells_of_form(form: Form) -> Iterator[tuple[Address, Cell]]:
    for row, column in form.cells():
        yield Address(form.code, row.code, column.code), Cell(column, row.unit or column.unit)
    if form.kind == "list":
        for column in form.columns:
            yield Address(form.code, ALL_RECORDS, column.code), Cell(column, column.unit)
        yield Address(form.code, ALL_RECORDS, RECORD_COUNT), Cell(None, None)


def _factor(old: Edition, new: Edition, at: Address, address: Address, *, stated: bool) -> Fraction | None:
    """What old figures are multiplied by; None if the two cannot be one series."""
    before, now = cells_of(old).get(at), cells_of(new)[address]
    if before is None:
        return None
    if before.column is None or now.column is None:
        return Fraction(1) if before.column is now.column else None
    if before.column.type == now.column.type and before.unit == now.unit:
        return Fraction(1)
    if not stated or not (before.column.numeric and now.column.numeric):
        return None
    if before.unit is None or now.unit is None:
        return Fraction(1)
    return factor_between({**old.conversions, **new.conversions}, before.unit, now.unit)


# --- what continues says ---------------------------------------------------------------------------------------------


How = Literal["same", "form", "named"]
"""An address that is not named at all, named by its form alone, or by its column, its row or itself."""


def _address_before(renames: Mapping[tuple[str, str, str], Renamed], address: Address) -> tuple[Address | None, How]:
    """The old address of a new one, None where it begins a series, and how it was named."""
    form, row, column = address
    if (form, row, column) in renames:
        itself = renames[form, row, column]
        return (Address(*itself) if itself is not None else None), "named"
    keys = [key for key in ((form, "", column), (form, row, "")) if key in renames]
    if not keys:
        whole = renames.get((form, "", ""), (form, "", ""))
        how: How = "form" if (form, "", "") in renames else "same"
        return (Address(whole[0], row, column) if whole is not None else None), how
    named = [at for key in keys if (at := renames[key]) is not None]
    if len(named) < len(keys) or len({at[0] for at in named}) > 1:
        return None, "named"
    old_row = next((at[1] for at in named if at[1]), row)
    old_column = next((at[2] for at in named if at[2]), column)
    return Address(named[0][0], old_row, old_column), "named"


def _renames(old: Edition, new: Edition) -> Iterator[tuple[tuple[str, str, str], Renamed | str]]:
    """Each entry of ``continues`` as (form, row, column) → the old ones, or as the text of what is wrong with it."""
    for key, value in new.continues.items():
        named = _named(new, key)
        if isinstance(named, str):
            yield ("", "", ""), named
        elif value is None:
            yield named, None
        else:
            before = _named(old, value)
            if not isinstance(before, str) and [not part for part in named] != [not part for part in before]:
                before = f"{key} and {value} are not both a form, a column, a row or a cell"
            yield named, before


def _named(edition: Edition, text: str) -> tuple[str, str, str] | str:
    """What a pattern names: (form, row, column), empty where it names a whole; or what is wrong with it."""
    form_code, *rest = text.split(".")
    form = edition.form_by_code.get(form_code)
    if form is None:
        return f"{edition.key} has no form {form_code}"
    if not rest:
        return form_code, "", ""
    columns, rows = {column.code for column in form.columns}, {row.code for row in form.rows}
    if form.kind == "list" and rest[0] == ALL_RECORDS:
        rest = rest[1:]
    if len(rest) == 1 and (rest[0] in columns) != (rest[0] in rows):
        return (form_code, "", rest[0]) if rest[0] in columns else (form_code, rest[0], "")
    if len(rest) == 2 and rest[0] in rows and rest[1] in columns and tuple(rest) not in form.blocked:
        return form_code, rest[0], rest[1]
    return f"{edition.key} has no {text}"


def series_problems(new: Edition, old: Edition | None) -> list[SeriesProblem]:
    """What is wrong with the new edition's ``continues``; ``old``: the edition right before it, None for the first."""
    if old is None:
        return [SeriesProblem(key, "there is no edition before this one") for key in new.continues]
    problems = []
    carried_over = _step(old, new)
    for (key, value), (named, before) in zip(new.continues.items(), _renames(old, new), strict=True):
        if isinstance(before, str):
            problems.append(SeriesProblem(key, before))
        elif value is not None and not any(_covers(named, address) for address in carried_over):
            problems.append(SeriesProblem(key, f"no series can go on from {value}: types or units of measure differ"))
    return problems


def _covers(named: tuple[str, str, str], address: Address) -> bool:
    return all(part in ("", code) for part, code in zip(named, address, strict=True))
