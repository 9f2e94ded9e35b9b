"""The text doors: places people can follow, identity that is said or filled in, many reports, and the named traps."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from hub.domain.envelope import Identity
from hub.domain.form import Address
from hub.readers import csv as csv_door
from hub.readers import form as form_door
from hub.readers import json as json_door
from hub.readers import xml as xml_door
from hub.readers.dispatch import door_of, read
from hub.readers.form import record_number
from hub.readers.limits import Limits

NS = 'xmlns="urn:vn:hub:report:1"'
WHO = Identity("THU-01", None, "H26", "2025-M07", "own")
HEADER = "regime,unit,period,scope,form,row,column,value\n"


@pytest.fixture
def read_one(small_edition):
    """Reads one report through a door, with an identity expected or not."""

    def read_one(door, content, expected=None, **caps):
        data = content.encode() if isinstance(content, str) else content
        (reading,) = read(door, data, lambda identity: small_edition, expected, Limits(**caps))
        return reading

    return read_one


def report(**parts) -> str:
    return json.dumps({"regime": "THU-01", "unit": "H26", "period": "2025-M07"} | parts)


def test_a_json_value_stands_at_its_pointer_even_after_blank_records(read_one):
    reading = read_one("json", report(forms={"F1": {"cells": {"r01.c01": 1}}, "F2": {"records": [{}, {"c01": "a"}]}}))

    assert reading.place(Address("F1", "r01", "c01")).pointer == "/forms/F1/cells/r01.c01"
    assert reading.place(Address("F2", "1", "c01")).pointer == "/forms/F2/records/1/c01"


def test_an_xml_value_stands_at_its_line_and_path(read_one):
    lines = [
        f'<report {NS} regime="THU-01" unit="H26" period="2025-M07">',
        '<form code="F1"><row code="r01">',
        "<c01>1</c01>",
        "<c02>2</c02></row></form>",
        '<form code="F2"><record/>',
        "<record>",
        "<c01>a</c01></record></form></report>",
    ]
    reading = read_one("xml", "\n".join(lines))

    second = reading.place(Address("F1", "r01", "c02"))
    assert (second.line, second.path) == (4, "/report/form[@code='F1']/row[@code='r01']/c02")
    record = reading.place(Address("F2", "1", "c01"))
    assert (record.line, record.path) == (7, "/report/form[@code='F2']/record[2]/c01")
    assert reading.place(Address("F2", "1", "c04")).line == 6, "a missing cell is looked for at its record"
    assert reading.place(Address("F1", "r03", "c01")).line == 2, "a missing row is looked for at its form"


def test_lines_beyond_65535_are_still_told_apart(read_one):
    document = f'<report {NS} regime="THU-01" unit="H26" period="2025-M07">' + "\n" * 70_000 + "<sheet/></report>"
    (finding,) = read_one("xml", document).problems
    assert finding.place.line == 70_001


def test_a_csv_value_stands_at_its_line_counted_over_quoted_line_breaks(read_one):
    who = "THU-01,H26,2025-M07,own"
    reading = read_one("csv", HEADER + f'{who},F1,r01,c06,"a\nb"\n{who},F1,r02,c01,1\n{who},F2,9,c01,x\n')

    assert reading.place(Address("F1", "r01", "c06")).line == 2
    assert reading.place(Address("F1", "r02", "c01")).line == 4
    assert reading.place(Address("F2", "1", "c01")).as_json() == {"line": 5, "field": "value"}


def test_a_form_value_stands_in_its_field_with_the_number_it_was_posted_under(read_one):
    reading = read_one("form", "cell.F1.r01.c01=1&rec.F2.1.c01=&rec.F2.4.c01=a", WHO)

    assert reading.place(Address("F1", "r01", "c01")).field == "cell.F1.r01.c01"
    assert reading.place(Address("F2", "1", "c01")).field == "rec.F2.4.c01"


@pytest.mark.parametrize(
    ("door", "silent"),
    [
        ("json", "{}"),
        ("xml", f"<report {NS}/>"),
        ("csv", "form,row,column,value\nF1,r01,c01,1\n"),
        ("form", "cell.F1.r01.c01=1"),
    ],
)
def test_what_a_document_leaves_unsaid_is_filled_from_what_is_expected(read_one, door, silent):
    reading = read_one(door, silent, WHO)
    assert reading.identity == WHO
    assert reading.problems == []

    codes = [finding.code for finding in read_one(door, silent).problems]
    assert codes == ["identity_missing"] * 3


@pytest.mark.parametrize(
    ("door", "other"),
    [
        ("json", report(unit="H99")),
        ("xml", f'<report {NS} regime="THU-01" unit="H99" period="2025-M07"/>'),
        ("csv", HEADER + "THU-01,H99,2025-M07,own,F1,r01,c01,1\n"),
    ],
)
def test_what_a_document_says_wins_over_what_is_expected_so_that_the_caller_can_see_it(read_one, door, other):
    assert read_one(door, other, WHO).identity.unit == "H99"


def test_many_reports_come_one_by_one_and_a_bad_one_spoils_no_other(small_edition):
    def lookup(identity):
        return small_edition if identity.regime == "THU-01" else None

    reports = [
        {"regime": regime, "unit": f"H{n}", "period": "2025-M07"} for n, regime in enumerate(("THU-01", "X", "THU-01"))
    ]
    in_xml = "".join('<report regime="{regime}" unit="{unit}" period="{period}"/>'.format(**each) for each in reports)
    documents = {
        "json": json.dumps({"reports": reports}),
        "xml": f"<reports {NS}>{in_xml}</reports>",
        "csv": HEADER + "".join(f"{r['regime']},{r['unit']},{r['period']},,F1,r01,c01,1\n" for r in reports),
    }
    for door, document in documents.items():
        readings = list(read(door, document.encode(), lookup, None, Limits()))
        assert [reading.identity.unit for reading in readings] == ["H0", "H1", "H2"]
        assert [[finding.code for finding in reading.problems] for reading in readings] == [[], ["edition_unknown"], []]


def test_a_cut_off_file_of_many_reports_gives_none_of_them(small_edition):
    whole = f"<reports {NS}>" + '<report regime="THU-01" unit="H26" period="2025-M07"/>' * 3
    readings = list(xml_door.read(whole.encode(), lambda identity: small_edition, None, Limits()))
    assert [[finding.code for finding in reading.problems] for reading in readings] == [["xml_malformed"]]


def test_a_semicolon_file_is_read_as_people_write_numbers(read_one):
    line = "THU-01,H26,2025-M07,own,F1,r01,c01,1\n"
    assert read_one("csv", HEADER + line).notation == "canonical"
    assert read_one("csv", (HEADER + line).replace(",", "\t")).notation == "canonical"
    assert read_one("csv", (HEADER + line).replace(",", ";")).notation == "vi"


def test_trap_3_unknown_keys_are_refused_and_no_number_is_cut(read_one):
    reading = read_one("json", report(forms={"F1": {"cells": {"r01.c01": 12.7}}}, extra=1))
    assert [finding.code for finding in reading.problems] == ["unknown_key"]
    assert "forms" in reading.problems[0].expected
    assert reading.forms["F1"].cells == {("r01", "c01"): Decimal("12.7")}


def test_trap_4_nul_and_half_characters_pass_no_door_and_no_finding_carries_them(read_one):
    texts = {"json": '"a\\u0000"', "half": '"\\ud800"'}
    documents = [
        ("json", report(forms={"F1": {"cells": {"r01.c06": "X"}}}).replace('"X"', text), None)
        for text in texts.values()
    ]
    documents += [("form", "cell.F1.r01.c06=%00", WHO), ("csv", HEADER + "THU-01,H26,2025-M07,,F1,r01,c06,\x00", None)]
    for door, document, expected in documents:
        (finding,) = read_one(door, document, expected).problems
        assert finding.code == "forbidden_character"
        assert finding.found.isprintable()


def test_trap_5_json_keeps_all_digits_and_its_first_word(read_one):
    digits = "12345678901234567890.1234567890"
    reading = read_one("json", report(forms={"F1": {"cells": {"r01.c04": "X"}}}).replace('"X"', digits))
    assert str(reading.forms["F1"].cells["r01", "c04"]) == digits
    for number in ("NaN", "Infinity", "1e400", "9" * 5_000):
        reading = read_one("json", report(forms={"F1": {"cells": {"r01.c04": "X"}}}).replace('"X"', number))
        assert len(reading.problems) == 1
        assert reading.problems[0].address == Address("F1", "r01", "c04")


def test_trap_7_a_record_number_is_plain_digits():
    assert record_number("12") == 12
    for text in ("²", "①", "１２", "1_2", "+1", "-1", "0", "01", "1\n", " 1", "", "1.0", "٣"):
        assert record_number(text) is None


def test_trap_8_no_doctype_in_any_encoding_and_no_number_cut_at_a_comment(read_one):
    row = '<form code="F1"><row code="r01"><c01>{}</c01></row></form>'
    body = f'<report {NS} regime="THU-01" unit="H26" period="2025-M07">{row}</report>'
    doctype = '<!DOCTYPE report [<!ENTITY n "1">]>' + body.format("&n;2")
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert [finding.code for finding in read_one("xml", doctype.encode(encoding)).problems] == ["xml_doctype"]
    for encoding in ("utf-7", "utf-16-le", "utf-16-be", "utf-32"):
        assert [finding.stage for finding in read_one("xml", doctype.encode(encoding)).problems] == ["file"]

    reading = read_one("xml", body.format("12<!-- -->34"))
    assert reading.forms["F1"].cells == {}
    assert [str(finding.address) for finding in reading.problems] == ["F1.r01.c01"]


@pytest.mark.parametrize(
    ("content", "filename", "media_type", "door"),
    [
        (b"PK\x03\x04....[Content_Types].xml", "a.xml", "text/xml", "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xlsx", "", "xlsx"),
        (b"%PDF-1.7\n", "a.pdf", "application/pdf", "xlsx"),
        (b"  \n<report/>", "a.json", "application/json", "xml"),
        ("<report/>".encode("utf-16"), "", "", "xml"),
        ("<report/>".encode("utf-16-le"), "", "", "xml"),
        (b"<!DOCTYPE html><html></html>", "a.xlsx", "", "xml"),
        (b"\xef\xbb\xbf{}", "a.csv", "text/csv", "json"),
        (b"[1]", "", "", "json"),
        (HEADER.encode(), "a.xlsx", "application/json", "csv"),
        (HEADER.replace(",", ";").encode("utf-8-sig"), "", "", "csv"),
        (b"cell.F1.r01.c01=1", "", "application/x-www-form-urlencoded; charset=utf-8", "form"),
        (b"hello", "a.xlsx", "", "xlsx"),
        (b"hello", "", "application/json", "json"),
        (b"", "a.XML", "", "xml"),
        (b"hello", "", "", "csv"),
        (b"", "", "", "csv"),
    ],
)
def test_the_door_is_told_by_the_content_before_the_name(content, filename, media_type, door):
    assert door_of(content, filename, media_type) == door


def test_a_web_page_saved_as_a_workbook_is_told_to_be_one(read_one):
    page = b"<!DOCTYPE html>\n<html><body>Please sign in</body></html>"
    (finding,) = read_one(door_of(page, "bao-cao.xlsx"), page).problems
    assert finding.code == "file_is_html"


def test_every_door_refuses_a_file_over_the_cap_unread(small_edition):
    for door in (json_door, xml_door, csv_door, form_door):
        (reading,) = door.read(b"x" * 101, lambda identity: small_edition, WHO, Limits(max_bytes=100))
        assert [finding.code for finding in reading.problems] == ["file_too_large"]
        assert reading.identity == WHO


def test_caps_can_be_lowered(read_one):
    nested = report(forms={"F2": {"records": [{"c01": "a"}, {"c01": "b"}, {"c01": "c"}]}})
    assert [finding.code for finding in read_one("json", nested, max_depth=3).problems] == ["too_deep"]
    assert [finding.code for finding in read_one("json", nested, max_values=5).problems] == ["too_many_values"]
    reading = read_one("json", nested, max_records=2)
    assert [finding.code for finding in reading.problems] == ["too_many_records"]
    assert len(reading.forms["F2"].records) == 2


def test_a_cell_that_the_form_leaves_no_room_for_is_a_finding_unless_it_is_blank(make_small_edition):
    edition = make_small_edition()
    blocked = replace(edition.forms[0], blocked=frozenset({("r01", "c02")}))
    edition = make_small_edition(forms=(blocked, edition.forms[1]))
    for value, codes in (("", []), ("3", ["blocked_cell"])):
        (reading,) = form_door.read(f"cell.F1.r01.c02={value}".encode(), lambda identity: edition, WHO, Limits())
        assert [finding.code for finding in reading.problems] == codes
        assert reading.forms["F1"].cells == {}


def test_explanations_come_through_every_door_that_has_them(read_one):
    key, text = "THU-R3@F1.r01.c04", "Đầu tư mới, theo 'QĐ 12'"
    told = f'<explanations><explain key="{key}">{text}</explain></explanations>'
    xml = f'<report {NS} regime="THU-01" unit="H26" period="2025-M07">{told}</report>'
    assert read_one("json", report(explanations={key: text})).explanations == {key: text}
    assert read_one("xml", xml).explanations == {key: text}
    assert read_one("form", f"explain.{key}={text}", WHO).explanations == {key: text}
