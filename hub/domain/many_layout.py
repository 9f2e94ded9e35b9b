"""The workbook of many units: a sheet a form, in it a row a unit (a grid) or a row a record (a list).

The line of codes says what each column is: ``(unit)``, ``(name)``, ``(period)``, ``(nil)``, then ``(r01.c03)`` for a
cell of a grid or ``(c03)`` for a column of a list; on the sheet of the narrative ``(s1)``. Columns without a code are
passed over.
"""

from __future__ import annotations

import re

from hub.domain.form import Form
from hub.domain.sheet_layout import code_text

MANY_LAYOUT = "many-1"
TITLE_ROW, GUIDE_ROW, LABEL_ROW, CODE_ROW, FIRST_ROW = range(5)
UNIT, NAME, PERIOD, NIL = "unit", "name", "period", "nil"
LEADING = (UNIT, NAME, PERIOD, NIL)
MOST_COLUMNS = 900
"""A grid of more cells has no sheet of this kind: nobody finds their way in it."""
SEARCHED_ROWS = 30
_CODE = re.compile(r"\(([A-Za-z0-9][A-Za-z0-9_.-]{0,60})\)", re.ASCII)


def data_codes(form: Form) -> list[tuple[str, str]]:
    """(row code or ``""``, column code) of the columns of a form's sheet, in order."""
    if form.kind == "list":
        return [("", column.code) for column in form.columns]
    return [
        (row.code, column.code)
        for row in form.rows
        for column in form.columns
        if (row.code, column.code) not in form.blocked
    ]


def heading(row: str, column: str) -> str:
    """The text in the line of codes."""
    return code_text(f"{row}.{column}" if row else column)


def code_in(text: object) -> str | None:
    """The code that a cell of the line of codes names; None for any other text."""
    found = _CODE.fullmatch(text.strip()) if isinstance(text, str) else None
    return found[1] if found else None
