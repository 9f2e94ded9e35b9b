"""R06: what a file is told by its bytes, and where it bears a mark; hostile files are held to limits."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from hub.readers.file_kind import kind_of
from hub.readers.limits import Limits
from hub.readers.mark_scan import scan


@pytest.fixture
def look():
    def do(kind, content, limits=None):
        return scan(kind, content, limits or Limits())

    return do


def test_a_kind_is_told_by_content_and_never_by_name(make):
    assert kind_of(make.pdf("a"), "a.docx") == "pdf"
    assert kind_of(make.word("a"), "a.pdf") == "docx"
    assert kind_of(make.book("a"), "a.exe") == "xlsx"
    assert kind_of(make.PNG, "a.txt") == "png"
    assert kind_of(b"\xff\xd8\xff\xe0...", "a") == "jpg"
    assert kind_of("Xin chào".encode(), "a.txt") == "txt"
    assert kind_of(b"a,b\n1,2\n", "a.csv") == "csv"


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00\x03", b"\x7fELF\x02", b"<!DOCTYPE html><html>", b"<script>alert(1)</script>", b"PK\x03\x04junk",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1 x}", b"GIF89a\x00\x01", b"  <svg onload=alert(1)>", b"",
    ],
)  # fmt: skip
def test_what_may_not_be_attached_has_no_kind(content):
    assert kind_of(content, "bao-cao.pdf") is None


def test_a_file_with_macros_has_no_kind(make):
    output = io.BytesIO(make.book("a"))
    with zipfile.ZipFile(output, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert kind_of(output.getvalue(), "a.xlsx") is None


def test_clean_files_have_no_marked_place(make, look):
    for kind, content in (
        ("pdf", make.pdf("Bao cao quy")), ("docx", make.word("Mật độ dân số")), ("xlsx", make.book("Mật ong")),
        ("txt", "Công tác bảo mật".encode()),
    ):  # fmt: skip
        assert (look(kind, content).places, look(kind, content).problem) == ((), None)


def test_a_mark_is_told_by_its_page(make, look):
    assert look("pdf", make.pdf("Bao cao", "TUYET MAT")).places == (("trang 2", "page 2"),)


def test_a_note_laid_over_a_page_is_read_too(make, look):
    assert look("pdf", make.pdf("Bao cao", note="TỐI MẬT")).places == (("trang 1", "page 1"),)


def test_a_mark_in_the_header_of_a_word_file_and_in_a_cell_is_found(make, look):
    assert look("docx", make.word("Nội dung", header="MẬT")).places == (
        ("đầu hoặc chân trang", "page header or footer"),
    )
    assert look("xlsx", make.book("Tên", "TUYỆT MẬT")).places == (("chữ trong các ô", "text of the cells"),)


def test_text_of_windows_and_of_utf_16_is_read(look):
    for encoding in ("utf-8-sig", "utf-16"):
        assert look("txt", "Báo cáo\nTUYỆT MẬT\n".encode(encoding)).places == (("dòng 2", "line 2"),)


def test_a_picture_is_said_to_be_unread(make, look):
    assert look("png", make.PNG).seen == "not"


def test_pages_without_any_text_are_said_to_be_unread(make, look):
    assert look("pdf", make.pdf("")).seen == "not"


def test_a_long_file_is_said_to_be_read_in_part(make, look):
    assert look("pdf", make.pdf(*["trang"] * 52)).seen == "part"


def test_a_locked_file_and_a_broken_one_are_told_apart(make, look):
    assert look("pdf", make.pdf("a", password="x")).problem == "locked"
    assert look("pdf", b"%PDF-1.7 nothing").problem == "broken"
    assert look("docx", make.word("a")[:-40]).problem == "broken"


def test_a_bomb_ends_at_the_limits(make, look):
    writer_bomb = io.BytesIO()
    with zipfile.ZipFile(writer_bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b"x" * 200_000_000 + b"</a>")
    assert look("docx", writer_bomb.getvalue()).problem == "too_complex"


def test_a_page_that_unpacks_without_end_is_stopped(look):
    import zlib

    body = zlib.compress(b"(x) Tj " * 40_000_000)
    stream = b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(body) + body + b"\nendstream endobj\n"
    head = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
    )
    content = head + stream + b"trailer<</Root 1 0 R>>\n%%EOF"
    limits = replace(Limits(), parse_memory_mb=256, parse_seconds=2)
    assert look("pdf", content, limits).problem in {"too_complex", "broken"}
