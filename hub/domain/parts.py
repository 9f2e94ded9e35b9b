"""A superior's roll-up and the reports it is made of: what they add up to, and what the superior reports beside that.

The sums are those of the nation (:mod:`hub.domain.rollup`). A figure that differs from them is the superior's own
doing: it stands, is told as a warning, and needs a reason (R21, R29).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.findings import Finding
from hub.domain.form import ALL_RECORDS, Address, Figure, Form
from hub.domain.packing import MISSING, NIL, NOT_APPLICABLE_MARK, PRESENT, FigureOverflow, Packed, pack
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition
from hub.domain.rollup import Matrix, Vector, ratio_of, whole
from hub.domain.rule_messages import written
from hub.domain.totals import computed, totals_by_rules
from hub.domain.values import FormValues, Value, Values

DIFFERS = "differs_from_parts"
MISSING_PARTS = "parts_missing"
ADDITIVE = frozenset({"sum", "last"})

Records = Mapping[str, Sequence[dict[str, Value]]]
"""By list form: the records of all parts, in the order of the unit tree."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a roll-up is made of: the figures that ``included`` of ``obliged`` reports make together."""

    vector: Vector
    included: int
    obliged: int


@dataclass(frozen=True)
class Together:
    """The parts brought together, with a mark for each figure: what the parts say of it (as in packed presence)."""

    vector: Vector
    marks: NDArray[np.uint8]
    records: Records


class Difference(NamedTuple):
    """A figure that is not what the parts make; None where the roll-up says nothing of it."""

    figure: Figure
    expected: Decimal
    found: Decimal | None


# --- What the parts make ---------------------------------------------------------------------------------------------


def together(edition: Edition, parts: Sequence[tuple[Packed, Values]]) -> Together:
    """The parts as one report of their superior. FigureOverflow if a sum is beyond what can be kept."""
    matrix = Matrix.of(edition, [packed.figures for packed, _ in parts], [packed.presence for packed, _ in parts])
    vector = whole(edition, matrix)
    lists = [form.code for form in edition.forms if form.kind == "list"]
    records = {
        code: [dict(record) for _, values in parts if code in values.forms for record in values.forms[code].records]
        for code in lists
    }
    return Together(vector, _marks(matrix, vector), records)


def _marks(matrix: Matrix, vector: Vector) -> NDArray[np.uint8]:
    """PRESENT where the parts make a figure; NIL where all that say something say nil; else N/A or missing."""
    marks = np.full(len(vector.presence), MISSING, np.uint8)
    if len(matrix.presence):
        marks[(matrix.presence == NOT_APPLICABLE_MARK).any(axis=0)] = NOT_APPLICABLE_MARK
        marks[vector.presence == PRESENT] = PRESENT
        only_nil = (matrix.presence == NIL).any(axis=0) & ~(matrix.presence == PRESENT).any(axis=0)
        marks[only_nil] = NIL
    return marks


# --- The draft -------------------------------------------------------------------------------------------------------


def drafted(
    edition: Edition, frequency: str, now: Together, old: Values | None = None, before: Together | None = None
) -> Values:
    """The roll-up's values: what the parts make, with all that the superior itself had said.

    ``old``: its values so far; ``before``: what they had been built from. Where a figure that adds up was changed by
    hand, the change stays on top of the new sum; records that were no part's stay behind those of the parts. Texts,
    the outline, and figures of which no part says anything are kept as they are.
    """
    said = old or Values()
    forms = {}
    for form in edition.forms_for(frequency):
        make = _list if form.kind == "list" else _grid
        made = make(edition, form, now, said.forms.get(form.code) or FormValues(), before)
        if not made.blank:
            forms[form.code] = made
    return Values(forms, dict(said.outline))


def _grid(edition: Edition, form: Form, now: Together, old: FormValues, before: Together | None) -> FormValues:
    cells: dict[tuple[str, str], Value] = {}
    slots = [edition.slot[Address(form.code, row.code, column.code)] for row, column in form.cells() if column.numeric]
    for row, column in form.cells():
        place = (row.code, column.code)
        typed = old.cells.get(place)
        slot = edition.slot.get(Address(form.code, *place))
        value = typed if slot is None else _figure(edition, slot, now, typed, before)
        if value is not None:
            cells[place] = value
    silent = all(now.marks[slot] in {NIL, MISSING} for slot in slots)
    if silent and any(now.marks[slot] == NIL for slot in slots) and not _says_more(edition, form, cells):
        return FormValues(nil=True)
    if before is not None and _adds_own(edition, form, now, cells):
        _derive_again(edition, form, cells)
    return FormValues(cells)


def _says_more(edition: Edition, form: Form, cells: Mapping[tuple[str, str], Value]) -> bool:
    """True if the superior itself says something in a form that its parts call nil."""
    slots = edition.slot
    return any(Address(form.code, *place) not in slots or value != 0 for place, value in cells.items())


def _figure(edition: Edition, slot: int, now: Together, typed: Value | None, before: Together | None) -> Value | None:
    """One figure: as the parts make it, with what the superior had added to it; what it typed where they are silent."""
    kind = edition.figures[slot].rollup.kind
    if kind == "none":
        return typed
    own = typed if before is None else _own_part(edition, slot, typed, before)
    if now.marks[slot] == MISSING:
        return own
    if now.marks[slot] == NOT_APPLICABLE_MARK:
        return own if own is not None else NOT_APPLICABLE
    value = _value(edition, slot, now.vector)
    if before is not None and kind in ADDITIVE and isinstance(own, Decimal):
        return value + own
    return value


def _own_part(edition: Edition, slot: int, typed: Value | None, before: Together) -> Value | None:
    """What of a figure was the superior's own: what it had added to a sum; all of what no sum gave; None if nothing."""
    mark = before.marks[slot]
    if mark == MISSING or typed is None:
        return typed
    if mark == NOT_APPLICABLE_MARK or not isinstance(typed, Decimal):
        return None if mark == NOT_APPLICABLE_MARK and typed is NOT_APPLICABLE else typed
    added = typed - _value(edition, slot, before.vector)
    if not added:
        return None
    return added if edition.figures[slot].rollup.kind in ADDITIVE else typed


def _value(edition: Edition, slot: int, vector: Vector) -> Decimal:
    return _decimal(edition.figures[slot], int(vector.figures[slot]))


def _adds_own(edition: Edition, form: Form, now: Together, cells: Mapping[tuple[str, str], Value]) -> bool:
    return any(
        now.marks[slot] in {PRESENT, NIL} and value != _value(edition, slot, now.vector)
        for place, value in cells.items()
        if (slot := edition.slot.get(Address(form.code, *place))) is not None
        and edition.figures[slot].rollup.kind in ADDITIVE
    )


def _derive_again(edition: Edition, form: Form, cells: dict[tuple[str, str], Value]) -> None:
    """Where the superior adds figures of its own, ratios follow them, and rules work out what no sum gives."""
    own = _vector_of(edition, pack(edition, Values({form.code: FormValues(dict(cells))})))
    for place in list(cells):
        slot = edition.slot.get(Address(form.code, *place))
        kind = edition.figures[slot].rollup.kind if slot is not None else None
        if slot is None or kind is None or kind in ADDITIVE:
            continue
        ratio = ratio_of(edition, slot, own) if kind == "ratio" else None
        if ratio is not None:
            cells[place] = _decimal(edition.figures[slot], ratio)
        elif place in _rule_cells(edition).get(form.code, frozenset()):
            del cells[place]


def _vector_of(edition: Edition, packed: Packed) -> Vector:
    """A report's own figures as a vector; nil counts as nothing."""
    marks = np.frombuffer(packed.presence, np.uint8)
    there = ((marks == PRESENT) | (marks == NIL)).astype(np.uint8)
    return Vector(np.frombuffer(packed.figures, "<i8"), there, there.astype(np.int32))


@per_edition
def _rule_cells(edition: Edition) -> dict[str, frozenset[tuple[str, str]]]:
    """By grid form: the cells of figures that a rule works out."""
    found: dict[str, set[tuple[str, str]]] = {}
    for cell in computed(edition):
        code, row, column = cell.target
        if Address(code, row, column) in edition.slot:
            found.setdefault(code, set()).add((row, column))
    return {code: frozenset(places) for code, places in found.items()}


def _list(edition: Edition, form: Form, now: Together, old: FormValues, before: Together | None) -> FormValues:
    """The parts' records and behind them those that are the superior's own; only these if all are too many."""
    theirs = now.records.get(form.code, ())
    own = _left_over(old.records, before.records.get(form.code, ()) if before is not None else theirs)
    if len(theirs) + len(own) > form.max_records:
        return FormValues(records=own)
    records = [*(dict(record) for record in theirs), *own]
    slots = [slot for address, slot in edition.slot.items() if address.form == form.code]
    nil = not records and any(now.marks[slot] == NIL for slot in slots)
    return FormValues(records=records, nil=nil)


def _left_over(records: Sequence[dict[str, Value]], known: Sequence[dict[str, Value]]) -> list[dict[str, Value]]:
    """The records that are not among the known ones; a record that stands twice must be known twice."""
    known_still = Counter(frozenset(record.items()) for record in known)
    own = []
    for record in records:
        key = frozenset(record.items())
        if known_still[key] > 0:
            known_still[key] -= 1
        else:
            own.append(dict(record))
    return own


# --- What differs ----------------------------------------------------------------------------------------------------


def differences(edition: Edition, values: Values, vector: Vector) -> list[Difference]:
    """The figures that are not what the parts make, in the edition's order.

    Only figures of which a part says something are compared, and only those that are brought together (R29); of a list
    its sums and its number of records. A ratio is measured against its own report's sums, and a total that its form's
    rule gives is no difference of its own.
    """
    try:
        packed = pack(edition, values)
    except FigureOverflow:  # told by the checks of the values
        return []
    found = list(_unequal(edition, packed, vector))
    if not any(each.figure.address[1:] in _rule_cells(edition).get(each.figure.address.form, ()) for each in found):
        return found
    ruled = totals_by_rules(edition, values)
    return [each for each in found if not _follows(edition, each, ruled)]


def _unequal(edition: Edition, packed: Packed, vector: Vector) -> Iterator[Difference]:
    own = _vector_of(edition, packed)
    for slot in _compared(edition):
        if vector.presence[slot] != PRESENT:
            continue
        figure = edition.figures[slot]
        expected: int | None = int(vector.figures[slot])
        if figure.rollup.kind == "ratio":  # of its own sums, which may differ from those of the parts
            expected = ratio_of(edition, slot, own)
        # A list without a record has none of anything; it is no figure left out.
        said = own.presence[slot] or (packed.presence[slot] == MISSING and figure.address.row == ALL_RECORDS)
        scaled = int(own.figures[slot]) if said else None
        if expected is not None and scaled != expected:
            yield Difference(figure, _decimal(figure, expected), None if scaled is None else _decimal(figure, scaled))


def _decimal(figure: Figure, scaled: int) -> Decimal:
    return Decimal(scaled).scaleb(-figure.decimals)


@per_edition
def _compared(edition: Edition) -> list[int]:
    kinds = {form.code: form.kind for form in edition.forms}
    return [
        slot
        for slot, figure in enumerate(edition.figures)
        if figure.rollup.kind in (ADDITIVE if kinds[figure.address.form] == "list" else ADDITIVE | _DERIVED)
    ]


_DERIVED = frozenset({"ratio", "weighted", "max"})


def _follows(edition: Edition, difference: Difference, ruled: Values) -> bool:
    """True for a figure that is just what the rules of its form make of the others."""
    address = difference.figure.address
    if (address.row, address.column) not in _rule_cells(edition).get(address.form, frozenset()):
        return False
    return ruled.get(address) == difference.found


# --- What is told of it ----------------------------------------------------------------------------------------------


def part_findings(edition: Edition, values: Values, parts: Parts) -> list[Finding]:
    """What a roll-up's reader must know: units that are not in it (R27), figures that are not their units' sum."""
    found = [_not_all_in(parts)] if parts.included < parts.obliged else []
    return found + [_differs(each) for each in differences(edition, values, parts.vector)]


def _not_all_in(parts: Parts) -> Finding:
    left = parts.obliged - parts.included
    return Finding(
        MISSING_PARTS, "warning", "rule",
        f"Còn {left} trên {parts.obliged} đơn vị chưa có trong bản tổng hợp: cần nêu lý do.",
        f"{left} of {parts.obliged} units are not in the roll-up: say why.",
        found=str(parts.included), expected=str(parts.obliged), difference=str(left),
    )  # fmt: skip


def _differs(each: Difference) -> Finding:
    expected = written(each.expected)
    if each.found is None:
        vi = f"Các đơn vị báo cáo {expected.vi} mà bản tổng hợp bỏ trống: cần nêu lý do."
        en = f"The units report {expected.en}, and the roll-up leaves it out: say why."
        return Finding(DIFFERS, "warning", "rule", vi, en, each.figure.address, expected=str(each.expected))
    found, off = written(each.found), each.found - each.expected
    signed = written(abs(off))
    sign = "+" if off > 0 else "-"
    return Finding(
        DIFFERS, "warning", "rule",
        f"Ghi {found.vi}, khác số tổng hợp từ các đơn vị là {expected.vi} (chênh {sign}{signed.vi}): cần nêu lý do.",
        f"{found.en} is not what the units add up to, {expected.en} ({sign}{signed.en}): say why.",
        each.figure.address, found=str(each.found), expected=str(each.expected), difference=str(off),
    )  # fmt: skip
