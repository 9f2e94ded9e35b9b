"""The sheet that checks while people type: counted, linked, marked on the cells, and never read."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from hub.domain.checks import Context
from hub.domain.form import Label
from hub.domain.regime import Rule
from hub.domain.sheet_layout import CHECK_SHEET, GUIDE_SHEET, CheckLayout
from hub.domain.values import FormValues, Values
from hub.readers.limits import Limits
from hub.readers.xlsx import read
from hub.writers.workbook import write_workbook


def write(edition, values=None, **changes) -> bytes:
    said = {"frequency": "monthly", "values": values} | changes
    return write_workbook(edition, "P01", "Tỉnh Thử", "2027-M01", "own", **said)


def checks(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))[CHECK_SHEET]


def lines(edition, content: bytes) -> list[dict[str, object]]:
    sheet, layout = checks(content), CheckLayout(edition.forms_for("monthly"))
    found = []
    for row in sheet.iter_rows(min_row=layout.first_line_row + 1):
        cells = {name: row[at].value for name, at in (("message", 1), ("place", 2), ("severity", 4), ("link", 5))}
        found.append({**cells, "state": getattr(row[0].value, "text", row[0].value), "target": row[5].hyperlink})
    return found


def without_sheet(content: bytes, name: str) -> bytes:
    """The workbook as it was before it had that sheet."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(saved, "w") as new:
        for part in old.namelist():
            body = old.read(part)
            if part == "xl/workbook.xml":
                body = re.sub(rf'<sheet name="{name}"[^>]*/>'.encode(), b"", body)
            new.writestr(part, body)
    return saved.getvalue()


def test_every_rule_has_a_line_at_every_place_with_a_link_to_its_cell(small_edition):
    found = lines(small_edition, write(small_edition))
    assert [line["link"] for line in found][:4] == ["F1!C12", "F1!C13", "F1!C14", "F1!C12"]
    assert found[0]["target"].location == "'F1'!C12"
    assert found[0]["message"] == "c01 phải bằng c02 + c03 / c01 must equal c02 + c03"
    assert found[0]["place"] == "F1 · Tổng số · Tổng (c01)"
    assert {line["severity"] for line in found} == {"Lỗi / Error", "Cảnh báo / Warning"}


def test_a_rule_over_a_list_is_one_line_that_counts_its_records(make_small_edition, small_edition):
    rule = Rule("THU-R9", "F2", "c04 <= 10", "warning", "inferred", Label("Quá rộng", "Too large"))
    edition = make_small_edition(rules=(*small_edition.rules, rule))
    last = lines(edition, write(edition))[-1]
    assert last["place"] == "F2 · mọi dòng / every record · Diện tích (c04)"
    assert "D" in str(last["state"])
    marked = openpyxl.load_workbook(io.BytesIO(write(edition)))["F2"].conditional_formatting
    formulas = [str(rule.formula) for block in marked for rule in block.rules]
    assert any("ROUND($E13-10,2)>0" in formula for formula in formulas)


def test_figures_in_a_message_are_named_by_their_cells(make_small_edition):
    message = Label("{c02} lớn hơn {c01} ở {row}: {found}", "{c02} above {c01} in {row}: {found}")
    edition = make_small_edition(rules=(Rule("THU-R9", "F1", "c02 <= c01", "error", "text", message),))
    first = lines(edition, write(edition))[0]
    assert str(first["message"]).startswith("[F1!D12] lớn hơn [F1!C12] ở Tổng số: …")


def test_what_lies_elsewhere_is_in_the_formula_as_a_constant(make_small_edition):
    rule = Rule("THU-R9", "F1", "c01 >= prev(c01)", "error", "text", Label("x", "x"))
    edition = make_small_edition(rules=(rule,))
    before = Values({"F1": FormValues({("r02", "c01"): Decimal(4711)})})
    found = lines(edition, write(edition, context=Context("2027-M01", "monthly", before)))
    assert [line["link"] for line in found] == ["F1!C13"]
    assert "4711" in str(found[0]["state"])
    assert lines(edition, write(edition)) == []


def test_a_rule_excel_cannot_have_says_so(make_small_edition):
    expr = "c01 = " + " + ".join(["c02"] * 290)
    edition = make_small_edition(rules=(Rule("THU-R9", "F1", expr, "error", "text", Label("Dài", "Long")),))
    assert "not in Excel" in str(lines(edition, write(edition))[0]["state"])


def test_the_counter_stands_on_top_and_counts_by_severity(small_edition):
    sheet = checks(write(small_edition))
    counter = sheet.cell(CheckLayout.COUNTER_ROW + 1, 1).value
    assert "lỗi" in counter
    assert "cảnh báo" in counter
    assert "chưa điền" in counter
    assert "COUNTIFS(" in counter


def test_names_used_by_marks_are_defined(small_edition):
    content = write(small_edition)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        defined = set(re.findall(r'definedName name="(hub_\w+)"', book.read("xl/workbook.xml").decode()))
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")]
    marks = [formula for sheet in sheets for formula in re.findall(r"<cfRule.*?</cfRule>", sheet)]
    used = {name for formula in marks for name in re.findall(r"\bhub_\w+", formula)}
    assert used
    assert used <= defined
    assert not any("'!" in formula for formula in marks), "a conditional format names another sheet"


@pytest.mark.parametrize("old", [False, True])
def test_workbooks_with_and_without_the_sheet_are_read_alike(small_edition, old):
    values = Values({"F1": FormValues({("r02", "c02"): Decimal(5)})})
    content = write(small_edition, values)
    if old:
        content = without_sheet(content, CHECK_SHEET)
    (reading,) = read(content, lambda identity: small_edition, None, Limits())
    assert reading.problems == []
    assert str(reading.forms["F1"].cells["r02", "c02"]) == "5"


def test_nothing_is_read_from_the_sheet_whatever_it_holds(small_edition):
    content = write(small_edition)
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(saved, "w") as new:
        names = re.findall(rb'<sheet name="([^"]*)"', old.read("xl/workbook.xml"))
        part = f"xl/worksheets/sheet{names.index(CHECK_SHEET.encode()) + 1}.xml"
        for name in old.namelist():
            new.writestr(name, b"no sheet at all" if name == part else old.read(name))
    (reading,) = read(saved.getvalue(), lambda identity: small_edition, None, Limits())
    assert reading.problems == []


@pytest.mark.parametrize("fidelity", ["form", "enumerated", "derived", "memory"])
def test_a_form_that_nobody_confirmed_says_so_on_its_sheets(small_edition, fidelity):
    book = openpyxl.load_workbook(io.BytesIO(write(replace(small_edition, fidelity=fidelity))))
    said = [str(book[name]["A6"].value) for name in (GUIDE_SHEET, "F1")]
    awaited = ["Biểu chờ cơ quan chủ trì xác nhận" in text and "Form awaiting confirmation" in text for text in said]
    assert awaited == [fidelity in ("derived", "memory")] * 2
