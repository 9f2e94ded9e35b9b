"""Packed figures: an edition's figures as one exact vector of scaled 64-bit integers with a presence byte each."""

from __future__ import annotations

import struct
from collections.abc import Callable
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import NamedTuple, cast

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import ALL_RECORDS, Address, Form
from hub.domain.number_text import INT64_MAX
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition
from hub.domain.values import FormValues, Values

MISSING = 0
PRESENT = 1
NOT_APPLICABLE_MARK = 2
NIL = 3

_SUMS = Context(prec=60, traps=[InvalidOperation, Inexact])


class Packed(NamedTuple):
    """``figures``: little-endian int64, one a figure of the edition, scaled by its decimals, 0 where none is present.

    ``presence``: one byte a figure: MISSING, PRESENT, NOT_APPLICABLE_MARK or NIL.
    """

    figures: bytes
    presence: bytes


class FigureOverflow(ValueError):
    """A figure lies beyond a signed 64-bit integer when scaled; ``address`` says which."""

    def __init__(self, address: Address) -> None:
        self.address = address
        super().__init__(f"{address} is too large to be packed")


class _FormPacking:
    """The slots of one form: where its figures begin, and how each is scaled."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.cells = [((row.code, column.code), column.decimals) for row, column in form.cells() if column.numeric]
        self.keys = [key for key, _ in self.cells]
        self.decimals = [decimals for _, decimals in self.cells]
        self.whole = not any(self.decimals)
        self.totals = [(column.code, column.decimals) for column in form.columns if column.numeric]
        self.size = len(self.cells) if form.kind == "grid" else len(self.totals) + 1


@per_edition
def _packings(edition: Edition) -> list[_FormPacking]:
    return [_FormPacking(form) for form in edition.forms]


def pack(edition: Edition, values: Values) -> Packed:
    """The values' figures in ``edition.figures`` order; a list form gives its columns' totals and its record count.

    FigureOverflow if one does not fit; ValueError if one has more decimals than its column.
    """
    figures: list[int] = []
    presence = bytearray()
    for packing in _packings(edition):
        form = values.forms.get(packing.form.code)
        if form is None:
            figures.extend([0] * packing.size)
            presence.extend(bytes(packing.size))
        elif form.nil:
            figures.extend([0] * packing.size)
            presence.extend(bytes([NIL]) * packing.size)
        else:
            if (whole := _whole_grid(packing, form)) is not None:
                figures.extend(whole)
                presence.extend(bytes([PRESENT]) * packing.size)
                continue
            fill = _pack_grid if packing.form.kind == "grid" else _pack_list
            fill(packing, form, figures.append, presence.append)
    try:
        return Packed(struct.pack(f"<{len(figures)}q", *figures), bytes(presence))
    except struct.error:
        raise FigureOverflow(_first_too_large(edition, figures)) from None


def _whole_grid(packing: _FormPacking, form: FormValues) -> list[int] | None:
    """The scaled figures of a grid of which every one is there, in one go; None for any other form."""
    found = list(map(form.cells.get, packing.keys))
    if set(map(type, found)) != {Decimal}:
        return None
    given = cast("list[Decimal]", found)
    scaled = given if packing.whole else list(map(Decimal.scaleb, given, packing.decimals))
    whole = list(map(int, scaled))
    return whole if whole == scaled else None


def _pack_grid(
    packing: _FormPacking, form: FormValues, add: Callable[[int], None], mark: Callable[[int], None]
) -> None:
    get = form.cells.get
    for key, decimals in packing.cells:
        value = get(key)
        if value.__class__ is Decimal and (whole := int(scaled := value.scaleb(decimals))) == scaled:
            add(whole)
            mark(PRESENT)
        elif value is None:
            add(0)
            mark(MISSING)
        elif value is NOT_APPLICABLE:
            add(0)
            mark(NOT_APPLICABLE_MARK)
        else:
            raise ValueError(f"{packing.form.code}.{key[0]}.{key[1]}: {value!r} is no figure of {decimals} decimals")


def _pack_list(
    packing: _FormPacking, form: FormValues, add: Callable[[int], None], mark: Callable[[int], None]
) -> None:
    for code, decimals in packing.totals:
        total, presence = _column_total(form, code)
        scaled = _SUMS.scaleb(total, decimals)
        if int(scaled) != scaled:
            raise ValueError(f"{packing.form.code}.{code}: {total} has too many decimals")
        add(int(scaled))
        mark(presence)
    add(len(form.records))
    mark(PRESENT if form.records else MISSING)


def _column_total(form: FormValues, code: str) -> tuple[Decimal, int]:
    """The exact sum of a list column, and its presence."""
    total = Decimal(0)
    presence = MISSING
    for record in form.records:
        value = record.get(code)
        if value.__class__ is Decimal:
            total = _SUMS.add(total, value)
            presence = PRESENT
        elif value is NOT_APPLICABLE and presence == MISSING:
            presence = NOT_APPLICABLE_MARK
    return total, presence


def totals_too_large(form: Form, values: FormValues) -> list[Address]:
    """The totals of a list form that do not fit a packed figure, though each of their records does."""
    packing = _FormPacking(form)
    return [
        Address(form.code, ALL_RECORDS, code)
        for code, decimals in packing.totals
        if _SUMS.abs(_SUMS.scaleb(_column_total(values, code)[0], decimals)) > INT64_MAX
    ]


def unpack(edition: Edition, packed: Packed) -> dict[Address, Decimal]:
    """The figures that are present, each with its declared decimals. ValueError if the sizes are not the edition's."""
    figures = edition.figures
    if len(packed.presence) != len(figures) or len(packed.figures) != 8 * len(figures):
        raise ValueError(f"{edition.key} has {len(figures)} figures, not {len(packed.presence)}")
    scaled = struct.unpack(f"<{len(figures)}q", packed.figures)
    return {
        figure.address: Decimal(number).scaleb(-figure.decimals)
        for figure, number, mark in zip(figures, scaled, packed.presence, strict=True)
        if mark == PRESENT
    }


def _first_too_large(edition: Edition, figures: list[int]) -> Address:
    for figure, scaled in zip(edition.figures, figures, strict=True):
        if not -INT64_MAX - 1 <= scaled <= INT64_MAX:
            return figure.address
    raise AssertionError("every figure fits")
