"""Round after round: marks of the last one are known again, whatever program saved the file, and taken off."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from hub.domain.findings import Finding
from hub.domain.form import Address, Label
from hub.domain.sheet_layout import EXPLANATION_SHEET, FINDINGS_SHEET
from hub.writers.marked_workbook import Item
from hub.writers.workbook import write_workbook

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")
DATA = "Số liệu"
CELLS = {"B4": "error", "B7": "warning", "C9": "missing", "D20": "note", "A1": "error"}


@pytest.fixture
def items(item):
    return [item(DATA, cell, kind, code=kind) for cell, kind in CELLS.items()]


def saved_by_openpyxl(content: bytes) -> bytes:
    buffer = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(buffer)
    return buffer.getvalue()


def test_marking_twice_is_marking_once(rich, items, mark):
    once = mark(rich, items)
    assert mark(once, items) == once


def test_what_is_corrected_is_clean_again_to_the_byte(rich, items, mark, parts):
    before, after = parts(rich), parts(mark(mark(rich, items), []))
    made = re.compile(rb'<row r="20"><c r="D20"(?: s="[0-9]+")?/></row>')
    assert made.sub(b"", after.pop("xl/worksheets/sheet1.xml")) == before.pop("xl/worksheets/sheet1.xml")
    selected = before.pop("xl/worksheets/sheet2.xml")
    assert after.pop("xl/worksheets/sheet2.xml") == selected.replace(b' tabSelected="1"', b"")
    kept = [name for name in before if re.match("xl/(worksheets|charts|media|drawings/drawing|sharedStrings)", name)]
    assert kept
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert set(after) - set(before) == {"xl/worksheets/hubFindings1.xml"}


def test_a_cell_that_is_wrong_in_another_way_changes_its_colour_and_its_note(rich, item, mark, opened, pattern):
    book = opened(mark(mark(rich, [item(DATA, "B7", vi="Trước.")]), [item(DATA, "B7", "warning", vi="Sau.")]))
    assert pattern(book, DATA, "B7") == "warning"
    assert "Trước." not in book[DATA]["B7"].comment.text


def test_ten_rounds_make_the_file_no_larger_than_two(rich, items, item, mark):
    others = [item(DATA, f"B{row}", "warning") for row in range(3, 12)]
    first = mark(mark(rich, items), others)
    content = first
    for _ in range(4):
        content = mark(mark(content, items), others)
    assert len(content) == len(first)


def test_what_was_added_below_a_reporters_note_comes_off_and_the_note_stays(rich, items, mark, opened):
    sheet = opened(mark(mark(rich, items), []))[DATA]
    assert sheet["B4"].comment.text == "Số này tôi lấy từ phòng Tài chính."
    assert [cell.coordinate for line in sheet.iter_rows() for cell in line if cell.comment] == ["B4", "A5"]


@pytest.mark.parametrize("saved_by", ["openpyxl", "LibreOffice"])
def test_marks_are_known_again_after_another_program_saved_the_file(
    rich, items, mark, opened, saved_by, through_office
):
    save = saved_by_openpyxl if saved_by == "openpyxl" else through_office
    marked = mark(rich, items)
    before, after = opened(rich)[DATA], opened(mark(save(marked), []))
    assert after.sheetnames == [FINDINGS_SHEET, DATA, "Bảng phụ", "Ẩn"]
    for cell in CELLS:
        old, new = before[cell].fill, after[DATA][cell].fill
        assert (new.patternType, new.fgColor.rgb) == (
            ("solid", "FFFFFBE6") if cell == "D20" else (old.patternType, old.fgColor.rgb)
        )
    assert after[DATA]["B7"].comment is None
    assert "Tài chính" in after[DATA]["B4"].comment.text
    assert "Hệ thống" not in after[DATA]["B4"].comment.text


def test_the_sheet_of_findings_is_found_wherever_it_was_moved_and_whatever_it_is_called(rich, items, mark, opened):
    book = openpyxl.load_workbook(io.BytesIO(mark(rich, items)))
    book.move_sheet(FINDINGS_SHEET, 2)
    book[FINDINGS_SHEET].title = "Kết quả 'cũ'"
    book.defined_names["hub_findings"].attr_text = "'Kết quả ''cũ'''!$A$1"
    buffer = io.BytesIO()
    book.save(buffer)
    after = opened(mark(buffer.getvalue(), []))
    assert after.sheetnames == [FINDINGS_SHEET, DATA, "Bảng phụ", "Ẩn"]
    assert after["Bảng phụ"].defined_names["Rieng"].attr_text == "'Bảng phụ'!$A$1"
    assert after[DATA].print_area == "'Số liệu'!$A$1:$D$12"


def test_a_record_that_somebody_tampered_with_does_no_harm(rich, items, mark, opened, parts, zipped):
    own = parts(mark(rich, items))
    name = "xl/worksheets/hubFindings1.xml"
    evil = b"<t>patternFill(patternType=solid)[script(x=1)[]]</t>"
    own[name] = re.sub(rb"<t>patternFill\(patternType=solid\).*?</t>", evil, own[name])
    book = opened(mark(zipped(own), []))
    assert book[DATA]["B4"].fill.patternType in {None, "none"}


def test_a_formula_typed_on_the_sheet_of_findings_leaves_no_chain_of_calculation_behind(
    rich, items, mark, parts, zipped, opened
):
    own = parts(mark(rich, items))
    sheet_id = re.search(rb'sheetId="(\d+)" r:id="hubFindings"', own["xl/workbook.xml"])[1]
    own["xl/calcChain.xml"] = (
        b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A1" i="%s"/></calcChain>'
        % sheet_id
    )
    own["xl/_rels/workbook.xml.rels"] = own["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rIdChain" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'calcChain" Target="calcChain.xml"/></Relationships>',
    )
    after = mark(zipped(own), [])
    assert "xl/calcChain.xml" not in parts(after)
    assert b"calcChain" not in parts(after)["xl/_rels/workbook.xml.rels"]
    assert opened(after).sheetnames[0] == FINDINGS_SHEET


# --- explanations ----------------------------------------------------------------------------------------------------


def warning(code: str) -> Item:
    address = Address("F1", "r01", "c04")
    return Item(Finding(code, "warning", "rule", f"Bất thường {code}.", "Unusual.", address), "F1", "F12", "r01", "c04")


@pytest.fixture
def template(small_edition) -> bytes:
    return write_workbook(
        small_edition, "X11", "Xã X11", "2026-M09", "own", frequency="monthly", explanations={"CU@F1.r01.c01": "Đã rõ."}
    )


def explanations(book) -> list[tuple]:
    rows = book[EXPLANATION_SHEET].iter_rows(min_row=10, max_col=3, values_only=True)
    return [row for row in rows if any(row)]


def test_the_keys_of_warnings_are_written_where_they_are_to_be_explained(template, mark, opened):
    book = opened(mark(template, [warning("W1"), warning("W2")]))
    assert explanations(book) == [
        ("CU@F1.r01.c01", None, "Đã rõ."),
        ("W1@F1.r01.c04", "Bất thường W1.", None),
        ("W2@F1.r01.c04", "Bất thường W2.", None),
    ]
    links = [cell.hyperlink.location for cell in book[FINDINGS_SHEET]["K"] if cell.hyperlink]
    assert links == [f"'{EXPLANATION_SHEET}'!C11", f"'{EXPLANATION_SHEET}'!C12"]


def test_a_key_that_nobody_explained_goes_with_its_warning_and_an_explanation_stays(template, mark, opened):
    book = openpyxl.load_workbook(io.BytesIO(mark(template, [warning("W1"), warning("W2"), warning("W3")])))
    book[EXPLANATION_SHEET]["C11"] = "Do mưa lũ."
    buffer = io.BytesIO()
    book.save(buffer)
    assert explanations(opened(mark(buffer.getvalue(), [warning("W3")]))) == [
        ("CU@F1.r01.c01", None, "Đã rõ."),
        ("W1@F1.r01.c04", "Bất thường W1.", "Do mưa lũ."),
        ("W3@F1.r01.c04", "Bất thường W3.", None),
    ]


def test_a_rule_on_trial_asks_for_no_explanation(template, mark, opened):
    finding = Finding("W9", "warning", "rule", "Thử.", "Trial.", Address("F1", "r01", "c04"), beta=True)
    assert explanations(opened(mark(template, [Item(finding, "F1", "F12")]))) == [("CU@F1.r01.c01", None, "Đã rõ.")]


def test_a_sheet_of_that_name_by_somebody_else_is_not_written_into(rich, mark, opened, parts, zipped):
    own = parts(rich)
    own["xl/workbook.xml"] = own["xl/workbook.xml"].replace("Bảng phụ".encode(), EXPLANATION_SHEET.encode())
    book = opened(mark(zipped(own), [warning("W1")]))
    assert book[EXPLANATION_SHEET]["A2"].value == "chữ"
    assert book[EXPLANATION_SHEET].max_row == 2


def test_labels_are_said_in_both_languages(template, mark, opened):
    sheet = opened(mark(template, [warning("W1")]))[FINDINGS_SHEET]
    texts = " ".join(str(cell.value) for line in sheet.iter_rows(max_row=10) for cell in line if cell.value)
    for label in (Label("Mức độ", "Severity"), Label("Giải trình", "Explanation"), Label("cảnh báo", "warnings")):
        assert label.vi in texts
        assert label.en in texts
