"""Excel's own checks while typing, with Vietnamese messages; the hub checks everything again."""

from __future__ import annotations

from datetime import date
from typing import Any

from hub.domain.form import NUMERIC, Column
from hub.writers.workbook_figures import MOST_DIGITS


def validation(column: Column, choices: str) -> dict[str, Any]:
    """The validation of a column's cells; ``choices`` is the range that lists them.

    Figures only warn, since N/A and long numbers typed as text are allowed.
    """
    if column.type == "choice":
        return _told({"validate": "list", "source": choices}, "Hãy chọn trong danh sách.")
    if column.type in NUMERIC:
        return _told({**_bounds(column), "error_type": "warning"}, _bounds_text(column))
    if column.type == "date":
        rule = {"validate": "date", "criteria": ">=", "value": date(1900, 3, 1), "error_type": "warning"}
        return _told(rule, "Hãy nhập ngày theo dạng ngày/tháng/năm, ví dụ 31/01/2027.")
    rule = {"validate": "length", "criteria": "<=", "value": column.max_length}
    return _told(rule, f"Văn bản không được dài quá {column.max_length} ký tự.")


def _told(rule: dict[str, Any], message: str) -> dict[str, Any]:
    return {**rule, "error_title": "Dữ liệu chưa đúng", "error_message": message}


def _bounds(column: Column) -> dict[str, Any]:
    kind = "decimal" if column.decimals else "integer"
    low, high = column.minimum, column.maximum
    if low is not None and high is None:
        return {"validate": kind, "criteria": ">=", "value": float(low) if column.decimals else int(low)}
    most = 10**MOST_DIGITS - 1
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": float(low) if low is not None else -most,
        "maximum": float(high) if high is not None else most,
    }


def _bounds_text(column: Column) -> str:
    kind = f"số có tối đa {column.decimals} chữ số thập phân" if column.decimals else "số nguyên"
    low = f", không nhỏ hơn {column.minimum:f}" if column.minimum is not None else ""
    high = f", không lớn hơn {column.maximum:f}" if column.maximum is not None else ""
    return f"Hãy nhập {kind}{low}{high}. Nếu không áp dụng, gõ N/A và chọn Yes."
