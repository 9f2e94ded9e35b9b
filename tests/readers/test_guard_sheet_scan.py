"""The fast scan proves what it says about a sheet, and what it cannot prove is rewritten by the strict parser first."""

from __future__ import annotations

import pytest

from hub.readers.guard import Refusal
from hub.readers.limits import Limits
from hub.readers.plain_xml import plain_sheet
from hub.readers.sheet_scan import Formula, check_extent, is_plain, scan_sheet

NONE: frozenset[bytes] = frozenset()


def sheet(rows: str, before: str = "", after: str = "") -> bytes:
    return f"<worksheet>{before}<sheetData>{rows}</sheetData>{after}</worksheet>".encode()


def scan(part: bytes, percents: frozenset[bytes] = NONE):
    return scan_sheet(part, Limits(), percents)


def test_the_extent_is_that_of_cells_with_content():
    facts = scan(
        sheet('<row r="2"><c r="B2"><v>1</v></c></row><row r="9"><c r="Z9" s="1"/><c r="AA9" s="1"></c></row>')
    )
    assert (facts.cells, facts.last_row, facts.last_column, facts.area) == (3, 1, 1, 4)


def test_an_empty_sheet_reaches_nowhere():
    assert scan(sheet("")).area == 0
    assert scan(b"<worksheet><sheetData/></worksheet>").area == 0


def test_errors_and_formulas_are_found_with_their_cells():
    facts = scan(
        sheet(
            '<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B1"><f>1&lt;2</f></c>'
            '<c r="C1" t="str"><f>x</f><v></v></c><c r="D1"><f t="shared" si="0"/><v>4</v></c></row>'
        )
    )
    assert facts.errors == {(0, 0): "#DIV/0!"}
    assert facts.formulas == {
        (0, 0): Formula("1/0", True),
        (0, 1): Formula("1<2", False),
        (0, 2): Formula("x", True),
        (0, 3): Formula("", True),
    }


def test_numbers_that_are_none_are_found():
    facts = scan(
        sheet('<row r="1"><c r="A1"><v>12</v></c><c r="B1"><v>１２</v></c><c r="C1" t="n"><v>1,5</v></c></row>')
    )
    assert facts.bad_numbers == {(0, 1), (0, 2)}


def test_percent_styles_merges_and_hidden_lines_are_found():
    facts = scan(
        sheet(
            '<row r="3" hidden="1"><c r="A3" s="7"><v>1</v></c></row>',
            before='<cols><col min="2" max="4" width="0" hidden="1"/></cols>',
            after='<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="C3"/></mergeCells>',
        ),
        frozenset({b"7"}),
    )
    assert facts.percents == {(2, 0)}
    assert facts.hidden_rows == {2}
    assert facts.hidden_columns == [(1, 3)]
    assert facts.merges == [(0, 0, 1, 1), (2, 2, 2, 2)]


@pytest.mark.parametrize(
    "part",
    [
        b"<x:worksheet><x:sheetData/></x:worksheet>",
        sheet('<row r="1"><c><v>1</v></c></row>'),
        sheet('<row r="1"><c s="1" r="A1"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="A1"><v>1<!-- --></v></c></row>'),
        sheet('<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>'),
        sheet('<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>'),
        sheet('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="XFE1"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="A1"><is><r><t>a</t></r></is></c></row>'),
        sheet("") + b"<sheetData/>",
        b"<worksheet></worksheet>",
        '<?xml version="1.0" encoding="utf-16"?>'.encode("utf-16") + sheet(""),
        b'<?xml version="1.0" encoding="utf-7"?>' + sheet(""),
        b"<!DOCTYPE worksheet>" + sheet(""),
        sheet("", after='<mergeCells><mergeCell x="1" ref="A1:B2"/></mergeCells>'),
    ],
)
def test_what_is_unusual_is_never_called_plain(part):
    assert scan(part) is None


@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf", b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'])
def test_ordinary_beginnings_are_plain(head):
    assert is_plain(head + sheet(""))


def test_more_cells_than_allowed_are_refused():
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c></row>'
    with pytest.raises(Refusal) as raised:
        scan_sheet(sheet(rows), Limits(max_cells=1), NONE)
    assert raised.value.code == "too_many_cells"


@pytest.mark.parametrize("limits", [Limits(max_sheet_rows=5), Limits(max_sheet_columns=5), Limits(max_area=50)])
def test_a_cell_too_far_is_refused_by_name(limits):
    facts = scan(sheet('<row r="9"><c r="I9"><v>1</v></c></row>'))
    with pytest.raises(Refusal) as raised:
        check_extent(facts, "F1", limits)
    assert (raised.value.code, raised.value.sheet, raised.value.cell) == ("cell_too_far", "F1", "I9")


def rewritten(text: str) -> bytes:
    return plain_sheet(text.encode(), Limits())


def test_the_strict_parser_gives_names_to_nameless_cells():
    plain = rewritten(
        "<worksheet><sheetData><row><c><v>1</v></c><c/></row>"
        "<row><c r='C2'><v>2</v></c><c/></row></sheetData></worksheet>"
    )
    assert b'<c r="B1"></c>' in plain
    assert b'<c r="D2"></c>' in plain
    assert scan(plain).last_column == 2


def test_the_strict_parser_keeps_text_whole_and_safe():
    plain = rewritten("<worksheet><sheetData><row r='1'><c r='A1'><v>1<!-- -->2</v></c>"
                      "<c r='B1' t='str'><v><![CDATA[a<b&c]]></v></c></row></sheetData></worksheet>")  # fmt: skip
    assert b"<v>12</v>" in plain
    assert b"<v>a&lt;b&amp;c</v>" in plain
    assert scan(plain).cells == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<!DOCTYPE x><worksheet/>", "workbook_doctype"),
        ("<worksheet>" + "<a>" * 100 + "</a>" * 100 + "</worksheet>", "workbook_too_complex"),
        ("<worksheet>", "workbook_broken"),
        ("<worksheet><sheetData><row r='0'/></sheetData></worksheet>", "workbook_broken"),
        ("<worksheet><sheetData><row r='1'><c r='A2'/></row></sheetData></worksheet>", "workbook_broken"),
        ("<?xml version='1.0' encoding='utf-7'?><worksheet/>", "workbook_broken"),
    ],
)
def test_the_strict_parser_refuses_what_has_no_one_meaning(text, code):
    with pytest.raises(Refusal) as raised:
        rewritten(text)
    assert raised.value.code == code
