"""The template's own sheet of explanations: the warnings' keys are written in, so that only the text is left to type.

Column A holds the key, B the warning in words, C the explanation. What the reporter typed stays; a line of an earlier
round that was never filled in and whose warning is gone is emptied.
"""

from __future__ import annotations

from collections.abc import Sequence

from hub.domain.sheet_layout import (
    EXPLANATION_SHEET,
    HEADER_ROW,
    TEXT_CODE_COLUMN,
    TEXT_COLUMN,
    TEXT_FIRST_ROW,
    TEXT_TITLE_COLUMN,
    cell_name,
)
from hub.writers.marked_workbook.contents import Cell, Item
from hub.writers.marked_workbook.sheet_map import SheetEdits
from hub.writers.marked_workbook.text import xml_text

_HEADING = "Mã cảnh báo"
_MOST_LINES = 2_000

Texts = dict[Cell, str]
"""What stands in the cells of the sheet."""


def stands(texts: Texts) -> bool:
    """True if the sheet has the heading that the template gives it, so that lines may be written into it."""
    return texts.get((HEADER_ROW, TEXT_CODE_COLUMN), "").startswith(_HEADING)


def write_keys(edits: SheetEdits, texts: Texts, items: Sequence[Item]) -> dict[str, tuple[str, str]]:
    """Put the keys of these warnings in. Finding key → (sheet, cell) where its explanation belongs."""
    wanted: dict[str, Item] = {}
    for item in items:
        if item.asks and len(wanted) < _MOST_LINES:
            wanted.setdefault(item.finding.key, item)
    taken: dict[str, int] = {}
    free: list[int] = []
    last = max((row for row, _ in texts), default=TEXT_FIRST_ROW)
    for row in range(TEXT_FIRST_ROW, last + 1):
        key, said = (texts.get((row, column), "").strip() for column in (TEXT_CODE_COLUMN, TEXT_COLUMN))
        if key and (said or key in wanted):
            taken.setdefault(key, row)
        elif key and texts.get((row, TEXT_TITLE_COLUMN), "").strip():
            _empty(edits, row)
            free.append(row)
        elif not key and not said:
            free.append(row)
    places: dict[str, tuple[str, str]] = {}
    for key, item in wanted.items():
        row = taken.get(key, -1)
        if row < 0:
            row = free.pop(0) if free else (last := last + 1)
        if texts.get((row, TEXT_CODE_COLUMN), "").strip() != key:
            _write(edits, (row, TEXT_CODE_COLUMN), key)
        if texts.get((row, TEXT_TITLE_COLUMN), "") != item.finding.message_vi:
            _write(edits, (row, TEXT_TITLE_COLUMN), item.finding.message_vi)
        places[key] = EXPLANATION_SHEET, cell_name(row, TEXT_COLUMN)
    return places


def _write(edits: SheetEdits, cell: Cell, text: str) -> None:
    edits.contents[cell] = xml_text(text).encode()


def _empty(edits: SheetEdits, row: int) -> None:
    edits.contents[row, TEXT_CODE_COLUMN] = None
    edits.contents[row, TEXT_TITLE_COLUMN] = None
