"""LibreOffice opens every workbook and document that we write and shows the values that stand in them.

Each file becomes HTML, in which the program writes what it read (``sdval`` for numbers): one start for all workbooks
and documents, one for CSV files, of which it must be told how they are written, as it asks a person.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
from lxml import html

from hub.domain.findings import Finding, Place
from hub.domain.form import Address, Label
from hub.domain.observation import Measure, Observation, Series
from hub.domain.period import Period
from hub.domain.tables import Cell, Document, HeaderCell, Table, TableRow
from hub.domain.values import FormValues, Values
from hub.readers.guard import open_archive
from hub.readers.limits import Limits
from hub.writers.figures_plain import write_series_csv
from hub.writers.figures_tables import Words
from hub.writers.figures_tables import document_of as document_of_series
from hub.writers.marked_workbook import Head, Item, mark_workbook
from hub.writers.publication_print import write_publication_docx
from hub.writers.tables_csv import write_table_csv
from hub.writers.tables_xlsx import write_tables_xlsx
from hub.writers.workbook import write_workbook

OFFICE = shutil.which("soffice")
WORD = OFFICE is not None and (Path(OFFICE).resolve().parent / "libswlo.so").exists()
needs_office = pytest.mark.skipif(OFFICE is None, reason="soffice (LibreOffice) is not installed")
needs_word = pytest.mark.skipif(not WORD, reason="LibreOffice Writer is not installed")
WORKBOOKS = ("publication.xlsx", "figures.xlsx", "filing.xlsx", "marked.xlsx")
SHEETS = ("table.csv", "series.csv")
MADE = datetime(2026, 9, 15, 3, 0)  # noqa: DTZ001


def label(text: str) -> Label:
    return Label(text, f"{text} (en)")


def published() -> Document:
    """Figures of every kind: large, small, negative, with decimals, beyond 15 digits, missing, not applicable."""
    figures = [Decimal("12345678901234.5"), Decimal("-7.25"), Decimal(0), Decimal("123456789012345678"), None]
    rows = [
        TableRow(
            f"U{line}", label(f"Tỉnh số {line}"),
            [Cell("2/3"), *(Cell(value, 2, mark="" if value is not None else "missing") for value in figures),
             Cell(Decimal(line), 0, mark="provisional"), Cell("=1+1")],
            1 if line else 0,
        )
        for line in range(12)
    ]  # fmt: skip
    codes = [f"c{number}" for number in range(1, 9)]
    header = [
        [HeaderCell(label("Đơn vị"), 1, 2), HeaderCell(label("Số liệu"), 8)],
        [HeaderCell(label(c)) for c in codes],
    ]
    table = Table("T1", label("Biểu theo tỉnh"), header, codes, rows, [label("Ghi chú")], label("người"))
    return Document(
        label("Báo cáo"), label("Năm 2025"), [(label("Bản kê"), "ab" * 32)], [table], False, MADE, label("Bộ")
    )


def series() -> Series:
    """One measure of two units through three months."""
    measure = Measure("X", Address("F1", "r01", "c01"), label("Số người"), 2, "", "sum", "sum")
    periods = tuple(Period.parse(f"2026-M0{month}") for month in (7, 8, 9))
    seen = tuple(
        Observation(measure, unit, period, Decimal(f"{place + 1}.5{month}"), "final", "as_reported", "X/1", 1, 1)
        for place, unit in enumerate(("VN", "P1"))
        for month, period in enumerate(periods)
    )
    return Series("then", None, (measure,), ("VN", "P1"), periods, seen)


def figures_document() -> Document:
    words = Words(label, label, label("Chế độ"), "Nghị định", label("Trung tâm"))
    return document_of_series(series(), words, datetime.fromisoformat("2026-09-15T03:00:00+00:00"))


def filing(edition) -> bytes:
    cells = {(row, "c02"): Decimal(4) for row in ("r01", "r02")} | {("r02", "c04"): Decimal("8.50")}
    values = Values({"F1": FormValues(cells)}, {"s1": "Tình hình ổn định."})
    return write_workbook(edition, "P01", "Tỉnh Thử", "2026-M09", "own", frequency="monthly", values=values)


def marked(content: bytes) -> bytes:
    sheet = next(each.title for each in openpyxl.load_workbook(io.BytesIO(content)) if each.title.startswith("F1"))
    place = Place(sheet=sheet, cell="C12")
    finding = Finding("x", "error", "rule", "Số nữ lớn hơn tổng số.", "More women than people.", place=place)
    head = Head(label("Chế độ thử"), ((label("Kỳ báo cáo"), "Tháng 9/2026"),), label("CHƯA NHẬN."))
    item = Item(finding, sheet, "C12", "r01. Tổng số", "(c01) Tổng")
    return mark_workbook(open_archive(content, Limits()), head, [item])


@pytest.fixture(scope="module")
def written(make_small_edition) -> dict[str, bytes]:
    content = filing(make_small_edition())
    return {
        "publication.xlsx": write_tables_xlsx(published()),
        "figures.xlsx": write_tables_xlsx(figures_document()),
        "filing.xlsx": content,
        "marked.xlsx": marked(content),
        "table.csv": write_table_csv(published().tables[0]),
        "series.csv": write_series_csv(series(), label),
        "document.docx": write_publication_docx(published()),
    }


@pytest.fixture(scope="module")
def shown(written, tmp_path_factory):
    """File name → the page that LibreOffice makes of it."""
    folder = tmp_path_factory.mktemp("office")
    for name, content in written.items():
        (folder / name).write_bytes(content)
    names = [name for name in written if not name.endswith(".csv") and (WORD or not name.endswith(".docx"))]
    converted(folder, names)
    converted(folder, list(SHEETS), "--infilter=CSV:44,34,76,1,,1033,false,false")  # commas, UTF-8, 2/3 is no day
    pages = [*names, *SHEETS]
    return {name: html.fromstring((folder / "out" / f"{Path(name).stem}.html").read_bytes()) for name in pages}


def converted(folder: Path, names: list[str], *options: str) -> None:
    assert OFFICE is not None
    profile, out = f"-env:UserInstallation=file://{folder}/profile", str(folder / "out")
    files = [str(folder / name) for name in names]
    command = [OFFICE, profile, "--headless", *options, "--convert-to", "html", "--outdir", out, *files]
    subprocess.run(command, check=True, timeout=240, capture_output=True)


def squeezed(text: str) -> str:
    return "".join(text.split())  # a line break within a cell comes without a space


def cells_of(content: bytes) -> list[object]:
    """The values of all cells of the sheets that are seen, as a second reader finds them; formulas are not among them:
    what LibreOffice computes is compared where workbooks with formulas are tested."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [
        cell
        for sheet in book
        if sheet.sheet_state == "visible"
        for line in sheet.iter_rows()
        for cell in line
        if not any(its.hidden and its.min <= cell.column <= its.max for its in sheet.column_dimensions.values())
    ]
    return [cell.value for cell in cells if cell.data_type != "f" and cell.value not in {None, ""}]


def numbers_of(values: list[object]) -> Counter[float]:
    return Counter(float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool))


@needs_office
@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_has_the_same_values_in_libreoffice(name, written, shown):
    values = cells_of(written[name])
    numbers = Counter(float(value) for value in shown[name].xpath("//td/@sdval"))
    texts = {squeezed(cell.text_content()) for cell in shown[name].xpath("//td")}
    assert numbers_of(values) - numbers == Counter()
    assert {squeezed(value) for value in values if isinstance(value, str)} - texts == set()
    assert len(values) > 20


@needs_office
@pytest.mark.parametrize("name", SHEETS)
def test_a_csv_file_has_the_same_values_in_libreoffice(name, written, shown):
    lines = list(csv.reader(io.StringIO(written[name].decode("utf-8-sig"), newline="")))
    rows = [[squeezed(cell.text_content()) for cell in row.xpath("./td")] for row in shown[name].xpath("//tr")]
    values = [[cell.get("sdval") for cell in row.xpath("./td")] for row in shown[name].xpath("//tr")]
    assert len(rows) == len(lines) > 3
    for line, texts, numbers in zip(lines, rows, values, strict=True):
        for said, text, number in zip(line, texts, numbers, strict=True):
            # beyond 15 digits a spreadsheet rounds what stands in a CSV file; in our workbooks such figures are text
            same = number is not None and f"{float(number):.14g}" == f"{float(said):.14g}"
            assert text == squeezed(said) or same


@needs_word
def test_a_word_file_has_the_same_texts_in_libreoffice(written, shown):
    tables = docx.Document(io.BytesIO(written["document.docx"])).tables
    said = [squeezed(cell.text) for table in tables for row in table.rows for cell in row.cells if cell.text.strip()]
    texts = {squeezed(cell.text_content()) for cell in shown["document.docx"].xpath("//td")}
    assert len(said) > 100
    assert set(said) - texts == set()


@needs_office
@pytest.mark.parametrize("name", ["publication.xlsx", "figures.xlsx"])
def test_libreoffice_draws_the_native_charts(name, shown):
    assert len(shown[name].xpath("//img")) >= 1
