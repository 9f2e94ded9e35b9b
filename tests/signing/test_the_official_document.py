"""The report as a document: official layout, whole Vietnamese text and numbers, and the same bytes each time."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from zipfile import ZipFile

import pytest
from docx import Document
from pypdf import PdfReader

from hub.domain.form import Column, Form, Label, Row
from hub.domain.values import FormValues, Values
from hub.writers.official_docx import write_official_docx
from hub.writers.official_pdf import report_data, write_official_pdf
from hub.writers.official_table import MOST_LINES, number_text, table_of
from hub.writers.receipt_pdf import ReceiptWords, write_receipt_pdf
from hub.writers.signable import ready_for_signatures

EVERY_LETTER = "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"


def label(text: str) -> Label:
    return Label(text, text)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.fixture
def printed(letterhead, small_edition):
    """``printed(values, forms=None) -> bytes``"""

    def make(values: Values, forms=None, **changes) -> bytes:
        return write_official_pdf(
            replace(letterhead, **changes), small_edition, forms or small_edition.forms, values, b'{"a":"\xc3\xaa"}'
        )  # fmt: skip

    return make


def test_it_has_the_parts_of_an_administrative_document(printed, values):
    text = text_of(printed(values))
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc", "TỈNH LẠNG SƠN", "ỦY BAN NHÂN DÂN",
        "XÃ HỮU LŨNG", "Hữu Lũng, ngày 15 tháng 09 năm 2026", "BÁO CÁO", "Chế độ thử", "Tháng 9 năm 2026",
        "Kính gửi: Ủy ban nhân dân tỉnh Lạng Sơn.", "Đánh giá chung", "Tình hình ổn định.", "Nơi nhận:", "Trang 1 / 3",
        "ab" * 32, "0" * 64, "1.234.567", "1.234,50", "Hộ bà Ỷ Lan", "02/01/2026", "Một", "Cộng",
    ):  # fmt: skip
        assert part in text, part
    assert "MINH HỌA" not in text


def test_every_vietnamese_letter_is_printed_and_read_back_by_two_readers(printed):
    words = f"{EVERY_LETTER} {EVERY_LETTER.lower()}"
    content = printed(Values({}, {"s1": words}))
    assert EVERY_LETTER in text_of(content).replace("\n", "")
    if shutil.which("pdftotext"):
        said = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
        assert EVERY_LETTER.lower() in said.replace("\n", "")


def test_what_people_wrote_is_never_read_as_markup(printed):
    hostile = '#panic("x") $x^2$ *sao* _gạch_ @nhãn <nhãn> \\ `mã` [ngoặc] = Tiêu đề // ghi chú ] } " \u202e'
    values = Values({"F1": FormValues({("r02", "c06"): hostile})}, {"s1": hostile})
    text = " ".join(text_of(printed(values, superior=hostile)).split())
    assert '#panic("x") $x^2$ *sao* _gạch_ @nhãn <nhãn> \\ `mã` [ngoặc] = Tiêu đề // ghi chú ] }' in text
    assert '#PANIC("X") $X^2$ *SAO* _GẠCH_ @NHÃN' in text
    assert text.count("// ghi chú") == 2


def test_the_same_report_is_the_same_bytes_and_carries_itself(printed, values):
    first = ready_for_signatures(printed(values))
    assert first == ready_for_signatures(printed(values))
    assert PdfReader(io.BytesIO(first)).attachments["report.json"] == [b'{"a":"\xc3\xaa"}']


def test_a_demonstration_says_so_on_every_page(printed, values):
    pages = PdfReader(io.BytesIO(printed(values, demonstration=True))).pages
    assert all("DỮ LIỆU MINH HỌA" in page.extract_text() for page in pages)


def test_nothing_to_report_and_nothing_entered_are_said(printed):
    text = text_of(printed(Values({"F2": FormValues(nil=True)}, {})))
    assert "Biểu F2 (Danh sách): không phát sinh trong kỳ." in text
    assert "Biểu F1 (Biểu lưới): không có số liệu." in text


def test_a_wide_form_lies_on_its_side_and_a_wider_one_comes_in_parts(printed):
    rows = tuple(Row(f"r{n}", label(f"Chỉ tiêu {n}")) for n in range(30))

    def wide(columns: int) -> tuple[Form, Values]:
        group = (label("Nhóm"),)
        across = tuple(Column(f"c{n}", label(f"Cột {n}"), "decimal", 2, group=group) for n in range(columns))
        form = Form("F9", label("Rộng"), "grid", across, rows)
        cells = {(row.code, column.code): Decimal("12345.67") for row in rows for column in form.columns}
        return form, Values({"F9": FormValues(cells)})

    form, values = wide(15)
    page = PdfReader(io.BytesIO(printed(values, (form,)))).pages[-1]
    assert page.mediabox.width > page.mediabox.height
    form, values = wide(60)
    table = table_of(form, values.forms["F9"])
    assert len(table["blocks"]) > 1
    assert [code for part in table["blocks"] for code in part["codes"][1:]] == [f"({n})" for n in range(1, 61)]
    assert all(sum(part["widths"]) < 258 for part in table["blocks"])
    text = text_of(printed(values, (form,)))
    assert text.count("12.345,67") == 30 * 60
    assert "Các cột (1)–" in text


def test_a_long_list_repeats_its_head_and_says_what_is_not_printed(printed, small_edition):
    form = small_edition.forms[1]
    records = [{"c01": f"Hộ số {n}", "c02": "1", "c04": Decimal("1.50")} for n in range(MOST_LINES + 500)]
    content = printed(Values({"F2": FormValues({}, records)}), (form,))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    assert all("Diện tích" in page for page in pages[1:])
    whole = "\n".join(pages)
    assert "Danh sách có 2.500 dòng; bản in ghi 2.000 dòng đầu" in whole.replace("\n", " ")
    assert f"Hộ số {MOST_LINES - 1}" in whole
    assert f"Hộ số {MOST_LINES}\n" not in whole
    assert "3.750,00" in whole  # the total of all, not only of those printed


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [("1234567.5", 1, "1.234.567,5"), ("-0.50", 2, "-0,50"), ("0", 0, "0"), ("999", 0, "999"), ("-1000", 0, "-1.000")],
)
def test_numbers_are_written_as_in_viet_nam(value, decimals, text):
    assert number_text(Decimal(value), decimals) == text


def test_the_word_file_says_the_same(letterhead, small_edition, values):
    data = report_data(letterhead, small_edition, small_edition.forms, values)
    content = write_official_docx(data)
    assert content == write_official_docx(data)
    word = Document(io.BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "Kính gửi: Ủy ban nhân dân tỉnh Lạng Sơn." in text
    cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert {"1.234.567", "1.234,50", "Hộ bà Ỷ Lan"} <= cells
    assert ZipFile(io.BytesIO(content)).testzip() is None


def test_a_receipt_is_one_page_with_its_code(letterhead):
    words = ReceiptWords("065b7", date(2026, 9, 15), [("Đơn vị gửi", "Xã Hữu Lũng")], [], [("Số liệu", "ab" * 32)],
                         "https://example.test/receipts/065b7")  # fmt: skip
    content = write_receipt_pdf(words)
    assert content == write_receipt_pdf(words)
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) == 1
    assert "BIÊN NHẬN GỬI BÁO CÁO" in pages[0].extract_text()
    assert "Xã Hữu Lũng" in pages[0].extract_text()
