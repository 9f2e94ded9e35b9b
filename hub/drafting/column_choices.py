"""The answers that a column offers: a list of the cells, or options in brackets after the heading."""

from __future__ import annotations

from hub.drafting.doubts import Doubts
from hub.drafting.grid import Table
from hub.drafting.heading import Heading
from hub.drafting.model import ColumnDraft
from hub.drafting.options import offered_in, printed_options
from hub.drafting.shape import Shape


def choices_of(column: ColumnDraft, table: Table, heading: Heading, shape: Shape, doubts: Doubts) -> tuple[str, ...]:
    """From the list that the cells offer, or from the options in brackets after the heading."""
    entries = offered_in(table, column.leaf, [*(row.row for row in shape.body), *heading.body])
    if entries:
        _say_choices(column, entries, doubts, ("Ô có danh sách chọn.", "The cells offer a list."))
        return entries
    label, entries = printed_options(column.label)
    if not entries:
        return ()
    column.label = label
    _say_choices(column, entries, doubts, ("Các lựa chọn in trong ngoặc.", "The options stand in brackets."))
    return entries


def _say_choices(column: ColumnDraft, entries: tuple[str, ...], doubts: Doubts, reason: tuple[str, str]) -> None:
    vi, en = reason
    doubts.add("choices", column.place, column=column.label, choices="; ".join(entries), reason_vi=vi, reason_en=en)
