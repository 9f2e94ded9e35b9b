"""Types, decimals and units of columns: what is printed first, then rows, captions, and last the words of headings."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from hub.drafting.captions import CaptionUnit, unit_of_type, unit_said_for
from hub.drafting.cleaning import fold
from hub.drafting.column_choices import choices_of
from hub.drafting.doubts import Doubts
from hub.drafting.grid import Table
from hub.drafting.heading import Heading
from hub.drafting.measures import (
    Measure,
    bracketed_measure,
    counted_measure,
    counts_another_thing,
    measure_named,
    own_measure,
    printed_measure,
)
from hub.drafting.model import ColumnDraft
from hub.drafting.shape import Shape
from hub.drafting.vocabulary import says

PERCENT = Measure(("%",), "percent", 2, "phần trăm", "per cent")
_FIGURES = ("integer", "decimal", "money", "percent")


@dataclass
class TypeReader:
    """Settles the columns of one table."""

    table: Table
    heading: Heading
    shape: Shape
    captions: tuple[CaptionUnit, ...]
    doubts: Doubts

    @cached_property
    def row_units(self) -> list[str]:
        """The units in the rows of a grid that has a column of units."""
        return [row.unit for row in self.shape.body if row.unit and row.named] if self.shape.kind == "grid" else []

    @cached_property
    def brackets_hold_units(self) -> bool:
        """True if headings of this table end in units that are known."""
        labels = {label for leaf in self.heading.leaves for label in leaf.path}
        return any((unit := bracketed_measure(label)) is not None and not unit.weak for label in labels)

    def settle(self, column: ColumnDraft) -> None:
        """Fills in type, decimals, unit and choices; takes what says them out of the label and its groups."""
        column.label, own = own_measure(column.label, likely=self.brackets_hold_units)
        column.required = not says("note_column", column.label)
        if not column.required:
            column.type = "text"
            return
        options = choices_of(column, self.table, self.heading, self.shape, self.doubts)
        if options:
            column.type, column.choices = "choice", options
            return
        role = self.shape.roles[column.index] if column.index >= 0 else "data"
        if self.shape.kind == "list" and role in ("label", "code", "unit"):
            column.type = _stub_type(column)
            return
        self._figures(column, own or self._printed_apart(column))
        self._by_look(column)

    # units that are printed

    def _printed_apart(self, column: ColumnDraft) -> Measure | None:
        """The unit in the row of units, in brackets after a group, or the label itself ("Số lượng > Người")."""
        above = self._of_groups(column)
        if column.leaf is not None and column.leaf.unit:
            return printed_measure(column.leaf.unit, sure=True)
        if above is not None and not _speaks_for_itself(column.label, above):
            return above
        unit = measure_named(column.label) if column.group else None
        return unit if unit is not None and (unit.type != "integer" or says("bare_unit", column.label)) else None

    def _of_groups(self, column: ColumnDraft) -> Measure | None:
        found: Measure | None = None
        for position in range(len(column.group) - 1, -1, -1):
            rest, measure = own_measure(column.group[position], likely=self.brackets_hold_units)
            if measure is not None and not measure.weak:
                column.group = (*column.group[:position], rest, *column.group[position + 1 :])
                found = found or measure
        return found

    def _figures(self, column: ColumnDraft, printed: Measure | None) -> None:
        if printed is not None:
            take(column, printed)
        elif self.row_units and not _stands_apart(column):
            _by_rows(column, self.row_units)
        else:
            self._by_words(column)

    # units that captions and words say

    def _by_words(self, column: ColumnDraft) -> None:
        kind = self._kind(column)
        said = unit_said_for((column.label, *reversed(column.group)), self.captions)
        if said is not None and kind not in ("text", "date") and (kind != "percent" or said.type == "percent"):
            take(column, said)
            return
        if kind is None and (first := unit_of_type(None, self.captions)) is not None:
            kind = first.type
        if kind == "text" and self.shape.kind != "list" and any(says("count_start", label) for label in column.group):
            kind = "integer"
        if kind is None and self.shape.kind == "grid" and self._rows_ask_for_words():
            kind = "text"
        if kind is None:
            kind = "integer" if self.shape.kind != "list" or self._looks_numeric(column) else "text"
        column.type = kind
        if kind in _FIGURES:
            self._unit_for(column)

    def _kind(self, column: ColumnDraft) -> str | None:
        """The type that the nearest heading says which says any."""
        labels = (column.label, *reversed(column.group))
        kinds = (_kind_of(label, position, self.shape.kind) for position, label in enumerate(labels))
        return next((kind for kind in kinds if kind is not None), None)

    def _unit_for(self, column: ColumnDraft) -> None:
        if column.type == "percent":
            take(column, measure_named("%") or PERCENT)
        elif says("rate_in", column.label):
            column.measure, column.decimals = measure_named("‰"), 2
        elif (counted := self._counted(column)) is not None:
            column.measure = counted
        elif (fitting := unit_of_type(column.type, self.captions)) is not None:
            if counts_another_thing(column.label, fitting):
                return
            take(column, fitting)
            if len(self.captions) > 1:
                vi, en = "Phần đầu biểu nêu nhiều đơn vị tính.", "The caption names several units."
                self.doubts.add("unit", column.place, columns=column.code, unit=fitting.vi, reason_vi=vi, reason_en=en)
        elif (only := self._only_unit()) is not None and (column.type == "decimal" or _counts_nothing(column)):
            take(column, only)
        elif column.type == "decimal":
            column.decimals = 2

    def _counted(self, column: ColumnDraft) -> Measure | None:
        """What the heading itself counts; a caption that says the same more closely ("lượt người") goes before."""
        if column.type != "integer":
            return None
        labels = (column.label, *reversed(column.group))
        counted = next((unit for label in labels if (unit := counted_measure(label)) is not None), None)
        if counted is None:
            return None
        closer = [
            unit.measure
            for unit in self.captions
            if not unit.name and unit.measure.type == "integer" and _is_said_in(counted, unit.measure)
        ]
        return closer[0] if closer else counted

    def _only_unit(self) -> Measure | None:
        """The caption's unit if it is one, and of quantities."""
        only = self.captions[0].measure if len(self.captions) == 1 else None
        return only if only is not None and only.type not in ("money", "percent") else None

    def _rows_ask_for_words(self) -> bool:
        """Rows such as "Tên doanh nghiệp", "Địa chỉ": what is asked for is written, not counted."""
        named = [row.label for row in self.shape.body if row.named]
        return bool(named) and sum(says("words_start", label) for label in named) >= 0.5 * len(named)

    # number formats

    def _looks_numeric(self, column: ColumnDraft) -> bool:
        if column.leaf is None or not self.shape.body:
            return False
        looks = [self.table.at(row.row, column.leaf.first).look for row in self.shape.body]
        return Counter(looks).most_common(1)[0][0] in ("integer", "decimal", "percent")

    def _by_look(self, column: ColumnDraft) -> None:
        """A number format with decimals, percent or date in the body overrides what words left open."""
        cells = [self.table.at(row.row, column.leaf.first) for row in self.shape.body] if column.leaf else []
        looks = Counter(cell.look for cell in cells if cell.look)
        if not looks:
            return
        look, times = looks.most_common(1)[0]
        if times < 0.6 * len(cells):
            return
        decimals = max(cell.decimals for cell in cells if cell.look == look)
        if look == "percent" and column.numeric and column.measure is None:
            take(column, PERCENT)
            column.decimals = max(decimals, 0)
        elif look == "decimal" and column.type in ("integer", "decimal", "money") and decimals:
            if column.type == "integer" and column.measure is None:
                column.type = "decimal"
            if column.type != "integer":
                column.decimals = min(decimals, 6)
        elif look == "date" and column.type == "text":
            column.type = "date"


def take(column: ColumnDraft, measure: Measure) -> None:
    """Gives the column the unit with its type and decimals."""
    column.type, column.decimals, column.measure = measure.type, measure.decimals, measure


def count_like_their_neighbours(columns: list[ColumnDraft]) -> None:
    """Under one group of counts, "Kiến nghị, phản ánh" or "Hướng dẫn" is a count too, not a text."""
    for column in columns:
        if column.type != "text" or not column.group or says("words_start", column.label) or not column.required:
            continue
        beside = [other for other in columns if other is not column and other.group == column.group]
        counts = [other for other in beside if other.numeric]
        if counts and len(counts) >= 0.5 * len(beside):
            column.type, column.measure, column.decimals = counts[0].type, counts[0].measure, counts[0].decimals


def _stub_type(column: ColumnDraft) -> str:
    return "date" if says("date_start", column.label) and "tên" not in fold(column.label) else "text"


def _speaks_for_itself(label: str, above: Measure) -> bool:
    """Under a group with a unit, a share, a text, a date or a sum of money still is what it says."""
    if above.type == "percent":
        return False
    share = says("percent_in", label) and not says("count_start", label)
    money = above.type == "integer" and says("money_in", label) and counted_measure(label) is None
    return share or money or says("words_start", label) or says("date_start", label)


def _stands_apart(column: ColumnDraft) -> bool:
    """With a unit for each row, a column of percentages, texts or dates still has its own."""
    label = column.label
    return says("percent_in", label) or says("text_start", label) or says("date_start", label)


def _by_rows(column: ColumnDraft, units: list[str]) -> None:
    known = [measure for unit in units if (measure := measure_named(unit)) is not None]
    types = {measure.type for measure in known}
    if types == {"integer"} or not types:
        column.type = "integer"
    elif types == {"money"}:
        column.type = "money"
    else:
        column.type, column.decimals = "decimal", 2


def _is_said_in(counted: Measure, caption: Measure) -> bool:
    return set(fold(counted.codes[0]).split()) <= set(fold(caption.codes[0]).split())


def _counts_nothing(column: ColumnDraft) -> bool:
    """ "Số lượng", "SL" say no thing that is counted."""
    return column.type == "integer" and says("bare_quantity_start", column.label)


# --- what a heading says of its figures ------------------------------------------------------------------------------

_BARE_NUMBERS = ("số quyết định", "số văn bản", "số hợp đồng", "số")


def _kind_of(label: str, position: int, form: str) -> str | None:
    """What the words of a label say; ``position`` 0 is the column's own label, 1 the group right above."""
    grid = form != "list"
    if says("count_start", label) and not (says("money_in", label) and not _counts_things(label)):
        bare = fold(label) in _BARE_NUMBERS
        if not (bare and not grid) and not says("percent_in", label) and not says("decimal_in", label):
            return "integer" if not says("total", label) else None
    if says("percent_in", label) and not says("count_start", label):
        return "percent"
    if says("rate_in", label):
        return "decimal"
    return _kind_by_beginning(label, position, grid=grid)


def _kind_by_beginning(label: str, position: int, *, grid: bool) -> str | None:
    if not grid and position == 0 and says("date_start", label):
        return "date"
    if position == 0 and says("text_start", label) and not (grid and _may_count(label)):
        return "text"
    if says("money_in", label) and not _counts_things(label):
        return "money"
    if says("decimal_in", label):
        return "decimal"
    if position == 0 and grid and says("date_start", label):
        return "date"
    return None


def _counts_things(label: str) -> bool:
    """ "Số dự án có vốn …" counts projects; "Số tiền …" does not count."""
    return (
        counted_measure(label) is not None
        or re.match(r"số (nhà|cây|điểm|phòng|đoàn|xe|đơn|bộ|bản)\b", fold(label)) is not None
    )


def _may_count(label: str) -> bool:
    """In a grid, "Cá nhân", "Tổ chức", "Doanh nghiệp" head columns of numbers; notes and reasons do not."""
    return not says("words_in_grid_start", label)
