"""The outline as a Word file: filled in, edited as people edit, and read back exactly."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from lxml import etree

from hub.domain.form import Label
from hub.domain.regime import OutlineSection
from hub.readers.dispatch import door_of, read
from hub.readers.limits import Limits
from hub.writers.outline_word import write_outline_word

TEXTS = {
    "s1": "Kết quả đạt được:\nDòng hai, có <thẻ> & “ngoặc”.\n\nĐoạn sau dòng trống.",
    "s2": "Cột\tcột\nKhó khăn",
    "s3": "",
}
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture
def edition(small_edition):
    sections = (
        OutlineSection("s1", Label("Kết quả đạt được", "Results"), required=True),
        OutlineSection("s2", Label("Khó khăn, vướng mắc", "Difficulties")),
        OutlineSection("s3", Label("Kiến nghị", "Proposals")),
    )
    return replace(small_edition, outline=sections)


@pytest.fixture
def written(edition):
    return write_outline_word(edition, "X11", "Xã X11", "2026-M09", "own", TEXTS)


@pytest.fixture
def read_back(edition):
    def do(content: bytes):
        (reading,) = read(door_of(content, "a.docx"), content, lambda identity: edition, None, Limits())
        return reading

    return do


def codes(reading):
    return [problem.code for problem in reading.problems]


def changed(content: bytes, change, part: str = "word/document.xml") -> bytes:
    """The file with one part changed as text."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()).encode() if name == part else data)
    return output.getvalue()


def edited(content: bytes, change) -> bytes:
    """The file after somebody changed it in a word processor: ``change(document)``."""
    document = Document(io.BytesIO(content))
    change(document)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def paragraph(document, text):
    return next(each for each in document.paragraphs if text in each.text)


def control(document, tag):
    return next(each for each in document.element.body.iter(f"{{{MAIN}}}sdt") if tag in etree.tostring(each).decode())


def test_what_was_written_is_read_back_exactly(written, read_back):
    reading = read_back(written)
    assert codes(reading) == []
    assert reading.only_outline
    assert reading.forms == {}
    assert reading.outline == {"s1": TEXTS["s1"], "s2": TEXTS["s2"]}
    assert (reading.identity.unit, reading.identity.period, reading.identity.scope) == ("X11", "2026-M09", "own")


def test_the_same_narrative_makes_the_same_bytes(edition, written):
    assert write_outline_word(edition, "X11", "Xã X11", "2026-M09", "own", TEXTS) == written


def test_text_comes_in_nfc_however_it_was_typed(written, read_back):
    typed = edited(written, lambda document: paragraph(document, "Khó khăn").insert_paragraph_before("x"))
    typed = changed(typed, lambda xml: xml.replace("Dòng hai", unicodedata.normalize("NFD", "Dòng hai")))
    assert "Dòng hai" in read_back(typed).outline["s1"]


def test_a_renamed_heading_is_told_and_its_text_still_read(written, read_back):
    reading = read_back(changed(written, lambda xml: xml.replace("2. Khó khăn, vướng mắc", "Các vướng mắc")))
    assert codes(reading) == ["heading_renamed"]
    assert reading.outline["s2"] == TEXTS["s2"]


def test_a_heading_without_its_marks_is_known_by_its_words(written, read_back):
    bare = changed(written, lambda xml: xml.replace("hub-section:", "x:").replace("hub_section_", "x_"))
    reading = read_back(bare)
    assert codes(reading) == []
    assert reading.outline == {"s1": TEXTS["s1"], "s2": TEXTS["s2"]}


def test_a_missing_heading_is_one_finding(written, read_back):
    def drop(document):
        gone = control(document, "hub-section:s2")
        gone.getparent().remove(gone)

    reading = read_back(edited(written, drop))
    assert codes(reading) == ["heading_missing"]
    assert reading.problems[0].expected == "2. Khó khăn, vướng mắc"


def test_a_heading_that_stands_twice_is_one_finding_with_its_paragraph(written, read_back):
    def twice(document):
        from copy import deepcopy

        first = control(document, "hub-section:s1")
        document.element.body.insert(-1, deepcopy(first))

    reading = read_back(edited(written, twice))
    assert codes(reading) == ["heading_duplicate"]
    assert re.fullmatch(r"¶ \d+", reading.problems[0].place.describe())


def test_text_before_the_first_heading_is_never_lost_in_silence(written, read_back):
    def add(document):
        control(document, "hub-section:s1").addprevious(document.add_paragraph("Lời mở đầu")._p)

    reading = read_back(edited(written, add))
    assert codes(reading) == ["text_before_headings"]
    assert reading.problems[0].severity == "error"


def test_words_typed_on_the_line_of_a_heading_or_of_the_guidance_are_kept(written, read_back):
    def typed(xml):
        xml = xml.replace("1. Kết quả đạt được", "1. Kết quả đạt được: Tốt")
        return xml.replace("giữ nguyên tiêu đề.]", "giữ nguyên tiêu đề.] Rất tốt")

    reading = read_back(changed(written, typed))
    assert reading.outline["s1"].startswith("Tốt\n")
    assert "Rất tốt" in reading.outline["s1"]


def test_lists_and_tables_become_lines(written, read_back):
    def add(document):
        after = paragraph(document, "Khó khăn")
        one = after.insert_paragraph_before("điểm một", style="List Bullet")
        table = document.add_table(rows=1, cols=2)
        table.cell(0, 0).text, table.cell(0, 1).text = "A", "12,5"
        one._p.addnext(table._tbl)

    content = edited(written, add)
    content = changed(content, lambda xml: xml.replace('<w:pStyle w:val="ListBullet"/>', "<w:numPr/>"))
    reading = read_back(content)
    assert "- điểm một\nA\t12,5\n" in reading.outline["s1"] + reading.outline["s2"]


def test_tracked_changes_are_read_as_accepted_with_a_note(written, read_back):
    def track(xml):
        new = "<w:ins w:id='9' w:author='a'><w:r><w:t>thêm </w:t></w:r></w:ins>"
        old = "<w:del w:id='8' w:author='a'><w:r><w:delText>bỏ</w:delText></w:r></w:del>"
        return xml.replace("<w:r><w:t>Kết quả đạt được:", new + old + "<w:r><w:t>Kết quả đạt được:", 1)

    reading = read_back(changed(written, track))
    assert codes(reading) == ["tracked_changes"]
    assert reading.outline["s1"].startswith("thêm Kết quả đạt được:")


def test_comments_and_pictures_are_left_out_with_a_note(written, read_back):
    def add(xml):
        odd = "<w:r><w:commentReference w:id='1'/></w:r><w:r><w:pict><v:imagedata xmlns:v='v'/></w:pict></w:r>"
        return xml.replace("<w:r><w:t>Kết quả đạt được:", odd + "<w:r><w:t>Kết quả đạt được:", 1)

    reading = read_back(changed(written, add))
    assert sorted(codes(reading)) == ["comments_left_out", "picture_left_out"]
    assert {problem.severity for problem in reading.problems} == {"note"}


def test_words_in_a_box_are_an_error_since_they_would_be_lost(written, read_back):
    def add(xml):
        box = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>trong khung</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
        return xml.replace("<w:r><w:t>Kết quả đạt được:", box + "<w:r><w:t>Kết quả đạt được:", 1)

    assert codes(read_back(changed(written, add))) == ["box_left_out"]


def test_a_file_that_lost_its_properties_says_who_it_is_on_paper(written, read_back):
    reading = read_back(changed(written, lambda xml: xml.replace("hub_", "other_"), "docProps/custom.xml"))
    assert reading.identity.unit == "X11"
    assert reading.outline["s1"] == TEXTS["s1"]


def test_another_edition_and_a_strange_document_are_told_apart(edition, written, read_back):
    other = replace(edition, sha256="1" * 64)
    (reading,) = read("docx", written, lambda identity: other, None, Limits())
    assert codes(reading) == ["edition_changed"]
    output = io.BytesIO()
    Document().save(output)
    assert codes(read_back(output.getvalue())) == ["word_unknown"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda xml: xml.replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>', 1), "word_doctype"),
        (lambda xml: xml[:-20], "word_broken"),
        (lambda xml: xml.replace("<w:body>", "<w:body>" + "<w:sdt>" * 400 + "</w:sdt>" * 400), "word_too_large"),
    ],
)
def test_a_hostile_part_gets_one_finding(written, read_back, change, code):
    assert codes(read_back(changed(written, change))) == [code]


def test_a_bomb_in_a_word_file_is_refused_unread(written):
    output = io.BytesIO(written)
    with zipfile.ZipFile(output, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/header9.xml", b"<a>" + b" " * 60_000_000 + b"</a>")
    (reading,) = read("docx", output.getvalue(), lambda identity: None, None, Limits())
    assert codes(reading) == ["word_too_large"]


def test_a_secrecy_mark_in_the_page_header_is_found(written, read_back):
    def add(document):
        document.sections[0].header.paragraphs[0].text = "TUYỆT MẬT"

    reading = read_back(edited(written, add))
    assert codes(reading) == ["secrecy_mark"]
    assert "TUYỆT" not in reading.problems[0].message_vi
