"""A workbook → sheets of lines and tables. Only what a person sees counts: hidden sheets are named and left out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, range_boundaries

from hub.domain.legacy_fonts import LegacyFont, legacy_font
from hub.drafting.cleaning import clean
from hub.drafting.excel_regions import blocks_of
from hub.drafting.grid import Cell, Sheet, Source
from hub.errors import BadRequest

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 3000, 300, 200_000
_EMPTY_AFTER = 30
"""Bordered but empty rows that are still taken after the last text: the lines of a list left to fill in."""

Remarks = list[tuple[str, str, dict[str, str]]]


def read_excel(content: bytes) -> Source:
    """The workbook's visible sheets, in order. BadRequest if they hold far more than a form does."""
    book = load_workbook(io.BytesIO(content), keep_links=False)
    sheets, remarks = [], Remarks()
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            remarks.append(("hidden_sheet", sheet.title, {}))
            continue
        cells, bordered = _cells(sheet, book, remarks)
        sheets.append(Sheet(sheet.title, tuple(blocks_of(sheet.title, cells, bordered))))
    return Source(tuple(sheets), tuple(remarks))


def _cells(sheet: Any, book: Any, remarks: Remarks) -> tuple[list[Cell], set[tuple[int, int]]]:
    """All cells with something in them or a border, and the places (row, column) that have borders; from (0, 0)."""
    merged = {(r.min_row, r.min_col): r for r in sheet.merged_cells.ranges}
    hidden = {place for span in merged.values() for place in _places(span)} - set(merged)
    known = [cell for cell in sheet._cells.values() if cell.row <= MOST_ROWS and cell.column <= MOST_COLUMNS]
    filled = [cell for cell in known if cell.value not in (None, "")]
    if len(filled) > MOST_CELLS:
        raise BadRequest(
            "Tệp chứa quá nhiều ô có dữ liệu: hãy gửi biểu mẫu trống, không phải số liệu.",
            "The file holds too many filled cells: give the empty form, not data.",
        )
    last = max((cell.row for cell in filled), default=0)
    last = max([last, *(min(r.max_row, MOST_ROWS) for (row, _), r in merged.items() if row <= last)])
    font = legacy_font(" ".join(clean(str(c.value)) for c in filled if isinstance(c.value, str))[:20_000])
    if font is not None:
        remarks.append(("old_font", sheet.title, {"font": font}))
    choices = dict(_choices(sheet, book))
    bordered = {(c.row - 1, c.column - 1) for c in known if c.row <= last + _EMPTY_AFTER and _has_borders(c)}
    cells = [
        _cell(sheet, cell, merged, choices, font)
        for cell in known
        if (cell.row, cell.column) not in hidden and cell.row <= last + _EMPTY_AFTER
    ]
    return _with_counted_numbers(cells), bordered


def _places(span: Any) -> Iterator[tuple[int, int]]:
    """The places of a merged area, as far as forms go."""
    for row in range(span.min_row, min(span.max_row, MOST_ROWS) + 1):
        for column in range(span.min_col, min(span.max_col, MOST_COLUMNS) + 1):
            yield row, column


_NEXT = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)\s*\+\s*1")


def _with_counted_numbers(cells: list[Cell]) -> list[Cell]:
    """Column numbers that are counted by formulas ("=C7+1") become the numbers they show."""
    known = {(cell.row, cell.column): cell.text for cell in cells}
    result = []
    for cell in sorted(cells, key=lambda cell: (cell.row, cell.column)):
        if (match := _NEXT.fullmatch(cell.formula)) and int(match[2]) == cell.row + 1:
            before = known.get((cell.row, column_index_from_string(match[1]) - 1), "")
            if before.strip("()").isdigit():
                known[cell.row, cell.column] = text = str(int(before.strip("()")) + 1)
                cell = replace(cell, text=text, formula="")
        result.append(cell)
    return result


def _cell(
    sheet: Any, cell: Any, merged: dict[tuple[int, int], Any], choices: dict[Any, Any], font: LegacyFont | None
) -> Cell:
    span = merged.get((cell.row, cell.column))
    text, formula = _value(cell)
    name = (cell.font.name or "") if cell.font else ""
    own = "TCVN3" if name.startswith(".Vn") else "VNI" if name.upper().startswith("VNI") else font
    look, decimals = _look(cell)
    return Cell(
        row=cell.row - 1,
        column=cell.column - 1,
        text=clean(text, _if_needed(own, text), capitals=name.startswith(".Vn") and name.endswith("H")),
        rows=min(span.max_row, MOST_ROWS) - span.min_row + 1 if span else 1,
        columns=min(span.max_col, MOST_COLUMNS) - span.min_col + 1 if span else 1,
        bold=bool(cell.font and cell.font.b),
        filled=_is_grey(cell),
        indent=_indent(cell),
        formula=formula,
        look=look,
        decimals=decimals,
        choices=choices.get((cell.row, cell.column), ()),
        place=f"{sheet.title}!{cell.coordinate}",
    )


def _if_needed(font: LegacyFont | None, text: str) -> LegacyFont | None:
    """The old font, unless the text holds letters that only Unicode has."""
    return None if font is None or any("\u1ea0" <= letter <= "\u1ef9" for letter in text) else font


def _value(cell: Any) -> tuple[str, str]:
    value = cell.value
    if value is None:
        return "", ""
    if hasattr(value, "text"):
        value = f"={value.text.lstrip('=')}"
    if isinstance(value, str):
        return ("", value[1:]) if cell.data_type == "f" and value.startswith("=") else (value, "")
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y"), ""
    if isinstance(value, float):
        value = Decimal(repr(value)).normalize()
        return format(value, "f"), ""
    return str(value), ""


def _look(cell: Any) -> tuple[str, int]:
    """What the cell's number format shows: its kind and decimals; ("", 0) for the general format."""
    code = (cell.number_format or "General").split(";")[0]
    if code in ("General", ""):
        return "", 0
    if code == "@":
        return "text", 0
    match = re.search(r"0[.,](0+)" if "%" in code else r"\.(0+)", code)
    decimals = len(match[1]) if match else 0
    if "%" in code:
        return "percent", decimals
    if re.search("[dy]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", code).lower()) and cell.is_date:
        return "date", 0
    return ("decimal", decimals) if decimals else ("integer", 0) if "0" in code else ("", 0)


def _indent(cell: Any) -> int:
    """Steps the text stands to the right: the alignment's, or its leading spaces by threes."""
    steps = int(cell.alignment.indent or 0) if cell.alignment else 0
    text = cell.value if isinstance(cell.value, str) else ""
    spaces = len(text) - len(text.lstrip(" \u00a0\t"))
    return steps or (spaces + 2) // 3


def _is_grey(cell: Any) -> bool:
    """True for a fill of grey or black, or a hatched pattern; white and colours do not close a cell."""
    fill = cell.fill
    if fill is None or fill.fill_type in (None, "none"):
        return False
    if fill.fill_type != "solid":
        return fill.fill_type not in ("linear", "path")
    colour = fill.fgColor
    if colour is None:
        return False
    if colour.type == "rgb" and isinstance(colour.rgb, str) and len(colour.rgb) >= 6:
        red, green, blue = (int(colour.rgb[-6 + i : -4 + i or None], 16) for i in (0, 2, 4))
        return max(red, green, blue) - min(red, green, blue) <= 12 and max(red, green, blue) <= 0xE8
    if colour.type == "theme":
        return colour.theme in (0, 1) and -0.9 < (colour.tint or 0) < -0.05
    return colour.type == "indexed" and colour.indexed in (8, 22, 23, 55, 63)


def _has_borders(cell: Any) -> bool:
    border = cell.border
    if border is None:
        return False
    sides = (border.left, border.right, border.top, border.bottom)
    return sum(side is not None and side.style is not None for side in sides) >= 2


def _choices(sheet: Any, book: Any) -> Iterator[tuple[tuple[int, int], tuple[str, ...]]]:
    """(row, column) → the entries of the list that the cell's data validation offers."""
    for rule in sheet.data_validations.dataValidation if sheet.data_validations else ():
        entries = _entries(str(rule.formula1 or ""), sheet, book) if rule.type == "list" else ()
        for area in rule.sqref.ranges if len(entries) >= 2 else ():
            for row in range(area.min_row, min(area.max_row, MOST_ROWS) + 1):
                for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1):
                    yield (row, column), entries


def _entries(formula: str, sheet: Any, book: Any) -> tuple[str, ...]:
    if formula.startswith('"'):
        separator = ";" if ";" in formula and "," not in formula else ","
        found = [clean(entry) for entry in formula.strip('"').split(separator)]
        return tuple(dict.fromkeys(entry for entry in found if entry))
    if formula in book.defined_names:
        formula = book.defined_names[formula].attr_text or ""
    name, _, area = formula.lstrip("=").rpartition("!")
    name = name.strip("'")
    target = book[name] if name in book.sheetnames else sheet if not name else None
    try:
        left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(area.replace("$", "")))
    except (ValueError, TypeError):
        return ()
    if target is None or 0 in (left, top, right, bottom) or (right - left + 1) * (bottom - top + 1) > 200:
        return ()
    values = [target.cell(row, column).value for row in range(top, bottom + 1) for column in range(left, right + 1)]
    return tuple(dict.fromkeys(clean(str(value)) for value in values if value not in (None, "")))
