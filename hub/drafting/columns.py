"""The columns of a form in order: codes from the printed numbers, labels and groups; types are settled elsewhere."""

from __future__ import annotations

import re

from hub.drafting.captions import CaptionUnit
from hub.drafting.cleaning import sentence_case
from hub.drafting.column_types import TypeReader, count_like_their_neighbours
from hub.drafting.doubts import Doubts
from hub.drafting.grid import Table
from hub.drafting.heading import Heading, Leaf
from hub.drafting.model import ColumnDraft
from hub.drafting.shape import Shape

SECTION = "muc"
"""The code of a list's column that says under which heading of the form a record stands."""


def columns_of(
    table: Table, heading: Heading, shape: Shape, captions: tuple[CaptionUnit, ...], doubts: Doubts
) -> list[ColumnDraft]:
    """The columns to fill in, in the order of the form."""
    roles = ("data",) if shape.kind != "list" else ("label", "code", "unit", "data")
    leaves = shape.leaves(heading, *roles)
    columns = [_column(index, leaf) for index, leaf in leaves if leaf.path or leaf.mark]
    for index, leaf in leaves:
        if not (leaf.path or leaf.mark):
            doubts.add("column_dropped", leaf.place, where=leaf.place or f"cột {index + 1}")
    _number(columns, heading, table, doubts)
    reader = TypeReader(table, heading, shape, captions, doubts)
    for column in columns:
        reader.settle(column)
    if shape.kind != "list":
        count_like_their_neighbours(columns)
    if shape.sections:
        section = ColumnDraft(SECTION, "Mục", (), None, -1, "choice", choices=shape.sections, inferred=True)
        columns.insert(0, section)
        doubts.add("section_column", table.place, sections="; ".join(shape.sections))
    _say_guesses(columns, table.place, doubts)
    return columns


def _column(index: int, leaf: Leaf) -> ColumnDraft:
    groups = tuple(_shorn(label) for label in leaf.path[:-1])
    return ColumnDraft("", _shorn(leaf.label) or "…", groups, leaf, index)


def _shorn(label: str) -> str:
    """A label without footnote marks and the dots to be filled in at its end."""
    text = re.sub(r"\s*\(?\*+\)?\s*\Z", "", " ".join(label.split()))
    return sentence_case(text.strip(" :")) or label


# --- codes -----------------------------------------------------------------------------------------------------------


def _number(columns: list[ColumnDraft], heading: Heading, table: Table, doubts: Doubts) -> None:
    printed = [c.leaf.mark.number for c in columns if c.leaf and c.leaf.mark and c.leaf.mark.number is not None]
    usable = len(set(printed)) == len(printed) and len(printed) >= 0.6 * len(columns) and printed == sorted(printed)
    if printed and not usable:
        doubts.add("numbers", table.place, numbers=", ".join(map(str, printed)))
    used: set[str] = set()
    for position, column in enumerate(columns, 1):
        mark = column.leaf.mark if column.leaf else None
        if usable and mark is not None and mark.number is not None:
            column.code = f"c{mark.number:02d}"
        elif usable:
            column.code = f"c{mark.letter}" if mark is not None and mark.letter else f"cx{position:02d}"
        else:
            column.code = f"c{position:02d}"
        while column.code in used:
            column.code += "b"
        used.add(column.code)


def _say_guesses(columns: list[ColumnDraft], place: str, doubts: Doubts) -> None:
    guessed: dict[str, list[str]] = {}
    for column in columns:
        if column.measure is None and column.required and column.type != "choice":
            guessed.setdefault(column.type, []).append(column.code)
    for kind, codes in guessed.items():
        doubts.add("type", place, columns=", ".join(codes), type=kind)
