"""The workbook of a publication: numbered lines, native charts, sources, and the figures once more as plain data."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from hub.domain.form import Label
from hub.domain.tables import Cell, Document, HeaderCell, Table, TableRow, column_words, drawn_column, numbering
from hub.readers.tables_json import read_tables_json
from hub.writers.tables_json import write_tables_json
from hub.writers.tables_xlsx import figure_cells, write_tables_xlsx


def label(text: str) -> Label:
    return Label(text, f"{text} (en)")


def provinces(count: int = 34, code: str = "T2") -> Table:
    """The nation, then so many units, with who is in it and two figures each."""
    lines = [("VN", "Cả nước", 0), *((f"U{n:02}", f"Tỉnh số {n}", 1) for n in range(1, count + 1))]
    rows = [
        TableRow(
            unit, label(name), [Cell("3/3"), Cell(Decimal(n * 10), 0, f"X@{unit}:F.r.c1"), Cell(Decimal(n), 2)], level
        )
        for n, (unit, name, level) in enumerate(lines)
    ]
    header = [[HeaderCell(label(each)) for each in ("Đơn vị", "Đã tiếp nhận", "Số người", "Kinh phí")]]
    return Table(code, label("Biểu theo tỉnh"), header, ["n/N", "r.c1", "r.c2"], rows)


def document_of(*tables: Table, layout: int = 2) -> Document:
    facts = [(label("Bản kê"), "ab" * 32)]
    created = datetime(2026, 1, 31, 18, 0)  # noqa: DTZ001
    return Document(label("Báo cáo"), label("Năm 2025"), facts, tables, False, created, label("Bộ Thử"), layout)


def test_lines_under_one_total_are_counted_from_one():
    assert numbering(provinces(3).rows) == ["", "1", "2", "3"]


def test_lines_without_one_total_are_numbered_as_an_outline():
    rows = [TableRow(str(n), label("x"), [], level) for n, level in enumerate((0, 1, 1, 0, 1, 2))]
    assert numbering(rows) == ["1", "1.1", "1.2", "2", "2.1", "2.1.1"]


def test_a_chart_shows_the_first_figures_of_the_units_without_their_total():
    content = write_tables_xlsx(document_of(provinces()))
    parts = zipfile.ZipFile(io.BytesIO(content))
    (chart,) = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    sheet = openpyxl.load_workbook(io.BytesIO(content))["T2"]
    first = next(cell.row for cell in sheet["B"] if cell.value == "Tỉnh số 1")
    assert f"T2!$D${first}:$D${first + 33}" in chart.replace("'", "")
    assert f"T2!$B${first}:$B${first + 33}" in chart.replace("'", "")
    assert "<c:v>340</c:v>" in chart  # figures are kept with the chart, for who looks without computing


def test_tables_of_different_units_of_measure_have_no_chart():
    rows = [TableRow(str(n), label("x"), [Cell(Decimal(n))], 0) for n in range(3)]
    table = Table("T1", label("Tổng quan"), [], ["value"], rows)
    assert drawn_column(table) is None
    assert "Biểu đồ" not in openpyxl.load_workbook(io.BytesIO(write_tables_xlsx(document_of(table)))).sheetnames


def test_the_data_sheet_is_a_plain_table_that_any_reader_takes():
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_tables_xlsx(document_of(provinces(2)))))
    assert book.sheet_names == ["T2", "Biểu đồ", "Nguồn số liệu", "DL T2"]
    assert book.get_sheet_by_name("DL T2").to_python() == [
        ["row", "level", "label_vi", "label_en", "n/N", "r.c1", "r.c2", "marks"],
        ["VN", "0", "Cả nước", "Cả nước (en)", "3/3", 0.0, 0.0, ""],
        ["U01", "1", "Tỉnh số 1", "Tỉnh số 1 (en)", "3/3", 10.0, 1.0, ""],
        ["U02", "1", "Tỉnh số 2", "Tỉnh số 2 (en)", "3/3", 20.0, 2.0, ""],
    ]


def test_a_figure_is_found_by_its_cell_on_the_annex_and_among_the_data():
    document = document_of(provinces(2))
    places = figure_cells(document)
    book = openpyxl.load_workbook(io.BytesIO(write_tables_xlsx(document)))
    found = {
        (name.partition("!")[0], reference): book[name.partition("!")[0]][name.partition("!")[2]].value
        for name, reference in places.items()
    }
    assert found == {
        (sheet, f"X@{unit}:F.r.c1"): value
        for sheet in ("T2", "DL T2")
        for unit, value in (("VN", 0), ("U01", 10), ("U02", 20))
    }


def test_a_workbook_issued_before_lines_were_numbered_keeps_the_places_of_its_figures():
    old = document_of(provinces(2), layout=1)
    assert {name: ref for name, ref in figure_cells(old).items() if name.startswith("T2!")} == {
        "T2!C10": "X@VN:F.r.c1", "T2!C11": "X@U01:F.r.c1", "T2!C12": "X@U02:F.r.c1",
    }  # fmt: skip


@pytest.mark.parametrize("layout", [1, 2])
def test_a_document_says_in_its_json_how_its_workbook_is_laid_out(layout):
    assert read_tables_json(write_tables_json(document_of(provinces(1), layout=layout))).layout == layout


def test_a_document_that_does_not_say_is_of_the_first_layout():
    said = write_tables_json(document_of(provinces(1))).replace(b'"layout":2,', b"")
    assert read_tables_json(said).layout == 1


def test_the_day_on_the_annex_is_the_day_of_viet_nam():
    sheet = openpyxl.load_workbook(io.BytesIO(write_tables_xlsx(document_of(provinces(1)))))["T2"]
    texts = [cell.value for line in sheet.iter_rows(max_row=3) for cell in line if cell.value]
    assert texts[-1] == "Hà Nội, ngày 01 tháng 02 năm 2026"


def test_what_stands_above_a_column_is_one_text_from_the_top_down():
    top = [HeaderCell(label("Đơn vị"), 1, 2), HeaderCell(label("Nam"), 2)]
    table = Table("T", label("x"), [top, [HeaderCell(label("Trẻ")), HeaderCell(label("Già"))]], ["a", "b"], [])
    assert [each.vi for each in column_words(table)] == ["Nam: Trẻ", "Nam: Già"]


def test_datetimes_with_their_zone_are_taken_as_well():
    document = Document(label("a"), label("b"), [], [provinces(1)], created_at=datetime(2025, 8, 1, 9, tzinfo=UTC))
    assert write_tables_xlsx(document) == write_tables_xlsx(document)
