"""The workbook that a unit fills in, looked at by a second reader, sent back through the door, and recalculated."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from hub.domain.checks import Context, check
from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Column, Form, Label, Row
from hub.domain.regime import Rule
from hub.domain.sheet_layout import CHECK_SHEET, GUIDE_SHEET, SheetLayout
from hub.domain.values import FormValues, Values, canonical_document
from hub.errors import TooLarge
from hub.readers.limits import Limits
from hub.readers.xlsx import identify, read
from hub.writers.workbook import write_workbook

NUMBERS = ("1", "0", "12345", "9999999999999", "999999999999999", "1234567890123456", "92233720368547758",
           "1402954622870890", "1000000000000000")  # fmt: skip
HOSTILE = (
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "http://example.vn", "mailto:a@b.vn", "internal:A1",
    "{=1}", "<b>x</b>", "&amp;", "_x0041_", "'quoted", '"', "a\nb", "00123", "1E5", "TRUE", "Đà Nẵng 👍",
)  # fmt: skip


def filled(records: int = 2) -> Values:
    cells = {
        (row, column): Decimal(value)
        for row, values in {"r01": (12, 5, 7), "r02": (8, 4, 4), "r03": (4, 1, 3)}.items()
        for column, value in zip(("c01", "c02", "c03"), values, strict=True)
    }
    cells |= {("r01", "c04"): Decimal("3.50"), ("r02", "c04"): Decimal("2.00"), ("r03", "c04"): Decimal("1.50")}
    listed = [
        {"c01": f"Cơ sở {n}", "c02": "2", "c03": date(2027, 1, 5), "c04": Decimal("1.25")} for n in range(records)
    ]
    return Values({"F1": FormValues(cells=dict(cells)), "F2": FormValues(records=listed)}, {"s1": "Tốt"})


def write(edition, values=None, **changes) -> bytes:
    said = {"frequency": "monthly", "values": values} | changes
    return write_workbook(edition, "P01", "Tỉnh Thử", "2027-M01", "own", **said)


def opened(content: bytes, **options):
    return openpyxl.load_workbook(io.BytesIO(content), **options)


def read_back(edition, content: bytes):
    (reading,) = read(content, lambda identity: edition, None, Limits())
    return check(edition, reading, Context("2027-M01", "monthly")), reading


def errors(result) -> list[str]:
    return [finding.code for finding in result.findings if finding.severity == "error"]


# --- back through the door ------------------------------


def test_what_was_written_is_what_is_read_to_the_byte(small_edition):
    values = filled()
    result, reading = read_back(small_edition, write(small_edition, values))
    assert errors(result) == []
    documents = [canonical_document(small_edition, "P01", "2027-M01", "own", v) for v in (values, result.values)]
    assert documents[0] == documents[1]
    assert reading.identity.unit == "P01"


def test_the_same_arguments_give_the_same_bytes(small_edition):
    assert write(small_edition, filled()) == write(small_edition, filled())


def test_an_empty_workbook_is_read_as_nothing_at_all(small_edition):
    _, reading = read_back(small_edition, write(small_edition))
    assert reading.problems == []
    assert all(not form.cells and not form.records and not form.nil for form in reading.forms.values())
    assert reading.outline == {}


def test_nil_is_said_and_heard(small_edition):
    values = Values({"F2": FormValues(nil=True)})
    _, reading = read_back(small_edition, write(small_edition, values))
    assert (reading.forms["F1"].nil, reading.forms["F2"].nil) == (False, True)


@pytest.mark.parametrize("number", NUMBERS)
def test_figures_come_back_exactly_however_many_digits(small_edition, number):
    values = filled()
    values.forms["F1"].cells["r02", "c04"] = Decimal(number).quantize(Decimal("0.01"))
    values.forms["F1"].cells["r03", "c04"] = Decimal(number) / 100
    result, _ = read_back(small_edition, write(small_edition, values))
    assert result.values.forms["F1"].cells["r02", "c04"] == Decimal(number)
    assert result.values.forms["F1"].cells["r03", "c04"] == Decimal(number) / 100


def test_not_applicable_comes_back(small_edition):
    values = filled()
    values.forms["F1"].cells["r02", "c04"] = NOT_APPLICABLE
    result, _ = read_back(small_edition, write(small_edition, values))
    assert result.values.forms["F1"].cells["r02", "c04"] is NOT_APPLICABLE


def test_explanations_come_back(small_edition):
    content = write(small_edition, filled(), explanations={"THU-R3@F1.r01.c04": "đã kiểm tra"})
    assert read_back(small_edition, content)[1].explanations == {"THU-R3@F1.r01.c04": "đã kiểm tra"}


def test_last_periods_figures_are_shown_and_never_read(small_edition):
    content = write(small_edition, None, previous=filled())
    sheet = opened(content)["F1"]
    layout = SheetLayout(small_edition.form("F1"))
    assert sheet.cell(layout.first_data_row + 1, layout.previous_columns["c01"] + 1).value == 12
    _, reading = read_back(small_edition, content)
    assert (reading.forms["F1"].cells, reading.problems) == ({}, [])


def test_a_list_longer_than_the_drawn_lines_comes_back(small_edition):
    result, _ = read_back(small_edition, write(small_edition, filled(records=1500)))
    assert len(result.values.forms["F2"].records) == 1500


def test_identity_is_told_by_the_properties_alone(small_edition):
    identity = identify(write(small_edition), Limits())
    assert (identity.regime, identity.unit, identity.period, identity.scope) == ("THU-01", "P01", "2027-M01", "own")
    assert identify(b"PK\x03\x04nothing", Limits()) is None


# --- inert (P30) ------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_neither_formula_nor_link_and_comes_back_unchanged(small_edition, text):
    values = filled()
    values.forms["F1"].cells["r01", "c06"] = text
    values.forms["F2"].records[0]["c01"] = text
    content = write(small_edition, values)
    book = opened(content)
    for sheet, name in (("F1", "H12"), ("F2", "B13")):
        assert book[sheet][name].data_type == "s"
        assert book[sheet][name].hyperlink is None
    _, reading = read_back(small_edition, content)
    assert reading.forms["F1"].cells["r01", "c06"] == text
    assert reading.forms["F2"].records[0]["c01"] == text


def test_a_units_name_is_inert_too(small_edition):
    content = write_workbook(small_edition, "P&01", "=1+1 &Z", "2027-M01", "own", frequency="monthly")
    values = [cell.value for sheet in opened(content) for row in sheet for cell in row if cell.data_type == "f"]
    formulas = [getattr(value, "text", value) for value in values]
    assert all("P&01" not in formula and not formula.startswith("=1+1") for formula in formulas)


def test_a_text_no_cell_can_hold_is_refused_and_not_dropped(small_edition):
    values = filled()
    values.outline["s1"] = "x" * 40_000
    with pytest.raises(TooLarge):
        write(small_edition, values)


# --- what people see ------------------------------


def test_only_entry_cells_are_unlocked_and_sheets_are_protected_without_a_password(small_edition):
    book = opened(write(small_edition, filled()))
    sheet = book["F1"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert not sheet.protection.selectLockedCells
    assert sheet["D12"].protection.locked is False
    for name in ("A1", "B7", "A12", "B12", "C11", "C12"):
        assert sheet[name].protection.locked is not False, name
    assert sheet["A8"].protection.locked is False
    assert book[GUIDE_SHEET].protection.sheet


def test_blocked_cells_are_grey_and_locked(make_small_edition, small_edition):
    form = replace(small_edition.form("F1"), blocked=frozenset({("r02", "c04")}))
    edition = make_small_edition(forms=(form,), rules=())
    cell = opened(write(edition))["F1"]["F13"]
    assert cell.protection.locked is not False
    assert cell.fill.fgColor.rgb == "FFBFBFBF"


def test_totals_are_formulas_with_computed_values(small_edition):
    content = write(small_edition, filled())
    assert opened(content)["F1"]["C12"].value.startswith("=")
    stored = opened(content, data_only=True)
    assert (stored["F1"]["C12"].value, stored["F2"]["E12"].value, stored["F2"]["A12"].value) == (12, 2.5, 2)


def test_a_total_of_nothing_stores_no_zero(small_edition):
    assert opened(write(small_edition), data_only=True)["F1"]["C12"].value in {None, ""}


def test_validations_cover_the_entry_cells_in_vietnamese(small_edition):
    book = opened(write(small_edition))
    rules = {str(rule.sqref): rule for rule in book["F1"].data_validations.dataValidation}
    assert (rules["C12:C14"].type, rules["C12:C14"].operator) == ("whole", "greaterThanOrEqual")
    assert rules["F12:F14"].type == "decimal"
    assert "Hãy nhập" in rules["C12:C14"].error
    listed = {rule.type: rule for rule in book["F2"].data_validations.dataValidation}
    assert listed["list"].formula1 is not None
    assert "date" in listed
    choices = [cell.value for cell in book["Danh mục"]["A"]]
    assert choices == ["F2.c02", "1 - Một", "2 - Hai"]
    assert book["Danh mục"].sheet_state == "hidden"


def test_identity_stands_in_the_properties_and_on_every_form_sheet(small_edition):
    book = opened(write(small_edition))
    told = {prop.name: prop.value for prop in book.custom_doc_props.props}
    assert (told["hub_unit"], told["hub_layout"], told["hub_edition_sha256"]) == ("P01", "1", "0" * 64)
    assert book["F1"]["B7"].value.endswith(" | F1")
    assert "P01" in book["F2"]["B7"].value


def test_a_form_that_awaits_confirmation_says_so_and_inferred_columns_are_marked(make_small_edition, small_edition):
    form = small_edition.form("F1")
    columns = (*form.columns[:-1], replace(form.columns[-1], inferred=True))
    edition = make_small_edition(fidelity="derived", forms=(replace(form, columns=columns),))
    sheet = opened(write(edition))["F1"]
    assert "xác nhận" in sheet["A6"].value
    assert sheet["H9"].value.endswith("*")
    assert not sheet["G9"].value.endswith("*")
    assert "xác nhận" not in (opened(write(small_edition))["F1"]["A6"].value or "")


def test_demonstration_data_are_marked_on_every_sheet_and_print(small_edition):
    book = opened(write(small_edition, demonstration=True))
    shown = [sheet for sheet in book if sheet.sheet_state == "visible"]
    assert len(shown) == 6
    for sheet in shown:
        assert "TRÌNH DIỄN" in sheet["A1"].value
        assert "TRÌNH DIỄN" in str(sheet.oddHeader.center.text)
        assert "TRÌNH DIỄN" in str(sheet.oddFooter.center.text)
    assert not any("TRÌNH DIỄN" in str(sheet["A1"].value) for sheet in opened(write(small_edition)))


def test_sheets_print_landscape_one_page_wide_with_frozen_headings(small_edition):
    sheet = opened(write(small_edition))["F1"]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.freeze_panes == "C12"


def test_a_workbook_has_only_the_forms_of_its_frequency(make_small_edition, small_edition):
    forms = (small_edition.form("F1"), replace(small_edition.form("F2"), frequencies=("yearly",)))
    book = opened(write(make_small_edition(forms=forms)))
    assert "F1" in book.sheetnames
    assert "F2" not in book.sheetnames


# --- filled in by another program ------------------------------


def test_a_workbook_filled_in_by_another_program_is_read_with_its_totals_computed_by_the_rules(small_edition):
    book = opened(write(small_edition))
    for name, value in {
        "D12": 5,
        "E12": 7,
        "F12": 3.5,
        "D13": 4,
        "E13": 4,
        "F13": 2,
        "D14": 1,
        "E14": 3,
        "F14": 1.5,
    }.items():
        book["F1"][name] = value
    book["F2"]["A8"] = "x"
    saved = io.BytesIO()
    book.save(saved)
    result, reading = read_back(small_edition, saved.getvalue())
    assert errors(result) == []
    assert result.values.forms["F1"].cells["r01", "c01"] == Decimal(12)
    assert [problem.code for problem in reading.problems] == []


# --- recalculated ------------------------------


def kinds(make_small_edition, small_edition) -> dict:
    """An edition and its values for each kind of workbook: a grid with totals, a list with computed cells."""
    area = [Column(code, Label(code, code), "decimal", 2) for code in ("c01", "c02", "c03")]
    listed = Form("F1", Label("Danh sách", "List"), "list", tuple(area))
    rule = Rule("X", "F1", "c03 = c01 - c02", "error", "text", Label("x", "x"), computes="c03")
    lists = make_small_edition(forms=(listed,), rules=(rule,), outline=())
    records = [{"c01": Decimal(n), "c02": Decimal("0.25"), "c03": Decimal(n) - Decimal("0.25")} for n in range(1, 4)]
    rows = tuple(Row(code, Label(code, code), of=None if code == "r01" else "r01") for code in ("r01", "r02", "r03"))
    grid = Form("F1", Label("Lưới", "Grid"), "grid", (Column("c01", Label("a", "a"), "money", 2), area[1]), rows)
    by_rows = Rule("Y", "F1", "r01 = r02 + r03", "error", "text", Label("y", "y"), computes="r01")
    rowed = make_small_edition(forms=(grid,), rules=(by_rows,), outline=())
    cells = {
        (row, code): Decimal(value)
        for row, value in (("r01", "3.3"), ("r02", "1.1"), ("r03", "2.2"))
        for code in ("c01", "c02")
    }
    return {
        "columns": (small_edition, filled()),
        "records": (lists, Values({"F1": FormValues(records=records)})),
        "rows": (rowed, Values({"F1": FormValues(cells=cells)})),
    }


RECALCULATE_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value>
</prop></item></oor:items>
"""


def with_wrong_results(content: bytes) -> bytes:
    """The same workbook whose formulas all have 777 stored, so that only a program that computes can be right."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f><v>777</v>", old.read(name)))
    return saved.getvalue()


def recalculate(office: str, folder: Path) -> None:
    """``in.xlsx`` opened, computed and saved to ``out/in.xlsx`` by LibreOffice with a profile of its own."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE_ALWAYS)
    said = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder / "out", folder / "in.xlsx"]
    command = [office, f"-env:UserInstallation=file://{profile}", *said]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


@pytest.mark.parametrize("kind", ["columns", "records", "rows"])
def test_libreoffice_computes_the_same_totals(make_small_edition, small_edition, kind, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("soffice (LibreOffice) is not installed: totals were not recalculated by a second program")
    edition, values = kinds(make_small_edition, small_edition)[kind]
    content = write(edition, values)
    (tmp_path / "in.xlsx").write_bytes(with_wrong_results(content))
    recalculate(office, tmp_path)
    again = (tmp_path / "out" / "in.xlsx").read_bytes()
    ours, theirs = opened(content, data_only=True), opened(again, data_only=True)
    sheets = [sheet for sheet in opened(content) if sheet.title != CHECK_SHEET]
    formulas = [cell for cell in (c for sheet in sheets for row in sheet for c in row) if cell.data_type == "f"]
    assert formulas
    for cell in formulas:
        mine, other = (book[cell.parent.title][cell.coordinate].value or "" for book in (ours, theirs))
        assert mine == pytest.approx(other) if isinstance(mine, (int, float)) else mine == other, cell.coordinate
    result, _ = read_back(edition, again)
    assert errors(result) == []
    assert canonical_document(edition, "P01", "2027-M01", "own", result.values) == canonical_document(
        edition, "P01", "2027-M01", "own", values
    )
