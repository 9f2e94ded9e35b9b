"""Two versions of a report beside each other: cells, records that came, went or moved, and narrative word by word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from difflib import SequenceMatcher
from typing import Literal

from hub.domain.form import Column, Form, Row
from hub.domain.regime import Edition
from hub.domain.values import FormValues, Value, Values

Record = Mapping[str, Value]
Fate = Literal["same", "changed", "moved", "added", "removed"]
MOST_COMPARED = 250_000
"""Pairs of records whose likeness is looked at; where there are more, they are paired by their position."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class CellPair:
    """A cell in both versions; None where it is missing."""

    column: Column
    before: Value | None
    after: Value | None

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def difference(self) -> Decimal | None:
        """After less before; None unless both are figures that differ."""
        if isinstance(self.before, Decimal) and isinstance(self.after, Decimal) and self.changed:
            return self.after - self.before
        return None

    @property
    def percent(self) -> Decimal | None:
        """The difference in per cent of what was there, to a tenth; None where that was nothing or zero."""
        return percent(self.before, self.after) if self.difference is not None else None


@dataclass(frozen=True, slots=True)
class RowPair:
    """A row of a grid in both versions."""

    row: Row
    cells: tuple[CellPair, ...]

    @property
    def changed(self) -> bool:
        return any(cell.changed for cell in self.cells)


@dataclass(frozen=True, slots=True)
class RecordPair:
    """A record in both versions, with its numbers there (None where it is not)."""

    fate: Fate
    old_number: int | None
    new_number: int | None
    cells: tuple[CellPair, ...]

    @property
    def changed(self) -> bool:
        return self.fate != "same"


@dataclass(frozen=True, slots=True)
class FormPair:
    """A form in both versions. ``nil``: whether each says that there is nothing to report."""

    form: Form
    nil: tuple[bool, bool]
    rows: tuple[RowPair, ...] = ()
    records: tuple[RecordPair, ...] = ()

    @property
    def changes(self) -> int:
        """Cells that differ, records that came or went, and the word that there is nothing to report."""
        cells = sum(cell.changed for row in self.rows for cell in row.cells)
        for record in self.records:
            if record.fate == "changed":
                cells += sum(cell.changed for cell in record.cells)
            else:
                cells += record.changed
        return cells + (self.nil[0] != self.nil[1])


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text: in both versions (``same``), only in the old (``removed``) or only in the new one (``added``)."""

    fate: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class TextPair:
    """A narrative section in both versions."""

    code: str
    words: tuple[Words, ...]

    @property
    def changed(self) -> bool:
        return any(run.fate != "same" for run in self.words)


def percent(before: Value | None, after: Value | None) -> Decimal | None:
    """The change in per cent of what was there, to a tenth; None where there is none or it was zero."""
    if not isinstance(before, Decimal) or not isinstance(after, Decimal) or before == 0:
        return None
    return ((after - before) * 100 / abs(before)).quantize(_TENTH, ROUND_HALF_EVEN)


def form_pairs(forms: Sequence[Form], old: Values, new: Values) -> list[FormPair]:
    """Every form of the list in both versions, in order."""
    return [_form_pair(form, old.forms.get(form.code), new.forms.get(form.code)) for form in forms]


def text_pairs(edition: Edition, old: Values, new: Values) -> list[TextPair]:
    """Every narrative section in both versions, in the edition's order."""
    return [
        TextPair(each.code, words_of(old.outline.get(each.code, ""), new.outline.get(each.code, "")))
        for each in edition.outline
    ]


def _form_pair(form: Form, old: FormValues | None, new: FormValues | None) -> FormPair:
    before, after = old or FormValues(), new or FormValues()
    nil = (before.nil, after.nil)
    if form.kind == "list":
        return FormPair(form, nil, records=tuple(_record_pairs(form, before.records, after.records)))
    rows: dict[str, list[CellPair]] = defaultdict(list)
    for row, column in form.cells():
        key = (row.code, column.code)
        rows[row.code].append(CellPair(column, before.cells.get(key), after.cells.get(key)))
    return FormPair(form, nil, tuple(RowPair(row, tuple(rows[row.code])) for row in form.rows if row.code in rows))


# --- records ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which record became which, as (old index, new index); None for one that came or went.

    ``moved`` holds the new indexes of those whose content stands elsewhere among the others than before.
    """

    pairs: tuple[tuple[int | None, int | None], ...]
    moved: frozenset[int]


def aligned(old: Sequence[Record], new: Sequence[Record]) -> Alignment:
    """First the same records in the same order, then the same content elsewhere, then the most alike of what is left.

    Two records that are more than half unlike are two records: one went, one came.
    """
    before, after = ([tuple(sorted(record.items(), key=_name)) for record in records] for records in (old, new))
    pairs: list[tuple[int | None, int | None]] = []
    left: tuple[list[int], list[int]] = ([], [])
    for tag, i, i2, j, j2 in SequenceMatcher(None, before, after, len(old) > 2_000).get_opcodes():
        if tag == "equal":
            pairs += zip(range(i, i2), range(j, j2), strict=True)
        else:
            left[0].extend(range(i, i2))
            left[1].extend(range(j, j2))
    moved = _moved(before, after, left)
    pairs += moved
    pairs += _alike(old, new, left)
    pairs += [(index, None) for index in left[0]]
    pairs += [(None, number) for number in left[1]]
    return Alignment(tuple(pairs), frozenset(number for _, number in moved))


def _record_pairs(form: Form, old: Sequence[Record], new: Sequence[Record]) -> Iterator[RecordPair]:
    """In the order of the new version; what went stands where it was."""
    alignment = aligned(old, new)
    gone = sorted(index for index, number in alignment.pairs if index is not None and number is None)
    kept = sorted((number, index) for index, number in alignment.pairs if number is not None)
    for number, index in kept:
        while gone and index is not None and gone[0] < index and number not in alignment.moved:
            yield _record_pair(form, old, new, gone.pop(0), None, False)
        yield _record_pair(form, old, new, index, number, number in alignment.moved)
    for index in gone:
        yield _record_pair(form, old, new, index, None, False)


def _record_pair(
    form: Form, old: Sequence[Record], new: Sequence[Record], index: int | None, number: int | None, moved: bool
) -> RecordPair:
    before: Record = old[index] if index is not None else {}
    after: Record = new[number] if number is not None else {}
    cells = tuple(CellPair(column, before.get(column.code), after.get(column.code)) for column in form.columns)
    fate: Fate = "moved" if moved else "changed" if any(cell.changed for cell in cells) else "same"
    if index is None or number is None:
        fate = "added" if index is None else "removed"
    return RecordPair(fate, index + 1 if index is not None else None, number + 1 if number is not None else None, cells)


def _name(item: tuple[str, Value]) -> str:
    return item[0]


def _moved(
    before: Sequence[object], after: Sequence[object], left: tuple[list[int], list[int]]
) -> list[tuple[int, int]]:
    """Pairs of the same content among what is left, taken out of it."""
    waiting: dict[object, list[int]] = defaultdict(list)
    for number in left[1]:
        waiting[after[number]].append(number)
    found = [(index, waiting[before[index]].pop(0)) for index in left[0] if waiting.get(before[index])]
    _take_out(found, left)
    return found


def _alike(
    old: Sequence[Record], new: Sequence[Record], left: tuple[list[int], list[int]]
) -> list[tuple[int, int]]:  # fmt: skip
    """The most alike first, nearer ones before farther ones; where there are too many pairs, by position."""
    if len(left[0]) * len(left[1]) > MOST_COMPARED:
        found = list(zip(left[0], left[1], strict=False))
    else:
        liked = sorted(
            (-likeness, abs(index - number), index, number)
            for index in left[0]
            for number in left[1]
            if (likeness := _likeness(old[index], new[number])) >= 50
        )
        taken: tuple[set[int], set[int]] = (set(), set())
        found = []
        for _, _, index, number in liked:
            if index not in taken[0] and number not in taken[1]:
                found.append((index, number))
                taken[0].add(index)
                taken[1].add(number)
    _take_out(found, left)
    return found


def _likeness(old: Record, new: Record) -> int:
    """How many of a hundred of their cells are the same."""
    names = old.keys() | new.keys()
    return 100 * sum(old.get(name) == new.get(name) for name in names) // (len(names) or 1)


def _take_out(found: Sequence[tuple[int, int]], left: tuple[list[int], list[int]]) -> None:
    olds, news = {pair[0] for pair in found}, {pair[1] for pair in found}
    left[0][:] = [index for index in left[0] if index not in olds]
    left[1][:] = [number for number in left[1] if number not in news]


# --- words -----------------------------------------------------------------------------------------------------------


def words_of(old: str, new: str) -> tuple[Words, ...]:
    """Both texts as runs of words that stayed, went and came; put together they give back each text."""
    if old == new:
        return (Words("same", new),) if new else ()
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    runs: list[Words] = []
    for tag, i, i2, j, j2 in SequenceMatcher(None, before, after, autojunk=len(before) > 4_000).get_opcodes():
        if tag == "equal":
            runs.append(Words("same", "".join(after[j:j2])))
            continue
        if i2 > i:
            runs.append(Words("removed", "".join(before[i:i2])))
        if j2 > j:
            runs.append(Words("added", "".join(after[j:j2])))
    return tuple(runs)
