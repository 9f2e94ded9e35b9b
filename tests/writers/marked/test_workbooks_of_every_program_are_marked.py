"""Excel, LibreOffice, openpyxl, XlsxWriter and programs that write the format in their own way."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.findings import Finding, Place
from hub.domain.form import Label
from hub.domain.sheet_layout import FINDINGS_SHEET, cell_name
from hub.readers.guard import open_archive
from hub.readers.limits import Limits
from hub.writers.marked_workbook import Head, Item, Unmarkable, findings_only, mark_workbook

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")
DATA = "Số liệu"
LABEL = Label("Chế độ thử", "A regime for tests")
SHEET1, SHEET2 = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"


@pytest.fixture
def items(item):
    return [item(DATA, "B4"), item(DATA, "B7", "warning"), item(DATA, "E30", "missing"), item("Bảng phụ", "C1")]


@pytest.fixture
def is_marked(opened, pattern, items):
    """``is_marked(content)``: a second reader sees every mark, note and the sheet of findings."""

    def look(content: bytes, *, notes: bool = True) -> None:
        book = opened(content)
        assert book.sheetnames[0] == FINDINGS_SHEET
        for each in items:
            assert pattern(book, each.sheet, each.cell) == each.kind
            assert not notes or "Sai." in book[each.sheet][each.cell].comment.text

    return look


def plain(content: bytes) -> bytes:
    """The two sheets alone, as openpyxl writes them."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_workbook_saved_by_openpyxl(rich, items, mark, is_marked):
    is_marked(mark(plain(rich), items))


def test_a_workbook_saved_by_libreoffice(rich, items, mark, is_marked, through_office):
    is_marked(mark(through_office(rich), items))


def rewritten(content: bytes, parts, zipped, **changes) -> bytes:
    own = parts(content)
    for name, change in changes.items():
        path = {"sheet": SHEET2, "sheet1": SHEET1, "book": "xl/workbook.xml", "styles": "xl/styles.xml",
                "relations": "xl/_rels/workbook.xml.rels", "types": "[Content_Types].xml"}[name]  # fmt: skip
        before = own[path]
        own[path] = change(before)
        assert own[path] != before
    return zipped(own)


def prefixed(sheet: bytes) -> bytes:
    """The same sheet with a prefix on every element."""
    text = re.sub(rb"<(/?)(?!\?|/|[a-z]+[0-9]*:)([A-Za-z])", rb"<\1x:\2", sheet)
    return text.replace(b"<x:worksheet xmlns=", b"<x:worksheet xmlns:x=")


def nameless(sheet: bytes) -> bytes:
    """Rows and cells without names: each stands after the one before."""
    return re.sub(rb'<c r="[A-Z]+[0-9]+"', b"<c", re.sub(rb'<row r="[0-9]+"[^>]*>', b"<row>", sheet))


def utf16(sheet: bytes) -> bytes:
    return sheet.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def without_data(sheet: bytes) -> bytes:
    return re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", sheet, flags=re.DOTALL)


@pytest.mark.parametrize("change", [prefixed, nameless, utf16, without_data])
def test_a_sheet_written_in_another_way(rich, items, mark, is_marked, parts, zipped, change):
    is_marked(mark(rewritten(rich, parts, zipped, sheet=change), items))


def test_single_quotes_and_spaces_in_tags(rich, items, mark, is_marked, parts, zipped):
    def odd(sheet: bytes) -> bytes:
        return re.sub(rb'<c r="([A-Z]+[0-9]+)"', rb"<c  r = '\1' ", sheet)

    is_marked(mark(rewritten(rich, parts, zipped, sheet=odd), items))


def test_targets_that_begin_at_the_root(rich, items, mark, is_marked, parts, zipped):
    content = rewritten(
        rich, parts, zipped, relations=lambda text: text.replace(b'Target="worksheets/', b'Target="/xl/worksheets/')
    )
    is_marked(mark(content, items))


def test_a_workbook_without_styles(rich, items, mark, is_marked, parts, zipped):
    own = parts(rich)
    del own["xl/styles.xml"]
    own["xl/_rels/workbook.xml.rels"] = re.sub(
        rb"<Relationship [^>]*styles\.xml\"[^>]*/>", b"", own["xl/_rels/workbook.xml.rels"]
    )
    for name in (SHEET1, SHEET2, "xl/worksheets/sheet3.xml"):
        own[name] = re.sub(rb' (?:s|style)="[0-9]+"|<conditionalFormatting.*</conditionalFormatting>', b"", own[name])
    is_marked(mark(zipped(own), items))


def test_a_conversation_on_a_cell_is_left_alone(rich, items, mark, opened, parts, zipped):
    own = parts(rich)
    own["xl/comments1.xml"] = own["xl/comments1.xml"].replace("Chị Lan".encode(), b"tc={0B1C}")
    book = opened(mark(zipped(own), items))
    assert book[DATA]["B4"].comment.text == "Số này tôi lấy từ phòng Tài chính."
    assert "Sai." in book[DATA]["B7"].comment.text


def test_a_drawing_that_cannot_be_parsed_keeps_its_bytes_and_the_colours_come_all_the_same(
    rich, items, mark, opened, pattern, parts, zipped
):
    own = parts(rich)
    own["xl/drawings/vmlDrawing1.vml"] = broken = own["xl/drawings/vmlDrawing1.vml"].replace(b"<x:Row>", b"<br><x:Row>")
    marked = mark(zipped(own), items)
    assert parts(marked)["xl/drawings/vmlDrawing1.vml"] == broken
    assert pattern(opened(marked), DATA, "B7") == "warning"


def test_the_strict_dialect_is_refused_with_what_to_do(rich, items, mark, parts, zipped):
    def strict(text: bytes) -> bytes:
        return text.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        )

    with pytest.raises(Unmarkable, match="Strict Open XML") as refusal:
        mark(rewritten(rich, parts, zipped, book=strict), items)
    assert "Excel Workbook" in refusal.value.reason.vi


@pytest.mark.parametrize(
    "damage",
    [
        {"sheet": lambda text: text.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)},
        {"styles": lambda text: text.replace(b"<styleSheet", b'<!DOCTYPE x [<!ENTITY a "b">]><styleSheet', 1)},
        {"sheet": lambda text: text[:-20]},
        {"book": lambda text: text.replace(b"<sheets>", b"<sheets><sheet>")},
        {"sheet": lambda text: text.replace(b'<row r="2"', b'<row r="1"')},
        {"sheet": lambda text: text.replace(b"UTF-8", b"UTF-7")},
        {"styles": lambda text: text.replace(b"cellXfs", b"nothing")},
        {"sheet": lambda text: b"<a>" * 100 + b"</a>" * 100},
    ],
)
def test_what_is_damaged_or_hostile_is_never_guessed_at(rich, items, mark, parts, zipped, damage):
    with pytest.raises(Unmarkable):
        mark(rewritten(rich, parts, zipped, **damage), items)


def test_findings_alone_make_a_small_workbook_of_their_own(items, opened):
    content = findings_only(Head(LABEL, notice=LABEL), items)
    open_archive(content, Limits())
    book = opened(content)
    assert book.sheetnames == [FINDINGS_SHEET]
    assert "Chế độ" in book[FINDINGS_SHEET]["A1"].value
    assert not [cell for line in book[FINDINGS_SHEET].iter_rows() for cell in line if cell.hyperlink]


def test_libreoffice_opens_the_marked_workbook_recalculates_it_and_finds_the_same_values(
    rich, items, mark, opened, through_office
):
    before = opened(through_office(rich), data_only=True)
    after = opened(through_office(mark(rich, items)), data_only=True)
    assert after.sheetnames == [FINDINGS_SHEET, *before.sheetnames]
    for sheet in before:
        values = [[cell.value for cell in line] for line in sheet.iter_rows(max_row=25, max_col=4)]
        twin = after[sheet.title]
        assert [[cell.value for cell in line] for line in twin.iter_rows(max_row=25, max_col=4)] == values
    assert after[DATA]["C12"].value == 231


# --- any sheet, any marks --------------------------------------------------------------------------------------------

CELLS = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 5)), max_size=15)


@settings(max_examples=25)
@given(there=CELLS, wrong=CELLS)
def test_any_cells_are_marked_in_any_sheet_and_come_off_again(there, wrong):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "F1"
    for row, column in there:
        sheet.cell(row + 1, column + 1, row * 100 + column)
    buffer = io.BytesIO()
    book.save(buffer)
    items = [_item(cell_name(*cell)) for cell in wrong]
    marked = mark_workbook(open_archive(buffer.getvalue(), Limits()), Head(LABEL), items)
    assert mark_workbook(open_archive(marked, Limits()), Head(LABEL), items) == marked
    clean = mark_workbook(open_archive(marked, Limits()), Head(LABEL), [])
    for content, expected in ((marked, wrong), (clean, set())):
        sheet = openpyxl.load_workbook(io.BytesIO(content))["F1"]
        cells = {(cell.row - 1, cell.column - 1): cell for line in sheet.iter_rows() for cell in line}
        assert {at for at, cell in cells.items() if cell.value is not None} == there
        assert all(cells[row, column].value == row * 100 + column for row, column in there)
        assert {at for at, cell in cells.items() if cell.fill.patternType == "lightUp"} == expected
        assert {at for at, cell in cells.items() if cell.comment} == expected


def _item(cell: str) -> Item:
    return Item(Finding("x", "error", "rule", "Sai.", "Wrong.", place=Place("F1", cell)), "F1", cell)
