"""How a workbook's cells look, and how text is put into them as text and nothing else (P30)."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hub.domain.form import Column
from hub.errors import TooLarge

_LONGEST_TEXT = 32_767
LABEL_WIDTH = 44


class PlainSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose formulas are stored as they are given: none uses a function younger than the file format.

    The library looks through each formula for some thirty of those, which is half of the time of a whole workbook.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.strip("{}").removeprefix("=")


class Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": "Times New Roman", "font_size": 11, **properties})
        return self._made[key]

    @property
    def header(self) -> Format:
        return self(bold=True, border=1, align="center", valign="vcenter", text_wrap=True, bg_color="#D9E2EC")

    @property
    def link(self) -> Format:
        return self(border=1, font_color="#0B5CAD", underline=1, valign="top")

    def cell(self, column: Column, kind: str) -> Format:
        """``entry``, ``total`` or ``blocked`` cell of a column."""
        look = {"entry": "#FFFBE6", "total": "#E3F0FA", "blocked": "#BFBFBF"}[kind]
        return self(border=1, bg_color=look, locked=kind != "entry", **shown_as(column))

    def free(self, column: Column) -> Format:
        """What stands below a list's drawn lines: unlocked too."""
        return self(locked=False, **shown_as(column))


def width_of(column: Column) -> int:
    """A column's width in characters."""
    return 32 if column.type in {"text", "choice"} else 16


def shown_as(column: Column) -> dict[str, Any]:
    if column.numeric:
        return {"num_format": "#,##0" + ("." + "0" * column.decimals if column.decimals else "")}
    if column.type == "date":
        return {"num_format": "dd/mm/yyyy", "align": "center"}
    return {"num_format": "@", "text_wrap": True, "valign": "top"}


def put_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Text as text, whatever it looks like; a blank cell where there is none. TooLarge if a cell cannot hold it."""
    if len(text) > _LONGEST_TEXT:
        raise TooLarge(
            f"Văn bản dài {len(text)} ký tự, một ô Excel chỉ chứa được {_LONGEST_TEXT} ký tự.",
            f"A text has {len(text)} characters; a workbook cell holds {_LONGEST_TEXT}.",
        )
    if text:
        sheet.write_string(row, column, text, style)
    else:
        sheet.write_blank(row, column, None, style)
