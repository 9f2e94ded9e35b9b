"""The narrative of a report as a Word file to fill in: one heading a section, with guidance and the present texts.

Where each section begins is said three times (a locked content control, a bookmark, the heading's words), so that it
survives renaming, editing and other programs. ``hub.readers.docx`` reads it back.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from hub.domain.outline_layout import (
    FRONT_STYLE,
    GUIDANCE_STYLE,
    IDENTITY_SHEET,
    LAYOUT,
    bookmark_of,
    guidance,
    heading,
    tag_of,
)
from hub.domain.period import Period
from hub.domain.regime import Edition, OutlineSection
from hub.domain.workbook_identity import WorkbookIdentity

_EPOCH = (1980, 1, 1, 0, 0, 0)
_PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
DEMONSTRATION = "DỮ LIỆU MINH HỌA – KHÔNG PHẢI SỐ LIỆU THẬT"


def write_outline_word(
    edition: Edition, unit_id: str, unit_name: str, period: str, scope: str, texts: Mapping[str, str],
    *, demonstration: bool = False,
) -> bytes:  # fmt: skip
    """The file for this unit and period, holding ``texts`` by section code; the same bytes for the same narrative."""
    word = Document()
    _styles(word)
    _page(word.sections[0])
    identity = WorkbookIdentity(edition.regime, edition.code, edition.sha256, unit_id, period, scope, LAYOUT)
    _front(word, edition, unit_name, period, identity, demonstration)
    for number, section in enumerate(edition.outline, 1):
        _section(word, number, section, texts.get(section.code, ""))
    _properties(word, identity)
    return _steady(word)


def _styles(word: Any) -> None:
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(13)
    normal.paragraph_format.space_after = Pt(4)
    title = word.styles["Heading 1"]
    title.font.name, title.font.size, title.font.bold = "Times New Roman", Pt(13), True
    title.font.color.rgb = RGBColor(0, 0, 0)
    fonts = title.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if "Theme" in name:
            del fonts.attrib[name]
    for each in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(each), "Times New Roman")
    word.styles.add_style(FRONT_STYLE, WD_STYLE_TYPE.PARAGRAPH).base_style = normal
    grey = word.styles.add_style(GUIDANCE_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    grey.base_style = normal
    grey.font.color.rgb, grey.font.italic, grey.font.size = RGBColor(0x76, 0x76, 0x76), True, Pt(11)


def _page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)


def _front(
    word: Any, edition: Edition, unit_name: str, period: str, identity: WorkbookIdentity, demonstration: bool
) -> None:  # fmt: skip
    if demonstration:
        _line(word, DEMONSTRATION, bold=True)
    left, right = word.add_table(rows=1, cols=2).rows[0].cells
    _line(left, unit_name, bold=True, first=True)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, first=True)
    _line(right, "Độc lập – Tự do – Hạnh phúc", bold=True)
    _line(word, "PHẦN THUYẾT MINH CỦA BÁO CÁO", bold=True)
    _line(word, edition.title.vi, bold=True)
    _line(word, Period.parse(period).label.vi)
    _line(word, f"Điền dưới từng tiêu đề rồi tải tệp này lên trang của báo cáo. {_GIVEN}", italic=True)
    line = _line(word, identity.cell_text(IDENTITY_SHEET))
    line.font.size, line.font.color.rgb = Pt(7), RGBColor(0x76, 0x76, 0x76)


_GIVEN = "Không đưa nội dung bí mật nhà nước vào tệp."


def _line(parent: Any, text: str, *, bold: bool = False, italic: bool = False, first: bool = False) -> Any:
    """A centred line of the front; the run, for more dressing. ``first``: in the paragraph that a cell begins with."""
    paragraph = parent.paragraphs[0] if first else parent.add_paragraph()
    paragraph.style = FRONT_STYLE
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    return run


def _section(word: Any, number: int, section: OutlineSection, text: str) -> None:
    paragraph = word.add_heading(level=1)
    _bookmarked(paragraph, number, section)
    _controlled(paragraph, section)
    word.add_paragraph(guidance(section), style=GUIDANCE_STYLE)
    for line in text.split("\n"):
        word.add_paragraph(line)  # python-docx writes a tab as a tab
    if text:
        word.add_paragraph()


def _bookmarked(paragraph: Any, number: int, section: OutlineSection) -> None:
    run = paragraph.add_run(heading(number, section))
    name = bookmark_of(section.code)
    if name:
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(number))
        start.set(qn("w:name"), name)
        run._r.addprevious(start)
        run._r.addnext(end)


def _controlled(paragraph: Any, section: OutlineSection) -> None:
    """Put the heading into a content control that Word lets nobody delete or change."""
    control, facts, content = (OxmlElement(name) for name in ("w:sdt", "w:sdtPr", "w:sdtContent"))
    for name, value in (
        ("w:alias", section.title.vi[:60]),
        ("w:tag", tag_of(section.code)[:64]),
        ("w:lock", "sdtContentLocked"),
    ):
        fact = OxmlElement(name)
        fact.set(qn("w:val"), value)
        facts.append(fact)
    control.append(facts)
    control.append(content)
    paragraph._p.addprevious(control)
    content.append(paragraph._p)


def _properties(word: Any, identity: WorkbookIdentity) -> None:
    """The custom properties, which python-docx does not write by itself."""
    told = "".join(
        f'<property fmtid="{_FORMAT_ID}" pid="{number}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(identity.properties().items(), 2)
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        f'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{told}</Properties>'
    )
    package = word.part.package
    part = Part(PackURI("/docProps/custom.xml"), _PROPERTIES_TYPE, content.encode(), package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
    core = word.core_properties
    core.author = core.last_modified_by = core.comments = ""
    core.title = identity.regime


def _steady(word: Any) -> bytes:
    """The file with no moment of writing in it."""
    first, output = io.BytesIO(), io.BytesIO()
    word.save(first)
    with zipfile.ZipFile(first) as read, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as written:
        for name in sorted(read.namelist()):
            written.writestr(zipfile.ZipInfo(name, _EPOCH), read.read(name), zipfile.ZIP_DEFLATED)
    return output.getvalue()
