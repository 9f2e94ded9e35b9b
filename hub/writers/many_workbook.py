"""The workbook of many units to fill in, prefilled with the units; and the rows of refused reports given back in it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from hub.domain.form import Form
from hub.domain.interchange import REASON_HEADER
from hub.domain.many_layout import (
    CODE_ROW,
    FIRST_ROW,
    GUIDE_ROW,
    LABEL_ROW,
    LEADING,
    MANY_LAYOUT,
    TITLE_ROW,
    data_codes,
    heading,
)
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.sheet_layout import OUTLINE_SHEET, both, column_text, row_text
from hub.domain.workbook_identity import PREFIX

_LABELS = {
    "unit": "Đơn vị / Unit", "name": "Tên đơn vị / Name", "period": "Kỳ / Period",
    "nil": "Không phát sinh (x) / Nothing to report",
}  # fmt: skip
_GUIDE = (
    "Mỗi đơn vị một dòng (biểu danh sách: mỗi bản ghi một dòng, ghi lại mã đơn vị). Không sửa dòng mã. / One row a "
    "unit (lists: one row a record, the unit repeated). Leave the line of codes as it is."
)
Line = Sequence[Any]


def write_template(edition: Edition, period: str, scope: str, units: Iterable[tuple[str, str]]) -> bytes:
    """XLSX with a sheet a form and one for the narrative; ``units``: (id, name) of each, a row each on every grid."""
    out, units = io.BytesIO(), list(units)
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        said = {"regime": edition.regime, "edition": edition.code, "period": period, "scope": scope}
        _say(book, said | {"layout": MANY_LAYOUT})
        for form in edition.forms_for(Period.parse(period).frequency):
            codes = [(heading(row, column), _label(form, row, column)) for row, column in data_codes(form)]
            rows = [] if form.kind == "list" else [(unit, name, period) for unit, name in units]
            _sheet(book, form.code, both(form.title), codes, rows)
        if edition.outline:
            codes = [(f"({section.code})", both(section.title)) for section in edition.outline]
            rows = [(unit, name, period) for unit, name in units]
            _sheet(book, OUTLINE_SHEET, both(edition.title), codes, rows)
    return out.getvalue()


def write_rows(
    properties: Mapping[str, str], sheets: Iterable[tuple[str, int, Sequence[Line], Iterable[tuple[Line, Line]]]],
    out: IO[bytes],
) -> None:  # fmt: skip
    """Sheets (name, width, their lines down to the codes, rows with reasons), a row in memory at a time.

    The columns of reasons have no code, so that no reader takes them for figures.
    """
    with Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, text in properties.items():
            book.set_custom_property(name, text, "text")
        for name, width, head, rows in sheets:
            sheet = book.add_worksheet(name)
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            for at, line in enumerate(head):
                _line(sheet, at, line, day)
                if at == max(0, len(head) - 2):
                    _line(sheet, at, REASON_HEADER, day, width)
            for at, (line, reasons) in enumerate(rows, len(head)):
                _line(sheet, at, line, day)
                _line(sheet, at, reasons, day, width)


def _say(book: Workbook, properties: Mapping[str, str]) -> None:
    for name, text in properties.items():
        book.set_custom_property(f"{PREFIX}{name}", text, "text")


def _label(form: Form, row: str, column: str) -> str:
    labels = {each.code: row_text(each) for each in form.rows}
    said = next(column_text(each) for each in form.columns if each.code == column)
    return f"{labels[row]}: {said}" if row else said


def _sheet(
    book: Workbook, name: str, title: str, codes: Sequence[tuple[str, str]], rows: Sequence[tuple[str, ...]]
) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "font_name": "Times New Roman", "font_size": 13})
    head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#D9E2EC", "valign": "top"})
    code = book.add_format({"font_color": "#777777", "border": 1})
    sheet.write_string(TITLE_ROW, 0, title, bold)
    sheet.write_string(GUIDE_ROW, 0, _GUIDE)
    shown = [(f"({name})", _LABELS[name]) for name in LEADING] if name != OUTLINE_SHEET else [
        (f"({name})", _LABELS[name]) for name in LEADING if name != "nil"
    ]  # fmt: skip
    for column, (text, label) in enumerate([*shown, *codes]):
        sheet.write_string(LABEL_ROW, column, label, head)
        sheet.write_string(CODE_ROW, column, text, code)
    for at, row in enumerate(rows, FIRST_ROW):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text)
    sheet.set_row(LABEL_ROW, 60)
    sheet.set_column(0, 2, 18)
    sheet.set_column(3, len(shown) + len(codes), 14)
    sheet.freeze_panes(FIRST_ROW, 2)


def _line(sheet: Worksheet, at: int, line: Line, day: Any, first: int = 0) -> None:
    for column, value in enumerate(line, first):
        if isinstance(value, str):
            if value:
                sheet.write_string(at, column, value[:32_000])
        elif isinstance(value, bool):
            sheet.write_boolean(at, column, value)
        elif isinstance(value, int | float):
            sheet.write_number(at, column, value)
        elif value is not None:
            sheet.write_datetime(at, column, value, day)
