"""P11: what a document writer writes, the door reads as the same values, to the last digit; and the XSD agrees."""

from __future__ import annotations

import json
import os
import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hub.domain.checks import Context, check
from hub.domain.envelope import NOT_APPLICABLE, Identity
from hub.domain.findings import stops_version
from hub.domain.form import Column, Form, Label, Row
from hub.domain.interchange import ReportDocument, neutralise, restore
from hub.domain.values import FormValues, Values, canonical_document
from hub.readers.dispatch import read
from hub.readers.limits import Limits
from hub.writers.csv import write_csv, write_csv_many
from hub.writers.form import form_fields, write_form
from hub.writers.json import write_json, write_json_many
from hub.writers.xml import write_xml, write_xml_many
from hub.writers.xsd import write_xsd

SCALE = int(os.environ.get("HUB_TEST_SCALE", "1"))
"""The soak runs the same tests twenty times longer: 10,000 figures through each door."""
FIGURES = 500 * SCALE
WHO = Identity("THU-01", "2025-07-01", "H26", "2025-M07", "own")
MONTH = Context("2025-M07", "monthly")
TEXT = "Dòng 1\nDòng 2 <b>&amp;</b> \"ngoặc\"; phẩy, 'đơn'\ttab ]]> 😀"


def _in_json_numbers(edition, values):
    """The same document with JSON numbers where the writer puts strings."""
    document = json.loads(write_json(edition, "H26", "2025-M07", "own", values))
    figures = {}
    for form in document["forms"].values():
        for name, text in form.get("cells", {}).items():
            form["cells"][name] = f"@{len(figures)}@"
            figures[f'"@{len(figures)}@"'] = text
    written = json.dumps(document)
    for mark, text in figures.items():
        written = written.replace(mark, text)
    return written.encode()


DOORS = {
    "form": ("form", lambda e, v: write_form(e, v)),
    "json": ("json", lambda e, v: write_json(e, "H26", "2025-M07", "own", v)),
    "xml": ("xml", lambda e, v: write_xml(e, "H26", "2025-M07", "own", v)),
    "csv": ("csv", lambda e, v: write_csv(e, "H26", "2025-M07", "own", v)),
    "csv, semicolons": ("csv", lambda e, v: write_csv(e, "H26", "2025-M07", "own", v, ";")),
    "csv, tabs": ("csv", lambda e, v: write_csv(e, "H26", "2025-M07", "own", v, "\t")),
}


def back(edition, door, content):
    """The checked values of a document, which must hold no error that stops a version."""
    (reading,) = read(door, content, lambda identity: edition, WHO, Limits())
    assert reading.problems == []
    checked = check(edition, reading, MONTH)
    assert not stops_version(checked.findings), [finding.as_json() for finding in checked.findings][:3]
    return checked.values


def full_values() -> Values:
    grid = FormValues(
        {
            ("r01", "c01"): Decimal(30), ("r01", "c02"): Decimal(10), ("r01", "c03"): Decimal(20),
            ("r01", "c04"): Decimal("1234567.50"), ("r01", "c05"): Decimal("33.3"), ("r01", "c06"): TEXT,
            ("r02", "c01"): Decimal(30), ("r02", "c02"): Decimal(10), ("r02", "c03"): Decimal(20),
            ("r03", "c01"): Decimal(0), ("r03", "c02"): Decimal(0), ("r03", "c03"): Decimal(0),
            ("r02", "c04"): NOT_APPLICABLE,
        }
    )  # fmt: skip
    records = FormValues(
        records=[
            {"c01": "Đặng Thị Huệ", "c02": "1", "c03": date(2025, 7, 31), "c04": Decimal("0.05")},
            {"c01": "=1+1", "c02": "2"},
        ]
    )
    return Values({"F1": grid, "F2": records}, {"s1": '=HYPERLINK("x")\n- một\n- hai'})


@pytest.mark.parametrize("name", DOORS)
def test_a_full_report_comes_back_with_the_same_canonical_bytes(small_edition, name):
    door, write = DOORS[name]
    values = full_values()
    again = back(small_edition, door, write(small_edition, values))

    def stored(some):
        return canonical_document(small_edition, "H26", "2025-M07", "own", some)

    assert stored(again) == stored(values)


@pytest.mark.parametrize("name", DOORS)
def test_a_nil_form_comes_back_nil(small_edition, name):
    door, write = DOORS[name]
    values = Values({"F1": FormValues(nil=True), "F2": FormValues(nil=True)})
    assert back(small_edition, door, write(small_edition, values)) == values


@pytest.fixture
def wide_edition(make_small_edition):
    """A grid whose columns have 0 to 8 decimals and take any sign."""
    columns = tuple(
        Column(f"c{n:02}", Label("Cột", "Column"), "decimal" if n else "integer", n, required=False, minimum=None)
        for n in range(9)
    )
    rows = tuple(Row(f"r{n:04}", Label("Dòng", "Row")) for n in range(FIGURES // 9 + 1))
    form = Form("F1", Label("Biểu", "Form"), "grid", columns, rows)
    return make_small_edition(forms=(form,), rules=(), outline=())


def random_figures(edition) -> Values:
    """FIGURES decimals of 1 to 18 digits and either sign, from a fixed seed."""
    chance = random.Random(11)
    cells = {}
    for row, column in list(edition.forms[0].cells())[:FIGURES]:
        digits = "".join(chance.choices("0123456789", k=chance.randint(1, 18)))
        sign = chance.choice(("", "-")) if digits.strip("0") else ""
        cells[row.code, column.code] = Decimal(f"{sign}{digits}").scaleb(-column.decimals)
    return Values({"F1": FormValues(cells)})


@pytest.mark.parametrize("name", [*DOORS, "json numbers"])
def test_p11_random_decimals_of_up_to_18_digits_lose_nothing(wide_edition, name):
    door, write = (DOORS | {"json numbers": ("json", _in_json_numbers)})[name]
    values = random_figures(wide_edition)
    again = back(wide_edition, door, write(wide_edition, values))

    assert len(again.forms["F1"].cells) == FIGURES
    assert again == values


def test_form_fields_are_what_people_would_type(small_edition):
    fields = dict(form_fields(small_edition, full_values(), {"k": "vì"}))

    assert fields["cell.F1.r01.c04"] == "1234567,50"
    assert fields["cell.F1.r02.c04"] == "N/A"
    assert fields["rec.F2.2.c01"] == "=1+1"
    assert fields["explain.k"] == "vì"


@pytest.mark.parametrize(
    ("door", "write"), [("json", write_json_many), ("xml", write_xml_many), ("csv", write_csv_many)]
)
def test_many_documents_in_one_file_come_back_one_by_one(small_edition, door, write):
    documents = [
        ReportDocument(
            small_edition, f"H{n}", "2025-M07", "own", Values({"F2": FormValues(records=[{"c01": f"Số {n}"}])})
        )
        for n in range(20)
    ]
    readings = list(read(door, write(documents), lambda identity: small_edition, None, Limits()))

    assert [reading.identity.unit for reading in readings] == [f"H{n}" for n in range(20)]
    assert [reading.forms["F2"].records for reading in readings] == [[{"c01": f"Số {n}"}] for n in range(20)]
    assert all(reading.problems == [] for reading in readings)


def test_explanations_travel_with_json_and_xml(small_edition):
    told = {"THU-R3@F1.r01.c04": "Đã kiểm tra <đúng>"}
    for door, write in (("json", write_json), ("xml", write_xml)):
        content = write(small_edition, "H26", "2025-M07", "own", full_values(), told)
        (reading,) = read(door, content, lambda identity: small_edition, None, Limits())
        assert reading.explanations == told


@given(st.text())
@settings(max_examples=500, deadline=None)
def test_a_neutralised_text_begins_no_formula_and_is_restored_exactly(text):
    inert = neutralise(text)
    assert not inert.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "|", "%"))
    assert restore(inert) == text


# --- the XSD ---------------------------------------------------------------------------------------------------------


def schema_of(edition, form=None) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(write_xsd(edition, form)))


def test_what_the_writer_writes_is_valid_against_the_editions_xsd(small_edition):
    schema = schema_of(small_edition)
    values = full_values()
    documents = [
        write_xml(small_edition, "H26", "2025-M07", "own", values, {"k": "vì"}),
        write_xml(small_edition, "H26", "2025-M07", "rollup", Values({"F1": FormValues(nil=True)})),
        write_xml(small_edition, "H26", "2025-M07", "own", Values()),
        write_xml_many([ReportDocument(small_edition, "H26", "2025-M07", "own", values)] * 2),
    ]
    for document in documents:
        schema.assertValid(etree.fromstring(document))


def test_the_xsd_of_one_form_is_exact_and_accepts_what_the_writer_writes_of_it(small_edition):
    for form in small_edition.forms:
        alone = Values({form.code: full_values().forms[form.code]})
        schema_of(small_edition, form.code).assertValid(
            etree.fromstring(write_xml(small_edition, "H26", "2025-M07", "own", alone))
        )


def test_random_figures_are_valid_against_the_xsd(wide_edition):
    document = write_xml(wide_edition, "H26", "2025-M07", "own", random_figures(wide_edition))
    schema_of(wide_edition).assertValid(etree.fromstring(document))


_PLANTED = {
    "a good row": ('<row code="r01"><c01>1</c01></row>', True),
    "cells in another order": ('<row code="r01"><c03>1</c03><c01>1</c01></row>', True),
    "rows in another order": ('<row code="r03"/><row code="r01"/>', True),
    "an empty cell": ('<row code="r01"><c01/></row>', True),
    "not applicable": ('<row code="r01"><c01 na="true"/></row>', True),
    "an incomplete draft": ("", True),
    "an unknown row": ('<row code="r99"><c01>1</c01></row>', False),
    "an unknown column": ('<row code="r01"><c99>1</c99></row>', False),
    "a row twice": ('<row code="r01"/><row code="r01"/>', False),
    "a cell twice": ('<row code="r01"><c01>1</c01><c01>1</c01></row>', False),
    "a row without a code": ("<row><c01>1</c01></row>", False),
    "an unknown attribute on a row": ('<row code="r01" x="1"/>', False),
    "an unknown attribute on a cell": ('<row code="r01"><c01 x="1">1</c01></row>', False),
    "an element in a cell": ('<row code="r01"><c01><b/>1</c01></row>', False),
    "text between rows": ('<row code="r01"/>hello', False),
    "text between cells": ('<row code="r01">hello<c01>1</c01></row>', False),
    "a record in a grid": ("<record><c01>1</c01></record>", False),
    "something else in a form": ("<line/>", False),
    "a cell outside a row": ("<c01>1</c01>", False),
    "na as yes": ('<row code="r01"><c01 na="yes">1</c01></row>', False),
    "a row of no namespace": ('<row xmlns="" code="r01"/>', False),
}


@pytest.mark.parametrize("name", _PLANTED)
def test_the_xsd_and_the_reader_agree_on_planted_errors_of_structure(small_edition, name):
    body, valid = _PLANTED[name]
    document = (
        '<report xmlns="urn:vn:hub:report:1" regime="THU-01" unit="H26" period="2025-M07">'
        f'<form code="F1">{body}</form></report>'
    ).encode()
    (reading,) = read("xml", document, lambda identity: small_edition, None, Limits())

    assert schema_of(small_edition, "F1").validate(etree.fromstring(document)) is valid
    assert (reading.problems == []) is valid


@pytest.mark.parametrize(
    ("cell", "valid"),
    [
        ("<c01>12</c01>", True), ("<c01> 12 </c01>", True), ("<c01>-0</c01>", True), ("<c01>n/a</c01>", True),
        ("<c01>12.5</c01>", False), ("<c01>1e5</c01>", False), ("<c01>１２</c01>", False), ("<c01>12a</c01>", False),
        ("<c04>1.50</c04>", True), ("<c04>1.500</c04>", True), ("<c04>1.505</c04>", False), ("<c04>1_0</c04>", False),
    ],
)  # fmt: skip
def test_the_xsd_and_the_check_agree_on_how_figures_are_written(small_edition, cell, valid):
    document = (
        '<report xmlns="urn:vn:hub:report:1" regime="THU-01" unit="H26" period="2025-M07">'
        f'<form code="F1"><row code="r01">{cell}</row></form></report>'
    ).encode()
    (reading,) = read("xml", document, lambda identity: small_edition, None, Limits())
    checked = check(small_edition, reading, MONTH)

    assert schema_of(small_edition).validate(etree.fromstring(document)) is valid
    assert stops_version(checked.findings) is not valid


def test_forms_that_share_a_column_code_share_its_types_in_the_editions_xsd(small_edition):
    schema = schema_of(small_edition)
    head = '<report xmlns="urn:vn:hub:report:1" regime="THU-01" unit="H26" period="2025-M07">'
    two = head + '<form code="F1"/><form code="F1"/></report>'
    strange = head + '<form code="F9"/></report>'
    assert not schema.validate(etree.fromstring(two))
    assert not schema.validate(etree.fromstring(strange))
    with pytest.raises(KeyError):
        write_xsd(small_edition, "F9")
