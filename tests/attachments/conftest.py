"""Small files of every kind, and a hub in the middle of a campaign."""

from __future__ import annotations

import importlib.util
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter
from docx import Document
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.services import filings, opening

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def pdf(*pages: str, note: str = "", password: str = "") -> bytes:
    """A PDF with a line of (ASCII) text on each page; ``note`` lies over the last page."""
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(200, 200)
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        fonts = DictionaryObject(
            {NameObject("/F1"): DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})}
        )
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    if note:
        writer.add_annotation(len(pages) - 1, FreeText(text=note, rect=(0, 0, 100, 50)))
    if password:
        writer.encrypt(password)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def word(*lines: str, header: str = "") -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def book(*cells: str) -> bytes:
    output = io.BytesIO()
    workbook = xlsxwriter.Workbook(output)
    sheet = workbook.add_worksheet()
    for row, cell in enumerate(cells):
        sheet.write(row, 0, cell)
    workbook.close()
    return output.getvalue()


@pytest.fixture
def make():
    """``make.pdf(…)``, ``make.word(…)``, ``make.book(…)``, ``make.PNG``."""
    return sys.modules[__name__] if __name__ in sys.modules else _this()


def _this():
    spec = importlib.util.spec_from_file_location("files_to_attach", Path(__file__))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def opened(core):
    opening.open_due(core, NOW, since=datetime(2026, 9, 1, tzinfo=UTC).date())
    return core


@pytest.fixture
def filing_of(opened):
    def find(unit_id: str):
        page = filings.search(opened, SYSTEM, FilingQuery(unit_id=unit_id, period="2026-M09"), NOW)
        return page.rows[0]

    return find
