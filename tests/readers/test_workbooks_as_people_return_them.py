"""Workbooks as people and their programs return them: read exactly, or one clear finding a mistake."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from hub.domain.checks import Context, check
from hub.domain.form import Label
from hub.domain.sheet_layout import SheetLayout
from hub.domain.values import FormValues, Values
from hub.readers.limits import Limits
from hub.readers.xlsx import identify, read
from hub.writers.workbook import write_workbook
from hub.writers.workbook_about import About, Remarked

ABOUT = About(
    "23:59 25/02/2027", "15/12/2026 – 14/01/2027", Label("Bộ Tài chính", "Ministry of Finance"), "0000 000 001"
)


def filled(times: int = 1) -> Values:
    rows = {"r01": (12, 5, 7), "r02": (8, 4, 4), "r03": (4, 1, 3)}
    cells = {
        (row, column): Decimal(value) * times
        for row, values in rows.items()
        for column, value in zip(("c01", "c02", "c03"), values, strict=True)
    }
    cells |= {("r01", "c04"): Decimal("3.50"), ("r02", "c04"): Decimal("2.00"), ("r03", "c04"): Decimal("1.50")}
    records = [
        {"c01": name, "c02": "2", "c03": date(2027, 1, 5), "c04": Decimal("1.25") * times}
        for name in ("Cơ sở A", "Cơ sở B", "Cơ sở C")
    ]
    return Values({"F1": FormValues(cells=cells), "F2": FormValues(records=records)}, {"s1": "Tốt"})


def given_out(edition, **changes) -> bytes:
    said = {"values": filled(), "previous": filled(3), "about": ABOUT, "frequency": "monthly"} | changes
    return write_workbook(
        edition, said.pop("unit", "P01"), "Tỉnh Thử", said.pop("period", "2027-M01"), "own", **said
    )  # fmt: skip


class Returned:
    """A workbook opened as a person opens it, with its formulas' results still there when it is saved."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        stored = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        for sheet in self.book:
            for line in sheet.iter_rows():
                for cell in line:
                    if cell.data_type == "f":
                        cell.value = stored[sheet.title][cell.coordinate].value
        self.f1 = self.book["F1"]

    @property
    def f2(self):
        return self.book["F2"]

    def bytes(self) -> bytes:
        buffer = io.BytesIO()
        self.book.save(buffer)
        return buffer.getvalue()


def took(edition, content: bytes):
    """(values, findings that are not notes, codes of notes) of a check after reading."""
    (reading,) = read(content, lambda identity: edition, None, Limits())
    result = check(edition, reading, Context("2027-M01", "monthly"))
    grave = [finding for finding in result.findings if finding.severity != "note"]
    notes = {finding.code for finding in result.findings if finding.severity == "note"}
    for finding in result.findings:
        assert finding.message_vi
        assert finding.message_en
    return result.values, grave, notes


def inserted_row(at: int) -> Callable[[Returned], None]:
    return lambda made: made.f1.insert_rows(at)


def moved_row(made: Returned) -> None:
    """The line of r03 is cut and inserted before that of r02."""
    sheet = made.f1
    second, third = ([sheet.cell(row, column).value for column in range(1, 9)] for row in (13, 14))
    for column in range(1, 9):
        sheet.cell(13, column).value, sheet.cell(14, column).value = third[column - 1], second[column - 1]


def sorted_records(made: Returned) -> None:
    lines = [[made.f2.cell(row, column).value for column in range(2, 6)] for row in (13, 14, 15)]
    for row, line in zip((13, 14, 15), reversed(lines), strict=True):
        for column, value in enumerate(line, 2):
            made.f2.cell(row, column).value = value


def with_filter(made: Returned) -> None:
    made.f2.auto_filter.ref = "A11:E15"
    made.f2.column_dimensions.group("G", "H", hidden=True)


def own_notes(made: Returned) -> None:
    sheet = made.book.create_sheet("Tính nháp")
    sheet["A1"], sheet["B1"] = "tổng", 12345


def charted(made: Returned) -> None:
    sheet = made.book.create_sheet("Biểu đồ")
    chart = BarChart()
    chart.add_data(Reference(made.f1, min_col=3, min_row=12, max_row=14))
    sheet.add_chart(chart, "A1")
    made.f1["D12"].comment = Comment("đã hỏi lại", "Người nhập")


def renamed(made: Returned) -> None:
    made.f1.title = "Biểu 1"


def reordered(made: Returned) -> None:
    made.book.move_sheet("F2", -2)


def unprotected(made: Returned) -> None:
    for sheet in made.book:
        sheet.protection.sheet = False
        sheet.data_validations.dataValidation = []


def without_properties(made: Returned) -> None:
    for name in list(made.book.custom_doc_props.names):
        del made.book.custom_doc_props[name]


def columns_swapped(made: Returned) -> None:
    """Whole columns c02 and c03 change places, codes and labels with them."""
    for row in range(9, 15):
        left, right = made.f1.cell(row, 4), made.f1.cell(row, 5)
        left.value, right.value = right.value, left.value


def spaced_names(made: Returned) -> None:
    made.f1["A13"] = "r02 "
    made.f1["D11"] = " (c02)"


def other_date_system(made: Returned) -> None:
    made.book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - a workbook knows no zones


READ_EXACTLY = {
    "unchanged": (lambda made: None, set()),
    "row inserted at the top": (inserted_row(1), {"table_moved"}),
    "row inserted above the table": (inserted_row(9), {"table_moved"}),
    "row inserted in the middle": (inserted_row(13), {"table_moved"}),
    "column inserted in the middle": (lambda made: made.f1.insert_cols(5), {"table_moved"}),
    "column inserted at the left": (lambda made: made.f1.insert_cols(1), {"table_moved"}),
    "row moved": (moved_row, {"table_moved"}),
    "columns swapped": (columns_swapped, {"table_moved"}),
    "codes with spaces": (spaced_names, set()),
    "row inserted above a list": (lambda made: made.f2.insert_rows(10), {"table_moved"}),
    "row inserted in a list": (lambda made: made.f2.insert_rows(14), set()),
    "column inserted in a list": (lambda made: made.f2.insert_cols(3), {"table_moved"}),
    "autofilter and hidden empty columns": (with_filter, set()),
    "own working notes": (own_notes, {"sheet_extra"}),
    "chart and comments": (charted, set()),
    "sheet renamed": (renamed, {"sheet_renamed"}),
    "sheets reordered": (reordered, set()),
    "validations pasted over and protection taken off": (unprotected, set()),
    "properties dropped": (without_properties, {"identity_from_cells"}),
    "1904 dates": (other_date_system, set()),
    "label corrected": (lambda made: made.f1.__setitem__("B13", "Nam giới"), {"labels_changed"}),
    "last period's sheet deleted": (lambda made: made.book.remove(made.book["Kỳ trước F2"]), set()),
    "sheet of checks deleted": (lambda made: made.book.remove(made.book["Kiểm tra"]), set()),
    "guide deleted": (lambda made: made.book.remove(made.book["Hướng dẫn"]), set()),
}


@pytest.mark.parametrize("name", READ_EXACTLY)
def test_what_is_certain_is_read_exactly(name, small_edition):
    change, expected = READ_EXACTLY[name]
    made = Returned(given_out(small_edition))
    change(made)
    values, grave, notes = took(small_edition, made.bytes())
    assert (grave, notes) == ([], expected)
    assert values == filled()


def test_records_that_were_sorted_are_read_in_their_new_order(small_edition):
    made = Returned(given_out(small_edition))
    sorted_records(made)
    values, grave, notes = took(small_edition, made.bytes())
    assert (grave, notes) == ([], set())
    assert [record["c01"] for record in values.forms["F2"].records] == ["Cơ sở C", "Cơ sở B", "Cơ sở A"]


def test_a_nil_mark_is_found_below_inserted_rows(small_edition):
    made = Returned(given_out(small_edition, values=Values({"F1": filled().forms["F1"], "F2": FormValues(nil=True)})))
    made.f2.insert_rows(1, 2)
    values, _, notes = took(small_edition, made.bytes())
    assert (values.forms["F2"].nil, notes) == (True, {"table_moved"})


# --- one finding a mistake ------------------------------


def set_to(sheet: str, **cells) -> Callable[[Returned], None]:
    def change(made: Returned) -> None:
        for name, value in cells.items():
            made.book[sheet][name] = value

    return change


def copied_sheet(made: Returned) -> None:
    made.book.copy_worksheet(made.f1).title = "F1 (2)"


def merged(made: Returned) -> None:
    made.f1.merge_cells("D13:D14")


def labels_sorted(made: Returned) -> None:
    """Only the labels and figures were sorted, the codes stayed."""
    moved_row(made)
    made.f1["A13"], made.f1["A14"] = "r02", "r03"


def percent(made: Returned) -> None:
    made.f1["G12"] = 0.5
    made.f1["G12"].number_format = "0%"


def row_copied(made: Returned) -> None:
    for column in range(1, 9):
        made.f1.cell(16, column).value = made.f1.cell(13, column).value


def table_copied(made: Returned) -> None:
    made.f1.insert_rows(1)
    for row in range(12, 16):
        for column in range(1, 9):
            made.f1.cell(row + 20, column).value = made.f1.cell(row, column).value


ONE_FINDING = {
    "row deleted": (lambda made: made.f1.delete_rows(13), "row_lost", "F1!A13"),
    "two rows deleted": (lambda made: made.f1.delete_rows(13, 2), "row_lost", "F1!A13"),
    "row copied and inserted": (
        lambda made: (made.f1.insert_rows(1), row_copied(made))[1], "code_twice", "F1!A16"
    ),
    "row code overwritten": (set_to("F1", A13="r99"), "row_lost", "F1!A13"),
    "column deleted": (lambda made: made.f1.delete_cols(4), "column_lost", "F1!D11"),
    "column code overwritten": (set_to("F1", D11="c02"), "column_lost", "F1!D11"),
    "table copied below": (table_copied, "table_twice", "F1!A32"),
    "only a part of the table sorted": (labels_sorted, "labels_mixed", "F1!B13"),
    "line of totals deleted": (lambda made: made.f2.delete_rows(12), "totals_lost", "F2!B12"),
    "sheet copied": (copied_sheet, "sheet_duplicate", "F1 (2)"),
    "sheet deleted": (lambda made: made.book.remove(made.f1), "sheet_missing", "F1"),
    "identity overwritten": (set_to("F1", B7="xin chào"), "identity_lost", "F1!B7"),
    "identity emptied": (set_to("F1", B7=None), "identity_lost", "F1!B7"),
    "cells merged": (merged, "merged_cells", "F1!D13"),
    "percent format": (percent, "percent_format", "F1!G12"),
    "external formula that was not computed": (
        set_to("F1", D12="=[1]Sheet1!A1"), "formula_without_value", "F1!D12"
    ),
    "formula that was not computed": (set_to("F1", D12="=SUM(D13:D14)"), "formula_without_value", "F1!D12"),
    "error cell": (set_to("F1", D12="#DIV/0!"), "error_cell", "F1!D12"),
    "text in a figure": (set_to("F1", D12="khoảng năm"), "number_unreadable", "F1!D12"),
    "number with an apostrophe": (set_to("F1", D12="'5"), "number_unreadable", "F1!D12"),
    "full-width digits": (set_to("F1", D12="５"), "number_unreadable", "F1!D12"),
    "number in the English style": (set_to("F1", D12="1,234.5"), "too_many_decimals", "F1!D12"),
    "invisible character in a figure": (set_to("F1", D12="5\u200b"), "number_unreadable", "F1!D12"),
    "choice outside of the list": (set_to("F2", C13="3 - Ba"), "choice_unknown", "F2!C13"),
    "date in a figure": (set_to("F1", D12=date(2027, 1, 5)), "date_in_number", "F1!D12"),
    "number with a fraction for a date": (set_to("F2", D13=12.5), "date_impossible", "F2!D13"),
    "values below the grid": (set_to("F1", D20=7), "values_outside", "F1!D20"),
    "values right of the grid": (set_to("F1", R12=7), "values_outside", "F1!R12"),
    "value in an inserted row": (
        lambda made: (made.f1.insert_rows(13), set_to("F1", D13=9)(made))[1], "values_outside", "F1!D13"
    ),
    "number typed over a label": (set_to("F1", B13=8), "values_outside", "F1!B13"),
    "number typed over a heading": (set_to("F1", A3=8), "values_outside", "F1!A3"),
    "far stray cell": (set_to("F1", XFD1048576="x"), "cell_too_far", "F1!XFD1048576"),
    "nil mark of another kind": (set_to("F1", A8="có"), "nil_unknown", "F1!A8"),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_FINDING)
def test_one_mistake_is_one_finding_with_its_cell(name, small_edition):
    change, code, place = ONE_FINDING[name]
    made = Returned(given_out(small_edition))
    change(made)
    _, grave, _ = took(small_edition, made.bytes())
    assert [(finding.code, finding.place.describe()) for finding in grave] == [(code, place)]


def test_a_mistake_in_a_table_that_was_moved_is_named_where_it_stands_now(small_edition):
    made = Returned(given_out(small_edition))
    made.f1.insert_rows(13)
    made.f1["D14"] = "hai mươi"
    made.f1["D15"] = None
    made.f1.title = "Biểu 1"
    _, grave, notes = took(small_edition, made.bytes())
    assert [(finding.code, finding.place.describe()) for finding in grave] == [
        ("number_unreadable", "Biểu 1!D14"), ("cell_missing", "Biểu 1!D15"),
    ]  # fmt: skip
    assert notes == {"table_moved", "sheet_renamed"}


def test_a_form_that_was_not_read_is_asked_no_rules(make_small_edition, small_edition):
    """One mistake, one finding: neither its cells are called missing nor its rules, nor those that span forms, fail."""
    spanning = replace(small_edition.rules[0], id="THU-R9", form=None, expr="sum(F2.c04) = F1.r01.c01", computes=None)
    edition = make_small_edition(rules=(*small_edition.rules, spanning))
    made = Returned(given_out(edition))
    made.f2.delete_cols(3)
    assert [finding.code for finding in took(edition, made.bytes())[1]] == ["column_lost"]


SAME = {
    "Vietnamese thousands": ("1.234", Decimal(1234)),
    "spaces around": ("  5 ", Decimal(5)),
    "no-break space": ("5\xa0", Decimal(5)),
    "plain text": ("5", Decimal(5)),
}


@pytest.mark.parametrize("name", SAME)
def test_a_number_typed_as_text_with_one_meaning_is_that_number(name, small_edition):
    said, value = SAME[name]
    made = Returned(given_out(small_edition))
    made.f1["D13"] = said
    values, _, _ = took(small_edition, made.bytes())
    assert values.forms["F1"].cells["r02", "c02"] == value


def test_text_of_another_normal_form_is_the_same_text(small_edition):
    made = Returned(given_out(small_edition))
    made.f2["B13"] = "Co\u031b so\u031b\u0309 A"
    assert took(small_edition, made.bytes())[0] == filled()


def test_hidden_rows_are_read_and_said(small_edition):
    made = Returned(given_out(small_edition))
    made.f2.auto_filter.ref = "A11:E15"
    made.f2.row_dimensions[14].hidden = True
    values, grave, _ = took(small_edition, made.bytes())
    assert values == filled()
    assert [finding.code for finding in grave] == ["hidden_values"]
    assert grave[0].severity == "warning"


def test_a_hidden_sheet_is_read_and_said(small_edition):
    made = Returned(given_out(small_edition))
    made.f1.sheet_state = "hidden"
    values, grave, _ = took(small_edition, made.bytes())
    assert (values, [finding.code for finding in grave]) == (filled(), ["sheet_hidden"])


# --- which workbook it is ------------------------------


def test_a_blank_workbook_and_another_systems_are_named_as_such(small_edition):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("F1").write(0, 0, "BÁO CÁO")
    _, grave, _ = took(small_edition, buffer.getvalue())
    assert [finding.code for finding in grave if finding.stage == "identity"] == ["template_unknown"]


def test_a_workbook_says_itself_which_unit_and_period_it_is_for(small_edition):
    content = Returned(given_out(small_edition, unit="P77", period="2027-M02")).bytes()
    identity = identify(content, Limits())
    assert (identity.unit, identity.period) == ("P77", "2027-M02")


def test_a_workbook_of_an_older_text_of_the_regime_is_named_as_such(make_small_edition, small_edition):
    content = given_out(make_small_edition(sha256="1" * 64))
    (reading,) = read(content, lambda identity: small_edition, None, Limits())
    assert [problem.code for problem in reading.problems] == ["edition_changed"]


def test_a_sheet_of_another_unit_is_not_mistaken_for_ones_own(small_edition):
    made = Returned(given_out(small_edition))
    made.f1["B7"] = made.f1["B7"].value.replace("P01", "P77")
    _, grave, _ = took(small_edition, made.bytes())
    assert [(finding.code, finding.place.describe()) for finding in grave] == [("identity_conflict", "F1!B7")]


OTHER_FILES = {
    "csv": (b"ma;gia tri\nr01;5\n", "workbook_is_text"),
    "utf-16 text": ("mã\tgiá trị\n".encode("utf-16"), "workbook_is_text"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "workbook_is_pdf"),
    "photograph": (b"\xff\xd8\xff\xe0\0\x10JFIF", "workbook_is_picture"),
    "rar": (b"Rar!\x1a\x07\x01\0", "workbook_is_archive"),
    "noise": (bytes(range(256)), "workbook_not_excel"),
}


@pytest.mark.parametrize("name", OTHER_FILES)
def test_another_kind_of_file_named_xlsx_is_called_what_it_is(name, small_edition):
    content, code = OTHER_FILES[name]
    _, grave, _ = took(small_edition, content)
    assert [finding.code for finding in grave] == [code]


def test_a_zip_of_workbooks_is_called_an_archive(small_edition):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("P01.xlsx", given_out(small_edition))
    assert [finding.code for finding in took(small_edition, buffer.getvalue())[1]] == ["workbook_is_archive"]


def test_a_workbook_with_macros_is_refused_by_that_name(small_edition):
    content = given_out(small_edition)
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0")
    assert [finding.code for finding in took(small_edition, buffer.getvalue())[1]] == ["workbook_macros"]


# --- workbooks given out before ------------------------------


def test_a_wide_block_of_last_period_given_out_before_is_still_passed_over(make_small_edition, small_edition):
    form = small_edition.form("F1")
    more = tuple(replace(form.columns[0], code=f"c1{n}") for n in range(3))
    edition = make_small_edition(forms=(replace(form, columns=(*form.columns, *more)),), rules=(), outline=())
    layout = SheetLayout(edition.form("F1"))
    made = Returned(given_out(edition, values=Values({"F1": filled().forms["F1"]}), previous=None))
    for code, at in layout.previous_columns.items():
        made.f1.cell(layout.label_row + 1, at + 1).value = f"Kỳ trước / Last period: {code}"
        made.f1.cell(layout.first_data_row + 1, at + 1).value = 99
    (reading,) = read(made.bytes(), lambda identity: edition, None, Limits())
    assert (layout.previous_beside, reading.problems) == (False, [])
    assert Decimal(99) not in reading.forms["F1"].cells.values()


# --- other programs ------------------------------


OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_saves_a_prefilled_workbook_that_reads_the_same(small_edition, tmp_path):
    remarked = [
        Remarked("F1/r02/c02", Label("F1", "F1"), Label("điểm trả lại", "point of the return"), ("A: xem lại",)),
    ]
    content = given_out(small_edition, remarked=remarked, warnings={"THU-R3@F1.r01.c04": "Kinh phí bất thường"})
    (tmp_path / "P01.xlsx").write_bytes(content)
    again = converted(tmp_path, "P01.xlsx", "xlsx")
    values, grave, _ = took(small_edition, again)
    assert (values, grave) == (filled(), [])
    assert openpyxl.load_workbook(io.BytesIO(again))["F1"]["D13"].comment is not None
    (tmp_path / "ods.xlsx").write_bytes(converted(tmp_path, "P01.xlsx", "ods"))
    refused = took(small_edition, (tmp_path / "ods.xlsx").read_bytes())[1]
    assert [finding.code for finding in refused] == ["workbook_open_document"]


def converted(folder, name: str, kind: str) -> bytes:
    out = folder / "out"
    subprocess.run(
        [OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind, "--outdir", out,
         folder / name],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (out / name).with_suffix(f".{kind}").read_bytes()
