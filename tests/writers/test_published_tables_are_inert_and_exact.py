"""Published tables: exact figures, the same bytes for the same document, and nothing that runs (P30)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest

from hub.domain.envelope import Identity
from hub.domain.form import Label
from hub.domain.interchange import restore
from hub.domain.tables import Cell, Document, HeaderCell, Table, TableRow, placed_header, shown_number
from hub.domain.values import FormValues, Values
from hub.readers.dispatch import read
from hub.readers.limits import Limits
from hub.writers.csv import write_csv
from hub.writers.form import write_form
from hub.writers.json import write_json
from hub.writers.tables_csv import write_table_csv
from hub.writers.tables_json import write_tables_json
from hub.writers.tables_xlsx import write_tables_xlsx
from hub.writers.xml import write_xml

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    " =1+1",
    "＝1+1",
    "'=1+1",
    '=HYPERLINK("http://127.0.0.1/?leak","x")',
    "http://127.0.0.1/x",
    "mailto:a@example.invalid",
    "file:///etc/passwd",
    "external:other.xlsx",
    "<script>alert(1)</script>",
    "</td><img src=x onerror=alert(1)>",
    "Tốt\u202etxt.exe",
    "một\n2026-01-01 INFO đã duyệt",
    "{=1+1}",
    "_x0041_",
    "12",
    "'tis",
)
CREATED = datetime(2025, 8, 1, 9, 0, tzinfo=UTC)


def _label(text: str) -> Label:
    return Label(text, f"{text} (en)")


def table_of(cells: list[Cell], code: str = "F1", label: str = "Cả nước") -> Table:
    codes = [f"c{n:02}" for n in range(1, len(cells) + 1)]
    header = [[HeaderCell(_label("Đơn vị")), *(HeaderCell(_label(code)) for code in codes)]]
    return Table(
        code, _label("Biểu số liệu"), header, codes, [TableRow("VN", _label(label), cells)], unit=_label("người")
    )


def document_of(*tables: Table, **changes) -> Document:
    facts = [(_label("Đã duyệt"), "33/34"), (_label("Mã băm"), "ab" * 32)]
    parts = {"created_at": CREATED, "issuer": _label("Bộ Tài chính")} | changes
    return Document(_label("Báo cáo quốc gia"), _label("Tháng 7 năm 2025"), facts, tables, **parts)


def sheets(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


def all_cells(content: bytes):
    return [cell for sheet in sheets(content) for line in sheet.iter_rows() for cell in line if cell.value is not None]


def body(content: bytes, sheet: str = "F1"):
    """The cells of the first row below the line of column codes, from the row's name on."""
    lines = list(sheets(content)[sheet].iter_rows(min_col=2))
    start = next(n for n, line in enumerate(lines) if line[0].value == "Mã / Code") + 1
    return lines[start]


# --- P30 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_p30_a_hostile_text_in_a_workbook_is_only_text(text):
    table = Table(
        text, Label(text, text), [[HeaderCell(Label(text, text)), HeaderCell(Label(text, ""))]], [text],
        [TableRow(text, Label(text, text), [Cell(text, note=text)])], [Label(text, text)], Label(text, text),
    )  # fmt: skip
    document = Document(Label(text, text), Label(text, text), [(Label(text, text), text)], [table], issuer=_label(text))
    content = write_tables_xlsx(document)

    found = all_cells(content)
    assert [cell.coordinate for cell in found if cell.data_type == "f"] == []
    assert [cell.coordinate for cell in found if cell.hyperlink] == []
    assert [cell.data_type for cell in found if cell.value == text] == ["s"] * sum(c.value == text for c in found)
    assert sum(cell.value == text for cell in found) >= 4 or text == "_x0041_"
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert not [name for name in parts.namelist() if "externalLink" in name or "vbaProject" in name]
    for name in parts.namelist():
        assert b"<f>" not in parts.read(name)
        assert b"<hyperlink" not in parts.read(name)
        assert b'TargetMode="External"' not in parts.read(name)


@pytest.mark.parametrize("text", HOSTILE)
def test_p30_a_hostile_text_in_a_table_csv_is_inert_and_restored_exactly(text):
    content = write_table_csv(table_of([Cell(text)], label=text))

    header, line = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    for field in line:
        assert not field.lstrip().startswith(("=", "+", "-", "@", "＝"))
        assert not field.startswith(("\t", "\r", "\n"))
    row = dict(zip(header, line, strict=True))
    assert restore(row["c01"]) == text
    assert restore(row["label_vi"]) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_p30_a_hostile_text_in_json_is_data_even_where_it_is_shown_as_a_page(text):
    content = write_tables_json(document_of(table_of([Cell(text)])))

    assert content.count(b"\n") == 1
    assert not {b"<", b">", b"&"} & {content[n : n + 1] for n in range(len(content))}
    assert json.loads(content)["tables"][0]["rows"][0]["cells"]["c01"]["text"] == text


@pytest.mark.parametrize("text", HOSTILE)
def test_p30_a_hostile_text_comes_back_identical_through_every_door(small_edition, text):
    values = Values({"F1": FormValues({("r01", "c06"): text})}, {"s1": text})
    who = Identity("THU-01", None, "H26", "2025-M07", "own")
    documents = {
        "json": write_json(small_edition, "H26", "2025-M07", "own", values),
        "xml": write_xml(small_edition, "H26", "2025-M07", "own", values),
        "csv": write_csv(small_edition, "H26", "2025-M07", "own", values),
        "form": write_form(small_edition, values),
    }
    for door, content in documents.items():
        (reading,) = read(door, content, lambda identity: small_edition, who, Limits())
        assert reading.problems == []
        assert reading.forms["F1"].cells["r01", "c06"] == text
        assert reading.outline["s1"] == text
    for line in csv.reader(io.StringIO(documents["csv"].decode("utf-8-sig"), newline="")):
        assert not line[-1].lstrip().startswith(("=", "+", "-", "@", "＝"))


# --- figures ---------------------------------------------------------------------------------------------------------

FIGURES = [
    (Decimal("12"), 0, "12"),
    (Decimal("-1234.5"), 2, "-1234.50"),
    (Decimal("0.1"), 1, "0.1"),
    (Decimal("-0.00"), 2, "0.00"),
    (Decimal("999999999999999"), 0, "999999999999999"),
    (Decimal("1234567890123456.78"), 2, "1234567890123456.78"),
    (Decimal("123456789012345678"), 0, "123456789012345678"),
    (Decimal("1E+17"), 0, "100000000000000000"),
    (Decimal("9007199254740.99"), 2, "9007199254740.99"),
    (7, None, "7"),
    (Decimal("3.25"), None, "3.25"),
]


@pytest.mark.parametrize(("value", "decimals", "digits"), FIGURES)
def test_a_figure_has_the_same_digits_in_every_format(value, decimals, digits):
    table = table_of([Cell(value, decimals)])

    assert shown_number(value, decimals) == digits
    assert write_table_csv(table).decode("utf-8-sig").splitlines()[1].split(",")[3] == digits
    assert json.loads(write_tables_json(document_of(table)))["tables"][0]["rows"][0]["cells"]["c01"]["number"] == digits
    cell = body(write_tables_xlsx(document_of(table)))[1]
    if len(digits.strip("-").replace(".", "").strip("0")) > 15:
        assert (cell.data_type, cell.value) == ("s", digits)
    else:
        assert cell.data_type == "n"
        assert Decimal(repr(cell.value)) == Decimal(digits)
        assert cell.number_format == "#,##0" + ("." + "0" * len(digits.partition(".")[2]) if "." in digits else "")


def test_a_workbook_holds_the_digits_themselves_not_a_rounded_float():
    content = write_tables_xlsx(document_of(table_of([Cell(Decimal("0.30"), 2), Cell(Decimal("9007199254740.99"), 2)])))
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<v>0.30</v>" in sheet
    assert "<v>9007199254740.99</v>" in sheet


def test_missing_not_applicable_zero_and_provisional_are_told_apart():
    cells = [
        Cell(mark="missing"),
        Cell(mark="na"),
        Cell(Decimal(0), 0),
        Cell(Decimal(5), 0, mark="provisional"),
        Cell(),
    ]
    table = table_of(cells)

    line = write_table_csv(table).decode("utf-8-sig").splitlines()[1].split(",")
    assert line[3:] == ["", "N/A", "0", "5", "", "c01:missing c02:na c04:provisional"]
    content = write_tables_xlsx(document_of(table))
    shown = body(content)
    assert [cell.value for cell in shown[1:6]] == ["…", "x", 0, 5, None]
    assert shown[4].font.italic
    assert any("chưa có số liệu" in str(cell.value) for cell in all_cells(content))
    said = json.loads(write_tables_json(document_of(table)))["tables"][0]["rows"][0]["cells"]
    assert said["c01"] == {"mark": "missing"}
    assert said["c04"] == {"number": "5", "mark": "provisional"}
    assert said["c05"] == {}


# --- the look --------------------------------------------------------------------------------------------------------


def test_a_header_of_spans_is_placed_as_in_an_official_annex():
    top = [HeaderCell(_label("Tỉnh"), 1, 2), HeaderCell(_label("Tổng số"), 2, 1), HeaderCell(_label("Ghi chú"), 1, 2)]
    under = [HeaderCell(_label("Nam")), HeaderCell(_label("Nữ"))]
    table = Table("F1", _label("Biểu"), [top, under], ["c01", "c02", "c03"], [])

    places = {cell.label.vi: (line, column) for line, column, cell in placed_header(table)}
    assert places == {"Tỉnh": (0, 0), "Tổng số": (0, 1), "Ghi chú": (0, 3), "Nam": (1, 1), "Nữ": (1, 2)}
    sheet = sheets(write_tables_xlsx(document_of(table)))["F1"]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    first = next(cell.row for line in sheet.iter_rows() for cell in line if str(cell.value).startswith("Tỉnh"))
    assert {f"{column}{first}:{column}{first + 1}" for column in "ABE"} | {f"C{first}:D{first}"} <= merged


def test_a_sheet_has_the_national_heading_title_unit_and_frozen_header():
    sheet = sheets(write_tables_xlsx(document_of(table_of([Cell(1), Cell(2)]))))["F1"]
    texts = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None]

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in texts
    assert "BỘ TÀI CHÍNH" in texts
    assert "F1. Biểu số liệu" in texts
    assert any("Đơn vị tính: người" in text for text in texts)
    assert sheet.freeze_panes == f"C{next(c.row for c in sheet['B'] if c.value == 'Mã / Code') + 1}"
    assert "Hà Nội, ngày 01 tháng 08 năm 2025" in texts
    assert texts[-4:] == [
        "NGƯỜI LẬP BIỂU", "NGƯỜI CÓ THẨM QUYỀN KÝ", "(Ký, ghi rõ họ tên)", "(Ký, đóng dấu, ghi rõ họ tên)",
    ]  # fmt: skip
    assert sheet.print_title_rows
    assert not sheet.protection.sheet


def test_the_sources_sheet_lists_every_fact():
    sheet = sheets(write_tables_xlsx(document_of(table_of([Cell(1)]))))["Nguồn số liệu"]
    assert [line[1].value for line in sheet.iter_rows() if line[1].value] == ["33/34", "ab" * 32]


def test_demonstration_data_say_so_on_every_sheet_and_in_the_json():
    document = document_of(table_of([Cell(1)]), demonstration=True)
    for sheet in sheets(write_tables_xlsx(document)):
        assert any("DỮ LIỆU TRÌNH DIỄN" in str(cell.value) for line in sheet.iter_rows() for cell in line)
    assert json.loads(write_tables_json(document))["demonstration"] is True


def test_the_same_document_is_the_same_bytes():
    def build():
        return document_of(table_of([Cell(Decimal("1.5"), 1), Cell("a", note="b")]), table_of([Cell(1)], "F2"))

    assert write_tables_xlsx(build()) == write_tables_xlsx(build())
    assert write_tables_json(build()) == write_tables_json(build())


def test_sheet_names_are_ones_that_excel_allows_and_differ():
    codes = ["a/b:c*d?[e]", "A_b_c_d__e_", "History", "nguồn", "x" * 40, "x" * 41, "", "'q'"]
    content = write_tables_xlsx(document_of(*(table_of([Cell(1)], code) for code in codes)))
    names = sheets(content).sheetnames
    assert len(names) == 2 * len(codes) + 1
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 for name in names)


def test_a_table_without_columns_or_rows_is_still_a_sheet():
    empty = Table("F1", _label("Biểu"), [], [], [])
    assert sheets(write_tables_xlsx(document_of(empty))).sheetnames == ["F1", "Nguồn số liệu", "DL F1"]


def test_a_row_that_does_not_fit_its_table_is_never_written_askew():
    crooked = Table("F1", _label("Biểu"), [], ["c01", "c02"], [TableRow("VN", _label("Cả nước"), [Cell(1)])])
    for write in (
        write_table_csv,
        lambda table: write_tables_json(document_of(table)),
        lambda t: write_tables_xlsx(document_of(t)),
    ):
        with pytest.raises(ValueError):
            write(crooked)
