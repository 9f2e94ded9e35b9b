"""What a marked workbook says: the head of its findings sheet, and one item a finding, in the order of importance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from hub.domain.findings import Finding
from hub.domain.form import Label
from hub.domain.sheet_layout import cell_index

AUTHOR = "Hệ thống báo cáo"
"""Who signs our comments, and by whom they are known again."""

KINDS: dict[str, Label] = {
    "error": Label("Lỗi phải sửa", "Error"),
    "missing": Label("Còn thiếu", "Missing"),
    "warning": Label("Cảnh báo", "Warning"),
    "note": Label("Lưu ý", "Note"),
}
"""The kinds of finding, gravest first."""

MAX_LINES = 2_000
"""Lines on the findings sheet; the rest are counted in a sentence."""
MAX_MARKS = 10_000
"""Cells that are coloured and commented."""

_ENOUGH = 12
"""Characters that are a sentence rather than a chance beginning."""

Cell = tuple[int, int]


class Unmarkable(Exception):
    """The received workbook cannot be marked in itself; the two texts say why, and what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.reason = Label(vi, en)


@dataclass(frozen=True, slots=True)
class Head:
    """Top of the findings sheet. ``facts`` are (what, its value) pairs such as unit and period, as people read them."""

    title: Label
    facts: tuple[tuple[Label, str], ...] = ()
    verdict: Label | None = None
    notice: Label | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One finding with what people call its place. ``sheet`` and ``cell`` are where it stands in the workbook."""

    finding: Finding
    sheet: str = ""
    cell: str = ""
    row: str = ""
    column: str = ""
    explanation: str = ""
    """What was explained already, for a warning that asks for it."""

    @property
    def kind(self) -> str:
        """``missing`` is what is not there yet; a rule on trial only tells."""
        if self.finding.severity == "error":
            return "missing" if self.finding.stage == "presence" else "error"
        return "note" if self.finding.beta else self.finding.severity

    @property
    def place(self) -> Cell | None:
        """(row, column) of its cell, counted from 0; None if it stands in no cell."""
        try:
            row, column = cell_index(self.cell)
        except ValueError:
            return None
        return (row, column) if self.sheet and row < 1 << 20 and column < 1 << 14 else None

    @property
    def asks(self) -> bool:
        """True if the reporter may explain it instead of correcting it."""
        return self.kind == "warning"


@dataclass(frozen=True, slots=True)
class Group:
    """Items that say the same: one kind and one message, or one rule with the figures of each place."""

    kind: str
    items: tuple[Item, ...]

    @property
    def message(self) -> Label:
        """What all of them say: a rule's words without the figures of one place."""
        findings = [item.finding for item in self.items]
        return Label(_alike([each.message_vi for each in findings]), _alike([each.message_en for each in findings]))


def _alike(texts: Sequence[str]) -> str:
    """What the texts begin with alike, up to the colon before the figures; the first text if that is too little."""
    first, least, most = texts[0], min(texts), max(texts)
    length = next((at for at, (one, other) in enumerate(zip(least, most, strict=False)) if one != other), len(least))
    shared = first[:length]
    if shared == first:
        return first
    words = shared.rpartition(": ")[0]
    return f"{words}." if len(words) > _ENOUGH else first


def grouped(items: Iterable[Item], sheets: Sequence[str]) -> list[Group]:
    """Gravest kind first; in it what stands in no cell first, then in the order of sheets, rows and columns.

    Items with the same message, or of the same rule, stand together where the first of them stands.
    """
    order = {name: index for index, name in enumerate(sheets)}
    kinds = list(KINDS)

    def where(item: Item) -> tuple[bool, int, Cell]:
        place = item.place
        return place is not None, order.get(item.sheet, len(order)), place or (-1, -1)

    groups: list[Group] = []
    of_kind = sorted(items, key=lambda item: kinds.index(item.kind))
    for kind, members in groupby(of_kind, key=lambda item: item.kind):
        alike: dict[tuple[str, str], list[Item]] = {}
        for item in sorted(members, key=where):
            finding = item.finding
            said = "" if finding.stage == "rule" else f"{finding.message_vi}\n{finding.message_en}"
            alike.setdefault((finding.code, said), []).append(item)
        groups += [Group(kind, tuple(each)) for each in alike.values()]
    return groups


def by_cell(items: Iterable[Item]) -> dict[str, dict[Cell, list[Item]]]:
    """Sheet → cell → its items, gravest first; no more than :data:`MAX_MARKS` cells in all, the gravest of them."""
    kinds = list(KINDS)
    found: dict[str, dict[Cell, list[Item]]] = {}
    cells = 0
    for item in sorted(items, key=lambda item: kinds.index(item.kind)):
        place = item.place
        if place is None:
            continue
        marked = found.setdefault(item.sheet, {})
        if place not in marked:
            cells += 1
            if cells > MAX_MARKS:
                continue
        marked.setdefault(place, []).append(item)
    return found
