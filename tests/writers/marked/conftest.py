"""A reporter's workbook with everything that a careless program would lose, and findings to mark in it."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from hub.domain.findings import Finding, Place
from hub.domain.form import Label
from hub.readers.guard import open_archive
from hub.readers.limits import Limits
from hub.writers.marked_workbook import Head, Item, mark_workbook

HEAD = Head(
    Label("Chế độ thử", "A regime for tests"),
    ((Label("Đơn vị báo cáo", "Reporting unit"), "Xã X11"), (Label("Kỳ báo cáo", "Period"), "Tháng 9/2026")),
    Label("CHƯA NHẬN.", "Not taken in."),
)
MARKS = {"error": "lightUp", "missing": "lightGray", "warning": "lightHorizontal", "note": "gray125"}
"""The pattern of each kind of mark."""


def make_png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    header = struct.pack(">LLBBBBB", 2, 2, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0\0\xff\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def make_item(
    sheet: str, cell: str, kind: str = "error", *, code: str = "x", vi: str = "Sai.", en: str = "Wrong.", **more: object
) -> Item:
    severity, stage = ("error", "presence") if kind == "missing" else (kind, "rule")
    place = Place(sheet=sheet or None, cell=cell or None)
    finding = Finding(code, severity, stage, vi, en, place=place)  # type: ignore[arg-type]
    return Item(replace(finding, **more), sheet, cell, "r01. Tổng số", "(c01) Tổng")


def make_rich() -> bytes:
    """A picture, a chart, notes, names, validations, merged cells, formats, sparklines, hidden sheets, a filter."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    figures = book.add_worksheet("Số liệu")
    other, veiled = book.add_worksheet("Bảng phụ"), book.add_worksheet("Ẩn")
    yellow = book.add_format({"bg_color": "#FFFBE6", "num_format": "#,##0.00", "border": 1, "locked": False})
    figures.set_column(0, 0, 30)
    figures.set_column(3, 3, 12, yellow)
    for row in range(2, 12):
        figures.write(row, 0, f"Dòng {row}")
        figures.write_number(row, 1, row * 10.5, yellow)
        figures.write_formula(row, 2, f"=B{row + 1}*2", yellow, row * 21.0)
    figures.write_comment("B4", "Số này tôi lấy từ phòng Tài chính.", {"author": "Chị Lan"})
    figures.write_comment("A5", "Hỏi lại xã.", {"author": "Chị Lan"})
    figures.merge_range("A1:C1", "BẢNG SỐ LIỆU", book.add_format({"bold": True}))
    figures.data_validation("B3:B12", {"validate": "decimal", "criteria": ">=", "value": 0})
    figures.conditional_format("B3:B12", {"type": "cell", "criteria": ">", "value": 100, "format": book.add_format()})
    figures.insert_image("F2", "logo.png", {"image_data": io.BytesIO(make_png())})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='Số liệu'!$B$3:$B$12"})
    figures.insert_chart("F8", chart)
    figures.add_sparkline("D3", {"range": "'Số liệu'!B3:B12"})
    figures.autofilter("A2:C12")
    figures.protect("", {"autofilter": True})
    figures.print_area("A1:D12")
    figures.repeat_rows(0, 1)
    other.write("A1", "=không phải công thức")
    other.write_string("A2", "chữ")
    other.freeze_panes(1, 1)
    other.activate()
    veiled.write("A1", "kín")
    veiled.hide()
    book.define_name("Tong", "='Số liệu'!$B$12")
    book.define_name("'Bảng phụ'!Rieng", "='Bảng phụ'!$A$1")
    book.set_custom_property("hub_unit", "X11", "text")
    book.close()
    return buffer.getvalue()


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def rich() -> bytes:
    return make_rich()


@pytest.fixture
def item():
    """``item(sheet, cell, kind="error", vi=…) -> Item``."""
    return make_item


@pytest.fixture
def mark():
    """``mark(content, items) -> bytes``: marked, and found sound by the guard that looks at every upload."""

    def do(content: bytes, items=()) -> bytes:
        marked = mark_workbook(open_archive(content, Limits()), HEAD, list(items))
        open_archive(marked, Limits())
        return marked

    return do


@pytest.fixture
def opened():
    """``opened(content) -> openpyxl workbook``: the second reader."""
    return lambda content, **options: openpyxl.load_workbook(io.BytesIO(content), **options)


@pytest.fixture
def parts():
    """``parts(content) -> {name: bytes}``."""
    return members


@pytest.fixture
def zipped():
    """``zipped({name: bytes}) -> content``."""
    return rezipped


@pytest.fixture
def pattern():
    """``pattern(workbook, sheet, cell) -> kind``: which kind of mark a cell has; None for none."""
    kinds = {value: key for key, value in MARKS.items()}
    return lambda book, sheet, cell: kinds.get(book[sheet][cell].fill.patternType)


@pytest.fixture
def through_office(tmp_path: Path):
    """``through_office(content, kind="xlsx") -> bytes``: opened by LibreOffice and saved as another file."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("NOT OPENED BY A SECOND PROGRAM: soffice (LibreOffice) is not installed")

    def convert(content: bytes, kind: str = "xlsx") -> bytes:
        (tmp_path / "in").mkdir(exist_ok=True)
        source = tmp_path / "in" / "tep.xlsx"
        source.write_bytes(content)
        subprocess.run(
            [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind,
             "--outdir", str(tmp_path / "out"), str(source)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return (tmp_path / "out" / f"tep.{kind}").read_bytes()

    return convert
