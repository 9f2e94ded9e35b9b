"""``python -m benchmarks --only marked``: a workbook marked in place, against openpyxl's load, mark and save.

Both mark the same cells of the same file, in the same run. The rival does less: it makes no sheet of findings, keeps no
record to take its marks off again, and loses what it does not know.
"""

from __future__ import annotations

import io
import resource
from collections.abc import Callable

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from benchmarks.measuring import Line, at_most, median, repeat
from hub.domain.findings import Finding, Place
from hub.domain.form import Label
from hub.domain.sheet_layout import cell_name
from hub.readers.guard import open_archive
from hub.readers.limits import Limits
from hub.writers.marked_workbook import Head, Item, mark_workbook

_HEAD = Head(Label("Chế độ thử", "A regime"), ((Label("Đơn vị", "Unit"), "Xã X11"),))
_TARGETS = {"form of 60 × 15, 12 findings": 60.0, "list of 20,000 × 12, 5,000 findings": 6_000.0}


def against_a_round_trip(quick: bool) -> list[Line]:
    """Medians of both, their ratio, and the memory that this process needed at most."""
    rows, found = (2_000, 500) if quick else (20_000, 5_000)
    small, large = _TARGETS
    cases = (
        (small, _sheet(60, 15), _items(60, 12, 15), 5 if quick else 21),
        (large, _sheet(rows, 12), _items(rows, found, 12), 1 if quick else 3),
    )
    lines = []
    for name, content, items, times in cases:
        ours = median(repeat(_marking(content, items), times))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        rival = median(repeat(_round_trip(content, items), times))
        lines.append(at_most(f"mark in place: {name}", "none", ours, None if quick else _TARGETS[name]))
        lines.append(Line(f"openpyxl, the same cells: {name}", "none", f"{rival:.2f} ms", "", f"{rival / ours:.2f} ×"))
        lines.append(Line(f"memory after marking: {name}", "none", f"{peak} MiB"))
    return lines


def _sheet(rows: int, columns: int) -> bytes:
    """Texts and figures in turn, each cell with a fill and a border."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("F1")
    looks = [
        book.add_format({"border": 1, "bg_color": "#FFFBE6"}), book.add_format({"border": 1, "num_format": "#,##0.00"}),
    ]  # fmt: skip
    for row in range(rows):
        for column in range(columns):
            value = f"Cơ sở {row}" if column % 3 == 0 else row * 1.25 + column
            sheet.write(row, column, value, looks[column % 2])
    book.close()
    return buffer.getvalue()


def _items(rows: int, count: int, columns: int) -> list[Item]:
    """Findings spread over the whole sheet."""
    cells = [cell_name(index * rows // count, index % columns) for index in range(count)]
    return [
        Item(
            Finding(f"R{index % 9}", "error", "rule", f"Sai điều {index % 9}.", "Wrong.", None, Place("F1", cell), "1"),
            "F1",
            cell,
        )
        for index, cell in enumerate(cells)
    ]


def _marking(content: bytes, items: list[Item]) -> Callable[[], object]:
    return lambda: mark_workbook(open_archive(content, Limits()), _HEAD, items)


def _round_trip(content: bytes, items: list[Item]) -> Callable[[], object]:
    fill = PatternFill("lightUp", fgColor="FFD9655F", bgColor="FFFBD3CF")

    def work() -> None:
        book = openpyxl.load_workbook(io.BytesIO(content))
        for item in items:
            cell = book["F1"][item.cell]
            cell.fill = fill
            cell.comment = Comment(item.finding.message_vi, "Hệ thống báo cáo")
        book.save(io.BytesIO())

    return work
