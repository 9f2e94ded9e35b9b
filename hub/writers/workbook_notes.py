"""Notes on the cells of a filing's workbook: what is still open between the unit and its receiver, where it belongs."""

from __future__ import annotations

from collections.abc import Iterable

from xlsxwriter.worksheet import Worksheet

from hub.domain.form import Address
from hub.domain.regime import Edition
from hub.domain.sheet_layout import TEXT_COLUMN, TEXT_FIRST_ROW, TITLE_ROW, SheetLayout, both
from hub.domain.values import OUTLINE
from hub.writers.workbook_about import NOTE_AUTHOR, Remarked

_LETTERS_A_LINE, _LINE, _WIDTH = 44, 17, 320


class Notes:
    """The notes of one workbook, by the sheet and cell they belong to."""

    def __init__(self, edition: Edition, remarked: Iterable[Remarked]) -> None:
        self._texts: dict[str, dict[tuple[int, int], list[str]]] = {}
        for each in remarked:
            cell = _cell_of(edition, each.place)
            if cell is not None:
                sheet, row, column = cell
                texts = self._texts.setdefault(sheet, {}).setdefault((row, column), [])
                texts.append(f"{both(each.kind)}\n{each.text}")

    def put(self, sheet: Worksheet, name: str) -> None:
        """The notes of the sheet with that name in the hub's words: a form's code or ``outline``."""
        for (row, column), texts in self._texts.get(name, {}).items():
            text = "\n\n".join(texts)
            lines = sum(1 + len(line) // _LETTERS_A_LINE for line in text.split("\n"))
            size = {"width": _WIDTH, "height": min(40 + lines * _LINE, 420)}
            sheet.write_comment(row, column, text, {"author": NOTE_AUTHOR, "font_size": 9, **size})


def _cell_of(edition: Edition, place: str) -> tuple[str, int, int] | None:
    """(sheet, row, column) of a place: a form's own is its title; None for the whole report and unknown places."""
    parts = place.split("/")
    if parts[0] == OUTLINE and len(parts) == 2:
        codes = [section.code for section in edition.outline]
        return (OUTLINE, TEXT_FIRST_ROW + codes.index(parts[1]), TEXT_COLUMN) if parts[1] in codes else None
    form = edition.form_by_code.get(parts[0])
    if form is None:
        return None
    if len(parts) != 3:
        return form.code, TITLE_ROW, 0
    try:
        return form.code, *SheetLayout(form).cell_of(Address(*parts))
    except KeyError:
        return form.code, TITLE_ROW, 0
